"""Weakly interacting particles on nuclei and electrons, from flux to limit.

The face of the package: names only, loaded when first used, so that ``import weakscatter`` costs
neither JAX nor Numba nor matplotlib. ``_PUBLIC`` maps every public name to the module that keeps it
(a name mapped to a module of the same name is that module).
"""

import importlib
import os
import sys
from typing import Any

__version__ = "0.1.0"

# The one place where JAX is switched to float64: through the environment, before anything imports JAX;
# where the user imported JAX first, through its configuration.
os.environ["JAX_ENABLE_X64"] = "1"
if "jax" in sys.modules:
    sys.modules["jax"].config.update("jax_enable_x64", True)

_PUBLIC: dict[str, str] = {
    "Anapole": "weakscatter.interactions",
    "Beam": "weakscatter.flux",
    "BinnedPoisson": "weakscatter.inference",
    "Charge": "weakscatter.interactions",
    "ChargeRadius": "weakscatter.interactions",
    "ConstantQuenching": "weakscatter.detectors",
    "Curves": "weakscatter.cards",
    "Detector": "weakscatter.detectors",
    "EffectiveMagneticMoment": "weakscatter.interactions",
    "ElectricMoment": "weakscatter.interactions",
    "EquivalentPhoton": "weakscatter.response",
    "EventDensity": "weakscatter.detectors",
    "ExponentialTimeEfficiency": "weakscatter.detectors",
    "GammaResolution": "weakscatter.detectors",
    "GaussianPulse": "weakscatter.flux",
    "GaussianResolution": "weakscatter.detectors",
    "Helm": "weakscatter.response",
    "HelmLewinSmith": "weakscatter.response",
    "Hydrogenic": "weakscatter.response",
    "InfraredCut": "weakscatter.response",
    "InfraredMass": "weakscatter.response",
    "InputError": "weakscatter.provenance.errors",
    "Interpolant": "weakscatter.grids",
    "KleinNystrand": "weakscatter.response",
    "LightPseudoscalar": "weakscatter.interactions",
    "LightScalar": "weakscatter.interactions",
    "LightTensor": "weakscatter.interactions",
    "LightVector": "weakscatter.interactions",
    "Likelihood": "weakscatter.inference",
    "Lindhard": "weakscatter.detectors",
    "Line": "weakscatter.flux",
    "LogisticEfficiency": "weakscatter.detectors",
    "LongitudinalPhoton": "weakscatter.response",
    "MagneticMoment": "weakscatter.interactions",
    "MeasuredCounts": "weakscatter.inference",
    "Millicharge": "weakscatter.interactions",
    "Mixing": "weakscatter.mixing",
    "Model": "weakscatter.model",
    "NestYields": "weakscatter.detectors",
    "NonStandard": "weakscatter.interactions",
    "NeutrinoFormFactors": "weakscatter.interactions",
    "NuclearResponse": "weakscatter.response",
    "Parameter": "weakscatter.inference",
    "PerfectEfficiency": "weakscatter.detectors",
    "Pinched": "weakscatter.flux",
    "Point": "weakscatter.response",
    "PoissonResolution": "weakscatter.detectors",
    "PolynomialQuenching": "weakscatter.detectors",
    "PolynomialResolution": "weakscatter.detectors",
    "RationalQuenching": "weakscatter.detectors",
    "ResponseTable": "weakscatter.response",
    "ab_initio": "weakscatter.response",
    "ab_initio_shells": "weakscatter.response",
    "atomic_table": "weakscatter.response",
    "atomic_targets": "weakscatter.response",
    "SmearingTable": "weakscatter.detectors",
    "SlowDarkMatter": "weakscatter.interactions",
    "SlowFlux": "weakscatter.flux",
    "SolarPropagation": "weakscatter.mixing",
    "SpinExpectation": "weakscatter.response",
    "SquareRootResolution": "weakscatter.detectors",
    "StandardHalo": "weakscatter.flux",
    "SterileDipole": "weakscatter.interactions",
    "SterileMixing": "weakscatter.interactions",
    "SymmetrisedFermi": "weakscatter.response",
    "Tabulated": "weakscatter.flux",
    "TabulatedArrival": "weakscatter.flux",
    "TabulatedEfficiency": "weakscatter.detectors",
    "TabulatedFormFactor": "weakscatter.response",
    "TabulatedHalo": "weakscatter.flux",
    "TabulatedQuenching": "weakscatter.detectors",
    "Target": "weakscatter.model",
    "Toys": "weakscatter.inference",
    "UnbinnedPoisson": "weakscatter.inference",
    "TotalChargeRadius": "weakscatter.interactions",
    "TruncatedGaussianResolution": "weakscatter.detectors",
    "UnitError": "weakscatter.units",
    "UniversalMagneticMoment": "weakscatter.interactions",
    "Weak": "weakscatter.interactions",
    "Workspace": "weakscatter.inference",
    "Work": "weakscatter.inference",
    "analyse": "weakscatter.experiments",
    "asimov": "weakscatter.inference",
    "atmospheric_neutrinos": "weakscatter.flux",
    "atomic": "weakscatter.atomic",
    "cite": "weakscatter.cards",
    "cluster": "weakscatter.inference",
    "constants": "weakscatter.constants",
    "contributions": "weakscatter.model",
    "conventions": "weakscatter.interactions",
    "coupling_set": "weakscatter.interactions",
    "curves": "weakscatter.cards",
    "coverage": "weakscatter.inference",
    "differential_cross_section": "weakscatter.model",
    "diffuse_supernova_neutrinos": "weakscatter.flux",
    "dirac_moment": "weakscatter.interactions",
    "effective_dark_matter": "weakscatter.interactions",
    "electron_scatterer": "weakscatter.interactions",
    "error_budget": "weakscatter.model",
    "experiment": "weakscatter.experiments",
    "experiment_from_card": "weakscatter.cards",
    "explicit_couplings": "weakscatter.interactions",
    "external_limits": "weakscatter.published.limits",
    "fit": "weakscatter.inference",
    "geoneutrinos": "weakscatter.flux",
    "hepdata_submission": "weakscatter.cards",
    "ionisation_spectra": "weakscatter.scattering",
    "hermitian": "weakscatter.interactions",
    "hermitian_matrix": "weakscatter.interactions",
    "in_basis": "weakscatter.mixing",
    "likelihood": "weakscatter.experiments",
    "limit": "weakscatter.inference",
    "limit_budget": "weakscatter.inference",
    "load_result": "weakscatter.cards",
    "material": "weakscatter.matter.material",
    "matter_potential": "weakscatter.mixing",
    "median_significance": "weakscatter.inference",
    "monoenergetic": "weakscatter.flux",
    "muon_anomaly_band": "weakscatter.interactions",
    "nest_quenching": "weakscatter.detectors",
    "nest_yields": "weakscatter.detectors",
    "nuclear_targets": "weakscatter.model",
    "nuclear": "weakscatter.nuclear",
    "nuclide": "weakscatter.matter.nuclide",
    "read_response_table": "weakscatter.response",
    "subshells": "weakscatter.matter.subshells",
    "Subshell": "weakscatter.matter.subshells",
    "oscillated": "weakscatter.flux",
    "p_value": "weakscatter.inference",
    "pion_decay_at_rest": "weakscatter.flux",
    "poisson_limit": "weakscatter.inference",
    "posterior": "weakscatter.inference",
    "prepare": "weakscatter.model",
    "profile_and_marginal": "weakscatter.inference",
    "processes": "weakscatter.inference",
    "profile_batch": "weakscatter.inference",
    "propagate": "weakscatter.mixing",
    "pyhf_workspace": "weakscatter.inference",
    "radioactive_source": "weakscatter.flux",
    "reactor_antineutrinos": "weakscatter.flux",
    "reactor_background": "weakscatter.flux",
    "read_curves": "weakscatter.cards",
    "recoil_counts": "weakscatter.model",
    "recoil_spectrum": "weakscatter.model",
    "run": "weakscatter.cards",
    "running_mixing_angle": "weakscatter.interactions",
    "scan": "weakscatter.inference",
    "scoreboard": "weakscatter.published.scoreboard",
    "sensitivity": "weakscatter.inference",
    "snewpy_fluence": "weakscatter.flux",
    "solar_flux_parameters": "weakscatter.flux",
    "Stepping": "weakscatter.response",
    "FreeElectrons": "weakscatter.response",
    "electron_targets": "weakscatter.model",
    "solar_neutrinos": "weakscatter.flux",
    "spent_fuel": "weakscatter.flux",
    "supernova_burst": "weakscatter.flux",
    "toy_test": "weakscatter.inference",
    "units": "weakscatter.units",
    "workspace_from_card": "weakscatter.cards",
}

__all__ = ["__version__", *sorted(_PUBLIC)]  # noqa: PLE0604  (the names are those of the mapping)


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'weakscatter' has no attribute {name!r}")
    path = _PUBLIC[name]
    module = importlib.import_module(path)
    value = module if path == f"weakscatter.{name}" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)

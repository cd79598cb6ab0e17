"""The theories: one file a family, frozen objects that add before squaring.

`INTERACTIONS` maps the kind used in cards to its class; `theory_from_parameters` builds the theory that a set of
parameter names calls for. A user's theory is any object with the five attributes listed in `theory.py`, passed to
the same calls; adding a built-in one is a file, a line in `INTERACTIONS` and a row in the family's test table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from weakscatter.interactions import conventions
from weakscatter.interactions.charge import BASES, CONSTITUENTS, FLAVOURS, STRUCTURES, Charge
from weakscatter.interactions.couplings import (
    COUPLING_SETS,
    MILLICHARGE_SHIFT,
    RADIUS_SHIFT,
    SM_CHARGE_RADIUS,
    NucleonCouplings,
    coupling_set,
    explicit_couplings,
    tree_couplings,
)
from weakscatter.interactions.dipole import (
    EffectiveMagneticMoment,
    ElectricMoment,
    MagneticMoment,
    UniversalMagneticMoment,
)
from weakscatter.interactions.electromagnetic import Anapole, ChargeRadius, Millicharge, TotalChargeRadius
from weakscatter.interactions.electron_couplings import (
    ELECTRON_COUPLINGS,
    ElectronCouplings,
    electron_couplings,
)
from weakscatter.interactions.electron_nucleon import electron_nucleon_couplings
from weakscatter.interactions.form_factors import NeutrinoFormFactors, RadiusLoop, standard_model_form_factors
from weakscatter.interactions.generators import Generators, hermitian, hermitian_matrix
from weakscatter.interactions.light_axial import LightAxial
from weakscatter.interactions.light_scalar import LightPseudoscalar, LightScalar
from weakscatter.interactions.light_tensor import LightTensor
from weakscatter.interactions.light_vector import MODELS, LightVector
from weakscatter.interactions.matching import SCALAR_MATCHINGS, scalar_matching
from weakscatter.interactions.mediator import MASS
from weakscatter.interactions.millicharged import Millicharged
from weakscatter.interactions.minimal_extension import dirac_moment, mass_of_dirac_moment
from weakscatter.interactions.muon_anomaly import (
    MUON_ANOMALIES,
    MuonAnomaly,
    anomaly_per_coupling_squared,
    muon_anomaly,
    muon_anomaly_band,
    muon_anomaly_of,
)
from weakscatter.interactions.nature import LABELS, MASS_STATES, NATURES
from weakscatter.interactions.nonstandard import NonStandard
from weakscatter.interactions.photon import photon_charges
from weakscatter.interactions.portal_table import Portal, portals
from weakscatter.interactions.running import running_mixing_angle
from weakscatter.interactions.slow_dark_matter import (
    SlowDarkMatter,
    SlowTerm,
    dark_photon_matter,
    effective_dark_matter,
    electron_scatterer,
    millicharged_matter,
)
from weakscatter.interactions.sterile import SterileDipole, SterileMixing
from weakscatter.interactions.theory import Theories, parts_of, together
from weakscatter.interactions.vector_portal import COUPLES_TO, DARK_SPINS, SPECIES_COUNTED, VectorPortal
from weakscatter.interactions.weak import Weak
from weakscatter.provenance.errors import InputError, unknown

#: Kinds of a card's [[interaction]] sections.
INTERACTIONS: dict[str, type] = {
    "weak": Weak,
    "charge-radius": ChargeRadius,
    "millicharge": Millicharge,
    "magnetic-moment": MagneticMoment,
    "electric-moment": ElectricMoment,
    "anapole": Anapole,
    "nsi": NonStandard,
    "light-vector": LightVector,
    "light-scalar": LightScalar,
    "light-pseudoscalar": LightPseudoscalar,
    "light-tensor": LightTensor,
    "light-axial": LightAxial,
    "sterile-dipole": SterileDipole,
    "sterile-mixing": SterileMixing,
    "dark-photon": VectorPortal,
}

#: What a parameter name can call for beside the weak interaction: how to build it, with nothing in it. Light mediators
#: start massless and are refused without a mass.
_NAMED_BY_PARAMETER: tuple[Callable[[], Any], ...] = (
    TotalChargeRadius,
    ChargeRadius,
    Millicharge,
    EffectiveMagneticMoment,
    MagneticMoment,
    ElectricMoment,
    Anapole,
    UniversalMagneticMoment,
    NonStandard,
    *(partial(LightVector, mass=0.0, model=model) for model in MODELS),
    partial(LightScalar, mass=0.0),
    partial(LightPseudoscalar, mass=0.0),
    partial(LightTensor, mass=0.0),
    partial(LightAxial, mass=0.0),
    partial(SterileDipole, mass=0.0),
    partial(SterileMixing, delta_m2=0.0),
)

#: Those with a matrix that can also be named in the mass basis, where Majorana neutrinos have fewer entries.
_MATRICES: tuple[type, ...] = (ChargeRadius, Millicharge, MagneticMoment, ElectricMoment, Anapole)

#: Parameters without which others of the same theory mean nothing, when a fit names them and no theory is given.
_NEEDED = ("sterile_mass", "delta_m2_41")


@lru_cache(maxsize=len(NATURES))
def _named(nature: str) -> tuple[Callable[[], Any], ...]:
    """What is built by a name, for neutrinos of one nature."""
    if nature not in NATURES:
        raise unknown("nature of the neutrino", nature, NATURES)
    # A Majorana matrix has its form in the mass basis only.
    here = [build for build in _NAMED_BY_PARAMETER if nature == "dirac" or build not in _MATRICES]
    return (*here, *(partial(kind, basis="mass", nature=nature) for kind in _MATRICES))


def theory_parameters(nature: str = "dirac") -> dict[str, Callable[[], Any]]:
    """Every theory parameter that can be named in a fit, with what builds the theory it belongs to.

    The mass of a mediator is listed with the first one that has it; it belongs to all.
    """
    owners: dict[str, Callable[[], Any]] = {parameter.name: Weak for parameter in Weak().parameters}
    for build in _named(nature):
        for parameter in build().parameters:
            owners.setdefault(parameter.name, build)
    return owners


def theory_from_parameters(names: Iterable[str], weak: Weak | None = None, nature: str = "dirac") -> Any:
    """The weak interaction plus whatever the parameter names call for.

    Naming a total charge radius takes the Standard-Model radius out of the weak couplings, so that it is counted
    once. Names of no theory (an experiment's own parameters) are left to the experiment. Names of mass states
    (``magnetic_moment_12``) give charges in the mass basis, which `weakscatter.mixing.in_basis` brings into another.

    Raises
    ------
    InputError : a total radius and one beyond the Standard Model are both named; the coupling of a mediator is named
        without its mass, or the mass without a coupling; a sterile neutrino's coupling without its mass.
    """
    names = tuple(names)
    owners = theory_parameters(nature)
    wanted = {owners[name] for name in names if name in owners and name != MASS} - {Weak}
    beyond = {owner for owner in wanted if getattr(owner, "func", owner) is ChargeRadius}
    if TotalChargeRadius in wanted and beyond:
        raise InputError(
            "The charge radius is set twice: 'charge_radius_*' is the total and 'charge_radius_bsm_*' the part "
            "beyond the Standard Model. Name one of the two families."
        )
    weak = Weak() if weak is None else weak
    if TotalChargeRadius in wanted and weak.include_sm_charge_radius:
        weak = replace(weak, include_sm_charge_radius=False)
    members = [build() for build in _named(nature) if build in wanted]
    _require_masses(names, members)
    theory: Any = weak
    for member in members:
        theory = theory + member
    return theory


def _require_masses(names: tuple[str, ...], members: list[Any]) -> None:
    """Refuse a mediator or sterile neutrino of which a parameter is named and the mass is not."""
    having: list[str] = []
    for member in members:
        own = {parameter.name for parameter in member.parameters}
        for mass in own & {MASS, *_NEEDED}:
            having.append(mass)
            if mass not in names:
                first = next(name for name in names if name in own)
                raise InputError(
                    f"The parameter {first!r} needs {mass!r} beside it: fix it, like {mass} = 10, or let it be scanned "
                    f"(or write an [[interaction]] of kind {member.kind!r}, which has one)."
                )
    if MASS in names and MASS not in having:
        raise InputError(
            f"{MASS!r} is named without the coupling that says of which mediator, such as 'g_b_minus_l' or 'g_scalar'."
        )


__all__ = [
    "BASES",
    "CONSTITUENTS",
    "COUPLES_TO",
    "COUPLING_SETS",
    "DARK_SPINS",
    "ELECTRON_COUPLINGS",
    "FLAVOURS",
    "INTERACTIONS",
    "LABELS",
    "MASS_STATES",
    "MILLICHARGE_SHIFT",
    "MODELS",
    "MUON_ANOMALIES",
    "NATURES",
    "RADIUS_SHIFT",
    "SCALAR_MATCHINGS",
    "SM_CHARGE_RADIUS",
    "SPECIES_COUNTED",
    "STRUCTURES",
    "Anapole",
    "Charge",
    "ChargeRadius",
    "EffectiveMagneticMoment",
    "ElectricMoment",
    "ElectronCouplings",
    "Generators",
    "LightAxial",
    "LightPseudoscalar",
    "LightScalar",
    "LightTensor",
    "LightVector",
    "MagneticMoment",
    "Millicharge",
    "Millicharged",
    "MuonAnomaly",
    "NeutrinoFormFactors",
    "NonStandard",
    "NucleonCouplings",
    "Portal",
    "RadiusLoop",
    "SlowDarkMatter",
    "SlowTerm",
    "SterileDipole",
    "SterileMixing",
    "Theories",
    "TotalChargeRadius",
    "UniversalMagneticMoment",
    "VectorPortal",
    "Weak",
    "anomaly_per_coupling_squared",
    "conventions",
    "coupling_set",
    "dark_photon_matter",
    "dirac_moment",
    "effective_dark_matter",
    "electron_couplings",
    "electron_nucleon_couplings",
    "electron_scatterer",
    "explicit_couplings",
    "hermitian",
    "hermitian_matrix",
    "mass_of_dirac_moment",
    "millicharged_matter",
    "muon_anomaly",
    "muon_anomaly_band",
    "muon_anomaly_of",
    "parts_of",
    "photon_charges",
    "portals",
    "running_mixing_angle",
    "scalar_matching",
    "standard_model_form_factors",
    "theory_from_parameters",
    "theory_parameters",
    "together",
    "tree_couplings",
]  # fmt: skip

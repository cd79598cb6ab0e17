"""What is hit: form factors, radii, nuclear levels, photoabsorption.

A response is any frozen object that offers

- ``levels`` and ``nodes(T, level)``, see `Nodes` for what it returns,
- ``deposit``: what is left in a detector, "nuclear-recoil" or "electronic-recoil",
- ``mass`` (MeV) of the particle that recoils, and ``recoil_energy_max(E)``: the largest T of a massless projectile,
- ``kinks``: energies (MeV) where the spectrum is not smooth.
"""

from __future__ import annotations

from weakscatter.response.amplitude_file import read_amplitudes, write_amplitudes
from weakscatter.response.amplitudes import (
    CENTRES,
    OPERATORS,
    Amplitudes,
    MultipoleOperator,
    NuclearLevel,
)
from weakscatter.response.atomic_store import (
    ab_initio,
    atomic_table,
    atomic_targets,
    correlated_settings,
    correlated_table,
    correlated_targets,
    table_settings,
)
from weakscatter.response.continued import Continued
from weakscatter.response.equivalent_photon import EquivalentPhoton
from weakscatter.response.form_factors import (
    FORM_FACTORS,
    Helm,
    HelmLewinSmith,
    KleinNystrand,
    Point,
    SymmetrisedFermi,
    TabulatedFormFactor,
)
from weakscatter.response.free_electrons import ELECTRONIC_RECOIL, FreeElectrons
from weakscatter.response.hydrogenic import (
    Hydrogenic,
    electron_components,
    hydrogenic_photoabsorption,
    ionisation_energy,
    ionisation_response,
)
from weakscatter.response.hydrogenic_states import (
    HydrogenicElastic,
    HydrogenicExcitation,
    elastic_form_factor,
    excitation_amplitude,
    excitation_density,
    excitation_energy,
    excitation_responses,
)
from weakscatter.response.incoherent import IncoherentNucleons
from weakscatter.response.infrared import InfraredCut, InfraredMass, infrared_regulator
from weakscatter.response.ionised_shells import (
    IonisedShell,
    IonisedShells,
    ab_initio_shells,
    form_factor_squared,
    ionisation_factor,
    read_form_factors,
    response_of_form_factor,
    shells_of_form_factors,
)
from weakscatter.response.joined import joined
from weakscatter.response.longitudinal_photon import LongitudinalPhoton
from weakscatter.response.multipoles import CURRENTS, Multipoles, multipoles
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.nucleon import NucleonFormFactors
from weakscatter.response.nucleus import NUCLEAR_RECOIL, SPINS, NuclearResponse
from weakscatter.response.parity_violation import overlap, proton_overlap
from weakscatter.response.photoabsorption import Photoabsorption, read_photoabsorption
from weakscatter.response.photoabsorption_tables import PHOTOABSORPTION_SOURCES, photoabsorption
from weakscatter.response.photons import levels_with_photons, photon_lines
from weakscatter.response.radii import Radii, charge_radius, default_radii, point_proton_radius, proton_radius
from weakscatter.response.response_file import read_response_table, write_response_table
from weakscatter.response.response_table import PARTS, ResponseTable, conservation, interpolation_error
from weakscatter.response.shell_model import SHELL_MODEL_NUCLIDES, ShellModel, shell_model_amplitudes
from weakscatter.response.spin_response import ShellModelSpin, SpinExpectation
from weakscatter.response.stepping import Stepping, atomic_recoil_width
from weakscatter.response.transition import NuclearTransition
from weakscatter.response.two_body import TwoBodyCurrents
from weakscatter.response.window import Window, window_nodes

__all__ = [
    "CENTRES",
    "CURRENTS",
    "ELECTRONIC_RECOIL",
    "FORM_FACTORS",
    "NUCLEAR_RECOIL",
    "OPERATORS",
    "PARTS",
    "PHOTOABSORPTION_SOURCES",
    "SHELL_MODEL_NUCLIDES",
    "SPINS",
    "Amplitudes",
    "Continued",
    "EquivalentPhoton",
    "FreeElectrons",
    "Helm",
    "HelmLewinSmith",
    "Hydrogenic",
    "HydrogenicElastic",
    "HydrogenicExcitation",
    "IncoherentNucleons",
    "InfraredCut",
    "InfraredMass",
    "IonisedShell",
    "IonisedShells",
    "KleinNystrand",
    "Level",
    "LongitudinalPhoton",
    "MultipoleOperator",
    "Multipoles",
    "Nodes",
    "NuclearLevel",
    "NuclearResponse",
    "NuclearTransition",
    "NucleonFormFactors",
    "Photoabsorption",
    "Point",
    "Radii",
    "ResponseTable",
    "ShellModel",
    "ShellModelSpin",
    "SpinExpectation",
    "Stepping",
    "SymmetrisedFermi",
    "TabulatedFormFactor",
    "TwoBodyCurrents",
    "Window",
    "ab_initio",
    "ab_initio_shells",
    "atomic_recoil_width",
    "atomic_table",
    "atomic_targets",
    "charge_radius",
    "conservation",
    "correlated_settings",
    "correlated_table",
    "correlated_targets",
    "default_radii",
    "elastic_form_factor",
    "electron_components",
    "excitation_amplitude",
    "excitation_density",
    "excitation_energy",
    "excitation_responses",
    "form_factor_squared",
    "hydrogenic_photoabsorption",
    "infrared_regulator",
    "interpolation_error",
    "ionisation_energy",
    "ionisation_factor",
    "ionisation_response",
    "joined",
    "levels_with_photons",
    "multipoles",
    "overlap",
    "photoabsorption",
    "photon_lines",
    "point_proton_radius",
    "proton_overlap",
    "proton_radius",
    "read_amplitudes",
    "read_form_factors",
    "read_photoabsorption",
    "read_response_table",
    "response_of_form_factor",
    "shell_model_amplitudes",
    "shells_of_form_factors",
    "table_settings",
    "window_nodes",
    "write_amplitudes",
    "write_response_table",
]

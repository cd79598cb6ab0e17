"""What is hit: form factors, radii, nuclear levels.

A response is any frozen object that offers ``levels`` and ``nodes(T, level)``; see `Nodes` for what it returns.
"""

from __future__ import annotations

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
    excitation_density,
    excitation_energy,
    excitation_responses,
)
from weakscatter.response.infrared import InfraredCut, InfraredMass, infrared_regulator
from weakscatter.response.longitudinal_photon import LongitudinalPhoton
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.nucleus import SPINS, NuclearResponse, SpinExpectation
from weakscatter.response.parity_violation import overlap, proton_overlap
from weakscatter.response.radii import Radii, charge_radius, default_radii, point_proton_radius, proton_radius
from weakscatter.response.response_file import read_response_table, write_response_table
from weakscatter.response.response_table import PARTS, ResponseTable, conservation, interpolation_error
from weakscatter.response.window import Window, window_nodes

__all__ = [
    "FORM_FACTORS",
    "PARTS",
    "SPINS",
    "EquivalentPhoton",
    "Helm",
    "HelmLewinSmith",
    "Hydrogenic",
    "HydrogenicElastic",
    "HydrogenicExcitation",
    "InfraredCut",
    "InfraredMass",
    "KleinNystrand",
    "Level",
    "LongitudinalPhoton",
    "Nodes",
    "NuclearResponse",
    "Point",
    "Radii",
    "ResponseTable",
    "SpinExpectation",
    "SymmetrisedFermi",
    "TabulatedFormFactor",
    "Window",
    "charge_radius",
    "conservation",
    "default_radii",
    "elastic_form_factor",
    "electron_components",
    "excitation_density",
    "excitation_energy",
    "excitation_responses",
    "hydrogenic_photoabsorption",
    "infrared_regulator",
    "interpolation_error",
    "ionisation_energy",
    "ionisation_response",
    "overlap",
    "point_proton_radius",
    "proton_overlap",
    "proton_radius",
    "read_response_table",
    "window_nodes",
    "write_response_table",
]  # fmt: skip

"""What is hit: form factors, radii, nuclear levels.

A response is any frozen object that offers ``levels`` and ``nodes(T, level)``; see `Nodes` for what it returns.
"""

from __future__ import annotations

from weakscatter.response.form_factors import (
    FORM_FACTORS,
    Helm,
    HelmLewinSmith,
    KleinNystrand,
    Point,
    SymmetrisedFermi,
    TabulatedFormFactor,
)
from weakscatter.response.hydrogenic import Hydrogenic, hydrogenic_photoabsorption, ionisation_energy, ionisation_response
from weakscatter.response.infrared import InfraredCut, InfraredMass, infrared_regulator
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.nucleus import SPINS, NuclearResponse, SpinExpectation
from weakscatter.response.parity_violation import overlap, proton_overlap
from weakscatter.response.radii import Radii, charge_radius, default_radii, point_proton_radius, proton_radius
from weakscatter.response.window import Window, window_nodes

__all__ = [
    "FORM_FACTORS", "SPINS", "Helm", "HelmLewinSmith", "Hydrogenic", "InfraredCut", "InfraredMass", "KleinNystrand",
    "Level", "Nodes", "NuclearResponse", "Point", "Radii", "SpinExpectation", "SymmetrisedFermi", "TabulatedFormFactor", "charge_radius", "default_radii", "overlap",
    "point_proton_radius", "proton_overlap", "proton_radius", "Window", "hydrogenic_photoabsorption", "infrared_regulator", "ionisation_energy", "ionisation_response",
    "window_nodes",
]  # fmt: skip

"""What is hit: form factors, radii, nuclear levels, photoabsorption.

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
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.nucleus import SPINS, NuclearResponse, SpinExpectation
from weakscatter.response.parity_violation import overlap, proton_overlap
from weakscatter.response.photoabsorption import Photoabsorption, read_photoabsorption
from weakscatter.response.photoabsorption_tables import PHOTOABSORPTION_SOURCES, photoabsorption
from weakscatter.response.radii import Radii, charge_radius, default_radii, point_proton_radius, proton_radius

__all__ = [
    "FORM_FACTORS", "PHOTOABSORPTION_SOURCES", "SPINS", "Helm", "HelmLewinSmith", "KleinNystrand", "Level", "Nodes", "NuclearResponse", "Photoabsorption", "Point",
    "Radii", "SpinExpectation", "SymmetrisedFermi", "TabulatedFormFactor", "charge_radius", "default_radii", "overlap", "photoabsorption",
    "point_proton_radius", "proton_overlap", "proton_radius", "read_photoabsorption",
]  # fmt: skip

"""What is hit: form factors, radii, nuclear levels, photoabsorption.

A response is any frozen object that offers

- ``levels`` and ``nodes(T, level)``, see `Nodes` for what it returns,
- ``deposit``: what is left in a detector, "nuclear-recoil" or "electronic-recoil",
- ``mass`` (MeV) of the particle that recoils, and ``recoil_energy_max(E)``: the largest T of a massless projectile,
- ``kinks``: energies (MeV) where the spectrum is not smooth.
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
from weakscatter.response.free_electrons import ELECTRONIC_RECOIL, FreeElectrons
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.nucleus import NUCLEAR_RECOIL, SPINS, NuclearResponse, SpinExpectation
from weakscatter.response.parity_violation import overlap, proton_overlap
from weakscatter.response.photoabsorption import Photoabsorption, read_photoabsorption
from weakscatter.response.photoabsorption_tables import PHOTOABSORPTION_SOURCES, photoabsorption
from weakscatter.response.radii import Radii, charge_radius, default_radii, point_proton_radius, proton_radius
from weakscatter.response.stepping import Stepping, atomic_recoil_width

__all__ = [
    "ELECTRONIC_RECOIL",
    "FORM_FACTORS",
    "NUCLEAR_RECOIL",
    "PHOTOABSORPTION_SOURCES",
    "SPINS",
    "FreeElectrons",
    "Helm",
    "HelmLewinSmith",
    "KleinNystrand",
    "Level",
    "Nodes",
    "NuclearResponse",
    "Photoabsorption",
    "Point",
    "Radii",
    "SpinExpectation",
    "Stepping",
    "SymmetrisedFermi",
    "TabulatedFormFactor",
    "atomic_recoil_width",
    "charge_radius",
    "default_radii",
    "overlap",
    "photoabsorption",
    "point_proton_radius",
    "proton_overlap",
    "proton_radius",
    "read_photoabsorption",
]

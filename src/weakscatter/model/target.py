"""What stands in the beam: responses with how many of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any

from weakscatter.grids import is_concrete
from weakscatter.matter import Material, Nuclide
from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class Target:
    """`number` identical scatterers with one response."""

    response: Any
    number: Any = 1.0


def nuclear_targets(
    material: Material, mass: float, response: Callable[[Nuclide], Any]
) -> tuple[Target, ...]:
    """Every isotope of a material, in the numbers that a detector of this mass holds.

    N = n_isotope * mass / M_formula, with n_isotope per formula unit: one Cs and one I per CsI, not half the mass each.

    Parameters
    ----------
    material : `weakscatter.matter.material("CsI")`.
    mass : detector mass (natural units, `weakscatter.units.kg`).
    response : nuclide -> response object.
    """
    units = _units(material, mass)
    return tuple(Target(response(nuclide), units * count) for nuclide, count in material.constituents)


def electron_targets(material: Material, mass: float, response: Callable[[str], Any]) -> tuple[Target, ...]:
    """Every element of a material, in the numbers of atoms that a detector of this mass holds.

    N = n_element * mass / M_formula with the molar mass of the natural material, so that the electrons of 1 t of xenon are
    Z N_A 1 t / 131.293 g/mol.

    Parameters
    ----------
    material : `weakscatter.matter.material("Xe")`.
    mass : detector mass (natural units, `weakscatter.units.kg`).
    response : chemical symbol -> response of one atom to energy given to its electrons.
    """
    units = _units(material, mass)
    atoms: dict[str, float] = {}
    for nuclide, count in material.constituents:
        atoms[nuclide.symbol] = atoms.get(nuclide.symbol, 0.0) + count
    return tuple(Target(response(symbol), units * count) for symbol, count in atoms.items())


def _units(material: Material, mass: float) -> Any:
    """Number of formula units in a mass."""
    if is_concrete(mass) and not 0 <= mass < inf:
        raise InputError(f"The detector mass must be finite and not negative; got {mass}.")
    return material.number_of_units(mass)

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
    if is_concrete(mass) and not 0 <= mass < inf:
        raise InputError(f"The detector mass must be finite and not negative; got {mass}.")
    units = material.number_of_units(mass)
    return tuple(Target(response(nuclide), units * count) for nuclide, count in material.constituents)

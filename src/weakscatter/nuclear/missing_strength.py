"""What a truncation and a model space leave out of the Gamow-Teller strength of a state.

The spin leads from an orbit to its partner with the same n and l. A truncation cuts those final states that have too many nucleons
lifted, and a space whose partners lie in the core or above it has no such states at all.
"""

from __future__ import annotations

from dataclasses import replace

from weakscatter.nuclear.interaction import ModelSpace, Orbit
from weakscatter.nuclear.operators import gamow_teller_neutral, spin_element
from weakscatter.nuclear.orbit_numbers import filled_orbits
from weakscatter.nuclear.shell import Truncation
from weakscatter.nuclear.states import Density, Levels
from weakscatter.nuclear.strength_function import total_strength
from weakscatter.nuclear.strengths import occupations


def partner(orbit: Orbit) -> Orbit:
    """Return the spin-orbit partner of an orbit with l > 0, j' = 2 l - j.

    >>> partner(Orbit(0, 5, 11, "neutron")).name
    'n 0h9/2'
    """
    return replace(orbit, two_j=4 * orbit.l - orbit.two_j)


def strength_outside(density: Density, space: ModelSpace) -> float:
    """Return the neutral Gamow-Teller strength of a state to configurations that the space does not have.

    Sum over orbits with their partner in the core or above the space of n (1 - n'/(2j' + 1)) |<j'||s||j>|^2/(2j + 1), nucleons without
    correlation: an estimate to some tens of per cent. Operator sum s tau_3, as `gamow_teller_neutral`.

    Parameters
    ----------
    density : of a state with itself.
    space : its orbits and core.
    """
    valence = occupations(density, space).by_orbit
    total = 0.0
    for inside, filled in (
        (space.protons, filled_orbits(space.core_Z, "proton")),
        (space.neutrons, filled_orbits(space.core_N, "neutron")),
    ):
        number = {one.name: one.two_j + 1.0 for one in filled} | {
            one.name: valence[one.name] for one in inside
        }
        for orbit in (*filled, *inside):
            if orbit.l == 0:
                continue
            other = partner(orbit)
            if {orbit.name, other.name} <= valence.keys():
                continue
            holes = 1.0 - number.get(other.name, 0.0) / (other.two_j + 1.0)
            total += number[orbit.name] * holes * spin_element(other, orbit) ** 2 / (orbit.two_j + 1.0)
    return total


def for_spin_flips(truncation: Truncation, space: ModelSpace) -> Truncation:
    """Return the truncation that also holds every configuration one spin flip away from those of a truncation."""
    if truncation.excitation is None:
        return truncation
    weights = truncation.weights or tuple(orbit.weight for orbit in space.orbits)
    by_name = {orbit.name: weight for orbit, weight in zip(space.orbits, weights, strict=True)}
    partners = [partner(orbit).name if orbit.l else orbit.name for orbit in space.orbits]
    steps = [abs(w - by_name[name]) for w, name in zip(weights, partners, strict=True) if name in by_name]
    return replace(truncation, excitation=truncation.excitation + max(steps, default=0))


def strength_kept(levels: Levels, number: int, density: Density) -> tuple[float, float, float]:
    """Return the neutral Gamow-Teller strength of a state within the truncation of its run, within the space, and outside of it.

    Parameters
    ----------
    levels, number : the state, counted from 0.
    density : of that state with itself.
    """
    space = levels.interaction.space
    operator, wide = gamow_teller_neutral(space), for_spin_flips(levels.basis.truncation, space)
    return (
        total_strength(levels, number, operator),
        total_strength(levels, number, operator, truncation=wide),
        strength_outside(density, space),
    )

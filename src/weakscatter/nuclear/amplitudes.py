"""From one-body densities to amplitudes of transitions: the door through which the wing hands tables to `weakscatter.response`.

<f || O_J || i> = sum_ab rho_J(ab) <a || O_J || b>, each species for itself, as polynomials in y = (q b/2)^2. For f = i and J = 0 the
closed core adds sqrt(2J_i + 1) sqrt(2j_a + 1) <a || O_0 || a> per filled orbit, which is M's and Phi'''s alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import sqrt
from typing import cast

import numpy as np

import weakscatter
from weakscatter.matter import nuclide as look_up
from weakscatter.nuclear.interaction import ModelSpace, Orbit
from weakscatter.nuclear.multipole_operators import multipole_polynomial
from weakscatter.nuclear.operators import oscillator_length
from weakscatter.nuclear.orbit_numbers import filled_orbits
from weakscatter.nuclear.oscillator_integrals import plus
from weakscatter.nuclear.states import Density, Floats, State
from weakscatter.nuclear.woods_saxon import WoodsSaxon
from weakscatter.provenance.errors import InputError
from weakscatter.response.amplitudes import OPERATORS, Amplitudes, NuclearLevel

#: (operator, rank, bra, ket) -> coefficients of the polynomial.
Element = Callable[[str, int, Orbit, Orbit], Floats]

#: The operators of a table: those that currents are made of. Omega is in Omega'.
KEPT = tuple(name for name in OPERATORS if name != "Omega")


def transition_amplitudes(
    densities: Sequence[Density],
    space: ModelSpace,
    nuclide: str,
    *,
    A: int,
    oscillator_energy: float,
    radial_sign: str,
    well: WoodsSaxon | None = None,
    operators: Iterable[str] = KEPT,
    settings: dict[str, str] | None = None,
    citations: tuple[str, ...] = (),
) -> Amplitudes:
    """Return the amplitudes of transitions from one state, for every rank, operator and species.

    Parameters
    ----------
    densities : all from the same initial state; each final state is a level, named by spin, parity and order ("2+ 1").
    space : orbits of the densities, and the core.
    nuclide, A : name and mass number.
    oscillator_energy : hbar omega (MeV), see `weakscatter.nuclear.oscillator_energy`; there is no default.
    radial_sign : "origin" or "infinity": that of the interaction which made the densities.
    well : radial functions of a Woods-Saxon well in place of those of the oscillator, whose functions then only expand them; the
        centre of mass, which is not separated in a well, is left as it is.
    operators : names; all by default.
    settings : what made the densities, kept in the table beside our own.

    Returns
    -------
    `weakscatter.response.Amplitudes`, dimensionless, reduced as by Edmonds; excitations are those of the densities' states.

    Raises
    ------
    InputError : no densities, several initial states, densities of other orbits, a rank that is missing, a core that is no closed
        shell.
    """
    if not densities:
        raise InputError("no densities: compute them from the ground state to the levels that are wanted.")
    first = densities[0]
    if any(one.initial != first.initial for one in densities):
        raise InputError(
            "a table of amplitudes starts from one state; give the densities of one initial state."
        )
    names = _names([one.final_state for one in densities])
    levels = [
        _level(name, one.final_state, one.final_state.energy - first.initial_state.energy)
        for name, one in zip(names, densities, strict=True)
    ]
    same = [name for name, one in zip(names, densities, strict=True) if one.final == first.initial]
    initial = _level(same[0] if same else _names([first.initial_state])[0], first.initial_state, 0.0)
    length = oscillator_length(oscillator_energy)
    frame = Amplitudes(nuclide, A, length, initial, tuple(levels), {})
    element = _elements(well, nuclide, oscillator_energy, radial_sign)
    coefficients: dict[tuple[str, int, str, str], Floats] = {}
    for level, density in zip(levels, densities, strict=True):
        for operator in operators:
            for J in frame.ranks(level, operator):
                for species, orbits, rho, core in (
                    ("p", space.protons, density.proton, filled_orbits(space.core_Z, "proton")),
                    ("n", space.neutrons, density.neutron, filled_orbits(space.core_N, "neutron")),
                ):
                    total = _contracted(operator, J, orbits, rho, element, level.name)
                    if J == 0 and density.final == density.initial:
                        total = plus(total, _core(operator, core, first.initial_state.two_j, element))
                    coefficients[level.name, J, operator, species] = total if total.size else np.zeros(1)
    said = {
        "oscillator_energy": f"{oscillator_energy:.12g} MeV",
        "radial_sign": radial_sign,
        "radial functions": "oscillator" if well is None else str(well),
        "weakscatter": weakscatter.__version__,
        **(settings or {}),
    }
    return replace(
        frame,
        coefficients=coefficients,
        settings=said,
        citations=(*citations, "donnelly1979"),
        centre_of_mass="removed" if well is None else "kept",
    )


def _elements(well: WoodsSaxon | None, name: str, oscillator_energy: float, radial_sign: str) -> Element:
    """Return the function (operator, J, bra, ket) -> polynomial; each is made once."""
    if well is None:
        made = lru_cache(maxsize=None)(
            lambda operator, J, bra, ket: multipole_polynomial(operator, J, bra, ket, radial_sign)
        )
    else:
        isotope = look_up(name)
        made = lru_cache(maxsize=None)(
            lambda operator, J, bra, ket: well.polynomial(
                operator, J, bra, ket, isotope, oscillator_energy, radial_sign
            )
        )
    return cast(Element, made)


def _contracted(
    operator: str, J: int, orbits: tuple[Orbit, ...], rho: Mapping[int, Floats], element: Element, name: str
) -> Floats:
    """Return sum_ab rho_J(ab) p_ab; no orbits of the space couple to ranks above twice the largest j."""
    total = np.zeros(0)
    if max((o.two_j for o in orbits), default=0) < J:
        return total
    if J not in rho:
        raise InputError(
            f"there are no densities of rank {J} to {name}; compute them with a 2M for which (J_f J J_i; -M 0 M) does not vanish."
        )
    matrix = rho[J]
    if matrix.shape != (len(orbits), len(orbits)):
        raise InputError(
            f"the densities to {name} are between {matrix.shape[0]} orbits, the space has {len(orbits)}. Give the space of the run."
        )
    for a, b in zip(*np.nonzero(matrix), strict=True):
        total = plus(total, matrix[a, b] * element(operator, J, orbits[a], orbits[b]))
    return total


def _core(operator: str, orbits: tuple[Orbit, ...], two_j: int, element: Element) -> Floats:
    total = np.zeros(0)
    for orbit in orbits:
        total = plus(total, sqrt((two_j + 1.0) * (orbit.two_j + 1.0)) * element(operator, 0, orbit, orbit))
    return total


def _names(states: Sequence[State]) -> list[str]:
    """Return names such as "2+ 1", counted by energy in the order given."""
    seen: dict[str, int] = {}
    names = []
    for state in states:
        spin = str(state.two_j // 2) if state.two_j % 2 == 0 else f"{state.two_j}/2"
        word = f"{spin}{'+' if state.parity > 0 else '-'}"
        seen[word] = seen.get(word, 0) + 1
        names.append(f"{word} {seen[word]}")
    return names


def _level(name: str, state: State, excitation: float) -> NuclearLevel:
    # Rounding puts the target itself a hair from zero.
    return NuclearLevel(name, max(excitation, 0.0), state.two_j, state.parity, state.T)

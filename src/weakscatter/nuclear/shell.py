"""M-scheme single-particle states of one species, and what truncates a model space."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.interaction import ModelSpace, Orbit
from weakscatter.provenance.errors import InputError, nearest

Ints = NDArray[np.int64]

MOST_STATES = 63
"""States of one species that a determinant, one word of 64 bits, can hold."""


@dataclass(frozen=True)
class Occupation:
    """At least ``lowest`` and at most ``highest`` nucleons together in some orbits of one species."""

    orbits: tuple[int, ...]
    lowest: int
    highest: int


@dataclass(frozen=True)
class Truncation:
    """Which configurations of a model space are kept.

    Parameters
    ----------
    excitation : largest sum of the weights of the occupied states, counted from the smallest that the nucleus can
        have; None keeps all.
    weights : one weight per orbit in the numbering of the interaction; None takes those of the orbits.
    occupations : limits on the number of nucleons in sets of orbits; no orbit is in two of them.
    """

    excitation: int | None = None
    weights: tuple[int, ...] | None = None
    occupations: tuple[Occupation, ...] = ()


def orbits_named(space: ModelSpace, name: str) -> tuple[int, ...]:
    """Return the numbers of the orbits that a name means: "0f7/2" of both species, "p 0f7/2" of one."""
    found = tuple(i for i, o in enumerate(space.orbits) if name in (o.name, o.name[2:]))
    if not found:
        known = list(dict.fromkeys(o.name[2:] for o in space.orbits))
        raise InputError(
            f"truncation: there is no orbit {name!r}.{nearest(name, known)} Orbits: {', '.join(known)}."
        )
    return found


def particle_hole(space: ModelSpace, lower: Iterable[str], jumps: int) -> Truncation:
    """Return the truncation to at most ``jumps`` nucleons lifted out of the orbits ``lower``.

    Names as in `orbits_named`. Jumps count from the lightest configuration: nucleons that find no room below are none.
    Raises `InputError` for a name that the space does not have.
    """
    below = {number for name in lower for number in orbits_named(space, name)}
    return Truncation(jumps, tuple(0 if i in below else 1 for i in range(len(space.orbits))))


@dataclass(frozen=True, eq=False)
class Shell:
    """Single-particle states of one species, orbit by orbit, m from -j up; arrays are [state].

    ``orbit`` counts within the species; ``limits`` are the occupations of the truncation, orbits counted likewise.
    """

    orbits: int
    orbit: Ints
    l: Ints
    two_j: Ints
    two_m: Ints
    parity: Ints
    weight: Ints
    limits: tuple[Occupation, ...]

    @property
    def states(self) -> int:
        """Number of single-particle states."""
        return int(self.orbit.size)

    @property
    def m_index(self) -> Ints:
        """Place of each state in its orbit, j + m."""
        return (self.two_j + self.two_m) // 2


def _shell(orbits: tuple[Orbit, ...], weights: tuple[int, ...], limits: tuple[Occupation, ...]) -> Shell:
    sizes = [o.two_j + 1 for o in orbits]
    if sum(sizes) > MOST_STATES:
        raise InputError(
            f"{sum(sizes)} m-scheme states of one species were given, at most {MOST_STATES} are possible: leave out orbits."
        )
    each = np.repeat(np.arange(len(orbits)), sizes)
    l = np.array([o.l for o in orbits], dtype=np.int64)[each]
    return Shell(
        len(orbits),
        each.astype(np.int64),
        l,
        np.array([o.two_j for o in orbits], dtype=np.int64)[each],
        np.concatenate([np.arange(-o.two_j, o.two_j + 1, 2, dtype=np.int64) for o in orbits])
        if orbits
        else np.zeros(0, dtype=np.int64),
        1 - 2 * (l % 2),
        np.array(weights, dtype=np.int64)[each] if orbits else np.zeros(0, dtype=np.int64),
        limits,
    )


def shells(space: ModelSpace, truncation: Truncation) -> tuple[Shell, Shell]:
    """Return the proton and neutron states of a model space under a truncation.

    Raises `InputError` for weights of the wrong number and limits that mix species or overlap.
    """
    count = len(space.orbits)
    weights = truncation.weights
    if weights is None:
        weights = tuple(o.weight for o in space.orbits)
    if len(weights) != count:
        raise InputError(f"{len(weights)} weights were given for {count} orbits: give one per orbit.")
    if truncation.excitation is None:
        weights = (0,) * count
    elif truncation.excitation < 0:
        raise InputError(f"an excitation of {truncation.excitation} keeps no state: give zero or more.")
    first = len(space.protons)
    limits: tuple[list[Occupation], list[Occupation]] = ([], [])
    seen: set[int] = set()
    for limit in truncation.occupations:
        own = set(limit.orbits)
        if not own or min(own) < 0 or max(own) >= count:
            raise InputError(f"orbits {limit.orbits} of an occupation limit: allowed are 0 to {count - 1}.")
        if min(own) < first <= max(own):
            raise InputError(
                f"an occupation limit on orbits {limit.orbits} mixes protons and neutrons: give two."
            )
        if own & seen:
            raise InputError(
                f"orbits {sorted(own & seen)} stand in two occupation limits: give one limit each."
            )
        seen |= own
        start = 0 if max(own) < first else first
        limits[start > 0 or first == 0].append(
            Occupation(tuple(o - start for o in limit.orbits), limit.lowest, limit.highest)
        )
    return (
        _shell(space.protons, weights[:first], tuple(limits[0])),
        _shell(space.neutrons, weights[first:], tuple(limits[1])),
    )

"""What the n column of an orbit list means.

It counts from 0, from 1, or holds the number 2n + l of the major shell, and no file says which. Of an orbit outside a
closed core of 2, 8, 20, 28, 50, 82 or 126 nucleons n follows from l and j: it is the number of orbits of equal l and j
that the core fills.
"""

from __future__ import annotations

from dataclasses import replace

from weakscatter.nuclear.interaction import ModelSpace, Orbit, Species
from weakscatter.provenance.errors import InputError

#: (l, 2j) of the orbits that each magic number adds.
_SHELLS: tuple[tuple[int, tuple[tuple[int, int], ...]], ...] = (
    (2, ((0, 1),)),
    (8, ((1, 3), (1, 1))),
    (20, ((2, 5), (0, 1), (2, 3))),
    (28, ((3, 7),)),
    (50, ((1, 3), (3, 5), (1, 1), (4, 9))),
    (82, ((4, 7), (2, 5), (2, 3), (0, 1), (5, 11))),
    (126, ((5, 9), (3, 7), (3, 5), (1, 3), (1, 1), (6, 13))),
)


def filled_orbits(core: int, species: Species) -> tuple[Orbit, ...]:
    """Return the orbits that a closed core of ``core`` nucleons of one species fills.

    >>> [orbit.name for orbit in filled_orbits(8, "proton")]
    ['p 0s1/2', 'p 0p3/2', 'p 0p1/2']

    Raises
    ------
    InputError : the number closes no shell.
    """
    if core not in (0, *(number for number, _ in _SHELLS)):
        allowed = ", ".join(str(number) for number, _ in _SHELLS)
        raise InputError(
            f"a core of {core} {species}s is no closed shell; its orbits are known for 0, {allowed}."
        )
    found: list[Orbit] = []
    for number, added in _SHELLS:
        if number <= core:
            for l, two_j in added:
                n = sum((o.l, o.two_j) == (l, two_j) for o in found)
                found.append(Orbit(n, l, two_j, species))
    return tuple(found)


def settled(space: ModelSpace) -> tuple[ModelSpace, tuple[str, ...]]:
    """Return the space with n counted from 0, and remarks where the file meant something else."""
    protons, said = _settle(space.protons, space.core_Z)
    neutrons, said_too = _settle(space.neutrons, space.core_N)
    return replace(space, protons=protons, neutrons=neutrons), tuple(dict.fromkeys((*said, *said_too)))


def _settle(orbits: tuple[Orbit, ...], core: int) -> tuple[tuple[Orbit, ...], tuple[str, ...]]:
    if not orbits or core not in (0, *(number for number, _ in _SHELLS)):
        return orbits, ()
    seen: dict[tuple[int, int], int] = {}
    for number, added in _SHELLS:
        if number <= core:
            for one in added:
                seen[one] = seen.get(one, 0) + 1
    radial = []
    for o in orbits:
        radial.append(seen.get((o.l, o.two_j), 0))
        seen[o.l, o.two_j] = radial[-1] + 1
    given = [o.n for o in orbits]
    meaning = {
        "counts from 0": radial,
        "counts from 1": [n + 1 for n in radial],
        "holds the major shell 2n + l": [2 * n + o.l for n, o in zip(radial, orbits, strict=True)],
        "holds the major shell, counted from 1": [
            2 * n + o.l + 1 for n, o in zip(radial, orbits, strict=True)
        ],
    }
    for words, numbers in meaning.items():
        if numbers == given:
            right = tuple(replace(o, n=n) for o, n in zip(orbits, radial, strict=True))
            return right, () if words == "counts from 0" else (
                f"the n column of the {orbits[0].species} orbits {words}.",
            )
    names = ", ".join(replace(o, n=n).name for o, n in zip(orbits, radial, strict=True))
    raise InputError(
        f"the n column of the {orbits[0].species} orbits reads {', '.join(map(str, given))}; outside a core of {core} these "
        f"orbits are {names}. Neither counting from 0 or 1 nor the major shell fits: is the core right, is an orbit listed "
        "twice?"
    )

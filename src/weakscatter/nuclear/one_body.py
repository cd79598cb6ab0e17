"""One-body elements of a file: single-particle energies, and mixing between orbits of equal l and j."""

from __future__ import annotations

from weakscatter.nuclear.elements import AGREE
from weakscatter.nuclear.interaction import Orbit
from weakscatter.nuclear.lines import Line
from weakscatter.provenance.errors import InputError


def add_one_body(
    known: dict[tuple[int, int], float],
    line: Line,
    orbits: tuple[Orbit, ...],
    labels: tuple[int, int],
    value: float,
) -> None:
    """Add <i|h|j> (labels from 1) to ``known``, whose keys count from 0 and ascend."""
    for label in labels:
        if not 1 <= label <= len(orbits):
            raise line.bad(f"orbit {label} does not exist; there are {len(orbits)}.")
    a, b = sorted(label - 1 for label in labels)
    one, other = orbits[a], orbits[b]
    if (one.species, one.l, one.two_j) != (other.species, other.l, other.two_j):
        raise line.bad(
            f"a one-body element between {one.name} and {other.name}; species, l and j have to be equal."
        )
    if (a, b) in known:
        if abs(known[a, b] - value) > AGREE:
            raise line.bad(
                f"this one-body element was {known[a, b]:g} before and is {value:g} here; h is hermitian."
            )
        raise line.bad("this one-body element stands in the file already. Delete one of the two.")
    known[a, b] = value


def all_energies(known: dict[tuple[int, int], float], orbits: tuple[Orbit, ...], name: str) -> None:
    """Raise unless every orbit has a single-particle energy."""
    missing = [f"{i + 1} ({o.name})" for i, o in enumerate(orbits) if (i, i) not in known]
    if missing:
        raise InputError(
            f"{name} has no single-particle energy of orbit {', '.join(missing)}. Write one, zero if it is zero."
        )

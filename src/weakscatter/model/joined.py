"""Parts of a quadratic form that are contracted at once: beam components that nothing in the detector tells apart.

    sum over components of Tr[c_a D_ab(component)[b] c_b^dagger] = Tr[c_a (sum over components of D_ab(component)[b]) c_b^dagger]

for components that are seen by the same charges and arrive alike. The eight sources of the Sun become one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.scattering import Folded, contract


@dataclass(frozen=True, eq=False)
class Part:
    """A term of the prediction: a quadratic form in observed bins times fractions of the exposure.

    Parameters
    ----------
    antineutrino : whether antineutrinos make it.
    terms : tuple of `Folded` in bins [b] or [b, 3, 3].
    time : fraction [s].
    """

    antineutrino: bool
    terms: tuple[Folded, ...]
    time: Any

    def counts(self, matrices: list[Any]) -> Any:
        """Expected counts [b, s] for charges as its particles see them (`weakscatter.scattering.slot_matrices`)."""
        return contract(self.terms, matrices, matrices)[:, None] * self.time[None, :]


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Add the forms of parts that differ in nothing else, as far as numbers are known.

    A form with one state for all bins is a ninth of one with a matrix per bin. It is added to such a one, but two of them
    are not: their sum would be larger than both.
    """
    result: list[Part] = []
    for part in sorted(parts, key=lambda part: not _has_matrices(part)):
        for i, other in enumerate(result):
            if _has_matrices(other) and _alike(part, other):
                terms = tuple(
                    Folded(a.first, a.second, _matrices(a) + _matrices(b))
                    for a, b in zip(other.terms, part.terms, strict=True)
                )
                result[i] = Part(other.antineutrino, terms, other.time)
                break
        else:
            result.append(part)
    return tuple(result)


def _has_matrices(part: Part) -> bool:
    return all(term.state is None for term in part.terms)


def _alike(one: Part, other: Part) -> bool:
    pairs = ([(term.first, term.second) for term in part.terms] for part in (one, other))
    return (
        one.antineutrino == other.antineutrino
        and next(pairs) == next(pairs)
        and is_concrete((one.time, other.time))
        and np.array_equal(one.time, other.time)
    )


def _matrices(term: Folded) -> Any:
    return term.weight if term.state is None else term.weight[:, None, None] * term.state

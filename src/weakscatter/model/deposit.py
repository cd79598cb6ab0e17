"""Event classes: what one event leaves in the detector, before the detector has seen it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Deposit:
    """One event class.

    Parameters
    ----------
    label : name of the class.
    contains : {kind: energies [T]} (MeV), everything that *one* event leaves at once: its light adds in the detector.
    terms : ((f [T], h [t] or None), ...), sums of energy times time; f in counts per quadrature node (weight included),
        h the fraction arriving in each time cell.
    """

    label: str
    contains: dict[str, Any]
    terms: tuple[tuple[Any, Any], ...]

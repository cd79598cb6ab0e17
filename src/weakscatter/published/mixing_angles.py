"""Measurements of the weak mixing angle at the momentum where they were made, for the figure of its running.

The numbers stand in ``mixing_angles.toml``, or, where another published row holds one, in that row; they are drawn beside
the curve and enter no fit. Q is a typical momentum transfer: coherent scattering and atoms see a range of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from weakscatter.provenance.errors import InputError
from weakscatter.provenance.sources import source
from weakscatter.provenance.tables import read_toml
from weakscatter.published.records import KNOWLEDGE, papers, row
from weakscatter.units import parse


@dataclass(frozen=True)
class AnglePoint:
    """sin^2(theta_W) = value -minus +plus at Q = scale (MeV); `knowledge` as of a published row."""

    label: str
    scale: float
    value: float
    minus: float
    plus: float
    citation: str
    where: str
    knowledge: str
    note: str = ""

    def __post_init__(self) -> None:
        source(self.citation)
        if self.knowledge not in KNOWLEDGE:
            raise InputError(
                f"mixing angle {self.label!r}: knowledge = {self.knowledge!r}; allowed are {', '.join(KNOWLEDGE)}."
            )
        if not (self.scale > 0 and self.minus > 0 and self.plus > 0 and 0 < self.value < 1):
            raise InputError(
                f"mixing angle {self.label!r}: Q and both errors must be positive, the value between 0 and 1."
            )

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography."""
        return (self.citation,)


def _point(entry: Mapping[str, Any]) -> AnglePoint:
    entry = dict(entry)
    scale = parse(entry.pop("Q"), "MeV")
    if "row" in entry:
        published = row(entry.pop("row"))
        paper = papers()[published.id.split(".")[0]]
        entry |= {
            "value": published.value, "minus": published.minus, "plus": published.plus, "where": published.where,
            "knowledge": published.knowledge, "citation": paper.citation,
        }  # fmt: skip
    return AnglePoint(scale=scale, **entry)


@lru_cache(maxsize=1)
def mixing_angles() -> tuple[AnglePoint, ...]:
    """All measurements, by rising momentum transfer.

    >>> [point.label for point in mixing_angles() if point.knowledge == "verified"]
    ['APV Cs with $R_n$ of CsI 2017', 'CsI 2021 with $R_n$ of p-Cs', 'Z pole']
    """
    entries = read_toml(files("weakscatter.published") / "mixing_angles.toml")["point"]
    return tuple(sorted((_point(entry) for entry in entries), key=lambda point: point.scale))

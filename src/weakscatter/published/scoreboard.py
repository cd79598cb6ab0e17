"""The scoreboard: every published number beside ours, with an honest status.

- met: within the published error, or the tolerance stated (with its reason) beside the number;
- explained: outside, with a named cause that was computed to have that size;
- open: outside, or not computed;
- inputs unavailable: the paper does not give what is needed.

The board fails when a row's status is not the one recorded in its TOML.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from weakscatter.provenance.errors import InputError, nearest
from weakscatter.published.computed import Computed
from weakscatter.published.numbers import our_numbers
from weakscatter.published.records import Row, papers


@dataclass(frozen=True)
class Score:
    """One row of the board; `ours` is in the row's unit, None where it is not computed."""

    row: Row
    ours: float | None
    status: str

    @property
    def pull(self) -> float | None:
        """(ours - theirs)/their error, None without an error."""
        return None if self.ours is None else self.row.pull(self.ours)

    @property
    def as_expected(self) -> bool:
        return self.status == self.row.expected or (self.status == "met" and self.row.expected == "open")

    def to_dict(self) -> dict[str, object]:
        row = self.row
        return {
            "id": row.id, "quantity": row.quantity, "theirs": row.value, "minus": row.minus, "plus": row.plus,
            "unit": row.unit, "ours": self.ours, "pull": self.pull, "knowledge": row.knowledge, "gate": row.gate,
            "status": self.status, "expected": row.expected, "note": row.note,
        }  # fmt: skip


def scoreboard(only: Iterable[str] | None = None, results: Computed | None = None) -> tuple[Score, ...]:
    """Compute the board.

    Parameters
    ----------
    only : ids of rows or keys of papers; None for all.
    results : computed numbers to reuse.

    Raises
    ------
    InputError : an id that no paper has.
    """
    rows = [row for paper in papers().values() for row in paper.rows]
    if only is not None:
        only = tuple(only)
        known = [*papers(), *(row.id for row in rows)]
        for name in only:
            if name not in known:
                raise InputError(
                    f"There is no published paper or row {name!r}.{nearest(name, known)} Papers: {', '.join(papers())}."
                )
        rows = [row for row in rows if row.id in only or row.id.split(".")[0] in only]
    results = Computed() if results is None else results
    ours = our_numbers()
    return tuple(_score(row, ours[row.id](results) if row.id in ours else None) for row in rows)


def _score(row: Row, ours: float | None) -> Score:
    if ours is None:
        return Score(row, None, row.expected if row.expected == "inputs unavailable" else "open")
    if row.agrees(ours):
        return Score(row, ours, "met")
    return Score(row, ours, "explained" if row.expected == "explained" and row.note else "open")


def succeeded(scores: Iterable[Score]) -> bool:
    """Whether every row has the status recorded for it; rows that gate must be met."""
    return all(score.as_expected and (score.status == "met" or not score.row.gate) for score in scores)

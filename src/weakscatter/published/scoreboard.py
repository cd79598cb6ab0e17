"""The scoreboard: every published number beside ours, with an honest status.

- met: within the published error, or the tolerance stated (with its reason) beside the number;
- explained: outside, with a named cause of that size: our number, computed again with this one input as in the paper,
  is inside;
- open: outside, or not computed;
- inputs unavailable: the paper does not give what is needed.

The board fails when a row's status is not the one recorded in its TOML. A number that is only recalled never gates: its
row shows a difference, and the board does not fail for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from weakscatter.provenance.errors import InputError, nearest
from weakscatter.published.computed import Computed
from weakscatter.published.numbers import Ours, other_methods, our_numbers, with_causes
from weakscatter.published.records import STATUSES, Paper, Row, papers


@dataclass(frozen=True)
class Score:
    """One row of the board.

    ``ours`` is in the row's unit, None where it is not computed; ``with_cause`` is ours with the named cause of an
    explained difference changed; ``citation`` the key of the paper; ``others`` our number by other methods, by name.
    """

    row: Row
    ours: float | None
    status: str
    with_cause: float | None = None
    citation: str = ""
    others: Mapping[str, float] = field(default_factory=dict)

    @property
    def pull(self) -> float | None:
        """(ours - theirs)/their error, None without an error."""
        return None if self.ours is None else self.row.pull(self.ours)

    @property
    def as_expected(self) -> bool:
        return self.status == self.row.expected

    @property
    def fails(self) -> bool:
        """Whether this row makes the board fail."""
        if self.row.knowledge == "recalled":
            return False
        return not self.as_expected or (self.row.gate and self.status != "met")

    @property
    def remark(self) -> str:
        """What a reader has to know: cause and size of a difference, tolerance, note, an unexpected status."""
        row, parts = self.row, []
        if not self.as_expected:
            parts.append(f"recorded as {row.expected}")
        if row.explanation:
            size = "" if self.with_cause is None else f": then {self.with_cause:.6g}"
            parts.append(row.explanation + size)
        if self.others:
            parts.append(
                "ours by other methods: "
                + ", ".join(f"{how} {value:.4g}" for how, value in self.others.items())
            )
        if row.tolerance is not None:
            parts.append(f"allowed {row.tolerance:.3g}, {row.tolerance_reason}")
        return "; ".join([*parts, row.note] if row.note else parts)

    def to_dict(self) -> dict[str, object]:
        row = self.row
        return {
            "id": row.id, "quantity": row.quantity, "theirs": row.value, "minus": row.minus, "plus": row.plus,
            "unit": row.unit, "ours": self.ours, "pull": self.pull, "knowledge": row.knowledge, "gate": row.gate,
            "status": self.status, "expected": row.expected, "note": row.note,
            "citation": self.citation, "where": row.where, "explanation": row.explanation, "with_cause": self.with_cause,
            "as_expected": self.as_expected, "others": dict(self.others),
        }  # fmt: skip


def scoreboard(
    only: Iterable[str] | None = None,
    results: Computed | None = None,
    published: Mapping[str, Paper] | None = None,
) -> tuple[Score, ...]:
    """Compute the board.

    Parameters
    ----------
    only : ids of rows or keys of papers; None for all.
    results : computed numbers to reuse.
    published : papers to compare with, as `weakscatter.published.records.collect` reads them; None for the library's.

    Raises
    ------
    InputError : an id that no paper has.
    """
    found = papers() if published is None else published
    cited = {row.id: paper.citation for paper in found.values() for row in paper.rows}
    rows = [row for paper in found.values() for row in paper.rows]
    if only is not None:
        only = tuple(only)
        known = [*found, *cited]
        for name in only:
            if name not in known:
                raise InputError(
                    f"There is no published paper or row {name!r}.{nearest(name, known)} Papers: {', '.join(found)}."
                )
        rows = [row for row in rows if row.id in only or row.id.split(".")[0] in only]
    results = Computed() if results is None else results
    ours, causes, others = our_numbers(), with_causes(), other_methods()
    scores = (_score(row, ours.get(row.id), causes.get(row.id), results, cited[row.id]) for row in rows)
    return tuple(
        replace(score, others=others[score.row.id](results)) if score.row.id in others else score
        for score in scores
    )


def _score(row: Row, compute: Ours | None, change: Ours | None, results: Computed, citation: str) -> Score:
    if compute is None:
        status = row.expected if row.expected == "inputs unavailable" else "open"
        return Score(row, None, status, citation=citation)
    ours = compute(results)
    if row.agrees(ours):
        return Score(row, ours, "met", citation=citation)
    if row.expected != "explained" or change is None:
        return Score(row, ours, "open", citation=citation)
    moved = change(results)
    return Score(row, ours, "explained" if row.agrees(moved) else "open", moved, citation)


def succeeded(scores: Iterable[Score]) -> bool:
    """Whether no row fails: each verified one has the status recorded for it, and those that gate are met."""
    return not any(score.fails for score in scores)


def by_paper(scores: Iterable[Score]) -> dict[str, list[Score]]:
    """Group rows by paper: {key of the paper: rows}."""
    groups: dict[str, list[Score]] = {}
    for score in scores:
        groups.setdefault(score.row.id.split(".")[0], []).append(score)
    return groups


def summary(scores: Iterable[Score]) -> str:
    """Return one sentence: how many rows have which status, and which are not as recorded."""
    scores = tuple(scores)
    counts = {status: sum(s.status == status for s in scores) for status in STATUSES}
    text = ", ".join(f"{number} {status}" for status, number in counts.items() if number)
    odd = [s.row.id + ("" if s.fails else " (recalled, does not gate)") for s in scores if not s.as_expected]
    return f"{len(scores)} rows: {text}. " + (
        f"Not as recorded: {', '.join(odd)}." if odd else "All as recorded."
    )

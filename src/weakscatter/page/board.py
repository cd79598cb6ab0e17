"""The scoreboard as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from weakscatter.published.scoreboard import Score, scoreboard, succeeded


def run_scoreboard(rows: Iterable[str] = (), *, as_json: bool = False, console: Console | None = None) -> int:
    """Print published numbers beside ours; return 0, or 1 if a row's status is not the recorded one.

    `rows` are ids or papers; none means all.
    """
    scores = scoreboard(tuple(rows) or None)
    console = Console() if console is None else console
    if as_json:
        console.print_json(json.dumps([score.to_dict() for score in scores], allow_nan=False))
    else:
        console.print(board_table(scores, "Published numbers and ours"))
    return 0 if succeeded(scores) else 1


def board_table(scores: tuple[Score, ...], title: str) -> Table:
    """Theirs, ours, pull, knowledge, status."""
    table = Table(title=title)
    for column in ("quantity", "published", "ours", "pull", "knowledge", "status"):
        table.add_column(column)
    for score in scores:
        row = score.row
        error = "" if row.plus is None else f" +{row.plus:.3g} -{row.minus:.3g}"
        pull = "" if score.pull is None else f"{score.pull:+.2f}"
        ours = "" if score.ours is None else f"{score.ours:.6g}"
        table.add_row(
            row.quantity, f"{row.value:.6g}{error} {row.unit}", ours, pull, row.knowledge, score.status
        )
    return table

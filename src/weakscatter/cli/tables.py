"""Showing a document in a terminal: tables with value and unit, warnings, citations at the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from weakscatter.cards.results import Result, shown

if TYPE_CHECKING:
    from weakscatter.cards.document import Document

_ROWS = 24
_NARROW = 3  # labels of a result that share a table with others


def show(document: Document, console: Console | None = None) -> None:
    """Print a document."""
    console = console or Console(highlight=False, soft_wrap=False)
    results = document.results
    single = {name: r for name, r in results.items() if not r.axes and not isinstance(r.value, dict | list)}
    if "best_fit" in results:
        console.print(_estimates("best fit", results["best_fit"].value))
    if "interval" in results:
        console.print(_intervals(document))
    if "conditions" in results:
        free = results["conditions"].value
        held = ", ".join(f"{name} = {shown(value)}" for name, value in free["held"].items())
        console.print(escape(f"profiled: {', '.join(free['profiled']) or 'none'}; held: {held or 'none'}"))
    for axis in [name for name, r in results.items() if r.axes == (name,)]:
        for table in _along(axis, results):
            console.print(table)
    for name, result in results.items():
        if (
            len(result.axes) == 1
            and isinstance(result.value, np.ndarray | list)
            and result.axes[0] not in results
        ):
            console.print(f"{name} = {shown(result.value)} {result.unit}")
    if single:
        table = Table("result", "value", "unit", "per", box=box.SIMPLE_HEAD)
        for name, result in single.items():
            error = "" if result.uncertainty is None else f" +- {shown(result.uncertainty)}"
            table.add_row(name, f"{shown(result.value)}{error}", escape(result.unit), result.per or "")
        console.print(table)
    for name, cause in document.dominant.items():
        console.print(f"error of {escape(name)}: mostly {escape(cause)}")
    for text in document.warnings:
        console.print(f"[bold]warning:[/] {escape(text)}")
    if document.citations:
        console.print("Please cite:")
        for source in document.citations:
            console.print(f"  {escape(source.text())}", soft_wrap=True)


def _estimates(title: str, best: dict[str, Any]) -> Table:
    table = Table(title, "value", "minus", "plus", "unit", box=box.SIMPLE_HEAD)
    for name, one in best.items():
        cells = [
            shown(one["value"]),
            *("" if one.get(side) is None else shown(one[side]) for side in ("minus", "plus")),
        ]
        table.add_row(name, *cells, escape(one["unit"]))
    return table


def _intervals(document: Document) -> Table:
    result = document["interval"]
    confidence = document.card.get("confidence")
    table = Table(
        f"{document.card['parameter']} at {confidence:.4g}", "lower", "upper", "unit", box=box.SIMPLE_HEAD
    )
    for lower, upper in result.value or []:
        table.add_row(
            "allowed",
            "-" if lower is None else shown(lower),
            "-" if upper is None else shown(upper),
            escape(result.unit),
        )
    return table


def _along(axis: str, results: Any) -> list[Table]:
    """Return tables of everything that has this axis last and at most one named axis before it.

    A result with many labels is a table of its own, with the unit in the title: repeated in every head it leaves no room.
    """
    columns: list[tuple[str, Iterable[Any]]] = []
    wide: list[tuple[str, list[tuple[str, Iterable[Any]]]]] = []
    for name, result in results.items():
        if name == axis or not result.axes or result.axes[-1] != axis or result.value is None:
            continue
        if name.endswith("_error_by_cause"):
            continue  # for --json; a terminal is too narrow
        values = np.asarray(result.value)
        if result.axes == (axis,):
            columns.append((_head(name, result), values))
        elif (
            len(result.axes) == 2
            and result.axes[0] != axis
            and isinstance(results[result.axes[0]].value, list)
        ):
            rows = list(zip(results[result.axes[0]].value, values, strict=True))
            if len(rows) > _NARROW:
                wide.append((_head(name, result), [(str(label), row) for label, row in rows]))
            else:
                columns += [(_head(f"{name} {label}", result), row) for label, row in rows]
    tables = [_table(axis, results[axis], columns)] if columns else []
    return tables + [_table(axis, results[axis], some, title) for title, some in wide]


def _cell(value: Any, *, short: bool) -> str:
    value = value.item() if isinstance(value, np.generic) else value
    return f"{value:.3g}" if short and isinstance(value, float) else str(shown(value))


def _table(
    axis: str, own: Result, columns: list[tuple[str, Iterable[Any]]], title: str | None = None
) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=None if title is None else escape(title.replace("\n", " ")))
    table.add_column(escape(_head(axis, own)), justify="right")
    for head, _ in columns:
        table.add_column(escape(head), justify="right")
    rows = list(zip(np.asarray(own.value, dtype=object), *(values for _, values in columns), strict=True))
    step = max(1, -(-len(rows) // _ROWS))
    for row in rows[::step]:
        table.add_row(*(escape(_cell(cell, short=title is not None)) for cell in row))
    if step > 1:
        table.caption = f"every {step}. of {len(rows)} rows; --json gives all"
    return table


def _head(name: str, result: Result) -> str:
    lines = [name, f"({result.unit})" if result.unit else "", f"per {result.per}" if result.per else ""]
    return "\n".join(line for line in lines if line)

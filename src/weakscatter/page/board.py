"""The scoreboard for people: in a terminal, as JSON, as one HTML file, as Markdown."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from weakscatter.provenance.files import write_atomic
from weakscatter.provenance.sources import source
from weakscatter.published.scoreboard import Score, by_paper, scoreboard, succeeded, summary

TITLE = "Published numbers and ours"

HEAD = ("quantity", "published", "ours", "pull", "knowledge", "status", "where", "remark")

_LEGEND = (
    "met: within the published error, or the tolerance stated in the remark. explained: outside, and inside once the named "
    "cause is changed. open: outside, or not computed. inputs unavailable: the paper does not give what is needed. The pull is "
    "(ours - published)/published error. A recalled number has still to be compared with the paper by a person and never gates."
)

_STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:78rem;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;width:100%;margin:.6rem 0 1.6rem}th,td{text-align:left;vertical-align:top;"
    "padding:.35rem .6rem;border-bottom:1px solid #ccc}th{border-bottom:2px solid #555}td.n{white-space:nowrap}"
    "h2{font-size:1.05rem;margin:1.6rem 0 .2rem}.met{color:#1b6e2c}.explained{color:#7a5200}.open{color:#a31515}"
    ".unavailable{color:#555}small{color:#555}"
)


def run_scoreboard(
    rows: Iterable[str] = (),
    *,
    as_json: bool = False,
    out: Path | None = None,
    console: Console | None = None,
) -> int:
    """Compute and show the board; `rows` are ids or papers, none means all. Status as `show_scoreboard`."""
    return show_scoreboard(scoreboard(tuple(rows) or None), as_json=as_json, out=out, console=console)


def show_scoreboard(
    scores: tuple[Score, ...],
    *,
    as_json: bool = False,
    out: Path | None = None,
    console: Console | None = None,
) -> int:
    """Print the board, and write scoreboard.html, .md and .json into a folder where one is given.

    Returns 0, or 1 if a verified row's status is not the recorded one.
    """
    console = Console() if console is None else console
    if out is not None:
        write_board(scores, out)
    if as_json:
        console.print_json(_as_json(scores))
    else:
        console.print(board_table(scores, TITLE))
        console.print(escape(summary(scores)), highlight=False)
        if out is not None:
            console.print(f"scoreboard.html, .md and .json are in {out}", highlight=False)
    return 0 if succeeded(scores) else 1


def write_board(scores: tuple[Score, ...], out: Path) -> None:
    """Write scoreboard.html, .md and .json into a folder."""
    write_atomic(Path(out) / "scoreboard.html", board_html(scores))
    write_atomic(Path(out) / "scoreboard.md", board_markdown(scores))
    write_atomic(Path(out) / "scoreboard.json", _as_json(scores) + "\n")


def _as_json(scores: tuple[Score, ...]) -> str:
    return json.dumps([score.to_dict() for score in scores], allow_nan=False, indent=1)


def board_table(scores: tuple[Score, ...], title: str) -> Table:
    """Theirs, ours, pull, knowledge, status; a section for each paper."""
    table = Table(title=title)
    for column in HEAD[:6]:
        table.add_column(column)
    for group in by_paper(scores).values():
        for score in group:
            table.add_row(*(escape(cell) for cell in cells(score)[:6]))
        table.add_section()
    return table


def cells(score: Score) -> tuple[str, ...]:
    """Return the texts of one row, in the order of `HEAD`."""
    row = score.row
    published = row.text().removesuffix(" (recalled)")
    ours = "" if score.ours is None else f"{score.ours:.6g}{' ' + row.unit if row.unit else ''}"
    pull = "" if score.pull is None else f"{score.pull:+.2f}"
    return row.quantity, published, ours, pull, row.knowledge, score.status, row.where, score.remark


def board_markdown(scores: tuple[Score, ...]) -> str:
    """Return the board as Markdown, a section with a table for each paper, rows of text that Markdown leaves alone."""
    lines = [f"# {TITLE}", "", _plain(summary(scores)), "", _plain(_LEGEND), ""]
    for key, group in by_paper(scores).items():
        lines += [f"## {_plain(key)}", "", _reference(group[0]), ""]
        lines += ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
        lines += ["| " + " | ".join(_plain(cell) for cell in cells(score)) + " |" for score in group]
        lines.append("")
    return "\n".join(lines)


def _reference(score: Score) -> str:
    entry = source(score.citation)
    link = f" [{entry.url.removeprefix('https://')}]({entry.url})" if entry.url else ""
    return _plain(entry.text()) + link


def _plain(text: str) -> str:
    for character in "\\|[]*_$~`":
        text = text.replace(character, f"\\{character}")
    return text.replace("<", "&lt;").replace("\n", " ")


def board_html(scores: tuple[Score, ...]) -> str:
    """Return the board as one HTML file that needs nothing else."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f"<title>{html.escape(TITLE)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{html.escape(TITLE)}</h1><p>{html.escape(summary(scores))}</p><p><small>{html.escape(_LEGEND)}</small></p>",
    ]
    head = "".join(f"<th>{name}</th>" for name in HEAD)
    for key, group in by_paper(scores).items():
        entry = source(group[0].citation)
        text = html.escape(entry.text())
        link = f'<a href="{html.escape(entry.url, quote=True)}">{text}</a>' if entry.url else text
        parts.append(f'<h2 id="{html.escape(key, quote=True)}">{html.escape(key)}</h2><p>{link}</p>')
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>")
        parts += [_html_row(score) for score in group]
        parts.append("</tbody></table>")
    return "".join([*parts, "</body></html>\n"])


def _html_row(score: Score) -> str:
    texts = [html.escape(cell) for cell in cells(score)]
    kinds = ["", "n", "n", "n", "", score.status.split()[-1], "", ""]
    columns = (
        f'<td class="{kind}">{text}</td>' if kind else f"<td>{text}</td>"
        for kind, text in zip(kinds, texts, strict=True)
    )
    return f'<tr id="{html.escape(score.row.id, quote=True)}">{"".join(columns)}</tr>'

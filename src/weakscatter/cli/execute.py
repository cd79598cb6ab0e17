"""Running a card for a command, showing the document, and writing files only when everything is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from weakscatter.cli import shorthand
from weakscatter.cli.errors import DONE, UNUSABLE
from weakscatter.cli.progress import Progress
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.files import write_atomic

_FORMATS = (".png", ".pdf", ".svg")


def execute(
    card: dict[str, Any],
    folder: Path,
    *,
    as_json: bool,
    plot: Path | None,
    out: Path | None,
    settings: tuple[str, ...] = (),
    card_out: Path | None = None,
) -> int:
    """Run a card's content and show the document; return the exit status."""
    card = shorthand.apply(card, settings)
    if plot is not None and plot.suffix.lower() not in _FORMATS:
        raise InputError(
            f"--plot {str(plot)!r}: figures are written as {', '.join(_FORMATS)}. Choose one of these endings."
        )
    draw: Any = None
    if plot is not None:
        from weakscatter.plot import draw
    with Progress() as progress:
        progress("loading")
        from weakscatter.cards import run
        from weakscatter.cli.toml import to_toml

        document = run(card, folder=folder, progress=progress)
        if draw is not None:
            progress("drawing")
            draw(document, plot)
    if card_out is not None:
        write_atomic(card_out, to_toml(card))
    if out is not None:
        document.save(out / "results.json")
        write_atomic(out / "card.toml", to_toml(document.card))
    if as_json:
        click.echo(document.json())
    else:
        from weakscatter.cli.tables import show

        show(document)
    return DONE if document.converged else UNUSABLE

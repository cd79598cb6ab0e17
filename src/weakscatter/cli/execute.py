"""Running a card for a command, showing the document, and writing files only when everything is there."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from weakscatter.cli import shorthand
from weakscatter.cli.errors import DONE, UNUSABLE, complain
from weakscatter.cli.progress import Progress
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.files import write_atomic

_FORMATS = (".png", ".pdf", ".svg")

TOYS = "toys.h5"
"""File in the folder of ``--out`` to which toys are written as they come."""


def _draws_toys(card: dict[str, Any]) -> bool:
    return card.get("task") == "toys" or card.get("method") == "feldman-cousins"


def executor_of(workers: int | None, address: str | None) -> Any:
    """Return the context of the executor that was asked for; that of None where it is this process."""
    if workers is not None and address is not None:
        raise InputError("--workers and --cluster say two places at once. Give one of them.")
    if workers is None and address is None:
        return nullcontext()
    from weakscatter.inference import cluster, processes

    return cluster(address) if address is not None else processes(workers or 0)


def execute(
    card: dict[str, Any],
    folder: Path,
    *,
    as_json: bool,
    plot: Path | None,
    out: Path | None,
    settings: tuple[str, ...] = (),
    card_out: Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
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

        file = out / TOYS if out is not None and _draws_toys(card) else None
        try:
            with executor_of(workers, cluster) as executor:
                from weakscatter.inference import Work

                work = Work(executor, file, progress=progress.count)
                document = run(card, folder=folder, progress=progress, work=work)
        except KeyboardInterrupt:
            if file is None or not file.exists():
                raise
            return complain(
                f"interrupted; the finished toys are in {str(file)!r}: the same command goes on from there."
            )
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

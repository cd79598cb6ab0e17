"""The command `export`: curves of a result, or the likelihood of a card."""

from __future__ import annotations

from pathlib import Path

import click

from weakscatter.cli.errors import DONE
from weakscatter.cli.shorthand import plain
from weakscatter.provenance.errors import InputError


def export(given: Path, target: Path, axis: str | None, at: str) -> int:
    """Write ``target`` from a result (.json) or a card (.toml); return the exit status."""
    kinds = given.suffix.lower(), target.suffix.lower()
    if kinds[0] == ".toml" and kinds[1] == ".json":
        from weakscatter.cards import workspace_from_card

        made = workspace_from_card(given, at=plain(at))
        click.echo(f"{made.save(target)}: {made}, counts of a bin err by at most {made.error:.2g}")
        return DONE
    if kinds[0] == ".json" and kinds[1] in (".csv", ".yaml"):
        from weakscatter.cards import curves, load_result

        table = curves(load_result(given), axis)
        click.echo(f"{table.save(target)}: {table}")
        return DONE
    raise InputError(
        f"export {str(given)!r} {str(target)!r}: write a result as curves (RESULT.json FILE.csv or FILE.yaml), or a card as a "
        "workspace of pyhf (CARD.toml FILE.json)."
    )

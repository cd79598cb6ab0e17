"""`cite`: the sources behind names, published numbers, cards and results."""

from __future__ import annotations

import click

from weakscatter.cli.errors import DONE
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.sources import Source, source


def show_citations(what: tuple[str, ...], bibtex: bool) -> int:
    """Print every source once."""
    found: dict[str, Source] = {}
    for one in what:
        entries = _sources(one)
        if not entries:
            click.echo(f"{one} rests on no publication that is on record here.", err=True)
        found |= {entry.key: entry for entry in entries}
    for entry in found.values():
        click.echo(entry.bibtex() if bibtex else f"{entry.text()}  [{entry.key}]")
    return DONE


def _sources(one: str) -> tuple[Source, ...]:
    from weakscatter.cards.citing import cite, known_names

    if one.endswith((".json", ".toml")) or one in known_names():
        return cite(one)
    from weakscatter.published import papers

    rows = {row.id: paper for paper in papers().values() for row in paper.rows}
    published = {**papers(), **rows}
    if one in published:
        return (source(published[one].citation),)
    allowed = [*known_names(), *published]
    raise InputError(
        f"nothing to cite for {one!r}.{nearest(one, allowed)} Give a name of `weakscatter list`, a key of the bibliography, a "
        "published paper or row, a card (.toml) or a saved result (.json)."
    )

"""`cite`: the sources behind experiments, bibliography keys, and results."""

from __future__ import annotations

import json
from pathlib import Path

import click

from weakscatter.cards.catalogue import names
from weakscatter.cli.errors import DONE
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.sources import Source, bibliography, cite, source


def show_citations(what: tuple[str, ...], bibtex: bool) -> int:
    """Print every source once."""
    found: dict[str, Source] = {}
    for one in what:
        for entry in _sources(one):
            found[entry.key] = entry
    for entry in found.values():
        click.echo(entry.bibtex() if bibtex else f"{entry.text()}  [{entry.key}]")
    return DONE


def _sources(one: str) -> tuple[Source, ...]:
    if one.endswith(".json"):
        return _of_document(Path(one))
    if one in bibliography():
        return (source(one),)
    known = names("experiments")
    if one in known:
        from weakscatter.experiments import EXPERIMENTS

        return cite(EXPERIMENTS[one])
    allowed = [*known, *bibliography()]
    raise InputError(
        f"nothing to cite for {one!r}.{nearest(one, allowed)} Give an experiment ({', '.join(known)}), a key of the "
        "bibliography, or a results.json."
    )


def _of_document(path: Path) -> tuple[Source, ...]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return tuple(source(entry["key"]) for entry in content["citations"])
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {str(path)!r}: {error}.") from None
    except (json.JSONDecodeError, KeyError, TypeError):
        raise InputError(f"{str(path)!r} is no document written by weakscatter (--json or --out).") from None

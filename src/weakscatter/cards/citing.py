"""What to cite: for objects, and for anything that has a name or a file."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from weakscatter.cards import catalogue
from weakscatter.cards.stored import load_result
from weakscatter.provenance import sources
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.sources import Source, bibliography


def cite(*objects: Any) -> tuple[Source, ...]:
    """Return the sources that objects, names and files rest on, each once, in the order met.

    Parameters
    ----------
    objects : any of
        - an object of the library or a user's own with ``citations``, what holds such objects, and every result;
        - a key of the bibliography, or a name of `weakscatter list`: experiment, interaction, couplings, form factor, ...;
        - the path of a card (``.toml``; nothing is calculated) or of a saved result (``.json``).

    Raises
    ------
    InputError : a name that is none of these; the nearest is offered.

    Examples
    --------
    >>> [source.key for source in cite("helm", "freedman1974")]
    ['helm1956', 'freedman1974']
    """
    found: dict[str, Source] = {}
    for one in objects:
        own = _named(one) if isinstance(one, str | Path) else sources.cite(one)
        found |= {entry.key: entry for entry in own}
    return tuple(found.values())


def known_names() -> tuple[str, ...]:
    """Return every name that `cite` takes."""
    listed = [name for room in catalogue.ROOMS for name in catalogue.names(room)]
    return tuple(dict.fromkeys([*listed, *bibliography()]))


def _named(one: str | Path) -> tuple[Source, ...]:
    text = str(one)
    if text in bibliography():
        return (sources.source(text),)
    if text.endswith(".json"):
        return sources.cite(load_result(text))
    if text.endswith(".toml"):
        return _of_card(text)
    rooms = [room for room in catalogue.ROOMS if text in catalogue.names(room)]
    if rooms:
        return sources.cite(*(_item(room, text) for room in rooms))
    raise InputError(
        f"nothing to cite for {text!r}.{nearest(text, known_names())} Give a name of `weakscatter list`, a key of the "
        "bibliography, a card (.toml) or a saved result (.json)."
    )


def _item(room: str, name: str) -> Any:
    """Return what a name stands for: an object where it can be made without arguments, else the class."""
    module, variable = catalogue.ROOMS[room]
    item = getattr(importlib.import_module(module), variable)[name]
    if not isinstance(item, type):
        return item
    try:
        return item()
    except TypeError:  # it needs arguments; classes cite as well
        return item


def _of_card(path: str) -> tuple[Source, ...]:
    from weakscatter.cards import (
        absorption,
        atomic_response,
        atomic_structure,
        cross_section,
        photoabsorption,
        rate,
        shell_model,
        statistics,
    )
    from weakscatter.cards.experiment import experiment_from_card
    from weakscatter.cards.names import join
    from weakscatter.cards.parse import load
    from weakscatter.cards.runner import complete

    content, folder = load(path)
    if "experiment" in content and "task" not in content:
        return sources.cite(experiment_from_card(path))
    full = complete(content, folder=folder)
    own = {
        "cross-section": cross_section,
        "rate": rate,
        "shell-model": shell_model,
        "atomic-structure": atomic_structure,
        "photoabsorption": photoabsorption,
        "atomic-response": atomic_response,
        "absorption": absorption,
    }
    room: Any = own.get(full["task"], statistics)
    return tuple(room.cited(full, join()))

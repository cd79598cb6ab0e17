"""Loading a card and checking it against the schema: strict, and every error names section and key."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from weakscatter.cards.grid import written_grid
from weakscatter.cards.key import Key, Keys
from weakscatter.cards.schema import words_of
from weakscatter.cards.values import plain, read
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.tables import read_toml


def load(card: Any, folder: str | Path | None = None) -> tuple[dict[str, Any], Path]:
    """Return the content of a card (path or mapping) and the folder that its paths are relative to."""
    if isinstance(card, Mapping):
        return plain(card), Path(folder or ".").resolve()
    if not isinstance(card, str | Path):
        raise InputError(f"a card is a path of a TOML file or a dictionary; got {type(card).__name__}.")
    path = Path(card)
    if not path.exists():
        raise InputError(f"there is no card {str(card)!r}. Give the path of a TOML file, or a dictionary.")
    if path.is_dir():
        raise InputError(f"{str(card)!r} is a folder. Give the path of a card, a TOML file.")
    return plain(read_toml(path)), path.resolve().parent


def check_names(where: str, given: Iterable[str], allowed: Iterable[str], what: str = "key") -> None:
    """Raise for the first name that is not allowed, offering the nearest."""
    allowed = list(allowed)
    for name in given:
        if name not in allowed:
            listed = ", ".join(allowed) if allowed else "none"
            raise InputError(f"{where}: unknown {what} {name!r}.{nearest(name, allowed)} Allowed: {listed}.")


def as_table(where: str, given: Any) -> dict[str, Any]:
    """Return a section as a dictionary."""
    if not isinstance(given, Mapping):
        raise InputError(
            f"{where} = {given!r} is no section. Write it as a table, [{where}] with its keys below."
        )
    return dict(given)


def section(where: str, given: Any, keys: Keys, folder: Path) -> dict[str, Any]:
    """Return a section with its defaults filled in, every value read once to see that it is good."""
    given = as_table(where, given)
    check_names(f"[{where}]", given, keys)
    filled: dict[str, Any] = {}
    for name, key in keys.items():
        key = replace(key, words=words_of(key)) if key.words else key
        if name in given:
            read(key, f"{where}.{name}", given[name])
            filled[name] = written(key, given[name], folder)
        elif key.required:
            raise InputError(f"[{where}] lacks {name!r}: {key.text}. Add {name} = {example(key)}.")
        elif key.default is not None:
            filled[name] = copy.deepcopy(key.default)
    return filled


def ordered(filled: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """Return a section in the order of its keys, so that a card and its echo read alike."""
    return {name: filled[name] for name in keys if name in filled}


def kind_section(where: str, given: Any, kinds: Mapping[str, Keys], folder: Path) -> dict[str, Any]:
    """Return a section whose keys depend on its ``kind``; a single kind is the default."""
    given = as_table(where, given)
    if "kind" not in given and len(kinds) == 1:
        given = {"kind": next(iter(kinds)), **given}
    kind = kind_of(where, given, kinds)
    rest = {name: value for name, value in given.items() if name != "kind"}
    check_names(f"[{where}] of kind {kind!r}", rest, kinds[kind])
    return {"kind": kind, **section(where, rest, kinds[kind], folder)}


def kind_of(where: str, given: Mapping[str, Any], kinds: Iterable[str]) -> str:
    """Return the kind a section names."""
    kinds = list(kinds)
    if "kind" not in given:
        raise InputError(f"[{where}] lacks 'kind'. Allowed: {', '.join(kinds)}.")
    kind = given["kind"]
    if not isinstance(kind, str) or kind not in kinds:
        raise InputError(
            f"{where}.kind = {kind!r} is unknown.{nearest(str(kind), kinds)} Allowed: {', '.join(kinds)}."
        )
    return kind


def written(key: Key, given: Any, folder: Path) -> Any:
    """Return a value as the echoed card writes it: it stands on its own and means the same when read again."""
    if key.reads == "grid":
        return written_grid(given)
    if key.reads == "file":
        # Absolute, so that the echo does not depend on the folder it is run from.
        return str(path_of(given, folder))
    if key.reads == "window":
        return [given[0], "inf" if given[1] == math.inf else given[1]]
    return copy.deepcopy(given)


def path_of(given: str, folder: Path) -> Path:
    """Return a card's path; relative ones count from the card's folder."""
    path = Path(given)
    return path if path.is_absolute() else (folder / path).resolve()


def example(key: Key) -> str:
    """Return what could stand behind the key, for messages."""
    if key.words:
        return f'"{words_of(key)[0]}"'
    samples = {
        "energy": '"30 MeV"', "length": '"19.3 m"', "mass": '"14.6 kg"', "time": '"0.5 us"', "1/cm^2": '"1e10 1/cm^2"',
    }  # fmt: skip
    if key.reads in ("quantity", "number"):
        return samples.get(key.dimension, f'"1 {key.dimension}"' if key.dimension else "0.5")
    return {"names": '["..."]', "experiments": '["coherent_csi_2021"]', "numbers": "[0.05, 4.3]"}.get(
        key.reads, '"..."'
    )

"""Reading one value of a card: text or number in, natural units out, and an error that names the key."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.cards.grid import read_grid
from weakscatter.cards.key import Key
from weakscatter.cards.schema_sources import FLAVOURS
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.units import UnitError, parse


def plain(given: Any, where: str = "the card") -> Any:
    """Return a card's content as JSON types: dictionaries with text keys, lists, text, numbers, truth values."""
    if isinstance(given, Mapping):
        return {str(key): plain(value, str(key)) for key, value in given.items() if value is not None}
    if isinstance(given, list | tuple):
        return [plain(value, where) for value in given]
    if isinstance(given, np.ndarray | np.generic):
        return plain(given.tolist(), where)
    if isinstance(given, Path):
        return str(given)
    if given is None or isinstance(given, str | bool | int | float):
        return given
    raise InputError(
        f"{where} = {given!r} is a {type(given).__name__}. Cards hold text, numbers, true or false, lists and tables."
    )


def quantity(key: Key, where: str, given: Any) -> float:
    """Read "NUMBER UNIT" (or a pure number where the key has no dimension) within the key's bounds."""
    try:
        value = parse(given, key.dimension)
    except UnitError as error:
        raise InputError(f"{where}: {error}") from None
    except OverflowError:
        raise InputError(f"{where}: the number is too large.") from None
    return _bounded(key, where, given, value)


def _bounded(key: Key, where: str, given: Any, value: float) -> float:
    allowed = []
    if key.above is not None:
        allowed.append("positive" if key.above == 0.0 else f"above {key.above:g}")
    if key.least is not None:
        allowed.append("not negative" if key.least == 0.0 else f"at least {key.least:g}")
    if key.most is not None:
        allowed.append(f"at most {key.most:g}")
    if (
        not math.isfinite(value)
        or (key.above is not None and not value > key.above)
        or (key.least is not None and not value >= key.least)
        or (key.most is not None and not value <= key.most)
    ):
        raise InputError(
            f"{where} = {given!r}: it must be {', '.join([*allowed, 'finite'])}. It is {key.text}."
        )
    return value


def number(key: Key, where: str, given: Any) -> float:
    """Read a pure number."""
    if key.dimension:
        raise InputError(f"{where} = {given!r}: a quantity of dimension {key.dimension} is wanted.")
    return quantity(key, where, given)


def integer(key: Key, where: str, given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise InputError(f"{where} = {given!r} is no whole number. Give {key.text} as a whole number.")
    if abs(given) > 10**15:
        raise InputError(f"{where} is too large.")
    _bounded(key, where, given, float(given))
    return given


def switch(key: Key, where: str, given: Any) -> bool:
    if not isinstance(given, bool):
        raise InputError(f"{where} = {given!r}; true or false is allowed, without quotes: {key.text}.")
    return given


def text(key: Key, where: str, given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise InputError(f"{where} = {given!r} is no text. Give {key.text} in quotes.")
    return given


def word(key: Key, where: str, given: Any) -> str:
    """Read one of the key's words."""
    if not isinstance(given, str) or given not in key.words:
        raise InputError(
            f"{where} = {given!r} is unknown.{nearest(str(given), key.words)} Allowed: {', '.join(key.words)}."
        )
    return given


def words(key: Key, where: str, given: Any) -> tuple[str, ...]:
    """Read a list of names."""
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise InputError(f'{where} = {given!r} is no list of names. Write {where} = ["..."]: {key.text}.')
    twice = [name for name in given if given.count(name) > 1]
    if twice:
        raise InputError(f"{where} lists {twice[0]!r} twice. List it once.")
    return tuple(given)


def sources(key: Key, where: str, given: Any) -> str | tuple[str, ...]:
    """Read "all", or a list of the key's words."""
    if given == "all":
        return "all"
    if not isinstance(given, list) or not given:
        raise InputError(f'{where} = {given!r}: write "all", or a list of names, like ["{key.words[0]}"].')
    for i, name in enumerate(given, 1):
        word(key, f"{where}[{i}]", name)
    return words(key, where, given)


def numbers(key: Key, where: str, given: Any) -> tuple[float, ...]:
    """Read a list of pure numbers."""
    if not isinstance(given, list) or not 0 < len(given) <= 1000:
        raise InputError(f"{where} = {given!r} is no list of numbers. Give {key.text}.")
    return tuple(quantity(key, f"{where}[{i}]", entry) for i, entry in enumerate(given, 1))


def grid(key: Key, where: str, given: Any) -> np.ndarray:
    return read_grid(where, given, lambda at, entry: quantity(key, at, entry))


def window(key: Key, where: str, given: Any) -> tuple[float, float]:
    """Read [lower, upper]; the upper end may be infinite."""
    if not isinstance(given, list) or len(given) != 2:
        raise InputError(f'{where} = {given!r} is no window. Write two energies, like ["5 keV", "inf"].')
    lower = quantity(key, f"{where}[1]", given[0])
    upper = math.inf if given[1] in ("inf", math.inf) else quantity(key, f"{where}[2]", given[1])
    if not lower < upper:
        raise InputError(
            f"{where} = {given!r} is empty; the first energy must be below the second. Swap them."
        )
    return lower, upper


def by_name(key: Key, where: str, given: Any) -> float | dict[str, float]:
    """Read one quantity, or a table of them by name."""
    if isinstance(given, Mapping):
        return {name: quantity(key, f"{where}.{name}", entry) for name, entry in given.items()}
    return quantity(key, where, given)


def baseline(key: Key, where: str, given: Any) -> float | str:
    """Read a length, or the word for phases that average out."""
    if given == "averaged":
        return given
    try:
        return quantity(key, where, given)
    except InputError as error:
        raise InputError(f"{error} Or write 'averaged': so far away that phases average out.") from None


def radii(key: Key, where: str, given: Any) -> Any:
    """Read radii by nuclide, or the word that asks for the form factor's own."""
    return given if given == "systematic" else by_name(key, where, given)


def flavours(key: Key, where: str, given: Any) -> float | tuple[float, ...]:
    """Read one number, or a table { e, mu, tau }."""
    if not isinstance(given, Mapping):
        return quantity(key, where, given)
    for name in given:
        if name not in FLAVOURS:
            raise InputError(
                f"{where}: unknown flavour {name!r}.{nearest(name, FLAVOURS)} Allowed: {', '.join(FLAVOURS)}."
            )
    missing = [name for name in FLAVOURS if name not in given]
    if missing:
        raise InputError(
            f"{where} lacks {' and '.join(missing)}. Give all of e, mu and tau, or one number for all."
        )
    return tuple(quantity(key, f"{where}.{name}", given[name]) for name in FLAVOURS)


def table(key: Key, where: str, given: Any) -> dict[str, Any]:
    """Take a table whose entries are read later, by the section that knows their names."""
    if not isinstance(given, Mapping):
        raise InputError(f"{where} = {given!r} is no table. Write {where} = {{ name = value }}: {key.text}.")
    return dict(given)


def named_numbers(key: Key, where: str, given: Any) -> dict[str, float]:
    """Read a table of pure numbers under the key's names."""
    if not isinstance(given, Mapping) or not given:
        raise InputError(
            f"{where} = {given!r} is no table. Write {where} = {{ {key.words[0]} = 1, ... }}: {key.text}."
        )
    for name in given:
        if name not in key.words:
            raise InputError(
                f"{where}: unknown name {name!r}.{nearest(name, key.words)} Allowed: {', '.join(key.words)}."
            )
    return {name: quantity(key, f"{where}.{name}", entry) for name, entry in given.items()}


def mediator(key: Key, where: str, given: Any) -> str | float:
    """Read "heavy", "light", or the mass of a mediator."""
    if given in ("heavy", "light"):
        return given
    try:
        return quantity(Key("quantity", key.text, "energy", least=0.0), where, given)
    except InputError as error:
        raise InputError(f"{error} Or write 'heavy' or 'light'.") from None


def couplings(key: Key, where: str, given: Any) -> dict[str, float]:
    """Read a table of couplings { e, p, n }, some of them."""
    if not isinstance(given, Mapping) or not given:
        raise InputError(
            f"{where} = {given!r} is no table. Write {where} = {{ e = ..., p = ..., n = ... }}: {key.text}."
        )
    for name in given:
        if name not in ("e", "p", "n"):
            raise InputError(f"{where}: unknown constituent {name!r}. Allowed: e, p, n.")
    return {name: quantity(key, f"{where}.{name}", entry) for name, entry in given.items()}


def ionised(key: Key, where: str, given: Any) -> Any:
    """Take 'ab-initio', or a table whose entries are read later."""
    if given == "ab-initio" or isinstance(given, Mapping):
        return given
    raise InputError(
        f'{where} = {given!r} is unknown. Allowed: \'ab-initio\', or {{ files = {{ "5p" = "FILE" }} }}.'
    )


def files(key: Key, where: str, given: Any) -> dict[str, str]:
    """Read a table of files by name."""
    if not isinstance(given, Mapping) or not given or not all(isinstance(one, str) for one in given.values()):
        raise InputError(
            f'{where} = {given!r} is no table of files. Write {where} = {{ "5p" = "FILE" }}: {key.text}.'
        )
    return dict(given)


def anything(key: Key, where: str, given: Any) -> Any:
    """Take what a later stage reads, because it depends on the rest of the card."""
    return given


#: Readers by the word in `Key.reads`.
READERS: dict[str, Callable[[Key, str, Any], Any]] = {
    "quantity": quantity,
    "number": number,
    "integer": integer,
    "switch": switch,
    "text": text,
    "file": text,
    "word": word,
    "names": words,
    "sources": sources,
    "numbers": numbers,
    "grid": grid,
    "window": window,
    "radii": radii,
    "baseline": baseline,
    "by nuclide": by_name,
    "flavours": flavours,
    "fixed": table,
    "table": named_numbers,
    "section": table,
    "mediator": mediator,
    "couplings": couplings,
    "ionised": ionised,
    "table of files": files,
    "experiments": anything,
    "edges": anything,
    "observable": anything,
    "observable rate": anything,
    "matrix": anything,
    "truncation": anything,
    "orbits": anything,
    "scaling": anything,
    "nucleus": anything,
    "active": anything,
    "thresholds": anything,
}


def read(key: Key, where: str, given: Any) -> Any:
    """Return the value of a key in natural units."""
    return READERS[key.reads](key, where, given)

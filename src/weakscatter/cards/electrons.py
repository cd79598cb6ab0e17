"""[response] of a target whose electrons scatter: how they are bound, and the targets that follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from weakscatter.cards.parse import as_table, check_names, section
from weakscatter.cards.schema import ELECTRONS, SECTIONS
from weakscatter.cards.target import material_of
from weakscatter.cards.values import read
from weakscatter.matter import isotopes, subshells
from weakscatter.model import Target, electron_targets
from weakscatter.provenance.errors import InputError
from weakscatter.response import FreeElectrons, Stepping


def scatters_on_electrons(full: Mapping[str, Any]) -> bool:
    """Whether the target of a completed card is its electrons."""
    return bool(full["target"]["scatters_on"] == "electrons")


def complete_electrons(given: Any, target: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return [response] of electrons with its defaults.

    Raises
    ------
    InputError : an unknown approximation, keys that it does not read, or edges that do not fit the target.
    """
    given = as_table("response", {} if given is None else given)
    word = given.get("electrons", ELECTRONS["electrons"].default)
    if not isinstance(word, str) or word not in _KEYS:
        check_names("response.electrons", [str(word)], _KEYS, "treatment of electrons")
    keys = {name: ELECTRONS[name] for name in ("electrons", *_KEYS[word])}
    check_names(f"[response] with electrons = {word!r}", given, keys)
    filled = section("response", given, keys, folder)
    for symbol in symbols_of(target):
        electrons_of(filled, folder)(symbol)
    return filled


def symbols_of(target: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the elements of a completed [target]."""
    return tuple(dict.fromkeys(isotope.symbol for isotope, _ in material_of(target).constituents))


def electrons_of(filled: Mapping[str, Any], folder: Path = Path()) -> Callable[[str], Any]:
    """Return chemical symbol -> response of one atom, from a completed [response]."""
    return lambda symbol: _BUILD[filled["electrons"]](filled, symbol, folder)


def atoms_of(full: Mapping[str, Any], mass: Any) -> tuple[Target, ...]:
    """Return the targets of a completed card with `mass` (natural units) of them."""
    return electron_targets(material_of(full["target"]), mass, electrons_of(full["response"]))


def per_atom(full: Mapping[str, Any]) -> tuple[Target, ...]:
    """Return the target of a cross section per atom.

    Raises
    ------
    InputError : a compound of several elements.
    """
    symbols = symbols_of(full["target"])
    if len(symbols) > 1:
        raise InputError(
            f"target.compound = {full['target']['compound']!r} holds {' and '.join(symbols)}: a cross section per atom needs "
            f'one kind of atom. Write element = "{symbols[0]}".'
        )
    return (Target(electrons_of(full["response"])(symbols[0])),)


def mass_of(full: Mapping[str, Any]) -> Any:
    """Return the target mass of a completed card (natural units)."""
    return read(SECTIONS["target"]["mass"], "target.mass", full["target"]["mass"])


def _free(filled: Mapping[str, Any], symbol: str, folder: Path) -> FreeElectrons:
    return FreeElectrons(float(_charge_number(symbol)))


def _stepping(filled: Mapping[str, Any], symbol: str, folder: Path) -> Stepping:
    source = filled["edges"]
    source = str(folder / source) if source.endswith(".csv") else source
    try:
        return Stepping(subshells(symbol, source))
    except InputError as error:
        raise InputError(f"response.edges: {error}") from None


def _charge_number(symbol: str) -> int:
    return int(isotopes(symbol)[0][0].Z)


#: Keys that each treatment reads beside its name, and what it builds.
_KEYS: dict[str, tuple[str, ...]] = {"free": (), "stepping": ("edges",)}
_BUILD: dict[str, Callable[[Mapping[str, Any], str, Path], Any]] = {"free": _free, "stepping": _stepping}

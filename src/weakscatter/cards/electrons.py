"""[response] of a target whose electrons scatter: how they are bound, and the targets that follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.cards.parse import as_table, check_names, path_of, section
from weakscatter.cards.schema import SECTIONS
from weakscatter.cards.schema_electrons import COMPARED, ELECTRONS
from weakscatter.cards.target import material_of
from weakscatter.cards.values import read
from weakscatter.matter import isotopes, subshells
from weakscatter.model import Target, electron_targets
from weakscatter.provenance.errors import InputError
from weakscatter.response import (
    Continued,
    EquivalentPhoton,
    FreeElectrons,
    Hydrogenic,
    LongitudinalPhoton,
    ResponseTable,
    Stepping,
    ab_initio,
    hydrogenic_photoabsorption,
    infrared_regulator,
    photoabsorption,
    read_response_table,
)
from weakscatter.units import keV


def scatters_on_electrons(full: Mapping[str, Any]) -> bool:
    """Whether the target of a completed card is its electrons."""
    return bool(full["target"]["scatters_on"] == "electrons")


def complete_electrons(
    given: Any, target: Mapping[str, Any], folder: Path, *, compare: bool = False
) -> dict[str, Any]:
    """Return [response] of electrons with its defaults.

    Parameters
    ----------
    compare : whether the task shows other treatments beside the one asked for.

    Raises
    ------
    InputError : an unknown approximation, keys that it does not read, or numbers that do not fit the target.
    """
    given = as_table("response", {} if given is None else given)
    word = given.get("electrons", ELECTRONS["electrons"].default)
    if not isinstance(word, str) or word not in _KEYS:
        check_names("response.electrons", [str(word)], _KEYS, "treatment of electrons")
    beside = given.get("compare", []) if compare else []
    for name in beside if isinstance(beside, list) else []:
        if name not in COMPARED:
            check_names("response.compare", [str(name)], COMPARED, "treatment to compare")
        if name == "lpa" and word not in _FULL:
            raise InputError(
                f"response.compare has 'lpa', the longitudinal part of a whole response; electrons = {word!r} is none. Use "
                f"electrons = {' or '.join(map(repr, _FULL))}, or electrons = 'lpa' with a file."
            )
    read_too = {key for name in beside if name != "lpa" for key in _KEYS.get(str(name), ())}
    allowed = [name for name in ELECTRONS if name in {"electrons", *_KEYS[word], *read_too}]
    keys = {name: ELECTRONS[name] for name in (*allowed, *(("compare",) if compare else ()))}
    check_names(f"[response] with electrons = {word!r}", given, keys)
    filled = section("response", given, keys, folder)
    if "photoabsorption" in keys and "photoabsorption" not in filled:
        if word != "hydrogenic":
            raise InputError(
                "response.photoabsorption is missing: equivalent photons need a photoabsorption cross section. Name a table "
                "(`weakscatter list photoabsorption-tables`), 'henke' for instance, or a CSV file."
            )
        filled["photoabsorption"] = "hydrogenic"
    if word == "table" and "file" not in filled:
        raise InputError(
            "response.file is missing: electrons = 'table' is a table of one's own. Give it, or take electrons = 'ab-initio'."
        )
    if filled.get("photoabsorption", "").endswith(".csv"):
        # Absolute, so that the echo does not depend on the folder it is run from.
        filled["photoabsorption"] = str(path_of(filled["photoabsorption"], folder))
    for symbol in symbols_of(target):
        electrons_of(filled, folder)(symbol)
        for name in beside:
            compared_with(filled, name, symbol, folder)
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


def others(full: Mapping[str, Any]) -> dict[str, Target]:
    """Return the treatments to compare with, {word: target of a cross section per atom}."""
    symbol = symbols_of(full["target"])[0]
    return {
        word: Target(compared_with(full["response"], word, symbol))
        for word in full["response"].get("compare", ())
    }


def mass_of(full: Mapping[str, Any]) -> Any:
    """Return the target mass of a completed card (natural units)."""
    return read(SECTIONS["target"]["mass"], "target.mass", full["target"]["mass"])


def compared_with(filled: Mapping[str, Any], word: str, symbol: str, folder: Path = Path()) -> Any:
    """Return the response of one atom in another treatment, for `compare`."""
    if word == "lpa":
        return LongitudinalPhoton(electrons_of(filled, folder)(symbol))
    return _BUILD[word](filled, symbol, folder)


def doubts(full: Mapping[str, Any], targets: tuple[Target, ...], T: np.ndarray) -> list[str]:
    """Return what has to be said about the treatment of electrons at energies T [T] (MeV).

    The join above an ab initio table, crystals below it, and a regulator where nothing diverges.
    """
    said = []
    idle = (
        [name for name in _INFRARED if name in full["response"]]
        if full["response"]["electrons"] in _FINITE
        else []
    )
    if idle:
        said.append(
            f"response.{idle[0]} has no effect with electrons = {full['response']['electrons']!r}: nothing diverges there."
        )
    for target in targets:
        response = getattr(target.response, "response", target.response)
        if isinstance(response, Continued) and T.max() > response.ends:
            said.append(
                f"the ab initio table ends at {response.ends / keV:.6g} keV; above, electrons are free, shell by shell (stepping)."
            )
    crystals = _CRYSTALS.intersection(symbols_of(full["target"]))
    if full["response"]["electrons"] in ("ab-initio", "lpa") and crystals and T.min() < _SOLID:
        said.append(
            f"a crystal of {' and '.join(sorted(crystals))} is not its free atoms below about {_SOLID / keV * 1e3:g} eV: no table of "
            "the package holds there."
        )
    return list(dict.fromkeys(said))


def _free(filled: Mapping[str, Any], symbol: str, folder: Path) -> FreeElectrons:
    return FreeElectrons(float(_charge_number(symbol)))


def _stepping(filled: Mapping[str, Any], symbol: str, folder: Path) -> Stepping:
    source = filled["edges"]
    source = str(folder / source) if source.endswith(".csv") else source
    try:
        return Stepping(subshells(symbol, source))
    except InputError as error:
        raise InputError(f"response.edges: {error}") from None


def _hydrogenic(filled: Mapping[str, Any], symbol: str, folder: Path) -> Hydrogenic:
    return Hydrogenic(_one_electron("electrons", symbol), _infrared(filled))


def _equivalent(filled: Mapping[str, Any], symbol: str, folder: Path) -> EquivalentPhoton:
    source = filled["photoabsorption"]
    if source == "hydrogenic":
        sigma: Any = partial(hydrogenic_photoabsorption, Z=_one_electron("photoabsorption", symbol))
    else:
        try:
            sigma = photoabsorption(symbol, source)
        except InputError as error:
            raise InputError(f"response.photoabsorption: {error}") from None
    return EquivalentPhoton(sigma, _infrared(filled))


def _ab_initio(filled: Mapping[str, Any], symbol: str, folder: Path) -> ResponseTable | Continued:
    try:
        policies = {name: filled[name] for name in _AB_INITIO}
        return ab_initio(symbol, infrared=_infrared(filled), **policies)
    except InputError as error:
        raise InputError(f"response.electrons: {error}") from None


def _table(filled: Mapping[str, Any], symbol: str, folder: Path) -> ResponseTable:
    values = {
        name: read(ELECTRONS[name], f"response.{name}", filled[name]) for name in ("file", "below", "beyond")
    }
    path = values.pop("file")
    try:
        return read_response_table(path, infrared=_infrared(filled), **values)
    except InputError as error:
        raise InputError(f"response.file: {error}") from None


def _longitudinal(filled: Mapping[str, Any], symbol: str, folder: Path) -> LongitudinalPhoton:
    build = _table if "file" in filled else _ab_initio
    return LongitudinalPhoton(build(filled, symbol, folder))


def _infrared(filled: Mapping[str, Any]) -> Any:
    given = {
        name: read(ELECTRONS[name], f"response.{name}", filled[name]) for name in _INFRARED if name in filled
    }
    try:
        return infrared_regulator(**given)
    except InputError as error:
        raise InputError(f"response: {error}") from None


def _one_electron(key: str, symbol: str) -> int:
    Z = _charge_number(symbol)
    if Z != 1:
        raise InputError(
            f"response.{key} = 'hydrogenic' is an atom with one electron, and {symbol} has {Z}. Take element = \"H\", or in Python "
            "Hydrogenic(Z) for an ion."
        )
    return Z


def _charge_number(symbol: str) -> int:
    return int(isotopes(symbol)[0][0].Z)


_INFRARED = ("infrared_neutrino_mass", "infrared_q2_min")
_TABLE = ("file", "below", "beyond")
_AB_INITIO = ("above", "correlation")
#: Treatments that hold transverse and longitudinal parts.
_FULL = ("hydrogenic", "table", "ab-initio")
#: Treatments that need no regulator and take one all the same, so that one word of a card changes the treatment.
_FINITE = ("free", "stepping", "lpa")
#: Elements whose targets are semiconductors, and the energy transfer (MeV) below which that matters.
_CRYSTALS, _SOLID = frozenset({"Si", "Ge"}), 0.1 * keV
#: Keys that each treatment reads beside its name, and what it builds.
_KEYS: dict[str, tuple[str, ...]] = {
    "free": _INFRARED,
    "stepping": ("edges", *_INFRARED),
    "epa": ("photoabsorption", *_INFRARED),
    "lpa": (*_TABLE, *_AB_INITIO, *_INFRARED),
    "table": (*_TABLE, *_INFRARED),
    "ab-initio": (*_AB_INITIO, *_INFRARED),
    "hydrogenic": _INFRARED,
}
_BUILD: dict[str, Callable[[Mapping[str, Any], str, Path], Any]] = {
    "free": _free,
    "stepping": _stepping,
    "epa": _equivalent,
    "lpa": _longitudinal,
    "table": _table,
    "ab-initio": _ab_initio,
    "hydrogenic": _hydrogenic,
}

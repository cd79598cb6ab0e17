"""[[interaction]] sections: keys from the metadata of a theory's fields, and the theory from the values.

A dataclass field is a key when its metadata holds "unit" (a quantity, or a number for ""), "words" (one of them), or
"unit" with "matrix": "hermitian" | "general" (entries by flavours, final first; or ``effective``, times the identity).
"above" and "least" bound a number. The weak interaction has a section of its own: its couplings are a named set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter import constants
from weakscatter.cards.key import Key
from weakscatter.cards.parse import check_names, kind_of, ordered, section
from weakscatter.cards.schema import FLAVOURS, WEAK
from weakscatter.cards.values import quantity, read
from weakscatter.interactions import (
    COUPLING_SETS,
    Weak,
    explicit_couplings,
    hermitian_matrix,
    together,
)
from weakscatter.provenance.errors import InputError
from weakscatter.units import factor

_BASIS = Key("word", "basis of the matrix", words=("flavour",), default="flavour")


def complete_interactions(given: Any, classes: Mapping[str, type], folder: Path) -> list[dict[str, Any]]:
    """Return the [[interaction]] sections with their defaults; the weak interaction where there is none."""
    if given is None:
        given = [{"kind": "weak"}]
    if not isinstance(given, list) or not given:
        raise InputError(
            "interaction is a list of sections: write each as [[interaction]], in double brackets."
        )
    completed: list[dict[str, Any]] = []
    for i, one in enumerate(given, 1):
        where = f"interaction[{i}]"
        if not isinstance(one, Mapping):
            raise InputError(f"{where} = {one!r} is no section. Write [[interaction]] with its keys below.")
        kind = kind_of(where, one, classes)
        first = next((j for j, other in enumerate(completed, 1) if other["kind"] == kind), None)
        if first:
            name = {"weak": "weak interaction"}.get(kind, kind.replace("-", " "))
            raise InputError(
                f"the {name} is set twice: interaction[{first}] and {where} are both of kind {kind!r}. Keep one of "
                "them, or merge their values."
            )
        rest = {name: value for name, value in one.items() if name != "kind"}
        filled = (
            _complete_weak(where, rest, folder)
            if kind == "weak"
            else _complete(where, rest, classes[kind], folder)
        )
        completed.append({"kind": kind, **filled})
    return completed


def theory_of(sections: list[dict[str, Any]], classes: Mapping[str, type], sin2_theta_w: float | None) -> Any:
    """Return the theory that completed sections describe: the sum of their interactions."""
    theory: Any = None
    for i, one in enumerate(sections, 1):
        where = f"interaction[{i}]"
        part = _weak(one, sin2_theta_w) if one["kind"] == "weak" else _build(where, one, classes[one["kind"]])
        theory = part if theory is None else together(theory, part)
    return theory


def _complete_weak(where: str, given: dict[str, Any], folder: Path) -> dict[str, Any]:
    filled = section(where, given, WEAK, folder)
    explicit = filled["couplings"] == "explicit"
    for name in ("g_v_p", "g_v_n"):
        if explicit and name not in filled:
            raise InputError(
                f"{where}.couplings is 'explicit', so {name!r} is needed as well: {WEAK[name].text}."
            )
        if not explicit and name in filled:
            raise InputError(
                f"{where}.{name} is given, but the couplings are the set {filled['couplings']!r}. Write couplings = "
                "'explicit' to give numbers, or leave it out."
            )
    filled.setdefault("include_sm_charge_radius", any(r != 0 for r in _couplings(filled).held_radius))
    filled.setdefault("axial_coupling", float(constants.g_A))
    return ordered(filled, WEAK)


def _couplings(filled: Mapping[str, Any]) -> Any:
    if filled["couplings"] != "explicit":
        return COUPLING_SETS[filled["couplings"]]
    proton = read(WEAK["g_v_p"], "interaction.g_v_p", filled["g_v_p"])
    return explicit_couplings(proton, read(WEAK["g_v_n"], "interaction.g_v_n", filled["g_v_n"]))


def _weak(filled: Mapping[str, Any], sin2_theta_w: float | None) -> Weak:
    return Weak(
        _couplings(filled),
        sin2_theta_w,
        filled["include_sm_charge_radius"],
        read(WEAK["axial_coupling"], "interaction.axial_coupling", filled["axial_coupling"]),
    )


def weak_mixing_angle(sections: list[dict[str, Any]]) -> float | None:
    """Return the angle at which the set of the weak section was evaluated, None where nothing depends on it."""
    for one in sections:
        if one["kind"] == "weak" and one["couplings"] != "explicit":
            return float(_couplings(one).sin2_theta_w)
    return None


def keys_of(kind: type) -> dict[str, Key]:
    """Return the keys that the metadata of a class's fields make.

    >>> from weakscatter.interactions import ChargeRadius
    >>> list(keys_of(ChargeRadius))
    ['matrix', 'effective', 'basis']
    """
    if not is_dataclass(kind):
        return {}
    keys: dict[str, Key] = {}
    for field in fields(kind):
        about = field.metadata
        if "words" in about:
            keys[field.name] = Key("word", field.name, words=tuple(about["words"]), default=_default(field))
        elif "matrix" in about:
            keys[field.name] = Key("matrix", "entries by flavours, final first", about.get("unit", ""))
            keys["effective"] = Key(
                "quantity", "the same for every flavour: times the identity", about.get("unit", "")
            )
            keys["basis"] = _BASIS
        elif "unit" in about:
            keys[field.name] = Key(
                "quantity", field.name, about["unit"], default=_text(_default(field), about["unit"]),
                above=about.get("above"), least=about.get("least"), required=_required(field),
            )  # fmt: skip
    return keys


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else None


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _text(value: Any, unit: str) -> Any:
    """Return a default in natural units as a card writes it."""
    if value is None or isinstance(value, str):
        return value
    # Fifteen digits: the echo is what is computed, and 0.9 fm stays 0.9 fm.
    return f"{float(f'{float(value) / factor(unit):.15g}')!r} {unit}" if unit else float(value)


def _complete(where: str, given: dict[str, Any], kind: type, folder: Path) -> dict[str, Any]:
    filled = section(where, given, keys_of(kind), folder)
    field = _matrix_field(kind)
    if field is None:
        return filled
    if field.name in filled and "effective" in filled:
        raise InputError(f"{where} has both {field.name!r} and 'effective'. Give one of them.")
    unit = field.metadata.get("unit", "")
    if "effective" in filled:
        quantity(Key("quantity", "an effective value", unit), f"{where}.effective", filled["effective"])
    elif field.name in filled:
        _matrix(f"{where}.{field.name}", filled[field.name], field)
    else:
        default = np.zeros((3, 3)) if _required(field) else np.asarray(_default(field))
        if not np.any(default):
            sample = f'"1 {unit}"' if unit else "1e-10"
            raise InputError(
                f"{where} lacks a value: give {field.name} = {{ ee = {sample}, emu = ... }} (final flavour first), or "
                f"effective = {sample} for all flavours alike."
            )
        filled[field.name] = _written_matrix(default, unit)
    return ordered(filled, keys_of(kind))


def _build(where: str, filled: Mapping[str, Any], kind: type) -> Any:
    keys, arguments = keys_of(kind), {}
    field = _matrix_field(kind)
    for name, given in filled.items():
        if name in ("kind", "basis", "effective") or (field is not None and name == field.name):
            continue
        arguments[name] = read(keys[name], f"{where}.{name}", given)
    if field is not None and "effective" in filled:
        arguments[field.name] = np.eye(3) * read(keys["effective"], f"{where}.effective", filled["effective"])
    elif field is not None:
        arguments[field.name] = _matrix(f"{where}.{field.name}", filled[field.name], field)
    return kind(**arguments)


def _matrix_field(kind: type) -> Field[Any] | None:
    if not is_dataclass(kind):
        return None
    return next((field for field in fields(kind) if "matrix" in field.metadata), None)


def _matrix(where: str, given: Any, field: Field[Any]) -> np.ndarray:
    unit = field.metadata.get("unit", "")
    if not isinstance(given, Mapping) or not given:
        sample = f'"1 {unit}"' if unit else "1e-10"
        raise InputError(
            f"{where} = {given!r} is no matrix. Write {{ ee = {sample}, emu = [{sample}, {sample}] }}."
        )
    allowed = [a + b for a in FLAVOURS for b in FLAVOURS]
    check_names(where, given, allowed, "entry (final flavour first)")
    entries = {name: _entry(f"{where}.{name}", value, unit) for name, value in given.items()}
    if field.metadata["matrix"] == "hermitian":
        try:
            return hermitian_matrix(entries)
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
    matrix = np.zeros((3, 3), dtype=complex)
    for name, value in entries.items():
        matrix[divmod(allowed.index(name), 3)] = value
    return matrix


def _entry(where: str, given: Any, unit: str) -> complex:
    key = Key("quantity", "an entry of the matrix", unit)
    if isinstance(given, list):
        if len(given) != 2:
            raise InputError(f"{where} = {given!r}: a complex entry is [real, imaginary].")
        return complex(quantity(key, f"{where}[1]", given[0]), quantity(key, f"{where}[2]", given[1]))
    return complex(quantity(key, where, given))


def _written_matrix(matrix: np.ndarray, unit: str) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for i, a in enumerate(FLAVOURS):
        for j, b in enumerate(FLAVOURS):
            if matrix[i, j] != 0:
                value = complex(matrix[i, j])
                pair = [_text(value.real, unit), _text(value.imag, unit)]
                written[a + b] = pair if value.imag else pair[0]
    return written

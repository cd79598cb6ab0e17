"""[[interaction]] sections: keys from the metadata of a theory's fields, and the theory from the values.

A dataclass field is a key when its metadata holds "unit" (a quantity, or a number for ""), "words" (one of them), or
"unit" with "matrix": "hermitian" | "general" (entries by flavours, final first; a single matrix may be given by
``effective``, times the identity), "entries" (a table of numbers by the names listed) or "flavours" (one number, or three).
"above" and "least" bound a number; "key" is the name in cards where it is not the field's. A kind stands once in a card,
unless its class says by which key its members differ (``distinct_by``). The weak interaction has a section of its own: its couplings are a named set.
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
from weakscatter.cards.schema import WEAK
from weakscatter.cards.values import quantity, read
from weakscatter.interactions import (
    COUPLING_SETS,
    LABELS,
    Weak,
    explicit_couplings,
    hermitian_matrix,
    together,
)
from weakscatter.provenance.errors import InputError
from weakscatter.units import factor

_BASIS = Key("word", "basis of the matrix", words=("flavour",), default="flavour")
_BASES = Key(
    "word", "basis of the matrix: entries ee, emu, ... or 11, 12, ...", words=tuple(LABELS), default="flavour"
)


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
        by = getattr(classes[kind], "distinct_by", None)
        first = next(
            (
                j
                for j, other in enumerate(completed, 1)
                if other["kind"] == kind and (by is None or other.get(by) == one.get(by))
            ),
            None,
        )
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


def theory_of(
    sections: list[dict[str, Any]],
    classes: Mapping[str, type],
    sin2_theta_w: float | None,
    nature: str = "dirac",
) -> Any:
    """Return the theory that completed sections describe: the sum of their interactions, each in its basis."""
    theory: Any = None
    for i, one in enumerate(sections, 1):
        where = f"interaction[{i}]"
        if one["kind"] == "weak":
            part: Any = _weak(one, sin2_theta_w)
        else:
            part = _build(where, one, classes[one["kind"]], nature)
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
    filled.setdefault("electron_couplings", Weak(_couplings(filled)).electron.name)
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
        filled["electron_couplings"],
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
        elif "entries" in about:
            words = ", ".join(about["entries"])
            keys[_key_of(field)] = Key("table", f"numbers by name: {words}", words=tuple(about["entries"]))
        elif "flavours" in about:
            keys[field.name] = Key("flavours", "one number, or a table e, mu, tau", default=0.0)
        elif "matrix" in about:
            keys[field.name] = Key("matrix", "entries by flavours, final first", about.get("unit", ""))
            if len(_matrix_fields(kind)) == 1:
                keys["effective"] = Key(
                    "quantity", "the same for every flavour: times the identity", about.get("unit", "")
                )
        elif "unit" in about:
            keys[field.name] = Key(
                "quantity", field.name, about["unit"], default=_text(_default(field), about["unit"]),
                above=about.get("above"), least=about.get("least"), required=_required(field),
            )  # fmt: skip
    if _matrix_fields(kind):
        keys["basis"] = _BASES if _has(kind, "basis") else _BASIS
    return keys


def _has(kind: type, name: str) -> bool:
    return any(field.name == name for field in fields(kind))


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
    matrices = _matrix_fields(kind)
    if not matrices:
        return filled
    if "effective" in filled:
        field = matrices[0]
        if field.name in filled:
            raise InputError(f"{where} has both {field.name!r} and 'effective'. Give one of them.")
        key = Key("quantity", "an effective value", field.metadata.get("unit", ""))
        quantity(key, f"{where}.effective", filled["effective"])
        return ordered(filled, keys_of(kind))
    stated = [field for field in matrices if field.name in filled]
    for field in stated:
        _matrix(f"{where}.{field.name}", filled[field.name], field, filled["basis"])
    if not stated:
        _fill_with_defaults(where, filled, matrices)
    return ordered(filled, keys_of(kind))


def _fill_with_defaults(where: str, filled: dict[str, Any], matrices: list[Field[Any]]) -> None:
    """Write out the matrices that a class has by itself; a class without any needs one from the card."""
    unit = matrices[0].metadata.get("unit", "")
    for field in matrices:
        default = np.zeros((3, 3)) if _required(field) else np.asarray(_default(field))
        if np.any(default):
            filled[field.name] = _written_matrix(default, field.metadata.get("unit", ""), filled["basis"])
    if not any(field.name in filled for field in matrices):
        sample = f'"1 {unit}"' if unit else "1e-10"
        listed = " or ".join(f"{field.name} = {{ ee = {sample}, emu = ... }}" for field in matrices)
        alike = f", or effective = {sample} for all flavours alike" if len(matrices) == 1 else ""
        raise InputError(f"{where} lacks a value: give {listed} (final flavour first){alike}.")


def _build(where: str, filled: Mapping[str, Any], kind: type, nature: str) -> Any:
    keys, arguments = keys_of(kind), {}
    matrices = {field.name: field for field in _matrix_fields(kind)}
    names = {_key_of(field): field.name for field in fields(kind)} if is_dataclass(kind) else {}
    for name, given in filled.items():
        if name in ("kind", "basis"):
            continue
        if name == "effective":
            field = next(iter(matrices))
            arguments[field] = np.eye(3) * read(keys["effective"], f"{where}.effective", given)
        elif name in matrices:
            arguments[name] = _matrix(f"{where}.{name}", given, matrices[name], filled["basis"])
        else:
            arguments[names[name]] = read(keys[name], f"{where}.{name}", given)
    arguments |= {
        name: value
        for name, value in (("basis", filled.get("basis")), ("nature", nature))
        if matrices and _has(kind, name)
    }
    try:
        return kind(**arguments)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _key_of(field: Field[Any]) -> str:
    return field.metadata.get("key", field.name)


def _matrix_fields(kind: type) -> list[Field[Any]]:
    return [field for field in fields(kind) if "matrix" in field.metadata] if is_dataclass(kind) else []


def _matrix(where: str, given: Any, field: Field[Any], basis: str) -> np.ndarray:
    unit, labels = field.metadata.get("unit", ""), LABELS[basis]
    if not isinstance(given, Mapping) or not given:
        sample = f'"1 {unit}"' if unit else "1e-10"
        raise InputError(
            f"{where} = {given!r} is no matrix. Write {{ ee = {sample}, emu = [{sample}, {sample}] }}."
        )
    allowed = [a + b for a in labels for b in labels]
    state = "flavour" if basis == "flavour" else "mass state"
    check_names(where, given, allowed, f"entry (final {state} first)")
    entries = {name: _entry(f"{where}.{name}", value, unit) for name, value in given.items()}
    if field.metadata["matrix"] == "hermitian":
        try:
            return hermitian_matrix(entries, labels=labels)
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


def _written_matrix(matrix: np.ndarray, unit: str, basis: str) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for i, a in enumerate(LABELS[basis]):
        for j, b in enumerate(LABELS[basis]):
            if matrix[i, j] != 0:
                value = complex(matrix[i, j])
                pair = [_text(value.real, unit), _text(value.imag, unit)]
                written[a + b] = pair if value.imag else pair[0]
    return written

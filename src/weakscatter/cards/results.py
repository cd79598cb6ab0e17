"""One result: a value with its unit, what it is per, its axes and its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from weakscatter.provenance.errors import InputError, nearest

PER = ("nucleus", "atom", "electron", "target mass")


@dataclass(frozen=True, eq=False)
class Result:
    """A number, an array or a table of names, as it stands in the document.

    Parameters
    ----------
    value : number, array, list, or None where there is no number
    unit : str
        Unit of the value; "" for a pure number.
    per : one of `PER` or None
    axes : tuple of names of other results, one per dimension
    uncertainty : same shape as the value, or None
    """

    value: Any
    unit: str = ""
    per: str | None = None
    axes: tuple[str, ...] = ()
    uncertainty: Any = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; what is not finite is None."""
        return {
            "value": jsonable(self.value),
            "unit": self.unit,
            "per": self.per,
            "axes": list(self.axes),
            "uncertainty": jsonable(self.uncertainty),
        }

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(self.value, dtype=dtype)

    def __str__(self) -> str:
        per = f" per {self.per}" if self.per else ""
        shape = f" [{', '.join(self.axes)}]" if self.axes else ""
        return f"{shown(self.value)}{' ' + self.unit if self.unit else ''}{per}{shape}"


def jsonable(value: Any) -> Any:
    """Return plain JSON types: arrays as nested lists, numbers that are not finite as None.

    >>> jsonable({"a": np.array([1.0, np.nan])})
    {'a': [1.0, None]}
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, dict):
        return {str(name): jsonable(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(entry) for entry in value]
    if isinstance(value, np.ndarray | np.generic) or hasattr(value, "tolist"):
        return jsonable(np.asarray(value).tolist())
    number = float(value)
    return number if math.isfinite(number) else None


def shown(value: Any) -> str:
    """Return a value in a few characters, for tables."""
    if value is None:
        return "no number"
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int | float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return ", ".join(f"{name} = {shown(entry)}" for name, entry in value.items())
    flat = np.asarray(value, dtype=object).ravel()
    head = ", ".join(shown(entry) for entry in flat[:4].tolist())
    return f"[{head}{', ...' if len(flat) > 4 else ''}]"


def restored(entry: Mapping[str, Any]) -> Result:
    """Return the result that `Result.to_dict` wrote: what has axes and holds numbers is an array again."""
    axes = tuple(entry["axes"])
    value, uncertainty = (_array(entry[name]) if axes else entry[name] for name in ("value", "uncertainty"))
    return Result(value, entry["unit"], entry["per"], axes, uncertainty)


def _array(given: Any) -> Any:
    if not isinstance(given, list):
        return given
    array = np.array(given)
    if array.dtype == object and all(v is None or isinstance(v, int | float) for v in array.ravel()):
        array = np.array(given, dtype=float)  # None stands for what is not a number
    return array if array.dtype.kind in "bif" else given


def single_rows(results: Mapping[str, Result], dominant: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return one row for each best-fit value, end of an interval and single number: value, errors, unit, dominant cause."""
    rows: list[dict[str, Any]] = []

    def add(name: str, value: Any, minus: Any, plus: Any, unit: str, per: str | None = None) -> None:
        rows.append({"result": name, "value": value, "minus": minus, "plus": plus, "unit": unit, "per": per or "",
                     "dominant": dominant.get(name, "")})  # fmt: skip

    best = results["best_fit"].value if "best_fit" in results else None
    for name, e in (best or {}).items():
        add(name, e["value"], e.get("minus"), e.get("plus"), e["unit"])
    if "interval" in results and results["interval"].value:
        ends = results["interval"].value
        errors = results["interval_error"].value if "interval_error" in results else {}
        for name, end in (("lower", ends[0][0]), ("upper", ends[-1][1])):
            add(name, end, errors.get(name), errors.get(name), results["interval"].unit)
    for name, r in results.items():
        number = isinstance(r.value, int | float | np.number) and not isinstance(r.value, bool)
        if number and not r.axes and not name.endswith("_error"):
            error = None if r.uncertainty is None else float(r.uncertainty)
            add(name, r.value, error, error, r.unit, r.per)
    return rows


def along_axis(results: Mapping[str, Result], axis: str) -> list[dict[str, Any]]:
    """Return one row for each point of an axis, with every result that has this axis last and at most one before it."""
    if axis not in results or results[axis].axes != (axis,):
        known = [name for name, r in results.items() if r.axes == (name,)]
        raise InputError(
            f"there is no axis {axis!r}.{nearest(axis, known)} Axes: {', '.join(known) or 'none'}."
        )
    columns: dict[str, Any] = {axis: results[axis].value}
    for name, r in results.items():
        if name == axis or r.value is None or not r.axes or r.axes[-1] != axis:
            continue
        if r.axes == (axis,):
            columns[name] = r.value
        elif len(r.axes) == 2 and r.axes[0] in results:
            labels = results[r.axes[0]].value
            columns |= {f"{name} {label}": row for label, row in zip(labels, r.value, strict=True)}
    plain = [jsonable(column) for column in columns.values()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*plain, strict=True)]

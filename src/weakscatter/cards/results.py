"""One result: a value with its unit, what it is per, its axes and its uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

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

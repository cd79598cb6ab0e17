"""Grids: a list of quantities, or { from, to, points, spacing }."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from weakscatter.provenance.errors import InputError, nearest

SPACINGS = ("linear", "log")
MOST = 20_000
_KEYS = ("from", "to", "points", "spacing")
_HOW = 'Write a list like ["1 keV", "10 keV"], or { from = "1 keV", to = "40 keV", points = 200, spacing = "log" }.'


def read_grid(where: str, given: Any, read: Callable[[str, Any], float]) -> np.ndarray:
    """Return the values [n] of a grid; ``read(where, entry)`` reads one of them.

    >>> read_grid("grid", {"from": 1, "to": 100, "points": 3, "spacing": "log"}, lambda w, x: float(x)).tolist()
    [1.0, 10.0, 100.0]
    """
    if isinstance(given, list):
        if not 0 < len(given) <= MOST:
            raise InputError(f"{where} has {len(given)} entries; 1 to {MOST} are allowed. {_HOW}")
        return np.array([read(f"{where}[{i}]", entry) for i, entry in enumerate(given, 1)])
    if not isinstance(given, Mapping):
        raise InputError(f"{where} = {given!r} is no grid. {_HOW}")
    for name in given:
        if name not in _KEYS:
            raise InputError(
                f"{where}: unknown key {name!r}.{nearest(name, _KEYS)} Allowed: {', '.join(_KEYS)}."
            )
    missing = [name for name in _KEYS[:3] if name not in given]
    if missing:
        raise InputError(f"{where} lacks {' and '.join(missing)}. {_HOW}")
    first, last = read(f"{where}.from", given["from"]), read(f"{where}.to", given["to"])
    points, spacing = given["points"], given.get("spacing", "linear")
    if isinstance(points, bool) or not isinstance(points, int) or not 2 <= points <= MOST:
        raise InputError(f"{where}.points = {points!r}; a whole number from 2 to {MOST} is allowed. {_HOW}")
    if spacing not in SPACINGS:
        hint = nearest(str(spacing), SPACINGS)
        raise InputError(f"{where}.spacing = {spacing!r} is unknown.{hint} Allowed: {', '.join(SPACINGS)}.")
    if not first < last:
        raise InputError(
            f"{where} runs from {given['from']!r} to {given['to']!r}; it must increase. Swap the ends."
        )
    if spacing == "linear":
        return np.linspace(first, last, points)
    if not first > 0.0:
        raise InputError(
            f"{where} starts at {given['from']!r}; a logarithmic grid starts above zero. Use 'linear'."
        )
    values = np.geomspace(first, last, points)
    values[0], values[-1] = first, last
    return values


def written_grid(given: Any) -> Any:
    """Return a grid as the echoed card writes it, the spacing stated."""
    return {**given, "spacing": given.get("spacing", "linear")} if isinstance(given, Mapping) else given

"""Scalars of a restated data release: release.toml in natural units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weakscatter.provenance.tables import DataFolder, read_toml
from weakscatter.units import factor


def release_numbers(folder: DataFolder) -> dict[str, Any]:
    """Return {name: value} of release.toml: a number, or a tuple of them, in natural units.

    Every entry has ``value`` and ``unit``, the latter one text, or one for each element of a list. The checksum of the
    file is compared with SOURCE.toml.
    """
    return {name: _natural(entry) for name, entry in read_toml(folder.file("release.toml")).items()}


def _natural(entry: Mapping[str, Any]) -> Any:
    unit, value = entry["unit"], entry["value"]
    if isinstance(value, list):
        units = unit if isinstance(unit, list) else [unit] * len(value)
        return tuple(number * factor(u) for number, u in zip(value, units, strict=True))
    return value * factor(unit)

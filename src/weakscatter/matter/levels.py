"""Measured levels of a few nuclei, to draw calculated ones beside them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from weakscatter.matter.nuclide import Nuclide, nuclide
from weakscatter.provenance.tables import read_toml

CITATION = "ensdf"


@dataclass(frozen=True)
class MeasuredLevel:
    """One level: excitation energy (MeV), J, parity, and T where it is not the lowest of the nucleus, else None."""

    energy: float
    J: float
    parity: int
    T: float | None = None


def measured_levels(nucleus: Nuclide | str) -> tuple[MeasuredLevel, ...]:
    """Return the measured levels of a nucleus, lowest first; none where this small table has none.

    The numbers are recalled: they gate no test. The list is complete for the lowest few levels only.

    >>> [level.J for level in measured_levels("Ne20")][:3]
    [0.0, 2.0, 4.0]
    """
    name = nuclide(nucleus).name if isinstance(nucleus, str) else nucleus.name
    return tuple(
        MeasuredLevel(float(energy), float(J), int(parity), None if T < 0 else float(T))
        for energy, J, parity, T in _table().get(name, [])
    )


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    content: dict[str, Any] = read_toml(files("weakscatter.matter").joinpath("levels.toml"))
    return dict(content["levels"])

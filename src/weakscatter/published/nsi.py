"""Non-standard interactions from COHERENT: intervals one at a time, and regions in the plane of u and d.

Published as figures mostly; the tables of the papers wait for a person to copy them, so nothing here gates.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from weakscatter.experiments import likelihood
from weakscatter.inference import ScanResult, profile_batch, scan
from weakscatter.matter import Nuclide, nuclide
from weakscatter.published.crossings import allowed_intervals

#: Entries that neutrinos of pion decay at rest see; eps_tautau needs nu_tau.
ENTRIES = ("ee", "mumu", "emu", "etau", "mutau")

#: Values at which a profile is taken: 0.015 apart.
GRID = np.linspace(-0.45, 0.75, 81)


def nsi_intervals(
    setup: Any = "coherent_csi_2021", *, rise: float = 2.706, grid: np.ndarray = GRID,
    entries: Iterable[str] = ENTRIES,
) -> dict[str, list[tuple[float, float]]]:  # fmt: skip
    """Allowed intervals of eps^{uV} and eps^{dV}, one at a time, the others zero; every nuisance profiled.

    `rise` of -2 ln L over the lowest value on the parameter's own axis; 2.706 is 90 % by Wilks' theorem. As `limit` of
    each name, to the interpolation of `grid` (1e-3), but compiled once.
    """
    names = [f"eps_{entry}_{quark}V" for entry in entries for quark in "ud"]
    rows = np.concatenate([np.outer(grid, np.eye(len(names))[i]) for i in range(len(names))])
    q = profile_batch(likelihood(setup, free=names), names, rows).q.reshape(len(names), -1)
    return {
        name: allowed_intervals(grid, each - np.nanmin(each), rise)
        for name, each in zip(names, q, strict=True)
    }


def nsi_plane(experiments: Iterable[Any], grid: np.ndarray, *, entry: str = "ee") -> ScanResult:
    """Profile likelihood in eps^{uV} and eps^{dV} of one entry on `grid` x `grid`; experiments by name or as objects."""
    axes = (f"eps_{entry}_uV", f"eps_{entry}_dV")
    return scan(likelihood(list(experiments), free=axes), dict.fromkeys(axes, grid))


def strip_slope(target: Nuclide | str) -> float:
    """d eps^d/d eps^u along which one nucleus sees nothing: -(2Z + N)/(Z + 2N), with equal form factors.

    >>> round(strip_slope("Ar40"), 4), round(strip_slope("Cs133"), 4)
    (-0.9355, -0.891)
    """
    isotope = nuclide(target) if isinstance(target, str) else target
    return -(2 * isotope.Z + isotope.N) / (isotope.Z + 2 * isotope.N)

"""Where a profile on a grid of one parameter crosses a critical value: many intervals for the price of one compilation."""

from __future__ import annotations

import itertools
from math import inf
from typing import Any

import numpy as np
from scipy.interpolate import PchipInterpolator


def allowed_intervals(x: Any, delta: Any, rise: float) -> list[tuple[float, float]]:
    """Intervals of x [n] in which the rise of -2 ln L [n] stays below `rise`, between points by a monotone cubic.

    An end that the grid does not reach is infinite with the sign of its side; points that are not finite are excluded.

    >>> x = np.linspace(-3.0, 3.0, 61)
    >>> [(round(low, 3), round(high, 3)) for low, high in allowed_intervals(x, x**2, 2.706)]
    [(-1.645, 1.645)]
    """
    x, delta = np.asarray(x, float), np.asarray(delta, float)
    delta = np.where(np.isfinite(delta), delta, 1e6)
    roots = np.unique(PchipInterpolator(x, np.minimum(delta, 100 * rise) - rise).roots(extrapolate=False))
    edges = [-inf, *roots[np.isfinite(roots)], inf]
    found = []
    for low, high in itertools.pairwise(edges):
        middle = np.clip((max(low, x[0]) + min(high, x[-1])) / 2, x[0], x[-1])
        if np.interp(middle, x, delta) <= rise:
            found.append((float(low), float(high)))
    return found

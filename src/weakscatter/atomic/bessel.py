"""Spherical Bessel functions of all orders at once (Numba).

Below x the recurrence runs upward; above, where it is unstable, ratios j_(L+1)/j_L come from the continued fraction, downward.
"""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def _fill(x: np.ndarray, out: np.ndarray, ratio: np.ndarray) -> None:
    top = out.shape[0] - 1
    for i in range(len(x)):
        z = x[i]
        turn = min(int(z), top)
        out[0, i] = np.sin(z) / z if z > 1e-4 else 1.0 - z * z / 6.0
        if turn >= 1:
            out[1, i] = (out[0, i] - np.cos(z)) / z
        for l in range(1, turn):
            out[l + 1, i] = (2 * l + 1) / z * out[l, i] - out[l - 1, i]
        if turn < top:
            f = 0.0
            for l in range(top + 30 + int(4.0 * z ** (1.0 / 3.0)), turn, -1):
                f = z / (2 * l + 1 - z * f)
                if l <= top:
                    ratio[l] = f
            for l in range(turn + 1, top + 1):
                out[l, i] = out[l - 1, i] * ratio[l]


def bessel_table(largest_order: int, x: np.ndarray) -> np.ndarray:
    """Return j_L(x) [L, ...] for L = 0 ... largest_order and x > 0.

    >>> import numpy as np
    >>> float(np.round(bessel_table(2, np.array([1.0]))[2, 0], 12))
    0.062035052011
    """
    flat = np.ascontiguousarray(x, dtype=float).ravel()
    out = np.empty((largest_order + 1, flat.size))
    _fill(flat, out, np.empty(largest_order + 1))
    return out.reshape(largest_order + 1, *np.shape(x))

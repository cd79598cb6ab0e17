"""Responses of a subshell at energies between its nodes: cubic in u = ln(T - I + d), along q/sqrt(T (T + 2 c^2)) = const.

Positive responses are interpolated as logarithms; a product of two amplitudes, R_03+30 or R_12+21, as its ratio to the root of the
product of their squares, which is a correlation between -1 and 1 and has no large range.
"""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline

from weakscatter.atomic.energy_nodes import NEAR, coordinate
from weakscatter.atomic.multipoles import COMPUTED
from weakscatter.atomic.shell_response import momentum_of

#: {product: the two squares}, as places in `COMPUTED`.
_PRODUCTS = {1: (0, 2), 5: (4, 6), 8: (3, 7)}
_SQUARES = tuple(i for i in range(len(COMPUTED)) if i not in _PRODUCTS)


def between(
    values: np.ndarray,
    nodes: np.ndarray,
    momentum: np.ndarray,
    threshold: float,
    wanted: np.ndarray,
    near: float = NEAR,
) -> np.ndarray:
    """Return responses [part, wanted, q] from those at nodes [part, T, q]; energies and threshold in hartree, momenta in 1/Bohr.

    Beyond the ends of the momenta the logarithms go on as straight lines.
    """
    shown = np.empty_like(values)
    for i in _SQUARES:
        shown[i] = np.log(values[i])
    for i, (a, b) in _PRODUCTS.items():
        shown[i] = values[i] / np.sqrt(values[a] * values[b])
    x = np.log(momentum)
    spline = CubicSpline(x, shown, axis=2)
    slope = spline(x[[0, -1]], 1)
    ridges = np.log([momentum_of(float(T)) for T in nodes])
    u, at = coordinate(nodes, threshold, near), coordinate(wanted, threshold, near)
    first = np.clip(np.searchsorted(u, at) - 2, 0, len(u) - 4)
    out = np.zeros((len(values), len(wanted), len(momentum)))
    for n, T in enumerate(wanted):
        rows = np.arange(first[n], first[n] + 4)
        shift = ridges[rows] - np.log(momentum_of(float(T)))
        for row, move in zip(rows, shift, strict=True):
            others = u[rows[rows != row]]
            weight = float(np.prod((at[n] - others) / (u[row] - others)))
            out[:, n] += weight * _row(spline, slope, row, x + move)
    for i in _SQUARES:
        out[i] = np.exp(out[i])
    for i, (a, b) in _PRODUCTS.items():
        out[i] *= np.sqrt(out[a] * out[b])
    return out


def _row(spline: CubicSpline, slope: np.ndarray, row: int, x: np.ndarray) -> np.ndarray:
    """Return the spline of one energy [part, q], straight beyond its ends."""
    ends = spline.x[[0, -1]]
    inside = np.clip(x, *ends)
    j = np.clip(np.searchsorted(spline.x, inside, side="right") - 1, 0, len(spline.x) - 2)
    c, d = spline.c[..., row][:, j], inside - spline.x[j]
    value = c[3] + d[:, None] * (c[2] + d[:, None] * (c[1] + d[:, None] * c[0]))
    over = x - inside
    edge = np.where(over[:, None] < 0, slope[:, row, 0], slope[:, row, 1])
    return np.asarray((value + edge * over[:, None]).T)

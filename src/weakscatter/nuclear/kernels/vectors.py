"""Orthogonalisation: each vector is read once for a pass against four basis vectors at a time."""

from __future__ import annotations

from typing import Any

from numba import njit

from weakscatter.nuclear.kernels.options import KERNEL

BLOCK = 2048
"""Elements of a vector that stay in the cache while all basis vectors pass."""


@njit(fastmath=True, **KERNEL)
def dots(v: Any, many: int, w: Any, low: int, high: int, c: Any) -> None:
    """Add v[:many, low:high] @ w[low:high] to c, four vectors at a time; slices, since only whole arrays are vectorised."""
    for begin in range(low, high, BLOCK):
        x = w[begin : min(high, begin + BLOCK)]
        end = begin + x.size
        j = 0
        while j + 4 <= many:
            v0, v1, v2, v3 = v[j, begin:end], v[j + 1, begin:end], v[j + 2, begin:end], v[j + 3, begin:end]
            a0, a1, a2, a3 = 0.0, 0.0, 0.0, 0.0
            for i in range(x.size):
                a0 += v0[i] * x[i]
                a1 += v1[i] * x[i]
                a2 += v2[i] * x[i]
                a3 += v3[i] * x[i]
            c[j] += a0
            c[j + 1] += a1
            c[j + 2] += a2
            c[j + 3] += a3
            j += 4
        while j < many:
            v0, a0 = v[j, begin:end], 0.0
            for i in range(x.size):
                a0 += v0[i] * x[i]
            c[j] += a0
            j += 1


@njit(fastmath=True, **KERNEL)
def _add_to(x: Any, v: Any, many: int, begin: int, c: Any, factor: float) -> None:
    """Add factor sum_j c_j v[j] to x, the part of a vector that starts at ``begin``."""
    end = begin + x.size
    j = 0
    while j + 4 <= many:
        v0, v1, v2, v3 = v[j, begin:end], v[j + 1, begin:end], v[j + 2, begin:end], v[j + 3, begin:end]
        c0, c1, c2, c3 = factor * c[j], factor * c[j + 1], factor * c[j + 2], factor * c[j + 3]
        for i in range(x.size):
            x[i] += c0 * v0[i] + c1 * v1[i] + c2 * v2[i] + c3 * v3[i]
        j += 4
    while j < many:
        v0, c0 = v[j, begin:end], factor * c[j]
        for i in range(x.size):
            x[i] += c0 * v0[i]
        j += 1


@njit(fastmath=True, **KERNEL)
def subtract(v: Any, many: int, c: Any, w: Any, low: int, high: int, square: Any) -> None:
    """Subtract sum_j c_j v[j] from w between ``low`` and ``high``, and add the square of its norm there to ``square`` [1]."""
    total = 0.0
    for begin in range(low, high, BLOCK):
        x = w[begin : min(high, begin + BLOCK)]
        _add_to(x, v, many, begin, c, -1.0)
        for i in range(x.size):
            total += x[i] * x[i]
    square[0] += total

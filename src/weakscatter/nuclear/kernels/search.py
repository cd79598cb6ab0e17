"""Finding places in sorted lists."""

from __future__ import annotations

from typing import Any

from numba import njit

from weakscatter.nuclear.kernels.options import KERNEL


@njit(**KERNEL)
def place_of(sorted_values: Any, begin: int, end: int, value: Any) -> int:
    """Return the first place from ``begin`` on whose entry is not below ``value``, ``end`` where there is none."""
    low, high = begin, end
    while low < high:
        middle = (low + high) // 2
        if sorted_values[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@njit(**KERNEL)
def sort(values: Any, many: int) -> None:
    """Sort the first entries of a list in place (Shell's method with the gaps of Ciura)."""
    for gap in (701, 301, 132, 57, 23, 10, 4, 1):
        for i in range(gap, many):
            moved = values[i]
            k = i
            while k >= gap and values[k - gap] > moved:
                values[k] = values[k - gap]
                k -= gap
            values[k] = moved

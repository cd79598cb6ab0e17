"""Determinants as words: what is left of them when a nucleon or a hole is taken away."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from weakscatter.nuclear.kernels.options import KERNEL
from weakscatter.nuclear.kernels.search import place_of


@njit(**KERNEL)
def neighbours(words: Any, states: int, side: int, found: Any) -> None:
    """List, for each word, the words with one nucleon less (``side`` +1) or more (-1), with repetitions."""
    n = 0
    for w in words:
        for k in range(states):
            bit = np.uint64(1) << np.uint64(k)
            if ((w & bit) != 0) == (side > 0):
                found[n] = w ^ bit
                n += 1


@njit(**KERNEL)
def places(
    spectators: Any, ordered: Any, order: Any, within: Any, states: int, side: int, place: Any
) -> None:
    """Fill `Spectators.place`; ``ordered`` are the sorted words, ``order`` their numbers, ``within`` places in groups."""
    for t in range(spectators.size):
        w = spectators[t]
        sign = 0
        for k in range(states):
            bit = np.uint64(1) << np.uint64(k)
            occupied = (w & bit) != 0
            place[t, k] = -1
            if occupied != (side > 0):
                at = place_of(ordered, 0, ordered.size, w ^ bit)
                if at < ordered.size and ordered[at] == w ^ bit:
                    place[t, k] = 2 * within[order[at]] + sign
            if occupied:
                sign ^= 1

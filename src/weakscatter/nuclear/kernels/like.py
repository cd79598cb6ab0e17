"""Rows of the matrix of one species between its determinants."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from weakscatter.nuclear.kernels.options import KERNEL
from weakscatter.nuclear.kernels.search import place_of, sort

ROUNDING = 1e-13
"""What is left of an element (MeV) whose terms cancel; such elements are none."""


@njit(**KERNEL)
def parity_below(word: np.uint64, k: int) -> int:
    """Return the parity of the number of occupied states below ``k``."""
    w = word & ((np.uint64(1) << np.uint64(k)) - np.uint64(1))
    w ^= w >> np.uint64(32)
    w ^= w >> np.uint64(16)
    w ^= w >> np.uint64(8)
    w ^= w >> np.uint64(4)
    w ^= w >> np.uint64(2)
    w ^= w >> np.uint64(1)
    return int(w & np.uint64(1))


@njit(**KERNEL)
def rows(
    words: Any,
    sorted_words: Any,
    order: Any,
    states: int,
    e: Any,
    channel: Any,
    place: Any,
    start: Any,
    count: Any,
    first: Any,
    second: Any,
    v_at: Any,
    v: Any,
    total: Any,
    touched: Any,
    seen: Any,
    occupied: Any,
    begin: int,
    sizes: Any,
    columns: Any,
    values: Any,
    end: Any,
) -> None:
    """List the rows of one group from ``begin`` on: their sizes, columns ascending, values, the diagonal included.

    Stops where the lists could become too short for one more row; ``end`` gets the next row and the entries used.
    ``seen`` holds zeros before and after.
    """
    n = words.size
    used = 0
    one = np.uint64(1)
    end[0], end[1] = n, 0
    for i in range(begin, n):
        if used + n > columns.size:
            end[0] = i
            break
        w = words[i]
        many, hits = 0, 1
        for k in range(states):
            if (w >> np.uint64(k)) & one:
                occupied[many] = k
                many += 1
        touched[0], seen[i], total[i] = i, 1, 0.0
        for a in range(many):
            c = occupied[a]
            without = w ^ (one << np.uint64(c))
            down = parity_below(w, c)
            for k in range(states):
                if e[k, c] != 0.0 and (k == c or not (w >> np.uint64(k)) & one):
                    new = without | (one << np.uint64(k))
                    at = place_of(sorted_words, 0, n, new)
                    if at < n and sorted_words[at] == new:
                        j = order[at]
                        if seen[j] == 0:
                            seen[j], touched[hits], total[j] = 1, j, 0.0
                            hits += 1
                        total[j] += e[k, c] * (1.0 - 2.0 * (down ^ parity_below(without, k)))
        for a in range(many):
            for b in range(a + 1, many):
                c, d = occupied[a], occupied[b]
                ch = channel[c, d]
                column = place[c, d]
                without = w ^ (one << np.uint64(c)) ^ (one << np.uint64(d))
                down = (b - 1 + a) & 1
                for q in range(count[ch]):
                    element = v[v_at[ch] + column * count[ch] + q]
                    k, m = first[start[ch] + q], second[start[ch] + q]
                    bits = (one << np.uint64(k)) | (one << np.uint64(m))
                    if element == 0.0 or without & bits:
                        continue
                    new = without | bits
                    at = place_of(sorted_words, 0, n, new)
                    if at < n and sorted_words[at] == new:
                        j = order[at]
                        if seen[j] == 0:
                            seen[j], touched[hits], total[j] = 1, j, 0.0
                            hits += 1
                        up = parity_below(without, k) ^ parity_below(without, m)
                        total[j] += element * (1.0 - 2.0 * (down ^ up))
        sort(touched, hits)
        before = used
        for h in range(hits):
            j = touched[h]
            seen[j] = 0
            if abs(total[j]) > ROUNDING or j == i:
                columns[used], values[used] = j, total[j]
                used += 1
        sizes[i] = used - before
    end[1] = used

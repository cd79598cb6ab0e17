"""The part of a scalar operator that acts on one species: a matrix between its determinants, group by group.

Groups (one 2M and parity) of which a good part is filled are dense blocks, the others sparse rows; both are read by
the kernels of `weakscatter.nuclear.product` for rows and columns of a vector alike.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from weakscatter.nuclear.coupling import Channel
from weakscatter.nuclear.determinants import Determinants
from weakscatter.nuclear.tile import PAD

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DENSE_FILL = 0.35
"""Part of non-zero elements from which a group is stored dense."""


class LikeMatrix(NamedTuple):
    """Matrix of one species between the determinants of each group.

    ``dense_at`` [group] is the place of a dense block in ``dense`` (row length ``dense_stride`` [group]), -1 for sparse
    groups, whose rows are ``value`` and ``column`` (position in the group) from ``row_start`` [determinant] on.
    """

    group_start: Ints
    dense_at: Ints
    dense_stride: Ints
    dense: Floats
    row_start: Ints
    column: NDArray[np.int32]
    value: Floats

    def pairs(self, group: int, edges: Ints) -> Ints:
        """Count the off-diagonal elements of one group between ranges of its determinants, as array [range, range].

        ``edges`` are the determinants where the ranges begin, and the end of the last.
        """
        first, last = int(self.group_start[group]), int(self.group_start[group + 1])
        n = last - first
        if self.dense_at[group] >= 0:
            stride = int(self.dense_stride[group])
            at = int(self.dense_at[group])
            row, column = np.nonzero(self.dense[at : at + n * stride].reshape(n, stride)[:, :n])
        else:
            begin = self.row_start[first : last + 1]
            row = np.repeat(np.arange(n), np.diff(begin))
            column = self.column[begin[0] : begin[-1]].astype(np.int64)
        off = row != column
        inner = edges[1:-1] - first
        of_row, of_column = (np.searchsorted(inner, i[off], side="right") for i in (row, column))
        counts = np.zeros((edges.size - 1, edges.size - 1), dtype=np.int64)
        np.add.at(counts, (of_row, of_column), 1)
        return counts


@njit(cache=True)
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


@njit(cache=True)
def _rows(
    words: Any,
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
) -> Any:
    """Return the rows of one group as (row starts, columns, values), columns ascending, the diagonal included."""
    n = words.size
    sorted_words = words[order]
    total = np.zeros(n)
    touched = np.empty(n, dtype=np.int64)
    seen = np.zeros(n, dtype=np.bool_)
    starts = np.zeros(n + 1, dtype=np.int64)
    room = 64 * n + 64
    columns, values = np.empty(room, dtype=np.int32), np.empty(room)
    used = 0
    occupied = np.empty(states, dtype=np.int64)
    one = np.uint64(1)
    for i in range(n):
        w = words[i]
        many, hits = 0, 1
        for k in range(states):
            if (w >> np.uint64(k)) & one:
                occupied[many] = k
                many += 1
        touched[0], seen[i], total[i] = i, True, 0.0
        for a in range(many):
            c = occupied[a]
            without = w ^ (one << np.uint64(c))
            down = parity_below(w, c)
            for k in range(states):
                if e[k, c] != 0.0 and (k == c or not (w >> np.uint64(k)) & one):
                    new = without | (one << np.uint64(k))
                    at = np.searchsorted(sorted_words, new)
                    if at < n and sorted_words[at] == new:
                        j = order[at]
                        if not seen[j]:
                            seen[j], touched[hits], total[j] = True, j, 0.0
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
                    at = np.searchsorted(sorted_words, new)
                    if at < n and sorted_words[at] == new:
                        j = order[at]
                        if not seen[j]:
                            seen[j], touched[hits], total[j] = True, j, 0.0
                            hits += 1
                        up = parity_below(without, k) ^ parity_below(without, m)
                        total[j] += element * (1.0 - 2.0 * (down ^ up))
        if used + hits > room:
            room = 2 * room + hits
            more_columns, more_values = np.empty(room, dtype=np.int32), np.empty(room)
            more_columns[:used], more_values[:used] = columns[:used], values[:used]
            columns, values = more_columns, more_values
        mine = np.sort(touched[:hits])
        for h in range(hits):
            j = mine[h]
            seen[j] = False
            if total[j] != 0.0 or j == i:
                columns[used], values[used] = j, total[j]
                used += 1
        starts[i + 1] = used
    return starts, columns[:used].copy(), values[:used].copy()


def _tables(states: int, channels: tuple[Channel, ...]) -> tuple[Any, ...]:
    """Flatten channels for the kernel: of a pair its channel and place; of a channel its pairs and matrix."""
    channel = np.zeros((states, states), dtype=np.int64)
    place = np.zeros((states, states), dtype=np.int64)
    for number, c in enumerate(channels):
        channel[c.first, c.second] = number
        place[c.first, c.second] = np.arange(c.first.size)
    count = np.array([c.first.size for c in channels] or [0], dtype=np.int64)
    empty_i, empty_f = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    return (
        channel,
        place,
        np.concatenate([[0], np.cumsum(count)])[:-1].astype(np.int64),
        count,
        np.concatenate([c.first for c in channels] or empty_i),
        np.concatenate([c.second for c in channels] or empty_i),
        np.concatenate([[0], np.cumsum(count**2)])[:-1].astype(np.int64),
        np.concatenate([c.matrix.ravel() for c in channels] or empty_f),
    )


def like_matrix(
    determinants: Determinants,
    one_body: Floats,
    channels: tuple[Channel, ...],
    dense_fill: float = DENSE_FILL,
) -> LikeMatrix:
    """Build the matrix of sum e_ab a+_a a_b + sum_{1<2, 3<4} V_{12,34} a+_1 a+_2 a_4 a_3 within each group."""
    shell = determinants.shell
    tables = _tables(shell.states, channels)
    dense_at, strides, dense, starts, columns, values = [], [], [], [np.zeros(1, int)], [], []
    size, used = 0, 0
    for begin, end in zip(determinants.group_starts[:-1], determinants.group_starts[1:], strict=True):
        words = determinants.words[begin:end]
        n = words.size
        row, col, val = _rows(words, np.argsort(words), shell.states, one_body, *tables)
        stride = (n + PAD - 1) // PAD * PAD
        strides.append(stride)
        if col.size > dense_fill * n * n:
            block = np.zeros((n, stride))
            block[np.repeat(np.arange(n), np.diff(row)), col] = val
            dense_at.append(size)
            dense.append(block.ravel())
            size += block.size
            row, col, val = np.zeros(n + 1, dtype=np.int64), col[:0], val[:0]
        else:
            dense_at.append(-1)
            columns.append(col)
            values.append(val)
        starts.append(row[1:] + used)
        used += col.size
    return LikeMatrix(
        determinants.group_starts,
        np.array(dense_at, dtype=np.int64),
        np.array(strides, dtype=np.int64),
        np.concatenate(dense) if dense else np.zeros(1),
        np.concatenate(starts).astype(np.int64),
        np.concatenate(columns) if columns else np.zeros(1, dtype=np.int32),
        np.concatenate(values) if values else np.zeros(1),
    )

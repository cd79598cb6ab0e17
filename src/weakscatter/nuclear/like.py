"""The part of a scalar operator that acts on one species: a matrix between its determinants, group by group.

Groups (one 2M and parity) of which a good part is filled are dense blocks, the others sparse rows; both are read by
the kernels of `weakscatter.nuclear.kernels.product` for rows and columns of a vector alike.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.coupling import Channel
from weakscatter.nuclear.determinants import Determinants
from weakscatter.nuclear.layout import PAD
from weakscatter.nuclear.native import Kernel, Packed, pack

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Floats = NDArray[np.float64]

DENSE_FILL = 0.35
"""Part of non-zero elements from which a group is stored dense."""

ROOM = 64
"""Elements per row for which room is made at first."""

ROWS = Kernel("like", "rows")


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


def _rows(words: Words, states: int, one_body: Floats, tables: list[Packed]) -> tuple[Ints, Any, Floats]:
    """Return the rows of one group as (row starts, columns, values), columns ascending, the diagonal included."""
    n = words.size
    order = np.argsort(words)
    work = [np.empty(n), np.empty(n, dtype=np.int64), np.zeros(n, dtype=np.uint8), np.empty(states, np.int64)]
    fixed = [pack(a) for a in (words, words[order], order, states, one_body, *tables, *work)]
    sizes, end = np.zeros(n, dtype=np.int64), np.zeros(2, dtype=np.int64)
    columns, values, room = [], [], (ROOM + 1) * n
    while end[0] < n:
        column, value = np.empty(room, dtype=np.int32), np.empty(room)
        ROWS(*fixed, int(end[0]), sizes, column, value, end)
        columns.append(column[: end[1]].copy())
        values.append(value[: end[1]].copy())
    return np.concatenate([[0], np.cumsum(sizes)]), np.concatenate(columns), np.concatenate(values)


def like_matrix(
    determinants: Determinants,
    one_body: Floats,
    channels: tuple[Channel, ...],
    dense_fill: float = DENSE_FILL,
) -> LikeMatrix:
    """Build the matrix of sum e_ab a+_a a_b + sum_{1<2, 3<4} V_{12,34} a+_1 a+_2 a_4 a_3 within each group."""
    shell = determinants.shell
    tables = [pack(a) for a in _tables(shell.states, channels)]
    dense_at, strides, dense, starts, columns, values = [], [], [], [np.zeros(1, int)], [], []
    size, used = 0, 0
    for begin, end in zip(determinants.group_starts[:-1], determinants.group_starts[1:], strict=True):
        words = determinants.words[begin:end]
        n = words.size
        row, col, val = _rows(words, shell.states, one_body, tables)
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

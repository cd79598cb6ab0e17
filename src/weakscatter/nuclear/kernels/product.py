"""The matrix-free product y += H x, as a list of independent pieces of work.

A piece is one block of rows for the part of the row species, one for that of the column species, or a chunk of
spectators of the columns for the proton-neutron part. Threads take pieces from one counter, the largest first, each
with its own result and work space.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from weakscatter.nuclear.kernels.options import KERNEL
from weakscatter.nuclear.kernels.search import place_of
from weakscatter.nuclear.kernels.tile import multiply, multiply_row
from weakscatter.nuclear.layout import BATCH, COLUMNS, PAD, ROWS


@intrinsic
def _next(typing: Any, counter: Any = 0) -> Any:
    """Add one to the int64 at an address, atomically, and return what was there."""

    def emit(context: Any, b: Any, signature: Any, args: Any) -> Any:
        place = b.inttoptr(args[0], ir.IntType(64).as_pointer())
        return b.atomic_rmw("add", place, ir.Constant(ir.IntType(64), 1), "seq_cst")

    return types.int64(types.int64), emit


@njit(**KERNEL)
def _from_left(x: Any, y: Any, sector: int, m: Any, groups: Any, t: Any, widths: Any, count: Any) -> None:
    """Add the part of the row species to one block: H[sector, other] X[other] for the sectors of its group."""
    group = groups[sector]
    begin, stride = t.sector_begin[sector], t.strides[sector]
    c = count.ctypes.data
    for other in range(sector, -1, -1):
        if groups[other] != group:
            break
        first = other
    other = first
    while other < groups.size and groups[other] == group:
        width = min(widths[sector], widths[other])
        low, high = t.sector_begin[other], t.sector_begin[other] + t.sizes[other]
        xa, ya = x + 8 * t.offsets[other], y + 8 * t.offsets[sector]
        if m.dense_at[group] >= 0:
            s = m.dense_stride[group]
            g = m.dense.ctypes.data + 8 * (m.dense_at[group] + begin * s + low)
            multiply(
                g, c, s, c, c, t.strides[other], t.sizes[other], xa, ya, c, stride, t.sizes[sector], width
            )
        else:
            for l in range(0, width, BATCH):
                for i in range(t.sizes[sector]):
                    row = m.group_start[group] + begin + i
                    k0, k1 = m.row_start[row], m.row_start[row + 1]
                    k0 = place_of(m.column, k0, k1, low)
                    k1 = place_of(m.column, k0, k1, high)
                    if k1 > k0:
                        multiply_row(
                            m.value.ctypes.data + 8 * k0,
                            c,
                            m.column.ctypes.data + 4 * k0,
                            t.strides[other],
                            k1 - k0,
                            xa + 8 * (l - low * t.strides[other]),
                            ya + 8 * (i * stride + l),
                            c,
                            min(BATCH, width - l),
                        )
        other += 1


@njit(**KERNEL)
def _from_right(
    x: Any, y: Any, sector: int, m: Any, group: int, t: Any, width: int, work: Any, count: Any
) -> None:
    """Add the part of the column species to one block: X H."""
    stride, rows, offset = t.strides[sector], t.sizes[sector], t.offsets[sector]
    c = count.ctypes.data
    if m.dense_at[group] >= 0:
        xa, ya = x.ctypes.data + 8 * offset, y.ctypes.data + 8 * offset
        h = m.dense.ctypes.data + 8 * m.dense_at[group]
        multiply(xa, c, stride, c, c, m.dense_stride[group], width, h, ya, c, stride, rows, width)
        return
    half = width * BATCH
    for r in range(0, rows, BATCH):
        many = min(BATCH, rows - r)
        base = offset + r * stride
        for n in range(width):
            for i in range(many):
                work[n * BATCH + i] = x[base + i * stride + n]
            for i in range(many, BATCH):
                work[n * BATCH + i] = 0.0
        for n in range(half, 2 * half):
            work[n] = 0.0
        wa = work.ctypes.data
        for n in range(width):
            row = m.group_start[group] + n
            k0, k1 = m.row_start[row], m.row_start[row + 1]
            if m.column[k1 - 1] >= width:
                k1 = place_of(m.column, k0, k1, width)
            multiply_row(
                m.value.ctypes.data + 8 * k0,
                c,
                m.column.ctypes.data + 4 * k0,
                BATCH,
                k1 - k0,
                wa,
                wa + 8 * (half + n * BATCH),
                c,
                many,
            )
        for n in range(width):
            for i in range(many):
                y[base + i * stride + n] += work[half + n * BATCH + i]


@njit(**KERNEL)
def _gather(x: Any, w: Any, R: int, t0: int, t1: int, length: int, t: Any) -> int:
    """Gather x into strips [row, d][spectators t0..t1]; ``w.base`` [sector, d] says where, -1 for none."""
    used = 0
    xs, base, columns, signs = w.xs, w.base, w.columns, w.signs
    for d in range(base.shape[1]):
        for sector in range(base.shape[0]):
            base[sector, d] = -1
        group = t.column_target[R, d]
        if group < 0:
            continue
        some = False
        for r in range(t1 - t0):
            v = t.column_place[t0 + r, d]
            columns[r] = v >> 1 if v >= 0 else 0
            signs[r] = (1.0 - 2.0 * (v & 1)) if v >= 0 else 0.0
            some |= v >= 0
        for r in range(t1 - t0, length):
            columns[r], signs[r] = 0, 0.0
        if not some:
            continue
        left = t.most_weight - t.column_weight[R] - t.state_weight[d]
        for q in range(t.group_sectors_start[group], t.group_sectors_start[group + 1]):
            sector = t.group_sectors[q]
            if t.sector_weight[sector] > left:
                continue
            base[sector, d] = used
            stride = t.strides[sector]
            for i in range(t.sizes[sector]):
                row = t.offsets[sector] + i * stride
                for r in range(length):
                    xs[used + r] = signs[r] * x[row + columns[r]]
                used += length
    return used


@njit(**KERNEL)
def _scatter(y: Any, w: Any, t0: int, t1: int, length: int, t: Any) -> None:
    """Add the strips of results to y; the reverse of `_gather`."""
    ys, base, columns, places, signs = w.ys, w.base, w.columns, w.places, w.signs
    for d in range(base.shape[1]):
        many = 0
        for r in range(t1 - t0):
            v = t.column_place[t0 + r, d]
            if v >= 0:
                columns[many], places[many], signs[many] = v >> 1, r, 1.0 - 2.0 * (v & 1)
                many += 1
        for sector in range(base.shape[0]):
            strip = base[sector, d]
            if strip < 0:
                continue
            stride = t.strides[sector]
            for i in range(t.sizes[sector]):
                row = t.offsets[sector] + i * stride
                for r in range(many):
                    y[row + columns[r]] += signs[r] * ys[strip + places[r]]
                strip += length


@njit(**KERNEL)
def _mixed(x: Any, y: Any, R: int, t0: int, t1: int, w: Any, t: Any) -> None:
    """Add the proton-neutron part for the column spectators t0..t1 of sector R."""
    length = (t1 - t0 + PAD - 1) // PAD * PAD
    used = _gather(x, w, R, t0, t1, length, t)
    base, row, col, off = w.base, w.row, w.col, w.off
    for n in range(used):
        w.ys[n] = 0.0
    xa, ya = w.xs.ctypes.data, w.ys.ctypes.data
    ra, ca, oa = row.ctypes.data, col.ctypes.data, off.ctypes.data
    for S in range(t.row_channel.shape[0]):
        channel = t.row_channel[S, R]
        if channel < 0:
            continue
        p0, p1 = t.pair_start[channel], t.pair_start[channel + 1]
        full = p1 - p0
        left = t.most_weight - t.row_weight[S] - t.column_weight[R]
        while p1 > p0 and t.pair_weight[p1 - 1] > left:
            p1 -= 1
        ga = t.g.ctypes.data + 8 * t.g_start[channel]
        for s in range(t.row_starts[S], t.row_starts[S + 1]):
            many = 0
            for p in range(p0, p1):
                c = t.pair_first[p]
                v = t.row_place[s, c]
                if v < 0:
                    continue
                strip = base[t.row_target[S, c], t.pair_second[p]]
                if strip < 0:
                    continue
                k = p - p0
                row[many] = 3 * full * k + (full if v & 1 else 0)
                col[many] = k + (full if v & 1 else 0)
                off[many] = strip + (v >> 1) * length
                many += 1
            multiply(ga, ra, 1, ca, oa, 1, many, xa, ya, oa, 1, many, length)
    _scatter(y, w, t0, t1, length, t)


@njit(**KERNEL)
def _clear_padding(y: Any, offsets: Any, strides: Any, widths: Any) -> None:
    for sector in range(strides.size):
        if widths[sector] < strides[sector]:
            for row in range(offsets[sector], offsets[sector + 1], strides[sector]):
                for n in range(row + widths[sector], row + strides[sector]):
                    y[n] = 0.0


@njit(**KERNEL)
def run_pieces(
    x: Any,
    y: Any,
    pieces: Any,
    counter: Any,
    rows: Any,
    row_groups: Any,
    columns: Any,
    partner: Any,
    widths: Any,
    t: Any,
    w: Any,
) -> None:
    """Take pieces [kind, sector, begin, end] from the shared counter and add them to y, until none is left.

    ``rows`` and ``columns`` are a `LikeMatrix`, ``t`` is `MixedTables`, ``w`` is `Workspace`.
    """
    while True:
        n: int = _next(counter.ctypes.data)
        if n >= pieces.shape[0]:
            break
        kind, sector = pieces[n, 0], pieces[n, 1]
        if kind == ROWS:
            _from_left(x.ctypes.data, y.ctypes.data, sector, rows, row_groups, t, widths, w.numbers)
        elif kind == COLUMNS:
            _from_right(x, y, sector, columns, partner[sector], t, widths[sector], w.work, w.numbers)
        else:
            _mixed(x, y, sector, pieces[n, 2], pieces[n, 3], w, t)
    _clear_padding(y, t.offsets, t.strides, widths)

"""The one arithmetic kernel of the product: a register tile of a small matrix product.

    y[e out_i + l] += sum_k g[r row_i + col_k] x[s off_k + l],   i < rows, l < vectors * LANES

with int32 lists instead of strides, so that packed strips, dense blocks and sparse rows are read where they are.
Numba's vectoriser does not find this form, therefore it is emitted as vector instructions: six rows of two vectors fill
the registers of AVX-512 half and those of AVX2 nearly, and each broadcast of g serves two multiplications.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from weakscatter.nuclear.kernels.options import KERNEL

ROWS = 6
"""Rows of a full tile."""


def _lanes() -> int:
    """Float64 elements of one vector register of this machine, at most `layout.PAD`."""
    features = llvm.get_host_cpu_features()
    if features.get("avx512f", False):
        return 8
    return 4 if features.get("avx", False) else 2


LANES = _lanes()


def _tile(rows: int, vectors: int) -> Callable[..., Any]:
    """Return the intrinsic for a tile of ``rows`` x ``vectors``; all arguments are int64, arrays by their address."""

    @intrinsic
    def tile(
        typing: Any,
        g: Any,
        row: Any,
        row_scale: Any,
        col: Any,
        off: Any,
        off_scale: Any,
        nk: Any,
        x: Any,
        y: Any,
        out: Any,
        out_scale: Any,
    ) -> Any:
        def emit(context: Any, b: Any, signature: Any, args: Any) -> Any:
            g, row, row_scale, col, off, off_scale, nk, x, y, out, out_scale = args
            i32, i64, f64 = ir.IntType(32), ir.IntType(64), ir.DoubleType()
            vec = ir.VectorType(f64, LANES)
            zero = ir.Constant(vec, [0.0] * LANES)

            def entry(base: Any, at: Any) -> Any:
                return b.sext(b.load(b.gep(base, [at])), i64)

            def vector(base: Any, at: Any, v: int) -> Any:
                place = b.gep(base, [b.add(at, ir.Constant(i64, v * LANES))])
                return b.bitcast(place, vec.as_pointer())

            def splat(value: Any) -> Any:
                one = b.insert_element(ir.Constant(vec, ir.Undefined), value, ir.Constant(i32, 0))
                mask = ir.Constant(ir.VectorType(i32, LANES), [0] * LANES)
                return b.shuffle_vector(one, ir.Constant(vec, ir.Undefined), mask)

            def accumulate(weight: Any, x: Any, total: Any) -> Any:
                return b.fadd(b.fmul(weight, x, flags=("contract",)), total, flags=("contract",))

            def join(start: Any, end: Any) -> Any:
                total = b.phi(vec)
                total.add_incoming(zero, start)
                return total

            g, x, y = (b.inttoptr(p, f64.as_pointer()) for p in (g, x, y))
            row, col, off, out = (b.inttoptr(p, i32.as_pointer()) for p in (row, col, off, out))
            lines = [b.gep(g, [b.mul(entry(row, ir.Constant(i64, i)), row_scale)]) for i in range(rows)]
            each = [(i, v) for i in range(rows) for v in range(vectors)]
            before = b.block
            loop, after = b.append_basic_block("loop"), b.append_basic_block("after")
            b.cbranch(b.icmp_signed(">", nk, ir.Constant(i64, 0)), loop, after)
            b.position_at_end(loop)
            k = b.phi(i64)
            sums = {iv: join(before, loop) for iv in each}
            at, shift = b.mul(entry(off, k), off_scale), entry(col, k)
            xs = [b.load(vector(x, at, v), align=8) for v in range(vectors)]
            weights = [splat(b.load(b.gep(line, [shift]))) for line in lines]
            new = {(i, v): accumulate(weights[i], xs[v], sums[i, v]) for i, v in each}
            following = b.add(k, ir.Constant(i64, 1))
            k.add_incoming(ir.Constant(i64, 0), before)
            k.add_incoming(following, loop)
            for iv in each:
                sums[iv].add_incoming(new[iv], loop)
            b.cbranch(b.icmp_signed("<", following, nk), loop, after)
            b.position_at_end(after)
            totals = {iv: join(before, loop) for iv in each}
            for iv in each:
                totals[iv].add_incoming(new[iv], loop)
            for i in range(rows):
                where = b.mul(entry(out, ir.Constant(i64, i)), out_scale)
                for v in range(vectors):
                    place = vector(y, where, v)
                    b.store(b.fadd(b.load(place, align=8), totals[i, v]), place, align=8)
            return context.get_dummy_value()

        return types.void(*([types.int64] * 11)), emit

    return tile


_t11, _t21, _t31, _t41, _t51, _t61 = (_tile(r, 1) for r in range(1, 7))
_t12, _t22, _t32, _t42, _t52, _t62 = (_tile(r, 2) for r in range(1, 7))
_t14 = _tile(1, 4)


@njit(**KERNEL)
def multiply(
    g: int,
    row: int,
    rs: int,
    col: int,
    off: int,
    xs: int,
    nk: int,
    x: int,
    y: int,
    out: int,
    ys: int,
    rows: int,
    width: int,
) -> None:
    """Add a small matrix product, ``rows`` x ``nk`` times ``nk`` x ``width``, to y; see the formula above.

    Arrays come as addresses; ``rs``, ``xs``, ``ys`` scale the lists ``row``, ``off``, ``out``. ``width`` is rounded
    up to whole vectors: the padding of a strip is computed with it.
    """
    step = 2 * LANES
    for l in range(0, width, step):
        xl, yl = x + 8 * l, y + 8 * l
        double = width - l > LANES
        for i in range(0, rows, ROWS):
            r, o = row + 4 * i, out + 4 * i
            left = rows - i
            if double:
                if left >= 6:
                    _t62(g, r, rs, col, off, xs, nk, xl, yl, o, ys)
                elif left == 5:
                    _t52(g, r, rs, col, off, xs, nk, xl, yl, o, ys)
                elif left == 4:
                    _t42(g, r, rs, col, off, xs, nk, xl, yl, o, ys)
                elif left == 3:
                    _t32(g, r, rs, col, off, xs, nk, xl, yl, o, ys)
                elif left == 2:
                    _t22(g, r, rs, col, off, xs, nk, xl, yl, o, ys)
                else:
                    _t12(g, r, rs, col, off, xs, nk, xl, yl, o, ys)
            elif left >= 6:
                _t61(g, r, rs, col, off, xs, nk, xl, yl, o, ys)
            elif left == 5:
                _t51(g, r, rs, col, off, xs, nk, xl, yl, o, ys)
            elif left == 4:
                _t41(g, r, rs, col, off, xs, nk, xl, yl, o, ys)
            elif left == 3:
                _t31(g, r, rs, col, off, xs, nk, xl, yl, o, ys)
            elif left == 2:
                _t21(g, r, rs, col, off, xs, nk, xl, yl, o, ys)
            else:
                _t11(g, r, rs, col, off, xs, nk, xl, yl, o, ys)


@njit(**KERNEL)
def multiply_row(g: int, col: int, off: int, xs: int, nk: int, x: int, y: int, out: int, width: int) -> None:
    """Add one sparse row, ``nk`` weights at ``g``, times rows of x to one row of y: `multiply` for few weights."""
    l = 0
    while width - l > 3 * LANES:
        _t14(g, out, 0, col, off, xs, nk, x + 8 * l, y + 8 * l, out, 0)
        l += 4 * LANES
    if width - l > LANES:
        _t12(g, out, 0, col, off, xs, nk, x + 8 * l, y + 8 * l, out, 0)
        l += 2 * LANES
    if width > l:
        _t11(g, out, 0, col, off, xs, nk, x + 8 * l, y + 8 * l, out, 0)

"""From the profile likelihood on a coarse grid to that on a fine one.

Newton runs on a coarse subgrid. On the rest the floating parameters are interpolated (cubic splines), -2 ln L and
its exact gradient g are evaluated once, and the remaining decrease g H^-1 g / 2 (H of the nearest coarse point) is
subtracted. Where that decrease exceeds `CORRECTION` the step is taken and corrected again, and where that does not end
the point gets its own Newton run, so that the error of the correction, which is of relative order of the change of H,
stays well below 1e-4 in -2 ln L.

Beyond a rise of `FAR` a point is excluded whatever its exact value: a correction may be a hundredth of the rise there,
and where Newton does not converge the lowest value found stands, an upper bound of the minimum. Where even the
best-fitting floating parameters give a rise above `ABSURD` (a signal hundreds of times the data), none is tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RectBivariateSpline, make_interp_spline

from weakscatter.inference.newton import BUDGETS, Floats, Minima
from weakscatter.inference.profile import FAR, Profiler

CORRECTION = 2e-4
"""Largest decrease of -2 ln L that is subtracted without a Newton run."""

COARSE = {1: 41, 2: 25}
"""Coarse points along each axis."""

CORRECTIONS, HOPEFUL = 6, 1.0
"""Most corrections of one point, and the decrease of -2 ln L below which another one is tried in place of Newton."""

ABSURD = 1e5
"""Rise of -2 ln L at the interpolated and at the best-fitting floating parameters beyond which a point is not minimised."""

FINE = 4
"""A grid with more than this times the coarse points along both axes gets one in between."""

SLICE = 2048
"""Fine points between two calls of ``progress``."""


def spread(n: int, count: int) -> NDArray[np.int64]:
    """Return at most ``count`` of n indices, equally spread, the first and the last among them."""
    return np.unique(np.round(np.linspace(0, n - 1, count)).astype(np.int64))


def settled(profiler: Profiler, found: Minima) -> Minima:
    """Count what stopped beyond `FAR` as settled: see the module's first lines."""
    return replace(found, converged=found.converged | (found.q > profiler.best.q[0] + FAR))


def _from_both_sides(profiler: Profiler, points: Floats, x: Floats, q: Floats, theta: Floats) -> Minima:
    """Minimise at points [n, k] from x [n, d], where -2 ln L was q, and from the floating parameters of their nodes."""
    k, d = points.shape[1], x.shape[1]
    guide = profiler.starts[0, k:]
    at_best = np.concatenate([points, np.broadcast_to(guide, (len(points), d - k))], axis=1)
    lowest = np.fmin(profiler.machine.evaluate(at_best, profiler.roles.held)[0], q)
    absurd = lowest > profiler.best.q[0] + ABSURD
    flat = np.zeros((len(points), d))
    found = Minima(
        at_best, lowest, flat, np.zeros((len(points), d, d)), absurd, np.zeros(len(points), dtype=np.int64)
    )
    rest = np.flatnonzero(~absurd)
    if rest.size:
        starts = np.stack([x[rest, k:], np.where(np.isfinite(theta[rest]), theta[rest], guide)])
        # A few steps tell what is far; the rest may take as many as they need.
        run = settled(profiler, profiler.run(points[rest], starts, BUDGETS[:2]))
        slow = np.flatnonzero(~run.converged)
        if slow.size:
            again = profiler.retry(settled(profiler, profiler.run(points[rest[slow]], starts[:, slow])))
            run.x[slow], run.q[slow], run.converged[slow] = again.x, again.q, again.converged
        found.x[rest], found.q[rest], found.converged[rest] = run.x, run.q, run.converged
    return found


def points_between(
    profiler: Profiler,
    points: Floats,
    shape: tuple[int, ...],
    coarse: list[NDArray[np.int64]],
    nodes: Minima,
    known: tuple[list[NDArray[np.int64]], Floats, Floats, NDArray[np.bool_]],
    report: Callable[[int, int], None],
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return coordinates, -2 ln L and convergence at all points.

    ``nodes`` at the indices ``coarse`` give the curvature, ``known`` (indices, coordinates, -2 ln L, convergence) on the
    same grid or a finer one what is interpolated.
    """
    flat = np.arange(len(points)).reshape(shape)[np.ix_(*known[0])].ravel()
    k, d, total = points.shape[1], nodes.x.shape[1], len(points)
    x = np.concatenate([points, np.zeros((total, d - k))], axis=1)
    q = np.full(total, np.nan)
    good = np.zeros(total, dtype=bool)
    x[:, k:] = _interpolated(known[1][:, k:], shape, known[0], profiler)
    nearest, beside = _nearest_node(shape, coarse), _nearest_node(shape, known[0])
    lower, upper = profiler.machine.lower, profiler.machine.upper
    inverse, moves = _inverse_curvature(nodes, lower, upper, profiler.free)
    x[flat], q[flat], good[flat] = known[1:]
    rest = np.setdiff1d(np.arange(total), flat)
    done, best = len(flat), float(profiler.best.q[0])
    for begin in range(0, len(rest), SLICE):
        rows = rest[begin : begin + SLICE]
        hard = rows
        for _ in range(CORRECTIONS):
            node = nearest[hard]
            y = np.clip(x[hard], lower, upper)
            value, slope = profiler.machine.evaluate(y, profiler.roles.held)
            step = np.einsum("nij,nj->ni", inverse[node], slope)
            gain = 0.5 * np.einsum("ni,ni->n", step, slope)
            # A coordinate that the nearest node holds at a bound must be held here too.
            at_bound = ((y <= lower) & (slope > 0)) | ((y >= upper) & (slope < 0))
            same = np.all(moves[node] | at_bound | ~profiler.free, axis=1)
            inside = np.all((y - step >= lower) & (y - step <= upper), axis=1)
            beyond = np.where(np.isfinite(value), value - np.abs(gain) - best - FAR, 0.0)
            allowed = np.maximum(CORRECTION, beyond / 100)
            sound = nodes.converged[node] & same & inside & np.isfinite(value)
            easy = sound & (np.abs(gain) <= allowed)
            moved = easy | (sound & (np.abs(gain) < HOPEFUL))
            x[hard] = np.where(moved[:, None], y - step, y)
            q[hard] = np.where(easy, value - gain, value)
            good[hard[easy]] = True
            hard = hard[~easy]
            if not hard.size or not np.any(moved & ~easy):
                break
        if hard.size:
            found = _from_both_sides(profiler, points[hard], x[hard], q[hard], known[1][beside[hard], k:])
            x[hard], q[hard], good[hard] = found.x, found.q, found.converged
        done += len(rows)
        report(done, total)
    return x, q, good


def _interpolated(
    theta: Floats, shape: tuple[int, ...], coarse: list[NDArray[np.int64]], profiler: Profiler
) -> Floats:
    """Spline [nodes, m] to all grid points [total, m], in the index of the grid."""
    guide = profiler.starts[0, len(profiler.roles.chosen) :]
    filled = np.where(np.isfinite(theta), theta, guide)
    columns = filled.reshape(*(len(c) for c in coarse), filled.shape[1])
    if len(theta) == np.prod(shape):
        return filled
    order = [min(3, len(c) - 1) for c in coarse]
    if len(shape) == 1:
        spline = make_interp_spline(coarse[0], columns, k=order[0])
        return np.asarray(spline(np.arange(shape[0])))
    if min(order) == 0:
        axis = 0 if order[0] else 1
        line = make_interp_spline(coarse[axis], columns.reshape(len(coarse[axis]), -1), k=order[axis])
        return np.asarray(line(np.arange(shape[axis])))
    fine = [np.arange(n) for n in shape]
    sheets = []
    for j in range(columns.shape[2]):
        sheet = RectBivariateSpline(coarse[0], coarse[1], columns[:, :, j], kx=order[0], ky=order[1])
        sheets.append(np.asarray(sheet(fine[0], fine[1])).ravel())
    return np.stack(sheets, axis=1) if sheets else np.zeros((int(np.prod(shape)), 0))


def _nearest_node(shape: tuple[int, ...], coarse: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return the flat index of the nearest coarse node for every grid point [total]."""
    each = [
        np.abs(np.arange(n)[:, None] - c[None, :]).argmin(axis=1) for n, c in zip(shape, coarse, strict=True)
    ]
    mesh = np.meshgrid(*each, indexing="ij")
    return np.ravel_multi_index(tuple(m.ravel() for m in mesh), tuple(len(c) for c in coarse))


def _inverse_curvature(
    nodes: Minima, lower: Floats, upper: Floats, free: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Invert H over the coordinates that move at each node; zero elsewhere."""
    held = ((nodes.x <= lower) & (nodes.gradient > 0)) | ((nodes.x >= upper) & (nodes.gradient < 0))
    moves = free[None, :] & ~held
    both = moves[:, :, None] & moves[:, None, :]
    unit = np.eye(len(free))
    matrix = np.where(both & np.isfinite(nodes.curvature), nodes.curvature, 0.0) + unit * (~moves)[:, :, None]
    # Parameters may differ by many powers of ten, so the diagonal is scaled to one before the inversion.
    root = np.sqrt(np.maximum(np.einsum("nii->ni", matrix), 1e-300))
    scaled = matrix / root[:, :, None] / root[:, None, :] + 1e-12 * unit
    inverse = np.linalg.pinv(scaled, rcond=1e-13, hermitian=True) / root[:, :, None] / root[:, None, :]
    return np.where(both, inverse, 0.0), moves

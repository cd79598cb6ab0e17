"""The profile likelihood on a grid of one or two parameters.

Newton runs on a coarse subgrid. On the rest the floating parameters are interpolated (cubic splines), -2 ln L and
its exact gradient g are evaluated once, and the remaining decrease g H^-1 g / 2 (H of the nearest coarse point) is
subtracted. Where that decrease exceeds `CORRECTION` the point gets its own Newton run, so that the error of the
correction, which is of relative order of the change of H, stays well below 1e-4 in -2 ln L.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import RectBivariateSpline, make_interp_spline

from weakscatter.inference.construction import check_kinds
from weakscatter.inference.feldman_cousins import check_confidence
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.newton import Floats, Minima
from weakscatter.inference.profile import (
    Profiler,
    check_points,
    improve_from_neighbours,
    make_profiler,
)
from weakscatter.inference.region_map import map_on_grid
from weakscatter.inference.scan_result import ScanResult
from weakscatter.inference.toys import Toys
from weakscatter.inference.work import Work
from weakscatter.provenance.errors import InputError, nearest

#: How critical values are found.
METHODS = ("wilks", "feldman-cousins")

CORRECTION = 2e-4
"""Largest decrease of -2 ln L that is subtracted without a Newton run."""

COARSE = {1: 41, 2: 25}
"""Coarse points along each axis."""

SLICE = 2048
"""Fine points between two calls of ``progress``."""


def scan(
    likelihood: Likelihood,
    grid: Mapping[str, ArrayLike],
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    method: str = "wilks",
    confidence: float | Iterable[float] | None = None,
    toys: Toys | None = None,
    work: Work | None = None,
) -> ScanResult:
    """Profile -2 ln L on a grid of one or two parameters, with critical values by toys on request.

    Parameters
    ----------
    likelihood : Likelihood
    grid : {name: values}
        One or two axes of increasing values (in the parameter's unit, within its bounds).
    profile : names or None
        Unconstrained parameters that float beside the constrained ones; None: all.
    fixed : {name: value or None}
    progress : callable or None
        ``progress(done, total)`` in points.
    method : "wilks" or "feldman-cousins"
        The first needs no more than the profile; the second finds the critical values of ``confidence`` (default 0.90) on
        the grid by toys.
    confidence, toys, work : one or several confidences, Toys, Work; "feldman-cousins" only
    """
    levels = _levels(method, confidence, toys, work)
    if not isinstance(grid, Mapping) or len(grid) not in (1, 2):
        raise InputError("a scan has one or two axes: grid={name: values} or {name: values, other: values}.")
    axes = {}
    for name, values in grid.items():
        axes[name] = check_points(likelihood, (name,), np.atleast_1d(np.asarray(values)))[:, 0]
        if np.any(np.diff(axes[name]) <= 0):
            raise InputError(f"grid: the values of {name!r} must increase and not repeat. Sort them.")
    profiler = make_profiler(likelihood, axes, profile, fixed)
    shape = tuple(len(v) for v in axes.values())
    points = np.stack([m.ravel() for m in np.meshgrid(*axes.values(), indexing="ij")], axis=1)
    report = progress or (lambda done, total: None)
    total = len(points)
    report(0, total)
    coarse = [np.unique(np.round(np.linspace(0, n - 1, COARSE[len(shape)])).astype(int)) for n in shape]
    flat = np.arange(total).reshape(shape)[np.ix_(*coarse)].ravel()
    nodes = profiler.run(points[flat])
    nodes = improve_from_neighbours(profiler, points[flat], nodes, tuple(len(c) for c in coarse))
    nodes = profiler.retry(nodes)
    report(len(flat), total)
    x, q, good = points_between(profiler, points, shape, coarse, nodes, flat, report)
    found = _result(profiler, axes, x, q, good, shape)
    if not levels or not np.isfinite(found.minimum):
        return found
    toys = toys or Toys()
    map_, problem = map_on_grid(profiler, axes, x, found.delta, levels, toys, work or Work())
    told = f"{found.status}; {problem}" if problem else found.status
    return replace(
        found,
        toys=map_,
        status=told,
        settings=found.settings | {"toys": asdict(toys)},
        citations=(*found.citations, "feldman1998"),
    )


def _levels(
    method: str, confidence: float | Iterable[float] | None, toys: Toys | None, work: Work | None
) -> tuple[float, ...]:
    """Return the confidences that need toys; none for Wilks' critical value."""
    if method not in METHODS:
        raise InputError(
            f"method={method!r} is unknown.{nearest(str(method), METHODS)} Allowed: {', '.join(METHODS)}."
        )
    check_kinds(toys, work)
    if method == "wilks":
        if confidence is not None or toys is not None or work is not None:
            raise InputError(
                'confidence, toys and work of a scan belong to method="feldman-cousins"; a profile needs none. Leave them out.'
            )
        return ()
    given: tuple[Any, ...] = (0.90,) if confidence is None else tuple(np.atleast_1d(np.asarray(confidence)))
    for level in given:
        check_confidence(level, toys or Toys())
    return tuple(sorted({float(level) for level in given}))


def points_between(
    profiler: Profiler,
    points: Floats,
    shape: tuple[int, ...],
    coarse: list[NDArray[np.int64]],
    nodes: Minima,
    flat: NDArray[np.int64],
    report: Callable[[int, int], None],
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return coordinates, -2 ln L and convergence at all points, from the coarse ``nodes``."""
    k, d, total = points.shape[1], nodes.x.shape[1], len(points)
    x = np.concatenate([points, np.zeros((total, d - k))], axis=1)
    q = np.full(total, np.nan)
    good = np.zeros(total, dtype=bool)
    x[:, k:] = _interpolated(nodes.x[:, k:], shape, coarse, profiler)
    nearest = _nearest_node(shape, coarse)
    lower, upper = profiler.machine.lower, profiler.machine.upper
    inverse, moves = _inverse_curvature(nodes, lower, upper, profiler.free)
    x[flat], q[flat], good[flat] = nodes.x, nodes.q, nodes.converged
    rest = np.setdiff1d(np.arange(total), flat)
    done = len(flat)
    for begin in range(0, len(rest), SLICE):
        rows = rest[begin : begin + SLICE]
        node = nearest[rows]
        y = np.clip(x[rows], lower, upper)
        value, slope = profiler.machine.evaluate(y, profiler.roles.held)
        step = np.einsum("nij,nj->ni", inverse[node], slope)
        gain = 0.5 * np.einsum("ni,ni->n", step, slope)
        # A coordinate that the nearest node holds at a bound must be held here too.
        at_bound = ((y <= lower) & (slope > 0)) | ((y >= upper) & (slope < 0))
        same = np.all(moves[node] | at_bound | ~profiler.free, axis=1)
        inside = np.all((y - step >= lower) & (y - step <= upper), axis=1)
        easy = nodes.converged[node] & same & inside & np.isfinite(value) & (np.abs(gain) <= CORRECTION)
        x[rows] = np.where(easy[:, None], y - step, y)
        q[rows[easy]], good[rows[easy]] = (value - gain)[easy], True
        hard = rows[~easy]
        if hard.size:
            there = nodes.x[node[~easy], k:]
            there = np.where(np.isfinite(there), there, profiler.starts[0, k:])
            found = profiler.retry(profiler.run(points[hard], np.stack([x[hard, k:], there])))
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


def _result(
    profiler: Profiler,
    axes: dict[str, Floats],
    x: Floats,
    q: Floats,
    good: NDArray[np.bool_],
    shape: tuple[int, ...],
) -> ScanResult:
    k = len(axes)
    minimum, where = float("inf"), x[0]
    if profiler.best.converged[0]:
        minimum, where = float(profiler.best.q[0]), profiler.best.x[0]
    if good.any() and np.nanmin(q) < minimum - 1e-3:
        # The grid found a valley below the global search: start there.
        seed = x[[int(np.nanargmin(q))]]
        every = np.ones(x.shape[1], dtype=bool)
        again = profiler.machine.minimise(seed, every, profiler.size, profiler.roles.held)
        minimum, where = float(again.q[0]), again.x[0]
    lost = int((~good).sum())
    status = "converged" if lost == 0 else f"{lost} of {good.size} points did not converge"
    advice = "" if lost == 0 else "Those points are NaN. Fix a parameter, or narrow the grid."
    if not np.isfinite(minimum):
        minimum, status, advice = (
            float("nan"),
            "not converged",
            "No minimum was found. Give bounds or constraints.",
        )
    names = profiler.machine.names
    return ScanResult(
        axes,
        q.reshape(shape),
        (q - minimum).reshape(shape),
        minimum,
        {name: float(v) for name, v in zip(names, where, strict=True)},
        {name: x[:, k + j].reshape(shape) for j, name in enumerate(profiler.roles.floating)},
        good.reshape(shape),
        profiler.roles.floating,
        profiler.roles.held,
        status,
        advice,
        {"coarse": COARSE[len(axes)], "correction": CORRECTION},
        profiler.machine.likelihood.citations,
    )

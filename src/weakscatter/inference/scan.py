"""The profile likelihood on a grid of one or two parameters.

Newton runs on a coarse subgrid. On the rest the floating parameters are interpolated (cubic splines), -2 ln L and
its exact gradient g are evaluated once, and the remaining decrease g H^-1 g / 2 (H of the nearest coarse point) is
subtracted. Where that decrease exceeds `CORRECTION` the point gets its own Newton run, so that the error of the
correction, which is of relative order of the change of H, stays well below 1e-4 in -2 ln L.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import RectBivariateSpline, make_interp_spline

from weakscatter.inference import report
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.newton import Floats, Minima
from weakscatter.inference.profile import (
    Profiler,
    check_points,
    improve_from_neighbours,
    make_profiler,
    plain,
)
from weakscatter.provenance.errors import InputError

CORRECTION = 2e-4
"""Largest decrease of -2 ln L that is subtracted without a Newton run."""

COARSE = {1: 41, 2: 25}
"""Coarse points along each axis."""

SLICE = 2048
"""Fine points between two calls of ``progress``."""


@dataclass(frozen=True, eq=False)
class ScanResult:
    """Profile likelihood on a grid.

    Parameters
    ----------
    grid : {name: values}
        Axes; ``q`` has one dimension for each, in this order.
    q : array
        -2 ln L, NaN where no minimisation converged.
    delta : array
        ``q`` minus ``minimum``.
    minimum : float
        Lowest -2 ln L over the scanned and floating parameters together (not only on the grid).
    best_fit : {name: value}
        Where it lies.
    theta : {name: array}
        Floating parameters on the grid.
    converged : array of bool
    profiled : names; fixed : {name: value}
    status : str
    """

    grid: dict[str, Floats]
    q: Floats
    delta: Floats
    minimum: float
    best_fit: dict[str, float]
    theta: dict[str, Floats]
    converged: NDArray[np.bool_]
    profiled: tuple[str, ...]
    fixed: dict[str, float]
    status: str
    advice: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    citations: tuple[str, ...] = ()

    method = "profile likelihood on a grid"

    @property
    def flags(self) -> dict[str, bool]:
        """Whether every point converged, and whether the best fit lies inside the grid."""
        inside = all(v.min() <= self.best_fit[name] <= v.max() for name, v in self.grid.items())
        return {"converged": bool(self.converged.all()), "best_fit_inside": inside}

    def table(self) -> list[report.Row]:
        """Return one row for each point: the axes, -2 ln L above the minimum, and whether it converged."""
        points = np.meshgrid(*self.grid.values(), indexing="ij")
        columns: dict[str, Any] = {name: axis.ravel() for name, axis in zip(self.grid, points, strict=True)}
        columns |= {"delta": self.delta.ravel(), "converged": self.converged.ravel()}
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def latex(self) -> str:
        r"""Return one row: the scanned parameters and where the minimum lies; a scan of one axis has no error."""
        best = ", ".join(f"{self.best_fit[name]:.6g}" for name in self.grid)
        return report.latex_row(", ".join(self.grid), f"${best}$")

    def _repr_html_(self) -> str:
        rows = [
            {"axis": name, "from": v[0], "to": v[-1], "points": len(v), "best fit": self.best_fit[name]}
            for name, v in self.grid.items()
        ]
        return report.html_table(rows, f"{self.status}; minimum -2 ln L = {self.minimum:.4f}", (self.advice,))

    def save(self, path: str | Path) -> Path:
        """Write the result as JSON, whole or not at all; `load` reads it back."""
        return report.save("scan", self.to_dict(), path)

    @classmethod
    def load(cls, path: str | Path) -> ScanResult:
        """Read what `save` wrote; `InputError` for any other file."""
        c = report.read_result("scan", path)
        try:
            return cls(
                {name: report.array_of(v) for name, v in c["grid"].items()}, report.array_of(c["q"]),
                report.array_of(c["delta"]), float("nan") if c["minimum"] is None else c["minimum"], c["best_fit"],
                {name: report.array_of(v) for name, v in c["theta"].items()}, np.array(c["converged"], dtype=bool),
                tuple(c["profiled"]), c["fixed"], c["status"], c["advice"], c["settings"], tuple(c["citations"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise report.missing_content("scan", path, error) from None

    def __repr__(self) -> str:
        return f"ScanResult({self.summary()})"

    def summary(self) -> str:
        """Return one paragraph."""
        size = " x ".join(f"{name} [{len(v)}]" for name, v in self.grid.items())
        best = ", ".join(f"{name} = {self.best_fit[name]:.6g}" for name in self.grid)
        return (
            f"{size}: {self.status}; minimum -2 ln L = {self.minimum:.4f} at {best}; "
            f"profiled: {', '.join(self.profiled) or 'none'}" + (f". {self.advice}" if self.advice else "")
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; None where not converged."""

        def nested(a: Floats) -> Any:
            return plain(a) if a.ndim == 1 else [plain(row) for row in a]

        return {
            "grid": {name: v.tolist() for name, v in self.grid.items()},
            "q": nested(self.q),
            "delta": nested(self.delta),
            "minimum": self.minimum if np.isfinite(self.minimum) else None,
            "best_fit": dict(self.best_fit),
            "theta": {name: nested(v) for name, v in self.theta.items()},
            "converged": self.converged.tolist(),
            "profiled": list(self.profiled),
            "fixed": dict(self.fixed),
            "status": self.status,
            "advice": self.advice,
            "settings": dict(self.settings),
            "citations": list(self.citations),
            "flags": self.flags,
        }


def scan(
    likelihood: Likelihood,
    grid: Mapping[str, ArrayLike],
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> ScanResult:
    """Profile -2 ln L on a grid of one or two parameters.

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
    """
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
    return _result(profiler, axes, x, q, good, shape)


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

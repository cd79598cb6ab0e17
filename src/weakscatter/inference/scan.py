"""The profile likelihood on a grid of one or two parameters.

Newton runs on a coarse subgrid, `weakscatter.inference.refine` fills in the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from weakscatter.inference import report
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.newton import Floats
from weakscatter.inference.profile import (
    Profiler,
    check_points,
    improve_from_neighbours,
    make_profiler,
    plain,
)
from weakscatter.inference.refine import COARSE, CORRECTION, FINE, points_between, settled, spread
from weakscatter.provenance.errors import InputError


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
    coarse = [spread(n, COARSE[len(shape)]) for n in shape]
    flat = np.arange(total).reshape(shape)[np.ix_(*coarse)].ravel()
    nodes = profiler.run(points[flat])
    nodes = improve_from_neighbours(profiler, points[flat], nodes, tuple(len(c) for c in coarse))
    nodes = profiler.retry(settled(profiler, nodes))
    report(len(flat), total)
    known = (coarse, nodes.x, nodes.q, nodes.converged)
    if len(shape) == 2 and min(shape) > FINE * COARSE[2]:
        # A grid in between, so that on a fine one the interpolation is as good as on a coarse one.
        middle = [spread(n, FINE * (COARSE[2] - 1) + 1) for n in shape]
        inside = np.arange(total).reshape(shape)[np.ix_(*middle)].ravel()
        within = [np.searchsorted(m, c) for m, c in zip(middle, coarse, strict=True)]
        size = tuple(len(m) for m in middle)
        there = (within, *known[1:])
        found = points_between(profiler, points[inside], size, within, nodes, there, lambda done, total: None)
        known = (middle, *found)
    x, q, good = points_between(profiler, points, shape, coarse, nodes, known, report)
    return _result(profiler, axes, x, q, good, shape)


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

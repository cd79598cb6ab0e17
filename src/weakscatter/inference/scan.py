"""The profile likelihood on a grid of one or two parameters.

Newton runs on a coarse subgrid, `weakscatter.inference.refine` fills in the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from weakscatter.inference.construction import check_kinds
from weakscatter.inference.feldman_cousins import check_confidence
from weakscatter.inference.interval_kind import TWO_SIDED
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.newton import Floats
from weakscatter.inference.profile import (
    Profiler,
    check_points,
    improve_from_neighbours,
    make_profiler,
)
from weakscatter.inference.refine import COARSE, CORRECTION, FINE, points_between, settled, spread
from weakscatter.inference.region_map import map_on_grid
from weakscatter.inference.scan_result import ScanResult
from weakscatter.inference.toys import Toys
from weakscatter.inference.work import Work
from weakscatter.provenance.errors import InputError, nearest


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
        between = points_between(
            profiler, points[inside], size, within, nodes, there, lambda done, total: None
        )
        known = (middle, *between)
    x, q, good = points_between(profiler, points, shape, coarse, nodes, known, report)
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
    if method not in TWO_SIDED:
        raise InputError(
            f"method={method!r} is unknown.{nearest(str(method), TWO_SIDED)} Allowed: {', '.join(TWO_SIDED)}."
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

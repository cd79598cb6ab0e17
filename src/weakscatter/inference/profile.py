"""The profile likelihood at many points: -2 ln L minimised over the floating parameters, batched.

Which one to use: `profile_batch` for any list of points, `scan` for a regular grid (it reuses neighbours and is
several times faster), `limit` for an interval, `fit` for the numbers of a table.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.minuit import make_minuit
from weakscatter.inference.newton import BUDGETS, Floats, Minima, Minimiser, minimiser
from weakscatter.inference.roles import Roles, assign_roles
from weakscatter.inference.starts import axis_starts, best_of_starts, scales
from weakscatter.provenance.errors import InputError

RUNS_PER_POINT = 3
"""Newton runs a point: from the starts that promise the lowest -2 ln L."""

MAX_RETRIES = 200
"""Points handed to iminuit one by one after Newton gave up; the rest are flagged at once."""


@dataclass(frozen=True, eq=False)
class ProfileBatch:
    """Profile likelihood at n points.

    ``q`` [n] is -2 ln L (NaN where not converged), ``theta`` [n, m] the floating parameters, ordered as
    ``floating`` (NaN likewise), ``iterations`` [n] the Newton steps.
    """

    names: tuple[str, ...]
    points: Floats
    q: Floats
    floating: tuple[str, ...]
    theta: Floats
    converged: NDArray[np.bool_]
    iterations: NDArray[np.int64]
    fixed: dict[str, float]

    def __repr__(self) -> str:
        return (
            f"ProfileBatch({len(self.q)} points in {', '.join(self.names)}; {int(self.converged.sum())} converged; "
            f"profiled: {', '.join(self.floating) or 'none'})"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; None where not converged."""
        return {
            "names": list(self.names),
            "points": self.points.tolist(),
            "q": plain(self.q),
            "floating": list(self.floating),
            "theta": [plain(row) for row in self.theta],
            "converged": self.converged.tolist(),
            "fixed": dict(self.fixed),
        }


def plain(values: Floats) -> list[float | None]:
    """Return a list in which what is not finite is None."""
    return [float(v) if np.isfinite(v) else None for v in values]


@dataclass(frozen=True, eq=False)
class Profiler:
    """What every profile of one question shares: the compiled minimiser, scales, and the global minimum.

    Coordinates are the chosen parameters first, then the floating ones.
    """

    roles: Roles
    machine: Minimiser
    size: Floats
    best: Minima
    starts: Floats

    @property
    def free(self) -> NDArray[np.bool_]:
        """Which coordinates float once the chosen ones are set."""
        return np.arange(len(self.size)) >= len(self.roles.chosen)

    def run(self, points: Floats, starts: Floats | None = None, budgets: tuple[int, ...] = BUDGETS) -> Minima:
        """Minimise at ``points`` [n, k], from ``starts`` [s, n, m] or the best of the common ones; lowest wins."""
        n, k = points.shape
        if starts is None:
            starts = np.repeat(self.starts[:, None, k:], n, axis=1)
            if len(starts) > RUNS_PER_POINT:
                flat = np.concatenate(
                    [np.tile(points, (len(starts), 1)), starts.reshape(-1, starts.shape[2])], axis=1
                )
                q = self.machine.evaluate(flat, self.roles.held)[0].reshape(len(starts), n)
                order = np.argsort(np.where(np.isfinite(q), q, np.inf), axis=0, kind="stable")[
                    :RUNS_PER_POINT
                ]
                starts = np.take_along_axis(starts, order[:, :, None], axis=0)
        result: Minima | None = None
        for theta in starts:
            x = np.concatenate([points, theta], axis=1)
            found = self.machine.minimise(x, self.free, self.size, self.roles.held, budgets=budgets)
            result = lower_of(result, found)
        assert result is not None
        return result

    def retry(self, found: Minima) -> Minima:
        """Hand what did not converge to iminuit; flag with NaN what still does not."""
        bad = np.flatnonzero(~found.converged)
        k = len(self.roles.chosen)
        for i in bad[:MAX_RETRIES]:
            values = dict(zip(self.machine.names, found.x[i].tolist(), strict=True)) | self.roles.held
            sizes = dict(zip(self.machine.names, self.size.tolist(), strict=True))
            m = make_minuit(self.machine, self.roles.floating, values, sizes)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                m.migrad(ncall=5000)
            if m.valid and m.fval is not None and np.isfinite(m.fval):
                found.x[i, k:] = np.array(m.values)
                found.q[i], found.converged[i] = m.fval, True
        lost = ~found.converged
        found.q[lost] = np.nan
        found.x[np.ix_(lost, self.free)] = np.nan
        return found


def lower_of(first: Minima | None, second: Minima) -> Minima:
    """Return the lower of two sets of minima, point by point; a converged one wins over one that is not."""
    if first is None:
        return second
    q1, q2 = (np.where(np.isfinite(m.q), m.q, np.inf) for m in (first, second))
    take = (second.converged & ~first.converged) | ((second.converged == first.converged) & (q2 < q1))

    def pick(a: Any, b: Any) -> Any:
        return np.where(take.reshape((-1,) + (1,) * (a.ndim - 1)), b, a)

    return Minima(
        pick(first.x, second.x),
        pick(first.q, second.q),
        pick(first.gradient, second.gradient),
        pick(first.curvature, second.curvature),
        pick(first.converged, second.converged),
        first.iterations + second.iterations,
    )


FAR = 100.0
"""Rise of -2 ln L beyond which a point of a grid is excluded whatever its exact value, and not worth a second try."""


def improve_from_neighbours(
    profiler: Profiler, points: Floats, found: Minima, shape: tuple[int, ...]
) -> Minima:
    """Try each point of a grid from the solutions of its neighbours, wherever theirs promise a lower -2 ln L.

    Two valleys of the floating parameters can cross inside a grid; each then spreads to where it is the lower.
    """
    k = points.shape[1]
    index = np.arange(len(points)).reshape(shape)
    for _ in range(max(shape)):
        changed = False
        for axis in range(len(shape)):
            for shift in (1, -1):
                source = np.roll(index, shift, axis)
                valid = np.ones(shape, dtype=bool)
                edge: list[Any] = [slice(None)] * len(shape)
                edge[axis] = 0 if shift == 1 else -1
                valid[tuple(edge)] = False
                to, origin = index[valid], source[valid]
                if to.size == 0:
                    continue
                theta = found.x[origin, k:]
                q = profiler.machine.evaluate(
                    np.concatenate([points[to], theta], axis=1), profiler.roles.held
                )[0]
                own = np.where(np.isfinite(found.q[to]) & found.converged[to], found.q[to], np.inf)
                better = np.isfinite(q) & (q < own - 1e-5) & (q < profiler.best.q[0] + FAR)
                if better.any():
                    rows = to[better]
                    new = profiler.run(points[rows], theta[better][None])
                    old = Minima(*(getattr(found, f)[rows] for f in Minima.__dataclass_fields__))
                    merged = lower_of(old, new)
                    changed |= bool(
                        np.any(merged.q < old.q - 1e-5) or np.any(merged.converged & ~old.converged)
                    )
                    for f in Minima.__dataclass_fields__:
                        getattr(found, f)[rows] = getattr(merged, f)
        if not changed:
            break
    return found


def make_profiler(
    likelihood: Likelihood,
    chosen: Iterable[str],
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
    centre: Mapping[str, float] | None = None,
) -> Profiler:
    """Sort the parameters, compile, and find the global minimum over chosen and floating parameters.

    ``centre`` replaces the centres of constraints: inputs of the compiled program, so nothing compiles again.
    """
    roles = assign_roles(likelihood, chosen=chosen, profile=profile, fixed=fixed)
    names = roles.chosen + roles.floating
    machine = minimiser(likelihood, names)
    at = machine.centre
    for name in centre or {}:
        if name not in roles.floating or not likelihood.parameter(name).constrained:
            raise InputError(
                f"centre: {name!r} is no constrained parameter that floats here. Such are: "
                f"{', '.join(n for n in roles.floating if likelihood.parameter(n).constrained) or 'none'}."
            )
    if centre:
        moved = [centre.get(name, value) for name, value in zip(names, at.tolist(), strict=True)]
        machine = replace(machine, centre=np.array(moved, dtype=np.float64))
    size = scales(machine, at, roles.held)
    every = np.ones(len(names), dtype=bool)
    best = best_of_starts(machine, axis_starts(machine, at, every, size, roles.held), every, size, roles.held)
    floats = np.arange(len(names)) >= len(roles.chosen)
    guide = best.x[0] if best.converged[0] else at
    return Profiler(roles, machine, size, best, axis_starts(machine, guide, floats, size, roles.held))


def check_points(likelihood: Likelihood, names: tuple[str, ...], points: ArrayLike) -> Floats:
    """Return points [n, k] as floats, refusing what is not finite or outside the bounds."""
    try:
        array = np.array(points, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(
            f"the points in {', '.join(names)} are not numbers. Give an array [n, {len(names)}]."
        ) from None
    if array.ndim == 1 and len(names) == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] != len(names) or len(array) == 0:
        raise InputError(
            f"points have shape {array.shape}. Give [n, {len(names)}]: one column for each of {names}."
        )
    for j, name in enumerate(names):
        p = likelihood.parameter(name)
        wrong = np.flatnonzero(
            ~(np.isfinite(array[:, j]) & (array[:, j] >= p.lower) & (array[:, j] <= p.upper))
        )
        if wrong.size:
            raise InputError(
                f"parameter {name!r}: {array[wrong[0], j]:g} is not allowed. "
                f"Give finite values within [{p.lower:g}, {p.upper:g}]{' ' + p.unit if p.unit else ''}."
            )
    return array


def profile_batch(
    likelihood: Likelihood,
    names: Iterable[str],
    points: ArrayLike,
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
) -> ProfileBatch:
    """Minimise -2 ln L over the floating parameters at ``points`` [n, k] of ``names``.

    Constrained parameters float unless in ``fixed``; unconstrained ones when listed in ``profile`` (None: all).
    """
    profiler = make_profiler(likelihood, names, profile, fixed)
    roles = profiler.roles
    array = check_points(likelihood, roles.chosen, points)
    found = profiler.retry(profiler.run(array))
    k = len(roles.chosen)
    return ProfileBatch(
        roles.chosen,
        array,
        found.q,
        roles.floating,
        found.x[:, k:],
        found.converged,
        found.iterations,
        roles.held,
    )

"""Intervals and limits from the profile likelihood, with Wilks' critical value or one found by toys.

The allowed set is where Delta(x) = -2 ln L(x, others minimised) - minimum stays below a critical value:

- two-sided: quantile of chi2 with one degree of freedom (2.706 for 90 %),
- one-sided: square of the normal quantile (1.642 for 90 %), on that side of the best fit only.

Wilks' theorem (Ann. Math. Statist. 9 (1938) 60) needs a parameter far from bounds, and one valley. Near a bound or
between two valleys Delta is not chi2-distributed: the result says so, and `method="feldman-cousins"` finds the critical
value at each tested point from toys (`weakscatter.inference.toys`), or from every possible outcome where these can be listed.

The methods "cls" and "cls+b" (`weakscatter.inference.bounded_limit`) start from the same profile.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from weakscatter.inference.bounded_limit import bounded_limit, no_signal
from weakscatter.inference.construction import check_kinds
from weakscatter.inference.feldman_cousins import Line, crossings_by_toys
from weakscatter.inference.interval_kind import BOUNDED, FELDMAN_COUSINS, check_method
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.limit_result import Interval, LimitResult
from weakscatter.inference.newton import Floats, Minima
from weakscatter.inference.parameter import Parameter
from weakscatter.inference.profile import Profiler, improve_from_neighbours, make_profiler
from weakscatter.inference.roles import check_value
from weakscatter.inference.starts import walk
from weakscatter.inference.toys import Toys
from weakscatter.inference.wilks import critical_value
from weakscatter.inference.work import Work
from weakscatter.provenance.errors import InputError

REFINEMENTS = 4
"""Rounds in which each bracket of a crossing is cut into `CUTS` parts; a linear step ends the search."""

CUTS = 15

REACHES = (20.0, 150.0, 1000.0)
"""How far the search walks from the best fit, in sizes of the parameter, until both ends are excluded by far."""


def limit(
    likelihood: Likelihood,
    parameter: str,
    confidence: float = 0.90,
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
    sides: str = "two",
    *,
    within: tuple[float, float] | None = None,
    method: str = "wilks",
    centre: Mapping[str, float] | None = None,
    toys: Toys | None = None,
    work: Work | None = None,
) -> LimitResult:
    """Find where the profile of ``parameter`` crosses the critical value.

    Parameters
    ----------
    parameter : str
    confidence : float
        In (0, 1); above 0.5 for one side.
    profile : names or None
        Unconstrained parameters that float beside all constrained ones; None: all.
    fixed : {name: value or None}
    sides : "two", "upper" or "lower"
    within : (low, high)
        Range searched, in the parameter's unit; by default its bounds, up to 1000 standard deviations away.
    method : "wilks", "feldman-cousins", "cls" or "cls+b"
        Feldman-Cousins is two-sided: it decides by itself between an interval and a limit. The last two are upper limits
        on a signal that is absent at the parameter's lower bound, with the median and the bands expected without signal in
        ``expected`` of the result.
    centre : {name: value}
        Centres of constraints to use in place of the nominal values, of parameters that float; "wilks" only.
    toys, work : Toys, Work
        How many toys, and where they are computed and kept; "feldman-cousins" only.

    Returns
    -------
    LimitResult
        Several intervals when the profile has several valleys below the critical value. A valley narrower than a
        tenth of its distance from the best fit can be missed: give ``within`` to search more finely.
    """
    check_method(method, sides)
    _check_options(method, centre, toys, work)
    if method in BOUNDED:
        no_signal(likelihood, parameter)
    p = likelihood.parameter(parameter)
    critical = critical_value(confidence, sides)
    low, high = p.lower, p.upper
    if within is not None:
        low, high = (check_value(likelihood, parameter, v) for v in within)
        if not low < high:
            raise InputError(f"within=({low:g}, {high:g}) is empty. Give (low, high) with low < high.")
    settings: dict[str, Any] = {
        "within": None if within is None else [low, high],
        "centre": dict(centre or {}),
    }
    profiler = make_profiler(likelihood, (parameter,), profile, fixed, centre)

    def failed(why: str) -> LimitResult:
        names = profiler.machine.names
        advice = "Fix or constrain a parameter, give `within`, or start from a `fit` to see which direction is flat."
        empty = np.zeros(0)
        return LimitResult(
            parameter, p.unit, confidence, sides, method, critical, f"not converged: {why}", False, (),
            dict.fromkeys(names), None, profiler.roles.floating, profiler.roles.held, "", "", empty, empty, advice,
            settings, likelihood.citations,
        )  # fmt: skip

    best = profiler.best
    if not best.converged[0]:
        return failed("no global minimum was found")
    # A first curve, whose lowest point corrects the global minimum if another valley is deeper.
    x, curve, best = _curve(profiler, low, high, within is not None, critical)
    impossible = likelihood.impossible_bin(profiler.machine.counts(best.x[0], profiler.roles.held))
    if impossible:
        return failed(impossible)
    minimum, middle = float(best.q[0]), float(best.x[0, 0])
    x, q, problem = _trimmed(x, np.where(curve.converged, curve.q, np.nan) - minimum, critical)
    if problem:
        return failed(problem)
    if method == "feldman-cousins":
        good = np.isin(curve.x[:, 0], x)
        line = Line(profiler, curve.x[good], q, minimum)
        return _by_toys(line, p, confidence, toys or Toys(), work or Work(), best, settings, failed)
    roots = _roots(profiler, x, q, critical, minimum, curve, best)
    if roots is None:
        return failed("the profile did not converge near the limit")
    starts_in, ends_in = bool(q[0] <= critical), bool(q[-1] <= critical)
    intervals, notes = _intervals(roots, starts_in, ends_in, x, p.lower, p.upper)
    intervals, notes = _one_side(intervals, notes, sides, middle, p.lower, p.upper)
    result = LimitResult(
        parameter, p.unit, confidence, sides, method, critical, "converged", True, intervals,
        dict(zip(profiler.machine.names, best.x[0].tolist(), strict=True)), minimum, profiler.roles.floating,
        profiler.roles.held, _boundary(profiler, middle, intervals, p.lower, p.upper), notes, x, q,
        settings=settings, citations=likelihood.citations,
    )  # fmt: skip
    return bounded_limit(profiler, result) if method in BOUNDED else result


def _check_options(
    method: str, centre: Mapping[str, float] | None, toys: Toys | None, work: Work | None
) -> None:
    check_kinds(toys, work)
    if method != FELDMAN_COUSINS and (toys is not None or work is not None):
        raise InputError(
            f'toys and work belong to method="feldman-cousins"; {method!r} needs none. Leave them out.'
        )
    if method == FELDMAN_COUSINS and centre:
        raise InputError('centre cannot be used with method="feldman-cousins". Leave it out.')


def _by_toys(
    line: Line,
    p: Parameter,
    confidence: float,
    toys: Toys,
    work: Work,
    best: Minima,
    settings: dict[str, Any],
    failed: Callable[[str], LimitResult],
) -> LimitResult:
    """The interval of the profile construction."""
    found = crossings_by_toys(line, confidence, toys, work)
    profiler = line.profiler
    if found.problem:
        return replace(failed(found.problem), points=found.points, delta=found.delta, toys=found.map)
    intervals, notes = _intervals(
        list(found.roots), found.starts_in, found.ends_in, found.points, p.lower, p.upper
    )
    at_ends = [float(np.interp(root, found.points, found.map.critical[0])) for root in found.roots]
    likelihood = profiler.machine.likelihood
    settings = {**settings, "toys": asdict(toys)}
    return LimitResult(
        p.name, p.unit, confidence, "two", "feldman-cousins", at_ends[-1] if at_ends else float("nan"), "converged", True,
        intervals, dict(zip(profiler.machine.names, best.x[0].tolist(), strict=True)), line.minimum,
        profiler.roles.floating, profiler.roles.held, _ends_at_bounds(intervals, p.lower, p.upper), notes, found.points,
        found.delta, settings=settings, citations=(*likelihood.citations, "feldman1998"), toys=found.map,
        end_errors=dict(zip(found.roots, found.errors, strict=True)),
    )  # fmt: skip


def _curve(
    profiler: Profiler, low: float, high: float, given: bool, critical: float
) -> tuple[Floats, Minima, Minima]:
    """Profile along the parameter; return the points, their minima and the global minimum."""
    best = profiler.best
    for _ in range(3):
        centre = float(best.x[0, 0])
        scaled = best.curvature[0] * np.outer(profiler.size, profiler.size)
        # Profiling only widens the valley: its size alone is the smallest scale. The curvature may say nothing, where
        # mu depends on the square of the parameter, or along a direction that another parameter makes up for.
        variance = np.linalg.pinv(scaled, hermitian=True)[0, 0]
        scale = float(profiler.size[0]) * min(max(math.sqrt(max(2 * variance, 0.0)), 1.0), 1e3)
        nearest = _distance_of_valleys(profiler, best, low, high, scale)
        for reach in (max(reach, nearest) for reach in REACHES):
            x = walk(low, high, min(max(centre, low), high), scale, reach=reach)
            if given:
                x = np.unique(np.concatenate([x[(x >= low) & (x <= high)], np.linspace(low, high, 257)]))
            found = profiler.run(x[:, None])
            ends = [found.q[i] - best.q[0] for i, bound in ((0, low), (-1, high)) if x[i] != bound]
            # Both ends of the walk must be excluded by far; a NaN is no proof.
            if given or all(end > 4 * critical for end in ends):
                break
        found = improve_from_neighbours(profiler, x[:, None], found, (len(x),))
        found = profiler.retry(found)
        lowest = int(np.argmin(np.where(found.converged, found.q, np.inf)))
        if not found.q[lowest] < best.q[0] - 1e-4:
            break
        every = np.ones(len(profiler.size), dtype=bool)
        deeper = profiler.machine.minimise(found.x[[lowest]], every, profiler.size, profiler.roles.held)
        if not deeper.converged[0]:
            break
        best = deeper
    return x, found, best


def _distance_of_valleys(profiler: Profiler, best: Minima, low: float, high: float, scale: float) -> float:
    """How far, in sizes, another valley lies along the parameter with the others held: no minimisation needed."""
    centre = min(max(float(best.x[0, 0]), low), high)
    x = walk(low, high, centre, scale, reach=REACHES[-1])
    rows = np.repeat(best.x, x.size, axis=0)
    rows[:, 0] = x
    q = profiler.machine.evaluate(rows, profiler.roles.held)[0]
    padded = np.concatenate([[np.inf], np.where(np.isfinite(q), q, np.inf), [np.inf]])
    valleys = x[(padded[1:-1] < padded[:-2]) & (padded[1:-1] <= padded[2:])]
    return float(2.0 * np.max(np.abs(valleys - centre), initial=0.0) / scale)


def _trimmed(x: Floats, q: Floats, critical: float) -> tuple[Floats, Floats, str]:
    """Drop points that did not converge where they cannot matter; else say why there is no number."""
    good = np.flatnonzero(np.isfinite(q))
    if good.size < 3:
        return x, q, "the profile did not converge anywhere"
    for bad in np.flatnonzero(~np.isfinite(q)):
        after = np.searchsorted(good, bad)
        sides = [q[good[i]] for i in (after - 1, after) if 0 <= i < good.size]
        if min(sides) <= 4 * critical:
            return x, q, "the profile did not converge near the allowed values"
    return x[good], q[good], ""


def _roots(
    profiler: Profiler, x: Floats, q: Floats, critical: float, minimum: float, curve: Minima, best: Minima
) -> list[float] | None:
    """Locate all crossings: cut every bracket, and every valley that stays above the critical value, repeatedly."""
    theta = {float(a): t for a, t in zip(curve.x[:, 0], curve.x[:, 1:], strict=True)}
    known = dict(zip(x.tolist(), q.tolist(), strict=True))
    for round_ in range(REFINEMENTS + 1):
        a = np.array(sorted(known))
        h = np.array([known[v] for v in a]) - critical
        brackets = np.flatnonzero((h[:-1] <= 0) != (h[1:] <= 0))
        if round_ == REFINEMENTS:
            return [float(a[i] - h[i] * (a[i + 1] - a[i]) / (h[i + 1] - h[i])) for i in brackets]
        cells = set(brackets.tolist())
        if round_ == 0:
            inner = np.flatnonzero((h[1:-1] > 0) & (h[1:-1] <= h[:-2]) & (h[1:-1] <= h[2:])) + 1
            cells |= {int(i + s) for i in inner for s in (-1, 0)}
        if not cells:
            return []
        new, starts = [], []
        for i in sorted(cells):
            for f in np.arange(1, CUTS + 1) / (CUTS + 1):
                new.append((1 - f) * a[i] + f * a[i + 1])
                starts.append([theta[float(a[i])], theta[float(a[i + 1])]])
        points = np.array(new)[:, None]
        found = profiler.retry(profiler.run(points, np.array(starts).transpose(1, 0, 2)))
        if not found.converged.all():
            return None
        for row in range(len(new)):
            known[float(found.x[row, 0])] = float(found.q[row] - minimum)
            theta[float(found.x[row, 0])] = found.x[row, 1:]
    return []


def _intervals(
    roots: list[float], starts_in: bool, ends_in: bool, x: Floats, lower: float, upper: float
) -> tuple[tuple[Interval, ...], str]:
    """Pair the crossings; an end of the search that is still allowed is a bound or is open."""
    ends: list[float | None] = list(roots)
    notes = []
    if starts_in:
        ends.insert(0, float(x[0]) if x[0] <= lower else None)
        if x[0] > lower:
            notes.append(f"No lower limit was found down to {x[0]:.4g}")
    if ends_in:
        ends.append(float(x[-1]) if x[-1] >= upper else None)
        if x[-1] < upper:
            notes.append(f"No upper limit was found up to {x[-1]:.4g}")
    return tuple((ends[i], ends[i + 1]) for i in range(0, len(ends) - 1, 2)), ". ".join(notes)


def _one_side(
    intervals: tuple[Interval, ...], notes: str, sides: str, centre: float, lower: float, upper: float
) -> tuple[tuple[Interval, ...], str]:
    """Reduce to one outer end; a gap between valleys is filled, since a one-sided limit has one end."""
    if sides == "two" or not intervals:
        return intervals, notes
    if len(intervals) > 1:
        notes = ". ".join(
            t for t in (notes, "The profile has several valleys; the limit encloses all of them") if t
        )
    if sides == "upper":
        return ((lower if math.isfinite(lower) else None, intervals[-1][1]),), notes
    return ((intervals[0][0], upper if math.isfinite(upper) else None),), notes


def _boundary(
    profiler: Profiler, centre: float, intervals: tuple[Interval, ...], lower: float, upper: float
) -> str:
    """Say what the physical bounds do to the interval."""
    for bound, word in ((lower, "lower"), (upper, "upper")):
        if math.isfinite(bound) and abs(centre - bound) <= 1e-6 * max(profiler.size[0], abs(bound)):
            return (
                f"The best fit is at the {word} physical bound {bound:g}, where Wilks' critical value is not exact: "
                'use method="feldman-cousins"'
            )
    return _ends_at_bounds(intervals, lower, upper)


def _ends_at_bounds(intervals: tuple[Interval, ...], lower: float, upper: float) -> str:
    """Say which physical bound ends an interval."""
    return ". ".join(
        f"The interval ends at the {word} physical bound {bound:g}, not at a crossing"
        for bound, word, end in ((lower, "lower", 0), (upper, "upper", 1))
        if math.isfinite(bound) and any(i[end] == bound for i in intervals)
    )

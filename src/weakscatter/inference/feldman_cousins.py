"""Intervals of one parameter by profile construction (Feldman and Cousins): critical values from toys, point by point.

Points are spread over every valley of the profile as far as it could be allowed. Where neighbours are accepted and
rejected, toys are doubled until the critical value is known to the wanted precision, and points are added where it changes
quickly. An end is where the profile crosses the line between the critical values of its neighbours; its error is that of
the critical value divided by the slope. Where every outcome can be listed nothing is random, the critical value jumps, and
brackets are cut until they are narrow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from weakscatter.inference.construction import Construction, Point, construction
from weakscatter.inference.critical_map import CriticalMap
from weakscatter.inference.newton import Floats
from weakscatter.inference.profile import Profiler
from weakscatter.inference.toys import Toys
from weakscatter.inference.wilks import critical_value
from weakscatter.inference.work import Work
from weakscatter.provenance.errors import InputError

EXACT_POINTS, EXACT_CUTS, EXACT_ROUNDS = 200, 15, 3
"""Points of each valley where outcomes are listed; parts into which a bracket is cut, and how often."""

FEWEST_BEYOND = 10
"""Toys beyond the critical value without which a point decides nothing."""

ROUNDS, FINE = 16, 16
"""Rounds of spending toys at most; profile points in the bracket of an end."""


@dataclass(frozen=True, eq=False)
class Crossings:
    """Where acceptance changes: ends with their errors, the tested points, and whether the ends of the search are allowed."""

    points: Floats
    delta: Floats
    map: CriticalMap
    roots: tuple[float, ...]
    errors: tuple[float, ...]
    starts_in: bool
    ends_in: bool
    problem: str


@dataclass(eq=False)
class Line:
    """The profile along the parameter: known points [n, d] with -2 ln L above the minimum, and how to get more."""

    profiler: Profiler
    x: Floats
    delta: Floats
    minimum: float

    def at(self, values: Floats) -> tuple[Floats, Floats]:
        """Return coordinates [n, d] and -2 ln L above the minimum [n]; started from the neighbours."""
        right = np.clip(np.searchsorted(self.x[:, 0], values), 1, len(self.x) - 1)
        starts = np.stack([self.x[right - 1, 1:], self.x[right, 1:]])
        found = self.profiler.retry(self.profiler.run(values[:, None], starts))
        return found.x, found.q - self.minimum

    def windows(self, level: float) -> list[tuple[float, float]]:
        """Where -2 ln L stays below ``level``, up to the ends of the search."""
        x, h = self.x[:, 0], self.delta - level
        turns = np.flatnonzero((h[:-1] <= 0) != (h[1:] <= 0))
        ends = [float(x[i] - h[i] * (x[i + 1] - x[i]) / (h[i + 1] - h[i])) for i in turns]
        ends = ([float(x[0])] if h[0] <= 0 else []) + ends + ([float(x[-1])] if h[-1] <= 0 else [])
        return list(zip(ends[::2], ends[1::2], strict=True))


def check_confidence(confidence: float, toys: Toys) -> float:
    """Return a confidence that this number of toys can decide; `InputError` otherwise."""
    critical_value(confidence, "two")
    needed = math.ceil(FEWEST_BEYOND / min(1 - confidence, confidence) - 1e-6)
    if toys.most < needed:
        raise InputError(
            f"confidence = {confidence:g} cannot be decided with {toys.most} toys a point: at least {needed} are needed. Raise "
            "`most` of the toys, or lower the confidence."
        )
    return max(needed, toys.first)


def crossings_by_toys(line: Line, confidence: float, toys: Toys, work: Work) -> Crossings:
    """Find where the data change from accepted to rejected along a profile."""
    first = int(check_confidence(confidence, toys))
    with construction(line.profiler, toys, work) as built:
        problem = _spread(built, line, confidence, first)
        if not problem:
            for round_ in range(ROUNDS):
                if not _refine(built, line, confidence, first, round_):
                    break
            problem = built.refuse_lost()
        points = _sorted(built)
        map_ = built.map_of(points, (confidence,))
    values = np.array([p.x[0] for p in points])
    delta = np.array([p.delta for p in points])
    roots, errors = ((), ()) if problem else _ends(line, points, confidence)
    inside = [bool(points) and p.accepted(confidence) for p in (points[:1] + points[-1:])]
    lowest, highest = line.x[0, 0], line.x[-1, 0]
    return Crossings(
        values,
        delta,
        map_,
        roots,
        errors,
        bool(inside) and inside[0] and values[0] <= lowest,
        bool(inside) and inside[-1] and values[-1] >= highest,
        problem,
    )


def _spread(built: Construction, line: Line, confidence: float, first: int) -> str:
    """Test points over every window that could be allowed, wider until both ends of each are rejected."""
    level = max(1.8 * critical_value(confidence, "two"), critical_value(confidence, "two") + 2.0)
    covered: list[tuple[float, float]] = []
    for _ in range(8):
        windows = line.windows(level)
        new: list[float] = []
        for low, high in windows:
            number = EXACT_POINTS if built.points and built.exact else built.toys.points
            if not built.points:
                middle = line.at(np.array([0.5 * (low + high)]))[0][0]
                number = EXACT_POINTS if built.problem.possible(middle) is not None else number
            spread = np.linspace(low, high, number) if high > low else np.array([low])
            new += [v for v in spread.tolist() if not any(a <= v <= b for a, b in covered)]
        if new:
            x, delta = line.at(np.unique(new))
            if not np.all(np.isfinite(delta)):
                return "the profile did not converge at a tested point"
            built.add(x, delta, first)
        covered = windows
        open_ = False
        for point in built.points:
            margin, error = point.margin(confidence)
            at_end = any(point.x[0] in window for window in windows)
            at_bound = point.x[0] in (line.x[0, 0], line.x[-1, 0])
            perhaps = point.accepted(confidence) or margin > -2 * min(error, 1.0)
            open_ |= at_end and not at_bound and perhaps
            # No point outside may be allowed: its -2 ln L is above the level.
            open_ |= point.delta + margin > level
        if not open_:
            return ""
        level *= 1.5
    return "critical values grow without end towards the ends of the search"


def _refine(built: Construction, line: Line, confidence: float, first: int, round_: int) -> bool:
    """Spend one round of toys or points where acceptance changes; return whether there was anything to do."""
    points = _sorted(built)
    precision = built.toys.precision
    more: list[Point] = []
    new: list[float] = []
    for a, b in pairwise(points):
        if a.accepted(confidence) == b.accepted(confidence):
            continue
        low, high = a.x[0], b.x[0]
        if a.exact and b.exact:
            if round_ < EXACT_ROUNDS:
                new += np.linspace(low, high, EXACT_CUTS + 2)[1:-1].tolist()
            continue
        (m_a, e_a), (m_b, e_b) = a.margin(confidence), b.margin(confidence)
        bend = abs((m_a + a.delta) - (m_b + b.delta))
        wide = high - low > 1e-3 * (points[-1].x[0] - points[0].x[0])
        if wide and bend > 2 * precision + 2 * math.hypot(e_a, e_b):
            share = min(max(m_a / (m_a - m_b), 0.2), 0.8)
            new.append(low + share * (high - low))
        else:
            more += [a, b]
    near = [p for p in points if abs(p.margin(confidence)[0]) < 2 * p.margin(confidence)[1]]
    grow = {
        id(p): p for p in (*more, *near) if p.margin(confidence)[1] > precision and built.can_grow(p)
    }.values()
    if new:
        x, delta = line.at(np.array(new))
        good = np.isfinite(delta)
        built.add(x[good], delta[good], first)
    if grow:
        built.double(list(grow))
    return bool(new or grow)


def _ends(line: Line, points: list[Point], confidence: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Locate the end in every bracket, with its error."""
    roots, errors = [], []
    for a, b in pairwise(points):
        if a.accepted(confidence) == b.accepted(confidence):
            continue
        if a.exact and b.exact:
            roots.append(float(0.5 * (a.x[0] + b.x[0])))
            errors.append(0.0)
            continue
        inner, rise = line.at(np.linspace(a.x[0], b.x[0], FINE + 2)[1:-1])
        good = np.isfinite(rise)
        x = np.concatenate([[a.x[0]], inner[good, 0], [b.x[0]]])
        delta = np.concatenate([[a.delta], rise[good], [b.delta]])
        share = (x - x[0]) / (x[-1] - x[0])
        (m_a, e_a), (m_b, e_b) = a.margin(confidence), b.margin(confidence)
        h = delta - (1 - share) * (m_a + a.delta) - share * (m_b + b.delta)
        i = int(np.flatnonzero((h[:-1] <= 0) != (h[1:] <= 0))[0])
        slope = (h[i + 1] - h[i]) / (x[i + 1] - x[i])
        root = float(x[i] - h[i] / slope)
        w = (root - x[0]) / (x[-1] - x[0])
        roots.append(root)
        errors.append(float(math.hypot((1 - w) * e_a, w * e_b) / abs(slope)))
    return tuple(roots), tuple(errors)


def _sorted(built: Construction) -> list[Point]:
    return sorted(built.points, key=lambda p: float(p.x[0]))

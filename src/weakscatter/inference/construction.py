"""Toys at tested points, as many as a decision needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from weakscatter.inference.critical_map import CriticalMap
from weakscatter.inference.newton import Floats
from weakscatter.inference.profile import Profiler
from weakscatter.inference.result_file import Unit
from weakscatter.inference.toy_fits import Problem, batch_of_toys, problem_of
from weakscatter.inference.toys import TIE, Sample, Toys, sample_of
from weakscatter.inference.work import Desk, Key, Work, desk, question_of
from weakscatter.provenance.errors import InputError


@dataclass(eq=False)
class Point:
    """A tested point: coordinates [d] with the profiled values, -2 ln L of the data above the minimum, and its toys."""

    x: Floats
    delta: float
    units: int = 0
    exact: bool = False
    sample: Sample | None = None

    def margin(self, confidence: float) -> tuple[float, float]:
        """Return critical value minus that of the data, with its error: positive where the point is accepted."""
        assert self.sample is not None
        value, error = self.sample.critical(confidence)
        return value - self.delta, error

    def accepted(self, confidence: float) -> bool:
        """Whether the data are inside the acceptance region, equal values included."""
        return self.margin(confidence)[0] >= -TIE


@dataclass(eq=False)
class Construction:
    """The toys of one question at all its points.

    Parameters
    ----------
    problem : Problem
    toys : Toys
    counter : Desk
        Where units of work are asked for.
    """

    problem: Problem
    toys: Toys
    counter: Desk
    points: list[Point] = field(default_factory=list)

    def add(self, x: Floats, delta: Floats, toys: int | None = None) -> list[Point]:
        """Add points [n, d] with ``toys`` toys each (None: the first ones); return them."""
        new = [Point(row, max(float(rise), 0.0)) for row, rise in zip(x, delta, strict=True)]
        for point in new:
            point.exact = self.problem.possible(point.x) is not None
        self.points += new
        self.spend(new, [self.toys.first if toys is None else toys] * len(new))
        return new

    def double(self, points: Sequence[Point]) -> None:
        """Give each point as many toys again, up to the largest number."""
        self.spend(points, [min(2 * p.units * self.toys.first, self.toys.most) for p in points])

    def spend(self, points: Sequence[Point], numbers: Sequence[int]) -> None:
        """Bring each point to a number of toys; all that is missing is asked for at once."""
        batch = self.toys.first
        wanted: list[tuple[Point, list[Key]]] = []
        for point, number in zip(points, numbers, strict=True):
            point.units = 1 if point.exact else max(-(-number // batch), point.units)
            wanted.append((point, [(*point.x.tolist(), float(i)) for i in range(point.units)]))
        found = iter(self.counter.ask(key for _, keys in wanted for key in keys))
        for point, keys in wanted:
            point.sample = _joined([next(found) for _ in keys], exact=point.exact)

    def can_grow(self, point: Point) -> bool:
        """Whether a point may get more toys."""
        return not point.exact and point.units * self.toys.first < self.toys.most

    @property
    def exact(self) -> bool:
        """Whether no point needed random toys."""
        return all(p.exact for p in self.points)

    def map_of(self, points: Sequence[Point], confidences: tuple[float, ...]) -> CriticalMap:
        """Return the critical values at ``points`` in their order."""
        samples = [p.sample for p in points]
        pairs = np.array(
            [[s.critical(c) if s and s.number else (np.nan, np.nan) for s in samples] for c in confidences]
        )
        chances = np.array(
            [
                s.p_value(p.delta) if s and s.number else (np.nan, np.nan)
                for p, s in zip(points, samples, strict=True)
            ]
        )
        return CriticalMap(
            confidences,
            pairs[..., 0],
            pairs[..., 1],
            chances[:, 0],
            chances[:, 1],
            np.array([s.number if s else 0 for s in samples], dtype=np.int64),
            np.array([s.lost if s else 0 for s in samples], dtype=np.int64),
            self.exact,
            self.toys.seed,
            self.counter.workers,
        )

    def refuse_lost(self) -> str:
        """Say how many toys were lost where these are too many; "" where all is well."""
        bad = [p for p in self.points if p.sample is None or not p.sample.usable]
        if not bad:
            return ""
        lost = sum(p.sample.lost for p in bad if p.sample is not None)
        return f"{lost} toys did not converge at {len(bad)} of {len(self.points)} points"


def _joined(units: list[Unit], *, exact: bool) -> Sample:
    values = np.concatenate([unit.values for unit in units], axis=1)
    return sample_of(values[0], values[2], exact=exact)


def check_kinds(toys: Toys | None, work: Work | None) -> None:
    """Refuse numbers and paths where objects are wanted; None stands for the default."""
    if not isinstance(toys, Toys | None) or not isinstance(work, Work | None):
        raise InputError(
            "toys and work are objects: toys=Toys(first=500, seed=1), work=Work(file='toys.h5')."
        )


@contextmanager
def construction(profiler: Profiler, toys: Toys, work: Work) -> Iterator[Construction]:
    """Yield the construction of a profiler's question, with its result file open."""
    if not isinstance(toys, Toys) or not isinstance(work, Work):
        raise InputError(
            "toys and work are objects: toys=Toys(first=500, seed=1), work=Work(file='toys.h5')."
        )
    problem = problem_of(profiler, toys.seed, toys.first)
    identity = {"question": "toys at tested points", **question_of(problem)} if work.file is not None else {}
    with desk(batch_of_toys, problem, work, identity, len(problem.size) + 1) as counter:
        yield Construction(problem, toys, counter)

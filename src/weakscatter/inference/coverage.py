"""Coverage: how often does an interval contain the truth?

At each true value experiments are drawn with the nuisances at their nominal values and every auxiliary measurement drawn
anew. The interval of an experiment contains the truth where the truth is accepted, so only the true point is tested: by Wilks'
critical value, or by toys of that experiment's own (drawn at the nuisances *it* prefers, as its authors would).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from weakscatter.inference import report
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.limit import METHODS
from weakscatter.inference.newton import Floats
from weakscatter.inference.outcomes import Outcomes, all_outcomes, drawn_outcomes
from weakscatter.inference.profile import check_points, make_profiler
from weakscatter.inference.toy_fits import Problem, generator_of, problem_of, statistic
from weakscatter.inference.toys import TIE, Toys, sample_of
from weakscatter.inference.wilks import critical_value, critical_value_2d
from weakscatter.inference.work import Work, desk, question_of
from weakscatter.provenance.errors import InputError, nearest

TOGETHER = 25
"""Experiments of one unit of work."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """Fraction of experiments whose interval contains the truth.

    Parameters
    ----------
    truths : {name: array [n]}
    confidence, method : what was asked
    fraction, error : arrays [n]
        Coverage and its binomial error; 0 where every outcome was listed.
    experiments : array [n]
        Experiments that converged (or outcomes listed).
    """

    truths: dict[str, Floats]
    confidence: float
    method: str
    fraction: Floats
    error: Floats
    experiments: Floats

    def table(self) -> list[report.Row]:
        """Return one row for each true value."""
        columns = {
            **self.truths,
            "coverage": self.fraction,
            "error": self.error,
            "experiments": self.experiments,
        }
        rows = zip(*(np.asarray(c).tolist() for c in columns.values()), strict=True)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def __repr__(self) -> str:
        low, high = self.fraction.min(), self.fraction.max()
        return (
            f"Coverage({self.method} at {100 * self.confidence:g} %: {100 * low:.1f} to {100 * high:.1f} % at "
            f"{len(self.fraction)} true values)"
        )

    def _repr_html_(self) -> str:
        return report.html_table(self.table(), repr(self))


@dataclass(frozen=True, eq=False)
class _Question:
    """What a worker needs: the problem, the critical value (None: toys), and toys for each experiment."""

    problem: Problem
    critical: float | None
    toys: int


def coverage(
    likelihood: Likelihood,
    truths: Mapping[str, ArrayLike],
    confidence: float = 0.90,
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
    *,
    method: str = "wilks",
    experiments: int = 200,
    toys: Toys | None = None,
    work: Work | None = None,
) -> Coverage:
    """Find the coverage of intervals (or regions, for two names) at true values.

    Parameters
    ----------
    truths : {name: values [n]}
        True values of the parameter(s), point by point.
    confidence, profile, fixed, method : as in `limit`.
    experiments : int
        Drawn at each true value, rounded up to a multiple of 25.
    toys : Toys
        ``first`` toys for each experiment with "feldman-cousins"; ``seed``.

    Raises
    ------
    InputError : an unknown method, no experiments, truths of different lengths.
    """
    if method not in METHODS:
        raise InputError(
            f"method={method!r} is unknown.{nearest(str(method), METHODS)} Allowed: {', '.join(METHODS)}."
        )
    if isinstance(experiments, bool) or not isinstance(experiments, int) or experiments < 1:
        raise InputError(
            f"experiments = {experiments!r} is not allowed. Give a whole number of at least 1, such as 200."
        )
    columns = [np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in truths.values()]
    if len(columns) not in (1, 2) or len({c.shape for c in columns}) != 1 or columns[0].ndim != 1:
        raise InputError("truths: give one or two parameters with lists of true values of one length.")
    critical = critical_value(confidence, "two")
    if len(columns) == 2:
        critical = critical_value_2d(confidence)
    toys, work = toys or Toys(), work or Work()
    points = check_points(likelihood, tuple(truths), np.stack(columns, axis=1))
    profiler = make_profiler(likelihood, tuple(truths), profile, fixed)
    problem = problem_of(profiler, toys.seed, TOGETHER)
    question = _Question(problem, critical if method == "wilks" else None, toys.first)
    x = np.tile(profiler.machine.centre, (len(points), 1))
    x[:, : points.shape[1]] = points
    listed = [problem.possible(row) is not None for row in x]
    units = [1 if exact else -(-experiments // TOGETHER) for exact in listed]
    identity = {}
    if work.file is not None:
        identity = {"question": f"coverage of {method}", "confidence": confidence, "toys": toys.first}
        identity |= question_of(problem)
    keys = [(*row.tolist(), float(i)) for row, n in zip(x, units, strict=True) for i in range(n)]
    with desk(_experiments, question, work, identity, x.shape[1] + 1) as counter:
        found = iter(counter.ask(keys))
        rows = []
        for n, exact in zip(units, listed, strict=True):
            t, p, weight = np.concatenate([next(found).values for _ in range(n)], axis=1)
            rows.append(_fraction(t, p, weight, exact, question.critical, confidence))
    fraction, error, number = np.array(rows).T
    names = dict(zip(truths, points.T, strict=True))
    return Coverage(names, confidence, method, fraction, error, number)


def _fraction(
    t: Floats, p: Floats, weight: Floats, exact: bool, critical: float | None, confidence: float
) -> tuple[float, float, int]:
    good = np.isfinite(t)
    # Accepted: fewer than C of the toys agree better, the convention of the critical value.
    inside = t <= critical + TIE if critical is not None else p > 1.0 - confidence + 1e-12
    if exact:
        return float(np.sum(weight[good & inside])), 0.0, int(good.sum())
    n = int(good.sum())
    fraction = float(np.sum(good & inside)) / max(n, 1)
    # With none or all inside the naive error would vanish.
    safe = (fraction * n + 1.0) / (n + 2.0)
    return fraction, float(np.sqrt(safe * (1.0 - safe) / max(n, 1))), n


def _experiments(question: _Question, key: tuple[float, ...]) -> Floats:
    """Return [3, n]: t of each experiment at the truth, its p-value from toys, weight."""
    problem = question.problem
    x, number = np.array(key[:-1]), int(key[-1])
    machine = problem.machine
    mu = machine.counts(x, problem.held)
    possible = problem.possible(x)
    generator = generator_of(problem.seed, x[: len(problem.chosen)], number)
    if possible is not None:
        drawn = all_outcomes(mu, *possible, x)
    else:
        drawn = drawn_outcomes(problem.likelihood, mu, x, problem.sigma, generator, problem.batch)
    t, _, at = statistic(problem, x, mu, drawn)
    if question.critical is not None:
        p = np.full(len(t), np.nan)
    elif possible is not None and not np.any(problem.floats):
        sample = sample_of(t, drawn.weight, exact=True)
        p = np.array([sample.p_value(value)[0] for value in t])
    else:
        p = _p_values(question, x, mu, t, at, generator)
    return np.stack([t, p, drawn.weight])


def _p_values(
    question: _Question, x: Floats, mu: Floats, t: Floats, at: Floats, generator: np.random.Generator
) -> Floats:
    """p-value of each experiment [n] by toys drawn where its own fit at the truth ended, ``at`` [n, d]."""
    problem, machine = question.problem, question.problem.machine
    at = np.where(np.isfinite(t)[:, None], at, x)
    parts = [
        drawn_outcomes(
            problem.likelihood,
            machine.counts(row, problem.held),
            row,
            problem.sigma,
            generator,
            question.toys,
        )
        for row in at
    ]
    toys = Outcomes(
        np.concatenate([part.data for part in parts]),
        np.concatenate([part.centre for part in parts]),
        np.concatenate([part.weight for part in parts]),
        False,
    )
    found = statistic(problem, x, mu, toys, np.repeat(at, question.toys, axis=0))[0].reshape(len(at), -1)
    good = np.isfinite(found)
    beyond = np.sum(good & (found >= t[:, None] - TIE), axis=1)
    return (beyond + 1.0) / (good.sum(axis=1) + 1.0)

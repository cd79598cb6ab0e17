"""The test statistic of many data sets at once: one fit at the tested point, and the lowest of several free ones.

A toy is fitted from the point that generated it; the free fit starts from the result, and from every other valley that
the *expected* data of the tested point show (with Q and -Q two points describe them equally well). All toys of a point go
through the same compiled program as the observed data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

import weakscatter
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.newton import Floats, Minima, Minimiser, minimiser
from weakscatter.inference.outcomes import Outcomes, all_outcomes, drawn_outcomes, listed_bins
from weakscatter.inference.profile import Profiler, lower_of
from weakscatter.inference.starts import axis_starts
from weakscatter.provenance.errors import InputError

REACH = 60.0
"""Valleys of the expected data above this value of -2 ln L are not visited: no toy's minimum lies there."""

STALLED = 1e-6
"""Decrease of -2 ln L below which a second round of steps has shown that there is nothing to gain."""

MOST_VALLEYS = 4
"""Other valleys visited at most, the lowest first."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything that a worker needs to compute toys; coordinates are the chosen parameters, then the floating ones.

    Parameters
    ----------
    likelihood : Likelihood
    chosen, floating : names; held : {name: value}
    size : array [d], scale of each coordinate
    seed : int
    batch : int, toys of one unit of work
    version : of the package that asked; a worker of another version refuses
    """

    likelihood: Likelihood
    chosen: tuple[str, ...]
    floating: tuple[str, ...]
    held: dict[str, float]
    size: Floats
    seed: int
    batch: int
    version: str = field(default_factory=lambda: weakscatter.__version__)

    @property
    def machine(self) -> Minimiser:
        """The compiled minimiser, made once per likelihood."""
        return minimiser(self.likelihood, self.chosen + self.floating)

    @property
    def floats(self) -> NDArray[np.bool_]:
        """Which coordinates [d] float at a tested point."""
        return np.arange(len(self.size)) >= len(self.chosen)

    @property
    def sigma(self) -> Floats:
        """Width of the auxiliary measurement of each coordinate [d]; 0 where there is none."""
        precise = self.machine.inverse_variance
        # A constrained parameter that is tested has its own measurement drawn anew as well.
        return np.where(precise > 0, np.where(precise > 0, precise, 1.0) ** -0.5, 0.0)

    def possible(self, x: Floats) -> tuple[Floats, Floats] | None:
        """Return the counts that can occur at ``x`` [d], where all data sets can be listed; else None."""
        if np.any(self.sigma > 0):
            return None
        return listed_bins(self.likelihood, self.machine.counts(x, self.held))


def problem_of(profiler: Profiler, seed: int, batch: int) -> Problem:
    """Return the problem that belongs to a profiler."""
    roles = profiler.roles
    return Problem(
        profiler.machine.likelihood,
        roles.chosen,
        roles.floating,
        dict(roles.held),
        profiler.size,
        seed,
        batch,
    )


def generator_of(seed: int, tested: Floats, number: int) -> np.random.Generator:
    """Return the generator of one unit of work, a function of the seed, the tested values and its number alone."""
    words = np.frombuffer((np.asarray(tested, dtype=np.float64) + 0.0).tobytes(), dtype=np.uint32)
    return np.random.default_rng([seed, number, *words.tolist()])


def batch_of_toys(problem: Problem, key: tuple[float, ...]) -> Floats:
    """Compute one unit of work: ``key`` is the tested point with the profiled values [d], then the number of the unit.

    Returns
    -------
    array [3, n] : t (NaN where a fit was lost), -2 ln L at the tested point, weight. Every outcome where these can be listed,
    else ``problem.batch`` toys.
    """
    if problem.version != weakscatter.__version__:
        raise InputError(
            f"a worker runs weakscatter {weakscatter.__version__}, the question came from {problem.version}. Install the same "
            "version everywhere."
        )
    x, number = np.array(key[:-1]), int(key[-1])
    mu = problem.machine.counts(x, problem.held)
    possible = problem.possible(x)
    if possible is not None:
        outcomes = all_outcomes(mu, *possible, x)
    else:
        generator = generator_of(problem.seed, x[: len(problem.chosen)], number)
        outcomes = drawn_outcomes(problem.likelihood, mu, x, problem.sigma, generator, problem.batch)
    t, q, _ = statistic(problem, x, mu, outcomes)
    return np.stack([t, q, outcomes.weight])


def statistic(
    problem: Problem, x: Floats, mu: Floats, outcomes: Outcomes, start: Floats | None = None
) -> tuple[Floats, Floats, Floats]:
    """Return t [n] and -2 ln L [n] at the tested values of ``x`` [d], and where the fits at the tested point ended [n, d].

    ``start`` [n, d] are the points that the data were drawn at, where these differ from ``x``.
    """
    every = np.ones(len(x), dtype=bool)
    valleys = expected_minima(problem, x, mu, problem.floats)
    tested = _lowest(problem, outcomes, problem.floats, valleys, x, start)
    at = np.where(tested.converged[:, None], tested.x, x)
    free = _lowest(problem, outcomes, every, expected_minima(problem, x, mu, every), x, at)
    good = tested.converged & free.converged
    # The tested point itself is one of the points that the free fit may take.
    t = np.where(good, np.maximum(tested.q - free.q, 0.0), np.nan)
    return t, np.where(good, tested.q, np.nan), tested.x


def _lowest(
    problem: Problem,
    outcomes: Outcomes,
    moves: NDArray[np.bool_],
    valleys: Floats,
    x: Floats,
    begin: Floats | None = None,
) -> Minima:
    """Minimise every data set from each valley [s, d], shifted by how far its first fit (``begin`` [n, d]) is from ``x``."""
    n = len(outcomes.data)
    shift = np.zeros((n, len(x))) if begin is None else begin - x
    # Only nuisances are carried over: the others say in which valley the point is.
    carried = np.where(problem.machine.inverse_variance > 0, shift, 0.0)
    found: Minima | None = None
    for i, valley in enumerate(valleys):
        first = i == 0 and begin is not None
        start = np.tile(x, (n, 1)) + shift if first else valley + carried
        one = _minimise(problem, outcomes, moves, start)
        found = lower_of(found, one)
    assert found is not None
    return found


def _minimise(problem: Problem, outcomes: Outcomes, moves: NDArray[np.bool_], start: Floats) -> Minima:
    """Minimise; what did not converge begins once more where it stopped, with fresh damping.

    Where a prediction has a kink (a template that is cut at zero) the lowest point may be the kink, at which the slope does
    not vanish. A fit that fresh steps in any direction of its slope cannot lower by `STALLED` has arrived.
    """
    machine, held = problem.machine, problem.held
    found = machine.minimise(start, moves, problem.size, held, data=outcomes.data, centre=outcomes.centre)
    lost = np.flatnonzero(~found.converged)
    if lost.size:
        again = machine.minimise(
            np.where(np.isfinite(found.x[lost]), found.x[lost], start[lost]),
            moves,
            problem.size,
            held,
            data=outcomes.data[lost],
            centre=outcomes.centre[lost],
        )
        again.converged[:] |= np.isfinite(again.q) & (found.q[lost] - again.q < STALLED)
        for name in Minima.__dataclass_fields__:
            getattr(found, name)[lost] = getattr(again, name)
    return found


def expected_minima(problem: Problem, x: Floats, mu: Floats, moves: NDArray[np.bool_]) -> Floats:
    """Return minima [s, d] of -2 ln L for the expected data ``mu`` of ``x``: ``x`` first, then other valleys, lowest first."""
    machine, held = problem.machine, problem.held
    wanders = moves & (machine.inverse_variance == 0)
    if not wanders.any():
        return x[None, :]
    data = problem.likelihood.typical(mu)
    starts = axis_starts(machine, x, moves, problem.size, held, data=data)
    rows = (len(starts), 1)
    found = machine.minimise(
        starts, moves, problem.size, held, data=np.tile(data, rows), centre=np.tile(x, rows)
    )
    return np.stack([x, *_distinct(problem, x, found)])


def _distinct(problem: Problem, x: Floats, found: Minima) -> Iterable[Floats]:
    kept: list[Floats] = []
    for i in np.argsort(np.where(found.converged, found.q, np.inf), kind="stable"):
        away = [np.max(np.abs(found.x[i] - other) / problem.size) for other in (x, *kept)]
        if found.converged[i] and found.q[i] < REACH and min(away) > 0.1 and len(kept) < MOST_VALLEYS:
            kept.append(found.x[i])
    return kept

"""Minimise -2 ln L at many points at once, by damped Newton steps with exact gradients.

Every point has its own start, its own held coordinates and, for toys, its own data. One step evaluates the counts
mu and their Jacobian J (forward mode) and uses

    gradient  g = J (1 - n/mu) 2 + 2 (p - c)/sigma^2,
    curvature H = J diag(2 n/mu^2) J^T + diag(2/sigma^2)

(the first and second derivative by mu are those of each term, here written for Poisson counts). H is the exact Hessian
where mu is linear in the parameters (all normalisation pulls) and positive semidefinite always. The term that it
neglects, S = 2 sum (1 - n/mu) mu'', moves no minimum but would slow the last steps for a parameter that enters squared;
it is learned on the way from the change of the gradient (`_learn`). A parameter of which only the square matters
(`Parameter.squared`) is replaced by its square inside: mu is then linear in it, where J would vanish at a minimum of
zero. A step that does not decrease the objective is refused and the damping raised (Levenberg, in units of the
parameters' scales); bounds are kept by holding the coordinates that push outwards (projected Newton: Bertsekas,
SIAM J. Control Optim. 20 (1982) 221). A point has converged when the decrease that is still promised, g H^-1 g / 2,
is below `TOLERANCE`; where the steps end without that, the exact curvature decides (`weakscatter.inference.settling`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.settling import settled

Floats = NDArray[np.float64]

TOLERANCE = 1e-8
"""Decrease of -2 ln L still promised at a point that counts as converged."""

CHUNK = 16
"""Points of one compiled call: enough to hide its overhead, few enough that J stays in the cache."""

SQUARE_FLOOR = 1e-20
"""Added to a square before its root is taken, so that its derivative exists at zero; moves a value of 1e-5 by 1e-10 of it."""

MAX_STEP = 10.0
"""Largest move of one coordinate in one step, in units of its scale."""

BUDGETS = (5, 10, 40, 120)
"""Steps per round; after each, the unfinished points are gathered so that the finished ones cost nothing."""


@dataclass(frozen=True, eq=False)
class Minima:
    """Result of `Minimiser.minimise`: n points, d coordinates.

    ``curvature`` is H over all coordinates, the held ones included, so that it also predicts how the minimum
    moves when a held coordinate does.
    """

    x: Floats
    q: Floats
    gradient: Floats
    curvature: Floats
    converged: NDArray[np.bool_]
    iterations: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Minimiser:
    """A likelihood compiled over the coordinates ``names``; the other parameters are inputs that never move.

    Build it with `minimiser`, which keeps it, so that one likelihood compiles once per set of names.
    """

    likelihood: Likelihood
    names: tuple[str, ...]
    lower: Floats
    upper: Floats
    squared: NDArray[np.bool_]
    centre: Floats
    inverse_variance: Floats
    iterate: Callable[..., Any]
    slope: Callable[..., Any]

    def minimise(
        self,
        start: Floats,
        free: NDArray[np.bool_],
        scales: Floats,
        held: Mapping[str, float],
        *,
        data: Floats | None = None,
        centre: Floats | None = None,
        budgets: tuple[int, ...] = BUDGETS,
    ) -> Minima:
        """Minimise from ``start`` [n, d] over the coordinates with ``free`` [d]; one start, one minimum.

        ``data`` [n, bins] and ``centre`` [n, d] replace the observed counts and the centres of the constraints,
        ``budgets`` the steps per round.
        """
        n, d = start.shape
        x = self._inner(np.clip(start, self.lower, self.upper))
        scales = np.where(self.squared, scales**2, scales)
        found = Minima(
            x,
            np.full(n, np.inf),
            np.zeros((n, d)),
            np.zeros((n, d, d)),
            np.zeros(n, dtype=bool),
            np.zeros(n, dtype=np.int64),
        )
        rest, offset = self._rest(held)
        damping = np.full(n, 1e-2)
        todo = np.arange(n)
        for budget in budgets:
            if todo.size == 0:
                break
            rows = (
                found.x[todo],
                damping[todo],
                self._rows(data, self.likelihood.data, todo),
                self._rows(centre, self.centre, todo),
            )
            x, q, g, h, lam, done, used = self._in_chunks(self.iterate, rows, (free, scales, rest, budget))
            found.x[todo], found.q[todo], found.gradient[todo], found.curvature[todo] = x, q + offset, g, h
            found.converged[todo], damping[todo] = done, lam
            found.iterations[todo] += used
            todo = todo[~done & (lam < 1e10)]
        self._settle(
            found, free, scales, (rest, offset), ((data, self.likelihood.data), (centre, self.centre))
        )
        found.q[~np.isfinite(found.q)] = np.nan
        return self._outer(found)

    def _settle(self, found: Minima, free: Any, scales: Floats, held: tuple[Floats, float], given: Any) -> None:  # fmt: skip
        """Judge what did not converge by its exact curvature."""
        (rest, offset), bounds = held, (self._inner(self.lower), self._inner(self.upper))
        for row in np.flatnonzero(~found.converged & np.isfinite(found.q)):
            own = [self._rows(each, shared, np.array([row])) for each, shared in given]

            def slopes(x: Floats, own: list[Floats] = own) -> tuple[Floats, Floats]:
                rows = (np.broadcast_to(each, (len(x), each.shape[1])) for each in own)
                q, g, _ = self._in_chunks(self.slope, (x, *rows), (rest,))
                return q, g

            point = settled(slopes, found.x[row], free, scales, bounds, lambda q: TOLERANCE + 1e-12 * abs(q))
            if point is not None and point.q <= found.q[row] - offset + TOLERANCE:
                found.x[row], found.q[row], found.converged[row] = point.x, point.q + offset, point.converged
                found.gradient[row], found.curvature[row] = point.gradient, point.curvature

    def _inner(self, x: Floats) -> Floats:
        """Coordinates of the minimiser: squares of the parameters of which only the square matters."""
        return np.where(self.squared, x**2, x)

    def _outer(self, found: Minima) -> Minima:
        """A result in the parameters themselves; gradient and curvature by the chain rule."""
        x = np.where(self.squared, np.sqrt(np.maximum(found.x, 0.0)), found.x)
        slope = np.where(self.squared, 2.0 * x, 1.0)
        curvature = found.curvature * slope[:, :, None] * slope[:, None, :]
        diagonal = np.arange(x.shape[1])
        curvature[:, diagonal, diagonal] += np.where(self.squared, 2.0 * found.gradient, 0.0)
        return Minima(x, found.q, found.gradient * slope, curvature, found.converged, found.iterations)

    def evaluate(
        self,
        x: Floats,
        held: Mapping[str, float],
        *,
        data: Floats | None = None,
        centre: Floats | None = None,
    ) -> tuple[Floats, Floats]:
        """Compute -2 ln L [n] and its gradient [n, d] at ``x`` [n, d]."""
        rest, offset = self._rest(held)
        every = np.arange(len(x))
        rows = (
            self._inner(x),
            self._rows(data, self.likelihood.data, every),
            self._rows(centre, self.centre, every),
        )
        q, g, _ = self._in_chunks(self.slope, rows, (rest,))
        return q + offset, g * np.where(self.squared, 2.0 * x, 1.0)

    def counts(self, x: Floats, held: Mapping[str, float]) -> Floats:
        """Compute the expected counts of all bins [bins] at one point ``x`` [d]."""
        rest, _ = self._rest(held)
        mu = self._in_chunks(
            self.slope,
            (self._inner(x)[None, :], self.likelihood.data[None, :], self.centre[None, :]),
            (rest,),
        )[2]
        return np.asarray(mu[0])

    def _rest(self, held: Mapping[str, float]) -> tuple[Floats, float]:
        """Return the values of the other parameters, and the constant that their constraints add."""
        others = [p for p in self.likelihood.parameters if p.name not in self.names]
        offset = sum(((held[p.name] - p.value) / p.sigma) ** 2 for p in others if p.sigma is not None)
        return np.array([held[p.name] for p in others], dtype=np.float64), float(offset)

    @staticmethod
    def _rows(given: Floats | None, shared: Floats, todo: NDArray[np.int64]) -> Floats:
        return np.broadcast_to(shared, (todo.size, shared.size)) if given is None else given[todo]

    @staticmethod
    def _in_chunks(
        function: Callable[..., Any], rows: tuple[Floats, ...], shared: tuple[Any, ...]
    ) -> list[Any]:
        """Call ``function`` on chunks of one size; the last is padded with its last row."""
        n = len(rows[0])

        def call(begin: int) -> list[Any]:
            index = np.minimum(np.arange(begin, begin + CHUNK), n - 1)
            out = function(*(r[index] for r in rows), *shared)
            return [np.asarray(o)[: n - begin] for o in out]

        begins = range(0, n, CHUNK)
        if len(begins) == 1:
            return call(0)
        parts = [call(begin) for begin in begins]
        return [np.concatenate(p) for p in zip(*parts, strict=True)]


def minimiser(likelihood: Likelihood, names: tuple[str, ...]) -> Minimiser:
    """Return the minimiser of ``likelihood`` over the coordinates ``names``, compiled on its first call."""
    key = ("newton", names)
    if key not in likelihood.compiled:
        likelihood.compiled[key] = _build(likelihood, names)
    made: Minimiser = likelihood.compiled[key]
    return made


def _build(likelihood: Likelihood, names: tuple[str, ...]) -> Minimiser:
    parameters = [likelihood.parameter(name) for name in names]
    others = [p.name for p in likelihood.parameters if p.name not in names]
    lower = np.array([p.lower for p in parameters], dtype=np.float64)
    upper = np.array([p.upper for p in parameters], dtype=np.float64)
    squared = np.array([p.squared for p in parameters], dtype=bool)
    lower, upper = (np.where(squared, bound**2, bound) for bound in (lower, upper))
    inverse_variance = np.array(
        [0.0 if p.sigma is None else p.sigma**-2 for p in parameters], dtype=np.float64
    )

    def counts(x: Any, rest: Any) -> Any:
        x = jnp.where(squared, jnp.sqrt(jnp.maximum(x, 0.0) + SQUARE_FLOOR), x)
        values = {name: x[i] for i, name in enumerate(names)} | {
            name: rest[i] for i, name in enumerate(others)
        }
        return likelihood.counts(values)

    def expand(x: Any, n: Any, c: Any, rest: Any) -> tuple[Any, Any, Any]:
        """Return -2 ln L, its gradient [d] and its curvature [d, d]."""

        def twice(y: Any) -> tuple[Any, Any]:
            mu = counts(y, rest)
            return mu, mu

        jacobian, mu = jax.jacfwd(twice, has_aux=True)(x)
        first, second = likelihood.slopes(mu, n)
        q = jnp.sum(likelihood.deviance(mu, n)) + jnp.sum((x - c) ** 2 * inverse_variance)
        gradient = first @ jacobian + 2.0 * (x - c) * inverse_variance
        curvature = (jacobian * second[:, None]).T @ jacobian + jnp.diag(2.0 * inverse_variance)
        return q, gradient, curvature

    def advance(state: Any, n: Any, c: Any, free: Any, scales: Any, rest: Any) -> Any:
        """Judge the trial point, then propose the next; `expand` occurs once, which keeps the program small."""
        x, q, g, h, damping, _, trial, step, s = state
        q_new, g_new, h_new = expand(trial, n, c, rest)
        sound = jnp.isfinite(q_new) & jnp.all(jnp.isfinite(g_new)) & jnp.all(jnp.isfinite(h_new))
        better = sound & (q_new < q)
        learned = _learn(s, h_new, trial - x, g_new - g)
        # A refused step may be the fault of what was learned.
        s = jnp.where(
            better, jnp.where(jnp.isfinite(q) & jnp.all(jnp.isfinite(learned)), learned, 0.0), 0.5 * s
        )
        x = jnp.where(better, trial, x)
        q = jnp.where(better, q_new, q)
        g = jnp.where(better, g_new, g)
        h = jnp.where(better, h_new, h)
        damping = jnp.where(better, jnp.maximum(damping * 0.03, 1e-9), jnp.maximum(damping * 10.0, 1e-2))
        outwards = ((x <= lower) & (g > 0)) | ((x >= upper) & (g < 0))
        moves = free & ~outwards
        g_scaled = jnp.where(moves, g * scales, 0.0)
        h_scaled = jnp.where(moves[:, None] & moves[None, :], h * scales[:, None] * scales[None, :], 0.0)
        # The relative part keeps the promise finite in a direction that the data do not see.
        ridge = 1e-13 * (1.0 + jnp.trace(h_scaled))
        unit = jnp.eye(len(names))
        weights = jnp.stack([ridge, ridge + damping])
        s_scaled = jnp.where(moves[:, None] & moves[None, :], s * scales[:, None] * scales[None, :], 0.0)
        # What is promised is judged without S, so that no step towards a saddle looks like arrival.
        matrices = h_scaled + weights[:, None, None] * unit + jnp.array([0.0, 1.0])[:, None, None] * s_scaled
        newton, damped = jax.vmap(_solve_positive, in_axes=(0, None))(matrices, g_scaled)
        # Where H + S is not positive the step may point uphill; H alone never does.
        uphill = ~(jnp.dot(damped, g_scaled) > 0)
        damped = jnp.where(uphill, newton / (1.0 + damping), damped)
        promised = 0.5 * jnp.dot(g_scaled, newton)
        done = jnp.isfinite(q) & (promised < TOLERANCE + 1e-12 * jnp.abs(q))
        damped = damped / jnp.maximum(1.0, jnp.max(jnp.abs(damped)) / MAX_STEP)
        trial = jnp.clip(x - damped * scales, lower, upper)
        return x, q, g, h, damping, done, trial, step + jnp.where(done, 0, 1), s

    def iterate(x: Any, damping: Any, n: Any, c: Any, free: Any, scales: Any, rest: Any, budget: Any) -> Any:
        points, d = x.shape
        start = (
            x,
            jnp.full(points, jnp.inf),
            jnp.zeros((points, d)),
            jnp.zeros((points, d, d)),
            damping,
            jnp.zeros(points, dtype=bool),
            x,
            jnp.zeros(points, dtype=jnp.int64),
            jnp.zeros((points, d, d)),
        )
        batch = jax.vmap(advance, in_axes=(0, 0, 0, None, None, None))

        def unfinished(carry: Any) -> Any:
            state, step = carry
            return (step <= budget) & jnp.any(~state[5] & (state[4] < 1e10))

        def body(carry: Any) -> Any:
            state, step = carry
            # A point that is done stays as it is, or rounding would let it wander while others work.
            new = batch(state, n, c, free, scales, rest)
            keep = state[5]
            frozen = [
                jnp.where(keep.reshape((-1,) + (1,) * (b.ndim - 1)), a, b)
                for a, b in zip(state, new, strict=True)
            ]
            return tuple(frozen), step + 1

        (x, q, g, h, damping, done, _, used, _), _ = jax.lax.while_loop(unfinished, body, (start, 0))
        return x, q, g, h, damping, done, used

    def slope(x: Any, n: Any, c: Any, rest: Any) -> Any:
        def one(y: Any, n: Any, c: Any) -> Any:
            mu = counts(y, rest)
            return jnp.sum(likelihood.deviance(mu, n)) + jnp.sum((y - c) ** 2 * inverse_variance), mu

        return jax.vmap(gradient_of(one))(x, n, c)

    return Minimiser(
        likelihood,
        names,
        np.array([p.lower for p in parameters], dtype=np.float64),
        np.array([p.upper for p in parameters], dtype=np.float64),
        squared,
        np.array([p.value for p in parameters], dtype=np.float64),
        inverse_variance,
        jax.jit(iterate),
        jax.jit(slope),
    )


def _learn(s: Any, h: Any, step: Any, change: Any) -> Any:
    """S [d, d] after a step that changed the gradient by `change`, so that (H + S) step = change.

    The least change of S in the metric of the true curvature, after S was shrunk to the size that the step shows
    (Dennis, Gay and Welsch, ACM Trans. Math. Softw. 7 (1981) 348).
    """
    wanted = change - h @ step
    along, size = change @ step, step @ s @ step
    s = s * jnp.minimum(jnp.abs(step @ wanted) / jnp.maximum(jnp.abs(size), 1e-300), 1.0)
    rest = wanted - s @ step
    mixed = jnp.outer(rest, change)
    update = (mixed + mixed.T) / along - (rest @ step) * jnp.outer(change, change) / along**2
    return jnp.where(along > 0, s + update, s)


def gradient_of(function: Callable[..., Any]) -> Callable[..., tuple[Any, Any, Any]]:
    """Return (value, gradient, extra) of a function of its first argument that returns (value, extra).

    Reverse mode costs a few evaluations however many parameters there are, but cannot pass through a
    ``while_loop`` in a user's ``expected``; forward mode then takes over at one evaluation per parameter.
    """

    def both(x: Any, *others: Any) -> tuple[Any, Any, Any]:
        try:
            (value, extra), gradient = jax.value_and_grad(function, has_aux=True)(x, *others)
        except (ValueError, NotImplementedError) as failure:
            if "everse" not in str(failure) and "ranspose" not in str(failure):
                raise
            value, extra = function(x, *others)
            gradient, _ = jax.jacfwd(function, has_aux=True)(x, *others)
        return value, gradient, extra

    return both


def _solve_positive(matrix: Any, vector: Any) -> Any:
    """Solve a positive definite [d, d] system by Gauss-Jordan elimination, which needs no pivots there.

    Written as a loop of plain array operations: inside a batch the LAPACK calls of XLA share its thread pool with
    their caller and can wait for each other for ever.
    """

    def eliminate(k: Any, rows: Any) -> Any:
        pivot = rows[k] / rows[k, k]
        return (rows - rows[:, k, None] * pivot[None, :]).at[k].set(pivot)

    rows = jnp.concatenate([matrix, vector[:, None]], axis=1)
    return jax.lax.fori_loop(0, matrix.shape[0], eliminate, rows)[:, -1]

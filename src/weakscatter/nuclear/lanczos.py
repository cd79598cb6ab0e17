"""Thick-restart Lanczos for the lowest eigenstates of a symmetric operator that only multiplies vectors.

Wu and Simon, SIAM J. Matrix Anal. Appl. 22 (2000) 602. Each new vector is first freed from the two before it, then
orthogonalised once against all: orthogonal to rounding at half the price of two full passes. One classical pass alone
loses orthogonality and then invents energies below the spectrum. The step after a restart takes two full passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.native import Kernel
from weakscatter.nuclear.threads import in_threads, shares

Floats = NDArray[np.float64]

DOTS, SUBTRACT = Kernel("vectors", "dots"), Kernel("vectors", "subtract")

WIDE = 16384
"""Elements of a vector that are rotated at a time."""

CHECK = 4
"""Steps between two looks at the convergence."""


def _dots(v: Floats, many: int, w: Floats, threads: int) -> Floats:
    """Return v[:many] @ w."""
    parts, c = shares(w.size, threads), np.zeros((threads, many))
    in_threads(lambda k: DOTS(v, many, w, *parts[k], c[k]), threads)
    return np.asarray(c.sum(axis=0))


def _subtract(v: Floats, many: int, c: Floats, w: Floats, threads: int) -> float:
    """Subtract sum_j c_j v[j] from w and return the norm of w."""
    parts, square = shares(w.size, threads), np.zeros((threads, 1))
    in_threads(lambda k: SUBTRACT(v, many, c, w, *parts[k], square[k]), threads)
    return float(np.sqrt(square.sum()))


def _rotate(v: Floats, many: int, s: Floats, keep: int) -> None:
    """Replace v[:keep] by s[:, :keep]^T v[:many], in blocks."""
    turned = np.ascontiguousarray(s[:, :keep].T)
    for begin in range(0, v.shape[1], WIDE):
        v[:keep, begin : begin + WIDE] = turned @ v[:many, begin : begin + WIDE]


@dataclass(frozen=True, eq=False)
class Progress:
    """Where a Lanczos run stands, enough to go on from.

    ``vectors`` [size + 1, length] are orthonormal, the last one not yet multiplied; ``projected`` [size, size] is the
    operator between the others and ``coupling`` [size] what couples the last one to them.
    """

    vectors: Floats
    projected: Floats
    coupling: Floats
    products: int

    @property
    def size(self) -> int:
        """Number of vectors that have been multiplied."""
        return len(self.projected)


@dataclass(frozen=True, eq=False)
class Eigenpairs:
    """Result of `lowest_states`: energies [state], vectors [state, length], residuals |H x - E x| [state].

    ``converged`` says whether all residuals are below the tolerance; ``products`` counts those with the operator.
    """

    energies: Floats
    vectors: Floats
    residuals: Floats
    converged: bool
    products: int


def lowest_states(
    apply: Callable[[Floats], Floats],
    draw: Callable[[int], Floats],
    dimension: int,
    states: int,
    *,
    progress: Progress | None = None,
    tolerance: float = 1e-6,
    vectors: int | None = None,
    most_products: int = 3000,
    threads: int = 1,
    watch: Callable[[Progress, Floats], bool] | None = None,
) -> Eigenpairs | Progress:
    """Find the lowest eigenstates of a symmetric operator.

    Parameters
    ----------
    apply : x -> H x.
    draw : number -> a random vector [length] of the space, which need not be normalised. A start vector has to contain
        every wanted state; another is drawn only where the first one has exhausted what it contains.
    dimension : of the space; ``length`` of a vector may be larger by padding with zeros.
    states : how many are wanted, at most ``dimension``.
    progress : where an earlier run stopped.
    tolerance : largest residual |H x - E x| (units of H).
    vectors : basis vectors kept before a restart, by default four times ``states``, at least 30.
    most_products : give up after as many products; the result then says ``converged=False``.
    threads : threads of the orthogonalisation.
    watch : called after every step with the progress and the latest residual estimates (empty before the first); returning
        True stops the run.

    Returns
    -------
    The eigenpairs, or, when ``watch`` stopped the run, the progress to go on from.
    """
    most = max(30, 4 * states) if vectors is None else max(vectors, 2 * states + 4)
    if progress is None:
        first = draw(0)
        progress = Progress((first / np.linalg.norm(first))[None, :], np.zeros((0, 0)), np.zeros(0), 0)
    most = max(most, progress.size + 1)
    v = np.zeros((most + 1, progress.vectors.shape[1]))
    t = np.zeros((most + 1, most + 1))
    j, products = progress.size, progress.products
    v[: j + 1] = progress.vectors
    t[:j, :j] = progress.projected
    t[:j, j] = t[j, :j] = progress.coupling
    arrow = bool(np.count_nonzero(progress.coupling) > 1)
    estimates = np.zeros(0)
    while True:
        w = apply(v[j])
        products += 1
        t[j, j] = _dots(v[j : j + 1], 1, w, threads)[0]
        if arrow:
            _subtract(v, j + 1, _dots(v, j + 1, w, threads), w, threads)
        else:
            low = max(0, j - 1)
            _subtract(v[low : j + 1], j + 1 - low, t[low : j + 1, j].copy(), w, threads)
        arrow = False
        beta = _subtract(v, j + 1, _dots(v, j + 1, w, threads), w, threads)
        j += 1
        exhausted = beta < 1e-11 * max(np.abs(np.diag(t)).max(), 1.0)
        if exhausted:
            beta = 0.0
            v[j] = _another(v, j, draw) if j < dimension else 0.0
        else:
            np.multiply(w, 1.0 / beta, out=v[j])
        t[j - 1, j] = t[j, j - 1] = beta
        if j >= states and (j % CHECK == 0 or j == most or exhausted):
            energies, s = np.linalg.eigh(t[:j, :j])
            estimates = np.abs(beta * s[j - 1, :states])
            done = j == dimension or (not exhausted and bool(np.all(estimates < 0.7 * tolerance)))
            if done or products >= most_products:
                return _finish(apply, v, j, s, states, tolerance, products)
            if j == most:
                keep = min(max(2 * states, 6), most - 2)
                _rotate(v, j, s, keep)
                v[keep] = v[j]
                t[:] = 0.0
                t[np.arange(keep), np.arange(keep)] = energies[:keep]
                t[:keep, keep] = t[keep, :keep] = beta * s[j - 1, :keep]
                j, arrow = keep, True
        if watch is not None:
            state = Progress(v[: j + 1], t[:j, :j], t[:j, j], products)
            if watch(state, estimates):
                return Progress(v[: j + 1].copy(), t[:j, :j].copy(), t[:j, j].copy(), products)


def _another(v: Floats, many: int, draw: Callable[[int], Floats]) -> Floats:
    """Return a vector orthogonal to v[:many], for a run whose space was exhausted."""
    w = draw(many)
    for _ in range(3):
        _subtract(v, many, _dots(v, many, w, 1), w, 1)
    return np.asarray(w / np.linalg.norm(w))


def _finish(
    apply: Callable[[Floats], Floats],
    v: Floats,
    j: int,
    s: Floats,
    states: int,
    tolerance: float,
    products: int,
) -> Eigenpairs:
    """Form the eigenvectors and measure their residuals by one more product each."""
    _rotate(v, j, s, states)
    found = v[:states].copy()
    energies, residuals = np.empty(states), np.empty(states)
    for k in range(states):
        found[k] /= np.linalg.norm(found[k])
        y = apply(found[k])
        energies[k] = found[k] @ y
        residuals[k] = np.linalg.norm(y - energies[k] * found[k])
    return Eigenpairs(energies, found, residuals, bool(np.all(residuals < tolerance)), products + states)


def tridiagonal(apply: Callable[[Floats], Floats], start: Floats, steps: int) -> tuple[Floats, Floats]:
    """Run Lanczos from a given vector, each new vector orthogonalised twice against all.

    Returns
    -------
    energies, weights : arrays [steps], or fewer where the vector's space is exhausted: the Gauss quadrature of the spectral
        density of the normalised start vector; its first 2 steps - 1 moments are exact, the weights add up to one.
    """
    v = np.zeros((steps + 1, start.size))
    v[0] = start / np.linalg.norm(start)
    alpha, beta = np.zeros(steps), np.zeros(steps)
    made = steps
    for j in range(steps):
        w = apply(v[j])
        alpha[j] = _dots(v[j : j + 1], 1, w, 1)[0]
        _subtract(v, j + 1, _dots(v, j + 1, w, 1), w, 1)
        beta[j] = _subtract(v, j + 1, _dots(v, j + 1, w, 1), w, 1)
        if beta[j] < 1e-9 * max(np.abs(alpha[: j + 1]).max(), 1.0):
            made = j + 1
            break
        np.multiply(w, 1.0 / beta[j], out=v[j + 1])
    off = beta[: made - 1]
    energies, s = np.linalg.eigh(np.diag(alpha[:made]) + np.diag(off, 1) + np.diag(off, -1))
    return energies, s[0] ** 2

"""Judge by the exact curvature whether a point is a minimum, where the curvature of the minimiser cannot say.

With mu(x) stationary at the minimum of -2 ln L (a signal that only adds, with data below the prediction) the Jacobian J
vanishes there, and the curvature J diag J^T of `weakscatter.inference.newton` with it: the promised decrease
g H^-1 g / 2 tends to a constant however near the minimum is. Here the second derivatives are differences of exact
gradients, 2 d of them for d parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEP = 1e-3
"""Step of the differences in units of the scales."""

ROUNDS = 4
"""Points judged: each Newton step with the exact curvature about squares the distance from the minimum."""

LEAST_CURVATURE = 1e-6
"""Share of the largest eigenvalue below which a direction counts as flat or falling."""


@dataclass(frozen=True, eq=False)
class Settled:
    """A point [d] with -2 ln L, gradient [d], exact curvature [d, d], and whether it is a minimum."""

    x: Floats
    q: float
    gradient: Floats
    curvature: Floats
    converged: bool


def settled(
    slopes: Callable[[Floats], tuple[Floats, Floats]],
    x: Floats,
    free: NDArray[np.bool_],
    scales: Floats,
    bounds: tuple[Floats, Floats],
    tolerance: Callable[[float], float],
) -> Settled | None:
    """Walk from ``x`` [d] to the minimum beside it by Newton steps, each kept only where -2 ln L does not rise.

    Parameters
    ----------
    slopes : points [n, d] -> (-2 ln L [n], gradient [n, d]).
    free : [d], which coordinates move.
    scales : [d], their sizes.
    bounds : lower and upper [d]; a coordinate that pushes outwards at its bound is held.
    tolerance : -2 ln L -> promised decrease at which a point counts as a minimum.

    Returns
    -------
    None where the curvature is not positive (a saddle, a flat direction) or not finite.
    """
    lower, upper = bounds
    step = STEP * scales
    d = len(step)
    for _ in range(ROUNDS):
        up, down = (np.clip(x + sign * np.diag(step), lower, upper) for sign in (1.0, -1.0))
        width = np.diagonal(up - down)
        values, gradients = slopes(np.concatenate([x[None], up, down]))
        if not np.all(np.isfinite(gradients)) or np.any(width <= 0):
            return None
        q, gradient = float(values[0]), gradients[0]
        half = (gradients[1 : d + 1] - gradients[d + 1 :]) / width[:, None]
        curvature = 0.5 * (half + half.T)
        outwards = ((x <= lower) & (gradient > 0)) | ((x >= upper) & (gradient < 0))
        moves = np.flatnonzero(free & ~outwards)
        if moves.size == 0:
            return Settled(x, q, gradient, curvature, True)
        g, H = (gradient * scales)[moves], (curvature * np.outer(scales, scales))[np.ix_(moves, moves)]
        eigenvalues = np.linalg.eigvalsh(H)
        if not eigenvalues[0] > LEAST_CURVATURE * eigenvalues[-1]:
            return None
        newton = np.linalg.solve(H, g)
        if 0.5 * float(newton @ g) < tolerance(q):
            return Settled(x, q, gradient, curvature, True)
        trial = x.copy()
        trial[moves] -= newton * scales[moves]
        trial = np.clip(trial, lower, upper)
        if not slopes(trial[None])[0][0] <= q:
            break
        x = trial
    return Settled(x, q, gradient, curvature, False)

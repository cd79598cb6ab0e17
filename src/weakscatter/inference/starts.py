"""Where to start: the natural size of each parameter, and the other valleys along its axis.

A charge radius enters squared, so two values describe data equally well; at a magnetic moment of zero the
gradient vanishes. A local minimiser sees neither. Walking along each axis once, in steps of constant ratio, finds
both the scale of a parameter (the move that costs about one unit of -2 ln L) and its other minima.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from weakscatter.inference.newton import Floats, Minima, Minimiser

DECADES = np.arange(-45, 16)
"""Powers of ten tried for the scale of an unconstrained parameter, in its own unit."""

MAX_STARTS = 16
"""Combinations of axis minima tried; the first ones move the fewest parameters."""


def walk(
    lower: float, upper: float, centre: float, scale: float, *, ratio: float = 1.1, reach: float = 1e3
) -> Floats:
    """Return sorted points around ``centre`` within the bounds: distances 0.05 to ``reach`` scales, ratio constant.

    Two finite bounds add 64 equal steps between them.
    """
    away = scale * 0.05 * ratio ** np.arange(math.ceil(math.log(reach / 0.05) / math.log(ratio)) + 1)
    points = np.concatenate([centre - away, [centre], centre + away])
    inside = points[(points > lower) & (points < upper)]
    ends = [b for b in (lower, upper) if math.isfinite(b)]
    grid = np.linspace(lower, upper, 65) if len(ends) == 2 else np.array(ends, dtype=np.float64)
    near = grid[np.abs(grid - centre) <= away[-1]]
    return np.unique(np.concatenate([inside, near, [centre]]))


def scales(machine: Minimiser, at: Floats, held: Mapping[str, float]) -> Floats:
    """Return the scale of each coordinate [d]: sigma if constrained, else the move that costs about 1 in -2 ln L.

    A parameter that changes nothing gets 1.
    """
    found = np.where(machine.inverse_variance > 0, 1.0, 0.0)
    found[found > 0] = machine.inverse_variance[found > 0] ** -0.5
    sizes = 10.0 ** (DECADES[:, None] + np.arange(4) / 4.0).ravel()
    for j in np.flatnonzero(found == 0):
        points = np.repeat(at[None, :], 2 * sizes.size, axis=0)
        points[:, j] = np.clip(at[j] + np.concatenate([-sizes, sizes]), machine.lower[j], machine.upper[j])
        q = machine.evaluate(np.concatenate([at[None, :], points]), held)[0]
        cost = np.abs(q[1:] - q[0])
        cost = np.where(np.isfinite(cost), cost, np.inf).reshape(2, -1).max(axis=0)
        seen = np.flatnonzero(cost > 1.0)
        size = sizes[max(seen[0] - 1, 0)] if seen.size else 1.0
        width = machine.upper[j] - machine.lower[j]
        found[j] = min(size, width / 4.0) if math.isfinite(width) else size
    return found


def axis_starts(
    machine: Minimiser,
    at: Floats,
    free: NDArray[np.bool_],
    size: Floats,
    held: Mapping[str, float],
    *,
    data: Floats | None = None,
) -> Floats:
    """Return starting points [k, d]: ``at``, and combinations of the minima along the unconstrained axes.

    ``data`` [bins] replaces the observed counts.
    """
    choices: list[list[float]] = []
    for j, value in enumerate(at):
        options = [float(value)]
        if free[j] and machine.inverse_variance[j] == 0:
            points = walk(machine.lower[j], machine.upper[j], float(value), size[j])
            rows = np.repeat(at[None, :], points.size, axis=0)
            rows[:, j] = points
            seen = None if data is None else np.broadcast_to(data, (len(rows), data.size))
            q = machine.evaluate(rows, held, data=seen)[0]
            padded = np.concatenate([[np.inf], np.where(np.isfinite(q), q, np.inf), [np.inf]])
            valleys = points[(padded[1:-1] < padded[:-2]) & (padded[1:-1] <= padded[2:])]
            depth = np.interp(valleys, points, q)
            options += [float(v) for v in valleys[np.argsort(depth, kind="stable")][:3] if v != value]
            if len(options) == 1:
                # Flat at the start (an even function): a small push lets it roll to either side.
                options += [
                    float(np.clip(value + s * size[j], machine.lower[j], machine.upper[j])) for s in (1, -1)
                ]
        choices.append(options)
    combined = itertools.product(*(range(len(c)) for c in choices))
    ordered = sorted(itertools.islice(combined, 4096), key=lambda pick: sum(i > 0 for i in pick))
    return np.array([[c[i] for c, i in zip(choices, pick, strict=True)] for pick in ordered[:MAX_STARTS]])


def best_of_starts(
    machine: Minimiser, starts: Floats, free: NDArray[np.bool_], size: Floats, held: Mapping[str, float]
) -> Minima:
    """Minimise from every start [k, d] and return the lowest converged minimum (or the lowest point), n = 1."""
    found = machine.minimise(starts, free, size, held)
    q = np.where(np.isfinite(found.q), found.q, np.inf)
    order = np.lexsort((q, ~found.converged))[:1]
    return Minima(
        found.x[order],
        found.q[order],
        found.gradient[order],
        found.curvature[order],
        found.converged[order],
        found.iterations[order],
    )

"""Nodes in Q^2 for a target that answers at every momentum: logarithmic towards the photon pole, refined where told.

At energy transfer T a particle of energy E reaches Q^2 between two ends, q dq = dQ^2/2. The integrand is smooth in
ln Q^2 on both sides of T^2 and of the squared mass of a mediator, and has a ridge where a free electron would scatter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from weakscatter.grids import panels

#: Where a window begins at zero, nothing is left to integrate below this share of T^2 and of the squared mass of the
#: lightest mediator. Where there is a pole at Q^2 = 0 it is regulated, and the window ends above.
_NOTHING_BELOW = 1e-10
#: Panels in ln Q^2 over the window, and points in each: doubling either moves hydrogen by less than 1e-7.
_PANELS, _POINTS = 48, 4


@dataclass(frozen=True, eq=False)
class Window:
    """Squared momentum transfers that the fastest particle of a beam reaches.

    Parameters
    ----------
    low, high : arrays [T] (MeV^2); equal where nothing is open.
    pole : squared mass of the lightest exchanged particle that has one (MeV^2), None without.
    """

    low: Any
    high: Any
    pole: Any = None


def window_nodes(
    window: Window, T: Any, features: Any = None, *, panels_in_window: int = _PANELS, points: int = _POINTS
) -> tuple[Any, Any]:
    """Return Q^2 [T, n] (MeV^2) and weights q dq [T, n] (MeV^2), Gauss-Legendre in ln Q^2.

    Parameters
    ----------
    window : ends of the integral.
    T : array [T], energy transfer (MeV).
    features : array [T, f], further panel edges in Q^2 (MeV^2); those outside the window have no effect.
    """
    T = jnp.asarray(T, dtype=float)
    smallest = T**2 if window.pole is None else jnp.minimum(T**2, window.pole)
    low = jnp.broadcast_to(jnp.asarray(window.low, float), T.shape)
    low = jnp.where(low > 0, low, _NOTHING_BELOW * smallest)
    high = jnp.maximum(jnp.broadcast_to(jnp.asarray(window.high, float), T.shape), low)
    start, end = jnp.log(low)[:, None], jnp.log(high)[:, None]
    edges = start + (end - start) * jnp.linspace(0.0, 1.0, panels_in_window + 1)
    if features is not None:
        inside = jnp.log(jnp.clip(features, low[:, None], high[:, None]))
        edges = jnp.sort(jnp.concatenate([edges, inside], axis=-1), axis=-1)
    u, width = panels(edges, points)
    Q2 = jnp.exp(u)
    return Q2, width * Q2 / 2

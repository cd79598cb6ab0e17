"""Counts published as a value with errors: a Gaussian whose variance depends on the true value.

With x the published value and +plus, -minus its errors (Barlow, arXiv:physics/0406120, section 4, linear variance)

    -2 ln L = (mu - x)^2 / V(mu),   V(mu) = plus minus + (plus - minus)(mu - x),

which rises by exactly one at x + plus and at x - minus, and is the common Gaussian where the errors are equal.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array

LEAST_VARIANCE = 0.1
"""Share of plus*minus below which V is not followed: -2 ln L goes on as a parabola with value, slope and curvature."""


def measured_deviance(mu: Any, value: Any, minus: Any, plus: Any) -> Array:
    """Compute (mu - value)^2 / V(mu) of each entry; a parabola where V falls below `LEAST_VARIANCE` plus minus.

    Examples
    --------
    >>> [round(float(measured_deviance(mu, 20.6, 6.3, 7.1)), 12) for mu in (27.7, 20.6, 14.3)]
    [1.0, 0.0, 1.0]
    """
    return _expansion(mu, value, minus, plus)[0]


def measured_slopes(mu: Any, value: Any, minus: Any, plus: Any) -> tuple[Array, Array]:
    """Compute d/dmu and d^2/dmu^2 of `measured_deviance`; the second is positive everywhere."""
    return _expansion(mu, value, minus, plus)[1:]


def _expansion(mu: Any, value: Any, minus: Any, plus: Any) -> tuple[Array, Array, Array]:
    """Deviance with its first and second derivative."""
    off, base, tilt = jnp.asarray(mu) - value, plus * minus, plus - minus
    # V = base + tilt off reaches its least value at `edge`; beyond, everything is expanded around it.
    edge = (LEAST_VARIANCE - 1.0) * base / jnp.where(tilt == 0.0, 1.0, tilt)
    inside = base + tilt * off >= LEAST_VARIANCE * base
    at = jnp.where(inside, off, edge)
    V = base + tilt * at
    q = at**2 / V
    first = at * (V + base) / V**2
    second = 2.0 * base**2 / V**3
    beyond = off - at
    return q + first * beyond + 0.5 * second * beyond**2, first + second * beyond, second

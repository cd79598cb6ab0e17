"""Deviance of Poisson counts with its derivatives, continued where no logarithm exists."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array

FLOOR_WITH_DATA = 1e-10
"""Expected count below which a bin that holds events is continued by a parabola instead of the logarithm."""

FLOOR_WITHOUT_DATA = 1e-3
"""Scale of the penalty for a negative expectation in an empty bin: the minimum lies at most 1e-6 below zero."""


def poisson_deviance(mu: Any, n: Any) -> Array:
    """Compute the deviance of each bin, 2 [mu - n + n ln(n/mu)], with 2 mu for n = 0.

    The exact value at mu = 0 with n > 0 is infinite and that at mu < 0 does not exist. Minimisers need a way
    back, so below `FLOOR_WITH_DATA` the logarithm is replaced by its second-order continuation and
    below zero an empty bin costs 2 mu + (mu/`FLOOR_WITHOUT_DATA`)^2: finite, steep, never NaN. `fit` reports no
    number when its minimum lies there.

    Parameters
    ----------
    mu, n : arrays of one shape
        Expected and observed counts.

    Examples
    --------
    >>> import numpy as np
    >>> [float(x) for x in poisson_deviance(np.array([2.0, 3.0]), np.array([0.0, 3.0]))]
    [4.0, 0.0]
    """
    mu, n = jnp.asarray(mu), jnp.asarray(n)
    occupied = n > 0
    # Both branches of a `where` are differentiated, so each gets an argument at which it is finite.
    n_safe = jnp.where(occupied, n, 1.0)
    shortfall = jnp.minimum(mu / FLOOR_WITH_DATA - 1.0, 0.0)
    log_mu = jnp.log(jnp.maximum(mu, FLOOR_WITH_DATA)) + shortfall - 0.5 * shortfall**2
    with_data = mu - n_safe + n_safe * (jnp.log(n_safe) - log_mu)
    without_data = mu + 0.5 * (jnp.minimum(mu, 0.0) / FLOOR_WITHOUT_DATA) ** 2
    return 2.0 * jnp.where(occupied, with_data, without_data)


def deviance_slopes(mu: Array, n: Array) -> tuple[Array, Array]:
    """Compute d/dmu and d^2/dmu^2 of `poisson_deviance`: 2 (1 - n/mu) and 2 n/mu^2 above the floors."""
    occupied = n > 0
    safe = jnp.maximum(mu, FLOOR_WITH_DATA)
    shortfall = jnp.minimum(mu / FLOOR_WITH_DATA - 1.0, 0.0)
    first = jnp.where(
        occupied,
        1.0 - n / safe * (1.0 - shortfall),
        1.0 + jnp.minimum(mu, 0.0) / FLOOR_WITHOUT_DATA**2,
    )
    second = jnp.where(occupied, n / safe**2, jnp.where(mu < 0, 1.0 / FLOOR_WITHOUT_DATA**2, 0.0))
    return 2.0 * first, 2.0 * second

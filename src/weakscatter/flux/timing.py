"""Arrival times behind a proton pulse: Gaussian pulse convolved with decays in sequence.

The cumulative distribution of pulse + exponential delay tau is, with z = (t - t0)/sigma,

    G_tau(t) = Phi(z) - exp(sigma^2/(2 tau^2) - (t - t0)/tau) Phi(z - sigma/tau),

and for two different delays in sequence (tau_1 G_tau1 - tau_2 G_tau2)/(tau_1 - tau_2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax.scipy.special import log_ndtr, ndtr

from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError


def _delayed_cumulative(t: Any, mean: Any, width: Any, lifetime: float) -> Any:
    z = (t - mean) / width
    ratio = width / lifetime
    # log_ndtr keeps exp(large) * Phi(very negative) finite far before the pulse.
    return ndtr(z) - jnp.exp(ratio**2 / 2 - (t - mean) / lifetime + log_ndtr(z - ratio))


@dataclass(frozen=True, eq=False)
class GaussianPulse:
    """Protons on target against time: Gaussian with `mean` and `width` (standard deviation), natural units."""

    mean: Any
    width: Any

    def __post_init__(self) -> None:
        if is_concrete(self.width) and not self.width > 0:
            raise InputError(f"A proton pulse needs a positive width; got {self.width}.")

    def cumulative(self, t: Any, lifetimes: tuple[float, ...] = ()) -> Any:
        """Probability that a particle, born after decays with `lifetimes` in sequence, has arrived by t.

        At most two different lifetimes, which is what pion and muon decay need.
        """
        t = jnp.asarray(t)
        if len(lifetimes) == 0:
            return ndtr((t - self.mean) / self.width)
        if len(lifetimes) == 1:
            return _delayed_cumulative(t, self.mean, self.width, lifetimes[0])
        if len(lifetimes) == 2 and not (is_concrete(lifetimes) and lifetimes[0] == lifetimes[1]):
            first, second = lifetimes
            early = _delayed_cumulative(t, self.mean, self.width, first)
            late = _delayed_cumulative(t, self.mean, self.width, second)
            return (first * early - second * late) / (first - second)
        raise InputError(f"Arrival times need at most two different lifetimes in sequence; got {lifetimes}.")

    def fractions(self, edges: Any, lifetimes: tuple[float, ...] = ()) -> Any:
        """Fraction arriving in each cell [t] between `edges` [t + 1]; not renormalised to the range of the edges."""
        return jnp.diff(self.cumulative(edges, lifetimes))


@dataclass(frozen=True, eq=False)
class TriangularPulse:
    """Protons on target against time: an isosceles triangle from `start` to `start + base`, natural units.

    The density is a second difference of ramps, (r(t) - 2 r(t - w) + r(t - 2w))/w^2 with w = base/2, and behind a decay of
    lifetime tau the ramp's integral t^2/2 becomes t^2/2 - tau t + tau^2 (1 - exp(-t/tau)).
    """

    start: Any
    base: Any

    def __post_init__(self) -> None:
        if is_concrete(self.base) and not self.base > 0:
            raise InputError(f"A proton pulse needs a positive width; got {self.base}.")

    def cumulative(self, t: Any, lifetimes: tuple[Any, ...] = ()) -> Any:
        """Probability that a particle, born after decays with `lifetimes` in sequence, has arrived by t; at most two of them."""
        if len(lifetimes) == 2 and not (is_concrete(lifetimes) and lifetimes[0] == lifetimes[1]):
            first, second = lifetimes
            return (first * self.cumulative(t, (first,)) - second * self.cumulative(t, (second,))) / (
                first - second
            )
        if len(lifetimes) > 1:
            raise InputError(
                f"Arrival times need at most two different lifetimes in sequence; got {lifetimes}."
            )
        w = self.base / 2
        if not lifetimes:
            u = jnp.clip((jnp.asarray(t, float) - self.start) / self.base, 0.0, 1.0)
            return jnp.where(u < 0.5, 2 * u**2, 1 - 2 * (1 - u) ** 2)

        def ramp(late: Any) -> Any:
            x = jnp.maximum(jnp.asarray(t, float) - self.start - late, 0.0)
            tau = lifetimes[0]
            return x**2 / 2 - tau * x - tau**2 * jnp.expm1(-x / tau)

        return (ramp(0.0) - 2 * ramp(w) + ramp(2 * w)) / w**2

    def fractions(self, edges: Any, lifetimes: tuple[Any, ...] = ()) -> Any:
        """Fraction arriving in each cell [t] between `edges` [t + 1]; not renormalised to the range of the edges."""
        arrived = self.cumulative(edges, lifetimes)
        return jnp.diff(arrived)

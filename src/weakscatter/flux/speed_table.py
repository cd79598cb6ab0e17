"""A function of the speed of slow particles given at nodes, linear between them, with the closed form of its integral over v."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.provenance.errors import InputError

#: Kinematics of slow particles err by v^2.
TOO_FAST = 0.1
#: 1/v has no integral down to rest; a tail from below this speed starts here.
_SLOWEST = 1e-12


@dataclass(frozen=True, eq=False)
class SpeedTable:
    """f(v), linear between nodes, zero outside.

    Parameters
    ----------
    what : whose table it is, for messages.
    speed : nodes [n] (c), not negative, increasing, at most 0.1.
    values : [n], not negative.
    """

    what: str
    speed: Any
    values: Any

    def __post_init__(self) -> None:
        v, f = np.array(self.speed, dtype=float), np.array(self.values, dtype=float)
        if v.ndim != 1 or len(v) < 2 or not np.all(np.isfinite(v)) or v[0] < 0 or np.any(np.diff(v) <= 0):
            raise InputError(
                f"{self.what} needs a table of at least two speeds, not negative and increasing."
            )
        if v[-1] > TOO_FAST:
            raise InputError(
                f"{self.what} holds speeds up to {v[-1]:.4g} c; these are slow particles, up to {TOO_FAST:g} c. Faster ones are a beam. "
                "Speeds are in units of c: 220 * km / s."
            )
        if f.shape != v.shape or not np.all(np.isfinite(f)) or np.any(f < 0) or not np.any(f > 0):
            raise InputError(
                f"{self.what} needs one finite value for each of its {len(v)} speeds, not negative and not all zero; got an array of "
                f"shape {f.shape}."
            )
        object.__setattr__(self, "speed", v)
        object.__setattr__(self, "values", f)

    @property
    def integral(self) -> Any:
        """Integral of f over all speeds."""
        return np.trapezoid(self.values, self.speed)

    def density(self, v: Any) -> Any:
        """f(v)."""
        return jnp.interp(jnp.asarray(v, float), self.speed, self.values, left=0.0, right=0.0)

    def over_speed(self, v_min: Any) -> Any:
        """Integral of f(v)/v above v_min, exact between the nodes: with f = a + b v it is a ln v + b v."""
        v, f = jnp.asarray(self.speed), jnp.asarray(self.values)
        slope = jnp.diff(f) / jnp.diff(v)
        a = f[:-1] - slope * v[:-1]
        safe = jnp.maximum(v, _SLOWEST)
        whole = a * jnp.log(safe[1:] / safe[:-1]) + slope * (v[1:] - v[:-1])
        above = jnp.concatenate([jnp.cumsum(whole[::-1])[::-1], jnp.zeros(1)])
        low = jnp.clip(jnp.asarray(v_min, float), safe[0], safe[-1])
        k = jnp.clip(jnp.searchsorted(v, low, side="right") - 1, 0, len(a) - 1)
        rest = a[k] * jnp.log(safe[k + 1] / low) + slope[k] * (v[k + 1] - low)
        return jnp.where(low < v[-1], above[k + 1] + rest, 0.0)

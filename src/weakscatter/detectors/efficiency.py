"""Efficiency curves: the probability that an event reconstructed at x (or at the time t) is kept.

A curve is any callable of the *reconstructed* observable; it is applied after the smearing. Beside that it may have

    kinks()    positions where it or its derivative jumps; the quadrature breaks its panels there
    curves     the concrete curves of which it is a linear combination (default: itself)
    weights()  their weights, possibly traced (default: one)

so that smearing tables are made once per concrete curve and a pull costs one contraction.
Nothing is perfect unless asked for by name: `PerfectEfficiency()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.detectors.morphing import morph_weights
from weakscatter.grids import Interpolant, is_concrete
from weakscatter.provenance.errors import InputError


def curves_of(efficiency: Callable[[Any], Any]) -> tuple[Callable[[Any], Any], ...]:
    """Return the concrete curves of which an efficiency is a linear combination."""
    return tuple(getattr(efficiency, "curves", (efficiency,)))


def weights_of(efficiency: Callable[[Any], Any]) -> Any:
    """Return the weights [c] of `curves_of`, possibly traced."""
    return efficiency.weights() if hasattr(efficiency, "weights") else jnp.ones(1)


def kinks_of(curve: Callable[[Any], Any]) -> Any:
    """Return the positions [n] where a curve or its derivative jumps; empty if it does not say."""
    return curve.kinks() if hasattr(curve, "kinks") else np.zeros(0)


def _finite(what: str, values: dict[str, Any]) -> bool:
    """Refuse concrete values that are not finite; return whether all are concrete."""
    if not is_concrete(tuple(values.values())):
        return False
    for name, value in values.items():
        if not np.all(np.isfinite(np.asarray(value, dtype=float))):
            raise InputError(f"{what} was given {name} = {value}; finite numbers are allowed.")
    return True


def _length(values: Any) -> int | None:
    return len(values) if hasattr(values, "__len__") else None


@dataclass(frozen=True, eq=False)
class PerfectEfficiency:
    """Every event is kept, at any x or t."""

    def __call__(self, x: Any) -> Any:
        """Return one for every x."""
        return jnp.ones_like(jnp.asarray(x, dtype=float))

    def integral(self, lower: Any, upper: Any) -> Any:
        """Return the integral from lower to upper (their unit)."""
        return jnp.asarray(upper, dtype=float) - lower


@dataclass(frozen=True, eq=False)
class LogisticEfficiency:
    """a/(1 + exp(-b (x - c))) + d, zero where that is negative.

    Parameters
    ----------
    a, d : float
        Height and offset; the plateau a + d may not exceed one.
    b : float (inverse unit of x)
        Steepness, positive.
    c : float (unit of x)
        Centre.

    Notes
    -----
    CsI 2021 (data release of arXiv:2110.07730), x in reconstructed PE: (1.32045, 0.285979, 10.8646, -0.333322);
    it vanishes below 7.07 PE.

    Examples
    --------
    >>> round(float(LogisticEfficiency(1.32045, 0.285979, 10.8646, -0.333322)(20.0)), 4)
    0.8969
    """

    a: Any = field(metadata={"unit": ""})
    b: Any = field(metadata={"unit": "inverse observable"})
    c: Any = field(metadata={"unit": "observable"})
    d: Any = field(default=0.0, metadata={"unit": ""})

    def __post_init__(self) -> None:
        values = {"a": self.a, "b": self.b, "c": self.c, "d": self.d}
        if not _finite("a logistic efficiency", values):
            return
        if not self.b > 0.0 or not self.a > 0.0:
            raise InputError(f"a logistic efficiency needs a > 0 and b > 0; got a = {self.a}, b = {self.b}.")
        if max(self.a + self.d, self.d) > 1.0:
            raise InputError(
                f"a logistic efficiency with a = {self.a} and d = {self.d} reaches {self.a + self.d:.6g}; "
                "an efficiency is at most one. Per cent have to be divided by 100."
            )

    def __call__(self, x: Any) -> Any:
        """Return the efficiency at reconstructed x, any shape."""
        x = jnp.asarray(x, dtype=float)
        # tanh does not overflow far from the centre, and neither does its derivative.
        return jnp.maximum(0.5 * self.a * (1.0 + jnp.tanh(0.5 * self.b * (x - self.c))) + self.d, 0.0)

    def kinks(self) -> Any:
        """Return the point where the efficiency sets in [1], minus infinity if it is positive everywhere."""
        crosses = (self.d < 0.0) & (self.a + self.d > 0.0)
        ratio = jnp.where(crosses, -self.a / jnp.where(crosses, self.d, 1.0) - 1.0, 1.0)
        return jnp.where(crosses, self.c - jnp.log(ratio) / self.b, -jnp.inf)[None]


@dataclass(frozen=True, eq=False)
class SteppedLogistic:
    """a/(1 + exp(-k (x - x0))) times a step function.

    Parameters
    ----------
    a, k, x0 : float
        Height (at most one), steepness, centre.
    step_edges : tuple [n]
        Where the steps are, increasing; below the first the efficiency is zero.
    step_values : tuple [n]
        Factor from each edge on, between 0 and 1; an edge belongs to the step that it starts.

    Notes
    -----
    CsI 2017 (arXiv:1708.01294, data release arXiv:1804.09459), x in PE: a = 0.6655, k = 0.4942, x0 = 10.8507,
    step_edges = (5, 6), step_values = (0.5, 1).
    """

    a: Any = field(metadata={"unit": ""})
    k: Any = field(metadata={"unit": "inverse observable"})
    x0: Any = field(metadata={"unit": "observable"})
    step_edges: Any = field(metadata={"unit": "observable"})
    step_values: Any = field(metadata={"unit": ""})

    def __post_init__(self) -> None:
        LogisticEfficiency(self.a, self.k, self.x0)  # the same limits hold for its numbers
        if _length(self.step_edges) is None or _length(self.step_edges) != _length(self.step_values):
            raise InputError(
                f"a stepped efficiency has the edges {self.step_edges} and the values {self.step_values}; "
                "give one value for each edge."
            )
        if _finite("a stepped efficiency", {"step_edges": self.step_edges, "step_values": self.step_values}):
            values = np.asarray(self.step_values, dtype=float)
            if np.any(np.diff(np.asarray(self.step_edges, dtype=float)) <= 0.0):
                raise InputError(f"the step edges {self.step_edges} of an efficiency must increase.")
            if np.any((values < 0.0) | (values > 1.0)):
                raise InputError(
                    f"the step values {self.step_values} of an efficiency must lie between 0 and 1."
                )

    def __call__(self, x: Any) -> Any:
        """Return the efficiency at reconstructed x, any shape."""
        x = jnp.asarray(x, dtype=float)
        steps = jnp.concatenate([jnp.zeros(1), jnp.asarray(self.step_values, dtype=float)])
        step = steps[jnp.searchsorted(jnp.asarray(self.step_edges, dtype=float), x, side="right")]
        return step * LogisticEfficiency(self.a, self.k, self.x0)(x)

    def kinks(self) -> Any:
        """Return the positions of the steps [n]."""
        return jnp.asarray(self.step_edges, dtype=float)


@dataclass(frozen=True, eq=False)
class TabulatedEfficiency:
    """A table, linear between its nodes.

    Parameters
    ----------
    x : array [n]
        Reconstructed observable, strictly increasing.
    value : array [n]
        Efficiency at the nodes, between 0 and 1 (per cent are refused). May be traced.
    outside : "error", "zero" or "extrapolate"
        Policy outside the table, as in `weakscatter.grids.Interpolant`. Extrapolated values are held within [0, 1].
    """

    x: Any = field(metadata={"unit": "observable"})
    value: Any = field(metadata={"unit": ""})
    outside: str = "error"

    def __post_init__(self) -> None:
        table = self._table()
        object.__setattr__(self, "x", table.x)
        object.__setattr__(self, "value", table.y)
        if is_concrete(self.value):
            values = np.asarray(self.value)
            bad = (values < 0.0) | (values > 1.0)
            if np.any(bad):
                raise InputError(
                    f"an efficiency table has the value {values[bad].flat[0]:.6g} at x = "
                    f"{np.asarray(self.x)[bad].flat[0]:.6g}; efficiencies lie between 0 and 1. "
                    "Per cent have to be divided by 100."
                )

    def _table(self) -> Interpolant:
        return Interpolant(self.x, self.value, "linear", self.outside, "efficiency")  # type: ignore[arg-type]

    def __call__(self, x: Any) -> Any:
        """Return the efficiency at reconstructed x, any shape."""
        return jnp.clip(self._table()(x), 0.0, 1.0)

    def kinks(self) -> Any:
        """Return the nodes [n]."""
        return jnp.asarray(self.x)


@dataclass(frozen=True, eq=False)
class MorphedEfficiency:
    """A nominal curve moved by a pull along its published +1 and -1 sigma curves; see `morph_weights`.

    Parameters
    ----------
    nominal, plus, minus : callable
        Concrete curves.
    pull : float or tracer
        In standard deviations.

    Notes
    -----
    Linear in the curves, so that smearing is tabulated once for each. Where the nominal curve is close to zero the
    morph can turn negative beyond |pull| = 1: a threshold that moves is not a linear effect. Where that matters
    (CsI 2021: below 9 PE), bound the pull, or trace the parameters of the curve through `DirectSmearing`.
    """

    nominal: Callable[[Any], Any]
    plus: Callable[[Any], Any]
    minus: Callable[[Any], Any]
    pull: Any = field(default=0.0, metadata={"unit": ""})

    def __post_init__(self) -> None:
        _finite("a morphed efficiency", {"pull": self.pull})

    @property
    def curves(self) -> tuple[Callable[[Any], Any], ...]:
        """The concrete curves (nominal, plus, minus)."""
        return (self.nominal, self.plus, self.minus)

    def weights(self) -> Any:
        """Return the weights [3] of the curves at the pull."""
        return morph_weights(self.pull)

    def __call__(self, x: Any) -> Any:
        """Return the morphed efficiency at reconstructed x, any shape."""
        return jnp.tensordot(self.weights(), jnp.stack([curve(x) for curve in self.curves]), axes=1)


@dataclass(frozen=True, eq=False)
class ExponentialTimeEfficiency:
    """One before `start`, exp(-rate (t - start)) after it.

    Parameters
    ----------
    start : float (1/MeV, like every time)
    rate : float (MeV)
        Not negative. CsI 2021 (arXiv:2110.07730): start 0.52 us, rate 0.0494/us.

    Examples
    --------
    >>> round(float(ExponentialTimeEfficiency(0.52, 0.0494)(6.0)), 4)  # any unit of time, if it is the same
    0.7628
    """

    start: Any = field(metadata={"unit": "us"})
    rate: Any = field(metadata={"unit": "1/us"})

    def __post_init__(self) -> None:
        values = {"start": self.start, "rate": self.rate}
        if _finite("a time efficiency", values) and self.rate < 0.0:
            raise InputError(f"a time efficiency was given the rate {self.rate}; it must not be negative.")

    def __call__(self, t: Any) -> Any:
        """Return the efficiency at the reconstructed time t, any shape."""
        return jnp.exp(-self.rate * jnp.maximum(jnp.asarray(t, dtype=float) - self.start, 0.0))

    def integral(self, lower: Any, upper: Any) -> Any:
        """Return the integral from lower to upper (unit of time), in closed form."""

        def late(t: Any) -> Any:
            delay = jnp.maximum(jnp.asarray(t, dtype=float) - self.start, 0.0)
            z = self.rate * delay
            # (1 - exp(-z))/z; the series where the quotient loses digits.
            small = jnp.abs(z) < 1e-4
            safe = jnp.where(small, 1.0, z)
            return delay * jnp.where(small, 1.0 - z / 2.0 + z * z / 6.0, -jnp.expm1(-safe) / safe)

        early = jnp.minimum(upper, self.start) - jnp.minimum(lower, self.start)
        return early + late(upper) - late(lower)

    def kinks(self) -> Any:
        """Return the start of the decay [1]."""
        return jnp.asarray(self.start, dtype=float)[None]

"""Counts published as a value with errors: a Gaussian whose variance depends on the true value.

With x the published value and +plus, -minus its errors (Barlow, arXiv:physics/0406120, section 4, linear variance)

    -2 ln L = (mu - x)^2 / V(mu),   V(mu) = plus minus + (plus - minus)(mu - x),

which rises by exactly one at x + plus and at x - minus, and is the common Gaussian where the errors are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax import Array

from weakscatter.inference.likelihood import Likelihood, Term
from weakscatter.inference.parameter import Parameter
from weakscatter.inference.terms import predicted, refuse_twice
from weakscatter.provenance.errors import InputError

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


@dataclass(frozen=True, eq=False)
class MeasuredCounts:
    """Published counts with errors and the function that predicts them: the interface of `BinnedPoisson`.

    Parameters
    ----------
    name : str
        Name of the measurement.
    data : array [n] (counts)
        Published values, background taken away; may be negative.
    minus, plus : array [n] (counts)
        Their errors, positive. Correlations between entries are not described.
    expected : callable
        ``expected({name: value}) -> array [n]`` (counts), traceable by JAX.
    parameters : tuple of Parameter
        All parameters that ``expected`` reads.
    citations : tuple of str
        Keys of the bibliography that results of this measurement cite.
    """

    name: str
    data: np.ndarray[Any, np.dtype[np.float64]]
    minus: np.ndarray[Any, np.dtype[np.float64]]
    plus: np.ndarray[Any, np.dtype[np.float64]]
    expected: Callable[[Mapping[str, Any]], Any]
    parameters: tuple[Parameter, ...]
    citations: tuple[str, ...] = ()

    #: Each term has errors of its own, so none shares an evaluation with its neighbour.
    SHARED_FORM: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for field in ("data", "minus", "plus"):
            try:
                numbers = np.array(getattr(self, field), dtype=np.float64)
            except (TypeError, ValueError):
                raise InputError(
                    f"measurement {self.name!r}: {field} holds no numbers. Give an array of counts."
                ) from None
            if numbers.ndim != 1 or numbers.size == 0 or not np.all(np.isfinite(numbers)):
                raise InputError(
                    f"measurement {self.name!r}: {field} must be a flat array of finite numbers; got {numbers}."
                )
            if field != "data" and (numbers.shape != self.data.shape or np.any(numbers <= 0)):
                raise InputError(
                    f"measurement {self.name!r}: {field} = {numbers} needs one positive number for each of the "
                    f"{self.data.size} values. Errors are written without a sign."
                )
            numbers.setflags(write=False)
            object.__setattr__(self, field, numbers)
        object.__setattr__(self, "parameters", tuple(self.parameters))
        refuse_twice(self)

    def counts(self, values: Mapping[str, Any]) -> Array:
        """Compute the expected counts [n] at the named values (those of other terms are ignored)."""
        return predicted(self, values)

    def deviance(self, mu: Any, n: Any) -> Array:
        """Compute -2 ln L of each entry [n] for observed values n."""
        return measured_deviance(mu, n, self.minus, self.plus)

    def slopes(self, mu: Any, n: Any) -> tuple[Array, Array]:
        """Compute first and second derivative of `deviance` by mu."""
        return measured_slopes(mu, n, self.minus, self.plus)

    def draw(self, generator: np.random.Generator, mu: Any, toys: int) -> np.ndarray:
        """Draw observed values [toys, n] around true ones; each side of the Gaussian has its own width.

        The errors say how the true value lies around the observed one, so a fluctuation upwards has the width
        ``minus`` of the published interval, one downwards ``plus``.
        """
        z = generator.standard_normal((toys, self.data.size))
        return np.asarray(mu) + np.where(z > 0, self.minus, self.plus) * z

    def typical(self, mu: Any) -> np.ndarray:
        """Return the values [n] that are expected."""
        return np.asarray(mu, dtype=np.float64)

    @property
    def degrees(self) -> int:
        """Return how many data a chi2 would have: one for each value."""
        return int(self.data.size)

    def impossible(self, mu: Any) -> str:
        """Return "": every expectation has a likelihood."""
        return ""

    def __add__(self, other: Term | Likelihood) -> Likelihood:
        return Likelihood((self,)) + other

    def __repr__(self) -> str:
        return f"MeasuredCounts({self.name}: {self.data.size} values)"

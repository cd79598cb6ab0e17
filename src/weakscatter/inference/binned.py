"""Counts in bins: the Poisson term of a likelihood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jax import Array

from weakscatter.inference.likelihood import Likelihood, Term
from weakscatter.inference.parameter import Parameter
from weakscatter.inference.poisson import FLOOR_WITH_DATA, deviance_slopes, poisson_deviance
from weakscatter.inference.terms import predicted, refuse_twice
from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class BinnedPoisson:
    """Counts in bins and the function that predicts them.

    Parameters
    ----------
    name : str
        Name of the measurement.
    data : array [n_bins] (counts)
        Observed counts; not negative. Asimov data need not be integers.
    expected : callable
        ``expected({name: value}) -> array [n_bins]`` (counts), traceable by JAX; called with every parameter of
        this term by name.
    parameters : tuple of Parameter
        All parameters that ``expected`` reads.
    citations : tuple of str
        Keys of the bibliography that results of this measurement cite.
    """

    name: str
    data: np.ndarray[Any, np.dtype[np.float64]]
    expected: Callable[[Mapping[str, Any]], Any]
    parameters: tuple[Parameter, ...]
    citations: tuple[str, ...] = ()

    #: Neighbouring terms of this class are evaluated together: their form is the same.
    SHARED_FORM: ClassVar[bool] = True

    def __post_init__(self) -> None:
        try:
            data = np.array(self.data, dtype=np.float64)
        except (TypeError, ValueError):
            raise InputError(
                f"measurement {self.name!r}: the data are not numbers. Give an array of counts."
            ) from None
        if data.ndim != 1 or data.size == 0:
            raise InputError(
                f"measurement {self.name!r}: the data have shape {data.shape}. Give a flat, non-empty array; "
                "flatten energy x time with .ravel()."
            )
        wrong = np.flatnonzero(~(np.isfinite(data) & (data >= 0)))
        if wrong.size:
            raise InputError(
                f"measurement {self.name!r}: bin {wrong[0]} holds {data[wrong[0]]}. Counts are finite and not negative."
            )
        data.setflags(write=False)
        object.__setattr__(self, "data", data)
        object.__setattr__(self, "parameters", tuple(self.parameters))
        refuse_twice(self)

    def counts(self, values: Mapping[str, Any]) -> Array:
        """Compute the expected counts [n_bins] at the named values (those of other terms are ignored)."""
        return predicted(self, values)

    def deviance(self, mu: Any, n: Any) -> Array:
        """Compute the Poisson deviance of each bin [n_bins] for observed counts n."""
        return poisson_deviance(mu, n)

    def slopes(self, mu: Any, n: Any) -> tuple[Array, Array]:
        """Compute first and second derivative of `deviance` by mu."""
        return deviance_slopes(mu, n)

    def draw(self, generator: np.random.Generator, mu: Any, toys: int) -> np.ndarray:
        """Draw observed counts [toys, n_bins] around expected ones."""
        return generator.poisson(np.maximum(mu, 0.0), size=(toys, self.data.size)).astype(np.float64)

    def typical(self, mu: Any) -> np.ndarray:
        """Return the data [n_bins] that are expected: the counts themselves, none below zero."""
        return np.maximum(np.asarray(mu, dtype=np.float64), 0.0)

    @property
    def degrees(self) -> int:
        """Return how many data a chi2 would have: one for each bin."""
        return int(self.data.size)

    def impossible(self, mu: Any) -> str:
        """Say which bin has likelihood zero at the expected counts ``mu`` [n_bins]; "" if none.

        Such bins hold events where none is expected, or expect less than nothing.
        """
        mu = np.asarray(mu)
        dead = np.flatnonzero((mu <= FLOOR_WITH_DATA) & (self.data > 0))
        if dead.size:
            return f"bin {dead[0]} holds {self.data[dead[0]]:g} events where none is expected"
        negative = np.flatnonzero(mu < -1e-7)
        return f"fewer than zero events are expected in bin {negative[0]}" if negative.size else ""

    def __add__(self, other: Term | Likelihood) -> Likelihood:
        return Likelihood((self,)) + other

    def __repr__(self) -> str:
        return f"BinnedPoisson({self.name}: {self.data.size} bins, {self.data.sum():g} events)"

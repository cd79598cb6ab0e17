"""Unbinned events: the extended likelihood of their density and their total, in the form that all minimisers share.

With the expected density lambda(x) of events in a window

    -2 ln L = 2 int lambda dx - 2 sum_i ln lambda(x_i)

(R. Barlow, Nucl. Instrum. Meth. A 297 (1990) 496, eq. 5). The prediction is one flat array: the expected counts mu_c in
cells that fill the window, then the density at each event. The integral is the sum of the cells, however wide they
are. Toys and Asimov data lie in the cells, where the density is mu_c over the width of the cell: cells must be narrow
compared with everything that the prediction shows (a tenth of the resolution errs by less than 1e-3 of the
information), which concerns no fit of the events themselves.
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
from weakscatter.inference.poisson import FLOOR_WITH_DATA, deviance_slopes, poisson_deviance
from weakscatter.inference.terms import predicted, refuse_twice
from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class UnbinnedPoisson:
    """Events at known places and the function that predicts their density.

    -2 ln L is given relative to a flat density with as many events as were observed, so it can be negative. Its size says
    nothing about the goodness of the fit: bin the events for that.

    Parameters
    ----------
    name : str
        Name of the measurement.
    events : array [n] (unit of the observable)
        Where the events are, inside the window.
    cells : array [m + 1] (unit of the observable)
        Edges of the cells, increasing; the first and the last are the window.
    expected : callable
        ``expected({name: value}) -> array [m + n]``: counts in the cells, then the density at the events (counts per unit
        of the observable), traceable by JAX.
    parameters : tuple of Parameter
        All parameters that ``expected`` reads.
    citations : tuple of str
        Keys of the bibliography that results of this measurement cite.
    data : array [m + n], optional
        How many events lie in each cell and at each place; by default the events themselves, once each. Toys and Asimov
        data fill the cells.

    Raises
    ------
    InputError : events outside the window, edges that do not increase, weights of another shape.

    Examples
    --------
    >>> rate = Parameter("rate", 3.0, lower=0.0)
    >>> flat = UnbinnedPoisson("flat", [0.2, 1.4], [0.0, 1.0, 2.0], lambda v: v["rate"] * jnp.ones(4), (rate,))
    >>> round(float(jnp.sum(flat.deviance(flat.counts({"rate": 1.0}), flat.data))), 12)  # 2 events expected and seen
    0.0
    """

    name: str
    events: Any
    cells: Any
    expected: Callable[[Mapping[str, Any]], Any]
    parameters: tuple[Parameter, ...]
    citations: tuple[str, ...] = ()
    data: Any = None

    #: The window and the events are a term's own.
    SHARED_FORM: ClassVar[bool] = False

    def __post_init__(self) -> None:
        events, cells = (self._numbers(what, getattr(self, what)) for what in ("events", "cells"))
        if events.size == 0 or cells.size < 2 or np.any(np.diff(cells) <= 0.0):
            raise InputError(
                f"measurement {self.name!r} needs at least one event and increasing edges of cells; got {events.size} events "
                f"and the edges {cells}. Without events use BinnedPoisson."
            )
        outside = events[(events < cells[0]) | (events > cells[-1])]
        if outside.size:
            raise InputError(
                f"measurement {self.name!r}: {outside.size} events lie outside the window {cells[0]:.6g} to {cells[-1]:.6g}, "
                f"the first at {outside[0]:.6g}. Cut them, or widen the window."
            )
        data = (
            np.repeat([0.0, 1.0], [cells.size - 1, events.size])
            if self.data is None
            else self._numbers("data", self.data)
        )
        if data.shape != (cells.size - 1 + events.size,) or np.any(data < 0.0):
            raise InputError(
                f"measurement {self.name!r}: the data say how many events lie in each of {cells.size - 1} cells and at each of "
                f"{events.size} places, numbers not below zero; got {data.size} numbers from {data.min(initial=0.0):.6g} on."
            )
        for field, value in (("events", events), ("cells", cells), ("data", data)):
            value.setflags(write=False)
            object.__setattr__(self, field, value)
        object.__setattr__(self, "parameters", tuple(self.parameters))
        refuse_twice(self)

    def _numbers(self, what: str, given: Any) -> np.ndarray:
        try:
            values = np.array(given, dtype=np.float64)
        except (TypeError, ValueError):
            values = np.array(np.nan)
        if values.ndim != 1 or not np.all(np.isfinite(values)):
            raise InputError(
                f"measurement {self.name!r}: {what} must be a flat array of finite numbers; got {given}."
            )
        return values

    @property
    def widths(self) -> np.ndarray:
        """Widths [m] of the cells."""
        return np.diff(self.cells)

    @property
    def _per_density(self) -> np.ndarray:
        """What a flat density of as many events would predict [m + n]; logarithms are taken relative to it."""
        flat = self.events.size / (self.cells[-1] - self.cells[0])
        return np.concatenate([flat * self.widths, np.full(self.events.size, flat)])

    @property
    def _counted(self) -> np.ndarray:
        """Share of each prediction [m + n] in the total: the cells make it up, the events are no part of it."""
        return np.repeat([1.0, 0.0], [self.widths.size, self.events.size])

    def counts(self, values: Mapping[str, Any]) -> Array:
        """Compute counts in cells and densities at events [m + n] at the named values (others are ignored)."""
        wanted = f"{self.widths.size} counts in cells and {self.events.size} densities at events are wanted."
        return predicted(self, values, wanted)

    def deviance(self, mu: Any, n: Any) -> Array:
        """Compute the parts [m + n] of -2 ln L for ``n`` events in each cell and at each place."""
        relative, counted = self._per_density, self._counted
        # A Poisson deviance is 2 (mu - n + n ln(n/mu)); what depends on n alone, or is no part of the total, is taken back.
        n = jnp.asarray(n)
        ratio = jnp.where(n > 0, n, 1.0) / relative
        return poisson_deviance(mu, n) - 2.0 * (n * jnp.log(ratio) + (1.0 - counted) * mu)

    def slopes(self, mu: Any, n: Any) -> tuple[Array, Array]:
        """Compute first and second derivative of `deviance` by mu."""
        first, second = deviance_slopes(mu, n)
        return first - 2.0 * (1.0 - self._counted), second

    def draw(self, generator: np.random.Generator, mu: Any, toys: int) -> np.ndarray:
        """Draw events into the cells [toys, m + n]; the places of the observed events stay empty."""
        mean = np.maximum(self.typical(mu), 0.0)
        return generator.poisson(mean, size=(toys, mean.size)).astype(np.float64)

    def typical(self, mu: Any) -> np.ndarray:
        """Return the data [m + n] that are expected: cells filled with their counts."""
        return np.maximum(np.asarray(mu, dtype=np.float64), 0.0) * self._counted

    @property
    def degrees(self) -> None:
        """None: unbinned events have no chi2."""
        return None

    def impossible(self, mu: Any) -> str:
        """Say where the likelihood is zero at the prediction ``mu`` [m + n]; "" if nowhere."""
        mu = np.asarray(mu)
        dead = np.flatnonzero((mu <= FLOOR_WITH_DATA) & (self.data > 0))
        if dead.size:
            places = np.concatenate([0.5 * (self.cells[1:] + self.cells[:-1]), self.events])
            return f"an event lies at {places[dead[0]]:.6g}, where no density is expected"
        negative = np.flatnonzero(mu[: self.widths.size] < -1e-7)
        return f"fewer than zero events are expected in cell {negative[0]}" if negative.size else ""

    def __add__(self, other: Term | Likelihood) -> Likelihood:
        return Likelihood((self,)) + other

    def __repr__(self) -> str:
        return f"UnbinnedPoisson({self.name}: {self.events.size} events in {self.widths.size} cells)"

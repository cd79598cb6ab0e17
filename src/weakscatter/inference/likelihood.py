"""Likelihoods of counts with Gaussian constraints; they add, and equal names are one parameter.

The objective is the saturated form (Baker and Cousins, Nucl. Instrum. Meth. 221 (1984) 437, eq. 8)

    -2 ln L = 2 sum_b [mu_b - n_b + n_b ln(n_b / mu_b)] + sum_p ((p - value_p)/sigma_p)^2,

where a bin with n = 0 contributes 2 mu, and each constraint counts once however many terms share it. A term of
counts published with errors (`weakscatter.inference.measured`) contributes its own form instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from weakscatter.inference.measured import measured_deviance, measured_slopes
from weakscatter.inference.parameter import Parameter
from weakscatter.provenance.errors import InputError, nearest

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


def _refuse_twice(term: Term) -> None:
    names = [p.name for p in term.parameters]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise InputError(f"measurement {term.name!r} lists the parameter {twice[0]!r} twice. List it once.")


def _predicted(term: Term, values: Mapping[str, Any]) -> Array:
    mu = jnp.asarray(term.expected({p.name: values[p.name] for p in term.parameters}), dtype=jnp.float64)
    if mu.shape != term.data.shape:
        raise InputError(
            f"measurement {term.name!r}: expected(...) returned shape {mu.shape}, the data have "
            f"{term.data.shape}. Both must list the same bins."
        )
    return mu


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
        _refuse_twice(self)

    def counts(self, values: Mapping[str, Any]) -> Array:
        """Compute the expected counts [n_bins] at the named values (those of other terms are ignored)."""
        return _predicted(self, values)

    def deviance(self, mu: Any, n: Any) -> Array:
        """Compute the Poisson deviance of each bin [n_bins] for observed counts n."""
        return poisson_deviance(mu, n)

    def slopes(self, mu: Any, n: Any) -> tuple[Array, Array]:
        """Compute first and second derivative of `deviance` by mu."""
        return deviance_slopes(mu, n)

    def draw(self, generator: np.random.Generator, mu: Any, toys: int) -> np.ndarray:
        """Draw observed counts [toys, n_bins] around expected ones."""
        return generator.poisson(np.maximum(mu, 0.0), size=(toys, self.data.size)).astype(np.float64)

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
        _refuse_twice(self)

    def counts(self, values: Mapping[str, Any]) -> Array:
        """Compute the expected counts [n] at the named values (those of other terms are ignored)."""
        return _predicted(self, values)

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

    def impossible(self, mu: Any) -> str:
        """Return "": every expectation has a likelihood."""
        return ""

    def __add__(self, other: Term | Likelihood) -> Likelihood:
        return Likelihood((self,)) + other

    def __repr__(self) -> str:
        return f"MeasuredCounts({self.name}: {self.data.size} values)"


#: What a likelihood is made of.
Term = BinnedPoisson | MeasuredCounts


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Independent measurements joined: ``a + b``.

    Equal names are one parameter. Its constraint counts once; definitions that differ in value, unit, bounds or
    sigma are refused.
    """

    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", tuple(self.terms))
        if not self.terms:
            raise InputError(
                "a likelihood needs at least one measurement, got none. Pass BinnedPoisson or MeasuredCounts objects."
            )
        names = [t.name for t in self.terms]
        for name in names:
            if names.count(name) > 1:
                raise InputError(
                    f"the measurement {name!r} would be counted twice. Join it once, or rename one."
                )
        seen: dict[str, tuple[Parameter, str]] = {}
        for term in self.terms:
            for p in term.parameters:
                first, where = seen.setdefault(p.name, (p, term.name))
                if first.definition != p.definition:
                    raise InputError(
                        f"parameter {p.name!r} is defined differently in {where!r} ({first.describe()}) and in "
                        f"{term.name!r} ({p.describe()}). One name is one parameter: make the definitions equal, or "
                        "rename one of them if the causes differ."
                    )

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Every parameter once, in order of first appearance."""
        found: dict[str, Parameter] = {}
        for term in self.terms:
            for p in term.parameters:
                found.setdefault(p.name, p)
        return tuple(found.values())

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names in the order of the argument of `objective`."""
        return tuple(p.name for p in self.parameters)

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography of all terms, each once."""
        return tuple(dict.fromkeys(key for term in self.terms for key in term.citations))

    @cached_property
    def data(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Counts of all terms, one after the other [n_bins] (counts)."""
        return np.concatenate([t.data for t in self.terms])

    @cached_property
    def compiled(self) -> dict[Any, Any]:
        """Functions compiled for this likelihood, kept as long as it lives."""
        return {}

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of that name."""
        for p in self.parameters:
            if p.name == name:
                return p
        raise InputError(
            f"unknown parameter {name!r}.{nearest(str(name), self.names)} Allowed: {', '.join(self.names) or 'none'}."
        )

    def counts(self, values: Mapping[str, Any]) -> Array:
        """Compute the expected counts of all terms [n_bins] at the named values."""
        return jnp.concatenate([t.counts(values) for t in self.terms])

    def constraint(self, values: Mapping[str, Any]) -> Any:
        """Compute sum ((p - value)/sigma)^2 over the constrained parameters, each once."""
        return sum(
            (((values[p.name] - p.value) / p.sigma) ** 2 for p in self.parameters if p.sigma is not None), 0.0
        )

    @cached_property
    def _parts(self) -> tuple[tuple[Term, slice], ...]:
        """Every term with its bins; neighbouring Poisson terms share one entry, since their form is the same."""
        parts: list[tuple[Term, slice]] = []
        begin = 0
        for term in self.terms:
            end = begin + term.data.size
            if parts and isinstance(term, BinnedPoisson) and isinstance(parts[-1][0], BinnedPoisson):
                parts[-1] = (parts[-1][0], slice(parts[-1][1].start, end))
            else:
                parts.append((term, slice(begin, end)))
            begin = end
        return tuple(parts)

    def deviance(self, mu: Any, n: Any) -> Array:
        """Compute -2 ln L of each bin of all terms [n_bins] for observed counts n, constraints left out."""
        return jnp.concatenate([term.deviance(mu[bins], n[bins]) for term, bins in self._parts])

    def slopes(self, mu: Any, n: Any) -> tuple[Array, Array]:
        """Compute first and second derivative of `deviance` by mu, bin by bin."""
        pairs = [term.slopes(mu[bins], n[bins]) for term, bins in self._parts]
        return jnp.concatenate([pair[0] for pair in pairs]), jnp.concatenate([pair[1] for pair in pairs])

    def draw(self, generator: np.random.Generator, mu: Any, toys: int) -> np.ndarray:
        """Draw observed counts of all terms [toys, n_bins] around expected ones."""
        ends = np.cumsum([0, *(term.data.size for term in self.terms)])
        return np.concatenate(
            [
                t.draw(generator, mu[i:j], toys)
                for t, i, j in zip(self.terms, ends[:-1], ends[1:], strict=True)
            ],
            axis=1,
        )

    def objective(self, theta: Any) -> Any:
        """Compute -2 ln L, saturated, at ``theta`` [n_parameters], ordered as `names`; traceable."""
        values = {name: theta[i] for i, name in enumerate(self.names)}
        return jnp.sum(self.deviance(self.counts(values), self.data)) + self.constraint(values)

    def impossible_bin(self, mu: Any) -> str:
        """Say which bin has likelihood zero at the expected counts ``mu`` [n_bins] of all terms; "" if none."""
        mu, begin = np.asarray(mu), 0
        for term in self.terms:
            said = term.impossible(mu[begin : begin + term.data.size])
            if said:
                return said if len(self.terms) == 1 else f"{term.name}: {said}"
            begin += term.data.size
        return ""

    def __add__(self, other: Term | Likelihood) -> Likelihood:
        if isinstance(other, BinnedPoisson | MeasuredCounts):
            other = Likelihood((other,))
        if not isinstance(other, Likelihood):
            return NotImplemented
        return Likelihood(self.terms + other.terms)

    def __repr__(self) -> str:
        inside = " + ".join(f"{t.name} ({t.data.size} bins)" for t in self.terms)
        return f"Likelihood({inside}; parameters: {', '.join(self.names)})"

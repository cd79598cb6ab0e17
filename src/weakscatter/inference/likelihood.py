"""Likelihoods of counts with Gaussian constraints; they add, and equal names are one parameter.

The objective is the saturated form (Baker and Cousins, Nucl. Instrum. Meth. 221 (1984) 437, eq. 8)

    -2 ln L = 2 sum_b [mu_b - n_b + n_b ln(n_b / mu_b)] + sum_p ((p - value_p)/sigma_p)^2,

where a bin with n = 0 contributes 2 mu, and each constraint counts once however many terms share it. A term of
counts published with errors (`weakscatter.inference.measured`) or of unbinned events (`weakscatter.inference.unbinned`)
contributes its own form instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Protocol, runtime_checkable

import jax.numpy as jnp
import numpy as np
from jax import Array

from weakscatter.inference.parameter import Parameter
from weakscatter.provenance.errors import InputError, nearest


@runtime_checkable
class Term(Protocol):
    """What a likelihood is made of: a measurement with its prediction. Built in: `BinnedPoisson`, `UnbinnedPoisson`, `MeasuredCounts`.

    All arrays hold one number for each datum [n]; ``deviance`` and ``slopes`` work datum by datum, so that one Newton step
    serves every kind of term.
    """

    SHARED_FORM: ClassVar[bool]
    """Whether neighbouring terms of this class can be evaluated as one."""

    @property
    def name(self) -> str:
        """Name of the measurement."""

    @property
    def data(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Observed data [n]."""

    @property
    def expected(self) -> Callable[[Mapping[str, Any]], Any]:
        """Prediction [n] as a function of named values, traceable."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What the prediction reads."""

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography."""

    @property
    def degrees(self) -> int | None:
        """Number of data that a chi2 would have; None where the size of -2 ln L says nothing."""

    def counts(self, values: Mapping[str, Any]) -> Array:
        """Compute the prediction [n]."""

    def deviance(self, mu: Any, n: Any) -> Array:
        """Compute the parts [n] of -2 ln L for data ``n``."""

    def slopes(self, mu: Any, n: Any) -> tuple[Array, Array]:
        """Compute first and second derivative of `deviance` by mu; the second is not negative."""

    def draw(self, generator: np.random.Generator, mu: Any, toys: int) -> np.ndarray:
        """Draw data [toys, n] around a prediction."""

    def typical(self, mu: Any) -> np.ndarray:
        """Return the data [n] that a prediction leads to expect."""

    def impossible(self, mu: Any) -> str:
        """Say which datum has likelihood zero; "" if none."""


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
                "a likelihood needs at least one measurement, got none. Pass BinnedPoisson, UnbinnedPoisson or "
                "MeasuredCounts objects."
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
        """Every term with its bins; neighbouring terms of one form share an entry."""
        parts: list[tuple[Term, slice]] = []
        begin = 0
        for term in self.terms:
            end = begin + term.data.size
            if parts and term.SHARED_FORM and type(parts[-1][0]) is type(term):
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

    def typical(self, mu: Any) -> np.ndarray:
        """Return the data of all terms [n_bins] that expected counts ``mu`` [n_bins] describe best (Asimov data)."""
        ends = np.cumsum([0, *(term.data.size for term in self.terms)])
        mu = np.asarray(mu, dtype=np.float64)
        return np.concatenate(
            [t.typical(mu[i:j]) for t, i, j in zip(self.terms, ends[:-1], ends[1:], strict=True)]
        )

    @property
    def degrees(self) -> int | None:
        """Number of data that a chi2 would have; None where a term is unbinned and has none."""
        each = [term.degrees for term in self.terms]
        return None if None in each else sum(n for n in each if n is not None)

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
        if not isinstance(other, Likelihood) and isinstance(other, Term):
            other = Likelihood((other,))
        if not isinstance(other, Likelihood):
            return NotImplemented
        return Likelihood(self.terms + other.terms)

    def __repr__(self) -> str:
        inside = " + ".join(f"{t.name} ({t.data.size} bins)" for t in self.terms)
        return f"Likelihood({inside}; parameters: {', '.join(self.names)})"

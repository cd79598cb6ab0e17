"""Gaussian least squares on energies with the steady-state background subtracted: the analysis of the early papers.

    chi2 = sum_b [(n_b - S_b - sum over components mu_b) / sigma_b]^2 + pulls,
    sigma_b^2 = n_b + S_b / r + sum over shape errors (s B_b)^2,

with the events n, the steady-state background S measured in r times the exposure, and an uncorrelated error s of the
nominal shape of a background B (arXiv:1710.02730, arXiv:2008.05022). It treats a count as Gaussian with the variance
seen, so use it to compare; the Poisson forms are better.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from weakscatter.experiments.summed import Summed
from weakscatter.inference import MeasuredCounts


@dataclass(frozen=True, eq=False)
class Subtraction:
    """What an experiment states about its subtracted background.

    Parameters
    ----------
    parameters : names that only move the subtracted component, and are dropped with it.
    ratio : exposure in which it was measured over that of the data, r.
    total : its counts; None for those of the component itself.
    shape_errors : {component: relative uncorrelated error of each bin}.
    component : its name.
    """

    parameters: tuple[str, ...]
    ratio: float = 1.0
    total: float | None = None
    shape_errors: Mapping[str, float] = field(default_factory=dict)
    component: str = "steady_state"


@dataclass(frozen=True, eq=False)
class LeastSquares(Summed):
    """An experiment's energies with its steady-state background subtracted; data [b, 1], may be negative."""

    statistic: str = "least-squares"

    @property
    def subtraction(self) -> Subtraction:
        rule: Subtraction = self.experiment.subtraction
        return rule

    @property
    def title(self) -> str:
        return f"{self.experiment.title}, energies less {self.subtraction.component.replace('_', ' ')}"

    @property
    def parameters(self) -> tuple[Any, ...]:
        return tuple(p for p in self.experiment.parameters if p.name not in self.subtraction.parameters)

    @property
    def scalings(self) -> tuple[Any, ...]:
        return tuple(s for s in self.experiment.scalings if s.parameter not in self.subtraction.parameters)

    @cached_property
    def _nominal(self) -> dict[str, np.ndarray]:
        """Components [b, 1] without a signal."""
        shape = np.shape(self.experiment.data)
        components = super().components(np.zeros((shape[0], shape[-1])), {})
        return {name: np.asarray(counts) for name, counts in components.items()}

    @cached_property
    def subtracted(self) -> np.ndarray:
        """Counts that were taken away [b, 1]."""
        rule = self.subtraction
        counts = self._nominal[rule.component]
        return counts if rule.total is None else counts * (rule.total / counts.sum())

    @property
    def data(self) -> np.ndarray:
        """Events less the steady-state background [b, 1]."""
        return super().data - self.subtracted

    @cached_property
    def errors(self) -> np.ndarray:
        """Standard deviation of `data` [b, 1]."""
        rule = self.subtraction
        shape = sum((share * self._nominal[name]) ** 2 for name, share in rule.shape_errors.items())
        return np.sqrt(super().data + self.subtracted / rule.ratio + shape)

    @property
    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the errors of `data` [b, 1]."""
        return self.data - self.errors, self.data + self.errors

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        everything = super().components(signal, values)
        return {name: counts for name, counts in everything.items() if name != self.subtraction.component}

    def term(self, expected: Callable[..., Any], parameters: tuple[Any, ...]) -> MeasuredCounts:
        """Its term of a likelihood: Gaussians of `errors`."""
        errors = self.errors.ravel()
        return MeasuredCounts(self.name, self.data.ravel(), errors, errors, expected, parameters)

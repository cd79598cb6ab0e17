"""CsI 2017 as its first re-analyses took it: coincident minus anti-coincident events per energy bin, Gaussian errors.

    chi2 = sum_i [(C_i - A_i - (1 + a) S_i - (1 + b) B_i)/sigma_i]^2 + (a/sigma_a)^2 + (b/sigma_b)^2,
    sigma_i^2 = C_i + A_i + B_i

(cadeddu2017, 12 bins of 2 photoelectrons). Kept to compare with those papers: the Poisson likelihood of the experiment
uses the arrival times and knows the background better.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from weakscatter.experiments import experiment
from weakscatter.inference import MeasuredCounts, Parameter
from weakscatter.response import Helm


@dataclass(frozen=True, eq=False)
class GaussianResiduals:
    """The experiment; signal systematics in one, as in those papers."""

    form_factor: Any = field(default_factory=Helm)
    name = "coherent_csi_2017_residuals"
    title = "COHERENT CsI 2017, residuals"
    citations = ("coherent2017", "coherent2017data", "cadeddu2017")
    time_label = "exposure"
    time_edges = np.array([0.0, 1.0])

    @cached_property
    def _full(self) -> Any:
        return experiment("coherent_csi_2017", systematics="lump", form_factor=self.form_factor)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(p for p in self._full.parameters if p.name != "steady_state_csi_2017")

    @property
    def replaces(self) -> Mapping[str, tuple[str, ...]]:
        replaces: Mapping[str, tuple[str, ...]] = self._full.replaces
        return replaces

    @property
    def scalings(self) -> tuple[Any, ...]:
        return tuple(scaling for scaling in self._full.scalings if "steady_state" not in scaling.components)

    @property
    def energy_label(self) -> str:
        return str(self._full.energy_label)

    @property
    def energy_edges(self) -> np.ndarray:
        return np.asarray(self._full.energy_edges)

    @property
    def data(self) -> np.ndarray:
        """Coincident minus anti-coincident events [b, 1]."""
        return np.asarray((self._full.data - self._full.anticoincident).sum(axis=1, keepdims=True))

    @cached_property
    def errors(self) -> np.ndarray:
        """sigma_i [b, 1]."""
        neutrons = self._full.components(np.zeros_like(self._full.data), {})["brn"]
        return np.asarray(np.sqrt((self._full.data + self._full.anticoincident + neutrons).sum(axis=1, keepdims=True)))

    def build(self, theory: Any, values: Mapping[str, Any]) -> Any:
        """The model of the full experiment."""
        return self._full.build(theory, values)

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """Signal and prompt neutrons [b, 1]."""
        parts = self._full.components(signal, values)
        return {name: parts[name].sum(axis=1).reshape(-1, 1) for name in ("cevns", "brn")}

    def term(
        self, expected: Callable[[Mapping[str, Any]], Any], parameters: tuple[Parameter, ...]
    ) -> MeasuredCounts:
        """Gaussian errors of the residuals."""
        errors = self.errors.ravel()
        return MeasuredCounts(self.name, self.data.ravel(), errors, errors, expected, parameters)

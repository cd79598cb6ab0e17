"""What every first reading of a CEvNS data set computes: predicted and fitted counts, their errors, significance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any, ClassVar

import numpy as np

from weakscatter.experiments import Analysis, analyse, joint_likelihood
from weakscatter.inference import FitResult, fit
from weakscatter.model import Budget, error_budget


def fitted_value(result: FitResult, name: str) -> float:
    """The best-fit value of a parameter.

    Raises
    ------
    ArithmeticError : the fit did not converge.
    """
    value = result.best_fit[name].value
    if value is None:
        raise ArithmeticError(f"The fit of {name} did not converge: {result.status}. {result.advice}")
    return float(value)


@dataclass(frozen=True, eq=False)
class SignalResults:
    """Computed from one experiment, each number once.

    A class for one data set names `normalisations`, the pulls that a measurement of the counts themselves leaves out,
    and `backgrounds`, those that do not move the signal.
    """

    experiment: Any

    normalisations: ClassVar[tuple[str, ...]] = ()
    backgrounds: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def prediction(self) -> Analysis:
        """The Standard Model with the signal's strength free."""
        return analyse(self.experiment, free=["signal_strength"])

    def predicted(self, component: str) -> float:
        """Predicted counts of a component in the window."""
        return float(self.prediction.predict()[component].sum())

    @cached_property
    def predicted_counts(self) -> float:
        return self.predicted("cevns")

    @cached_property
    def budget(self) -> Budget:
        """Error of the predicted counts by cause."""
        return error_budget(
            lambda values: float(self.prediction.predict(values)["cevns"].sum()),
            [p for p in self.prediction.parameters if p.constrained and p.name not in self.backgrounds],
        )

    @cached_property
    def _counting(self) -> Analysis:
        held = dict.fromkeys(self.normalisations, 0.0)
        return analyse(self.experiment, free=["signal_strength"], fixed=held)

    @cached_property
    def strength_fit(self) -> FitResult:
        """Signal strength with every systematic uncertainty."""
        return fit(joint_likelihood([self.prediction]))

    @cached_property
    def counts_fit(self) -> FitResult:
        """Signal strength with shape and background systematics; normalisation pulls held."""
        return fit(joint_likelihood([self._counting]))

    def _counts_at(self, strength: float) -> float:
        best = {name: estimate.value for name, estimate in self.counts_fit.best_fit.items()}
        values = {name: value for name, value in best.items() if value is not None}
        values["signal_strength"] = strength
        return float(self._counting.predict(values)["cevns"].sum())

    @cached_property
    def fitted_counts(self) -> tuple[float, float, float]:
        """Fitted CEvNS counts in the window, with errors (minus, plus)."""
        strength = self.counts_fit.best_fit["signal_strength"]
        assert strength.value is not None
        assert strength.minus is not None
        assert strength.plus is not None
        counts = self._counts_at(strength.value)
        return counts, counts * abs(strength.minus) / strength.value, counts * strength.plus / strength.value

    @cached_property
    def significance(self) -> float:
        """Rejection of no CEvNS in standard deviations, sqrt of the rise of -2 ln L at zero strength."""
        without = fit(joint_likelihood([self._counting]), fixed={"signal_strength": 0.0}, errors="hesse")
        assert without.minimum is not None
        assert self.counts_fit.minimum is not None
        return sqrt(without.minimum - self.counts_fit.minimum)

    @property
    def observed(self) -> tuple[int, int]:
        """Beam-coincident and anti-coincident events in the window."""
        return int(np.sum(self.experiment.data)), int(np.sum(self.experiment.anticoincident))

"""Our numbers for COHERENT CsI 2021: prediction, fits and limits, each computed once and kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from math import sqrt
from typing import Any

import numpy as np

from weakscatter.experiments import Analysis, analyse, experiment, joint_likelihood
from weakscatter.inference import FitResult, LimitResult, fit, limit
from weakscatter.interactions import Weak
from weakscatter.model import Budget, error_budget, recoil_counts
from weakscatter.response import Point

#: Normalisation pulls, which a measurement of the counts themselves leaves out.
NORMALISATIONS = {"sns_flux": 0.0, "form_factor_csi": 0.0}

#: Electromagnetic properties with a published interest, by family.
FAMILIES = {
    "charge radii": ("charge_radius_ee", "charge_radius_mumu", "charge_radius_emu", "charge_radius_etau",
                     "charge_radius_mutau"),
    "millicharges": ("millicharge_ee", "millicharge_mumu", "millicharge_emu", "millicharge_etau",
                     "millicharge_mutau"),
    "magnetic moments": ("magnetic_moment_e", "magnetic_moment_mu"),
}  # fmt: skip


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
class CsI2021:
    """Everything computed from the data set with its default settings."""

    experiment: Any = field(default_factory=lambda: experiment("coherent_csi_2021"))

    @cached_property
    def prediction(self) -> Analysis:
        """The Standard Model with the signal's strength free."""
        return analyse(self.experiment, free=["signal_strength"])

    @cached_property
    def predicted_counts(self) -> float:
        return float(self.prediction.predict()["cevns"].sum())

    @cached_property
    def budget(self) -> Budget:
        """Error of the predicted counts by cause."""
        return error_budget(
            lambda values: float(self.prediction.predict(values)["cevns"].sum()),
            [p for p in self.prediction.parameters if p.constrained and p.name not in self._background_pulls],
        )

    _background_pulls = ("brn_csi", "nin_csi", "steady_state_csi")

    @cached_property
    def _counting(self) -> Analysis:
        return analyse(self.experiment, free=["signal_strength"], fixed=NORMALISATIONS)

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

    @cached_property
    def radius_fit(self) -> FitResult:
        """Common neutron radius of Cs and I, with all systematics but the form factor's."""
        return fit(joint_likelihood([analyse(self.experiment, free=["neutron_radius_CsI"])]))

    @cached_property
    def coherence_loss(self) -> float:
        """Preference of the fitted radius over point-like nuclei, in standard deviations."""
        point = experiment("coherent_csi_2021", form_factor=Point())
        coherent = fit(joint_likelihood([analyse(point, fixed={"form_factor_csi": 0.0})]), errors="hesse")
        assert coherent.minimum is not None
        assert self.radius_fit.minimum is not None
        return sqrt(coherent.minimum - self.radius_fit.minimum)

    @cached_property
    def angle_fit(self) -> FitResult:
        """Weak mixing angle; it moves the tree part of the couplings."""
        return fit(joint_likelihood([analyse(self.experiment, free=["sin2_theta_w"])]))

    @property
    def measured_cross_section(self) -> float:
        """Fitted over predicted counts times the predicted cross section (MeV^-2)."""
        return self.fitted_counts[0] / self.predicted_counts * self.mean_cross_section

    @cached_property
    def mean_cross_section(self) -> float:
        """Standard-Model cross section (MeV^-2) averaged over the three fluxes and over Cs and I."""
        model = self.experiment.build(Weak(), {})
        counts = recoil_counts(model.beam, model.targets, Weak())
        fluence = sum(float(component.fluence) for component in model.beam.components)
        number = sum(float(target.number) for target in model.targets)
        return float(sum(float(n) for n in counts.values()) / (fluence * number))

    def limits(self, names: Iterable[str], *, profiled: bool) -> dict[str, LimitResult]:
        """90 % intervals of parameters of one family, each alone or with the others of the family profiled."""
        names = tuple(names)
        likelihood = joint_likelihood([analyse(self.experiment, free=names)])
        result = {}
        for name in names:
            others = [other for other in names if other != name]
            standard = {other: likelihood.parameter(other).value for other in others}
            result[name] = limit(likelihood, name, 0.90, profile=others if profiled else (),
                                 fixed=None if profiled else standard)  # fmt: skip
        return result

    @property
    def observed(self) -> tuple[int, int]:
        """Beam-coincident and anti-coincident events in the window."""
        return int(np.sum(self.experiment.data)), int(np.sum(self.experiment.anticoincident))

"""Our numbers for COHERENT LAr 2020: prediction and the three-dimensional fit, with the official signal and with ours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import sqrt
from typing import Any

import numpy as np

from weakscatter.experiments import Analysis, analyse, experiment, joint_likelihood
from weakscatter.inference import BinnedPoisson, FitResult, Likelihood, Parameter, fit
from weakscatter.interactions import Weak
from weakscatter.model import Budget, error_budget, recoil_counts

#: Held where only the numbers of events are fitted, as in the published statistical result.
SHAPES = dict.fromkeys(("f90_lar", "brn_energy_lar", "brn_time_lar", "brn_width_lar", "quenching_lar_0", "quenching_lar_1"), 0.0)  # fmt: skip
NORMALISATIONS = dict.fromkeys(("sns_flux", "form_factor_lar", "mass_lar", "psd_lar"), 0.0)
BACKGROUNDS = ("brn", "brn_delayed", "steady_state")


@dataclass(frozen=True, eq=False)
class Fitted:
    """Events of each component at the best fit: value, minus, plus; and the rejection of no signal (sigma)."""

    events: dict[str, tuple[float, float, float]]
    significance: float


@dataclass(frozen=True, eq=False)
class LAr2020:
    """Everything computed from the data set."""

    @cached_property
    def prediction(self) -> Analysis:
        """The Standard Model with the signal's strength free, every systematic uncertainty alive."""
        return analyse(experiment("coherent_lar_2020"), free=["signal_strength"])

    @cached_property
    def predicted_counts(self) -> float:
        return float(self.prediction.predict()["cevns"].sum())

    @cached_property
    def budget(self) -> Budget:
        """Error of the predicted counts by cause."""
        causes = (
            "sns_flux",
            "form_factor_lar",
            "mass_lar",
            "psd_lar",
            "quenching_lar_0",
            "quenching_lar_1",
            "sns_pulse_lar",
        )
        return error_budget(
            lambda values: float(self.prediction.predict(values)["cevns"].sum()),
            [parameter for parameter in self.prediction.parameters if parameter.name in causes],
        )  # fmt: skip

    @cached_property
    def official(self) -> Fitted:
        """The three-dimensional fit of four numbers of events with the official signal template."""
        return _statistical("official")

    @cached_property
    def own(self) -> Fitted:
        """The same fit with the signal predicted from flux to detector."""
        return _statistical("predicted")

    @cached_property
    def systematic_fit(self) -> FitResult:
        """Signal strength with every systematic uncertainty, our signal."""
        return fit(joint_likelihood([self.prediction]))

    @cached_property
    def angle_fit(self) -> FitResult:
        """Weak mixing angle; it moves the tree part of the couplings."""
        return fit(joint_likelihood([analyse(experiment("coherent_lar_2020"), free=["sin2_theta_w"])]))

    @cached_property
    def mean_cross_section(self) -> float:
        """Standard-Model cross section (MeV^-2) averaged over the three fluxes, per argon nucleus."""
        model = experiment("coherent_lar_2020").build(Weak(), {})
        counts = recoil_counts(model.beam, model.targets, Weak())
        fluence = sum(float(component.fluence) for component in model.beam.components)
        number = sum(float(target.number) for target in model.targets)
        return float(sum(float(n) for n in counts.values()) / (fluence * number))

    @property
    def measured_cross_section(self) -> float:
        """Fitted over predicted events, both with the official template, times our cross section (MeV^-2)."""
        template = _signal("official").sum()
        return self.official.events["cevns"][0] / float(template) * self.mean_cross_section


@lru_cache(maxsize=2)
def _counting(signal: str) -> Analysis:
    setup = experiment("coherent_lar_2020", signal=signal)
    pulse = {p.name: p.value for p in setup.parameters if p.name == "sns_pulse_lar"}
    return analyse(setup, free=["signal_strength"], fixed={**SHAPES, **NORMALISATIONS, **pulse})


def _signal(signal: str) -> np.ndarray:
    """Nominal signal [b, f, s] (counts)."""
    return np.asarray(_counting(signal).predict()["cevns"])


def _statistical(signal: str) -> Fitted:
    analysis = _counting(signal)
    likelihood = joint_likelihood([analysis])
    result = fit(likelihood)
    without = fit(likelihood, fixed={"signal_strength": 0.0}, errors="hesse")
    nominal = {name: float(counts.sum()) for name, counts in analysis.predict().items()}
    events = {}
    for name, offset, parameter in (
        ("cevns", 0.0, "signal_strength"),
        *((name, 1.0, f"{name}_lar") for name in BACKGROUNDS),
    ):
        found = result.best_fit[parameter]
        if found.value is None or found.minus is None or found.plus is None:
            raise ArithmeticError(
                f"The fit of {parameter} did not converge: {result.status}. {result.advice}"
            )
        low, best, high = (nominal[name] * n for n in (abs(found.minus), offset + found.value, found.plus))
        events[name] = (best, low, high)
    assert result.minimum is not None
    assert without.minimum is not None
    return Fitted(events, sqrt(without.minimum - result.minimum))


@dataclass(frozen=True)
class TemplateStep:
    """The fitted signal events after one property of the official template was replaced by ours, and the change."""

    change: str
    events: float
    difference: float


def compare_templates() -> tuple[dict[str, np.ndarray], tuple[TemplateStep, ...]]:
    """Our signal beside the official one, and why the fits differ.

    Returns
    -------
    projections : {"energy", "time"} -> array [2, bins], official and ours (counts).
    steps : from the official template to ours: energy spectrum, time distribution, and the correlation of the two,
        which the official template (a product of energy and time) leaves out although the prompt line is softer than the
        delayed spectra.
    """
    official, own = _signal("official"), _signal("predicted")
    projections = {
        "energy": np.stack([official.sum(axis=(1, 2)), own.sum(axis=(1, 2))]),
        "time": np.stack([official.sum(axis=(0, 1)), own.sum(axis=(0, 1))]),
    }
    shares = own.sum(axis=2) / own.sum(axis=(1, 2))[:, None]
    (_, energy_own), (time, time_own) = projections["energy"], projections["time"]

    def product(energy: np.ndarray, time: np.ndarray) -> np.ndarray:
        return np.asarray(shares[:, :, None] * np.outer(energy / energy.sum(), time / time.sum())[:, None, :])

    shapes = {
        "official template": official / official.sum(),
        "energy spectrum ours": product(energy_own, time),
        "energy and time ours, uncorrelated": product(energy_own, time_own),
        "energy and time ours, correlated": own / own.sum(),
    }
    steps: list[TemplateStep] = []
    for change, shape in shapes.items():
        events = _events_with(shape)
        steps.append(TemplateStep(change, events, events - steps[-1].events if steps else 0.0))
    return projections, tuple(steps)


def _events_with(shape: np.ndarray) -> float:
    """Fitted signal events for a signal of this shape [b, f, s], everything else as in `_statistical`."""
    analysis = _counting("official")
    pulls = [p for p in analysis.parameters if p.name in {f"{name}_lar" for name in BACKGROUNDS}]
    parts = {name: np.asarray(counts).ravel() for name, counts in analysis.predict().items()}

    def expected(values: Any) -> Any:
        backgrounds = sum((1 + values[f"{name}_lar"]) * parts[name] for name in BACKGROUNDS)
        return values["events"] * shape.ravel() + backgrounds

    data = np.asarray(analysis.experiment.data, float).ravel()
    term = BinnedPoisson("lar", data, expected, (Parameter("events", 128.0, lower=0.0, upper=2000.0), *pulls))
    found = fit(Likelihood((term,)), errors="hesse").best_fit["events"].value
    assert found is not None
    return float(found)

"""What a posterior is: draws with their diagnostics, credible intervals and marginal densities."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import gaussian_kde

from weakscatter.inference import report
from weakscatter.inference.limit_result import LimitResult
from weakscatter.inference.newton import Floats
from weakscatter.provenance.errors import InputError, nearest

End = float | None
POINTS = 201
"""Points of a marginal density."""


@dataclass(frozen=True, eq=False)
class PosteriorResult:
    """Draws from a posterior.

    Parameters
    ----------
    parameter, unit, confidence, sides : what was asked
    status, converged : whether the diagnostics allow to use the numbers
    prior : {free parameter: word}; constrained ones have their constraint
    samples : {name: array [chains, draws]}
    bounds : {name: (lower, upper)}
    fixed : {name: value}
    r_hat, effective : {name: split R-hat, effective number of samples}
    divergent : share of divergent steps
    settings : numbers of draws and seed; citations : keys of the bibliography
    """

    parameter: str
    unit: str
    confidence: float
    sides: str
    status: str
    converged: bool
    prior: dict[str, str]
    samples: dict[str, Floats]
    bounds: dict[str, tuple[float, float]]
    fixed: dict[str, float]
    r_hat: dict[str, float]
    effective: dict[str, float]
    divergent: float
    settings: dict[str, Any] = field(default_factory=dict)
    citations: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What the interval is."""
        words = {
            "two": "central credible interval",
            "upper": "upper credible limit",
            "lower": "lower credible limit",
        }
        return f"{words[self.sides]}, prior {self.prior.get(self.parameter, 'of the constraint')} in {self.parameter}"

    def draws(self, name: str | None = None) -> Floats:
        """Return all draws [n] of one parameter, by default the one that was asked for."""
        name = self.parameter if name is None else name
        if name not in self.samples:
            raise InputError(
                f"{name!r} was not sampled.{nearest(name, self.samples)} Sampled: {', '.join(self.samples)}."
            )
        return self.samples[name].ravel()

    def mean(self, name: str | None = None) -> float:
        """Posterior mean."""
        return float(np.mean(self.draws(name)))

    def deviation(self, name: str | None = None) -> float:
        """Posterior standard deviation."""
        return float(np.std(self.draws(name), ddof=1))

    def interval(self, name: str | None = None) -> tuple[End, End]:
        """Return the credible interval; ends at a bound for one-sided limits; (None, None) without convergence."""
        if not self.converged:
            return None, None
        name = self.parameter if name is None else name
        x, tail = self.draws(name), 1 - self.confidence
        lower, upper = (end if math.isfinite(end) else None for end in self.bounds[name])
        if self.sides == "upper":
            return lower, float(np.quantile(x, self.confidence))
        if self.sides == "lower":
            return float(np.quantile(x, tail)), upper
        low, high = np.quantile(x, [tail / 2, 1 - tail / 2])
        return float(low), float(high)

    def error_of_end(self, probability: float) -> float:
        """Monte Carlo error of the quantile of a probability, from the effective number of samples."""
        x = self.draws()
        step = math.sqrt(probability * (1 - probability) / self.effective[self.parameter])
        low, high = np.quantile(x, np.clip([probability - step, probability + step], 0.0, 1.0))
        return float(high - low) / 2

    def marginal(self, name: str | None = None, points: Floats | None = None) -> tuple[Floats, Floats]:
        """Return points [n] and the marginal density [n] (per unit of the parameter), reflected at its bounds."""
        name = self.parameter if name is None else name
        x, (lower, upper) = self.draws(name), self.bounds[name]
        spread = float(np.std(x))
        if points is None:
            low, high = np.quantile(x, [0.0005, 0.9995])
            margin = 0.5 * spread
            points = np.linspace(max(low - margin, lower), min(high + margin, upper), POINTS)
        kde = gaussian_kde(x)
        density = kde(points)
        for bound in (lower, upper):
            if math.isfinite(bound) and abs(np.median(x) - bound) < 8 * spread:
                density = density + kde(2 * bound - points)
        return points, density

    def __repr__(self) -> str:
        return f"PosteriorResult({self.summary()})"

    def summary(self) -> str:
        """Return one paragraph."""
        if not self.converged:
            return f"{self.parameter}: no number; {self.status}"
        low, high = self.interval()
        unit = f" {self.unit}" if self.unit else ""
        ends = ", ".join("none" if end is None else f"{end:.4g}" for end in (low, high))
        others = ", ".join(name for name in self.samples if name != self.parameter)
        return (
            f"{self.parameter} in [{ends}]{unit} at {100 * self.confidence:g} % ({self.kind}); mean {self.mean():.4g}, standard "
            f"deviation {self.deviation():.3g}; {self.effective[self.parameter]:.0f} effective samples, R-hat "
            f"{self.r_hat[self.parameter]:.4f}; marginalised: {others or 'none'}"
        )

    def table(self) -> list[report.Row]:
        """Return one row for each sampled parameter."""
        rows = []
        for name in self.samples:
            low, high = self.interval(name)
            rows.append({
                "parameter": name, "mean": self.mean(name), "deviation": self.deviation(name), "lower": low, "upper": high,
                "r_hat": self.r_hat[name], "effective": self.effective[name],
            })  # fmt: skip
        return rows

    def _repr_html_(self) -> str:
        return report.html_table(self.table(), self.kind, (self.status,))

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            **{name: getattr(self, name) for name in (
                "parameter", "unit", "confidence", "sides", "status", "converged", "prior", "fixed", "r_hat", "effective",
                "divergent", "settings", "kind",
            )},
            "samples": {name: x.tolist() for name, x in self.samples.items()},
            "bounds": {n: [e if math.isfinite(e) else None for e in pair] for n, pair in self.bounds.items()},
            "citations": list(self.citations),
        }  # fmt: skip

    def save(self, path: str | Path) -> Path:
        """Write the result as JSON, whole or not at all; `load` reads it back."""
        return report.save("posterior", self.to_dict(), path)

    @classmethod
    def load(cls, path: str | Path) -> PosteriorResult:
        """Read what `save` wrote; `InputError` for any other file."""
        c = report.read_result("posterior", path)
        try:
            bounds = {
                n: (-math.inf if low is None else low, math.inf if high is None else high)
                for n, (low, high) in c["bounds"].items()
            }
            return cls(
                c["parameter"], c["unit"], c["confidence"], c["sides"], c["status"], c["converged"], c["prior"],
                {name: report.array_of(x) for name, x in c["samples"].items()}, bounds, c["fixed"], c["r_hat"], c["effective"],
                c["divergent"], c["settings"], tuple(c["citations"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise report.missing_content("posterior", path, error) from None


@dataclass(frozen=True, eq=False)
class ProfileAndMarginal:
    """The same question answered twice: the profile likelihood's interval, and the posterior's."""

    profile: LimitResult
    marginal: PosteriorResult

    @property
    def converged(self) -> bool:
        """Whether both may be used."""
        return self.profile.converged and self.marginal.converged

    def table(self) -> list[report.Row]:
        """Return one row for each interval."""
        rows: list[report.Row] = [
            {"kind": self.profile.kind, "lower": low, "upper": high, "unit": self.profile.unit}
            for low, high in self.profile.intervals or ((None, None),)
        ]
        low, high = self.marginal.interval()
        return [*rows, {"kind": self.marginal.kind, "lower": low, "upper": high, "unit": self.marginal.unit}]

    def summary(self) -> str:
        """Return both, one a line."""
        return f"{self.profile.summary()}\n{self.marginal.summary()}"

    def __repr__(self) -> str:
        return f"ProfileAndMarginal({self.summary()})"

    def _repr_html_(self) -> str:
        return report.html_table(
            self.table(), f"{self.profile.parameter}, {100 * self.profile.confidence:g} %"
        )

"""Our numbers for Dresden-II: preference for a signal with each quenching, and for none in the outages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scipy.special import chdtrc

from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.inference import fit, profile_batch


@dataclass(frozen=True)
class Preference:
    """Fitted CEvNS strength with its error, and what it says about no signal and about the Standard Model.

    ``rise`` and ``rise_standard`` are those of -2 ln L from the best fit to strength zero and one.
    """

    strength: float
    error: float
    rise: float
    rise_standard: float
    minimum: float

    @property
    def p(self) -> float:
        """Probability of a larger rise without a signal, chi2 with one degree of freedom."""
        return float(chdtrc(1, self.rise))


@lru_cache(maxsize=8)
def no_signal(quenching: str = "fef", period: str = "on", resolution: str = "truncated") -> Preference:
    """Fit the strength of the signal, reactor flux held, beside the backgrounds."""
    setup = experiment("dresden_ii", quenching=quenching, period=period, resolution=resolution)
    joined = joint_likelihood([analyse(setup, free=["signal_strength"], fixed={"reactor_flux_dresden": 0.0})])
    best = fit(joined, errors="hesse")
    strength = best.best_fit["signal_strength"]
    q = profile_batch(joined, ["signal_strength"], [[0.0], [1.0]]).q
    assert best.minimum is not None
    assert strength.value is not None
    assert strength.plus is not None
    rises = [max(float(value) - best.minimum, 0.0) for value in q]
    return Preference(strength.value, strength.plus, rises[0], rises[1], best.minimum)


def dresden_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything}."""
    return {
        "colaresi2022.p_no_signal": lambda results: no_signal().p,
        "colaresi2022.strength_excluded": lambda results: 1.645 * no_signal().error,
    }

"""Our numbers for experiments that published one count: prediction, significance, limit, each computed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from math import sqrt
from typing import Any

import numpy as np

from weakscatter.experiments import Analysis, analyse, experiment, joint_likelihood
from weakscatter.flux.fission import FRACTIONS
from weakscatter.flux.reactor import energy_per_fission, quoted_yield
from weakscatter.inference import fit, limit
from weakscatter.units import GW, cm, m, s


@lru_cache(maxsize=8)
def statistical(name: str) -> Analysis:
    """The analysis with the signal's strength free and every pull held: what the published errors say."""
    setup = experiment(name)
    pulls = {p.name: p.value for p in setup.parameters if p.constrained}
    return analyse(setup, free=["signal_strength"], fixed=pulls)


@lru_cache(maxsize=8)
def predicted_counts(name: str) -> float:
    """Standard-Model counts in the window."""
    return float(np.sum(statistical(name).predict()["cevns"]))


@lru_cache(maxsize=8)
def significance(name: str) -> float:
    """Rejection of no CEvNS in standard deviations, pulls held."""
    likelihood = joint_likelihood([statistical(name)])
    best = fit(likelihood, errors="hesse")
    without = fit(likelihood, fixed={"signal_strength": 0.0}, errors="hesse")
    assert best.minimum is not None
    assert without.minimum is not None
    return sqrt(without.minimum - best.minimum)


@lru_cache(maxsize=8)
def strength_limit(name: str) -> float:
    """Upper end of the 90 % interval of the signal's strength, pulls held."""
    upper = limit(joint_likelihood([statistical(name)]), "signal_strength", 0.90).upper
    assert upper is not None
    return float(upper)


def quoted_flux(power: float, distance: float) -> float:
    """Total antineutrino flux with the quoted yields per fission, captures included."""
    return power / energy_per_fission(FRACTIONS) * quoted_yield(FRACTIONS) / (4 * np.pi * distance**2)


def counting_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything} of these papers."""
    conus = quoted_flux(3.6 * GW, 20.7 * m) * cm**2 * s
    rows: dict[str, Callable[[], float]] = {
        "coherent2024.predicted_counts": partial(predicted_counts, "coherent_ge_2024"),
        "coherent2024.significance": partial(significance, "coherent_ge_2024"),
        "conus2025.predicted_counts": partial(predicted_counts, "conus_plus_2025"),
        "conus2025.significance": partial(significance, "conus_plus_2025"),
        "conus2025.flux": lambda: conus,
        "texono2025.strength_limit": partial(strength_limit, "texono_2025"),
    }
    return {id: partial(_alone, ours) for id, ours in rows.items()}


def _alone(ours: Callable[[], float], results: Any) -> float:
    return ours()

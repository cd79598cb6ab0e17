"""Our numbers for solar 8B neutrinos in liquid xenon: counts, significance, flux."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from math import sqrt
from typing import Any

import numpy as np

from weakscatter.experiments import analyse, experiment, likelihood
from weakscatter.flux import solar_model, solar_neutrinos
from weakscatter.inference import FitResult, fit
from weakscatter.interactions import Weak
from weakscatter.matter import material
from weakscatter.model import Target, recoil_counts
from weakscatter.published.signal import fitted_value
from weakscatter.response import NuclearResponse
from weakscatter.units import cm, s, yr

#: Flux (1/(cm^2 s)) of the Standard Solar Model behind both experiments' predictions, B16-GS98.
_SUN = "b16-gs98"

#: The measured flux (1/(cm^2 s)) that XENONnT takes for its expectation and its cross section.
_QUOTED = 5.25e6


@lru_cache(maxsize=4)
def fitted(name: str) -> tuple[FitResult, FitResult]:
    """Return the fits with a free strength, and with none."""
    setup = likelihood(name, free=["signal_strength"])
    return fit(setup), fit(setup, fixed={"signal_strength": 0.0}, errors="hesse")


def significance(name: str) -> float:
    """Rejection of no 8B signal in standard deviations, asymptotic."""
    best, without = fitted(name)
    assert best.minimum is not None
    assert without.minimum is not None
    return sqrt(without.minimum - best.minimum)


def flux(name: str) -> float:
    """Best-fit 8B flux (1/(cm^2 s))."""
    return fitted_value(fitted(name)[0], "signal_strength") * _standard_flux()


@lru_cache(maxsize=2)
def counts(name: str) -> dict[str, float]:
    """Expected counts of each component."""
    predicted = analyse(experiment(name), free=["signal_strength"]).predict()
    return {component: float(np.sum(values)) for component, values in predicted.items()}


@lru_cache(maxsize=1)
def mean_cross_section() -> float:
    """Standard-Model cross section per xenon atom averaged over the 8B spectrum and the isotopes (cm^2)."""
    beam = solar_neutrinos(model=_SUN, components=["b8"], duration=1 * yr)
    atom = tuple(Target(NuclearResponse(isotope), share) for isotope, share in material("Xe").constituents)
    (recoils,) = recoil_counts(beam, atom, Weak()).values()
    return float(recoils / beam.components[0].fluence) / cm**2


def solar_b8_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything} of these papers."""
    xenonnt, pandax = "xenonnt_b8_2024", "pandax4t_b8_2024"
    rows: dict[str, Callable[[], float]] = {
        "xenonnt2024b8.events": lambda: float(experiment(xenonnt).data.sum()),
        "xenonnt2024b8.background": lambda: sum(n for c, n in counts(xenonnt).items() if c != "cevns"),
        "xenonnt2024b8.signal": lambda: counts(xenonnt)["cevns"] * _QUOTED / _standard_flux(),
        "xenonnt2024b8.fitted_signal": lambda: counts(xenonnt)["cevns"] * flux(xenonnt) / _standard_flux(),
        "xenonnt2024b8.significance": partial(significance, xenonnt),
        "xenonnt2024b8.flux": partial(flux, xenonnt),
        "xenonnt2024b8.cross_section": lambda: mean_cross_section() * flux(xenonnt) / _QUOTED,
        "pandax2024b8.flux": partial(flux, pandax),
    }
    return {id: partial(_alone, ours) for id, ours in rows.items()}


def _standard_flux() -> float:
    return float(solar_model(_SUN).fluxes["b8"][0]) * cm**2 * s


def _alone(ours: Callable[[], float], results: Any) -> float:
    return ours()

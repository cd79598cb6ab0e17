"""Our numbers for the Sun: fluxes of the beam and survival probabilities of its neutrinos."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from weakscatter.flux import SOLAR_SOURCES, solar_neutrinos
from weakscatter.units import cm, s

#: Rows of `solar_survival.toml`: source and energy (MeV).
ENERGIES = {
    "pp_200keV": ("pp", 0.2),
    "be7_862keV": ("be7_862", 0.862),
    "pep_1442keV": ("pep", 1.442),
    "b8_10MeV": ("b8", 10.0),
}


def flux(model: str, source: str, results: Any = None) -> float:
    """Flux (1/(cm^2 s)) of one source, as the beam of a second holds it."""
    (component,) = solar_neutrinos(model=model, components=[source], duration=1 * s).components
    return float(component.fluence * cm**2)


def survival(source: str, energy: float, results: Any = None) -> float:
    """Survival probability of nu_e by day."""
    (component,) = solar_neutrinos(components=[source], duration=1 * s).components
    return float(component.rho(energy)[0, 0].real)


def solar_rows() -> dict[str, Callable[[Any], float]]:
    """Rows of the solar models and of the survival probabilities."""
    return {
        **{
            f"vinyoles2017.{source}_{model.removeprefix('b16-')}": partial(flux, model, source)
            for model in ("b16-gs98", "b16-agss09met")
            for source in SOLAR_SOURCES
        },
        **{f"solar_survival.{row}": partial(survival, *at) for row, at in ENERGIES.items()},
    }

"""Our numbers for published fluxes of reactors and of nature."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from weakscatter.flux import Beam, atmospheric_neutrinos, diffuse_supernova_neutrinos
from weakscatter.published.counting import quoted_flux
from weakscatter.units import GW, cm, m, s


def total_flux(source: Callable[..., Beam]) -> float:
    """Neutrinos per cm^2 and s of all components of a source that is asked for one second."""
    return sum(float(part.fluence) for part in source(duration=1 * s).components) * cm**2


def flux_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything} of these papers."""
    rows: dict[str, Callable[[], float]] = {
        "gemma2012.flux": lambda: quoted_flux(3 * GW, 13.9 * m) * cm**2 * s,
        "texono2007.flux": lambda: quoted_flux(2.9 * GW, 28 * m) * cm**2 * s,
        "ohare2021.atmospheric_flux": lambda: total_flux(atmospheric_neutrinos),
        "ohare2021.diffuse_supernova_flux": lambda: total_flux(diffuse_supernova_neutrinos),
    }
    return {id: partial(_alone, ours) for id, ours in rows.items()}


def _alone(ours: Callable[[], float], results: Any) -> float:
    return ours()

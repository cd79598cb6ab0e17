"""Our numbers for dark matter of beams and sterile neutrinos of the halo."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any

from weakscatter.constants import G_F, alpha
from weakscatter.interactions.conventions import moment_of_decay_width
from weakscatter.scattering import sterile_line_rate
from weakscatter.units import GeV, cm, day, g, keV, kg, s

_MASS, _WIDTH = 7.1 * keV, 1.74e-28 / s
_HALO, _GERMANIUM = 0.4 * GeV / cm**3, 5.32 * g / cm**3
#: Exposure of germanium detectors with thresholds of some keV, by order of magnitude, and events that exclude.
_EXPOSURE, _EVENTS = 100 * kg * day, 2.302585


def line_limit(results: Any = None) -> float:
    """Moment (mu_B) that makes 2.3 decays in the exposure; the rate goes with its square."""
    per_unit = float(sterile_line_rate(_MASS, 1.0, _HALO)) / _GERMANIUM * _EXPOSURE
    return float((_EVENTS / per_unit) ** 0.5)


def mixing_width(results: Any = None) -> float:
    """1.38e-29 /s (sin^2 2theta/1e-7)(m/keV)^5 at 7.1 keV, in 1/s: 9 alpha G_F^2 m^5/(256 4 pi^4) of Majorana neutrinos times sin^2 2theta."""
    return float(9 * alpha * G_F**2 * _MASS**5 / (1024 * pi**4) * 7e-11 * s)


def rounded_width(results: Any = None) -> float:
    """The same with the coefficient that papers print, 1.38e-29 /s at sin^2 2theta = 1e-7 and 1 keV."""
    return float(1.38e-29 * 7e-11 / 1e-7 * (_MASS / keV) ** 5)


def dark_matter_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything}."""
    return {
        "chen2016sterile.moment": line_limit,
        "chen2016sterile.moment_of_width": lambda results: float(moment_of_decay_width(_WIDTH, _MASS)),
        "chen2016sterile.width": mixing_width,
    }


def dark_matter_causes() -> dict[str, Callable[[Any], float]]:
    """{row id: ours with mu_B = 1/(2 m_e), or with a coefficient as printed}."""
    return {
        "chen2016sterile.width": rounded_width,
        "chen2016sterile.moment_of_width": lambda results: float(
            moment_of_decay_width(_WIDTH, _MASS) * (4 * pi * alpha) ** 0.5
        ),
    }

"""Atomic parity violation in 133Cs: the 6s-7s amplitude of Wood et al. 1997 as a likelihood (doi:10.1126/science.275.5307.1759).

Measured: Im(E_PNC)/beta = -1.5935 +- 0.0056 mV/cm, beta the vector polarizability of the transition. Predicted:

    Im(E_PNC)/beta = A (Q/N)/beta,   Q = -2 [Z (g_AV^ep + 0.00005) + (q_n/q_p) N (g_AV^en + 0.00006)] (1 - alpha/2 pi),

A the theory amplitude per unit of Q_W/N, q_x the electrons' overlap with nucleons of radius R_x
(`weakscatter.response.overlap`). Published amplitudes contain the correction for a neutron skin of their choice, which
is taken out here, because R_n is a parameter. The literature disagrees on A by 1 % and on beta by 0.9 %, more than the
quoted errors: both are options; that of A alone moves sin^2(theta_W) by 0.003 and R_n by 0.6 fm.

Where no neutron radius is named, that of `default_radii` is used, with an error of 0.05 fm (0.08 % of the amplitude).
The weak interaction alone is seen (`weakscatter.interactions.electron_nucleon`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.experiments.caesium_iodide import COMMON, common_csi_radius, relative_pull
from weakscatter.experiments.neutron_radii import (
    COMMON_SKIN,
    common_skin,
    named_radius,
    radius_name,
    radius_parameter,
)
from weakscatter.experiments.scaling import Pull
from weakscatter.inference import MeasuredCounts, Parameter
from weakscatter.interactions import conventions
from weakscatter.interactions.electron_nucleon import electron_nucleon_couplings
from weakscatter.matter import nuclide
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.response import default_radii, overlap, proton_overlap
from weakscatter.units import cm, eV

CAESIUM = nuclide("Cs133")

#: Im(E_PNC)/beta (mV/cm) and its error.
MEASURED = (-1.5935, 0.0056)

#: Atomic unit of electric field, times the elementary charge (MeV^2).
_FIELD = constants.m_e**2 * constants.alpha**3
_MILLIVOLT_PER_CM = 1e-3 * eV / cm


@dataclass(frozen=True)
class Amplitude:
    """A theory amplitude Im(E_PNC) in 1e-11 e a_B Q_W/N: value, error, and the skin correction it contains."""

    value: float
    error: float
    skin: float
    citation: str

    @property
    def without_skin(self) -> float:
        """The amplitude for neutrons distributed like protons."""
        return self.value - self.skin


#: Theory amplitudes by name. The skin correction of porsev2009, -0.0018, which dzuba2012 takes over, is recalled; that
#: contained in sahoo2021 as well, and taken to be the same.
AMPLITUDES = {
    "dzuba-2012": Amplitude(0.8977, 0.0040, -0.0018, "dzuba2012"),
    "porsev-2009": Amplitude(0.8906, 0.0024, -0.0018, "porsev2009"),
    "sahoo-2021": Amplitude(0.8893, 0.0027, -0.0018, "sahoo2021"),
}

#: Vector polarizability of 6s-7s (a_B^3), its error, source. "average" is that of the first two below, weighted.
POLARIZABILITIES = {
    "average": (27.064, 0.033, "toh2019"),
    "toh-2019": (27.139, 0.042, "toh2019"),
    "dzuba-2000": (26.957, 0.051, "dzuba2000"),
    "tran-tan-2023": (26.887, 0.038, "trantan2023"),
}


@dataclass(frozen=True, eq=False)
class _Amplitude:
    """The predicted Im(E_PNC)/beta (mV/cm) as [1, 1]."""

    value: Any

    def counts(self) -> Any:
        return jnp.reshape(jnp.asarray(self.value, float), (1, 1))


@dataclass(frozen=True, eq=False)
class AtomicParityViolationCs133:
    """The experiment; `amplitude` and `polarizability` are names in `AMPLITUDES` and `POLARIZABILITIES`."""

    amplitude: str = "dzuba-2012"
    polarizability: str = "average"
    name = "apv_cs133"
    title = "Atomic parity violation in 133Cs"
    nuclide = CAESIUM
    energy_label, time_label = "transition 6s-7s, one number", "exposure"
    energy_edges, time_edges = np.array([0.0, 1.0]), np.array([0.0, 1.0])

    def __post_init__(self) -> None:
        for option, given, allowed in (
            ("amplitude", self.amplitude, AMPLITUDES),
            ("polarizability", self.polarizability, POLARIZABILITIES),
        ):
            if given not in allowed:
                raise InputError(
                    f"{option} = {given!r} is unknown; allowed are {', '.join(allowed)}.{nearest(str(given), allowed)}"
                )

    @property
    def citations(self) -> tuple[str, ...]:
        theory, beta = AMPLITUDES[self.amplitude].citation, POLARIZABILITIES[self.polarizability][2]
        return ("wood1997", theory, beta, "cadeddu2018", "pollock1992")

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        theory = AMPLITUDES[self.amplitude]
        beta, error, cited = POLARIZABILITIES[self.polarizability]
        skin = default_radii(CAESIUM).neutron_error
        return (
            relative_pull("apv_amplitude_cs133", theory.error / theory.value, "theory amplitude of 6s-7s in Cs",
                          theory.citation),
            relative_pull("apv_polarizability_cs133", error / beta, "vector polarizability of 6s-7s in Cs", cited),
            relative_pull("apv_skin_cs133", _relative_change(skin), "neutron radius of Cs, effect on the amplitude",
                          "arXiv:2005.01645"),
            radius_parameter(CAESIUM),
            common_csi_radius(),
            common_skin(),
        )  # fmt: skip

    @property
    def replaces(self) -> dict[str, tuple[str, ...]]:
        return {"apv_skin_cs133": (radius_name(CAESIUM), COMMON, COMMON_SKIN)}

    @property
    def scalings(self) -> tuple[Any, ...]:
        return (
            Pull("apv_amplitude_cs133", ("parity_violation",)),
            Pull("apv_skin_cs133", ("parity_violation",)),
        )

    @property
    def data(self) -> np.ndarray:
        """Im(E_PNC)/beta [1, 1] (mV/cm)."""
        return np.array([[MEASURED[0]]])

    @property
    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends [1, 1] of the measured interval of one standard deviation (mV/cm)."""
        value, error = MEASURED
        return np.array([[value - error]]), np.array([[value + error]])

    def weak_charge(self, theory: Any, values: Mapping[str, Any]) -> Any:
        """Q_W as a caesium atom sees it: -73.22 in the Standard Model without a skin."""
        g_p, g_n = electron_nucleon_couplings(theory)
        radius = named_radius(CAESIUM, values, COMMON)
        radius = default_radii(CAESIUM).neutron if radius is None else radius
        seen = overlap(CAESIUM, radius) / proton_overlap(CAESIUM)
        return conventions.atomic_weak_charge(g_p, g_n, CAESIUM.Z, CAESIUM.N * seen)

    def build(self, theory: Any, values: Mapping[str, Any]) -> _Amplitude:
        """The predicted amplitude at given radii (fm) and polarizability."""
        beta = POLARIZABILITIES[self.polarizability][0] * (1 + values.get("apv_polarizability_cs133", 0.0))
        per_charge = AMPLITUDES[self.amplitude].without_skin * 1e-11 / beta * _FIELD / _MILLIVOLT_PER_CM
        return _Amplitude(per_charge * self.weak_charge(theory, values) / CAESIUM.N)

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """The amplitude [1, 1] (mV/cm): there is no background."""
        return {"parity_violation": signal}

    def term(
        self, expected: Callable[[Mapping[str, Any]], Any], parameters: tuple[Parameter, ...]
    ) -> MeasuredCounts:
        """The measured amplitude as a term of a likelihood."""
        value, error = MEASURED
        return MeasuredCounts(
            self.name, np.array([value]), np.array([error]), np.array([error]), expected, parameters
        )

    def published_weak_charge(self) -> tuple[float, float, float]:
        """Q_W as papers extract it, skin correction of the amplitude left in: value, error of experiment and of theory."""
        theory, (beta, error, _) = AMPLITUDES[self.amplitude], POLARIZABILITIES[self.polarizability]
        value, measured = MEASURED
        charge = CAESIUM.N * value * _MILLIVOLT_PER_CM / _FIELD * beta / (theory.value * 1e-11)
        return (
            charge,
            -charge * float(np.hypot(measured / value, error / beta)),
            -charge * theory.error / theory.value,
        )


def _relative_change(step: float) -> float:
    """Relative change of the overlap with the neutrons for a change of their radius (MeV^-1)."""
    radius = default_radii(CAESIUM).neutron
    return float(1 - overlap(CAESIUM, radius + step) / overlap(CAESIUM, radius))

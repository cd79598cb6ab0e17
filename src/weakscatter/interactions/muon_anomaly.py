"""Anomalous magnetic moment of the muon: one loop of a light vector, and what is left to explain.

    Delta a_mu = (g^2 Q'_mu^2/(8 pi^2)) int_0^1 2 m^2 x^2 (1 - x)/[m^2 x^2 + M^2 (1 - x)] dx,   m = m_mu,

g^2/(8 pi^2) for a massless boson (alpha/(2 pi) for the photon) and g^2 m^2/(12 pi^2 M^2) for a heavy one. The measured
value minus the Standard Model's changed with both, so it is chosen by name: with the prediction of 2025 it is compatible
with zero, and what used to be a band is an upper limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, pi
from typing import Any

import numpy as np

from weakscatter import constants
from weakscatter.provenance.errors import InputError, unknown


@dataclass(frozen=True)
class MuonAnomaly:
    """Measured minus predicted a_mu.

    Parameters
    ----------
    name : year of experiment or prediction, whichever is later.
    value, error : Delta a_mu and its standard deviation.
    measured, predicted : citation keys.
    """

    name: str
    value: float
    error: float
    measured: str
    predicted: str

    @property
    def citations(self) -> tuple[str, ...]:
        return (self.measured, self.predicted)

    def interval(self, sigmas: float = 2.0) -> tuple[float, float]:
        """(lower, upper) ends of Delta a_mu; a lower end below zero is no lower limit on a coupling."""
        return self.value - sigmas * self.error, self.value + sigmas * self.error


#: All numbers are recalled.
MUON_ANOMALIES: dict[str, MuonAnomaly] = {
    anomaly.name: anomaly
    for anomaly in (
        MuonAnomaly("2020", 279e-11, 76e-11, "bnl2006", "aoyama2020"),
        MuonAnomaly("2021", 251e-11, 59e-11, "fermilab2021", "aoyama2020"),
        MuonAnomaly("2023", 249e-11, 48e-11, "fermilab2023", "aoyama2020"),
        MuonAnomaly("2025", 38e-11, 63e-11, "fermilab2025", "aliberti2025"),
    )
}


def muon_anomaly(name: str) -> MuonAnomaly:
    """Measured minus predicted a_mu by name; an unknown name is an error that lists them."""
    if name not in MUON_ANOMALIES:
        raise unknown("value of the muon's anomaly", name, MUON_ANOMALIES)
    return MUON_ANOMALIES[name]


def anomaly_per_coupling_squared(mass: Any) -> np.ndarray:
    """Delta a_mu/(g^2 Q'_mu^2) of a vector boson of mass M [...] (MeV), see the module's first lines.

    >>> round(float(anomaly_per_coupling_squared(0.0) * 8 * pi**2), 12)
    1.0
    """
    M = np.asarray(mass, dtype=float)
    if not np.all((M >= 0) & (inf > M)):
        raise InputError(f"The mass of a vector boson must be finite and not negative; got {mass} MeV.")
    # Nodes dense at both ends: a light boson's integrand turns on at x = M/m, a heavy one's denominator is small at 1.
    y, w = np.polynomial.legendre.leggauss(80)
    y, w = (1 + y) / 2, w / 2
    near, weight = y**4 / 2, 2 * y**3 * w
    rest, weight = np.concatenate([near, 1 - near]), np.tile(weight, 2)
    x, m2 = 1 - rest, constants.m_mu**2
    integrand = 2 * m2 * x**2 * rest / (m2 * x**2 + M[..., None] ** 2 * rest)
    return integrand @ weight / (8 * pi**2)


def muon_anomaly_of(coupling: Any, mass: Any, charge: float = 1.0) -> np.ndarray:
    """Delta a_mu of a light vector with coupling g, mass M (MeV) and muon charge Q'; arrays broadcast."""
    return (np.asarray(coupling) * charge) ** 2 * anomaly_per_coupling_squared(mass)


def muon_anomaly_band(
    mass: Any, *, charge: float = 1.0, anomaly: str = "2025", sigmas: float = 2.0
) -> tuple[np.ndarray, np.ndarray]:
    """(lower, upper) couplings g at masses [...] (MeV) for which the loop is what is missing, within `sigmas`.

    The lower end is zero where nothing is required. A model whose muon has no charge gives infinities.
    """
    low, high = muon_anomaly(anomaly).interval(sigmas)
    scale = anomaly_per_coupling_squared(mass) * charge**2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(np.maximum(low, 0.0) / scale), np.sqrt(np.maximum(high, 0.0) / scale)

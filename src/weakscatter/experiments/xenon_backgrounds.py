"""Backgrounds of electronic recoils in liquid xenon: spectra in closed form, and lines of electron capture.

    two neutrinos (136Xe)   dN/dK ~ (Q - K)^5 int_0^K p1 E1 F(Z, E1) p2 E2 F(Z, E2) dT1,  T1 + T2 = K
    allowed beta (3H)       dN/dT ~ p E F(Z, E) (Q - T)^2

with the relativistic Fermi function of a point nucleus at the surface, no screening and no exchange:

    F = 2 (1 + g) (2 p R)^(2 (g - 1)) exp(pi y) |Gamma(g + i y)|^2/Gamma(1 + 2 g)^2,  g^2 = 1 - (alpha Z)^2,  y = alpha Z E/p.

(Doi, Kotani and Takasugi, Prog. Theor. Phys. Suppl. 83 (1985) 1). The shape of 136Xe agrees within 1 % between 1 and 20 keV with
the curve of LZ's projection; without the Fermi function the share below 140 keV is 16 % too small. Z is that of the daughter.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import loggamma

from weakscatter.constants import alpha, m_e
from weakscatter.grids import gauss_legendre
from weakscatter.matter import material
from weakscatter.units import fm, keV, yr

#: Energies set free by double electron capture of 124Xe from two L shells, and from L and M (recalled).
XENON_124_LL, XENON_124_LM = 10.00 * keV, 5.98 * keV

#: Shares of these two in all double captures (recalled).
XENON_124_LL_SHARE, XENON_124_LM_SHARE = 0.014, 0.008

#: Energies of the captures of 127Xe from L shells and of 37Ar from the K shell (recalled).
XENON_127_L, ARGON_37_K = 5.2 * keV, 2.82 * keV

#: Q value and half-life of the two-neutrino decay of 136Xe, and its abundance (recalled).
XENON_136_Q, XENON_136_HALF_LIFE, XENON_136_ABUNDANCE = 2457.83 * keV, 2.165e21 * yr, 0.08857

#: End point of tritium (recalled).
TRITIUM_END_POINT = 18.59 * keV

_RADIUS = 1.2 * fm  # times A^(1/3)


def phase_space(T: Any, Z: int, A: int) -> np.ndarray:
    """Return p E F(Z, E) (MeV^2) of an electron of kinetic energy T [...] (MeV) that leaves the nucleus Z, A."""
    T = np.asarray(T, dtype=float)
    E = T + m_e
    p = np.sqrt(T * (T + 2.0 * m_e))
    g, y = np.sqrt(1.0 - (alpha * Z) ** 2), alpha * Z * E / p
    gammas = 2.0 * np.real(loggamma(g + 1j * y)) - 2.0 * np.real(loggamma(1.0 + 2.0 * g))
    # As one exponential: at low energy exp(pi y) alone overflows.
    surface = 2.0 * (g - 1.0) * np.log(2.0 * p * _RADIUS * A ** (1 / 3))
    value: np.ndarray = p * E * 2.0 * (1.0 + g) * np.exp(surface + np.pi * y + gammas)
    return value


def two_neutrino_shape(K: Any) -> np.ndarray:
    """Return dN/dK [n] per decay of 136Xe (1/MeV) for sums K [n] of both kinetic energies (MeV)."""
    return _two_neutrino(np.asarray(K, dtype=float)) / _two_neutrino_total()


def _two_neutrino(K: np.ndarray) -> np.ndarray:
    x, w = gauss_legendre(32)
    K = K[..., None]
    # T1 = K sin^2(t) takes the square roots at both ends away.
    t = 0.25 * np.pi * (x + 1.0)
    T = K * np.sin(t) ** 2
    weight = 0.25 * np.pi * w * K * np.sin(2.0 * t)
    product = phase_space(T, 56, 136) * phase_space(K - T, 56, 136)
    result: np.ndarray = np.sum(weight * product, axis=-1) * np.maximum(XENON_136_Q - K[..., 0], 0.0) ** 5
    return result


@lru_cache(maxsize=1)
def _two_neutrino_total() -> float:
    x, w = gauss_legendre(96)
    half = 0.5 * XENON_136_Q
    return float(half * np.sum(w * _two_neutrino(half * (x + 1.0))))


def xenon_136_rate(K: Any) -> np.ndarray:
    """Return the rate [n] (per mass, time and energy; natural units) of 136Xe in natural xenon at sums K [n] (MeV)."""
    atoms = 1.0 / material("Xe").formula_mass
    rate: np.ndarray = np.log(2.0) / XENON_136_HALF_LIFE * XENON_136_ABUNDANCE * atoms * two_neutrino_shape(K)
    return rate


def tritium_shape(T: Any) -> np.ndarray:
    """Return dN/dT [n] per decay of 3H (1/MeV) at kinetic energies T [n] (MeV); zero above the end point."""
    x, w = gauss_legendre(64)
    half = 0.5 * TRITIUM_END_POINT
    total = half * np.sum(w * _tritium(half * (x + 1.0)))
    shape: np.ndarray = _tritium(np.asarray(T, dtype=float)) / total
    return shape


def _tritium(T: np.ndarray) -> np.ndarray:
    value: np.ndarray = phase_space(T, 2, 3) * np.maximum(TRITIUM_END_POINT - T, 0.0) ** 2
    return value


def line(observable: Any, energy: float, resolution: Any) -> np.ndarray:
    """Return the density [n] (1/MeV) of one decay with a sharp energy (MeV) at reconstructed energies [n] (MeV)."""
    return np.asarray(resolution.density(np.asarray(observable, dtype=float), energy))

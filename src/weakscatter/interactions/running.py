"""The running weak mixing angle: sin^2(theta_W) in the MS-bar scheme against the momentum at which it is measured.

Two quantities run, 1/alpha and s^2/alpha; a fermion of charge Q and isospin T adds to both below m_Z until its mass,

    d(1/alpha)/d ln mu^2 = -(1/3 pi) sum K N_c Q^2 + 7/(4 pi) [W],
    d(s^2/alpha)/d ln mu^2 = -(1/3 pi) sum K N_c Q T/2 + 43/(24 pi) [W]

(erler2005, one loop; K = 1 + a + (125/48 - 11 n_f/72) a^2, a = alpha_s/pi, for quarks; W down to m_W, where the step of
decoupling is -1/(6 pi) in both). Light quarks have no mass of their own at these scales: their threshold is the one with
which alpha runs from m_Z to its measured value at zero, and that of the strange quark lies higher by 342/246 (recalled,
erler2018). sin^2(theta_W) at zero is then a prediction, 0.2387; neglected higher orders are of the size of 1e-4.

This angle is the argument of a running coupling. What fits of coherent scattering and of atoms call `sin2_theta_w` is
the value at zero momentum that enters tree couplings, with the process's own radiative corrections beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import log, pi
from typing import Any

import numpy as np

from weakscatter import constants
from weakscatter.provenance.errors import InputError
from weakscatter.units import GeV

CITATIONS = ("erler2005", "erler2018", "pdg2020")

#: 1/alpha in the MS-bar scheme and alpha_s at m_Z (PDG 2020).
_INVERSE_ALPHA_Z, _ALPHA_S_Z = 127.952, 0.1181

#: MS-bar masses of charm and bottom at themselves, mass of the top quark, which ends the range (PDG 2020).
_CHARM, _BOTTOM, _TOP = 1.27 * GeV, 4.18 * GeV, 172.7 * GeV

#: Threshold of the strange quark over that of up and down.
_STRANGE = 342 / 246

#: Below this alpha_s is left out: what it would do is part of the light quarks' thresholds.
_PERTURBATIVE = 1.2 * GeV


@dataclass(frozen=True)
class _Fermion:
    colours: int
    charge: float
    isospin: float
    threshold: float

    @property
    def slopes(self) -> np.ndarray:
        """Change of (1/alpha, s^2/alpha) per unit of ln mu^2 downwards."""
        weight = self.colours * self.charge / (3 * pi)
        return weight * np.array([self.charge, self.isospin / 2])


_LEPTONS = tuple(_Fermion(1, -1.0, -0.5, m) for m in (constants.m_e, constants.m_mu, constants.m_tau))
_HEAVY = (_Fermion(3, 2 / 3, 0.5, _CHARM), _Fermion(3, -1 / 3, -0.5, _BOTTOM))


def _flavours(mu: np.ndarray) -> np.ndarray:
    return np.where(mu > _BOTTOM, 5, np.where(mu > _CHARM, 4, 3))


@lru_cache(maxsize=1)
def _strong() -> tuple[np.ndarray, np.ndarray]:
    """ln mu, ascending, and int (K - 1) d ln mu^2 from the lowest point; alpha_s at two loops from m_Z."""
    x = np.linspace(log(_TOP), log(_PERTURBATIVE), 4001)
    nf = _flavours(np.exp(x))
    b0, b1 = (33 - 2 * nf) / (12 * pi), (153 - 19 * nf) / (24 * pi**2)
    start = int(np.argmin(np.abs(x - log(constants.m_Z))))
    alpha_s = np.empty_like(x)
    alpha_s[start] = _ALPHA_S_Z
    for steps in (range(start, len(x) - 1), range(start, 0, -1)):
        for i in steps:
            j = i + (1 if steps.step > 0 else -1)
            # Midpoint rule in ln mu^2.
            half = alpha_s[i] - (b0[i] * alpha_s[i] ** 2 + b1[i] * alpha_s[i] ** 3) * (x[j] - x[i])
            alpha_s[j] = alpha_s[i] - (b0[i] * half**2 + b1[i] * half**3) * 2 * (x[j] - x[i])
    a, x, nf = alpha_s[::-1] / pi, x[::-1], nf[::-1]
    extra = a + (125 / 48 - 11 * nf / 72) * a**2
    return x, np.concatenate([[0.0], np.cumsum((extra[1:] + extra[:-1]) * np.diff(x))])


def _log(fermion: _Fermion, mu: Any) -> Any:
    """int K d ln mu^2 from the greater of mu and the threshold up to m_Z (negative above m_Z)."""
    low, high = np.log(np.maximum(mu, fermion.threshold)), log(constants.m_Z)
    x, strong = _strong()
    extra = (np.interp(high, x, strong) - np.interp(low, x, strong)) if fermion.colours == 3 else 0.0
    return 2 * (high - low) + extra


def _bosons(mu: np.ndarray) -> np.ndarray:
    """What the W adds to (1/alpha, s^2/alpha) between m_Z and mu [2, n], with its step below m_W."""
    slopes = np.array([[7 / (4 * pi)], [43 / (24 * pi)]])
    running = slopes * 2 * np.log(np.maximum(mu, constants.m_W) / constants.m_Z)
    return running - np.where(mu < constants.m_W, 1 / (6 * pi), 0.0)


@lru_cache(maxsize=1)
def _fermions() -> tuple[_Fermion, ...]:
    """All of them; the light quarks' threshold follows from alpha at zero momentum."""
    known = sum(f.slopes[0] * _log(f, 0.0) for f in (*_LEPTONS, *_HEAVY)) + _bosons(np.zeros(1))[0, 0]
    missing = 1 / constants.alpha - _INVERSE_ALPHA_Z - known

    def light(threshold: float) -> tuple[_Fermion, ...]:
        return (
            _Fermion(3, 2 / 3, 0.5, threshold),
            _Fermion(3, -1 / 3, -0.5, threshold),
            _Fermion(3, -1 / 3, -0.5, _STRANGE * threshold),
        )

    # Far below the perturbative range the threshold enters by its logarithm alone.
    trial = light(0.1 * GeV)
    slope = sum(f.slopes[0] for f in trial)
    too_much = sum(f.slopes[0] * _log(f, 0.0) for f in trial) - missing
    return (*_LEPTONS, *light(0.1 * GeV * float(np.exp(too_much / (2 * slope)))), *_HEAVY)


def running_mixing_angle(Q: Any) -> np.ndarray:
    """sin^2(theta_W) in the MS-bar scheme at the scale mu = Q.

    Parameters
    ----------
    Q : float or array (MeV), from 0 to 172.7 GeV, the mass of the top quark.

    Returns
    -------
    array of the shape of Q. 0.23122 at m_Z by construction, 0.2387 below the mass of the electron (published: 0.23868).

    Raises
    ------
    InputError : a negative scale, or one above the top quark.

    Examples
    --------
    >>> from weakscatter import constants
    >>> [round(float(running_mixing_angle(Q)), 4) for Q in (0.0, constants.m_Z)]
    [0.2387, 0.2312]
    """
    mu = np.asarray(Q, float)
    if not np.all((mu >= 0) & (mu <= _TOP)):
        raise InputError(
            f"The running mixing angle is computed from 0 to {_TOP / GeV:g} GeV; got {np.asarray(Q) / GeV} GeV."
        )
    flat = np.atleast_1d(mu).ravel()
    runs = np.array([[_INVERSE_ALPHA_Z], [constants.sin2_theta_w_mz * _INVERSE_ALPHA_Z]]) + _bosons(flat)
    for fermion in _fermions():
        runs = runs + fermion.slopes[:, None] * _log(fermion, flat)
    return (runs[1] / runs[0]).reshape(mu.shape)


def light_quark_threshold() -> float:
    """Effective threshold (MeV) of up and down quarks, 122 MeV: where they stop to move alpha."""
    return min(f.threshold for f in _fermions() if f.colours == 3)

"""The Breit interaction in first order: exchange of one transverse photon of frequency zero between all pairs.

    B = -(1/(2 r12)) [ alpha_1.alpha_2 + (alpha_1.r12)(alpha_2.r12)/r12^2 ]
      = -4 pi int d^3k/(2 pi)^3 exp(i k.r12) [ alpha_1.alpha_2 - (alpha_1.k)(alpha_2.k)/k^2 ]/k^2

Currents of full shells cancel, so that only exchange is left. In terms of the multipoles of the current between shells a
and b (`operators`; E electric, M magnetic, L longitudinal; no prefactor (2J + 1)/4 pi)

    E_B = 1/2 sum_ab W_ab b_ab,   b_ab = (2/pi) sum_J (2J + 1) int_0^inf dk ( E_J^2 + M_J^2 )

summed over all magnetic substates of a and b, W_ab from `couplings`. The magnetic (Gaunt) part alone, -alpha_1.alpha_2/r12,
has E^2 + M^2 + L^2, and retardation takes L^2 away. The integrals over k are closed: with
u j_(J-1) + v j_(J+1) the radial kernels of E_J or L_J and

    int j_l(kr) j_l(ks) dk = pi/(2 (2l + 1)) r_<^l/r_>^(l+1)
    int j_(J-1)(kr) j_(J+1)(ks) dk = (pi/4) [ r^(J-1)/s^J - r^(J+1)/s^(J+2) ]   for r < s, and 0 for r > s.

Grant, "Relativistic Quantum Theory of Atoms and Molecules" (2007), chapter 4; Johnson, "Atomic Structure Theory" (2007),
chapter 8; Mann and Johnson, Phys. Rev. A 4, 41 (1971).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np

from weakscatter.angular import reduced_c
from weakscatter.atomic.basis import Orbital
from weakscatter.atomic.scf import Solution
from weakscatter.atomic.splines import Radial


@dataclass(frozen=True, eq=False)
class Breit:
    """First-order Breit energy of a state (hartree); not contained in its total energy.

    Parameters
    ----------
    energy : float
        E_B = magnetic + retardation.
    magnetic : float
        Expectation of -alpha_1.alpha_2/r12 (Gaunt).
    retardation : float
        Expectation of the rest, from the transverse gauge at frequency zero.
    orbital : array [shell]
        <a|B_HF|a> = (1/w_a) sum_b W_ab b_ab: what to add to the orbital energies, so that thresholds -eps come down by it. The
        orbitals are those without the interaction.
    error : float
        Largest change of ``energy`` or one of its parts in a coarser basis or a shorter box.
    orbital_error : array [shell]
        The same of ``orbital``.

    Notes
    -----
    Left out: orbitals that respond to the interaction, the frequency of the photon, states of negative energy. The frequency is of
    relative order (alpha Z)^2.
    """

    energy: float
    magnetic: float
    retardation: float
    orbital: np.ndarray
    error: float
    orbital_error: np.ndarray


def first_order(found: Solution, others: tuple[Solution, ...] = ()) -> Breit:
    """Return the Breit energy of a solution; ``others``, on worse meshes, give its error (nan without).

    Examples
    --------
    Hydrogen-like 1s^2 has Z^3 alpha^2/4 for small Z alpha; helium, whose charge is screened, less than that of Z = 2:

    >>> from weakscatter.atomic import dirac_fock
    >>> helium = first_order(dirac_fock("He").solution)
    >>> round(helium.energy, 7), helium.retardation == 0.0
    (6.38e-05, True)
    """
    gaunt, longitudinal = _pair_sums(found)
    weight = found.couplings.currents
    total = weight * (gaunt - longitudinal)
    parts = np.array(
        [0.5 * np.sum(total), 0.5 * np.sum(weight * gaunt), -0.5 * np.sum(weight * longitudinal)]
    )
    orbital = total.sum(axis=1) / found.couplings.occupation
    checks = [first_order(other) for other in others]
    changes = [abs(np.array([o.energy, o.magnetic, o.retardation]) - parts) for o in checks]
    energy, magnetic, retardation = (float(x) for x in parts)
    return Breit(
        energy, magnetic, retardation, orbital, float(np.max(changes)) if checks else float("nan"),
        np.max([abs(o.orbital - orbital) for o in checks], axis=0) if checks else np.full(len(orbital), np.nan),
    )  # fmt: skip


def _pair_sums(found: Solution) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums over (E^2 + M^2 + L^2) and over L^2 alone [a, b]."""
    n = len(found.orbitals)
    gaunt, longitudinal = np.zeros((n, n)), np.zeros((n, n))
    rad = found.system.coulomb.radial
    for a, first in enumerate(found.orbitals):
        for b, second in enumerate(found.orbitals[: a + 1]):
            gaunt[a, b], longitudinal[a, b] = exchange_of_currents(rad, first, second)
            gaunt[b, a], longitudinal[b, a] = gaunt[a, b], longitudinal[a, b]
    return gaunt, longitudinal


def exchange_of_currents(rad: Radial, first: Orbital, second: Orbital) -> tuple[float, float]:
    """Return (2/pi) sum_J (2J + 1) int dk of (E_J^2 + M_J^2 + L_J^2) and of L_J^2 between two orbitals (hartree).

    Summed over the magnetic substates of both; their difference is b_ab of the module.
    """
    a, b = first.kappa, second.kappa
    cross = first.P * second.Q - first.Q * second.P
    both = first.P * second.Q + first.Q * second.P
    turn = b - a
    total, longitudinal = 0.0, 0.0
    for J in range(abs(a) + abs(b)):
        unnatural = reduced_c(-a, J, b)
        if unnatural and J:
            strength = unnatural**2 * (a + b) ** 2 / (J * (J + 1))
            total += strength * 2.0 * _ordered(rad, both, both, J)
        natural = reduced_c(a, J, b)
        if not natural:
            continue
        low = (J * cross + turn * both) / (2 * J + 1)
        high = (turn * both - (J + 1) * cross) / (2 * J + 1)
        own = natural**2 * _mode(rad, low, high, J)
        longitudinal += own
        total += own
        if J:
            root = sqrt(J * (J + 1)) / (2 * J + 1)
            low, high = root * (cross + turn / J * both), root * (cross - turn / (J + 1) * both)
            total += natural**2 * _mode(rad, low, high, J)
    return total, longitudinal


def _mode(rad: Radial, low: np.ndarray, high: np.ndarray, J: int) -> float:
    """Return (2/pi)(2J + 1) int dk [ int (low j_(J-1) + high j_(J+1)) dr ]^2."""
    value = 2.0 * _ordered(rad, high, high, J + 1) / (2 * J + 3)
    if J:
        value += 2.0 * _ordered(rad, low, low, J - 1) / (2 * J - 1)
        value += _ordered(rad, low, high, J - 1) - _ordered(rad, low, high, J + 1)
    return (2 * J + 1) * value


def _ordered(rad: Radial, inner: np.ndarray, outer: np.ndarray, k: int) -> float:
    """Return int int over r < s of inner(r) outer(s) r^k/s^(k+1)."""
    inside = rad.weight * inner * rad.r**k
    ends = np.cumsum(inside.sum(axis=1))
    begins = np.concatenate([[0.0], ends[:-1]])
    half = rad.weight[:, :1] / _gauss(rad.r.shape[1])[1][0]
    within = half * ((inner * rad.r**k) @ _gauss(rad.r.shape[1])[0].T)
    return float(rad.integrate((begins[:, None] + within) * outer / rad.r ** (k + 1)))


@lru_cache(maxsize=4)
def _gauss(points: int) -> tuple[Any, Any]:
    """Return the integrals of a polynomial from -1 to each Gauss point [point, value there], and the Gauss weights.

    Legendre series of the values: P_n integrates to (P_(n+1) - P_(n-1))/(2n + 1).
    """
    x, w = np.polynomial.legendre.leggauss(points)
    basis = np.polynomial.legendre.legvander(x, points)
    series = ((2 * np.arange(points) + 1) / 2.0)[:, None] * (basis[:, :points] * w[:, None]).T
    below = np.concatenate([-np.ones((points, 1)), basis[:, : points - 1]], axis=1)
    integral = (basis[:, 1:] - below) / (2 * np.arange(points) + 1)
    return integral @ series, w

"""Couplings of the neutral current: g_V and Q_w, vector/axial and chiral.

Ours are g_V^p = 1/2 - 2 s^2 and g_V^n = -1/2 at tree level. A weak charge is twice as large, and its sign depends on the
field: in papers on coherent scattering Q_w = N - (1 - 4 s^2) Z > 0, in atomic parity violation Q_W = Z (1 - 4 s^2) - N < 0.
"""

from __future__ import annotations

from math import pi
from typing import Any

from weakscatter import constants
from weakscatter.provenance.errors import InputError, unknown

#: Sign of Q over 2 (Z g_V^p + N g_V^n).
SIGNS: dict[str, int] = {"cevns": -1, "apv": +1}


def _sign(convention: str) -> int:
    if convention not in SIGNS:
        raise unknown("sign convention of the weak charge", convention, SIGNS)
    return SIGNS[convention]


def weak_charge(g_v_p: Any, g_v_n: Any, Z: float, N: float, *, convention: str = "cevns") -> Any:
    """Weak charge of a nucleus from the couplings of its nucleons: -+2 (Z g_V^p + N g_V^n).

    The cross section is (G_F^2 M/pi) Q_l^2 [...] with Q_l = Z g_V^p + N g_V^n, or (G_F^2 M/4pi) Q_w^2 [...]: a factor
    of 4 when the two are mixed (barranco2005).

    Parameters
    ----------
    convention : "cevns" for N - (1 - 4 s^2) Z, "apv" for Z (1 - 4 s^2) - N.

    Raises
    ------
    InputError : an unknown convention.

    Examples
    --------
    Argon at tree level, s^2 = 0.23857:

    >>> round(weak_charge(0.5 - 2 * 0.23857, -0.5, 18, 22), 3)
    21.177
    """
    return 2 * _sign(convention) * (Z * g_v_p + N * g_v_n)


def couplings_of_weak_charges(
    first: tuple[Any, float, float], second: tuple[Any, float, float], *, convention: str = "cevns"
) -> tuple[Any, Any]:
    """(g_V^p, g_V^n) from the weak charges of two nuclei, each (Q, Z, N): the inverse of `weak_charge`.

    One nucleus is not enough: its rate does not change along Z g_V^p + N g_V^n = const, nor under Q -> -Q. A proton and a
    neutron are nuclei too: (Q_p, 1, 0) and (Q_n, 0, 1).

    Raises
    ------
    InputError : both nuclei have the same Z/N, or an unknown convention.
    """
    (q1, Z1, N1), (q2, Z2, N2) = first, second
    determinant = Z1 * N2 - Z2 * N1
    if determinant == 0:
        raise InputError(
            f"The nuclei (Z, N) = ({Z1}, {N1}) and ({Z2}, {N2}) have the same Z/N, so their weak charges fix only one "
            "combination of g_V^p and g_V^n. Give two nuclei with different Z/N."
        )
    scale = 2 * _sign(convention) * determinant
    return (q1 * N2 - q2 * N1) / scale, (q2 * Z1 - q1 * Z2) / scale


def atomic_weak_charge(g_av_p: Any, g_av_n: Any, Z: float, N: float) -> Any:
    """Weak charge seen by an atomic electron, sign of parity violation (cadeddu2018; PDG).

        Q_W = -2 [Z (g_AV^ep + 0.00005) + N (g_AV^en + 0.00006)] (1 - alpha/(2 pi))

    g_AV^ep = -1/2 + 2 s^2 and g_AV^en = 1/2 at tree level: opposite in sign to g_V^p, g_V^n. Caesium:

    >>> round(atomic_weak_charge(-0.0357, 0.495, 55, 78), 2)
    -73.22
    """
    return -2 * (Z * (g_av_p + 0.00005) + N * (g_av_n + 0.00006)) * (1 - constants.alpha / (2 * pi))


def mixing_angle_of_weak_charge(
    Q: Any, Z: float, N: float, *, g_av_n: Any = 0.495, correction: Any = 0.0
) -> Any:
    """sin^2(theta_W) from an atomic weak charge: `atomic_weak_charge` solved for g_AV^ep = -1/2 + 2 s^2 + correction.

    `correction` is the radiative part of g_AV^ep. The slope is dQ_W/ds^2 = -4 Z (1 - alpha/(2 pi)), -219.7 for caesium.
    """
    g_av_p = -(Q / (2 * (1 - constants.alpha / (2 * pi))) + N * (g_av_n + 0.00006)) / Z - 0.00005
    return (g_av_p + 0.5 - correction) / 2


def chiral_couplings(g_v: Any, g_a: Any) -> tuple[Any, Any]:
    """(g_L, g_R) = ((g_V + g_A)/2, (g_V - g_A)/2), for fbar gamma (g_V - g_A gamma_5) f = 2 fbar gamma (g_L P_L + g_R P_R) f.

    Electrons with nu_e at tree level, s^2 = 0.23857: (1/2 + s^2, s^2).

    >>> [round(g, 5) for g in chiral_couplings(0.5 + 2 * 0.23857, 0.5)]
    [0.73857, 0.23857]
    """
    return (g_v + g_a) / 2, (g_v - g_a) / 2


def vector_axial_couplings(g_l: Any, g_r: Any) -> tuple[Any, Any]:
    """(g_V, g_A) = (g_L + g_R, g_L - g_R): the inverse of `chiral_couplings`."""
    return g_l + g_r, g_l - g_r

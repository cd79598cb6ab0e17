"""Charge radius, millicharge, anapole and magnetic moment of neutrinos: signs, sizes, equivalences.

Ours is the convention of Giunti and Studenikin (2015): F_1(q^2) = e_nu + q^2 <r^2>/6 in units of e > 0, coupled to the
charge Q_f of the target fermion in the same units, so that with Q^2 = -q^2 > 0 (2 M T for a target of mass M)

    g_V^f -> g_V^f + Q_f (2 sqrt2 pi alpha/(G_F Q^2)) F_1 = g_V^f + Q_f [MILLICHARGE_SHIFT e_nu/Q^2 + RADIUS_SHIFT <r^2>].
"""

from __future__ import annotations

from typing import Any

from weakscatter import constants
from weakscatter.interactions.couplings import MILLICHARGE_SHIFT, RADIUS_SHIFT
from weakscatter.provenance.errors import unknown

#: Shift of g_V per charge radius written with the W mass, (2/3) m_W^2 sin^2(theta_W), with measured values of both.
_W_MASS_SHIFT = -2 / 3 * constants.m_W**2 * constants.sin2_theta_w_0

#: {name: number by which our charge radius is multiplied to get the printed one}
RADIUS_CONVENTIONS: dict[str, float] = {
    # F_1 = q^2 <r^2>/6; Standard Model -0.83e-32 cm^2 for nu_e (giunti2015).
    "giunti-studenikin": 1.0,
    # Opposite sign and half the size; Standard Model +4.1e-33 cm^2 for nu_e (bernabeu2000).
    "bernabeu": -0.5,
    # Same sign, half the size: nu-e scattering of TEXONO, LAMPF and LSND as printed (cadeddu2018b, table I).
    "half-size": 0.5,
    # e_nu and <r^2> both reversed: the factor eta of arXiv:1603.02462, eq. 13.
    "opposite-sign": -1.0,
    # g_V shifted by (2/3) m_W^2 s_W^2 <r^2> with measured m_W and s_W^2: what is printed is 11 % smaller.
    "w-mass": RADIUS_SHIFT / _W_MASS_SHIFT,
}

#: {name: number by which our millicharge is multiplied to get the printed one}
CHARGE_CONVENTIONS: dict[str, float] = {
    # In units of e > 0, the charge of the positron.
    "positive-e": 1.0,
    # In units of e < 0, the charge of the electron; also arXiv:1603.02462, eq. 13, and slides with (2 A s^2 + x)^2.
    "opposite-sign": -1.0,
}


def convert_charge_radius(radius: Any, *, given: str, wanted: str = "giunti-studenikin") -> Any:
    """Rewrite a charge radius from one convention in another: radius * f(wanted)/f(given), f = `RADIUS_CONVENTIONS`.

    Parameters
    ----------
    radius : number, array or matrix, any unit of area; a lower limit of a convention of opposite sign is an upper one
        of the other.
    given, wanted : names of `RADIUS_CONVENTIONS`. Exchange them for the inverse.

    Returns
    -------
    the radius in the same unit.

    Raises
    ------
    InputError : an unknown convention.

    Examples
    --------
    The Standard-Model radius of nu_e, -0.83e-32 cm^2, in the convention of its authors, who quote 4.1e-33:

    >>> convert_charge_radius(-0.83, given="giunti-studenikin", wanted="bernabeu")
    0.415
    >>> round(1 / convert_charge_radius(1.0, given="giunti-studenikin", wanted="w-mass"), 3)
    1.109
    """
    return radius * (_factor(RADIUS_CONVENTIONS, wanted) / _factor(RADIUS_CONVENTIONS, given))


def convert_millicharge(charge: Any, *, given: str, wanted: str = "positive-e") -> Any:
    """Rewrite a millicharge in units of |e| from one sign convention in another (see `CHARGE_CONVENTIONS`).

    >>> convert_millicharge(1.5e-12, given="opposite-sign")
    -1.5e-12

    Raises
    ------
    InputError : an unknown convention.
    """
    return charge * (_factor(CHARGE_CONVENTIONS, wanted) / _factor(CHARGE_CONVENTIONS, given))


def _factor(conventions: dict[str, float], name: str) -> float:
    if name not in conventions:
        raise unknown("convention", name, conventions)
    return conventions[name]


def radius_shift(radius: Any, *, charge: float = 1.0) -> Any:
    """Shift of g_V^f by a charge radius (MeV^-2): -Q_f (sqrt2 pi alpha/(3 G_F)) <r^2> (giunti2015).

    `charge` is Q_f: +1 proton, -1 electron. Protons: -0.02380 per 1e-32 cm^2; electrons: +0.02380.

    >>> from weakscatter.units import cm
    >>> round(radius_shift(1e-32 * cm**2, charge=-1), 5)
    0.0238
    """
    return charge * RADIUS_SHIFT * radius


def radius_of_shift(shift: Any, *, charge: float = 1.0) -> Any:
    """Charge radius (MeV^-2) that shifts g_V^f by `shift`: the inverse of `radius_shift`."""
    return shift / (charge * RADIUS_SHIFT)


def charge_shift(millicharge: Any, Q2: Any, *, charge: float = 1.0) -> Any:
    """Shift of g_V^f by a millicharge (units of e > 0): +Q_f (2 sqrt2 pi alpha/(G_F Q^2)) e_nu (giunti2015).

    Q2 = 2 M T (MeV^2); `charge` is Q_f. On an electron that is -sqrt2 pi alpha e_nu/(G_F m_e T):

    >>> from weakscatter.units import keV
    >>> round(charge_shift(1e-12, 2 * constants.m_e * keV, charge=-1), 4)
    -5.4396
    """
    return charge * MILLICHARGE_SHIFT * millicharge / Q2


def charge_of_shift(shift: Any, Q2: Any, *, charge: float = 1.0) -> Any:
    """Millicharge (units of e > 0) that shifts g_V^f by `shift` at Q2 (MeV^2): the inverse of `charge_shift`."""
    return shift * Q2 / (charge * MILLICHARGE_SHIFT)


def millicharge_as_radius(millicharge: Any, Q2: Any) -> Any:
    """Charge radius (MeV^-2) with the effect of a millicharge at one Q2 (MeV^2): <r^2> = -6 e_nu/Q2.

    From F_1 = e_nu - Q2 <r^2>/6; on an electron -3 e_nu/(m_e T). The equivalence holds at this Q2 only.
    """
    return -6 * millicharge / Q2


def radius_as_millicharge(radius: Any, Q2: Any) -> Any:
    """Millicharge (units of e > 0) with the effect of a charge radius (MeV^-2) at one Q2: e_nu = -Q2 <r^2>/6."""
    return -Q2 * radius / 6


def anapole_as_radius(anapole: Any) -> Any:
    """Charge radius (MeV^-2) that an anapole moment a (MeV^-2) imitates: only <r^2> - 6 a is seen (giunti2015).

    >>> anapole_as_radius(0.5)
    -3.0
    """
    return -6 * anapole


def radius_as_anapole(radius: Any) -> Any:
    """Anapole moment (MeV^-2) that imitates a charge radius (MeV^-2): a = -<r^2>/6, all that a Majorana neutrino has."""
    return -radius / 6


def interference(amplitude: Any, added: Any) -> str:
    """Say how two real amplitudes add: "constructive", "destructive" or "none".

    With `amplitude` the weak Q_l = Z g_V^p + N g_V^n (negative where neutrons prevail) and `added` that of new physics.
    A positive millicharge on argon (Z = 18, N = 22):

    >>> interference(18 * 0.0318 - 22 * 0.5094, 18 * charge_shift(1e-8, 400.0))
    'destructive'
    """
    product = amplitude * added
    return "constructive" if product > 0 else "destructive" if product < 0 else "none"


def decay_width_of_moment(moment: Any, mass: Any) -> Any:
    """Width (MeV) of nu_s -> nu gamma by a transition moment (mu_B): alpha mu^2 m^3/(8 m_e^2), `mass` m in MeV.

    Gamma = mu^2 m^3/(8 pi) with mu_B = e/(2 m_e) and e^2 = 4 pi alpha. Dropping e from mu_B makes the moment of a given
    width smaller by 0.3028: 1.74e-28/s at 7.1 keV is 9.6e-21 mu_B, not 2.9e-21.
    """
    return constants.alpha * moment**2 * mass**3 / (8 * constants.m_e**2)


def moment_of_decay_width(width: Any, mass: Any) -> Any:
    """Transition moment (mu_B) of a width (MeV) at a mass (MeV): the inverse of `decay_width_of_moment`.

    >>> from weakscatter.units import keV, s
    >>> float(f"{moment_of_decay_width(1.74e-28 / s, 7.1 * keV):.2g}")
    9.6e-21
    """
    return (8 * constants.m_e**2 * width / (constants.alpha * mass**3)) ** 0.5

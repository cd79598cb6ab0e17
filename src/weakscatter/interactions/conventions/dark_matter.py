"""Dark matter with a dark photon: reference cross section, EFT coefficient, kinetic mixing.

    L = c1 (chi^+ chi)(f^+ f),   c(q) = eps e g_D Q_f/(q^2 + m_A^2),   alpha_D = g_D^2/(4 pi), e^2 = 4 pi alpha,

and sigma = c^2 mu^2/pi on a free target with the reduced mass mu. The reference cross section on electrons takes c at the
fixed momentum q_0 = alpha m_e; the shape is left to F_DM(q) = (m_A^2 + q_0^2)/(m_A^2 + q^2). Masses in MeV, c1 in
MeV^-2, cross sections in MeV^-2 (divide by `units.cm`**2). Signs are lost in sigma; inverses return the positive root.
"""

from __future__ import annotations

from math import pi
from typing import Any

from weakscatter import constants

#: Momentum alpha m_e (MeV) at which sigma_e is defined.
REFERENCE_MOMENTUM = constants.alpha * constants.m_e


def _reduced(first: Any, second: Any) -> Any:
    return first * second / (first + second)


def sigma_of_c1(c1: Any, mass: Any, target_mass: Any) -> Any:
    """Cross section (MeV^-2) on a free target, spin-independent contact interaction: c1^2 mu^2/pi.

    >>> round(sigma_of_c1(1e-6, 100.0, constants.m_e) * 1e12, 5)
    0.08227
    """
    return c1**2 * _reduced(mass, target_mass) ** 2 / pi


def c1_of_sigma(sigma: Any, mass: Any, target_mass: Any) -> Any:
    """c1 (MeV^-2, positive root) of a contact cross section (MeV^-2): the inverse of `sigma_of_c1`."""
    return (pi * sigma) ** 0.5 / _reduced(mass, target_mass)


def c1_of_mixing(mixing: Any, mediator_mass: Any, alpha_D: Any, *, q: Any = 0.0, charge: float = 1.0) -> Any:
    """c(q) = eps e g_D Q_f/(q^2 + m_A^2) (MeV^-2) of a dark photon; q = 0 for the heavy one, c1 = eps e g_D Q_f/m_A^2.

    With m_A = 0 and eps g_D -> delta e this is d1/q^2 of a millicharge delta e, d1 = delta e^2. `charge` is Q_f: opposite
    signs of c1 on electrons and protons.
    """
    coupling = 4 * pi * (constants.alpha * alpha_D) ** 0.5
    return charge * mixing * coupling / (q**2 + mediator_mass**2)


def mixing_of_c1(c1: Any, mediator_mass: Any, alpha_D: Any, *, q: Any = 0.0, charge: float = 1.0) -> Any:
    """Kinetic mixing eps of a c(q) (MeV^-2): the inverse of `c1_of_mixing`."""
    coupling = 4 * pi * (constants.alpha * alpha_D) ** 0.5
    return c1 * (q**2 + mediator_mass**2) / (charge * coupling)


def sigma_e_of_mixing(mixing: Any, mediator_mass: Any, mass: Any, alpha_D: Any) -> Any:
    """Reference cross section on electrons (MeV^-2): 16 pi mu_e^2 alpha alpha_D eps^2/(m_A^2 + alpha^2 m_e^2)^2.

    (arXiv:1703.00910.) A millicharge delta is m_A = 0 with alpha_D = alpha and eps = delta: 16 pi mu_e^2 delta^2/(alpha^2
    m_e^4).
    """
    c = c1_of_mixing(mixing, mediator_mass, alpha_D, q=REFERENCE_MOMENTUM)
    return sigma_of_c1(c, mass, constants.m_e)


def mixing_of_sigma_e(sigma_e: Any, mediator_mass: Any, mass: Any, alpha_D: Any) -> Any:
    """Kinetic mixing (positive root) of a reference cross section (MeV^-2): the inverse of `sigma_e_of_mixing`.

    XENON10 at 100 MeV, 3e-38 cm^2, for a heavy dark photon of 300 MeV and alpha_D = 0.5:

    >>> from weakscatter.units import cm
    >>> float(f"{mixing_of_sigma_e(3e-38 * cm**2, 300.0, 100.0, 0.5):.3g}")
    0.00363
    """
    c = c1_of_sigma(sigma_e, mass, constants.m_e)
    return mixing_of_c1(c, mediator_mass, alpha_D, q=REFERENCE_MOMENTUM)


def yield_variable(mixing: Any, mediator_mass: Any, mass: Any, alpha_D: Any) -> Any:
    """Y = eps^2 alpha_D (m/m_A)^4, which fixes the relic density (arXiv:1505.00011, recalled)."""
    return mixing**2 * alpha_D * (mass / mediator_mass) ** 4


def mixing_of_yield_variable(Y: Any, mediator_mass: Any, mass: Any, alpha_D: Any) -> Any:
    """Kinetic mixing (positive root) of Y: the inverse of `yield_variable`. m_A = 3 m and alpha_D = 0.5: eps^2 = 162 Y.

    >>> round(mixing_of_yield_variable(1.0, 30.0, 10.0, 0.5) ** 2)
    162
    """
    return (Y / alpha_D) ** 0.5 * (mediator_mass / mass) ** 2

"""Magnetic moment that the Standard Model gives a Dirac neutrino once it has right-handed partners."""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

import numpy as np

from weakscatter import constants
from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError


def dirac_moment(mass: Any) -> Any:
    """Diagonal moment of a Dirac neutrino in the minimally extended Standard Model, units of mu_B.

        mu_ii = 3 e G_F m_i/(8 sqrt2 pi^2) = [3 G_F m_e/(4 sqrt2 pi^2)] m_i mu_B,   epsilon_ii = 0

    (Fujikawa and Shrock 1980; equation 1 of Kouzakov and Studenikin, neutrino-atom collisions.) Leading order in
    (m_lepton/m_W)^2. Transition moments are smaller by that factor.

    Parameters
    ----------
    mass : number or array, neutrino mass (MeV), not negative.

    Examples
    --------
    >>> from weakscatter.units import eV
    >>> print(f"{dirac_moment(1 * eV):.2e}")
    3.20e-19
    """
    if is_concrete(mass) and not _valid(mass):
        raise InputError(
            f"A neutrino mass is finite and not negative; got {mass} MeV. Give it in natural units, 0.05 * eV."
        )
    return 3 * constants.G_F * constants.m_e / (4 * sqrt(2) * pi**2) * mass


def mass_of_dirac_moment(moment: Any) -> Any:
    """Mass (MeV) at which the minimally extended Standard Model has this moment (mu_B): the inverse of `dirac_moment`."""
    return moment / dirac_moment(1.0)


def _valid(mass: Any) -> bool:
    values = np.asarray(mass, float)
    return bool(np.all(np.isfinite(values) & (values >= 0)))

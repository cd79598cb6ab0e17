"""Elastic scattering of a massless projectile on a free particle at rest: kinematics, and where a magnetic moment takes over.

Equations are those of Kouzakov and Studenikin, "Neutrino-atom collisions" (arXiv:1612.07494 and references there).
"""

from __future__ import annotations

from math import pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError


def recoil_energy_max(E: Any, mass: Any) -> Any:
    """T_max = 2 E^2/(2 E + M) (MeV), backward scattering (equation 4).

    >>> round(float(recoil_energy_max(0.862, constants.m_e)), 4)
    0.6649
    """
    E = jnp.asarray(E, float)
    return 2 * E**2 / (2 * E + mass)


def projectile_energy_min(T: Any, mass: Any) -> Any:
    """E_min = (T + sqrt(T^2 + 2 M T))/2 (MeV), the inverse of `recoil_energy_max`."""
    T = jnp.asarray(T, float)
    return (T + jnp.sqrt(T * (T + 2 * mass))) / 2


def recoil_cosine(E: Any, T: Any, mass: Any) -> Any:
    """cos chi = (E + M)/E sqrt(T/(T + 2 M)), chi from the projectile's direction to the recoil (equation 3).

    Forward (1) at T_max, at right angles for T -> 0.

    Parameters
    ----------
    E, T : energies of projectile and recoil (MeV), broadcast against each other.
    mass : M (MeV).

    Raises
    ------
    InputError : a recoil energy that the projectile cannot give.
    """
    if is_concrete((E, T, mass)):
        top = np.asarray(recoil_energy_max(E, mass))
        if np.any(np.asarray(T) < 0) or np.any(np.asarray(T) > top * (1 + 1e-12)):
            raise InputError(
                f"A projectile of {E} MeV gives a particle of {mass} MeV recoil energies from 0 to {top} MeV; got {T}."
            )
    T = jnp.asarray(T, float)
    return jnp.minimum((E + mass) / E * jnp.sqrt(T / (T + 2 * mass)), 1.0)


def moment_crossing_on_electrons(moment: Any, couplings: tuple[Any, Any] | None = None) -> Any:
    """Recoil energy (MeV) below which a magnetic moment exceeds the weak interaction on free electrons, for T << E.

    pi^2 alpha^2 mu^2/(G_F^2 m_e^3) (equation 9), an estimate that leaves out the couplings; with `couplings` (g_V, g_A) the
    energy itself, times 2/[(g_V + g_A)^2 + (g_V - g_A)^2]. `moment` in mu_B.

    >>> from weakscatter.units import keV
    >>> round(float(moment_crossing_on_electrons(1e-11) / keV), 2)
    2.9
    """
    estimate = (pi * constants.alpha * moment / constants.G_F) ** 2 / constants.m_e**3
    if couplings is None:
        return estimate
    g_v, g_a = couplings
    return estimate / (g_v**2 + g_a**2)


def moment_crossing_on_nucleus(moment: Any, nuclide: Any, weak_charge: Any) -> Any:
    """The same for coherent scattering: pi^2 alpha^2 mu^2/(G_F^2 M m_e^2) (Z/C_V)^2 (MeV) (equation 16).

    `weak_charge` is C_V = [Z (1 - 4 s^2) - N]/2. Smaller by orders of magnitude than on electrons.
    """
    scale = (pi * constants.alpha * moment / constants.G_F / constants.m_e) ** 2 / nuclide.mass
    return scale * (nuclide.Z / weak_charge) ** 2

"""From the core of the Sun to its surface: slowly enough for each level to keep its number.

A nu_e made at an electron density n_e holds the levels of the Hamiltonian

    H = U diag(0, dm_21, dm_31) U^dagger/(2 E) + V(n_e)

in shares |U^m_ek(E, n_e)|^2. The density falls slowly, so no level is left (the probability to jump is below 1e-4 for the
measured mixing), and level k is mass state k outside. Phases average out over the region of production, hence

    P_k(E) = < |U^m_ek(E, n_e)|^2 >_production,      rho = sum_k P_k U |k><k| U^dagger,

three flavours, any potential. `two_flavour_probabilities` is the textbook reduction of it.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import jax.numpy as jnp

from weakscatter import constants
from weakscatter.mixing.levels import eigenvalues, shares
from weakscatter.mixing.matter import MatterPotential
from weakscatter.mixing.pmns import Mixing


def adiabatic_probabilities(
    energy: Any, density: Any, neutrons: Any, weights: Any, mixing: Mixing, potential: MatterPotential
) -> Any:
    """P_k [..., 3] of solar neutrinos to arrive as mass state k, summing to one.

    Parameters
    ----------
    energy : [...] (MeV).
    density, neutrons, weights : [n] electron densities (MeV^3), neutrons per electron and shares of the production.
    mixing, potential : `Mixing` and `MatterPotential`.

    Notes
    -----
    Exact diagonalisation of the three flavours; what is neglected is the jump between levels, and wave packets that
    overlap at the detector (they do not).
    """
    E = jnp.asarray(energy, float)
    U = mixing.unitary
    vacuum = (U * mixing.squared_masses) @ jnp.conj(U).T
    V = potential.per_electron(neutrons) * jnp.asarray(density)[:, None, None]
    # 2 E H, in MeV^2: finite at zero energy.
    H = vacuum + 2 * E[..., None, None, None] * V
    found = jnp.einsum("n,...nk->...k", jnp.asarray(weights), shares(H, eigenvalues(H)))
    # Levels are counted from below; the mass states from the ordering.
    return jnp.take(found, _ranks(mixing.squared_masses), axis=-1)


def _ranks(squared_masses: Any) -> Any:
    return jnp.argsort(jnp.argsort(squared_masses))


def two_flavour_probabilities(energy: Any, density: Any, weights: Any, mixing: Mixing) -> Any:
    """P_k [..., 3] = (c13^2 p, c13^2 (1 - p), s13^2), with p = (1 + <cos 2 theta_m>)/2 (Parke 1986).

        cos 2 theta_m = (cos 2 theta_12 - A)/sqrt((cos 2 theta_12 - A)^2 + sin^2 2 theta_12),   A = 2 sqrt2 G_F n_e E c13^2/dm_21

    Arguments as in `adiabatic_probabilities`. The third state is taken as decoupled, with its mixing in vacuum: P_ee is
    0.2 % too large at 10 MeV for 8B, less below.
    """
    c13 = 1 - mixing.sin2_theta_13
    potential = sqrt(2) * constants.G_F * density
    A = 2 * potential * c13 / mixing.delta_m2_21 * jnp.asarray(energy, float)[..., None]
    cos = 1 - 2 * mixing.sin2_theta_12
    sin = 4 * mixing.sin2_theta_12 * (1 - mixing.sin2_theta_12)
    p = 0.5 * (1 + ((cos - A) / jnp.sqrt((cos - A) ** 2 + sin)) @ jnp.asarray(weights))
    return jnp.stack([c13 * p, c13 * (1 - p), mixing.sin2_theta_13 * jnp.ones_like(p)], axis=-1)

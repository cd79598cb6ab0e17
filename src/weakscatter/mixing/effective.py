"""Effective moments: what an experiment at some distance sees of the matrices of dipole moments, and back.

With lambda = mu - i epsilon (units of mu_B) and the state rho that arrives,

    mu_eff^2 = Tr[lambda rho lambda^dagger] = sum_j |sum_k lambda[j, k] a_k|^2 for a pure state a.

Near the source that is mu_l^2 = (lambda^dagger lambda)[l, l] in the flavour basis; from the Sun, where the phases average
out, sum_k P_k (lambda^dagger lambda)[k, k] in the mass basis. Numbers of two experiments are different combinations.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.mixing.basis import change_basis
from weakscatter.provenance.errors import InputError


def dipole_matrix(magnetic: Any, electric: Any = 0.0) -> Any:
    """lambda = mu - i epsilon [3, 3], what a left-handed neutrino sees (units as given)."""
    return jnp.asarray(magnetic, complex) - 1j * jnp.asarray(electric, complex)


def moments_of_dipole_matrix(dipole: Any) -> tuple[Any, Any]:
    """(mu, epsilon), both Hermitian, of lambda = mu - i epsilon: the inverse of `dipole_matrix`."""
    dipole = jnp.asarray(dipole, complex)
    conjugate = jnp.conj(dipole).T
    return (dipole + conjugate) / 2, 1j * (dipole - conjugate) / 2


def effective_moment(dipole: Any, state: Any) -> Any:
    """sqrt(Tr[lambda rho lambda^dagger]) for a matrix and a state in one basis; `state` is [..., 3, 3].

    Examples
    --------
    A transition moment of 1e-11 mu_B between nu_e and nu_tau, seen by nu_e:

    >>> from weakscatter.mixing import flavour_state
    >>> moment = np.zeros((3, 3)); moment[0, 2] = moment[2, 0] = 1e-11
    >>> float(effective_moment(moment, flavour_state("e")))
    1e-11
    """
    dipole = jnp.asarray(dipole, complex)
    return jnp.sqrt(jnp.real(jnp.einsum("ji,...ik,jk->...", dipole, jnp.asarray(state), jnp.conj(dipole))))


def short_baseline_moments(dipole: Any, mixing: Any) -> Any:
    """Effective moments of nu_e, nu_mu, nu_tau [3] near the source, from lambda in the mass basis."""
    turned = change_basis(dipole, mixing.unitary)
    return jnp.sqrt(jnp.sum(jnp.abs(turned) ** 2, axis=0))


def solar_weights(mixing: Any, adiabatic: Any) -> Any:
    """P_k [3]: probabilities to arrive from the Sun as mass state k, (c13^2 p, c13^2 (1 - p), s13^2).

    `adiabatic` is p = (1 + <cos 2 theta_m>)/2, averaged over the source: cos^2(theta_12) for pp neutrinos, towards 0 for the
    most energetic 8B neutrinos. It is *not* a survival probability, which is sum_k P_k |U_ek|^2.
    """
    if is_concrete(adiabatic) and not np.all((np.asarray(adiabatic) >= 0) & (np.asarray(adiabatic) <= 1)):
        raise InputError(
            f"The probability p = (1 + <cos 2 theta_m>)/2 lies between 0 and 1; got {adiabatic}."
        )
    p = jnp.asarray(adiabatic, float)
    c13 = 1 - mixing.sin2_theta_13
    return jnp.stack([c13 * p, c13 * (1 - p), mixing.sin2_theta_13 * jnp.ones_like(p)], axis=-1)


def solar_moment(dipole: Any, weights: Any) -> Any:
    """Effective moment of solar neutrinos, sqrt(sum_k P_k sum_j |lambda[j, k]|^2), lambda in the mass basis."""
    return jnp.sqrt(
        jnp.sum(jnp.asarray(weights) * jnp.sum(jnp.abs(jnp.asarray(dipole)) ** 2, axis=0), axis=-1)
    )


def transition_matrix(moments: Any) -> Any:
    """lambda[i, j] = eps_ijk Lambda_k of a Majorana neutrino from its three transition moments (complex), antisymmetric.

    In the mass basis this is the matrix of this library. Papers also write it with flavours, lambda_flavour =
    U^* lambda_mass U^dagger, where it is antisymmetric again since its final index counts *antineutrinos*.
    """
    a, b, c = (jnp.asarray(x, complex) for x in moments)
    zero = jnp.zeros((), complex)
    return jnp.stack([jnp.stack([zero, c, -b]), jnp.stack([-c, zero, a]), jnp.stack([b, -a, zero])])


def transition_moments(dipole: Any) -> Any:
    """(Lambda_1, Lambda_2, Lambda_3) of an antisymmetric lambda: the inverse of `transition_matrix`.

    Raises
    ------
    InputError : the matrix is not antisymmetric.
    """
    if is_concrete(dipole):
        given = np.asarray(dipole)
        if not np.max(np.abs(given + given.T)) <= 1e-9 * np.max(np.abs(given), initial=0.0):
            raise InputError(
                "Transition moments Lambda_k are those of an antisymmetric matrix (Majorana neutrinos)."
            )
    dipole = jnp.asarray(dipole, complex)
    return jnp.stack([dipole[1, 2], dipole[2, 0], dipole[0, 1]])


def majorana_moduli(effective: Any) -> Any:
    """|Lambda_l| [3] in the flavour basis from the effective moments [3] of nu_e, nu_mu, nu_tau near the source.

    mu_l^2 = |Lambda|^2 - |Lambda_l|^2 (Grimus et al. 2003), so |Lambda_l|^2 = (mu_e^2 + mu_mu^2 + mu_tau^2)/2 - mu_l^2.

    Raises
    ------
    InputError : moments that no Majorana neutrino has: one larger than the two others together, in squares.

    Examples
    --------
    >>> import numpy as np
    >>> np.asarray(majorana_moduli([0.0, 2e-11, 2e-11])).tolist()
    [2e-11, 0.0, 0.0]
    """
    squares = jnp.asarray(effective, float) ** 2
    found = jnp.sum(squares) / 2 - squares
    if is_concrete(effective):
        if np.min(np.asarray(found)) < -1e-12 * np.max(np.asarray(squares)):
            raise InputError(
                f"No Majorana neutrino has the effective moments {np.asarray(effective).tolist()}: the square of each is at "
                "most the sum of the two others."
            )
        found = jnp.maximum(found, 0.0)
    return jnp.sqrt(found)

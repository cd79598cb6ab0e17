"""Antineutrinos: one rule, in one place.

An antineutrino is annihilated by the field that creates a neutrino. A current c[f, i] nubar_f gamma P_L nu_i takes the
antineutrino f to i: it is seen as -c^T. Of a structure that flips the helicity, lambda[f, i] nubar_f sigma P_L nu_i plus
its Hermitian conjugate, the *conjugate* term, lambda*[f, i] nubar_i sigma P_R nu_f, annihilates an antineutrino i and
makes an f: it is seen as lambda*. The two agree for Hermitian matrices, which all but electric dipole moments have.

The minus sign is common to every vector and axial charge of the projectile, so it drops out of all rates; what remains is
the matrix and the helicity, which flips the sign of the vector-axial interference on the target. The density matrix of an
antineutrino beam is already that of antineutrinos. For Majorana neutrinos the same rule holds, since their charges and
radii are antisymmetric and their anapole moments symmetric.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from weakscatter.interactions import Charge

#: Structures that change the projectile's helicity; their Hermitian conjugate is another term of the Lagrangian.
FLIPPING = ("dipole", "scalar", "tensor")


def seen_by(charge: Charge, antineutrino: bool) -> Any:
    """Matrix c[final, initial] of a charge as the projectile sees it."""
    matrix = jnp.asarray(charge.matrix)
    if antineutrino and charge.structure in FLIPPING:
        return jnp.conj(matrix)
    return matrix.T if antineutrino else matrix


def helicity(antineutrino: bool) -> int:
    """-1 for neutrinos, +1 for antineutrinos (massless)."""
    return 1 if antineutrino else -1

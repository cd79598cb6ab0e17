"""Levels of a Hermitian 3 x 3 Hamiltonian in closed form, and how much of one flavour each of them holds.

Eigenvalues by the cosine formula; shares by the eigenvector-eigenvalue identity (Denton et al. 2022),

    |v_k[i]|^2 = (l_k - x_1)(l_k - x_2) / prod_{j != k} (l_k - l_j),   x of the matrix without row and column i,

so that arrays of Hamiltonians need no eigenvectors, no loop and no library call, and can be traced. Equal levels divide by zero.
"""

from __future__ import annotations

from math import pi
from typing import Any

import jax.numpy as jnp


def eigenvalues(hamiltonian: Any) -> Any:
    """Eigenvalues [..., 3], ascending, of Hermitian matrices [..., 3, 3]."""
    H = jnp.asarray(hamiltonian)
    diagonal = jnp.stack([jnp.real(H[..., i, i]) for i in range(3)], axis=-1)
    mean = jnp.mean(diagonal, axis=-1)
    a, b, c = (diagonal[..., i] - mean for i in range(3))
    x, y, z = H[..., 0, 1], H[..., 0, 2], H[..., 1, 2]
    xx, yy, zz = (jnp.real(v * jnp.conj(v)) for v in (x, y, z))
    spread = jnp.sqrt((a * a + b * b + c * c + 2 * (xx + yy + zz)) / 6)
    determinant = a * b * c + 2 * jnp.real(x * z * jnp.conj(y)) - a * zz - b * yy - c * xx
    third = jnp.arccos(jnp.clip(determinant / (2 * spread**3), -1.0, 1.0)) / 3
    angles = third[..., None] + jnp.array([2 * pi / 3, -2 * pi / 3, 0.0])
    return mean[..., None] + 2 * spread[..., None] * jnp.cos(angles)


def shares(hamiltonian: Any, levels: Any) -> Any:
    """|v_k[e]|^2 [..., 3]: how much of the first basis state each of the `levels` [..., 3] holds; they sum to one."""
    H = jnp.asarray(hamiltonian)
    b, c = jnp.real(H[..., 1, 1]), jnp.real(H[..., 2, 2])
    z = H[..., 1, 2]
    trace, product = (b + c)[..., None], (b * c - jnp.real(z * jnp.conj(z)))[..., None]
    minor = levels**2 - trace * levels + product
    first, second, third = (levels[..., k] for k in range(3))
    others = jnp.stack(
        [
            (first - second) * (first - third),
            (second - first) * (second - third),
            (third - first) * (third - second),
        ],
        axis=-1,
    )
    return minor / others


def evolution(hamiltonian: Any, levels: Any, length: Any) -> Any:
    """exp(-i H L) [..., 3, 3] for the `levels` of H and lengths [...], through the projectors on the levels."""
    H, one = jnp.asarray(hamiltonian, complex), jnp.eye(3)
    shifted = [H - levels[..., k, None, None] * one for k in range(3)]
    total: Any = 0.0
    for k, (i, j) in enumerate(((1, 2), (0, 2), (0, 1))):
        gap = (levels[..., k] - levels[..., i]) * (levels[..., k] - levels[..., j])
        projector = shifted[i] @ shifted[j] / gap[..., None, None]
        total = total + jnp.exp(-1j * levels[..., k] * length)[..., None, None] * projector
    return total

"""Antineutrinos: one rule, in one place.

Charge conjugation turns the projectile's current c[f, i] nubar_f gamma P_L nu_i into -c[i, f] on antineutrinos of
opposite helicity. The minus sign is common to every vector and axial charge of the projectile, so it drops out of
all rates; what remains is the transpose of the charges and the helicity, which flips the sign of the vector-axial
interference on the target. Where the helicity flips, the Lagrangian is c[f, i] nubar_f P_L nu_i + h.c., and its second
half scatters antineutrinos, with c^*[f, i]: the transpose if c is Hermitian, which a dipole need not be. The density
matrix of an antineutrino beam is already that of antineutrinos.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from weakscatter.interactions import Charge


def seen_by(charge: Charge, antineutrino: bool) -> Any:
    """Matrix c[final, initial] of a charge as the projectile sees it."""
    matrix = jnp.asarray(charge.matrix)
    if charge.structure not in ("vector", "axial"):
        return jnp.conj(matrix) if antineutrino else matrix
    return matrix.T if antineutrino else matrix


def helicity(antineutrino: bool) -> int:
    """-1 for neutrinos, +1 for antineutrinos (massless)."""
    return 1 if antineutrino else -1

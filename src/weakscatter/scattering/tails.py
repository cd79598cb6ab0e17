"""Integrals of a spectrum above an energy, as real functions times Hermitian matrices.

    int_E_min dE f(E) rho(E) E^k/p^2 = sum_m t_km(E_min) M_m

A solar component by day has three matrices, and anything has nine: the parts of its density matrix.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

#: Positions of the independent entries of a Hermitian matrix: diagonal and upper ones.
_ROWS, _COLUMNS = np.triu_indices(3)
_OFF = _ROWS != _COLUMNS


def _entries() -> np.ndarray:
    """Matrices [9, 3, 3] that belong to the real parts of the independent entries and to the imaginary ones off the diagonal."""
    real, imaginary = np.zeros((6, 3, 3), complex), np.zeros((6, 3, 3), complex)
    for n, (i, j) in enumerate(zip(_ROWS, _COLUMNS, strict=True)):
        real[n, i, j] = real[n, j, i] = 1.0
        imaginary[n, i, j], imaginary[n, j, i] = 1j, -1j
    return np.concatenate([real, imaginary[_OFF]])


_ENTRIES = _entries()


def tail_terms(component: Any, E_min: Any) -> tuple[Any, Any]:
    """Functions [3, *E_min, m] (MeV^(k-2)) and matrices [m, 3, 3] of a beam component that does not arrive in one state."""
    if hasattr(component, "tail_terms"):
        functions, matrices = component.tail_terms(E_min)
        return functions, matrices
    upper = component.tail(E_min)[..., _ROWS, _COLUMNS]
    return jnp.concatenate([jnp.real(upper), jnp.imag(upper)[..., _OFF]], axis=-1), jnp.asarray(_ENTRIES)

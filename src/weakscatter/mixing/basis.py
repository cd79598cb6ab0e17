"""Change of basis of charges and density matrices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jax.numpy as jnp

from weakscatter.provenance.errors import InputError


def change_basis(matrix: Any, unitary: Any) -> Any:
    """M' = V M V^dagger for a charge or a density matrix [..., 3, 3].

    With V = U (U[l, k], flavour from mass states) a mass-basis matrix becomes the flavour-basis one,
    M_flavour = U M_mass U^dagger; with V = U^dagger the other way. For antineutrinos use U^*.
    """
    unitary = jnp.asarray(unitary)
    return unitary @ jnp.asarray(matrix) @ jnp.conj(unitary).T


def require_one_basis(bases: Iterable[str]) -> str:
    """The basis shared by charges and beam.

    Raises
    ------
    InputError : two bases are mixed.
    """
    found = sorted(set(bases))
    if len(found) != 1:
        raise InputError(
            f"Charges and beam are given in different bases ({', '.join(found)}); "
            "bring them into one with weakscatter.mixing.change_basis."
        )
    return found[0]

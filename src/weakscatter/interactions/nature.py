"""Dirac or Majorana: which matrices of electromagnetic properties a neutrino can have.

All matrices are Hermitian. For Majorana neutrinos, in the mass basis in which U holds the Majorana phases (Giunti and
Studenikin 2015, section III.C),

    charge, charge radius, magnetic and electric moment:  M = -M^T, so imaginary off the diagonal and zero on it,
    anapole moment:                                       M = +M^T, so real.

In the flavour basis, U M U^dagger, this is a property of no single entry. So Majorana matrices are given in the mass basis.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.interactions.charge import BASES, FLAVOURS
from weakscatter.interactions.generators import (
    Generators,
    hermitian,
    imaginary_antisymmetric,
    polar,
    real_symmetric,
)
from weakscatter.provenance.errors import InputError, unknown

NATURES = ("dirac", "majorana")
MASS_STATES = ("1", "2", "3")
LABELS: dict[str, tuple[str, ...]] = {"flavour": FLAVOURS, "mass": MASS_STATES}

#: Relative departure from Hermitian that rounding explains.
_ROUNDING = 1e-9


def check_matrix(what: str, matrix: Any, basis: str, nature: str, *, majorana: str = "antisymmetric") -> None:
    """Refuse a matrix that this kind of neutrino cannot have; one that JAX is tracing is taken as it is.

    `majorana` is "antisymmetric" or "symmetric", see the module's first lines.

    Raises
    ------
    InputError : unknown basis or nature, a wrong shape, a matrix that is not Hermitian, or not of the Majorana form.
    """
    if basis not in BASES:
        raise unknown("basis", basis, BASES)
    if nature not in NATURES:
        raise unknown("nature of the neutrino", nature, NATURES)
    if nature == "majorana" and basis != "mass":
        raise InputError(
            f"The {what} of Majorana neutrinos is given in the mass basis, where its form is fixed: basis = 'mass'. "
            "weakscatter.mixing.change_basis converts a matrix."
        )
    if not is_concrete(matrix):
        return
    M = np.asarray(matrix)
    if M.shape != (3, 3):
        raise InputError(f"The {what} of neutrinos is a 3 x 3 matrix; got shape {M.shape}.")
    partner = M.conj().T
    if not (partner == M).all() and not np.max(np.abs(M - partner)) <= _ROUNDING * np.max(np.abs(M)):
        raise InputError(
            f"The {what} matrix must be Hermitian, M[f, i] = M[i, f]^*, and finite. Give one of the two entries to "
            "hermitian_matrix, or average the matrix with its conjugate transpose."
        )
    if nature == "majorana" and M.any():
        _check_majorana(what, M, majorana)


def _check_majorana(what: str, M: np.ndarray, majorana: str) -> None:
    size = _ROUNDING * np.max(np.abs(M))
    if majorana == "symmetric":
        if np.max(np.abs(M.imag)) > size:
            raise InputError(
                f"Majorana neutrinos have real {what}s in the mass basis; drop the imaginary part."
            )
        return
    if np.max(np.abs(M.diagonal())) > size:
        raise InputError(
            f"Majorana neutrinos have no diagonal {what}: the matrix is antisymmetric in the mass basis. Give transition "
            "entries such as 12 only, or nature = 'dirac'."
        )
    if np.max(np.abs(M.real)) > size:
        raise InputError(
            f"The {what} of Majorana neutrinos is imaginary in the mass basis (Hermitian and antisymmetric): write the entry "
            "12 = [0, x]. What would be the real part of a magnetic moment is an electric moment."
        )


@lru_cache(maxsize=64)
def matrix_generators(
    base: str, unit: str, basis: str, nature: str, description: str,
    *, majorana: str = "antisymmetric", nonnegative: bool = False,
) -> Generators:  # fmt: skip
    """Names and generators of the matrix that a neutrino of this nature can have in this basis."""
    words = f"{description}, mass basis" if basis == "mass" else description
    if nature == "majorana":
        make = imaginary_antisymmetric if majorana == "antisymmetric" else real_symmetric
        return make(base, unit, labels=MASS_STATES, description=f"{words}, Majorana")
    if basis == "mass":
        return polar(base, unit, labels=MASS_STATES, description=words)
    return hermitian(base, unit, nonnegative=nonnegative, description=words)

"""The static dipole polarisability and its convergence errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weakscatter.atomic.operators import dipole_length, source
from weakscatter.atomic.response_matrix import ResponseMatrix

#: What orbitals that are self-consistent to the tolerance of `scf.solve` can leave, relative.
ORBITALS = 1e-7


@dataclass(frozen=True)
class Polarisability:
    """A static dipole polarisability (a0^3) with its errors.

    Parameters
    ----------
    value : alpha(0) = (2/3) t.(A + B)^-1 t, a0^3.
    basis_error : relative change in a basis with both knot steps larger by 1.2 and virtual orbitals up to two thirds of the cut,
        plus `ORBITALS`.
    box_error : relative change in 0.75 of the box.

    Both are upper estimates of the numerical error; what the random phase approximation leaves out is not in them (He: 4 % below
    the measured value, Ne 11 %, Ar to Xe 1 to 3 %).
    """

    value: float
    basis_error: float
    box_error: float

    @property
    def error(self) -> float:
        """Both errors together (a0^3)."""
        return abs(self.value) * (self.basis_error + self.box_error)

    def __str__(self) -> str:
        return f"{self.value:.4f} +- {self.error:.1e} a0^3"


def static_response(matrix: ResponseMatrix) -> float:
    """Return (2/3) t.(A + B)^-1 t (a0^3) of an electric-dipole response matrix; on a contour its imaginary part is rounding."""
    t = source(matrix, dipole_length(matrix.reference))
    return float(np.real(2.0 / 3.0 * (t @ np.linalg.solve(matrix.A + matrix.B, t))))

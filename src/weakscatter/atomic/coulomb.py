"""Coulomb integrals by solving the radial Poisson equation in the spline basis.

The multipole potential y^k(r) = int (r_<^k/r_>^(k+1)) rho(r') dr' of a density rho solves, with Y = r y^k,

    Y'' - k (k + 1) Y/r^2 = -(2k + 1) rho/r,   Y(0) = 0,   Y(box) = box^-k int r^k rho dr.

In the weak form, M_ij = int B_i' B_j' + k (k + 1) B_i B_j/r^2 and b_i = int B_i rho/r, so that every two-electron
integral is a scalar product of *Coulomb vectors*,

    R^k(rho, rho') = v . v',   v = [ sqrt(2k + 1) L^-1 b,  box^(-k - 1/2) int r^k rho ],   M = L L^T.

No kernel is integrated, accuracy is that of the splines, and all of it stays valid on a complex contour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numba
import numpy as np

from weakscatter.atomic.basis import KappaBasis, Orbital
from weakscatter.atomic.splines import Radial, evaluate, moments, overlaps


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def _band_cholesky(matrix: np.ndarray, band: int) -> np.ndarray:
    """Return L [n, band + 1] of matrix = L L^T without conjugation; L[i, j - i + band] for j <= i."""
    n = len(matrix)
    out = np.zeros((n, band + 1), dtype=matrix.dtype)
    for i in range(n):
        for j in range(max(0, i - band), i + 1):
            total = matrix[i, j]
            for k in range(max(0, i - band), j):
                total -= out[i, k - i + band] * out[j, k - j + band]
            out[i, j - i + band] = np.sqrt(total) if i == j else total / out[j, band]
    return out


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def _forward(lower: np.ndarray, columns: np.ndarray) -> None:
    """Replace columns [n, m] by L^-1 columns."""
    n, width = lower.shape
    band = width - 1
    for i in range(n):
        for k in range(max(0, i - band), i):
            factor = lower[i, k - i + band]
            for c in range(columns.shape[1]):
                columns[i, c] -= factor * columns[k, c]
        inverse = 1.0 / lower[i, band]
        for c in range(columns.shape[1]):
            columns[i, c] *= inverse


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def _backward(lower: np.ndarray, column: np.ndarray) -> None:
    """Replace column [n] by L^-T column."""
    n, width = lower.shape
    band = width - 1
    for i in range(n - 1, -1, -1):
        column[i] /= lower[i, band]
        for k in range(max(0, i - band), i):
            column[k] -= lower[i, k - i + band] * column[i]


@dataclass(frozen=True, eq=False)
class Coulomb:
    """Coulomb integrals on a radial mesh; factorisations are made once per multipole."""

    radial: Radial
    _factors: dict[int, np.ndarray] = field(default_factory=dict)

    def _factor(self, k: int) -> np.ndarray:
        if k not in self._factors:
            rad = self.radial
            inner = slice(1, rad.size - 1)
            matrix = overlaps(rad.slope, rad.slope, rad.weight, rad.size)
            if k:
                matrix += k * (k + 1) * overlaps(rad.value, rad.value, rad.weight / rad.r**2, rad.size)
            self._factors[k] = _band_cholesky(np.ascontiguousarray(matrix[inner, inner]), rad.mesh.order - 1)
        return self._factors[k]

    @property
    def _end(self) -> Any:
        return self.radial.r[-1, -1] + (self.radial.mesh.box - self.radial.x[-1, -1]) * self._outer_jacobian

    @property
    def _outer_jacobian(self) -> Any:
        return 1.0 if self.radial.mesh.scaling_angle == 0 else np.exp(1j * self.radial.mesh.scaling_angle)

    def potential(self, density: np.ndarray, k: int) -> np.ndarray:
        """Return y^k on the points for a density P_a P_b + Q_a Q_b on the points."""
        rad = self.radial
        b = moments(rad.value, rad.weight * density / rad.r, rad.size)[1:-1]
        lower = self._factor(k)
        column = b[:, None].copy()
        _forward(lower, column)
        solution = column[:, 0]
        _backward(lower, solution)
        full = np.zeros(rad.size, dtype=rad.dtype)
        full[1:-1] = (2 * k + 1) * solution
        charge = np.sum(rad.weight * density * rad.r**k)
        return evaluate(rad.value, full) / rad.r + charge * rad.r**k / self._end ** (2 * k + 1)

    def vector(self, density: np.ndarray, k: int) -> np.ndarray:
        """Return the Coulomb vector [size - 1] of one density on the points."""
        rad = self.radial
        b = moments(rad.value, rad.weight * density / rad.r, rad.size)[1:-1, None]
        return self._finish(b.copy(), k, np.array([np.sum(rad.weight * density * rad.r**k)]))[:, 0]

    def vectors(self, basis: KappaBasis, partner: Orbital, ks: Sequence[int]) -> dict[int, np.ndarray]:
        """Return {k: Coulomb vectors [size - 1, n]} of (basis function i) x (orbital), i = 1 ... n."""
        rad = self.radial
        over_r = rad.weight / rad.r
        large = overlaps(rad.value, rad.value, over_r * partner.P, rad.size)[1:-1, basis.large]
        small = overlaps(rad.value, basis.small_value, over_r * partner.Q, rad.size)[1:-1, basis.small]
        b = np.hstack([large, small])
        found = {}
        for k in ks:
            power = rad.weight * rad.r**k
            charge_large = moments(rad.value, power * partner.P, rad.size)[basis.large]
            charge_small = moments(basis.small_value, power * partner.Q, rad.size)[basis.small]
            found[k] = self._finish(b.copy(), k, np.concatenate([charge_large, charge_small]))
        return found

    def _finish(self, b: np.ndarray, k: int, charge: np.ndarray) -> np.ndarray:
        _forward(self._factor(k), b)
        return np.vstack([np.sqrt(2 * k + 1.0) * b, charge / self._end ** (k + 0.5)])

    def integral(self, first: np.ndarray, second: np.ndarray, k: int) -> Any:
        """Return R^k of two densities on the points."""
        return self.vector(first, k) @ self.vector(second, k)

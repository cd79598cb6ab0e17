"""Solve the coupled response equations for many energies with few factorisations.

With K = A + B and M = A - B (complex symmetric) the amplitudes at frequency w are

    tau = +:  X + Y = -2 (K - w^2 M^-1)^-1 t        tau = -:  X - Y = -2 (M - w^2 K^-1)^-1 t.

Both are symmetric problems H - w^2 G^-1. One LU of M K - s at a shift s = w_0^2 yields the Krylov vectors
p_(j+1) = (G H - s)^-1 p_j (each orthogonalised before the next) and u_j = G p_j of either without ever inverting G: in the
basis u the reduced matrices are U^T H U and U^T P, and a Galerkin solution costs nothing per energy. The residual
(H u - w^2 p) c - t is known for every energy; where it is largest the next shift is placed. By symmetry the error of a
strength t.x is quadratic in the residual.

Rational Krylov projection: A. Ruhe, Linear Algebra Appl. 58, 391 (1984).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lu_factor, lu_solve

from weakscatter.atomic.response_matrix import ResponseMatrix

#: Krylov vectors taken at one shift before another is placed, and at most in all.
_PER_SHIFT = 48
_LARGEST = 500

#: After how many vectors the residual is looked at.
_LOOK = 12


@dataclass(frozen=True, eq=False)
class Amplitudes:
    """Response to one operator.

    ``values`` [energy, pair] are X + Y (tau = +) or X - Y (tau = -) in normalised pairs; ``residual`` [energy] the norm
    of what the equations are not satisfied by, relative to the source; ``shifts`` the frequencies that were factorised.
    """

    values: np.ndarray
    residual: np.ndarray
    shifts: tuple[float, ...]


class _Space:
    """The growing reduced problem of one source."""

    def __init__(self, h: np.ndarray, g: np.ndarray, source: np.ndarray) -> None:
        self.h, self.g, self.source = h, g, source.astype(h.dtype)
        n = len(source)
        self.count = 0
        self.u, self.p, self.hu = (np.zeros((n, _LARGEST), dtype=h.dtype, order="F") for _ in range(3))

    def add(self, p: np.ndarray) -> bool:
        """Add one vector; False where it brings nothing new."""
        u = self.g @ p
        size = np.linalg.norm(u)
        for _ in range(2):
            overlap = self.u[:, : self.count].conj().T @ u
            u = u - self.u[:, : self.count] @ overlap
            p = p - self.p[:, : self.count] @ overlap
        left = np.linalg.norm(u)
        if left < 1e-11 * size or self.count == _LARGEST:
            return False
        c = self.count
        self.u[:, c], self.p[:, c] = u / left, p / left
        self.hu[:, c] = self.h @ self.u[:, c]
        self.count += 1
        return True

    @property
    def last(self) -> np.ndarray:
        """The newest vector p, orthogonal to the others.

        The next is made of it: powers of one vector would soon be parallel, and what subtraction leaves of them is rounding, for which
        u = G p no longer holds and the error of a strength no longer goes as the residual squared.
        """
        return self.p[:, self.count - 1]

    def solve(self, energies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return x [energy, pair] and the relative residuals [energy]."""
        u, p, hu = (m[:, : self.count] for m in (self.u, self.p, self.hu))
        reduced, metric, right = u.T @ hu, u.T @ p, u.T @ self.source
        c = np.array([np.linalg.solve(reduced - w**2 * metric, right) for w in energies]).reshape(
            len(energies), -1
        )
        rest = hu @ c.T - (p @ c.T) * energies**2 - self.source[:, None]
        return -2.0 * (c @ u.T), np.linalg.norm(rest, axis=0) / np.linalg.norm(self.source)


def respond(
    matrix: ResponseMatrix,
    sources: Sequence[tuple[np.ndarray, int]],
    energies: np.ndarray,
    *,
    tolerance: float = 1e-3,
) -> tuple[Amplitudes, ...]:
    """Solve for all sources and energies.

    Parameters
    ----------
    matrix : A and B.
    sources : (t [pair], tau) of each operator, normalised (`operators.source`).
    energies : frequencies [energy] (hartree); an imaginary part g > 0 averages over Lorentzians of half width g.
    tolerance : largest relative residual. Cross sections are then good to about its square.
    """
    energies = np.asarray(energies)
    plus, minus = matrix.A + matrix.B, matrix.A - matrix.B
    product = minus @ plus
    spaces = [_Space(plus, minus, t) if tau > 0 else _Space(minus, plus, t) for t, tau in sources]
    shifts: list[float] = []
    # A first shift in the middle of the range (in w^2 the response is smoother at the upper end).
    place = float(np.sqrt(0.5 * (energies.real.min() ** 2 + energies.real.max() ** 2)))
    while True:
        shifts.append(place)
        shifted = product.copy()
        shifted[np.diag_indices_from(shifted)] -= place**2
        factors = lu_factor(shifted, overwrite_a=True, check_finite=False)
        for space, (t, tau) in zip(spaces, sources, strict=True):
            p = t.astype(product.dtype)
            for i in range(_PER_SHIFT):
                if space.count and i % _LOOK == 0 and space.solve(energies)[1].max() < tolerance:
                    break
                p = lu_solve(factors, p, trans=1 if tau > 0 else 0, check_finite=False)
                if not space.add(p / np.linalg.norm(p)):
                    break
                p = space.last
        found = [space.solve(energies) for space in spaces]
        worst = np.max([r for _, r in found], axis=0)
        place = float(energies[int(np.argmax(worst))].real)
        if worst.max() < tolerance or place in shifts or len(shifts) * _PER_SHIFT >= _LARGEST:
            return tuple(Amplitudes(x, r, tuple(shifts)) for x, r in found)


def solve_directly(
    matrix: ResponseMatrix, sources: Sequence[tuple[np.ndarray, int]], energies: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return the amplitudes [energy, pair] from one dense LU per energy: the second route."""
    plus, minus = matrix.A + matrix.B, matrix.A - matrix.B
    product = minus @ plus
    out: list[list[np.ndarray]] = [[] for _ in sources]
    for w in energies:
        shifted = product.copy()
        shifted[np.diag_indices_from(shifted)] -= w**2
        factors = lu_factor(shifted, overwrite_a=True, check_finite=False)
        for i, (t, tau) in enumerate(sources):
            if tau > 0:
                out[i].append(-2.0 * lu_solve(factors, minus @ t, check_finite=False))
            else:
                out[i].append(-2.0 * (plus @ lu_solve(factors, t.astype(product.dtype), check_finite=False)))
    return tuple(np.array(x) for x in out)

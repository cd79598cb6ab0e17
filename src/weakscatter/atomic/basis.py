"""Kinetically balanced basis of one kappa, and the one-electron Dirac Hamiltonian in it.

Large components B_i; small components s_i = (d/dr + kappa/r) B_i/(2c), the restricted kinetic balance: no spurious
states and the right nonrelativistic limit. For kappa > 0 the small set holds one function more, that of the last
spline: without it every small component would obey int r^kappa Q dr = 0, which the true ones do not.

Shabaev et al., Phys. Rev. Lett. 93, 130405 (2004); Dyall and Faegri, "Relativistic Quantum Chemistry" (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from weakscatter.atomic.hartree import C
from weakscatter.atomic.shells import orbital_l
from weakscatter.atomic.splines import Radial, evaluate, overlaps


@dataclass(frozen=True, eq=False)
class KappaBasis:
    """The basis of one kappa: vectors are [large coefficients, small coefficients].

    ``large`` and ``small`` are the spline indices kept; ``small_value`` [cell, point, order] the local small
    functions; ``metric`` the overlap and ``free`` the Hamiltonian without potential [n, n]. h = c alpha.p + V with the
    rest energy taken out.
    """

    kappa: int
    radial: Radial
    large: np.ndarray
    small: np.ndarray
    small_value: np.ndarray
    metric: np.ndarray
    free: np.ndarray

    @property
    def size(self) -> int:
        """Number of basis functions."""
        return len(self.large) + len(self.small)

    def potential(self, v: np.ndarray) -> np.ndarray:
        """Return the matrix [n, n] of a local potential v on the points."""
        rad = self.radial
        weight = rad.weight * v
        ll = overlaps(rad.value, rad.value, weight, rad.size)[np.ix_(self.large, self.large)]
        ss = overlaps(self.small_value, self.small_value, weight, rad.size)[np.ix_(self.small, self.small)]
        return _blocks(ll, ss)

    def spread(self, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the coefficients of P and Q on all splines."""
        p = np.zeros(self.radial.size, dtype=self.radial.dtype)
        q = np.zeros(self.radial.size, dtype=self.radial.dtype)
        p[self.large] = vector[: len(self.large)]
        q[self.small] = vector[len(self.large) :]
        return p, q

    def functions(self, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return P and Q on the points [cell, point]."""
        p, q = self.spread(vector)
        return evaluate(self.radial.value, p), evaluate(self.small_value, q)


def _blocks(ll: np.ndarray, ss: np.ndarray) -> np.ndarray:
    n, m = len(ll), len(ss)
    out = np.zeros((n + m, n + m), dtype=ll.dtype)
    out[:n, :n], out[n:, n:] = ll, ss
    return out


def kappa_basis(radial: Radial, kappa: int) -> KappaBasis:
    """Return the basis of one kappa on a radial mesh."""
    size, order = radial.size, radial.mesh.order
    # P starts as r^(l+1): splines that vanish more slowly would give a singular small component.
    low = min(orbital_l(kappa) + 1, order - 2)
    large = np.arange(low, size - 1)
    small = np.arange(low, size) if kappa > 0 else large
    r = radial.r[..., None]
    small_value = (radial.slope + kappa / r * radial.value) / (2.0 * C)
    ll = overlaps(radial.value, radial.value, radial.weight, size)[np.ix_(large, large)]
    full = overlaps(small_value, small_value, radial.weight, size)
    ss, ls = full[np.ix_(small, small)], full[np.ix_(large, small)]
    metric = _blocks(ll, ss)
    free = _blocks(np.zeros_like(ll), -2.0 * C**2 * ss)
    n = len(large)
    free[:n, n:] = 2.0 * C**2 * ls
    free[n:, :n] = free[:n, n:].T
    return KappaBasis(kappa, radial, large, small, small_value, metric, free)


@dataclass(frozen=True, eq=False)
class Orbital:
    """A bound orbital: its basis, vector, and radial functions on the points [cell, point]."""

    basis: KappaBasis
    vector: np.ndarray
    P: np.ndarray
    Q: np.ndarray

    @property
    def kappa(self) -> int:
        """Dirac quantum number."""
        return self.basis.kappa

    @property
    def density(self) -> Any:
        """P^2 + Q^2 on the points."""
        return self.P**2 + self.Q**2


def orbital(basis: KappaBasis, vector: np.ndarray) -> Orbital:
    """Return the normalised orbital of a vector, positive where it rises from the nucleus."""
    vector = vector / np.sqrt(vector @ basis.metric @ vector)
    p, q = basis.functions(vector)
    first = p.real.ravel()[int(np.argmax(abs(p.ravel()) > 1e-3 * abs(p).max()))]
    sign = 1.0 if first > 0 else -1.0
    return Orbital(basis, sign * vector, sign * p, sign * q)

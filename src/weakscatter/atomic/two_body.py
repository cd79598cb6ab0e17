"""Two-electron blocks between channels, split by the multipole of the exchange part.

For pairs i = (p <- q), j = (p' <- q') and rank J, with reduced elements <a||C_k||b> and radial integrals R_k of the
densities named:

    dA = (-1)^(j_q' - j_p')/(2J+1) <p||C_J||q><q'||C_J||p'> R_J(pq; q'p')
    a_k = (-1)^(j_q' - j_p' + J + k) {j_p j_q J; j_q' j_p' k} <p||C_k||p'><q'||C_k||q> R_k(pp'; q'q)
    dB = 1/(2J+1) <p||C_J||q><p'||C_J||q'> R_J(pq; p'q')
    b_k = (-1)^(J + k) {j_p j_q J; j_p' j_q' k} <p||C_k||q'><p'||C_k||q> R_k(pq'; p'q)

dA = dB for real orbitals. Direct and b blocks are products of Coulomb vectors; an a block is the matrix of the local
potential y^k_qq' between particles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from weakscatter.angular import reduced_c, six_j
from weakscatter.atomic.channels import Channel
from weakscatter.atomic.reference import Reference
from weakscatter.atomic.splines import overlaps


@dataclass(frozen=True, eq=False)
class TwoBody:
    """Blocks of one rank J; Coulomb vectors and potentials are kept once made."""

    reference: Reference
    rank: int
    _vectors: dict[tuple[tuple[int, int | None], int], dict[int, np.ndarray]] = field(default_factory=dict)
    _potentials: dict[tuple[int, int, int], np.ndarray] = field(default_factory=dict)

    def _coulomb_vectors(self, channel: Channel, hole: int, k: int) -> np.ndarray:
        """Return the Coulomb vectors [size - 1, pair] of the channel's particles with another hole."""
        key = (channel.space, hole)
        if key not in self._vectors:
            kappa = self.reference.shells[hole].kappa
            ks = [
                m for m in range(abs(kappa) + abs(channel.kappa)) if reduced_c(channel.kappa, m, kappa) != 0.0
            ]
            raw = self.reference.system.coulomb.vectors(channel.basis, self.reference.orbitals[hole], ks)
            self._vectors[key] = {m: v @ channel.vectors for m, v in raw.items()}
        return self._vectors[key][k]

    def _potential(self, a: int, b: int, k: int) -> np.ndarray:
        key = (min(a, b), max(a, b), k)
        if key not in self._potentials:
            first, second = self.reference.orbitals[a], self.reference.orbitals[b]
            density = first.P * second.P + first.Q * second.Q
            self._potentials[key] = self.reference.system.coulomb.potential(density, k)
        return self._potentials[key]

    def direct(self, i: Channel, j: Channel) -> np.ndarray | None:
        """Return dA = dB [pair, pair], or None where it vanishes."""
        J = self.rank
        kq, kr = self.reference.shells[i.hole].kappa, self.reference.shells[j.hole].kappa
        strength = reduced_c(i.kappa, J, kq) * reduced_c(j.kappa, J, kr) / (2 * J + 1)
        if strength == 0.0:
            return None
        return strength * (self._coulomb_vectors(i, i.hole, J).T @ self._coulomb_vectors(j, j.hole, J))

    def ladder_weights(self, i: Channel, j: Channel) -> dict[int, float]:
        """Return {k: angular factor of a_k}."""
        J = self.rank
        q, r = self.reference.shells[i.hole], self.reference.shells[j.hole]
        jp2, jr2 = 2 * abs(i.kappa) - 1, 2 * abs(j.kappa) - 1
        found = {}
        for k in range(abs(jp2 - jr2) // 2, (jp2 + jr2) // 2 + 1):
            c = reduced_c(i.kappa, k, j.kappa) * reduced_c(r.kappa, k, q.kappa)
            if c != 0.0:
                sign = (-1) ** ((r.j2 - jr2) // 2 + J + k)
                found[k] = sign * six_j(jp2, q.j2, 2 * J, r.j2, jr2, 2 * k) * c
        return {k: w for k, w in found.items() if w != 0.0}

    def crossed_weights(self, i: Channel, j: Channel) -> dict[int, float]:
        """Return {k: angular factor of b_k}."""
        J = self.rank
        q, r = self.reference.shells[i.hole], self.reference.shells[j.hole]
        jp2, jr2 = 2 * abs(i.kappa) - 1, 2 * abs(j.kappa) - 1
        found = {}
        for k in range(abs(jp2 - r.j2) // 2, (jp2 + r.j2) // 2 + 1):
            c = reduced_c(i.kappa, k, r.kappa) * reduced_c(j.kappa, k, q.kappa)
            if c != 0.0:
                found[k] = (-1) ** (J + k) * six_j(jp2, q.j2, 2 * J, jr2, r.j2, 2 * k) * c
        return {k: w for k, w in found.items() if w != 0.0}

    def ladder(self, i: Channel, j: Channel, weights: Mapping[int, float]) -> np.ndarray | None:
        """Return sum_k weights_k R_k(pp'; q'q) [pair, pair]; None for no weights."""
        if not weights:
            return None
        rad = self.reference.system.coulomb.radial
        y = rad.weight * sum(w * self._potential(i.hole, j.hole, k) for k, w in weights.items())
        left, right = i.basis, j.basis
        large = overlaps(rad.value, rad.value, y, rad.size)[np.ix_(left.large, right.large)]
        small = overlaps(left.small_value, right.small_value, y, rad.size)[np.ix_(left.small, right.small)]
        n, m = len(left.large), len(right.large)
        return i.vectors[:n].T @ (large @ j.vectors[:m]) + i.vectors[n:].T @ (small @ j.vectors[m:])

    def crossed(self, i: Channel, j: Channel, weights: Mapping[int, float]) -> np.ndarray | None:
        """Return sum_k weights_k R_k(pq'; p'q) [pair, pair]; None for no weights."""
        total = None
        for k, w in weights.items():
            part = w * (self._coulomb_vectors(i, j.hole, k).T @ self._coulomb_vectors(j, i.hole, k))
            total = part if total is None else total + part
        return total

"""The J = 0 pair of two open shells: its configuration problem in signed pair amplitudes.

With H_xy = 2 I'_x delta_xy + sqrt((2 j_x + 1)(2 j_y + 1)) sum_k (-1)^k Lambda^k_xy G^k(xy) in the basis of normalised
pairs (x^2)_0 and C'_x = sqrt((2 j_x + 1)/2) eta_x. For np^2 this is H11 = 2 I'_a + F^0(aa), H22 = 2 I'_b + F^0(bb) +
F^2(bb)/5, |H12| = (sqrt2/5) R^2(aa, bb); the sign of C'_b is that of Clebsch-Gordan phases, so C_2 = -C'_b > 0.

K.-N. Huang and W. R. Johnson, Phys. Rev. A 25, 634 (1982).
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from weakscatter.atomic.basis import Orbital
from weakscatter.atomic.couplings import Couplings, exchange_weight, pair_couplings
from weakscatter.atomic.mean_field import MeanField, System
from weakscatter.atomic.shells import Shell


def pair_hamiltonian(shells: tuple[Shell, ...], one_body: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Return H [x, y] from I' [x] and the integrals G^k(xy) = R^k(xx, yy) of the densities xy: g [k, x, y]."""
    n = len(shells)
    h = np.diag(2.0 * one_body)
    for x in range(n):
        for y in range(n):
            root = sqrt(shells[x].capacity * shells[y].capacity)
            h[x, y] += root * sum(
                (-1) ** k * exchange_weight(shells[x], k, shells[y]) * g[k, x, y] for k in range(len(g))
            )
    return h


def pair_problem(
    system: System, couplings: Couplings, orbitals: tuple[Orbital, ...]
) -> tuple[Couplings, np.ndarray, np.ndarray]:
    """Return couplings with the amplitudes of the lowest root, (C_1, C_2) >= 0, and all roots (hartree).

    The roots count the two open electrons with the core's field, not the core itself.
    """
    assert couplings.eta is not None
    opened = [int(a) for a in np.flatnonzero(couplings.eta)]
    shells = tuple(couplings.shells[a] for a in opened)
    core = np.array([a not in opened for a in range(len(couplings.shells))])
    field = MeanField(system, couplings, orbitals)
    v = field.potential(np.where(core, couplings.occupation, 0.0))
    rad = system.coulomb.radial
    one_body = np.zeros(len(opened))
    top = max(s.j2 for s in couplings.shells) + 1
    g = np.zeros((max(s.j2 for s in shells) + 1, len(opened), len(opened)))
    for i, a in enumerate(opened):
        o = orbitals[a]
        value = o.vector @ system.bare[o.kappa] @ o.vector + rad.integrate(v * o.density)
        for c in np.flatnonzero(core):
            density = o.P * orbitals[c].P + o.Q * orbitals[c].Q
            for k in range(top):
                weight = exchange_weight(couplings.shells[a], k, couplings.shells[c])
                if weight:
                    value -= couplings.occupation[c] * weight * system.coulomb.integral(density, density, k)
        one_body[i] = value
        for j, b in enumerate(opened):
            density = o.P * orbitals[b].P + o.Q * orbitals[b].Q
            for k in range(len(g)):
                if exchange_weight(couplings.shells[a], k, couplings.shells[b]):
                    g[k, i, j] = system.coulomb.integral(density, density, k)
    roots, vectors = np.linalg.eigh(pair_hamiltonian(shells, one_body, g))
    c = vectors[:, 0] * np.sign(vectors[0, 0])
    eta = c * np.sqrt([2.0 / s.capacity for s in shells])
    return pair_couplings(couplings.shells, len(couplings.shells) - len(opened), eta), abs(c), roots

"""Tensors of the projectile's current as numbers, with z along the momentum transfer: what kernels are made of.

For dark matter, l_{mu nu} = (sum over spins of j_mu j_nu^*)/(4 E E'), E' = E - omega, K = k.k' - m^2 = Q^2/2 (four-vectors):

    Dirac    l00 = (2 E E' - K)/(E E'),  l30 = (k_z E' + k'_z E)/(E E'),  l33 = (2 k_z k'_z + K)/(E E'),  l.l = (2 k.k' + 3 K)/(E E')
    scalar   l_{mu nu} = (k + k')_mu (k + k')_nu/(2 E E'), twice the one current, so that both are contracted alike

Conservation, omega l_0nu = q l_3nu, holds for both and is what takes the longitudinal multipoles out. For a sterile neutrino of mass m
that turns into a massless one through mu sigma^{mu nu} q_nu (half of the full trace: averaged over the sterile spin),

    L^{mu nu} = 2 {-m^2 [2 k'^mu k'^nu + g^{mu nu} k.k'] + P^mu P^nu k.k'},   P = k + k',  k.k' = (m^2 + Q^2)/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from weakscatter.provenance.errors import unknown

#: Currents of dark matter; the last one is a slide's, which is not conserved.
CURRENTS = ("dirac", "scalar", "dirac-slide")


@dataclass(frozen=True, eq=False)
class LeptonTensor:
    """Components of a current's tensor, z along q; `square` is the sum over the three space components."""

    l00: Any
    l30: Any
    l33: Any
    square: Any

    @property
    def transverse(self) -> Any:
        """l11 + l22."""
        return self.square - self.l33

    def violation(self, omega: Any, q: Any) -> tuple[Any, Any]:
        """(omega l00 - q l30, omega l30 - q l33), zero for a conserved current."""
        return omega * self.l00 - q * self.l30, omega * self.l30 - q * self.l33


def _along(E: Any, omega: Any, Q2: Any) -> tuple[Any, Any]:
    """(k_z, k'_z) for equal masses."""
    q = jnp.sqrt(Q2 + omega**2)
    before = (omega * E + Q2 / 2) / q
    return before, before - q


def dark_tensor(spin: str, E: Any, omega: Any, Q2: Any, mass: Any) -> LeptonTensor:
    """Tensor of dark matter of energy E and `mass` m that loses omega at Q^2 (MeV, MeV^2); divided by 4 E E', spins summed.

    "dirac-slide" are the sums l00 = 2 - x + y/4, l33 = 2 - 3x - y/4, l30 = 2 - x, l.l = 2 + x - 3y/4 with x = Q^2/(2 E^2),
    y = m^2/E^2 printed behind a talk on arXiv:2206.08590: its massless l00 and l.l are right, its mass terms and l33 are not, and it
    does not conserve the current.

    Raises
    ------
    InputError : an unknown current.
    """
    if spin not in CURRENTS:
        raise unknown("current of dark matter", spin, CURRENTS)
    E, omega, Q2 = (jnp.asarray(x, float) for x in (E, omega, Q2))
    if spin == "dirac-slide":
        x, y = Q2 / (2 * E**2), mass**2 / E**2
        return LeptonTensor(2 - x + y / 4, 2 - x, 2 - 3 * x - y / 4, 2 + x - 3 * y / 4)
    before, after = _along(E, omega, Q2)
    left, half = E - omega, Q2 / 2
    if spin == "scalar":
        front, time, along = 1 / (2 * E * left), E + left, before + after
        across = 4 * (E**2 - mass**2 - before**2)
        return LeptonTensor(
            front * time**2, front * time * along, front * along**2, front * (along**2 + across)
        )
    front = 1 / (E * left)
    product = E * left - mass**2 - half
    return LeptonTensor(
        front * (2 * E * left - half),
        front * (before * left + after * E),
        front * (2 * before * after + half),
        front * (2 * product + 3 * half),
    )


def sterile_tensor(E: Any, omega: Any, Q2: Any, mass: Any) -> LeptonTensor:
    """Tensor (MeV^4) of a sterile neutrino of energy E and `mass` m that becomes a massless one, per mu^2.

    L00 = (m^2 + Q^2)[(2E - omega)^2 - m^2] - 4 m^2 (E - omega)^2, L11 + L22 = 2 [m^2 (m^2 + Q^2) + 2 Q^2 k_T^2]; m = 0 is the magnetic
    moment of an active neutrino. For a vertex with P_L and unpolarised sterile neutrinos, half of it, as of the width.
    """
    E, omega, Q2 = (jnp.asarray(x, float) for x in (E, omega, Q2))
    m2 = mass**2
    q = jnp.sqrt(Q2 + omega**2)
    before = (2 * E * omega - m2 + Q2) / (2 * q)
    after, left = before - q, E - omega
    product = (m2 + Q2) / 2
    time, along = E + left, before + after
    across = E**2 - m2 - before**2
    l00 = 2 * (-m2 * (2 * left**2 + product) + time**2 * product)
    l30 = 2 * (-2 * m2 * left * after + time * along * product)
    l33 = 2 * (-m2 * (2 * after**2 - product) + along**2 * product)
    both = 2 * (-m2 * (2 * across - 2 * product) + 4 * across * product)
    return LeptonTensor(l00, l30, l33, l33 + both)

"""Two-body axial currents of chiral effective field theory, normal-ordered to an effective one-body current.

Summing the second nucleon over a Fermi sea of density rho that is symmetric in spin and isospin (Menendez, Gazit and Schwenk 2011;
Klos and others 2013; Hoferichter, Menendez and Schwenk 2020) multiplies the transverse isovector axial current by 1 + delta'(q),

    delta'(q) = -(rho/F_pi^2) { [c_4 + 1/(4m)] [T(q) - A(q)] - c_3 A(q) - c_D/(4 g_A Lambda_chi) },

where <k_i k_j/(k^2 + m_pi^2)> = A (delta_ij - qhat_i qhat_j) + ... and T = <k^2/(k^2 + m_pi^2)> are means over the sea of the pion's
momentum k = p + q/2, the scattering nucleon having -q/2 and q/2. At q = 0, T = 3 A = 1 - 3 x^2 + 3 x^3 arctan(1/x), x = m_pi/k_F.
The c_6 term, of order q^2/m, is left out, and with it
most of the dependence on q that the papers show: read delta' above 100 MeV as an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi
from typing import Any

import jax.numpy as jnp

from weakscatter import constants
from weakscatter.grids import gauss_legendre, is_concrete
from weakscatter.provenance.errors import InputError
from weakscatter.response.nucleon import NUCLEON_MASS
from weakscatter.units import GeV, MeV, fm

_POINTS = 24


@dataclass(frozen=True, eq=False)
class TwoBodyCurrents:
    """delta'(q) of the effective one-body current.

    Parameters
    ----------
    density : rho (MeV^3); 0.10 to 0.12 fm^-3 spans the literature.
    c3, c4 : low-energy constants (1/MeV) of the pion-nucleon Lagrangian, from Roy-Steiner analyses by default.
    c_D : dimensionless constant of the contact current, which is 0 by default: literature values from -6 to 0.3 belong to interactions.
    pion_decay_constant, chiral_scale : F_pi and Lambda_chi (MeV).

    Raises
    ------
    InputError : a density that is negative, or above 0.2 fm^-3, beyond that of any nucleus.
    """

    density: Any = field(default=0.11 / fm**3, metadata={"unit": "1/fm^3"})
    c3: Any = field(default=-4.45 / GeV, metadata={"unit": "1/GeV"})
    c4: Any = field(default=2.96 / GeV, metadata={"unit": "1/GeV"})
    c_D: Any = 0.0
    pion_decay_constant: Any = 92.28 * MeV
    chiral_scale: Any = 700.0 * MeV
    citations = ("menendez2011", "klos2013", "hoferichter2020")

    def __post_init__(self) -> None:
        if is_concrete(self.density) and not 0 <= self.density * fm**3 <= 0.2:
            raise InputError(
                f"the density of the Fermi sea is {self.density * fm**3:.3g} fm^-3; nuclei have up to 0.17. Give 0.10 to 0.12."
            )

    def delta(self, q: Any) -> Any:
        """Return delta'(q) [...] at momentum transfers q [...] (MeV); negative, near -0.2 at small q."""
        across, trace = self.means(q)
        front = self.density / self.pion_decay_constant**2
        contact = self.c_D / (4 * constants.g_A * self.chiral_scale)
        return -front * ((self.c4 + 1 / (4 * NUCLEON_MASS)) * (trace - across) - self.c3 * across - contact)

    def means(self, q: Any) -> tuple[Any, Any]:
        """Return A [...] and T [...] of the Fermi sea, dimensionless."""
        q = jnp.asarray(q, float)[..., None, None]
        x, w = gauss_legendre(_POINTS)
        fermi = jnp.maximum(1.5 * pi**2 * self.density, 1e-30) ** (1 / 3)
        p, cosine = fermi * (x[:, None] + 1) / 2, x
        weight = 3 * p**2 / fermi**3 * (fermi / 2) * w[:, None] * w / 2
        along, square = p * cosine + q / 2, p**2 + p * cosine * q + q**2 / 4
        pion = square + constants.m_pi**2
        across = jnp.sum(weight * (square - along**2) / 2 / pion, axis=(-2, -1))
        return across, jnp.sum(weight * square / pion, axis=(-2, -1))

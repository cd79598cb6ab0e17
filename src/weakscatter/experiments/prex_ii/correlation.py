"""Theory correlations of neutron skins: what the skin of one nucleus says about that of another.

Mean-field models differ widely in the size of skins and little in their ratios, because one property of nuclear matter,
how stiff the symmetry energy is, moves them all. Two forms of that statement, one in closed form each.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import jax.numpy as jnp

from weakscatter import constants
from weakscatter.units import fm


def _asymmetry(nuclide: Any) -> float:
    return float((nuclide.N - nuclide.Z) / nuclide.A)


@dataclass(frozen=True)
class Asymmetry:
    """Skins in proportion to I = (N - Z)/A: the leading term of the droplet model."""

    citations = ("warda2009",)

    def skin(self, nuclide: Any, known: Any, skin: Any) -> Any:
        """Skin of a nucleus, in the unit of the `skin` of the known one."""
        return skin * _asymmetry(nuclide) / _asymmetry(known)


@dataclass(frozen=True)
class Droplet:
    """The droplet model with surface widths; the known skin fixes u = J/Q, the stiffness of the surface (warda2009).

        S = sqrt(3/5) [t - e^2 Z/(70 J)] + (0.3 u + 0.07 fm) I,   t = (3/2) r_0 u (I - I_C)/(1 + (9/4) u A^(-1/3)),
        I_C = e^2 Z/(20 J r_0 A^(1/3))

    The two numbers of the surface widths are recalled. The skin hardly depends on `symmetry_energy` J and r_0 once one
    skin is known.
    """

    symmetry_energy: float = 31.6
    radius: float = 1.14 * fm
    citations = ("myers1980", "warda2009")

    def _terms(self, nuclide: Any) -> tuple[float, float, float, float]:
        """(a, b, c, d) of S = a u/(1 + b u) + c u + d, in fm."""
        third, excess = nuclide.A ** (1 / 3), _asymmetry(nuclide)
        coulomb = constants.alpha * nuclide.Z / self.symmetry_energy
        critical = coulomb / (20 * self.radius * third)
        a = sqrt(3 / 5) * 1.5 * self.radius / fm * (excess - critical)
        return a, 2.25 / third, 0.3 * excess, 0.07 * excess - sqrt(3 / 5) * coulomb / 70 / fm

    def skin(self, nuclide: Any, known: Any, skin: Any) -> Any:
        """Skin (fm) of a nucleus from the `skin` (fm) of the known one; traceable."""
        a, b, c, d = self._terms(known)
        # a u + (c u + d - S)(1 + b u) = 0: of the two roots, the one that goes to u = 0 with S = d.
        linear = a + c + b * (d - skin)
        u = (-linear + jnp.sqrt(linear**2 - 4 * b * c * (d - skin))) / (2 * b * c)
        a, b, c, d = self._terms(nuclide)
        return a * u / (1 + b * u) + c * u + d


#: Words for the option `correlation`.
CORRELATIONS: dict[str, Any] = {"asymmetry": Asymmetry(), "droplet": Droplet()}

"""A particle with a small electric charge: chi of mass m and charge delta e, with nothing behind it but the photon.

    L = delta e A_mu J_chi^mu,        J_chi = chibar gamma chi (Dirac) or i(chi^* d chi - chi d chi^*) (complex scalar).

It is the vector portal with m_A -> 0 and epsilon g_D -> delta e, but no mediator is ever on its mass shell: wherever a real photon is made,
a virtual one of mass sqrt s makes a pair in its place, per unit of s

    delta^2 alpha/(3 pi s) (1 + 2 m^2/s) beta  (Dirac),      delta^2 alpha/(12 pi s) beta^3  (scalar),      beta = sqrt(1 - 4 m^2/s).

On bound electrons the logarithm of photon exchange is ended by the particle's own mass, Q^2 > m^2 T^2/(E E').
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf, pi
from typing import Any, ClassVar

import jax.numpy as jnp

from weakscatter import constants
from weakscatter.grids import gauss_legendre, is_concrete
from weakscatter.inference.parameter import Parameter
from weakscatter.interactions.charge import Charge
from weakscatter.interactions.photon import photon_charges
from weakscatter.interactions.theory import together
from weakscatter.interactions.vector_portal import DARK_SPINS, SPECIES_COUNTED
from weakscatter.provenance.errors import InputError, unknown

_UNIT, _SCALE = "1e-6 e", 1e-6

#: Nodes in s: doubled, the yield of pi0 decay moves by less than 1e-9 from m = 1 keV to 60 MeV.
_POINTS = 48


@dataclass(frozen=True, eq=False, kw_only=True)
class Millicharged:
    """Particles chi and antichi of mass m and charges +-delta e.

    Parameters
    ----------
    mass : m (MeV), positive: it is also the regulator of the logarithm on atoms.
    charge : delta, in units of e. Only even powers enter.
    spin : "dirac" or "scalar".

    Raises
    ------
    InputError : a mass that is not positive and finite, a charge that is not finite, an unknown spin.

    Notes
    -----
    Parameters of a fit: `particle_charge` in 1e-6 e, `m_chi` in MeV. Rates at a source go like delta^4, production and scattering.

    Examples
    --------
    A pair in place of a photon of pi0 -> gamma gamma, m = 1 MeV:

    >>> s, pairs = Millicharged(mass=1.0, charge=1.0).pair_nodes(constants.m_pi0**2)
    >>> f"{float((2 * (1 - s / constants.m_pi0**2) ** 3 * pairs).sum()):.5f}"
    '0.00977'
    """

    mass: Any = field(metadata={"unit": "MeV", "least": 0.0})
    charge: Any = field(default=0.0, metadata={"unit": ""})
    spin: str = field(default="dirac", metadata={"words": DARK_SPINS})
    kind = "millicharged"
    couples_to: ClassVar[str] = "charge"
    citations = ("singh2019", "gninenko2006")

    def __post_init__(self) -> None:
        if is_concrete(self.mass) and not 0 < self.mass < inf:
            raise InputError(
                f"the mass of a millicharged particle must be positive and finite; got {self.mass} MeV. A massless one has no end of its "
                "logarithm on atoms: for neutrinos there is Millicharge, with a regulator that is given."
            )
        if is_concrete(self.charge) and not abs(self.charge) < inf:
            raise InputError(f"the charge of a particle must be finite; got {self.charge} e.")
        if self.spin not in DARK_SPINS:
            raise unknown("spin of a millicharged particle", self.spin, DARK_SPINS)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        charge = abs(float(self.charge)) if is_concrete(self.charge) else 0.0
        mass = float(self.mass) if is_concrete(self.mass) else 1.0
        return (
            Parameter("particle_charge", charge / _SCALE, unit=_UNIT, lower=0.0, squared=True,
                      description="charge of a new particle: rates at a source go with its fourth power"),
            Parameter("m_chi", mass, unit="MeV", lower=0.0, description="mass of dark matter"),
        )  # fmt: skip

    def from_values(self, values: Mapping[str, Any]) -> Millicharged:
        charge = values["particle_charge"] * _SCALE if "particle_charge" in values else self.charge
        return replace(self, charge=charge, mass=values.get("m_chi", self.mass))

    @property
    def species(self) -> str:
        """What is counted, in words."""
        return SPECIES_COUNTED[self.spin]

    def charges(self) -> tuple[Charge, ...]:
        # delta e times e, 4 pi alpha delta, on a proton.
        matrix = jnp.zeros((3, 3), dtype=complex).at[0, 0].set(4 * pi * constants.alpha * self.charge)
        return tuple(
            replace(charge, projectile="dark-matter") for charge in photon_charges("vector", matrix, mass=0)
        )

    def pair_nodes(self, highest: Any) -> tuple[Any, Any]:
        """Nodes s [..., n] (MeV^2) up to `highest` [...] and the number of pairs in each, in place of one photon; zero where closed.

        With s = 4 m^2 exp(L t^2) the root at the threshold and the 1/s above it are smooth in t.
        """
        least = 4 * self.mass**2
        length = jnp.log(jnp.maximum(jnp.asarray(highest, float)[..., None] / least, 1.0))
        x, w = gauss_legendre(_POINTS)
        t = (x + 1) / 2
        s = least * jnp.exp(length * t**2)
        beta2 = -jnp.expm1(-length * t**2)
        beta = jnp.sqrt(jnp.where(length > 0, beta2, 1.0))
        shape = (1 + 2 * self.mass**2 / s) * beta if self.spin == "dirac" else beta2 * beta / 4
        number = self.charge**2 * constants.alpha / (3 * pi) * shape * length * t * w
        return s, jnp.where(length > 0, number, 0.0)

    __add__ = together

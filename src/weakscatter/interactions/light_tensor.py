"""A light boson that exchanges tensor currents: spins of the target, helicity flip, no interference.

    L = -g^2 Q'_nu C_N (nubar sigma^{mu nu} P_L nu) (Nbar sigma_{mu nu} N)/(Q^2 + m^2),

with C_N from the tensor charges of the quarks. At leading order in q/m_N sigma_{ij} is twice the nucleon's spin, so a
nucleus shows it only with an axial (spin) response.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from weakscatter.inference.parameter import Parameter
from weakscatter.interactions.charge import Charge
from weakscatter.interactions.light_scalar import PARTICLES
from weakscatter.interactions.matching import tensor_couplings
from weakscatter.interactions.mediator import (
    MASS,
    charge_table,
    checked_mass,
    coupling_parameter,
    exchange_charges,
    mass_parameter,
    universal_table,
)
from weakscatter.interactions.theory import together


@dataclass(frozen=True, eq=False, kw_only=True)
class LightTensor:
    """Light tensor exchange: nubar sigma P_L nu with fbar sigma f, universal or with explicit charges.

    Parameters
    ----------
    mass : m (MeV), zero or more.
    coupling : g.
    table : {particle: Q'} of u, d, s or p, n, and e, nu_e, nu_mu, nu_tau (key `charges` of a card); None for one of u, d,
        e and every neutrino. Quarks are matched by `matching.tensor_couplings`.

    Raises
    ------
    InputError : a negative mass or an unknown particle.
    """

    mass: Any = field(metadata={"unit": "MeV", "least": 0.0})
    coupling: Any = field(default=0.0, metadata={"unit": "", "least": 0.0})
    table: Any = field(default=None, metadata={"entries": PARTICLES, "key": "charges"})
    kind = "light-tensor"
    citations = ("barranco2011", "pndme2018")

    def __post_init__(self) -> None:
        checked_mass("light tensor", self.mass)
        if self.table is not None:
            object.__setattr__(self, "table", charge_table("light tensor", self.table, PARTICLES))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return coupling_parameter("g_tensor", "coupling of the light tensor"), mass_parameter(self.mass)

    def from_values(self, values: Mapping[str, Any]) -> LightTensor:
        return replace(self, coupling=values.get("g_tensor", self.coupling), mass=values.get(MASS, self.mass))

    def charges(self) -> tuple[Charge, ...]:
        table = universal_table("u", "d", "e") if self.table is None else self.table
        return exchange_charges("tensor", self.coupling, self.mass, table, tensor_couplings)

    __add__ = together

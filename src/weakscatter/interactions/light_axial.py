"""A light vector boson with axial couplings to matter: L = -g Z'_mu sum_f Q'_f fbar gamma^mu gamma_5 f, left-handed neutrinos.

    charge of an electron: c = g^2 Q'_nu Q'_e, axial, propagator 1/(Q^2 + M^2):   g_A -> g_A + c/(sqrt2 G_F (Q^2 + M^2)),

with the current of the electron written ebar gamma^mu (g^V - g^A gamma_5) e as in the weak interaction. On nuclei it sees spins
(`axial = "one-body"` in a card). The longitudinal part, q^mu q^nu/M^2, meets a neutrino current that is conserved and drops out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from weakscatter.inference.parameter import Parameter
from weakscatter.interactions.charge import Charge
from weakscatter.interactions.light_scalar import PARTICLES
from weakscatter.interactions.matching import axial_couplings
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
class LightAxial:
    """Light axial vector boson: couplings -g Q'_f fbar gamma gamma_5 f, universal or with explicit charges.

    Parameters
    ----------
    mass : M (MeV), zero or more.
    coupling : g.
    table : {particle: Q'} of u, d, s or p, n, and e, nu_e, nu_mu, nu_tau (key `charges` of a card); None for one of u, d,
        e and every neutrino. Quarks are matched by `matching.axial_couplings`.

    Raises
    ------
    InputError : a negative mass or an unknown particle.
    """

    mass: Any = field(metadata={"unit": "MeV", "least": 0.0})
    coupling: Any = field(default=0.0, metadata={"unit": "", "least": 0.0})
    table: Any = field(default=None, metadata={"entries": PARTICLES, "key": "charges"})
    kind = "light-axial"
    citations = ("cirelli2013",)

    def __post_init__(self) -> None:
        checked_mass("light axial vector", self.mass)
        if self.table is not None:
            object.__setattr__(self, "table", charge_table("light axial vector", self.table, PARTICLES))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        words = "coupling of the light axial vector"
        return coupling_parameter("g_axial", words), mass_parameter(self.mass)

    def from_values(self, values: Mapping[str, Any]) -> LightAxial:
        return replace(self, coupling=values.get("g_axial", self.coupling), mass=values.get(MASS, self.mass))

    def charges(self) -> tuple[Charge, ...]:
        table = universal_table("u", "d", "e") if self.table is None else self.table
        return exchange_charges("axial", self.coupling, self.mass, table, axial_couplings)

    __add__ = together

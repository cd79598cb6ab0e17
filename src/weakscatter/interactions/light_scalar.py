"""Light scalar and pseudoscalar bosons: the neutrino's helicity flips, so nothing interferes with the weak interaction.

    L = g phi (sum_nu Q'_nu nubar nu + sum_f Q'_f fbar f),   charge of a nucleon: c = g^2 Q'_nu C_N, propagator 1/(Q^2 + m^2),

    dsigma/dT = M^2 T/(4 pi E^2 (Q^2 + m^2)^2) g^4 Q'_nu^2 (C_p Z F_p + C_n N F_n)^2     (spin 0)

with Dirac neutrinos. C_N from the quarks is a choice that moves the coupling of a given rate by a fifth, see
`matching.SCALAR_MATCHINGS`. A pseudoscalar (fbar i gamma_5 f) sees spins and vanishes with the momentum transfer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from weakscatter.inference.parameter import Parameter
from weakscatter.interactions.charge import Charge
from weakscatter.interactions.matching import SCALAR_MATCHINGS, pseudoscalar_couplings, scalar_matching
from weakscatter.interactions.mediator import (
    MASS,
    NEUTRINOS,
    charge_table,
    checked_mass,
    coupling_parameter,
    exchange_charges,
    mass_parameter,
    universal_table,
)
from weakscatter.interactions.theory import together

#: Particles that a table of charges may name: quarks, or nucleons in their place.
PARTICLES = ("u", "d", "s", "p", "n", "e", *NEUTRINOS)


@dataclass(frozen=True, eq=False, kw_only=True)
class LightScalar:
    """Light scalar boson: L = g phi (nubar nu + sum_f Q'_f fbar f), universal or with explicit charges.

    Parameters
    ----------
    mass : m (MeV), zero or more.
    coupling : g.
    table : {particle: Q'} of u, d, s or p, n, and e, nu_e, nu_mu, nu_tau (key `charges` of a card); None for one of u, d,
        e and every neutrino.
    matching : name of the nucleon matrix elements, `matching.SCALAR_MATCHINGS`; not read where p and n are given.

    Raises
    ------
    InputError : a negative mass, an unknown particle or matching.
    """

    mass: Any = field(metadata={"unit": "MeV", "least": 0.0})
    coupling: Any = field(default=0.0, metadata={"unit": "", "least": 0.0})
    table: Any = field(default=None, metadata={"entries": PARTICLES, "key": "charges"})
    matching: str = field(default="hoferichter-2015", metadata={"words": tuple(SCALAR_MATCHINGS)})
    kind = "light-scalar"

    def __post_init__(self) -> None:
        checked_mass("light scalar", self.mass)
        scalar_matching(self.matching)
        if self.table is not None:
            object.__setattr__(self, "table", charge_table("light scalar", self.table, PARTICLES))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return coupling_parameter("g_scalar", "coupling of the light scalar"), mass_parameter(self.mass)

    def from_values(self, values: Mapping[str, Any]) -> LightScalar:
        return replace(self, coupling=values.get("g_scalar", self.coupling), mass=values.get(MASS, self.mass))

    def charges(self) -> tuple[Charge, ...]:
        table = universal_table("u", "d", "e") if self.table is None else self.table
        return exchange_charges(
            "scalar", self.coupling, self.mass, table, scalar_matching(self.matching).couplings
        )

    @property
    def citations(self) -> tuple[str, ...]:
        return ("atzori2022a", *scalar_matching(self.matching).citations)

    __add__ = together


@dataclass(frozen=True, eq=False, kw_only=True)
class LightPseudoscalar:
    """Light pseudoscalar boson: L = g a (nubar nu + sum_f Q'_f fbar i gamma_5 f), on the spins of a target.

    Parameters
    ----------
    mass, coupling : as for `LightScalar`.
    table : {particle: Q'}; None for one of p, n, e and every neutrino. Quarks in place of p and n are matched by
        `matching.pseudoscalar_couplings`.

    Notes
    -----
    On a nucleus <S> . q/m_N: the response is the one-body axial one times q^2/(4 m_N^2), so a nuclear target shows it only
    with an axial response (`axial = "one-body"` in a card), suppressed by 1/A^2 and q^2/m_N^2 against a scalar.
    """

    mass: Any = field(metadata={"unit": "MeV", "least": 0.0})
    coupling: Any = field(default=0.0, metadata={"unit": "", "least": 0.0})
    table: Any = field(default=None, metadata={"entries": PARTICLES, "key": "charges"})
    kind = "light-pseudoscalar"
    citations = ("cirelli2013",)

    def __post_init__(self) -> None:
        checked_mass("light pseudoscalar", self.mass)
        if self.table is not None:
            object.__setattr__(self, "table", charge_table("light pseudoscalar", self.table, PARTICLES))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        words = "coupling of the light pseudoscalar"
        return coupling_parameter("g_pseudoscalar", words), mass_parameter(self.mass)

    def from_values(self, values: Mapping[str, Any]) -> LightPseudoscalar:
        return replace(
            self, coupling=values.get("g_pseudoscalar", self.coupling), mass=values.get(MASS, self.mass)
        )

    def charges(self) -> tuple[Charge, ...]:
        table = universal_table("p", "n", "e") if self.table is None else self.table
        return exchange_charges("pseudoscalar", self.coupling, self.mass, table, pseudoscalar_couplings)

    __add__ = together

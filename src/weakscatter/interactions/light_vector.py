"""A light vector boson with charges of quarks, electron and neutrinos: named anomaly-free models, or any charges.

    L = g Z'_mu sum_f Q'_f fbar gamma^mu f,   charge of the proton: c = g^2 Q'_nu (2 Q'_u + Q'_d), propagator 1/(Q^2 + M^2).

Positive products interfere destructively with the weak interaction on a nucleus (Q_l < 0). The universal model does, and
where the whole amplitude is minus the Standard Model's there is a strip of couplings that the data cannot exclude.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from weakscatter.inference.parameter import Parameter
from weakscatter.interactions.charge import Charge
from weakscatter.interactions.matching import vector_couplings
from weakscatter.interactions.mediator import (
    MASS,
    NEUTRINOS,
    ChargeTable,
    charge_table,
    checked_mass,
    coupling_parameter,
    mass_parameter,
    neutrino_matrix,
)
from weakscatter.interactions.polarisation import LOOP_COUPLING, LeptonLoop
from weakscatter.interactions.theory import together
from weakscatter.provenance.errors import InputError, unknown


def _leptons(e: float, mu: float, tau: float, quarks: float = 1 / 3) -> ChargeTable:
    charges = {"u": quarks, "d": quarks, "e": e, "nu_e": e, "nu_mu": mu, "nu_tau": tau}
    return ChargeTable(charges.items())


#: Charges Q' by model. All but "universal" are free of anomalies with right-handed neutrinos; the third generation of
#: quarks carries what the first lacks where the baryon number is written B_y.
MODELS: dict[str, ChargeTable] = {
    "universal": _leptons(1.0, 1.0, 1.0, quarks=1.0),
    "b-minus-l": _leptons(-1.0, -1.0, -1.0),
    "b-minus-3l-e": _leptons(-3.0, 0.0, 0.0),
    "b-minus-3l-mu": _leptons(0.0, -3.0, 0.0),
    "b-minus-3l-tau": _leptons(0.0, 0.0, -3.0),
    "b-minus-2l-e-minus-l-mu": _leptons(-2.0, -1.0, 0.0),
    "b-minus-l-e-minus-2l-mu": _leptons(-1.0, -2.0, 0.0),
    "b-y-plus-l-mu-plus-l-tau": _leptons(0.0, 1.0, 1.0),
    "l-e-minus-l-mu": _leptons(1.0, -1.0, 0.0, quarks=0.0),
    "l-e-minus-l-tau": _leptons(1.0, 0.0, -1.0, quarks=0.0),
    "l-mu-minus-l-tau": _leptons(0.0, 1.0, -1.0, quarks=0.0),
}

#: What couples a vector without charges of quarks to nuclei: the loop with its sign, the opposite sign (as a kinetic
#: mixing at tree level can make it), or nothing.
LOOPS = {"vacuum-polarisation": 1.0, "opposite": -1.0, "none": 0.0}

#: Particles that a table of charges may name.
PARTICLES = ("u", "d", "e", *NEUTRINOS)


@dataclass(frozen=True, eq=False, kw_only=True)
class LightVector:
    """Light vector boson: L = g Z' sum_f Q'_f fbar gamma f, by a named model or explicit charges.

    Parameters
    ----------
    mass : M (MeV), zero or more.
    coupling : g.
    model : a name of `MODELS`; left out where `table` is given.
    table : {particle: Q'} of u, d, e, nu_e, nu_mu, nu_tau (key `charges` of a card); those not named have none.
    loop : a word of `LOOPS`. Read where the quarks have no charge and those of the leptons add up to zero.

    Raises
    ------
    InputError : a negative mass, an unknown model, particle or loop, both or neither of model and charges.
    """

    mass: Any = field(metadata={"unit": "MeV", "least": 0.0})
    coupling: Any = field(default=0.0, metadata={"unit": "", "least": 0.0})
    model: str | None = field(default=None, metadata={"words": tuple(MODELS)})
    table: Any = field(default=None, metadata={"entries": PARTICLES, "key": "charges"})
    loop: str = field(default="vacuum-polarisation", metadata={"words": tuple(LOOPS)})
    kind = "light-vector"
    #: Different models are different particles, so a card may list several.
    distinct_by = "model"

    def __post_init__(self) -> None:
        checked_mass("light vector", self.mass)
        if self.loop not in LOOPS:
            raise unknown("loop of a light vector", self.loop, LOOPS)
        if (self.model is None) == (self.table is None):
            raise InputError(
                f"A light vector needs either a model ({', '.join(MODELS)}) or its own charges "
                "{ u = 1, d = 1, nu_mu = 1, ... }; give one of the two."
            )
        if self.model is not None and self.model not in MODELS:
            raise unknown("model of a light vector", self.model, MODELS)
        if self.table is not None:
            object.__setattr__(self, "table", charge_table("light vector", self.table, PARTICLES))

    @property
    def charges_by_particle(self) -> ChargeTable:
        """Q' by particle."""
        return self.table if self.model is None else MODELS[self.model]

    @property
    def coupling_name(self) -> str:
        """Name of the coupling in fits: g_universal, g_b_minus_l, ..., g_vector with explicit charges."""
        return "g_vector" if self.model is None else f"g_{self.model.replace('-', '_')}"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        words = f"coupling of the light vector ({self.model or 'explicit charges'})"
        return coupling_parameter(self.coupling_name, words), mass_parameter(self.mass)

    def from_values(self, values: Mapping[str, Any]) -> LightVector:
        return replace(
            self,
            coupling=values.get(self.coupling_name, self.coupling),
            mass=values.get(MASS, self.mass),
        )

    @cached_property
    def _loop(self) -> LeptonLoop | None:
        # Once per object: charges of one form share a slot.
        table = self.charges_by_particle
        leptons = (table.get("nu_e"), table.get("nu_mu"), table.get("nu_tau"))
        has_quarks = table.get("u") != 0 or table.get("d") != 0
        if has_quarks or self.loop == "none" or abs(sum(leptons)) > 1e-12:
            return None
        return LeptonLoop(leptons)

    def charges(self) -> tuple[Charge, ...]:
        table = self.charges_by_particle
        matrix = self.coupling**2 * neutrino_matrix(table)
        electron = Charge("vector", "e", table.get("e") * matrix, self.mass)
        if self._loop is not None:
            mixed = LOOPS[self.loop] * LOOP_COUPLING * matrix
            return (
                Charge("vector", "p", mixed, self.mass, form=self._loop),
                Charge("vector", "e", -mixed, self.mass, form=self._loop),
                electron,
            )
        proton, neutron = vector_couplings({quark: table.get(quark) for quark in "ud"})
        return (
            Charge("vector", "p", proton * matrix, self.mass),
            Charge("vector", "n", neutron * matrix, self.mass),
            electron,
        )

    citations = ("cadeddu2020b", "atzori2022a")

    __add__ = together


def model_of_coupling(name: str) -> LightVector:
    """The light vector whose coupling has this name in fits, with coupling zero."""
    found = {f"g_{model.replace('-', '_')}": model for model in MODELS}
    return LightVector(mass=0.0, model=found[name])

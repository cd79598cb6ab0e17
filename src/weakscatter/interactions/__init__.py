"""The theories: one file a family, frozen objects that add before squaring.

`INTERACTIONS` maps the kind used in cards to its class; `theory_from_parameters` builds the theory that a set of
parameter names calls for. A user's theory is any object with the five attributes listed in `theory.py`, passed to
the same calls; adding a built-in one is a file, a line in `INTERACTIONS` and a row in the family's test table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weakscatter.interactions import conventions
from weakscatter.interactions.charge import BASES, CONSTITUENTS, FLAVOURS, STRUCTURES, Charge
from weakscatter.interactions.couplings import (
    COUPLING_SETS,
    MILLICHARGE_SHIFT,
    RADIUS_SHIFT,
    SM_CHARGE_RADIUS,
    NucleonCouplings,
    coupling_set,
    explicit_couplings,
    tree_couplings,
)
from weakscatter.interactions.electromagnetic import (
    ChargeRadius,
    EffectiveMagneticMoment,
    MagneticMoment,
    Millicharge,
    TotalChargeRadius,
    UniversalMagneticMoment,
)
from weakscatter.interactions.electron_nucleon import electron_nucleon_couplings
from weakscatter.interactions.generators import Generators, hermitian, hermitian_matrix
from weakscatter.interactions.running import running_mixing_angle
from weakscatter.interactions.theory import Theories, parts_of, together
from weakscatter.interactions.weak import Weak
from weakscatter.provenance.errors import InputError

#: Kinds of a card's [[interaction]] sections.
INTERACTIONS: dict[str, type] = {
    "weak": Weak,
    "charge-radius": ChargeRadius,
    "millicharge": Millicharge,
    "magnetic-moment": MagneticMoment,
}

#: Theories that a parameter name can call for beside the weak interaction.
_NAMED_BY_PARAMETER: tuple[type, ...] = (
    TotalChargeRadius,
    ChargeRadius,
    Millicharge,
    EffectiveMagneticMoment,
    MagneticMoment,
    UniversalMagneticMoment,
)


def theory_parameters() -> dict[str, type]:
    """Every theory parameter that can be named in a fit, with the theory it belongs to."""
    owners: dict[str, type] = {parameter.name: Weak for parameter in Weak().parameters}
    for theory in _NAMED_BY_PARAMETER:
        for parameter in theory().parameters:
            owners[parameter.name] = theory
    return owners


def theory_from_parameters(names: Iterable[str], weak: Weak | None = None) -> Any:
    """The weak interaction plus whatever the parameter names call for.

    Naming a total charge radius takes the Standard-Model radius out of the weak couplings, so that it is counted
    once. Names of no theory (an experiment's own parameters) are left to the experiment.

    Raises
    ------
    InputError : a total radius and one beyond the Standard Model are both named.
    """
    owners = theory_parameters()
    wanted = {owners[name] for name in names if name in owners} - {Weak}
    if {TotalChargeRadius, ChargeRadius} <= wanted:
        raise InputError(
            "The charge radius is set twice: 'charge_radius_*' is the total and 'charge_radius_bsm_*' the part "
            "beyond the Standard Model. Name one of the two families."
        )
    weak = Weak() if weak is None else weak
    if TotalChargeRadius in wanted and weak.include_sm_charge_radius:
        weak = Weak(weak.couplings, weak.sin2_theta_w, False, weak.axial_coupling)
    theory: Any = weak
    for member in _NAMED_BY_PARAMETER:
        if member in wanted:
            theory = theory + member()
    return theory


__all__ = [
    "BASES", "CONSTITUENTS", "COUPLING_SETS", "FLAVOURS", "INTERACTIONS", "MILLICHARGE_SHIFT", "RADIUS_SHIFT",
    "SM_CHARGE_RADIUS", "STRUCTURES", "Charge", "ChargeRadius", "EffectiveMagneticMoment", "Generators",
    "MagneticMoment", "Millicharge", "NucleonCouplings", "Theories", "TotalChargeRadius", "UniversalMagneticMoment",
    "Weak", "conventions", "coupling_set", "electron_nucleon_couplings", "explicit_couplings", "hermitian", "hermitian_matrix", "parts_of",
    "running_mixing_angle", "theory_from_parameters", "theory_parameters", "together", "tree_couplings",
]  # fmt: skip

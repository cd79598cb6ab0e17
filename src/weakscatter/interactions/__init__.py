"""The theories: one file a family, frozen objects that add before squaring.

`INTERACTIONS` maps the kind used in cards to its class; `theory_from_parameters` builds the theory that a set of
parameter names calls for. A user's theory is any object with the five attributes listed in `theory.py`, passed to
the same calls; adding a built-in one is a file, a line in `INTERACTIONS` and a row in the family's test table.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial
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
from weakscatter.interactions.dipole import (
    EffectiveMagneticMoment,
    ElectricMoment,
    MagneticMoment,
    UniversalMagneticMoment,
)
from weakscatter.interactions.electromagnetic import Anapole, ChargeRadius, Millicharge, TotalChargeRadius
from weakscatter.interactions.electron_nucleon import electron_nucleon_couplings
from weakscatter.interactions.form_factors import LeptonLoop, NeutrinoFormFactors, standard_model_form_factors
from weakscatter.interactions.generators import Generators, hermitian, hermitian_matrix
from weakscatter.interactions.minimal_extension import dirac_moment, mass_of_dirac_moment
from weakscatter.interactions.nature import LABELS, MASS_STATES, NATURES
from weakscatter.interactions.running import running_mixing_angle
from weakscatter.interactions.theory import Theories, parts_of, together
from weakscatter.interactions.weak import Weak
from weakscatter.provenance.errors import InputError, unknown

#: Kinds of a card's [[interaction]] sections.
INTERACTIONS: dict[str, type] = {
    "weak": Weak,
    "charge-radius": ChargeRadius,
    "millicharge": Millicharge,
    "magnetic-moment": MagneticMoment,
    "electric-moment": ElectricMoment,
    "anapole": Anapole,
}

#: Theories that a parameter name can call for beside the weak interaction.
_NAMED_BY_PARAMETER: tuple[Any, ...] = (
    TotalChargeRadius,
    ChargeRadius,
    Millicharge,
    EffectiveMagneticMoment,
    MagneticMoment,
    ElectricMoment,
    Anapole,
    UniversalMagneticMoment,
)

#: Those with a matrix that can also be named in the mass basis, where Majorana neutrinos have fewer entries.
_MATRICES: tuple[type, ...] = (ChargeRadius, Millicharge, MagneticMoment, ElectricMoment, Anapole)


@lru_cache(maxsize=len(NATURES))
def _named(nature: str) -> tuple[Any, ...]:
    """Classes, or classes with basis and nature filled in, each called without arguments."""
    if nature not in NATURES:
        raise unknown("nature of the neutrino", nature, NATURES)
    # A Majorana matrix has its form in the mass basis only.
    here = [kind for kind in _NAMED_BY_PARAMETER if nature == "dirac" or kind not in _MATRICES]
    return (*here, *(partial(kind, basis="mass", nature=nature) for kind in _MATRICES))


def theory_parameters(nature: str = "dirac") -> dict[str, Any]:
    """Every theory parameter that can be named in a fit, with what makes the theory it belongs to (called without arguments)."""
    owners: dict[str, Any] = {parameter.name: Weak for parameter in Weak().parameters}
    for theory in _named(nature):
        for parameter in theory().parameters:
            owners[parameter.name] = theory
    return owners


def theory_from_parameters(names: Iterable[str], weak: Weak | None = None, nature: str = "dirac") -> Any:
    """The weak interaction plus whatever the parameter names call for.

    Naming a total charge radius takes the Standard-Model radius out of the weak couplings, so that it is counted
    once. Names of no theory (an experiment's own parameters) are left to the experiment. Names of mass states
    (``magnetic_moment_12``) give charges in the mass basis, which `weakscatter.mixing.in_basis` brings into another.

    Raises
    ------
    InputError : a total radius and one beyond the Standard Model are both named.
    """
    owners = theory_parameters(nature)
    wanted = {owners[name] for name in names if name in owners} - {Weak}
    beyond = {owner for owner in wanted if getattr(owner, "func", owner) is ChargeRadius}
    if TotalChargeRadius in wanted and beyond:
        raise InputError(
            "The charge radius is set twice: 'charge_radius_*' is the total and 'charge_radius_bsm_*' the part "
            "beyond the Standard Model. Name one of the two families."
        )
    weak = Weak() if weak is None else weak
    if TotalChargeRadius in wanted and weak.include_sm_charge_radius:
        weak = Weak(weak.couplings, weak.sin2_theta_w, False, weak.axial_coupling)
    theory: Any = weak
    for member in _named(nature):
        if member in wanted:
            theory = theory + member()
    return theory


__all__ = [
    "BASES", "CONSTITUENTS", "COUPLING_SETS", "FLAVOURS", "INTERACTIONS", "LABELS", "MASS_STATES",
    "MILLICHARGE_SHIFT", "NATURES", "RADIUS_SHIFT", "SM_CHARGE_RADIUS", "STRUCTURES", "Anapole", "Charge",
    "ChargeRadius", "EffectiveMagneticMoment", "ElectricMoment", "Generators", "LeptonLoop", "MagneticMoment",
    "Millicharge", "NeutrinoFormFactors", "NucleonCouplings", "Theories", "TotalChargeRadius",
    "UniversalMagneticMoment", "Weak", "conventions", "coupling_set", "dirac_moment", "electron_nucleon_couplings",
    "explicit_couplings", "hermitian", "hermitian_matrix", "mass_of_dirac_moment", "parts_of",
    "running_mixing_angle", "standard_model_form_factors", "theory_from_parameters", "theory_parameters", "together",
    "tree_couplings",
]  # fmt: skip

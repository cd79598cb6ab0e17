"""Electromagnetic properties of neutrinos in the flavour basis: millicharge, charge radius, magnetic moment.

Photon exchange between the neutrino's F_1(q^2) = e_nu + q^2 <r^2>/6 and the proton's charge (units of e > 0) has
the amplitude 4 pi alpha F_1/Q^2 with Q^2 = -q^2 = 2 M T, so that

    charge of a millicharge:     c = 4 pi alpha e_nu,            propagator 1/Q^2,
    charge of a charge radius:   c = -(2 pi alpha/3) <r^2>,      contact (the photon pole cancels),
    charge of a magnetic moment: c = 4 pi alpha (mu/mu_B)/(2 m_e), dipole, propagator 1/Q^2.

Divided by sqrt2 G_F these are the shifts of g_V^p of Giunti and Studenikin (2015). A positive charge on a
neutron-rich nucleus interferes destructively with the weak interaction. Some texts have the opposite sign
(arXiv:1603.02462 eq. 13); ours is the one in which the Standard-Model radius gives g_V^p(nu_e) > g_V^p(nu_mu).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.inference.parameter import Parameter
from weakscatter.interactions.charge import Charge
from weakscatter.interactions.couplings import SM_CHARGE_RADIUS
from weakscatter.interactions.generators import hermitian
from weakscatter.interactions.theory import together
from weakscatter.units import cm

_RADIUS_UNIT, _RADIUS_SCALE = "1e-32 cm^2", 1e-32 * cm**2
_CHARGE_UNIT, _CHARGE_SCALE = "1e-8 e", 1e-8
_MOMENT_UNIT, _MOMENT_SCALE = "1e-10 mu_B", 1e-10

_TOTAL_RADIUS = hermitian("charge_radius", _RADIUS_UNIT, description="total charge radius")
_EXTRA_RADIUS = hermitian(
    "charge_radius_bsm", _RADIUS_UNIT, description="charge radius beyond the Standard Model"
)
_MILLICHARGE = hermitian("millicharge", _CHARGE_UNIT, description="millicharge")
_MOMENT = hermitian("magnetic_moment", _MOMENT_UNIT, nonnegative=True, description="magnetic moment")
_EFFECTIVE_MOMENTS = tuple(
    Parameter(f"magnetic_moment_{flavour}", 0.0, unit=_MOMENT_UNIT, lower=0.0, squared=True,
              description=f"effective magnetic moment of nu_{flavour}, sqrt(sum_j |mu_j{flavour}|^2)")
    for flavour in ("e", "mu", "tau")
)  # fmt: skip


def _zeros() -> np.ndarray:
    return np.zeros((3, 3), dtype=complex)


def _with_values(parameters: tuple[Parameter, ...], present: Mapping[str, Any]) -> tuple[Parameter, ...]:
    return tuple(replace(p, value=present[p.name]) if p.name in present else p for p in parameters)


@dataclass(frozen=True, eq=False)
class ChargeRadius:
    """Charge radii *beyond* whatever the weak couplings hold, <r^2>[final, initial] (MeV^-2), Hermitian.

    With `Weak(include_sm_charge_radius=False)` this is the whole radius.
    """

    matrix: Any = field(default_factory=_zeros, metadata={"unit": "cm^2", "matrix": "hermitian"})
    kind = "charge-radius"
    parameters = _EXTRA_RADIUS.parameters
    citations = ("giunti2015",)

    def from_values(self, values: Mapping[str, Any]) -> ChargeRadius:
        return ChargeRadius(_EXTRA_RADIUS.replace(self.matrix, values, _RADIUS_SCALE))

    def charges(self) -> tuple[Charge, ...]:
        return (Charge("vector", "p", -(2 * pi * constants.alpha / 3) * jnp.asarray(self.matrix)),)

    __add__ = together


@dataclass(frozen=True, eq=False)
class TotalChargeRadius:
    """Total charge radii <r^2>[final, initial] (MeV^-2), the Standard-Model values unless given.

    To be added to a weak part that holds no radius; the sum refuses anything else.
    """

    matrix: Any = field(default_factory=lambda: np.diag(np.array(SM_CHARGE_RADIUS, dtype=complex)))
    kind = "total-charge-radius"
    is_total_charge_radius = True
    citations = ("giunti2015", "bernabeu2004")

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        names = (f"charge_radius_{flavour}{flavour}" for flavour in ("e", "mu", "tau"))
        present = {name: radius / _RADIUS_SCALE for name, radius in zip(names, SM_CHARGE_RADIUS, strict=True)}
        return _with_values(_TOTAL_RADIUS.parameters, present)

    def from_values(self, values: Mapping[str, Any]) -> TotalChargeRadius:
        return TotalChargeRadius(_TOTAL_RADIUS.replace(self.matrix, values, _RADIUS_SCALE))

    def charges(self) -> tuple[Charge, ...]:
        return ChargeRadius(self.matrix).charges()

    __add__ = together


@dataclass(frozen=True, eq=False)
class Millicharge:
    """Neutrino electric charges e_nu[final, initial] (units of e > 0), Hermitian."""

    matrix: Any = field(default_factory=_zeros, metadata={"unit": "", "matrix": "hermitian"})
    kind = "millicharge"
    parameters = _MILLICHARGE.parameters
    citations = ("giunti2015",)

    def from_values(self, values: Mapping[str, Any]) -> Millicharge:
        return Millicharge(_MILLICHARGE.replace(self.matrix, values, _CHARGE_SCALE))

    def charges(self) -> tuple[Charge, ...]:
        return (Charge("vector", "p", 4 * pi * constants.alpha * jnp.asarray(self.matrix), mass=0),)

    __add__ = together


@dataclass(frozen=True, eq=False)
class MagneticMoment:
    """Magnetic moments mu[final, initial] (units of mu_B), Hermitian; helicity flips, so no interference.

    Only sum_j |mu_jl|^2 is observable for an incoming flavour l: `effective` moments are a diagonal matrix.
    """

    matrix: Any = field(default_factory=_zeros, metadata={"unit": "", "matrix": "hermitian"})
    kind = "magnetic-moment"
    parameters = _MOMENT.parameters
    citations = ("giunti2015", "vogel1989")

    def from_values(self, values: Mapping[str, Any]) -> MagneticMoment:
        return MagneticMoment(_MOMENT.replace(self.matrix, values, _MOMENT_SCALE))

    def charges(self) -> tuple[Charge, ...]:
        coupling = 4 * pi * constants.alpha / (2 * constants.m_e)
        return (Charge("dipole", "p", coupling * jnp.asarray(self.matrix), mass=0),)

    __add__ = together


@dataclass(frozen=True, eq=False)
class EffectiveMagneticMoment:
    """Effective moments of (nu_e, nu_mu, nu_tau) in units of mu_B, mu_l^2 = sum_j |mu_jl|^2."""

    moments: tuple[Any, Any, Any] = (0.0, 0.0, 0.0)
    kind = "effective-magnetic-moment"
    parameters = _EFFECTIVE_MOMENTS
    citations = ("giunti2015", "vogel1989")

    def from_values(self, values: Mapping[str, Any]) -> EffectiveMagneticMoment:
        return EffectiveMagneticMoment(
            tuple(
                values[p.name] * _MOMENT_SCALE if p.name in values else moment
                for p, moment in zip(self.parameters, self.moments, strict=True)
            )
        )

    def charges(self) -> tuple[Charge, ...]:
        return MagneticMoment(jnp.diag(jnp.stack([jnp.asarray(m, float) for m in self.moments]))).charges()

    __add__ = together


@dataclass(frozen=True, eq=False)
class UniversalMagneticMoment:
    """One effective moment, equal for every flavour (units of mu_B)."""

    moment: Any = 0.0
    kind = "universal-magnetic-moment"
    parameters = (
        Parameter("magnetic_moment_effective", 0.0, unit=_MOMENT_UNIT, lower=0.0, squared=True,
                  description="flavour-universal effective magnetic moment"),
    )  # fmt: skip
    citations = ("giunti2015", "vogel1989")

    def from_values(self, values: Mapping[str, Any]) -> UniversalMagneticMoment:
        name = self.parameters[0].name
        return UniversalMagneticMoment(values[name] * _MOMENT_SCALE) if name in values else self

    def charges(self) -> tuple[Charge, ...]:
        return MagneticMoment(self.moment * jnp.eye(3)).charges()

    __add__ = together

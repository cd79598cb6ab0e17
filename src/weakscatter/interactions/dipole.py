"""Magnetic and electric dipole moments of neutrinos: photon exchange that flips the helicity.

A left-handed neutrino sees the magnetic moments mu and the electric moments epsilon (both Hermitian, units of mu_B) as one
matrix, lambda = mu - i epsilon, so the two interfere with each other and with nothing else:

    charge of a proton: c = 4 pi alpha lambda/(2 m_e), dipole, propagator 1/Q^2,   rate ~ Tr[lambda rho lambda^dagger].

An antineutrino sees lambda^*, which makes its rate that of the neutrino wherever the state is the conjugate one.
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
from weakscatter.interactions.generators import Generators
from weakscatter.interactions.nature import check_matrix, matrix_generators
from weakscatter.interactions.photon import photon_charges
from weakscatter.interactions.theory import together

_UNIT, _SCALE = "1e-10 mu_B", 1e-10

#: Dipole charge per Bohr magneton, e mu_B with mu_B = e/(2 m_e) and e^2 = 4 pi alpha (MeV^-1).
BOHR_MAGNETON_CHARGE = 4 * pi * constants.alpha / (2 * constants.m_e)


def _zeros() -> np.ndarray:
    return np.zeros((3, 3), dtype=complex)


@dataclass(frozen=True, eq=False)
class MagneticMoment:
    """Magnetic moments mu[final, initial] (units of mu_B), Hermitian; helicity flips, so no interference.

    Only sum_j |mu_jl|^2 is observable for an incoming flavour l: `effective` moments are a diagonal matrix.
    """

    matrix: Any = field(default_factory=_zeros, metadata={"unit": "", "matrix": "hermitian"})
    basis: str = "flavour"
    nature: str = "dirac"
    kind = "magnetic-moment"
    citations = ("giunti2015", "vogel1989")

    def __post_init__(self) -> None:
        check_matrix("magnetic moment", self.matrix, self.basis, self.nature)

    @property
    def generators(self) -> Generators:
        return matrix_generators(
            "magnetic_moment", _UNIT, self.basis, self.nature, "magnetic moment", nonnegative=True
        )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.generators.parameters

    def from_values(self, values: Mapping[str, Any]) -> MagneticMoment:
        return replace(self, matrix=self.generators.replace(self.matrix, values, _SCALE))

    def charges(self) -> tuple[Charge, ...]:
        matrix = BOHR_MAGNETON_CHARGE * jnp.asarray(self.matrix)
        return photon_charges("dipole", matrix, mass=0, basis=self.basis)

    __add__ = together


@dataclass(frozen=True, eq=False)
class ElectricMoment:
    """Electric dipole moments epsilon[final, initial] (units of mu_B), Hermitian; lambda = mu - i epsilon.

    Alone it cannot be told from a magnetic moment of the same matrix.
    """

    matrix: Any = field(default_factory=_zeros, metadata={"unit": "", "matrix": "hermitian"})
    basis: str = "flavour"
    nature: str = "dirac"
    kind = "electric-moment"
    citations = ("giunti2015", "vogel1989")

    def __post_init__(self) -> None:
        check_matrix("electric moment", self.matrix, self.basis, self.nature)

    @property
    def generators(self) -> Generators:
        return matrix_generators(
            "electric_moment", _UNIT, self.basis, self.nature, "electric dipole moment", nonnegative=True
        )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.generators.parameters

    def from_values(self, values: Mapping[str, Any]) -> ElectricMoment:
        return replace(self, matrix=self.generators.replace(self.matrix, values, _SCALE))

    def charges(self) -> tuple[Charge, ...]:
        matrix = -1j * BOHR_MAGNETON_CHARGE * jnp.asarray(self.matrix)
        return photon_charges("dipole", matrix, mass=0, basis=self.basis)

    __add__ = together


@dataclass(frozen=True, eq=False)
class EffectiveMagneticMoment:
    """Effective moments of (nu_e, nu_mu, nu_tau) in units of mu_B, mu_l^2 = sum_j |lambda_jl|^2."""

    moments: tuple[Any, Any, Any] = (0.0, 0.0, 0.0)
    kind = "effective-magnetic-moment"
    parameters = tuple(
        Parameter(f"magnetic_moment_{flavour}", 0.0, unit=_UNIT, lower=0.0, squared=True,
                  description=f"effective magnetic moment of nu_{flavour}, sqrt(sum_j |mu_j{flavour}|^2)")
        for flavour in ("e", "mu", "tau")
    )  # fmt: skip
    citations = ("giunti2015", "vogel1989")

    def from_values(self, values: Mapping[str, Any]) -> EffectiveMagneticMoment:
        return EffectiveMagneticMoment(
            tuple(
                values[p.name] * _SCALE if p.name in values else moment
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
        Parameter("magnetic_moment_effective", 0.0, unit=_UNIT, lower=0.0, squared=True,
                  description="flavour-universal effective magnetic moment"),
    )  # fmt: skip
    citations = ("giunti2015", "vogel1989")

    def from_values(self, values: Mapping[str, Any]) -> UniversalMagneticMoment:
        name = self.parameters[0].name
        return UniversalMagneticMoment(values[name] * _SCALE) if name in values else self

    def charges(self) -> tuple[Charge, ...]:
        return MagneticMoment(self.moment * jnp.eye(3)).charges()

    __add__ = together

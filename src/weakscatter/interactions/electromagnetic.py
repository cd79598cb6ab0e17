"""Charges, charge radii and anapole moments of neutrinos: photon exchange that conserves the helicity.

Photon exchange between the neutrino's F_Q(q^2) = e_nu + q^2 <r^2>/6 and the proton's charge (units of e > 0) has
the amplitude 4 pi alpha F_Q/Q^2 with Q^2 = -q^2 = 2 M T, so that

    charge of a millicharge:      c = 4 pi alpha e_nu,         propagator 1/Q^2,
    charge of a charge radius:    c = -(2 pi alpha/3) <r^2>,   contact (the photon pole cancels),
    charge of an anapole moment:  c = +4 pi alpha a,           contact: only <r^2> - 6 a is seen.

Divided by sqrt2 G_F these are the shifts of g_V^p of Giunti and Studenikin (2015); those of an electron's g_V have the
opposite sign (`photon_charges`). A positive charge on a
neutron-rich nucleus interferes destructively with the weak interaction. Some texts have the opposite sign
(arXiv:1603.02462 eq. 13); ours is the one in which the Standard-Model radius gives g_V^p(nu_e) > g_V^p(nu_mu).

A matrix is Hermitian, [final, initial], in the flavour or the mass basis; `weakscatter.mixing.in_basis` brings a theory into
the basis of the beam. Majorana neutrinos have fewer entries, see `nature`: their Standard-Model radius *is* an anapole
moment, with the same effect, so that `Weak` and the total radius serve them as they are.
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
from weakscatter.interactions.generators import Generators
from weakscatter.interactions.nature import check_matrix, matrix_generators
from weakscatter.interactions.photon import photon_charges
from weakscatter.interactions.theory import together
from weakscatter.units import cm

_RADIUS_UNIT, _RADIUS_SCALE = "1e-32 cm^2", 1e-32 * cm**2
_CHARGE_UNIT, _CHARGE_SCALE = "1e-8 e", 1e-8


def _zeros() -> np.ndarray:
    return np.zeros((3, 3), dtype=complex)


@dataclass(frozen=True, eq=False)
class ChargeRadius:
    """Charge radii *beyond* whatever the weak couplings hold, <r^2>[final, initial] (MeV^-2), Hermitian.

    With `Weak(include_sm_charge_radius=False)` this is the whole radius.
    """

    matrix: Any = field(default_factory=_zeros, metadata={"unit": "cm^2", "matrix": "hermitian"})
    basis: str = "flavour"
    nature: str = "dirac"
    kind = "charge-radius"
    citations = ("giunti2015",)

    def __post_init__(self) -> None:
        check_matrix("charge radius", self.matrix, self.basis, self.nature)

    @property
    def generators(self) -> Generators:
        words = "charge radius beyond the Standard Model"
        return matrix_generators("charge_radius_bsm", _RADIUS_UNIT, self.basis, self.nature, words)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.generators.parameters

    def from_values(self, values: Mapping[str, Any]) -> ChargeRadius:
        return replace(self, matrix=self.generators.replace(self.matrix, values, _RADIUS_SCALE))

    def charges(self) -> tuple[Charge, ...]:
        return photon_charges(
            "vector", -(2 * pi * constants.alpha / 3) * jnp.asarray(self.matrix), basis=self.basis
        )

    __add__ = together


@dataclass(frozen=True, eq=False)
class TotalChargeRadius:
    """Total charge radii <r^2>[final, initial] (MeV^-2), flavour basis, the Standard-Model values unless given.

    To be added to a weak part that holds no radius; the sum refuses anything else. For Majorana neutrinos a diagonal
    entry is -6 times the anapole moment.
    """

    matrix: Any = field(default_factory=lambda: np.diag(np.array(SM_CHARGE_RADIUS, dtype=complex)))
    kind = "total-charge-radius"
    is_total_charge_radius = True
    citations = ("giunti2015", "bernabeu2004")

    def __post_init__(self) -> None:
        check_matrix("charge radius", self.matrix, "flavour", "dirac")

    @property
    def generators(self) -> Generators:
        return matrix_generators("charge_radius", _RADIUS_UNIT, "flavour", "dirac", "total charge radius")

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        names = (f"charge_radius_{flavour}{flavour}" for flavour in ("e", "mu", "tau"))
        present = {name: radius / _RADIUS_SCALE for name, radius in zip(names, SM_CHARGE_RADIUS, strict=True)}
        return tuple(
            replace(p, value=present[p.name]) if p.name in present else p for p in self.generators.parameters
        )

    def from_values(self, values: Mapping[str, Any]) -> TotalChargeRadius:
        return TotalChargeRadius(self.generators.replace(self.matrix, values, _RADIUS_SCALE))

    def charges(self) -> tuple[Charge, ...]:
        return ChargeRadius(self.matrix).charges()

    __add__ = together


@dataclass(frozen=True, eq=False)
class Anapole:
    """Anapole moments a[final, initial] (MeV^-2), Hermitian, *beyond* what the weak couplings hold.

    Vertex F_A (gamma_mu q^2 - q_mu qslash) gamma_5: a left-handed neutrino sees it as <r^2> = -6 a. For Majorana
    neutrinos real and symmetric in the mass basis; all the radius that they have on the diagonal.
    """

    matrix: Any = field(default_factory=_zeros, metadata={"unit": "cm^2", "matrix": "hermitian"})
    basis: str = "flavour"
    nature: str = "dirac"
    kind = "anapole"
    citations = ("giunti2015",)

    def __post_init__(self) -> None:
        check_matrix("anapole moment", self.matrix, self.basis, self.nature, majorana="symmetric")

    @property
    def generators(self) -> Generators:
        words = "anapole moment beyond the Standard Model"
        return matrix_generators(
            "anapole", _RADIUS_UNIT, self.basis, self.nature, words, majorana="symmetric"
        )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.generators.parameters

    def from_values(self, values: Mapping[str, Any]) -> Anapole:
        return replace(self, matrix=self.generators.replace(self.matrix, values, _RADIUS_SCALE))

    def charges(self) -> tuple[Charge, ...]:
        coupling = 4 * pi * constants.alpha
        return photon_charges("vector", coupling * jnp.asarray(self.matrix), basis=self.basis)

    __add__ = together


@dataclass(frozen=True, eq=False)
class Millicharge:
    """Neutrino electric charges e_nu[final, initial] (units of e > 0), Hermitian."""

    matrix: Any = field(default_factory=_zeros, metadata={"unit": "", "matrix": "hermitian"})
    basis: str = "flavour"
    nature: str = "dirac"
    kind = "millicharge"
    citations = ("giunti2015",)

    def __post_init__(self) -> None:
        check_matrix("millicharge", self.matrix, self.basis, self.nature)

    @property
    def generators(self) -> Generators:
        return matrix_generators("millicharge", _CHARGE_UNIT, self.basis, self.nature, "millicharge")

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.generators.parameters

    def from_values(self, values: Mapping[str, Any]) -> Millicharge:
        return replace(self, matrix=self.generators.replace(self.matrix, values, _CHARGE_SCALE))

    def charges(self) -> tuple[Charge, ...]:
        coupling = 4 * pi * constants.alpha
        return photon_charges("vector", coupling * jnp.asarray(self.matrix), mass=0, basis=self.basis)

    __add__ = together

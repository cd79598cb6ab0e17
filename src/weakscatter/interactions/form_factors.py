"""Electromagnetic form factors of neutrinos as functions of q^2; moments and radii are their first terms.

The vertex of a photon and a neutrino (Giunti and Studenikin 2015) has four, each a Hermitian matrix of functions,

    F_Q = e_nu + q^2 <r^2>/6 + ...,   F_M = mu + ...,   F_E = epsilon + ...,   F_A = a + ...,

of which a left-handed neutrino sees F_Q - q^2 F_A, and F_M - i F_E with its helicity flipped. A matrix of functions is a sum
of constant Hermitian matrices times real functions. In scattering q^2 < 0: functions here take Q^2 = -q^2 > 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import pi, sqrt
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.interactions.charge import Charge
from weakscatter.interactions.dipole import BOHR_MAGNETON_CHARGE
from weakscatter.interactions.nature import check_matrix
from weakscatter.interactions.photon import photon_charges
from weakscatter.interactions.polarisation import running
from weakscatter.interactions.theory import together
from weakscatter.provenance.errors import InputError

#: A constant Hermitian matrix [3, 3] and the real function of Q^2 = -q^2 (MeV^2) that multiplies it.
Term = tuple[Any, Callable[[Any], Any]]


@dataclass(frozen=True, eq=False)
class NeutrinoFormFactors:
    """Form factors given as functions: each a tuple of terms (matrix, function of Q^2 = -q^2).

    Parameters
    ----------
    charge : F_Q in units of e > 0. The term (<r^2>, -Q^2/6) is a charge radius.
    magnetic, electric : F_M and F_E in units of mu_B.
    anapole : F_A (MeV^-2).
    basis, nature : of all the matrices.

    Notes
    -----
    Functions take arrays of Q^2 (MeV^2) and are traced by JAX. Give the same function object where entries share it:
    each function object is folded on its own.

    Raises
    ------
    InputError : something that is no pair (matrix, function), or a matrix that such a neutrino cannot have.

    Examples
    --------
    >>> from weakscatter.units import cm
    >>> radius = NeutrinoFormFactors(charge=((np.eye(3) * 1e-32 * cm**2, lambda Q2: -Q2 / 6),))
    >>> radius.charges()[0].structure
    'vector'
    """

    charge: tuple[Term, ...] = ()
    magnetic: tuple[Term, ...] = ()
    electric: tuple[Term, ...] = ()
    anapole: tuple[Term, ...] = ()
    basis: str = "flavour"
    nature: str = "dirac"
    citations: tuple[str, ...] = ("giunti2015",)
    kind = "form-factors"
    parameters = ()

    def __post_init__(self) -> None:
        for name in ("charge", "magnetic", "electric", "anapole"):
            for term in getattr(self, name):
                if not (isinstance(term, tuple) and len(term) == 2 and callable(term[1])):
                    raise InputError(
                        f"The {name} form factor is a tuple of (matrix, function of Q^2) pairs; got {term!r}."
                    )
                symmetry = "symmetric" if name == "anapole" else "antisymmetric"
                check_matrix(f"{name} form factor", term[0], self.basis, self.nature, majorana=symmetry)

    def from_values(self, values: Mapping[str, Any]) -> NeutrinoFormFactors:
        return self

    def charges(self) -> tuple[Charge, ...]:
        photon = 4 * pi * constants.alpha
        kinds = (
            (self.charge, "vector", photon, 0),
            # -q^2 F_A over Q^2 is F_A: no pole.
            (self.anapole, "vector", photon, None),
            (self.magnetic, "dipole", BOHR_MAGNETON_CHARGE, 0),
            (self.electric, "dipole", -1j * BOHR_MAGNETON_CHARGE, 0),
        )
        return tuple(
            charge
            for terms, structure, scale, mass in kinds
            for matrix, function in terms
            for charge in photon_charges(
                structure, scale * jnp.asarray(matrix), mass=mass, basis=self.basis, form=function
            )
        )

    __add__ = together


@dataclass(frozen=True, eq=False)
class RadiusLoop:
    """F_Q = q^2 <r^2(q^2)>/6 of one flavour in the Standard Model: the loop of its lepton at momentum q.

        <r^2(q^2)> = -(G_F/(2 sqrt2 pi^2)) [3 - 12 int_0^1 dx x(1-x) ln((m_l^2 + x(1-x) Q^2)/m_W^2)],  Q^2 = -q^2,

    which at q^2 = 0 is -(G_F/(2 sqrt2 pi^2)) [3 - 2 ln(m_l^2/m_W^2)] (Bernabeu et al. 2000). Only the lepton that the
    photon resolves below m_W depends on q^2 (Atzori Corona et al. 2024). `mass` is m_l (MeV).
    """

    mass: Any

    def radius(self, Q2: Any) -> Any:
        """<r^2> (MeV^-2) at Q^2 (MeV^2)."""
        bend = running(jnp.asarray(Q2, float) / self.mass**2)
        return (
            -constants.G_F
            / (2 * sqrt(2) * pi**2)
            * (3 - 2 * jnp.log(self.mass**2 / constants.m_W**2) - 12 * bend)
        )

    def __call__(self, Q2: Any) -> Any:
        return -Q2 * self.radius(Q2) / 6


def standard_model_form_factors() -> NeutrinoFormFactors:
    """The Standard-Model radii with their momentum dependence, to be added to `Weak(include_sm_charge_radius=False)`.

    Computed from the masses, so that at q^2 = 0 they are those of Bernabeu et al. before rounding, -0.83, -0.48 and
    -0.30e-32 cm^2.
    """
    masses = (constants.m_e, constants.m_mu, constants.m_tau)
    terms = tuple((np.diag(row), RadiusLoop(mass)) for row, mass in zip(np.eye(3), masses, strict=True))
    return NeutrinoFormFactors(charge=terms, citations=("bernabeu2000", "atzori2024"))

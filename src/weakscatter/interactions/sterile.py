"""A sterile neutrino: a heavy one produced through a transition moment (dipole portal), or a light one mixed in.

Dipole portal, L = (d_l/2) Nbar sigma^{mu nu} P_L nu_l F_{mu nu} + h.c. with d_l in units of mu_B: scattering into a
state of mass m_4 with E >= [(T + sqrt(T^2 + 2MT))/2] (1 + m_4^2/(2MT)); at m_4 = 0 the rate of a magnetic moment.

Mixing, U_l4 and Delta m^2: over a baseline at which the light states have no phase yet, the active 3 x 3 block of the
evolution is S = 1 - (1 - exp(-i Delta m^2 L/2E)) u u^dagger with u_l = U_l4, and rho(E) = S rho S^dagger. A beam of one
flavour keeps P = 1 - 4 |U_l4|^2 (1 - |U_l4|^2) sin^2(Delta m^2 L/4E) of itself, and |U_l4|^2 |U_l'4|^2 4 sin^2 appears in
another flavour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

import jax.numpy as jnp

from weakscatter import constants
from weakscatter.grids import is_concrete
from weakscatter.inference.parameter import Parameter
from weakscatter.interactions.charge import FLAVOURS, Charge
from weakscatter.interactions.photon import photon_charges
from weakscatter.interactions.theory import together
from weakscatter.provenance.errors import InputError
from weakscatter.units import eV

_MOMENT_UNIT, _MOMENT_SCALE = "1e-10 mu_B", 1e-10


@dataclass(frozen=True, eq=False, kw_only=True)
class SterileDipole:
    """Dipole portal: an active neutrino up-scatters into a heavy sterile one through a transition moment.

    Parameters
    ----------
    mass : m_4 (MeV), zero or more.
    moment : d_l of (nu_e, nu_mu, nu_tau) in units of mu_B, real; one number for all.

    Notes
    -----
    A beam in a superposition of flavours sees |sum_l d_l nu_l|^2. Parameters of a fit: `sterile_moment_e`, ... in
    1e-10 mu_B, and `sterile_mass` in MeV.
    """

    mass: Any = field(metadata={"unit": "MeV", "least": 0.0})
    moment: Any = field(default=(0.0, 0.0, 0.0), metadata={"unit": "", "flavours": True})
    kind = "sterile-dipole"
    citations = ("brdar2021", "giunti2015")

    def __post_init__(self) -> None:
        if is_concrete(self.mass) and not 0 <= self.mass < inf:
            raise InputError(
                f"The mass of the sterile neutrino must be finite and not negative; got {self.mass} MeV."
            )
        given = self.moment if isinstance(self.moment, tuple | list) else (self.moment,) * 3
        if len(given) != 3:
            raise InputError(
                f"The moments of the dipole portal are one number or three (e, mu, tau); got {len(given)}."
            )
        object.__setattr__(self, "moment", tuple(given))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        start = float(self.mass) if is_concrete(self.mass) else 1.0
        moments = (
            Parameter(f"sterile_moment_{flavour}", 0.0, unit=_MOMENT_UNIT, lower=0.0, squared=True,
                      description=f"transition moment of nu_{flavour} to a heavy sterile neutrino")
            for flavour in FLAVOURS
        )  # fmt: skip
        mass = Parameter(
            "sterile_mass", start, unit="MeV", lower=0.0, description="mass of the sterile neutrino"
        )
        return (*moments, mass)

    def from_values(self, values: Mapping[str, Any]) -> SterileDipole:
        moments = tuple(
            values[name] * _MOMENT_SCALE if (name := f"sterile_moment_{flavour}") in values else moment
            for flavour, moment in zip(FLAVOURS, self.moment, strict=True)
        )
        return replace(self, moment=moments, mass=values.get("sterile_mass", self.mass))

    def charges(self) -> tuple[Charge, ...]:
        coupling = 4 * jnp.pi * constants.alpha / (2 * constants.m_e)
        row = coupling * jnp.stack([jnp.asarray(moment, float) for moment in self.moment])
        # One final state: the first row of the matrix. Real, and conjugated for antineutrinos like any other.
        matrix = jnp.zeros((3, 3), dtype=complex).at[0].set(row)
        return photon_charges("dipole", matrix, mass=0, final_mass=self.mass)

    __add__ = together


@dataclass(frozen=True, eq=False, kw_only=True)
class SterileMixing:
    """Light sterile neutrino: active ones disappear over a short baseline; no charges of its own.

    Parameters
    ----------
    delta_m2 : Delta m^2_41 (MeV^2), zero or more.
    u_e4, u_mu4, u_tau4 : |U_l4|^2, which add up to at most one.
    baseline : from source to detector (MeV^-1); None: the distance of the source.

    Raises
    ------
    InputError : a negative mass squared, or elements of more than unit sum.
    """

    delta_m2: Any = field(metadata={"unit": "eV^2", "least": 0.0})
    u_e4: Any = field(default=0.0, metadata={"unit": "", "least": 0.0})
    u_mu4: Any = field(default=0.0, metadata={"unit": "", "least": 0.0})
    u_tau4: Any = field(default=0.0, metadata={"unit": "", "least": 0.0})
    baseline: Any = field(default=None, metadata={"unit": "m", "least": 0.0})
    kind = "sterile-mixing"
    citations = ("pdg2020", "anderson2012")

    def __post_init__(self) -> None:
        if is_concrete(self.delta_m2) and not 0 <= self.delta_m2 < inf:
            raise InputError(
                f"Delta m^2 of the sterile neutrino must be finite and not negative; got {self.delta_m2} MeV^2. "
                "Only its size matters at a short baseline."
            )
        elements = {"u_e4": self.u_e4, "u_mu4": self.u_mu4, "u_tau4": self.u_tau4}
        for name, value in elements.items():
            if is_concrete(value) and not 0 <= value <= 1:
                raise InputError(f"{name} = {value} is no |U_l4|^2: it must lie between 0 and 1.")
        if is_concrete(tuple(elements.values())) and sum(elements.values()) > 1 + 1e-12:
            raise InputError(
                f"|U_e4|^2 + |U_mu4|^2 + |U_tau4|^2 = {sum(elements.values()):g} exceeds one, so the mixing matrix "
                "would not be unitary. Lower one of them."
            )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        start = float(self.delta_m2) / eV**2 if is_concrete(self.delta_m2) else 1.0
        elements = (
            Parameter(f"u_{flavour}4_squared", 0.0, lower=0.0, upper=1.0,
                      description=f"|U_{flavour}4|^2 of a light sterile neutrino")
            for flavour in FLAVOURS
        )  # fmt: skip
        splitting = Parameter(
            "delta_m2_41",
            start,
            unit="eV^2",
            lower=0.0,
            description="mass splitting of a light sterile neutrino",
        )
        return (*elements, splitting)

    def from_values(self, values: Mapping[str, Any]) -> SterileMixing:
        elements = {
            f"u_{flavour}4": values.get(f"u_{flavour}4_squared", getattr(self, f"u_{flavour}4"))
            for flavour in FLAVOURS
        }
        splitting = values["delta_m2_41"] * eV**2 if "delta_m2_41" in values else self.delta_m2
        return replace(self, delta_m2=splitting, **elements)

    @property
    def disappearance(self) -> tuple[Any, Any, Any]:
        """(Delta m^2, u [3], baseline or None): what happens on the way, read by the model."""
        squares = jnp.stack([jnp.asarray(x, float) for x in (self.u_e4, self.u_mu4, self.u_tau4)])
        return self.delta_m2, squares, self.baseline

    def charges(self) -> tuple[Charge, ...]:
        return ()

    __add__ = together

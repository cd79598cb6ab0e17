"""Free electrons at rest: the exact response of a Dirac particle, one node at q^2 = 2 m T + T^2.

With w R per electron, tau = T/(2 m) and Q^2 = 2 m T:

    vector, dipole:    longitudinal m/(1 + tau),   transverse T,
    axial:             longitudinal 0,             transverse T + 2 m,
    vector-axial:      transverse interference |q|,
    scalar density:    m (1 + tau),                pseudoscalar density T/2,
    tensor:            transverse 2 m.

Contracted with the lepton tensors these are the closed forms, for example

    dsigma/dT = (G_F^2 m/2 pi) [(g_V + g_A)^2 + (g_V - g_A)^2 (1 - T/E)^2 + (g_A^2 - g_V^2) m T/E^2].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from weakscatter import constants
from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError
from weakscatter.response.nodes import Level, Nodes

#: The kind of deposit that a recoiling or freed electron leaves.
ELECTRONIC_RECOIL = "electronic-recoil"


@dataclass(frozen=True, eq=False)
class FreeElectrons:
    """Electrons at rest without binding, `number` of them: an atom in the free-electron approximation.

    Energy given to an electron is the recoil energy T; the approximation ends at T_max = 2 E^2/(2 E + m).

    Parameters
    ----------
    number : electrons per scatterer, Z of an atom.

    Raises
    ------
    InputError : a number that is not positive.
    """

    number: Any = 1.0
    deposit = ELECTRONIC_RECOIL
    kinks = ()
    mass = constants.m_e
    citations = ("vogel1989",)

    def __post_init__(self) -> None:
        if is_concrete(self.number) and not self.number > 0:
            raise InputError(f"The number of electrons must be positive; got {self.number}.")

    @property
    def levels(self) -> tuple[Level, ...]:
        return (Level("free electron"),)

    def recoil_energy_max(self, E: Any, mass: Any = 0) -> Any:
        """Largest recoil energy 2 m p^2/(m^2 + 2 m E + m_chi^2) (MeV) for a projectile of energy E and mass m_chi.

        2 E^2/(2 E + m) for a massless one.
        """
        if isinstance(mass, int) and mass == 0:
            return 2 * E**2 / (2 * E + self.mass)
        return 2 * self.mass * (E**2 - mass**2) / (self.mass**2 + 2 * self.mass * E + mass**2)

    def nodes(self, T: Any, level: Level) -> Nodes:
        """The single node of elastic scattering at recoil energies T [T] (MeV)."""
        return dirac_electrons(T, self.number)


def dirac_electrons(T: Any, number: Any) -> Nodes:
    """Nodes of `number` (one, or [T]) free electrons at recoil energies T [T] (MeV)."""
    m = constants.m_e
    T = jnp.asarray(T, float)[..., None]
    count = jnp.asarray(number, float)
    count = count[..., None] if count.ndim else count
    q = jnp.sqrt(T * (T + 2 * m))
    tau = T / (2 * m)
    vector, axial = ("vector", "e"), ("axial", "e")
    response: dict[Any, Any] = {}
    for current in (vector, ("dipole", "e")):
        response[current, current, "longitudinal"] = count * m / (1 + tau)
        response[current, current, "transverse"] = count * T
    response[axial, axial, "transverse"] = count * (T + 2 * m)
    response[vector, axial, "transverse-interference"] = count * q
    response[("scalar", "e"), ("scalar", "e"), "density"] = count * m * (1 + tau)
    response[("pseudoscalar", "e"), ("pseudoscalar", "e"), "density"] = count * T / 2
    response[("tensor", "e"), ("tensor", "e"), "transverse"] = count * 2 * m * jnp.ones_like(T)
    return Nodes(q, T, T, response)

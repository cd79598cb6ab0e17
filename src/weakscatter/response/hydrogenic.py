"""One electron in the field of a point charge Z: the complete non-relativistic responses in closed form.

From the ground state into the continuum, per unit energy (atomic units, k^2 = 2T - Z^2, the arctangent in [0, pi]):

    R_00    = 256 Z^6 q^2 [q^2 + (Z^2 + k^2)/3] G/P^3,   P = [(q + k)^2 + Z^2][(q - k)^2 + Z^2],
    R_conv  = (128/3) Z^6 (Z^2 + k^2) G/P^2,             G = exp{-(2Z/k) arctan[2Zk/(q^2 - k^2 + Z^2)]}/(1 - e^(-2 pi Z/k)),

R_00 the density (Bethe 1930), R_conv both transverse components of the convection current p/m, from Nordsieck's integral:
the gradient in q of the overlap of a Coulomb wave with e^(-Zr)/r. To leading order in Z alpha and in T/m the currents are

    J_0 = 1, J = p/m + i sigma x q/(2m);     A_0 = sigma.p/m, A = sigma;     S = 1, P = sigma.q/(2m), Sigma = sigma,

and the spin of the one electron, averaged and summed, leaves

    vector    longitudinal (Q^2/q^2)^2 R_00 (conserved exactly)   transverse R_conv + (q^2/2m^2) R_00
    axial     longitudinal R_conv                                 transverse 2 R_00
    interference (q/m) R_00, of the axial with the spin part      scalar R_00, pseudoscalar (q^2/4m^2) R_00, tensor 2 R_00

The electron at rest is their limit Z -> 0, up to T/(2m). `weakscatter.response.hydrogenic_states` has the bound final states.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.provenance.errors import InputError
from weakscatter.response.free_electrons import ELECTRONIC_RECOIL
from weakscatter.response.infrared import InfraredCut, InfraredMass
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.window import Window, window_nodes

#: Panel edges about the ridge q = k, in units of the ground state's momentum Z alpha m.
_RIDGE = np.array([0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0])


def ionisation_energy(Z: Any = 1) -> Any:
    """Binding energy (Z alpha)^2 m/2 (MeV) of the ground state."""
    return (Z * constants.alpha) ** 2 * constants.m_e / 2


def ionisation_response(T: Any, q: Any, Z: Any = 1) -> tuple[Any, Any]:
    """Return R_00 and R_conv (1/MeV) per electron for leaving the ground state into the continuum.

    Parameters
    ----------
    T : energy transfer (MeV); both are zero at and below the ionisation energy.
    q : momentum transfer (MeV), broadcast with `T`. Any positive value: responses are functions of both.
    Z : charge of the nucleus.

    Notes
    -----
    Module text for the formulas. The proton is taken infinitely heavy (5e-4). Relative corrections (Z alpha)^2 and
    T/(2m).

    Examples
    --------
    >>> from weakscatter.units import Mb, eV
    >>> w = 13.606 * eV
    >>> _, convection = ionisation_response(w, w)
    >>> round(float(2 * np.pi**2 * constants.alpha / w * convection / Mb), 2)
    6.3
    """
    T, q = jnp.asarray(T, float), jnp.asarray(q, float)
    scale = Z * constants.alpha * constants.m_e
    hartree = scale**2 / constants.m_e
    # Lengths in 1/(Z alpha m), energies in (Z alpha)^2 m: the formulas at Z = 1.
    x, energy = q / scale, T / hartree
    k2 = 2 * energy - 1
    is_open = k2 > 0
    k = jnp.sqrt(jnp.where(is_open, k2, 1.0))
    k2 = k**2
    P = ((x + k) ** 2 + 1) * ((x - k) ** 2 + 1)
    # Below k = 0.02 the exponential is one to the last digit of the rest.
    G = jnp.exp(-2 / k * jnp.arctan2(2 * k, x**2 - k2 + 1)) / -jnp.expm1(-2 * jnp.pi / k)
    density = 256 * x**2 * (x**2 + (1 + k2) / 3) * G / P**3
    convection = 128 / 3 * (1 + k2) * G / P**2
    # The density is per energy; a current squared carries (Z alpha)^2 besides.
    speed2 = (Z * constants.alpha) ** 2
    return (
        jnp.where(is_open, density, 0.0) / hartree,
        jnp.where(is_open, convection, 0.0) * speed2 / hartree,
    )


def hydrogenic_photoabsorption(w: Any, Z: Any = 1) -> Any:
    """Photoionisation cross section (MeV^-2) of the ground state at photon energy w (MeV), electric dipole.

    sigma = (2^9 pi^2/3) (alpha a0^2/Z^2) (I/w)^4 exp(-4 n arccot n)/(1 - e^(-2 pi n)), n = sqrt(I/(w - I)) (Stobbe
    1930); 6.30 Mb/Z^2 at threshold, zero below.
    """
    w = jnp.asarray(w, float)
    I = ionisation_energy(Z)
    is_open = w > I
    n = jnp.sqrt(I / jnp.where(is_open, w - I, I))
    radius2 = 1 / (Z * constants.alpha * constants.m_e) ** 2
    shape = (I / w) ** 4 * jnp.exp(-4 * n * jnp.arctan2(1.0, n)) / -jnp.expm1(-2 * jnp.pi * n)
    return jnp.where(is_open, 2**9 * jnp.pi**2 / 3 * constants.alpha * radius2 * shape, 0.0)


def electron_components(Q2: Any, q: Any, density: Any, convection: Any, weight: Any) -> dict[Any, Any]:
    """Weighted components of every pair of currents of one electron whose spin is free, from two responses.

    The table of the module's text; `density` and `convection` in any unit, broadcast with Q^2 (MeV^2) and q (MeV).
    """
    m = constants.m_e
    vector, axial, dipole = ("vector", "e"), ("axial", "e"), ("dipole", "e")
    spin = q**2 / (2 * m**2) * density
    response: dict[Any, Any] = {}
    for current in (vector, dipole):
        response[current, current, "longitudinal"] = weight * (Q2 / q**2) ** 2 * density
        response[current, current, "transverse"] = weight * (convection + spin)
    response[axial, axial, "longitudinal"] = weight * convection
    response[axial, axial, "transverse"] = weight * 2 * density
    response[vector, axial, "transverse-interference"] = weight * q / m * density
    for structure, share in (("scalar", 1.0), ("pseudoscalar", q**2 / (4 * m**2))):
        response[(structure, "e"), (structure, "e"), "density"] = weight * share * density
    response[("tensor", "e"), ("tensor", "e"), "transverse"] = weight * 2 * density
    return response


@dataclass(frozen=True, eq=False)
class Hydrogenic:
    """Ionisation of a hydrogen-like atom in its ground state.

    Parameters
    ----------
    Z : charge of the nucleus, a whole number.
    infrared : `InfraredMass` or `InfraredCut`, what ends the logarithm of photon exchange with a neutrino's charge; None
        where nothing diverges.

    Notes
    -----
    Per atom, which has one electron. See the module for formulas and validity; the electron recoils with T - I.
    """

    Z: int = 1
    infrared: InfraredMass | InfraredCut | None = None
    deposit = ELECTRONIC_RECOIL
    mass = constants.m_e
    citations = ("bethe1930", "nordsieck1954")

    def __post_init__(self) -> None:
        check_charge(self.Z)

    @property
    def levels(self) -> tuple[Level, ...]:
        return (Level("ionised"),)

    @property
    def threshold(self) -> float:
        """Energy transfer (MeV) below which nothing happens."""
        return float(ionisation_energy(self.Z))

    @property
    def kinks(self) -> tuple[float, ...]:
        """Energies (MeV) where the spectrum is not smooth: the threshold."""
        return (self.threshold,)

    def recoil_energy_max(self, E: Any) -> Any:
        """Largest energy transfer (MeV): all of E, since the nucleus takes the momentum."""
        return E

    def nodes_within(self, T: Any, level: Level, window: Window) -> Nodes:
        """Nodes for energy transfers T [T] (MeV) on a given interval of Q^2."""
        T = jnp.asarray(T, float)
        scale = self.Z * constants.alpha * constants.m_e
        k = jnp.sqrt(jnp.maximum(2 * constants.m_e * T - scale**2, 0.0))[:, None]
        ridge = jnp.concatenate([k - scale * _RIDGE, k, k + scale * _RIDGE], axis=-1)
        features = jnp.maximum(ridge, 0.0) ** 2 - T[:, None] ** 2
        Q2, weight = window_nodes(window, T, features)
        q = jnp.sqrt(Q2 + T[:, None] ** 2)
        density, convection = ionisation_response(T[:, None], q, self.Z)
        loss = T[:, None]
        return Nodes(q, loss, loss, electron_components(Q2, q, density, convection, weight), Q2)

    def nodes(self, T: Any, level: Level) -> Nodes:
        """Nodes up to the momentum above which the response is a part in 1e6, sqrt(2mT) + 32 Z alpha m."""
        T = jnp.asarray(T, float)
        scale = self.Z * constants.alpha * constants.m_e
        highest = jnp.sqrt(2 * constants.m_e * T) + _RIDGE[-1] * scale
        low = 0.0 if self.infrared is None else self.infrared.q2_min
        return self.nodes_within(T, level, Window(low, highest**2))


def check_charge(Z: Any) -> None:
    """Raise `InputError` unless Z is the charge of a nucleus that a point charge can be."""
    if isinstance(Z, bool) or not isinstance(Z, int | np.integer) or not 1 <= Z <= 137:
        raise InputError(f"The charge of a nucleus must be a whole number from 1 to 137; got {Z!r}.")

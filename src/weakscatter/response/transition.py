"""Scattering that leaves a nucleus in a level of an amplitude table: one node per recoil energy.

With the multipoles of `weakscatter.response.multipoles`, M the mass of the target and w R = M R:

    R_longitudinal              = 4 pi/(2 J_i + 1) sum_J  CL_a CL_b,
    R_11+22                     = 4 pi/(2 J_i + 1) sum_J  (T^el_a T^el_b + T^mag_a T^mag_b),
    R_12+21, vector and axial   = -4 pi/(2 J_i + 1) sum_J  Re(T^mag_V T^el5_A* + T^mag5_A T^el_V*), each order of the pair,

so that the general formula of `scattering` is the double differential cross section of Walecka (2004) with T in place of the angle:

    dsigma/dOmega = (2 G_F^2/pi) E'^2/(2 J_i + 1) {cos^2 CL + [Q^2/(2q^2) cos^2 + sin^2] T -+ 2 sin [(Q^2/q^2) cos^2 + sin^2]^(1/2) I}.

Kinematics are exact, q^2 = T^2 + 2 (M + excitation) T, so thresholds are; the nucleus is not relativistic otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi
from typing import Any

import jax.numpy as jnp

from weakscatter.grids import is_concrete
from weakscatter.matter import Nuclide
from weakscatter.provenance.errors import InputError
from weakscatter.response.amplitudes import SPECIES, Amplitudes
from weakscatter.response.multipoles import CURRENTS, Multipoles, multipoles
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.nucleon import NucleonFormFactors
from weakscatter.response.nucleus import NUCLEAR_RECOIL


@dataclass(frozen=True, eq=False)
class NuclearTransition:
    """Response of a nucleus that ends in one level; a sum over levels is a sum over such targets.

    Parameters
    ----------
    nuclide : `weakscatter.matter.Nuclide`.
    table : `Amplitudes` of that nuclide.
    final : name of the level, such as "1+ 2". That of the ground state is elastic scattering.
    axial_quenching : factor of the axial current, which multiplies axial rates by its square; 1 leaves the operator free. Shell
        models without two-body currents need 0.7 to 1; there is no other place where it enters.
    energy : excitation energy (MeV), such as the measured one; None for that of the table.
    nucleons : form factors of the nucleons.

    Raises
    ------
    InputError : a table of another nuclide or without the level, an axial quenching outside 0 to 1, a negative energy.
    """

    nuclide: Nuclide
    table: Amplitudes
    final: str
    axial_quenching: Any = 1.0
    energy: Any = None
    nucleons: NucleonFormFactors = field(default_factory=NucleonFormFactors)
    deposit = NUCLEAR_RECOIL
    kinks = ()

    def __post_init__(self) -> None:
        if self.table.nuclide != self.nuclide.name:
            raise InputError(
                f"these are amplitudes of {self.table.nuclide}, the target is {self.nuclide.name}. Give the table of the target."
            )
        self.table.level(self.final)
        if is_concrete(self.axial_quenching) and not 0 <= self.axial_quenching <= 1:
            raise InputError(
                f"axial_quenching = {self.axial_quenching}; it is between 0 and 1. To enhance the axial current, change the "
                "axial charges of the theory."
            )
        if self.energy is not None and is_concrete(self.energy) and not self.energy >= 0:
            raise InputError(
                f"the excitation energy of {self.final} cannot be negative; got {self.energy} MeV."
            )

    @property
    def mass(self) -> Any:
        """Mass of the nucleus in its ground state (MeV)."""
        return self.nuclide.mass

    @property
    def excitation(self) -> Any:
        """Excitation energy (MeV)."""
        return self.table.level(self.final).excitation if self.energy is None else self.energy

    @property
    def levels(self) -> tuple[Level, ...]:
        return (Level(self.final, self.excitation, self.table.level(self.final).photons),)

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography."""
        return (*self.table.citations, *self.nucleons.citations, "walecka2004")

    @property
    def threshold(self) -> Any:
        """E_min = epsilon + epsilon^2/(2 M) (MeV) of a massless projectile, recoil included."""
        return self.excitation + self.excitation**2 / (2 * self.mass)

    def recoil_energies(self, E: Any) -> tuple[Any, Any]:
        """Smallest and largest recoil energy T (MeV) for a massless projectile of energy E; above `threshold` the first is less.

        Forward scattering has Q^2 = 0, T = epsilon^2/(2 M) at every E; backward, with a = 2 E - epsilon and M* = M + epsilon,
        T = a^2/(2 (M* + a)).
        """
        a = 2 * E - self.excitation
        low = self.excitation**2 / (2 * self.mass)
        return low, a**2 / (2 * (self.mass + self.excitation + a))

    def recoil_energy_max(self, E: Any) -> Any:
        """Largest recoil energy (MeV) for a massless projectile of energy E; 0 below the threshold."""
        return jnp.where(self.threshold < E, self.recoil_energies(E)[1], 0.0)

    def nodes(self, T: Any, level: Level) -> Nodes:
        """The single node of the level at recoil energies T [T] (MeV); no response below forward scattering, where Q^2 < 0."""
        T = jnp.asarray(T, float)[..., None]
        epsilon = level.excitation
        low = epsilon**2 / (2 * self.mass)
        is_open = low < T
        # Below, the numbers stay finite and are multiplied by zero.
        T = jnp.where(is_open, T, 2 * low + 1e-12)
        Q2 = 2 * self.mass * (T - low)
        omega = T + epsilon
        q = jnp.sqrt(Q2 + omega**2)
        parts = {
            current: multipoles(self.table, level.name, current, q, omega, self.nucleons)
            for current in CURRENTS
        }
        front = jnp.where(is_open, 4 * pi * self.mass / (self.table.initial.two_j + 1), 0.0)
        response: dict[Any, Any] = {}
        for structure in ("vector", "axial"):
            scale = front * (1.0 if structure == "vector" else self.axial_quenching**2)
            for a, b in (("p", "p"), ("p", "n"), ("n", "n")):
                one, two = parts[structure, a], parts[structure, b]
                key = ((structure, a), (structure, b))
                response[*key, "longitudinal"] = scale * _product(one.longitudinal, two.longitudinal)
                response[*key, "transverse"] = scale * (
                    _product(one.electric, two.electric) + _product(one.magnetic, two.magnetic)
                )
        for a in SPECIES:
            for b in SPECIES:
                key = (("vector", a), ("axial", b))
                response[*key, "transverse-interference"] = (
                    front * self.axial_quenching * _interference(parts["vector", a], parts["axial", b])
                )
        return Nodes(q, omega, omega, response, Q2)


def _product(one: dict[int, Any], two: dict[int, Any]) -> Any:
    return sum(one[J] * two[J] for J in one.keys() & two.keys())


def _interference(vector: Multipoles, axial: Multipoles) -> Any:
    """-sum_J Re(T^mag T^el*) over both ways to take one of each current; T^mag = -i (.) and T^el5 = i (.) turn the first sign."""
    return _product(vector.magnetic, axial.electric) - _product(axial.magnetic, vector.electric)

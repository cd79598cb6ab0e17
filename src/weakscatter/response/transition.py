"""Scattering that leaves a nucleus in levels of an amplitude table: one node per level and recoil energy.

With the multipoles of `weakscatter.response.multipoles`, M the mass of the target and w R = M R:

    R_longitudinal              = 4 pi/(2 J_i + 1) sum_J  CL_a CL_b,
    R_11+22                     = 4 pi/(2 J_i + 1) sum_J  (T^el_a T^el_b + T^mag_a T^mag_b),
    R_12+21, vector and axial   = -4 pi/(2 J_i + 1) sum_J  Re(T^mag_V T^el5_A* + T^mag5_A T^el_V*), each order of the pair,

so that the general formula of `scattering` is the double differential cross section of Walecka (2004) with T in place of the angle:

    dsigma/dOmega = (2 G_F^2/pi) E'^2/(2 J_i + 1) {cos^2 CL + [Q^2/(2q^2) cos^2 + sin^2] T -+ 2 sin [(Q^2/q^2) cos^2 + sin^2]^(1/2) I}.

Kinematics are exact, q^2 = T^2 + 2 (M + excitation) T, so thresholds are; the nucleus is not relativistic otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.matter import Nuclide
from weakscatter.provenance.errors import InputError
from weakscatter.response.amplitudes import SPECIES, Amplitudes
from weakscatter.response.multipoles import CURRENTS, combined
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.nucleon import NucleonFormFactors
from weakscatter.response.nucleus import NUCLEAR_RECOIL
from weakscatter.response.photons import photon_lines
from weakscatter.response.stacked import Stacked

#: Operators that the weak current needs; a table without one of them would lose cross section silently.
_NEEDED = ("M", "Delta", "Delta'", "Sigma", "Sigma'", "Sigma''", "Omega'")

#: Levels of which recoil spectra begin and end at panel edges of their own.
FEW = 12


@dataclass(frozen=True, eq=False)
class NuclearTransition:
    """Response of a nucleus that ends in one level, or in any of several: they do not interfere, and their cross sections add.

    Parameters
    ----------
    nuclide : `weakscatter.matter.Nuclide`.
    table : `Amplitudes` of that nuclide.
    final : name of the level, such as "1+ 2", or a tuple of names. The ground state alone is elastic scattering; None stands for
        all levels but the ground state, inelastic scattering.
    axial_quenching : factor of the axial current, which multiplies axial rates by its square; 1 leaves the operator free. Shell
        models without two-body currents need 0.7 to 1; there is no other place where it enters.
    energies : {level: excitation energy (MeV)}, such as measured ones; those of the table for levels that are not there.
    nucleons : form factors of the nucleons.

    Raises
    ------
    InputError : a table of another nuclide, without a level or without an operator that the current needs, an axial quenching
        outside 0 to 1, a negative energy.
    """

    nuclide: Nuclide
    table: Amplitudes
    final: str | tuple[str, ...] | None = None
    axial_quenching: Any = 1.0
    energies: Mapping[str, Any] = field(default_factory=dict)
    nucleons: NucleonFormFactors = field(default_factory=NucleonFormFactors)
    deposit = NUCLEAR_RECOIL

    def __post_init__(self) -> None:
        if self.table.nuclide != self.nuclide.name:
            raise InputError(
                f"these are amplitudes of {self.table.nuclide}, the target is {self.nuclide.name}. Give the table of the target."
            )
        if not self.names:
            raise InputError(f"the table of {self.nuclide.name} has no level but the ground state.")
        if len(set(self.names)) != len(self.names):
            raise InputError(
                f"levels are named twice: {', '.join(self.names)}. Each adds its cross section once."
            )
        for name in (*self.names, *self.energies):
            level = self.table.level(name)
            for operator in _NEEDED:
                for J in self.table.ranks(level, operator):
                    for species in SPECIES:
                        self.table.require(name, J, operator, species)
        if is_concrete(self.axial_quenching) and not 0 <= self.axial_quenching <= 1:
            raise InputError(
                f"axial_quenching = {self.axial_quenching}; it is between 0 and 1. To enhance the axial current, change the "
                "axial charges of the theory."
            )
        for name, energy in self.energies.items():
            if is_concrete(energy) and not energy >= 0:
                raise InputError(f"the excitation energy of {name} cannot be negative; got {energy} MeV.")

    @property
    def names(self) -> tuple[str, ...]:
        """The final levels, in the order of every level axis: as named, or by the energies of the table."""
        if self.final is None:
            excited = [one for one in self.table.levels if one.name != self.table.initial.name]
            return tuple(one.name for one in sorted(excited, key=lambda one: one.excitation))
        return (self.final,) if isinstance(self.final, str) else tuple(self.final)

    @property
    def mass(self) -> Any:
        """Mass of the nucleus in its ground state (MeV)."""
        return self.nuclide.mass

    @property
    def excitations(self) -> Any:
        """Excitation energies [level] (MeV)."""
        found = [self.energies.get(name, self.table.level(name).excitation) for name in self.names]
        return (
            np.array(found, float)
            if is_concrete(found)
            else jnp.stack([jnp.asarray(e, float) for e in found])
        )

    @property
    def levels(self) -> tuple[Level, ...]:
        """All final levels as one: `nodes` has them side by side."""
        if len(self.names) == 1:
            (name,), (excitation,) = self.names, self.excitations
            return (Level(name, excitation, photon_lines(self.table, {name: 1.0})),)
        return (
            Level(
                f"{len(self.names)} levels", min(self.excitations) if is_concrete(self.excitations) else 0.0
            ),
        )

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography."""
        return (*self.table.citations, *self.nucleons.citations, "walecka2004")

    @property
    def thresholds(self) -> Any:
        """E_min = epsilon + epsilon^2/(2 M) [level] (MeV) of a massless projectile, recoil included."""
        return self.excitations + self.excitations**2 / (2 * self.mass)

    @property
    def threshold(self) -> Any:
        """The lowest of `thresholds` (MeV)."""
        return jnp.min(jnp.asarray(self.thresholds))

    @property
    def kinks(self) -> tuple[float, ...]:
        """Recoil energies (MeV) of forward scattering, where the spectrum of each of a few levels begins.

        Of many levels none is listed: each is a small part of the whole, and panels for all of them cost more than they gain.
        """
        low = self.excitations**2 / (2 * self.mass)
        if len(self.names) > FEW or not is_concrete(low):
            return ()
        return tuple(float(T) for T in np.unique(np.asarray(low)) if T > 0)

    def opening(self, mass: Any = 0) -> Any:
        """Energies [level] (MeV) from which a projectile of `mass` excites each level; `thresholds` for the whole number 0."""
        if isinstance(mass, int) and mass == 0:
            return self.thresholds
        return mass + self.excitations + (self.excitations**2 + 2 * mass * self.excitations) / (2 * self.mass)

    def recoil_energies(self, E: Any, mass: Any = 0) -> tuple[Any, Any]:
        """Smallest and largest recoil energy T [..., level] (MeV) for a projectile of energy E [...] and of `mass`.

        Massless: forward scattering has Q^2 = 0, T = epsilon^2/(2 M) at every E; backward, with a = 2 E - epsilon and M* = M + epsilon,
        T = a^2/(2 (M* + a)). Above its threshold the first is less.
        With a mass: 2 M T = Q^2 + epsilon^2 and, in the centre of mass, Q^2 = 2 (E E' - m^2 -+ p p'), the upper sign written as
        2 m^2 (E - E')^2/(E E' - m^2 + p p'). Both are zero below a threshold.
        """
        if not (isinstance(mass, int) and mass == 0):
            return self._recoil_energies_heavy(jnp.asarray(E, float)[..., None], mass)
        a = 2 * jnp.asarray(E, float)[..., None] - self.excitations
        low = jnp.broadcast_to(self.excitations**2 / (2 * self.mass), a.shape)
        return low, a**2 / (2 * (self.mass + self.excitations + a))

    def _recoil_energies_heavy(self, E: Any, m: Any) -> tuple[Any, Any]:
        M, excitation = self.mass, jnp.asarray(self.excitations)
        root = jnp.sqrt(M**2 + 2 * M * E + m**2)
        before, after = (M * E + m**2) / root, (root**2 + m**2 - (M + excitation) ** 2) / (2 * root)
        is_open = self.opening(m) < E
        momenta = jnp.sqrt(jnp.maximum(before**2 - m**2, 0.0)) * jnp.sqrt(
            jnp.where(is_open, jnp.maximum(after**2 - m**2, 0.0), 1.0)
        )
        total = jnp.where(is_open, before * after - m**2 + momenta, 1.0)
        low = 2 * m**2 * (before - after) ** 2 / total
        return tuple(jnp.where(is_open, (Q2 + excitation**2) / (2 * M), 0.0) for Q2 in (low, 2 * total))  # type: ignore[return-value]

    def end_points(self, E: Any, mass: Any = 0) -> Any:
        """Largest recoil energies [level] (MeV) for a projectile of energy E and of `mass`; 0 below a threshold."""
        return jnp.where(self.opening(mass) < E, self.recoil_energies(E, mass)[1], 0.0)

    def recoil_energy_max(self, E: Any, mass: Any = 0) -> Any:
        """The largest of `end_points` (MeV)."""
        return jnp.max(self.end_points(E, mass))

    def nodes(self, T: Any, level: Level) -> Nodes:
        """One node per level at recoil energies T [T] (MeV), by excitation energy; see `nodes_at`."""
        found = self.nodes_at(jnp.asarray(T, float)[..., None])
        # E_min grows with the excitation energy, and the fold wants nodes in the order in which they open.
        order = jnp.argsort(jnp.asarray(self.excitations))
        turned = {key: value[..., order] for key, value in found.weighted_response.items()}
        q, omega, Q2 = (x[..., order] for x in (found.q, found.energy_transfer, found.Q2))
        return Nodes(q, omega, omega, turned, Q2)

    def nodes_at(self, T: Any) -> Nodes:
        """Nodes [..., level] at recoil energies T that broadcast against [..., level] (MeV).

        No response below forward scattering, where Q^2 < 0.
        """
        excitations = jnp.asarray(self.excitations)
        low = excitations**2 / (2 * self.mass)
        is_open = low < T
        # Below, the numbers stay finite and are multiplied by zero.
        T = jnp.where(is_open, T, 2 * low + 1e-12)
        Q2 = 2 * self.mass * (T - low)
        omega = T + excitations
        q = jnp.sqrt(Q2 + omega**2)
        stacked = Stacked(self.table, self.names)
        places, _ = stacked.channels
        q_each, omega_each, Q2_each = (x[..., places] for x in (q, omega, Q2))
        total = stacked.total(q_each)
        parts = {
            current: combined(current, total, q_each, omega_each, Q2_each, self.nucleons)
            for current in CURRENTS
        }
        front = jnp.where(is_open, 4 * pi * self.mass / (self.table.initial.two_j + 1), 0.0)
        response: dict[Any, Any] = {}
        for structure in ("vector", "axial"):
            scale = front * (1.0 if structure == "vector" else self.axial_quenching**2)
            for a, b in (("p", "p"), ("p", "n"), ("n", "n")):
                one, two = parts[structure, a], parts[structure, b]
                key = ((structure, a), (structure, b))
                response[*key, "longitudinal"] = scale * stacked.over_ranks(one[0] * two[0])
                response[*key, "transverse"] = scale * stacked.over_ranks(one[1] * two[1] + one[2] * two[2])
        for a in SPECIES:
            for b in SPECIES:
                key = (("vector", a), ("axial", b))
                vector, axial = parts["vector", a], parts["axial", b]
                # -Re(T^mag T^el*) with one of each current; T^mag = -i (.) and T^el5 = i (.) turn the first sign.
                mixed = stacked.over_ranks(vector[2] * axial[1] - axial[2] * vector[1])
                response[*key, "transverse-interference"] = front * self.axial_quenching * mixed
        return Nodes(q, omega, omega, response, Q2)

"""The incoherent single-nucleon estimate of inelastic scattering: free nucleons, each weighted with 1 - F^2 (Bednyakov and Naumov).

    dsigma/dT = sum_x N_x [1 - F_x(q)^2] (dsigma_x/dq^2) 2 M,      q^2 = 2 M T,

with the cross section of a free nucleon at rest, vector charge, axial charge and spin (no anomalous moment), and the number N_x of
protons or neutrons. It counts every final state that the nucleons' momentum can reach by closure, including those that energy
conservation and Pauli blocking forbid: shell-model cross sections lie far below it at 30 MeV.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp

from weakscatter.matter import Nuclide
from weakscatter.response.form_factors import Helm
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.nucleon import NUCLEON_MASS
from weakscatter.response.nucleus import NUCLEAR_RECOIL
from weakscatter.response.radii import default_radii


@dataclass(frozen=True, eq=False)
class IncoherentNucleons:
    """Incoherent response of a nucleus, R_x = N_x (1 - F_x^2) per nucleon: longitudinal 1 (vector), transverse 2 (axial).

    Parameters
    ----------
    nuclide : `weakscatter.matter.Nuclide`.
    form_factor : callable (q, radius, nuclide) -> F, as in `NuclearResponse`.
    proton_radius, neutron_radius : rms radii (MeV^-1); None for `default_radii`.

    Notes
    -----
    F of Bednyakov and Naumov (2018) is the same for both species where the radii are. They keep the nucleon's helicity structure, of
    which the vector-axial interference, with opposite signs for neutrinos and antineutrinos, is left out here: it is q/m of the rest.
    """

    nuclide: Nuclide
    form_factor: Any = field(default_factory=Helm)
    proton_radius: Any = None
    neutron_radius: Any = None
    deposit = NUCLEAR_RECOIL
    kinks = ()
    citations = ("bednyakov2018",)

    @property
    def mass(self) -> Any:
        """Mass of the nucleus (MeV)."""
        return self.nuclide.mass

    @property
    def levels(self) -> tuple[Level, ...]:
        return (Level("any"),)

    def recoil_energy_max(self, E: Any, mass: Any = 0) -> Any:
        """Largest T (MeV): that of the nucleus as a whole."""
        M = self.nuclide.mass
        if isinstance(mass, int) and mass == 0:
            return 2 * E**2 / (M + 2 * E)
        return 2 * M * (E**2 - mass**2) / (M**2 + 2 * M * E + mass**2)

    def nodes(self, T: Any, level: Level) -> Nodes:
        """The single node at recoil energies T [T] (MeV); the nucleons take omega = q^2/(2 m)."""
        T = jnp.asarray(T, float)[..., None]
        q = jnp.sqrt(2 * self.nuclide.mass * T)
        omega = q**2 / (2 * NUCLEON_MASS)
        default = default_radii(self.nuclide)
        radii = {
            "p": default.proton if self.proton_radius is None else self.proton_radius,
            "n": default.neutron if self.neutron_radius is None else self.neutron_radius,
        }
        response: dict[Any, Any] = {}
        for species, number in (("p", self.nuclide.Z), ("n", self.nuclide.N)):
            open_share = 1 - self.form_factor(q, radii[species], self.nuclide) ** 2
            weight = self.nuclide.mass * number * open_share
            vector, axial = ("vector", species), ("axial", species)
            response[vector, vector, "longitudinal"] = weight
            response[axial, axial, "transverse"] = 2 * weight
        return Nodes(jnp.sqrt(q**2 + omega**2), omega, omega, response, q**2)

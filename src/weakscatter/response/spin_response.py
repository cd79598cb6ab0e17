"""Elastic axial responses of nuclei with spin: from two numbers at zero momentum, or from shell-model amplitudes at every momentum.

Both give means of products of the nucleons' spins, sigma_a sigma_b/3 [..], across and along the momentum transfer, which are equal
at q = 0: G_a G_b with G_a = 2 <S_a> [(J + 1)/(3 J)]^(1/2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi
from typing import Any

import jax.numpy as jnp

from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError
from weakscatter.response.amplitudes import SPECIES, Amplitudes
from weakscatter.response.nucleon import NucleonFormFactors
from weakscatter.response.shell_model import shell_model_amplitudes
from weakscatter.response.two_body import TwoBodyCurrents

#: {(species, species): array [...]}
Products = dict[tuple[str, str], Any]

PAIRS = (("p", "p"), ("p", "n"), ("n", "n"))


@dataclass(frozen=True, eq=False)
class SpinExpectation:
    """<S_p> and <S_n> of a nucleus of spin J, for the one-body axial response at q = 0.

    |G_A|^2 = ((J + 1)/(3 J)) [2 (g_A^p <S_p> + g_A^n <S_n>)]^2, no dependence on q: an upper estimate, at the
    per-mille level of the vector part for Cs and I.
    """

    spin: float
    proton: Any
    neutron: Any
    citations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if is_concrete(self.spin) and not self.spin > 0:
            raise InputError(f"The axial response needs a nucleus with spin; got J = {self.spin}.")

    def products(self, q: Any, nuclide: Any) -> tuple[Products, Products]:
        """Return G_a G_b across and along q [...] (MeV)."""
        scale = jnp.sqrt((self.spin + 1) / (3 * self.spin))
        g = {"p": 2 * scale * self.proton, "n": 2 * scale * self.neutron}
        found = {(a, b): g[a] * g[b] * jnp.ones_like(q) for a, b in PAIRS}
        return found, found


@dataclass(frozen=True, eq=False)
class ShellModelSpin:
    """Axial response from shell-model amplitudes of the ground state, every rank, at every momentum transfer.

        G_a G_b across q = 2 pi/(2J + 1) sum_L Sigma'_L,a Sigma'_L,b G(Q^2)^2,       along q: 4 pi/(2J + 1) sum_L Sigma''_L,a Sigma''_L,b

    with G = G_A(Q^2)/g_A. Neutrinos without mass see the first alone. Two-body currents multiply the isovector part of Sigma' by
    1 + delta'(q), Sigma'_a -> Sigma'_a +- (delta'/2) (Sigma'_p - Sigma'_n), + for protons.

    Parameters
    ----------
    table : `Amplitudes` of the nuclide; None for the package's own.
    two_body : `TwoBodyCurrents`, or None for the one-body current.
    nucleons : form factors of the nucleons.

    Raises
    ------
    InputError : when used, a table of another nuclide or one of a nucleus without spin.
    """

    table: Amplitudes | None = None
    two_body: TwoBodyCurrents | None = None
    nucleons: NucleonFormFactors = field(default_factory=NucleonFormFactors)

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography."""
        return ("hoferichter2020", *(self.two_body.citations if self.two_body is not None else ()))

    def products(self, q: Any, nuclide: Any) -> tuple[Products, Products]:
        """Return G_a G_b across and along q [...] (MeV)."""
        table = shell_model_amplitudes(nuclide.name) if self.table is None else self.table
        if table.nuclide != nuclide.name:
            raise InputError(f"these are amplitudes of {table.nuclide}, the target is {nuclide.name}.")
        state, spins = table.initial, table.initial.two_j + 1
        ranks = table.ranks(state, "Sigma'")
        if not ranks:
            raise InputError(f"{nuclide.name} has no spin and no axial response: leave axial out.")
        shift = 0.0 if self.two_body is None else self.two_body.delta(q) / 2
        dipole = self.nucleons.axial(q**2) / self.nucleons.axial(0.0)
        across, along = dict.fromkeys(PAIRS, 0.0), dict.fromkeys(PAIRS, 0.0)
        for J in ranks:
            spin = {one: table.amplitude(state.name, J, "Sigma'", one, q) for one in SPECIES}
            change = shift * (spin["p"] - spin["n"])
            spin = {"p": dipole * (spin["p"] + change), "n": dipole * (spin["n"] - change)}
            head = {one: dipole * table.amplitude(state.name, J, "Sigma''", one, q) for one in SPECIES}
            for a, b in PAIRS:
                across[a, b] = across[a, b] + 2 * pi / spins * spin[a] * spin[b]
                along[a, b] = along[a, b] + 4 * pi / spins * head[a] * head[b]
        return across, along

"""Stepping: free electrons, each of them shut until the energy transfer exceeds its binding energy.

    dsigma/dT = (dsigma/dT)_free sum_j n_j theta(T - I_j)

(Kopeikin et al. 1997; Kouzakov, Studenikin and Voloshin 2011.) T is the energy *transfer*: all of it stays in the detector, as
kinetic energy of the electron and as relaxation of the hole. Good to per cents for the weak interaction, moments and radii
well away from the edges, too high just above them; too low, by factors, for millicharges, whose photon is nearly real.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.matter import Subshell
from weakscatter.provenance.errors import InputError
from weakscatter.response.free_electrons import ELECTRONIC_RECOIL, dirac_electrons
from weakscatter.response.nodes import Level, Nodes

#: Hartree energy (MeV).
_HARTREE = constants.alpha**2 * constants.m_e


@dataclass(frozen=True, eq=False)
class Stepping:
    """An atom in the stepping approximation.

    Parameters
    ----------
    subshells : `weakscatter.matter.Subshell` of the atom or ion, such as `weakscatter.matter.subshells("Xe")`.

    Raises
    ------
    InputError : no subshell, or an energy or occupation that is not positive and finite.
    """

    subshells: tuple[Subshell, ...]
    citations = ("kopeikin1997", "kouzakov2011")
    deposit = ELECTRONIC_RECOIL
    mass = constants.m_e

    def __post_init__(self) -> None:
        object.__setattr__(self, "subshells", tuple(self.subshells))
        if not self.subshells:
            raise InputError(
                "Stepping needs the subshells of the atom; got none. Give matter.subshells('Xe')."
            )
        for shell in self.subshells:
            if not (0 < shell.energy < inf and 0 < shell.occupation < inf):
                raise InputError(
                    f"A subshell needs a positive binding energy and occupation; got {shell.energy} MeV and "
                    f"{shell.occupation} electrons."
                )

    @property
    def kinks(self) -> tuple[float, ...]:
        """Binding energies (MeV), where the spectrum jumps."""
        return tuple(sorted({float(shell.energy) for shell in self.subshells}))

    @property
    def threshold(self) -> float:
        """Energy transfer (MeV) below which nothing happens: the outermost edge."""
        return self.kinks[0]

    @property
    def levels(self) -> tuple[Level, ...]:
        return (Level("ionised"),)

    def recoil_energy_max(self, E: Any) -> Any:
        """T_max = 2 E^2/(2 E + m) (MeV), that of a free electron: an atom has no such end, see the manual."""
        return 2 * E**2 / (2 * E + constants.m_e)

    def electrons(self, T: Any) -> Any:
        """Number of electrons that an energy transfer T [...] (MeV) can free."""
        T = jnp.asarray(T, float)[..., None]
        energies = np.array([shell.energy for shell in self.subshells], float)
        occupations = np.array([shell.occupation for shell in self.subshells], float)
        return jnp.sum(jnp.where(energies <= T, occupations, 0.0), axis=-1)

    def nodes(self, T: Any, level: Level) -> Nodes:
        """The node of a free electron at energy transfers T [T] (MeV), times the electrons that are open."""
        return dirac_electrons(T, self.electrons(T))


def atomic_recoil_width(Z: float, mass: Any) -> float:
    """Energy (MeV) above an edge within which the recoil of the whole atom shuts the scattering: 2 Z^(4/3) E_h m_e/M.

    The cross section falls to zero for T -> I_j over less than this (Kouzakov and Studenikin 2014): 0.042 eV for germanium,
    0.046 eV for xenon, far below any resolution. `mass` is that of the atom (MeV).

    >>> from weakscatter.units import eV
    >>> round(atomic_recoil_width(32, 72.63 * 931.494) / eV, 3)
    0.042
    """
    return 2 * Z ** (4 / 3) * _HARTREE * constants.m_e / mass

"""Equivalent photons: every transverse virtual photon acts as a real one, longitudinal ones are left out.

    R_11+22(T, q) -> R_11+22(T, q = T) = T sigma_gamma(T)/(2 pi^2 alpha),      R_00 -> 0,

for any photoabsorption cross section per atom. With a neutrino's charge e_nu, for T << E,

    dsigma/dT = e_nu^2 (2 alpha/pi) (sigma_gamma/T) [ln(E/m) - 1/2],

while the published form (Chen et al. 2014) has ln(E/m) alone and lies 4 % higher at E/m = 3e5: the lepton tensor is
integrated here, not replaced by its logarithm. What it leaves out decides where it is good: the 1/Q^2 of a charge
favours real photons near threshold; a magnetic moment does not, and there it holds only for T -> E.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.provenance.errors import InputError
from weakscatter.response.free_electrons import ELECTRONIC_RECOIL
from weakscatter.response.infrared import InfraredCut, InfraredMass
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.window import Window, window_nodes


@dataclass(frozen=True, eq=False)
class EquivalentPhoton:
    """Response of an atom to equivalent photons.

    Parameters
    ----------
    photoabsorption : callable photon energy [T] (MeV) -> cross section [T] (MeV^-2) per atom, required; with ``edges``
        (MeV) if it has any. A table says itself what it does outside its range.
    infrared : `InfraredMass` or `InfraredCut`; None where nothing diverges.

    Notes
    -----
    Vector and dipole currents of the electrons only: the axial part of the weak interaction has no equivalent photon, and is
    missing, as are all interferences.

    Raises
    ------
    InputError : no photoabsorption cross section is given.
    """

    photoabsorption: Any
    infrared: InfraredMass | InfraredCut | None = None
    deposit = ELECTRONIC_RECOIL
    mass = constants.m_e

    def __post_init__(self) -> None:
        if not callable(self.photoabsorption):
            raise InputError(
                "The equivalent-photon approximation needs a photoabsorption cross section per atom; got "
                f"{self.photoabsorption!r}. Give a table of photon energies and cross sections, or a function of the energy."
            )

    @property
    def levels(self) -> tuple[Level, ...]:
        return (Level("ionised"),)

    @property
    def kinks(self) -> tuple[Any, ...]:
        """Energies (MeV) where the spectrum is not smooth: the edges of the table."""
        return tuple(getattr(self.photoabsorption, "edges", ()))

    @property
    def citations(self) -> tuple[str, ...]:
        table = _citations_of(self.photoabsorption)
        return ("chen2014", *table)

    def recoil_energy_max(self, E: Any) -> Any:
        """Largest energy transfer (MeV): all of E, as a photon gives it."""
        return E

    def require_reach(self, T: Any, window: Window) -> None:
        """Raise `InputError` where the table of photoabsorption does not reach energy transfers T [T] (MeV) that are open."""
        self.photoabsorption(np.asarray(T, float)[np.asarray(window.high > window.low)])

    def nodes_within(self, T: Any, level: Level, window: Window) -> Nodes:
        """Nodes for energy transfers T [T] (MeV) on a given interval of Q^2."""
        T = jnp.asarray(T, float)
        Q2, weight = window_nodes(window, T, jnp.zeros((*T.shape, 1)))
        real = T * jnp.asarray(self.photoabsorption(T), float) / (2 * pi**2 * constants.alpha)
        transverse = weight * real[:, None]
        response: dict[Any, Any] = {
            ((structure, "e"), (structure, "e"), "transverse"): transverse
            for structure in ("vector", "dipole")
        }
        loss = T[:, None]
        return Nodes(jnp.sqrt(Q2 + loss**2), loss, loss, response, Q2)

    def nodes(self, T: Any, level: Level) -> Nodes:
        """There is no largest momentum: a constant response needs the window of a projectile.

        Raises
        ------
        InputError : always.
        """
        raise InputError(
            "The equivalent-photon response is constant in momentum and has no nodes of its own. Fold it with a beam, or ask "
            "nodes_within(T, level, window)."
        )


def _citations_of(photoabsorption: Any) -> tuple[str, ...]:
    return tuple(getattr(photoabsorption, "citations", ()))

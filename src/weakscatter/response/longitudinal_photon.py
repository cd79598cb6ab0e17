"""Longitudinal photons alone: any bound-electron response without its transverse vector part.

The complement of `weakscatter.response.equivalent_photon`. R_11+22 of the conserved current and its interference with the
axial current are dropped; the axial current itself, which exchanges no photons, stays as it is. Good where a photon is far from
real: R_00 dominates for moments and charges once T is above a few binding energies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from weakscatter.provenance.errors import InputError
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.window import Window

_PHOTON = ("vector", "dipole")


@dataclass(frozen=True, eq=False)
class LongitudinalPhoton:
    """A response without transverse photons; no regulator is needed, because the pole belongs to what is dropped.

    Parameters
    ----------
    response : a response that offers ``nodes_within``, such as `Hydrogenic` or `ResponseTable`.
    """

    response: Any

    def __post_init__(self) -> None:
        if not hasattr(self.response, "nodes_within"):
            raise InputError(
                f"Longitudinal photons need a response of bound electrons; {type(self.response).__name__} has one momentum "
                "per energy. Give a hydrogenic response or a table."
            )

    @property
    def levels(self) -> tuple[Level, ...]:
        levels: tuple[Level, ...] = self.response.levels
        return levels

    @property
    def infrared(self) -> Any:
        return self.response.infrared

    @property
    def threshold(self) -> Any:
        return getattr(self.response, "threshold", 0.0)

    @property
    def mass(self) -> Any:
        return self.response.mass

    @property
    def deposit(self) -> str:
        return str(self.response.deposit)

    @property
    def kinks(self) -> tuple[Any, ...]:
        return tuple(self.response.kinks)

    @property
    def citations(self) -> tuple[str, ...]:
        return tuple(self.response.citations)

    def recoil_energy_max(self, E: Any) -> Any:
        """Largest energy transfer (MeV), that of the response."""
        return self.response.recoil_energy_max(E)

    def require_reach(self, T: Any, window: Window) -> None:
        """Raise `InputError` where a table of the response does not reach energy transfers T [T] (MeV)."""
        if hasattr(self.response, "require_reach"):
            self.response.require_reach(T, window)

    def nodes_within(self, T: Any, level: Level, window: Window) -> Nodes:
        """Nodes for energy transfers T [T] (MeV) on a given interval of Q^2."""
        return _longitudinal(self.response.nodes_within(T, level, window))

    def nodes(self, T: Any, level: Level) -> Nodes:
        """Nodes of the response, where it has some of its own."""
        return _longitudinal(self.response.nodes(T, level))


def _longitudinal(nodes: Nodes) -> Nodes:
    kept = {
        (a, b, part): value
        for (a, b, part), value in nodes.weighted_response.items()
        if part == "longitudinal" or (a[0] not in _PHOTON and b[0] not in _PHOTON)
    }
    return replace(nodes, weighted_response=kept)

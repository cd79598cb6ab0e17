"""A monoenergetic component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.flux.arrival_table import Arrival
from weakscatter.flux.beam import Beam
from weakscatter.grids import is_concrete
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class Line:
    """Particles of one energy.

    Parameters
    ----------
    label : name of the component.
    energy : total energy (MeV).
    fluence : particles per area (MeV^2), exposure included.
    state : density matrix [3, 3], trace one.
    antineutrino, basis, mass : see `weakscatter.flux`.
    pulse, lifetimes : arrival times, or None.
    projectile, spin : "dark-matter" with a mass and "dirac" or "scalar"; a neutrino has neither.
    """

    label: str
    energy: Any
    fluence: Any
    state: Any
    antineutrino: bool = False
    basis: str = "flavour"
    mass: Any = 0
    pulse: Arrival | None = None
    lifetimes: tuple[float, ...] = ()
    projectile: str = "neutrino"
    spin: str = ""

    def __post_init__(self) -> None:
        if is_concrete(self.energy) and not (np.isfinite(self.energy) and self.energy > 0):
            raise InputError(
                f"The energy of {self.label!r} must be positive and finite; got {self.energy} MeV."
            )

    @property
    def energies(self) -> tuple[Any, Any]:
        return (self.energy, self.energy)

    def nodes(self) -> tuple[Any, Any]:
        return jnp.reshape(jnp.asarray(self.energy, float), (1,)), jnp.ones(1)

    def rho(self, E: Any) -> Any:
        return jnp.broadcast_to(jnp.asarray(self.state), (*jnp.shape(E), 3, 3))

    def moments(self, E_min: Any) -> Any:
        """E^k/p^2 [3, ...] where the line lies above E_min, exactly zero elsewhere."""
        momentum2 = self.energy**2 - self.mass**2
        open_channel = jnp.where(self.energy >= E_min, 1.0, 0.0)
        return jnp.stack([open_channel * self.energy**k / momentum2 for k in range(3)])

    def tail(self, E_min: Any) -> Any:
        """`moments` times the density matrix."""
        return self.moments(E_min)[..., None, None] * jnp.asarray(self.state)

    def arrival(self, edges: Any) -> Any:
        return None if self.pulse is None else self.pulse.fractions(edges, self.lifetimes)


def monoenergetic(flavour: str, energy: float, *, antineutrino: bool = False, fluence: float = 1.0) -> Beam:
    """A beam of one flavour and one energy; with unit fluence its rate per target is the cross section (MeV^-2)."""
    label = f"nu_{flavour}_bar" if antineutrino else f"nu_{flavour}"
    return Beam((Line(label, energy, fluence, flavour_state(flavour), antineutrino),))

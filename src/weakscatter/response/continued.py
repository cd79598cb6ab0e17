"""A table of atomic responses, and free electrons shell by shell above its last energy.

Below `ends` the table answers, with zero below its threshold; above, stepping does, whose electrons are the same atom's. At the join
both are near the same number: far above all binding energies but those of the innermost shells an atom is its electrons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from weakscatter import constants
from weakscatter.provenance.errors import InputError
from weakscatter.response.free_electrons import ELECTRONIC_RECOIL
from weakscatter.response.infrared import InfraredCut, InfraredMass
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.response_table import ResponseTable
from weakscatter.response.stepping import Stepping
from weakscatter.response.window import Window


@dataclass(frozen=True, eq=False)
class Continued:
    """A response table that goes on by stepping.

    Parameters
    ----------
    table : `ResponseTable` with below="zero".
    above : `Stepping` of the same atom or ion.

    Notes
    -----
    Structures that the table lacks (tensor) stay unknown above it as well.
    """

    table: ResponseTable
    above: Stepping
    deposit = ELECTRONIC_RECOIL
    mass = constants.m_e

    def __post_init__(self) -> None:
        if self.table.below != "zero":
            raise InputError("A table that is continued begins at its threshold: give it below='zero'.")

    @property
    def levels(self) -> tuple[Level, ...]:
        return self.table.levels

    @property
    def infrared(self) -> InfraredMass | InfraredCut | None:
        return self.table.infrared

    @property
    def threshold(self) -> float:
        """Energy transfer (MeV) below which nothing happens."""
        return self.table.threshold

    @property
    def ends(self) -> Any:
        """Energy transfer (MeV) above which stepping answers."""
        return self.table.energy_transfer[-1]

    @property
    def kinks(self) -> tuple[float, ...]:
        """Energies (MeV) where the spectrum is not smooth: edges, and the join."""
        return (*self.table.kinks, *(edge for edge in self.above.kinks if edge > float(self.ends)))

    @property
    def citations(self) -> tuple[str, ...]:
        return (*self.table.citations, *self.above.citations)

    def recoil_energy_max(self, E: Any) -> Any:
        """Largest energy transfer (MeV): all of E while the table lasts, then that of a free electron."""
        return jnp.maximum(jnp.minimum(E, self.ends), self.above.recoil_energy_max(E))

    def require_reach(self, T: Any, window: Window) -> None:
        """Raise `InputError` unless the table holds the momenta that a window asks at energies T [T] (MeV) inside it."""
        T, low, high = (jnp.asarray(x) for x in jnp.broadcast_arrays(T, window.low, window.high))
        inside = self.ends >= T
        self.table.require_reach(T[inside], Window(low[inside], high[inside], window.pole))

    @property
    def energy_panels(self) -> Any:
        """Energies [q] (MeV) between which integrals over momenta are split, those of the table."""
        return self.table.energy_panels

    def reach(self, T: Any) -> Any:
        """Largest momentum [T] (MeV) that the table knows at energy transfers T [T] (MeV), that of its end above it."""
        return self.table.reach(jnp.minimum(T, self.ends))

    def lost(self, T: Any, window: Window) -> Any:
        """Whether a window asks at T [T] for what the table does not know and was not told to take for zero."""
        return self.table.lost(jnp.minimum(T, self.ends), self._shut(T, window))

    def nodes_on(self, T: Any, level: Level, Q2: Any, weight: Any) -> Nodes:
        """Nodes of the table at given Q^2 [T, n] (MeV^2) with weights q dq (MeV^2); nothing above it, see `nodes_apart`."""
        T = jnp.asarray(T, float)
        inside = self.ends >= T
        return self.table.nodes_on(jnp.where(inside, T, self.ends), level, Q2, weight * inside[:, None])

    def nodes_apart(self, T: Any, level: Level) -> Nodes:
        """The one node of stepping at each energy transfer T [T] (MeV); nothing inside the table."""
        T = jnp.asarray(T, float)
        free = self.above.nodes(T, level)
        is_above = (self.ends < T)[:, None]
        known = self.table.components
        response = {
            key: jnp.where(is_above, value, 0.0)
            for key, value in free.weighted_response.items()
            if key in known
        }
        return Nodes(free.q, T[:, None], T[:, None], response, 2 * constants.m_e * T[:, None])

    def nodes_within(self, T: Any, level: Level, window: Window) -> Nodes:
        """Nodes for energy transfers T [T] (MeV) on a given interval of Q^2: those of the table and the one of stepping."""
        T = jnp.asarray(T, float)
        inside = self.ends >= T
        bound = self.table.nodes_within(jnp.where(inside, T, self.ends), level, self._shut(T, window))
        free = self.nodes_apart(T, level)
        none = jnp.zeros_like(T)[:, None]
        response = {
            key: jnp.concatenate([value, free.weighted_response.get(key, none)], -1)
            for key, value in bound.weighted_response.items()
        }
        loss = T[:, None]
        q, Q2 = (jnp.concatenate(pair, -1) for pair in ((bound.q, free.q), (bound.Q2, free.Q2)))
        return Nodes(q, loss, loss, response, Q2)

    def _shut(self, T: Any, window: Window) -> Window:
        """Return the window with nothing open above the table."""
        high = jnp.where(self.ends >= T, window.high, window.low)
        return Window(window.low, high, window.pole)

    def nodes(self, T: Any, level: Level) -> Nodes:
        """Nodes over all momenta of the table."""
        T = jnp.asarray(T, float)
        top = self.table.momentum[-1]
        low = 0.0 if self.infrared is None else self.infrared.q2_min
        return self.nodes_within(T, level, Window(low, top**2 * jnp.ones_like(T)))

"""A detector without resolution: bins of the true recoil energy and of arrival time, efficiency one above a threshold.

What a paper states as "threshold 50 keV, background-free" is; asked for by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class SharpDetector:
    """Bins [b + 1] of one kind's energy (MeV) and [s + 1] of arrival time; what lies outside is not seen.

    A recoil grid needs the edges as panel edges (`weakscatter.model.recoil_grid(kinks=...)`).
    """

    STATIC: ClassVar[bool] = True

    energy_edges: Any
    time_edges: Any
    kind: str = "nuclear-recoil"

    def __post_init__(self) -> None:
        for name, given in (("energy", self.energy_edges), ("time", self.time_edges)):
            edges = np.asarray(given, float)
            if edges.ndim != 1 or len(edges) < 2 or not np.all(np.diff(edges) > 0):
                raise InputError(f"a sharp detector needs two or more increasing {name} edges; got {given}.")

    def energy_map(self, contains: Mapping[str, Any]) -> Any:
        """Return 0 or 1 [b, T]: the bin of each energy."""
        T, edges = jnp.asarray(contains[self.kind]), np.asarray(self.energy_edges)
        return ((edges[:-1, None] <= T) & (edges[1:, None] > T)) * 1.0

    def time_map(self) -> Any:
        """Return the identity [s, s]: bins are cells."""
        return jnp.eye(len(self.time_edges) - 1)

"""An experiment with fewer bins: its data and components added up over time, or over everything.

Sums of Poisson counts are Poisson counts: nuisances, scalings and the prediction stay what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np


@dataclass(frozen=True, eq=False)
class Summed:
    """An experiment summed over time and what stands between ("energy"), or over everything ("counting")."""

    experiment: Any
    statistic: str

    @property
    def name(self) -> str:
        return str(self.experiment.name)

    @property
    def title(self) -> str:
        words = "energies alone" if self.statistic == "energy" else "one count"
        return f"{self.experiment.title}, {words}"

    @property
    def citations(self) -> tuple[str, ...]:
        return tuple(self.experiment.citations)

    @property
    def projected(self) -> bool:
        return bool(getattr(self.experiment, "projected", False))

    @property
    def parameters(self) -> tuple[Any, ...]:
        return tuple(self.experiment.parameters)

    @property
    def scalings(self) -> tuple[Any, ...]:
        return tuple(self.experiment.scalings)

    @property
    def replaces(self) -> Mapping[str, tuple[str, ...]]:
        replaces: Mapping[str, tuple[str, ...]] = self.experiment.replaces
        return replaces

    @property
    def energy_label(self) -> str:
        return str(self.experiment.energy_label)

    @property
    def time_label(self) -> str:
        return str(self.experiment.time_label)

    @property
    def energy_edges(self) -> np.ndarray:
        edges = np.asarray(self.experiment.energy_edges)
        return edges[[0, -1]] if self.statistic == "counting" else edges

    @property
    def time_edges(self) -> np.ndarray:
        return np.asarray(self.experiment.time_edges)[[0, -1]]

    @property
    def data(self) -> np.ndarray:
        """Observed events [b, 1] or [1, 1]."""
        return np.asarray(self._summed(np.asarray(self.experiment.data, float)))

    def build(self, theory: Any, values: Mapping[str, Any]) -> Any:
        """The model of the experiment itself: its bins are summed afterwards."""
        return self.experiment.build(theory, values)

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        shape = np.shape(self.experiment.data)
        return {
            name: self._summed(jnp.broadcast_to(counts, shape))
            for name, counts in self.experiment.components(signal, values).items()
        }

    def _summed(self, counts: Any) -> Any:
        kept = 0 if self.statistic == "counting" else 1
        summed = counts.sum(axis=tuple(range(kept, counts.ndim)))
        return summed.reshape(-1, 1)

"""Counts in bins as they are drawn: densities, Poisson intervals, stacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Projection:
    """Counts along one axis.

    Parameters
    ----------
    label, unit : of the axis.
    edges : array [n + 1] in `unit`.
    data : array [n] (counts).
    components : {name: array [n]} (counts), the signal first.
    """

    label: str
    unit: str
    edges: np.ndarray
    data: np.ndarray
    components: dict[str, np.ndarray]

    @property
    def width(self) -> np.ndarray:
        """Of each bin, in `unit`."""
        return np.diff(self.edges)

    @property
    def centre(self) -> np.ndarray:
        """Of each bin, in `unit`."""
        return (self.edges[1:] + self.edges[:-1]) / 2

    @property
    def expected(self) -> np.ndarray:
        """All components together (counts)."""
        return np.sum(list(self.components.values()), axis=0)

    def without(self, names: tuple[str, ...]) -> np.ndarray:
        """Expected counts of the named components, which are taken away from data and stack alike."""
        return (
            np.sum([self.components[name] for name in names], axis=0) if names else np.zeros_like(self.data)
        )

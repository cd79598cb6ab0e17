"""Counts in bins as they are drawn: densities, Poisson intervals, stacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weakscatter.inference import garwood


@dataclass(frozen=True, eq=False)
class Projection:
    """Counts along one axis.

    Parameters
    ----------
    label, unit : of the axis.
    edges : array [n + 1] in `unit`.
    data : array [n] (counts).
    components : {name: array [n]} (counts), the signal first.
    published : (lower, upper) ends [n] of intervals that were published with the data; None for counted events.
    """

    label: str
    unit: str
    edges: np.ndarray
    data: np.ndarray
    components: dict[str, np.ndarray]
    published: tuple[np.ndarray, np.ndarray] | None = None

    @property
    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the vertical bars (counts): the published ones, else central Poisson intervals (Garwood)."""
        return garwood(self.data) if self.published is None else self.published

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

"""An experiment with its events as they are, instead of in bins.

The experiment offers ``events`` [n], a ``table`` that can be replaced, and ``unbinned_table``, an
`weakscatter.detectors.EventDensity`; everything else stays what it is, on other rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from weakscatter.inference import Parameter, UnbinnedPoisson


@dataclass(frozen=True, eq=False)
class Unbinned:
    """An experiment whose rows are cells of the window and the density at each event; ``binned`` is the experiment itself."""

    binned: Any
    statistic: str = "unbinned"

    @property
    def name(self) -> str:
        return str(self.binned.name)

    @property
    def title(self) -> str:
        return f"{self.binned.title}, unbinned"

    @property
    def citations(self) -> tuple[str, ...]:
        return tuple(self.binned.citations)

    @cached_property
    def _inner(self) -> Any:
        return replace(self.binned, table=self.binned.unbinned_table)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(self.binned.parameters)

    @property
    def scalings(self) -> tuple[Any, ...]:
        return tuple(self.binned.scalings)

    @property
    def replaces(self) -> Mapping[str, tuple[str, ...]]:
        replaces: Mapping[str, tuple[str, ...]] = self.binned.replaces
        return replaces

    @property
    def energy_label(self) -> str:
        return str(self.binned.energy_label)

    @property
    def time_label(self) -> str:
        return str(self.binned.time_label)

    @property
    def energy_edges(self) -> np.ndarray:
        """Edges of the cells."""
        return np.asarray(self.binned.unbinned_table.edges)

    @property
    def time_edges(self) -> np.ndarray:
        return np.asarray(self.binned.time_edges)

    @property
    def data(self) -> np.ndarray:
        """How many events lie in each cell and at each place [m + n, 1]: none and one."""
        table = self.binned.unbinned_table
        return np.repeat([0.0, 1.0], [len(table.edges) - 1, len(table.events)])[:, None]

    def build(self, theory: Any, values: Mapping[str, Any]) -> Any:
        """The model, seen in cells and at events."""
        return self._inner.build(theory, values)

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """Components in cells and at events [m + n, 1]."""
        components: dict[str, Any] = self._inner.components(signal, values)
        return components

    def term(
        self, expected: Callable[[Mapping[str, Any]], Any], parameters: tuple[Parameter, ...]
    ) -> UnbinnedPoisson:
        """Its term of a likelihood."""
        table = self.binned.unbinned_table
        return UnbinnedPoisson(self.name, table.events, table.edges, expected, parameters)

"""Amplitudes of many levels side by side: one evaluation for all levels and ranks of an operator.

Their common axis is that of *channels*, pairs of a level and a rank J that some operator of the table connects it with: a target
without spin has one channel per level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.response.amplitudes import OPERATORS, SPECIES, Amplitudes


@dataclass(frozen=True, eq=False)
class Stacked:
    """Amplitudes of several levels of one table; ``levels`` are their names."""

    table: Amplitudes
    levels: tuple[str, ...]

    @property
    def channels(self) -> tuple[np.ndarray, np.ndarray]:
        """Position of the level and rank J of each channel [channel], level by level."""
        number = {name: i for i, name in enumerate(self.levels)}
        found = sorted({(number[key[0]], key[1]) for key in self.table.coefficients if key[0] in number})
        pairs = np.array(found, int).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    def total(self, q: Any) -> Any:
        """Return the function (operator, weights) -> sum over species [..., channel] that `multipoles.combined` asks for.

        ``q`` [..., channel] > 0 (MeV). Channels that an operator does not connect are zero.
        """
        table = self.table
        root = jnp.asarray(q, float) * table.oscillator_length / 2
        y = root**2
        centre = 1.0 / table.A if table.centre_of_mass == "removed" else 0.0
        _, ranks = self.channels
        common = jnp.exp(-y * (1.0 - centre)) * root**ranks
        kept: dict[tuple[str, str], Any] = {}

        def amplitude(operator: str, species: str) -> Any:
            if (operator, species) not in kept:
                coefficients = self._coefficients(operator, species)
                sum_of_powers: Any = 0.0
                for power in reversed(range(coefficients.shape[1])):
                    sum_of_powers = sum_of_powers * y + coefficients[:, power]
                kept[operator, species] = sum_of_powers * common * root ** OPERATORS[operator].shift
            return kept[operator, species]

        def of(operator: str, weights: tuple[Any, Any]) -> Any:
            return sum(
                weight * amplitude(operator, species)
                for species, weight in zip(SPECIES, weights, strict=True)
                if not isinstance(weight, int)
            )

        return of

    def over_ranks(self, values: Any) -> Any:
        """Return the sums over the ranks of each level: [..., channel] becomes [..., level]."""
        places, _ = self.channels
        if np.array_equal(places, np.arange(len(self.levels))):
            return values
        moved = jnp.moveaxis(values, -1, 0)
        return jnp.moveaxis(jax.ops.segment_sum(moved, places, len(self.levels)), 0, -1)

    def _coefficients(self, operator: str, species: str) -> Any:
        """Return the coefficients [channel, power], filled up with zeros."""
        number = {name: i for i, name in enumerate(self.levels)}
        place = {pair: i for i, pair in enumerate(zip(*(x.tolist() for x in self.channels), strict=True))}
        rows = {
            place[number[name], J]: values
            for (name, J, one, other), values in self.table.coefficients.items()
            if name in number and (one, other) == (operator, species)
        }
        filled: Any = np.zeros((len(place), max(map(len, rows.values()), default=1)))
        if all(is_concrete(values) for values in rows.values()):
            for row, values in rows.items():
                filled[row, : len(values)] = values
            return filled
        filled = jnp.asarray(filled)
        for row, values in rows.items():
            filled = filled.at[row, : len(values)].set(values)
        return filled

"""Amplitudes of many levels side by side: one evaluation for all levels and ranks of an operator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.response.amplitudes import OPERATORS, SPECIES, Amplitudes


@dataclass(frozen=True, eq=False)
class Stacked:
    """Amplitudes of several levels of one table.

    Parameters
    ----------
    table : `Amplitudes`.
    levels : names of the levels, in the order of the last but one axis of every result.
    """

    table: Amplitudes
    levels: tuple[str, ...]

    @property
    def ranks(self) -> int:
        """Number of ranks J = 0, 1, ... up to the highest of any level."""
        return max((key[1] for key in self.table.coefficients if key[0] in self.levels), default=0) + 1

    def amplitude(self, operator: str, species: str, q: Any) -> Any:
        """Return <f || O_J || i> [..., level, J] at q [..., level] > 0 (MeV); zero where the operator does not connect the states."""
        table, shift = self.table, OPERATORS[operator].shift
        coefficients = self._coefficients(operator, species)
        y = (jnp.asarray(q, float) * table.oscillator_length / 2) ** 2
        total = jnp.zeros((*jnp.shape(y), coefficients.shape[1]))
        for power in reversed(range(coefficients.shape[2])):
            total = total * y[..., None] + coefficients[..., power]
        centre = 1.0 / table.A if table.centre_of_mass == "removed" else 0.0
        root = jnp.sqrt(y)[..., None]
        return total * jnp.exp(-y * (1.0 - centre))[..., None] * root ** (np.arange(coefficients.shape[1]) + shift)

    def total(self, q: Any) -> Any:
        """Return the function (operator, weights) -> sum over species [..., level, J] that `multipoles.combined` asks for."""

        def of(operator: str, weights: tuple[Any, Any]) -> Any:
            return sum(
                weight * self.amplitude(operator, species, q)
                for species, weight in zip(SPECIES, weights, strict=True)
                if not isinstance(weight, int)
            )

        return of

    def _coefficients(self, operator: str, species: str) -> Any:
        """Return the coefficients [level, J, power], filled up with zeros."""
        number = {name: i for i, name in enumerate(self.levels)}
        rows = {
            (number[name], J): values
            for (name, J, one, other), values in self.table.coefficients.items()
            if name in number and (one, other) == (operator, species)
        }
        filled: Any = np.zeros((len(self.levels), self.ranks, max(map(len, rows.values()), default=1)))
        if all(is_concrete(values) for values in rows.values()):
            for place, values in rows.items():
                filled[(*place, slice(len(values)))] = values
            return filled
        filled = jnp.asarray(filled)
        for place, values in rows.items():
            filled = filled.at[(*place, slice(len(values)))].set(values)
        return filled

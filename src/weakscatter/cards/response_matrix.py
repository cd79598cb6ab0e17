"""A detector given as a table: the probability of each bin against the recoil energy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import Interpolant
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.tables import read_csv
from weakscatter.units import keV


@dataclass(frozen=True, eq=False)
class ResponseMatrix:
    """Probabilities [n, b] at recoil energies [n], linear in between; no time axis.

    Parameters
    ----------
    table : `Interpolant` from recoil energy (MeV) to the probability of each bin, zero outside its range.
    outside : "error" or "zero", what `check` makes of recoils that the table does not cover.
    """

    table: Interpolant
    outside: str = "error"
    time_edges = None

    @classmethod
    def load(
        cls, path: str, edges: np.ndarray, efficiency: Any = None, outside: str = "error"
    ) -> ResponseMatrix:
        """Read a CSV whose first column is ``recoil_energy (keV)`` and each further one a bin, in order.

        ``efficiency`` is a curve of the observable, read at the centres of the bins.
        """
        columns = read_csv(path, {"recoil_energy": "keV"})
        names = [name for name in columns.columns if name != "recoil_energy"]
        if len(names) != len(edges) - 1:
            raise InputError(
                f"the response matrix {path!r} has {len(names)} columns beside recoil_energy; the data have "
                f"{len(edges) - 1} bins. Give one column for each bin, in order."
            )
        values = np.stack([columns[name] for name in names], axis=1)
        if np.any(values < 0.0) or np.any(values.sum(axis=1) > 1.0 + 1e-6):
            raise InputError(
                f"the response matrix {path!r} has a negative entry or a line that sums to more than one; entries are "
                "probabilities that an event of this recoil energy is seen in a bin."
            )
        if efficiency is not None:
            values = values * np.asarray(efficiency(0.5 * (edges[1:] + edges[:-1])))
        return cls(Interpolant(columns["recoil_energy"], values, outside="zero", name=path), outside)

    def check(self, highest: float) -> None:
        """Raise unless the table covers recoils up to ``highest`` (MeV) or says what happens outside."""
        x = np.asarray(self.table.x)
        if self.outside == "error" and (x[0] > 0.0 or x[-1] < highest):
            raise InputError(
                f"the response matrix {self.table.name!r} covers recoils from {x[0] / keV:.6g} to {x[-1] / keV:.6g} keV; this "
                f'source causes recoils from 0 to {highest / keV:.6g} keV. Extend it, or write outside = "zero".'
            )

    def kinks(self) -> np.ndarray:
        """Return the recoil energies [n] (MeV) between which the table is linear."""
        return np.asarray(self.table.x)

    def energy_map(self, contains: Mapping[str, Any]) -> Any:
        """Return the probability [b, T] of each bin."""
        (energies,) = contains.values()  # a matrix knows one kind of recoil, that of its target
        return self.table(energies).T

    def time_map(self) -> Any:
        """Return [[1]]: one cell and one bin that hold everything."""
        return jnp.ones((1, 1))

"""Arrival times as an experiment tabulates them: a probability for every cell of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from weakscatter.flux.timing import GaussianPulse
from weakscatter.grids import rebinned
from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class TabulatedArrival:
    """Probabilities per cell of time, for particles born after so many decays in sequence.

    Parameters
    ----------
    edges : array [n + 1]
        Cells of time, increasing, natural units.
    after : mapping {number of decays: array [n]}
        Probability of each cell, summing to at most one: at a stopped-pion source 1 is for the neutrinos of the
        pion (prompt), 2 for those of the muon (delayed).

    Notes
    -----
    The lifetimes are inside the numbers: only their count is looked at. Nothing arrives outside the table, so one
    that was normalised to its own range counts what comes later as arriving inside.

    Examples
    --------
    >>> table = TabulatedArrival(np.array([0.0, 1.0, 2.0]), {1: np.array([0.75, 0.25])})
    >>> table.fractions(np.array([0.0, 0.5, 2.0]), (26.0,)).tolist()
    [0.375, 0.625]
    """

    # Numbers of one data release: never an input of a compiled program.
    STATIC: ClassVar[bool] = True

    edges: Any
    after: Mapping[int, Any]

    def __post_init__(self) -> None:
        edges = np.asarray(self.edges, float)
        if edges.ndim != 1 or len(edges) < 2 or not np.all(np.diff(edges) > 0):
            raise InputError(f"Arrival times need two or more increasing edges; got {self.edges}.")
        for decays, contents in self.after.items():
            values = np.asarray(contents, float)
            if values.shape != (len(edges) - 1,):
                raise InputError(
                    f"Arrival times after {decays} decays have {values.size} probabilities for {len(edges) - 1} "
                    "cells; give one for each."
                )
            # Nine digits: what a table in text keeps.
            if not (np.all(values >= 0.0) and values.sum() <= 1.0 + 1e-9):
                raise InputError(
                    f"Arrival times after {decays} decays sum to {values.sum():.9g}, the smallest being "
                    f"{values.min():.6g}; probabilities are positive and sum to at most one. Divide counts by their sum."
                )

    def fractions(self, edges: Any, lifetimes: tuple[float, ...] = ()) -> Any:
        """Fraction arriving in each cell [t] between `edges` [t + 1]; a tabulated cell that is cut is shared evenly.

        Raises
        ------
        InputError : the table has no particles born after that many decays.
        """
        if len(lifetimes) not in self.after:
            raise InputError(
                f"Arrival times after {len(lifetimes)} decays were asked for; the table has them after "
                f"{', '.join(map(str, self.after))}. Add them, or use a GaussianPulse."
            )
        return rebinned(self.edges, self.after[len(lifetimes)], np.asarray(edges, float))


#: Arrival times of a source: calculated or tabulated.
Arrival = GaussianPulse | TabulatedArrival

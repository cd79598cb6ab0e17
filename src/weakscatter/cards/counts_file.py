"""Counts in bins from a CSV file of a user: ``lower``, ``upper`` (keV or PE) and ``counts (1)``."""

from __future__ import annotations

import numpy as np

from weakscatter.provenance.errors import InputError
from weakscatter.provenance.tables import Columns, read_csv
from weakscatter.units import dimension_of


def bins_of(path: str) -> Columns:
    """Return the columns lower, upper and counts of a file, bins that increase without gaps."""
    table = read_csv(path, {"counts": ""})
    for name in ("lower", "upper"):
        table[name]
        if dimension_of(table.units[name]) not in (dimension_of("keV"), dimension_of("")):
            raise InputError(
                f"the column {name!r} of {path!r} has the unit {table.units[name]!r}; keV or PE is needed."
            )
    if np.any(table["counts"] < 0.0):
        raise InputError(
            f"the column 'counts' of {path!r} is negative somewhere; counts are zero or positive."
        )
    if not np.allclose(table["lower"][1:], table["upper"][:-1], rtol=1e-9) or np.any(
        table["upper"] <= table["lower"]
    ):
        raise InputError(
            f"the bins of {path!r} must increase without gaps: each 'upper' is the next line's 'lower'."
        )
    return table


def edges_of(table: Columns, unit: str) -> np.ndarray:
    """Return the edges [b + 1] of a counts file, which must be in the observable's dimension."""
    if dimension_of(table.units["lower"]) != dimension_of(unit):
        raise InputError(
            f"the bins of {table.path!r} are given in {table.units['lower'] or '1'!r}; the detector's observable is in {unit}."
        )
    return np.append(table["lower"], table["upper"][-1])

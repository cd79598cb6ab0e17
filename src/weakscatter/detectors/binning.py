"""Bin edges, and what is wanted of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError


class Edges(tuple[float, ...]):
    """Bin edges as plain numbers, in natural units; `numpy.asarray` makes an array of them.

    A class of its own because `grids.compiled` then takes them as part of a program's structure, compared by value:
    which photoelectrons and which arrival cells belong to a bin is decided before anything is traced.
    """

    __slots__ = ()


def as_edges(what: str, edges: Any) -> Edges:
    """Return bin edges [n + 1], refusing anything but two or more finite, increasing numbers.

    >>> len(as_edges("energy edges", [8.0, 9.0, 10.0]))
    3
    """
    if not is_concrete(edges):
        raise InputError(
            f"the {what} depend on a free value; bins have to be fixed before a calculation is traced."
        )
    values = np.asarray(edges, dtype=float)
    if (
        values.ndim != 1
        or len(values) < 2
        or not np.all(np.isfinite(values))
        or np.any(np.diff(values) <= 0.0)
    ):
        raise InputError(f"the {what} must be at least two finite, increasing numbers; got {edges}.")
    return Edges(values.tolist())

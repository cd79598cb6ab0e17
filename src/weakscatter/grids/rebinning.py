"""Contents of cells summed into other bins, and bins cut into cells."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np


def edges_of(centres: Any) -> np.ndarray:
    """Return the edges [n + 1] of equal cells from their centres [n], n >= 2.

    >>> edges_of(np.array([0.5, 1.5, 2.5])).tolist()
    [0.0, 1.0, 2.0, 3.0]
    """
    half = (centres[1] - centres[0]) / 2
    return np.append(centres - half, centres[-1] + half)


def rebinned(edges: Any, contents: Any, new_edges: Any) -> np.ndarray:
    """Return contents [n] of cells with edges [n + 1] summed into bins with new edges [b + 1].

    A cell that is cut is shared evenly; what lies outside the new edges is left out.

    >>> rebinned([0.0, 1.0, 2.0], [4.0, 6.0], [0.5, 2.0]).tolist()
    [8.0]
    """
    running = np.concatenate([[0.0], np.cumsum(contents)])
    return np.diff(np.interp(new_edges, edges, running))


def subdivided(edges: Any, *, parts: int, widest: float) -> np.ndarray:
    """Return the edges of cells: every bin cut evenly, into `parts` or more if they are wider than about `widest`.

    >>> subdivided([0.0, 1.0, 5.0], parts=2, widest=1.0).tolist()
    [0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0]
    """
    pairs = list(itertools.pairwise(edges))
    inner = [np.linspace(a, b, max(parts, round((b - a) / widest)), endpoint=False) for a, b in pairs]
    return np.concatenate([*inner, [edges[-1]]])

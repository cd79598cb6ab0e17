"""Two tables of one atom made one: the first at low energies, the second at high ones, both where they meet.

Across the join, between two energies T_1 and T_2, every response is

    R = (1 - w) R_low + w R_high,      w = x^2 (3 - 2 x),   x = ln(T/T_1)/ln(T_2/T_1)

at the nodes of both tables, on the momenta of the first. The result is an ordinary table, as fast as one: below the join the rows of the
first, above it those of the second, continuous and with a continuous slope of the weight. Of the vector current both hold R_00 and R_11+22
alone, so that the current of the joined table is conserved as theirs is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from weakscatter.provenance.errors import InputError
from weakscatter.response.response_table import ResponseTable, ridge


def joined(low: ResponseTable, high: ResponseTable, begins: float, ends: float) -> ResponseTable:
    """Return the table that is ``low`` up to ``begins`` and ``high`` from ``ends`` on (MeV).

    Parameters
    ----------
    low, high : tables with the same parts; the momenta of ``low`` must begin at or below those of ``high`` and end with them.
    begins, ends : both inside of both tables.

    Raises
    ------
    InputError : tables that do not hold the same parts or do not both cover the join.
    """
    if set(low.parts) != set(high.parts):
        raise InputError("Two response tables are joined that hold different parts. Make both anew.")
    first, last = (np.asarray(table.energy_transfer) for table in (low, high))
    if not (max(first[0], last[0]) < begins < ends <= min(first[-1], last[-1])):
        raise InputError(
            f"The tables cover {first[0]:.6g} to {first[-1]:.6g} and {last[0]:.6g} to {last[-1]:.6g} MeV; they cannot be joined between "
            f"{begins:.6g} and {ends:.6g} MeV, which must lie in both."
        )
    if low.momentum[0] > high.momentum[0] or not np.isclose(low.momentum[-1], high.momentum[-1]):
        raise InputError(
            f"The momenta of the tables to be joined reach from {low.momentum[0]:.6g} to {low.momentum[-1]:.6g} and from "
            f"{high.momentum[0]:.6g} to {high.momentum[-1]:.6g} MeV; the first must begin at or below the second and end with it."
        )
    between = np.concatenate([[begins, ends], *(T[(begins < T) & (ends > T)] for T in (first, last))])
    # A threshold of either table stands twice in the join as well.
    doubled = [T[1:][np.diff(T) == 0] for T in (first, last)]
    between = np.sort(
        np.concatenate([np.unique(between), *(d[(begins < d) & (ends > d)] for d in map(np.unique, doubled))])
    )
    x = np.clip(np.log(between / begins) / np.log(ends / begins), 0.0, 1.0)
    weight = (x * x * (3 - 2 * x))[:, None]
    below, above = first < begins, last > ends
    q = np.asarray(low.momentum)
    rows = [_rows(table, between, q) for table in (low, high)]
    tail = _rows(high, last[above], q)
    parts = {}
    for key, values in low.parts.items():
        middle = (1 - weight) * rows[0][key] + weight * rows[1][key]
        parts[key] = np.concatenate([np.asarray(values)[below], middle, tail[key]])
    T = np.concatenate([first[below], between, last[above]])
    cited = tuple(dict.fromkeys((*low.citations, *high.citations)))
    return replace(low, energy_transfer=T, parts=parts, citations=cited)


def _rows(table: ResponseTable, T: np.ndarray, q: np.ndarray) -> dict[Any, np.ndarray]:
    """Return every part [T, q] of a table as it interpolates itself; the first of two equal energies is the side below."""
    nodes, grid = np.asarray(table.energy_transfer), np.log(np.asarray(table.momentum))
    side = np.append(np.diff(T) == 0, False)
    k = np.where(side, np.searchsorted(nodes, T, side="left"), np.searchsorted(nodes, T, side="right")) - 1
    k = np.clip(k, 0, len(nodes) - 2)
    share = (np.log(T / nodes[k]) / np.log(nodes[k + 1] / nodes[k]))[:, None]
    inside = np.maximum(q, float(table.momentum[0]))
    places = [np.log(inside) + np.log(ridge(nodes[row]) / ridge(T))[:, None] for row in (k, k + 1)]
    from scipy.interpolate import CubicHermiteSpline  # tables are joined once; the room is light without it

    out = {}
    for key, (logarithmic, values, slopes) in table.splines.items():
        ends = [
            np.array([CubicHermiteSpline(grid, values[r], slopes[r])(np.clip(x, *grid[[0, -1]])) for r, x in zip(row, place, strict=True)])
            for row, place in zip((k, k + 1), places, strict=True)
        ]  # fmt: skip
        between = ends[0] * (1 - share) + ends[1] * share
        out[key] = _extended(np.exp(between) if logarithmic else between, q, inside)
    return out


def _extended(values: np.ndarray, q: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return responses below a table's momenta, all below the photon line of its energies, as powers: no contraction asks for them."""
    j = int(np.argmax(inside > inside[0])) - 1 if q[0] < inside[0] else 0
    if j == 0:
        return values
    first, second = values[:, j], values[:, j + 1]
    same = first * second > 0
    power = np.where(
        same, np.log(np.where(same, second / np.where(same, first, 1.0), 1.0)) / np.log(q[j + 1] / q[j]), 0.0
    )
    values = values.copy()
    values[:, :j] = first[:, None] * (q[:j] / q[j]) ** power[:, None]
    return values

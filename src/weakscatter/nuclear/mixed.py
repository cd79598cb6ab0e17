"""The proton-neutron part of a scalar operator, by spectators and small dense products.

Take one nucleon (or hole) of each species away: |row> = +-a+_c |s>, |column> = +-a+_d |t>. For a pair of sectors of
spectators the pairs (c, d) that lead into the basis have one total 2M and parity, and the operator between them is the
same small matrix G for every s and t. So H x is: gather x into strips, multiply by G, add back; this is complete and
needs no special case. For a species of holes a+_b a_d = delta_bd - a_d a+_b: G changes sign with b and d exchanged,
and the delta goes to the one-body part of the other species.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.basis import Basis
from weakscatter.nuclear.coupling import Channel, Elements
from weakscatter.nuclear.determinants import Spectators

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class MixedTables(NamedTuple):
    """Flat tables of the kernel; c and s stand for row states and spectators, d and t for those of the columns.

    Pairs (c, d) of one total are a list, lightest first; its coefficients are rows of [G, -G, G], so that the signs of
    both ends of an element are a choice of where to read.
    """

    row_place: NDArray[np.int32]
    row_target: NDArray[np.int32]
    row_starts: Ints
    row_channel: Ints
    row_weight: Ints
    column_place: NDArray[np.int32]
    column_target: NDArray[np.int32]
    column_starts: Ints
    column_weight: Ints
    state_weight: Ints
    group_sectors: Ints
    group_sectors_start: Ints
    sector_begin: Ints
    sector_weight: Ints
    offsets: Ints
    strides: Ints
    sizes: Ints
    most_weight: int
    pair_start: Ints
    pair_first: NDArray[np.int32]
    pair_second: NDArray[np.int32]
    pair_weight: Ints
    g_start: Ints
    g: Floats


def _lookup(states: tuple[int, int], channels: tuple[Channel, ...]) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """Return, for pairs (proton, neutron), channel and place, and of each channel start and size in a flat matrix."""
    channel, place = (np.zeros(states, dtype=np.int64) for _ in range(2))
    for number, c in enumerate(channels):
        channel[c.first, c.second] = number
        place[c.first, c.second] = np.arange(c.first.size)
    size = np.array([c.first.size for c in channels], dtype=np.int64)
    start = np.concatenate([[0], np.cumsum(size**2)])[:-1].astype(np.int64)
    return channel, place, start, size, np.concatenate([c.matrix.ravel() for c in channels] or [np.zeros(0)])


def mixed_tables(basis: Basis, elements: Elements) -> tuple[MixedTables, Floats, Floats, float]:
    """Prepare the product of the proton-neutron part.

    Returns
    -------
    The tables; what the deltas of a species of holes add to the one-body matrices of the protons and the neutrons
    [state, state]; what they add to the constant.
    """
    row_s, column_s = basis.rows.spectators, basis.columns.spectators
    sides = (row_s.side, column_s.side) if basis.rows_are == 0 else (column_s.side, row_s.side)
    proton, neutron = basis.shells
    channel, place, start, size, flat = _lookup((proton.states, neutron.states), elements.mixed)

    def element(a: Ints, b: Ints, c: Ints, d: Ints) -> Floats:
        """Return <ab|V|cd> for broadcast arrays; both pairs have the same total by construction."""
        ch = channel[a, b]
        return np.asarray(flat[start[ch] + place[a, b] * size[ch] + place[c, d]])

    p, n = np.arange(proton.states), np.arange(neutron.states)
    extra_p, extra_n = np.zeros((p.size, p.size)), np.zeros((n.size, n.size))
    constant = 0.0
    if flat.size:
        same_p = (proton.two_m[:, None] == proton.two_m) & (proton.parity[:, None] == proton.parity)
        same_n = (neutron.two_m[:, None] == neutron.two_m) & (neutron.parity[:, None] == neutron.parity)
        if sides[1] < 0:
            a, c = np.nonzero(same_p)
            extra_p[a, c] = element(a[:, None], n, c[:, None], n).sum(axis=1)
        if sides[0] < 0:
            b, d = np.nonzero(same_n)
            extra_n[b, d] = element(p, b[:, None], p, d[:, None]).sum(axis=1)
        if sides == (-1, -1):
            constant = -float(element(p[:, None], n, p[:, None], n).sum())

    pairs = _signed_pairs(basis, sides)
    pair_start, firsts, seconds, weights, g_start, tables = [0], [], [], [], [0], []
    for first, second, weight in pairs.values():
        # Operators act from "in" to "out"; the index of a hole is that of the other operator.
        out_p, in_p = (first[:, None], first) if sides[0] > 0 else (first, first[:, None])
        out_n, in_n = (second[:, None], second) if sides[1] > 0 else (second, second[:, None])
        g = (
            sides[0] * sides[1] * element(out_p, out_n, in_p, in_n)
            if flat.size
            else np.zeros((first.size,) * 2)
        )
        rows_first = basis.rows_are == 0
        firsts.append(first if rows_first else second)
        seconds.append(second if rows_first else first)
        weights.append(weight)
        tables.append(np.concatenate([g, -g, g], axis=1).ravel())
        pair_start.append(pair_start[-1] + first.size)
        g_start.append(g_start[-1] + 3 * first.size**2)
    numbers = {key: i for i, key in enumerate(pairs)}
    row_channel = np.full((len(row_s.sets.sectors), len(column_s.sets.sectors)), -1, dtype=np.int64)
    for i, (m, q, _) in enumerate(row_s.sets.sectors):
        for k, (m2, q2, _) in enumerate(column_s.sets.sectors):
            row_channel[i, k] = numbers.get((basis.two_m - m - m2, basis.parity * q * q2), -1)

    place_r, target_r = _by_sector(basis, row_s)
    by_group = np.argsort(basis.partner, kind="stable")
    groups = len(basis.columns.group_keys)
    rows = basis.rows
    none_i = [np.zeros(0, dtype=np.int64)]
    made = MixedTables(
        place_r,
        target_r,
        row_s.sets.starts,
        row_channel,
        np.array([w for _, _, w in row_s.sets.sectors], dtype=np.int64),
        column_s.place,
        column_s.target,
        column_s.sets.starts,
        np.array([w for _, _, w in column_s.sets.sectors], dtype=np.int64),
        column_s.side * basis.columns.shell.weight,
        by_group,
        np.searchsorted(basis.partner[by_group], np.arange(groups + 1)),
        rows.starts[:-1] - rows.group_starts[rows.group],
        np.array([w for _, _, w in rows.sectors], dtype=np.int64),
        basis.offsets,
        basis.strides,
        rows.sizes,
        basis.most_weight,
        np.array(pair_start, dtype=np.int64),
        np.concatenate(firsts or none_i).astype(np.int32),
        np.concatenate(seconds or none_i).astype(np.int32),
        np.concatenate(weights or none_i).astype(np.int64),
        np.array(g_start, dtype=np.int64),
        np.concatenate(tables) if tables else np.zeros(1),
    )
    return made, extra_p, extra_n, constant


def _signed_pairs(basis: Basis, sides: tuple[int, int]) -> dict[tuple[int, int], tuple[Ints, Ints, Ints]]:
    """Sort pairs (proton state, neutron state) by what they add to 2M and parity, lightest first."""
    proton, neutron = basis.shells
    first, second = (g.ravel() for g in np.indices((proton.states, neutron.states)))
    two_m = sides[0] * proton.two_m[first] + sides[1] * neutron.two_m[second]
    parity = proton.parity[first] * neutron.parity[second]
    weight = sides[0] * proton.weight[first] + sides[1] * neutron.weight[second]
    pairs = {}
    for key in sorted(set(zip(two_m.tolist(), parity.tolist(), strict=True))):
        own = np.flatnonzero((two_m == key[0]) & (parity == key[1]))
        own = own[np.argsort(weight[own], kind="stable")]
        pairs[key] = (first[own], second[own], weight[own])
    return pairs


def _by_sector(basis: Basis, found: Spectators) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Count the places of row determinants within their sector, and name that sector instead of the group."""
    rows = basis.rows
    numbers = {s: i for i, s in enumerate(rows.sectors)}
    shell = rows.shell
    target = np.full(found.target.shape, -1, dtype=np.int32)
    for t, (m, p, w) in enumerate(found.sets.sectors):
        for k in range(shell.states):
            s = (
                m + found.side * int(shell.two_m[k]),
                p * int(shell.parity[k]),
                w + found.side * int(shell.weight[k]),
            )
            target[t, k] = numbers.get(s, -1)
    begin = (rows.starts[:-1] - rows.group_starts[rows.group]).astype(np.int32)
    each = target[np.repeat(np.arange(len(found.sets.sectors)), found.sets.sizes)]
    place = np.where((found.place >= 0) & (each >= 0), found.place - 2 * begin[each], -1).astype(np.int32)
    return place, target

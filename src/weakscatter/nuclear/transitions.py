"""One-body operators between two m-scheme bases of one nucleus, by lists of jumps.

A jump is a+_a a_b of one species between two of its determinants, with its sign. The list, a few per determinant, serves
for applying an operator to a vector and for the density matrix <f| a+_a a_b |i> alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from weakscatter.nuclear.basis import Basis
from weakscatter.nuclear.coupling import clebsch_gordan
from weakscatter.nuclear.determinants import Determinants
from weakscatter.nuclear.kernels.like import parity_below
from weakscatter.nuclear.shell import Shell

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@njit(cache=True)
def _find_jumps(
    words: Any, finals: Any, order: Any, states: int, two_m: Any, parity: Any, two_q: int, change: int
) -> Any:
    """List (initial, final, a, b, sign) of all a+_a a_b with m_a - m_b = q that multiply the parity by ``change``."""
    room = 16 * words.size + 16
    found = np.empty((room, 5), dtype=np.int64)
    ordered = finals[order]
    one = np.uint64(1)
    used = 0
    for i in range(words.size):
        w = words[i]
        for b in range(states):
            if not (w >> np.uint64(b)) & one:
                continue
            without = w ^ (one << np.uint64(b))
            down = parity_below(w, b)
            for a in range(states):
                if (
                    two_m[a] - two_m[b] != two_q
                    or parity[a] * parity[b] != change
                    or (without >> np.uint64(a)) & one
                ):
                    continue
                new = without | (one << np.uint64(a))
                at = np.searchsorted(ordered, new)
                if at == ordered.size or ordered[at] != new:
                    continue
                if used == room:
                    room *= 2
                    more = np.empty((room, 5), dtype=np.int64)
                    more[:used] = found[:used]
                    found = more
                found[used, 0], found[used, 1], found[used, 2], found[used, 3] = i, order[at], a, b
                found[used, 4] = 1 - 2 * (down ^ parity_below(without, a))
                used += 1
    return found[:used].copy()


@njit(cache=True)
def _row_density(
    rho: Any, xf: Any, xi: Any, jumps: Any, at_f: Any, at_i: Any, width_f: Any, width_i: Any
) -> None:
    for j in range(jumps.shape[0]):
        i, f = jumps[j, 0], jumps[j, 1]
        pi, pf = at_i[i], at_f[f]
        total = 0.0
        for l in range(min(width_i[i], width_f[f])):
            total += xf[pf + l] * xi[pi + l]
        rho[jumps[j, 2], jumps[j, 3]] += jumps[j, 4] * total


@njit(cache=True)
def _column_density(rho: Any, xf: Any, xi: Any, rows: Any, jumps: Any, starts: Any) -> None:
    """``rows`` lists (place in f, place in i, width in f, width in i, group of the columns of i)."""
    for r in range(rows.shape[0]):
        pf, pi, wf, wi, g = rows[r, 0], rows[r, 1], rows[r, 2], rows[r, 3], rows[r, 4]
        for j in range(starts[g], starts[g + 1]):
            i, f = jumps[j, 0], jumps[j, 1]
            if i < wi and f < wf:
                rho[jumps[j, 2], jumps[j, 3]] += jumps[j, 4] * xf[pf + f] * xi[pi + i]


@njit(cache=True)
def _row_apply(y: Any, o: Any, x: Any, jumps: Any, at_f: Any, at_i: Any, width_f: Any, width_i: Any) -> None:
    for j in range(jumps.shape[0]):
        factor = o[jumps[j, 2], jumps[j, 3]] * jumps[j, 4]
        if factor != 0.0:
            i, f = jumps[j, 0], jumps[j, 1]
            pi, pf = at_i[i], at_f[f]
            for l in range(min(width_i[i], width_f[f])):
                y[pf + l] += factor * x[pi + l]


@njit(cache=True)
def _column_apply(y: Any, o: Any, x: Any, rows: Any, jumps: Any, starts: Any) -> None:
    for r in range(rows.shape[0]):
        pf, pi, wf, wi, g = rows[r, 0], rows[r, 1], rows[r, 2], rows[r, 3], rows[r, 4]
        for j in range(starts[g], starts[g + 1]):
            i, f = jumps[j, 0], jumps[j, 1]
            if i < wi and f < wf:
                y[pf + f] += o[jumps[j, 2], jumps[j, 3]] * jumps[j, 4] * x[pi + i]


def _row_places(basis: Basis) -> tuple[Ints, Ints]:
    """Return, for each row determinant, where its columns begin in a vector and how many they are."""
    sizes = basis.rows.sizes
    inside = np.arange(basis.rows.words.size) - np.repeat(basis.rows.starts[:-1], sizes)
    at = np.repeat(basis.offsets[:-1], sizes) + inside * np.repeat(basis.strides, sizes)
    return at, np.repeat(basis.widths, sizes)


def _in_group(determinants: Determinants) -> tuple[Ints, Ints]:
    """Return the group of each determinant and its position there."""
    sizes = np.diff(determinants.group_starts)
    group = np.repeat(np.arange(sizes.size), sizes)
    return group, np.arange(determinants.words.size) - determinants.group_starts[:-1][group]


@dataclass(frozen=True, eq=False)
class Link:
    """All one-body jumps from one basis to another of the same nucleus and truncation; made by `link`.

    ``two_q`` is 2 (M_f - M_i). The kernels read ``row_jumps`` by determinants and ``column_jumps`` by positions in
    the group, ``shared_rows`` are the row determinants of both bases.
    """

    initial: Basis
    final: Basis
    two_q: int
    row_jumps: Ints
    column_jumps: Ints
    column_starts: Ints
    shared_rows: Ints

    def density(self, xf: Floats, xi: Floats) -> tuple[Floats, Floats]:
        """Return <f| a+_a a_b |i> of protons and of neutrons, as arrays [a, b] over m-scheme states."""
        rho = [np.zeros((s.states, s.states)) for s in self.initial.shells]
        (at_f, width_f), (at_i, width_i) = _row_places(self.final), _row_places(self.initial)
        rows, columns = self.initial.rows_are, 1 - self.initial.rows_are
        _row_density(rho[rows], xf, xi, self.row_jumps, at_f, at_i, width_f, width_i)
        _column_density(rho[columns], xf, xi, self.shared_rows, self.column_jumps, self.column_starts)
        return rho[0], rho[1]

    def apply(self, proton: Floats, neutron: Floats, x: Floats) -> Floats:
        """Return O x in the final basis, O = sum o_ab a+_a a_b with arrays [a, b] over m-scheme states."""
        y = np.zeros(self.final.length)
        operators = (proton, neutron)
        (at_f, width_f), (at_i, width_i) = _row_places(self.final), _row_places(self.initial)
        rows, columns = self.initial.rows_are, 1 - self.initial.rows_are
        _row_apply(y, operators[rows], x, self.row_jumps, at_f, at_i, width_f, width_i)
        _column_apply(y, operators[columns], x, self.shared_rows, self.column_jumps, self.column_starts)
        return y


def link(initial: Basis, final: Basis) -> Link:
    """List the jumps between two bases, of which M and parity may differ."""
    two_q, change = final.two_m - initial.two_m, final.parity * initial.parity

    def jumps(own_i: Determinants, own_f: Determinants) -> Ints:
        s = own_i.shell
        order = np.argsort(own_f.words)
        return np.asarray(
            _find_jumps(own_i.words, own_f.words, order, s.states, s.two_m, s.parity, two_q, change)
        )

    rows, columns = jumps(initial.rows, final.rows), jumps(initial.columns, final.columns)
    group, place_i = _in_group(initial.columns)
    _, place_f = _in_group(final.columns)
    starts = np.searchsorted(group[columns[:, 0]], np.arange(len(initial.columns.group_keys) + 1))
    columns[:, 1], columns[:, 0] = place_f[columns[:, 1]], place_i[columns[:, 0]]
    (at_f, width_f), (at_i, width_i) = _row_places(final), _row_places(initial)
    _, of_i, of_f = np.intersect1d(
        initial.rows.words, final.rows.words, assume_unique=True, return_indices=True
    )
    sector = np.repeat(np.arange(initial.rows.sizes.size), initial.rows.sizes)
    shared = np.stack(
        [at_f[of_f], at_i[of_i], width_f[of_f], width_i[of_i], initial.partner[sector[of_i]]], axis=1
    )
    return Link(initial, final, two_q, rows, columns, starts.astype(np.int64), shared.astype(np.int64))


def component(shell: Shell, reduced: Floats, rank: int, two_q: int) -> Floats:
    """Return <a m_a | O_Kq | b m_b> = <j_b m_b K q | j_a m_a> (2 j_a + 1)^(-1/2) <a || O_K || b> (Edmonds, eq. 5.4.1).

    ``reduced`` is an array [a, b] over the orbits of the species; the result is one over its m-scheme states.
    """
    made = np.zeros((shell.states, shell.states))
    for a in range(shell.states):
        for b in range(shell.states):
            value = reduced[shell.orbit[a], shell.orbit[b]]
            if value != 0.0 and shell.two_m[a] == shell.two_m[b] + two_q:
                ja, ma, jb, mb = (
                    int(v) for v in (shell.two_j[a], shell.two_m[a], shell.two_j[b], shell.two_m[b])
                )
                cg = clebsch_gordan(jb, mb, 2 * rank, two_q, ja, ma)
                made[a, b] = value * cg / np.sqrt(ja + 1.0)
    return made

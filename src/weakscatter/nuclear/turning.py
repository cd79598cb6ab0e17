"""Half a basis for even or odd J: states with M = 0 are even or odd under a half turn.

The rotation by pi about the y axis, which for a real Hamiltonian does what time reversal does, takes |j m> to (-1)^(j - m) |j -m>
and a state with M = 0 to (-1)^J times itself (Edmonds, section 4.3). So the amplitudes of rows with m < 0 follow from
those with m > 0. The half vectors here hold the rows with m = 0, and those with m > 0 times sqrt(2), so that their scalar
products are those of the whole vectors. Of the proton-neutron part only the spectators with m > 0 are computed;
what the others give is the half turn of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.basis import Basis, Size
from weakscatter.nuclear.determinants import Determinants
from weakscatter.nuclear.hamiltonian import Hamiltonian
from weakscatter.nuclear.layout import MIXED

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def turned_words(determinants: Determinants) -> tuple[Ints, Floats]:
    """Turn determinants by pi about the y axis; return the number of each image, and its sign, as arrays [determinant]."""
    shell, words = determinants.shell, determinants.words
    image, exponent = np.zeros_like(words), np.zeros(words.size, dtype=np.int64)
    inside = np.zeros((shell.orbits, words.size), dtype=np.int64)
    for k in range(shell.states):
        occupied = (words >> np.uint64(k)) & np.uint64(1)
        mate = (
            k + int(shell.two_j[k]) - 2 * int(shell.m_index[k])
        )  # the states of an orbit stand in the order of m
        image |= occupied << np.uint64(mate)
        exponent += occupied.astype(np.int64) * ((shell.two_j[k] - shell.two_m[k]) // 2)
        inside[shell.orbit[k]] += occupied.astype(np.int64)
    # Creation operators of an orbit come out in reverse order.
    exponent += (inside * (inside - 1) // 2).sum(axis=0)
    return determinants.position(image), np.where(exponent % 2, -1.0, 1.0)


def part_kept(size: Size) -> float:
    """Return the length of a half vector over that of a whole one: rows with m >= 0 over all rows."""
    protons, neutrons = size.species
    level = 0
    for (m, p, w), count in protons.items():
        for (n, q, v), other in neutrons.items():
            if m == n == 0 and p * q == size.parity and w + v <= size.most_weight:
                level += count * other
    return 0.5 * (1.0 + level / size.dimension)


@dataclass(frozen=True, eq=False)
class Halved:
    """An operator between states with M = 0 and even or odd J; made by `halve`.

    Parameters
    ----------
    folded, direct : what is computed for m > 0 and turned, and what is computed as it is.
    basis : of the whole vectors; half vectors begin at ``start`` in it, ``level`` of their elements are rows with m = 0.
    image : array [half length], the element that a half turn makes of each; ``phase`` its sign times (-1)^J, 0 in the padding.
    dimension : number of states with M = 0 and even or odd J.
    """

    folded: Hamiltonian
    direct: Hamiltonian
    basis: Basis
    start: int
    level: int
    image: Ints
    phase: Floats
    dimension: int

    def expand(self, half: Floats) -> Floats:
        """Return the whole vector of a half one."""
        full = np.zeros(self.basis.length)
        full[self.start :] = half
        full[self.start + self.level :] *= np.sqrt(0.5)
        above = slice(self.level, None)
        full[self.image[above]] = self.phase[above] * full[self.start :][above]
        return full

    def _fold(self, full: Floats) -> Floats:
        """Return the rows with m >= 0 of a vector plus its half turn."""
        return full[self.start :] + self.phase * full[self.image]

    def contract(self, full: Floats) -> Floats:
        """Return the half vector of the part of a vector with even or odd J."""
        half = 0.5 * self._fold(full)
        half[self.level :] *= np.sqrt(2.0)
        return half

    def apply(self, half: Floats) -> Floats:
        """Return H x as a half vector."""
        full = self.expand(half)
        y = self._fold(self.folded.apply(full))
        y += self.direct.apply(full)[self.start :]
        y[self.level :] *= np.sqrt(2.0)
        # Lanczos would find lower states of the other kind in what rounding leaves of them.
        level = slice(0, self.level)
        y[level] = 0.5 * (y[level] + self.phase[level] * y[self.image[level] - self.start])
        return y


def halve(operator: Hamiltonian, even: bool) -> Halved:
    """Restrict an operator with M = 0 to states of even or odd J."""
    basis = operator.basis
    rows, columns = basis.rows, basis.columns
    two_m = np.array([m for m, _, _ in rows.sectors])
    first = int(np.searchsorted(two_m, 0))
    start = int(basis.offsets[first])
    level = int(basis.offsets[np.searchsorted(two_m, 0, side="right")]) - start
    row_image, row_sign = turned_words(rows)
    column_image, column_sign = turned_words(columns)
    image, phase = np.arange(start, basis.length), np.zeros(basis.length - start)
    trace, above = 0.0, 0
    sector_of = np.repeat(np.arange(rows.sizes.size), rows.sizes)
    sign = 1.0 if even else -1.0
    for s in range(first, rows.sizes.size):
        width, stride = int(basis.widths[s]), int(basis.strides[s])
        begin = int(columns.group_starts[basis.partner[s]])
        own = np.arange(rows.starts[s], rows.starts[s + 1])
        there = sector_of[row_image[own]]
        at = basis.offsets[there] + (row_image[own] - rows.starts[there]) * basis.strides[there]
        c = np.arange(begin, begin + width)
        to = column_image[c] - columns.group_starts[basis.partner[there[0]]]
        block = slice(int(basis.offsets[s]) - start, int(basis.offsets[s + 1]) - start)
        image[block].reshape(-1, stride)[:, :width] = at[:, None] + to
        phase[block].reshape(-1, stride)[:, :width] = sign * row_sign[own][:, None] * column_sign[c]
        if two_m[s] > 0:
            above += own.size * width
        else:
            fixed = (image[block] == np.arange(start, basis.length)[block]) & (phase[block] != 0.0)
            trace += own.size * width + float(phase[block][fixed].sum())
    spectator_m = np.array([m for m, _, _ in columns.spectators.sets.sectors])
    kind, sector = operator.pieces[:, 0], operator.pieces[:, 1]
    mixed = kind == MIXED
    m_there = np.zeros(kind.size, dtype=np.int64)
    m_there[mixed], m_there[~mixed] = spectator_m[sector[mixed]], two_m[sector[~mixed]]
    return Halved(
        replace(operator, constant=0.0, pieces=operator.pieces[mixed & (m_there > 0)]),
        replace(operator, pieces=operator.pieces[np.where(mixed, m_there == 0, m_there >= 0)]),
        basis,
        start,
        level,
        image,
        phase,
        above + round(0.5 * trace),
    )

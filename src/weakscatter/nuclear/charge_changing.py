"""Total Gamow-Teller strengths of charge-changing currents, without any state of the neighbouring nuclei.

    S(GT-) = sum_f |<f || sum sigma tau_- || i>|^2/(2 J_i + 1),   tau_- turns a neutron into a proton,  S(GT+) likewise

are norms of vectors, 3 <i| O_0^+ O_0 |i> for J_i = 0 and sums over components in general, and obey S(GT-) - S(GT+) = 3 (N - Z) (Ikeda
1963) wherever the space has both spin-orbit partners of every occupied orbit. Final configurations are not truncated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.basis import Basis
from weakscatter.nuclear.coupling import clebsch_gordan
from weakscatter.nuclear.interaction import Orbit
from weakscatter.nuclear.operators import spin_element
from weakscatter.nuclear.shell import Shell
from weakscatter.nuclear.states import Levels

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]


def gamow_teller_totals(levels: Levels, number: int = 0) -> tuple[float, float]:
    """Return S(GT-) and S(GT+) of a state, unit operators sigma tau, no quenching.

    Parameters
    ----------
    levels, number : the state, counted from 0. The cost grows with the dimension: 2 s for 10^4, all components in memory.
    """
    basis, space = levels.basis, levels.interaction.space
    protons, neutrons, amplitudes = _determinants(basis, levels.vectors[number])
    shells = basis.shells
    minus = plus = 0.0
    for two_mu in (-2, 0, 2):
        to_proton = _component(space.protons, shells[0], space.neutrons, shells[1], two_mu)
        to_neutron = _component(space.neutrons, shells[1], space.protons, shells[0], two_mu)
        minus += _norm(protons, neutrons, amplitudes, to_proton)
        plus += _norm(neutrons, protons, amplitudes, to_neutron)
    return minus, plus


def _determinants(basis: Basis, vector: Floats) -> tuple[Words, Words, Floats]:
    """Return proton words, neutron words and amplitudes of all basis states."""
    found: list[tuple[Words, Words, Floats]] = []
    for sector in range(basis.widths.size):
        begin, end = basis.rows.starts[sector], basis.rows.starts[sector + 1]
        first = basis.columns.group_starts[basis.partner[sector]]
        rows, columns = (
            basis.rows.words[begin:end],
            basis.columns.words[first : first + basis.widths[sector]],
        )
        block = basis.block(vector, sector)
        r, c = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
        found.append((r, c, block.ravel()))
    r, c, x = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return (r, c, x) if basis.rows_are == 0 else (c, r, x)


def _component(
    bras: tuple[Orbit, ...], bra: Shell, kets: tuple[Orbit, ...], ket: Shell, two_mu: int
) -> list[tuple[int, int, float]]:
    """Return (state a, state b, <a| sigma_mu |b>) between states of two species."""
    found = []
    for a in range(bra.states):
        for b in range(ket.states):
            if bra.two_m[a] != ket.two_m[b] + two_mu:
                continue
            reduced = 2.0 * spin_element(bras[bra.orbit[a]], kets[ket.orbit[b]])
            if reduced != 0.0:
                ja, ma, jb, mb = (int(v) for v in (bra.two_j[a], bra.two_m[a], ket.two_j[b], ket.two_m[b]))
                found.append(
                    (a, b, reduced * clebsch_gordan(jb, mb, 2, two_mu, ja, ma) / float(np.sqrt(ja + 1.0)))
                )
    return found


def _norm(gains: Words, loses: Words, amplitudes: Floats, elements: list[tuple[int, int, float]]) -> float:
    """Return the squared norm of sum o_ab a+_a b_b on a vector, a of the species that gains a nucleon."""
    one = np.uint64(1)
    keys: list[tuple[Words, Words]] = []
    values: list[Floats] = []
    for a, b, element in elements:
        bit_a, bit_b = one << np.uint64(a), one << np.uint64(b)
        here = ((gains & bit_a) == 0) & ((loses & bit_b) != 0)
        below = np.bitwise_count(gains[here] & (bit_a - one)) + np.bitwise_count(loses[here] & (bit_b - one))
        keys.append((gains[here] | bit_a, loses[here] ^ bit_b))
        # What moving past the other species adds is one sign for all.
        values.append(element * amplitudes[here] * (1.0 - 2.0 * (below % 2)))
    first, second = (np.concatenate([pair[i] for pair in keys]) for i in (0, 1))
    every = np.concatenate(values)
    order = np.lexsort((second, first))
    first, second, every = first[order], second[order], every[order]
    new = np.concatenate([[True], (first[1:] != first[:-1]) | (second[1:] != second[:-1])])
    return float(np.sum(np.bincount(np.cumsum(new) - 1, every) ** 2)) if every.size else 0.0

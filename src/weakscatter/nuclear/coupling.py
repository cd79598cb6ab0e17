"""Clebsch-Gordan coefficients, and two-body matrix elements between pairs of m-scheme states.

Pairs are gathered by what a scalar Hamiltonian conserves, M and parity of the pair; between the pairs of one such
channel the elements are one small dense matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.interaction import Interaction
from weakscatter.nuclear.shell import Shell

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@lru_cache(maxsize=1)
def _log_factorials() -> tuple[float, ...]:
    return tuple(lgamma(n + 1.0) for n in range(256))


def clebsch_gordan(two_j1: int, two_m1: int, two_j2: int, two_m2: int, two_J: int, two_M: int) -> float:
    """Compute <j1 m1 j2 m2 | J M>, all arguments doubled, in the phase convention of Condon and Shortley.

    Racah's sum (Edmonds, eq. 3.6.11) with logarithms of factorials: relative error below 1e-12 for j up to 15/2.
    """
    if two_m1 + two_m2 != two_M or abs(two_M) > two_J or abs(two_m1) > two_j1 or abs(two_m2) > two_j2:
        return 0.0
    if two_J > two_j1 + two_j2 or two_J < abs(two_j1 - two_j2) or (two_j1 + two_j2 + two_J) % 2:
        return 0.0
    f = _log_factorials()
    a, b, c = (two_j1 + two_j2 - two_J) // 2, (two_j1 - two_m1) // 2, (two_j2 + two_m2) // 2
    d, e = (two_J - two_j2 + two_m1) // 2, (two_J - two_j1 - two_m2) // 2
    front = 0.5 * (
        log(two_J + 1.0)
        + f[a]
        + f[(two_j1 - two_j2 + two_J) // 2]
        + f[(two_j2 - two_j1 + two_J) // 2]
        - f[(two_j1 + two_j2 + two_J) // 2 + 1]
        + f[(two_j1 + two_m1) // 2]
        + f[b]
        + f[c]
        + f[(two_j2 - two_m2) // 2]
        + f[(two_J + two_M) // 2]
        + f[(two_J - two_M) // 2]
    )
    total = 0.0
    for k in range(max(0, -d, -e), min(a, b, c) + 1):
        # One sum of logarithms, so that terms which cancel do so exactly.
        term = f[k] + f[a - k] + f[b - k] + f[c - k] + f[d + k] + f[e + k]
        total += (1.0 - 2.0 * (k % 2)) * exp(front - term)
    return total


@lru_cache(maxsize=256)
def coupling_table(two_j1: int, two_j2: int) -> Floats:
    """Return <j1 m1 j2 m2 | J M> as array [m1, m2, J - |j1 - j2|], m from -j up; kept for later calls."""
    table = np.zeros((two_j1 + 1, two_j2 + 1, min(two_j1, two_j2) + 1))
    for i in range(two_j1 + 1):
        for k in range(two_j2 + 1):
            m1, m2 = 2 * i - two_j1, 2 * k - two_j2
            for n in range(min(two_j1, two_j2) + 1):
                table[i, k, n] = clebsch_gordan(two_j1, m1, two_j2, m2, abs(two_j1 - two_j2) + 2 * n, m1 + m2)
    return table


@dataclass(frozen=True, eq=False)
class Channel:
    """Pairs of m-scheme states with one total 2M and parity, sorted by weight, and the matrix between them.

    ``first`` and ``second`` [pair] number the states of the two nucleons, ``weight`` [pair] is the sum of their weights,
    ``matrix`` [pair, pair] (MeV) is symmetric.
    """

    two_m: int
    parity: int
    first: Ints
    second: Ints
    weight: Ints
    matrix: Floats


@dataclass(frozen=True, eq=False)
class Elements:
    """A scalar operator of at most two bodies between m-scheme states.

    Parameters
    ----------
    constant : added to every diagonal element (MeV).
    one_body : (proton, neutron) arrays [state, state] (MeV).
    like : (proton, neutron) channels of pairs first < second: <12|V|34>, antisymmetrised.
    mixed : channels of pairs (proton, neutron): <ab|V|cd>.
    """

    constant: float
    one_body: tuple[Floats, Floats]
    like: tuple[tuple[Channel, ...], tuple[Channel, ...]]
    mixed: tuple[Channel, ...]


def channels(
    left: Shell, right: Shell, first: Ints, second: Ints, table: dict[Any, Floats]
) -> tuple[Channel, ...]:
    """Sort pairs into channels and fill their matrices with sum_J <..|JM> <..|JM> table[J][pair, pair]."""
    two_m = left.two_m[first] + right.two_m[second]
    parity = left.parity[first] * right.parity[second]
    weight = left.weight[first] + right.weight[second]
    a, b = left.orbit[first], right.orbit[second]
    pair = a * right.orbits + b
    low = np.abs(left.two_j[first] - right.two_j[second])
    coefficients: dict[int, Floats] = {}
    for i in range(first.size):
        cg = coupling_table(int(left.two_j[first[i]]), int(right.two_j[second[i]]))
        row = cg[left.m_index[first[i]], right.m_index[second[i]]]
        for n, value in enumerate(row):
            J = int(low[i]) // 2 + n
            if J in table:
                coefficients.setdefault(J, np.zeros(len(a)))[i] = value
    made = []
    for M, P in sorted(set(zip(two_m.tolist(), parity.tolist(), strict=True))):
        own = np.flatnonzero((two_m == M) & (parity == P))
        own = own[np.argsort(weight[own], kind="stable")]
        matrix = np.zeros((own.size, own.size))
        for J, c in coefficients.items():
            if abs(M) <= 2 * J:
                matrix += np.outer(c[own], c[own]) * table[J][np.ix_(pair[own], pair[own])]
        made.append(Channel(M, P, first[own], second[own], weight[own], matrix))
    return tuple(made)


def hamiltonian_elements(interaction: Interaction, shells: tuple[Shell, Shell], A: int) -> Elements:
    """Expand an interaction into m-scheme elements for the nucleus with mass number ``A``.

    <12|V|34> = sqrt((1 + d_ab)(1 + d_cd)) sum_J <a b|J M> <c d|J M> V_J(ab, cd) for like nucleons, without the square
    roots for a proton and a neutron. The mass scaling is applied here and nowhere else.
    """
    factor = interaction.factor(A)
    first_neutron = shells[0].orbits
    begins = ((0, 0), (first_neutron, first_neutron), (0, first_neutron))
    sizes = ((shells[0].orbits,) * 2, (shells[1].orbits,) * 2, (shells[0].orbits, shells[1].orbits))
    tables: list[dict[int, Floats]] = [{}, {}, {}]
    for (a, b, c, d, J), value in interaction.two_body.items():
        kind = 0 if b < first_neutron else 1 if a >= first_neutron else 2
        (s1, s2), (n1, n2) = begins[kind], sizes[kind]
        table = tables[kind].setdefault(J, np.zeros((n1 * n2, n1 * n2)))
        i, j = (a - s1) * n2 + b - s2, (c - s1) * n2 + d - s2
        root = np.sqrt((1.0 + (a == b)) * (1.0 + (c == d)))
        table[i, j] = table[j, i] = factor * value * root
    one_body = []
    like = []
    for k, shell in enumerate(shells):
        start = begins[k][0]
        energies = np.zeros((shell.orbits, shell.orbits))
        for (a, b), value in interaction.one_body.items():
            if start <= a < start + shell.orbits:
                energies[a - start, b - start] = energies[b - start, a - start] = value
        same = (shell.two_m[:, None] == shell.two_m) & (shell.two_j[:, None] == shell.two_j)
        same &= shell.l[:, None] == shell.l
        one_body.append(np.where(same, energies[np.ix_(shell.orbit, shell.orbit)], 0.0))
        first, second = np.triu_indices(shell.states, 1)
        like.append(channels(shell, shell, first, second, tables[k]))
    first, second = (g.ravel() for g in np.indices((shells[0].states, shells[1].states)))
    mixed = channels(shells[0], shells[1], first, second, tables[2])
    return Elements(0.0, (one_body[0], one_body[1]), (like[0], like[1]), mixed)

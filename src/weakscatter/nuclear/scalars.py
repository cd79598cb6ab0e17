"""J^2 and T^2 as operators of two bodies, and sums of operators."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.coupling import Channel, Elements, channels
from weakscatter.nuclear.shell import Shell

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def _ladder(shell: Shell) -> tuple[Floats, Floats]:
    """Return j_z and j_+ of one nucleon as arrays [state, state]."""
    jz = np.diag(0.5 * shell.two_m)
    up = np.zeros((shell.states, shell.states))
    for i in range(shell.states):
        for k in range(shell.states):
            if shell.orbit[i] == shell.orbit[k] and shell.two_m[i] == shell.two_m[k] + 2:
                j, m = 0.5 * shell.two_j[k], 0.5 * shell.two_m[k]
                up[i, k] = np.sqrt(j * (j + 1.0) - m * (m + 1.0))
    return jz, up


def raising(shell: Shell) -> Floats:
    """Return j_+ of one nucleon, <i| j_+ |k> as array [state, state]."""
    return _ladder(shell)[1]


def _scalar_channels(left: Shell, right: Shell, exchange: bool) -> tuple[Channel, ...]:
    """Return 2 j_1 . j_2 between pairs, antisymmetrised for pairs of like nucleons (``exchange``)."""
    (z1, u1), (z2, u2) = _ladder(left), _ladder(right)
    if exchange:
        first, second = np.triu_indices(left.states, 1)
    else:
        first, second = (g.ravel() for g in np.indices((left.states, right.states)))

    def direct(a: Ints, b: Ints, c: Ints, d: Ints) -> Floats:
        return np.asarray(
            2.0 * z1[np.ix_(a, c)] * z2[np.ix_(b, d)]
            + u1[np.ix_(a, c)] * u2.T[np.ix_(b, d)]
            + u1.T[np.ix_(a, c)] * u2[np.ix_(b, d)]
        )

    made = []
    for empty in channels(left, right, first, second, {}):
        a, b = empty.first, empty.second
        matrix = direct(a, b, a, b) - (direct(a, b, b, a) if exchange else 0.0)
        made.append(Channel(empty.two_m, empty.parity, a, b, empty.weight, matrix))
    return tuple(made)


def angular_momentum_elements(shells: tuple[Shell, Shell]) -> Elements:
    """Return the elements of J^2 = sum j_i^2 + 2 sum_{i<k} j_i . j_k."""
    squares = [np.diag(0.25 * s.two_j * (s.two_j + 2.0)) for s in shells]
    return Elements(
        0.0,
        (squares[0], squares[1]),
        (_scalar_channels(shells[0], shells[0], True), _scalar_channels(shells[1], shells[1], True)),
        _scalar_channels(shells[0], shells[1], False),
    )


def isospin_elements(shells: tuple[Shell, Shell], protons: int, neutrons: int) -> Elements:
    """Return the elements of T^2 for as many valence nucleons, in a space with the same orbits for both species.

    T^2 = 3 A / 4 + (pairs of like nucleons) / 2 - Z N / 2 + sum over proton-neutron pairs of the exchange of charges, of
    which the element between antisymmetric states is <ab|V|cd> = -d_ad d_bc.
    """
    first, second = (g.ravel() for g in np.indices((shells[0].states, shells[1].states)))
    mixed = []
    for empty in channels(shells[0], shells[1], first, second, {}):
        a, b = empty.first, empty.second
        matrix = np.where((a[:, None] == b) & (b[:, None] == a), -1.0, 0.0)
        mixed.append(Channel(empty.two_m, empty.parity, a, b, empty.weight, matrix))
    z, n = protons, neutrons
    constant = 0.75 * (z + n) + 0.25 * (z * (z - 1) + n * (n - 1)) - 0.5 * z * n
    none = [np.zeros((s.states, s.states)) for s in shells]
    return Elements(constant, (none[0], none[1]), ((), ()), tuple(mixed))


def add(elements: Elements, other: Elements, factor: float, constant: float = 0.0) -> Elements:
    """Return elements + factor (other) + constant, for operators of the same model space."""

    def joined(left: tuple[Channel, ...], right: tuple[Channel, ...]) -> tuple[Channel, ...]:
        return tuple(
            Channel(a.two_m, a.parity, a.first, a.second, a.weight, a.matrix + factor * b.matrix)
            for a, b in zip(left, right, strict=True)
        )

    (e1, e2), (o1, o2) = elements.one_body, other.one_body
    return Elements(
        elements.constant + factor * other.constant + constant,
        (e1 + factor * o1, e2 + factor * o2),
        (joined(elements.like[0], other.like[0]), joined(elements.like[1], other.like[1])),
        joined(elements.mixed, other.mixed),
    )

"""Configurations of np^2 that respond to even parity of rank 0, 1, 2: the columns that complete A and B of the coupled equations.

The reference is the J = 0 pair, |0> = sum over open shells of eta_x (x^2)_0. An operator of rank J and even parity leads to

    J = 0 (natural)     the second root of the pair, amplitudes eta'_x
    J = 1 (unnatural)   (a b)_1
    J = 2 (natural)     (a b)_2 and (b^2)_2

with a = np1/2, b = np3/2; none for other ranks. (y b)_J, y = a or b, is a formal pair (b <- y) with Delta = n_y (1 + delta_yb), to which the
two-body parts of `response_matrix` apply; sources are [n_y + tau (-1)^J eta_y eta_b] <b||t||y>/sqrt(Delta), for J = 0
sum_x sqrt(2 j_x + 1) eta_x eta'_x <x||t||x>.

Huang and Johnson, Phys. Rev. A 25, 634 (1982), have the second root; the others follow from the complete np^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from weakscatter.angular import reduced_c, six_j
from weakscatter.atomic.channels import Channel
from weakscatter.atomic.couplings import exchange_weight
from weakscatter.atomic.pair import pair_hamiltonian
from weakscatter.atomic.reference import Reference
from weakscatter.atomic.shells import Shell, orbital_l
from weakscatter.atomic.two_body import TwoBody


@dataclass(frozen=True, eq=False)
class Configuration:
    """One configuration: the formal pairs that its source is made of, [(weight without tau, weight with it, channel)]."""

    label: str
    sources: tuple[tuple[float, float, Channel], ...]


@dataclass(frozen=True, eq=False)
class Columns:
    """Normalised columns of A and B [pair, configuration] and their own block [configuration, configuration]."""

    configurations: tuple[Configuration, ...]
    A: np.ndarray
    B: np.ndarray
    own: np.ndarray


def configuration_columns(
    reference: Reference, rank: int, channels: tuple[Channel, ...], root: np.ndarray, two: TwoBody
) -> Columns | None:
    """Return the columns of np^2 for the channels of one rank and parity, None where nothing of it responds.

    ``root`` [pair] is sqrt(Delta) of the rows.
    """
    opened = tuple(int(x) for x in np.flatnonzero(~reference.core))
    one = channels[0]
    natural = (orbital_l(one.kappa) + reference.shells[one.hole].l + rank) % 2 == 0
    even = (rank % 2 == 0) == natural
    if len(opened) != 2 or not even or rank > 2:
        return None
    a, b = sorted(opened, key=lambda x: reference.shells[x].j2)
    if rank == 0:
        return _second_root(reference, channels, root, (a, b))
    sizes = np.cumsum([0, *(c.size for c in channels)])
    pairs = (
        [(a, _pair(reference, b, a))]
        if rank == 1
        else [(a, _pair(reference, b, a)), (b, _pair(reference, b, b))]
    )
    n, eta = reference.eta**2, reference.eta
    turn = (-1) ** rank
    A, B = (
        np.zeros((int(sizes[-1]), len(pairs)), dtype=two.reference.system.coulomb.radial.dtype)
        for _ in range(2)
    )
    found = []
    for column, (y, formal) in enumerate(pairs):
        delta = n[y] * (2.0 if y == b else 1.0)
        for i, channel in enumerate(channels):
            block = _column(two, channel, formal, y, b)
            rows = slice(int(sizes[i]), int(sizes[i + 1]))
            A[rows, column], B[rows, column] = (x / (root[rows] * sqrt(delta)) for x in block)
        product = turn * eta[y] * eta[b]
        found.append(
            Configuration(
                f"({reference.shells[y].name} {reference.shells[b].name})_{rank}",
                ((n[y] / sqrt(delta), product / sqrt(delta), formal),),
            )
        )
    return Columns(tuple(found), A, B, _among(reference, rank, a, b, tuple(y for y, _ in pairs)))


def _pair(reference: Reference, b: int, y: int) -> Channel:
    """Return the formal pair (b <- y)."""
    o = reference.orbitals[b]
    label = f"{reference.shells[y].name} -> {reference.shells[b].name}"
    return Channel("cfg", y, b, o.kappa, o.basis, o.vector[:, None], float(reference.eta[y] ** 2), label)


def _column(two: TwoBody, i: Channel, formal: Channel, y: int, b: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the un-normalised elements of A and B [pair] between a channel and (b <- y)."""
    ref, J = two.reference, two.rank
    eta, n = ref.eta, ref.eta**2
    turn, product = (-1) ** J, eta[y] * eta[b]
    jy2, jb2 = ref.shells[y].j2, ref.shells[b].j2
    both = (-1) ** ((jy2 + jb2) // 2 + J)
    vA, vB, eA, eB = _two_body(two, i, formal)
    if i.kind == "vc":
        return n[y] * vA + turn * product * vB, n[y] * vB + turn * product * vA
    if i.kind == "vx":
        own, kappa = i.hole, i.kappa
        found = -eta[own] * eta[y] * eA
        if own == y and kappa == ref.orbitals[b].kappa:
            found = found + n[y] * (i.vectors.T @ ref.f_core(kappa) @ ref.orbitals[b].vector)
        if own == b and kappa == ref.orbitals[y].kappa:
            found = found - both * product * (i.vectors.T @ ref.f_core(kappa) @ ref.orbitals[y].vector)
        return found, np.zeros_like(found)
    target, c = i.particle, ref.orbitals[i.hole]
    assert target is not None
    x = target
    up, down = n[y] * vA + turn * product * vB, n[y] * vB + turn * product * vA + eta[x] * eta[y] * eB
    inside, pi = ref.f_core(c.kappa), ref.pairing(c.kappa)
    if x == b and c.kappa == ref.orbitals[y].kappa:
        v = ref.orbitals[y].vector
        up = up - eta[y] * (v @ (eta[y] * inside + pi) @ c.vector)
        down = down - turn * product * (v @ inside @ c.vector)
    if x == y and c.kappa == ref.orbitals[b].kappa:
        v = ref.orbitals[b].vector
        up = up + both * eta[y] * (v @ (eta[b] * inside + pi) @ c.vector)
        down = down - (-1) ** ((jy2 - jb2) // 2) * n[y] * (v @ inside @ c.vector)
    return up, down


def _two_body(two: TwoBody, i: Channel, j: Channel) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return vA, vB, EA, EB [pair] of a channel with a formal pair."""
    ladder, crossed = two.ladder_weights(i, j), two.crossed_weights(i, j)
    turn = (-1) ** two.rank

    def total(*parts: np.ndarray | None) -> np.ndarray:
        found = sum((part for part in parts if part is not None), np.zeros((i.size, 1)))
        return np.asarray(found)[:, 0]

    def signed(weights: dict[int, float], factor: int) -> dict[int, float]:
        return {k: factor * (-1) ** k * w for k, w in weights.items()}

    direct = two.direct(i, j)
    return (
        total(direct, two.ladder(i, j, ladder)),
        total(direct, two.crossed(i, j, crossed)),
        total(two.ladder(i, j, signed(ladder, 1)), two.crossed(i, j, signed(crossed, turn))),
        total(two.crossed(i, j, signed(crossed, 1)), two.ladder(i, j, signed(ladder, turn))),
    )


def _pair_energies(ref: Reference, a: int, b: int) -> tuple[np.ndarray, np.ndarray]:
    """Return I_x [x] of a and b in the field of the core, and the roots of the J = 0 problem (hartree)."""
    one = np.array([np.real(_expectation(ref, x)) for x in (a, b)])
    shells = ref.shells[a], ref.shells[b]
    top = max(s.j2 for s in shells) + 1
    g = np.array(
        [[[np.real(_slater(ref, k, x, y, x, y)) for y in (a, b)] for x in (a, b)] for k in range(top)]
    )
    return one, np.linalg.eigvalsh(pair_hamiltonian(shells, one, g))


def _expectation(ref: Reference, x: int) -> complex:
    o = ref.orbitals[x]
    return complex(o.vector @ ref.f_core(o.kappa) @ o.vector)


def _slater(ref: Reference, k: int, a: int, c: int, b: int, d: int) -> complex:
    """Return R^k of the densities ac and bd."""
    o = ref.orbitals
    first, second = (o[x].P * o[y].P + o[x].Q * o[y].Q for x, y in ((a, c), (b, d)))
    return complex(ref.system.coulomb.integral(first, second, k))


def _among(ref: Reference, rank: int, a: int, b: int, members: tuple[int, ...]) -> np.ndarray:
    """Return sgn(eta_y eta_y') <(b y)_J|H|(b y')_J> - E_0 of the configurations, normalised states with b first."""
    one, roots = _pair_energies(ref, a, b)
    energy = {a: one[0], b: one[1]}
    out = np.zeros((len(members), len(members)))
    for i, y in enumerate(members):
        for j, z in enumerate(members):
            sign = np.sign(ref.eta[y] * ref.eta[z])
            value = _coulomb(ref, rank, b, y, b, z)
            out[i, j] = sign * (value + (energy[b] + energy[y]) * (i == j)) - roots[0] * (i == j)
    return out


def _coulomb(ref: Reference, J: int, a: int, b: int, c: int, d: int) -> float:
    """Return <(ab)_J|1/r|(cd)_J> of normalised antisymmetric pairs."""
    norm = 1.0 / sqrt((2.0 if a == b else 1.0) * (2.0 if c == d else 1.0))
    jc2, jd2 = ref.shells[c].j2, ref.shells[d].j2
    exchange = (-1) ** ((jc2 + jd2) // 2 - J)
    return norm * (_element(ref, J, a, b, c, d) - exchange * _element(ref, J, a, b, d, c))


def _element(ref: Reference, J: int, a: int, b: int, c: int, d: int) -> float:
    """Return <(ab)_J|1/r|(cd)_J> of coupled products."""
    s = ref.shells
    total = 0.0
    for k in range(max(x.j2 for x in s) + 1):
        strength = reduced_c(s[a].kappa, k, s[c].kappa) * reduced_c(s[b].kappa, k, s[d].kappa)
        if strength:
            sign = (-1) ** ((s[b].j2 + s[c].j2) // 2 + J)
            angular = six_j(s[a].j2, s[b].j2, 2 * J, s[d].j2, s[c].j2, 2 * k)
            total += sign * angular * strength * float(np.real(_slater(ref, k, a, c, b, d)))
    return total


def _second_root(
    ref: Reference, channels: tuple[Channel, ...], root: np.ndarray, opened: tuple[int, int]
) -> Columns:
    """Return the column of the other state of the pair with J = 0."""
    a, b = opened
    other = np.zeros(len(ref.shells))
    # C_1 = eta_a and C_2 = -sqrt2 eta_b turned by a right angle.
    c = ref.eta[a], -sqrt(2.0) * ref.eta[b]
    other[a], other[b] = -c[1], -c[0] / sqrt(2.0)
    gamma = ref.eta * other
    capacity = np.array([s.capacity for s in ref.shells], dtype=float)
    _, roots = _pair_energies(ref, a, b)
    A, B = [], []
    for channel in channels:
        up, down = _second_root_column(ref, channel, other, gamma, capacity)
        A.append(up)
        B.append(down)
    sources = tuple((sqrt(capacity[x]) * gamma[x], 0.0, _pair(ref, x, x)) for x in opened)
    return Columns(
        (Configuration("second root", sources),), (np.concatenate(A) / root)[:, None], (np.concatenate(B) / root)[:, None],
        np.array([[roots[1] - roots[0]]]),
    )  # fmt: skip


def _second_root_column(
    ref: Reference, i: Channel, other: np.ndarray, gamma: np.ndarray, capacity: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    kappa, hole = i.kappa, ref.orbitals[i.hole]
    top = ref.field.core_row(kappa)[1].shape[0]
    weight = np.array([[exchange_weight(Shell(40, kappa), k, s) for s in ref.shells] for k in range(top)])
    signs = (-1.0) ** np.arange(top)[:, None]
    rows = [
        (capacity * gamma, capacity * gamma * weight),
        (np.zeros_like(gamma), -capacity * other * signs * weight),
    ]
    field, pairing = ref.field.operators(kappa, rows)
    scale = sqrt(ref.shells[i.hole].capacity)
    if i.kind == "vc":
        value = scale * (i.vectors.T @ field @ hole.vector)
        return value, value
    inside = ref.f_core(kappa)
    if i.kind == "vx":
        value = scale * ref.eta[i.hole] * (i.vectors.T @ (other[i.hole] * inside + pairing) @ hole.vector)
        return value, np.zeros_like(value)
    target = i.particle
    assert target is not None
    x = target
    v, c = ref.orbitals[x].vector, hole.vector
    whole = v @ field @ c
    up = whole - other[x] * (v @ (ref.eta[x] * inside + ref.pairing(kappa)) @ c)
    down = whole - ref.eta[x] * (v @ (other[x] * inside + pairing) @ c)
    return scale * np.array([up]), scale * np.array([down])

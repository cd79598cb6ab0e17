"""The matrices A and B of the (multiconfiguration) relativistic random phase approximation.

Rows and columns are pairs (particle <- hole) of rank J; un-normalised elements first, then rows and columns divided
by sqrt(Delta). For closed shells these are the RRPA matrices; the open shells of a J = 0 pair enter through n_x and
the signed amplitudes eta_x. Two-body part, with vA = dA + sum_k a_k, vB = dB + sum_k b_k,
EA = sum_k [(-1)^k a_k + (-1)^(J+k) b_k], EB = sum_k [(-1)^k b_k + (-1)^(J+k) a_k]:

    vc, v'c'     vA                                        vB
    vc, v'x      n_x vA                                    n_x vB
    vc, xc'      (1 - n_x) vA                              (1 - n_x) vB
    vx, v'x'     - eta_x eta_x' EA                         0
    vx, x'c      n_x vA                                    n_x vB + eta_x eta_x' EB
    xc, x'c'     (1 - n_x - n_x') vA - eta_x eta_x' EA     (1 - n_x - n_x') vB

Configurations of np^2 respond to even parity of rank 0, 1, 2 only; their rows and columns are the last ones (`configurations`).

Huang and Johnson, Phys. Rev. A 25, 634 (1982); derived anew from the equations of motion of linear response.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weakscatter.atomic.channels import Channel
from weakscatter.atomic.configurations import Configuration, configuration_columns
from weakscatter.atomic.reference import Reference
from weakscatter.atomic.two_body import TwoBody

#: Order of kinds in which a pair of channels is filled.
_ORDER = {"vc": 0, "vx": 1, "xc": 2}


@dataclass(frozen=True, eq=False)
class ResponseMatrix:
    """Normalised A and B [pair, pair] of rank J, the channels, sqrt(Delta) of each of their pairs; configurations of np^2 come last."""

    reference: Reference
    rank: int
    channels: tuple[Channel, ...]
    A: np.ndarray
    B: np.ndarray
    root_metric: np.ndarray
    configurations: tuple[Configuration, ...] = ()

    @property
    def starts(self) -> np.ndarray:
        """First row of each channel, and the number of their rows at the end."""
        return np.concatenate([[0], np.cumsum([c.size for c in self.channels])])

    def rows(self, i: int) -> slice:
        """Rows of channel i."""
        starts = self.starts
        return slice(int(starts[i]), int(starts[i + 1]))


def response_matrix(
    reference: Reference,
    rank: int,
    channels: Sequence[Channel],
    *,
    hole_energy: dict[int, float] | None = None,
) -> ResponseMatrix:
    """Build A and B.

    Parameters
    ----------
    reference, rank, channels : from `reference_state` and `channels`.
    hole_energy : energies (hartree) that replace those of some shells (indices), to shift thresholds to measured
        edges; length and velocity then differ.
    """
    two_body = TwoBody(reference, rank)
    ordered = tuple(sorted(channels, key=lambda c: _ORDER[c.kind]))
    starts = np.concatenate([[0], np.cumsum([c.size for c in ordered])])
    n = int(starts[-1])
    dtype = reference.system.coulomb.radial.dtype
    A, B = np.zeros((n, n), dtype=dtype), np.zeros((n, n), dtype=dtype)
    for i, left in enumerate(ordered):
        rows = slice(int(starts[i]), int(starts[i + 1]))
        for j in range(i, len(ordered)):
            right = ordered[j]
            columns = slice(int(starts[j]), int(starts[j + 1]))
            a, b = _two_body_block(two_body, left, right)
            one_a, one_b = _one_body_block(reference, rank, left, right, hole_energy or {})
            A[rows, columns] = _total(a, one_a)
            B[rows, columns] = _total(b, one_b)
            if i != j:
                A[columns, rows] = A[rows, columns].T
                B[columns, rows] = B[rows, columns].T
    root = np.sqrt(np.concatenate([np.full(c.size, c.metric) for c in ordered]))
    # Exactly symmetric: the two triangles of a diagonal block differ by rounding.
    A = 0.5 * (A + A.T) / np.outer(root, root)
    B = 0.5 * (B + B.T) / np.outer(root, root)
    border = configuration_columns(reference, rank, ordered, root, two_body)
    if border is None:
        return ResponseMatrix(reference, rank, ordered, A, B, root)
    A = np.block([[A, border.A], [border.A.T, border.own]])
    B = np.block([[B, border.B], [border.B.T, np.zeros_like(border.own)]])
    return ResponseMatrix(reference, rank, ordered, A, B, root, border.configurations)


def _total(first: np.ndarray | None, second: np.ndarray | None) -> np.ndarray | float:
    if first is None:
        return 0.0 if second is None else second
    return first if second is None else first + second


def _two_body_block(two: TwoBody, i: Channel, j: Channel) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return the two-electron parts of A and B between channels, i not after j in the order vc, vx, xc."""
    J, eta = two.rank, two.reference.eta
    kinds = (i.kind, j.kind)
    open_i, open_j = _open_shell(i), _open_shell(j)
    product = eta[open_i] * eta[open_j] if open_i is not None and open_j is not None else 0.0
    # (weight of v in A, in B, of E in A, in B)
    if kinds == ("vc", "vc"):
        v_a, v_b, e_a, e_b = 1.0, 1.0, 0.0, 0.0
    elif kinds in {("vc", "vx"), ("vc", "xc")}:
        v_a, v_b, e_a, e_b = j.metric, j.metric, 0.0, 0.0
    elif kinds == ("vx", "vx"):
        v_a, v_b, e_a, e_b = 0.0, 0.0, -product, 0.0
    elif kinds == ("vx", "xc"):
        v_a, v_b, e_a, e_b = i.metric, i.metric, 0.0, product
    else:
        free = i.metric + j.metric - 1.0
        v_a, v_b, e_a, e_b = free, free, -product, 0.0
    ladder, crossed = two.ladder_weights(i, j), two.crossed_weights(i, j)
    sign = {k: (-1) ** k for k in {*ladder, *crossed}}
    turn = (-1) ** J
    a = _combine(
        two.direct(i, j) if v_a else None, v_a,
        two.ladder(i, j, _nonzero({k: w * (v_a + e_a * sign[k]) for k, w in ladder.items()})),
        two.crossed(i, j, _nonzero({k: w * e_a * turn * sign[k] for k, w in crossed.items()})),
    )  # fmt: skip
    b = _combine(
        two.direct(i, j) if v_b else None, v_b,
        two.crossed(i, j, _nonzero({k: w * (v_b + e_b * sign[k]) for k, w in crossed.items()})),
        two.ladder(i, j, _nonzero({k: w * e_b * turn * sign[k] for k, w in ladder.items()})),
    )  # fmt: skip
    return a, b


def _open_shell(channel: Channel) -> int | None:
    if channel.kind == "vx":
        return channel.hole
    return channel.particle


def _nonzero(weights: dict[int, float]) -> dict[int, float]:
    return {k: w for k, w in weights.items() if w != 0.0}


def _combine(
    direct: np.ndarray | None, weight: float, first: np.ndarray | None, second: np.ndarray | None
) -> np.ndarray | None:
    total = None if direct is None else weight * direct
    for part in (first, second):
        if part is not None:
            total = part if total is None else total + part
    return total


def _one_body_block(
    ref: Reference, rank: int, i: Channel, j: Channel, hole_energy: dict[int, float]
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return the one-electron parts of A and B (un-normalised)."""
    turn = (-1) ** rank
    q, r = ref.orbitals[i.hole], ref.orbitals[j.hole]
    same_space = i.space == j.space
    kinds = (i.kind, j.kind)
    if kinds == ("vc", "vc"):
        a = None
        if i.hole == j.hole and i.kappa == j.kappa:
            a = i.vectors.T @ ref.f(i.kappa) @ j.vectors
        if same_space and q.kappa == r.kappa:
            own = q.vector @ ref.f(q.kappa) @ r.vector
            if i.hole == j.hole:
                own = hole_energy.get(i.hole, own)
            shift = -own * np.eye(i.size)
            a = shift if a is None else a + shift
        return a, None
    if kinds == ("vc", "vx"):
        if same_space and q.kappa == r.kappa:
            return -(q.vector @ ref.f(q.kappa) @ r.vector) * np.eye(i.size), None
        return None, None
    if kinds == ("vc", "xc"):
        if i.hole == j.hole and i.kappa == j.kappa:
            return i.vectors.T @ ref.f(i.kappa) @ j.vectors, None
        return None, None
    if kinds == ("vx", "vx"):
        if i.hole != j.hole or i.kappa != j.kappa:
            return None, None
        n, eta = i.metric, ref.eta[i.hole]
        energy = hole_energy.get(i.hole, ref.shell_energy(i.hole))
        a = n * (i.vectors.T @ ref.f_core(i.kappa) @ j.vectors - energy * np.eye(i.size))
        return a, turn * eta * (i.vectors.T @ ref.pairing(i.kappa) @ j.vectors)
    if kinds == ("vx", "xc"):
        if i.hole != j.particle or i.kappa != r.kappa:
            return None, None
        n, eta = i.metric, ref.eta[i.hole]
        jx2, jc2 = ref.shells[i.hole].j2, ref.shells[j.hole].j2
        pair = (i.vectors.T @ ref.pairing(i.kappa) @ r.vector)[:, None]
        field = (i.vectors.T @ ref.f_core(i.kappa) @ r.vector)[:, None]
        return (-1) ** ((jx2 + jc2) // 2 + rank) * eta * pair, -((-1) ** ((jc2 - jx2) // 2)) * n * field
    return _core_open_block(ref, turn, i, j, hole_energy)


def _core_open_block(
    ref: Reference, turn: int, i: Channel, j: Channel, hole_energy: dict[int, float]
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return the one-electron parts between two core -> open channels."""
    if i.particle != j.particle or i.particle is None:
        return None, None
    q, r = ref.orbitals[i.hole], ref.orbitals[j.hole]
    if q.kappa != r.kappa:
        return None, None
    x, eta = ref.orbitals[i.particle], ref.eta[i.particle]
    n = eta**2
    own = -(q.vector @ (ref.f(q.kappa) - n * ref.f_core(q.kappa)) @ r.vector)
    if i.hole == j.hole:
        if i.hole in hole_energy:
            # f alone carries the hole's own energy; the share n of the core field is that of the open pair.
            own += (1.0 - n) * (q.vector @ ref.f(q.kappa) @ q.vector - hole_energy[i.hole])
        field = ref.f(x.kappa) - n * ref.f_core(x.kappa) - eta * ref.pairing(x.kappa)
        own += x.vector @ field @ x.vector
    pair = turn * eta * (q.vector @ ref.pairing(q.kappa) @ r.vector)
    return np.array([[own]]), np.array([[pair]])

"""Reduced elements <particle||t||hole> of one-electron operators, and what their sign under transposition is.

Radial integrands for hole a and particle n, with S = P_n P_a + Q_n Q_a, D = P_n P_a - Q_n Q_a, A = P_n Q_a - Q_n P_a,
B = P_n Q_a + Q_n P_a, x = qr, e = sqrt(J (J + 1)); c_J = <n||C_J||a> and t = kappa_a - kappa_n for natural parity (l_n + l_a + J even),
c_J = <-n||C_J||a> and t = kappa_a + kappa_n for unnatural parity:

    natural                                    tau       unnatural                                       tau
    dipole, length form    r S                  +        axial time              j_J A                     -
    dipole, velocity form  A + t B              -        axial longitudinal      -j_J' S + t (j_J/x) D     +
    density                j_J S                +        axial electric          (t/e)(j_J' + j_J/x) D     +
    longitudinal current   j_J' A + t (j_J/x) B -                                  - e (j_J/x) S
    electric               (t/e)(j_J' + j_J/x) B -       magnetic                (t/e) j_J B               +
                             + e (j_J/x) A               pseudoscalar            j_J B                     +
    axial magnetic         (t/e) j_J D          -
    scalar                 j_J D                +

tau = +1 operators probe X + Y, tau = -1 ones X - Y: <a||t||n> = tau (-1)^(j_a - j_n) <n||t||a>. Exact RPA obeys
(A - B) t_length = - c Delta t_velocity and (A - B) t_density = - q c Delta t_longitudinal, row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from weakscatter.angular import reduced_c
from weakscatter.atomic.bessel import bessel_table
from weakscatter.atomic.channels import Channel
from weakscatter.atomic.reference import Reference
from weakscatter.atomic.response_matrix import ResponseMatrix
from weakscatter.atomic.splines import moments


@dataclass(frozen=True, eq=False)
class Operator:
    """A one-electron operator: rank, tau, parity class, and its radial kernels on the points [cell, point].

    The radial element is int [ S s + D (d + t td) + A a + B (b + t tb) ] dr; what is not there is 0.
    """

    rank: int
    tau: int
    natural: bool = True
    s: Any = 0.0
    d: Any = 0.0
    a: Any = 0.0
    b: Any = 0.0
    td: Any = 0.0
    tb: Any = 0.0


def dipole_length(reference: Reference) -> Operator:
    """Return r C_1."""
    return Operator(1, 1, s=reference.system.coulomb.radial.r)


def dipole_velocity(reference: Reference) -> Operator:
    """Return the dipole current alpha, without its factor -c."""
    return Operator(1, -1, a=1.0, tb=1.0)


def density(reference: Reference, rank: int, q: float) -> Operator:
    """Return j_J(qr) C_J."""
    return multipole_operators(reference, rank, q, natural=True)["C"]


def longitudinal(reference: Reference, rank: int, q: float) -> Operator:
    """Return the longitudinal current multipole of rank J."""
    return multipole_operators(reference, rank, q, natural=True)["L"]


def multipole_operators(reference: Reference, rank: int, q: float, *, natural: bool) -> dict[str, Operator]:
    """Return the operators of one rank and parity class at a momentum (1/Bohr), by the names of `multipoles.elements`.

    On the turned part of a contour, where Bessel functions grow and no occupied orbital is left, they are zero.
    """
    rad = reference.system.coulomb.radial
    real = rad.x <= rad.mesh.scaling_start if rad.mesh.scaling_angle else np.ones(rad.x.shape, dtype=bool)
    table = np.where(real, bessel_table(rank + 1, q * rad.x), 0.0)
    j, above = table[rank], table[rank + 1]
    below = table[rank - 1] if rank else np.zeros_like(j)
    slope = (rank * below - (rank + 1) * above) / (2 * rank + 1)
    # j_0/x belongs to nothing of rank 0.
    over = (below + above) / (2 * rank + 1) if rank else np.zeros_like(j)
    e = np.sqrt(rank * (rank + 1.0))
    if natural:
        found = {
            "C": Operator(rank, 1, s=j),
            "L": Operator(rank, -1, a=slope, tb=over),
            "scalar": Operator(rank, 1, d=j),
        }
        if rank:
            found["E"] = Operator(rank, -1, tb=(slope + over) / e, a=e * over)
            found["M5"] = Operator(rank, -1, td=j / e)
        return found
    found = {
        "C5": Operator(rank, -1, False, a=j),
        "L5": Operator(rank, 1, False, s=-slope, td=over),
        "pseudoscalar": Operator(rank, 1, False, b=j),
    }
    if rank:
        found["E5"] = Operator(rank, 1, False, td=(slope + over) / e, s=-e * over)
        found["M"] = Operator(rank, 1, False, tb=j / e)
    return found


def elements(reference: Reference, operator: Operator, channel: Channel) -> np.ndarray:
    """Return <p||t||q> of all particles of a channel [pair]."""
    rad = reference.system.coulomb.radial
    hole = reference.orbitals[channel.hole]
    turn = hole.kappa - channel.kappa
    if not operator.natural:
        turn = hole.kappa + channel.kappa
    angular = reduced_c(channel.kappa if operator.natural else -channel.kappa, operator.rank, hole.kappa)
    even, odd = operator.d + turn * operator.td, operator.b + turn * operator.tb
    large = (operator.s + even) * hole.P + (operator.a + odd) * hole.Q
    small = (operator.s - even) * hole.Q + (odd - operator.a) * hole.P
    basis = channel.basis
    n = len(basis.large)
    upper = moments(rad.value, rad.weight * large, rad.size)[basis.large]
    lower = moments(basis.small_value, rad.weight * small, rad.size)[basis.small]
    return angular * (upper @ channel.vectors[:n] + lower @ channel.vectors[n:])


def source(matrix: ResponseMatrix, operator: Operator) -> np.ndarray:
    """Return the normalised source sqrt(Delta) <p||t||q> over all pairs, and that of the configurations of np^2 behind."""
    parts = [elements(matrix.reference, operator, c) for c in matrix.channels]
    own = [
        sum((fixed + operator.tau * turned) * elements(matrix.reference, operator, channel)[0] for fixed, turned, channel in one.sources)
        for one in matrix.configurations
    ]  # fmt: skip
    return np.concatenate([matrix.root_metric * np.concatenate(parts), np.array(own, dtype=matrix.A.dtype)])

"""Reduced elements <particle||t||hole> of one-electron operators, and what their sign under transposition is.

Radial integrands for hole a and particle n, with S = P_n P_a + Q_n Q_a, A = P_n Q_a - Q_n P_a, B = P_n Q_a + Q_n P_a:

    dipole, length form     <n||C_1||a> int r S dr
    dipole, velocity form   <n||C_1||a> int [ A + (kappa_a - kappa_n) B ] dr
    density                 <n||C_J||a> int j_J(qr) S dr
    longitudinal current    <n||C_J||a> int [ j_J'(x) A + (kappa_a - kappa_n) j_J(x)/x B ] dr,   x = qr

tau = +1 operators (length, density) probe X + Y, tau = -1 ones (velocity, longitudinal) X - Y. Exact RPA obeys
(A - B) t_length = - c Delta t_velocity and (A - B) t_density = - q c Delta t_longitudinal, row by row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import spherical_jn

from weakscatter.angular import reduced_c
from weakscatter.atomic.channels import Channel
from weakscatter.atomic.reference import Reference
from weakscatter.atomic.response_matrix import ResponseMatrix
from weakscatter.atomic.splines import moments


@dataclass(frozen=True, eq=False)
class Operator:
    """A one-electron operator: rank, tau, and its radial kernels on the points.

    The radial element is int [ S s + A a + (kappa_a - kappa_n) B b ] dr with kernels s, a, b [cell, point].
    """

    rank: int
    tau: int
    s: np.ndarray
    a: np.ndarray
    b: np.ndarray


def dipole_length(reference: Reference) -> Operator:
    """Return r C_1."""
    r = reference.system.coulomb.radial.r
    return Operator(1, 1, r, np.zeros_like(r), np.zeros_like(r))


def dipole_velocity(reference: Reference) -> Operator:
    """Return the dipole current alpha, without its factor -c."""
    r = reference.system.coulomb.radial.r
    return Operator(1, -1, np.zeros_like(r), np.ones_like(r), np.ones_like(r))


def density(reference: Reference, rank: int, q: float) -> Operator:
    """Return j_J(qr) C_J."""
    r = reference.system.coulomb.radial.r
    return Operator(rank, 1, spherical_jn(rank, q * r), np.zeros_like(r), np.zeros_like(r))


def longitudinal(reference: Reference, rank: int, q: float) -> Operator:
    """Return the longitudinal current multipole of rank J."""
    x = q * reference.system.coulomb.radial.r
    return Operator(
        rank, -1, np.zeros_like(x), spherical_jn(rank, x, derivative=True), spherical_jn(rank, x) / x
    )


def elements(reference: Reference, operator: Operator, channel: Channel) -> np.ndarray:
    """Return <p||t||q> of all particles of a channel [pair]."""
    rad = reference.system.coulomb.radial
    hole = reference.orbitals[channel.hole]
    angular = reduced_c(channel.kappa, operator.rank, hole.kappa)
    turn = hole.kappa - channel.kappa
    basis = channel.basis
    large = operator.s * hole.P + (operator.a + turn * operator.b) * hole.Q
    small = operator.s * hole.Q + (turn * operator.b - operator.a) * hole.P
    n = len(basis.large)
    upper = moments(rad.value, rad.weight * large, rad.size)[basis.large]
    lower = moments(basis.small_value, rad.weight * small, rad.size)[basis.small]
    return angular * (upper @ channel.vectors[:n] + lower @ channel.vectors[n:])


def source(matrix: ResponseMatrix, operator: Operator) -> np.ndarray:
    """Return the normalised source sqrt(Delta) <p||t||q> over all pairs."""
    parts = [elements(matrix.reference, operator, c) for c in matrix.channels]
    return matrix.root_metric * np.concatenate(parts)

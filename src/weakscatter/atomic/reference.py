"""The reference state on a contour: orbitals, one-body operators and virtual orbitals for the linear response.

Orbitals are found on the real mesh with the same knots; beyond the start of the contour they are negligible, so their
coefficients are those on the contour as well. Operators per kappa (core c full, open x with signed amplitude eta_x,
n_x = eta_x^2, w = (2j + 1) n):

    f   = h + sum over all occupied o of w_o ( y^0_oo - sum_k Lambda^k X^k_o )
    f^I = the same with core shells only
    Pi  = sum_x (2 j_x + 1) eta_x sum_k (-1)^k Lambda^k_{kappa,x} X^k_x

Virtual orbitals span the complement of all occupied ones of their kappa and diagonalise f there; negative-energy
states are left out (their continuum is rotated the wrong way, and their effect is of order 1/c^2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from weakscatter.atomic.basis import KappaBasis, Orbital, orbital
from weakscatter.atomic.couplings import Couplings, exchange_weight
from weakscatter.atomic.hartree import C
from weakscatter.atomic.mean_field import MeanField, System
from weakscatter.atomic.nucleus import Nucleus
from weakscatter.atomic.scf import Solution, build_system, solve
from weakscatter.atomic.shells import Shell
from weakscatter.atomic.splines import Mesh


@dataclass(frozen=True, eq=False)
class Virtuals:
    """Virtual orbitals of one kappa: energies (complex) and vectors [n, state], c-orthonormal."""

    basis: KappaBasis
    energy: np.ndarray
    vectors: np.ndarray


@dataclass(frozen=True, eq=False)
class Reference:
    """Occupied orbitals, operators and virtuals on a mesh, real or on a contour.

    ``couplings.eta`` is None for closed shells. ``cut`` is the largest Re(energy) of a virtual (hartree).
    """

    system: System
    couplings: Couplings
    orbitals: tuple[Orbital, ...]
    cut: float

    @cached_property
    def field(self) -> MeanField:
        """The mean field of the occupied orbitals."""
        return MeanField(self.system, self.couplings, self.orbitals)

    @property
    def shells(self) -> tuple[Shell, ...]:
        """Occupied subshells."""
        return self.couplings.shells

    @property
    def eta(self) -> np.ndarray:
        """Signed amplitudes [shell], 0 for core shells."""
        return np.zeros(len(self.shells)) if self.couplings.eta is None else self.couplings.eta

    @property
    def core(self) -> np.ndarray:
        """Which shells are core [shell]."""
        return self.eta == 0.0

    @cached_property
    def _operators(self) -> dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]]:
        return {kappa: self._make(kappa) for kappa in self.system.bases}

    def _make(self, kappa: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        bare = self.system.bare[kappa]
        full = self.field.core_row(kappa)
        if not np.any(~self.core):
            (f,) = self.field.operators(kappa, [full])
            return bare + f, bare + f, np.zeros_like(f)
        inner = self.field.core_row(kappa, shells=self.core)
        probe = Shell(40, kappa)
        pairing = np.array([
            [
                -s.capacity * e * (-1) ** k * exchange_weight(probe, k, s)
                for s, e in zip(self.shells, self.eta, strict=True)
            ]
            for k in range(len(full[1]))
        ])  # fmt: skip
        f, inside, pi = self.field.operators(kappa, [full, inner, (np.zeros(len(self.shells)), pairing)])
        return bare + f, bare + inside, pi

    def f(self, kappa: int) -> np.ndarray:
        """Mean field of generalised occupations [n, n]."""
        return self._operators[kappa][0]

    def f_core(self, kappa: int) -> np.ndarray:
        """Field of the core shells alone, f^I [n, n]."""
        return self._operators[kappa][1]

    def pairing(self, kappa: int) -> np.ndarray:
        """The pair field Pi [n, n]."""
        return self._operators[kappa][2]

    def shell_energy(self, a: int) -> complex:
        """eps_a: <c|f|c> of a core shell, <x| n_x f^I + eta_x Pi |x>/n_x of an open one."""
        o = self.orbitals[a]
        if self.core[a]:
            return o.vector @ self.f(o.kappa) @ o.vector
        eta = self.eta[a]
        return o.vector @ (self.f_core(o.kappa) + self.pairing(o.kappa) / eta) @ o.vector

    @cached_property
    def virtuals(self) -> dict[int, Virtuals]:
        """Virtual orbitals by kappa."""
        return {kappa: self._virtuals(kappa) for kappa in self.system.bases}

    def _virtuals(self, kappa: int) -> Virtuals:
        basis = self.system.bases[kappa]
        scale = 1.0 / np.sqrt(np.diag(basis.metric))
        metric = basis.metric * np.outer(scale, scale)
        matrix = self.f(kappa) * np.outer(scale, scale)
        occupied = [o.vector / scale for o in self.orbitals if o.kappa == kappa]
        if occupied:
            own = np.array(occupied).T
            dual = metric @ own
            matrix = matrix - dual @ (own.T @ matrix)
            matrix = matrix - (matrix @ own) @ dual.T
            # Occupied orbitals become eigenvectors far down, among the states that are left out.
            matrix = matrix - 1e3 * C**2 * (dual @ dual.T)
        energy, vector = np.linalg.eig(np.linalg.solve(metric, matrix))
        kept = np.flatnonzero((energy.real > -(C**2)) & (energy.real < self.cut))
        kept = kept[np.argsort(energy[kept].real)]
        vector = vector[:, kept]
        vector = vector / np.sqrt(np.sum(vector * (metric @ vector), axis=0))
        # The eigensolver leaves overlaps of 1e-8; the response wants an exactly c-orthonormal set.
        gram = vector.T @ metric @ vector
        vector = vector @ (1.5 * np.eye(len(kept)) - 0.5 * gram)
        if occupied:
            vector = vector - own @ (dual.T @ vector)
        return Virtuals(basis, energy[kept], vector * scale[:, None])


def reference_state(
    solution: Solution, nucleus: Nucleus, mesh: Mesh, kappas: set[int], *, cut: float,
    orbitals: tuple[Orbital, ...] | None = None,
) -> Reference:  # fmt: skip
    """Return the reference on a mesh: self-consistent on the real mesh of the same knots, then carried over.

    ``orbitals`` on that real mesh replace the self-consistent ones (relaxed orbitals of an ion, for instance).
    """
    couplings = solution.couplings
    if orbitals is None:
        found = solve(replace(mesh, scaling_angle=0.0), nucleus, couplings, start=solution)
        couplings, orbitals = found.couplings, found.orbitals
    system = build_system(mesh, nucleus, kappas | {s.kappa for s in couplings.shells})
    dtype = system.coulomb.radial.dtype
    carried = tuple(orbital(system.bases[o.kappa], o.vector.astype(dtype)) for o in orbitals)
    return Reference(system, couplings, carried, cut)

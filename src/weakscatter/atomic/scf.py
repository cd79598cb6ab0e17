"""Self-consistent orbitals: Pulay's DIIS on the Fock operators, from a Dirac-Slater start.

Convergence is judged by the orbital gradients (an eigenvalue converged to d leaves a gradient of order sqrt d) over all
states up to `_GRADIENT_CUT`. Eigenvectors are refined by inverse iteration, which is exact to rounding where a
dense eigensolver is limited by the largest eigenvalue of the basis, some 1e9 hartree.

P. Pulay, J. Comput. Chem. 3, 556 (1982).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import eigh, lu_factor, lu_solve

from weakscatter.atomic.basis import KappaBasis, Orbital, kappa_basis, orbital
from weakscatter.atomic.coulomb import Coulomb
from weakscatter.atomic.couplings import Couplings
from weakscatter.atomic.hartree import C
from weakscatter.atomic.mean_field import MeanField, System, energy_parts
from weakscatter.atomic.nucleus import Nucleus
from weakscatter.atomic.pair import pair_problem
from weakscatter.atomic.shells import Shell
from weakscatter.atomic.splines import Mesh, moments, radial

#: States above this energy (hartree) are rounding noise of the innermost knots and do not enter the residual.
_GRADIENT_CUT = 1e6
_HISTORY = 8


@dataclass(frozen=True, eq=False)
class Solution:
    """Orbitals at the end of the iteration; ``amplitudes`` are C_1, C_2 of a J = 0 pair, else empty."""

    system: System
    couplings: Couplings
    orbitals: tuple[Orbital, ...]
    orbital_energy: np.ndarray
    total_energy: float
    amplitudes: np.ndarray
    residual: float
    iterations: int
    converged: bool


def build_system(mesh: Mesh, nucleus: Nucleus, kappas: set[int]) -> System:
    """Return bases and one-electron Hamiltonians for the kappas."""
    rad = radial(mesh)
    bases = {kappa: kappa_basis(rad, kappa) for kappa in sorted(kappas, key=lambda k: (abs(k), -k))}
    v = nucleus.potential(rad.r)
    return System(Coulomb(rad), bases, {k: b.free + b.potential(v) for k, b in bases.items()})


def eigenstates(basis: KappaBasis, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return all energies and vectors [n, state] of a real operator, positive-energy states first in ascending order."""
    scale = 1.0 / np.sqrt(np.diag(basis.metric))
    grid = np.outer(scale, scale)
    energy, vector = eigh(matrix * grid, basis.metric * grid)
    order = np.argsort(np.where(energy > -(C**2), energy, energy + 1e30))
    return energy[order], (vector * scale[:, None])[:, order]


def refined(
    basis: KappaBasis, matrix: np.ndarray, energy: float, vector: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return an eigenpair improved by two steps of inverse iteration."""
    scale = 1.0 / np.sqrt(np.diag(basis.metric))
    grid = np.outer(scale, scale)
    metric, scaled = basis.metric * grid, matrix * grid
    x: np.ndarray = vector / scale
    # One factorisation for both steps: the second only removes what rounding left of the first.
    factors = lu_factor(scaled - energy * (1.0 + 1e-10) * metric, overwrite_a=True, check_finite=False)
    for _ in range(2):
        x = lu_solve(factors, metric @ x, check_finite=False)
        x = x / np.sqrt(x @ metric @ x)
    return float(x @ scaled @ x), x * scale


def _occupied(
    system: System, couplings: Couplings, matrices: dict[int, np.ndarray]
) -> tuple[tuple[Orbital, ...], np.ndarray]:
    """Return the lowest orbitals of each kappa, refined, and their energies."""
    found: dict[Shell, tuple[Orbital, float]] = {}
    for kappa, matrix in matrices.items():
        basis = system.bases[kappa]
        members = [s for s in couplings.shells if s.kappa == kappa]
        energy, vector = eigenstates(basis, matrix)
        for shell in members:
            i = shell.n - shell.l - 1
            e, x = refined(basis, matrix, energy[i], vector[:, i])
            found[shell] = (orbital(basis, x), e)
    return tuple(found[s][0] for s in couplings.shells), np.array([found[s][1] for s in couplings.shells])


def slater_start(system: System, couplings: Couplings, nucleus: Nucleus) -> tuple[Orbital, ...]:
    """Return starting orbitals: Thomas-Fermi potential, then a few Dirac-Slater steps with the tail of the ion."""
    rad = system.coulomb.radial
    r, w = rad.r, couplings.occupation
    electrons = float(np.sum(w))
    ion = nucleus.Z - electrons + 1.0
    x = r * nucleus.Z ** (1.0 / 3.0) / 0.8853
    screening = (electrons - 1.0) / r * (1.0 - 1.0 / (1.0 + 0.53625 * x) ** 2)
    orbitals: tuple[Orbital, ...] = ()
    for step in range(7):
        matrices = {k: system.bare[k] + b.potential(screening) for k, b in system.bases.items()}
        orbitals, _ = _occupied(system, couplings, matrices)
        density = sum(wa * o.density for wa, o in zip(w, orbitals, strict=True))
        exchange = -((3.0 / np.pi * density / (4.0 * np.pi * r**2)) ** (1.0 / 3.0))
        new = np.minimum(system.coulomb.potential(density, 0) + exchange, (nucleus.Z - ion) / r)
        screening = screening + (0.7 if step else 1.0) * (new - screening)
    return orbitals


def solve(
    mesh: Mesh, nucleus: Nucleus, couplings: Couplings, *, start: Solution | None = None,
    tolerance: float = 1e-7, max_iterations: int = 60,
) -> Solution:  # fmt: skip
    """Iterate to self-consistency.

    Parameters
    ----------
    mesh, nucleus, couplings : the problem; with a pair (``couplings.eta``) its amplitudes are solved for as well.
    start : a solution on another mesh to begin from.
    tolerance : largest orbital gradient (hartree) allowed, relative to max(1, |energy| of the orbital)^(1/2).
    """
    system = build_system(mesh, nucleus, {s.kappa for s in couplings.shells})
    reference = {
        k: eigenstates(b, system.bare[k])  # the frame in which gradients are measured
        for k, b in system.bases.items()
    }
    frames = {k: v[:, abs(e) < _GRADIENT_CUT] for k, (e, v) in reference.items()}
    orbitals = project(system, start) if start is not None else slater_start(system, couplings, nucleus)
    history: list[tuple[dict[int, np.ndarray], np.ndarray]] = []
    amplitudes = np.zeros(0)
    for iteration in range(1, max_iterations + 1):
        if couplings.eta is not None:
            couplings, amplitudes, _ = pair_problem(system, couplings, orbitals)
        field = MeanField(system, couplings, orbitals)
        effective, own = {}, {}
        for kappa in system.bases:
            core, mine = field.fields(kappa)
            own.update(mine)
            effective[kappa] = field.effective(kappa, core, mine)
        total, values = energy_parts(field, own)
        errors = []
        worst = 0.0
        for a, o in enumerate(orbitals):
            gradient = effective[o.kappa] @ o.vector
            gradient = frames[o.kappa].T @ (gradient - (o.vector @ gradient) * (o.basis.metric @ o.vector))
            errors.append(gradient)
            worst = max(worst, float(np.linalg.norm(gradient)) / max(1.0, abs(values[a])) ** 0.5)
        if worst < tolerance or iteration == max_iterations:
            return Solution(
                system, couplings, orbitals, values, total, amplitudes, worst, iteration, worst < tolerance
            )
        history = [*history[-_HISTORY + 1 :], (effective, np.concatenate(errors))]
        orbitals, _ = _occupied(system, couplings, _extrapolate(history))
    raise AssertionError("unreachable")


def _extrapolate(history: list[tuple[dict[int, np.ndarray], np.ndarray]]) -> dict[int, np.ndarray]:
    """Return the combination of past operators whose combined error is smallest (weights add up to 1)."""
    n = len(history)
    if n == 1:
        return history[0][0]
    residuals = np.array([e for _, e in history])
    gram = residuals @ residuals.T
    system = np.zeros((n + 1, n + 1))
    system[:n, :n] = gram / gram[-1, -1]
    system[:n, n] = system[n, :n] = 1.0
    right = np.zeros(n + 1)
    right[n] = 1.0
    weights = np.linalg.lstsq(system, right, rcond=1e-14)[0][:n]
    kappas = history[-1][0]
    return {k: sum(w * m[k] for w, (m, _) in zip(weights, history, strict=True)) for k in kappas}


def project(system: System, old: Solution) -> tuple[Orbital, ...]:
    """Return the orbitals of another mesh in this basis, by the c-product."""
    rad = system.coulomb.radial
    found = []
    for o in old.orbitals:
        basis = system.bases[o.kappa]
        p, q = functions_at(o, np.real(rad.x))
        right = np.concatenate([
            moments(rad.value, rad.weight * p, rad.size)[basis.large],
            moments(basis.small_value, rad.weight * q, rad.size)[basis.small],
        ])  # fmt: skip
        scale = 1.0 / np.sqrt(np.diag(basis.metric))
        vector = scale * np.linalg.solve(basis.metric * np.outer(scale, scale), right * scale)
        found.append(orbital(basis, vector))
    return tuple(found)


def functions_at(o: Orbital, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return P and Q of an orbital at real radii (Bohr radii); 0 beyond the box."""
    p, q = o.basis.spread(o.vector)
    large, small = o.basis.radial.spline(p), o.basis.radial.spline(q)
    inside = r < o.basis.radial.mesh.box
    x = np.where(inside, r, 0.5 * o.basis.radial.mesh.box)
    balance = (small.derivative()(x) + o.kappa / x * small(x)) / (2.0 * C)
    return np.where(inside, large(x), 0.0), np.where(inside, balance, 0.0)


def with_mesh(solution: Solution, **changes: float) -> Mesh:
    """Return the mesh of a solution with some fields multiplied by the given factors."""
    mesh = solution.system.coulomb.radial.mesh
    return replace(mesh, **{name: getattr(mesh, name) * factor for name, factor in changes.items()})

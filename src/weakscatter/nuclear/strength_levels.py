"""Levels that carry multipole strength, where a basis is too large for all of its states.

For each final J a band Lanczos run starts from the operators' lowest powers of q on the initial state, protons and neutrons each for
themselves, [O_J |i>]_{J_f}. Its Ritz vectors stand for groups of states: strengths of the starting operators are complete, and smooth
sums such as a cross section converge exponentially with the steps (Caurier et al., Rev. Mod. Phys. 77 (2005) 427, sec. IV.A). They
are handed on as `Levels`, so that densities, amplitudes and cross sections are made of them as of states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.basis import Basis, count_states
from weakscatter.nuclear.coupling import clebsch_gordan, hamiltonian_elements
from weakscatter.nuclear.densities import SMALL, check_spin
from weakscatter.nuclear.hamiltonian import Hamiltonian, hamiltonian
from weakscatter.nuclear.interaction import Orbit
from weakscatter.nuclear.multipole_operators import multipole_polynomial
from weakscatter.nuclear.scalars import angular_momentum_elements
from weakscatter.nuclear.states import Levels, State
from weakscatter.nuclear.strength_function import project
from weakscatter.nuclear.transitions import Link, component, link
from weakscatter.provenance.errors import InputError
from weakscatter.response.amplitudes import OPERATORS

Floats = NDArray[np.float64]

#: Part of an operator's strength below which a final J is left out; in less than that, rounding of the initial state's J shows.
_LEAST = 1e-8

#: Operators whose lowest power of q starts runs: densities for natural parity, spin for the other.
_STARTS = ("M", "Sigma'")


def strength_levels(
    levels: Levels,
    number: int,
    *,
    steps: int = 12,
    highest_rank: int = 4,
    threads: int = 1,
    report: Callable[[str], None] = lambda text: None,
) -> tuple[Levels, ...]:
    """Return Ritz vectors with the multipole strength of one state, one run of `Levels` for each final J, of equal parity.

    Parameters
    ----------
    levels, number : the initial state, counted from 0; it is not among the result. What rounding and an early end of its own run left of
        other J grows by up to 10^7 in the projections: give it a residual below 1e-9 MeV in spaces with large J.
    steps : Lanczos steps for each starting vector.
    highest_rank : of the operators M_J (J even) and Sigma'_J (J odd) that start.
    threads : of the products.

    Returns
    -------
    Levels with the M of the initial run. ``converged`` is False where a residual exceeds that of the initial run: then energies
    are those of groups of states.

    Raises
    ------
    InputError : no step, an initial state of mixed J, or a run with M above 1/2, which lacks final states with lower J.
    """
    if steps < 1:
        raise InputError(f"steps = {steps}: at least one is needed.")
    if levels.two_m > 1:
        raise InputError(
            f"a run with 2M = {levels.two_m} has no final states of lower J. Compute the states with two_m = 0 or 1, without two_j."
        )
    state, basis = levels.states[number], levels.basis
    check_spin(state, number)
    square = hamiltonian(basis, angular_momentum_elements(basis.shells), threads)
    energy = hamiltonian(
        basis, hamiltonian_elements(levels.interaction, basis.shells, levels.Z + levels.N), threads
    )
    step, made = link(basis, basis), []
    excited = {rank: list(_excited(levels, number, rank, step, basis)) for rank in range(1, highest_rank + 1)}
    spins = range(abs(levels.two_m), state.two_j + 2 * highest_rank + 1, 2)
    for two_j in spins:
        starts = []
        for rank, operated in excited.items():
            low, high = abs(state.two_j - 2 * rank), state.two_j + 2 * rank
            if (
                not low <= two_j <= high
                or abs(clebsch_gordan(state.two_j, levels.two_m, 2 * rank, 0, two_j, levels.two_m)) < SMALL
            ):
                continue
            inside = [j for j in range(high, low - 1, -2) if j >= abs(levels.two_m)]
            for y in operated:
                start = project(square, y, two_j, inside)
                start = start - (levels.vectors[number] @ start) * levels.vectors[number]
                if start @ start > _LEAST * (y @ y):
                    starts.append(start)
        room = _states(levels, two_j)
        # Rounding starts a run where the space has no such J.
        if not starts or not room:
            continue
        energies, found, residuals = ritz(energy.apply, starts, steps, room)
        report(f"2J = {two_j}: {len(energies)} levels from {len(starts)} operators")
        states = tuple(
            State(float(E), _spin(square, x), None, state.parity, float(r))
            for E, x, r in zip(energies, found, residuals, strict=True)
        )
        whole = bool(np.all(residuals <= max(s.residual for s in levels.states)))
        made.append(replace(levels, states=states, vectors=found, converged=whole))
    return tuple(made)


def _excited(levels: Levels, number: int, rank: int, step: Link, basis: Basis) -> Iterator[Floats]:
    """Yield O|i> of the operators that keep the parity, for protons and for neutrons."""
    space = levels.interaction.space
    orbits = (space.protons, space.neutrons)
    for name in _STARTS:
        if OPERATORS[name].parity(rank) < 0:
            continue
        parts = [
            component(s, _lowest(name, rank, one), rank, 0)
            for s, one in zip(basis.shells, orbits, strict=True)
        ]
        nothing = [np.zeros_like(part) for part in parts]
        for proton, neutron in ((parts[0], nothing[1]), (nothing[0], parts[1])):
            y = step.apply(proton, neutron, levels.vectors[number])
            if y @ y > 0:
                yield y


def _lowest(name: str, rank: int, orbits: tuple[Orbit, ...]) -> Floats:
    """Return the coefficients of the lowest power of q, [a, b]. The sign of radial functions changes no group of levels much."""
    made = np.zeros((len(orbits), len(orbits)))
    for a, bra in enumerate(orbits):
        for b, ket in enumerate(orbits):
            p = multipole_polynomial(name, rank, bra, ket)
            made[a, b] = p[0] if p.size else 0.0
    return made


def _states(levels: Levels, two_j: int) -> int:
    """Return how many states of this J the space has: those with M = J less those with M = J + 1."""

    def count(two_m: int) -> int:
        try:
            return count_states(
                levels.interaction, levels.Z, levels.N, two_m=two_m, parity=levels.parity,
                truncation=levels.basis.truncation,
            ).dimension  # fmt: skip
        except InputError:
            # No state reaches as far.
            return 0

    return count(two_j) - count(two_j + 2)


def _spin(square: Hamiltonian, x: Floats) -> float:
    return float(-0.5 + np.sqrt(max(0.25 + square.expectation(x), 0.0)))


def ritz(
    apply: Callable[[Floats], Floats], starts: list[Floats], steps: int, most: int
) -> tuple[Floats, Floats, Floats]:
    """Return Ritz values, vectors and residuals of a band Lanczos run with full orthogonalisation.

    Parameters
    ----------
    apply : x -> H x, symmetric.
    starts : vectors [length]; those that depend on the ones before are left out, and so are directions that close.
    steps : products for each starting vector.
    most : dimension of the space that the starting vectors belong to; what rounding adds beyond it belongs elsewhere.

    Returns
    -------
    energies [vector], vectors [vector, length], residuals |H x - E x| [vector]. Matrix elements <x|O|i> of the starting vectors
    O|i> add up to their norms.
    """
    v = np.zeros((len(starts) * (steps + 1), starts[0].size))
    t = np.zeros((len(v), len(starts) * steps))
    kept = 0
    for start in starts:
        kept += _append(v, kept, start)[0]
    last, done = min(kept * steps, most), 0
    while done < min(kept, last):
        more, along = _append(v, kept, apply(v[done]))
        more = min(more, most - kept)
        t[: kept + more, done] = along[: kept + more]
        kept, done = kept + more, done + 1
    # H v = v t exactly; the rows of vectors that were not multiplied are the residuals.
    inner = t[:done, :done]
    energies, s = np.linalg.eigh(0.5 * (inner + inner.T))
    residuals = np.linalg.norm(t[done:kept, :done] @ s, axis=0)
    return energies, s.T @ v[:done], residuals


def _append(v: Floats, kept: int, w: Floats) -> tuple[int, Floats]:
    """Append w to v[:kept], orthogonalised twice, unless it depends on what is there; return 1 or 0, and its components."""
    w, size = w.copy(), float(np.linalg.norm(w))
    along = np.zeros(kept + 1)
    for _ in range(2):
        part = v[:kept] @ w
        w -= part @ v[:kept]
        along[:kept] += part
    along[kept] = norm = float(np.linalg.norm(w))
    if norm <= 1e-6 * size:
        return 0, along[:kept]
    v[kept] = w / norm
    return 1, along

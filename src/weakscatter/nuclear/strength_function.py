"""Strength functions of one-body operators by Lanczos: no thousands of eigenstates.

A run that starts from O|i> gives peaks of which the low moments, and with them the total strength, its mean energy and
every smooth integral over it, are exact long before single states have converged (Whitehead, in Theory and Applications
of Moment Methods in Many-Fermion Systems, Plenum 1980, p. 235; Caurier et al., Rev. Mod. Phys. 77 (2005) 427, sec. IV.A).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.basis import Basis, count_states, make_basis
from weakscatter.nuclear.coupling import clebsch_gordan, hamiltonian_elements
from weakscatter.nuclear.densities import SMALL, check_spin, raised, with_m
from weakscatter.nuclear.hamiltonian import Hamiltonian, hamiltonian
from weakscatter.nuclear.lanczos import tridiagonal
from weakscatter.nuclear.operators import OneBodyOperator
from weakscatter.nuclear.scalars import angular_momentum_elements
from weakscatter.nuclear.shell import Truncation
from weakscatter.nuclear.states import Levels
from weakscatter.nuclear.transitions import component, link
from weakscatter.provenance import InputError

Floats = NDArray[np.float64]

NEGLIGIBLE = 1e-12
"""Part of the total strength below which a final J is left out."""


@dataclass(frozen=True, eq=False)
class StrengthFunction:
    """Strength of one operator from one state to all final states of one J.

    Parameters
    ----------
    two_j : 2 J of the final states.
    total : sum over them of |<f || O_K || i>|^2 / (2 J_i + 1), in the square of the unit of the operator; exact.
    energies : array [peak], energy above the initial state (MeV).
    strengths : array [peak], adding up to ``total``. Peaks at the lower edge are states once they have converged;
        the others stand for groups of states.
    """

    two_j: int
    total: float
    energies: Floats
    strengths: Floats

    @property
    def mean_energy(self) -> float:
        """Mean energy above the initial state (MeV), weighted with the strength; exact."""
        return float(self.energies @ self.strengths / self.total)


def strength_functions(
    levels: Levels, number: int, operator: OneBodyOperator, *, steps: int = 60, threads: int = 1
) -> tuple[StrengthFunction, ...]:
    """Compute the strength of a one-body operator from one state to every final state of the space.

    Parameters
    ----------
    levels, number : the initial state, counted from 0.
    operator : rank, parity and <a || O_K || b>, as `weakscatter.nuclear.operators` makes them.
    steps : Lanczos steps for each J of the final states.

    Returns
    -------
    One function per J that has strength. The start vector O|i> is split by J with products of J^2 - J'(J' + 1).
    """
    if steps < 1:
        raise InputError(f"steps = {steps}: at least one is needed.")
    state = levels.states[number]
    check_spin(state, number)
    rank, parity = operator.rank, operator.parity
    spins = list(range(abs(state.two_j - 2 * rank), state.two_j + 2 * rank + 1, 2))
    left = list(spins)
    made = []
    # <J_i M K 0 | J_f M> vanishes for some J_f at M = 0: those are read from the initial state raised by one.
    for two_m in (levels.two_m, levels.two_m + 2):
        cg = {j: clebsch_gordan(state.two_j, two_m, 2 * rank, 0, j, two_m) for j in left}
        here = [j for j in left if abs(cg[j]) > SMALL]
        if not here:
            continue
        left = [j for j in left if j not in here]
        basis, x = levels.basis, levels.vectors[number]
        if two_m > levels.two_m:
            basis = with_m(levels, two_m, levels.parity)
            x = raised(levels, number, basis, link(levels.basis, basis))
        final = basis if parity > 0 else with_m(levels, two_m, parity * levels.parity)
        parts = [
            component(s, r, rank, 0)
            for s, r in zip(basis.shells, (operator.proton, operator.neutron), strict=True)
        ]
        y = link(basis, final).apply(parts[0], parts[1], x)
        square = hamiltonian(final, angular_momentum_elements(final.shells), threads)
        elements = hamiltonian_elements(levels.interaction, final.shells, levels.Z + levels.N)
        energy = hamiltonian(final, elements, threads)
        for j in here:
            start = project(square, y, j, [s for s in spins if s >= two_m])
            norm = float(start @ start)
            if norm <= NEGLIGIBLE * max(float(y @ y), NEGLIGIBLE):
                continue
            total = norm * (j + 1.0) / (cg[j] ** 2 * (state.two_j + 1.0))
            energies, weights = tridiagonal(energy.apply, start, min(steps, final.dimension))
            made.append(StrengthFunction(j, total, energies - state.energy, total * weights))
    if left:
        raise InputError(
            f"final states with 2J = {left} cannot be reached from a run with 2M = {levels.two_m}: "
            "compute the initial state with another two_m."
        )
    return tuple(sorted(made, key=lambda f: f.two_j))


def total_strength(
    levels: Levels, number: int, operator: OneBodyOperator, *, truncation: Truncation | None = None
) -> float:
    """Return the strength of a one-body operator from one state to all final states of a truncation.

    Sum over f of |<f || O_K || i>|^2/(2 J_i + 1) = sum over q of the squared norms of O_Kq |i M>, for any M: no final state is needed.

    Parameters
    ----------
    levels, number : the initial state, counted from 0.
    operator : as for `strength_functions`, in whose squared unit the result is.
    truncation : which final configurations count; None for those of the run. One that leaves room for every nucleon that the operator
        lifts gives the whole strength of the state: what the run's own truncation lacks of it is an error of the run.

    Raises
    ------
    InputError : a truncation without final configurations.

    Examples
    --------
    >>> from weakscatter.nuclear import gamow_teller_neutral, levels, read_interaction
    >>> carbon = levels(read_interaction("cohen-kurath"), 6, 6, states=1)
    >>> round(total_strength(carbon, 0, gamow_teller_neutral(carbon.interaction.space)), 4)
    0.48
    """
    wanted = levels.basis.truncation if truncation is None else truncation
    parity = operator.parity * levels.parity
    steps = range(-2 * operator.rank, 2 * operator.rank + 1, 2)
    finals = {two_q: _final_basis(levels, levels.two_m + two_q, parity, wanted) for two_q in steps}
    if not any(finals.values()):
        raise InputError(
            f"no configuration of this truncation has the parity {parity:+d} and an M that the operator reaches. Allow for more."
        )
    total = 0.0
    for two_q, final in finals.items():
        if final is None:
            continue
        proton, neutron = (
            component(s, r, operator.rank, two_q)
            for s, r in zip(final.shells, (operator.proton, operator.neutron), strict=True)
        )
        y = link(levels.basis, final).apply(proton, neutron, levels.vectors[number])
        total += float(y @ y)
    return total


def _final_basis(levels: Levels, two_m: int, parity: int, truncation: Truncation) -> Basis | None:
    """Return the basis with 2M, laid out as that of the run; None where no configuration has this M."""
    try:
        size = count_states(
            levels.interaction, levels.Z, levels.N, two_m=two_m, parity=parity, truncation=truncation
        )
    except InputError:
        return None
    made = make_basis(levels.interaction, size, levels.Z, levels.N, truncation)
    return made if made.rows_are == levels.basis.rows_are else made.turned()


def project(square: Hamiltonian, y: Floats, two_j: int, spins: list[int]) -> Floats:
    """Return the part of y with 2J = ``two_j``, where y holds only ``spins``."""
    own = 0.25 * two_j * (two_j + 2.0)
    for other in spins:
        if other != two_j:
            value = 0.25 * other * (other + 2.0)
            y = (square.apply(y) - value * y) / (own - value)
    return y

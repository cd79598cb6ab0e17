"""Strengths, moments and occupations from one-body densities: contraction with the reduced elements of an operator.

<f || O_K || i> = sum_ab rho_K(ab) <a || O_K || b> over valence protons and neutrons. A closed core adds nothing for K > 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from weakscatter.angular import three_j
from weakscatter.nuclear.interaction import ModelSpace
from weakscatter.nuclear.operators import OneBodyOperator, magnetic_dipole
from weakscatter.nuclear.states import Density, State
from weakscatter.provenance.errors import InputError


def reduced_element(density: Density, operator: OneBodyOperator) -> float:
    """Return <f || O_K || i> in the unit of the operator; 0 where K cannot couple the two states.

    Raises
    ------
    InputError : the densities of rank K are needed and are not there.
    """
    K = operator.rank
    low, high = sorted((density.initial_state.two_j, density.final_state.two_j))
    if not high - low <= 2 * K <= high + low:
        return 0.0
    if density.initial_state.parity * density.final_state.parity != operator.parity:
        return 0.0
    if K not in density.proton:
        raise InputError(
            f"there are no densities of rank {K} from state {density.initial + 1} to {density.final + 1}; ranks: "
            f"{', '.join(map(str, sorted(density.proton))) or 'none'}. Compute them with a 2M for which (J_f K J_i; -M 0 M) does "
            "not vanish."
        )
    if density.proton[K].shape != operator.proton.shape or density.neutron[K].shape != operator.neutron.shape:
        raise InputError(
            "operator and densities are between different orbits. Make the operator from the space of the states."
        )
    return float(np.sum(density.proton[K] * operator.proton) + np.sum(density.neutron[K] * operator.neutron))


def strength(density: Density, operator: OneBodyOperator) -> float:
    """Return B(O; i -> f) = |<f || O || i>|^2 / (2 J_i + 1), in the square of the operator's unit."""
    return reduced_element(density, operator) ** 2 / (density.initial_state.two_j + 1.0)


def quadrupole_moment(density: Density, operator: OneBodyOperator) -> float:
    """Return Q = sqrt(16 pi / 5) (J 2 J; -J 0 J) <J || E2 || J> (e fm^2) of a state; 0 for J < 1."""
    two_j = _one_state(density).two_j
    return (
        math.sqrt(16.0 * math.pi / 5.0)
        * three_j(two_j, 4, two_j, -two_j, 0, two_j)
        * reduced_element(density, operator)
    )


def magnetic_moment(density: Density, operator: OneBodyOperator) -> float:
    """Return mu = sqrt(4 pi / 3) (J 1 J; -J 0 J) <J || M1 || J> (mu_N) of a state; 0 for J = 0."""
    two_j = _one_state(density).two_j
    return (
        math.sqrt(4.0 * math.pi / 3.0)
        * three_j(two_j, 2, two_j, -two_j, 0, two_j)
        * reduced_element(density, operator)
    )


@dataclass(frozen=True)
class Occupations:
    """Valence nucleons of a state by orbit: {name of the orbit: number}, protons first."""

    state: State
    by_orbit: dict[str, float]

    @property
    def total(self) -> float:
        """Sum over all orbits: the number of valence nucleons."""
        return math.fsum(self.by_orbit.values())


def occupations(density: Density, space: ModelSpace) -> Occupations:
    """Return n_a = rho_0(aa) sqrt(2 j_a + 1) / sqrt(2 J + 1) for every orbit."""
    state = _one_state(density)
    root = math.sqrt(state.two_j + 1.0)
    numbers = {}
    for orbits, rho in ((space.protons, density.proton[0]), (space.neutrons, density.neutron[0])):
        for a, orbit in enumerate(orbits):
            numbers[orbit.name] = float(rho[a, a]) * math.sqrt(orbit.two_j + 1.0) / root
    return Occupations(state, numbers)


def spin_expectations(density: Density, space: ModelSpace) -> tuple[float, float]:
    """Return <S_p> and <S_n>, the expectation values of the spin in the state with M = J, as axial scattering needs them."""
    two_j = _one_state(density).two_j
    symbol = three_j(two_j, 2, two_j, -two_j, 0, two_j)
    root = math.sqrt(4.0 * math.pi / 3.0)
    parts = []
    for g_s in ((1.0, 0.0), (0.0, 1.0)):
        spin = magnetic_dipole(space, g_l=(0.0, 0.0), g_s=g_s)
        parts.append(root * symbol * reduced_element(density, spin))
    return parts[0], parts[1]


def _one_state(density: Density) -> State:
    if density.initial != density.final:
        raise InputError(
            f"a moment or an occupation belongs to one state; this density leads from {density.initial + 1} to {density.final + 1}."
        )
    return density.initial_state

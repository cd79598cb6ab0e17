"""What the solver returns: levels with their quantum numbers and residuals, and one-body densities between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.interaction import Interaction

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class State:
    """One eigenstate.

    Parameters
    ----------
    energy : total energy (MeV) of the valence nucleons, core not included, as the interaction defines it.
    J : from <J^2> = J (J + 1); a half-integer to rounding, unless states with different J are degenerate.
    T : from <T^2>, None in a space without isospin symmetry.
    parity : +1 or -1.
    residual : |H x - E x| (MeV), x normalised; the error of the energy is at most this, and near residual^2 / gap.
    """

    energy: float
    J: float
    T: float | None
    parity: int
    residual: float

    @property
    def two_j(self) -> int:
        """2 J, rounded."""
        return round(2.0 * self.J)


@dataclass(frozen=True, eq=False)
class Levels:
    """The lowest states of one nucleus, one value of M and one parity.

    Parameters
    ----------
    interaction, Z, N : the Hamiltonian and the nucleus, core included.
    two_m : 2 M of the m-scheme basis.
    states : lowest first; ``converged`` says whether every residual is below the tolerance that was asked for.
    dimension : of the basis; ``nonzeros`` of the Hamiltonian matrix that is never stored.
    products : products with the Hamiltonian that were needed; ``memory`` is the estimate (bytes) printed before.
    vectors : array [states, dimension] in the order of ``basis``.
    """

    interaction: Interaction
    Z: int
    N: int
    two_m: int
    parity: int
    states: tuple[State, ...]
    converged: bool
    dimension: int
    nonzeros: int
    memory: int
    products: int
    vectors: Floats
    basis: Any

    @property
    def energies(self) -> Floats:
        """Total energies [state] (MeV)."""
        return np.array([s.energy for s in self.states])

    @property
    def excitations(self) -> Floats:
        """Energies above the lowest state [state] (MeV)."""
        return self.energies - self.states[0].energy


@dataclass(frozen=True, eq=False)
class Density:
    """Reduced one-body density matrix between two states of one nucleus.

    rho_K(ab) = (2K + 1)^(-1/2) <f || [a+_a (x) a~_b]_K || i>,  a~_{j m} = (-1)^(j + m) a_{j -m}, reduced as by Edmonds,
    so that <f || O_K || i> = sum_ab rho_K(ab) <a || O_K || b>. Valence orbits only: a closed core adds
    sqrt(2 j_a + 1) sqrt(2 J_i + 1) to rho_0(aa) when f = i.

    Parameters
    ----------
    initial, final : numbers of the states, from 0, and ``initial_state``, ``final_state`` themselves.
    proton, neutron : {K: array [a, b]} over the orbits of the species, for every K that couples the two states.
    """

    initial: int
    final: int
    initial_state: State
    final_state: State
    proton: Mapping[int, Floats]
    neutron: Mapping[int, Floats]

"""Reduced one-body density matrices between states of one nucleus."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.basis import Basis, count_states, make_basis
from weakscatter.nuclear.coupling import clebsch_gordan
from weakscatter.nuclear.scalars import raising
from weakscatter.nuclear.shell import Shell
from weakscatter.nuclear.states import Density, Levels, State
from weakscatter.nuclear.transitions import Link, link
from weakscatter.provenance import InputError

Floats = NDArray[np.float64]

SMALL = 1e-6
"""A Clebsch-Gordan coefficient below this is taken for zero: the reduced element is read from another M."""

MIXED_J = 1e-3
"""Largest deviation of J from a half-integer of a state that has reduced matrix elements."""


def with_m(levels: Levels, two_m: int, parity: int) -> Basis:
    """Return the basis of the same nucleus and truncation with another 2M and parity."""
    size = count_states(
        levels.interaction, levels.Z, levels.N, two_m=two_m, parity=parity, truncation=levels.basis.truncation
    )
    made = make_basis(levels.interaction, size, levels.Z, levels.N, levels.basis.truncation)
    return made if made.rows_are == levels.basis.rows_are else made.turned()


def raised(levels: Levels, number: int, basis: Basis, step: Link) -> Floats:
    """Return the state |J M + 1> = J_+ |J M> / sqrt((J - M)(J + M + 1)) in ``basis``; ``step`` links to it."""
    state = levels.states[number]
    J, M = 0.5 * state.two_j, 0.5 * levels.two_m
    y = step.apply(raising(basis.shells[0]), raising(basis.shells[1]), levels.vectors[number])
    return np.asarray(y / np.sqrt((J - M) * (J + M + 1.0)))


def check_spin(state: State, number: int) -> None:
    """Raise `InputError` for a state without a definite J."""
    if abs(state.J - 0.5 * state.two_j) > MIXED_J:
        raise InputError(
            f"state {number} has J = {state.J:.4f}: degenerate states are mixed or the run has not converged; lower its "
            "tolerance or project on J."
        )


@dataclass(frozen=True, eq=False)
class Densities:
    """Makes one-body densities from the states of ``initial`` to those of ``final`` (the same levels, or others).

    Both are runs for one nucleus, space and truncation; they may differ in M and parity. Links between bases and
    raised states are kept for the next pair.
    """

    initial: Levels
    final: Levels
    kept: dict[object, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        a, b = self.initial, self.final
        if (a.Z, a.N) != (b.Z, b.N) or a.basis.truncation != b.basis.truncation:
            raise InputError(
                "densities need two runs of one nucleus in one truncation: compute both again alike."
            )

    def _plain(self) -> Link:
        if "plain" not in self.kept:
            self.kept["plain"] = link(self.initial.basis, self.final.basis)
        return self.kept["plain"]  # type: ignore[return-value]

    def _raised(self, number: int) -> tuple[Link, Floats]:
        """Return the link from the initial states to M_f + 1, and the final state there."""
        if "step" not in self.kept:
            basis = with_m(self.final, self.final.two_m + 2, self.final.parity)
            self.kept["step"] = link(self.final.basis, basis)
            self.kept["raised"] = link(self.initial.basis, basis)
        step, higher = self.kept["step"], self.kept["raised"]
        if ("state", number) not in self.kept:
            self.kept["state", number] = raised(self.final, number, step.final, step)  # type: ignore[attr-defined, arg-type]
        return higher, self.kept["state", number]  # type: ignore[return-value]

    def between(self, initial: int, final: int) -> Density:
        """Return the density matrix from state number ``initial`` to state number ``final``, counted from 0.

        Where <J_i M K 0 | J_f M> vanishes, which M = 0 does for odd J_i + K + J_f, the final state is raised to M + 1.
        """
        si, sf = self.initial.states[initial], self.final.states[final]
        check_spin(si, initial)
        check_spin(sf, final)
        plain = self._plain()
        xi = self.initial.vectors[initial]
        rho = plain.density(self.final.vectors[final], xi)
        higher = None
        shells = self.initial.basis.shells
        mi, mf = self.initial.two_m, self.final.two_m
        made: tuple[dict[int, Floats], dict[int, Floats]] = ({}, {})
        most = max(int(s.two_j.max(initial=0)) for s in shells)
        for K in range(abs(si.two_j - sf.two_j) // 2, min((si.two_j + sf.two_j) // 2, most) + 1):
            cg = clebsch_gordan(si.two_j, mi, 2 * K, mf - mi, sf.two_j, mf)
            use, two_q = rho, mf - mi
            if abs(cg) < SMALL:
                if sf.two_j < mf + 2:
                    raise InputError(
                        f"the density of rank {K} from state {initial} to {final} cannot be had from M = {mi}/2, {mf}/2: "
                        "compute the states with another two_m."
                    )
                if higher is None:
                    to, y = self._raised(final)
                    higher = to.density(y, xi)
                use, two_q = higher, mf + 2 - mi
                cg = clebsch_gordan(si.two_j, mi, 2 * K, two_q, sf.two_j, mf + 2)
            factor = np.sqrt((sf.two_j + 1.0) / (2.0 * K + 1.0)) / cg
            for k, shell in enumerate(shells):
                made[k][K] = factor * _coupled(shell, use[k], K, two_q)
        return Density(initial, final, si, sf, *made)


def _coupled(shell: Shell, rho: Floats, K: int, two_q: int) -> Floats:
    """Return sum_m <j_a m_a j_b -m_b | K q> (-1)^(j_b - m_b) rho, as array [a, b] over orbits."""
    made = np.zeros((shell.orbits, shell.orbits))
    for a, b in zip(*np.nonzero(shell.two_m[:, None] == shell.two_m + two_q), strict=True):
        ja, ma, jb, mb = (int(v) for v in (shell.two_j[a], shell.two_m[a], shell.two_j[b], shell.two_m[b]))
        sign = 1.0 - 2.0 * (((jb - mb) // 2) % 2)
        made[shell.orbit[a], shell.orbit[b]] += (
            sign * clebsch_gordan(ja, ma, jb, -mb, 2 * K, two_q) * rho[a, b]
        )
    return made


def densities(
    initial: Levels, final: Levels | None = None, pairs: Iterable[tuple[int, int]] | None = None
) -> tuple[Density, ...]:
    """Compute the one-body densities between states, all pairs (initial, final) by default.

    Parameters
    ----------
    initial, final : runs for one nucleus; one run alone gives the densities within it.
    pairs : (initial, final) numbers of states, counted from 0.

    Raises
    ------
    InputError
        for states of mixed J, runs that do not belong together, and ranks that the M of the runs cannot give.
    """
    maker = Densities(initial, initial if final is None else final)
    last = maker.final
    if pairs is None:
        pairs = [(i, f) for i in range(len(initial.states)) for f in range(len(last.states))]
    return tuple(maker.between(i, f) for i, f in pairs)

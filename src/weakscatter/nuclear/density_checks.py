"""What one-body densities must obey, whatever the interaction.

- Number: sum_a rho_0(aa) sqrt(2 j_a + 1) is sqrt(2 J + 1) times the valence protons (neutrons) when f = i, and 0 otherwise.
- Angular momentum: sum_ab rho_1(ab) <a || j || b> over both species is sqrt(J (J + 1)(2J + 1)) when f = i, and 0 otherwise.
- Time reversal: rho_K^{if}(ba) = (-1)^(j_a - j_b + J_f - J_i) rho_K^{fi}(ab); with f = i inside one block.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from weakscatter.nuclear.density_file import DensityFile
from weakscatter.nuclear.interaction import ModelSpace, Orbit
from weakscatter.nuclear.operators import OneBodyOperator, angular_momentum, number
from weakscatter.nuclear.states import Density
from weakscatter.provenance.errors import InputError

#: Departure from time reversal that states with other J bring when they are nearly degenerate: first order in an amplitude
#: of 1e-3, of which <J^2> shows the square.
_MIXED = 2e-3
#: Departure from time reversal that no mixing explains.
_DAMAGED = 0.05
_REVERSAL = "a departure from time reversal of"
#: Spins further than this from a half-integer belong to states that were not converged, or mixed; nothing holds for them.
_PURE = 2e-3


@dataclass(frozen=True)
class Violation:
    """One invariant of one pair of states: found, due, and the error that the printed digits can make."""

    initial: int
    final: int
    what: str
    found: float
    due: float
    allowed: float

    @property
    def size(self) -> float:
        """Distance in units of what the printed digits allow; above 1 it is a violation."""
        return abs(self.found - self.due) / self.allowed


def invariants(found: DensityFile) -> tuple[Violation, ...]:
    """Return every invariant of a file with its value, also those that hold."""
    neutrons = tuple(Orbit(o.n, o.l, o.two_j, "neutron") for o in found.orbits)
    space = ModelSpace(found.orbits, neutrons, 0, 0)
    checks: list[Violation] = []
    for (i, f), density in found.densities.items():
        if not (_pure(density.initial_state.J) and _pure(density.final_state.J)):
            continue
        J = 0.5 * density.initial_state.two_j
        same = i == f
        if 0 in density.proton:
            root = math.sqrt(2.0 * J + 1.0)
            for species, due in (("proton", found.Z), ("neutron", found.N)):
                checks.append(
                    _sum(
                        found,
                        density,
                        number(space),
                        (species,),
                        f"{species} number",
                        root * due if same else 0.0,
                    )
                )
        if 1 in density.proton:
            spin = math.sqrt(J * (J + 1.0) * (2.0 * J + 1.0)) if same else 0.0
            checks.append(
                _sum(found, density, angular_momentum(space), ("proton", "neutron"), "angular momentum", spin)
            )
        mirror = found.densities.get((f, i))
        if mirror is not None:
            checks.append(_time_reversal(found, density, mirror))
    return tuple(checks)


def check_densities(found: DensityFile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Raise `InputError` for a violated invariant, naming its block; return (signs of an edit, remarks).

    A file that shows other signs of an edit may miss the number of nucleons or J by ten times more than its digits allow:
    numbers put in from another calculation, which is one more sign. A departure from time reversal below `_DAMAGED` is
    remarked: the states are mixed with others of nearly the same energy.
    """
    edits, remarks = [], []
    for check in sorted(invariants(found), key=lambda v: -v.size):
        if check.size <= 1.0:
            break
        said = (
            f"line {found.lines[check.initial, check.final]}: the densities from state {check.initial + 1} to {check.final + 1} "
            f"give {check.what} {check.found:.6g}; it has to be {check.due:.6g} within {check.allowed:.2g}"
        )
        if check.what == _REVERSAL and check.found < _DAMAGED:
            remarks.append(said)
        elif check.what != _REVERSAL and found.edits and check.size < 10.0:
            edits.append(said)
        else:
            signs = (
                f" The file shows signs of an edit by hand: {'; '.join(found.edits)}." if found.edits else ""
            )
            raise InputError(
                f"{found.source}, {said}. The block is damaged, or its states are others than it says.{signs}"
            )
    return tuple(edits), tuple(remarks)


def _pure(J: float) -> bool:
    return abs(2.0 * J - round(2.0 * J)) < 2.0 * _PURE


def _sum(
    found: DensityFile,
    density: Density,
    operator: OneBodyOperator,
    species: tuple[str, ...],
    what: str,
    due: float,
) -> Violation:
    total, square = 0.0, 0.0
    for one in species:
        elements = getattr(operator, one)
        total += float(np.sum(getattr(density, one)[operator.rank] * elements))
        square += float(np.sum(elements**2))
    return Violation(density.initial, density.final, what, total, due, _allowed(found, math.sqrt(square)))


def _allowed(found: DensityFile, norm: float) -> float:
    """Return ten times the quadratic sum of rounding errors, for coefficients whose root of the sum of squares is ``norm``.

    Ten, because the programs that write these files keep single-precision vectors, whose error is of the size of the digits.
    """
    return 10.0 * 0.5 * 10.0 ** (-found.decimals) * max(norm, 1.0)


def _time_reversal(found: DensityFile, density: Density, mirror: Density) -> Violation:
    two_j = np.array([o.two_j for o in found.orbits])
    shift = density.final_state.two_j - density.initial_state.two_j
    sign = np.where((two_j[:, None] - two_j[None, :] + shift) // 2 % 2, -1.0, 1.0)
    worst = 0.0
    for K in density.proton:
        for ours, theirs in ((density.proton, mirror.proton), (density.neutron, mirror.neutron)):
            if K in theirs:
                worst = max(worst, float(np.max(np.abs(ours[K] - sign * theirs[K].T), initial=0.0)))
    return Violation(density.initial, density.final, _REVERSAL, worst, 0.0, _MIXED)

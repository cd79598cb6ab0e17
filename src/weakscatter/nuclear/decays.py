"""Which way excited levels decay: shares of M1 and E2 photons from shell-model densities.

    Gamma(M1) = (16 pi/9) alpha k^3/(4 m_p^2) B(M1)/mu_N^2,     Gamma(E2) = (4 pi/75) alpha k^5 B(E2)/e^2,     k = E_i - E_f

(Ring and Schuck, The Nuclear Many-Body Problem, eq. B.72 to B.75). E1 needs orbits of both parities, and internal conversion is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

from weakscatter.constants import alpha, m_p
from weakscatter.nuclear.densities import Densities
from weakscatter.nuclear.operators import OneBodyOperator
from weakscatter.nuclear.states import Levels
from weakscatter.nuclear.strengths import strength
from weakscatter.units import fm


def widths(
    levels: Levels, numbers: Sequence[int], operators: Sequence[OneBodyOperator]
) -> dict[tuple[int, int], float]:
    """Return partial widths {(initial, final): Gamma (MeV)} between states of a run, downwards.

    Parameters
    ----------
    levels : a run of one nucleus.
    numbers : states between which photons are looked for, counted from 0.
    operators : M1 and E2 of `weakscatter.nuclear.operators`, with the g factors and effective charges that one means.
    """
    maker = Densities(levels, levels)
    found: dict[tuple[int, int], float] = {}
    ordered = sorted(numbers, key=lambda n: levels.states[n].energy)
    for place, i in enumerate(ordered):
        for f in ordered[:place]:
            one, other = levels.states[i], levels.states[f]
            ranks = range(abs(one.two_j - other.two_j) // 2, (one.two_j + other.two_j) // 2 + 1)
            used = [operator for operator in operators if operator.rank in ranks]
            k = one.energy - other.energy
            if not used or k <= 0:
                continue
            density = maker.between(i, f)
            total = sum(_front(operator.name, k) * strength(density, operator) for operator in used)
            if total > 0:
                found[i, f] = total
    return found


def _front(name: str, k: float) -> float:
    """Return Gamma/B with B in mu_N^2 or e^2 fm^4."""
    if name == "M1":
        return 16 * pi / 9 * alpha * k**3 / (4 * m_p**2)
    return 4 * pi / 75 * alpha * k**5 * fm**4


def shares(found: dict[tuple[int, int], float], least: float = 1e-4) -> dict[tuple[int, int], float]:
    """Return the shares {(initial, final): share} of widths, those of less than ``least`` left out."""
    totals: dict[int, float] = {}
    for (i, _), width in found.items():
        totals[i] = totals.get(i, 0.0) + width
    kept = {pair: width for pair, width in found.items() if width >= least * totals[pair[0]]}
    left: dict[int, float] = {}
    for (i, _), width in kept.items():
        left[i] = left.get(i, 0.0) + width
    return {pair: width / left[pair[0]] for pair, width in kept.items()}

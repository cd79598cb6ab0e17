"""Responses of one subshell to all multipoles of the vector, axial, scalar and pseudoscalar currents, from radial integrals.

For a hole a and a particle n with S = P_n P_a + Q_n Q_a, D = P_n P_a - Q_n Q_a, A = P_n Q_a - Q_n P_a, B = P_n Q_a + Q_n P_a,
c = <n||C_J||a>, c5 = <-n||C_J||a>, d = kappa_a - kappa_n, s = kappa_a + kappa_n, x = qr, e = sqrt(J (J + 1)):

    natural parity (l_n + l_a + J even)                       unnatural parity
    density        C  = c int j_J S                           axial time          C5 = c5 int j_J A
    longitudinal   L  = c int [j_J' A + d (j_J/x) B]          axial longitudinal  L5 = c5 int [-j_J' S + s (j_J/x) D]
    electric       E  = c int [(d/e)(j_J' + j_J/x) B          axial electric      E5 = c5 int [(s/e)(j_J' + j_J/x) D
                               + e (j_J/x) A]                                                  - e (j_J/x) S]
    axial magnetic M5 = c (d/e) int j_J D                     magnetic            M  = c5 (s/e) int j_J B
    scalar         c int j_J D                                pseudoscalar        c5 int j_J B

The axial ones follow from the vector ones by (P_a, Q_a, kappa_a) -> (Q_a, -P_a, -kappa_a). In a local potential

    T C = -q c L,    T C5 = -q c L5 + 2 c^2 P        (c the speed of light, hartree units)

hold element by element. With the weight f = (2 J + 1) w_a/(2 j_a + 1) of w_a electrons, summed over n and J,

    R_00 = f C^2,  R_03+30 = -2 f C L,  R_33 = f L^2,  R_11+22 = f (E^2 + M^2),  R_12+21 = f (E M5 - M E5),

likewise for the axial current. R_12+21 is that of one order of the pair of currents, with the phases above; free electrons and
hydrogen, (q/m) R_00, fix its sign. With j_J/x and j_J' as j_(J-1) and j_(J+1), two integrals for each order L of a Bessel function
are enough: int j_L P_n P_a and int j_L Q_n Q_a where l_n + l_a + L is even, int j_L P_n Q_a and int j_L Q_n P_a where it is odd.

Walecka, "Theoretical Nuclear and Subnuclear Physics" (2004), chapters 45 and 46; Grant (2007), chapter 8.
"""

from __future__ import annotations

import numpy as np

from weakscatter.angular import reduced_c
from weakscatter.atomic.shells import orbital_l
from weakscatter.response.response_table import PARTS

#: The parts that are computed, in this order: vector, axial, their interference, scalar and pseudoscalar.
COMPUTED = tuple(part for part in PARTS if part[0] != "tensor")


def orders(kappa: int, hole: int) -> range:
    """Return the orders L of the Bessel functions that an element between two kappas needs."""
    n2, a2 = 2 * abs(kappa) - 1, 2 * abs(hole) - 1
    return range(max(abs(n2 - a2) // 2 - 1, 0), (n2 + a2) // 2 + 2)


def elements(
    kappa: int, hole: int, rank: int, pairs: dict[int, tuple[np.ndarray, np.ndarray]]
) -> dict[str, np.ndarray]:
    """Return the reduced elements of one rank: {operator: array}, those of the parity class to which the rank belongs.

    Parameters
    ----------
    kappa, hole : of the particle and of the hole.
    pairs : {L: (int j_L P_n P_a, int j_L Q_n Q_a)} for even l_n + l_a + L, {L: (int j_L P_n Q_a, int j_L Q_n P_a)} for odd.
    """
    J, d, s = rank, hole - kappa, hole + kappa
    first, second = pairs[J]
    plus, minus = first + second, first - second
    above = pairs[J + 1]
    # Of rank 0 neither j_0/x nor what it multiplies is there.
    below = pairs[J - 1] if J else (np.zeros_like(first), np.zeros_like(first))
    slope = [(J * b - (J + 1) * a) / (2 * J + 1) for a, b in zip(above, below, strict=True)]
    over_x = [(a + b) / (2 * J + 1) for a, b in zip(above, below, strict=True)]
    e = np.sqrt(J * (J + 1.0))
    if (orbital_l(kappa) + orbital_l(hole) + J) % 2 == 0:
        c = reduced_c(kappa, J, hole)
        slope_a, slope_b = slope[0] - slope[1], slope[0] + slope[1]
        over_a, over_b = over_x[0] - over_x[1], over_x[0] + over_x[1]
        found = {"C": c * plus, "scalar": c * minus, "L": c * (slope_a + d * over_b)}
        if J:
            found["E"] = c * (d / e * (slope_b + over_b) + e * over_a)
            found["M5"] = c * d / e * minus
        return found
    c5 = reduced_c(-kappa, J, hole)
    slope_s, slope_d = slope[0] + slope[1], slope[0] - slope[1]
    over_s, over_d = over_x[0] + over_x[1], over_x[0] - over_x[1]
    found = {"C5": c5 * minus, "pseudoscalar": c5 * plus, "L5": c5 * (s * over_d - slope_s)}
    if J:
        found["E5"] = c5 * (s / e * (slope_d + over_d) - e * over_s)
        found["M"] = c5 * s / e * plus
    return found


def add_responses(total: np.ndarray, weight: float, found: dict[str, np.ndarray]) -> None:
    """Add weight times the products of `elements` of one rank to the responses ``total`` [part, ...], parts as in `COMPUTED`."""
    natural = "C" in found
    time, space = ("C", "L") if natural else ("C5", "L5")
    k = 0 if natural else 4
    total[k] += weight * found[time] ** 2
    total[k + 1] -= 2.0 * weight * found[time] * found[space]
    total[k + 2] += weight * found[space] ** 2
    total[9 if natural else 10] += weight * found["scalar" if natural else "pseudoscalar"] ** 2
    electric, magnetic = ("E", "M5") if natural else ("E5", "M")
    if electric in found:
        own, other = (3, 7) if natural else (7, 3)
        total[own] += weight * found[electric] ** 2
        total[other] += weight * found[magnetic] ** 2
        total[8] += (weight if natural else -weight) * found[electric] * found[magnetic]

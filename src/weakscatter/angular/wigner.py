"""Wigner 3j and 6j symbols from Racah's sums in integer arithmetic, and reduced elements of spherical tensors.

Angular momenta are passed doubled (``j2`` = 2j), so that half-integers are integers. Every symbol is
sign * sqrt(rational) * integer sum, evaluated exactly and rounded once; results are cached.

Racah (1942); conventions of Edmonds, "Angular Momentum in Quantum Mechanics" (1957).
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import factorial, sqrt


def _triangle(a2: int, b2: int, c2: int) -> bool:
    return abs(a2 - b2) <= c2 <= a2 + b2 and (a2 + b2 + c2) % 2 == 0


def _delta(a2: int, b2: int, c2: int) -> Fraction:
    """Return the squared triangle coefficient of Racah."""
    top = factorial((a2 + b2 - c2) // 2) * factorial((a2 - b2 + c2) // 2) * factorial((-a2 + b2 + c2) // 2)
    return Fraction(top, factorial((a2 + b2 + c2) // 2 + 1))


def _root(square: Fraction, total: Fraction | int) -> float:
    """Return sqrt(square) * total without overflow: the product is squared exactly first."""
    value = square * Fraction(total) ** 2
    return (1.0 if total >= 0 else -1.0) * sqrt(value.numerator / value.denominator)


@lru_cache(maxsize=200_000)
def three_j(a2: int, b2: int, c2: int, ma2: int, mb2: int, mc2: int) -> float:
    """Return the 3j symbol (a b c; ma mb mc), all arguments doubled; 0 where a selection rule fails.

    >>> three_j(2, 2, 0, 0, 0, 0) + 3**-0.5 < 1e-15
    True
    """
    if ma2 + mb2 + mc2 != 0 or not _triangle(a2, b2, c2):
        return 0.0
    if abs(ma2) > a2 or abs(mb2) > b2 or abs(mc2) > c2 or (a2 + ma2) % 2 or (b2 + mb2) % 2:
        return 0.0
    square = _delta(a2, b2, c2)
    for j2, m2 in ((a2, ma2), (b2, mb2), (c2, mc2)):
        square *= factorial((j2 + m2) // 2) * factorial((j2 - m2) // 2)
    low = max(0, (b2 - c2 - ma2) // 2, (a2 - c2 + mb2) // 2)
    high = min((a2 + b2 - c2) // 2, (a2 - ma2) // 2, (b2 + mb2) // 2)
    total = Fraction(0)
    for t in range(low, high + 1):
        bottom = factorial(t) * factorial((c2 - b2 + ma2) // 2 + t) * factorial((c2 - a2 - mb2) // 2 + t)
        bottom *= factorial((a2 + b2 - c2) // 2 - t) * factorial((a2 - ma2) // 2 - t)
        bottom *= factorial((b2 + mb2) // 2 - t)
        total += Fraction((-1) ** t, bottom)
    return (-1) ** ((a2 - b2 - mc2) // 2) * _root(square, total)


@lru_cache(maxsize=200_000)
def six_j(a2: int, b2: int, c2: int, d2: int, e2: int, f2: int) -> float:
    """Return the 6j symbol {a b c; d e f}, all arguments doubled; 0 where a triangle fails.

    >>> round(six_j(1, 1, 2, 1, 1, 0), 12)
    0.5
    """
    triads = ((a2, b2, c2), (a2, e2, f2), (d2, b2, f2), (d2, e2, c2))
    if not all(_triangle(*t) for t in triads):
        return 0.0
    square = Fraction(1)
    for triad in triads:
        square *= _delta(*triad)
    lows = [sum(triad) // 2 for triad in triads]
    highs = [(a2 + b2 + d2 + e2) // 2, (b2 + c2 + e2 + f2) // 2, (a2 + c2 + d2 + f2) // 2]
    total = Fraction(0)
    for t in range(max(lows), min(highs) + 1):
        bottom = 1
        for low in lows:
            bottom *= factorial(t - low)
        for high in highs:
            bottom *= factorial(high - t)
        total += Fraction((-1) ** t * factorial(t + 1), bottom)
    return _root(square, total)


@lru_cache(maxsize=200_000)
def nine_j(a2: int, b2: int, c2: int, d2: int, e2: int, f2: int, g2: int, h2: int, i2: int) -> float:
    """Return the 9j symbol {a b c; d e f; g h i}, all arguments doubled; 0 where a triangle fails.

    sum_x (-1)^(2x) (2x + 1) {a b c; f i x} {d e f; b x h} {g h i; x a d}, a sum over 6j symbols.

    >>> round(nine_j(2, 2, 0, 1, 1, 0, 1, 1, 0) ** 2 * 12, 12)
    1.0
    """
    low = max(abs(a2 - i2), abs(d2 - h2), abs(b2 - f2))
    high = min(a2 + i2, d2 + h2, b2 + f2)
    return sum(
        (-1) ** x2
        * (x2 + 1)
        * six_j(a2, b2, c2, f2, i2, x2)
        * six_j(d2, e2, f2, b2, x2, h2)
        * six_j(g2, h2, i2, x2, a2, d2)
        for x2 in range(low, high + 1)
    )


def three_j_half(ja2: int, k: int, jb2: int) -> float:
    """Return (ja k jb; 1/2 0 -1/2) for doubled ja, jb and the integer rank k."""
    return three_j(ja2, 2 * k, jb2, 1, 0, -1)


@lru_cache(maxsize=200_000)
def reduced_c(kappa_a: int, k: int, kappa_b: int) -> float:
    """Return <kappa_a||C_k||kappa_b>, the reduced element of the Racah tensor between Dirac spinors.

    (-1)^(ja + 1/2) sqrt((2ja + 1)(2jb + 1)) (ja k jb; 1/2 0 -1/2), and 0 unless la + k + lb is even. Swapping a and b
    multiplies by (-1)^(ja - jb).

    >>> round(reduced_c(-1, 1, 1) ** 2, 12), reduced_c(-1, 1, -1)
    (0.666666666667, 0.0)
    """
    la = kappa_a if kappa_a > 0 else -kappa_a - 1
    lb = kappa_b if kappa_b > 0 else -kappa_b - 1
    if (la + k + lb) % 2:
        return 0.0
    ja2, jb2 = 2 * abs(kappa_a) - 1, 2 * abs(kappa_b) - 1
    return (-1) ** ((ja2 + 1) // 2) * sqrt((ja2 + 1) * (jb2 + 1)) * three_j_half(ja2, k, jb2)

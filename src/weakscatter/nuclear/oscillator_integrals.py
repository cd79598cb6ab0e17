"""Radial integrals of spherical Bessel functions between oscillator states, exact polynomials times e^{-y}.

With y = (q b/2)^2, b the oscillator length, rho = q r and n counted from 0,

    <n' l' | j_L(rho) | n l> = y^(L/2) e^{-y} p(y),    l' + L + l even,

where p is a polynomial of rational numbers times one square root (Donnelly and Haxton 1979). Radial functions are positive near
the origin. Derivatives go over to neighbouring l by the ladder of the oscillator, so that they are such polynomials too.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import comb, factorial, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _half_gamma(doubled: int) -> Fraction:
    """Return Gamma(doubled/2)/sqrt(pi) for odd positive ``doubled``."""
    value = Fraction(1)
    for factor in range(1, doubled - 1, 2):
        value *= Fraction(factor, 2)
    return value


def _confluent(steps: int, L: int) -> list[Fraction]:
    """Return the coefficients of 1F1(-steps; L + 3/2; y)."""
    terms = [Fraction(1)]
    for k in range(steps):
        terms.append(terms[-1] * Fraction(k - steps, k + 1) / (Fraction(2 * L + 3, 2) + k))
    return terms


@lru_cache(maxsize=20_000)
def bessel_polynomial(n_bra: int, l_bra: int, L: int, n_ket: int, l_ket: int) -> tuple[float, ...]:
    """Return the coefficients of p in <n' l'| j_L |n l> = y^(L/2) e^{-y} p(y), lowest power first.

    Parameters
    ----------
    n_bra, l_bra, n_ket, l_ket : the two oscillator states, n from 0.
    L : order of the Bessel function, |l' - l| <= L <= l' + l with l' + L + l even: the others are no polynomials, and
        no operator asks for them.

    >>> bessel_polynomial(0, 2, 0, 0, 2)
    (1.0, -1.3333333333333333, 0.26666666666666666)
    """
    total = [Fraction(0)] * (n_bra + n_ket + (l_bra + l_ket - L) // 2 + 1)
    for m in range(n_ket + 1):
        for k in range(n_bra + 1):
            weight = _half_gamma(L + l_bra + l_ket + 2 * m + 2 * k + 3) / (
                _half_gamma(2 * l_ket + 2 * m + 3) * _half_gamma(2 * l_bra + 2 * k + 3)
            )
            weight *= Fraction(comb(n_ket, m) * comb(n_bra, k), factorial(n_ket) * factorial(n_bra))
            sign = -1 if (m + k) % 2 else 1
            for power, term in enumerate(_confluent((l_bra + l_ket - L) // 2 + m + k, L)):
                total[power] += sign * weight * term
    odd = 1
    for factor in range(3, 2 * L + 2, 2):
        odd *= factor
    front = Fraction(2**L, odd)
    square = _half_gamma(2 * n_bra + 2 * l_bra + 3) * _half_gamma(2 * n_ket + 2 * l_ket + 3)
    square *= factorial(n_bra) * factorial(n_ket)
    # Squared exactly first, so that each coefficient is rounded once.
    return tuple((1 if c >= 0 else -1) * sqrt(square * (front * c) ** 2) for c in total)


def lowered(n_bra: int, l_bra: int, L: int, n_ket: int, l_ket: int) -> Floats:
    """Return 2 sqrt(y) R^-, R^- = <n' l'| j_L (d/drho - l/rho) |n l> = y^((L - 1)/2) e^{-y} p(y)/2, as the coefficients of p.

    (d/dr - l/r) |n l> = -sqrt(n + l + 3/2) |n l+1> - sqrt(n) |n-1 l+1>, r in units of b.
    """
    total = -sqrt(n_ket + l_ket + 1.5) * _coefficients(n_bra, l_bra, L, n_ket, l_ket + 1)
    if n_ket > 0:
        total = plus(total, -sqrt(n_ket) * _coefficients(n_bra, l_bra, L, n_ket - 1, l_ket + 1))
    return total


def raised(n_bra: int, l_bra: int, L: int, n_ket: int, l_ket: int) -> Floats:
    """Return 2 sqrt(y) R^+, R^+ = <n' l'| j_L (d/drho + (l + 1)/rho) |n l> = y^((L - 1)/2) e^{-y} p(y)/2, as the coefficients of p.

    (d/dr + (l + 1)/r) |n l> = sqrt(n + l + 1/2) |n l-1> + sqrt(n + 1) |n+1 l-1>, l > 0, r in units of b.
    """
    first = sqrt(n_ket + l_ket + 0.5) * _coefficients(n_bra, l_bra, L, n_ket, l_ket - 1)
    return plus(first, sqrt(n_ket + 1.0) * _coefficients(n_bra, l_bra, L, n_ket + 1, l_ket - 1))


def _coefficients(n_bra: int, l_bra: int, L: int, n_ket: int, l_ket: int) -> Floats:
    return np.array(bessel_polynomial(n_bra, l_bra, L, n_ket, l_ket))


def plus(a: Floats, b: Floats) -> Floats:
    """Return the sum of two polynomials given by their coefficients."""
    total = np.zeros(max(a.size, b.size))
    total[: a.size] += a
    total[: b.size] += b
    return total

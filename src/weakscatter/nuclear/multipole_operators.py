"""The one-body multipole operators of a nuclear current between oscillator orbits, as polynomials.

With M_J = j_J(qr) Y_J, M_JL = j_L(qr) [Y_L (x) e]_J (vector spherical harmonics) and spin sigma (Donnelly and Haxton 1979;
Haxton and Lunardini 2008; Anand, Fitzpatrick and Haxton 2014):

    M        j_J Y_J
    Delta    M_JJ . grad/q                 Delta'   { -[J/(2J+1)]^(1/2) M_J,J+1 + [(J+1)/(2J+1)]^(1/2) M_J,J-1 } . grad/q
    Sigma    M_JJ . sigma                  Sigma'   the same bracket . sigma
    Sigma''  { [(J+1)/(2J+1)]^(1/2) M_J,J+1 + [J/(2J+1)]^(1/2) M_J,J-1 } . sigma
    Omega    M_J sigma . grad/q            Omega'   Omega + Sigma''/2
    Phi''    j_1(qr)/(qr) (-sigma . l) Y_0 for J = 0 alone: the spin-orbit density of a charge

Reduced as by Edmonds, <a || O_J || b> = y^((J + s)/2) e^{-y} p(y) with y = (q b/2)^2 and a shift s per operator. Swapping a and b
multiplies M, Delta, Sigma', Sigma'' by (-1)^(j_a - j_b) and Delta', Sigma, Omega' by -(-1)^(j_a - j_b); Omega has no such sign.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import pi, sqrt

import numpy as np

from weakscatter.angular import nine_j, six_j, three_j
from weakscatter.nuclear.interaction import Orbit
from weakscatter.nuclear.operators import RADIAL_SIGNS
from weakscatter.nuclear.oscillator_integrals import Floats, bessel_polynomial, lowered, raised
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.response.amplitudes import OPERATORS

#: n, l, 2j of an orbit.
_State = tuple[int, int, int]


def multipole_polynomial(
    operator: str, J: int, bra: Orbit, ket: Orbit, radial_sign: str = "origin"
) -> Floats:
    """Return the coefficients of p in <bra || O_J || ket> = y^((J + s)/2) e^{-y} p(y), lowest power first.

    Parameters
    ----------
    operator : a name of `weakscatter.response.OPERATORS`, which holds the shifts s.
    J : rank of the operator, not doubled. Selection rules give an empty array.
    bra, ket : orbits, n from 0; their species is not read.
    radial_sign : "origin" or "infinity", where radial functions are positive: that of the interaction.

    Raises
    ------
    InputError : an unknown operator or convention, a negative J, J > 0 for Phi''.

    Examples
    --------
    >>> d = Orbit(0, 2, 5, "proton")
    >>> (multipole_polynomial("M", 0, d, d) / multipole_polynomial("M", 0, d, d)[0]).round(6).tolist()
    [1.0, -1.333333, 0.266667]
    """
    if operator not in _ELEMENTS:
        raise unknown("operator", operator, _ELEMENTS)
    if radial_sign not in RADIAL_SIGNS:
        raise InputError(f"radial_sign = {radial_sign!r} is unknown. Allowed: {', '.join(RADIAL_SIGNS)}.")
    if J < 0 or (operator == "Phi''" and J > 0):
        raise InputError(
            f"{operator} of rank {J} is not there. Ranks are whole numbers from 0; the spin-orbit density Phi'' has J = 0 alone."
        )
    found = _ELEMENTS[operator](J, (bra.n, bra.l, bra.two_j), (ket.n, ket.l, ket.two_j))
    return -found if radial_sign == "infinity" and (bra.n + ket.n) % 2 else found.copy()


def multipole_element(
    operator: str, J: int, bra: Orbit, ket: Orbit, y: float, radial_sign: str = "origin"
) -> float:
    """Return <bra || O_J || ket> at y = (q b/2)^2 > 0, dimensionless.

    >>> d = Orbit(0, 2, 5, "proton")
    >>> round(multipole_element("Sigma'", 1, d, d, 0.1), 8)
    0.50945748
    """
    p = multipole_polynomial(operator, J, bra, ket, radial_sign)
    shift = OPERATORS[operator].shift
    return (
        float(y ** ((J + shift) / 2.0) * np.exp(-y) * np.polynomial.polynomial.polyval(y, p))
        if p.size
        else 0.0
    )


def _hat(*doubled: int) -> float:
    """Return the product of sqrt(2x + 1) over doubled x."""
    product = 1.0
    for value in doubled:
        product *= value + 1.0
    return sqrt(product)


def _sum(*terms: tuple[float, Floats, int]) -> Floats:
    """Return the sum of factor * p(y) y^k over terms (factor, p, k); terms with factor 0 are left out."""
    used = [(f, p, k) for f, p, k in terms if f != 0.0 and p.size]
    total = np.zeros(max((p.size + k for _, p, k in used), default=0))
    for f, p, k in used:
        total[k : k + p.size] += f * p
    return total


def _sign(exponent: int) -> float:
    return -1.0 if exponent % 2 else 1.0


def _density(J: int, a: _State, b: _State) -> Floats:
    """<a || j_J Y_J || b> in powers from y^(J/2)."""
    (n_a, l_a, j_a), (n_b, l_b, j_b) = a, b
    angular = three_j(2 * l_a, 2 * J, 2 * l_b, 0, 0, 0) * six_j(2 * l_a, j_a, 1, j_b, 2 * l_b, 2 * J)
    if angular == 0.0:
        return np.zeros(0)
    front = _sign(J + (j_b + 1) // 2) * _hat(2 * l_a, 2 * l_b, j_a, j_b, 2 * J) / sqrt(4.0 * pi)
    return front * angular * np.array(bessel_polynomial(n_a, l_a, J, n_b, l_b))


@lru_cache(maxsize=50_000)
def _with_spin(J: int, L: int, a: _State, b: _State) -> Floats:
    """<a || M_JL . sigma || b> in powers from y^(L/2)."""
    (n_a, l_a, j_a), (n_b, l_b, j_b) = a, b
    angular = three_j(2 * l_a, 2 * L, 2 * l_b, 0, 0, 0)
    if angular != 0.0:
        angular *= nine_j(2 * l_a, 2 * l_b, 2 * L, 1, 1, 2, j_a, j_b, 2 * J)
    if angular == 0.0:
        return np.zeros(0)
    front = _sign(l_a) * sqrt(6.0 / (4.0 * pi)) * _hat(2 * l_a, 2 * l_b, j_a, j_b, 2 * L, 2 * J)
    return front * angular * np.array(bessel_polynomial(n_a, l_a, L, n_b, l_b))


@lru_cache(maxsize=50_000)
def _with_gradient(J: int, L: int, a: _State, b: _State) -> Floats:
    """<a || M_JL . grad/q || b> in powers from y^((L - 1)/2)."""
    (n_a, l_a, j_a), (n_b, l_b, j_b) = a, b
    outer = six_j(2 * l_a, j_a, 1, j_b, 2 * l_b, 2 * J)
    if outer == 0.0:
        return np.zeros(0)
    front = 0.5 * _sign(L + (j_b + 1) // 2) * _hat(2 * l_a, j_a, j_b, 2 * L, 2 * J) / sqrt(4.0 * pi) * outer
    terms: list[tuple[float, Floats, int]] = []
    up = six_j(2 * L, 2, 2 * J, 2 * l_b, 2 * l_a, 2 * l_b + 2) * three_j(2 * l_a, 2 * L, 2 * l_b + 2, 0, 0, 0)
    if up != 0.0:
        terms.append((-front * sqrt(l_b + 1.0) * _hat(2 * l_b + 2) * up, lowered(n_a, l_a, L, n_b, l_b), 0))
    if l_b > 0:
        down = six_j(2 * L, 2, 2 * J, 2 * l_b, 2 * l_a, 2 * l_b - 2)
        down *= three_j(2 * l_a, 2 * L, 2 * l_b - 2, 0, 0, 0)
        if down != 0.0:
            terms.append((front * sqrt(l_b) * _hat(2 * l_b - 2) * down, raised(n_a, l_a, L, n_b, l_b), 0))
    return _sum(*terms)


def _axial_charge(J: int, a: _State, b: _State) -> Floats:
    """<a || M_J sigma . grad/q || b> in powers from y^((J - 1)/2); sigma . grad turns l into 2j - l."""
    (n_a, l_a, j_a), (n_b, l_b, j_b) = a, b
    turned = j_b - l_b
    angular = three_j(2 * l_a, 2 * J, 2 * turned, 0, 0, 0) * six_j(2 * l_a, j_a, 1, j_b, 2 * turned, 2 * J)
    if angular == 0.0:
        return np.zeros(0)
    front = 0.5 * _sign(l_a) * _hat(2 * l_a, j_a, j_b, 2 * turned, 2 * J) / sqrt(4.0 * pi) * angular
    if j_b > 2 * l_b:
        return -front * lowered(n_a, l_a, J, n_b, l_b)
    return front * raised(n_a, l_a, J, n_b, l_b)


def _electric(
    part: Callable[[int, int, _State, _State], Floats],
) -> Callable[[int, _State, _State], Floats]:
    """Return the transverse electric combination of M_J,J+1 and M_J,J-1."""

    def element(J: int, a: _State, b: _State) -> Floats:
        if J == 0:
            return np.zeros(0)
        below, above = sqrt((J + 1.0) / (2.0 * J + 1.0)), -sqrt(J / (2.0 * J + 1.0))
        return _sum((above, part(J, J + 1, a, b), 1), (below, part(J, J - 1, a, b), 0))

    return element


def _longitudinal(J: int, a: _State, b: _State) -> Floats:
    """Sigma'', in powers from y^((J - 1)/2)."""
    above = (sqrt((J + 1.0) / (2.0 * J + 1.0)), _with_spin(J, J + 1, a, b), 1)
    if J == 0:
        return _sum(above)
    return _sum(above, (sqrt(J / (2.0 * J + 1.0)), _with_spin(J, J - 1, a, b), 0))


def _magnetic(
    part: Callable[[int, int, _State, _State], Floats],
) -> Callable[[int, _State, _State], Floats]:
    return lambda J, a, b: part(J, J, a, b) if J > 0 else np.zeros(0)


def _symmetric_axial_charge(J: int, a: _State, b: _State) -> Floats:
    return _sum((1.0, _axial_charge(J, a, b), 0), (0.5, _longitudinal(J, a, b), 0))


def _spin_orbit(J: int, a: _State, b: _State) -> Floats:
    """-<sigma . l> [j] (4 pi)^(-1/2) <(j_0 + j_2)/3>, since j_1(x)/x = (j_0 + j_2)/3."""
    (n_a, l_a, j_a), (n_b, l_b, j_b) = a, b
    if (l_a, j_a) != (l_b, j_b) or l_b == 0:
        return np.zeros(0)
    spin_orbit = l_b if j_b > 2 * l_b else -(l_b + 1)
    front = -spin_orbit * _hat(j_b) / sqrt(4.0 * pi) / 3.0
    first, second = (np.array(bessel_polynomial(n_a, l_a, L, n_b, l_b)) for L in (0, 2))
    return _sum((front, first, 0), (front, second, 1))


#: One function (J, bra, ket) -> coefficients per operator.
_ELEMENTS: dict[str, Callable[[int, _State, _State], Floats]] = {
    "M": _density,
    "Delta": _magnetic(_with_gradient),
    "Delta'": _electric(_with_gradient),
    "Sigma": _magnetic(_with_spin),
    "Sigma'": _electric(_with_spin),
    "Sigma''": _longitudinal,
    "Omega": _axial_charge,
    "Omega'": _symmetric_axial_charge,
    "Phi''": _spin_orbit,
}

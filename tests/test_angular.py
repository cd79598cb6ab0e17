"""Wigner symbols against sympy and against the orthogonality they must obey."""

import itertools

import pytest
from sympy import Rational
from sympy.physics.wigner import wigner_3j, wigner_6j, wigner_9j

from weakscatter.angular import nine_j, reduced_c, six_j, three_j, three_j_half


def half(*doubled):
    return [Rational(d, 2) for d in doubled]


@pytest.mark.parametrize(
    "arguments", [(3, 4, 5, 1, 2, -3), (7, 6, 3, -1, 4, -3), (40, 38, 6, 2, -4, 2), (1, 2, 1, 1, 0, -1)]
)
def test_three_j_is_sympys(arguments):
    assert three_j(*arguments) == pytest.approx(float(wigner_3j(*half(*arguments))), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("arguments", [(3, 4, 5, 3, 2, 3), (1, 3, 2, 3, 5, 4), (20, 18, 6, 15, 17, 9)])
def test_six_j_is_sympys(arguments):
    assert six_j(*arguments) == pytest.approx(float(wigner_6j(*half(*arguments))), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("arguments", [(4, 6, 2, 1, 1, 2, 5, 7, 4), (4, 2, 4, 1, 1, 2, 3, 3, 6)])
def test_nine_j_is_sympys(arguments):
    assert nine_j(*arguments) == pytest.approx(
        float(wigner_9j(*half(*arguments), prec=30)), rel=1e-13, abs=1e-15
    )


def test_three_j_is_orthogonal():
    a2, b2 = 5, 4
    for m2 in (-3, 1):
        total = sum((2 * c + 2) * three_j(a2, b2, 2 * c + 1, m2, 2, -m2 - 2) ** 2 for c in range(0, 5))
        assert total == pytest.approx(1.0, rel=1e-13, abs=0)


def test_six_j_is_orthogonal():
    """sum_x (2x + 1)(2f + 1) {a b x; c d f}^2 = 1."""
    a2, b2, c2, d2, f2 = 3, 5, 7, 3, 4
    total = sum((x2 + 1) * (f2 + 1) * six_j(a2, b2, x2, c2, d2, f2) ** 2 for x2 in range(0, 20))
    assert total == pytest.approx(1.0, rel=1e-13, abs=0)


def test_selection_rules_give_zero():
    assert three_j(2, 2, 6, 0, 0, 0) == 0.0
    assert three_j(2, 2, 2, 2, 2, 2) == 0.0
    assert six_j(2, 2, 6, 2, 2, 2) == 0.0
    assert three_j_half(1, 5, 3) == 0.0


def test_reduced_elements_are_symmetric_and_complete():
    """<a||C||b> = (-1)^(ja - jb) <b||C||a>; sum over both kappa_b of one l adds to the orbital strength."""
    for ka, kb, k in itertools.product((-3, -2, -1, 1, 2), (-2, -1, 1, 2), (0, 1, 2)):
        sign = (-1) ** (abs(ka) - abs(kb))
        assert reduced_c(ka, k, kb) == pytest.approx(sign * reduced_c(kb, k, ka), abs=1e-15)
    # s -> p: strength 2/3 to p1/2 and 4/3 to p3/2.
    assert reduced_c(-1, 1, 1) ** 2 == pytest.approx(2 / 3)
    assert reduced_c(-1, 1, -2) ** 2 == pytest.approx(4 / 3)

"""The multipole operators between oscillator orbits: printed values, symmetries, conservation, limits and plane waves on a grid."""

import itertools
from math import factorial, pi, sqrt

import numpy as np
import pytest
from scipy.special import eval_genlaguerre, gamma, lpmv, spherical_jn

from weakscatter import InputError
from weakscatter.angular import three_j
from weakscatter.nuclear import ModelSpace, Orbit, magnetic_dipole
from weakscatter.nuclear.multipole_operators import _with_gradient, multipole_element, multipole_polynomial
from weakscatter.nuclear.oscillator_integrals import bessel_polynomial
from weakscatter.response.amplitudes import OPERATORS


def orbit(n, l, two_j):
    return Orbit(n, l, two_j, "proton")


D5, D3, F7, F5, P3 = orbit(0, 2, 5), orbit(0, 2, 3), orbit(0, 3, 7), orbit(0, 3, 5), orbit(1, 1, 3)
ORBITS = [orbit(n, l, j) for n in range(2) for l in range(4) for j in (2 * l - 1, 2 * l + 1) if j > 0]
PAIRS = list(itertools.product(ORBITS, ORBITS))


@pytest.mark.parametrize(
    ("operator", "J", "bra", "ket", "y", "value"),
    [
        ("M", 0, D5, D5, 0.1, 0.54353508),
        ("M", 0, D5, D5, 0.5, 0.16764224),
        ("M", 2, D5, D5, 0.1, -0.06060171),
        ("Delta", 1, D5, D5, 0.1, -0.57987030),
        ("Sigma'", 1, D5, D5, 0.1, 0.50945748),
        ("Sigma''", 1, D5, D5, 0.1, 0.39343376),
        ("Sigma'", 1, D5, D3, 0.1, -0.57599732),
        ("Sigma'", 1, F7, F5, 0.1, -0.64540391),
        ("Delta'", 2, F7, P3, 0.1, -0.04049122),
        ("Sigma", 2, D5, D3, 0.1, -0.06185136),
    ],
)
def test_tabulated_elements(operator, J, bra, ket, y, value):
    assert multipole_element(operator, J, bra, ket, y) == pytest.approx(value, abs=6e-9, rel=0)


def test_the_first_polynomial_is_its_closed_form():
    found = multipole_polynomial("M", 0, D5, D5)
    assert found == pytest.approx(sqrt(6 / (4 * pi)) * np.array([1, -4 / 3, 4 / 15]), rel=1e-15, abs=0)


@pytest.mark.parametrize("operator", [name for name in OPERATORS if name != "Omega"])
def test_swapping_bra_and_ket(operator):
    overall = -1 if operator in ("Delta'", "Sigma", "Omega'") else 1
    ranks = range(OPERATORS[operator].lowest, 1 if operator == "Phi''" else 6)
    for (a, b), J in itertools.product(PAIRS, ranks):
        there = multipole_element(operator, J, a, b, 0.3)
        back = multipole_element(operator, J, b, a, 0.3)
        assert back == pytest.approx(overall * (-1) ** ((a.two_j - b.two_j) // 2) * there, abs=1e-14)
        if overall < 0 and a == b:
            assert there == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("operator", [name for name in OPERATORS if name != "Omega"])
def test_parity_and_triangle(operator):
    kind = OPERATORS[operator]
    for (a, b), J in itertools.product(PAIRS, range(kind.lowest, 1 if operator == "Phi''" else 8)):
        if multipole_polynomial(operator, J, a, b).any():
            assert (-1) ** (a.l + b.l) == kind.parity(J)
            assert abs(a.two_j - b.two_j) <= 2 * J <= a.two_j + b.two_j


def _gradient_of_the_density(J, a, b, y):
    """<a || grad(M_J)/q . grad/q || b>, grad(M_J)/q = [(J+1)/(2J+1)]^(1/2) M_J,J+1 + [J/(2J+1)]^(1/2) M_J,J-1.

    The commutator of M_J with the oscillator's kinetic energy is this and nabla^2 M_J = -q^2 M_J; the potential commutes.
    """
    state_a, state_b = (a.n, a.l, a.two_j), (b.n, b.l, b.two_j)
    total = 0.0
    for L, weight in ((J + 1, (J + 1) / (2 * J + 1)), (J - 1, J / (2 * J + 1))):
        if L >= 0:
            p = _with_gradient(J, L, state_a, state_b)
            if p.size:
                total += (
                    sqrt(weight) * y ** ((L - 1) / 2) * np.exp(-y) * np.polynomial.polynomial.polyval(y, p)
                )
    return total


def test_the_current_is_conserved_exactly():
    y = 0.37
    for (a, b), J in itertools.product(PAIRS, range(6)):
        M = multipole_element("M", J, a, b, y)
        quanta = 2 * (a.n - b.n) + a.l - b.l
        right = -4 * y * (-M / 2 + _gradient_of_the_density(J, a, b, y))
        assert quanta * M == pytest.approx(right, abs=1e-14)


def test_the_transverse_electric_current_at_long_wavelengths_is_the_charge():
    """Siegert: Delta'_J -> -[(J + 1)/J]^(1/2) m (E_a - E_b)/q^2 M_J as q -> 0, with E_a - E_b = dN/(m b^2)."""
    for J, a, b in ((1, D5, P3), (1, D3, P3), (2, D5, orbit(1, 0, 1)), (3, F7, D5)):
        M = multipole_polynomial("M", J, a, b)
        D = multipole_polynomial("Delta'", J, a, b)
        if not M.size:
            continue
        quanta = 2 * (a.n - b.n) + a.l - b.l
        assert D[0] == pytest.approx(-sqrt((J + 1) / J) * quanta * M[0] / 4, rel=1e-13, abs=1e-15)


def test_spin_operators_at_zero_momentum():
    space = ModelSpace((D5, D3), (D5, D3), 8, 8)
    spin = 2 * magnetic_dipole(space, g_l=(0, 0), g_s=(1, 1)).proton / sqrt(3 / (4 * pi))
    assert spin[0, 0] == pytest.approx(2.898275, abs=5e-7)
    for (i, a), (k, b) in itertools.product(enumerate((D5, D3)), repeat=2):
        assert multipole_polynomial("Sigma'", 1, a, b)[0] == pytest.approx(
            spin[i, k] / sqrt(6 * pi), rel=1e-13, abs=0
        )
        assert multipole_polynomial("Sigma''", 1, a, b)[0] == pytest.approx(
            spin[i, k] / sqrt(12 * pi), rel=1e-13, abs=0
        )


def test_orbital_magnetism_at_zero_momentum():
    """Delta_1 -> -<a || l || b>/sqrt(24 pi), the convection current of M1."""
    space = ModelSpace((D5, D3), (D5, D3), 8, 8)
    orbital = magnetic_dipole(space, g_l=(1, 1), g_s=(0, 0)).proton / sqrt(3 / (4 * pi))
    for (i, a), (k, b) in itertools.product(enumerate((D5, D3)), repeat=2):
        assert multipole_polynomial("Delta", 1, a, b)[0] == pytest.approx(
            -orbital[i, k] / sqrt(24 * pi), rel=1e-13, abs=0
        )


def test_closure_of_the_density():
    """e^{-iqz} e^{iqz} = 1: over orbits b of all shells 4 pi sum_bJ |<b || M_J || a>|^2 = 2 j_a + 1."""
    many = [orbit(n, l, j) for n in range(9) for l in range(10) for j in (2 * l - 1, 2 * l + 1) if j > 0]
    total = sum(
        multipole_element("M", J, b, D5, 0.2) ** 2 for b in many for J in range(abs(b.l - 2), b.l + 3)
    )
    assert 4 * pi * total == pytest.approx(6.0, rel=1e-6, abs=0)


def _spinor(one, two_m, x, y, z):
    """Return the two components of an orbit on a Cartesian grid, orbital and spin coupled in this order."""
    r = np.sqrt(x * x + y * y + z * z)
    norm = sqrt(2 * factorial(one.n) / gamma(one.n + one.l + 1.5))
    radial = norm * r**one.l * np.exp(-r * r / 2) * eval_genlaguerre(one.n, one.l + 0.5, r * r)
    phi, cosine = np.arctan2(y, x), z / r
    parts = []
    for two_s in (1, -1):
        m = (two_m - two_s) // 2
        if abs(m) > one.l:
            parts.append(np.zeros_like(r) * 1j)
            continue
        k = abs(m)
        Y = sqrt((2 * one.l + 1) / (4 * pi) * factorial(one.l - k) / factorial(one.l + k))
        Y = Y * lpmv(k, one.l, cosine) * np.exp(1j * k * phi)
        Y = (-1) ** k * np.conj(Y) if m < 0 else Y
        phase = (-1) ** ((2 * one.l - 1 + two_m) // 2)
        parts.append(
            phase * sqrt(one.two_j + 1) * three_j(2 * one.l, 1, one.two_j, 2 * m, two_s, -two_m) * radial * Y
        )
    return np.array(parts)


def _grid():
    r, w = np.polynomial.legendre.leggauss(48)
    r, w = 4.5 * (r + 1), 4.5 * w
    c, v = np.polynomial.legendre.leggauss(36)
    phi = 2 * pi * np.arange(10) / 10
    r, c, phi = np.meshgrid(r, c, phi, indexing="ij")
    weight = w[:, None, None] * v[None, :, None] * (2 * pi / 10) * r**2
    s = np.sqrt(1 - c * c)
    return r * s * np.cos(phi), r * s * np.sin(phi), r * c, weight


SIGMA = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
#: Spherical unit vectors e_0 and e_+1.
VECTORS = {0: np.array([0, 0, 1]), 1: -np.array([1, 1j, 0]) / sqrt(2)}


@pytest.mark.parametrize(("bra", "ket"), [(D5, D3), (F7, P3), (orbit(1, 0, 1), D3), (F5, D5), (D3, P3)])
def test_plane_waves_on_a_grid(bra, ket):
    """e^{iqz} times 1, e.sigma, e.grad/q and sigma.grad/q in the m-scheme, against their sums over multipoles."""
    y, x_grid = 0.3, _grid()
    q = 2 * sqrt(y)
    x, yy, z, weight = x_grid
    two_m, h = 1, 4e-3
    wave = weight * np.exp(1j * q * z)
    psi = _spinor(ket, two_m, x, yy, z)
    steps = h * np.eye(3)
    gradient = np.array(
        [
            (
                8
                * (
                    _spinor(ket, two_m, x + d[0], yy + d[1], z + d[2])
                    - _spinor(ket, two_m, x - d[0], yy - d[1], z - d[2])
                )
                - _spinor(ket, two_m, x + 2 * d[0], yy + 2 * d[1], z + 2 * d[2])
                + _spinor(ket, two_m, x - 2 * d[0], yy - 2 * d[1], z - 2 * d[2])
            )
            / (12 * h)
            for d in steps
        ]
    )

    def integral(out, lam):
        left = _spinor(bra, two_m + 2 * lam, x, yy, z)
        return np.sum(np.conj(left) * out * wave)

    def series(lam, terms):
        """sum_J i^J [J] 3j sum_k factor_k(J) <O_k>, terms {operator: factor}."""
        two_f = two_m + 2 * lam
        total = 0.0
        for J, (name, factor) in itertools.product(range(8), terms.items()):
            symbol = (-1) ** ((bra.two_j - two_f) // 2) * three_j(
                bra.two_j, 2 * J, ket.two_j, -two_f, 2 * lam, two_m
            )
            total += 1j**J * sqrt(2 * J + 1) * symbol * factor * multipole_element(name, J, bra, ket, y)
        return total

    whole, half = sqrt(4 * pi), sqrt(2 * pi)
    spin = {lam: np.einsum("k,kst->st", VECTORS[lam], SIGMA) for lam in VECTORS}
    spun = {lam: np.einsum("st,t...->s...", spin[lam], psi) for lam in VECTORS}
    moved = {lam: np.einsum("k,ks...->s...", VECTORS[lam], gradient) / q for lam in VECTORS}
    both = np.einsum("kst,kt...->s...", SIGMA, gradient) / q
    close = {"abs": 2e-9, "rel": 0}
    assert integral(psi, 0) == pytest.approx(series(0, {"M": whole}), **close)
    assert integral(spun[0], 0) == pytest.approx(series(0, {"Sigma''": -1j * whole}), **close)
    assert integral(spun[1], 1) == pytest.approx(series(1, {"Sigma": -half, "Sigma'": -1j * half}), **close)
    assert integral(moved[1], 1) == pytest.approx(series(1, {"Delta": -half, "Delta'": -1j * half}), **close)
    assert integral(both, 0) == pytest.approx(series(0, {"Omega": whole}), **close)
    symmetric = integral(both, 0) + 0.5j * integral(spun[0], 0)
    assert symmetric == pytest.approx(series(0, {"Omega'": whole}), **close)


@pytest.mark.parametrize(
    "state", [(0, 2, 2, 0, 2), (1, 1, 4, 2, 3), (2, 0, 2, 0, 2), (1, 3, 3, 1, 4), (4, 5, 6, 3, 3)]
)
def test_bessel_integrals_by_quadrature(state):
    n_bra, l_bra, L, n_ket, l_ket = state
    r, w = np.polynomial.legendre.leggauss(160)
    r, w = 7 * (r + 1), 7 * w

    def radial(n, l):
        return (
            sqrt(2 * factorial(n) / gamma(n + l + 1.5))
            * r**l
            * np.exp(-r * r / 2)
            * eval_genlaguerre(n, l + 0.5, r * r)
        )

    y = 0.6
    number = np.sum(
        w * r * r * radial(n_bra, l_bra) * radial(n_ket, l_ket) * spherical_jn(L, 2 * sqrt(y) * r)
    )
    p = bessel_polynomial(*state)
    assert y ** (L / 2) * np.exp(-y) * np.polynomial.polynomial.polyval(y, p) == pytest.approx(
        number, abs=2e-14
    )


def test_the_other_radial_sign():
    s, d = orbit(1, 0, 1), D5
    there = multipole_polynomial("M", 2, s, d)
    assert there == pytest.approx(-multipole_polynomial("M", 2, s, d, "infinity"), rel=0, abs=0)
    assert multipole_polynomial("M", 2, d, d) == pytest.approx(
        multipole_polynomial("M", 2, d, d, "infinity"), abs=0
    )


def test_the_spin_orbit_density():
    """-<sigma . l>/3 per nucleon at q = 0: filled partners cancel, the larger j is negative."""
    weight = {
        one: multipole_polynomial("Phi''", 0, one, one)[0] * sqrt(4 * pi * (one.two_j + 1))
        for one in (D5, D3)
    }
    assert weight[D5] == pytest.approx(-6 * 2 / 3, rel=1e-14, abs=0)
    assert weight[D5] + weight[D3] == pytest.approx(0.0, abs=1e-14)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("M'", 0, D5, D5), "unknown operator"),
        (("M", -1, D5, D5), "rank -1"),
        (("Phi''", 1, D5, D5), "J = 0 alone"),
        (("M", 0, D5, D5, "outside"), "radial_sign"),
    ],
)
def test_what_is_refused(arguments, said):
    with pytest.raises(InputError, match=said):
        multipole_polynomial(*arguments)

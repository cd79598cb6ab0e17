"""Woods-Saxon radial functions against finite differences, and their amplitudes against quadrature; Ikeda's sum rule."""

from math import pi, sqrt

import numpy as np
import pytest
from scipy.linalg import eigh_tridiagonal
from scipy.special import spherical_jn

from weakscatter import InputError
from weakscatter.constants import m_n, m_p
from weakscatter.matter import nuclide
from weakscatter.nuclear import Orbit, levels, multipole_polynomial, oscillator_energy, read_interaction
from weakscatter.nuclear.amplitudes import transition_amplitudes
from weakscatter.nuclear.charge_changing import gamow_teller_totals
from weakscatter.nuclear.densities import densities
from weakscatter.nuclear.operators import gamow_teller_neutral, oscillator_length
from weakscatter.nuclear.strength_function import strength_functions
from weakscatter.nuclear.woods_saxon import WoodsSaxon, _functions, _potential
from weakscatter.response import ShellModel
from weakscatter.units import fm

ARGON = nuclide("Ar40")
OMEGA = oscillator_energy(40)
WELL = WoodsSaxon(functions=12)
ORBITS = (Orbit(1, 0, 1, "proton"), Orbit(0, 2, 3, "proton"), Orbit(0, 3, 7, "neutron"))


@pytest.mark.parametrize("orbit", ORBITS, ids=lambda one: one.name)
def test_energies_are_those_of_finite_differences(orbit):
    h = 0.01 * fm
    r = h * np.arange(1, 2000)
    mass = 0.5 * (m_p + m_n) * 39 / 40
    kinetic = 1 / (2 * mass * h**2)
    diagonal = 2 * kinetic + orbit.l * (orbit.l + 1) / (2 * mass * r**2) + _potential(WELL, orbit, ARGON, r)
    found = eigh_tridiagonal(
        diagonal, np.full(r.size - 1, -kinetic), select="i", select_range=(orbit.n, orbit.n)
    )[0]
    assert WELL.state(orbit, ARGON, OMEGA)[0] == pytest.approx(found[0], abs=0.01)


def test_amplitudes_are_integrals_over_the_functions():
    """<0d3/2 || M_0 || 0d3/2> and <0d3/2 || M_2 || 1s1/2> with the functions put on a grid."""
    b = oscillator_length(OMEGA)
    x, w = np.polynomial.legendre.leggauss(300)
    rho, w = 6 * (x + 1), 6 * w
    s, d = ORBITS[0], ORBITS[1]
    u = {one: WELL.state(one, ARGON, OMEGA)[1] @ _functions(12, one.l, rho) for one in (s, d)}
    q = 80.0
    y = (q * b / 2) ** 2
    for J, bra, ket in ((0, d, d), (2, d, s)):
        well, oscillator = (
            WELL.polynomial("M", J, bra, ket, ARGON, OMEGA),
            multipole_polynomial("M", J, bra, ket),
        )
        ours = y ** (J / 2) * np.exp(-y) * np.polynomial.polynomial.polyval(y, well)
        radial = np.sum(w * u[bra] * u[ket] * spherical_jn(J, q * b * rho))
        # The angular factor is that of oscillator functions, divided by their radial integral.
        free = [_functions(12, one.l, rho)[one.n] for one in (bra, ket)]
        plain = np.sum(w * free[0] * free[1] * spherical_jn(J, q * b * rho))
        angular = y ** (J / 2) * np.exp(-y) * np.polynomial.polynomial.polyval(y, oscillator) / plain
        assert ours == pytest.approx(angular * radial, rel=1e-8, abs=0)
    flipped = WELL.polynomial("M", 2, d, s, ARGON, OMEGA, radial_sign="infinity")
    assert flipped == pytest.approx(-WELL.polynomial("M", 2, d, s, ARGON, OMEGA))


def test_a_table_in_a_well_counts_the_nucleons_and_is_not_that_of_the_oscillator():
    space = read_interaction("cohen-kurath")
    ground = densities(levels(space, 6, 6, states=1))
    given = {"A": 12, "oscillator_energy": oscillator_energy(12), "radial_sign": "origin"}
    plain, well = (
        transition_amplitudes(ground, space.space, "C12", well=one, **given)
        for one in (None, WoodsSaxon(depth=60.0))
    )
    assert sqrt(4 * pi) * float(well.amplitude("0+ 1", 0, "M", "p", 0.0)) == pytest.approx(6, abs=1e-9)
    assert well.centre_of_mass == "kept"
    isotope = nuclide("C12")
    ratio = float(ShellModel(well).rms_radius(isotope)) / float(ShellModel(plain).rms_radius(isotope))
    assert 0.85 < ratio < 1.2
    assert abs(ratio - 1) > 1e-3


def test_unbound_orbits_are_refused():
    with pytest.raises(InputError, match="not bound"):
        WELL.state(Orbit(2, 3, 5, "proton"), ARGON, OMEGA)
    with pytest.raises(InputError, match="between 2 and 20"):
        WoodsSaxon(functions=1)


@pytest.mark.parametrize(("Z", "N"), [(6, 6), (4, 6), (6, 8), (5, 6)])
def test_ikeda(Z, N):
    """S(GT-) - S(GT+) = 3 (N - Z), exact in a shell with all spin-orbit partners; for T = 0 each is twice B(GT0)."""
    ground = levels(read_interaction("cohen-kurath"), Z, N, states=1)
    minus, plus = gamow_teller_totals(ground)
    assert minus - plus == pytest.approx(3 * (N - Z), abs=1e-9)
    if Z == N:
        (function,) = strength_functions(ground, 0, gamow_teller_neutral(ground.interaction.space))
        assert minus == pytest.approx(2 * function.total, rel=1e-7, abs=0)

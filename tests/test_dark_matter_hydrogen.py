"""Dark matter on hydrogen: amplitudes of the continuum, sum rules, electron against proton, and the interference of both."""

import numpy as np
import pytest

from weakscatter import constants as c
from weakscatter.grids import panels
from weakscatter.interactions import effective_dark_matter, electron_scatterer
from weakscatter.provenance.errors import InputError
from weakscatter.response import (
    elastic_form_factor,
    excitation_amplitude,
    excitation_energy,
    excitation_responses,
    ionisation_energy,
    ionisation_response,
)
from weakscatter.scattering import (
    hydrogen_elastic,
    hydrogen_elastic_total,
    hydrogen_excitation,
    hydrogen_excitation_total,
    hydrogen_ionisation,
    hydrogen_ionisation_total,
    ionisation_amplitude,
    ionisation_interference,
)
from weakscatter.scattering.hydrogen import ATOM, REDUCED, relative_momenta
from weakscatter.units import cm, eV, keV

V = 1e-3
E_ONLY, P_ONLY, BOTH, OPPOSITE = {"e": 1e-6}, {"p": 1e-6}, {"e": 1e-6, "p": 1e-6}, {"e": -1e-6, "p": 1e-6}


def chi(mass, c1, **other):
    return effective_dark_matter(mass, c1=c1, **other)


@pytest.mark.parametrize("T", [13.7, 20.0, 150.0])
@pytest.mark.parametrize("q", [0.3, 3.0, 12.0])
def test_amplitudes_square_to_the_response(T, q):
    x, w = np.polynomial.legendre.leggauss(48)
    total = 2 * np.pi * np.sum(w * np.abs(np.asarray(ionisation_amplitude(T * eV, q * keV, x))) ** 2)
    assert total == pytest.approx(float(ionisation_response(T * eV, q * keV)[0]), rel=1e-8, abs=0)
    # The same momentum twice is the square; the other way in the dipole limit its negative.
    assert float(ionisation_interference(T * eV, q * keV, -q * keV)) == pytest.approx(total, rel=1e-8, abs=0)
    small = float(ionisation_interference(T * eV, 1e-3 * keV, 1e-3 * keV))
    assert small == pytest.approx(-float(ionisation_response(T * eV, 1e-3 * keV)[0]), rel=1e-4, abs=0)


@pytest.mark.parametrize(
    ("first", "second"),
    [(2.0, 5.0), *(pytest.param(*one, marks=pytest.mark.slow) for one in ((1.0, 1.0), (3.7, 0.01)))],
)
def test_interference_is_complete(first, second):
    """Over all final states sum_f <f|e^(iqr)|i><f|e^(-iq'r)|i>^* = <e^(i(q + q')r)> = F(q + q')."""
    a, b = first * keV, second * keV
    elastic = float(elastic_form_factor(a) * elastic_form_factor(b))
    levels = [
        sum(
            (-1) ** l * float(excitation_amplitude(n, l, a) * excitation_amplitude(n, l, b)) for l in range(n)
        )
        for n in range(2, 21)
    ]
    rest = levels[-1] * 20**3 * (1.2020569031595942 - sum(n**-3.0 for n in range(1, 21)))
    I = float(ionisation_energy())
    u, w = panels(np.linspace(np.log(1e-3 * eV), np.log(60 * keV), 31), 6)
    continuum = np.sum(w * np.exp(u) * np.asarray(ionisation_interference(I + np.exp(u), a, b)))
    assert elastic + sum(levels) + rest + continuum == pytest.approx(
        float(elastic_form_factor(a + b)), abs=2e-4
    )


def test_bound_amplitudes_square_to_the_strengths():
    for n in (2, 3, 7):
        q = np.array([0.5, 3.0, 9.0]) * keV
        total = sum(np.asarray(excitation_amplitude(n, l, q)) ** 2 for l in range(n))
        assert total == pytest.approx(np.asarray(excitation_responses(n, q)[0]), rel=1e-9, abs=0)


def test_electron_against_proton():
    """v = 1e-3: ionisation through both about equal at 30 MeV, the proton ahead by 8 at 50 and 95 at 100 MeV."""
    for mass, ratio, tolerance in ((30.0, 1.0, 0.25), (50.0, 8.0, 0.5), (100.0, 95.0, 1.0)):
        found = float(
            hydrogen_ionisation_total(chi(mass, P_ONLY), V) / hydrogen_ionisation_total(chi(mass, E_ONLY), V)
        )
        assert found == pytest.approx(ratio, abs=tolerance)
    # Elastic scattering is the proton's: at 100 MeV the electron's cloud has a form factor.
    assert hydrogen_elastic_total(chi(100.0, E_ONLY), V) < 1e-3 * hydrogen_elastic_total(
        chi(100.0, P_ONLY), V
    )


def test_proton_ionisation_is_a_dipole():
    """At q_p the response is q_p^2 D: (q_p/q_e)^2 of the electron's at momenta where that is a dipole as well."""
    W = np.array([14.0, 16.0]) * eV
    particle = chi(200.0, P_ONLY)
    mu = 200.0 * ATOM / (200.0 + ATOM)
    D = np.asarray(ionisation_response(W, 1e-3 * keV)[0]) / (1e-3 * keV) ** 2
    top = [mu * V * (1 + np.sqrt(1 - 2 * w / (mu * V**2))) for w in W]
    low = [2 * w / V / (1 + np.sqrt(1 - 2 * w / (mu * V**2))) for w in W]
    expected = (
        1e-12
        / (2 * np.pi * V**2)
        * D
        * (REDUCED / c.m_p) ** 2
        * (np.array(top) ** 4 - np.array(low) ** 4)
        / 4
    )
    assert np.asarray(hydrogen_ionisation(particle, V, W)) == pytest.approx(expected, rel=5e-3, abs=0)


def test_interference_has_opposite_recoil_signs():
    """Equal couplings of electron and proton shake the relative coordinate less than each: destructive, opposite ones more."""
    for mass in (30.0, 60.0):
        alone = [float(hydrogen_ionisation_total(chi(mass, one), V)) for one in (E_ONLY, P_ONLY)]
        same, opposite = (float(hydrogen_ionisation_total(chi(mass, one), V)) for one in (BOTH, OPPOSITE))
        assert same < sum(alone) < opposite
        assert same + opposite == pytest.approx(2 * sum(alone), rel=1e-9, abs=0)
        levels = [float(hydrogen_excitation(chi(mass, one), V, 2)) for one in (E_ONLY, P_ONLY, BOTH)]
        assert levels[2] < levels[0] + levels[1]


def test_elastic_amplitudes_add():
    T = np.array([0.5, 2.0]) * eV
    same, opposite, e, p = (
        np.asarray(hydrogen_elastic(chi(100.0, one), V, T)) for one in (BOTH, OPPOSITE, E_ONLY, P_ONLY)
    )
    assert np.sqrt(same) == pytest.approx(np.sqrt(e) + np.sqrt(p), rel=1e-12, abs=0)
    assert np.sqrt(opposite) == pytest.approx(np.sqrt(p) - np.sqrt(e), rel=1e-12, abs=0)


@pytest.mark.slow
def test_point_like_and_closed_forms():
    """A light particle sees c_e + c_p at all angles, sigma = c^2 mu_T^2/pi; T_max = 2 mu_T^2 v^2/M and zero above."""
    mass = 0.2
    mu = mass * ATOM / (mass + ATOM)
    assert float(hydrogen_elastic_total(chi(mass, P_ONLY), V)) == pytest.approx(
        1e-12 * mu**2 / np.pi, rel=1e-6, abs=0
    )
    assert float(hydrogen_elastic_total(chi(mass, BOTH), V)) == pytest.approx(
        4e-12 * mu**2 / np.pi, rel=0.05, abs=0
    )
    top = 2 * mu**2 * V**2 / ATOM
    below, above = np.asarray(hydrogen_elastic(chi(mass, P_ONLY), V, np.array([0.999, 1.001]) * top))
    assert below > 0
    assert above == 0
    assert hydrogen_excitation(chi(20.0, E_ONLY), V, 2) == 0  # 10 eV of kinetic energy
    assert float(hydrogen_ionisation_total(chi(20.0, E_ONLY), V)) == 0
    assert np.all(
        np.asarray(hydrogen_ionisation(chi(50.0, E_ONLY), V, np.array([5.0, 13.6, 26.0]) * eV)) == 0
    )


def test_spins_do_not_interfere():
    e, p, both = (effective_dark_matter(60.0, c4=one) for one in (E_ONLY, P_ONLY, BOTH))
    parts = [float(hydrogen_ionisation_total(one, V)) for one in (e, p, both)]
    assert parts[2] == pytest.approx(parts[0] + parts[1], rel=1e-12, abs=0)
    assert parts[0] / float(hydrogen_ionisation_total(chi(60.0, E_ONLY), V)) == pytest.approx(
        3 / 16, rel=1e-12, abs=0
    )


@pytest.mark.slow
def test_levels_end_in_their_tail():
    found = float(hydrogen_excitation_total(chi(60.0, E_ONLY), V))
    first = sum(float(hydrogen_excitation(chi(60.0, E_ONLY), V, n)) for n in range(2, 26))
    rest = (
        float(hydrogen_excitation(chi(60.0, E_ONLY), V, 25))
        * 25**3
        * (1.2020569031595942 - sum(n**-3.0 for n in range(1, 26)))
    )
    assert found == pytest.approx(first + rest, rel=1e-3, abs=0)
    assert float(excitation_energy(25)) < float(ionisation_energy())


def test_reduced_mass():
    first, second = relative_momenta(1.0)
    assert first + second == pytest.approx(1.0)
    assert first / second == pytest.approx(c.m_p / c.m_e)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: hydrogen_ionisation(chi(60.0, E_ONLY), 0.5, 20 * eV), "speed"),
        (lambda: hydrogen_excitation(chi(60.0, {"n": 1e-6}), V, 2), "neutron"),
        (lambda: hydrogen_elastic_total(electron_scatterer(60.0, 1e-37 * cm**2, "light"), V), "infinite"),
        (lambda: hydrogen_excitation(chi(60.0, E_ONLY), V, 1), "quantum number"),
    ],
)
def test_bad_input(make, words):
    with pytest.raises(InputError, match=words):
        make()

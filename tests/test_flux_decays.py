"""Beta spectra, radioactive sources and spent fuel: limits, mean energies, decay laws, a published ratio."""

import numpy as np
import pytest
from scipy.integrate import quad

from weakscatter import constants
from weakscatter.flux import radioactive_source, reactor_antineutrinos, spent_fuel
from weakscatter.flux.beta_decay import BetaBranch, antineutrino_spectrum, fermi_function, summed
from weakscatter.flux.beta_emitters import BETA_EMITTERS
from weakscatter.flux.radioactive import CAPTURES, decays
from weakscatter.provenance.errors import InputError
from weakscatter.units import GW, Ci, cm, day, keV, m, s, yr

UNIQUE = "unique-first-forbidden"


def test_no_charge_no_fermi_function():
    W = np.array([0.52, 1.0, 3.0])
    for k in (1, 2):
        np.testing.assert_allclose(fermi_function(0, 90, W, k), 1.0, rtol=1e-12)
    # Non-relativistic limit of small charges: 2 pi y/(1 - exp(-2 pi y)).
    y = constants.alpha * W / np.sqrt(W**2 - constants.m_e**2)
    np.testing.assert_allclose(fermi_function(1, 1, W), 2 * np.pi * y / -np.expm1(-2 * np.pi * y), rtol=2e-3)


def test_the_shape_is_the_phase_space_without_charge():
    """p W E^2 of tritium's size, against adaptive quadrature of its mean."""
    branch = BetaBranch(1.5, 1.0, 1, 1000)

    def shape(E):
        W = 1.5 - E + constants.m_e
        p = np.sqrt(max(W**2 - constants.m_e**2, 1e-18))
        return p * W * E**2 * float(fermi_function(1, 1000, np.array([max(W, constants.m_e + 1e-9)]))[0])

    E, phi = antineutrino_spectrum(branch)
    assert np.trapezoid(phi, E) == pytest.approx(1.0, rel=1e-12, abs=0)
    exact = quad(lambda e: e * shape(e), 0, 1.5)[0] / quad(shape, 0, 1.5)[0]
    assert np.trapezoid(phi * E, E) == pytest.approx(exact, rel=1e-4, abs=0)


@pytest.mark.parametrize(
    ("end_point", "Z", "A", "transition", "mean"),
    [(0.5459, 39, 90, UNIQUE, 195.7), (2.2785, 40, 90, UNIQUE, 933.0), (1.5009, 39, 89, UNIQUE, 585.0), (2.9974, 60, 144, "allowed", 1222.0)],
)  # fmt: skip
def test_mean_energies_of_electrons(end_point, Z, A, transition, mean):
    """Evaluated mean energies (keV; recalled) of 90Sr, 90Y, 89Sr, 144Pr. As allowed decays the first three are 3 to 5 % lower."""
    E, phi = antineutrino_spectrum(BetaBranch(end_point, 1.0, Z, A, transition))
    assert (end_point - np.trapezoid(phi * E, E)) / keV == pytest.approx(mean, rel=0.01, abs=0)


@pytest.mark.parametrize("name", BETA_EMITTERS)
def test_two_antineutrinos_per_decay_of_a_chain(name):
    emitter = BETA_EMITTERS[name]
    E, phi = summed(emitter.branches)
    shares = sum(branch.share for branch in emitter.branches)
    assert np.trapezoid(phi, E) == pytest.approx(shares, rel=1e-3, abs=0)
    assert shares == pytest.approx(2.0 if name in ("Ce144", "Ru106", "Sr90") else 1.0, abs=4e-3)
    assert set(emitter.yields) == {"U235", "U238", "Pu239", "Pu241"}


def test_a_spectrum_of_antineutrinos_ends_with_a_step():
    E, phi = summed(BETA_EMITTERS["Ce144"].branches)
    assert np.interp(2.997, E, phi) > 0.15
    end = BETA_EMITTERS["Ce144"].branches[0].end_point
    inside, outside = np.interp([end - 1e-6, end + 1e-6], E, phi)
    assert inside > 2 * outside


def test_decays_of_a_run():
    """Runs add, a long one counts every atom, a short one A t."""
    one, two = decays(10.0, 3.0, 4.0), decays(10.0, 3.0, 5.0, 4.0)
    assert float(one + two) == pytest.approx(float(decays(10.0, 3.0, 9.0)), rel=1e-12, abs=0)
    assert float(decays(10.0, 3.0, 1e6)) == pytest.approx(3.0 * 10.0 / np.log(2), rel=1e-12, abs=0)
    assert float(decays(10.0, 3.0, 1e-6)) == pytest.approx(3e-6, rel=1e-6, abs=0)
    assert float(decays(27.7, 1.0, 28.0)) / 28.0 == pytest.approx(0.719, abs=1e-3)


def test_chromium():
    """3 MCi for 10 days from 10 days on at 2 m, by hand; four lines make one neutrino per decay."""
    beam = radioactive_source("Cr51", activity=3e6 * Ci, distance=2 * m, duration=10 * day, delay=10 * day)
    rate = np.log(2) / 27.70
    number = 3e6 * 3.7e10 * 86400 / rate * (np.exp(-10 * rate) - np.exp(-20 * rate))
    fluences = [float(line.fluence) * cm**2 for line in beam.components]
    assert sum(fluences) == pytest.approx(number / (4 * np.pi * 200.0**2), rel=1e-12, abs=0)
    assert fluences[0] / sum(fluences) == pytest.approx(0.816)
    assert [line.energy / keV for line in beam.components] == pytest.approx([747, 752, 427, 432])
    assert not any(line.antineutrino for line in beam.components)
    assert beam.distance == 2 * m
    for _, lines in CAPTURES.values():
        assert sum(share for _, share in lines) == pytest.approx(1.0)


def test_cerium_makes_antineutrinos():
    (component,) = radioactive_source("Ce144", activity=1e5 * Ci, distance=5 * m, duration=1 * yr).components
    assert component.antineutrino
    number = float(decays(284.91 * day, 1e5 * Ci, 1 * yr))
    assert float(component.fluence) * (4 * np.pi * (5 * m) ** 2) == pytest.approx(
        2.0 * number, rel=2e-3, abs=0
    )
    # Above the threshold of inverse beta decay lie 48.5 % of the antineutrinos of 144Pr.
    assert float(component.moments(1.806)[2]) * 2 == pytest.approx(0.483, abs=0.005)


def test_spent_fuel_saturates_and_decays():
    """Long irradiation: as many decays as are made, F Y; the strontium of a year is not there yet."""
    given = {"power": 3 * GW, "distance": 30 * m, "duration": 1 * day}
    long = spent_fuel(**given, irradiation=100 * yr)
    rate = 3e9 / (205.4552 * 1.602176634e-13) * 86400 / (4 * np.pi * 3000.0**2)
    yttrium = dict(zip(long.labels, long.components, strict=True))["nu_e_bar Y91"]
    share = 0.55 * 0.0583 + 0.07 * 0.0404 + 0.32 * 0.0250 + 0.06 * 0.0184
    assert float(yttrium.fluence) * cm**2 == pytest.approx(rate * share * 0.997, rel=7e-3, abs=0)
    hot, cold = (spent_fuel(**given, irradiation=1 * yr, cooling=t).components for t in (0 * s, 284.91 * day))
    assert float(cold[0].fluence / hot[0].fluence) == pytest.approx(0.5, rel=1e-6, abs=0)
    assert float(hot[2].fluence / long.components[2].fluence) < 0.03


def test_spent_fuel_beside_the_reactor():
    """A digitised ratio of Kopeikin et al. (2004), averaged over time: 1.3 % at 2 MeV, a step of a factor three at 3 MeV."""
    given = {"power": 3 * GW, "distance": 30 * m, "duration": 365 * day}
    core = reactor_antineutrinos(**given).components[0]
    E = np.array([2.0, 2.5, 2.95, 3.05])
    fuel = spent_fuel(**given, irradiation=900 * day).components
    rest = np.sum([float(part.fluence) * np.asarray(part.density(E)) for part in fuel], axis=0)
    ratio = rest / (core.fluence * np.asarray(core.density(E)))
    np.testing.assert_allclose(ratio[:2], [0.0177, 0.0180], rtol=0.03)
    assert 2.0 < ratio[2] / ratio[3] < 4.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: radioactive_source("Cr50", activity=1.0, distance=1.0, duration=1.0), "Cr51"),
        (lambda: radioactive_source("Cr51", activity=-1.0, distance=1.0, duration=1.0), "activity must be positive"),
        (lambda: radioactive_source("Cr51", activity=1.0, distance=1.0, duration=1.0, delay=-1.0), "delay"),
        (lambda: spent_fuel(power=1.0, distance=1.0, duration=1.0, irradiation=0.0), "irradiation"),
        (lambda: spent_fuel(power=1.0, distance=1.0, duration=1.0, irradiation=1.0, cooling=-1.0), "cooling"),
        (lambda: spent_fuel(power=1.0, distance=1.0, duration=1.0, irradiation=1.0, fractions={"U235": 0.9}), "sum to 0.9"),
        (lambda: BetaBranch(1.0, 1.0, 1, 1, "forbidden"), "allowed"),
        (lambda: BetaBranch(-1.0, 1.0, 1, 1), "end point"),
    ],
)  # fmt: skip
def test_bad_sources_are_refused(call, words):
    with pytest.raises(InputError, match=words):
        call()

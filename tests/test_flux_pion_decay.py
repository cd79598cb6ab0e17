"""Pion decay at rest: normalisation, means, end points, closed-form tails, arrival times."""

import numpy as np
import pytest
from scipy.signal import fftconvolve
from scipy.stats import norm

from weakscatter import constants as c
from weakscatter.flux import GaussianPulse, pion_decay_at_rest
from weakscatter.flux.pion_decay import END_POINT, LINE_ENERGY
from weakscatter.provenance.errors import InputError
from weakscatter.units import cm, m, us

BEAM = pion_decay_at_rest(3.198e23, 0.0848, 19.3 * m)
MICHEL = BEAM.components[1:]


def test_line_and_end_point():
    assert pytest.approx(29.792, abs=5e-4) == LINE_ENERGY
    assert pytest.approx(52.829, abs=5e-4) == END_POINT


def test_fluence_per_flavour():
    """r N_POT/(4 pi L^2) for each of three flavours, by hand in 1/cm^2."""
    expected = 0.0848 * 3.198e23 / (4 * np.pi * 1930.0**2)
    for component in BEAM.components:
        assert component.fluence * cm**2 == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize(("index", "mean"), [(0, 31.70), (1, 36.98)])
def test_michel_normalisation_and_mean(index, mean):
    E, w = MICHEL[index].nodes()
    assert float(w.sum()) == pytest.approx(1.0, rel=1e-13, abs=0)
    assert float((E * w).sum()) == pytest.approx(mean, abs=5e-3)


@pytest.mark.parametrize("index", [0, 1])
def test_michel_shape(index):
    """192 E^2/m^3 (1/2 - E/m) for nu_e, 64 E^2/m^3 (3/4 - E/m) for numubar."""
    E = np.array([10.0, 40.0])
    factor, half = ((192, 0.5), (64, 0.75))[index]
    expected = factor * E**2 / c.m_mu**3 * (half - E / c.m_mu)
    np.testing.assert_allclose(MICHEL[index].density(E), expected, rtol=1e-13)


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("E_min", [0.0, 7.3, 41.0, 60.0])
def test_tail_moments_are_the_integrals(index, E_min):
    component = MICHEL[index]
    tail = np.asarray(component.tail(E_min))
    flavour = (0, 1)[index]
    low = min(E_min, END_POINT)
    x, w = np.polynomial.legendre.leggauss(20)  # exact: the integrand is a polynomial
    E = low + (END_POINT - low) * (1 + x) / 2
    for k in range(3):
        exact = float((END_POINT - low) / 2 * w @ (np.asarray(component.density(E)) * E ** (k - 2)))
        assert tail[k, flavour, flavour].real == pytest.approx(exact, rel=1e-9, abs=1e-15)


def test_antineutrino_is_the_muon_one():
    assert [(x.label, x.antineutrino) for x in BEAM.components] == [
        ("nu_mu", False), ("nu_e", False), ("nu_mu_bar", True),
    ]  # fmt: skip


def test_arrival_times_against_a_convolution():
    pulse = GaussianPulse(0.473 * us, 0.147 * us)
    edges = np.array([0.0, 0.3, 0.6, 1.0, 3.0, 6.0]) * us
    t = np.linspace(-1.0, 25.0, 26001)
    step = t[1] - t[0]
    proton = norm.pdf(t, 0.473, 0.147)
    for lifetimes in ((c.tau_pi,), (c.tau_pi, c.tau_mu)):
        shape = proton
        for lifetime in lifetimes:
            decay = np.exp(-np.arange(len(t)) * step / (lifetime / us)) / (lifetime / us)
            decay[0] /= 2  # trapezium
            shape = fftconvolve(shape, decay)[: len(t)] * step
        running = np.concatenate([[0.0], np.cumsum((shape[1:] + shape[:-1]) / 2) * step])
        expected = np.diff(np.interp(edges / us, t, running))
        np.testing.assert_allclose(pulse.fractions(edges, lifetimes), expected, atol=3e-4)


def test_arrival_times_sum_to_one_and_decay_with_the_muon():
    pulse = GaussianPulse(0.5 * us, 0.15 * us)
    lifetimes = (c.tau_pi, c.tau_mu)
    assert float(pulse.fractions(np.array([-5.0, 60.0]) * us, lifetimes)[0]) == pytest.approx(1.0, abs=1e-11)
    late = pulse.fractions(np.array([5.0, 6.0, 7.0]) * us, lifetimes)
    assert float(late[0] / late[1]) == pytest.approx(np.exp(1 * us / c.tau_mu), rel=1e-12, abs=0)


@pytest.mark.parametrize("bad", [{"protons": -1.0}, {"distance": 0.0}, {"yield_per_flavour": np.nan}])
def test_bad_source(bad):
    given = {"protons": 1e23, "yield_per_flavour": 0.08, "distance": 20 * m} | bad
    with pytest.raises(InputError, match=next(iter(bad))):
        pion_decay_at_rest(**given)

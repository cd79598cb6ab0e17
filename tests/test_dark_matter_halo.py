"""Halos: normalisation, the closed form of eta, the motion of the Earth, tables, and what they refuse."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from weakscatter.flux import (
    SlowFlux,
    StandardHalo,
    TabulatedHalo,
    conventional_halo,
    earth_speed,
    slow_flux_of_energy,
)
from weakscatter.flux.earth_motion import GALACTIC, orbital_velocity
from weakscatter.grids import panels
from weakscatter.provenance.errors import InputError
from weakscatter.units import GeV, cm, km, s

KMS = km / s
HALOS = {"recommended": StandardHalo(), "conventional": conventional_halo()}


def over_speeds(halo, function, start=0.0):
    edges = np.unique(np.clip([start, *halo.breaks, halo.fastest], start, None))
    v, w = panels(
        np.concatenate([np.linspace(a, b, 5)[:-1] for a, b in pairwise(edges)] + [edges[-1:]]),
        20,
    )
    return float(np.sum(w * np.asarray(halo.speed_density(v)) * function(v)))


@pytest.mark.parametrize("name", HALOS)
def test_a_halo_integrates_to_one(name):
    assert over_speeds(HALOS[name], np.ones_like) == pytest.approx(1.0, rel=1e-12, abs=0)


@pytest.mark.parametrize("name", HALOS)
@pytest.mark.parametrize("v_min", [0.0, 100.0, 290.0, 320.0, 600.0, 770.0])
def test_mean_inverse_speed_is_the_integral(name, v_min):
    halo, v_min = HALOS[name], v_min * KMS
    assert float(halo.mean_inverse_speed(v_min)) == pytest.approx(
        over_speeds(halo, lambda v: 1 / v, v_min), rel=1e-10, abs=0
    )


@pytest.mark.parametrize("name", HALOS)
def test_nothing_is_faster_than_escape_and_earth_together(name):
    halo = HALOS[name]
    above = np.array([1.0, 1.001, 3.0]) * halo.fastest
    assert np.all(np.asarray(halo.mean_inverse_speed(above)) == 0)
    assert np.all(np.asarray(halo.speed_density(above[1:])) == 0)
    assert float(halo.mean_inverse_speed(0.999 * halo.fastest)) > 0


def test_a_halo_in_three_dimensions():
    """Speeds at the Earth of a Maxwellian sampled in the Galaxy, 2e6 draws: mean of 1/v and of v (false alarm 1e-4)."""
    halo, random = conventional_halo(), np.random.default_rng(5)
    v = random.normal(scale=halo.v0 / np.sqrt(2), size=(2_000_000, 3))
    v = v[np.linalg.norm(v, axis=1) < halo.v_escape]
    seen = np.linalg.norm(v - [0, halo.v_earth, 0], axis=1)
    for function, exact in (
        (lambda v: 1 / v, halo.mean_inverse_speed(0.0)),
        (lambda v: v, over_speeds(halo, lambda v: v)),
    ):
        sample = function(seen)
        assert abs(sample.mean() - float(exact)) < 4 * sample.std() / np.sqrt(len(sample))


def test_the_year():
    day = np.arange(0.0, 365.25, 0.25)
    speed = np.asarray(earth_speed(day, 238 * KMS)) / KMS
    assert speed.mean() == pytest.approx(252, abs=0.5)
    assert 151 <= day[speed.argmax()] <= 154  # first days of June
    assert 333 <= day[speed.argmin()] <= 338  # first days of December
    assert (speed.max() - speed.min()) / 2 == pytest.approx(14.5, abs=0.5)


def test_the_orbit_is_keplers():
    day = np.arange(0.0, 366.0, 1.0)
    v = np.asarray(orbital_velocity(day)) / KMS
    size = np.linalg.norm(v, axis=1)
    assert size.max() == pytest.approx(30.29, abs=0.01)  # perihelion, January
    assert size.min() == pytest.approx(29.29, abs=0.01)
    assert day[size.argmax()] < 6
    assert pytest.approx(np.eye(3), abs=1e-14) == GALACTIC @ GALACTIC.T
    # Gelmini and Gondolo 2001: directions of the Earth at the equinox of March and a quarter later, of another epoch.
    assert pytest.approx([0.9931, 0.1170, -0.01032], abs=0.012) == GALACTIC @ [0, -1, 0]
    assert pytest.approx([-0.0670, 0.4927, -0.8676], abs=0.013) == GALACTIC @ [1, 0, 0]


def test_modulation_of_fast_particles():
    halo = StandardHalo()
    june, december = (float(halo.on_day(day).mean_inverse_speed(500 * KMS)) for day in (152.0, 335.0))
    assert 1.1 < june / december < 2.0
    june, december = (float(halo.on_day(day).mean_inverse_speed(50 * KMS)) for day in (152.0, 335.0))
    assert june < december  # few slow ones when the Earth is fast


def test_a_table_is_the_same_halo():
    halo = StandardHalo()
    v = np.linspace(0, halo.fastest, 2001)
    table = TabulatedHalo(v, halo.speed_density(v), halo.density)
    at = np.linspace(0, 1.1 * halo.fastest, 60)
    assert np.asarray(table.mean_inverse_speed(at)) == pytest.approx(
        np.asarray(halo.mean_inverse_speed(at)), rel=1e-3, abs=1e-3
    )
    assert np.asarray(table.inverse_square(at, 100.0)) == pytest.approx(
        np.asarray(halo.density / 100.0 * table.mean_inverse_speed(at)), rel=1e-14, abs=0
    )
    flux = SlowFlux(v[1:], halo.density / 100.0 * v[1:] * np.asarray(halo.speed_density(v[1:])))
    assert np.asarray(flux.inverse_square(at[1:], None)) == pytest.approx(
        np.asarray(table.inverse_square(at[1:], 100.0)), rel=1e-9, abs=0
    )


def test_a_table_integrates_exactly_what_it_says():
    table = TabulatedHalo(np.array([0.001, 0.002]), np.array([500.0, 1500.0]), 1.0)
    for v_min in (0.0, 0.001, 0.0015, 0.00199):
        exact = quad(lambda v: (1e6 * v - 500) / v, max(v_min, 0.001), 0.002, epsabs=0)[0]
        assert float(table.mean_inverse_speed(v_min)) == pytest.approx(exact, rel=1e-12, abs=0)
    assert float(table.mean_inverse_speed(0.002)) == 0


def test_flux_by_energy():
    """dPhi/dE over E = m v^2/2: the integral of (dPhi/dv)/v^2 is that of (dPhi/dE) m/(2E)."""
    mass, E = 0.5, np.linspace(1e-8, 3e-6, 4001)
    flux = slow_flux_of_energy(E, E * np.exp(-E / 5e-7), mass)
    exact = quad(lambda E: np.exp(-E / 5e-7) * mass / 2, E[0], E[-1], epsabs=0)[0]
    assert float(flux.inverse_square(0.0, mass)) == pytest.approx(exact, rel=1e-4, abs=0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: StandardHalo(v_earth=600 * KMS), "slower"),
        (lambda: StandardHalo(v0=220.0), "units of c"),
        (lambda: StandardHalo(density=-1.0), "density"),
        (lambda: StandardHalo(v_escape=np.nan), "v_escape"),
        (lambda: TabulatedHalo([0.001, 0.002], [485.0, 1455.0], 1.0), "0.97"),
        (lambda: TabulatedHalo([0.001, 0.002], [500.0, 1500.0], 0.0), "density"),
        (lambda: TabulatedHalo([0.002, 0.001], [500.0, 1500.0], 1.0), "increasing"),
        (lambda: TabulatedHalo([0.001, 0.002], [-500.0, 1500.0], 1.0), "negative"),
        (lambda: TabulatedHalo([100.0, 300.0], [0.005, 0.005], 1.0), "slow particles"),
        (lambda: SlowFlux([0.0, 0.1], [1.0, 1.0]), "positive"),
        (lambda: SlowFlux([0.01, 0.1], [1.0, 1.0, 1.0]), "fluxes"),
        (lambda: slow_flux_of_energy([1e-6, 2e-6], [1.0, 1.0], 0.0), "mass"),
        (lambda: slow_flux_of_energy([-1e-6, 2e-6], [1.0, 1.0], 1.0), "energies"),
    ],
)  # fmt: skip
def test_bad_input(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_density_of_the_recommendation():
    assert StandardHalo().density == pytest.approx(0.3 * GeV / cm**3)

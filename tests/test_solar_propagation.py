"""Neutrinos in the Sun and the Earth: eigenvectors by another route, the wave equation, limits, symmetries."""

from math import pi, sqrt

import numpy as np
import pytest

from weakscatter import constants
from weakscatter.flux import solar_neutrinos, solar_production, solar_profile
from weakscatter.interactions import Charge, Millicharge, NonStandard, Weak, together
from weakscatter.mixing import (
    EARTH_ENERGIES,
    Exposure,
    MatterPotential,
    Mixing,
    SolarPropagation,
    adiabatic_probabilities,
    earth_density,
    earth_regeneration,
    earth_states,
    matter_potential,
    night_exposure,
    standard_potential,
    two_flavour_probabilities,
)
from weakscatter.mixing.levels import eigenvalues, evolution, shares
from weakscatter.provenance.errors import InputError
from weakscatter.units import cm, day, deg, eV, g, km

MIXING = Mixing()
SUN_RADIUS = 695700 * km
B8, PP = solar_production("b16_gs98", "b8"), solar_production("b16_gs98", "pp")
NSI = np.array([[0.3, 0.1 - 0.2j, 0.05j], [0.1 + 0.2j, -0.1, 0.15], [-0.05j, 0.15, 0.2]])


def hamiltonian(E, density, neutrons, mixing, potential):
    U = np.asarray(mixing.unitary)
    vacuum = U @ np.diag(np.asarray(mixing.squared_masses)) @ U.conj().T / (2 * E)
    return vacuum + density * np.asarray(potential.per_electron(neutrons))


def by_eigenvectors(E, production, mixing, potential):
    """P_k from LAPACK's eigenvectors, levels matched to mass states by their order."""
    P = np.zeros(3)
    order = np.argsort(np.asarray(mixing.squared_masses))
    for n, y, w in zip(production.density, production.neutrons, production.weights, strict=True):
        _, vectors = np.linalg.eigh(hamiltonian(E, n, y, mixing, potential))
        P[order] += w * np.abs(vectors[0]) ** 2
    return P


@pytest.mark.parametrize("ordering", [1, -1])
@pytest.mark.parametrize("extra", [0.0, 1.0])
def test_probabilities_equal_those_of_eigenvectors(ordering, extra):
    mixing = Mixing(delta_m2_31=ordering * 2.5e-3 * eV**2)
    standard = standard_potential()
    scale = sqrt(2) * constants.G_F * extra
    potential = MatterPotential(standard.charged + scale * NSI, scale * NSI.T)
    for E in (0.1, 1.0, 6.0, 18.0):
        ours = adiabatic_probabilities(E, B8.density, B8.neutrons, B8.weights, mixing, potential)
        np.testing.assert_allclose(ours, by_eigenvectors(E, B8, mixing, potential), rtol=0, atol=1e-11)
        assert float(ours.sum()) == pytest.approx(1.0, abs=1e-12)


def test_levels_and_evolution_are_those_of_the_matrix():
    rng = np.random.default_rng(3)
    A = rng.normal(size=(20, 3, 3)) + 1j * rng.normal(size=(20, 3, 3))
    H = A + np.conj(np.swapaxes(A, 1, 2))
    levels, vectors = np.linalg.eigh(H)
    np.testing.assert_allclose(eigenvalues(H), levels, atol=1e-12)
    np.testing.assert_allclose(shares(H, levels), np.abs(vectors[:, 0, :]) ** 2, atol=1e-11)
    exact = np.einsum("nik,nk,njk->nij", vectors, np.exp(-0.7j * levels), np.conj(vectors))
    np.testing.assert_allclose(evolution(H, levels, np.full(20, 0.7)), exact, atol=1e-11)


@pytest.mark.parametrize("E", [1.0, 10.0])
def test_no_level_is_left_on_the_way_out(E):
    """The wave equation from the centre to the surface in 40 000 layers ends in the adiabatic shares."""
    profile = solar_profile("b16_gs98")
    radius = np.asarray(profile.radius) - 0.00125
    start, steps = 0.05, 40000
    r = np.linspace(start, 1.0, steps + 1)
    middle = (r[1:] + r[:-1]) / 2
    # Smooth, so that the digits of the table make no steps; an exponential beyond it.
    smooth = np.polynomial.Polynomial.fit(radius, np.log(np.asarray(profile.density)), 12)
    density = np.exp(
        np.where(middle < 0.48, smooth(np.minimum(middle, 0.48)), smooth(0.48) - 10.5 * (middle - 0.48))
    )
    H = hamiltonian(E, density[:, None, None], np.zeros(steps), MIXING, standard_potential())
    levels, vectors = np.linalg.eigh(H)
    phases = np.exp(-1j * levels * (1 - start) / steps * SUN_RADIUS)
    _, first = np.linalg.eigh(hamiltonian(E, np.exp(smooth(start)), 0.0, MIXING, standard_potential()))
    psi = np.array([1.0, 0.0, 0.0], complex)
    for v, p in zip(vectors, phases, strict=True):
        psi = v @ (p * (v.conj().T @ psi))
    arrived = np.abs(np.asarray(MIXING.unitary).conj().T @ psi) ** 2
    np.testing.assert_allclose(arrived, np.abs(first[0]) ** 2, atol=1e-3)


def test_limits_of_low_and_high_energy():
    U2 = np.abs(np.asarray(MIXING.unitary)[0]) ** 2
    low = adiabatic_probabilities(1e-4, PP.density, PP.neutrons, PP.weights, MIXING, standard_potential())
    np.testing.assert_allclose(low, U2, atol=1e-5)
    # Far above the resonance of the first two states and far below that of the third, P_2 holds nearly all.
    third = Mixing(delta_m2_31=2.5e2 * eV**2)
    high = adiabatic_probabilities(1e4, B8.density, B8.neutrons, B8.weights, third, standard_potential())
    s13 = third.sin2_theta_13
    np.testing.assert_allclose(high, [0.0, 1 - s13, s13], atol=2e-4)
    survival = float(high @ (np.abs(np.asarray(third.unitary)[0]) ** 2))
    assert survival == pytest.approx((1 - s13) ** 2 * third.sin2_theta_12 + s13**2, abs=2e-4)


def test_the_resonance_lies_where_the_mixing_is_maximal():
    """cos 2 theta_12 dm_21 = 2 sqrt2 G_F n_e E c13^2: half of the c13^2 in either level."""
    n = 100 * constants.N_A / cm**3
    c13 = 1 - MIXING.sin2_theta_13
    E = (1 - 2 * MIXING.sin2_theta_12) * MIXING.delta_m2_21 / (2 * sqrt(2) * constants.G_F * n * c13)
    P = np.asarray(two_flavour_probabilities(E, np.array([n]), np.array([1.0]), MIXING))
    np.testing.assert_allclose(P, [c13 / 2, c13 / 2, 1 - c13], rtol=1e-12)
    # 2 sqrt2 G_F n_e E = 1.526e-7 eV^2 (n_e cm^3/N_A)(E/MeV), the textbooks' number.
    assert 1.526e-5 * eV**2 * E == pytest.approx(
        (1 - 2 * MIXING.sin2_theta_12) * MIXING.delta_m2_21 / c13, rel=1e-3, abs=0
    )


def test_two_flavours_are_close_to_three():
    E = np.array([0.2, 0.862, 1.442, 5.0, 10.0])
    three = adiabatic_probabilities(E, B8.density, B8.neutrons, B8.weights, MIXING, standard_potential())
    two = two_flavour_probabilities(E, B8.density, B8.weights, MIXING)
    e = np.abs(np.asarray(MIXING.unitary)[0]) ** 2
    difference = np.asarray(two @ e - three @ e)
    assert np.all(np.abs(difference[:3]) < 2e-4)
    assert 5e-4 < difference[-1] < 1e-3
    # With the third state decoupled the two are the same.
    no13 = Mixing(sin2_theta_13=0.0)
    three = adiabatic_probabilities(E, B8.density, B8.neutrons, B8.weights, no13, standard_potential())
    two = two_flavour_probabilities(E, B8.density, B8.weights, no13)
    np.testing.assert_allclose(three, two, atol=1e-10)


def test_the_dark_side_looks_the_same():
    """H -> -H^*: theta_12 -> pi/2 - theta_12, dm_31 -> -dm_32, delta -> pi - delta, V -> -Q V^* Q leave P_ee.

    Q = diag(1, -1, -1) brings the mixing matrix back to its standard form.
    """
    m21, m31 = MIXING.delta_m2_21, MIXING.delta_m2_31
    dark = Mixing(
        sin2_theta_12=1 - MIXING.sin2_theta_12, delta_m2_31=-(m31 - m21), delta_cp=pi - MIXING.delta_cp
    )
    scale = sqrt(2) * constants.G_F
    Q = np.diag([1.0, -1.0, -1.0])
    light = standard_potential().charged + 0.3 * scale * NSI
    for E in (1.0, 8.0):
        found = []
        for mixing, V in ((MIXING, light), (dark, -Q @ np.conj(light) @ Q)):
            P = adiabatic_probabilities(
                E, B8.density, B8.neutrons, B8.weights, mixing, MatterPotential(V, np.zeros((3, 3)))
            )
            found.append(float(P @ np.abs(np.asarray(mixing.unitary)[0]) ** 2))
        assert found[0] == pytest.approx(found[1], abs=1e-10)


def test_potential_of_quarks_counts_quarks():
    eps_u, eps_d = 0.1 * NSI, -0.3 * NSI
    found = matter_potential(Weak() + NonStandard(eps_u, eps_d), MIXING)
    scale = sqrt(2) * constants.G_F
    np.testing.assert_allclose(
        found.charged, standard_potential().charged + scale * (2 * eps_u + eps_d), atol=1e-25
    )
    np.testing.assert_allclose(found.neutron, scale * (eps_u + 2 * eps_d), atol=1e-25)


class Exchange:
    """Vector exchange with given couplings of e, p and n, diagonal in flavour."""

    kind = "exchange"
    parameters = ()
    citations = ()

    def __init__(self, mass, couplings):
        self.mass, self.couplings = mass, couplings

    def charges(self):
        shape = np.diag([0.0, 1e-12, 0.0])
        return tuple(Charge("vector", on, c * shape, self.mass) for on, c in self.couplings.items())

    __add__ = together


def test_mediators_act_at_no_momentum_and_photons_not_at_all():
    standard = matter_potential(Weak(), MIXING)
    heavy = matter_potential(Weak() + Exchange(2.0, {"e": 1.0, "p": 3.0, "n": 5.0}), MIXING)
    assert (heavy.charged - standard.charged)[1, 1].real == pytest.approx(1e-12, rel=1e-10, abs=0)
    assert heavy.neutron[1, 1].real == pytest.approx(1.25e-12, rel=1e-10, abs=0)
    photon = matter_potential(Weak() + Exchange(0, {"e": -1.0, "p": 1.0}), MIXING)
    np.testing.assert_allclose(photon.charged, standard.charged, rtol=1e-12)
    charged = matter_potential(Weak() + Millicharge(1e-12 * np.eye(3)), MIXING)
    np.testing.assert_allclose(charged.charged, standard.charged, rtol=1e-12)
    with pytest.raises(InputError, match="over the whole Sun"):
        matter_potential(Weak() + Exchange(0, {"e": 1.0, "p": 1.0}), MIXING)
    # The charged current acts whether or not the theory names it.
    np.testing.assert_array_equal(standard.charged, standard_potential().charged)
    alone = matter_potential(NonStandard(NSI, NSI), MIXING)
    np.testing.assert_allclose(
        alone.charged - standard.charged, sqrt(2) * constants.G_F * 3 * NSI, atol=1e-25
    )


def test_the_earth_weighs_what_it_weighs():
    r = (np.arange(20000) + 0.5) / 20000 * 6371 * km
    mass = np.sum(4 * pi * r**2 * earth_density(r)) * r[0] * 2
    assert mass / g == pytest.approx(5.973e27, rel=1e-3, abs=0)


def test_exposure_of_pole_and_equator():
    for latitude in (0.0, 42.5 * deg, 90 * deg):
        night = night_exposure(latitude)
        assert night.weights.sum() == pytest.approx(1.0)
        assert np.all(night.weights >= 0)
    # At the pole the Sun is never further down than the obliquity; at the equator it comes near to every depth.
    pole, equator = night_exposure(90 * deg), night_exposure(0.0)
    deepest = np.sin(23.44 * deg)
    assert pole.weights[pole.cos_nadir > deepest + 1 / 60].sum() == 0
    assert equator.cos_nadir[equator.weights > 0].max() > 0.99
    # < cos nadir > over nights at the equator: (2/pi) < cos(declination) >.
    longitude = np.linspace(0, 2 * pi, 4001)[:-1]
    mean = 2 / pi * np.mean(np.sqrt(1 - (deepest * np.sin(longitude)) ** 2))
    assert equator.cos_nadir @ equator.weights == pytest.approx(mean, abs=2e-3)


def test_shells_are_crossed_in_order():
    """The states behind the Earth from SciPy's matrix exponentials, shell by shell."""
    from scipy.linalg import expm

    from weakscatter.mixing.earth import _shells

    outer, density, neutrons = _shells()
    nadir, E = 0.9, 7.0
    ours = np.asarray(
        earth_states(
            np.array([E]), Exposure(np.array([nadir]), np.array([1.0])), MIXING, standard_potential()
        )
    )[0]
    half = [sqrt(max(R**2 - (outer[-1] ** 2) * (1 - nadir**2), 0.0)) for R in outer]
    path = [(i, half[i] - (half[i - 1] if i else 0.0)) for i in range(len(outer))]
    S = np.eye(3)
    for i, length in path[::-1] + path:
        S = expm(-1j * length * hamiltonian(E, density[i], neutrons[i], MIXING, standard_potential())) @ S
    V = S @ np.asarray(MIXING.unitary)
    for k in range(3):
        np.testing.assert_allclose(ours[k], np.outer(V[:, k], V[:, k].conj()), atol=1e-8)


def test_without_matter_night_is_day():
    empty = MatterPotential(np.zeros((3, 3)), np.zeros((3, 3)))
    night = earth_regeneration(night_exposure(0.7), MIXING, empty)
    assert np.max(np.abs(night)) * EARTH_ENERGIES[-1] < 1e-9


def test_night_of_boron_neutrinos():
    """A few per cent more nu_e at night for 8B, less than 1e-3 for 7Be; the first order of perturbation theory agrees."""
    latitude = 36.4 * deg
    beams = {
        time: solar_neutrinos(components=["be7_862", "b8"], duration=1 * day, time_of_day=time,
                              latitude=None if time == "day" else latitude)
        for time in ("day", "night", "day-and-night")
    }  # fmt: skip
    P = {time: np.asarray(beam.components[1].rho(10.0)) for time, beam in beams.items()}
    np.testing.assert_allclose((P["day"] + P["night"]) / 2, P["day-and-night"], atol=1e-14)
    for rho in P.values():
        assert np.trace(rho).real == pytest.approx(1.0, abs=1e-9)
        assert np.all(np.linalg.eigvalsh(rho) > 0)
    asymmetry = 2 * (P["night"] - P["day"])[0, 0].real / (P["night"] + P["day"])[0, 0].real
    assert 0.025 < asymmetry < 0.04
    beryllium = [float(beams[time].components[0].rho(0.8618)[0, 0].real) for time in ("day", "night")]
    assert -1e-3 < beryllium[1] / beryllium[0] - 1 < 0
    # P_2e - sin^2 = (1/2) sin^2 2theta_12 c13^4 V integral: for an evenly dark night one half of V/(dm_21/2E) at the surface.
    E = np.array([10.0])
    behind = np.asarray(earth_states(E, night_exposure(latitude, 480), MIXING, standard_potential()))[
        0, 1, 0, 0
    ].real
    c13, s12 = 1 - MIXING.sin2_theta_13, MIXING.sin2_theta_12
    V = sqrt(2) * constants.G_F * 0.4957 * 2.8 * g / cm**3 / constants.u
    first = 0.5 * 4 * s12 * (1 - s12) * c13**2 * V * 2 * 10.0 / MIXING.delta_m2_21
    assert behind - c13 * s12 == pytest.approx(first, rel=0.35, abs=0)


def test_bad_propagation():
    with pytest.raises(InputError, match="msw-adiabatic"):
        SolarPropagation("msw")
    with pytest.raises(InputError, match="does not know"):
        SolarPropagation("vacuum-averaged", time="night")
    with pytest.raises(InputError, match="latitude"):
        SolarPropagation(time="night")
    with pytest.raises(InputError, match="equator"):
        night_exposure(2.0)
    with pytest.raises(InputError, match="no mixture"):
        SolarPropagation("none").mass_probabilities(1.0, PP)

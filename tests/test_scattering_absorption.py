"""Absorption of bosons: printed rates, closed limits, the medium, and messages."""

import jax
import numpy as np
import pytest

from weakscatter.constants import N_A, alpha, m_e
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.sources import cite
from weakscatter.response import Photoabsorption, photoabsorption
from weakscatter.scattering import (
    AxionLikeParticle,
    DarkPhoton,
    Medium,
    Photon,
    absorption_cross_section,
    absorption_spectrum,
    halo_absorption_rate,
)
from weakscatter.units import GeV, barn, cm, day, eV, g, keV, kg

HALO = 0.3 * GeV / cm**3
#: One barn at every energy.
BARN = Photoabsorption([1 * eV, 1e4 * keV], [barn, barn])
LIQUID_XENON = Medium("Xe", 2.9 * g / cm**3)


def per_kilogram_day(rate_per_atom, A):
    return float(rate_per_atom * N_A / g / A * kg * day)


@pytest.mark.parametrize("m", [0.5 * keV, 1 * keV, 30 * keV])
def test_printed_halo_rates(m):
    """XENON1T (2020): 4.7e23/A kappa^2 (keV/m)(sigma/b) and 1.5e19/A g_ae^2 (m/keV)(sigma/b) per kg and day, two digits."""
    dark = halo_absorption_rate(DarkPhoton(1.0, m), BARN, density=HALO)
    assert per_kilogram_day(dark, 131.29) * 131.29 * (m / keV) == pytest.approx(4.7e23, rel=0.011, abs=0)
    axion = halo_absorption_rate(AxionLikeParticle(1.0, m), BARN, density=HALO)
    assert per_kilogram_day(axion, 131.29) * 131.29 / (m / keV) == pytest.approx(1.5e19, rel=0.034, abs=0)


def test_limits_of_the_axio_electric_effect():
    """At rest 3 m^2/(16 pi alpha m_e^2); a massless one E^2/(8 pi alpha m_e^2) sigma_gamma (Pospelov et al. 2008)."""
    sigma = photoabsorption("Ge")
    still = AxionLikeParticle(1e-11, 5 * keV)
    assert float(still.ratio(5 * keV, None)) == pytest.approx(
        1e-22 * 3 * (5 * keV) ** 2 / (16 * np.pi * alpha * m_e**2), rel=1e-12, abs=0
    )
    E = np.array([2.0, 5.0, 10.0]) * keV
    fast = absorption_cross_section(AxionLikeParticle(1e-11, 0.0), sigma, E)
    np.testing.assert_allclose(fast, 1e-22 * E**2 / (8 * np.pi * alpha * m_e**2) * sigma(E), rtol=1e-12)


def test_a_slow_particle_is_absorbed_at_the_rate_of_one_at_rest():
    """sigma v has a limit: the flux of a halo of any speeds gives the same rate."""
    sigma, m = photoabsorption("Xe"), 3 * keV
    v = 1e-3
    E = m / np.sqrt(1 - v**2)
    for particle, accuracy in (
        (AxionLikeParticle(1e-12, m), 5e-3),
        (DarkPhoton(1e-12, m), 1e-5),
        (DarkPhoton(1e-12, m, "longitudinal"), 1e-5),
    ):
        moving = HALO / m * v * absorption_cross_section(particle, sigma, E)
        still = halo_absorption_rate(particle, sigma, density=HALO)
        assert float(moving) == pytest.approx(float(still), rel=accuracy, abs=0)


def test_photons_are_absorbed_as_the_table_says():
    E = np.array([1.0, 10.0]) * keV
    table = photoabsorption("Ar")
    np.testing.assert_allclose(absorption_cross_section(Photon(), table, E), table(E), rtol=1e-14)
    flux = np.array([2.0, 3.0])
    np.testing.assert_allclose(
        absorption_spectrum(Photon(), table, E, flux), flux * np.asarray(table(E)), rtol=1e-14
    )


def test_medium_far_above_and_far_below_its_plasma_frequency():
    sigma = photoabsorption("Xe")

    def ratio(m, medium, polarisation="transverse"):
        return float(DarkPhoton(1.0, m, polarisation, medium).ratio(m, sigma(m)))

    assert ratio(5 * keV, LIQUID_XENON) == pytest.approx(1.0, abs=2e-4)
    assert abs(ratio(1 * keV, LIQUID_XENON) - 1) < 0.01
    assert ratio(150 * eV, LIQUID_XENON) == pytest.approx(1.05, abs=0.01)
    # At rest the two polarisations cannot be told apart.
    assert ratio(0.1 * keV, LIQUID_XENON, "longitudinal") == pytest.approx(
        ratio(0.1 * keV, LIQUID_XENON), rel=1e-12, abs=0
    )
    # A light transverse one is screened as m^4/|Pi|^2; a longitudinal one is m^2/E^2 weaker and hardly screened.
    m, E = 0.1 * eV, 1 * keV
    real, imaginary = LIQUID_XENON.polarisation(E, sigma(E))
    transverse = DarkPhoton(1.0, m, "transverse", LIQUID_XENON).ratio(E, sigma(E))
    assert float(transverse) == pytest.approx(m**4 / float(real**2 + imaginary**2), rel=1e-3, abs=0)
    longitudinal = DarkPhoton(1.0, m, "longitudinal", LIQUID_XENON).ratio(E, sigma(E))
    assert float(longitudinal) == pytest.approx((m / E) ** 2, rel=5e-3, abs=0)


def test_polarisation_is_that_of_the_optical_theorem():
    """Two routes: E N sigma against 4 pi r_e N f_2 of the same table."""
    import periodictable

    E, _, f2 = periodictable.elements.symbol("Xe").xray.sftable
    at = [100, 250, 330, 390]
    energies = E[at] * keV
    _, imaginary = LIQUID_XENON.polarisation(energies, np.asarray(photoabsorption("Xe")(energies)))
    expected = 4 * np.pi * alpha / m_e * LIQUID_XENON.number_density * f2[at]
    np.testing.assert_allclose(imaginary, expected, rtol=1e-9)
    # f_1 = Z less a small relativistic and K-shell part at 30 keV: the plasma frequency.
    real, _ = LIQUID_XENON.polarisation(30 * keV, 0.0)
    plasma = 4 * np.pi * alpha * 54 * LIQUID_XENON.number_density / m_e
    assert float(real) / plasma == pytest.approx(0.97, abs=0.02)


def test_traced_couplings_and_masses():
    table = photoabsorption("Xe", "elam")

    def rate(m):
        return halo_absorption_rate(AxionLikeParticle(1e-12, m), table, density=HALO)

    step = 1e-5 * keV
    slope = float(jax.grad(rate)(3 * keV))
    assert slope == pytest.approx(
        float(rate(3 * keV + step) - rate(3 * keV - step)) / (2 * step), rel=1e-5, abs=0
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DarkPhoton(1e-12, 0.0), "mass of a dark photon"),
        (lambda: DarkPhoton(1e-12, 1 * keV, "scalar"), "transverse"),
        (lambda: AxionLikeParticle(1e-12, -1.0), "not negative"),
        (lambda: Medium("Xe", 0.0), "positive"),
        (lambda: AxionLikeParticle(1e-12, 2 * keV).ratio(1 * keV, None), "at least its mass"),
        (
            lambda: absorption_cross_section(DarkPhoton(1e-12, 2 * keV), BARN, 2 * keV),
            "halo_absorption_rate",
        ),
        (lambda: halo_absorption_rate(Photon(), BARN, density=HALO), "positive mass"),
        (
            lambda: halo_absorption_rate(DarkPhoton(1e-12, 1e-3 * eV), photoabsorption("Xe"), density=HALO),
            "covers",
        ),
        (lambda: absorption_spectrum(Photon(), BARN, np.ones(2), np.ones(3)), "one flux an energy"),
        (lambda: absorption_spectrum(Photon(), BARN, np.ones(1), -np.ones(1)), "not negative"),
    ],
)
def test_what_is_wrong_is_said(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_what_to_cite():
    found = {s.key for s in cite(DarkPhoton(1e-12, 1 * keV, medium=LIQUID_XENON), photoabsorption("Xe"))}
    assert {"an2013", "pospelov2008", "henke1993"} <= found

"""Constants: the sheet's values, relations between them, and a source for each."""

import math

import pytest

from weakscatter import constants, units
from weakscatter.provenance.sources import cite


def test_every_constant_is_a_plain_float_with_a_source():
    for name, constant in constants.CATALOGUE.items():
        assert constant.name == name
        assert getattr(constants, name) == constant.natural
        assert constant.uncertainty >= 0
        assert cite(constant)[0].title


@pytest.mark.parametrize(
    ("value", "expected", "relative"),
    [
        (constants.G_F, 1.1663787e-11, 1e-12),
        (constants.alpha, 1 / 137.035999, 1e-8),
        (constants.m_e, 0.51099895, 1e-12),
        (constants.m_mu, 105.6583755, 1e-12),
        (constants.m_pi, 139.57039, 1e-12),
        (constants.m_tau, 1776.86, 1e-12),
        (constants.u, 931.49410242, 1e-12),
        (constants.sin2_theta_w_0, 0.23857, 1e-12),
        (constants.tau_mu / units.ns, 2196.98, 1e-6),
        (constants.tau_pi / units.ns, 26.033, 1e-12),
        (constants.neutron_radius_squared / units.fm**2, -0.1161, 1e-12),
        (constants.N_A, units.g / constants.u, 1e-9),  # one gram of unit masses, since m(12C) is 12 u
    ],
)
def test_values(value, expected, relative):
    assert value == pytest.approx(expected, rel=relative, abs=0)


def test_bohr_magneton_in_si():
    # CODATA 2018: 5.7883818060e-11 MeV/T. A field of one tesla holds B^2/(2 mu_0) per volume, B^2/2 in our units.
    mu_0 = 1.25663706212e-6  # N/A^2
    tesla = math.sqrt(units.J / units.m**3 / mu_0)
    assert constants.mu_B * tesla == pytest.approx(5.7883818060e-11, rel=1e-8, abs=0)


def test_tau_mu_from_G_F():
    # Gamma = G_F^2 m_mu^5 / (192 pi^3) (1 - 8 m_e^2/m_mu^2)(1 + alpha/2pi (25/4 - pi^2)), good to 1e-5
    x = (constants.m_e / constants.m_mu) ** 2
    width = constants.G_F**2 * constants.m_mu**5 / (192 * math.pi**3) * (1 - 8 * x)
    width *= 1 + constants.alpha / (2 * math.pi) * (25 / 4 - math.pi**2)
    assert 1 / width == pytest.approx(constants.tau_mu, rel=1e-4, abs=0)


def test_weak_mixing_angle_on_shell_and_masses():
    # loose physical check of m_W, m_Z: 1 - m_W^2/m_Z^2 = 0.2229
    assert 1 - (constants.m_W / constants.m_Z) ** 2 == pytest.approx(0.2229, abs=5e-4)

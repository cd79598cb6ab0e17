"""Kinematics of elastic scattering and crossing energies: four-momenta, published anchors, the rates themselves."""

import numpy as np
import pytest
from scipy.optimize import brentq

from weakscatter import constants
from weakscatter.flux import monoenergetic
from weakscatter.interactions import MagneticMoment, Weak, tree_couplings
from weakscatter.matter import nuclide
from weakscatter.model import differential_cross_section
from weakscatter.provenance.errors import InputError
from weakscatter.response import FreeElectrons, NuclearResponse, Point
from weakscatter.scattering import (
    moment_crossing_on_electrons,
    moment_crossing_on_nucleus,
    projectile_energy_min,
    recoil_cosine,
    recoil_energy_max,
)
from weakscatter.units import eV, keV

M = constants.m_e


def test_angle_from_four_momenta():
    E = 0.4
    angles = np.linspace(0.1, 3.0, 7)  # of the neutrino
    left = E / (1 + E / M * (1 - np.cos(angles)))
    T = E - left
    along = E - left * np.cos(angles)
    assert np.asarray(recoil_cosine(E, T, M)) == pytest.approx(
        along / np.sqrt(T * (T + 2 * M)), rel=1e-12, abs=0
    )


def test_ends():
    assert float(recoil_energy_max(0.42341, M)) / keV == pytest.approx(264.06, abs=0.01)
    assert float(recoil_cosine(0.3, recoil_energy_max(0.3, M), M)) == pytest.approx(1.0, rel=1e-12, abs=0)
    T = np.array([1e-6, 0.01, 1.0])
    assert np.asarray(recoil_energy_max(projectile_energy_min(T, M), M)) == pytest.approx(T, rel=1e-12, abs=0)
    with pytest.raises(InputError, match="recoil energies from 0"):
        recoil_cosine(0.3, 0.25, M)


def test_crossing_on_electrons_is_where_the_rates_cross():
    mu = 1e-11
    assert float(moment_crossing_on_electrons(mu)) / keV == pytest.approx(2.90, abs=0.005)
    weak, moment = Weak(tree_couplings()), MagneticMoment(mu * np.eye(3))
    beam = monoenergetic("e", 100.0)

    def difference(T):
        rate = [
            float(differential_cross_section(beam, FreeElectrons(), theory, np.array([T]))[0])
            for theory in (weak, moment)
        ]
        return np.log(rate[0] / rate[1])

    found = brentq(difference, 0.1 * keV, 100 * keV, rtol=1e-8)
    couplings = (0.5 + 2 * constants.sin2_theta_w_0, 0.5)
    assert found == pytest.approx(float(moment_crossing_on_electrons(mu, couplings)), rel=1e-3, abs=0)


def test_crossing_on_a_nucleus():
    mu, argon = 1e-11, nuclide("Ar40")
    charge = (argon.Z * (1 - 4 * constants.sin2_theta_w_0) - argon.N) / 2
    T = float(moment_crossing_on_nucleus(mu, argon, charge))
    assert 1e-2 * float(moment_crossing_on_electrons(mu)) > T
    beam, response = monoenergetic("e", 30.0), NuclearResponse(argon, Point())
    weak, moment = (
        float(differential_cross_section(beam, response, theory, np.array([T]))[0])
        for theory in (Weak(tree_couplings()), MagneticMoment(mu * np.eye(3)))
    )
    assert weak == pytest.approx(moment, rel=2e-3, abs=0)
    assert 0.01 * eV < T

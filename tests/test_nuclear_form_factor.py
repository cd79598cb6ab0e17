"""The shell-model form factor of 12C: radii, its parts written out, the elastic limit, and the card."""

from math import exp, pi

import numpy as np
import pytest

from weakscatter import InputError, constants
from weakscatter.cards import run
from weakscatter.flux import monoenergetic
from weakscatter.interactions import Weak
from weakscatter.matter import nuclide
from weakscatter.model import differential_cross_section
from weakscatter.response import (
    NuclearResponse,
    NuclearTransition,
    Point,
    ShellModel,
    charge_radius,
    shell_model_amplitudes,
)
from weakscatter.units import fm

CARBON = nuclide("C12")
MASS = 0.5 * (constants.m_p + constants.m_n)


def test_the_form_factor_is_that_of_the_oscillator():
    """Two nucleons of a species in 0s and four in 0p: F^M = [2 + 4 (1 - 2y/3)] e^{-y} e^{y/12}, and the terms of order 1/m^2."""
    table = shell_model_amplitudes("C12")
    q = 60.0
    y = (q * table.oscillator_length / 2) ** 2
    density = (6 - 8 / 3 * y) * exp(-y * 11 / 12)
    t = -(q**2)
    radii = (constants.proton_radius_squared + constants.neutron_radius_squared) * t / 6 + t / (8 * MASS**2)
    orbit = float(table.amplitude("0+ 1", 0, "Phi''", "p", q)) * (4 * pi) ** 0.5
    moments = (2 * constants.mu_p - 1 + 2 * constants.mu_n) * t / (4 * MASS**2)
    expected = ((1 + radii) * density - moments * orbit) / 6
    assert float(ShellModel()(q, None, CARBON)) == pytest.approx(expected, rel=1e-12, abs=0)


def test_protons_and_neutrons_are_alike_where_n_is_z():
    q = np.array([10.0, 100.0])
    neutrons = np.asarray(ShellModel().other(q, None, CARBON))
    assert np.asarray(ShellModel()(q, None, CARBON)) == pytest.approx(neutrons, rel=1e-12, abs=0)


def test_radius_in_closed_form_and_against_the_measured_one():
    radius = ShellModel().rms_radius(CARBON)
    slope = (1 - float(ShellModel()(0.5, None, CARBON))) * 6 / 0.5**2
    assert radius**2 == pytest.approx(slope, rel=1e-4, abs=0)
    # hbar omega of the general formula, not fitted: a few per cent from the charge radius of 2.470 fm.
    assert radius / fm == pytest.approx(charge_radius(CARBON) / fm, rel=0.04, abs=0)


def test_a_given_radius_scales_the_momentum():
    model, radius = ShellModel(), 2.4 * fm
    q = 1.0
    assert 6 * (1 - float(model(q, radius, CARBON))) / q**2 == pytest.approx(radius**2, rel=1e-4, abs=0)


def test_elastic_limit_is_the_weak_charge():
    """Walecka's multipoles of the ground state at small q against Q_w of a point nucleus."""
    theory, T, beam = Weak(), np.array([1e-7, 1e-6]), monoenergetic("mu", 30.0)
    elastic = NuclearTransition(CARBON, shell_model_amplitudes("C12"), "0+ 1")
    ours = differential_cross_section(beam, elastic, theory, T)
    point = differential_cross_section(beam, NuclearResponse(CARBON, Point()), theory, T)
    assert np.asarray(ours) == pytest.approx(np.asarray(point), rel=1e-4, abs=0)


def test_elastic_multipoles_are_the_form_factor_but_for_relativistic_terms():
    """The same nodes by both routes; spin-orbit and Darwin terms of order q^2/(8 m^2) are in one of them alone."""
    T = np.array([0.05, 0.2])
    elastic = NuclearTransition(CARBON, shell_model_amplitudes("C12"), "0+ 1")
    key = (("vector", "p"), ("vector", "p"), "longitudinal")
    one = elastic.nodes(T, elastic.levels[0]).weighted_response[key]
    whole = NuclearResponse(CARBON, ShellModel())
    two = whole.nodes(T, whole.levels[0]).weighted_response[key]
    assert np.asarray(one) == pytest.approx(np.asarray(two), rel=5e-3, abs=0)


def test_the_card_word():
    card = {
        "task": "cross-section",
        "projectile": {"kind": "neutrino", "flavour": "mu", "energy": "30 MeV"},
        "target": {"nuclide": "C12"},
        "response": {"form_factor": "shell-model"},
        "interaction": [{"kind": "weak"}],
    }
    shell, helm = (
        run(card | {"response": {"form_factor": word}})["sigma_total"].value
        for word in ("shell-model", "helm")
    )
    assert shell == pytest.approx(helm, rel=0.01, abs=0)
    with pytest.raises(InputError, match="no shell-model table of Al27"):
        run(card | {"target": {"nuclide": "Al27"}})


def test_large_momenta_are_refused():
    with pytest.raises(InputError, match="expansion"):
        ShellModel()(301.0, None, CARBON)

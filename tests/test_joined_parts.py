"""Prepared models: sources that count alike are one part of the form, and the counts stay those of the direct model."""

from dataclasses import dataclass

import numpy as np
import pytest

from weakscatter.flux import Beam, Line, solar_neutrinos
from weakscatter.interactions import MagneticMoment, Weak
from weakscatter.matter import material
from weakscatter.model import Model, electron_targets, prepare
from weakscatter.model.recoil_grid import RecoilGrid
from weakscatter.response import ELECTRONIC_RECOIL, FreeElectrons
from weakscatter.units import keV, t, yr


@dataclass(frozen=True, eq=False)
class TwoBins:
    """Every recoil is seen, in halves."""

    time_edges = np.array([0.0, 1.0])

    def energy_map(self, contains):
        n = len(contains[ELECTRONIC_RECOIL])
        return np.stack([np.arange(n) < n // 2, np.arange(n) >= n // 2]).astype(float)

    def time_map(self):
        return np.ones((1, 1))


def build(values):
    state = np.array([[0.5, 0.1 + 0.2j, 0], [0.1 - 0.2j, 0.3, 0], [0, 0, 0.2]])
    sun = solar_neutrinos(duration=1 * yr, components=["pp", "pep", "n13"])
    # As many as the Sun's, so that a part that is lost or seen with the wrong sign would show.
    flux = 3e10 * sun.components[0].fluence / 5.98e10
    beam = Beam((Line("nubar", 0.5, flux, state, True), *sun.components))
    targets = electron_targets(material("Xe"), 1 * t, lambda _: FreeElectrons(54))
    grid = RecoilGrid(np.linspace(1.0, 200.0, 40) * keV, np.full(40, 5.0 * keV))
    theory = Weak() + MagneticMoment().from_values(values)
    return Model(beam, theory, targets, TwoBins(), {ELECTRONIC_RECOIL: grid})


@pytest.fixture(scope="module")
def prepared():
    return prepare(build, {"magnetic_moment_ee": 0.1, "magnetic_moment_emu": 0.2}, ("magnetic_moment_ee",))


def test_continua_and_a_line_of_the_sun_are_one(prepared):
    """pep has one state for all bins and joins those that have a matrix per bin; the antineutrino stays alone."""
    parts = prepared.parts({})
    assert sorted(part.antineutrino for part in parts) == [False, True]
    assert prepared.parts({"magnetic_moment_ee": 3.0}) is parts


@pytest.mark.parametrize("moment", [0.1, 0.4])
def test_counts_are_those_of_the_direct_model(prepared, moment):
    values = {"magnetic_moment_ee": moment, "magnetic_moment_emu": 0.2}
    np.testing.assert_allclose(
        prepared.counts({"magnetic_moment_ee": moment}), build(values).counts(), rtol=1e-12
    )

"""The scoreboard's rows of atoms, and the coupled curves they read: as recorded, and as the code computes them today."""

import sys
from pathlib import Path

import numpy as np
import pytest

from weakscatter.atomic import photoabsorption
from weakscatter.matter import nuclide
from weakscatter.published.atoms import between_edges, coupled_curves
from weakscatter.published.scoreboard import scoreboard, succeeded, summary
from weakscatter.units import eV

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from photoabsorption_curves import GROUPS, basis_of, state_of

CURVES = ["henke1993.xenon_outer", "henke1993.xenon_middle", "henke1993.xenon_3d", "henke1993.germanium"]


@pytest.mark.slow
def test_rows_of_the_curves_are_as_recorded():
    scores = scoreboard(CURVES)
    assert succeeded(scores), summary(scores)
    assert len(scores) == 4


@pytest.mark.slow
def test_rows_that_are_calculated_are_as_recorded():
    scores = scoreboard(["henke1993", "johnson1983", "chen2015.germanium_p12", "chen2015.germanium_p32"])
    assert succeeded(scores), summary(scores)


def test_edges_are_left_out():
    """800 eV lies between the edges of xenon's 3d (689 eV) and 3p (940.6 eV); 750 and 900 eV do not."""
    assert list(between_edges("Xe", np.array([750.0, 800.0, 900.0, 30.0]) * eV)) == [False, True, False, True]


def test_curves_hold_their_errors():
    """Curves are converged to half a per cent, nearly all to 2e-3, and length is velocity at every energy to what 1s or 2p left out would do."""
    curves = coupled_curves()
    own, alone = curves["variant"] <= 1, curves["variant"] == 0
    assert np.max(curves["basis_error"][own]) < 5e-3
    assert np.mean(curves["basis_error"][own] < 2e-3) > 0.95
    np.testing.assert_allclose(curves["sigma_velocity"][alone], curves["sigma_length"][alone], rtol=2.5e-3)
    for Z in (10, 18, 32, 36, 54):
        assert np.sum((curves["Z"] == Z) & (curves["variant"] == 0)) >= 15


def shipped(symbol, group):
    curves = coupled_curves()
    own = (curves["Z"] == nuclide(symbol).Z) & (curves["variant"] == 0)
    energies = curves["photon_energy"][own]
    places = [int(np.argmin(abs(energies - w * eV))) for w in group]
    return [curves[name][own][places] for name in ("sigma_length", "sigma_velocity", "basis_error")]


@pytest.mark.parametrize(
    ("symbol", "isotope", "number"),
    [("Ne", "Ne20", 0), *(pytest.param(*case, marks=pytest.mark.slow) for case in (("Ge", "Ge74", 1), ("Xe", "Xe132", 2)))],
)  # fmt: skip
def test_curves_are_those_of_the_code(symbol, isotope, number):
    """A shipped curve may not outlive the mesh it was made with."""
    state, group = state_of(symbol), GROUPS[symbol][number]
    found = photoabsorption(state, np.array(group) * eV, **basis_of(state, group[-1]))
    length, velocity, error = shipped(isotope, group)
    np.testing.assert_allclose(found.sigma_length, length, rtol=1e-4)
    np.testing.assert_allclose(found.sigma_velocity, velocity, rtol=1e-4)
    np.testing.assert_allclose(found.basis_error, error, rtol=0.1, atol=1e-5)

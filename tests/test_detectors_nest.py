"""NEST: yields as the sheet states them for version 2.1.3, and what happens without the package."""

import sys

import numpy as np
import pytest

from weakscatter.detectors import nest_quenching, nest_yields
from weakscatter.provenance.errors import InputError
from weakscatter.units import eV, keV


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "nestpy", None)
    with pytest.raises(InputError, match=r"weakscatter\[nest\]"):
        nest_yields(1.0 * keV, "electronic-recoil", field=193.0)


@pytest.mark.parametrize(
    ("energy", "kind", "options", "words"),
    [
        (1.0, "electronic", {"field": 100.0}, "kind of recoil"),
        (0.0, "nuclear-recoil", {"field": 100.0}, "positive"),
        (1.0, "nuclear-recoil", {"field": -1.0}, "not negative"),
        (1.0, "nuclear-recoil", {"field": 100.0, "liquid": "Kr"}, "liquid"),
    ],
)
def test_bad_input(energy, kind, options, words):
    with pytest.raises(InputError, match=words):
        nest_yields(energy * keV, kind, **options)
    with pytest.raises(InputError, match="lowest < highest"):
        nest_quenching(field=100.0, lowest=2.0, highest=1.0)


def test_xenon_yields():
    pytest.importorskip("nestpy", reason="nestpy is an optional extra: pip install weakscatter[nest]")
    beta = nest_yields(np.array([1.0, 5.0, 10.0]) * keV, "electronic-recoil", field=193.0)
    np.testing.assert_allclose(beta.photons, [12.3, 206, 469], rtol=5e-3)
    np.testing.assert_allclose(beta.electrons, [62.1, 166, 275], rtol=5e-3)
    assert 13.4 * eV < beta.work < 13.7 * eV
    np.testing.assert_allclose(beta.electron_equivalent, beta.energy, rtol=1e-6)
    recoil = nest_yields(np.array([1.0, 10.0]) * keV, "nuclear-recoil", field=193.0)
    np.testing.assert_allclose([recoil.photons[0], recoil.electrons[0]], [3.8, 6.9], rtol=1e-2)
    np.testing.assert_allclose(recoil.electron_equivalent / recoil.energy, [0.143, 0.186], atol=1e-3)
    quenching = nest_quenching(field=193.0, lowest=0.5 * keV, highest=50 * keV)
    assert float(quenching(10 * keV)) / keV == pytest.approx(1.86, abs=0.01)
    with pytest.raises(InputError):
        quenching(0.1 * keV)


def test_argon_conserves_the_energy_of_electrons():
    pytest.importorskip("nestpy", reason="nestpy is an optional extra: pip install weakscatter[nest]")
    found = nest_yields(10 * keV, "electronic-recoil", field=200.0, liquid="Ar")
    np.testing.assert_allclose(found.electron_equivalent, found.energy, rtol=1e-6)
    assert found.work == pytest.approx(19.5 * eV, rel=1e-9, abs=0)

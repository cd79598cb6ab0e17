"""Neutrinos on germanium and xenon by the package's tables: what the page on them says, row by row."""

from itertools import pairwise

import numpy as np
import pytest

from weakscatter import constants as c
from weakscatter.flux import monoenergetic
from weakscatter.interactions import Millicharge, UniversalMagneticMoment, Weak
from weakscatter.matter import Subshell, subshells
from weakscatter.model import differential_cross_section
from weakscatter.published.pp_rate import binding_reduction
from weakscatter.response import (
    EquivalentPhoton,
    FreeElectrons,
    InfraredMass,
    LongitudinalPhoton,
    Stepping,
    ab_initio,
    atomic_table,
    atomic_targets,
    photoabsorption,
    table_settings,
)
from weakscatter.units import eV, keV

DENSITY = ("vector", "vector", "00")
MASS = InfraredMass(1 * eV)
CHARGE, MOMENT = Millicharge(1e-12 * np.eye(3, dtype=complex)), UniversalMagneticMoment(1e-11)
NUMBER = {"Ge": 32, "Xe": 54}


def sigma(energy, theory, response, T):
    beam = monoenergetic("e", energy, antineutrino=True)
    return np.asarray(differential_cross_section(beam, response, theory, np.asarray(T)))


def ratios(energy, theory, symbol, T, infrared=MASS):
    """{approximation: its cross section over that of the table [T]}."""
    full = ab_initio(symbol, infrared=infrared)
    others = {
        "longitudinal": LongitudinalPhoton(full), "equivalent": EquivalentPhoton(photoabsorption(symbol), infrared),
        "stepping": Stepping(subshells(symbol)), "free": FreeElectrons(NUMBER[symbol]),
    }  # fmt: skip
    whole = sigma(energy, theory, full, T)
    return whole, {name: sigma(energy, theory, one, T) / whole for name, one in others.items()}


def strength(table, q):
    """int T R_00 dT over q^2/2m: the number of electrons that answer at a momentum (MeV), with the continuum of the table alone."""
    ends = np.asarray(table.kinks)
    T = np.concatenate([
        np.geomspace(a * (1 + 1e-12), b * (1 - 1e-12), max(int(np.log(b / a) / 0.004), 30))
        for a, b in pairwise(ends)
    ])  # fmt: skip
    k, _ = table._reach(T)
    R = np.asarray(table._values(T, np.full((len(T), 1), q), k)[DENSITY])[:, 0]
    return np.trapezoid(T**2 * R, np.log(T)) / (q**2 / (2 * c.m_e))


ELECTRONS = {"Ne": 10, "Ar": 18, "Ge": 32, "Kr": 36, "Xe": 54, "Na+": 10, "Si": 14, "I-": 54, "Cs+": 54}


@pytest.mark.parametrize(
    "symbol", [s if s == "Ne" else pytest.param(s, marks=pytest.mark.slow) for s in atomic_targets()]
)
def test_strength_at_every_momentum(symbol):
    """f-sum of the tables: N electrons at every momentum, less a K shell that opens (I-, Xe, Cs+) or ends above 30 keV, and relativity.

    Of electrons at rest one has N (1 + ...) exactly; of a K electron p^2/m^2 ~ (Z alpha)^2 is in states of negative energy, 0.1 of
    one electron for krypton. At 40 and 60 keV lines below the thresholds are nothing.
    """
    made = table_settings(symbol)
    closed = 0 if "1s" in made["subshell"] else 2
    table = atomic_table(symbol)
    for q in np.array([40.0, 60.0]) * keV:
        found = strength(table, q)
        assert 0.97 * (ELECTRONS[symbol] - closed) < found < ELECTRONS[symbol]


@pytest.mark.slow
@pytest.mark.parametrize(("symbol", "shell"), [("Ge", "2p3/2"), ("Xe", "2p3/2"), ("Ge", "1s")])
def test_suppression_above_an_edge(symbol, shell):
    """Row 001-f: just above its edge a shell has some per cent less than free electrons, a moment more so, and it goes away."""
    one = atomic_table(symbol, subshell=shell)
    edge = float(one.energy_transfer[0])
    free = Stepping((Subshell(shell, edge, 2.0 if shell == "1s" else 4.0),))
    T = np.array([1.02, 1.1, 1.3, 2.0]) * edge
    weak, moment = (sigma(1.0, theory, one, T) / sigma(1.0, theory, free, T) for theory in (Weak(), MOMENT))
    assert np.all(np.diff(weak) > 0)
    assert np.all(np.diff(moment) > 0)
    assert np.all(moment < weak)
    assert 0.9 < moment[0] < 0.97
    assert weak[0] == pytest.approx(1.0, abs=0.04)
    assert moment[-1] > 0.97


@pytest.mark.slow
@pytest.mark.parametrize("symbol", ["Ge", "Xe"])
def test_a_free_electron_ends_and_the_atom_goes_on(symbol):
    """Row 001-f, 10 keV: free electrons end at 0.377 keV, two times too many just below; the atom continues to T = E."""
    T = np.array([0.35, 0.37, 0.38, 1.0, 5.0, 9.9, 10.0]) * keV
    for theory in (Weak(), MOMENT):
        whole, others = ratios(10 * keV, theory, symbol, T[:-1])
        assert np.all(np.diff(whole) < 0)
        assert np.all(whole > 0)
        assert np.all(others["stepping"][2:] == 0)
        assert np.all(others["stepping"][:2] > 1.4)
        assert sigma(10 * keV, theory, ab_initio(symbol), T[-1:])[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("symbol", ["Ge", "Xe"])
def test_equivalent_photons_of_a_moment(symbol):
    """Row 001-g: a part in a thousand far from the end, rising towards T = E, to a half; longitudinal photons are the other half."""
    _, others = ratios(10 * keV, MOMENT, symbol, np.array([0.1, 1.0, 5.0, 9.0, 9.9]) * keV)
    equivalent = others["equivalent"]
    assert np.all(np.diff(equivalent) > 0)
    assert equivalent[0] < 2e-3
    # Measured photoabsorption, to 5 %, in place of the table's own photon line.
    assert equivalent[-1] == pytest.approx(0.49, abs=0.03)
    assert others["longitudinal"][-1] + equivalent[-1] == pytest.approx(1.0, abs=0.03)


@pytest.mark.slow
def test_a_charge_on_germanium_at_reactor_energies():
    """Row 001-h: where transverse photons dominate and where longitudinal ones matter; free electrons far below; the regulator is asked for."""
    T = np.array([0.1, 0.2, 0.5, 1.0, 1.5, 10.0]) * keV
    _, others = ratios(1.0, CHARGE, "Ge", T)
    equivalent, longitudinal = others["equivalent"], others["longitudinal"]
    np.testing.assert_allclose(equivalent[[0, 1, 2, 4]], 0.75, atol=0.04)
    assert equivalent[3] == pytest.approx(0.56, abs=0.04)
    assert longitudinal[3] == pytest.approx(0.41, abs=0.04)
    assert longitudinal[5] > 3 * equivalent[5]
    assert np.all(others["stepping"][:5] < 0.25)
    assert others["stepping"][0] < 0.1
    with pytest.raises(ValueError, match="infrared"):
        sigma(1.0, CHARGE, ab_initio("Ge"), T)


@pytest.mark.slow
def test_binding_takes_a_twentieth_of_pp_events():
    """From 10 keV on what is missing are two K electrons of 54; nothing like a quarter, at any energy."""
    by_table, by_steps = (binding_reduction(word, (10 * keV, 30 * keV)) for word in ("ab-initio", "stepping"))
    assert by_steps == pytest.approx(2 / 54, rel=1e-3, abs=0)
    assert by_table == pytest.approx(2 / 54, abs=0.01)
    assert binding_reduction("ab-initio", (2 * keV, 30 * keV)) == pytest.approx(0.05, abs=0.01)

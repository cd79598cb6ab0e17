"""The two tables of limits from a background level: closed forms at threshold, the level cancels, three methods side by side."""

import numpy as np
import pytest

from weakscatter import constants
from weakscatter.flux import reactor_antineutrinos
from weakscatter.inference import level_rule
from weakscatter.interactions import UniversalMagneticMoment, Weak
from weakscatter.matter import material, subshells
from weakscatter.model import electron_targets, recoil_spectrum
from weakscatter.published import papers, row
from weakscatter.published.level_limits import (
    GERMANIUM,
    XENON,
    germanium,
    germanium_rule,
    implied_level,
    one_per_cent,
    xenon,
    xenon_methods,
    xenon_rule,
)
from weakscatter.published.scoreboard import scoreboard
from weakscatter.response import FreeElectrons
from weakscatter.units import cm, day, keV, kg, s


def test_printed_inputs_are_those_of_the_rows():
    for name, (exposure, threshold, level) in XENON.items():
        where = row(f"hsieh2019.{name}_moment").where
        assert f"{exposure} t yr, {threshold} keV" in where
        assert float(where.split("keV, ")[1].split("/(kg")[0]) == level
    for name, (flux, threshold) in GERMANIUM.items():
        where = row(f"chen2015.{name}_charge").where
        assert f" {threshold:g} keV" in where
        assert float(where.split(": ")[1].split("/(cm")[0]) == flux


def test_one_per_cent_of_the_standard_model_by_hand():
    """Far below the neutrino's energy: SM ~ (g_V + g_A)^2 + (g_V - g_A)^2, the moment 1/T, the radius 4 g_V R."""
    g_V, g_A, T = 0.9524, 0.4938, 0.1 * keV
    weak = constants.G_F**2 * constants.m_e / (2 * np.pi) * ((g_V + g_A) ** 2 + (g_V - g_A) ** 2)
    moment = np.sqrt(0.01 * weak * constants.m_e**2 * T / (np.pi * constants.alpha**2))
    assert one_per_cent("moment") == pytest.approx(moment / 1e-11, rel=0.02, abs=0)
    shift = 0.01 * ((g_V + g_A) ** 2 + (g_V - g_A) ** 2) / (4 * g_V)
    radius = shift * 3 * constants.G_F / (np.sqrt(2) * np.pi * constants.alpha) / (1e-30 * cm**2)
    assert one_per_cent("radius") == pytest.approx(radius, rel=0.02, abs=0)


def test_the_level_cancels_within_a_row():
    """Moment against radius at one threshold: a charge in this row would only need the same level."""
    for name, (flux, threshold) in GERMANIUM.items():
        found, level = germanium().signal("radius", threshold), implied_level(name)
        assert float(found(germanium_rule(name, "radius"))[0]) * flux / 1e13 == pytest.approx(
            level, rel=1e-9, abs=0
        )


@pytest.mark.slow
def test_the_moment_by_hand_in_xenon():
    """mu^2 = b m_e^2 T/(pi alpha^2 N flux) with the electrons that are open: total flux of the Sun, T far below its energies."""
    open_electrons = sum(s.occupation for s in subshells("Xe") if s.energy < 2 * keV)
    assert open_electrons == 44
    quadratic = float(xenon().signal("moment", 2.0).quadratic[0])
    assert quadratic == pytest.approx(2.0e-5 / xenon_rule("darwin", "moment") ** 2, rel=1e-6, abs=0)
    atoms = 1000 / 131.293 * 6.02214076e23
    fluence = 6.5e10 * 86400  # cm^-2, pp and 7Be; 1/T - 1/E averaged lowers it by about 1 %
    sigma = 2.494672e-25 * (1 / 2e-3) * 1e-22 * 1e-3  # cm^2 per keV at 2 keV for 1e-11
    assert quadratic == pytest.approx(atoms * open_electrons * fluence * sigma, rel=0.03, abs=0)


@pytest.mark.slow
def test_three_methods_stand_beside_every_row_of_xenon():
    """None of them is tuned: subtraction is stronger than the rule, a free level weaker than subtraction."""
    for name in XENON:
        for quantity in ("moment", "photons", "radius"):
            found = xenon_methods(name, quantity)
            assert found["subtracted"] < found["likelihood"] < xenon_rule(name, quantity)


@pytest.mark.slow
def test_the_board_shows_both_tables():
    scores = scoreboard(["hsieh2019", "chen2015"])
    # Two more of the second paper are no limits: the weights of germanium.
    assert len(scores) == 20 + 18 + 2
    assert all(score.as_expected for score in scores), [s.row.id for s in scores if not s.as_expected]
    xenon_scores = [score for score in scores if score.row.id.startswith("hsieh2019")]
    assert all({"subtracted", "likelihood"} <= set(score.others) for score in xenon_scores)
    assert all("ours by other methods" in score.remark for score in xenon_scores)
    unavailable = [s.row for s in scores if s.status == "inputs unavailable"]
    assert {r.id.split(".")[1].rsplit("_", 1)[0] for r in unavailable} == {*GERMANIUM, "texono_csi"}
    assert all("not printed" in r.note for r in unavailable)


@pytest.mark.slow
def test_the_rule_of_interfering_radii_uses_the_positive_end():
    lower, upper = level_rule(xenon().signal("radius", 2.0), XENON["darwin"][2])
    assert xenon_rule("darwin", "radius") == upper
    assert -lower > upper
    assert papers()["hsieh2019"].citation == "hsieh2019"


def test_reactor_antineutrinos_on_free_electrons_of_germanium():
    """Seed figure: the Standard Model flat within 10 % below 10 keV, a moment like 1/T, crossing at 2.90 keV up to couplings."""
    beam = reactor_antineutrinos(flux=1e13 / (cm**2 * s), duration=1 * day)
    atoms = electron_targets(material("Ge"), 1 * kg, lambda symbol: FreeElectrons(32))
    T = np.array([0.1, 0.3, 1.0, 2.518, 10.0]) * keV
    weak, both = (
        np.asarray(recoil_spectrum(beam, atoms, theory, T)["nu_e_bar"])
        for theory in (Weak(), Weak() + UniversalMagneticMoment(1e-11))
    )
    moment = both - weak
    assert np.all(np.abs(weak / weak[0] - 1) < 0.10)
    np.testing.assert_allclose(moment * T / (moment[0] * T[0]), 1.0, atol=0.03)
    # pi^2 alpha^2 mu^2/(G_F^2 m_e^3) = 2.90 keV, times 2/[(g_V + g_A)^2 + (g_V - g_A)^2] = 0.869.
    assert moment[3] == pytest.approx(weak[3], rel=0.03, abs=0)

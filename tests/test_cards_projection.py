"""Experiments described by a card alone: sources by power, backgrounds by rate, light as a nuisance, no data."""

import functools
import tomllib
from pathlib import Path

import numpy as np
import pytest

import weakscatter as ws
from weakscatter.cards import complete, experiment_from_card, run
from weakscatter.cards.source import protons_of
from weakscatter.experiments import analyse
from weakscatter.flux import reactor_antineutrinos
from weakscatter.matter import Material, isotopes
from weakscatter.provenance.errors import InputError
from weakscatter.units import GW, GeV, d, keV, kg, m

CARDS = Path(__file__).parents[1] / "docs" / "projections"
NAMES = ("skipper_silicon", "skipper_silicon_measured", "argon_10t", "csi_100kg")


def card(name):
    return tomllib.loads((CARDS / f"{name}.toml").read_text(encoding="utf-8"))


@functools.cache
def made(name):
    return experiment_from_card(CARDS / f"{name}.toml")


def changed(name, section, **keys):
    content = card(name)
    content[section] = {**content[section], **keys}
    return {k: v for k, v in content.items() if v is not None}


def without_pulls(name, **detector):
    content = {k: v for k, v in changed(name, "detector", **detector).items() if k != "systematic"}
    return experiment_from_card(content)


def silicon():
    return ws.nuclear_targets(Material("Si", isotopes("Si")), 1 * kg, ws.NuclearResponse)


def test_protons_come_from_the_power():
    """1.4 MW of protons of 1 GeV: 8.738e15 a second; e in coulombs is the joule over the electronvolt."""
    rate = 1.4e6 / (1e9 * 1.602176634e-19)
    per_second = {"power": 1.4e-3 * GW, "proton_energy": 1 * GeV, "duration": 1 * d / 86400}
    assert protons_of(per_second) == pytest.approx(rate, rel=1e-9, abs=0)
    source = complete(
        {"task": "rate", "source": card("csi_100kg")["source"], "target": {"compound": "CsI", "mass": "1 kg"}}
    )
    assert "protons" not in source["source"]


def test_a_reactor_card_is_the_reactor():
    content = {
        "task": "rate", "target": {"element": "Si", "mass": "1 kg"}, "output": {"recoil_energy": ["1 keV", "2 keV"]},
        "source": {"kind": "reactor", "power": "2 GW", "distance": "12 m", "duration": "300 d"},
    }  # fmt: skip
    document = run(content)
    beam = reactor_antineutrinos(power=2 * GW, distance=12 * m, duration=300 * d)
    rates = ws.recoil_spectrum(beam, silicon(), ws.Weak(), np.array([1.0, 2.0]) * keV)
    np.testing.assert_allclose(document["dN_dT"].value[0], np.asarray(rates["nu_e_bar"]) * keV, rtol=1e-10)
    assert document.card["source"]["fuel"]["U235"] == 0.55
    assert run(document.card).json() == document.json()


def test_a_rate_becomes_counts():
    """40 per kilogram, day and photoelectron on 100 kg in 5.4 hours: 900 a photoelectron."""
    counts = made("csi_100kg").backgrounds["steady_state"][:, 0]
    np.testing.assert_allclose(counts, 900.0 * np.array([4, 4, 4, 4, 8, 8, 10, 10]), rtol=1e-12)


def test_without_data_the_theory_of_the_fit_is_seen():
    setup = made("csi_100kg")
    assert setup.projected
    expected = analyse(setup).predict()
    np.testing.assert_allclose(setup.data, sum(expected.values()), rtol=1e-5)
    # Another theory expects, and so gets, other data.
    heavy = analyse(setup, ws.Weak() + ws.UniversalMagneticMoment(50.0))
    data = heavy.term.data.sum()
    assert data > 1.01 * setup.data.sum()
    assert float(np.sum(analyse(setup).term.data)) == pytest.approx(setup.data.sum(), rel=1e-5, abs=0)


def test_a_pull_of_the_light_is_a_scale_of_the_quenching():
    """Two routes: the nuisance at +5 %, on the grid that fits use, and a card with 5 % more light on the fine grid."""
    analysis = analyse(made("csi_100kg"))
    assert analysis.how["energy"] == "live"
    quenching = {**card("csi_100kg")["detector"]["quenching"], "scale": 1.05}
    moved = analysis.predict({"quenching_csi": 0.05})["signal"]
    np.testing.assert_allclose(
        moved, analyse(without_pulls("csi_100kg", quenching=quenching)).predict()["signal"], rtol=2e-5
    )
    assert moved.sum() > 1.02 * analysis.predict()["signal"].sum()


def test_causes_are_shared_by_name():
    """Argon and CsI at one source, beside COHERENT's: one flux, one pull of the source's neutrons, two quenchings."""
    both = [made("argon_10t"), made("csi_100kg"), ws.experiment("coherent_lar_2020")]
    names = [p.name for one in both for p in one.parameters]
    one = {p.name: p for p in both[0].parameters} | {p.name: p for p in both[2].parameters}
    assert all(
        p.definition == one[p.name].definition for e in both for p in e.parameters if p.name == "sns_flux"
    )
    assert names.count("sns_flux") == 3
    assert names.count("neutrons_at_the_source") == 2
    assert {"quenching_ar", "quenching_csi", "steady_state_csi_100kg"} <= set(names)


BAD = [
    ("csi_100kg", "source", {"protons": 1e23}, "stated twice"),
    ("csi_100kg", "source", {"power": None}, "lacks 'protons'.*missing: power"),
    ("csi_100kg", "source", {"power": "1.4 GeV"}, "source.power"),
    ("skipper_silicon", "source", {"flux": "1e13 1/(cm^2 s)"}, "power and distance, or a flux"),
    ("skipper_silicon", "source", {"distance": None}, "power and distance, or a flux"),
    ("skipper_silicon", "source", {"fractions": {"U235": 0.5}}, "sum"),
    ("skipper_silicon", "source", {"above": "huber"}, "vogel-engel"),
    ("csi_100kg", "detector", {"energy_edges": None}, "neither .data. nor detector.energy_edges"),
    ("csi_100kg", "detector", {"time_edges": ["0 us", "1 us"]}, "time_edges"),
]


@pytest.mark.parametrize(("name", "section", "keys", "words"), BAD)
def test_bad_cards_are_named(name, section, keys, words):
    content = changed(name, section, **keys)
    content[section] = {k: v for k, v in content[section].items() if v is not None}
    with pytest.raises(InputError, match=words):
        experiment_from_card(content)


@pytest.mark.parametrize(
    ("background", "words"),
    [
        ({"name": "x", "relative_uncertainty": 0.1}, "a file of counts or a rate"),
        ({"name": "x", "rate": "3 1/(kg d keV)", "relative_uncertainty": 0.1}, "background 'x': rate"),
        ({"name": "x", "rate": "-3 1/(kg d)", "relative_uncertainty": 0.1}, "not negative"),
    ],
)
def test_bad_backgrounds_are_named(background, words):
    with pytest.raises(InputError, match=words):
        experiment_from_card({**card("csi_100kg"), "background": [background], "systematic": []})


def test_a_projected_experiment_takes_backgrounds_from_files(tmp_path):
    (tmp_path / "flat.csv").write_text("lower (PE),upper (PE),counts (1)\n8,12,20\n12,16,30\n")
    one = {"name": "x", "file": "flat.csv", "relative_uncertainty": 0.1}
    content = changed("csi_100kg", "detector", energy_edges=[8, 12, 16]) | {
        "background": [one],
        "systematic": [],
    }
    assert experiment_from_card(content, folder=tmp_path).backgrounds["x"].tolist() == [[20.0], [30.0]]
    wrong = changed("csi_100kg", "detector", energy_edges=[8, 12, 15]) | {
        "background": [one],
        "systematic": [],
    }
    with pytest.raises(InputError, match="differ from those"):
        experiment_from_card(wrong, folder=tmp_path)


def test_a_rate_needs_a_time():
    content = changed("csi_100kg", "source", power=None, proton_energy=None, duration=None, protons=1e23)
    content["source"] = {k: v for k, v in content["source"].items() if v is not None}
    one = {"name": "x", "rate": "3 1/(kg d)", "relative_uncertainty": 0.1}
    with pytest.raises(InputError, match="states no duration"):
        experiment_from_card({**content, "background": [one], "systematic": []})


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_cards_of_the_manual_run(name):
    card_of = {"task": "sensitivity", "experiments": [{"card": str(CARDS / f"{name}.toml")}], "parameter": "signal_strength",
               "sides": "two", "confidence": 0.6827, "output": {"significance": True}}  # fmt: skip
    document = run(card_of)
    assert document.converged
    ((low, high),) = document["interval"].value
    assert 0.7 < low < 1.0 < high < 1.3
    assert document["significance"].value > 5.0
    assert any("projected" in text for text in document.warnings)
    assert run(document.card).json() == document.json()


@pytest.mark.slow
def test_the_two_quenchings_of_silicon_differ_where_they_should():
    """Measured quenching has a threshold at 0.33 keV of recoil and 50 % less light above: fewer counts in every bin."""
    lindhard, measured = (analyse(made(name)).predict()["signal"][:, 0] for name in NAMES[:2])
    assert np.all(measured[:12] < 0.7 * lindhard[:12])
    assert 0.3 < measured.sum() / lindhard.sum() < 0.5
    # Counts by hand: no resolution, every recoil whose light exceeds 15 eV.
    setup = made(NAMES[0])
    beam = reactor_antineutrinos(power=2 * GW, distance=12 * m, duration=300 * d)
    quenching = ws.Lindhard(0.146, 14.0)
    T = np.geomspace(1e-5, 12e-3, 200001)
    light = np.asarray(quenching(T))
    low, high = np.interp([15e-6, 1e-3], light, T)
    counted = ws.recoil_counts(beam, silicon(), ws.Weak(), lowest=low, highest=high)
    total = float(counted["nu_e_bar"])
    assert lindhard.sum() == pytest.approx(total, rel=0.01, abs=0)
    assert setup.energy_edges[0] == pytest.approx(15e-6)


@pytest.mark.slow
def test_a_joint_sensitivity_is_better_than_each():
    def width(*names):
        document = run({
            "task": "sensitivity", "experiments": [{"card": str(CARDS / f"{n}.toml")} for n in names],
            "parameter": "signal_strength", "sides": "two", "confidence": 0.6827, "truth": {},
        })  # fmt: skip
        ((low, high),) = document["interval"].value
        return high - low

    argon, csi, both = width("argon_10t"), width("csi_100kg"), width("argon_10t", "csi_100kg")
    assert both < min(argon, csi)
    # The flux is common: the joint error cannot fall below its 10 %.
    assert both > 2 * 0.099


@pytest.mark.slow
def test_expected_data_for_a_built_in_experiment():
    """The limit on Asimov data is the median sensitivity."""
    common = {
        "experiments": ["coherent_csi_2021"],
        "parameter": "magnetic_moment_mu",
        "method": "cls",
        "sides": "upper",
    }
    expected = run({"task": "limit", "data": "asimov", **common})
    median = run({"task": "sensitivity", **common})
    assert expected["interval"].value[0][1] == pytest.approx(median["interval"].value[0][1], rel=1e-4, abs=0)

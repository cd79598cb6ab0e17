"""Cards of atoms: 10 and 11 as they stand, variations of their keys, errors, and the command that shows an atom."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from weakscatter import InputError
from weakscatter.cards import cite, complete, run
from weakscatter.cli.app import app
from weakscatter.cli.errors import guarded

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared")) / "cards"
needs_cards = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the example cards are not beside this repository"
)

HELIUM = {"task": "photoabsorption", "element": "He", "output": {"photon_energy": ["30 eV", "60 eV"]}}


@needs_cards
def test_card_10():
    document = run(SHARED / "10-atom-germanium.toml")
    assert document.converged
    # Published: Chen et al. (2014).
    np.testing.assert_allclose(document["configuration_weight"].value, [0.84939, 0.52776], atol=2e-5)
    assert document["orbital"].value[-2:] == ["4p1/2", "4p3/2"]
    assert document["occupation"].value.sum() == pytest.approx(32.0)
    assert document["total_energy"].unit == document["orbital_energy"].unit == "hartree"
    assert document["convergence"].value < 1e-8
    # Every number carries its convergence error.
    for name in ("total_energy", "orbital_energy", "configuration_weight", "occupation", "mean_radius"):
        assert np.shape(document[name].uncertainty) == np.shape(document[name].value), name
    assert np.all(document["configuration_weight"].uncertainty < 1e-6)
    assert document["residual"].value < 1e-6
    assert complete(document.card) == document.card
    assert set(json.loads(document.json())) == {
        "weakscatter",
        "task",
        "card",
        "results",
        "citations",
        "warnings",
    }


@needs_cards
@pytest.mark.slow
def test_card_11():
    document = run(SHARED / "11-photoabsorption-xenon.toml")
    assert document.converged
    assert document["sigma_length"].unit == "Mb"
    np.testing.assert_allclose(
        document["sigma_by_subshell"].value.sum(axis=0), document["sigma_length"].value
    )
    # Johnson, Kolb, Huang (1983): 26.97 with all shells.
    assert document["static_polarisability"].value == pytest.approx(26.97, abs=0.02)
    assert document["subshell"].value[-1] == "5p3/2"


def test_photoabsorption_of_helium_by_both_methods():
    coupled = run(HELIUM)
    assert coupled.card["method"] == "rrpa"
    assert coupled["static_polarisability"].value == pytest.approx(1.322, abs=5e-4)
    np.testing.assert_allclose(coupled["sigma_velocity"].value, coupled["sigma_length"].value, rtol=1e-3)
    for name in ("sigma_length", "sigma_velocity", "static_polarisability"):
        assert np.all(coupled[name].uncertainty < 0.01 * coupled[name].value), name
    alone = run(HELIUM | {"method": "independent-particle"})
    assert alone["static_polarisability"].value is None
    # One field for bound and continuum: the forms agree; its threshold is too deep, and light below it is not absorbed.
    assert alone["sigma_length"].value[0] == 0.0
    assert alone["sigma_velocity"].value[1] == pytest.approx(alone["sigma_length"].value[1], rel=1e-6, abs=0)
    shifted = run(HELIUM | {"thresholds": {"1s": "24.6 eV"}})
    assert shifted["threshold"].value[0] == pytest.approx(24.6)
    measured = run(HELIUM | {"thresholds": "measured", "method": "independent-particle"})
    assert measured["threshold"].value[0] == pytest.approx(24.6)
    assert {entry.key for entry in measured.citations} > {"elam2002", "kohnsham1965"}
    assert cite("elam2002")


def test_defaults_are_echoed():
    full = complete({"task": "photoabsorption", "element": "Ge", "output": {"photon_energy": ["1 keV"]}})
    assert full["method"] == "mcrrpa"
    assert full["nucleus"] == {"model": "fermi", "rms_radius": "4.0742 fm"}
    assert full["active"] == "all"
    iodide = complete({"task": "atomic-structure", "element": "I", "charge": -1, "nucleus": "point"})
    assert (iodide["method"], iodide["nucleus"]) == ("dirac-fock", "point")
    assert complete(iodide) == iodide


def test_open_shell_ion_by_average():
    document = run({"task": "atomic-structure", "element": "C", "charge": 1, "configuration": "[He] 2s2 2p1"})
    assert document["configuration_weight"].value == [1.0]
    assert document["occupation"].value[-2:] == pytest.approx([1 / 3, 2 / 3])
    assert document["mean_radius"].unit == "a0"


def test_breit_interaction_stands_beside_the_energies():
    card = {"task": "atomic-structure", "element": "Ne"}
    plain, full = run(card), run(card | {"breit": "first-order"})
    assert plain.card["breit"] == "none"
    assert "energy_breit" not in plain.results
    assert full["total_energy"].value == plain["total_energy"].value
    parts = full["energy_breit_magnetic"].value + full["energy_breit_retardation"].value
    assert full["energy_breit"].value == pytest.approx(parts)
    assert full["energy_breit"].unit == "hartree"
    for name in ("energy_breit", "energy_breit_magnetic", "energy_breit_retardation"):
        assert full[name].uncertainty < 1e-5 * abs(full[name].value)
    assert full["orbital_energy_breit"].uncertainty.shape == full["orbital_energy_breit"].value.shape
    assert full["orbital_energy_breit"].value.shape == full["orbital_energy"].value.shape
    assert "mann1971" in {entry.key for entry in full.citations}


BAD = {
    "element": ({"element": "Qq"}, "unknown element"),
    "configuration": ({"configuration": "1s3"}, "impossible"),
    "electrons": ({"configuration": "1s1"}, "has 1 electrons"),
    "no ground": ({"element": "U"}, "give one"),
    "no radius": ({"element": "Tc"}, "no isotope in nature"),
    "nucleus": ({"nucleus": {"model": "fermi", "rms_radius": "4 keV"}}, "nucleus.rms_radius"),
    "huge nucleus": ({"nucleus": {"rms_radius": "4 nm"}}, "no nuclear radius"),
    "model": ({"nucleus": {"model": "ball"}}, "Allowed: fermi, point"),
    "word": ({"nucleus": "fermi-like"}, "Write 'point'"),
    "point": ({"nucleus": {"model": "point", "rms_radius": "1 fm"}}, "a point has no"),
    "open": ({"element": "O", "method": "rrpa"}, "closed shells"),
    "open by default": ({"element": "O"}, "np\\^2"),
    "active": ({"active": ["2p"]}, "has no subshell '2p1/2'"),
    "active word": ({"active": "most"}, "write 'all'"),
    "no shell": ({"active": ["1f"]}, "no shell"),
    "thresholds": ({"thresholds": "experiment"}, "Write 'ab-initio'"),
    "threshold shell": ({"thresholds": {"2s": "5 eV"}}, "no subshell '2s'"),
    "threshold": ({"thresholds": {"1s": "5 fm"}}, "thresholds.1s"),
    "ion": ({"element": "Na", "charge": 1, "thresholds": "measured"}, "neutral atoms"),
    "photon": ({"output": {"photon_energy": ["-1 eV"]}}, "positive"),
    "key": ({"threshold": 3}, "Did you mean"),
    "unit": ({"output": {"photon_energy": ["30 eV"], "units": {"sigma_length": "eV"}}}, "area"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_cards(name):
    change, message = BAD[name]
    with pytest.raises(InputError, match=message):
        complete({**HELIUM, **change})


def test_breit_is_a_word():
    with pytest.raises(InputError, match="Allowed: none, first-order"):
        complete({"task": "atomic-structure", "element": "Ne", "breit": "self-consistent"})


def test_a_pair_needs_np2():
    with pytest.raises(InputError, match="np\\^2"):
        complete({"task": "atomic-structure", "element": "Ne", "method": "mcdf"})


def test_show_atom(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["weakscatter", "show", "atom", "C", "--json"])
    assert guarded(app) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[-1]["orbital"] == "2p3/2"
    # The J = 1 list of p3/2 and p1/2.
    assert rows[-1]["J = 1 channels"] == "s, d3/2, d5/2"
    assert rows[-2]["J = 1 channels"] == "s, d3/2"
    assert rows[-2]["electrons"] + rows[-1]["electrons"] == pytest.approx(2.0)


def test_figure_of_an_atom():
    from weakscatter.plot import figure_of

    (ax,) = figure_of(run(HELIUM)).axes
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert len(ax.lines) >= 2
    (ax,) = figure_of(run({"task": "atomic-structure", "element": "He"})).axes
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1s"]


def test_what_did_not_converge_holds_no_numbers():
    """An anion that Dirac-Fock does not bind: the box cuts it."""
    document = run(
        {"task": "atomic-structure", "element": "Ne", "charge": -1, "configuration": "1s2 2s2 2p6 3s1"}
    )
    assert not document.converged
    assert document["total_energy"].value is None
    assert document["orbital_energy"].value is None
    assert any("box" in warning for warning in document.warnings)

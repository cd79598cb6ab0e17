"""The tables of cards: names read from source text, defaults, echo, grids."""

import importlib

import numpy as np
import pytest

from weakscatter import InputError, UnitError
from weakscatter.cards import available, complete, run
from weakscatter.cards.catalogue import ROOMS, names
from weakscatter.cards.grid import read_grid
from weakscatter.cards.interaction import keys_of
from weakscatter.cards.reference import describe
from weakscatter.cards.schema import KINDS, RESULTS, SECTIONS, TASKS
from weakscatter.model import decades

ARGON = {
    "task": "cross-section",
    "projectile": {"flavour": "mu", "energy": "30 MeV"},
    "target": {"nuclide": "Ar40"},
    "output": {"recoil_energy": ["1 keV", "10 keV"]},
}
CSI = {
    "task": "rate",
    "source": {"kind": "pion-decay-at-rest", "protons": 1e23, "yield_per_flavour": 0.08, "distance": "20 m"},
    "target": {"compound": "CsI", "mass": "10 kg"},
    "output": {"recoil_energy": ["1 keV", "10 keV"]},
}


def changed(card, **sections):
    return {**card, **sections}


@pytest.mark.parametrize("what", ROOMS)
def test_names_read_from_source_are_those_of_the_dictionaries(what):
    import importlib

    module, variable = ROOMS[what]
    assert list(names(what)) == list(getattr(importlib.import_module(module), variable))


def test_names_come_with_descriptions():
    assert names("interactions")["weak"].startswith("Standard-Model")
    assert names("experiments")["coherent_csi_2021"] == "COHERENT CsI 2021"


def test_own_names_are_listed_beside_the_built_in_ones():
    class Mine:
        """A form factor of mine."""

    assert available(form_factors={"mine": Mine})["form-factors"]["mine"] == "A form factor of mine."
    assert "helm" in available(form_factors={"mine": Mine})["form-factors"]


def test_every_kind_of_the_schema_is_in_its_room():
    for section, what in (
        ("source", "sources"),
        ("quenching", "quenchings"),
        ("resolution", "resolutions"),
        ("efficiency", "efficiencies"),
    ):
        assert set(KINDS[section]) <= set(names(what))


def test_the_reference_table_covers_every_key():
    rows = list(describe())
    assert {row[0] for row in rows} >= {"target", "response", "kinematics", "constants", "detector"}
    assert sum(row[0] == "target" for row in rows) == len(SECTIONS["target"])
    assert all(text for *_, text in rows)
    # A beam of dark matter is a source of the task "rate" with results of its own.
    assert {*TASKS, "dark-matter-beam"} == set(RESULTS)


def test_defaults_are_echoed():
    card = complete({name: ARGON[name] for name in ("task", "projectile", "target")})
    assert card["projectile"] == {
        "kind": "neutrino",
        "flavour": "mu",
        "energy": "30 MeV",
        "antineutrino": False,
        "baseline": "0 m",
    }
    assert "mixing" not in card
    assert card["response"]["form_factor"] == "helm"
    assert card["response"]["skin_thickness"] == "0.9 fm"
    assert card["response"]["proton_radius"] == {"Ar40": "3.448 fm"}
    assert card["interaction"][0]["couplings"] == "radiative-2020"
    assert card["interaction"][0]["include_sm_charge_radius"] is True
    assert card["constants"]["sin2_theta_w"] == 0.23857
    assert card["output"]["recoil_energy"]["from"] == "0.1 keV"
    assert card["output"]["recoil_energy"]["spacing"] == "log"
    assert card["output"]["units"]["sigma_total"] == "cm^2"


VARIANTS = [
    ARGON,
    CSI,
    changed(ARGON, target={"element": "Xe"}),
    changed(ARGON, response={"form_factor": "klein-nystrand"}),
    changed(ARGON, response={"form_factor": "helm-lewin-smith", "proton_radius": "3.4 fm"}),
    changed(ARGON, response={"form_factor": "point"}),
    changed(ARGON, response={"form_factor": "symmetrised-fermi", "surface": "0.5 fm"}),
    changed(ARGON, target={"nuclide": "I127"}, response={"axial": "one-body"}, kinematics={"spin": "1/2"}),
    changed(ARGON, constants={"sin2_theta_w": 0.24}, interaction=[{"kind": "weak", "couplings": "tree"}]),
    changed(ARGON, interaction=[{"kind": "charge-radius", "effective": "-1e-32 cm^2"}, {"kind": "weak"}]),
    changed(ARGON, interaction=[{"kind": "millicharge", "matrix": {"emu": [1e-10, 2e-10]}}]),
]


@pytest.mark.parametrize("card", VARIANTS, ids=range(len(VARIANTS)))
def test_completing_is_idempotent_and_means_the_same(card):
    full = complete(card)
    assert complete(full) == full
    assert list(complete(full)["response"]) == list(full["response"])
    first, second = run(card), run(full)
    assert first.json() == second.json()
    for result in first.results.values():
        assert "NaN" not in str(result.to_dict())


def test_grids():
    def read(where, x):
        return float(x)

    assert read_grid("g", {"from": 0, "to": 1, "points": 3}, read).tolist() == [0.0, 0.5, 1.0]
    assert read_grid("g", [3, 1], read).tolist() == [3.0, 1.0]
    for bad in (
        [],
        "x",
        {"from": 1},
        {"from": 1, "to": 0, "points": 3},
        {"from": 0, "to": 1, "points": 3, "spacing": "log"},
    ):
        with pytest.raises(InputError):
            read_grid("g", bad, read)


def test_decades_cover_the_range():
    edges = decades(1e-6, 1.0, 1e-3)
    assert edges[0] == 1e-6
    assert edges[-1] == 1.0
    assert np.all(np.diff(edges) > 0)


def test_keys_come_from_metadata():
    from weakscatter.response import Helm, KleinNystrand

    assert list(keys_of(Helm)) == ["skin_thickness"]
    assert keys_of(KleinNystrand)["yukawa_range"].default == "0.7 fm"


def test_a_hidden_radius_is_included_once():
    """The difference between e and mu is the charge radius; taken out, the flavours agree."""
    held = [run(changed(ARGON, projectile={"flavour": f, "energy": "30 MeV"})) for f in ("e", "mu")]
    weak = [{"kind": "weak", "include_sm_charge_radius": False}]
    bare = [
        run(changed(ARGON, projectile={"flavour": f, "energy": "30 MeV"}, interaction=weak))
        for f in ("e", "mu")
    ]
    assert held[0]["dsigma_dT"].value[0] != pytest.approx(held[1]["dsigma_dT"].value[0], rel=1e-4, abs=0)
    assert bare[0]["dsigma_dT"].value[0] == pytest.approx(bare[1]["dsigma_dT"].value[0], rel=2e-3, abs=0)


def test_warnings_of_couplings_without_a_radius():
    stated = [{"kind": "weak", "couplings": "tree", "include_sm_charge_radius": True}]
    assert "hold no Standard-Model charge radius" in run(changed(ARGON, interaction=stated)).warnings[0]
    assert run(changed(ARGON, interaction=[{"kind": "weak", "couplings": "tree"}])).warnings == ()


def test_units_change_numbers_and_nothing_else():
    cm2 = run(
        changed(ARGON, output={**ARGON["output"], "units": {"dsigma_dT": "cm^2/MeV", "sigma_total": "cm^2"}})
    )
    m2 = run(
        changed(ARGON, output={**ARGON["output"], "units": {"dsigma_dT": "barn/GeV", "sigma_total": "fb"}})
    )
    assert m2["dsigma_dT"].value == pytest.approx(cm2["dsigma_dT"].value * 1e24 * 1e3, rel=1e-12, abs=0)
    assert m2["sigma_total"].value == pytest.approx(cm2["sigma_total"].value * 1e39, rel=1e-12, abs=0)


def test_windows_add_to_the_total():
    def count(window):
        return run(changed(CSI, output={**CSI["output"], "window": window}))

    low, high = count(["0 keV", "7 keV"]), count(["7 keV", "inf"])
    assert low["N_window"].value + high["N_window"].value == pytest.approx(
        low["N_total"].value, rel=1e-7, abs=0
    )


def test_totals_hold_far_above_the_coherent_range():
    """At 1 GeV all coherent recoils lie in the first per cent of the range."""
    card = changed(ARGON, projectile={"flavour": "mu", "energy": "1 GeV"}, target={"nuclide": "Xe132"})
    grid = {"from": "1e-3 keV", "to": "4000 keV", "points": 20000}
    document = run(changed(card, output={"recoil_energy": grid, "units": {"dsigma_dT": "cm^2/keV"}}))
    T, density = document["recoil_energy"].value, document["dsigma_dT"].value
    assert document["sigma_total"].value == pytest.approx(np.trapezoid(density, T), rel=2e-3, abs=0)


def test_the_yield_uncertainty_becomes_that_of_the_counts():
    source = {**CSI["source"], "yield_uncertainty": 0.1}
    total = run(changed(CSI, source=source))["N_total"]
    assert total.uncertainty == pytest.approx(0.1 * total.value, rel=1e-12, abs=0)
    assert run(CSI)["N_total"].uncertainty is None


DETECTOR = {
    "energy_edges": [f"{n} PE" for n in (8, 12, 16, 30)],
    "quenching": {"kind": "constant", "factor": 0.09},
    "resolution": {"kind": "poisson", "light_yield": "13.35 1/keV"},
    "efficiency": {"kind": "perfect"},
}


def test_a_detector_gives_counts():
    document = run(changed(CSI, detector=DETECTOR))
    assert document["counts"].value.shape == (3,)
    assert document["energy_edges"].value.tolist() == [8.0, 12.0, 16.0, 30.0]
    # Nothing is renormalised: fewer are seen than recoil.
    assert 0 < document["counts"].value.sum() < document["N_total"].value.sum()
    assert run(document.card).json() == document.json()


def test_a_detector_with_a_clock():
    source = {**CSI["source"], "pulse_mean": "0.5 us", "pulse_width": "0.15 us"}
    timed = {**DETECTOR, "time_edges": ["0 us", "1 us", "6 us"], "time_efficiency": {"kind": "perfect"}}
    document = run(changed(CSI, source=source, detector=timed))
    assert document["counts"].axes == ("energy_bin", "time_bin")
    untimed = run(changed(CSI, detector=DETECTOR))["counts"].value
    seen = document["counts"].value.sum(axis=1)
    assert np.all(seen < untimed)
    assert np.all(seen > 0.8 * untimed)


def test_a_linear_detector_reads_back_the_recoils():
    """No quenching and a narrow resolution: the bins hold the recoils of their window."""
    detector = {
        "energy_edges": ["5 keV", "15 keV"],
        "quenching": {"kind": "constant", "factor": 1.0},
        "resolution": {"kind": "gaussian", "noise": "0.2 keV"},
        "efficiency": {"kind": "perfect"},
    }
    document = run(changed(CSI, detector=detector, output={**CSI["output"], "window": ["5 keV", "15 keV"]}))
    assert document["counts"].value[0] == pytest.approx(document["N_window"].value.sum(), rel=2e-3, abs=0)


def test_the_recoil_grid_of_detectors_has_converged(monkeypatch):
    """Sharp bins at a low threshold: twice the points, the same counts."""
    grids = importlib.import_module("weakscatter.model.recoil_grid")

    sharp = {
        "energy_edges": ["0.5 keV", "1 keV", "5 keV", "40 keV"],
        "quenching": {"kind": "constant", "factor": 1.0},
        "resolution": {"kind": "gaussian", "noise": "0.05 keV"},
        "efficiency": {"kind": "perfect"},
    }
    coarse = run(changed(CSI, detector=sharp))["counts"].value
    monkeypatch.setattr(grids, "_POINTS", 2 * grids._POINTS)
    fine = run(changed(CSI, detector=sharp))["counts"].value
    assert coarse == pytest.approx(fine, rel=1e-4, abs=0)


def test_a_tabulated_form_factor(tmp_path):
    q = np.linspace(0, 1.0, 400)
    rows = "\n".join(f"{x},{np.exp(-((2 * x) ** 2) / 6)}" for x in q)
    (tmp_path / "f.csv").write_text(f"q (1/fm),F (1)\n{rows}\n")
    card = changed(ARGON, response={"form_factor": "table", "file": "f.csv"})
    document = run(card, folder=tmp_path)
    point = run(changed(ARGON, response={"form_factor": "point"}))
    ratio = document["dsigma_dT"].value / point["dsigma_dT"].value
    from weakscatter.matter import nuclide
    from weakscatter.units import fm

    q2 = 2 * nuclide("Ar40").mass * np.array([1e-3, 1e-2]) * fm**2
    assert ratio == pytest.approx(np.exp(-4 * q2 / 6) ** 2, rel=1e-4, abs=0)
    assert run(document.card).json() == document.json()
    (tmp_path / "f.csv").write_text("q (1/fm),F (1)\n0,1\n0.1,0.9\n")
    with pytest.raises(InputError, match="Extend the table"):
        run(card, folder=tmp_path)


def test_errors_are_of_one_family():
    assert issubclass(InputError, ValueError)
    assert issubclass(UnitError, ValueError)

"""Cards of task shell-model: card 13, every interaction file, strengths and occupations, errors, resumption of nothing."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from weakscatter import InputError
from weakscatter.cards import cite, complete, run
from weakscatter.cli.app import app
from weakscatter.cli.errors import guarded
from weakscatter.matter.levels import measured_levels
from weakscatter.nuclear import read_densities
from weakscatter.plot import Column, figure_of, level_scheme

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared"))
FILES = SHARED / "data" / "nuclear" / "interactions"
needs_files = pytest.mark.skipif(
    not FILES.is_dir(), reason="the interaction files are not beside this repository"
)

CARBON = {"task": "shell-model", "nuclide": "C12", "interaction": {"name": "cohen-kurath"}, "states": 6}


@pytest.fixture(scope="module")
def carbon(tmp_path_factory):
    path = tmp_path_factory.mktemp("carbon") / "c12.dres"
    strengths = {"operators": ["E2", "M1", "GT0"], "charges": [1.5, 0.5]}
    return run(
        {**CARBON, "strengths": strengths, "output": {"occupations": True, "densities": str(path)}}
    ), path


def test_carbon_is_that_of_another_program(carbon):
    document, _ = carbon
    # Header of a public density file of 12C with this interaction, by BIGSTICK; seven digits of our elements are rounded.
    theirs = [-71.04467, -66.39703, -58.59551, -57.57795, -57.54143, -55.96039]
    assert document["energy"].value == pytest.approx(theirs, abs=1e-4)
    assert document["spin"].value.tolist() == [0, 2, 1, 0, 4, 1]
    assert document["isospin"].value.tolist() == [0, 0, 0, 0, 0, 1]
    assert document["parity"].value.tolist() == [1] * 6
    assert document["dimension"].value == 51
    assert max(document["residual"].value) < 1e-6


def test_occupations_and_strengths(carbon):
    document, _ = carbon
    occupation = document["occupation"].value
    assert occupation.shape == (4, 6)
    assert np.sum(occupation, axis=0) == pytest.approx(8.0)
    # n_a = rho_0 sqrt(2j + 1) with rho_0 of the same density file.
    assert occupation[:2, 0] == pytest.approx([0.53680 * 2**0.5, 1.62042 * 2.0], abs=2e-5)
    # B(GT0) of the 15.1 MeV state from the same file; E2 leads to the 2+ state alone.
    assert document["B_GT0"].value[5] == pytest.approx(0.46054, abs=3e-5)
    assert (document["B_E2"].value[1] > 50.0, document["B_E2"].value[5]) == (True, 0.0)
    assert (document["B_E2"].unit, document["B_M1"].unit) == ("e^2 fm^4", "mu_N^2")


def test_densities_are_written(carbon):
    _, path = carbon
    found = read_densities(path)
    assert (found.edits, found.remarks, len(found.densities)) == ((), (), 36)


def test_card_is_echoed_and_completing_is_idempotent():
    full = complete({**CARBON, "m": 0})
    assert full["two_m"] == 0
    assert "m" not in full
    assert complete(full) == full
    assert {source.key for source in run(full).citations} >= {"caurier2005", "cohenkurath1965"}
    assert cite("cohenkurath1965")


def test_projection_and_parity():
    document = run({**CARBON, "states": 2, "two_j": 4, "parity": "+"})
    assert document["spin"].value.tolist() == [2, 2]
    assert document["energy"].value[0] == pytest.approx(-66.39703, abs=1e-4)


BAD = {
    "nuclide": ({"nuclide": "C99"}, "C99"),
    "no interaction": ({"interaction": None}, "no interaction"),
    "two interactions": ({"interaction": {"name": "cohen-kurath", "file": "x.snt"}}, "names a file or"),
    "unknown interaction": ({"interaction": {"name": "cohen"}}, "Interactions of the package: cohen-kurath"),
    "two m": ({"m": 0, "two_m": 0}, "both given"),
    "odd m": ({"two_m": 1}, "even number of nucleons"),
    "odd j": ({"two_j": 3}, "two_m|two_j"),
    "too many": ({"nuclide": "O20"}, "neutron|room|hold"),
    "parity": ({"parity": "-"}, "no state|empty|parity"),
    "spins": ({"spins": "even", "two_j": 2}, "needs M = 0 and 2M is 2"),
    "unknown spins": ({"spins": "evn"}, "Did you mean 'even'"),
    "truncation": ({"truncation": {"most": 2}}, "truncation has the keys most"),
    "orbit": ({"truncation": {"lower": ["0p5/2"], "jumps": 1}}, "no orbit '0p5/2'.*Did you mean"),
    "weights": ({"truncation": {"excitation": 1, "weights": {"0p1/2": 1}}}, "lacks p 0p3/2"),
    "memory": ({"memory_limit": 1e-6}, "51 states and the run would need"),
    "E2": ({"strengths": {"operators": ["E2"]}}, "effective charges"),
    "operator": ({"strengths": {"operators": ["E3"]}}, "unknown operator 'E3'"),
    "initial": ({"strengths": {"operators": ["M1"], "initial": 7}}, "6 states are asked for"),
    "key": ({"staes": 3}, "Did you mean 'states'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_cards(name):
    change, message = BAD[name]
    card = {key: value for key, value in {**CARBON, **change}.items() if value is not None}
    with pytest.raises(InputError, match=message):
        run(card)


def test_the_command_prints_the_document(monkeypatch, capsys):
    command = [
        "weakscatter",
        "levels",
        "C12",
        "--interaction",
        "cohen-kurath",
        "--states",
        "2",
        "--strengths",
        "M1",
        "--json",
    ]
    monkeypatch.setattr("sys.argv", command)
    assert guarded(app) == 0
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert document["results"]["energy"]["value"][0] == pytest.approx(-71.0447, abs=1e-3)
    assert document["results"]["energy"]["axes"] == ["state"]
    assert "51 states, 2M = 0, parity +1; 1,115 matrix elements" in err


def test_level_scheme_beside_measured_levels(carbon):
    document, _ = carbon
    figure = figure_of(document)
    (ax,) = figure.axes
    assert [label.get_text() for label in ax.get_xticklabels()] == ["calculated", "measured"]
    assert {"$0^{+}$", "$2^{+}$", "$1^{+}$", "$4^{+}$"} <= {text.get_text() for text in ax.texts}
    two = {
        "C12": {"calculated": Column([0.0, 4.4], [0, 2], [1, 1])},
        "Ne20": {"calculated": Column([0.0], [0], [1])},
    }
    assert len(level_scheme(two).axes) == 2
    with pytest.raises(InputError, match="one length"):
        level_scheme({"C12": {"calculated": Column([0.0, 4.4], [0], [1])}})


def test_measured_levels_start_at_the_ground_state():
    for name in ("C12", "Ne20", "Mg24", "Si28", "Ar40", "Ti44", "Cr48", "Fe54"):
        levels = measured_levels(name)
        assert (levels[0].energy, levels[0].J, levels[0].parity) == (0.0, 0.0, 1)
        energies = [level.energy for level in levels]
        assert energies == sorted(energies)
    assert measured_levels("U238") == ()


@needs_files
def test_card_13():
    document = run(SHARED / "cards" / "13-shell-model-neon.toml")
    assert document["dimension"].value == 640
    assert document["energy"].value[0] == pytest.approx(-40.47233, abs=1e-4)
    assert document["spin"].value[:4].tolist() == [0, 2, 4, 0]
    for name in ("energy", "excitation_energy", "spin", "isospin", "parity", "residual"):
        assert document[name].axes == ("state",)
        assert len(document[name].value) == 10


#: Two nucleons or holes outside each core.
NUCLIDES = {
    "ca48mh1": "Ti50", "ca48mh11": "Ti50", "ca48mh1g": "Ti50", "ca48mh2": "Ti50", "ca48mh2g": "Ti50", "ckpot": "Li6",
    "cwg2": "Te134", "fpd6": "Sc42", "gxpf1": "Sc42", "gxpf1a": "Sc42", "hybrid_gxpf1acamh1g": "Ti50", "jj44pna": "Ni58",
    "jj46Y16": "In132", "jun45": "Cu58", "kb3": "Sc42", "kb3g": "Sc42", "sdpf-m": "F18", "sdpf-mu": "F18", "sn100": "Sn103",
    "sn100pn": "Sn103", "snbg3": "Sn102", "usda": "F18", "usdb": "F18", "w": "F18", "ysox": "Li6",
}  # fmt: skip


@needs_files
@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(FILES.glob("kshell_snt/*.snt")), ids=lambda path: path.stem)
def test_the_card_runs_with_every_snt_file(path):
    name = NUCLIDES[path.stem]
    document = run({"task": "shell-model", "nuclide": name, "interaction": {"file": str(path)}, "states": 3})
    assert document.converged
    assert np.all(np.diff(document["energy"].value) >= -1e-9)
    assert np.allclose(2 * document["spin"].value, np.round(2 * document["spin"].value), atol=1e-3)


PF, PFG = ["0f7/2", "1p3/2", "0f5/2", "1p1/2"], ["1p1/2", "0f5/2", "1p3/2", "0g9/2"]
JJ44B = ["1p1/2", "1p3/2", "0f5/2", "0g9/2"]
SD, P, SDPF = ["0d3/2", "0d5/2", "1s1/2"], ["0p1/2", "0p3/2"], str(FILES / "pybigstick_sps" / "sdpfa.sps")
JJ55 = {
    "orbits": str(FILES / "pybigstick_sps" / "jj55pn.sps"),
    "elements": "unnormalised",
    "mass_scaling": "none",
}
PN = {"orbits": {"protons": PF, "neutrons": PF}, "core": "Ca40", "elements": "unnormalised"}
INT = {
    **{
        f"{folder}/usdb": ("F18", {"orbits": SD, "core": "O16", "mass_scaling": {"reference": 18, "power": -0.3}})
        for folder in ("bigstick_examples", "pybigstick_int")
    },
    "bigstick_examples/gx1a": ("Sc42", {"orbits": PF, "core": "Ca40", "mass_scaling": {"reference": 42, "power": -0.3}}),
    "bigstick_examples/gx1apn": ("Sc42", PN),
    **{
        f"pybigstick_int/{name}": (nuclide, {"orbits": orbits, "core": core, "mass_scaling": "none"})
        for name, nuclide, orbits, core in (
            ("GXPF1", "Sc42", PF, "Ca40"), ("JUN45", "Cu58", PFG, "Ni56"), ("f5pg9", "Cu58", PFG, "Ni56"),
            ("jj44b", "Cu58", JJ44B, "Ni56"), ("jj44b_nn", "Ni58", JJ44B, "Ni56"), ("SDPF-NR", "F18", SDPF, "O16"),
            ("SDPF-NR-O16", "F18", SDPF, "O16"), ("SDPF-U", "F18", SDPF, "O16"), ("SDPF-U-SI", "F18", SDPF, "O16"),
            ("P10T", "Li6", P, "He4"), ("PWBP", "Li6", P, "He4"), ("pkuo", "Li6", P, "He4"),
        )
    },
    **{
        f"pybigstick_int/{name}": ("Sb103", JJ55)
        for name in ("jj55pna", "sn100pn", "sn100pp", "sn100nn", "sn100co", "sn100pnMod")
    },
}  # fmt: skip


@needs_files
@pytest.mark.slow
def test_every_int_file_has_its_card():
    assert {str(p.relative_to(FILES))[:-4] for p in FILES.glob("*/*.int")} == set(INT)


@needs_files
@pytest.mark.slow
@pytest.mark.parametrize("name", INT)
def test_the_card_runs_with_every_int_file(name):
    nuclide, keys = INT[name]
    interaction = {"file": str(FILES / f"{name}.int"), **keys}
    document = run({"task": "shell-model", "nuclide": nuclide, "interaction": interaction, "states": 3})
    assert document.converged
    assert np.all(np.diff(document["energy"].value) >= -1e-9)

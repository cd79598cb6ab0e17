"""From options to cards, and cards to TOML and back."""

import tomllib

import pytest

from weakscatter import InputError
from weakscatter.cli import shorthand
from weakscatter.cli.toml import to_toml


@pytest.mark.parametrize(
    ("text", "key"),
    [("Ar40", "nuclide"), ("40Ar", "nuclide"), ("Ar-40", "nuclide"), ("Xe", "element"), ("I", "element"), ("CsI", "compound"),
     ("H2O", "compound"), ("CaWO4", "compound"), ("C12", "nuclide"), ("[Ca40]WO4", "compound")],
)  # fmt: skip
def test_targets(text, key):
    assert shorthand.target(text) == {key: text}


def test_settings():
    card = {"task": "rate", "interaction": [{"kind": "weak"}]}
    made = shorthand.apply(
        card, ("interaction.1.couplings='tree'", "output.units={ dN_dT = '1/keV' }", "a.b.c=[1, 2]")
    )
    assert made["interaction"] == [{"kind": "weak", "couplings": "tree"}]
    assert made["output"]["units"] == {"dN_dT": "1/keV"}
    assert made["a"]["b"]["c"] == [1, 2]
    for bad in ("task.x=1", "interaction.2.kind='weak'", "interaction.x=1", "=1", "x=\n"):
        with pytest.raises(InputError):
            shorthand.apply(card, (bad,))


def test_toml_reads_back():
    card = {
        "task": "fit",
        "experiments": ["a", {"card": 'b "quoted" \\ path é.toml'}],
        "free": [],
        "numbers": [1, 1e-32, 1.5, float("inf"), True],
        "response": {"proton_radius": {"Cs133": "4.8 fm", "odd key!": "1"}, "empty": {}},
        "interaction": [{"kind": "weak"}, {"kind": "x", "matrix": {"emu": [1e-9, -2e-9]}}],
    }
    assert tomllib.loads(to_toml(card)) == card


def test_a_level_that_a_nucleus_is_left_in():
    given = {"target": "C12", "energy": "30 MeV", "flavour": "mu", "antineutrino": False, "final": "1+ 2"}
    card = shorthand.cross_section(
        given | dict.fromkeys(("form_factor", "couplings", "recoil_energy", "window"))
    )
    assert card["response"] == {"final": "1+ 2"}
    assert shorthand.interaction_of(
        {"interaction": "x.int", "orbits": "0p1/2 0p3/2", "core": "He4", "elements": None, "mass_scaling": "18 -0.3"}
    ) == {
        "file": "x.int", "orbits": ["0p1/2", "0p3/2"], "core": "He4", "mass_scaling": {"reference": 18.0, "power": -0.3},
    }  # fmt: skip

"""Energies against BIGSTICK on the same interaction files, through cards; skipped where the files are not at hand."""

import os
import tomllib
from pathlib import Path

import pytest

from weakscatter.cards import run

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared"))
FILES = SHARED / "data" / "nuclear" / "interactions"
CASES = tomllib.loads((Path(__file__).parent / "bigstick_energies.toml").read_text(encoding="utf-8"))
SLOW = ("Mg25", "Si28", "Fe54", "Ti44", "Ar40", "Mg24")

pytestmark = pytest.mark.skipif(
    not FILES.is_dir(), reason="the interaction files are not beside this repository"
)


@pytest.mark.parametrize(
    "nuclide", [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in CASES]
)
def test_energies_are_those_of_bigstick(nuclide):
    case = CASES[nuclide]
    interaction = {name: case[name] for name in ("orbits", "core", "mass_scaling")}
    card = {
        "task": "shell-model",
        "nuclide": nuclide,
        "interaction": {"file": str(FILES / case["file"]), **interaction},
    }
    if "weights" in case:
        card["truncation"] = {"excitation": case["excitation"], "weights": case["weights"]}
    document = run(card)
    assert document["dimension"].value == case["dimension"]
    assert document["energy"].value == pytest.approx(case["energies"], abs=3e-5, rel=0)
    assert max(document["residual"].value) < 1e-6

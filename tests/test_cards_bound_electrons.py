"""Cards with bound electrons: hydrogen beside its approximations, tables, equivalent photons, and what is refused."""

import os
from pathlib import Path

import numpy as np
import pytest

from weakscatter import monoenergetic
from weakscatter.cards import run
from weakscatter.cards.electrons import complete_electrons, electrons_of
from weakscatter.interactions import UniversalMagneticMoment
from weakscatter.model import differential_cross_section
from weakscatter.provenance.errors import InputError
from weakscatter.response import (
    FreeElectrons,
    Hydrogenic,
    InfraredMass,
    ResponseTable,
    atomic_table,
    ionisation_response,
    write_response_table,
)
from weakscatter.units import cm, eV, keV

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared")) / "cards"
needs_cards = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the example cards are not beside this repository"
)
MOMENT = {"kind": "magnetic-moment", "effective": 1e-11}
CHARGE = {"kind": "millicharge", "effective": 1e-12}


def card(response, interaction=MOMENT, element="H", **output):
    return {
        "task": "cross-section",
        "projectile": {"kind": "neutrino", "flavour": "e", "energy": "10 keV"},
        "target": {"element": element, "scatters_on": "electrons"},
        "response": response,
        "interaction": [interaction],
        "output": output or {"energy_transfer": ["20 eV", "100 eV", "300 eV", "1 keV"]},
    }


@needs_cards
def test_card_17_puts_hydrogen_beside_its_approximations():
    document = run(SHARED / "17-hydrogen.toml")
    T = np.array([20.0, 100.0, 300.0, 1000.0]) * eV
    beam, theory = monoenergetic("e", 10 * keV), UniversalMagneticMoment(1e-11)
    for name, response in (
        ("dsigma_dT", Hydrogenic(1, InfraredMass(1 * eV))),
        ("dsigma_dT_free", FreeElectrons(1.0)),
    ):
        expected = np.asarray(differential_cross_section(beam, response, theory, T)) / (cm**2 / keV)
        np.testing.assert_allclose(document[name].value, expected, rtol=1e-9)
    whole = document["dsigma_dT"].value
    assert document["dsigma_dT"].per == "atom"
    assert document["energy_transfer"].value == pytest.approx([0.02, 0.1, 0.3, 1.0])
    # Above 0.377 keV a free electron takes nothing, the atom does.
    assert document["dsigma_dT_free"].value[-1] == 0 < whole[-1]
    np.testing.assert_allclose(document["dsigma_dT_lpa"].value[:3], whole[:3], rtol=1e-3)
    assert np.all(document["dsigma_dT_epa"].value[:3] < 2e-4 * whole[:3])
    np.testing.assert_array_equal(document["dsigma_dT_stepping"].value, document["dsigma_dT_free"].value)


@pytest.mark.slow
def test_a_table_on_a_card_is_its_response(tmp_path):
    T, q = np.geomspace(14 * eV, 2 * keV, 60), np.geomspace(13 * eV, 60 * keV, 150)
    density, convection = (np.asarray(R) for R in ionisation_response(T[:, None], q))
    parts = {("vector", "vector", "00"): density, ("vector", "vector", "11+22"): convection}
    write_response_table(ResponseTable(T, q, parts), tmp_path / "hydrogen.h5")
    response = {
        "electrons": "table",
        "file": "hydrogen.h5",
        "beyond": "zero",
        "infrared_neutrino_mass": "1 eV",
    }
    one = run(card(response | {"compare": ["lpa"]}, CHARGE), folder=tmp_path)
    two = run(
        card(
            {k: v for k, v in response.items() if k != "infrared_neutrino_mass"} | {"electrons": "lpa"},
            CHARGE,
        ),
        folder=tmp_path,
    )
    full = run(card({"electrons": "hydrogenic", "infrared_neutrino_mass": "1 eV"}, CHARGE))
    np.testing.assert_allclose(one["dsigma_dT"].value[:3], full["dsigma_dT"].value[:3], rtol=2e-3)
    np.testing.assert_allclose(one["dsigma_dT_lpa"].value, two["dsigma_dT"].value, rtol=1e-6)
    # The echo stands on its own.
    assert Path(one.card["response"]["file"]).is_absolute()
    with pytest.raises(InputError, match="asked at 1e-05 MeV"):
        run(card(response, CHARGE, energy_transfer=["10 eV"]), folder=tmp_path)
    with pytest.raises(InputError, match="beyond='zero'"):
        run(
            card(response | {"beyond": "error"}, CHARGE)
            | {"projectile": {"kind": "neutrino", "flavour": "e", "energy": "1 MeV"}},
            folder=tmp_path,
        )


def test_equivalent_photons_from_a_named_table():
    """A charge: e^2 (2 alpha/pi)(sigma/T)[ln(E/m) - 1/2] with the cross section of the table, for T << E."""
    from weakscatter import constants as c
    from weakscatter.response import photoabsorption

    response = {"electrons": "epa", "photoabsorption": "henke", "infrared_neutrino_mass": "1 eV"}
    asked = card(response, CHARGE, "Ge", energy_transfer=["100 eV", "2 keV"])
    asked["projectile"]["energy"] = "3 MeV"
    document = run(asked)
    T = np.array([100.0, 2000.0]) * eV
    sigma = np.asarray(photoabsorption("Ge", "henke")(T))
    expected = 1e-24 * 2 * c.alpha / np.pi * sigma / T * (np.log(3e6) - 0.5) / (cm**2 / keV)
    np.testing.assert_allclose(document["dsigma_dT"].value, expected, rtol=1e-3)
    assert "henke1993" in {source.key for source in document.citations}


@pytest.mark.parametrize(("response", "interaction", "match"), [
    ({"electrons": "hydrogenic"}, CHARGE, "infrared_neutrino_mass"),
    ({"electrons": "epa", "photoabsorption": "hydrogenic"}, CHARGE, "infrared_neutrino_mass"),
    ({"electrons": "hydrogenic", "infrared_neutrino_mass": "0 eV"}, CHARGE, "positive"),
    ({"electrons": "hydrogenic", "infrared_neutrino_mass": "1 eV", "infrared_q2_min": "1 eV^2"}, CHARGE, "Keep one"),
    ({"electrons": "epa"}, MOMENT, "photoabsorption is missing"),
    ({"electrons": "epa", "photoabsorption": "henk"}, MOMENT, "Did you mean 'henke'"),
    ({"electrons": "stepping", "compare": ["epa"]}, MOMENT, "photoabsorption is missing"),
    ({"electrons": "stepping", "compare": ["lpa"]}, MOMENT, "longitudinal part of a whole response"),
    ({"electrons": "stepping", "compare": ["epb"]}, MOMENT, "epa"),
    ({"electrons": "hydrogenc"}, MOMENT, "hydrogenic"),
    ({"electrons": "free", "edges": "measured"}, MOMENT, "edges"),
    ({"electrons": "table"}, MOMENT, "file"),
    ({"electrons": "ab-initio", "correlation": "joint"}, MOMENT, "Did you mean 'joined'"),
    ({"electrons": "stepping", "correlation": "none"}, MOMENT, "correlation"),
])  # fmt: skip
def test_what_is_refused(response, interaction, match):
    with pytest.raises(InputError, match=match):
        run(card(response, interaction))


def test_a_card_may_leave_correlation_out():
    """Neon has a second table, which is joined unless a card says no."""
    target = {"element": "Ne", "scatters_on": "electrons"}
    given = {"electrons": "ab-initio", "above": "error"}
    filled = [complete_electrons({**given, **more}, target, Path()) for more in ({}, {"correlation": "none"})]
    assert [one["correlation"] for one in filled] == ["joined", "none"]
    joined, alone = (electrons_of(one)("Ne") for one in filled)
    assert alone is atomic_table("Ne")
    assert len(joined.energy_transfer) != len(alone.energy_transfer)


def test_one_electron_only():
    with pytest.raises(InputError, match="an atom with one electron, and He has 2"):
        run(card({"electrons": "hydrogenic"}, element="He"))


def test_energy_transfer_is_that_of_electrons():
    with pytest.raises(InputError, match="Keep recoil_energy alone"):
        run(card({"electrons": "free"}, recoil_energy=["1 keV"], energy_transfer=["1 keV"]))
    nuclear = card({}) | {"target": {"element": "Ar"}}
    del nuclear["response"]
    with pytest.raises(InputError, match="Keep recoil_energy alone"):
        run(nuclear)


def test_a_rate_beyond_the_photoabsorption_table_is_refused():
    asked = {
        "task": "rate",
        "source": {"kind": "solar", "components": ["be7_862"]},
        "target": {"element": "Xe", "scatters_on": "electrons"},
        "response": {"electrons": "epa", "photoabsorption": "henke", "infrared_neutrino_mass": "1 eV"},
        "interaction": [CHARGE],
        "output": {"recoil_energy": ["1 keV", "50 keV"]},
    }
    with pytest.raises(InputError, match=r"asked at 50 keV; it covers 0\.01 to 30 keV"):
        run(asked)

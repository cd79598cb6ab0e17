"""Cards of a halo: card 16 as it stands, the same numbers as in Python, defaults, and every message."""

import os
from pathlib import Path

import numpy as np
import pytest

from weakscatter.cards import complete, run
from weakscatter.flux import StandardHalo, conventional_halo
from weakscatter.interactions import effective_dark_matter, electron_scatterer
from weakscatter.matter import material
from weakscatter.provenance.errors import InputError
from weakscatter.response import ab_initio_shells
from weakscatter.scattering import ionisation_spectra
from weakscatter.units import cm, d, eV, kg, km, s

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared")) / "cards"
CARD = {
    "task": "rate",
    "source": {"kind": "halo", "density": "0.4 GeV/cm^3", "v0": "220 km/s", "v_earth": "232 km/s"},
    "dark_matter": {"mass": "100 MeV", "sigma_electron": "1e-37 cm^2", "mediator": "light"},
    "target": {"element": "Ne", "scatters_on": "electrons"},
    "output": {"electron_energy": ["5 eV", "20 eV"]},
}


def changed(**sections):
    return {**CARD, **sections}


def with_keys(name, **keys):
    return {**CARD, name: {**CARD[name], **keys}}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the example cards are not beside this repository")
def test_card_16_as_it_stands():
    document = run(SHARED / "16-dark-matter-halo.toml")
    rate, total = document["dR_dlnE"], document["dR_dlnE_total"]
    assert rate.axes == ("subshell", "electron_energy")
    assert rate.unit == "1/(kg d)"
    assert rate.per == "mass and time"
    assert document["subshell"].value[:3] == ["5p3/2", "5p1/2", "5s"]
    assert total.value == pytest.approx(rate.value.sum(0))
    E = np.array([1.0, 10.0, 100.0]) * eV
    chi = electron_scatterer(100.0, 1e-37 * cm**2)
    expected = ionisation_spectra([chi], ab_initio_shells("Xe"), conventional_halo(), E)[0] * E
    assert rate.value == pytest.approx(expected / material("Xe").formula_mass * kg * d, rel=1e-10, abs=0)
    # 335 eV are all that the fastest particle has: M shells stay shut, exactly.
    assert document["energy_transfer_max"].value == pytest.approx(335.0, abs=0.1)
    assert np.all(rate.value[[name[0] in "32" for name in document["subshell"].value]] == 0)
    assert run(document.card).json() == document.json()
    assert any("no correlation" in text for text in document.warnings)


def test_defaults_and_echo():
    full = complete(changed(source={"kind": "halo"}))
    assert full["source"] == {
        "kind": "halo", "density": "0.3 GeV/cm^3", "v0": "238 km/s", "v_earth": "252 km/s", "v_escape": "544 km/s",
    }  # fmt: skip
    assert full["response"] == {"electrons": "ab-initio", "binding": "table"}
    assert full["dark_matter"]["mediator"] == "light"
    assert complete(full) == full
    grid = complete({name: CARD[name] for name in CARD if name != "output"})["output"]["electron_energy"]
    assert grid["points"] == 60


def test_the_day_of_the_year():
    june, december = (
        run(with_keys("source", date=day) | {"source": {"kind": "halo", "date": day}})["dR_dlnE_total"].value
        for day in ("2026-06-02", "2026-12-02")
    )
    assert np.all(june > 1.02 * december)
    halo = StandardHalo().on_day(152.0)
    assert 260 < float(halo.v_earth) * s / km < 270


def test_couplings_in_place_of_a_cross_section():
    E = np.array([5.0, 20.0]) * eV
    document = run(
        changed(
            dark_matter={
                "mass": "100 MeV",
                "c4": {"e": "1e-6 1/MeV^2"},
                "spin": 1.0,
                "c1": {"p": "1e-6 1/MeV^2"},
            }
        )
    )
    halo = conventional_halo()
    chi = effective_dark_matter(100.0, c4={"e": 1e-6}, spin=1.0)
    expected = (
        ionisation_spectra([chi], ab_initio_shells("Ne"), halo, E)[0]
        * E
        / material("Ne").formula_mass
        * kg
        * d
    )
    assert document["dR_dlnE"].value == pytest.approx(expected, rel=1e-10, abs=0)
    assert any("recoil of the nucleus" in text for text in document.warnings)
    assert document["species"].value.startswith("spin 1;")


@pytest.mark.slow
def test_a_mediator_of_any_mass_and_some_shells():
    light, heavy, middle = (
        run(with_keys("dark_matter", mediator=m) | {"response": {"shells": ["2p"]}})["dR_dlnE_total"].value
        for m in ("light", "heavy", "10 keV")
    )
    assert np.all(light < middle)
    assert np.all(middle < heavy)


def test_measured_binding_energies():
    ours, measured = (
        run(with_keys("dark_matter", mass="30 MeV") | {"response": {"binding": b}})
        for b in ("table", "measured")
    )
    assert measured["binding_energy"].value[0] == pytest.approx(21.6, abs=0.1)
    assert ours["binding_energy"].value[0] > 23
    assert np.all(measured["dR_dlnE_total"].value > ours["dR_dlnE_total"].value)


@pytest.mark.slow
def test_units_and_compounds():
    per_year = run(with_keys("output", units={"dR_dlnE": "1/(t yr)"}))
    assert per_year["dR_dlnE_total"].unit == "1/(t yr)"
    both = run(
        changed(target={"compound": "NaI", "scatters_on": "electrons"}, output={"electron_energy": ["5 eV"]})
    )
    assert {label.split()[0] for label in both["subshell"].value} == {"Na", "I"}


def test_too_light_is_zero_and_said():
    document = run(with_keys("dark_matter", mass="3 MeV"))
    assert np.all(document["dR_dlnE"].value == 0)
    assert any("zero" in text and "MeV on can" in text for text in document.warnings)


def form_factors(path, rows=None):
    from weakscatter.response import form_factor_squared, ionisation_response

    E, q = np.geomspace(0.5, 100, 30), np.geomspace(0.5, 900, 60)
    f2 = np.asarray(
        form_factor_squared(ionisation_response(E[:, None] * eV + 21.6 * eV, q * 1e-3)[0], E[:, None] * eV)
    )
    lines = [f"{e},{k},{f}" for e, line in zip(E, f2, strict=True) for k, f in zip(q, line, strict=True)]
    path.write_text(
        "electron_energy (eV),momentum (keV),form_factor_squared (1)\n" + "\n".join(lines[:rows]) + "\n"
    )
    return str(path)


def test_published_form_factors(tmp_path):
    electrons = {"files": {"2p": form_factors(tmp_path / "2p.csv")}, "beyond": "zero"}
    document = run(changed(response={"electrons": electrons}))
    assert document["subshell"].value == ["2p"]
    assert document.card["response"]["electrons"]["binding"] == {
        "2p": f"{document['binding_energy'].value[0]} eV"
    }
    assert 21 < document["binding_energy"].value[0] < 22
    assert np.all(document["dR_dlnE"].value > 0)
    assert run(document.card).json() == document.json()


def halo_file(path, scale):
    v = np.linspace(0, 780, 300)
    f = scale * np.asarray(conventional_halo().speed_density(v * km / s)) * km / s
    path.write_text(
        "speed (km/s),distribution (s/km)\n" + "\n".join(f"{a},{b}" for a, b in zip(v, f, strict=True)) + "\n"
    )
    return str(path)


def test_a_halo_of_ones_own(tmp_path):
    source = {"kind": "halo", "density": "0.4 GeV/cm^3", "file": halo_file(tmp_path / "halo.csv", 1.0)}
    ours, standard = run(changed(source=source))["dR_dlnE_total"].value, run(CARD)["dR_dlnE_total"].value
    assert ours == pytest.approx(standard, rel=5e-3, abs=0)
    with pytest.raises(InputError, match=r"integrates to 0\.97"):
        run(changed(source={**source, "file": halo_file(tmp_path / "other.csv", 0.97)}))


def test_a_flux_in_place_of_a_halo(tmp_path):
    path = tmp_path / "reflected.csv"
    E = np.geomspace(10, 2000, 80)
    path.write_text(
        "kinetic_energy (eV),flux (1/(cm^2 s eV))\n"
        + "\n".join(f"{e},{1e3 * np.exp(-e / 300)}" for e in E)
        + "\n"
    )
    card = changed(
        source={"kind": "halo", "flux_file": str(path)},
        dark_matter={"mass": "1 MeV", "sigma_electron": "1e-37 cm^2"},
    )
    assert np.all(run(card)["dR_dlnE_total"].value > 0)
    with pytest.raises(InputError, match="stated twice"):
        run({**card, "source": {**card["source"], "v0": "220 km/s"}})


@pytest.mark.parametrize(
    ("card", "words"),
    [
        (changed(target={"element": "Ne"}), "scatters_on"),
        ({name: CARD[name] for name in CARD if name != "dark_matter"}, "dark_matter"),
        (changed(dark_matter={"mass": "1 MeV"}), "sigma_electron"),
        (with_keys("dark_matter", c1={"e": "1 1/MeV^2"}), "sigma_electron and c1"),
        (with_keys("dark_matter", mediator="hevy"), "heavy"),
        (with_keys("dark_matter", mass="-1 MeV"), "positive"),
        (with_keys("dark_matter", mass="1 kg"), "mass"),
        (with_keys("dark_matter", spin=1.0), "spin is for c4"),
        (changed(dark_matter={"mass": "1 MeV", "d1": {"x": 1.0}}), "constituent"),
        (changed(dark_matter={"mass": "1 MeV", "d1": {"e": 1.0}, "mediator": "light"}), "belongs to"),
        (changed(dark_matter={"mass": "1 MeV", "c4": {"e": "1 1/MeV^2"}, "spin": 0.0}), "spin"),
        (with_keys("source", v_earth="600 km/s"), "slower"),
        (with_keys("source", date="2026-06-02"), "v_earth"),
        (changed(source={"kind": "halo", "date": "June"}), "date"),
        (with_keys("source", vo="1 km/s"), "v0"),
        (changed(target={"element": "Fe", "scatters_on": "electrons"}), "Fe"),
        (changed(response={"electrons": "abinitio"}), "ab-initio"),
        (changed(response={"electrons": {"files": {}}}), "files"),
        (changed(response={"shells": ["4d"]}), "shell"),
        (with_keys("output", units={"dR_dlnE": "keV"}), "dimension"),
        (with_keys("output", units={"dR": "keV"}), "dR_dlnE"),
        (with_keys("output", electron_energy=["50 keV"], units={}) | with_keys("dark_matter", mass="1e9 MeV") | {"output": {"electron_energy": ["50 keV"]}}, "electron energies"),
        (changed(detector={}), "no meaning for a halo"),
        ({**{name: CARD[name] for name in CARD if name != "output"}, "dark_matter": {"mass": "1 MeV", "sigma_electron": "1e-37 cm^2"}}, "no spectrum"),
        ({"task": "rate", "source": {"kind": "solar"}, "target": {"element": "Xe"}, "dark_matter": {"mass": "1 MeV"}}, "halo"),
    ],
)  # fmt: skip
def test_bad_cards(card, words):
    with pytest.raises(InputError, match=words):
        run(card)


def test_holes_in_a_file(tmp_path):
    path = form_factors(tmp_path / "2p.csv", rows=1000)
    with pytest.raises(InputError, match="no grid"):
        run(changed(response={"electrons": {"files": {"2p": path}}}))
    whole = form_factors(tmp_path / "whole.csv")
    with pytest.raises(InputError, match="shell of Ne"):
        run(changed(response={"electrons": {"files": {"4d": whole}}}))
    with pytest.raises(InputError, match="ends at a momentum"):
        run(with_keys("dark_matter", mass="1 GeV") | {"response": {"electrons": {"files": {"2p": whole}}}})

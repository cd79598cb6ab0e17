"""Cards 01 to 04 run as they stand, and mean what their comments say."""

import json
import math
import os
from pathlib import Path

import numpy as np
import pytest

from weakscatter import constants
from weakscatter.cards import run
from weakscatter.matter import nuclide
from weakscatter.units import cm, fm, kg, m

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared")) / "cards"
needs_cards = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the example cards are not beside this repository"
)


@pytest.fixture(scope="module")
def documents():
    """Each card's document, run when first asked for."""
    kept = {}

    def get(name):
        if name not in kept:
            kept[name] = run(SHARED / name)
        return kept[name]

    return get


def helm(q, radius, skin):
    box = math.sqrt(5 / 3 * (radius**2 - 3 * skin**2))
    x = q * box
    return 3 * (math.sin(x) - x * math.cos(x)) / x**3 * math.exp(-((q * skin) ** 2) / 2)


@needs_cards
def test_card_01_is_the_closed_formula(documents):
    document = documents("01-cevns-argon.toml")
    M, E = nuclide("Ar40").mass, 30.0
    for T_keV, ours in zip([1.0, 10.0, 50.0], document["dsigma_dT"].value, strict=True):
        T = T_keV * 1e-3
        q = math.sqrt(2 * M * T)
        amplitude = 0.0318 * 18 * helm(q, 3.448 * fm, 0.9 * fm) - 0.5094 * 22 * helm(q, 3.55 * fm, 0.9 * fm)
        shape = 1 - T / E - M * T / (2 * E**2)
        expected = constants.G_F**2 * M / math.pi * shape * amplitude**2 / cm**2
        # T_max is 48.289 keV: the last energy cannot be reached, and the answer is exactly zero.
        assert ours == (0.0 if T_keV == 50.0 else pytest.approx(expected, rel=1e-10, abs=0))
    assert document["recoil_energy_max"].value == pytest.approx(2e3 * E**2 / (M + 2 * E), rel=1e-12, abs=0)
    assert document["recoil_energy_max"].value < 50.0
    assert document["dsigma_dT"].unit == "cm^2/MeV"
    assert document["dsigma_dT"].per == "nucleus"
    x, weights = np.polynomial.legendre.leggauss(60)
    half = document["recoil_energy_max"].value * 1e-3 / 2
    T = half * (1 + x)
    q = np.sqrt(2 * M * T)
    amplitude = [
        0.0318 * 18 * helm(x, 3.448 * fm, 0.9 * fm) - 0.5094 * 22 * helm(x, 3.55 * fm, 0.9 * fm) for x in q
    ]
    density = constants.G_F**2 * M / math.pi * (1 - T / E - M * T / (2 * E**2)) * np.square(amplitude)
    assert document["sigma_total"].value == pytest.approx(
        half * np.sum(weights * density) / cm**2, rel=1e-10, abs=0
    )


@needs_cards
def test_card_02_is_normalised(documents):
    document = documents("02-recoils-csi.toml")
    assert document["flavour"].value == ["nu_mu", "nu_e", "nu_mu_bar"]
    T, spectrum = document["recoil_energy"].value, document["dN_dT"].value
    assert spectrum.shape == (3, 200)
    assert np.all(spectrum >= 0)
    inside = T >= 5.0
    for row, windowed, total in zip(
        spectrum, document["N_window"].value, document["N_total"].value, strict=True
    ):
        assert np.trapezoid(row[inside], T[inside]) == pytest.approx(windowed, rel=5e-2, abs=0)
        assert total > windowed
    # Independent: nu_mu at zero recoil, number of nuclei times flux times G_F^2 M/pi (g_p Z + g_n N)^2.
    flux = 0.0848 * 3.198e23 / (4 * math.pi * (19.3 * m) ** 2)
    units = 14.6 * kg / (nuclide("Cs133").atomic_mass + nuclide("I127").atomic_mass)
    low = sum(
        constants.G_F**2 * n.mass / math.pi * (0.0318 * n.Z - 0.5094 * n.N) ** 2
        for n in (nuclide("Cs133"), nuclide("I127"))
    )
    limit = run({**document.card, "output": {"recoil_energy": ["1e-3 keV"], "units": {"dN_dT": "1/MeV"}}})
    assert limit["dN_dT"].value[0, 0] == pytest.approx(units * flux * low, rel=1e-3, abs=0)


@needs_cards
def test_card_03_contributions_add_up(documents):
    document = documents("03-electromagnetic.toml")
    parts, kinds = document["dsigma_dT_by_kind"].value, document["kind"].value
    assert np.sum(parts, axis=0) == pytest.approx(document["dsigma_dT"].value, rel=1e-12, abs=0)
    assert {
        "weak",
        "charge-radius",
        "millicharge",
        "magnetic-moment",
        "interference:weak,charge-radius",
    } <= set(kinds)
    by_kind = dict(zip(kinds, parts, strict=True))
    assert np.all(by_kind["interference:weak,magnetic-moment"] == 0.0)  # the helicity flips
    for name in ("weak", "charge-radius", "millicharge", "magnetic-moment"):
        assert np.all(by_kind[name] > 0.0)
    # mu_eff^2 = |mu_ee|^2 + |mu_mue|^2: pi alpha^2/m_e^2 (1/T - 1/E + T/4E^2) Z^2 F^2
    T, cs = 1e-3, nuclide("Cs133")
    form = helm(math.sqrt(2 * cs.mass * T), 4.821 * fm, 0.9 * fm)
    dipole = (
        math.pi
        * (constants.alpha / constants.m_e) ** 2
        * (1 / T - 1 / 30 + T / (4 * 900))
        * 55**2
        * form**2
        * 5e-20
    )
    assert by_kind["magnetic-moment"][0] == pytest.approx(dipole / cm**2, rel=1e-5, abs=0)
    assert document["sigma_total"].value is None
    assert any("infinite" in text for text in document.warnings)


@pytest.mark.slow
@needs_cards
def test_card_04_fits_the_data(documents):
    document = documents("04-fit-coherent.toml")
    radius = document["best_fit"].value["neutron_radius_CsI"]
    assert radius["unit"] == "fm"
    assert 4.5 < radius["value"] < 6.5
    assert 0.2 < radius["minus"] < 0.8
    assert 0.2 < radius["plus"] < 0.8
    assert document.converged
    assert document["converged"].value is True
    assert document["p_value"].value is None
    expected, observed = document["expected"].value, document["observed"].value
    assert expected.shape == (len(document["component"].value), *observed.shape)
    assert np.sum(expected, axis=(1, 2)) == pytest.approx(document["counts"].value)
    assert np.sum(document["counts"].value) == pytest.approx(observed.sum(), rel=0.05, abs=0)
    assert document["energy_edges"].unit == "PE"
    assert document["energy_edges"].value[0] == 8.0
    assert document["time_edges"].unit == "us"
    assert 5.0 < document["time_edges"].value[-1] < 13.0


@needs_cards
@pytest.mark.parametrize(
    "name",
    [
        "01-cevns-argon.toml",
        "02-recoils-csi.toml",
        "03-electromagnetic.toml",
        pytest.param("04-fit-coherent.toml", marks=pytest.mark.slow),
    ],
)
def test_the_echoed_card_gives_the_same_document(documents, name):
    text = documents(name).json()
    content = json.loads(text)
    assert set(content) == {"weakscatter", "task", "card", "results", "citations", "warnings"}
    for result in content["results"].values():
        assert set(result) == {"value", "unit", "per", "axes", "uncertainty"}
        assert all(axis in content["results"] for axis in result["axes"])
    assert content["citations"]
    assert run(content["card"]).json() == text


@needs_cards
@pytest.mark.slow
def test_card_05_limits_a_transition_radius_with_two_experiments():
    document = run(SHARED / "05-limit-transition-radius.toml")
    ((low, high),) = document["interval"].value
    assert low == 0.0
    assert 25.0 < high < 31.0  # argon improves on CsI alone, 30.2, by little
    assert document.converged


@needs_cards
@pytest.mark.parametrize(
    "path", sorted(SHARED.glob("*.toml")) if SHARED.is_dir() else [], ids=lambda p: p.stem
)
def test_every_card_is_completed_once_and_for_all(path):
    from weakscatter.cards import complete

    assert complete(complete(path)) == complete(path)

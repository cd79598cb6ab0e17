"""Cards with [mixing], baselines and matrices in the mass basis; card 06 as it stands; limits on complex entries."""

import copy
import math
import os
from pathlib import Path

import numpy as np
import pytest

import weakscatter as ws
from weakscatter import constants as c
from weakscatter.cards import complete, run
from weakscatter.experiments import analyse, experiment
from weakscatter.matter import nuclide
from weakscatter.mixing import Mixing
from weakscatter.provenance.errors import InputError
from weakscatter.units import cm, deg, eV, fm, m

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared")) / "cards"
needs_cards = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the example cards are not beside this repository"
)

CARD = {
    "task": "cross-section",
    "projectile": {"flavour": "mu", "energy": "50 MeV"},
    "mixing": {
        "sin2_theta_12": 0.307, "sin2_theta_13": 0.0220, "sin2_theta_23": 0.546, "delta_cp": "244.8 deg",
        "delta_m2_21": "7.53e-5 eV^2", "delta_m2_31": "2.53e-3 eV^2",
    },
    "target": {"nuclide": "Ar40"},
    "response": {"proton_radius": "3.448 fm", "neutron_radius": "3.55 fm"},
    "kinematics": {"spin": "leading"},
    "interaction": [
        {"kind": "weak", "couplings": "tree"},
        {"kind": "millicharge", "basis": "mass", "matrix": {"11": 1e-9, "12": ["2e-9", "1e-9"], "33": -1e-9}},
    ],
    "output": {"recoil_energy": ["1 keV", "10 keV", "50 keV"], "units": {"dsigma_dT": "cm^2/MeV"}},
}  # fmt: skip
MIXING = Mixing(0.307, 0.0220, 0.546, 244.8 * deg, 7.53e-5 * eV**2, 2.53e-3 * eV**2)


def changed(*path_and_value):
    card = copy.deepcopy(CARD)
    *path, last, value = path_and_value
    inside = card
    for step in path:
        inside = inside[step] if isinstance(step, int) else inside.setdefault(step, {})
    inside[last] = value
    return card


def helm(q, radius):
    box = math.sqrt(5 / 3 * (radius**2 - 3 * (0.9 * fm) ** 2))
    x = q * box
    return 3 * (math.sin(x) - x * math.cos(x)) / x**3 * math.exp(-((q * 0.9 * fm) ** 2) / 2)


def by_hand(charge, baseline=0.0, averaged=False):
    """G_F^2 M/(2 pi) C_V (2 - MT/E^2) with C_V of the mass basis (EPS-HEP2021, equation 6), cm^2/MeV."""
    U, E, argon = np.asarray(MIXING.unitary), 50.0, nuclide("Ar40")
    m2 = np.array([0.0, 7.53e-5, 2.53e-3]) * eV**2
    result = []
    for T in (1e-3, 1e-2, 5e-2):
        q = math.sqrt(2 * argon.mass * T)
        FQ = 18 * helm(q, 3.448 * fm)
        F1 = (0.5 - 2 * 0.23857) * FQ - 0.5 * 22 * helm(q, 3.55 * fm)
        amplitude = F1 * np.eye(3) + FQ * 2 * math.sqrt(2) * math.pi * c.alpha / (c.G_F * q**2) * charge
        a = U[1].conj() * np.exp(-1j * m2 * baseline / (2 * E))
        CV = (
            np.sum(np.abs(amplitude) ** 2 * np.abs(a) ** 2)
            if averaged
            else np.sum(np.abs(amplitude @ a) ** 2)
        )
        result.append(c.G_F**2 * argon.mass / (2 * math.pi) * CV * (2 - argon.mass * T / E**2) / cm**2)
    return np.array(result)


@needs_cards
def test_card_06_is_the_formula_of_the_mass_basis():
    document = run(SHARED / "06-mass-basis-argon.toml")
    np.testing.assert_allclose(document["dsigma_dT"].value, by_hand(1.5e-12 * np.eye(3)), rtol=1e-10)
    assert document.card["mixing"]["nature"] == "dirac"
    assert document.card["mixing"]["majorana_21"] == "0 deg"
    again = run(document.card)
    np.testing.assert_array_equal(again["dsigma_dT"].value, document["dsigma_dT"].value)
    assert again.card == document.card


MATRIX = np.array([[1e-9, 2e-9 + 1e-9j, 0], [2e-9 - 1e-9j, 0, 0], [0, 0, -1e-9]])


@pytest.mark.parametrize(
    ("baseline", "expected"),
    [
        ("0 m", by_hand(MATRIX)),
        ("300 km", by_hand(MATRIX, 3e5 * m)),
        ("averaged", by_hand(MATRIX, averaged=True)),
    ],
)
def test_variations_of_card_06(baseline, expected):
    document = run(changed("projectile", "baseline", baseline))
    np.testing.assert_allclose(document["dsigma_dT"].value, expected, rtol=1e-9)


def test_mixing_is_echoed_where_it_is_used():
    assert "mixing" not in complete({k: v for k, v in CARD.items() if k not in ("mixing", "interaction")})
    without = {k: v for k, v in CARD.items() if k != "mixing"}
    assert complete(without)["mixing"]["sin2_theta_12"] == 0.308
    far = {
        **without,
        "interaction": [{"kind": "weak"}],
        "projectile": {**CARD["projectile"], "baseline": "1 km"},
    }
    assert complete(far)["mixing"]["delta_cp"] == "212 deg"
    idle = run({**CARD, "interaction": [{"kind": "weak"}]})
    assert any("nothing of this card depends on it" in text for text in idle.warnings)


def test_the_contributions_of_mass_and_flavour_basis_add_up():
    card = changed("output", "by_kind", True)
    card["interaction"] += [
        {"kind": "electric-moment", "basis": "mass", "matrix": {"12": 1e-9}},
        {"kind": "magnetic-moment", "matrix": {"emu": ["1e-9", "2e-9"]}},
        {"kind": "anapole", "matrix": {"ee": "1e-32 cm^2"}},
    ]
    document = run(card)
    parts = dict(zip(document["kind"].value, document["dsigma_dT_by_kind"].value, strict=True))
    np.testing.assert_allclose(sum(parts.values()), document["dsigma_dT"].value, rtol=1e-12)
    assert np.any(parts["interference:electric-moment,magnetic-moment"] != 0)
    assert np.all(parts["interference:weak,electric-moment"] == 0)


@pytest.mark.parametrize(
    ("interaction", "words"),
    [
        ({"kind": "millicharge", "basis": "mass", "matrix": {"11": 1e-12}}, "no diagonal millicharge"),
        ({"kind": "magnetic-moment", "basis": "mass", "matrix": {"12": 1e-11}}, "imaginary"),
        ({"kind": "charge-radius", "matrix": {"ee": "1e-32 cm^2"}}, "basis = 'mass'"),
        ({"kind": "anapole", "basis": "mass", "matrix": {"12": ["0 cm^2", "1e-32 cm^2"]}}, "real"),
    ],
)
def test_majorana_neutrinos_have_fewer_entries(interaction, words):
    card = changed("mixing", "nature", "majorana")
    card["interaction"][1] = interaction
    with pytest.raises(InputError, match=words) as caught:
        run(card)
    assert "interaction[2]" in str(caught.value)


def test_majorana_card_is_the_dirac_card_of_the_same_matrix():
    values = []
    for nature in ("dirac", "majorana"):
        card = changed("mixing", "nature", nature)
        card["interaction"][1] = {"kind": "millicharge", "basis": "mass", "matrix": {"12": ["0", "2e-9"]}}
        values.append(run(card)["dsigma_dT"].value)
    np.testing.assert_array_equal(*values)


@pytest.mark.slow
def test_rate_of_a_travelled_source():
    """A continuum and a line after 30 km: no baseline changes a flavour-blind rate, others follow the averaged one."""
    source = {"kind": "pion-decay-at-rest", "protons": 1e23, "yield_per_flavour": 0.08, "distance": "20 m"}
    card = {"task": "rate", "source": source, "target": {"nuclide": "Ar40", "mass": "10 kg"},
            "interaction": [{"kind": "weak", "couplings": "tree"}],
            "output": {"recoil_energy": ["1 keV", "10 keV", "30 keV"]}}  # fmt: skip
    near = run(card)["dN_dT"].value
    for baseline in ("30 km", "averaged"):
        far = run({**card, "source": {**source, "baseline": baseline}})["dN_dT"].value
        np.testing.assert_allclose(far, near, rtol=1e-9)
    moment = {**card, "interaction": [{"kind": "magnetic-moment", "matrix": {"ee": 1e-9}}]}
    muon = run({**moment, "source": {**source, "baseline": "averaged"}})["dN_dT"].value[0]
    electron = run({**moment, "source": {**source}})["dN_dT"].value
    assert np.all(electron[0] == 0)
    assert muon[0] > 0


@pytest.mark.slow
def test_experiments_with_a_baseline():
    """At 20 m nothing moves by more than the phase squared, 2e-4; far away nu_e of the SNS are mostly something else."""
    setup = experiment("coherent_csi_2021")
    fixed = {"millicharge_ee": 30.0}
    near = sum(analyse(setup, fixed=fixed).predict().values())
    here = sum(analyse(setup, fixed=fixed, baseline=19.3 * m).predict().values())
    far = sum(analyse(setup, fixed=fixed, baseline="averaged").predict().values())
    np.testing.assert_allclose(here, near, rtol=2e-4)
    assert np.max(np.abs(here / near - 1)) > 1e-9
    assert np.max(np.abs(far / near - 1)) > 1e-3
    card = {"task": "fit", "experiments": ["coherent_csi_2021"], "fixed": {"millicharge_ee": 30.0},
            "experiment_options": {"coherent_csi_2021": {"baseline": "averaged"}}}  # fmt: skip
    like = ws.likelihood("coherent_csi_2021", fixed=fixed, baseline="averaged")
    assert run(card)["minimum"].value == pytest.approx(ws.fit(like).minimum, rel=1e-6, abs=0)
    with pytest.raises(InputError, match="Experiments: coherent_csi_2021"):
        ws.likelihood("coherent_csi_2021", baseline={"coherent_csi": 1.0})


@pytest.mark.slow
def test_limit_on_a_modulus_profiles_its_phase():
    """By default, and only where an expected count knows it; what else is free stands with the result."""
    card = {"task": "limit", "experiments": ["coherent_csi_2021"], "parameter": "millicharge_12"}
    profiled = run(card)
    conditions = profiled["conditions"].value
    assert "millicharge_12_phase" in conditions["profiled"]
    assert any("its phase millicharge_12_phase is profiled" in text for text in profiled.warnings)
    held = run({**card, "fixed": {"millicharge_12_phase": 0.0}})
    assert "millicharge_12_phase" not in held["conditions"].value["profiled"]
    # A phase that is free makes the limit weaker.
    assert profiled["interval"].value[-1][1] > 1.5 * held["interval"].value[-1][1]
    blind = run({**card, "parameter": "charge_radius_emu"})
    assert blind["conditions"].value["held"]["charge_radius_emu_phase"] == 0.0
    assert blind["converged"].value

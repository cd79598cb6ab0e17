"""Dark matter in CCM, COHERENT CsI and liquid argon: counts, contours, limits; the card of a beam."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from weakscatter.cards import complete, run
from weakscatter.cards.document import Document
from weakscatter.cards.species import with_species
from weakscatter.experiments import Ccm, analyse, experiment, portal_limits
from weakscatter.flux import MesonDecay, TriangularPulse
from weakscatter.interactions import VectorPortal, Weak
from weakscatter.matter import material
from weakscatter.model import DarkSetup, Target, background_free_epsilon_squared, dark_counts, nuclear_targets
from weakscatter.provenance.errors import InputError
from weakscatter.response import FreeElectrons, HelmLewinSmith, NuclearResponse
from weakscatter.units import keV, kg, m, ns

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared")) / "cards"
CARD = {
    "task": "rate",
    "source": {
        "kind": "dark-matter-beam", "production": ["pi0"], "protons": 1e22, "pi0_per_proton": 0.1, "distance": "20 m",
    },
    "dark_matter": {"mass": "10 MeV", "mediator_mass": "30 MeV", "epsilon": 1e-4, "alpha_dark": 0.5},
    "target": {"element": "Ar", "mass": "7 t"},
    "response": {"form_factor": "helm-lewin-smith"},
    "output": {"window": ["50 keV", "inf"], "recoil_energy": ["10 keV", "50 keV", "100 keV"]},
}  # fmt: skip


def changed(**sections):
    """The card with keys of its sections replaced, or taken out by None."""
    card = {name: dict(value) if isinstance(value, dict) else value for name, value in CARD.items()}
    for name, keys in sections.items():
        card[name] = {
            key: value for key, value in {**card.get(name, {}), **keys}.items() if value is not None
        }
    return card


@pytest.fixture(scope="module")
def ccm():
    return Ccm()


@pytest.mark.slow
def test_experiment_and_counts_agree(ccm):
    portal = VectorPortal(mass=10.0, mediator_mass=30.0, epsilon=1e-4)
    binned = np.asarray(ccm.build(Weak() + portal, {}).counts())
    direct = float(dark_counts(ccm.setup(), 10.0, 30.0, epsilon=1e-4).counts)
    assert binned.sum() == pytest.approx(direct, rel=1e-5, abs=0)
    assert np.all(np.asarray(ccm.build(Weak(), {}).counts()) == 0.0)
    # Prompt: what the pulse brings within its own 290 ns and the delay of slow particles.
    assert binned[:, :3].sum() / binned.sum() > 0.99


def test_counts_go_with_the_fourth_power_and_contours_follow(ccm):
    one, two = (float(dark_counts(ccm.setup(), 10.0, 30.0, epsilon=e).counts) for e in (1e-4, 2e-4))
    assert two / one == pytest.approx(16.0, rel=1e-7, abs=0)
    square = float(background_free_epsilon_squared(one, 1e-4))
    assert float(dark_counts(ccm.setup(), 10.0, 30.0, epsilon=square**0.5).counts) == pytest.approx(
        np.log(10), rel=1e-6, abs=0
    )
    assert np.isinf(background_free_epsilon_squared(0.0, 1e-4))


def test_maps_are_exactly_zero_where_nothing_is_open(ccm):
    mass, mediator = np.array([[5.0], [40.0]]), np.array([[30.0, 90.0, 140.0]])
    found = dark_counts(ccm.setup(), mass, mediator, epsilon=1e-4)
    N = found.counts
    assert "counted both" in found.species
    np.testing.assert_array_equal(N > 0, [[True, True, False], [False, True, False]])
    assert np.all(np.isfinite(N))


def test_counts_are_converged(ccm, monkeypatch):
    import weakscatter.model.beam_counts as module

    masses = np.array([1.0, 10.0, 40.0])
    plain = dark_counts(ccm.setup(), masses, 3 * masses, epsilon=1e-4).counts
    monkeypatch.setattr(module, "_FEWEST", 20)
    # Another name of the channel, so that no program compiled before is found.
    setup = DarkSetup((MesonDecay(0.1, name="again"),), 1e22, 20 * m, ccm.targets(), 50 * keV)
    np.testing.assert_allclose(plain, dark_counts(setup, masses, 3 * masses, epsilon=1e-4).counts, rtol=1e-6)


def test_a_time_window_keeps_the_fast_ones(ccm):
    pulse = TriangularPulse(0.0, 290 * ns)
    parts = [
        float(
            dark_counts(
                DarkSetup(ccm.source.channels, 1e22, 20 * m, ccm.targets(), 50 * keV, pulse=pulse, time_window=window),
                10.0, 30.0, epsilon=1e-4,
            ).counts
        )
        for window in ((0.0, 190 * ns), (190 * ns, 5000 * ns), (-10 * ns, 5000 * ns))
    ]  # fmt: skip
    assert parts[0] + parts[1] == pytest.approx(parts[2], rel=1e-9, abs=0)
    assert parts[2] == pytest.approx(
        float(dark_counts(ccm.setup(), 10.0, 30.0, epsilon=1e-4).counts), rel=1e-4, abs=0
    )


def test_electrons_are_a_target_too():
    setup = DarkSetup((MesonDecay(0.1),), 1e22, 20 * m, (Target(FreeElectrons(1.0), 1e27),), 50 * keV)
    assert float(dark_counts(setup, 10.0, 30.0, epsilon=1e-4).counts) > 0.0


def test_shapes_depend_weakly_on_the_mediator_at_a_fixed_ratio():
    """Fig. of the seed: from m_A = 15 to 100 MeV the share above 50 keV of what lies above 10 keV moves within a factor of two."""
    targets = nuclear_targets(
        material("CsI"), 14.6 * kg, lambda isotope: NuclearResponse(isotope, HelmLewinSmith())
    )
    shares = []
    for M in (30.0, 60.0, 100.0):
        low, high = (
            float(
                dark_counts(
                    DarkSetup((MesonDecay(0.1),), 1e23, 19.3 * m, targets, T * keV), M / 3, M, epsilon=1e-4
                ).counts
            )
            for T in (5.0, 15.0)
        )
        shares.append(high / low)
    assert max(shares) / min(shares) < 2.5


@pytest.mark.slow
@pytest.mark.parametrize(("spin", "limit"), [("dirac", 7.18e-9), ("scalar", 5.06e-9)])
def test_limits_from_caesium_iodide(spin, limit):
    """Frozen, as the manual prints them. A scalar's current reaches larger angles: more recoils above threshold, a stronger limit."""
    (found,) = portal_limits([experiment("coherent_csi_2021")], [10.0], spin=spin)
    assert found.epsilon_squared == pytest.approx(limit, rel=0.01, abs=0)
    assert pytest.approx(found.epsilon_squared * 0.5 / 81, rel=1e-9, abs=0) == found.Y
    assert "counted both" in found.species


@pytest.mark.slow
@pytest.mark.parametrize("name", ["coherent_csi_2021", "coherent_lar_2020"])
def test_neutrinos_are_what_they_were_and_prepared_is_direct(name):
    one, portal = experiment(name), VectorPortal(mass=10.0, mediator_mass=30.0)
    with_portal = one.build(Weak() + portal, {})
    nothing = np.asarray(with_portal.counts())
    np.testing.assert_allclose(nothing, replace(with_portal, theory=Weak()).counts(), rtol=1e-12, atol=1e-15)
    # Alone they have a grid without the ends of dark matter's recoils: the error of the quadrature, 3e-6 in argon.
    np.testing.assert_allclose(nothing, one.build(Weak(), {}).counts(), rtol=1e-5, atol=1e-15)
    analysis = analyse(one, Weak() + portal, free=["epsilon_squared"])
    # The coupling is in no stage: everything that depends on it is a contraction.
    assert analysis.how["rates"] == "folded"
    values = {parameter.name: parameter.value for parameter in analysis.parameters} | {"epsilon_squared": 2.0}
    theory = (Weak() + portal).from_values(values)
    np.testing.assert_allclose(
        analysis.prepared.counts(values), one.build(theory, values).counts(), rtol=1e-10
    )


def test_an_experiment_without_such_a_beam_refuses_the_portal():
    with pytest.raises(InputError, match="no beam of dark matter"):
        analyse(experiment("texono_2025"), Weak() + VectorPortal(mass=10.0, mediator_mass=30.0))


def test_one_mixing_has_one_name():
    portal = VectorPortal(mass=10.0, mediator_mass=30.0)
    assert float(portal.from_values({"epsilon_squared": 4.0}).epsilon) == pytest.approx(
        2e-4, rel=1e-14, abs=0
    )
    with pytest.raises(InputError, match="one parameter"):
        portal.from_values({"epsilon": 1.0, "epsilon_squared": 1.0})


# Cards


@pytest.mark.skipif(not SHARED.is_dir(), reason="the example cards are not beside this repository")
def test_card_15_runs_as_it_stands():
    document = run(SHARED / "15-dark-matter-beam.toml")
    assert document["flux_total"].unit == "1/cm^2"
    assert document["dN_dT"].axes == ("recoil_energy",)
    assert document["dN_dT"].unit == "1/keV"
    assert document["dPhi_dE"].axes == ("chi_energy",)
    # Frozen beside the quadrature of tests/test_dark_matter_beam.py.
    assert document["N_events"].value == pytest.approx(53.0913, rel=1e-4, abs=0)
    assert "Dirac fermion" in document["species"].value
    assert "counted both" in document["species"].value


def test_card_completes_to_itself_and_integrates_to_its_flux():
    full = complete(CARD)
    assert complete(full) == full
    assert full["dark_matter"]["spin"] == "dirac"
    document = run(full)
    E, flux = np.asarray(document["chi_energy"].value), np.asarray(document["dPhi_dE"].value)
    assert np.trapezoid(flux, E) == pytest.approx(document["flux_total"].value, rel=1e-6, abs=0)


@pytest.mark.slow
def test_channels_of_a_card_add(tmp_path):
    (tmp_path / "photons.csv").write_text(
        "low (MeV),high (MeV),per_proton (1)\n30,50,0.01\n50,90,0.005\n", encoding="utf-8"
    )
    source = {
        "production": ["pi0", "pi-minus-capture", "cascade", "eta"], "captures_per_proton": 0.03, "photon_file": "photons.csv",
        "eta_per_proton": 0.001, "pulse_mean": "0.4 us", "pulse_width": "0.15 us",
    }  # fmt: skip
    card = changed(source=source, output={"time_edges": ["0 us", "0.4 us", "2 us"]})
    document = run(card, folder=tmp_path)
    assert document["channel"].value == ["pi0", "pi-minus-capture", "cascade", "eta"]
    assert sum(document["flux_by_channel"].value) == pytest.approx(
        document["flux_total"].value, rel=1e-12, abs=0
    )
    assert sum(document["N_events_by_channel"].value) == pytest.approx(
        document["N_events"].value, rel=1e-12, abs=0
    )
    arrival = np.asarray(document["arrival"].value)
    assert arrival.shape == (4, 2)
    assert np.all(arrival.sum(axis=1) > 0.99)
    assert any("not settled" in warning for warning in document.warnings)


@pytest.mark.parametrize(
    ("dark", "words"),
    [
        ({"mediator_mass": "19 MeV"}, "exactly none"),
        ({"mass": "60 MeV", "mediator_mass": "136 MeV"}, "exactly no dark matter"),
    ],
)
def test_closed_channels_are_zero_and_said(dark, words):
    document = run(changed(dark_matter=dark))
    assert document["flux_total"].value == 0.0
    assert document["N_events"].value == 0.0
    assert any(words in warning for warning in document.warnings)


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"source": {"production": ["kaon"]}}, "unknown channel"),
        ({"source": {"production": []}}, "is empty"),
        ({"source": {"pi0_per_proton": None}}, "needs source.pi0_per_proton"),
        ({"source": {"eta_per_proton": 0.1}}, "Give both, or none"),
        ({"source": {"photon_branching": 0.1}}, "pi-minus-capture"),
        ({"source": {"pulse_mean": "1 us"}}, "both, or none"),
        ({"dark_matter": {"mass": "-1 MeV"}}, "positive"),
        ({"dark_matter": {"spin": "majorana"}}, "Allowed: dirac, scalar"),
        ({"dark_matter": {"epsilon": None}}, "lacks 'epsilon'"),
        ({"dark_matter": {"alpha_dark": -0.5}}, "not negative"),
        ({"output": {"errors": True}}, "no meaning"),
        ({"output": {"time_edges": ["0 us", "1 us"]}}, "needs the proton pulse"),
        ({"detector": {}}, "no meaning"),
    ],
)
def test_bad_cards_are_refused(sections, words):
    with pytest.raises(InputError, match=words):
        complete(changed(**sections))


@pytest.mark.parametrize(
    ("interaction", "words"),
    [
        ([{"kind": "weak"}], "does not scatter dark matter"),
        ([{"kind": "dark-photon", "mass": "3 MeV"}], "stand in"),
        ([], "one"),
    ],
)
def test_other_interactions_are_refused(interaction, words):
    with pytest.raises(InputError, match=words):
        complete({**CARD, "interaction": interaction})


@pytest.mark.parametrize(
    "arguments",
    [{"lowest": 0.0}, {"lowest": 1e-3, "time_window": (0.0, 1.0)}, {"lowest": 1.0, "highest": 0.5}],
)
def test_bad_setups_are_refused(arguments):
    with pytest.raises(InputError):
        DarkSetup((MesonDecay(0.1),), 1e22, 20 * m, (), **arguments)


def test_bad_masses_are_refused(ccm):
    with pytest.raises(InputError, match="positive and finite"):
        dark_counts(ccm.setup(), [1.0, -1.0], 30.0, epsilon=1e-4)


def test_dark_matter_belongs_to_a_beam_of_it():
    neutrinos = {
        "kind": "pion-decay-at-rest", "protons": 1e22, "yield_per_flavour": 0.1, "distance": "20 m",
    }  # fmt: skip
    with pytest.raises(InputError, match="a source that makes some"):
        complete({**CARD, "source": neutrinos})


def test_what_is_counted_is_printed_with_every_result():
    for spin, words in (("dirac", "Dirac fermion"), ("scalar", "complex scalar")):
        card = {"interaction": [{"kind": "weak"}, {"kind": "dark-photon", "spin": spin, "mass": "10 MeV"}]}
        document = with_species(Document("limit", card, {}))
        assert words in document["species"].value
        assert "counted both" in document.json()
    assert "species" not in with_species(Document("limit", {"interaction": [{"kind": "weak"}]}, {}))

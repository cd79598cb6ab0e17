"""Scattering to many levels: sums, totals by two routes, photons, event classes and cards. Amplitudes of 12C and 40Ar from their tables."""

import os
from dataclasses import replace
from math import pi
from pathlib import Path

import numpy as np
import pytest
from test_nuclear_currents import walecka

from weakscatter import InputError
from weakscatter.cards import run
from weakscatter.constants import G_F
from weakscatter.flux import monoenergetic, pion_decay_at_rest
from weakscatter.interactions import Weak
from weakscatter.matter import nuclide
from weakscatter.matter.separation import (
    neutron_separation_energy,
    particle_threshold,
    proton_separation_energy,
)
from weakscatter.model import Target, level_counts, level_cross_sections, level_events, recoil_counts
from weakscatter.nuclear import ModelSpace, Orbit, gamow_teller_neutral, levels, read_interaction
from weakscatter.nuclear.decays import _front, shares
from weakscatter.nuclear.states import Density, State
from weakscatter.nuclear.strength_function import strength_functions
from weakscatter.nuclear.tabulate import detect_radial_sign, tabulate_nucleus
from weakscatter.response import (
    SHELL_MODEL_NUCLIDES,
    Helm,
    IncoherentNucleons,
    NuclearResponse,
    NuclearTransition,
    Point,
    ShellModel,
    levels_with_photons,
    photon_lines,
    shell_model_amplitudes,
)
from weakscatter.scattering import contract, fold, slot_matrices, slots
from weakscatter.units import cm, fm

CARBON, ARGON = nuclide("C12"), nuclide("Ar40")
FEW = ("2+ 1", "1+ 1", "1+ 2", "2+ 3")


@pytest.fixture(scope="module")
def carbon():
    return NuclearTransition(CARBON, shell_model_amplitudes("C12"), FEW, energies={"1+ 2": 15.110})


def folded(response, component, T, order="energy-first"):
    charges = Weak().charges()
    layout = slots(charges)
    matrices = slot_matrices(charges, layout, component.antineutrino)
    return np.asarray(contract(fold(layout, response, component, T, order=order), matrices, matrices))


T = np.array([0.02, 0.05, 0.3, 0.6])


@pytest.mark.slow
def test_levels_at_once_are_the_sum_of_levels_one_by_one(carbon):
    component = monoenergetic("mu", 45.0).components[0]
    single = [
        replace(carbon, final=name, energies={k: v for k, v in carbon.energies.items() if k == name})
        for name in FEW
    ]
    apart = sum(folded(one, component, T) for one in single)
    np.testing.assert_allclose(folded(carbon, component, T), apart, rtol=1e-12)


def test_the_orders_of_the_fold_agree_for_levels(carbon):
    component = monoenergetic("mu", 45.0, antineutrino=True).components[0]
    np.testing.assert_allclose(
        folded(carbon, component, T), folded(carbon, component, T, "momentum-first"), rtol=1e-12
    )


@pytest.mark.parametrize("antineutrino", [False, True])
def test_totals_are_the_textbook_integrated_over_the_angle(carbon, antineutrino):
    """Walecka's formula in cos(theta), by other nodes in another variable."""
    x, w = np.polynomial.legendre.leggauss(40)
    E = 40.0
    sigma = np.asarray(level_cross_sections(carbon, Weak(), [E], antineutrino=antineutrino))[0]
    for name, ours, energy in zip(carbon.names, sigma, carbon.excitations, strict=True):
        by_angle, _, _ = walecka(carbon.table, name, Weak(), E, x, energy, antineutrino)
        assert ours == pytest.approx(2 * pi * np.sum(w * by_angle), rel=1e-8, abs=0)


def test_nothing_below_the_threshold_of_each_level(carbon):
    thresholds = np.asarray(carbon.thresholds)
    sigma = np.asarray(level_cross_sections(carbon, Weak(), [12.0, 13.5, 16.0]))
    for row, E in zip(sigma, (12.0, 13.5, 16.0), strict=True):
        assert np.all((row > 0) == (thresholds < E))


@pytest.mark.slow
def test_numbers_of_a_beam_are_those_of_its_recoils(carbon):
    beam = pion_decay_at_rest(1.0, 1.0, 1.0)
    counts = level_counts(beam, carbon, Weak())
    whole = recoil_counts(beam, (Target(carbon),), Weak())
    # From a hair above zero the number comes from a grid in T instead.
    grid = recoil_counts(beam, (Target(carbon),), Weak(), lowest=1e-9)
    for label in beam.labels:
        assert float(whole[label]) == pytest.approx(float(np.sum(counts[label])), rel=1e-12, abs=0)
        assert float(grid[label]) == pytest.approx(float(whole[label]), rel=1e-9, abs=0)


def test_the_ground_state_gives_the_weak_charge_and_its_form_factor():
    """Elastic multipoles integrate to Q_w^2 F^2; the form factor has relativistic terms in addition, per mille at 30 MeV."""
    elastic = NuclearTransition(ARGON, shell_model_amplitudes("Ar40"), "0+ 1")
    beam = monoenergetic("mu", 30.0)
    form = recoil_counts(beam, (Target(NuclearResponse(ARGON, ShellModel())),), Weak())
    ours = recoil_counts(beam, (Target(elastic),), Weak())
    assert float(ours["nu_mu"]) == pytest.approx(float(form["nu_mu"]), rel=3e-3, abs=0)


def test_quenching_multiplies_the_axial_current(carbon):
    """Neutrinos and antineutrinos together have no interference: vector part plus the square of the quenching times the axial part."""
    none, half, whole = (
        sum(
            float(
                level_cross_sections(
                    replace(carbon, final="1+ 2", axial_quenching=g), Weak(), [20.0], antineutrino=anti
                )[0, 0]
            )
            for anti in (False, True)
        )
        for g in (0.0, 0.5, 1.0)
    )
    assert none < 0.01 * whole
    assert half == pytest.approx(0.75 * none + 0.25 * whole, rel=1e-10, abs=0)


# 40Ar


@pytest.fixture(scope="module")
def argon():
    return NuclearTransition(ARGON, shell_model_amplitudes("Ar40"))


def test_separation_energies_are_those_of_the_masses():
    assert neutron_separation_energy(ARGON) == pytest.approx(9.869, abs=1e-3)
    assert proton_separation_energy(ARGON) == pytest.approx(12.53, abs=5e-3)
    assert particle_threshold(ARGON) == neutron_separation_energy(ARGON)
    assert particle_threshold(nuclide("C12")) == proton_separation_energy(nuclide("C12"))
    with pytest.raises(InputError, match="one proton"):
        proton_separation_energy(nuclide("H2"))


def test_the_radial_sign_of_each_interaction_shows_in_the_quadrupole_strength():
    for interaction in ("sdpf-nr", "sdpf-mu"):
        settings = shell_model_amplitudes("Ar40", interaction).settings
        parts = settings["B(E2) by radial sign (e^2 fm^4)"].split(", ")
        values = {sign: float(value) for sign, value in (part.split(": ") for part in parts)}
        assert values[settings["radial_sign"]] == max(values.values())
        assert max(values.values()) > 7 * min(values.values())


def test_gamow_teller_carries_the_argon_cross_section(argon):
    sigma = np.asarray(level_cross_sections(argon, Weak(), [30.0]))[0] / cm**2
    spins = np.array([argon.table.level(name).two_j for name in argon.names])
    assert sigma[spins == 2].sum() > 0.97 * sigma.sum()
    coherent = (
        float(recoil_counts(monoenergetic("mu", 30.0), (Target(NuclearResponse(ARGON)),), Weak())["nu_mu"])
        / cm**2
    )
    assert 0.003 < sigma.sum() / coherent < 0.02


def test_argon_from_threshold_to_60_MeV_with_two_interactions():
    """Rises from the first threshold on, stays fifty times below CEvNS, and two interactions agree within a quarter above 20 MeV."""
    E = np.array([1.0, 5.0, 12.0, 20.0, 30.0, 45.0, 60.0])
    elastic = NuclearTransition(ARGON, shell_model_amplitudes("Ar40"), "0+ 1")
    coherent = np.asarray(level_cross_sections(elastic, Weak(), E))[:, 0]
    found = []
    for interaction in SHELL_MODEL_NUCLIDES["Ar40"]:
        response = NuclearTransition(ARGON, shell_model_amplitudes("Ar40", interaction))
        found.append(np.asarray(level_cross_sections(response, Weak(), E)).sum(axis=1))
        assert found[-1][0] == 0
        assert np.all(np.diff(found[-1]) > 0)
        share = found[-1] / coherent
        assert np.all(np.diff(share) > 0)
        assert 0.01 < share[-1] < 0.02
    assert found[0][3:] == pytest.approx(found[1][3:], rel=0.25, abs=0)


def test_photons_carry_the_excitation_energy_and_none_comes_from_above_the_threshold(argon):
    table = argon.table
    for name in levels_with_photons(table):
        lines = photon_lines(table, {name: 1.0})
        assert sum(energy * share for energy, share in lines) == pytest.approx(
            table.level(name).excitation, rel=1e-9, abs=0
        )
        assert max(energy for energy, _ in lines) <= table.particle_threshold
    above = [level.name for level in table.levels if level.excitation > table.particle_threshold]
    assert above
    assert photon_lines(table, dict.fromkeys(above, 1.0)) == ()


def test_a_level_and_its_photons_are_one_event(argon):
    beam = pion_decay_at_rest(1e20, 0.08, 20.0)
    events = level_events(beam, argon, Weak(), number=3.0)
    counts = level_counts(beam, argon, Weak())
    (first,) = [one for one in events if one.label == "1+ 2, nu_mu"]
    place = argon.names.index("1+ 2")
    assert float(np.sum(first.terms[0][0])) == pytest.approx(
        3.0 * float(counts["nu_mu"][place]), rel=1e-12, abs=0
    )
    assert np.all(np.asarray(first.contains["photon"]) == argon.excitations[place])
    assert np.asarray(first.contains["nuclear-recoil"]).shape == np.asarray(first.terms[0][0]).shape
    carbon_levels = NuclearTransition(CARBON, shell_model_amplitudes("C12"))
    with pytest.raises(InputError, match="no decays"):
        level_events(beam, carbon_levels, Weak())


# cards

CARD = {
    "task": "cross-section",
    "projectile": {"kind": "neutrino", "flavour": "mu", "energy": "29.79 MeV"},
    "target": {"nuclide": "C12"},
    "response": {"final": "1+ 2", "energies": {"1+ 2": "15.110 MeV"}},
}


@pytest.mark.slow
def test_a_card_of_one_level_and_of_all():
    document = run(CARD)
    assert document["sigma_total"].value == pytest.approx(2.73617e-42, rel=1e-4, abs=0)
    assert document["level"].value == ["1+ 2"]
    assert run(document.card).json() == document.json()
    assert "walecka2004" in {source.key for source in document.citations}
    everything = run(CARD | {"response": {"final": "inelastic"}})
    assert np.sum(everything["sigma_level"].value) == pytest.approx(
        everything["sigma_total"].value, rel=1e-12, abs=0
    )
    assert len(everything["level"].value) > 10


@pytest.mark.slow
def test_a_rate_card_of_argon_lists_photons():
    document = run(
        {
            "task": "rate",
            "source": {
                "kind": "pion-decay-at-rest", "protons": 1e23, "yield_per_flavour": 0.08, "distance": "20 m",
            },
            "target": {"nuclide": "Ar40", "mass": "1 t"},
            "response": {"final": "inelastic", "axial_quenching": 0.8},
        }
    )  # fmt: skip
    assert np.sum(document["N_level"].value) == pytest.approx(
        np.sum(document["N_total"].value), rel=1e-9, abs=0
    )
    assert np.all(document["photon_energy"].value < 9.87)
    assert np.sum(document["N_photon"].value) > 0


BAD = {
    "level": ({"response": {"final": "1+ 99"}}, "level of C12"),
    "nuclide": (
        {"target": {"nuclide": "Al27"}, "response": {"final": "inelastic"}},
        "no shell-model table of Al27",
    ),
    "quenching": ({"response": {"final": "inelastic", "axial_quenching": 1.2}}, "at most 1"),
    "form factor": ({"response": {"final": "inelastic", "form_factor": "helm"}}, "form_factor"),
    "energies": ({"response": {"final": "inelastic", "energies": "15 MeV"}}, "table by level"),
    "kinematics": ({"kinematics": {"spin": "0"}}, "Leave it out"),
    "too fast": ({"projectile": {"kind": "neutrino", "flavour": "mu", "energy": "200 MeV"}}, "below 150 MeV"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_cards(name):
    change, message = BAD[name]
    with pytest.raises(InputError, match=message):
        run(CARD | change)


def test_what_transitions_refuse():
    table = shell_model_amplitudes("C12")
    with pytest.raises(InputError, match="named twice"):
        NuclearTransition(CARBON, table, ("1+ 1", "1+ 1"))
    with pytest.raises(InputError, match="no level but"):
        NuclearTransition(CARBON, replace(table, levels=table.levels[:1], coefficients={}))
    bare = {key: value for key, value in table.coefficients.items() if key[2] != "Delta"}
    with pytest.raises(InputError, match="holds no Delta"):
        NuclearTransition(CARBON, replace(table, coefficients=bare), "1+ 2")
    with pytest.raises(InputError, match="interaction of the tables"):
        shell_model_amplitudes("Ar40", "usdb")
    with pytest.raises(InputError, match="decays lead down"):
        replace(table, decays=(("0+ 1", "2+ 1", 1.0),))
    with pytest.raises(InputError, match="not to one"):
        replace(table, decays=(("2+ 1", "0+ 1", 0.5),))
    with pytest.raises(InputError, match="positive and finite"):
        level_cross_sections(NuclearTransition(CARBON, table), Weak(), [-1.0])


def test_the_incoherent_estimate_is_free_nucleons_at_large_momentum_and_nothing_at_small(argon):
    """Points have F = 1 and no incoherent part; a huge nucleus has F = 0: N_p, N_n free nucleons with G_F^2/pi E^2 (g_V^2 + 3 g_A^2)."""
    beam, theory = monoenergetic("mu", 1.0), Weak()
    none = IncoherentNucleons(ARGON, Point())
    assert float(recoil_counts(beam, (Target(none),), theory)["nu_mu"]) == 0.0
    heavy = replace(ARGON, mass=1e9)
    free = IncoherentNucleons(heavy, Helm(), 1e4 * fm, 1e4 * fm)
    couplings = ((18, float(theory.g_v_p[1])), (22, float(theory.couplings.g_v_n)))
    expected = sum(n * (g**2 + 3 * theory.axial_coupling**2 / 4) for n, g in couplings) * G_F**2 / pi
    found = float(recoil_counts(beam, (Target(free),), theory)["nu_mu"])
    # omega = q^2/2m takes some per mille of the neutrino's energy.
    assert found == pytest.approx(expected, rel=0.01, abs=0)
    shell = float(np.sum(level_cross_sections(argon, theory, [30.0])))
    fast = monoenergetic("mu", 30.0)
    estimate = float(recoil_counts(fast, (Target(IncoherentNucleons(ARGON)),), theory)["nu_mu"])
    assert shell < 0.5 * estimate


# from an interaction


@pytest.fixture(scope="module")
def made():
    return tabulate_nucleus(read_interaction("cohen-kurath"), CARBON, states=60)


def test_a_table_from_an_interaction(made):
    """The shipped table again, from the dense route; decays only below the lowest separation energy."""
    shipped = shell_model_amplitudes("C12")
    assert [level.name for level in made.levels[:4]] == [level.name for level in shipped.levels[:4]]
    for key, values in shipped.coefficients.items():
        np.testing.assert_allclose(np.abs(made.coefficients[key][: len(values)]), np.abs(values), atol=1e-6)
    energy = {level.name: level.excitation for level in made.levels}
    assert made.decays
    assert all(energy[one] < particle_threshold(CARBON) for one, _, _ in made.decays)
    assert max(energy.values()) > particle_threshold(CARBON)


def test_gamow_teller_sum_rule(made):
    """Levels of a complete table exhaust <0| (sum sigma tau_3/2)^2 |0>, which the strength function knows without them."""
    ground = levels(read_interaction("cohen-kurath"), 6, 6, states=1)
    (function,) = strength_functions(ground, 0, gamow_teller_neutral(ground.interaction.space), steps=30)
    found = 0.0
    for level in made.levels:
        if (level.name, 1, "Sigma'", "p") in made.coefficients:
            p, n = (made.coefficients[level.name, 1, "Sigma'", species][0] for species in "pn")
            found += 6 * pi * (p - n) ** 2 / 4
    assert found == pytest.approx(function.total, rel=1e-8, abs=0)


def test_widths_of_photons_are_those_of_the_textbooks():
    """Gamma(M1) = 11.57 meV (E/MeV)^3 B/mu_N^2, Gamma(E2) = 0.806 ueV (E/MeV)^5 B/(e^2 fm^4)."""
    assert _front("M1", 1.0) == pytest.approx(1.157e-8, rel=1e-3, abs=0)
    assert _front("E2", 1.0) == pytest.approx(8.06e-13, rel=1e-3, abs=0)
    assert _front("E2", 2.0) == pytest.approx(32 * _front("E2", 1.0), rel=1e-12, abs=0)
    kept = shares({(2, 0): 3.0, (2, 1): 1.0, (1, 0): 0.5, (3, 0): 1.0, (3, 1): 1e-6})
    assert kept == {(2, 0): 0.75, (2, 1): 0.25, (1, 0): 1.0, (3, 0): 1.0}


def test_the_radial_sign_is_detected_by_the_larger_quadrupole_strength():
    orbits = tuple((Orbit(0, 2, 5, species), Orbit(1, 0, 1, species)) for species in ("proton", "neutron"))
    space = ModelSpace(*orbits, 8, 8)
    zero, two = State(0.0, 0.0, 0.0, 1, 0.0), State(1.0, 2.0, 0.0, 1, 0.0)
    for sign in (1.0, -1.0):
        rho = {2: np.array([[0.5, 0.4 * sign], [0.4 * sign, 0.0]])}
        density = Density(0, 1, zero, two, rho, rho)
        chosen, values = detect_radial_sign([density], space, 12.0, (1.5, 0.5))
        assert values[chosen] > 2 * min(values.values())
        flipped = Density(0, 1, zero, two, {2: rho[2] * [[1, -1], [-1, 1]]}, {2: rho[2] * [[1, -1], [-1, 1]]})
        assert detect_radial_sign([flipped], space, 12.0, (1.5, 0.5))[0] != chosen
    with pytest.raises(InputError, match="State radial_sign"):
        detect_radial_sign([], space, 12.0, (1.5, 0.5))


CARDS = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared")) / "cards"


@pytest.mark.slow
@pytest.mark.skipif(not CARDS.is_dir(), reason="the example cards are not beside this repository")
def test_card_14():
    document = run(CARDS / "14-gamow-teller-argon.toml")
    assert document["dimension"].value == 1566
    assert len(document["energy"].value) == 16
    assert np.sum(document["strength"].value) == pytest.approx(
        document["strength_total"].value, rel=1e-9, abs=0
    )
    centroid = (
        np.sum(document["strength"].value * document["strength_energy"].value)
        / document["strength_total"].value
    )
    assert document["strength_centroid"].value == pytest.approx(centroid, rel=1e-9, abs=0)
    full, limit = document["sigma"].value, document["sigma_long_wavelength"].value
    assert np.all((full > 0) & (full < 1.3 * limit))
    shipped = NuclearTransition(ARGON, shell_model_amplitudes("Ar40"))
    theory = Weak(axial_coupling=1.2756)
    assert full / np.asarray(level_cross_sections(shipped, theory, [10.0, 30.0, 50.0])).sum(
        axis=1
    ) * cm**2 == (pytest.approx(1.0, abs=1e-3))

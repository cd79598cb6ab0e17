"""The shipped shell-model tables: numbers of nucleons, radii, spins, cards of elements; groups of states; densities from files."""

import os
from math import pi
from pathlib import Path

import numpy as np
import pytest

from weakscatter import InputError, constants
from weakscatter.cards import run
from weakscatter.experiments import experiment
from weakscatter.interactions import Weak
from weakscatter.matter import SPIN_EXPECTATIONS, nuclide
from weakscatter.model import level_cross_sections
from weakscatter.nuclear import levels, read_densities, read_interaction
from weakscatter.nuclear.strength_levels import ritz, strength_levels
from weakscatter.nuclear.tabulate import Photons, tabulate_nucleus
from weakscatter.nuclear.tabulate_densities import tabulate_densities
from weakscatter.response import (
    SHELL_MODEL_NUCLIDES,
    Helm,
    NuclearResponse,
    NuclearTransition,
    ShellModel,
    ShellModelSpin,
    TwoBodyCurrents,
    charge_radius,
    shell_model_amplitudes,
)
from weakscatter.units import fm

EVERY = [(name, one) for name, known in SHELL_MODEL_NUCLIDES.items() for one in known]


@pytest.mark.parametrize(("name", "interaction"), EVERY)
def test_numbers_and_radii(name, interaction):
    """Z and N nucleons to the digits that densities are printed with; charge radii of the general hbar omega, not fitted."""
    table, isotope = shell_model_amplitudes(name, interaction), nuclide(name)
    assert table.initial.two_j == 2 * isotope.spin
    root = (4 * pi / (table.initial.two_j + 1)) ** 0.5
    for species, number in (("p", isotope.Z), ("n", isotope.N)):
        assert root * float(table.amplitude(table.initial.name, 0, "M", species, 0.0)) == pytest.approx(
            number, abs=2e-4
        )
    radius = float(ShellModel(table).rms_radius(isotope))
    if name in ("C13", "Fe57", "Fe58"):
        with pytest.raises(InputError, match="No charge radius"):
            charge_radius(isotope)
    else:
        # Light nuclei feel the formula of hbar omega most.
        assert radius == pytest.approx(charge_radius(isotope), rel=0.04 if isotope.A < 20 else 0.02, abs=0)
    assert {"oscillator_energy", "radial_sign", "weakscatter", "interaction"} <= table.settings.keys()


@pytest.mark.parametrize(("name", "interaction"), [("F19", "usdb"), ("Na23", "usdb"), ("Xe131", "gcn"), ("I127", "gcn")])  # fmt: skip
def test_spins_at_zero_momentum_are_those_of_the_literature(name, interaction):
    """<S_p> and <S_n> from Sigma'_1 against Klos and others, who used the same interactions (or, for 127I, a truncated one)."""
    isotope, known = nuclide(name), SPIN_EXPECTATIONS[name]
    across, along = ShellModelSpin(shell_model_amplitudes(name, interaction)).products(
        np.array([1e-3]), isotope
    )
    scale = 4 * (isotope.spin + 1) / (3 * isotope.spin)
    assert float(across["p", "p"][0]) == pytest.approx(scale * known.proton**2, rel=0.1, abs=1e-4)
    assert float(across["p", "n"][0]) == pytest.approx(scale * known.proton * known.neutron, abs=0.004)
    assert float(across["n", "n"][0]) == pytest.approx(scale * known.neutron**2, rel=0.02, abs=2e-3)
    assert float(along["n", "n"][0]) == pytest.approx(float(across["n", "n"][0]), rel=1e-6, abs=0)


def test_the_axial_response_falls_with_momentum_and_two_body_currents_take_a_third_off():
    isotope, q = nuclide("Xe129"), np.array([1e-3, 60.0])
    one, two = (
        ShellModelSpin(None, currents).products(q, isotope)[0] for currents in (None, TwoBodyCurrents())
    )
    isovector, reduced = (np.asarray(x["p", "p"] + x["n", "n"] - 2 * x["p", "n"]) for x in (one, two))
    delta = np.asarray(TwoBodyCurrents().delta(q))
    assert reduced == pytest.approx(isovector * (1 + delta) ** 2, rel=1e-12, abs=0)
    isoscalar, same = (np.asarray(x["p", "p"] + x["n", "n"] + 2 * x["p", "n"]) for x in (one, two))
    assert same == pytest.approx(isoscalar, rel=1e-12, abs=0)
    assert isovector[1] < 0.8 * isovector[0]


def test_means_over_the_fermi_sea():
    """T = 3 A = 1 - 3 x^2 + 3 x^3 arctan(1/x) at q = 0, and delta' in the range that the papers quote."""
    currents = TwoBodyCurrents()
    x = constants.m_pi / (1.5 * pi**2 * currents.density) ** (1 / 3)
    across, trace = currents.means(0.0)
    assert float(trace) == pytest.approx(1 - 3 * x**2 + 3 * x**3 * np.arctan(1 / x), rel=1e-10, abs=0)
    assert float(across) == pytest.approx(float(trace) / 3, rel=1e-10, abs=0)
    assert -0.3 < float(currents.delta(0.0)) < -0.15
    with pytest.raises(InputError, match="Fermi sea"):
        TwoBodyCurrents(density=0.5 / fm**3)


CARD = {
    "task": "cross-section",
    "projectile": {"kind": "neutrino", "flavour": "mu", "energy": "30 MeV"},
    "interaction": [{"kind": "weak"}],
}


@pytest.mark.parametrize(
    "element",
    [
        "C",
        "Si",
        *(
            pytest.param(one, marks=pytest.mark.slow)
            for one in ("Ar", "Fe", "Ge", "Xe", "I", "Cs", "Na", "F")
        ),
    ],
)
def test_elements_have_shell_model_form_factors(element):
    card = CARD | {"target": {"element": element}}
    shell, helm = (
        run(card | {"response": {"form_factor": word}})["sigma_total"].value
        for word in ("shell-model", "helm" if element not in ("C", "Fe") else "klein-nystrand")
    )
    assert shell == pytest.approx(helm, rel=0.04, abs=0)


@pytest.mark.parametrize("name", ["Cs133", "I127"])
def test_helm_with_the_neutron_radius_of_the_table_gives_its_cross_section(name):
    """The shapes are alike at these momenta; what differs from Helm with adopted radii is the radius of the neutrons."""
    card = CARD | {"target": {"nuclide": name}}
    model, isotope = ShellModel(shell_model_amplitudes(name)), nuclide(name)
    proton, neutron = (float(one.rms_radius(isotope)) / fm for one in (model, model.other))
    radii = {"proton_radius": f"{proton} fm", "neutron_radius": f"{neutron} fm"}
    shell, helm, adopted = (
        float(run(card | {"response": one})["sigma_total"].value)
        for one in ({"form_factor": "shell-model"}, {"form_factor": "helm", **radii}, {"form_factor": "helm"})
    )
    assert shell == pytest.approx(helm, rel=5e-3, abs=0)
    assert 0.97 < shell / adopted < 1.0


def test_recoils_in_caesium_iodide():
    """A card of the compound: both nuclei have tables, and their rates add."""
    source = {"kind": "pion-decay-at-rest", "protons": 1e23, "yield_per_flavour": 0.08, "distance": "20 m"}
    counts = {}
    for word in ("shell-model", "helm"):
        target = {"compound": "CsI", "mass": "10 kg"}
        card = {"task": "rate", "source": source, "target": target, "interaction": [{"kind": "weak"}]}
        counts[word] = np.sum(run(card | {"response": {"form_factor": word}})["N_total"].value)
    assert 0.96 < counts["shell-model"] / counts["helm"] < 1.0


@pytest.mark.slow
def test_the_caesium_iodide_experiment_takes_shell_model_form_factors():
    """Neutron radii of the tables are 0.05 fm larger than the adopted ones: a per cent less."""
    counts = [
        float(
            np.sum(
                experiment("coherent_csi_2021", form_factor=model).build(Weak("radiative-2020"), {}).counts()
            )
        )
        for model in (Helm(), ShellModel())
    ]
    assert counts[1] / counts[0] == pytest.approx(0.99, abs=0.005)


def test_axial_terms_of_a_card():
    card = CARD | {"target": {"nuclide": "F19"}}
    none, point, shell, reduced = (
        run(card | {"response": {"form_factor": "shell-model", "axial": word}})["sigma_total"].value
        for word in ("none", "one-body", "shell-model", "shell-model-two-body")
    )
    # At q = 0 both are <S_p> = 0.478; then the second falls with q.
    assert none < reduced < shell < point < 1.06 * none
    with pytest.raises(InputError, match="no shell-model table"):
        run(CARD | {"target": {"nuclide": "Al27"}, "response": {"axial": "shell-model"}})
    with pytest.raises(InputError, match="no level but the ground state"):
        run(CARD | {"target": {"nuclide": "Xe132"}, "response": {"final": "inelastic"}})


@pytest.mark.parametrize("name", ["F19", "Xe129"])
def test_elastic_multipoles_are_the_response_with_its_axial_term(name):
    """The ground state as the final level of inelastic scattering: all ranks and currents at once, by the general multipoles."""
    isotope, E = nuclide(name), 20.0
    table = shell_model_amplitudes(name)
    theory = Weak()
    transition = NuclearTransition(isotope, table, table.initial.name)
    sigma, bar = (
        float(level_cross_sections(transition, theory, [E], antineutrino=anti)[0, 0])
        for anti in (False, True)
    )
    from weakscatter.flux import monoenergetic
    from weakscatter.model import Target, recoil_counts

    response = NuclearResponse(isotope, ShellModel(), axial=ShellModelSpin())
    ours = float(recoil_counts(monoenergetic("mu", E), (Target(response),), theory)["nu_mu"])
    without = NuclearResponse(isotope, ShellModel())
    vector = float(recoil_counts(monoenergetic("mu", E), (Target(without),), theory)["nu_mu"])
    # Weak magnetism and the axial charge are in one of them alone: the mean sees their square, of the order of
    # (mu E/m)^2 of the axial term; the difference is the interference, at most 2 mu E/(g_A m) of the axial term for isovectors.
    assert (sigma + bar) / 2 == pytest.approx(ours, rel=1e-3, abs=0)
    assert 0 < (sigma - bar) / 2 < 2 * 4.706 * E / (1.27 * 939) * (ours - vector)
    assert ours - vector > 1e-3 * vector or name == "Xe129"


# groups of states


@pytest.fixture(scope="module")
def p_shell():
    return read_interaction("cohen-kurath")


@pytest.mark.parametrize("name", ["C12", "C13"])
def test_groups_of_states_carry_the_whole_cross_section(p_shell, name):
    isotope, E = nuclide(name), np.array([20.0, 30.0, 50.0])
    whole, groups = (
        tabulate_nucleus(p_shell, isotope, states=states, lanczos=steps, photons=None)
        for states, steps in ((100, None), (2, 10))
    )
    one, two = (
        np.asarray(level_cross_sections(NuclearTransition(isotope, table), Weak(), E)).sum(axis=1)
        for table in (whole, groups)
    )
    assert two == pytest.approx(one, rel=1e-3, abs=0)
    assert len(groups.levels) <= len(whole.levels)


def test_few_steps_keep_the_total_strength(p_shell):
    """Sums over groups of states of <f|O|i> squared do not depend on the number of steps."""
    found = levels(p_shell, 6, 6, states=2)
    totals = []
    for steps in (1, 3):
        table = tabulate_nucleus(p_shell, nuclide("C12"), states=2, lanczos=steps, photons=None)
        totals.append(
            sum(
                (table.coefficients[one.name, 1, "Sigma'", "p"][0] - table.coefficients[one.name, 1, "Sigma'", "n"][0]) ** 2
                for one in table.levels
                if one.two_j == 2
            )
        )  # fmt: skip
    assert totals[0] == pytest.approx(totals[1], rel=1e-10, abs=0)
    with pytest.raises(InputError, match="steps = 0"):
        strength_levels(found, 0, steps=0)


def test_ritz_values_of_a_small_matrix():
    random = np.random.default_rng(3)
    matrix = random.normal(size=(30, 30))
    matrix += matrix.T
    starts = [random.normal(size=30) for _ in range(2)]
    starts.append(starts[0] + starts[1])
    energies, vectors, residuals = ritz(lambda x: matrix @ x, starts, 5, 30)
    assert len(energies) == 10
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(10), atol=1e-12)
    by_hand = np.linalg.norm(vectors @ matrix - energies[:, None] * vectors, axis=1)
    np.testing.assert_allclose(residuals, by_hand, atol=1e-10)
    every = ritz(lambda x: matrix @ x, starts, 40, 30)[0]
    np.testing.assert_allclose(every, np.linalg.eigvalsh(matrix), atol=1e-9)


def test_what_tables_of_groups_refuse(p_shell):
    with pytest.raises(InputError, match="no photons"):
        tabulate_nucleus(p_shell, nuclide("C12"), states=2, lanczos=3, photons=Photons())
    with pytest.raises(InputError, match="2J = 14"):
        tabulate_nucleus(p_shell, nuclide("C12"), states=2, two_j=14)
    with pytest.raises(InputError, match="not those of C13"):
        tabulate_nucleus(p_shell, nuclide("C13"), states=2, found=levels(p_shell, 6, 6, states=1))


# densities from files

FOLDER = (
    Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared"))
    / "data/nuclear/dmscatter"
)
needs_files = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the density files are not beside this repository"
)


@needs_files
@pytest.mark.parametrize(("file", "name", "interaction"), [("Xe/xe132gcn", "Xe132", "gcn"), ("I/i127jj55", "I127", "jj55")])  # fmt: skip
def test_tables_from_densities_are_made_again(file, name, interaction):
    shipped = shell_model_amplitudes(name, interaction)
    made = tabulate_densities(read_densities(FOLDER / f"{file}.dres"), nuclide(name))
    assert made.settings["radial_sign"] == shipped.settings["radial_sign"]
    for key, values in shipped.coefficients.items():
        np.testing.assert_allclose(
            np.trim_zeros(made.coefficients[key], "b"), np.trim_zeros(values, "b"), rtol=1e-12
        )


@needs_files
def test_our_densities_are_those_of_the_published_files():
    """USDB densities of 28Si by another program: amplitudes of our table within their five digits."""
    made = tabulate_densities(read_densities(FOLDER / "Si/si28usdb.dres"), nuclide("Si28"))
    ours = shell_model_amplitudes("Si28")
    for (_, J, operator, species), values in made.coefficients.items():
        if operator in ("M", "Phi''"):
            own = ours.coefficients[ours.initial.name, J, operator, species]
            np.testing.assert_allclose(own[:3], values[: len(own)], atol=3e-4)


@needs_files
def test_a_file_of_another_nucleus():
    with pytest.raises(InputError, match="Name its nuclide"):
        tabulate_densities(read_densities(FOLDER / "Xe/xe132gcn.dres"), nuclide("He4"))

"""CsI 2017: counts, prediction by a second route, readings of the release, fits, the fit together with CsI 2021."""

import jax
import numpy as np
import pytest
from scipy.stats import poisson

from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.experiments import coherent_csi_2017 as module
from weakscatter.flux import TabulatedArrival
from weakscatter.inference import fit
from weakscatter.interactions import Weak
from weakscatter.model import Model, recoil_grid
from weakscatter.provenance.errors import InputError
from weakscatter.published import row
from weakscatter.published.csi_2017 import CsI2017
from weakscatter.published.itemise import itemise_csi_2017
from weakscatter.response import NUCLEAR_RECOIL
from weakscatter.units import us

CSI = experiment("coherent_csi_2017")
SHARED = ("sns_flux", "form_factor_csi", "signal_strength", "neutron_radius_CsI", "neutron_radius_Cs133",
          "neutron_radius_I127", "neutron_skin_common")  # fmt: skip


@pytest.fixture(scope="module")
def results():
    return CsI2017(CSI)


def test_window_counts(results):
    coincident, anticoincident = results.observed
    assert coincident == row("coherent2017.window_coincident").value
    assert anticoincident == row("coherent2017.window_anticoincident").value
    assert coincident - anticoincident == row("coherent2017.window_difference").value


def helm(q, rms):
    """F of Helm with s = 0.9 fm; q in 1/fm."""
    x = q * np.sqrt(5 / 3 * (rms**2 - 3 * 0.81))
    return 3 * (np.sin(x) - x * np.cos(x)) / x**3 * np.exp(-(q**2) * 0.81 / 2)


def second_route():
    """The prediction [energy bins] from the formulas of the reference sheet alone, MeV and cm, sums for integrals."""
    G_F, hbarc, m_mu, m_pi = 1.1663787e-11, 197.3269804, 105.6583755, 139.57039
    fluence = 0.08 * 1.76e23 / (4 * np.pi * 1930.0**2) * (hbarc * 1e-13) ** 2  # MeV^2 per flavour
    number = 14.6e3 * 6.02214076e23 / (132.905452 + 126.904472)
    T = (np.arange(30000) + 0.5) * 5e-6  # MeV
    e = (np.arange(2000) + 0.5) * m_mu / 2 / 2000
    spectra = {
        "e": (0.0401, 192 * e**2 / m_mu**3 * (1 / 2 - e / m_mu), 0.914785302),
        "mu": (0.0318, 64 * e**2 / m_mu**3 * (3 / 4 - e / m_mu), 0.914785302),
    }
    line = (m_pi**2 - m_mu**2) / (2 * m_pi)
    rate = np.zeros_like(T)
    for M, Z, N, R_p, R_n in (
        (123772.54, 55, 78, 4.821, 5.01),
        (118183.68, 53, 74, 4.766, 4.94),
    ):
        q = np.sqrt(2 * M * T) / hbarc

        def shape(g, E, M=M, Z=Z, N=N, R_p=R_p, R_n=R_n, q=q):
            charge = g * Z * helm(q, R_p) - 0.5094 * N * helm(q, R_n)
            bracket = 1 - T / E - M * T / (2 * E**2)
            return G_F**2 * M / np.pi * np.where(bracket > 0, bracket, 0) * charge**2

        rate += number * fluence * shape(0.0318, line)
        for g, density, arrived in spectra.values():
            tail = sum(
                w * np.maximum(1 - T / E - M * T / (2 * E**2), 0) for E, w in zip(e, density, strict=True)
            )
            rate += number * fluence * arrived * tail * (e[1] - e[0]) * shape(g, 1e9) / (1 - T / 1e9)
    n = np.arange(6, 30)
    x = n + 0.5
    kept = 0.6655 / (1 + np.exp(-0.4942 * (x - 10.8507)))
    light = 13348.0 * 0.0878 * T
    seen = np.array([a * np.sum(rate * poisson.pmf(k, light)) for k, a in zip(n, kept, strict=True)]) * 5e-6
    return seen.reshape(12, 2).sum(axis=1)


def test_prediction_by_a_second_route(results):
    ours = results.prediction.predict()["cevns"].sum(axis=1)
    np.testing.assert_allclose(ours, second_route(), rtol=3e-4)


def test_prediction_is_near_the_published_one(results):
    assert row("coherent2017.predicted_counts").agrees(results.predicted_counts)
    # Nearer inputs are further away: this one is open, and says so.
    assert not row("coherent2017.predicted_counts_klein_nystrand").agrees(results.klein_nystrand_counts)
    assert results.klein_nystrand_counts == pytest.approx(164.5, abs=0.1)


def test_prompt_neutrinos_arrive_in_the_second_bin():
    by_component = CSI.build(Weak(), {}).counts_by_component()
    prompt, late = (np.asarray(by_component[name]).sum(axis=0) for name in ("nu_mu", "nu_mu_bar"))
    assert prompt[1] / prompt.sum() == pytest.approx(0.9095, abs=1e-4)
    assert prompt[3:].sum() == 0.0
    # Delayed ones fall with the lifetime of the muon.
    assert -0.5 / np.log(late[8] / late[7]) == pytest.approx(2.197, rel=0.02, abs=0)


def test_tables_and_pulse_agree():
    """The tables are normalised in 12 us: 0.6 % more delayed neutrinos in the window, 0.5 % more counts."""
    table, pulse = (
        np.asarray(experiment("coherent_csi_2017", arrival=word).build(Weak(), {}).counts()).sum(axis=0)
        for word in ("release", "pulse")
    )
    assert table.sum() / pulse.sum() - 1 == pytest.approx(0.0046, abs=3e-4)
    np.testing.assert_allclose(table[2:], pulse[2:], rtol=0.012)


def test_backgrounds(results):
    components = results.prediction.predict()
    steady = components["steady_state"]
    assert steady.sum() == pytest.approx(405, rel=1e-12, abs=0)
    np.testing.assert_allclose(steady.sum(axis=1), CSI.anticoincident.sum(axis=1), rtol=1e-12)
    assert steady[0, 11] / steady[0, 0] == pytest.approx(np.exp(-0.0586 * 5.5), rel=1e-10, abs=0)
    # By hand: 7.47594 GWh times density times acceptance, half of it in each of the two PE of a bin.
    density = np.array([0.1672490835, 0.1485182494])
    acceptance = 0.6655 / (1 + np.exp(-0.4942 * (np.array([6.5, 7.5]) - 10.8507)))
    assert components["brn"][0].sum() == pytest.approx(7.47594 * density @ acceptance, rel=1e-8, abs=0)
    assert row("coherent2017.prompt_neutrons").agrees(components["brn"].sum())


def test_fall_of_the_steady_state_background_is_a_pull():
    """By hand: integrals of exp(-k t) over the bins; a flat background at k = 0, also its derivative in k."""
    for rate in (0.12, -0.05, 0.0):
        values = {"steady_state_rate_csi_2017": rate}
        steady = np.asarray(CSI.components(0.0, values)["steady_state"]).sum(axis=0)
        edges = CSI.time_edges / us
        by_hand = -np.diff(np.exp(-rate * edges)) if rate else np.diff(edges)
        np.testing.assert_allclose(steady / 405, by_hand / by_hand.sum(), rtol=1e-12)

    def first_bin(rate):
        return CSI.components(0.0, {"steady_state_rate_csi_2017": rate})["steady_state"][:, 0].sum()

    # To first order the shares of a flat background change by k (mean time - time of the bin).
    slope = float(jax.jacfwd(first_bin)(0.0))
    assert slope == pytest.approx(405 / 12 * (3.0 - 0.25), rel=1e-9, abs=0)
    assert {p.name for p in CSI.parameters if p.constrained} >= {"steady_state_rate_csi_2017"}


@pytest.mark.slow
def test_fitted_counts_and_significance(results):
    counts, minus, plus = results.fitted_counts
    published = row("coherent2017.fitted_counts")
    assert published.agrees(counts)
    assert minus == pytest.approx(published.minus, rel=0.1, abs=0)
    assert plus == pytest.approx(published.plus, rel=0.1, abs=0)
    assert row("coherent2017.significance").agrees(results.significance)


def test_error_budget(results):
    """The quenching dominates: 18.9 % of it is 21 % of the counts. In all 40, of the size of the published 48."""
    assert results.budget.dominant == "quenching_csi_2017"
    assert results.budget.total == pytest.approx(48, rel=0.2, abs=0)


@pytest.mark.slow
def test_itemised():
    central, items = itemise_csi_2017()
    assert {item.cause for item in items} == {
        "couplings", "form factor", "quenching", "acceptance", "flux", "arrival times",
    }  # fmt: skip
    by_change = {item.change: item for item in items}
    assert by_change["+10 % of the yield"].difference == pytest.approx(0.1 * central, rel=1e-9, abs=0)
    # Every delayed neutrino counted: 1/0.9148 on four fifths of the counts.
    assert by_change["also what arrives after 6 us"].difference / central == pytest.approx(0.074, abs=0.001)
    assert by_change["read at whole photoelectrons"].difference / central == pytest.approx(-0.063, abs=0.001)


def test_recoil_grid_converged():
    model = CSI.build(Weak(), {})
    finer = recoil_grid(model.beam, model.targets, panels_per_interval=6, points=16)
    fine = Model(model.beam, model.theory, model.targets, model.detector, {NUCLEAR_RECOIL: finer}).counts()
    np.testing.assert_allclose(model.counts(), fine, rtol=2e-6, atol=1e-9)


def test_quenching_pull_is_relative():
    """A pull of p is a quenching of 8.78 % (1 + p): the mean light of a recoil scales with it."""
    detector = CSI.build(Weak(), {"quenching_csi_2017": 0.189}).detector
    assert float(detector.quenching["nuclear-recoil"](0.01)) == pytest.approx(
        0.01 * 0.0878 * 1.189, rel=1e-12, abs=0
    )


def test_quenching_of_csi_2021_brings_its_pulls():
    other = experiment("coherent_csi_2017", quenching="csi-2021")
    ours = {p.name: p.definition for p in other.parameters}
    theirs = {p.name: p.definition for p in experiment("coherent_csi_2021").parameters}
    for name in ("quenching_csi_0", "quenching_csi_1"):
        assert ours[name] == theirs[name]
    assert "quenching_csi_2017" not in ours


def test_options():
    lump = {p.name: p for p in experiment("coherent_csi_2017", systematics="lump").parameters}
    assert np.hypot(lump["signal_csi_2017"].sigma, lump["form_factor_csi"].sigma) == pytest.approx(
        48 / 173, abs=1e-3
    )
    assert not {"sns_flux", "quenching_csi_2017"} & set(lump)
    with pytest.raises(InputError, match="Did you mean 'lump'"):
        experiment("coherent_csi_2017", systematics="lum")
    with pytest.raises(InputError, match="allowed are constant, csi-2021"):
        experiment("coherent_csi_2017", quenching="csi-2019")
    with pytest.raises(InputError, match="Did you mean 'pulse'"):
        experiment("coherent_csi_2017", arrival="pulsed")
    with pytest.raises(InputError, match="'causes'"):
        experiment("coherent_csi_2017", systematics="lump", quenching="csi-2021")


def test_form_factor_pull_is_dropped_when_the_radius_is_free():
    names = [p.name for p in analyse(CSI, free=["neutron_radius_Cs133"]).parameters]
    assert "form_factor_csi" not in names
    assert "form_factor_csi" in [p.name for p in analyse(CSI).parameters]


def test_gradient_of_the_prediction():
    analysis = analyse(CSI)
    start = analysis.nominal

    def total(value):
        return analysis.expected({**start, "quenching_csi_2017": value}).sum()

    value, slope = jax.jit(jax.value_and_grad(total))(0.1)
    above, below = (float(jax.jit(total)(0.1 + step)) for step in (1e-4, -1e-4))
    assert above > value > below
    assert float(slope) == pytest.approx((above - below) / 2e-4, rel=1e-5, abs=0)


def test_shared_causes_are_one_parameter():
    """Equal names have equal definitions in both data sets; their own causes keep their own names."""
    first, second = (
        {p.name: p for p in experiment(f"coherent_csi_{year}").parameters} for year in (2017, 2021)
    )
    assert set(first) & set(second) == set(SHARED)
    for name in SHARED:
        assert first[name].definition == second[name].definition


@pytest.mark.slow
def test_joint_fit_with_csi_2021():
    """One flux for both; the strength is better known than from either alone."""
    analyses = {y: analyse(experiment(f"coherent_csi_{y}"), free=["signal_strength"]) for y in (2017, 2021)}
    joint = joint_likelihood(analyses.values())
    names = [p.name for p in joint.parameters]
    assert names.count("sns_flux") == 1
    assert joint.data.size == 12 * 12 + 8 * 11
    errors = {}
    for key, likelihood in {**{y: joint_likelihood([a]) for y, a in analyses.items()}, "both": joint}.items():
        result = fit(likelihood, errors="hesse")
        assert result.converged
        errors[key] = result.best_fit["signal_strength"].plus
    assert errors["both"] < min(errors[2017], errors[2021])


EDGES = np.array([0.0, 1.0, 2.0, 4.0]) * us


def test_tabulated_arrival_by_hand():
    table = TabulatedArrival(EDGES, {1: np.array([0.5, 0.3, 0.2]), 2: np.array([0.0, 0.4, 0.4])})
    np.testing.assert_allclose(table.fractions(EDGES, (1.0,)), [0.5, 0.3, 0.2])
    # Cut cells are shared evenly; what is before and after the table has nothing.
    cut = np.array([-1.0, 0.5, 3.0, 9.0]) * us
    np.testing.assert_allclose(table.fractions(cut, (1.0,)), [0.25, 0.65, 0.1])
    assert table.fractions(cut, (1.0, 2.0)).sum() == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("edges", "after", "message"),
    [
        (EDGES[::-1], {1: [0.5, 0.3, 0.2]}, "increasing edges"),
        (EDGES, {1: [0.5, 0.5]}, "2 probabilities for 3"),
        (EDGES, {2: [50.0, 30.0, 20.0]}, "Divide counts by their sum"),
        (EDGES, {2: [0.5, -0.1, 0.2]}, "probabilities are positive"),
    ],
)
def test_bad_arrival_tables_are_refused(edges, after, message):
    with pytest.raises(InputError, match=message):
        TabulatedArrival(edges, after)


def test_arrival_after_other_decays_is_refused():
    with pytest.raises(InputError, match="after 2 decays"):
        TabulatedArrival(EDGES, {1: [0.5, 0.3, 0.2]}).fractions(EDGES, (1.0, 2.0))


def test_acceptance_at_its_steps():
    assert float(module.acceptance()(4.99)) == 0.0
    below, above = (float(module.acceptance()(x)) for x in (5.9999999, 6.0))
    assert above / below == pytest.approx(2.0, abs=1e-5)

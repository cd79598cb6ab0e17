"""Smearing: closed forms, efficiency after smearing, table against direct quadrature and against scipy."""

from dataclasses import replace
from functools import partial
from itertools import pairwise

import jax
import numpy as np
import pytest
from scipy import integrate, stats

from weakscatter.detectors import (
    DirectSmearing,
    GammaResolution,
    GaussianResolution,
    LogisticEfficiency,
    MorphedEfficiency,
    PerfectEfficiency,
    PoissonResolution,
    SmearingTable,
    SteppedLogistic,
    TabulatedEfficiency,
    smear,
)
from weakscatter.grids import compiled
from weakscatter.provenance.errors import InputError
from weakscatter.units import keV

GAMMA = GammaResolution(0.0749 * keV, 9.56 / keV)
POISSON = PoissonResolution(13.348 / keV)
ARGON = GaussianResolution(stochastic=0.58 * keV**0.5)
CSI = LogisticEfficiency(1.32045, 0.285979, 10.8646, -0.333322)
PLUS = LogisticEfficiency(1.3439, 0.285366, 9.84596, -0.356364)
MINUS = LogisticEfficiency(1.297, 0.286592, 11.8832, -0.31028)
MORPHED = MorphedEfficiency(CSI, PLUS, MINUS, 0.0)
WINDOW = np.arange(8.0, 61.0)


@pytest.fixture(scope="module")
def csi():
    return SmearingTable.build(GAMMA, MORPHED, WINDOW)


def scipy_bins(density, curve, edges):
    def integrand(x):
        return density(x) * curve(x)

    return np.array([integrate.quad(integrand, *bin_, epsabs=1e-13)[0] for bin_ in pairwise(edges)])


def plain_logistic(curve, x):
    return max(curve.a / (1 + np.exp(-curve.b * (x - curve.c))) + curve.d, 0.0)


@pytest.mark.parametrize("resolution", [GAMMA, POISSON])
def test_all_bins_of_a_perfect_detector_hold_every_event(resolution):
    E = np.array([1e-4, 0.05, 0.7, 3.0]) * keV
    S = DirectSmearing(resolution, PerfectEfficiency(), np.arange(0.0, 301.0)).response(E, [1.0])
    np.testing.assert_allclose(np.sum(S, axis=0), 1.0, rtol=1e-9)


def test_gaussian_bins_are_error_functions():
    edges, E = np.array([-3.0, 0.5, 1.5, 4.0, 20.0]) * keV, np.array([0.4, 2.0, 9.0]) * keV
    S = DirectSmearing(ARGON, PerfectEfficiency(), edges).response(E, [1.0])
    exact = np.diff(stats.norm.cdf(edges[:, None], E, 0.58 * np.sqrt(E * keV)), axis=0)
    np.testing.assert_allclose(S, exact, atol=1e-10)


def test_poisson_bins_hold_their_lower_edge():
    edges, E = np.array([6.0, 7.0, 12.0, 30.0]), 0.8 * keV
    S = DirectSmearing(POISSON, PerfectEfficiency(), edges).response(E, [1.0])
    counts = [range(6, 7), range(7, 12), range(12, 30)]
    np.testing.assert_allclose(
        S, [stats.poisson.pmf(list(n), 13.348 * 0.8).sum() for n in counts], rtol=1e-11
    )


def test_reading_the_efficiency_at_the_bin_centre():
    curve, E = SteppedLogistic(0.6655, 0.4942, 10.8507, (5.0, 6.0), (0.5, 1.0)), 0.8 * keV
    pmf = stats.poisson.pmf(np.arange(4, 9), 13.348 * 0.8)
    for reading, offset in (("count", 0.0), ("centre", 0.5)):
        S = DirectSmearing(replace(POISSON, read_at=reading), curve, np.arange(4.0, 10.0)).response(E, [1.0])
        np.testing.assert_allclose(S, pmf * np.asarray(curve(np.arange(4, 9) + offset)), rtol=1e-11)


def test_efficiency_acts_on_the_reconstructed_energy():
    # Mean below the threshold: applied to the true energy, the efficiency would leave nothing.
    E = 6.5 * 0.0749 * keV
    assert float(CSI(GAMMA.mean(E))) == 0.0
    seen = float(np.sum(DirectSmearing(GAMMA, CSI, WINDOW).response(E, [1.0])))
    x = np.linspace(8.0, 60.0, 10001)
    exact = integrate.simpson(np.asarray(GAMMA.density(x, E) * CSI(x)), x=x)
    np.testing.assert_allclose(seen, exact, rtol=1e-7)
    assert 0.01 < seen < 0.2


def test_nothing_is_renormalised_in_the_window():
    E = np.array([8.0, 34.0, 60.0]) * 0.0749 * keV
    inside = np.sum(DirectSmearing(GAMMA, PerfectEfficiency(), WINDOW).response(E, [1.0]), axis=0)
    shape, scale = 1 + 9.56 * E / keV, E / keV / 0.0749 / (1 + 9.56 * E / keV)
    exact = stats.gamma.cdf(60.0, shape, scale=scale) - stats.gamma.cdf(8.0, shape, scale=scale)
    np.testing.assert_allclose(inside, exact, atol=1e-10)
    assert inside[0] < 0.6
    assert inside[2] < 0.6


@pytest.mark.parametrize("curve", [0, 1, 2])
def test_table_against_scipy_at_random_energies(csi, curve):
    rng = np.random.default_rng(20 + curve)
    for E in rng.uniform(0.3, 6.0, 4) * keV:
        density = stats.gamma(1 + 9.56 * E / keV, scale=E / keV / 0.0749 / (1 + 9.56 * E / keV)).pdf
        exact = scipy_bins(density, partial(plain_logistic, MORPHED.curves[curve]), WINDOW)
        np.testing.assert_allclose(csi.response(E, np.eye(3)[curve]), exact, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("resolution", "efficiency", "edges"),
    [
        (GAMMA, CSI, np.array([0.0, 8.0, 20.0, 60.0])),
        (POISSON, SteppedLogistic(0.6655, 0.4942, 10.8507, (5.0, 6.0), (0.5, 1.0)), np.arange(4.0, 31.0)),
        (ARGON, TabulatedEfficiency(np.linspace(0, 0.1, 81), np.linspace(0, 1, 81) ** 2), np.linspace(0, 0.1, 13)),
        (GaussianResolution(0.07 * keV, 0.018 * keV**0.5), PerfectEfficiency(), np.linspace(0.2, 1.5, 14) * keV),
    ],
    ids=["gamma", "poisson", "argon", "germanium"],
)  # fmt: skip
def test_table_against_direct(resolution, efficiency, edges):
    table = SmearingTable.build(resolution, efficiency, edges)
    assert table.empty_above
    assert table.error < 1e-7
    E = np.random.default_rng(3).uniform(0.0, 1.0, 300) ** 2 * table.energy_max
    direct = np.asarray(compiled(smear, resolution, (efficiency,), table.edges, E, 40))[:, 0].T
    read = np.asarray(table.response(E, [1.0]))
    np.testing.assert_allclose(read, direct, rtol=1e-5, atol=2e-7)
    assert np.max(np.abs(read - direct)) < 4 * table.error + 1e-9  # the stated error is honest


def test_doubling_the_quadrature_changes_nothing():
    E = np.array([1e-3, 0.1, 0.6, 2.0, 8.0]) * keV
    for resolution, edges in (
        (GAMMA, WINDOW),
        (GAMMA, np.array([0.0, 60.0])),
        (ARGON, np.array([0.0, 30 * keV])),
    ):
        curve = CSI if resolution is GAMMA else PerfectEfficiency()
        coarse, fine = (np.asarray(compiled(smear, resolution, (curve,), edges, E, n)) for n in (12, 24))
        np.testing.assert_allclose(coarse, fine, atol=1e-8)


def test_finer_tolerance_gives_a_better_table(csi):
    coarse = SmearingTable.build(GAMMA, MORPHED, WINDOW, tolerance=1e-4)
    assert coarse.nodes.shape[1] < csi.nodes.shape[1]
    E = np.linspace(0.1, 5.0, 57) * keV
    error = np.abs(np.asarray(coarse.response(E, MORPHED.weights()) - csi.response(E, MORPHED.weights())))
    assert 1e-7 < error.max() < 1e-4


def test_no_light_and_too_much_light(csi):
    S = np.asarray(csi.response(np.array([-1.0, 0.0, 1.0001 * csi.energy_max, 10.0]), MORPHED.weights()))
    assert S.shape == (52, 4)
    assert np.all(S == 0.0)
    assert np.all(np.isnan(csi.response(np.nan, MORPHED.weights())))
    short = SmearingTable.build(GAMMA, CSI, WINDOW, energy_max=2 * keV)
    assert not short.empty_above
    with pytest.raises(InputError, match="ends at 2 keV"):
        short.response(2.5 * keV, [1.0])
    assert np.all(np.isnan(jax.jit(lambda E: short.response(E, [1.0]))(2.5 * keV)))


def test_derivatives_are_continuous_and_right(csi):
    weights = MORPHED.weights()
    derivative = jax.jit(jax.jacfwd(lambda E: csi.response(E, weights)))
    direct = jax.jit(jax.jacfwd(lambda E: DirectSmearing(GAMMA, MORPHED, WINDOW).response(E, weights)))
    step = np.sqrt(csi.energy_max) / (csi.nodes.shape[1] - 1)
    for E in ((60 * step) ** 2, (60.3 * step) ** 2):
        scale = np.max(np.abs(direct(E)))
        np.testing.assert_allclose(derivative(E), direct(E), atol=1e-4 * scale)
        np.testing.assert_allclose(
            derivative(E * (1 - 1e-12)), derivative(E * (1 + 1e-12)), atol=1e-8 * scale
        )
    assert np.all(np.isfinite(derivative(0.0)))


def test_direct_smearing_follows_a_free_resolution_and_curve():
    @jax.jit
    def seen(b, centre):
        smearing = DirectSmearing(replace(GAMMA, b=b), replace(CSI, c=centre), WINDOW)
        return smearing.response(0.9 * keV, np.ones(1)).sum()

    slope = jax.grad(seen, (0, 1))(9560.0, 10.8646)
    differences = (
        (seen(9570.0, 10.8646) - seen(9550.0, 10.8646)) / 20.0,
        (seen(9560.0, 10.87) - seen(9560.0, 10.86)) / 0.01,
    )
    np.testing.assert_allclose(slope, differences, rtol=1e-4)


def test_table_is_constant_inside_a_traced_function(csi):
    @jax.jit
    def seen(E):
        table = SmearingTable.build(GAMMA, MORPHED, WINDOW)
        assert isinstance(table.nodes, np.ndarray)
        return table.response(E, MORPHED.weights())

    np.testing.assert_allclose(seen(1 * keV), csi.response(1 * keV, MORPHED.weights()), rtol=1e-12)


def test_poisson_and_gamma_survive_the_compilation_border():
    for resolution in (POISSON, GAMMA):
        smearing = DirectSmearing(resolution, CSI, WINDOW)
        plain = smearing.response(1 * keV, np.ones(1))
        np.testing.assert_allclose(compiled(smearing.response, 1 * keV, np.ones(1)), plain, rtol=1e-12)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: SmearingTable.build(GAMMA, CSI, [8.0]), "at least two finite"),
        (lambda: SmearingTable.build(GAMMA, CSI, [8.0, 7.0]), "increasing"),
        (lambda: SmearingTable.build(GAMMA, CSI, WINDOW, energy_max=-1.0), "positive"),
        (
            lambda: SmearingTable.build(
                GaussianResolution(constant=0.3), PerfectEfficiency(), [0.001, 0.002]
            ),
            "energy_max",
        ),
        (lambda: SmearingTable.build(ARGON, PerfectEfficiency(), [-9.0, -8.0]), "Check units"),
        (
            lambda: SmearingTable.build(GAMMA, TabulatedEfficiency((0.0, 20.0), (0.1, 0.5)), WINDOW),
            "covers 0 to 20",
        ),
        (lambda: SmearingTable.build(GAMMA, lambda x: 0.1 * x, WINDOW), "values between 0 and 1"),
        (lambda: DirectSmearing(GAMMA, lambda x: 0.0 * x - 0.1, WINDOW), "values between 0 and 1"),
        (
            lambda: jax.jit(lambda b: SmearingTable.build(replace(GAMMA, b=b), CSI, WINDOW))(1.0),
            "DirectSmearing",
        ),
    ],
)
def test_bad_input(wrong, message):
    with pytest.raises(InputError, match=message):
        wrong()

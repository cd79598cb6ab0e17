"""Resolutions and efficiency curves: moments, published values, limits, errors."""

import jax
import numpy as np
import pytest
from scipy import integrate, stats

from weakscatter.detectors import (
    EFFICIENCIES,
    RESOLUTIONS,
    ExponentialTimeEfficiency,
    GammaResolution,
    GaussianResolution,
    LogisticEfficiency,
    MorphedEfficiency,
    PerfectEfficiency,
    PoissonResolution,
    SquareRootResolution,
    SteppedLogistic,
    TabulatedEfficiency,
    TruncatedGaussianResolution,
)
from weakscatter.provenance.errors import InputError
from weakscatter.units import keV, us

CSI_2021 = LogisticEfficiency(1.32045, 0.285979, 10.8646, -0.333322)
CSI_2021_PLUS = LogisticEfficiency(1.3439, 0.285366, 9.84596, -0.356364)
CSI_2021_MINUS = LogisticEfficiency(1.297, 0.286592, 11.8832, -0.31028)
CSI_2017 = SteppedLogistic(0.6655, 0.4942, 10.8507, (5.0, 6.0), (0.5, 1.0))
RESOLUTION_CASES = {
    "gaussian": GaussianResolution(0.07 * keV, 0.58 * keV**0.5, 0.02),
    "poisson": PoissonResolution(13.348 / keV),
    "gamma": GammaResolution(0.0749 * keV, 9.56 / keV),
    "square-root": SquareRootResolution(0.310 * keV**0.5, 0.0037),
}
# kind: (curve, x, value) by hand
EFFICIENCY_CASES = {
    "perfect": (PerfectEfficiency(), 3.0, 1.0),
    "logistic": (CSI_2021, 10.8646, 1.32045 / 2 - 0.333322),
    "stepped-logistic": (CSI_2017, 10.8507, 0.6655 / 2),
    "table": (TabulatedEfficiency((0.0, 10.0), (0.0, 0.5)), 4.0, 0.2),
    "morphed": (
        MorphedEfficiency(CSI_2021, CSI_2021_PLUS, CSI_2021_MINUS, 1.0),
        9.84596,
        1.3439 / 2 - 0.356364,
    ),
}


@pytest.mark.parametrize("kind", sorted(set(RESOLUTIONS) - {"truncated-gaussian"}))
@pytest.mark.parametrize("E", [0.3 * keV, 1.0 * keV, 4.0 * keV])
def test_moments_of_every_resolution(kind, E):
    resolution = RESOLUTION_CASES[kind]
    mean, deviation = float(resolution.mean(E)), float(resolution.deviation(E))
    if resolution.discrete:
        x = np.arange(400.0)
        moments = [float(np.sum(resolution.density(x, E) * x**k)) for k in range(3)]
    else:
        low = 0.0 if resolution.positive else mean - 12 * deviation
        x = np.linspace(low, mean + 30 * deviation, 60001)
        moments = [integrate.simpson(np.asarray(resolution.density(x, E)) * x**k, x=x) for k in range(3)]
    np.testing.assert_allclose(moments[0], 1.0, rtol=1e-8)
    np.testing.assert_allclose(moments[1], mean, rtol=1e-8)
    np.testing.assert_allclose(moments[2] - moments[1] ** 2, deviation**2, rtol=1e-7)


def test_a_truncated_gaussian_is_a_gaussian_cut_at_zero():
    whole = RESOLUTION_CASES["gaussian"]
    cut = TruncatedGaussianResolution(0.07 * keV, 0.58 * keV**0.5, 0.02)
    E = 0.05 * keV
    x = np.linspace(1e-9 * E, E + 12 * float(whole.deviation(E)), 60_001)
    density = np.asarray(cut.density(x, E))
    assert integrate.simpson(density, x=x) == pytest.approx(1.0, rel=1e-8, abs=0)
    shape = density[1:] / np.asarray(whole.density(x[1:], E))
    assert shape == pytest.approx(np.full(len(shape), shape[0]), rel=1e-10, abs=0)
    assert np.all(np.asarray(cut.density(np.array([-0.01, -1.0]) * keV, E)) == 0.0)


def test_closed_forms_of_the_moments():
    E = 2.0 * keV
    np.testing.assert_allclose(RESOLUTION_CASES["gamma"].mean(E), 2.0 / 0.0749, rtol=1e-13)
    variance = (2.0 / 0.0749) ** 2 / (1 + 9.56 * 2.0)
    np.testing.assert_allclose(RESOLUTION_CASES["gamma"].deviation(E) ** 2, variance, rtol=1e-13)
    np.testing.assert_allclose(RESOLUTION_CASES["poisson"].deviation(E) ** 2, 13.348 * 2.0, rtol=1e-13)
    squares = 0.07**2 + 0.58**2 * 2.0 + (0.02 * 2.0) ** 2
    np.testing.assert_allclose((RESOLUTION_CASES["gaussian"].deviation(E) / keV) ** 2, squares, rtol=1e-13)


def test_densities_against_scipy():
    x, E = np.array([0.5, 8.0, 14.2, 60.0]), 1.1 * keV
    shape, scale = 1 + 9.56 * 1.1, 1.1 / 0.0749 / (1 + 9.56 * 1.1)
    np.testing.assert_allclose(
        RESOLUTION_CASES["gamma"].density(x, E), stats.gamma.pdf(x, shape, scale=scale), rtol=1e-11
    )
    n = np.array([0, 3, 15, 60])
    np.testing.assert_allclose(
        RESOLUTION_CASES["poisson"].density(n, E), stats.poisson.pmf(n, 13.348 * 1.1), rtol=1e-11
    )
    assert float(RESOLUTION_CASES["gamma"].density(-1.0, E)) == 0.0


@pytest.mark.parametrize("kind", EFFICIENCIES)
def test_every_efficiency_at_one_point(kind):
    curve, x, expected = EFFICIENCY_CASES[kind]
    np.testing.assert_allclose(float(curve(x)), expected, rtol=1e-12)


def test_csi_2021_sets_in_and_saturates():
    onset = float(CSI_2021.kinks()[0])
    np.testing.assert_allclose(onset, 10.8646 - np.log(1.32045 / 0.333322 - 1) / 0.285979, rtol=1e-12)
    assert float(CSI_2021(onset - 1e-3)) == 0.0 < float(CSI_2021(onset + 1e-3))
    np.testing.assert_allclose(float(CSI_2021(1e4)), 1.32045 - 0.333322, rtol=1e-12)
    assert float(LogisticEfficiency(0.9, 1.0, 5.0).kinks()[0]) == -np.inf
    assert np.isfinite(jax.grad(lambda d: LogisticEfficiency(0.9, 1.0, 5.0, d).kinks()[0])(-0.1))


def test_csi_2017_steps():
    logistic = [0.6655 / (1 + np.exp(-0.4942 * (x - 10.8507))) for x in (4.999, 5.0, 5.999, 6.0)]
    np.testing.assert_allclose(
        CSI_2017(np.array([4.999, 5.0, 5.999, 6.0])), np.array([0, 0.5, 0.5, 1]) * logistic
    )


def test_morphed_efficiency_meets_its_curves():
    x = np.linspace(8, 40, 9)
    curves = {1.0: CSI_2021_PLUS, 0.0: CSI_2021, -1.0: CSI_2021_MINUS}
    for pull, curve in curves.items():
        morphed = MorphedEfficiency(CSI_2021, CSI_2021_PLUS, CSI_2021_MINUS, pull)
        np.testing.assert_allclose(morphed(x), curve(x), rtol=1e-13)
        assert len(morphed.curves) == len(morphed.weights()) == 3


def test_time_efficiency_closed_integral():
    curve = ExponentialTimeEfficiency(0.52 * us, 0.0494 / us)
    assert float(curve(0.3 * us)) == 1.0
    np.testing.assert_allclose(float(curve(6 * us)), np.exp(-0.0494 * 5.48), rtol=1e-13)
    for low, high in ((0.1, 0.4), (0.4, 0.9), (1.0, 6.0), (-2.0, 0.0)):
        exact = integrate.quad(lambda t: float(curve(t * us)), low, high, points=[0.52], epsabs=1e-13)[0]
        np.testing.assert_allclose(float(curve.integral(low * us, high * us)) / us, exact, rtol=1e-11)
    flat = ExponentialTimeEfficiency(0.52, 0.0)
    np.testing.assert_allclose(float(flat.integral(0.0, 6.0)), 6.0, rtol=1e-14)
    slope = jax.grad(lambda r: ExponentialTimeEfficiency(0.52, r).integral(0.0, 6.0))
    np.testing.assert_allclose(slope(0.0), -(5.48**2) / 2, rtol=1e-12)
    np.testing.assert_allclose(slope(2e-5), slope(1.8e-5), rtol=1e-4)  # across the end of the series


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: TabulatedEfficiency((0.0, 1.0), (10.0, 95.0)), "Per cent"),
        (lambda: TabulatedEfficiency((0.0, 1.0), (-0.1, 0.5)), "between 0 and 1"),
        (lambda: TabulatedEfficiency((1.0, 0.0), (0.1, 0.5)), "increasing"),
        (lambda: TabulatedEfficiency((0.0, 1.0), (0.1, 0.5))(1.5), "covers 0 to 1"),
        (lambda: LogisticEfficiency(1.32, 0.28, 10.0), "at most one"),
        (lambda: LogisticEfficiency(0.9, -0.28, 10.0), "b > 0"),
        (lambda: SteppedLogistic(0.6, 0.5, 10.0, (5.0, 6.0), (0.5,)), "one value for each"),
        (lambda: SteppedLogistic(0.6, 0.5, 10.0, (6.0, 5.0), (0.5, 1.0)), "must increase"),
        (lambda: SteppedLogistic(0.6, 0.5, 10.0, (5.0, 6.0), (0.5, 2.0)), "between 0 and 1"),
        (lambda: ExponentialTimeEfficiency(0.52, -0.05), "negative"),
        (lambda: GaussianResolution(), "needs a width"),
        (lambda: GaussianResolution(noise=-1.0), "noise = -1"),
        (lambda: PoissonResolution(0.0), "positive number"),
        (lambda: PoissonResolution(13.0, read_at="center"), "Did you mean 'centre'"),
        (lambda: GammaResolution(np.nan, 1.0), "finite"),
        (lambda: MorphedEfficiency(CSI_2021, CSI_2021, CSI_2021, np.inf), "finite"),
    ],
)
def test_bad_input(wrong, message):
    with pytest.raises(InputError, match=message):
        wrong()

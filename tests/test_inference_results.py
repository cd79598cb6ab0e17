"""Fits, limits and goodness of fit: closed forms, valleys, bounds, failures, another code."""

import functools
import json

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import binom, chi2, norm, poisson

from weakscatter.inference import BinnedPoisson, Likelihood, Parameter, critical_value, fit, limit, p_value
from weakscatter.provenance.errors import InputError


@functools.cache
def one_bin(n=12.0, background=5.0, lower=0.0, unit=""):
    signal = Parameter("s", 1.0, unit, lower=lower)
    return Likelihood((BinnedPoisson("one", [n], lambda v: jnp.array([v["s"] + background]), (signal,)),))


def crossing(n, background, critical, low, high):
    def rise(s):
        mu = s + background
        return 2 * (mu - n + n * np.log(n / mu)) - critical

    return brentq(rise, low, high, xtol=1e-12)


def test_counting_experiment_has_the_exact_profile_interval():
    result = limit(one_bin(), "s", 0.90)
    critical = chi2.ppf(0.90, 1)
    assert result.critical_value == pytest.approx(critical, rel=1e-12, abs=0)
    (interval,) = result.intervals
    assert interval[0] == pytest.approx(crossing(12, 5, critical, 1e-6, 7), abs=1e-5)
    assert interval[1] == pytest.approx(crossing(12, 5, critical, 7, 50), abs=1e-5)
    assert result.best_fit["s"] == pytest.approx(7.0, abs=1e-3)
    assert result.boundary == ""


@pytest.mark.parametrize("sides", ["upper", "lower"])
def test_one_sided_limits_use_their_own_critical_value(sides):
    result = limit(one_bin(), "s", 0.95, sides=sides)
    critical = norm.ppf(0.95) ** 2
    assert result.critical_value == pytest.approx(critical, rel=1e-12, abs=0)
    if sides == "upper":
        assert result.intervals == ((0.0, result.upper),)
        assert result.upper == pytest.approx(crossing(12, 5, critical, 7, 50), abs=1e-5)
    else:
        assert result.upper is None
        assert result.lower == pytest.approx(crossing(12, 5, critical, 0, 7), abs=1e-5)


def test_minos_errors_are_the_exact_crossings_and_hesse_the_square_root():
    minos, hesse = fit(one_bin()), fit(one_bin(), errors="hesse")
    estimate = minos.best_fit["s"]
    assert estimate.value == pytest.approx(7.0, abs=1e-3)
    assert estimate.value - estimate.minus == pytest.approx(crossing(12, 5, 1.0, 0, 7), abs=2e-3)
    assert estimate.value + estimate.plus == pytest.approx(crossing(12, 5, 1.0, 7, 50), abs=2e-3)
    assert hesse.best_fit["s"].plus == pytest.approx(np.sqrt(12), rel=2e-3, abs=0)
    assert minos.ndof == 0
    assert minos.minimum == pytest.approx(0, abs=1e-5)


def test_zero_events_give_the_boundary_and_say_so():
    """n = 0: Delta(s) = 2 s, so the 90 % limits are c/2."""
    result = limit(one_bin(n=0.0), "s", 0.90, sides="upper")
    assert result.upper == pytest.approx(critical_value(0.90, "upper") / 2, abs=1e-6)
    assert "lower physical bound 0" in result.boundary
    two = limit(one_bin(n=0.0), "s", 0.90)
    assert two.intervals[0] == (0.0, pytest.approx(critical_value(0.90, "two") / 2, abs=1e-6))
    fitted = fit(one_bin(n=0.0))
    assert fitted.converged
    assert fitted.best_fit["s"].value == pytest.approx(0, abs=1e-4)
    assert "lower bound" in fitted.advice


def test_an_interval_that_a_bound_ends_says_so():
    """n = 6 over 5: the best fit, 1, is inside, and the interval reaches zero before its critical value."""
    result = limit(one_bin(n=6.0), "s", 0.90)
    assert result.intervals[0][0] == 0.0
    assert result.boundary == "The interval ends at the lower physical bound 0, not at a crossing"


@pytest.mark.parametrize("unit", [1e-32, 1.0, 1e12])
def test_gaussian_limit_does_not_depend_on_the_unit_of_the_parameter(unit):
    n = 1e6
    signal = Parameter("s", 0.0)
    likelihood = Likelihood((BinnedPoisson("m", [n], lambda v: n + jnp.array([v["s"]]) / unit, (signal,)),))
    (interval,) = limit(likelihood, "s", 0.6827).intervals
    np.testing.assert_allclose(np.array(interval) / unit, [-1000, 1000], rtol=2e-3)


def test_two_valleys_give_two_intervals_and_one_when_they_merge():
    """(1 + r)^2 = 1 at r = 0 and r = -2, as for a charge radius against the weak charge."""
    shape = np.array([40.0, 60.0, 30.0])
    r = Parameter("r", 0.0, "u")
    flux = Parameter("flux", 0.0, sigma=0.05)

    def make(exposure):
        data = exposure * shape + 50

        def expected(v):
            return exposure * shape * (1 + v["r"]) ** 2 * (1 + v["flux"]) + 50

        return Likelihood((BinnedPoisson("m", data, expected, (r, flux)),))

    first, second = limit(make(1.0), "r").intervals
    for a, b in zip(first, second, strict=True):
        assert a is not None
        assert b is not None
    # The mirror r -> -2 - r maps one valley onto the other.
    np.testing.assert_allclose(np.array(first), -2 - np.array(second)[::-1], atol=1e-5)
    assert second[0] < 0 < second[1]
    (merged,) = limit(make(0.1), "r").intervals
    assert merged[0] < -2
    assert merged[1] > 0
    enclosing = limit(make(1.0), "r", sides="upper")
    assert len(enclosing.intervals) == 1


def test_even_parameter_starting_at_its_stationary_point():
    """A magnetic moment enters squared: at zero the gradient vanishes, yet an excess must be found."""
    mu = Parameter("mu", 0.0)
    excess = Likelihood((BinnedPoisson("m", [150.0], lambda v: jnp.array([100 + v["mu"] ** 2]), (mu,)),))
    assert abs(fit(excess, errors="hesse").best_fit["mu"].value) == pytest.approx(
        np.sqrt(50), rel=1e-4, abs=0
    )
    assert len(limit(excess, "mu").intervals) == 2
    flat = Likelihood((BinnedPoisson("m", [100.0], lambda v: jnp.array([100 + v["mu"] ** 2]), (mu,)),))
    (interval,) = limit(flat, "mu").intervals
    s = brentq(lambda s: 2 * (s - 100 * np.log1p(s / 100)) - critical_value(0.9, "two"), 0.1, 60)
    np.testing.assert_allclose(interval, [-np.sqrt(s), np.sqrt(s)], rtol=1e-5)


def test_open_ended_and_failed_limits_hold_no_false_number():
    loose = Parameter("x", 0.0)
    saturating = BinnedPoisson("m", [10.0], lambda v: 10 + jnp.array([jnp.tanh(v["x"])]), (loose,))
    result = limit(Likelihood((saturating,)), "x")
    assert result.intervals == ((None, None),)
    assert "No upper limit" in result.notes
    hopeless = BinnedPoisson("m", [10.0], lambda v: jnp.array([jnp.nan * v["x"]]), (loose,))
    bad = limit(Likelihood((hopeless,)), "x")
    assert not bad.converged
    assert bad.intervals == ()
    assert bad.upper is None
    assert bad.minimum is None
    assert set(bad.best_fit.values()) == {None}
    assert "no number" in bad.summary()
    json.dumps(bad.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    "expected",
    [
        lambda v: jnp.array([jnp.nan * v["x"]]) + v["y"],  # not finite
        lambda v: jnp.exp(-v["x"]) * jnp.ones(1) + 0 * v["y"],  # with n = 0: runs away
        lambda v: jnp.array([v["x"] + v["y"] + 10.0]),  # degenerate
        lambda v: jnp.array([0.0 * v["x"] + 0 * v["y"]]),  # nothing depends on anything
    ],
    ids=["nan", "runaway", "degenerate", "flat"],
)
def test_a_fit_that_does_not_converge_holds_no_number(expected, request):
    data = [10.0] if request.node.callspec.id == "degenerate" else [0.0]
    likelihood = Likelihood((BinnedPoisson("m", data, expected, (Parameter("x", 0.5), Parameter("y", 0.0))),))
    result = fit(likelihood)
    assert not result.converged
    assert result.minimum is None
    assert result.correlation is None
    assert all(e.value is None and e.plus is None for e in result.best_fit.values())
    assert result.advice
    json.dumps(result.to_dict(), allow_nan=False)
    with pytest.raises(InputError, match="no number"):
        p_value(likelihood, result, 10, seed=1)


def test_events_where_none_is_expected_are_impossible_not_penalised():
    s = Parameter("s", 1.0, lower=0.0)
    model = BinnedPoisson("m", [3.0, 1.0], lambda v: v["s"] * np.array([1.0, 0.0]), (s,))
    result = fit(Likelihood((model,)))
    assert not result.converged
    assert "bin 1" in result.status
    assert not limit(Likelihood((model,)), "s").converged


def test_limit_equals_the_closed_form_with_a_constrained_background():
    """n = s + b (1 + d/..): profile by brute force on a fine grid of the background pull."""
    n, b, sigma = 15.0, 9.0, 0.2
    parameters = (Parameter("s", 1.0, lower=0.0), Parameter("background", 0.0, sigma=sigma))
    likelihood = Likelihood(
        (BinnedPoisson("m", [n], lambda v: jnp.array([v["s"] + b * (1 + v["background"])]), parameters),)
    )
    eta = np.linspace(-0.9, 1.5, 400001)

    def profile(s):
        mu = s + b * (1 + eta)
        return np.min(2 * (mu - n + n * np.log(n / mu)) + (eta / sigma) ** 2)

    upper = brentq(lambda s: profile(s) - critical_value(0.9, "upper"), 6, 40)
    result = limit(likelihood, "s", 0.90, sides="upper")
    assert result.upper == pytest.approx(upper, abs=1e-4)
    assert result.profiled == ("background",)
    held = limit(likelihood, "s", 0.90, sides="upper", fixed={"background": 0.1})
    assert held.fixed == {"background": 0.1}
    assert held.upper < result.upper


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_limit_agrees_with_pyhf_for_a_constrained_background():
    """pyhf's normsys multiplies the background by hi^a (a > 0) or lo^-a (code 1), a = 0 +- 1; we write the same."""
    pyhf = pytest.importorskip("pyhf")
    signal, background, data, up, down = [5.0, 8.0], [50.0, 60.0], [58, 64], 1.1, 0.9
    spec = {
        "channels": [
            {
                "name": "c",
                "samples": [
                    {
                        "name": "s",
                        "data": signal,
                        "modifiers": [{"name": "mu", "type": "normfactor", "data": None}],
                    },
                    {
                        "name": "b",
                        "data": background,
                        "modifiers": [{"name": "bkg", "type": "normsys", "data": {"hi": up, "lo": down}}],
                    },
                ],
            }
        ],
        "observations": [{"name": "c", "data": data}],
        "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}],
        "version": "1.0.0",
    }
    workspace = pyhf.Workspace(spec)
    settings = {"normsys": {"interpcode": "code1"}}
    model = workspace.model(modifier_settings=settings, poi_name="mu")
    observed = workspace.data(model)
    bounds = [(-10.0, 10.0) if name == "mu" else (-5.0, 5.0) for name in model.config.par_names]

    def theirs(mu):
        _, value = pyhf.infer.mle.fixed_poi_fit(
            mu, observed, model, par_bounds=bounds, return_fitted_val=True
        )
        return float(value)

    _, lowest = pyhf.infer.mle.fit(observed, model, par_bounds=bounds, return_fitted_val=True)
    upper = brentq(lambda mu: theirs(mu) - float(lowest) - critical_value(0.9, "two"), 0.9, 8.0, xtol=1e-5)

    s, b = np.array(signal), np.array(background)

    def expected(v):
        scale = jnp.where(v["bkg"] > 0, up ** v["bkg"], down ** -v["bkg"])
        return v["mu"] * s + scale * b

    ours = Likelihood(
        (
            BinnedPoisson(
                "c", data, expected, (Parameter("mu", 1.0, lower=-6), Parameter("bkg", 0.0, sigma=1.0))
            ),
        )
    )
    assert limit(ours, "mu", 0.90).upper == pytest.approx(upper, abs=2e-3)


def test_toy_p_value_equals_the_exact_poisson_sum():
    """Nothing floats but a constraint too narrow to matter, so the p-value is a sum over Poisson counts.

    The observed number of toys is binomial; the band of 4.4 standard deviations has a false-alarm rate of 1e-5
    for a random seed, and the seed is fixed.
    """
    b, n, toys = 6.0, 11.0, 4000
    p = Parameter("b", 0.0, sigma=1e-6)
    likelihood = Likelihood((BinnedPoisson("m", [n], lambda v: jnp.array([b * (1 + v["b"])]), (p,)),))
    fitted = fit(likelihood, errors="hesse")
    result = p_value(likelihood, fitted, toys, seed=20)
    k = np.arange(200)
    d = 2 * (b - k + np.where(k > 0, k * np.log(np.maximum(k, 1) / b), 0))
    exact = poisson.pmf(k, b)[d >= d[11] - 1e-6].sum()
    assert abs((result.p_value * (toys + 1) - 1) - toys * exact) < 4.4 * np.sqrt(toys * exact * (1 - exact))
    assert result.error == pytest.approx(binom.std(toys, exact) / toys, rel=0.1, abs=0)
    assert result.lost == 0
    assert result.seed == 20
    again = p_value(likelihood, fitted, toys, seed=20)
    assert again.p_value == result.p_value


def test_toys_with_many_events_follow_chi2():
    """False-alarm rate of the 4.4 sigma band: 1e-5."""
    norm_, tilt = Parameter("norm", 1.0), Parameter("tilt", 0.0, sigma=0.02)
    shape, x = np.full(12, 4000.0), np.linspace(-1, 1, 12)
    data = np.random.default_rng(8).poisson(shape)
    model = BinnedPoisson("m", data, lambda v: v["norm"] * shape * (1 + v["tilt"] * x), (norm_, tilt))
    fitted = fit(Likelihood((model,)), errors="hesse")
    assert fitted.ndof == 11
    result = p_value(Likelihood((model,)), fitted, 3000, seed=2)
    assert abs(result.p_value - result.p_value_asymptotic) < 4.4 * result.error
    assert np.mean(result.statistics) == pytest.approx(11, abs=4.4 * np.sqrt(22 / 3000))
    json.dumps(result.to_dict(), allow_nan=False)


def test_results_print_and_serialise():
    fitted, limited = fit(one_bin(unit="cm^2")), limit(one_bin(unit="cm^2"), "s", sides="two")
    for result in (fitted, limited):
        json.dumps(result.to_dict(), allow_nan=False)
        assert "cm^2" in repr(result)
    assert "critical value 2.706" in repr(limited)
    assert "profiled: none" in repr(limited)


def test_bad_questions_are_refused():
    likelihood = one_bin()
    with pytest.raises(InputError, match="confidence"):
        limit(likelihood, "s", 1.2)
    with pytest.raises(InputError, match="sides"):
        limit(likelihood, "s", sides="both")
    with pytest.raises(InputError, match="unknown parameter"):
        limit(likelihood, "t")
    with pytest.raises(InputError, match="errors"):
        fit(likelihood, errors="minoss")
    with pytest.raises(InputError, match="does not float"):
        fit(likelihood, fixed={"s": 1.0}, start={"s": 2.0})

"""Asimov data and what an experiment may expect: closed forms, limits on shifted data, cards."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from weakscatter import plot
from weakscatter.inference import (
    BinnedPoisson,
    Likelihood,
    MeasuredCounts,
    Parameter,
    SensitivityResult,
    asimov,
    coverage,
    limit,
    median_significance,
    sensitivity,
)
from weakscatter.inference.asimov import with_data
from weakscatter.provenance.errors import InputError

N, SIGMA = 1e8, 1e4
Z90 = norm.ppf(0.90)


@functools.cache
def gaussian(lower=0.0):
    """One bin of so many events that its distribution is Gaussian: s is measured to SIGMA."""
    s = Parameter("s", 0.0, lower=lower)
    return Likelihood((BinnedPoisson("one", [N], lambda v: jnp.array([N + v["s"]]), (s,)),))


def data_at(number):
    """The same measurement with data a number of standard deviations above the background."""
    limit(gaussian(), "s")  # compiles
    return with_data(gaussian(), np.array([N + number * SIGMA]), {})


def test_asimov_data_have_their_minimum_at_the_truth():
    s = Parameter("s", 1.0, lower=0.0)
    a = Parameter("a", 0.0, sigma=0.1, lower=-1.0)
    shape = np.array([10.0, 20.0])
    one = Likelihood((
        BinnedPoisson("one", [3.0, 5.0], lambda v: v["s"] * (1 + v["a"]) * shape + 7.0, (s, a)),
        MeasuredCounts("two", [1.0], [2.0], [3.0], lambda v: 4.0 * v["s"][None], (s,)),
    ))  # fmt: skip
    truth = {"s": 1.5, "a": 0.05}
    made = asimov(one, truth)
    np.testing.assert_allclose(made.data, [*(1.5 * 1.05 * shape + 7.0), 6.0], rtol=1e-12)
    assert made.parameter("a").value == 0.05
    theta = jnp.array([truth[name] for name in made.names])
    assert float(made.objective(theta)) == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(jax.grad(made.objective)(theta), 0.0, atol=1e-9)
    assert one.data.tolist() == [3.0, 5.0, 1.0]


@pytest.mark.parametrize("method", ["wilks", "cls"])
def test_bands_of_an_upper_limit_in_closed_form(method):
    found = sensitivity(gaussian(), "s", 0.90, method=method)
    for name, (low, high) in found.bands.items():
        number = {"median": 0.0}.get(name) if name == "median" else float(name)
        if method == "cls":
            expected = number - norm.ppf(0.10 * norm.cdf(number))
        else:
            expected = number + (Z90 if number >= 0 else np.hypot(number, Z90))
        assert low == 0.0
        assert high / SIGMA == pytest.approx(expected, rel=2e-3, abs=0), name


@pytest.mark.parametrize(("method", "sides"), [("wilks", "upper"), ("wilks", "two"), ("cls", "upper")])
def test_a_band_is_the_limit_of_data_so_far_from_the_median(method, sides):
    """Another route: the limit itself, on data moved by whole standard deviations."""
    found = sensitivity(gaussian(), "s", 0.90, sides=sides, method=method)
    for name, number in (("-1", -1.0), ("median", 0.0), ("+1", 1.0), ("+2", 2.0)):
        there = limit(data_at(number), "s", 0.90, sides=sides, method=method)
        low, high = found.bands[name]
        assert high == pytest.approx(there.upper, rel=3e-3, abs=0), name
        assert low == pytest.approx(there.lower, rel=3e-3, abs=1.0), name


def test_two_sided_bands_follow_the_truth():
    found = sensitivity(gaussian(lower=-1e6), "s", 0.6827, sides="two", truth={"s": 5e4})
    for name, number in (("-2", -2), ("-1", -1), ("median", 0), ("+1", 1), ("+2", 2)):
        low, high = (end / SIGMA - 5.0 for end in found.bands[name])
        assert low == pytest.approx(number - 1, abs=0.01)
        assert high == pytest.approx(number + 1, abs=0.01)
    assert found.median == found.bands["median"]


def test_median_significance_of_one_bin():
    """sqrt(2 ((s + b) ln(1 + s/b) - s)) for s events above b."""
    found = median_significance(gaussian(), "s", truth={"s": 5e4})
    assert found.z == pytest.approx(np.sqrt(2 * ((N + 5e4) * np.log1p(5e4 / N) - 5e4)), rel=1e-5, abs=0)
    assert found.p_value == pytest.approx(norm.sf(found.z), rel=1e-9, abs=0)
    assert "68 % of experiments" in found.summary()


@pytest.mark.slow
def test_median_significance_with_a_vague_background():
    s = Parameter("s", 1.0, lower=0.0)
    a = Parameter("a", 0.0, sigma=0.2, lower=-1.0)
    vague = Likelihood((
        BinnedPoisson("one", [0.0], lambda v: jnp.array([8.0 * v["s"] + 4.0 * (1 + v["a"])]), (s, a)),
    ))  # fmt: skip
    pulls = np.linspace(0, 3, 30001)
    mu = 4.0 * (1 + pulls)
    by_hand = np.min(2 * (mu - 12 + 12 * np.log(12 / mu)) + (pulls / 0.2) ** 2)
    assert median_significance(vague, "s").z == pytest.approx(np.sqrt(by_hand), rel=1e-5, abs=0)


def test_a_sensitivity_survives_a_file(tmp_path):
    found = sensitivity(gaussian(), "s", 0.90, method="cls")
    again = SensitivityResult.load(found.save(tmp_path / "sensitivity.json"))
    assert again.to_dict() == found.to_dict()
    assert found.kind.startswith("median expected CLs upper limit")
    assert [row["band"] for row in found.table()] == ["-2", "-1", "median", "+1", "+2"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sensitivity(gaussian(), "s", method="cls", truth={"s": 5.0}), "without signal"),
        (lambda: sensitivity(gaussian(), "s", sides="two", method="feldman-cousins"), "asymptotic"),
        (lambda: coverage(gaussian(), {"s": [0.0]}, method="cls"), "Allowed: wilks, feldman-cousins"),
        (lambda: sensitivity(gaussian(), "s", truth={"t": 5.0}), "unknown parameter 't'"),
        (lambda: sensitivity(gaussian(), "s", truth={"s": -5.0}), "not allowed"),
        (lambda: sensitivity(gaussian(), "s", confidence=2.0), "not allowed"),
        (lambda: median_significance(gaussian(-np.inf), "s"), "Give null"),
        (lambda: asimov(gaussian(), {"s": np.nan}), "not allowed"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(InputError, match=words):
        call()


def test_expected_limits_are_drawn_with_their_bands():
    found = sensitivity(gaussian(), "s", 0.90, method="cls")
    figure = plot.sensitivities({"first": found, "second": found}, observed={"first": found.upper()})
    (ax,) = figure.axes
    assert len(ax.patches) == 4
    left, width = ax.patches[1].get_x(), ax.patches[1].get_width()
    assert (left, left + width) == pytest.approx((found.upper("-1"), found.upper("+1")))
    with pytest.raises(InputError, match="no sensitivity"):
        plot.sensitivities({})

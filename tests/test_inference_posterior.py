"""Posteriors: closed forms of one Poisson count, a Gaussian, priors, what is refused."""

import functools
import sys

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from weakscatter import plot
from weakscatter.inference import (
    BinnedPoisson,
    Likelihood,
    Parameter,
    PosteriorResult,
    poisson_limit,
    posterior,
    profile_and_marginal,
)
from weakscatter.provenance.errors import InputError

SEED = 4


@functools.cache
def one_bin(n, background, lower=0.0):
    signal = Parameter("s", 1.0, lower=lower, upper=1e3)
    return Likelihood((BinnedPoisson("one", [n], lambda v: jnp.array([v["s"] + background]), (signal,)),))


@functools.cache
def gaussian():
    """n ~ Poisson(1e6 + s + 3000 a), a known to 0.5: s is measured to sqrt(1e6 + 1500^2)."""
    s, a = Parameter("s", 0.0), Parameter("a", 0.0, sigma=0.5)
    return Likelihood(
        (BinnedPoisson("one", [1e6], lambda v: jnp.array([1e6 + v["s"] + 3000 * v["a"]]), (s, a)),)
    )


@pytest.mark.slow
@pytest.mark.parametrize(("n", "background"), [(0.0, 3.0), (5.0, 3.0)])
def test_the_flat_upper_limit_of_one_count_is_that_of_cls(n, background):
    """Helene's formula; four standard errors of the quantile: false alarm 6e-5."""
    pytest.importorskip("numpyro", reason="the extra bayes is not installed")
    found = posterior(one_bin(n, background), "s", 0.90, sides="upper", seed=SEED)
    assert found.converged, found.status
    assert found.interval()[1] == pytest.approx(
        poisson_limit(n, background), abs=4 * found.error_of_end(0.90)
    )
    assert found.interval()[0] == 0.0
    # The same seed gives the same draws.
    again = posterior(one_bin(n, background), "s", 0.90, sides="upper", seed=SEED)
    np.testing.assert_array_equal(again.draws(), found.draws())


@pytest.mark.slow
def test_a_gaussian_has_equal_profile_and_marginal(tmp_path):
    pytest.importorskip("numpyro", reason="the extra bayes is not installed")
    found = profile_and_marginal(gaussian(), "s", 0.90, seed=SEED)
    width = np.sqrt(1e6 + 1500.0**2)
    z = norm.ppf(0.95)
    assert found.profile.upper == pytest.approx(z * width, rel=2e-3, abs=0)
    low, high = found.marginal.interval()
    assert high == pytest.approx(z * width, abs=4 * found.marginal.error_of_end(0.95))
    assert low == pytest.approx(-z * width, abs=4 * found.marginal.error_of_end(0.05))
    assert found.marginal.deviation() == pytest.approx(width, rel=0.06, abs=0)
    # What the counts cannot tell apart is anticorrelated: -3000 x 0.5^2 is the covariance.
    pair = np.cov(found.marginal.draws("s"), found.marginal.draws("a"))
    assert pair[0, 1] == pytest.approx(-3000 * 0.25, rel=0.1, abs=0)
    points, density = found.marginal.marginal()
    assert np.trapezoid(density, points) == pytest.approx(1.0, abs=0.01)
    figure = plot.profile_and_marginal(found)
    assert len(figure.axes) == 2
    assert [row["kind"] for row in found.table()] == [found.profile.kind, found.marginal.kind]
    again = PosteriorResult.load(found.marginal.save(tmp_path / "posterior.json"))
    np.testing.assert_array_equal(again.draws("a"), found.marginal.draws("a"))
    assert again.summary() == found.marginal.summary()


@pytest.mark.slow
def test_the_prior_matters_and_is_stated():
    """Without events p(s) = exp(-s) pi(s) above 0.1: upper limits in closed form for both priors."""
    pytest.importorskip("numpyro", reason="the extra bayes is not installed")
    from scipy.special import exp1

    likelihood = one_bin(0.0, 0.0, lower=0.1)
    flat, log, square = (
        posterior(likelihood, "s", 0.90, sides="upper", prior={"s": word}, seed=SEED)
        for word in ("flat", "log", "square")
    )
    assert flat.interval()[1] == pytest.approx(0.1 + np.log(10), abs=4 * flat.error_of_end(0.90))
    assert exp1(log.interval()[1]) / exp1(0.1) == pytest.approx(0.10, abs=0.02)
    # pi = s: the tail is (1 + s) exp(-s).
    tail = (1 + square.interval()[1]) * np.exp(-square.interval()[1]) / (1.1 * np.exp(-0.1))
    assert tail == pytest.approx(0.10, abs=0.02)
    assert "prior log in s" in log.kind


@pytest.mark.slow
def test_too_few_draws_give_no_number():
    pytest.importorskip("numpyro", reason="the extra bayes is not installed")
    found = posterior(gaussian(), "s", seed=SEED, samples=20, warmup=20, chains=2)
    assert not found.converged
    assert found.interval() == (None, None)
    assert "draw more" in found.status


def test_without_numpyro_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpyro", None)
    monkeypatch.setitem(sys.modules, "numpyro.infer", None)
    monkeypatch.setitem(sys.modules, "numpyro.diagnostics", None)
    with pytest.raises(InputError, match=r'pip install "weakscatter\[bayes\]"'):
        posterior(gaussian(), "s", seed=SEED)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"samples": 0}, "samples"),
        ({"seed": -1}, "seed"),
        ({"confidence": 1.5}, "confidence"),
        ({"prior": {"s": "jeffreys"}}, "jeffreys"),
        ({"prior": {"s": "log"}}, "lower bound"),
        ({"prior": {"a": "flat"}}, "its constraint is its prior"),
        ({"prior": {"b": "flat"}}, "unknown parameter"),
    ],
)
def test_bad_input_is_named(options, words):
    with pytest.raises(InputError, match=words):
        posterior(gaussian(), "s", **{"seed": SEED, **options})

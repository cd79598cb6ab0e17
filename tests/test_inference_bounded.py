"""CLs and one-sided limits: the exact Poisson answer, the asymptotic formula by hand, pyhf."""

import functools
import warnings

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm, poisson

from weakscatter.inference import (
    BinnedPoisson,
    Likelihood,
    LimitResult,
    Parameter,
    asimov,
    limit,
    poisson_limit,
)
from weakscatter.inference.asimov import with_data
from weakscatter.provenance.errors import InputError

S, B, C = np.array([5.0, 12.0, 8.0, 3.0]), np.array([40.0, 30.0, 20.0, 10.0]), np.array([5.0, 6.0, 7.0, 8.0])


@functools.cache
def compiled():
    """One bin, background a held parameter: data and background are inputs, so that one program serves all tests."""
    s, b = Parameter("s", 1.0, lower=0.0), Parameter("b", 5.0, lower=0.0)
    made = Likelihood((BinnedPoisson("one", [12.0], lambda v: jnp.array([v["s"] + v["b"]]), (s, b)),))
    limit(made, "s")
    return made


def limit_of(n, background, method="cls", sides="upper", confidence=0.90):
    made = with_data(compiled(), np.array([n]), {})
    return limit(made, "s", confidence, fixed={"b": background}, sides=sides, method=method)


@functools.cache
def with_nuisances():
    """Two channels, five nuisances, one of which is shared."""
    mu = Parameter("mu", 1.0, lower=0.0, upper=20.0)
    flux, b, c, eff = (
        Parameter(name, 0.0, sigma=sigma, lower=-1.0)
        for name, sigma in (("flux", 0.1), ("b", 0.05), ("c", 0.3), ("eff", 0.05))
    )
    first = BinnedPoisson(
        "first", [48, 39, 33, 20],
        lambda v: v["mu"] * (1 + v["flux"]) * (1 + v["eff"]) * S + (1 + v["b"]) * B + (1 + v["c"]) * C,
        (mu, flux, b, c, eff),
    )  # fmt: skip
    second = BinnedPoisson(
        "second", [30, 20],
        lambda v: v["mu"] * (1 + v["flux"]) * jnp.array([6.0, 4.0]) + (1 + v["b"]) * jnp.array([22.0, 19.0]),
        (mu, flux, b),
    )  # fmt: skip
    return Likelihood((first, second))


@pytest.mark.parametrize(("n", "background"), [(0, 3.0), (3, 3.0), (12, 5.0), (100, 100.0)])
def test_exact_limits_solve_their_definition(n, background):
    s = poisson_limit(n, background, 0.90)
    assert poisson.cdf(n, s + background) / poisson.cdf(n, background) == pytest.approx(0.10, rel=1e-9, abs=0)
    classical = poisson_limit(n, background, 0.90, method="cls+b")
    if classical > 0:
        assert poisson.cdf(n, classical + background) == pytest.approx(0.10, rel=1e-9, abs=0)
    else:
        assert poisson.cdf(n, background) < 0.10
    assert s >= classical


def test_exact_limits_in_closed_form():
    """No events: CLs is ln(1/alpha) whatever the background; without background both are Garwood's upper limit."""
    assert poisson_limit(0, 7.0, 0.90) == pytest.approx(np.log(10), rel=1e-12, abs=0)
    assert poisson_limit(3, 0.0, 0.90) == pytest.approx(
        poisson_limit(3, 0.0, 0.90, method="cls+b"), rel=1e-12, abs=0
    )
    assert poisson_limit(3, 0.0, 0.95) == pytest.approx(7.7537, abs=1e-4)


def q_of(n, s, background):
    """Bounded statistic of one bin by hand."""
    best = max(n - background, 0.0)
    if best > s:
        return 0.0

    def deviance(mu):
        return 2 * (mu - n + (n * np.log(n / mu) if n else 0.0))

    return deviance(s + background) - deviance(best + background)


def p_by_hand(n, s, background, method):
    q, qa = q_of(n, s, background), q_of(background, s, background)
    a = np.sqrt(qa)
    t = np.sqrt(q) - a if q <= qa else (q - qa) / (2 * a)
    p = norm.sf(t + a)
    return p / norm.sf(t) if method == "cls" else p


@pytest.mark.parametrize(("n", "background"), [(12.0, 5.0), (4.0, 5.0), (100.0, 100.0)])
@pytest.mark.parametrize("method", ["cls", "cls+b"])
def test_one_bin_has_the_asymptotic_limit_by_hand(n, background, method):
    expected = brentq(lambda s: p_by_hand(n, s, background, method) - 0.10, 1e-6, 300.0, xtol=1e-12)
    found = limit_of(n, background, method)
    assert found.upper == pytest.approx(expected, rel=1e-4, abs=0)
    assert found.lower == 0.0
    assert found.critical_value == pytest.approx(
        2 * (expected + background - n + n * np.log(n / (expected + background)))
        - (0.0 if n > background else q_zero(n, background)),
        rel=1e-3, abs=1e-4,
    )  # fmt: skip


def q_zero(n, background):
    return 2 * (background - n + n * np.log(n / background))


def test_asymptotic_limits_approach_the_exact_ones():
    """At n = b the difference is about half an event in a limit of 1.645 sqrt(n): it falls as 1/sqrt(n)."""
    errors = []
    for n in (100.0, 1e4, 1e6):
        found = limit_of(n, n).upper
        errors.append(abs(found / poisson_limit(n, n) - 1))
    assert errors[0] < 0.03
    assert errors[1] < 0.003
    assert errors[2] < 0.0004


def test_few_events_are_told():
    found = limit_of(1.0, 3.0)
    assert "check with toys" in found.notes
    assert limit_of(1e4, 1e4).notes == ""


def test_data_far_below_the_background_exclude_everything_only_without_the_s():
    cls, plain = (limit_of(860.0, 1000.0, m) for m in ("cls", "cls+b"))
    assert cls.upper > 15.0
    assert plain.upper == 0.0
    assert "Every signal is excluded" in plain.notes


@pytest.mark.slow
def test_pyhf_gives_the_same_limits_and_bands():
    """The same model in another code: a HistFactory workspace with one multiplicative and three additive nuisances."""
    from weakscatter.inference import pyhf_workspace

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyhf

        made = pyhf_workspace(with_nuisances(), "mu")
        theirs = pyhf.Workspace(made.content)
        model = theirs.model()
        observed, expected = pyhf.infer.intervals.upper_limits.toms748_scan(
            theirs.data(model), model, 0.05, 5.0, level=0.10, rtol=1e-5
        )
    found = limit(with_nuisances(), "mu", 0.90, sides="upper", method="cls")
    assert found.upper == pytest.approx(float(observed), rel=1e-4, abs=0)
    assert list(found.expected.values()) == pytest.approx([float(x) for x in expected], rel=1e-4, abs=0)
    assert made.error < 1e-12
    assert limit(made.likelihood, "mu", 0.90, sides="upper", method="cls").upper == pytest.approx(
        found.upper, rel=1e-6, abs=0
    )


def test_the_median_is_the_limit_of_the_asimov_data_and_bands_are_ordered():
    expected = asimov(with_nuisances(), {"mu": 0.0})
    found = limit(expected, "mu", 0.90, sides="upper", method="cls")
    assert found.upper == pytest.approx(found.expected["median"], rel=1e-6, abs=0)
    ends = list(found.expected.values())
    assert ends == sorted(ends)


def test_the_kind_of_interval_is_stated_and_survives_a_file(tmp_path):
    found = limit_of(12.0, 5.0)
    assert found.kind == "CLs upper limit, bounded profile likelihood ratio, asymptotic"
    assert found.kind in found.summary()
    assert found.to_dict()["kind"] == found.kind
    again = LimitResult.load(found.save(tmp_path / "limit.json"))
    assert again.to_dict() == found.to_dict()
    assert limit_of(12.0, 5.0, "wilks", "two").kind.startswith("two-sided interval")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "cls"}, "sides='upper'"),
        ({"method": "clss", "sides": "upper"}, "Did you mean 'cls'"),
        ({"method": "cls", "sides": "upper", "confidence": 0.4}, "0.5, 1"),
        ({"method": "cls", "sides": "upper", "confidence": 1.0}, "0.5, 1"),
        ({"method": "cls", "sides": "upper", "confidence": "high"}, "not a number"),
    ],
)
def test_bad_input_is_named(options, words):
    with pytest.raises(InputError, match=words):
        limit(compiled(), "s", **options)


def test_no_signal_needs_a_lower_bound():
    free = Parameter("s", 1.0)
    unbounded = Likelihood((BinnedPoisson("one", [9.0], lambda v: jnp.array([v["s"] + 20.0]), (free,)),))
    with pytest.raises(InputError, match="no lower bound"):
        limit(unbounded, "s", sides="upper", method="cls")
    with pytest.raises(InputError, match="constraint"):
        limit(with_nuisances(), "flux", sides="upper", method="cls")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((-1, 1.0), "n = -1"),
        ((1, -1.0), "background"),
        ((1, 1.0, 1.5), "confidence"),
        ((1, 1.0, 0.9, "bayes"), "method"),
    ],
)
def test_bad_counts_are_named(given, words):
    with pytest.raises(InputError, match=words):
        poisson_limit(*given)

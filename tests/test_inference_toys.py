"""Toys: the tables of Feldman and Cousins, closed forms, brute force, and coverage.

Statistical tests use fixed seeds and bounds of four standard errors (false alarms below 1e-4 each).
"""

import functools

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import chi2, norm, poisson

import weakscatter as ws
from weakscatter.inference import BinnedPoisson, Likelihood, Parameter, profile_batch
from weakscatter.inference.outcomes import drawn_outcomes
from weakscatter.inference.profile import make_profiler
from weakscatter.inference.toy_fits import generator_of, problem_of, statistic
from weakscatter.provenance.errors import InputError

FELDMAN = {"method": "feldman-cousins"}


def counting(n, b):
    """One bin, signal s >= 0 on a known background."""
    s = Parameter("s", 1.0, lower=0.0)
    return Likelihood((BinnedPoisson("one", [float(n)], lambda v: jnp.array([v["s"] + b]), (s,)),))


@functools.cache
def belt(b, confidence, top, step=0.005):
    """Accepted counts [mu, n] by the ordering of the likelihood ratio (Feldman and Cousins, section IV.A), in plain NumPy."""
    mu, n = np.arange(0.0, top, step)[:, None], np.arange(80)[None, :]
    p, best = poisson.pmf(n, mu + b), poisson.pmf(n, np.maximum(n - b, 0.0) + b)
    ratio = np.round(p / best, 10)
    accepted = np.zeros(p.shape, dtype=bool)
    for i, row in enumerate(np.argsort(-ratio, axis=1, kind="stable")):
        total = 0.0
        for j in row:
            accepted[i, j], total = True, total + p[i, j]
            if total >= confidence:
                break
    return mu[:, 0], accepted


def by_hand(n, b, confidence, top):
    mu, accepted = belt(b, confidence, top)
    inside = mu[accepted[:, n]]
    return inside[0], inside[-1]


# Feldman and Cousins, Phys. Rev. D 57 (1998) 3873, table II (68.27 %), IV (90 %) and VI (95 %): restated by hand. The
# authors lengthened a few intervals so that their ends fall with b (n = 0, b = 3: 1.08 where the construction gives 0.95); such
# entries are left out.
TABLE = [
    (0, 0.0, 0.90, 0.00, 2.44),
    (1, 0.0, 0.90, 0.11, 4.36),
    (3, 0.0, 0.90, 1.10, 7.42),
    (3, 3.0, 0.90, 0.00, 4.42),
    (6, 3.0, 0.90, 0.15, 8.47),
    (2, 0.0, 0.6827, 0.74, 4.25),
    (1, 0.0, 0.95, 0.05, 5.14),
]
LONG = [(n, b, c) for c in (0.6827, 0.90) for b in (0.0, 1.5, 3.0) for n in (0, 2, 4, 7, 10)]


@pytest.mark.parametrize(("n", "b", "confidence", "lower", "upper"), TABLE)
def test_published_tables(n, b, confidence, lower, upper):
    """The public call, the construction of every other experiment; outcomes are listed, so nothing is random."""
    found = ws.limit(counting(n, b), "s", confidence, **FELDMAN)
    assert found.toys.exact
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=0.0051)
    assert (found.lower, found.upper) == pytest.approx(by_hand(n, b, confidence, upper + 2), abs=0.0051)
    assert set(found.end_errors.values()) == {0.0}
    assert "feldman1998" in found.citations


@pytest.mark.slow
@pytest.mark.parametrize(("n", "b", "confidence"), LONG)
def test_construction_by_hand(n, b, confidence):
    found = ws.limit(counting(n, b), "s", confidence, **FELDMAN)
    assert (found.lower, found.upper) == pytest.approx(by_hand(n, b, confidence, 30.0), abs=0.0051)


@pytest.mark.slow
def test_intervals_cover_twenty_true_values():
    """P(n | truth) summed over the counts whose interval holds the truth: never less than asked, no binomial error."""
    b, truths = 3.0, np.linspace(0.1, 10.0, 20)
    intervals = [ws.limit(counting(n, b), "s", 0.90, **FELDMAN).intervals for n in range(30)]
    for truth in truths:
        inside = [any(low <= truth <= high for low, high in pieces) for pieces in intervals]
        assert poisson.pmf(np.arange(30), truth + b) @ inside >= 0.90 - 1e-3


def gaussian(events=1e4, observed=0.0, second=False):
    """Counts so large that everything is Gaussian: s on an offset known to two standard deviations of the count.

    With ``second`` another parameter r is measured by a bin of its own.
    """
    root = np.sqrt(events)
    parameters = (Parameter("s", 0.0), Parameter("a", 0.0, sigma=2.0))
    data, r = [events + observed * root], ()
    if second:
        r, data = (Parameter("r", 0.0),), [*data, events]

    def expected(v):
        bins = [events + root * (v["s"] + v["a"])]
        return jnp.array([*bins, events + root * v["r"]] if second else bins)

    return Likelihood((BinnedPoisson("g", data, expected, (*parameters, *r)),))


@functools.cache
def gaussian_limit():
    return ws.limit(gaussian(), "s", 0.90, **FELDMAN, toys=ws.Toys(first=2000, precision=0.08, points=5))


def test_gaussian_intervals_are_those_of_wilks_with_auxiliary_measurements_drawn_anew():
    """The offset dominates the error: were its measurement not drawn anew, critical values would be five times smaller."""
    found = gaussian_limit()
    critical, error = found.toys.critical[0], found.toys.critical_error[0]
    assert np.all(np.abs(critical - chi2.ppf(0.9, 1)) < 4 * error)
    half = norm.ppf(0.95) * np.sqrt(1 + 2.0**2)
    for end, truth in zip(found.intervals[0], (-half, half), strict=True):
        assert end == pytest.approx(truth, abs=4 * found.end_errors[end] + 0.02)
        assert 0 < found.end_errors[end] < 0.15
    # Near each end the critical value is known as well as asked.
    near = np.argsort(np.abs(found.points - half))[:2]
    assert np.all(error[near] <= 0.08)
    assert np.all(found.toys.coverage_error[0][near] <= np.sqrt(0.09 / 4000) + 1e-12)
    assert found.toys.lost.sum() == 0


def test_gaussian_p_values_follow_chi2():
    test = ws.toy_test(gaussian(observed=4.0), {"s": 0.0}, toys=ws.Toys(first=4000, most=8000))
    assert test.p_value == pytest.approx(test.p_value_asymptotic, abs=4 * test.error + 2e-3)
    assert test.p_value_asymptotic == pytest.approx(chi2.sf(16 / 5, 1), rel=0.03, abs=0)
    assert test.significance == pytest.approx(norm.isf(test.p_value))
    # At s = 0 one count and one auxiliary measurement are described by one offset: one degree of freedom.
    assert test.goodness == pytest.approx(chi2.sf(16 / 5, 1), abs=4 * test.goodness_error + 2e-3)
    assert test.profiled_at["a"] == pytest.approx(
        profile_batch(gaussian(observed=4.0), ("s",), [0.0]).theta[0, 0]
    )
    assert test.toys == 8000
    assert test.critical(0.90)[0] == pytest.approx(chi2.ppf(0.9, 1), abs=4 * test.critical(0.90)[1])


@pytest.mark.slow
def test_regions_of_two_parameters_have_two_degrees_of_freedom():
    grid = {"s": np.linspace(-6.0, 6.0, 13), "r": np.linspace(-4.0, 4.0, 13)}
    toys = ws.Toys(first=1000, most=4000, precision=0.1, points=3)
    found = ws.scan(gaussian(second=True), grid, **FELDMAN, confidence=(0.6827, 0.90), toys=toys)
    map_ = found.toys
    own = map_.toys > 0
    # Few points have toys of their own; those near the border have more.
    assert 5 <= own.sum() < own.size / 2
    assert map_.toys.max() > 1000
    for level, critical, error in zip((0.6827, 0.90), map_.critical, map_.critical_error, strict=True):
        assert np.all(np.abs(critical - chi2.ppf(level, 2))[own] < 4 * error[own])
        assert np.all(np.isfinite(critical))
        np.testing.assert_array_equal(found.allowed(level), found.delta <= critical + 1e-6)
    area = found.allowed(0.90).mean() * 13 * 13
    exact = np.pi * chi2.ppf(0.9, 2) * np.sqrt(5)  # the steps are 1 in s and 2/3 in r
    assert area == pytest.approx(exact * 1.5, rel=0.12, abs=0)
    with pytest.raises(InputError, match="Scan again"):
        found.allowed(0.95)


def test_random_toys_agree_with_the_exact_construction():
    """A nuisance without effect forces random toys on the problem of which every outcome can be listed."""
    idle = Parameter("idle", 0.0, sigma=1.0)
    s = Parameter("s", 1.0, lower=0.0)
    drawn = Likelihood((BinnedPoisson("one", [6.0], lambda v: jnp.array([v["s"] + 3.0]), (s, idle)),))
    listed, n = counting(6, 3.0), np.arange(60)
    for truth in (0.0, 7.5):
        exact = ws.toy_test(listed, {"s": truth})
        random = ws.toy_test(drawn, {"s": truth}, toys=ws.Toys(first=2000, most=8000))
        assert exact.exact
        assert not random.exact
        assert random.p_value == pytest.approx(exact.p_value, abs=4 * random.error)
        assert random.goodness == pytest.approx(exact.goodness, abs=4 * random.goodness_error)
        assert exact.error == 0.0
        # The same by hand: the probability of counts that agree no better than the six observed.
        t = 2 * (poisson.logpmf(n, np.maximum(n, 3.0)) - poisson.logpmf(n, truth + 3.0))
        assert exact.p_value == pytest.approx(poisson.pmf(n, truth + 3.0)[t >= t[6] - 1e-9].sum(), abs=1e-8)


TILT = np.array([1.0, -1.0, 0.0])


def valleys(data=(13.0, 8.0, 4.0), tilt=0.0):
    """A charge that enters squared, and a small part (`tilt`) that is linear in it: x and -2 - x describe data alike, or nearly."""
    shape = np.array([12.0, 7.0, 5.0])

    def expected(v):
        return shape * (1 + v["x"]) ** 2 * (1 + v["flux"]) + 2.0 + v["x"] * tilt

    parameters = (Parameter("x", 0.1), Parameter("flux", 0.0, sigma=0.1, lower=-1.0))
    return Likelihood((BinnedPoisson("two", list(data), expected, parameters),))


@pytest.mark.slow
def test_toys_find_the_lower_of_two_valleys():
    """t against brute force: every toy on a fine grid of x, the nuisance by its quadratic equation."""
    likelihood = valleys(tilt=TILT)
    problem = problem_of(make_profiler(likelihood, ["x"]), 1, 100)
    x = np.array([-0.7, 0.02])
    mu = problem.machine.counts(x, {})
    drawn = drawn_outcomes(likelihood, mu, x, problem.sigma, generator_of(5, x[:1], 0), 60)
    t, q, _ = statistic(problem, x, mu, drawn)
    grid = np.concatenate([np.linspace(-3.2, 1.2, 1500), [x[0]]])
    flux = np.linspace(-0.5, 0.5, 800)
    signal = np.array([12.0, 7.0, 5.0]) * ((1 + grid)[:, None, None] ** 2) * (1 + flux)[None, :, None] + 2.0
    signal = np.maximum(signal + grid[:, None, None] * TILT, 1e-3)
    for i, (n, centre) in enumerate(zip(drawn.data, drawn.centre, strict=True)):
        with np.errstate(divide="ignore", invalid="ignore"):
            log = np.where(n > 0, n * np.log(np.where(n > 0, n, 1.0) / signal), 0.0)
        all_q = (2 * (signal - n + log)).sum(axis=2) + ((flux - centre[1]) / 0.1) ** 2
        lowest = all_q.min(axis=1)
        assert q[i] == pytest.approx(lowest[-1], abs=2e-3)
        assert t[i] == pytest.approx(lowest[-1] - lowest.min(), abs=4e-3)
    assert np.all(np.isfinite(t))


def test_midway_between_two_valleys_the_critical_value_is_small():
    """Every experiment finds a valley near by, so t is small: Wilks' value would cover too much there."""
    likelihood, toys = valleys(), ws.Toys(first=4000, most=4000)
    midway, beside = (ws.toy_test(likelihood, {"x": x}, toys=toys).critical(0.90)[0] for x in (-0.75, 0.1))
    assert midway < 2.2
    assert beside == pytest.approx(chi2.ppf(0.9, 1), abs=0.5)


TRUTHS = np.linspace(0.0, 9.5, 20)


@pytest.mark.slow
def test_coverage_at_twenty_true_values():
    """Low counts, a bound and two nuisances: no true value is covered less than asked, within four binomial errors."""
    s = Parameter("s", 1.0, lower=0.0)
    pulls = (Parameter("e", 0.0, sigma=0.1, lower=-1.0), Parameter("b", 0.0, sigma=0.3, lower=-1.0))
    low = Likelihood(
        (
            BinnedPoisson(
                "low", [5.0], lambda v: jnp.array([v["s"] * (1 + v["e"]) + 3 * (1 + v["b"])]), (s, *pulls)
            ),
        )
    )
    found = ws.coverage(low, {"s": TRUTHS}, **FELDMAN, experiments=400, toys=ws.Toys(first=200))
    assert found.experiments.tolist() == [400] * 20
    assert np.all(found.fraction > 0.90 - 4 * np.sqrt(0.09 / 400))
    assert found.fraction.mean() == pytest.approx(0.90, abs=0.02)
    np.testing.assert_allclose(found.error, np.sqrt(found.fraction * (1 - found.fraction) / 400), rtol=0.05)


def test_coverage_is_exact_where_outcomes_can_be_listed():
    """Wilks fails at low counts, the construction does not."""
    likelihood, n = counting(3, 3.0), np.arange(60)
    exact = ws.coverage(likelihood, {"s": TRUTHS}, **FELDMAN)
    wilks = ws.coverage(likelihood, {"s": TRUTHS})
    assert exact.fraction.min() >= 0.90
    assert wilks.fraction.min() < 0.88
    for truth, fraction in zip(TRUTHS, wilks.fraction, strict=True):
        t = 2 * (poisson.logpmf(n, np.maximum(n, 3.0)) - poisson.logpmf(n, 3.0 + truth))
        assert fraction == pytest.approx(poisson.pmf(n, 3.0 + truth)[t <= chi2.ppf(0.9, 1)].sum(), abs=1e-7)
    assert exact.error.tolist() == [0.0] * 20
    assert exact.table()[3]["s"] == TRUTHS[3]


def test_coverage_with_nuisances_uses_toys_of_each_experiment():
    """Gaussian: exact coverage by construction; 100 experiments with 100 toys each at two true values."""
    found = ws.coverage(gaussian(), {"s": [0.0, 3.0]}, **FELDMAN, experiments=100, toys=ws.Toys(first=100))
    assert found.fraction == pytest.approx(0.90, abs=4 * 0.03)
    wilks = ws.coverage(gaussian(), {"s": [0.0, 3.0]}, experiments=2000)
    assert wilks.fraction == pytest.approx(0.90, abs=4 * np.sqrt(0.09 / 2000))


BAD = [
    (lambda: ws.Toys(first=0), "at least 1"),
    (lambda: ws.Toys(first=True), "whole number"),
    (lambda: ws.Toys(precision=0.0), "positive error"),
    (lambda: ws.Toys(first=100, most=50), "Raise most"),
    (lambda: ws.limit(gaussian(), "s", 1.0, **FELDMAN), "confidence=1.0 is not allowed"),
    (lambda: ws.scan(gaussian(), {"s": [0.0, 1.0]}, **FELDMAN, confidence=0.9999), "at least 100000"),
    (lambda: ws.limit(gaussian(), "s", method="feldman"), "Did you mean 'feldman-cousins'"),
    (lambda: ws.limit(gaussian(), "s", sides="upper", **FELDMAN), "two-sided by construction"),
    (lambda: ws.limit(gaussian(), "s", toys=ws.Toys()), "Leave them out"),
    (lambda: ws.limit(gaussian(), "s", **FELDMAN, toys=500), "toys=Toys"),
    (lambda: ws.scan(gaussian(), {"s": [0.0, 1.0]}, confidence=0.9), "Leave them out"),
    (lambda: ws.scan(gaussian(), {"s": [0.0, 1.0]}, **FELDMAN, confidence=(0.9, 2.0)), "not allowed"),
    (lambda: ws.toy_test(gaussian(), {}), "needs a point"),
    (lambda: ws.toy_test(gaussian(), {"t": 1.0}), "Did you mean|Allowed: s, a"),
    (lambda: ws.coverage(gaussian(), {"s": [0.0]}, experiments=0), "at least 1"),
    (lambda: ws.coverage(gaussian(), {"s": [0.0], "a": [1.0, 2.0]}), "one length"),
]


@pytest.mark.parametrize(("call", "words"), BAD, ids=[words for _, words in BAD])
def test_bad_questions(call, words):
    with pytest.raises(InputError, match=words):
        call()

"""Limits without a fit: closed forms, the Gaussian limit of the Poisson one, and the general likelihood."""

import jax.numpy as jnp
import numpy as np
import pytest

from weakscatter.inference import (
    BinnedPoisson,
    Likelihood,
    Parameter,
    PolynomialSignal,
    free_level_limit,
    level_rule,
    limit,
    on_off_deviance,
    on_off_limit,
    on_off_variance,
    subtracted_limit,
)
from weakscatter.provenance.errors import InputError


def test_level_rule_knows_no_exposure():
    """Closed form with interference: L x + Q x^2 = +-b."""
    L, Q, b = -0.7, 2.0, 0.5
    lower, upper = level_rule(PolynomialSignal(L, Q), b)
    assert upper == pytest.approx((0.7 + np.sqrt(0.49 + 4 * Q * b)) / (2 * Q), rel=1e-9, abs=0)
    assert lower == pytest.approx((0.7 - np.sqrt(0.49 + 4 * Q * b)) / (2 * Q), rel=1e-9, abs=0)
    # A deep destructive interference reaches minus the level first.
    lower, upper = level_rule(PolynomialSignal(-4.0, 2.0), b)
    assert upper == pytest.approx(1 - np.sqrt(1 - b / 2), rel=1e-7, abs=0)


def test_subtracted_limit_of_a_square_falls_with_the_fourth_root():
    for exposure in (1.0, 16.0):
        signal = PolynomialSignal(np.zeros(3), exposure * np.array([1.0, 0.5, 0.2]))
        V = on_off_variance(exposure * np.array([100.0, 80.0, 60.0]), 1.0, np.inf)
        _, upper = subtracted_limit(signal, V)
        expected = (2.705543 / (1 / 100 + 0.25 / 80 + 0.04 / 60)) ** 0.25 / exposure**0.25
        assert upper == pytest.approx(expected, rel=1e-6, abs=0)


def test_variance_per_mass_time_and_energy():
    """b (1/on + 1/off)/width, section 13 of the sheet, in rates: V/(on width)^2."""
    b, on, off, width = 2.5, 570.7, 127.8, 0.5
    V = on_off_variance(b * on * width, on, off)
    assert float(V) / (on * width) ** 2 == pytest.approx(b * (1 / on + 1 / off) / width, rel=1e-12, abs=0)


def test_the_profiled_background_is_the_best_one():
    n, m, ratio = np.array([12.0, 7.0, 0.0]), np.array([9.0, 0.0, 3.0]), 2.5
    s = np.array([1.3, 4.0, 2.0])
    found = on_off_deviance(n, m, ratio, s)
    B = np.linspace(1e-6, 60, 600001)
    for k in range(3):
        with np.errstate(divide="ignore"):
            direct = sum(
                2 * (mu - c + (c * np.log(c / mu) if c else 0.0))
                for c, mu in ((n[k], s[k] + B), (m[k], B / ratio))
            )
        assert found[k] == pytest.approx(direct.min(), abs=1e-4)
    assert on_off_deviance(12.0, 4.0, 2.5, 2.0) == pytest.approx(0.0, abs=1e-12)


def test_many_counts_make_it_gaussian():
    signal = PolynomialSignal([3.0, -1.0], [1.0, 2.0])
    B = np.array([4e6, 3e6])
    gauss = subtracted_limit(signal, on_off_variance(B, 3.0, 2.0))
    assert on_off_limit(signal, B, 3.0, 2.0) == pytest.approx(gauss, rel=2e-3, abs=0)


def test_the_poisson_limit_is_that_of_the_general_likelihood():
    """On and off counts with one free background each, through `limit`."""
    signal, B, on, off = PolynomialSignal([2.0, 0.5], [0.3, 1.0]), np.array([30.0, 12.0]), 3.0, 1.5
    x = Parameter("x", 0.0, lower=-30.0, upper=30.0)
    levels = tuple(Parameter(f"b{i}", b, lower=0.0, upper=400.0) for i, b in enumerate(B))

    def expected(v):
        back = jnp.stack([v["b0"], v["b1"]])
        return jnp.concatenate(
            [v["x"] * signal.linear + v["x"] ** 2 * signal.quadratic + back, back * off / on]
        )

    data = np.concatenate([B, B * off / on])
    joined = Likelihood((BinnedPoisson("on and off", data, expected, (x, *levels)),))
    general = limit(joined, "x", 0.90, profile=("b0", "b1"))
    assert on_off_limit(signal, B, on, off) == pytest.approx((general.lower, general.upper), rel=1e-4, abs=0)


def test_a_free_level_hides_a_signal_of_its_shape_and_is_the_general_likelihood():
    B = np.array([40.0, 25.0, 10.0])
    assert not np.isfinite(free_level_limit(PolynomialSignal(0 * B, 0.1 * B), B)[1])
    signal = PolynomialSignal([1.0, 2.0, 4.0], [0.5, 0.2, 0.1])
    x, k = Parameter("x", 0.0, lower=-60.0, upper=60.0), Parameter("k", 1.0, lower=0.0, upper=10.0)

    def expected(v):
        return v["x"] * signal.linear + v["x"] ** 2 * signal.quadratic + v["k"] * B

    general = limit(Likelihood((BinnedPoisson("counts", B, expected, (x, k)),)), "x", 0.90, profile=("k",))
    assert free_level_limit(signal, B) == pytest.approx((general.lower, general.upper), rel=1e-4, abs=0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: PolynomialSignal([1.0], [1.0, 2.0]), "as many"),
        (lambda: PolynomialSignal([1.0], [-2.0]), "not negative"),
        (lambda: PolynomialSignal([0.0], [0.0]), "nothing limits"),
        (lambda: level_rule(PolynomialSignal([1.0], [1.0]), 0.0), "positive level"),
        (lambda: subtracted_limit(PolynomialSignal([1.0], [1.0]), [0.0]), "positive and finite"),
        (lambda: on_off_variance([1.0], 0.0, 1.0), "Exposures"),
        (lambda: on_off_variance([-1.0], 1.0, 1.0), "not negative"),
        (lambda: on_off_limit(PolynomialSignal([1.0], [1.0]), [9.0], 1.0, np.inf), "finite exposure"),
        (lambda: free_level_limit(PolynomialSignal([1.0], [1.0]), [0.0]), "positive, finite"),
    ],
)
def test_what_is_refused(call, words):
    with pytest.raises(InputError, match=words):
        call()

"""Unbinned events: closed forms, the limit of narrow bins, toys and Asimov data in cells, refusals."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import brentq

from weakscatter.inference import (
    BinnedPoisson,
    Likelihood,
    Parameter,
    Toys,
    UnbinnedPoisson,
    asimov,
    fit,
    limit,
    p_value,
    profile_batch,
    sensitivity,
    toy_test,
)
from weakscatter.provenance.errors import InputError

SIGNAL = Parameter("signal", 10.0, lower=0.0)
PULL = Parameter("background", 0.0, sigma=0.1, lower=-1.0)
WINDOW = (0.0, 4.0)


def falling(x):
    """Density of the signal, normalised on the half line."""
    return np.exp(-np.asarray(x))


def prediction(events, cells, background=40.0):
    """Signal exp(-x) over a flat background of 40 events per unit."""
    shape = np.concatenate([np.exp(-cells[:-1]) - np.exp(-cells[1:]), falling(events)])
    flat = background * np.concatenate([np.diff(cells), np.ones(len(events))])
    return lambda v: v["signal"] * shape + (1.0 + v["background"]) * flat


def toy_events(seed=5, signal=30.0):
    generator = np.random.default_rng(seed)
    flat = generator.uniform(*WINDOW, generator.poisson(160))
    decays = generator.exponential(size=generator.poisson(signal))
    return np.sort(np.concatenate([flat, decays[decays < WINDOW[1]]]))


def unbinned(cells=60, events=None):
    events = toy_events() if events is None else events
    edges = np.linspace(*WINDOW, cells + 1)
    return UnbinnedPoisson("events", events, edges, prediction(events, edges), (SIGNAL, PULL))


def test_likelihood_is_barlows():
    term = unbinned()
    s, b = 22.0, -0.03
    value = float(Likelihood((term,)).objective(jnp.array([s, b])))
    density = s * falling(term.events) + 40.0 * (1 + b)
    total = s * (1 - np.exp(-4.0)) + 160.0 * (1 + b)
    n = len(term.events)
    exact = 2 * (total - n) - 2 * np.sum(np.log(density / (n / 4.0))) + (b / 0.1) ** 2
    assert value == pytest.approx(exact, rel=1e-12, abs=0)


def test_rate_alone_has_a_closed_form():
    events = np.linspace(0.1, 3.9, 37)
    rate = Parameter("rate", 1.0, lower=0.0)
    edges = np.linspace(*WINDOW, 5)
    term = UnbinnedPoisson(
        "flat", events, edges, lambda v: v["rate"] * np.concatenate([np.diff(edges), np.ones(37)]), (rate,)
    )
    found = fit(Likelihood((term,)))
    assert found.ndof is None
    assert found.best_fit["rate"].value == pytest.approx(37 / 4.0, rel=1e-6, abs=0)
    # Poisson: 4 r - 37 ln r rises by 1/2 at the ends of the interval.
    for side, sign in (("minus", -1), ("plus", 1)):
        end = brentq(
            lambda r: 2 * (4 * r - 37 - 37 * np.log(4 * r / 37)) - 1, *sorted((9.25, 9.25 * (1 + 0.5 * sign)))
        )
        assert getattr(found.best_fit["rate"], side) == pytest.approx(
            abs(end - 9.25), rel=5e-4, abs=0
        )  # Minos


@pytest.mark.parametrize("weight", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("mu", [-0.2, 1e-4, 2.5])
def test_slopes_agree_with_automatic_derivatives(mu, weight):
    term = unbinned(4, np.array([0.5, 3.0]))
    mus, n = jnp.full(6, mu), jnp.full(6, weight)
    slope = jax.jacfwd(lambda m: term.deviance(m, n))
    first, second = term.slopes(mus, n)
    np.testing.assert_allclose(first, np.diag(slope(mus)), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(second, np.diagonal(np.diagonal(jax.jacfwd(slope)(mus))), rtol=1e-10)


@pytest.mark.slow
def test_narrow_bins_agree_and_wide_ones_do_not():
    term = unbinned()
    ends = [limit(Likelihood((term,)), "signal").upper]
    for bins in (1500, 2):
        edges = np.linspace(*WINDOW, bins + 1)
        expected = prediction(np.zeros(0), edges)
        counted = BinnedPoisson("bins", np.histogram(term.events, edges)[0], expected, (SIGNAL, PULL))
        ends.append(limit(Likelihood((counted,)), "signal").upper)
    assert ends[1] == pytest.approx(ends[0], rel=2e-4, abs=0)
    assert abs(ends[2] / ends[0] - 1) > 0.01


@pytest.mark.slow
def test_cells_do_not_enter_the_fit_of_events():
    one, other = (limit(Likelihood((unbinned(n),)), "signal").upper for n in (1, 400))
    assert one == pytest.approx(other, rel=1e-9, abs=0)


def test_batched_newton_finds_what_migrad_finds():
    joint = Likelihood((unbinned(),))
    found = fit(joint)
    batch = profile_batch(joint, ("signal",), [[found.best_fit["signal"].value]])
    assert float(batch.q[0]) == pytest.approx(found.minimum, abs=1e-6)


def test_toys_lie_in_cells_and_cover():
    joint = Likelihood((unbinned(),))
    mu = np.asarray(joint.counts({"signal": 30.0, "background": 0.0}))
    drawn = joint.draw(np.random.default_rng(3), mu, 4000)
    assert np.all(drawn[:, 60:] == 0)
    mean = 160.0 + 30.0 * (1 - np.exp(-4.0))
    assert drawn.sum(axis=1).mean() == pytest.approx(mean, abs=5 * np.sqrt(mean / 4000))
    tested = toy_test(joint, {"signal": 30.0}, toys=Toys(first=200, most=400))
    assert tested.goodness is None
    assert "goodness" not in tested.summary()
    # Near a parabola: the toys' p-value is Wilks'. Four binomial standard deviations.
    assert tested.p_value == pytest.approx(tested.p_value_asymptotic, abs=4 * tested.error + 1e-9)


def test_asimov_data_have_their_minimum_at_the_truth_and_give_the_median_limit():
    joint = Likelihood((unbinned(400),))
    expected = asimov(joint, {"signal": 0.0})
    assert fit(expected).best_fit["signal"].value == pytest.approx(0.0, abs=1e-2)
    cells = np.linspace(*WINDOW, 401)
    binned = BinnedPoisson("bins", np.diff(cells) * 40.0, prediction(np.zeros(0), cells), (SIGNAL, PULL))
    median = limit(Likelihood((binned,)), "signal").upper
    assert limit(expected, "signal").upper == pytest.approx(median, rel=1e-4, abs=0)
    assert sensitivity(joint, "signal", truth={"signal": 0.0}).median[1] == pytest.approx(
        sensitivity(Likelihood((binned,)), "signal", truth={"signal": 0.0}).median[1], rel=1e-4, abs=0
    )


def test_joins_with_counts_in_either_order():
    count = BinnedPoisson("side band", [41.0], lambda v: 40.0 * jnp.ones(1) * (1 + v["background"]), (PULL,))
    one, other = unbinned() + count, count + unbinned()
    assert set(one.names) == set(other.names) == {"signal", "background"}
    ends = [limit(joint, "signal").upper for joint in (one, other)]
    assert ends[0] == pytest.approx(ends[1], rel=1e-9, abs=0)


def test_goodness_of_fit_is_refused():
    joint = Likelihood((unbinned(),))
    with pytest.raises(InputError, match="Bin the events"):
        p_value(joint, fit(joint), toys=10, seed=1)


def test_event_without_density_is_impossible():
    edges = np.array([0.0, 1.0, 2.0])
    step = lambda v: v["signal"] * jnp.array([1.0, 0.0, 1.0, 0.0])  # noqa: E731
    term = UnbinnedPoisson("step", [0.5, 1.5], edges, step, (SIGNAL,))
    found = fit(Likelihood((term,)))
    assert not found.converged
    assert "1.5" in found.status


@pytest.mark.parametrize(
    ("events", "cells", "data", "words"),
    [
        ([0.5, 4.5], [0.0, 4.0], None, "outside the window"),
        ([], [0.0, 4.0], None, "at least one event"),
        ([0.5], [0.0, 0.0], None, "increasing edges"),
        ([np.nan], [0.0, 4.0], None, "finite"),
        (["x"], [0.0, 4.0], None, "finite"),
        ([0.5], [0.0, 4.0], [1.0], "cells"),
        ([0.5], [0.0, 4.0], [1.0, -1.0], "not below zero"),
    ],
)
def test_bad_input(events, cells, data, words):
    with pytest.raises(InputError, match=words):
        UnbinnedPoisson("bad", events, cells, lambda v: v["signal"] * jnp.ones(2), (SIGNAL,), (), data)


def test_prediction_of_another_shape_is_refused():
    term = UnbinnedPoisson("short", [0.5], [0.0, 1.0], lambda v: v["signal"] * jnp.ones(1), (SIGNAL,))
    with pytest.raises(InputError, match="densities at events"):
        term.counts({"signal": 1.0})

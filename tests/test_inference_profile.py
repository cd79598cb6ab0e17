"""Batched Newton against iminuit and closed forms; scans against profiles."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from weakscatter.inference import (
    BinnedPoisson,
    Likelihood,
    MeasuredCounts,
    Parameter,
    fit,
    limit,
    profile_batch,
    scan,
)
from weakscatter.inference.minuit import make_minuit
from weakscatter.inference.newton import CHUNK, minimiser
from weakscatter.inference.settling import settled
from weakscatter.provenance.errors import InputError

E, T = np.arange(9) + 0.5, np.arange(11) + 0.5


def toy(seed=3, signal=300.0, empty=False):
    """99 bins, 2 parameters of interest that enter squared, 7 nuisances of which three are not linear."""
    backgrounds = {
        "brn": 18 * np.outer(np.exp(-E / 4), np.exp(-((T - 3) ** 2) / 4)),
        "nin": 6 * np.outer(np.exp(-E / 6), np.exp(-T / 4)),
        "steady": 60 * np.outer(np.exp(-E / 2), np.exp(-T / 30)),
    }

    def expected(v):
        amplitude = 0.4 * (1 + 0.1 * v["r_e"]) ** 2 + 0.6 * (1 + 0.1 * v["r_mu"]) ** 2
        energy = jnp.exp(-E * 0.4 * jnp.exp(0.2 * v["quenching"])) * (1 - 0.05 * jnp.tanh(v["form"]) * E)
        time = jnp.exp(-(T + 0.3 * v["shift"]) / 3)
        total = signal / 3 * amplitude * (1 + v["flux"]) * jnp.outer(energy, time)
        for name, shape in backgrounds.items():
            total = total + (1 + v[name]) * shape
        return total.ravel()

    def pull(name, sigma):
        return Parameter(name, 0.0, sigma=sigma, lower=-1.0 if sigma < 0.5 else -np.inf)

    pulls = [("flux", 0.1), ("quenching", 1.0), ("form", 1.0), ("shift", 1.0)]
    pulls += [("brn", 0.25), ("nin", 0.35), ("steady", 0.021)]
    radii = (Parameter("r_e", 0.0), Parameter("r_mu", 0.0))
    parameters = (*radii, *(pull(n, s) for n, s in pulls))
    mu = np.asarray(expected({p.name: p.value for p in parameters}))
    data = np.zeros_like(mu) if empty else np.random.default_rng(seed).poisson(mu)
    assert empty or np.any(data == 0)
    return Likelihood((BinnedPoisson("toy", data, expected, parameters),))


@pytest.fixture(scope="module")
def likelihood():
    return toy()


@pytest.fixture(scope="module")
def random_profile(likelihood):
    points = np.random.default_rng(11).uniform(-6, 6, (50, 2))
    return profile_batch(likelihood, ("r_e", "r_mu"), points)


def minuit_minimum(likelihood, held, floating, start):
    values = {p.name: p.value for p in likelihood.parameters} | held | start
    machine = minimiser(likelihood, (*held, *floating))
    m = make_minuit(machine, floating, values, dict.fromkeys(floating, 0.1), strategy=2)
    m.tol = 1e-3
    m.migrad()
    assert m.valid
    return m.fval


def test_batched_newton_equals_iminuit_at_50_random_points(likelihood, random_profile):
    assert random_profile.converged.all()
    for point, q in zip(random_profile.points, random_profile.q, strict=True):
        held = dict(zip(("r_e", "r_mu"), point, strict=True))
        assert q == pytest.approx(minuit_minimum(likelihood, held, random_profile.floating, {}), abs=1e-3)


def test_gradient_vanishes_at_the_minima(likelihood, random_profile):
    """The neglected part of the Hessian may slow the search, but must not end it early."""
    machine = minimiser(likelihood, ("r_e", "r_mu", *random_profile.floating))
    x = np.concatenate([random_profile.points, random_profile.theta], axis=1)
    slope = machine.evaluate(x, {})[1][:, 2:]
    sigma = np.array([likelihood.parameter(n).sigma for n in random_profile.floating])
    assert np.abs(slope * sigma).max() < 2e-3
    objective = np.asarray(jax.jit(jax.vmap(likelihood.objective))(x[:3]))
    np.testing.assert_allclose(objective, random_profile.q[:3], rtol=1e-12)


def test_constrained_normalisation_alone_has_a_closed_form():
    """One bin, mu = s (1 + a), a = 0 +- sigma: the minimum solves a quadratic equation."""
    s, n, sigma = 40.0, 55.0, 0.2
    p = Parameter("a", 0.0, sigma=sigma)
    r = Parameter("r", 1.0)
    one = Likelihood((BinnedPoisson("one", [n], lambda v: jnp.array([s * v["r"] * (1 + v["a"])]), (r, p)),))
    scale = np.array([0.5, 1.0, 1.7])
    batch = profile_batch(one, ("r",), scale)
    # s r - n/(1+a) + a/sigma^2 = 0 with u = 1 + a
    b = s * scale * sigma**2 - 1
    u = (-b + np.sqrt(b**2 + 4 * n * sigma**2)) / 2
    np.testing.assert_allclose(1 + batch.theta[:, 0], u, rtol=1e-5)
    exact = 2 * (s * scale * u - n + n * np.log(n / (s * scale * u))) + ((u - 1) / sigma) ** 2
    np.testing.assert_allclose(batch.q, exact, atol=1e-7)


def test_all_bins_empty_and_bounds_are_respected():
    batch = profile_batch(toy(empty=True), ("r_e", "r_mu"), np.zeros((3, 2)))
    assert batch.converged.all()
    assert np.all(np.isfinite(batch.q))
    column = batch.floating.index("brn")
    assert np.all(batch.theta[:, column] >= -1)


def test_a_bound_holds_the_minimum_with_the_others_still_minimised():
    low = Parameter("b", 0.5, lower=0.0)
    tilt = Parameter("t", 0.0, sigma=1.0)
    shape = np.array([1.0, 2.0, 3.0])
    model = BinnedPoisson(
        "m",
        [3.0, 2.0, 1.0],
        lambda v: 4.0 + v["s"] + 10 * v["b"] * shape + v["t"] * shape,
        (Parameter("s", 0.0), low, tilt),
    )
    batch = profile_batch(Likelihood((model,)), ("s",), [0.0, 1.0], profile=("b",))
    assert batch.converged.all()
    assert np.all(batch.theta[:, batch.floating.index("b")] == 0)
    for s, q in zip((0.0, 1.0), batch.q, strict=True):
        likelihood = Likelihood((model,))
        assert q == pytest.approx(minuit_minimum(likelihood, {"s": s, "b": 0.0}, ("t",), {}), abs=1e-5)


def test_padding_and_order_change_nothing(likelihood):
    points = np.random.default_rng(1).uniform(-3, 3, (CHUNK + 7, 2))
    whole = profile_batch(likelihood, ("r_e", "r_mu"), points)
    part = profile_batch(likelihood, ("r_e", "r_mu"), points[::-1][:5])
    np.testing.assert_allclose(part.q, whole.q[::-1][:5], atol=1e-9)


def test_points_without_an_answer_are_flagged_nan():
    broken = BinnedPoisson(
        "m",
        [3.0],
        lambda v: jnp.where(v["x"] > 0, 3.0 + v["a"] + v["x"], jnp.nan)[None],
        (Parameter("x", 1.0), Parameter("a", 0.0, sigma=1.0)),
    )
    batch = profile_batch(Likelihood((broken,)), ("x",), [1.0, -1.0])
    assert batch.converged.tolist() == [True, False]
    assert np.isnan(batch.q[1])
    assert np.isnan(batch.theta[1]).all()
    assert batch.to_dict()["q"][1] is None


def test_scan_in_two_dimensions_equals_the_profile(likelihood):
    grid = {"r_e": np.linspace(-5, 5, 61), "r_mu": np.linspace(-4, 6, 53)}
    calls = []
    result = scan(likelihood, grid, progress=lambda done, total: calls.append((done, total)))
    assert result.converged.all()
    assert result.status == "converged"
    assert calls[-1] == (61 * 53, 61 * 53)
    index = np.random.default_rng(4).integers(0, 53, (60, 2))
    points = np.stack([grid["r_e"][index[:, 0]], grid["r_mu"][index[:, 1]]], axis=1)
    batch = profile_batch(likelihood, ("r_e", "r_mu"), points)
    np.testing.assert_allclose(result.q[index[:, 0], index[:, 1]], batch.q, atol=1e-4)
    assert result.delta.min() >= -1e-6


def test_scan_in_one_dimension_with_another_radius_profiled(likelihood):
    """r_mu has two valleys; the scan must follow the deeper one everywhere."""
    values = np.linspace(-4, 4, 90)
    result = scan(likelihood, {"r_e": values}, profile=("r_mu",))
    assert result.converged.all()
    floating = ("r_mu", "flux", "quenching", "form", "shift", "brn", "nin", "steady")
    for i in (0, 17, 44, 60, 89):
        lowest = min(
            minuit_minimum(likelihood, {"r_e": values[i]}, floating, {"r_mu": r}) for r in (0.5, -20.5)
        )
        assert result.q[i] == pytest.approx(lowest, abs=1e-3)


def test_small_grids_and_wrong_grids(likelihood):
    tiny = scan(likelihood, {"r_e": [0.0, 1.0], "r_mu": [0.5]})
    batch = profile_batch(likelihood, ("r_e", "r_mu"), [[0.0, 0.5], [1.0, 0.5]])
    np.testing.assert_allclose(tiny.q[:, 0], batch.q, atol=1e-6)
    with pytest.raises(InputError, match="increase"):
        scan(likelihood, {"r_e": [1.0, 0.0]})
    with pytest.raises(InputError, match="Did you mean 'r_mu'"):
        scan(likelihood, {"r_nu": [1.0, 2.0]})
    with pytest.raises(InputError, match="not allowed"):
        scan(likelihood, {"flux": [-3.0, 0.0]})


def test_fit_equals_the_lowest_profile_and_its_hesse_errors_the_hessian(likelihood):
    result = fit(likelihood, free=("r_e",), errors="hesse")
    assert result.converged
    x = np.array([result.values[n] for n in likelihood.names])
    assert result.minimum == pytest.approx(float(jax.jit(likelihood.objective)(x)), rel=1e-12, abs=0)
    free = [i for i, n in enumerate(likelihood.names) if n != "r_mu"]
    hessian = np.asarray(jax.jit(jax.hessian(likelihood.objective))(x))[np.ix_(free, free)]
    errors = np.sqrt(np.diag(np.linalg.inv(hessian / 2)))
    np.testing.assert_allclose([e.plus for e in result.best_fit.values()], errors, rtol=0.02)


def test_forward_mode_takes_over_where_reverse_mode_cannot_pass():
    def expected(v):
        return jax.lax.while_loop(lambda c: c[0] < 3, lambda c: (c[0] + 1, c[1] * v["a"]), (0, jnp.ones(1)))[
            1
        ]

    cube = Likelihood((BinnedPoisson("m", [27.0], expected, (Parameter("a", 2.0, lower=0.1),)),))
    assert fit(cube, errors="hesse").values["a"] == pytest.approx(3.0, abs=1e-5)


@pytest.mark.parametrize(("stationary", "unit"), [(0.0, 1.0), (0.02, 3e-12)])
def test_a_minimum_where_the_prediction_is_stationary(stationary, unit):
    """A signal that only adds, data below the prediction: J vanishes at the minimum, and every start must arrive."""
    width, rise = 2.857, 2.706
    x, k = Parameter("x", 0.0), Parameter("k", 0.0, sigma=0.1, lower=-1.0)

    def expected(v):
        return jnp.atleast_1d((1 + v["k"]) * (1 + (v["x"] / unit - stationary) ** 2))

    joined = Likelihood((MeasuredCounts("none", [0.0], [width], [width], expected, (x, k)),))
    machine = minimiser(joined, ("x", "k"))
    starts = np.column_stack([unit * np.linspace(-2.0, 2.0, 9), np.zeros(9)])
    found = machine.minimise(starts, np.ones(2, bool), np.array([unit, 0.1]), {})
    assert found.converged.all()
    # With s counts expected, k = -0.01 s^2/(w^2 + 0.01 s^2) is best: -2 ln L = s^2/(w^2 + 0.01 s^2).
    np.testing.assert_allclose(found.q, 1 / (width**2 + 0.01), rtol=1e-8)
    np.testing.assert_allclose(found.x[:, 0], unit * stationary, atol=1e-4 * unit)
    q = found.q[0] + rise
    s = np.sqrt(q * width**2 / (1 - 0.01 * q))
    result = limit(joined, "x", 0.90)
    assert result.converged
    edge = np.sqrt(s - 1)
    assert result.upper == pytest.approx(unit * (stationary + edge), rel=1e-3, abs=0)
    assert result.lower == pytest.approx(unit * (stationary - edge), rel=1e-3, abs=0)


def test_a_saddle_is_no_minimum():
    """At zero of a signal that the data want, the gradient vanishes and the curvature is negative."""

    def slopes(x):
        return np.sum(x**4 - x**2, axis=1), 4 * x**3 - 2 * x

    def judged(start):
        bounds = np.array([-9.0]), np.array([9.0])
        return settled(slopes, np.array([start]), np.ones(1, bool), np.ones(1), bounds, lambda q: 1e-10)

    assert judged(0.0) is None
    beside = judged(0.75)
    assert beside.converged
    assert beside.x[0] == pytest.approx(0.5**0.5, rel=1e-5, abs=0)


def test_a_modulus_of_any_size():
    """Closed form of the limit on a modulus far below its unit: nothing is added to its square that would be seen."""
    unit = 1e-7
    x = Parameter("x", 0.0, lower=0.0, squared=True)
    counts = BinnedPoisson("one", [100.0], lambda v: jnp.atleast_1d(100 + 10 * (v["x"] / unit) ** 2), (x,))
    upper = limit(Likelihood((counts,)), "x", 0.90).upper / unit
    mu = 100 + 10 * upper**2
    assert 2 * (mu - 100 - 100 * np.log(mu / 100)) == pytest.approx(2.7055, rel=1e-3, abs=0)

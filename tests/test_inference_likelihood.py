"""Parameters and likelihoods: closed forms, sharing of names, gradients, refusals."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import poisson

from weakscatter.inference import BinnedPoisson, Likelihood, Parameter, poisson_deviance
from weakscatter.inference.poisson import deviance_slopes
from weakscatter.inference.roles import assign_roles
from weakscatter.provenance.errors import InputError


def counting(name="a", n=(10.0, 0.0, 3.0), flux=None):
    flux = flux or Parameter("flux", 0.0, sigma=0.1, lower=-1.0)
    signal = Parameter("signal", 1.0, lower=0.0)
    shape = np.array([4.0, 1.0, 2.0])
    return BinnedPoisson(name, n, lambda v: v["signal"] * shape * (1 + v["flux"]) + 1.0, (signal, flux))


def test_deviance_is_the_ratio_to_the_saturated_poisson():
    n, mu = np.array([0, 1, 5, 30]), np.array([0.3, 2.0, 4.0, 33.0])
    exact = -2 * (poisson.logpmf(n, mu) - poisson.logpmf(n, np.maximum(n, 1e-300)))
    np.testing.assert_allclose(poisson_deviance(mu, n), exact, rtol=1e-12)
    assert float(poisson_deviance(7.0, 0.0)) == 14.0


def test_deviance_is_never_nan_and_pushes_back_to_positive_expectations():
    mu = np.array([-5.0, -1e-12, 0.0, 1e-300, 1e300])
    for n in (0.0, 1.0, 1e4):
        value = jax.vmap(lambda m, n=n: poisson_deviance(m, n))(mu)
        slope = jax.vmap(jax.grad(lambda m, n=n: poisson_deviance(m, n)))(mu)
        assert np.all(np.isfinite(value[:-1]))
        assert np.all(np.isfinite(slope))
        assert slope[0] < 0
    # Exactly empty expectation with one event: a penalty far above any confidence level.
    assert float(poisson_deviance(0.0, 1.0)) > 40


@pytest.mark.parametrize("n", [0.0, 3.0])
@pytest.mark.parametrize("mu", [-0.2, 1e-4, 2.5])
def test_slopes_agree_with_automatic_derivatives(n, mu):
    first, second = deviance_slopes(jnp.asarray(mu), jnp.asarray(n))
    np.testing.assert_allclose(first, jax.grad(poisson_deviance)(mu, n), rtol=1e-10)
    np.testing.assert_allclose(second, jax.grad(jax.grad(poisson_deviance))(mu, n), rtol=1e-10)


def test_shared_name_is_one_parameter_and_its_constraint_counts_once():
    joined = counting("a") + counting("b")
    assert joined.names == ("signal", "flux")
    theta = jnp.array([1.3, 0.2])
    alone = float(jax.jit(Likelihood((counting("a"),)).objective)(theta))
    constraint = (0.2 / 0.1) ** 2
    assert float(jax.jit(joined.objective)(theta)) == pytest.approx(
        2 * (alone - constraint) + constraint, rel=1e-14, abs=0
    )


@pytest.mark.parametrize(
    "other",
    [
        Parameter("flux", 0.0, sigma=0.2, lower=-1.0),
        Parameter("flux", 0.1, sigma=0.1, lower=-1.0),
        Parameter("flux", 0.0, sigma=0.1),
        Parameter("flux", 0.0, sigma=0.1, lower=-1.0, unit="%"),
    ],
)
def test_conflicting_definitions_are_refused(other):
    with pytest.raises(InputError, match="defined differently"):
        counting("a") + counting("b", flux=other)


def test_descriptions_may_differ_and_a_measurement_counts_once():
    words = Parameter("flux", 0.0, sigma=0.1, lower=-1.0, description="other words", source="elsewhere")
    assert len((counting("a") + counting("b", flux=words)).names) == 2
    with pytest.raises(InputError, match="twice"):
        counting("a") + counting("a")


def test_gradient_agrees_with_finite_differences():
    joined = counting("a") + counting("b", n=(0, 2, 8))
    theta, h = np.array([1.2, 0.07]), 1e-6
    objective = jax.jit(joined.objective)
    gradient = jax.jit(jax.grad(joined.objective))(theta)
    for i, step in enumerate(np.eye(2) * h):
        central = (objective(theta + step) - objective(theta - step)) / (2 * h)
        assert float(gradient[i]) == pytest.approx(float(central), rel=1e-7, abs=0)


@pytest.mark.parametrize(
    "arguments",
    [
        {"value": np.nan},
        {"value": "x"},
        {"value": 2.0, "upper": 1.0},
        {"value": 0.0, "sigma": 0.0},
        {"value": 0.0, "sigma": -1.0},
        {"value": 0.0, "lower": 1.0, "upper": 1.0},
    ],
)
def test_parameters_that_mean_nothing_are_refused(arguments):
    with pytest.raises(InputError, match="'p'"):
        Parameter("p", **arguments)


@pytest.mark.parametrize("data", [[-1.0], [np.inf], [[1.0]], [], ["x"]])
def test_data_that_are_no_counts_are_refused(data):
    with pytest.raises(InputError, match="measurement 'm'"):
        BinnedPoisson("m", data, lambda v: jnp.ones(1), ())


def test_prediction_with_other_bins_is_refused():
    wrong = Likelihood((BinnedPoisson("m", [1.0, 2.0], lambda v: jnp.ones(3), ()),))
    with pytest.raises(InputError, match="shape"):
        wrong.objective(jnp.zeros(0))


def test_roles_follow_one_rule_and_names_are_suggested():
    likelihood = Likelihood((counting(),))
    assert assign_roles(likelihood).floating == ("flux",)
    assert assign_roles(likelihood).held == {"signal": 1.0}
    assert assign_roles(likelihood, profile=None).floating == ("signal", "flux")
    assert assign_roles(likelihood, profile="signal", fixed={"flux": None}).held == {"flux": 0.0}
    with pytest.raises(InputError, match="Did you mean 'signal'"):
        assign_roles(likelihood, profile=["sinal"])
    with pytest.raises(InputError, match="one place"):
        assign_roles(likelihood, profile=["signal"], fixed={"signal": 2.0})
    with pytest.raises(InputError, match="not allowed"):
        assign_roles(likelihood, fixed={"signal": -2.0})


def test_parameters_print_and_serialise():
    p = Parameter("r", 1.0, "fm", lower=0.0)
    assert "r = 1 fm" in repr(p)
    assert p.to_dict()["upper"] is None

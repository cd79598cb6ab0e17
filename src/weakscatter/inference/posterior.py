r"""Bayesian posterior by Hamiltonian Monte Carlo (NUTS of numpyro, the extra `bayes`).

    p(theta | n) ~ L(n | theta) prod_constrained exp(-(p - value)^2/(2 sigma^2)) prod_free pi(theta_i)   within the bounds

The constraints of the likelihood are the priors of its nuisances. A free parameter has one of the priors of `PRIORS`:
a choice that a limit depends on, so every result states it. Sampling happens in coordinates without bounds
(exponential at one bound, logistic between two), with their Jacobians.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.newton import Floats
from weakscatter.inference.parameter import Parameter
from weakscatter.inference.posterior_result import PosteriorResult
from weakscatter.inference.profile import Profiler, make_profiler
from weakscatter.inference.wilks import critical_value
from weakscatter.provenance.errors import InputError, nearest, unknown

#: {word: logarithm of the prior density up to a constant}: flat in the parameter, its logarithm, its square.
PRIORS: dict[str, Callable[[Any], Any]] = {
    "flat": lambda x: 0.0 * x,
    "log": lambda x: -jnp.log(x),
    "square": lambda x: jnp.log(x),
}

R_HAT, LEAST_SAMPLES, MOST_DIVERGENT = 1.01, 400.0, 0.005
"""What a usable chain has: arXiv:1903.08008 for the first two; share of divergent steps for the third."""


def posterior(
    likelihood: Likelihood,
    parameter: str,
    confidence: float = 0.90,
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
    sides: str = "two",
    *,
    prior: Mapping[str, str] | None = None,
    samples: int = 2000,
    warmup: int = 1000,
    chains: int = 4,
    seed: int,
) -> PosteriorResult:
    """Draw from the posterior of ``parameter`` and of everything that floats with it.

    Parameters
    ----------
    parameter, confidence, profile, fixed : as in `limit`; what is profiled there is marginalised here.
    sides : "two" for the central credible interval, "upper" or "lower" for a one-sided limit.
    prior : {free parameter: "flat", "log" or "square"}
        Density flat in the parameter (the default), in its logarithm (needs a positive lower bound), or in its square
        (needs a lower bound of zero or more).
    samples, warmup, chains : draws kept and left out, of each chain.
    seed : the same seed gives the same draws.

    Returns
    -------
    PosteriorResult
        ``converged`` is False, and no interval is given, where split R-hat exceeds 1.01, fewer than 400 effective samples
        were drawn, or more than 0.5 % of the steps diverged.

    Raises
    ------
    InputError : numpyro is not installed; a prior that is unknown, of a constrained parameter, or not defined at a bound;
        impossible numbers of draws.
    """
    critical_value(confidence, sides)
    for name, value, least in (
        ("samples", samples, 10),
        ("warmup", warmup, 10),
        ("chains", chains, 1),
        ("seed", seed, 0),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise InputError(f"{name}={value!r} is not allowed. Give a whole number of at least {least}.")
    profile = None if profile is None else tuple(profile)
    profiler = make_profiler(likelihood, (parameter,), profile, fixed)
    names = profiler.machine.names
    parameters = [likelihood.parameter(name) for name in names]
    chosen = _priors(likelihood, parameters, prior or {})
    mcmc, diagnostics = _numpyro()
    to_parameters, log_jacobian = _coordinates(parameters, profiler)
    held = [profiler.roles.held.get(name, 0.0) for name in likelihood.names]
    place = np.array([likelihood.names.index(name) for name in names])

    def potential(u: Any) -> Any:
        x = to_parameters(u)
        theta = jnp.asarray(held).at[place].set(x)
        own = sum((PRIORS[chosen[p.name]](x[i]) for i, p in enumerate(parameters) if p.name in chosen), 0.0)
        return 0.5 * likelihood.objective(theta) - own - log_jacobian(u)

    key = jax.random.PRNGKey(seed)
    start = _start(parameters, profiler, chains, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kernel = mcmc.NUTS(potential_fn=potential, target_accept_prob=0.9)
        run = mcmc.MCMC(
            kernel, num_warmup=warmup, num_samples=samples, num_chains=chains, chain_method="vectorized", progress_bar=False,
        )  # fmt: skip
        run.run(key, init_params=jnp.asarray(start if chains > 1 else start[0]), extra_fields=("diverging",))
        drawn = np.asarray(jax.vmap(jax.vmap(to_parameters))(run.get_samples(group_by_chain=True)))
        divergent = float(np.mean(np.asarray(run.get_extra_fields()["diverging"])))
        columns = {name: np.array(drawn[:, :, i]) for i, name in enumerate(names)}
        r_hat = {n: float(diagnostics.split_gelman_rubin(c)) for n, c in columns.items()}
        effective = {n: float(diagnostics.effective_sample_size(c)) for n, c in columns.items()}
    problem = _problem(r_hat, effective, divergent)
    p = likelihood.parameter(parameter)
    settings = {"samples": samples, "warmup": warmup, "chains": chains, "seed": seed}
    return PosteriorResult(
        parameter, p.unit, confidence, sides, f"not converged: {problem}" if problem else "converged", not problem, chosen,
        columns, {name: (q.lower, q.upper) for name, q in zip(names, parameters, strict=True)}, profiler.roles.held, r_hat,
        effective, divergent, settings, likelihood.citations,
    )  # fmt: skip


def _numpyro() -> tuple[Any, Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import numpyro.diagnostics as diagnostics
            import numpyro.infer as mcmc
    except ImportError as error:
        raise InputError(
            f'a posterior needs numpyro, which is not installed ({error}). Install it with: pip install "weakscatter[bayes]".'
        ) from None
    return mcmc, diagnostics


def _priors(likelihood: Likelihood, parameters: list[Parameter], given: Mapping[str, str]) -> dict[str, str]:
    """The prior of every free parameter."""
    free = {p.name: p for p in parameters if not p.constrained}
    for name, word in given.items():
        likelihood.parameter(name)
        if name not in free:
            raise InputError(
                f"prior: {name!r} is constrained or held, and its constraint is its prior.{nearest(name, free)} Free here: "
                f"{', '.join(free)}."
            )
        if word not in PRIORS:
            raise unknown("prior", str(word), PRIORS)
        if (word == "log" and not free[name].lower > 0) or (word == "square" and not free[name].lower >= 0):
            least = "positive" if word == "log" else "not negative"
            raise InputError(
                f"prior: {name!r} cannot be {word!r} with its lower bound {free[name].lower:g}, which has to be {least}. Use "
                "'flat', or give the parameter another bound."
            )
    return {name: given.get(name, "flat") for name in free}


def _coordinates(
    parameters: list[Parameter], profiler: Profiler
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return u -> parameters [d] and u -> log |d parameters/d u|, u without bounds."""
    lower = np.array([p.lower for p in parameters])
    upper = np.array([p.upper for p in parameters])
    size, centre = np.asarray(profiler.size), np.asarray(profiler.best.x[0])
    low, high = np.isfinite(lower), np.isfinite(upper)
    # Far bounds of a constrained parameter are not felt: a Gaussian coordinate is the better one there.
    far = np.array([p.constrained for p in parameters]) & (
        np.minimum(centre - lower, upper - centre) > 6 * size
    )
    both, below, above = low & high & ~far, low & ~high & ~far, high & ~low & ~far
    safe_low, safe_high = np.where(low, lower, 0.0), np.where(high, upper, 0.0)
    width = np.where(both, safe_high - safe_low, 1.0)

    def to_parameters(u: Any) -> Any:
        exponential = size * jnp.exp(jnp.clip(u, -60.0, 60.0))
        x = centre + size * u
        x = jnp.where(both, safe_low + width * jax.nn.sigmoid(u), x)
        x = jnp.where(below, safe_low + exponential, x)
        return jnp.where(above, safe_high - exponential, x)

    def log_jacobian(u: Any) -> Any:
        logistic = jax.nn.log_sigmoid(u) + jax.nn.log_sigmoid(-u)
        return jnp.sum(jnp.where(both, logistic, 0.0) + jnp.where(below | above, u, 0.0))

    return to_parameters, log_jacobian


def _start(parameters: list[Parameter], profiler: Profiler, chains: int, seed: int) -> Floats:
    """Starts [chains, d] around the best fit, inside the bounds."""
    generator = np.random.default_rng(seed)
    size, best = np.asarray(profiler.size), np.nan_to_num(np.asarray(profiler.best.x[0]))
    rows = []
    for _ in range(chains):
        row = []
        for i, p in enumerate(parameters):
            x = best[i] + 0.3 * size[i] * generator.standard_normal()
            low, high = math.isfinite(p.lower), math.isfinite(p.upper)
            far = p.constrained and min(best[i] - p.lower, p.upper - best[i]) > 6 * size[i]
            if far or not (low or high):
                row.append((x - best[i]) / size[i])
            elif low and high:
                share = min(max((x - p.lower) / (p.upper - p.lower), 1e-3), 1 - 1e-3)
                row.append(math.log(share / (1 - share)))
            else:
                away = x - p.lower if low else p.upper - x
                row.append(math.log(max(away, 0.1 * size[i]) / size[i]))
        rows.append(row)
    return np.array(rows)


def _problem(r_hat: Mapping[str, float], effective: Mapping[str, float], divergent: float) -> str:
    worst = max(r_hat, key=lambda name: r_hat[name])
    if not r_hat[worst] < R_HAT:
        return f"R-hat of {worst} is {r_hat[worst]:.3f}, below {R_HAT} is wanted; draw more"
    least = min(effective, key=lambda name: effective[name])
    if not effective[least] > LEAST_SAMPLES:
        return (
            f"{effective[least]:.0f} effective samples of {least}, {LEAST_SAMPLES:.0f} are wanted; draw more"
        )
    if divergent > MOST_DIVERGENT:
        return f"{100 * divergent:.1f} % of the steps diverged; draw a longer warm-up, or bound a parameter"
    return ""

"""Goodness of fit: how often would data drawn from the best fit agree with it worse than the real ones do?

The statistic is the minimum of -2 ln L (saturated Poisson plus constraints). Each toy draws the counts from the best
fit *and* the auxiliary measurements behind the constraints from Gaussians around the fitted values, then is fitted
again. With many events per bin the statistic follows chi2(ndof), quoted for comparison; with few it does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import chdtrc

from weakscatter.inference.fit import FitResult
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.newton import Floats, minimiser
from weakscatter.inference.starts import scales
from weakscatter.provenance.errors import InputError

MAX_LOST = 0.01
"""Fraction of toys that may fail to converge before the p-value is withheld."""


@dataclass(frozen=True, eq=False)
class GoodnessOfFit:
    """Toy p-value (k + 1)/(N + 1), its binomial error, and the asymptotic one.

    ``p_value`` is None when too many toys did not converge. ``statistics`` [N] holds the toys' minima.
    """

    p_value: float | None
    error: float | None
    p_value_asymptotic: float | None
    statistic: float
    ndof: int
    toys: int
    seed: int
    lost: int
    status: str
    statistics: Floats

    @property
    def converged(self) -> bool:
        """Whether the p-value may be used."""
        return self.p_value is not None

    def __repr__(self) -> str:
        return f"GoodnessOfFit({self.summary()})"

    def summary(self) -> str:
        """Return one line."""
        value = "no number" if self.p_value is None else f"p = {self.p_value:.4f} +- {self.error:.4f}"
        chi2 = (
            "is not defined"
            if self.p_value_asymptotic is None
            else f"would give {self.p_value_asymptotic:.4f}"
        )
        return (
            f"{value} from {self.toys} toys (seed {self.seed}); -2 ln L = {self.statistic:.3f} for {self.ndof} degrees "
            f"of freedom, chi2 {chi2}; {self.status}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "p_value": self.p_value,
            "error": self.error,
            "p_value_asymptotic": self.p_value_asymptotic,
            "statistic": self.statistic,
            "ndof": self.ndof,
            "toys": self.toys,
            "seed": self.seed,
            "lost": self.lost,
            "status": self.status,
        }


def p_value(
    likelihood: Likelihood,
    fit: FitResult,
    toys: int = 1000,
    *,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> GoodnessOfFit:
    """Compute the p-value of ``fit`` by refitting toys with batched Newton steps.

    Parameters
    ----------
    likelihood : Likelihood
    fit : FitResult
        Converged, of this likelihood; what it held fixed is held in the toys too.
    toys : int
    seed : int
        Of the NumPy generator: the same seed gives the same number.
    progress : callable or None
        ``progress(done, total)``.

    Notes
    -----
    Toys are fitted from the values that generated them: with two valleys far apart the other one is not visited.
    """
    if not fit.converged or fit.minimum is None:
        raise InputError(
            f"the fit has no number ({fit.status}), so its goodness is undefined. Fit again first."
        )
    if fit.ndof is None:
        raise InputError(
            "the likelihood holds unbinned events, and the size of their -2 ln L says nothing about the goodness of the fit. "
            "Bin the events."
        )
    if isinstance(toys, bool) or not isinstance(toys, int) or toys < 1:
        raise InputError(f"toys={toys!r} is not allowed. Give a whole number of at least 1, such as 1000.")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError(f"seed={seed!r} is not allowed. Give a whole number, not negative.")
    unknown = set(likelihood.names) ^ set(fit.values)
    if unknown:
        raise InputError(
            f"the fit and the likelihood differ in {sorted(unknown)}. Pass the likelihood that was fitted."
        )
    values = {name: float(v) for name, v in fit.values.items() if v is not None}
    generator = np.random.default_rng(seed)
    mu = np.asarray(jax.jit(likelihood.counts)(values))
    data = likelihood.draw(generator, mu, toys)
    floating = tuple(fit.best_fit)
    at = np.array([values[name] for name in floating])
    centre = np.tile(at, (toys, 1))
    for j, name in enumerate(floating):
        sigma = likelihood.parameter(name).sigma
        if sigma is not None:
            centre[:, j] += sigma * generator.standard_normal(toys)
    statistics = np.full(toys, np.nan)
    if floating:
        machine = minimiser(likelihood, floating)
        size = scales(machine, at, fit.fixed)
        every = np.ones(len(floating), dtype=bool)
        for begin in range(0, toys, 512):
            rows = slice(begin, min(begin + 512, toys))
            start = np.tile(at, (rows.stop - begin, 1))
            found = machine.minimise(start, every, size, fit.fixed, data=data[rows], centre=centre[rows])
            statistics[rows] = np.where(found.converged, found.q, np.nan)
            if progress:
                progress(rows.stop, toys)
    else:
        deviance = jax.jit(lambda n: jnp.sum(likelihood.deviance(mu, n)))
        constant = fit.minimum - float(deviance(likelihood.data))
        statistics = np.asarray(jax.vmap(deviance)(data)) + constant
    kept = statistics[np.isfinite(statistics)]
    lost = toys - kept.size
    asymptotic = float(chdtrc(fit.ndof, fit.minimum)) if fit.ndof > 0 else None
    value: float | None = None
    error: float | None = None
    status = f"{lost} of {toys} toys did not converge: no number. Fix a parameter or give bounds"
    if lost <= MAX_LOST * toys:
        value = float((np.sum(kept >= fit.minimum) + 1) / (kept.size + 1))
        error = float(np.sqrt(value * (1 - value) / (kept.size + 1)))
        status = "converged" if lost == 0 else f"converged; {lost} of {toys} toys left out"
    return GoodnessOfFit(
        value, error, asymptotic, fit.minimum, fit.ndof, toys, seed, lost, status, statistics
    )

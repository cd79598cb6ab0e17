"""Profile and marginal side by side: what a likelihood says with nuisances maximised, and with nuisances integrated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.limit import limit
from weakscatter.inference.posterior import posterior
from weakscatter.inference.posterior_result import ProfileAndMarginal


def profile_and_marginal(
    likelihood: Likelihood,
    parameter: str,
    confidence: float = 0.90,
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
    sides: str = "two",
    *,
    method: str = "wilks",
    prior: Mapping[str, str] | None = None,
    samples: int = 2000,
    warmup: int = 1000,
    chains: int = 4,
    seed: int,
) -> ProfileAndMarginal:
    """Find the interval of the profile likelihood (`limit`) and the credible interval (`posterior`) of one parameter.

    Parameters as in these two. They agree where the likelihood is Gaussian and the prior flat; where they differ, the result
    depends on the nuisances' treatment or on the prior, and both should be quoted.
    """
    names = None if profile is None else tuple(profile)
    return ProfileAndMarginal(
        limit(likelihood, parameter, confidence, names, fixed, sides, method=method),
        posterior(
            likelihood, parameter, confidence, names, fixed, sides, prior=prior, samples=samples, warmup=warmup,
            chains=chains, seed=seed,
        ),
    )  # fmt: skip

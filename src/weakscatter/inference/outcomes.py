"""What data a point may bring: toys drawn at random, or every possible outcome with its probability.

With few bins and no auxiliary measurement the possible data can be listed. The construction is then exact: the same
statistic, the same critical value, no toys. This is how the tables of Feldman and Cousins come out of `limit`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import poisson

from weakscatter.inference.binned import BinnedPoisson
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.newton import Floats

MOST_OUTCOMES = 2048
"""Largest number of possible data sets that are listed instead of drawn."""

NEGLECTED = 1e-9
"""Probability that the list of possible data may leave out, on either side of each bin."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Data sets [n, bins], centres of the constraints [n, d], and probabilities [n]."""

    data: Floats
    centre: Floats
    weight: Floats
    exact: bool


def listed_bins(likelihood: Likelihood, mu: Floats) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the first and last count of each bin that can occur around ``mu``; None where these are too many data sets."""
    if not all(isinstance(term, BinnedPoisson) for term in likelihood.terms):
        return None
    mean = np.maximum(mu, 0.0)
    if mean.size > math.log2(MOST_OUTCOMES) and np.count_nonzero(mean) > math.log2(MOST_OUTCOMES):
        return None
    low = np.maximum(poisson.ppf(NEGLECTED, mean), 0.0)
    high = np.maximum(poisson.isf(NEGLECTED, mean) + 1.0, 0.0)
    if np.sum(np.log(high - low + 1.0)) > math.log(MOST_OUTCOMES):
        return None
    return low, high


def all_outcomes(mu: Floats, low: Floats, high: Floats, centre: Floats) -> Outcomes:
    """Return every data set within the given counts of each bin with its Poisson probability."""
    axes = [np.arange(a, b + 1.0) for a, b in zip(low, high, strict=True)]
    data = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
    weight = np.prod(poisson.pmf(data, np.maximum(mu, 0.0)), axis=1)
    return Outcomes(data, np.tile(centre, (len(data), 1)), weight, True)


def drawn_outcomes(
    likelihood: Likelihood,
    mu: Floats,
    centre: Floats,
    sigma: Floats,
    generator: np.random.Generator,
    number: int,
) -> Outcomes:
    """Draw data around ``mu`` [bins] and auxiliary measurements around ``centre`` [d] of widths ``sigma`` (0: none)."""
    data = likelihood.draw(generator, mu, number)
    around = centre + sigma * generator.standard_normal((number, centre.size))
    return Outcomes(data, around, np.full(number, 1.0 / number), False)

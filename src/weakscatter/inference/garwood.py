"""Central intervals of a Poisson mean."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaincinv

#: Central probability of one standard deviation.
ONE_SIGMA = math.erf(1 / math.sqrt(2))


def garwood(n: np.ndarray, probability: float = ONE_SIGMA) -> tuple[np.ndarray, np.ndarray]:
    """Central confidence interval of a Poisson mean for `n` observed events (Garwood, Biometrika 28 (1936) 437).

    Lower and upper end are the means for which n or more, and n or fewer, events have the probability (1 - p)/2;
    the lower end is 0 for n = 0. Never covers less than p.

    Parameters
    ----------
    n : array (counts); need not be integers.

    Returns
    -------
    lower, upper : arrays of the shape of `n` (counts).

    Examples
    --------
    >>> lower, upper = garwood(np.array([0.0, 1.0]))
    >>> [round(float(x), 3) for x in (*lower, *upper)]
    [0.0, 0.173, 1.841, 3.3]
    """
    n = np.asarray(n, float)
    tail = (1.0 - probability) / 2.0
    lower = np.where(n > 0, gammaincinv(np.where(n > 0, n, 1.0), tail), 0.0)
    return lower, gammaincinv(n + 1.0, 1.0 - tail)

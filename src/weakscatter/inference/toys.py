"""What toys are: how many, and what a sample of the test statistic says about quantiles and p-values.

The statistic of a tested point x is that of Feldman and Cousins (Phys. Rev. D 57 (1998) 3873, section IV), with
nuisances minimised over (profile construction: B. Sen, M. Walker and M. Woodroofe, Statistica Sinica 19 (2009) 301;
recommended by the PDG review of statistics)

    t(x) = -2 ln L(x, others minimised) + 2 ln L(everything minimised) >= 0,

where the second minimum respects the physical bounds. Its distribution is that of data drawn at x, with the nuisances at
their values profiled at x *for the observed data*, and with every auxiliary measurement (the centre of a constraint) drawn
anew around those values. The tested point is accepted at confidence C where t of the data does not exceed the critical
value t_C, the smallest value with P(t <= t_C) >= C.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from weakscatter.inference.newton import Floats
from weakscatter.provenance.errors import InputError

TIE = 1e-6
"""Two values of t closer than this are equal: data that agree equally well, up to the accuracy of the minimiser."""

MAX_LOST = 0.01
"""Fraction of toys that may fail to converge before a point holds no number."""


@dataclass(frozen=True, eq=False)
class Toys:
    """How toys are spent.

    Parameters
    ----------
    first : int
        Toys of every point to begin with, and of one unit of work: what runs at once and what an interruption can lose.
    most : int
        Largest number of toys of one point.
    precision : float
        Wanted standard error of the critical value of -2 ln L where it decides; points get more toys until it is reached.
    points : int
        Points tested at first along one axis (of each valley of a limit, of the window of a map).
    seed : int
        Every unit of work has a generator of its own, seeded by this number, the tested values and its number: the result
        does not depend on who computed what, nor in which order.
    """

    first: int = 500
    most: int = 20_000
    precision: float = 0.1
    points: int = 12
    seed: int = 1

    def __post_init__(self) -> None:
        for name, least in (("first", 1), ("most", 1), ("points", 3), ("seed", 0)):
            given = getattr(self, name)
            if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < least:
                raise InputError(
                    f"toys: {name} = {given!r} is not allowed. Give a whole number of at least {least}."
                )
        if not (
            isinstance(self.precision, int | float) and self.precision > 0 and math.isfinite(self.precision)
        ):
            raise InputError(
                f"toys: precision = {self.precision!r} is not allowed. Give a positive error of the critical value, "
                "such as 0.1."
            )
        if self.most < self.first:
            raise InputError(f"toys: most = {self.most} is less than first = {self.first}. Raise most.")


@dataclass(frozen=True, eq=False)
class Sample:
    """Values of a statistic with their weights (sum 1), sorted; ``exact`` when they are all there are."""

    t: Floats
    weight: Floats
    lost: int = 0
    exact: bool = False

    @property
    def number(self) -> int:
        """Toys that converged; of an exact sample its outcomes."""
        return len(self.t)

    @property
    def usable(self) -> bool:
        """Whether few enough toys were lost."""
        return self.number > 0 and self.lost <= MAX_LOST * (self.number + self.lost)

    def quantile(self, probability: float) -> float:
        """Return the smallest value with at least this probability below or at it."""
        reached = np.cumsum(self.weight)
        index = int(np.searchsorted(reached, min(probability, reached[-1]) - 1e-12))
        return float(self.t[min(index, self.number - 1)])

    def critical(self, confidence: float) -> tuple[float, float]:
        """Return the critical value and its standard error from the number of toys.

        The error is half the distance between the quantiles one binomial standard deviation up and down; infinite with
        fewer than five toys beyond. Zero for an exact sample.
        """
        value = self.quantile(confidence)
        if self.exact:
            return value, 0.0
        if self.number * (1.0 - confidence) < 5.0 or self.number * confidence < 5.0:
            return value, math.inf
        step = math.sqrt(confidence * (1.0 - confidence) / self.number)
        above = self.quantile(min(confidence + step, 1.0))
        return value, 0.5 * (above - self.quantile(confidence - step))

    def p_value(self, observed: float) -> tuple[float, float]:
        """Return the probability of data that agree as badly or worse, and its binomial error.

        Of N toys (k + 1)/(N + 1), which never claims more than N toys can show; exact where the sample is.
        """
        beyond = self.t >= observed - TIE
        if self.exact:
            return float(np.sum(self.weight[beyond])), 0.0
        p = (int(np.sum(beyond)) + 1) / (self.number + 1)
        return p, math.sqrt(p * (1.0 - p) / (self.number + 1))


def sample_of(t: Floats, weight: Floats, *, exact: bool) -> Sample:
    """Return a sorted sample; what is not finite is lost."""
    good = np.isfinite(t)
    lost = int(np.sum(~good))
    order = np.argsort(t[good], kind="stable")
    kept = weight[good][order]
    if kept.size and not exact:
        kept = kept / kept.sum()
    return Sample(t[good][order], kept, lost, exact)

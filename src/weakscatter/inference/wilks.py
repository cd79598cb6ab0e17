"""Critical values of -2 ln L by Wilks' theorem: the rise that ends an interval or bounds a region.

They hold far from physical bounds and where the likelihood is smooth with one minimum; elsewhere coverage comes from
toys.
"""

from __future__ import annotations

import math

from scipy.special import chdtri, ndtri

from weakscatter.provenance.errors import InputError, nearest


def critical_value(confidence: float, sides: str) -> float:
    """Return the rise of -2 ln L that ends an interval.

    >>> round(critical_value(0.90, "two"), 3), round(critical_value(0.90, "upper"), 3)
    (2.706, 1.642)
    """
    if sides not in ("two", "upper", "lower"):
        raise InputError(
            f"sides={sides!r} is unknown.{nearest(str(sides), ('two', 'upper', 'lower'))} Allowed: two, upper, lower."
        )
    try:
        level = float(confidence)
    except (TypeError, ValueError):
        raise InputError(
            f"confidence={confidence!r} is not a number. Give a fraction such as 0.90."
        ) from None
    lowest = 0.0 if sides == "two" else 0.5
    if not lowest < level < 1:
        raise InputError(
            f"confidence={confidence!r} is not allowed. Give a fraction in ({lowest:g}, 1), such as 0.90."
        )
    return float(chdtri(1, 1 - level)) if sides == "two" else float(ndtri(level) ** 2)


def critical_value_2d(confidence: float) -> float:
    """Rise of -2 ln L that bounds a region of two parameters: quantile of chi2 with two degrees of freedom.

    P(chi2_2 > x) = exp(-x/2), so x = -2 ln(1 - confidence).

    >>> [round(critical_value_2d(c), 3) for c in (0.6827, 0.90, 0.95)]
    [2.296, 4.605, 5.991]
    """
    if not 0 < confidence < 1:
        raise InputError(
            f"confidence = {confidence!r} is not allowed. Give a fraction in (0, 1), such as 0.90."
        )
    return -2.0 * math.log1p(-confidence)

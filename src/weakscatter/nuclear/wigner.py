"""The 3j symbol from the Clebsch-Gordan coefficient of the solver; arguments doubled."""

from __future__ import annotations

import math

from weakscatter.nuclear.coupling import clebsch_gordan


def three_j(two_a: int, two_b: int, two_c: int, two_ma: int, two_mb: int, two_mc: int) -> float:
    """Return (a b c; ma mb mc) = (-1)^(a - b - mc) (2c + 1)^(-1/2) <a ma b mb | c -mc>; 0 where a selection rule fails."""
    if abs(two_mc) > two_c or two_ma + two_mb + two_mc:
        return 0.0
    value = clebsch_gordan(two_a, two_ma, two_b, two_mb, two_c, -two_mc)
    sign = -1.0 if ((two_a - two_b - two_mc) // 2) % 2 else 1.0
    return float(sign * value / math.sqrt(two_c + 1.0))

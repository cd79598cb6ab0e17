"""Angular momentum algebra: Wigner symbols and reduced elements, exact until the last rounding."""

from weakscatter.angular.wigner import nine_j, reduced_c, six_j, three_j, three_j_half

__all__ = ["nine_j", "reduced_c", "six_j", "three_j", "three_j_half"]

"""Quantum numbers of an orbit as a line of a file states them."""

from weakscatter.nuclear.interaction import Orbit, Species
from weakscatter.nuclear.lines import Line


def checked_orbit(
    line: Line, n: int, l: int, two_j: int, species: Species, weight: int = 0, most_l: int = 12
) -> Orbit:
    """Return an orbit; an error that names the line where the numbers do not belong together."""
    if n < 0 or not 0 <= l <= most_l:
        raise line.bad(f"n = {n}, l = {l}: n is not negative and l is 0 to {most_l}.")
    if two_j not in (2 * l - 1, 2 * l + 1) or two_j < 1:
        allowed = f"{2 * l + 1} and {2 * l - 1} do" if l else "1 does"
        raise line.bad(f"2j = {two_j} does not belong to l = {l}; {allowed}.")
    if weight < 0:
        raise line.bad(f"the weight is {weight}; weights are not negative.")
    return Orbit(n, l, two_j, species, weight)

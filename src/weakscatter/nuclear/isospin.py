"""From isospin form to proton-neutron form, and the normalisation of proton-neutron elements.

V_pn,J(ab, cd) = 1/2 sqrt((1 + d_ab)(1 + d_cd)) [V_J,T=1(ab, cd) + V_J,T=0(ab, cd)], proton in a and c, neutron in b and d; pp and
nn elements are those of T = 1. The bracket alone is the *unnormalised* element of NuShellX files (``upn`` of BIGSTICK, Johnson
et al., arXiv:1801.08432, section 4.3.2); the whole is *normalised* (``xpn``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from weakscatter.nuclear.elements import ElementList, allowed
from weakscatter.nuclear.interaction import Interaction, ModelSpace
from weakscatter.provenance.errors import InputError

TwoBody = dict[tuple[int, int, int, int, int], float]


def norm(same_ab: bool, same_cd: bool) -> float:
    """Return 1/2 sqrt((1 + d_ab)(1 + d_cd)), the ratio of normalised to unnormalised elements; d compares n, l, j alone."""
    return 0.5 * math.sqrt((1 + same_ab) * (1 + same_cd))


def in_proton_neutron_form(found: ElementList, space: ModelSpace) -> TwoBody:
    """Return the two-body elements of a list in isospin form for both species of ``space``; what is not listed is zero."""
    k, result = len(space.protons), {}
    for a, b, c, d, J, _ in allowed(space.orbits, isospin=False):
        charge = (a < k) + (b < k)
        if charge != 1:
            shift = 0 if charge == 2 else k
            value = found.get(a - shift, b - shift, c - shift, d - shift, J, 1) or 0.0
        else:
            both = [found.get(a, b - k, c, d - k, J, T) or 0.0 for T in (0, 1)]
            value = norm(a == b - k, c == d - k) * math.fsum(both)
        result[a, b, c, d, J] = value
    return result


def isovector_part(
    space: ModelSpace, two_body: Mapping[tuple[int, int, int, int, int], float]
) -> Callable[..., float]:
    """Return V_{J, T=1}(ab, cd) as a function of orbits of one species, from the proton-neutron elements alone."""
    k, orbits = len(space.protons), space.protons

    def pn(a: int, b: int, c: int, d: int, J: int) -> float:
        first, second = (a, b + k), (c, d + k)
        key = (*first, *second, J) if first <= second else (*second, *first, J)
        return two_body.get(key, 0.0)

    def value(a: int, b: int, c: int, d: int, J: int) -> float:
        sign = -1.0 if ((orbits[c].two_j + orbits[d].two_j) // 2 - J - 1) % 2 else 1.0
        both = pn(a, b, c, d, J) + sign * pn(a, b, d, c, J)
        return both / (2.0 * norm(a == b, c == d))

    return value


def check_normalisation(interaction: Interaction) -> None:
    """Raise if the proton-neutron elements were read with the wrong normalisation.

    In a space with equal orbits of both species their T = 1 part is close to the mean of the pp and nn elements; when it is
    close only after multiplication with, or division by, the factor `norm`, the other convention was meant.

    Raises
    ------
    InputError : with the size of the disagreement before and after the factor.
    """
    space, two_body, k = interaction.space, interaction.two_body, len(interaction.space.protons)
    if [(o.l, o.two_j) for o in space.protons] != [(o.l, o.two_j) for o in space.neutrons]:
        return
    part = isovector_part(space, two_body)
    # Squared disagreement as listed, and if the list had been the unnormalised or the normalised one by mistake.
    listed = too_large = too_small = 0.0
    for a, b, c, d, J in two_body:
        if max(a, b, c, d) >= k or (a == b and c == d):
            continue
        like = 0.5 * (two_body[a, b, c, d, J] + two_body.get((a + k, b + k, c + k, d + k, J), 0.0))
        here, factor = part(a, b, c, d, J), norm(a == b, c == d)
        listed += (here - like) ** 2
        too_large += (factor * here - like) ** 2
        too_small += (here / factor - like) ** 2
    sizes = f"{math.sqrt(listed):.3g} MeV in the root of the sum of squares, and by {{:.3g}} MeV"
    start = f"{interaction.source or 'the interaction'}: the T = 1 part of its proton-neutron elements differs from the like-nucleon "
    if too_large < 0.1 * listed:
        raise InputError(
            f"{start}elements by {sizes.format(math.sqrt(too_large))} after a factor sqrt((1 + d_ab)(1 + d_cd))/2: they are "
            'unnormalised, as NuShellX lists them. Read them with elements = "unnormalised" (.int), or normalise them (.snt).'
        )
    if too_small < 0.1 * listed:
        raise InputError(
            f"{start}elements by {sizes.format(math.sqrt(too_small))} after a factor 2/sqrt((1 + d_ab)(1 + d_cd)): they are "
            'normalised already. Read them with elements = "normalised".'
        )

"""What an interval claims, in words: the method and the sides say it, and every result states it."""

from __future__ import annotations

from weakscatter.provenance.errors import InputError, nearest

#: Methods of `weakscatter.inference.limit`: asymptotic distributions of the profile likelihood, or its toys.
WILKS, FELDMAN_COUSINS, CLS, CLS_B = "wilks", "feldman-cousins", "cls", "cls+b"

#: Methods whose statistic is bounded by the absence of a signal and whose limit lies on the upper side.
BOUNDED = (CLS, CLS_B)

METHODS = (WILKS, FELDMAN_COUSINS, *BOUNDED)

#: {(method, sides): what the interval is}
KINDS = {
    (WILKS, "two"): "two-sided interval of the profile likelihood (Wilks)",
    (WILKS, "upper"): "one-sided upper limit of the profile likelihood (Wilks)",
    (WILKS, "lower"): "one-sided lower limit of the profile likelihood (Wilks)",
    (FELDMAN_COUSINS, "two"): "two-sided Feldman-Cousins interval by profile construction",
    (CLS, "upper"): "CLs upper limit, bounded profile likelihood ratio, asymptotic",
    (CLS_B, "upper"): "one-sided upper limit (CLs+b), bounded profile likelihood ratio, asymptotic",
}


def kind_of(method: str, sides: str) -> str:
    """Return what an interval of a method and sides is.

    >>> kind_of("cls", "upper")
    'CLs upper limit, bounded profile likelihood ratio, asymptotic'
    """
    return KINDS.get((method, sides), f"{sides}-sided, {method}")


def check_method(method: str, sides: str) -> None:
    """Refuse an unknown method, and sides that a method does not have."""
    if method not in METHODS:
        raise InputError(
            f"method={method!r} is not available here.{nearest(str(method), METHODS)} Allowed: {', '.join(METHODS)}."
        )
    if method in BOUNDED and sides != "upper":
        raise InputError(
            f"method={method!r} gives upper limits, and sides={sides!r} was asked for. Write sides='upper', or "
            "method='wilks'."
        )
    if method == FELDMAN_COUSINS and sides != "two":
        raise InputError(
            f"sides={sides!r} cannot be used with method={method!r}, which is two-sided by construction and decides by itself "
            "between an interval and a limit. Leave it out."
        )

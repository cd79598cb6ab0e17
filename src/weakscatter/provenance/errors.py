"""The error for bad input, and the nearest valid name that its message offers."""

from collections.abc import Iterable

from weakscatter.units import UnitError


class InputError(ValueError):
    """Bad input. The message is one paragraph: what was given, what is allowed, what to do."""


BAD_INPUT = (InputError, UnitError)
"""What a border (cards, command line) catches and shows without a traceback."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the allowed name closest to ``name``, or "" when none is close.

    >>> nearest("wek", ["weak", "nsi"])
    " Did you mean 'weak'?"
    """
    import difflib  # only for a message: loading it takes longer than this whole room

    names = list(allowed)
    lowered = {a.lower(): a for a in reversed(names)}
    close = difflib.get_close_matches(str(name).lower(), list(lowered), n=1, cutoff=0.55)
    return f" Did you mean {lowered[close[0]]!r}?" if close else ""


def unknown(what: str, name: object, allowed: Iterable[str]) -> InputError:
    """Return the error for an unknown name, listing what is allowed.

    >>> str(unknown("form factor", "helm2", ["helm", "point"]))
    "unknown form factor 'helm2'. Did you mean 'helm'? Allowed: helm, point."
    """
    names = sorted(allowed)
    listed = ", ".join(names[:40]) + (", ..." if len(names) > 40 else "")
    return InputError(f"unknown {what} {name!r}.{nearest(str(name), names)} Allowed: {listed}.")

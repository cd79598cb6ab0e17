"""Who floats and who is held: one rule for fits, limits, scans and profiles.

- A parameter in ``fixed`` is held, at the value given there (None: its nominal value).
- A parameter with a constraint is a nuisance: it floats unless held.
- A parameter without a constraint is of interest: it floats only when named (``free``, ``profile``), else it is
  held at its nominal value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from weakscatter.inference.likelihood import Likelihood
from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class Roles:
    """Names that are set point by point, names that float, and the values of the rest."""

    chosen: tuple[str, ...]
    floating: tuple[str, ...]
    held: dict[str, float]


def assign_roles(
    likelihood: Likelihood,
    *,
    chosen: Iterable[str] = (),
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
) -> Roles:
    """Sort every parameter into chosen, floating or held; ``profile=None`` lets all float that are not held."""
    chosen = _names(chosen, "parameter")
    wanted = None if profile is None else _names(profile, "profile")
    given = dict(fixed or {})
    for name in (*chosen, *(wanted or ()), *given):
        likelihood.parameter(name)
    for name in chosen:
        if name in given or (wanted is not None and name in wanted):
            raise InputError(
                f"parameter {name!r} is scanned or limited, and also listed under "
                f"{'fixed' if name in given else 'profile'}. List it in one place."
            )
    for name in wanted or ():
        if name in given:
            raise InputError(f"parameter {name!r} is listed as floating and as fixed. List it in one place.")
    floating, held = [], {}
    for p in likelihood.parameters:
        if p.name in chosen:
            continue
        if p.name in given:
            value = given[p.name]
            held[p.name] = p.value if value is None else check_value(likelihood, p.name, value)
        elif p.constrained or wanted is None or p.name in wanted:
            floating.append(p.name)
        else:
            held[p.name] = p.value
    return Roles(tuple(chosen), tuple(floating), held)


def check_value(likelihood: Likelihood, name: str, value: float) -> float:
    """Return ``value`` as a float, or refuse one that is not finite or outside the bounds."""
    p = likelihood.parameter(name)
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(
            f"parameter {name!r}: {value!r} is not a number. Give it in {p.unit or 'plain'} units."
        ) from None
    if not math.isfinite(number) or not p.lower <= number <= p.upper:
        raise InputError(
            f"parameter {name!r}: {number:g} is not allowed. Give a finite value within [{p.lower:g}, {p.upper:g}]"
            f"{' ' + p.unit if p.unit else ''}."
        )
    return number


def _names(given: Iterable[str], what: str) -> tuple[str, ...]:
    # A bare string is an iterable of letters; what was meant is one name.
    names = (given,) if isinstance(given, str) else tuple(given)
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{what}: {name!r} is listed twice. List it once.")
    return names

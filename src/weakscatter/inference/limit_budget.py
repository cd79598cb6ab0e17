"""How far a limit moves with each input: the limit found again with the input moved by its error.

An input is moved in one of two ways. A nuisance that floats is known from an auxiliary measurement: the *centre* of its
constraint is moved by one standard deviation, and everything is profiled again. A parameter that is held is moved
itself. In the Gaussian limit the first gives the same parts as `weakscatter.inference.variance`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from weakscatter.inference.budget import Budget, Move
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.limit import limit
from weakscatter.inference.limit_result import LimitResult
from weakscatter.inference.roles import assign_roles, check_value
from weakscatter.provenance.errors import InputError

ENDS = ("lower", "upper")


def limit_budget(
    likelihood: Likelihood,
    parameter: str,
    confidence: float = 0.90,
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
    sides: str = "two",
    *,
    errors: Mapping[str, float] | None = None,
    within: tuple[float, float] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LimitResult:
    """Find a limit and how far each input moves its outer ends.

    Parameters
    ----------
    likelihood, parameter, confidence, profile, fixed, sides, within : as in `limit`.
    errors : {name: error}
        Held parameters to move as well, beside every constrained one; in the parameter's unit.
    progress : callable or None
        ``progress(done, total)`` in limits; two for each input and one in the middle, none of which compiles again.

    Returns
    -------
    LimitResult
        With ``budget`` {"lower": Budget, "upper": Budget}: an end that does not exist, or that a moved limit does not
        reach, has none. A move stops at the parameter's bounds.

    Raises
    ------
    InputError : an error that is not positive, or of a parameter that floats.
    """
    profile = None if profile is None else tuple(profile)
    roles = assign_roles(likelihood, chosen=(parameter,), profile=profile, fixed=fixed)
    held: dict[str, float | None] = dict(roles.held)
    sizes = {p.name: p.sigma for p in likelihood.parameters if p.sigma is not None and p.name != parameter}
    for name, error in (errors or {}).items():
        likelihood.parameter(name)
        if name not in held:
            raise InputError(
                f"errors: {name!r} floats or is limited, so it is not moved by hand. Held parameters are: "
                f"{', '.join(held) or 'none'}."
            )
        if not 0 < float(error) < float("inf"):
            raise InputError(f"errors: {name!r} = {error!r}. Give a positive error in the parameter's unit.")
        sizes[name] = float(error)

    def find(**moved: Any) -> LimitResult:
        options = {"fixed": held, "centre": None} | moved
        return limit(likelihood, parameter, confidence, profile, sides=sides, within=within, **options)

    total, done = 1 + 2 * len(sizes), 1
    central = find()
    if progress:
        progress(done, total)
    if not central.converged:
        return central
    moves: dict[str, list[Move]] = {end: [] for end in ENDS}
    for name, size in sizes.items():
        p = likelihood.parameter(name)
        around = held.get(name, p.value)
        shifts: list[LimitResult] = []
        for sign in (-1, 1):
            assert around is not None
            value = check_value(likelihood, name, min(max(around + sign * size, p.lower), p.upper))
            shifts.append(find(fixed=held | {name: value}) if name in held else find(centre={name: value}))
            done += 1
            if progress:
                progress(done, total)
        for end in ENDS:
            middle, down, up = (getattr(one, end) for one in (central, *shifts))
            if middle is not None:
                lost = down is None or up is None
                moves[end].append(
                    Move(name, None, None, "no limit")
                    if lost
                    else Move(name, down - middle, up - middle, p.description)
                )
    budget = {}
    for end in ENDS:
        middle = getattr(central, end)
        if middle is not None and all(move.down is not None for move in moves[end]):
            budget[end] = Budget(middle, tuple(moves[end]))
    return replace(central, budget=budget)

"""Limits of others on the parameters of the library: laboratory, astrophysical, cosmological.

The numbers stand in ``limits.toml``, one entry a limit, with source, confidence level and how well we know it: *verified*
where the number was seen in a source, *recalled* where a person still has to compare it with the paper. They are drawn
and listed beside our own results and never enter a fit.

Signs and sizes are those of the library (`weakscatter.conventions`); where a paper's convention is another one, the entry
names it and the numbers were converted. A limit on an effective moment belongs to one mixture of flavours and masses:
a moment from solar pp neutrinos, one from 8B and one from a reactor are different quantities.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import Any

from weakscatter.provenance.errors import InputError, nearest, unknown
from weakscatter.provenance.sources import source
from weakscatter.provenance.tables import read_toml
from weakscatter.published.records import KNOWLEDGE

KINDS = ("laboratory", "astrophysical", "cosmological")
COMBINATIONS = ("diagonal", "transition", "effective")
UNITS = ("mu_B", "e", "cm^2")


@dataclass(frozen=True)
class ExternalLimit:
    """One published limit.

    Parameters
    ----------
    id : "<source>.<parameter>", short and unique.
    parameter : name of the library's parameter that is limited.
    lower, upper : ends of the allowed interval in `unit`, None where there is none. For the modulus of a quantity with
        a sign both are given.
    unit : "mu_B", "e" or "cm^2".
    confidence : confidence level, None where the source gives an estimate without one.
    flavour : neutrinos that were used, in words.
    combination : "diagonal" (one element of a matrix), "transition" (off-diagonal), or "effective" (a mixture).
    kind : "laboratory", "astrophysical" or "cosmological".
    citation : key of the bibliography.
    where : where in the source, or where we have it from.
    knowledge : "verified" or "recalled".
    label : name of the experiment or method, for figures.
    also : other parameters with the same limit, where it was given for every flavour alike.
    convention : of a charge radius as printed, a key of `conventions.RADIUS_CONVENTIONS`; the numbers here are ours.
    note : assumptions.
    """

    id: str
    parameter: str
    unit: str
    flavour: str
    combination: str
    kind: str
    citation: str
    where: str
    knowledge: str
    label: str
    lower: float | None = None
    upper: float | None = None
    confidence: float | None = None
    also: tuple[str, ...] = ()
    convention: str = "giunti-studenikin"
    note: str = ""

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise InputError(f"external limit {self.id!r}: {problem}")
        source(self.citation)

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography."""
        return (self.citation,)

    @property
    def cited(self) -> str:
        """Short citation: first author, year, arXiv number where there is one."""
        entry = source(self.citation)
        words = entry.authors.split(",")[0].removesuffix(" et al.").split()
        author = " ".join(word for word in words if not word.endswith("."))  # without initials
        arxiv = f", arXiv:{entry.arxiv}" if entry.arxiv else ""
        return f"{author} {entry.year}{arxiv}"

    def ends_in(self, unit: str) -> tuple[float | None, float | None]:
        """Return (lower, upper) in a unit like "1e-10 mu_B".

        >>> external_limits("magnetic_moment_e", "laboratory")[0].ends_in("1e-10 mu_B")
        (None, 0.29)

        Raises
        ------
        InputError : a unit of another quantity.
        """
        scale = _scale(unit, self.unit)
        # Rounded to the 12 digits that a division of printed numbers can hold.
        lower, upper = (
            None if end is None else float(f"{end / scale:.12g}") for end in (self.lower, self.upper)
        )
        return lower, upper

    def to_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _scale(unit: str, of: str) -> float:
    number, _, rest = unit.strip().partition(" ")
    if unit.strip() == of:
        return 1.0
    try:
        scale = float(number)
    except ValueError:
        scale = math.nan
    if rest.strip() != of or not (math.isfinite(scale) and scale > 0):
        raise InputError(
            f"a limit in {of!r} cannot be written in {unit!r}; allowed are {of!r} or a number times it, like '1e-10 {of}'."
        )
    return scale


def _problems(limit: ExternalLimit) -> list[str]:
    """Return what is wrong with a limit."""
    found = []
    for name in ("id", "parameter", "flavour", "where", "label"):
        if not getattr(limit, name):
            found.append(f"{name} is empty.")
    for name, allowed in (
        ("unit", UNITS),
        ("combination", COMBINATIONS),
        ("kind", KINDS),
        ("knowledge", KNOWLEDGE),
    ):
        word = getattr(limit, name)
        if word not in allowed:
            found.append(f"{name} = {word!r}.{nearest(str(word), allowed)} Allowed: {', '.join(allowed)}.")
    ends = {"lower": limit.lower, "upper": limit.upper, "confidence": limit.confidence}
    for name, number in ends.items():
        if number is not None and (isinstance(number, bool) or not isinstance(number, int | float)):
            found.append(f"{name} = {number!r} is not a number.")
        elif number is not None and not math.isfinite(number):
            found.append(f"{name} = {number!r} is not finite.")
    if found:
        return found
    if limit.lower is None and limit.upper is None:
        found.append("give lower, upper or both.")
    if limit.lower is not None and limit.upper is not None and not limit.lower < limit.upper:
        found.append(f"lower = {limit.lower} is not below upper = {limit.upper}.")
    if limit.confidence is not None and not 0.5 <= limit.confidence < 1:
        found.append(f"confidence = {limit.confidence}; it is a share of one, like 0.9.")
    return found


def read_limits(path: Any) -> tuple[ExternalLimit, ...]:
    """Read a TOML file of [[limit]] tables, whose keys are the fields of `ExternalLimit`.

    Raises
    ------
    InputError : a key that is unknown or missing, a bad value, or an id that stands twice.
    """
    content = read_toml(path)
    if set(content) != {"limit"} or not isinstance(content["limit"], list):
        raise InputError(f"{str(path)!r} must hold [[limit]] tables and nothing else.")
    found: dict[str, ExternalLimit] = {}
    for entry in content["limit"]:
        limit = _limit(entry)
        if limit.id in found:
            raise InputError(
                f"the external limit {limit.id!r} stands there twice. Give one of them another id."
            )
        found[limit.id] = limit
    return tuple(found.values())


def _limit(entry: Mapping[str, Any]) -> ExternalLimit:
    names = [field.name for field in fields(ExternalLimit)]
    where = f"external limit {entry.get('id', 'without id')!r}"
    for name in entry:
        if name not in names:
            raise InputError(
                f"{where}: unknown key {name!r}.{nearest(name, names)} Allowed: {', '.join(names)}."
            )
    needed = [field.name for field in fields(ExternalLimit) if field.default is MISSING]
    missing = [name for name in needed if name not in entry]
    if missing:
        raise InputError(f"{where} lacks {', '.join(missing)}.")
    return ExternalLimit(**{**entry, "also": tuple(entry.get("also", ()))})


@lru_cache(maxsize=1)
def _all() -> tuple[ExternalLimit, ...]:
    return read_limits(files("weakscatter.published") / "limits.toml")


def external_limits(parameter: str | None = None, kind: str | None = None) -> tuple[ExternalLimit, ...]:
    """Published limits on a parameter of the library.

    Parameters
    ----------
    parameter : name of a theory parameter; None for all.
    kind : "laboratory", "astrophysical", "cosmological"; None for all.

    Returns
    -------
    tuple of `ExternalLimit`, in the order of limits.toml; empty for a parameter that nobody has limited.

    Raises
    ------
    InputError : an unknown parameter or kind; the nearest name is offered.

    Examples
    --------
    >>> [limit.id for limit in external_limits("magnetic_moment_tau")]
    ['donut2001.magnetic_moment_tau']
    """
    if kind is not None and kind not in KINDS:
        raise unknown("kind of limit", kind, KINDS)
    found = _all()
    if parameter is not None and parameter not in _limited(found):
        # Imported here: only a name that is not in the catalogue needs the theories, and with them JAX.
        from weakscatter.experiments import EXPERIMENTS, experiment
        from weakscatter.interactions import theory_parameters

        own = {each.name for name in EXPERIMENTS for each in experiment(name).parameters}
        if parameter not in (known := own | set(theory_parameters())):
            raise unknown("parameter", parameter, known)
    return tuple(
        limit
        for limit in found
        if parameter in (None, limit.parameter, *limit.also) and kind in (None, limit.kind)
    )


def _limited(limits: tuple[ExternalLimit, ...]) -> set[str]:
    return {name for limit in limits for name in (limit.parameter, *limit.also)}


def external_limit(id: str) -> ExternalLimit:
    """Return the limit with this id; an unknown id is an error.

    >>> external_limit("gemma2012.magnetic_moment_e").upper
    2.9e-11
    """
    found = {limit.id: limit for limit in _all()}
    if id not in found:
        raise unknown("external limit", id, found)
    return found[id]

"""Published numbers, one TOML file a paper: value, error, where it stands, and how well we know it.

Tests, scoreboard, figures and documentation read the same rows. A row is *verified* when the number was
seen in a source, a data file or an independent calculation, *recalled* when a person still has to compare
it with the paper; a recalled row never gates. The file name is the key of the paper, ``<paper>.<row>`` the id
of a row.
"""

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import Any

from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.sources import source
from weakscatter.provenance.tables import read_toml
from weakscatter.units import factor

KNOWLEDGE = ("verified", "recalled")
#: Of the TOML files beside this one, those that are no papers.
OTHER_FILES = ("limits.toml", "mixing_angles.toml", "SOURCE.toml")
STATUSES = ("met", "explained", "open", "inputs unavailable")


@dataclass(frozen=True)
class Row:
    """One published number.

    Parameters
    ----------
    id : "<paper>.<row>"
    quantity : what it is, in words, normalisation included.
    value : in `unit`.
    minus, plus : lower and upper error (positive, `unit`), one standard deviation; both 0 for an exact count,
        both None where the source states none.
    unit : unit expression; empty for a pure number.
    where : table, equation, abstract or section of the source.
    knowledge : "verified" or "recalled".
    gate : our number must agree, or the scoreboard fails.
    note : convention, parts of the error, other versions.
    expected : status on the scoreboard: "met", "explained", "open" or "inputs unavailable".
    explanation : for an expected "explained": the named cause of the difference, in words; its size is computed.
    tolerance : allowed distance (`unit`) where it is not the published error; `tolerance_reason` says why.
    """

    id: str
    quantity: str
    value: float
    unit: str
    where: str
    knowledge: str
    minus: float | None = None
    plus: float | None = None
    gate: bool = False
    note: str = ""
    expected: str = "open"
    explanation: str = ""
    tolerance: float | None = None
    tolerance_reason: str = ""

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise InputError(f"published row {self.id!r}: {problem}")

    @property
    def natural(self) -> float:
        """The value in natural units (powers of MeV)."""
        return self.value * factor(self.unit)

    def text(self) -> str:
        """Return the number as a page writes it.

        >>> print(row("coherent2021.fitted_counts").text(), "|", row("coherent2021.sin2_theta_w").text())
        306 +- 20 events | 0.22 +0.028 -0.026 (recalled)
        """
        errors = ""
        if self.minus and self.plus and self.minus == self.plus:
            errors = f" +- {self.plus:.6g}"
        elif self.minus or self.plus:
            errors = f" +{self.plus or 0:.6g} -{self.minus or 0:.6g}"
        known = "" if self.knowledge == "verified" else f" ({self.knowledge})"
        return f"{self.value:.6g}{errors}{' ' + self.unit if self.unit else ''}{known}"

    def error(self, ours: float) -> float | None:
        """Return the published error on the side of ``ours`` (both in `unit`), None where there is none."""
        return self.plus if ours > self.value else self.minus

    def pull(self, ours: float) -> float | None:
        """Return (ours - value)/error with the error on that side, or None without a non-zero error.

        >>> row("coherent2021.fitted_counts").pull(316.0)
        0.5
        """
        error = self.error(ours)
        return (ours - self.value) / error if error else None

    def agrees(self, ours: float) -> bool:
        """Say whether ``ours`` (`unit`) lies within `tolerance`, or where that is None the published error.

        >>> row("bernabeu2000.radius_ee").agrees(-0.8281e-32), row("bernabeu2000.radius_ee").agrees(0.83e-32)
        (True, False)
        """
        allowed = self.tolerance if self.tolerance is not None else self.error(ours)
        if allowed is None:
            raise InputError(
                f"published row {self.id!r} has neither error nor tolerance to compare {ours} with."
            )
        # A value exactly at the edge of a range belongs to it, whatever the last bit says.
        return abs(ours - self.value) <= allowed * (1 + 1e-9)


def _problems(r: Row) -> list[str]:
    """Return what is wrong with a row."""
    found = []
    for name in ("id", "quantity", "where"):
        if not getattr(r, name):
            found.append(f"{name} is empty.")
    numbers = {"value": r.value, "minus": r.minus, "plus": r.plus, "tolerance": r.tolerance}
    for name, number in numbers.items():
        if number is None and name != "value":
            continue
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            found.append(f"{name} = {number!r} is not a finite number.")
        elif name != "value" and number < 0:
            found.append(f"{name} = {number!r} is negative. Errors are written as positive numbers.")
    if (r.minus is None) != (r.plus is None):
        found.append("give both minus and plus, or neither.")
    for name, word, allowed in (("knowledge", r.knowledge, KNOWLEDGE), ("expected", r.expected, STATUSES)):
        if word not in allowed:
            found.append(f"{name} = {word!r}.{nearest(str(word), allowed)} Allowed: {', '.join(allowed)}.")
    if not isinstance(r.gate, bool):
        found.append(f"gate = {r.gate!r} is not true or false.")
    if r.gate and r.knowledge == "recalled":
        found.append("a recalled number may not gate. Compare it with the paper and mark it verified first.")
    if r.gate and r.minus is None and r.tolerance is None:
        found.append("a gating row needs an error or a tolerance.")
    if (r.expected == "explained") != bool(r.explanation):
        found.append("an expected 'explained' and an explanation go together.")
    if (r.tolerance is None) != (not r.tolerance_reason):
        found.append("tolerance and tolerance_reason go together.")
    return found


@dataclass(frozen=True)
class Paper:
    """A paper and its rows. ``key`` is the file name, ``citation`` a key of the bibliography."""

    key: str
    citation: str
    rows: tuple[Row, ...]
    note: str = ""

    def __post_init__(self) -> None:
        source(self.citation)
        if not self.rows:
            raise InputError(f"the published paper {self.key!r} has no rows. Write at least one [[row]].")

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography."""
        return (self.citation,)


def read_paper(path: Any) -> Paper:
    """Read one TOML file: ``citation``, optional ``note``, and ``[[row]]`` tables of `Row` fields."""
    key = str(path.name).removesuffix(".toml")
    content = read_toml(path)
    allowed = ("citation", "note", "row")
    for name in content:
        if name not in allowed:
            raise InputError(
                f"unknown key {name!r} in {path.name}.{nearest(name, allowed)} Allowed: {', '.join(allowed)}."
            )
    rows = content.get("row", [])
    if "citation" not in content or not isinstance(rows, list):
        raise InputError(f"{path.name} needs a citation and its numbers as [[row]] tables.")
    return Paper(key, content["citation"], tuple(_row(key, entry) for entry in rows), content.get("note", ""))


def _row(key: str, entry: Mapping[str, Any]) -> Row:
    names = [field.name for field in fields(Row)]
    where = f"a row of published paper {key!r} ({entry.get('id', 'without id')})"
    for name in entry:
        if name not in names:
            raise InputError(
                f"{where}: unknown key {name!r}.{nearest(name, names)} Allowed: {', '.join(names)}."
            )
    missing = [field.name for field in fields(Row) if field.default is MISSING and field.name not in entry]
    if missing:
        raise InputError(f"{where} lacks {', '.join(missing)}.")
    row = Row(**{**entry, "id": f"{key}.{entry['id']}"})
    factor(row.unit)  # an unknown unit is refused here, where the paper is read
    return row


def collect(folder: Any) -> dict[str, Paper]:
    """Read every paper of a folder, one TOML each: {key: paper}, sorted by key. Row ids that stand twice are refused."""
    files_here = (item.name for item in folder.iterdir())
    names = sorted(name for name in files_here if name.endswith(".toml") and name not in OTHER_FILES)
    found = {paper.key: paper for paper in (read_paper(folder / name) for name in names)}
    seen: set[str] = set()
    for paper in found.values():
        for each in paper.rows:
            if each.id in seen:
                raise InputError(
                    f"the published row {each.id!r} stands there twice. Give one of them another id."
                )
            seen.add(each.id)
    return found


@lru_cache(maxsize=1)
def papers() -> Mapping[str, Paper]:
    """Return all published papers of the library by key."""
    return collect(files("weakscatter.published"))


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, Row]:
    return {each.id: each for paper in papers().values() for each in paper.rows}


def row(id: str) -> Row:
    """Return the published number with this id; an unknown id is an error.

    >>> row("coherent2021.window_coincident").value
    1567
    """
    if id not in _rows():
        raise InputError(f"there is no published row {id!r}.{nearest(id, _rows())} `papers()` lists them.")
    return _rows()[id]

"""Curves with errors and citations, written as CSV or as tables of HEPData, and read back.

A curve table has one or two axes and any number of columns over them, each with its unit and, where it has one, an error (one
standard deviation), split by cause where that is known. The CSV has a header `name (unit)`, errors in columns
`name_error (unit)`, and title, axes, notes and citations in comment lines; columns whose unit is a physical one can be read
by `weakscatter.provenance.tables.read_csv` as well. The YAML is a data table of HEPData with one entry of `errors` a cause.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import weakscatter
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.files import write_atomic
from weakscatter.provenance.sources import source
from weakscatter.units import factor

FORMATS = (".csv", ".yaml")
_HEADER = re.compile(r"\s*(.*?)\s*\((.*)\)\s*")


@dataclass(frozen=True, eq=False)
class Column:
    """Values [n] in ``unit`` ("" for a pure number), their error [n] or None, and its parts by cause."""

    values: np.ndarray
    unit: str = ""
    error: np.ndarray | None = None
    by_cause: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Curves:
    """A table of curves.

    Parameters
    ----------
    title : what the table shows.
    axes : names of the one or two columns that are independent variables.
    columns : {name: Column}, axes first, all of one length.
    citations : keys of the bibliography.
    notes : what has to be said about it.
    """

    title: str
    axes: tuple[str, ...]
    columns: Mapping[str, Column]
    citations: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lengths = {len(column.values) for column in self.columns.values()}
        if len(lengths) != 1 or not set(self.axes) < set(self.columns) or len(self.axes) not in (1, 2):
            raise InputError(
                f"a table of curves needs one or two axes and columns of one length; got axes {self.axes}, columns "
                f"{', '.join(self.columns) or 'none'} of {sorted(lengths)} values."
            )

    def __getitem__(self, name: str) -> np.ndarray:
        """The values of a column, in its unit."""
        return self._column(name).values

    def __len__(self) -> int:
        return len(self.columns[self.axes[0]].values)

    def __repr__(self) -> str:
        return f"Curves({self.title}: {len(self)} points; {', '.join(self.columns)})"

    def natural(self, name: str) -> np.ndarray:
        """Return the values of a column in natural units."""
        column = self._column(name)
        return column.values * factor(column.unit)

    def _column(self, name: str) -> Column:
        if name not in self.columns:
            raise InputError(
                f"there is no curve {name!r}.{nearest(name, self.columns)} Columns: {', '.join(self.columns)}."
            )
        return self.columns[name]

    def save(self, path: str | Path) -> Path:
        """Write the table whole or not at all, in the format of the suffix: .csv or .yaml."""
        suffix = Path(path).suffix.lower()
        if suffix not in FORMATS:
            raise InputError(
                f"{str(path)!r}: curves are written as {' or '.join(FORMATS)}. Choose one of these endings."
            )
        return write_atomic(path, self.csv() if suffix == ".csv" else self.yaml())

    def csv(self) -> str:
        """Return the table as CSV; `read_curves` gives the same numbers back, bit by bit."""
        lines = [f"# {self.title}", f"# axes: {', '.join(self.axes)}"]
        lines += [f"# note: {' '.join(note.split())}" for note in self.notes]
        lines += [f"# cite: {key}: {source(key).text()}" for key in self.citations]
        head: list[str] = []
        rows: list[np.ndarray] = []
        for name, column in self.columns.items():
            unit = column.unit or "1"
            head.append(f"{name} ({unit})")
            rows.append(column.values)
            if column.error is not None:
                head.append(f"{name}_error ({unit})")
                rows.append(column.error)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(head)
        writer.writerows([repr(float(value)) for value in row] for row in zip(*rows, strict=True))
        return "\n".join(lines) + "\n" + text.getvalue()

    def yaml(self) -> str:
        """Return the table as a data file of HEPData."""
        lines = [f"# {self.title}; weakscatter {weakscatter.__version__}"]
        lines += [f"# cite: {source(key).text()}" for key in self.citations]
        for group, names in (
            ("independent_variables", self.axes),
            ("dependent_variables", [name for name in self.columns if name not in self.axes]),
        ):
            lines.append(f"{group}:")
            for name in names:
                lines += _variable(name, self.columns[name])
        return "\n".join(lines) + "\n"


def _variable(name: str, column: Column) -> list[str]:
    """Lines of one variable: header, then values with their errors."""
    unit = f", units: {_text(column.unit)}" if column.unit else ""
    lines = [f"- header: {{name: {_text(name)}{unit}}}", "  values:"]
    parts = column.by_cause or ({} if column.error is None else {"total": column.error})
    for i, value in enumerate(column.values):
        lines.append(f"  - value: {_number(value)}")
        if parts:
            lines.append("    errors:")
            lines += [
                f"    - {{symerror: {_number(abs(part[i]))}, label: {_text(cause)}}}"
                for cause, part in parts.items()
            ]
    return lines


def _text(text: str) -> str:
    # A JSON string is a YAML string, whatever stands in it.
    return json.dumps(text, ensure_ascii=False)


def _number(value: float) -> str:
    """A number that YAML 1.1 readers take for one: with a point and a signed exponent."""
    text = repr(float(value))
    mantissa, e, power = text.partition("e")
    mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
    return f"{mantissa}e{int(power):+d}" if e else mantissa


def read_curves(path: str | Path) -> Curves:
    """Read a CSV that `Curves.save` wrote, or any other with units in its header (the first column is then the axis).

    Raises
    ------
    InputError : a file that cannot be read, a column without a unit, an entry that is no number.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {str(path)!r}: {error}. A CSV file is needed.") from None
    comments = [line[1:].strip() for line in lines if line.startswith("#")]
    table = list(csv.reader(line for line in lines if line.strip() and not line.startswith("#")))
    if len(table) < 2:
        raise InputError(f"{str(path)!r} needs a header line and at least one line of numbers.")
    names = [_split(cell, path) for cell in table[0]]
    values = np.empty((len(names), len(table) - 1))
    for i, row in enumerate(table[1:]):
        if len(row) != len(names):
            raise InputError(
                f"row {i + 1} of {str(path)!r} has {len(row)} entries; the header names {len(names)}."
            )
        for j, cell in enumerate(row):
            try:
                values[j, i] = float(cell)
            except ValueError:
                raise InputError(
                    f"row {i + 1} of {str(path)!r}, column {names[j][0]!r}: {cell!r} is no number."
                ) from None
    given = {name: (unit, values[j]) for j, (name, unit) in enumerate(names)}
    errors = {
        name: name.removesuffix("_error")
        for name in given
        if name.removesuffix("_error") in given and name.endswith("_error")
    }
    columns = {
        name: Column(column, unit, given[f"{name}_error"][1] if f"{name}_error" in errors else None)
        for name, (unit, column) in given.items()
        if name not in errors
    }
    marked = {
        kind: [c.removeprefix(f"{kind}:").strip() for c in comments if c.startswith(f"{kind}:")]
        for kind in ("axes", "note", "cite")
    }
    axes = tuple(name.strip() for name in marked["axes"][0].split(",")) if marked["axes"] else (names[0][0],)
    title = comments[0] if comments else Path(path).stem
    return Curves(title, axes, columns, tuple(c.split(":")[0] for c in marked["cite"]), tuple(marked["note"]))


def _split(cell: str, path: str | Path) -> tuple[str, str]:
    found = _HEADER.fullmatch(cell)
    if found is None or not found[1]:
        raise InputError(
            f"{str(path)!r}: the column {cell.strip()!r} has no unit. Write a name with its unit, like 'energy (keV)'."
        )
    return found[1], "" if found[2].strip() == "1" else found[2].strip()


def hepdata_submission(tables: Mapping[str, Curves], folder: str | Path, comment: str = "") -> Path:
    """Write tables and their ``submission.yaml`` into a folder, as HEPData takes them; return the folder.

    Parameters
    ----------
    tables : {name of the table: Curves}
    comment : abstract of the whole.
    """
    if not tables:
        raise InputError("a submission needs at least one table of curves; got none.")
    folder = Path(folder)
    keys = dict.fromkeys(key for table in tables.values() for key in table.citations)
    cited = " ".join([comment, "Rests on:", *(f"{source(key).text()};" for key in keys)]).strip()
    documents = [f"---\ncomment: {_text(cited)}\n"]
    for name, table in tables.items():
        file = re.sub(r"\W+", "_", name).strip("_").lower() + ".yaml"
        write_atomic(folder / file, table.yaml())
        about = " ".join([table.title, *table.notes])
        documents.append(
            f"---\nname: {_text(name)}\ndescription: {_text(about)}\nkeywords: []\ndata_file: {_text(file)}\n"
        )
    write_atomic(folder / "submission.yaml", "".join(documents))
    return folder


def finite_rows(columns: Mapping[str, Column]) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Leave out the points at which a column holds no number; say how many."""
    good = np.all([np.isfinite(column.values) for column in columns.values()], axis=0)
    lost = int(np.sum(~good))
    if not np.any(good):
        raise InputError("there is no point with a number in every column: nothing to write.")
    kept = {
        name: Column(
            c.values[good],
            c.unit,
            None if c.error is None else c.error[good],
            {k: v[good] for k, v in c.by_cause.items()},
        )
        for name, c in columns.items()
    }
    return kept, (f"{lost} points without a number are left out",) if lost else ()

"""Tables from files: columns with units in their headers, folders with a source and checksums.

A CSV table has one header line, ``energy (keV),efficiency (1),rate (1/(kg d keV))``: a name and a unit in
parentheses for every column; lines starting with ``#`` are comments. Columns come back in natural units. A file that
came with the package is compared with its checksum whenever it is read (`weakscatter.provenance.checksums`).
"""

import csv
import io
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.provenance.checksums import digest, refuse_changed, verify_packaged
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.units import UnitError, dimension_of, factor

Array = np.ndarray[Any, np.dtype[np.float64]]
_HEADER = re.compile(r"\s*([^()]*?)\s*\((.*)\)\s*")


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns of a table in natural units.

    ``columns`` maps names to arrays [n]; ``units`` keeps the unit each one was written in; ``path`` is for messages.
    """

    columns: Mapping[str, Array]
    units: Mapping[str, str]
    path: str = ""

    def __getitem__(self, name: str) -> Array:
        if name not in self.columns:
            known = ", ".join(self.columns)
            hint = nearest(name, self.columns)
            raise InputError(f"the table {self.path!r} has no column {name!r}.{hint} Columns: {known}.")
        return self.columns[name]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


def read_csv(path: Any, dimensions: Mapping[str, str] | None = None) -> Columns:
    """Read a CSV table and convert every column from the unit in its header.

    Parameters
    ----------
    path : path of a file, or a resource of `importlib.resources`
    dimensions : mapping from column name to a unit of the dimension it must have, optional
        ``{"energy": "MeV", "rate": "1/(kg d keV)", "efficiency": ""}``. Columns named here must be present.

    Returns
    -------
    Columns
        Finite numbers only: an empty, unreadable or non-finite entry is an error that names its line.
    """
    name = str(path)
    table = _parse(_read_text(path), name)
    for column, unit in (dimensions or {}).items():
        given = table.units[column] if column in table.units else str(table[column])
        if dimension_of(given) != dimension_of(unit):
            raise InputError(
                f"the column {column!r} of {name!r} has the unit {given or '1'!r}; a unit of the dimension "
                f"{dimension_of(unit)} is needed, like {unit or '1'!r}."
            )
    return table


def _read_text(path: Any) -> str:
    opener = path if hasattr(path, "read_bytes") else Path(path)
    try:
        content = opener.read_bytes()
        # What is checked is what was read, so no second reading can differ from it.
        verify_packaged(opener, content)
        return str(content.decode("utf-8-sig")).replace("\r\n", "\n")
    except FileNotFoundError:
        raise InputError(
            f"there is no file {str(path)!r}. Check the path; it is relative to the card."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {str(path)!r}: {error}. A UTF-8 text file is needed.") from None


def _parse(text: str, name: str) -> Columns:
    # Line numbers are counted in the file as the user sees it, comments included.
    lines = [
        (i, line) for i, line in enumerate(text.splitlines(), 1) if line.strip() and line.strip()[0] != "#"
    ]
    if len(lines) < 2:
        raise InputError(f"the table {name!r} needs a header line and at least one line of numbers.")
    units = _header(*lines[0], name)
    rows = []
    for number, line in lines[1:]:
        cells = next(csv.reader(io.StringIO(line)))
        if len(cells) != len(units):
            raise InputError(
                f"line {number} of {name!r} has {len(cells)} entries; the header names {len(units)} columns."
            )
        rows.append([_number(cell, number, column, name) for cell, column in zip(cells, units, strict=True)])
    values = np.array(rows, dtype=float).T
    columns = {c: v * factor(unit) for (c, unit), v in zip(units.items(), values, strict=True)}
    for column in columns.values():
        column.flags.writeable = False
    return Columns(columns, units, name)


def _header(number: int, line: str, name: str) -> dict[str, str]:
    units: dict[str, str] = {}
    for cell in next(csv.reader(io.StringIO(line))):
        found = _HEADER.fullmatch(cell)
        if found is None or not found[1]:
            raise InputError(
                f"line {number} of {name!r}: the column {cell.strip()!r} has no unit. Write a name with its unit, like "
                "'energy (keV)', or 'efficiency (1)' for a pure number."
            )
        column, unit = found[1], "" if found[2].strip() == "1" else found[2].strip()
        if column in units:
            raise InputError(f"line {number} of {name!r}: the column {column!r} stands there twice.")
        try:
            factor(unit)
        except UnitError as error:
            raise InputError(f"line {number} of {name!r}, column {column!r}: {error}") from None
        units[column] = unit
    return units


def _number(cell: str, line: int, column: str, name: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"line {line} of {name!r}, column {column!r}: {cell.strip()!r} is no finite number.")
    return value


@dataclass(frozen=True, eq=False)
class DataFolder:
    """A folder of data files with its ``SOURCE.toml``.

    ``about`` is the content of SOURCE.toml: ``title``, ``citation`` (one key of the bibliography or a list), ``status``, and
    a table ``[sha256]`` from file name to checksum.
    """

    path: Any
    about: Mapping[str, Any]

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography."""
        keys = self.about.get("citation", ())
        return (keys,) if isinstance(keys, str) else tuple(keys)

    def file(self, name: str) -> Any:
        """Return the path of a file of this folder, after comparing its sha256 with SOURCE.toml."""
        known: Mapping[str, str] = self.about["sha256"]
        if name not in known:
            raise InputError(
                f"{name!r} is not listed in SOURCE.toml of {str(self.path)!r}.{nearest(name, known)}"
            )
        path = self.path / name
        verify(path, known[name])
        return path

    def table(self, name: str, dimensions: Mapping[str, str] | None = None) -> Columns:
        """Return a CSV table of this folder, after comparing its sha256 with SOURCE.toml."""
        return read_csv(self.file(name), dimensions)


def data_folder(path: Any) -> DataFolder:
    """Return the data folder at ``path`` (a path or a resource of `importlib.resources`)."""
    path = path if hasattr(path, "joinpath") else Path(path)
    about = read_toml(path / "SOURCE.toml")
    missing = [key for key in ("title", "sha256") if key not in about]
    if missing:
        raise InputError(f"SOURCE.toml of {str(path)!r} lacks {' and '.join(missing)}.")
    return DataFolder(path, about)


def read_toml(path: Any) -> dict[str, Any]:
    """Read a TOML file; what cannot be read is an `InputError` that names the line."""
    try:
        return tomllib.loads(_read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"cannot read {str(path)!r} as TOML: {error}.") from None


def sha256(path: Any) -> str:
    """Return the sha256 of a file as hexadecimal digits."""
    return digest(_read_bytes(path))


def verify(path: Any, expected: str) -> None:
    """Raise `InputError` unless the file's sha256 is ``expected``."""
    refuse_changed(path, _read_bytes(path), expected, "SOURCE.toml")


def _read_bytes(path: Any) -> bytes:
    opener = path if hasattr(path, "read_bytes") else Path(path)
    try:
        return opener.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror or error}.") from None

"""Files of a data release, read and checked, and the texts in which it is restated.

For the scripts ``restate_*.py``. What differs from the known release raises `ReleaseError`, which names the file.
"""

import argparse
import hashlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.provenance.errors import InputError
from weakscatter.provenance.files import write_atomic


class ReleaseError(ValueError):
    """The release folder is not the known release."""


def read_rows(path: Path) -> np.ndarray:
    """Read the rows of numbers of one release file, [rows, columns]; separated by blanks or commas; '#' starts a comment."""
    rows: list[list[float]] = []
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ReleaseError(f"{path.name}: cannot be read from {path.parent} ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise ReleaseError(f"{path.name}: is not a text file.") from None
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#")[0].replace(",", " ").split()
        if not words:
            continue
        try:
            rows.append([float(word) for word in words])
        except ValueError:
            raise ReleaseError(
                f"{path.name}, line {number}: {line.strip()!r} is not a row of numbers."
            ) from None
        if len(rows[-1]) != len(rows[0]):
            raise ReleaseError(
                f"{path.name}, line {number}: {len(rows[-1])} columns, {len(rows[0])} expected."
            )
    return np.array(rows)


def read_files(folder: Path, shapes: Mapping[str, tuple[int, int]], what: str) -> dict[str, np.ndarray]:
    """Return {file name: rows [rows, columns]} of a release in which every file has its shape and finite numbers."""
    if not folder.is_dir():
        raise ReleaseError(f"{folder} is not a folder. Give the folder with {what}.")
    release = {}
    for name, shape in shapes.items():
        if not (folder / name).is_file():
            raise ReleaseError(f"{name}: missing in {folder}. Expected files: {', '.join(shapes)}.")
        release[name] = read_rows(folder / name)
        if release[name].shape != shape:
            raise ReleaseError(
                f"{name}: {release[name].shape} rows and columns of numbers, {shape} expected."
            )
        if not np.all(np.isfinite(release[name])):
            raise ReleaseError(f"{name}: holds numbers that are not finite.")
    return release


def compare_checksums(
    folder: Path, sha256: Mapping[str, str], where: str, *, without_comments: bool = False
) -> None:
    """Refuse a release whose bytes are not the known ones.

    ``where`` is the place to take it from. Lines that start with '#' do not count when ``without_comments``.
    """
    for name, expected in sha256.items():
        lines = (folder / name).read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not (without_comments and line.lstrip().startswith(b"#"))]
        found = hashlib.sha256(b"".join(kept)).hexdigest()
        if found != expected:
            raise ReleaseError(
                f"{name}: sha256 {found}, {expected} expected. The file was edited or is another version; "
                f"take it again from {where} (unpacking must not convert line ends)."
            )


def csv_text(header: list[str], rows: np.ndarray, digits: int = 10) -> str:
    """Return the table as text; ten digits keep every number that a release writes with fewer."""
    lines = [",".join(header)]
    lines += [",".join(f"{value:.{digits}g}" for value in row) for row in rows]
    return "\n".join(lines) + "\n"


def write_all(tables: dict[str, str], folder: Path) -> None:
    """Move each file into place whole; SOURCE.toml is last, so its checksums refuse a mixture."""
    for name, text in tables.items():
        write_atomic(folder / name, text)


def command(
    experiment: str,
    title: str,
    release: str,
    tables_of: Callable[[Path], dict[str, str]],
    arguments: list[str] | None,
) -> int:
    """Restate a release folder as the tables of an experiment; 0 done, 2 bad input.

    ``experiment`` is its folder in the package, ``tables_of`` makes {file name: text} of a checked release.
    """
    parser = argparse.ArgumentParser(description=f"Restate the {title} data release in our layout.")
    parser.add_argument("release", type=Path, help=release)
    here = Path(__file__).resolve().parents[1] / "src" / "weakscatter" / "experiments" / experiment
    parser.add_argument(
        "--out", type=Path, default=here, help="folder of the tables (default: the package's own)"
    )
    given = parser.parse_args(arguments)
    try:
        tables = tables_of(given.release)
        write_all(tables, given.out)
    except (ReleaseError, InputError) as error:
        print(f"restate_{experiment}: {error}", file=sys.stderr)
        return 2
    for name, text in tables.items():
        print(f"{given.out / name}: {len(text.splitlines())} lines")
    return 0


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return repr(value)


def entry(name: str, value: Any, unit: Any, knowledge: str, source: str, note: str) -> str:
    """Return one entry of release.toml; what is empty is left out, but for the unit."""
    fields = {"value": value, "unit": unit, "knowledge": knowledge, "source": source, "note": note}
    return f"[{name}]\n" + "".join(
        f"{key} = {_toml(field)}\n" for key, field in fields.items() if field != "" or key == "unit"
    )


def source_text(
    script: str, fields: Mapping[str, Any], derived: Mapping[str, str], release: Mapping[str, str]
) -> str:
    """Return SOURCE.toml: its fields, and the checksums of the derived tables and of their release."""
    text = f"# Written by {script}; do not edit by hand.\n"
    text += "".join(f"{key} = {_toml(value)}\n" for key, value in fields.items())
    for table, sums in (("sha256", derived), ("release_sha256", release)):
        text += f"\n[{table}]\n" + "".join(f"{_toml(name)} = {_toml(sums[name])}\n" for name in sorted(sums))
    return text

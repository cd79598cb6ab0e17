"""One HDF5 file to which results are appended as they come, and from which an interrupted run goes on.

Layout: ``key`` [n, k] names each unit of work (the tested point and its number), ``begin`` and ``columns`` [n] say where its
numbers stand in ``values``, ``sum`` [n] is their CRC-32, ``worker`` [n] who computed them, ``seconds`` [n] how long. The
attribute ``origin`` is the JSON text of everything that a continued run must have in common with the first.

The file is written in HDF5's single-writer mode: readers, and a process that died at any moment, leave it readable, up to
the last units. Opening copies what is whole to a new file and moves it over the old one, so that nothing half-written stays.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from weakscatter.inference.newton import Floats
from weakscatter.provenance.errors import InputError

MARK = "weakscatter units of work"
"""Value of the attribute ``kind`` of such a file."""

ROWS = 3
"""Numbers per toy, see `weakscatter.inference.toy_fits.batch_of_toys`."""


@dataclass(frozen=True, eq=False)
class Unit:
    """The numbers [rows, n] of one unit of work, who computed it, and the seconds it took."""

    values: Floats
    worker: str = ""
    seconds: float = 0.0


class ResultFile:
    """The file of one question, open for appending; a context manager.

    Parameters
    ----------
    path : path of the file; folders are made.
    width : numbers in a key.
    origin : what a continued run must have in common, plain JSON types.

    Raises
    ------
    InputError : a file of another kind, of another origin or version, or one that cannot be written.
    """

    def __init__(self, path: str | Path, width: int, origin: Mapping[str, Any]) -> None:
        self.path, self.width = Path(path), width
        self.origin = json.dumps(origin, sort_keys=True)
        self.file: Any = None
        self.found: list[tuple[tuple[float, ...], Unit]] = []

    def __enter__(self) -> ResultFile:
        self.found = list(self._read()) if self.path.exists() else []
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.file = self._create(fresh)
            for key, unit in self.found:
                self._append(key, unit)
            self.file.flush()
            os.replace(fresh, self.path)
            self.file.swmr_mode = True
        except OSError as error:
            self.__exit__()
            with suppress(OSError):
                fresh.unlink()
            raise InputError(
                f"cannot write {str(self.path)!r}: {error}. Choose a file in a folder where files can be written."
            ) from None
        return self

    def __exit__(self, *trouble: object) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None

    def add(self, key: tuple[float, ...], unit: Unit) -> None:
        """Append one unit; it is on its way to the disk when this returns."""
        self._append(key, unit)
        for name in ("values", "begin", "columns", "sum", "worker", "seconds", "key"):
            self.file[name].flush()

    def _create(self, path: Path) -> Any:
        file = h5py.File(path, "w", libver="latest", locking="best-effort")
        file.attrs["kind"], file.attrs["origin"] = MARK, self.origin
        for name, kind in (
            ("values", "f8"),
            ("begin", "i8"),
            ("columns", "i8"),
            ("sum", "u4"),
            ("worker", "S64"),
            ("seconds", "f8"),
        ):
            chunk = 8192 if name == "values" else 256
            file.create_dataset(name, (0,), kind, maxshape=(None,), chunks=(chunk,))
        file.create_dataset(
            "key", (0, self.width), "f8", maxshape=(None, self.width), chunks=(256, self.width)
        )
        return file

    def _append(self, key: tuple[float, ...], unit: Unit) -> None:
        values = np.ascontiguousarray(unit.values, dtype=np.float64)
        begin = self.file["values"].shape[0]
        entry: dict[str, Any] = {
            "values": values.ravel(),
            "begin": [begin],
            "columns": [values.shape[1]],
            "sum": [zlib.crc32(values.tobytes())],
            "worker": [unit.worker.encode()[:64]],
            "seconds": [unit.seconds],
            "key": [key],
        }
        # The key comes last: a unit without one does not exist.
        for name, new in entry.items():
            data = self.file[name]
            data.resize(data.shape[0] + len(new), axis=0)
            data[-len(new) :] = new

    def _read(self) -> Iterator[tuple[tuple[float, ...], Unit]]:
        """Read every whole unit of the file that is there, or refuse the file."""
        try:
            file = h5py.File(self.path, "r", libver="latest", swmr=True, locking="best-effort")
        except OSError:
            raise InputError(
                f"{str(self.path)!r} is no result file of weakscatter. Give another name, or remove it."
            ) from None
        with file:
            if file.attrs.get("kind") != MARK:
                raise InputError(
                    f"{str(self.path)!r} is an HDF5 file of another kind. Give another name, or remove it."
                )
            self._agree(str(file.attrs["origin"]))
            keys = file["key"][()]
            columns = {
                name: file[name][: len(keys)] for name in ("begin", "columns", "sum", "worker", "seconds")
            }
            for i, key in enumerate(keys[: min(len(c) for c in columns.values())]):
                begin, n = int(columns["begin"][i]), int(columns["columns"][i])
                values = file["values"][begin : begin + ROWS * n]
                # A process that died may have left numbers that never reached the disk.
                if values.size == ROWS * n and n > 0 and zlib.crc32(values.tobytes()) == columns["sum"][i]:
                    who = columns["worker"][i].decode(errors="replace")
                    yield (
                        tuple(key.tolist()),
                        Unit(values.reshape(ROWS, n), who, float(columns["seconds"][i])),
                    )

    def _agree(self, theirs: str) -> None:
        """Refuse a file that answers another question, and say in what they differ."""
        if theirs == self.origin:
            return
        mine, other = json.loads(self.origin), json.loads(theirs)
        names = [name for name in sorted({*mine, *other}) if mine.get(name) != other.get(name)]
        told = "; ".join(
            f"{name} = {_short(other.get(name))} there, {_short(mine.get(name))} now" for name in names
        )
        raise InputError(
            f"{str(self.path)!r} holds the results of another question ({told}). A run goes on only with the same card, data "
            "and version: give another file, or remove this one to begin again."
        )


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."

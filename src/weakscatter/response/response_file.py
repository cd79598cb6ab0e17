"""Response tables in files: HDF5 to keep, CSV to look at.

HDF5: data sets ``energy_transfer`` and ``momentum``, and one per part, ``vector/vector/00`` [T, q], each with an
attribute ``unit``; attributes of the file: ``citations``, a list of keys, and whatever the maker wants to remember. Subshells,
where they are kept, stand in groups ``subshell/0``, ``subshell/1``, ... with an attribute ``name``, the same parts, and an
``energy_transfer`` and ``momentum`` of their own.

CSV: columns ``energy_transfer (keV)``, ``momentum (keV)`` and one per part, ``vector/vector/00 (1/keV)``; one row per node, all
momenta of the first energy first. An edge is an energy whose momenta come twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.provenance.checksums import verify_packaged
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.provenance.files import write_atomic
from weakscatter.provenance.tables import read_csv
from weakscatter.response.infrared import InfraredCut, InfraredMass
from weakscatter.response.response_table import PARTS, ResponseTable
from weakscatter.units import UnitError, dimension_of, factor, keV

_AXES = ("energy_transfer", "momentum")
_NAMES = {"/".join(part): part for part in PARTS}
_SUBSHELL = "subshell"
#: Raised when files that are written can no longer be read by the versions before.
_LAYOUT = 1


def read_response_table(
    path: Any, *, infrared: InfraredMass | InfraredCut | None = None, below: str = "error", beyond: str = "error",
    citations: tuple[str, ...] = (), subshell: str | None = None,
) -> ResponseTable:  # fmt: skip
    """Read a table of response components from an HDF5 (``.h5``, ``.hdf5``) or CSV file.

    Parameters
    ----------
    path : file; its layout is that of the module's text.
    infrared, below, beyond : as in `ResponseTable`.
    citations : keys added to those of the file.
    subshell : one of those that an HDF5 file keeps apart, "2p3/2"; by default the whole atom.

    Raises
    ------
    InputError : no such file, a column or data set that is missing, unknown or has a wrong unit, rows that are no grid; no such
        subshell.
    """
    if Path(str(path)).suffix in (".h5", ".hdf5"):
        axes, parts, cited = _from_hdf5(path, subshell)
    elif subshell is None:
        axes, parts, cited = _from_csv(path)
    else:
        raise InputError(f"{str(path)!r} keeps no subshells apart; only HDF5 files do. Leave subshell out.")
    try:
        return ResponseTable(axes[0], axes[1], parts, infrared, below, beyond, (*cited, *citations))
    except InputError as error:
        raise InputError(f"{str(path)!r}: {error}") from None


def write_response_table(
    table: ResponseTable, path: Any, attributes: Mapping[str, Any] | None = None, *,
    subshells: Mapping[str, ResponseTable] | None = None, precision: float | None = None,
) -> None:  # fmt: skip
    """Write a table as HDF5, energies and momenta in keV, responses in 1/keV; whole or not at all.

    Parameters
    ----------
    attributes : what made the table (settings, versions, convergence errors), kept as attributes of the file.
    subshells : {name: table}, kept beside the whole.
    precision : relative error that responses may be rounded with, in single precision; by default nothing is rounded.
    """
    import io

    import h5py

    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        for name, value in (attributes or {}).items():
            file.attrs[name] = value
        file.attrs["layout"] = _LAYOUT
        file.attrs["citations"] = list(table.citations)
        _write_table(file, table, precision)
        for i, (name, one) in enumerate((subshells or {}).items()):
            group = file.create_group(f"{_SUBSHELL}/{i}")
            group.attrs["name"] = name
            _write_table(group, one, precision)
    write_atomic(path, memory.getvalue())


def _write_table(group: Any, table: ResponseTable, precision: float | None) -> None:
    for name in _AXES:
        group[name] = np.asarray(getattr(table, name)) / keV
        group[name].attrs["unit"] = "keV"
    for part, values in table.parts.items():
        shown = np.asarray(values) * keV
        if precision is not None:
            shown = _rounded(shown, precision)
        where = "/".join(part)
        group.create_dataset(where, data=shown, compression="gzip", compression_opts=9, shuffle=True)
        group[where].attrs["unit"] = "1/keV"


def _rounded(values: Any, precision: float) -> Any:
    """Return numbers in single precision whose last bits are zero, as many as a relative error allows: they compress."""
    small = values.astype(np.float32)
    if np.any(~np.isfinite(small) | ((small == 0) & (values != 0))):
        raise InputError(
            "responses of this table are too large or small for single precision. Leave precision out."
        )
    spare = 23 - int(np.ceil(-np.log2(precision))) + 1
    bits = small.view(np.uint32)
    half = np.uint32(1 << (spare - 1))
    return ((bits + half) & ~np.uint32((1 << spare) - 1)).view(np.float32)


def _from_hdf5(path: Any, subshell: str | None) -> tuple[list[Any], dict[Any, Any], tuple[str, ...]]:
    import h5py

    file = _opened(path)
    with file:
        found: list[str] = []
        file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
        whole = [name for name in found if not name.startswith(f"{_SUBSHELL}/")]
        _check_names(path, whole)
        cited = tuple(str(key) for key in file.attrs.get("citations", ()))
        inside = "" if subshell is None else _group_of(path, file, subshell)
        names = whole
        if inside:
            names = [name.removeprefix(inside) for name in found if name.startswith(inside)]
            _check_names(path, names)
        axes = [_in_natural_units(path, file, inside + name, "MeV") for name in _AXES]
        names = [name for name in names if name not in _AXES]
        parts = {_NAMES[name]: _in_natural_units(path, file, inside + name, "1/MeV") for name in names}
    return axes, parts, cited


def read_attributes(path: Any) -> dict[str, Any]:
    """Return the attributes of an HDF5 table: what its maker remembered, names and lists of plain values."""
    with _opened(path) as file:
        return {str(name): _plain(value) for name, value in file.attrs.items()}


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def _opened(path: Any) -> Any:
    """Return an HDF5 file, read whole and compared with its checksum where it comes with the package."""
    import io

    import h5py

    place = Path(str(path))
    try:
        content = place.read_bytes()
        verify_packaged(place, content)
        file = h5py.File(io.BytesIO(content), "r")
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r} as HDF5: {error}.") from None
    layout = int(file.attrs.get("layout", _LAYOUT))
    if layout > _LAYOUT:
        raise InputError(
            f"{str(path)!r} has layout {layout}, this version of weakscatter reads up to {_LAYOUT}. Install a later version, or make the "
            "table again."
        )
    return file


def _group_of(path: Any, file: Any, subshell: str) -> str:
    """Return the prefix of the data sets of a subshell."""
    groups = file.get(_SUBSHELL, {})
    names = {str(groups[i].attrs.get("name")): f"{_SUBSHELL}/{i}/" for i in groups}
    if subshell not in names:
        raise unknown(f"subshell of {str(path)!r}", subshell, list(names))
    return names[subshell]


def _in_natural_units(path: Any, file: Any, name: str, like: str) -> Any:
    unit = file[name].attrs.get("unit")
    try:
        if unit is None or dimension_of(str(unit)) != dimension_of(like):
            raise InputError(
                f"the data set {name!r} of {str(path)!r} has the unit {unit!r}; one like {like!r} is needed."
            )
        return np.asarray(file[name][()], dtype=float) * factor(str(unit))
    except UnitError as error:
        raise InputError(f"the data set {name!r} of {str(path)!r}: {error}") from None


def _from_csv(path: Any) -> tuple[list[Any], dict[Any, Any], tuple[str, ...]]:
    table = read_csv(path)
    names = list(table.columns)
    _check_names(path, names)
    wanted = {name: "MeV" if name in _AXES else "1/MeV" for name in names}
    for name, like in wanted.items():
        if dimension_of(table.units[name]) != dimension_of(like):
            raise InputError(
                f"the column {name!r} of {str(path)!r} has the unit {table.units[name]!r}; one like {like!r} is needed."
            )
    T, q = (table[name] for name in _AXES)
    # The grid is read off the order of the rows: an energy that stands twice is an edge, not a longer row.
    fallen = np.flatnonzero(np.diff(q) <= 0)
    width = int(fallen[0]) + 1 if len(fallen) else len(q)
    if len(q) % width or not (
        np.array_equal(q, np.tile(q[:width], len(q) // width))
        and np.array_equal(T, np.repeat(T[::width], width))
    ):
        raise InputError(
            f"the rows of {str(path)!r} are no grid: the same {width} momenta are needed for every energy transfer, all those of "
            "one energy together."
        )
    parts = {_NAMES[name]: table[name].reshape(-1, width) for name in names if name not in _AXES}
    return [T[::width], q[:width]], parts, ()


def _check_names(path: Any, found: list[str]) -> None:
    missing = [name for name in _AXES if name not in found]
    strange = [name for name in found if name not in _AXES and name not in _NAMES]
    if missing or strange:
        what = f"lacks {' and '.join(missing)}" if missing else f"holds {strange[0]!r}"
        raise InputError(
            f"{str(path)!r} {what}; a response table has {', '.join(_AXES)} and any of {', '.join(_NAMES)}."
        )

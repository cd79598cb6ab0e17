"""Tables of transition amplitudes in HDF5 files.

Attributes of the file: ``layout`` (the version of this layout), ``nuclide``, ``A``, ``oscillator_length (fm)``, ``centre_of_mass``,
``particle_threshold (MeV)`` (nan if unknown), ``citations`` and every setting of the maker, ``settings``, as JSON. ``initial/`` and
``levels/`` hold the states, one entry each of ``name``, ``excitation (MeV)``, ``two_j``, ``parity`` and ``isospin`` (nan if unknown).
``amplitudes/key`` [amplitude, 4] are position of the level, J, operator (position in the group's attribute ``operators``) and species (0 protons,
1 neutrons), ``amplitudes/length`` [amplitude] the number of coefficients and ``amplitudes/coefficients`` all of them one after another,
lowest power first, dimensionless, without the zeros at the end. ``decays`` [decay] has the columns ``from``, ``to`` (positions of levels) and ``share``.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.provenance.checksums import verify_packaged
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.files import write_atomic
from weakscatter.response.amplitudes import OPERATORS, SPECIES, Amplitudes, NuclearLevel
from weakscatter.units import fm

#: Version of the layout; a file of another one is refused.
LAYOUT = 3


def write_amplitudes(table: Amplitudes, path: str | Path) -> Path:
    """Write a table as HDF5, whole or not at all; the same table gives the same bytes.

    Raises
    ------
    InputError : the path cannot be written.
    """
    import h5py

    stream = BytesIO()
    with h5py.File(stream, "w", libver="latest") as file:
        file.attrs["layout"] = LAYOUT
        file.attrs["nuclide"], file.attrs["A"] = table.nuclide, table.A
        file.attrs["oscillator_length (fm)"] = table.oscillator_length / fm
        file.attrs["centre_of_mass"] = table.centre_of_mass
        threshold = table.particle_threshold
        file.attrs["particle_threshold (MeV)"] = np.nan if threshold is None else threshold
        file.attrs["citations"] = list(table.citations)
        # One attribute: more than eight of a kind cost kilobytes of HDF5's own tables.
        file.attrs["settings"] = json.dumps(dict(table.settings))
        _write_levels(file.create_group("initial"), (table.initial,))
        _write_levels(file.create_group("levels"), table.levels)
        number = {level.name: i for i, level in enumerate(table.levels)}
        names = list(OPERATORS)
        keys = sorted(
            (number[name], J, names.index(operator), SPECIES.index(one))
            for name, J, operator, one in table.coefficients
        )
        rows = [
            _trimmed(table.coefficients[table.levels[i].name, J, names[o], SPECIES[x]]) for i, J, o, x in keys
        ]
        _pack(file, "amplitudes/key", np.array(keys, np.int32).reshape(-1, 4))
        file["amplitudes"].attrs["operators"] = names
        _pack(file, "amplitudes/length", np.array([len(row) for row in rows], np.int32))
        _pack(file, "amplitudes/coefficients", np.concatenate([*rows, np.zeros(0)]))
        file["decays/from"] = np.array([number[one] for one, _, _ in table.decays], np.int32)
        file["decays/to"] = np.array([number[one] for _, one, _ in table.decays], np.int32)
        file["decays/share"] = np.array([share for _, _, share in table.decays], float)
    return write_atomic(path, stream.getvalue())


def _trimmed(values: Any) -> Any:
    row = np.asarray(values, float)
    kept = np.trim_zeros(row, "b")
    return kept if kept.size else row[:1]


def _pack(file: Any, name: str, values: Any) -> None:
    # Small arrays grow by compression.
    how = {"compression": "gzip", "shuffle": True} if values.size > 500 else {}
    file.create_dataset(name, data=values, **how)


def _write_levels(group: Any, levels: tuple[NuclearLevel, ...]) -> None:
    group.attrs["name"] = [level.name for level in levels]
    group["excitation (MeV)"] = np.array([level.excitation for level in levels], float)
    group["two_j"] = np.array([level.two_j for level in levels], np.int32)
    group["parity"] = np.array([level.parity for level in levels], np.int32)
    group["isospin"] = np.array([np.nan if level.isospin is None else level.isospin for level in levels])


def read_amplitudes(path: Any) -> Amplitudes:
    """Read a table of transition amplitudes.

    Raises
    ------
    InputError : no such file, no HDF5, another layout, an attribute or group that is missing, or a table that contradicts
        itself.
    """
    import h5py

    try:
        content = path.read_bytes() if hasattr(path, "read_bytes") else Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror or error}.") from None
    verify_packaged(path, content)
    try:
        file = h5py.File(BytesIO(content), "r")
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r} as HDF5: {error}.") from None
    with file:
        layout = file.attrs.get("layout")
        if layout != LAYOUT:
            raise InputError(
                f"{str(path)!r} has the layout {layout}; this version reads layout {LAYOUT} of amplitude tables. Make the table again."
            )
        try:
            return _table(file)
        except (KeyError, IndexError) as error:
            raise InputError(f"{str(path)!r} is no whole table of amplitudes: {error.args[0]}") from None
        except InputError as error:
            raise InputError(f"{str(path)!r}: {error}") from None


def _table(file: Any) -> Amplitudes:
    levels = _read_levels(file["levels"])
    names = [str(name) for name in file["amplitudes"].attrs["operators"]]
    keys, lengths, values = (file[f"amplitudes/{part}"][()] for part in ("key", "length", "coefficients"))
    ends = np.cumsum(lengths)
    coefficients = {
        (levels[level].name, J, names[operator], SPECIES[species]): values[end - length : end]
        for (level, J, operator, species), length, end in zip(
            keys.tolist(), lengths.tolist(), ends.tolist(), strict=True
        )
    }
    decays = (file[f"decays/{column}"][()].tolist() for column in ("from", "to", "share"))
    threshold = float(file.attrs["particle_threshold (MeV)"])
    cited = tuple(map(str, file.attrs["citations"]))
    return Amplitudes(
        nuclide=str(file.attrs["nuclide"]),
        A=int(file.attrs["A"]),
        oscillator_length=float(file.attrs["oscillator_length (fm)"]) * fm,
        initial=_read_levels(file["initial"])[0],
        levels=levels,
        coefficients=coefficients,
        centre_of_mass=str(file.attrs["centre_of_mass"]),
        settings=json.loads(file.attrs["settings"]),
        citations=cited,
        decays=tuple(
            (levels[one].name, levels[two].name, share) for one, two, share in zip(*decays, strict=True)
        ),
        particle_threshold=None if np.isnan(threshold) else threshold,
    )


def _read_levels(group: Any) -> tuple[NuclearLevel, ...]:
    columns = (group[name][()].tolist() for name in ("excitation (MeV)", "two_j", "parity", "isospin"))
    return tuple(
        NuclearLevel(str(name), energy, two_j, parity, None if np.isnan(isospin) else isospin)
        for name, energy, two_j, parity, isospin in zip(group.attrs["name"], *columns, strict=True)
    )

"""Tables of transition amplitudes in HDF5 files.

Attributes of the file: ``layout`` (the version of this layout), ``nuclide``, ``A``, ``oscillator_length (fm)``, ``centre_of_mass``,
``citations`` and every setting of the maker under ``settings/``. Groups ``initial`` and ``levels/<number>`` hold the states as
attributes; ``levels/<number>/<operator>_<J>/<species>`` is the data set of coefficients, lowest power first, dimensionless.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.provenance.checksums import verify_packaged
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.files import write_atomic
from weakscatter.response.amplitudes import Amplitudes, NuclearLevel
from weakscatter.units import fm

#: Version of the layout; a file of another one is refused.
LAYOUT = 1


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
        file.attrs["citations"] = list(table.citations)
        settings = file.create_group("settings")
        for name, value in table.settings.items():
            settings.attrs[name] = value
        _write_level(file.create_group("initial"), table.initial)
        for number, level in enumerate(table.levels):
            group = file.create_group(f"levels/{number}")
            _write_level(group, level)
            for (name, J, operator, species), values in table.coefficients.items():
                if name == level.name:
                    group[f"{operator}_{J}/{species}"] = np.asarray(values, float)
    return write_atomic(path, stream.getvalue())


def _write_level(group: Any, level: NuclearLevel) -> None:
    group.attrs["name"], group.attrs["excitation (MeV)"] = level.name, level.excitation
    group.attrs["two_j"], group.attrs["parity"] = level.two_j, level.parity
    if level.isospin is not None:
        group.attrs["isospin"] = level.isospin
    if level.photons:
        group.attrs["photons (MeV, 1)"] = np.array(level.photons)


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
        except KeyError as error:
            raise InputError(f"{str(path)!r} is no whole table of amplitudes: {error.args[0]}") from None
        except InputError as error:
            raise InputError(f"{str(path)!r}: {error}") from None


def _table(file: Any) -> Amplitudes:
    levels, coefficients = [], {}
    for number in sorted(file["levels"], key=int):
        group = file[f"levels/{number}"]
        level = _read_level(group)
        levels.append(level)
        for name, species in group.items():
            operator, _, J = name.rpartition("_")
            for one, values in species.items():
                coefficients[level.name, int(J), operator, one] = np.asarray(values[()], float)
    keys = file.attrs["citations"]
    return Amplitudes(
        nuclide=str(file.attrs["nuclide"]),
        A=int(file.attrs["A"]),
        oscillator_length=float(file.attrs["oscillator_length (fm)"]) * fm,
        initial=_read_level(file["initial"]),
        levels=tuple(levels),
        coefficients=coefficients,
        centre_of_mass=str(file.attrs["centre_of_mass"]),
        settings={name: str(value) for name, value in file["settings"].attrs.items()},
        citations=tuple(map(str, keys)),
    )


def _read_level(group: Any) -> NuclearLevel:
    attributes = group.attrs
    isospin = attributes.get("isospin")
    return NuclearLevel(
        str(attributes["name"]),
        float(attributes["excitation (MeV)"]),
        int(attributes["two_j"]),
        int(attributes["parity"]),
        None if isospin is None else float(isospin),
        tuple((float(energy), float(share)) for energy, share in attributes.get("photons (MeV, 1)", ())),
    )

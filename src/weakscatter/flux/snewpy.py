"""Reading what SNEWPY writes: the fluence of a supernova that a user computed with that program, without depending on it.

Three kinds of file are known:

- ``.npz`` of a flux, fluence or binned fluence (`snewpy.flux.Container.save`, releases 1.3 to 1.6), with arrays ``array``
  [flavour, time, energy], ``time``, ``energy``, ``flavor``, their units and the class name: d2FdEdT (points in time and energy),
  dFdE (integrated over bins of time), dF (over bins of energy as well);
- text of seven columns, ``E(GeV) NuE NuMu NuTau aNuE aNuMu aNuTau``, fluence per cm^2 in bins of 0.2 MeV, as in SNOwGLoBES;
- ``.tar.bz2`` of such texts (releases before 1.3), one for each bin of time, which are added.

Flavours of releases up to 1.6 are nu_e, nu_x, nu_e_bar, nu_x_bar in this order, where nu_x is *one* of nu_mu and nu_tau. Later
releases save them as Python objects, which are not opened here (that would run code of the file): save the array with integers.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.flux.beam import Beam
from weakscatter.flux.tabulated import Tabulated
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError
from weakscatter.units import GeV, MeV, UnitError, cm, factor

_COLUMNS = (
    ("nu_e", "e"),
    ("nu_mu", "mu"),
    ("nu_tau", "tau"),
    ("nu_e_bar", "e"),
    ("nu_mu_bar", "mu"),
    ("nu_tau_bar", "tau"),
)
#: Width of the bins of a text file.
_TEXT_BIN = 0.2 * MeV
_CLASSES = ("d2FdEdT", "dFdE", "dF")


def snewpy_fluence(path: str | Path) -> Beam:
    """The beam of a SNEWPY file: six components, integrated over all times of the file.

    Where energies are points, the spectrum is linear between them; where they are bins, each bin's mean stands at its centre, and
    the number of neutrinos is kept.

    Parameters
    ----------
    path : file; its distance is in it.

    Raises
    ------
    InputError : no such file, an unknown format, flavours saved as Python objects, negative or missing numbers, or a component
        without neutrinos in all of them.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no file {str(path)!r}. Give the path of a SNEWPY fluence.")
    try:
        if zipfile.is_zipfile(path):
            E, spectra = _container(path)
        elif tarfile.is_tarfile(path):
            E, spectra = _archive(path)
        else:
            E, spectra = _text(path.read_text(encoding="utf-8"), str(path))
    except (OSError, KeyError, ValueError, tarfile.TarError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{str(path)!r} is no fluence of SNEWPY that is known here ({error}). Known are .npz of its Container, and the "
            "text files of SNOwGLoBES, alone or as .tar.bz2."
        ) from None
    if not np.all(np.isfinite(spectra)) or np.any(spectra < 0):
        raise InputError(f"{str(path)!r} holds negative or missing numbers of neutrinos.")
    parts = tuple(
        Tabulated(
            label, E, values, float(np.trapezoid(values, E)), flavour_state(flavour), below="zero",
            antineutrino=label.endswith("_bar"),
        )
        for (label, flavour), values in zip(_COLUMNS, spectra, strict=True) if np.any(values > 0)
    )  # fmt: skip
    if not parts:
        raise InputError(f"{str(path)!r} holds no neutrinos.")
    return Beam(parts, ("snewpy2022",))


def _container(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Energies [n] and fluence per energy [6, n] in natural units."""
    with np.load(path, allow_pickle=False) as file:
        kind = str(file["_class_name"])
        if kind not in _CLASSES:
            raise InputError(f"{str(path)!r} is a {kind!r} of SNEWPY. Known are {', '.join(_CLASSES)}.")
        try:
            flavours = np.asarray(file["flavor"])
        except ValueError:
            raise InputError(
                f"{str(path)!r} holds its flavours as Python objects, which are not opened. Write the file with a release up "
                "to 1.6, or save the flavours as integers 0 (nu_e), 1 (nu_x), 2 (nu_e_bar), 3 (nu_x_bar)."
            ) from None
        if flavours.tolist() != [0, 1, 2, 3]:
            raise InputError(
                f"{str(path)!r} has the flavours {flavours.tolist()}; [0, 1, 2, 3] is known: nu_e, nu_x, nu_e_bar, nu_x_bar."
            )
        values = np.asarray(file["array"], float) * _unit(file, "array")
        energy = np.asarray(file["energy"], float) * _unit(file, "energy")
        time = np.asarray(file["time"], float) * _unit(file, "time")
    values = np.asarray(np.trapezoid(values, time, axis=1) if kind == "d2FdEdT" else values.sum(axis=1))
    if kind == "dF":
        width = np.diff(energy)
        energy, values = 0.5 * (energy[1:] + energy[:-1]), values / width
        energy, values = _closed(energy, values, width)
    return energy, values[[0, 1, 1, 2, 3, 3]]


def _unit(file: Any, name: str) -> float:
    text = str(file[f"_{name}_unit"])
    try:
        # Written as by astropy: "1 / (MeV s m2)".
        return factor(_spelled(text))
    except UnitError as error:
        raise InputError(f"the unit {text!r} of {name!r}: {error}") from None


def _spelled(unit: str) -> str:
    words = unit.replace("(", " ( ").replace(")", " ) ").split()
    return " ".join(w[:-1] + "^" + w[-1] if w[-1].isdigit() and w[:-1].isalpha() else w for w in words)


def _archive(path: Path) -> tuple[np.ndarray, np.ndarray]:
    energies, total = None, None
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member) if member.name.endswith(".dat") else None
            if content is None:
                continue
            E, values = _text(io.TextIOWrapper(content, "utf-8").read(), member.name)
            if energies is not None and not np.array_equal(E, energies):
                raise InputError(f"the bins of time in {str(path)!r} have different energies.")
            energies, total = E, values if total is None else total + values
    if energies is None or total is None:
        raise InputError(f"the archive {str(path)!r} holds no .dat file with a fluence.")
    return energies, total


def _text(text: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    table = np.loadtxt(io.StringIO(text), ndmin=2)
    if table.shape[1] != 7 or len(table) < 2:
        raise InputError(
            f"{name!r} has the shape {table.shape}; seven columns and two lines at least are a fluence."
        )
    E = table[:, 0] * GeV
    if np.any(np.diff(E) <= 0):
        raise InputError(f"the energies of {name!r} do not increase.")
    return E, table[:, 1:].T / cm**2 / _TEXT_BIN


def _closed(E: np.ndarray, values: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of bins as points, with ends at zero half a bin outside, scaled to keep each flavour's number."""
    numbers = values @ width
    E = np.concatenate([[max(E[0] - width[0] / 2, 0.0)], E, [E[-1] + width[-1] / 2]])
    closed = np.pad(values, ((0, 0), (1, 1)))
    found = np.trapezoid(closed, E, axis=1)
    scale = np.where(found > 0, numbers / np.where(found > 0, found, 1.0), 0.0)
    return E, closed * scale[:, None]

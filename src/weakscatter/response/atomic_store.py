"""Ab initio responses of atoms and ions by name: the tables that come with the package.

One electron at a time in the field of the ion, all multipoles (`weakscatter.atomic.tabulate`; what made each table and its errors
stand in the attributes of its file, `table_settings`), from the lowest threshold to 30 keV and to momenta of 1 MeV, beyond which
nothing is left. Thresholds are calculated ones, some per cent above measured edges, those of outer shells up to 40 %. For outer shells
near their thresholds it is wrong by tens of per cent and more: there a second table (`correlated_targets`, all of them today) has the
low multipoles of outer shells coupled (`weakscatter.atomic.correlate`), and `ab_initio` joins both. Free atoms and ions: a crystal of
silicon or germanium is another thing below about 100 eV.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from weakscatter.matter import subshells
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.response.continued import Continued
from weakscatter.response.infrared import InfraredCut, InfraredMass
from weakscatter.response.joined import joined
from weakscatter.response.response_file import read_attributes, read_response_table
from weakscatter.response.response_table import ResponseTable
from weakscatter.response.stepping import Stepping
from weakscatter.units import keV

ABOVE = ("stepping", "error")
#: What `ab_initio` may do about correlation: the joined table where there is one, or one electron at a time everywhere.
CORRELATION = ("joined", "none")


def _folder() -> Path:
    return Path(str(files("weakscatter.response"))) / "atomic_tables"


@lru_cache(maxsize=1)
def atomic_targets() -> tuple[str, ...]:
    """Return the atoms and ions that have a table: "Xe", "Cs+", ..."""
    return tuple(sorted(path.stem for path in _folder().glob("*.h5")))


@lru_cache(maxsize=1)
def correlated_targets() -> tuple[str, ...]:
    """Return the atoms and ions that have a second table, with correlation, at low energies."""
    return tuple(sorted(path.stem for path in (_folder() / "correlated").glob("*.h5")))


def atomic_target(symbol: str) -> str:
    """Return the atom or ion with a table that stands for an element: itself, or the ion that its crystals are made of.

    >>> atomic_target("Xe"), atomic_target("I")
    ('Xe', 'I-')

    Raises
    ------
    InputError : no table; those that exist are said.
    """
    names = atomic_targets()
    for name in (symbol, f"{symbol}+", f"{symbol}-"):
        if name in names:
            return name
    raise unknown("target of an ab initio table", symbol, names)


def atomic_table(
    symbol: str, *, subshell: str | None = None, infrared: InfraredMass | InfraredCut | None = None
) -> ResponseTable:
    """Return the ab initio table of an atom or ion without correlation, or of one of its subshells.

    Parameters
    ----------
    symbol : "Xe", "I-", or the element of an ion, "I".
    subshell : "2p3/2"; by default all of them.
    infrared : as in `ResponseTable`.
    """
    table = _read(atomic_target(symbol), subshell)
    return table if infrared is None else replace(table, infrared=infrared)


def ab_initio(
    symbol: str, *, infrared: InfraredMass | InfraredCut | None = None, above: str = "stepping",
    correlation: str = "joined",
) -> ResponseTable | Continued:  # fmt: skip
    """Return the response of an atom or ion from its ab initio tables.

    Parameters
    ----------
    symbol, infrared : as in `atomic_table`.
    above : what answers above the last energy of the table: "stepping" with calculated edges (`Continued`), or "error".
    correlation : "joined", low energies from the table with correlation where there is one (`correlated_targets`), or "none".

    Examples
    --------
    >>> round(float(ab_initio("Ne").ends), 6)
    0.03
    """
    if above not in ABOVE:
        raise unknown("policy above an ab initio table", above, ABOVE)
    if correlation not in CORRELATION:
        raise unknown("treatment of correlation", correlation, CORRELATION)
    name = atomic_target(symbol)
    coupled = correlation == "joined" and name in correlated_targets()
    table = _joined(name) if coupled else atomic_table(name)
    table = table if infrared is None else replace(table, infrared=infrared)
    if above == "error":
        return table
    charge = {"+": 1, "-": -1}.get(name[-1], 0)
    return Continued(table, Stepping(subshells(name.rstrip("+-"), "ab-initio", charge=charge)))


def table_settings(symbol: str) -> dict[str, Any]:
    """Return what made a table and its errors: the attributes of its file."""
    return read_attributes(_path(atomic_target(symbol)))


def correlated_settings(symbol: str) -> dict[str, Any]:
    """Return what made the table with correlation of an atom or ion, and its errors: the attributes of its file.

    Raises
    ------
    InputError : no such table; those that exist are said.
    """
    return read_attributes(_correlated_path(symbol))


def correlated_table(symbol: str) -> ResponseTable:
    """Return the table with correlation as it is, from the lowest threshold to where it ends; errors as in `correlated_settings`."""
    return read_response_table(_correlated_path(symbol), below="zero", beyond="zero")


def _correlated_path(symbol: str) -> Path:
    name = atomic_target(symbol)
    if name not in correlated_targets():
        raise unknown("target of a table with correlation", name, correlated_targets())
    return _folder() / "correlated" / f"{name}.h5"


@lru_cache(maxsize=16)
def _joined(name: str) -> ResponseTable:
    begins, ends = (end * keV for end in correlated_settings(name)["join_keV"])
    try:
        return joined(correlated_table(name), atomic_table(name), begins, ends)
    except InputError as error:
        raise InputError(f"ab initio tables of {name}: {error}") from None


def _path(name: str) -> Path:
    return _folder() / f"{name}.h5"


@lru_cache(maxsize=32)
def _read(name: str, subshell: str | None) -> ResponseTable:
    try:
        return read_response_table(_path(name), below="zero", beyond="zero", subshell=subshell)
    except InputError as error:
        raise InputError(f"ab initio table of {name}: {error}") from None

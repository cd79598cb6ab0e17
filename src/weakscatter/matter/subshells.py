"""Subshells of atoms and ions: binding energies and electrons, measured, printed or calculated.

A source is chosen by name; the two sets of xenon differ by 0.6 % (K) to 20 % (4p). Measured inner edges of solids count from the Fermi
level; free-atom energies of outer electrons differ from the solid's, which matters below about 30 eV.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from os import PathLike
from typing import Any, ClassVar

from weakscatter import units
from weakscatter.matter.nuclide import element
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.provenance.tables import read_csv, read_toml

_LETTERS = "spdfgh"
_NAME = re.compile(r"(\d)([spdfgh])(?:(\d+)/2)?")
_TOLERANCE = 1e-4  # electrons; calculated occupations are written with six digits


@dataclass(frozen=True)
class Subshell:
    """Electrons bound with one energy.

    Parameters
    ----------
    name : "4d5/2", or "4p" where the partners are not told apart.
    energy : binding energy (MeV), positive.
    occupation : number of electrons; open shells of several configurations have fractions.

    >>> Subshell("5s", 23.3 * units.eV, 2.0).capacity
    2
    """

    STATIC: ClassVar[bool] = True

    name: str
    energy: float
    occupation: float

    def __post_init__(self) -> None:
        found = _NAME.fullmatch(self.name)
        if found is None or not self._exists(found):
            raise InputError(f"{self.name!r} is no subshell. Write '5s', '4d5/2', or '4p' for both partners.")
        if not 0.0 < self.energy < math.inf:
            raise InputError(
                f"the binding energy of {self.name} is {self.energy!r} MeV; it must be positive and finite."
            )
        if not 0.0 < self.occupation <= self.capacity + _TOLERANCE:
            raise InputError(
                f"{self.name} cannot hold {self.occupation!r} electrons: it holds up to {self.capacity}."
            )

    @staticmethod
    def _exists(found: re.Match[str]) -> bool:
        l = _LETTERS.index(found[2])
        return l < int(found[1]) and found[3] in (None, *(str(j) for j in (2 * l - 1, 2 * l + 1) if l))

    @property
    def capacity(self) -> int:
        """Number of electrons that fill it."""
        found = _NAME.fullmatch(self.name)
        assert found is not None
        return int(found[3]) + 1 if found[3] else 4 * _LETTERS.index(found[2]) + 2


def subshells(
    symbol: str,
    source: str | PathLike[str] | Iterable[Subshell] = "measured",
    *,
    charge: int = 0,
) -> tuple[Subshell, ...]:
    """Return the occupied subshells of an atom or ion, the deepest first.

    Parameters
    ----------
    symbol : element, "Xe".
    source : a word of `EDGE_SOURCES` ("measured", "ab-initio", "hartree-fock"), the path of a CSV table (`read_subshells`),
        or subshells of one's own.
    charge : of the ion.

    Returns
    -------
    tuple of Subshell
        Energies in MeV; electrons per atom, sum Z - charge.

    Raises
    ------
    InputError : an element or ion that the source does not have; electrons that do not add to Z - charge.

    Examples
    --------
    >>> xenon = subshells("Xe")
    >>> xenon[0].name, round(xenon[0].energy / units.keV, 3), sum(s.occupation for s in xenon)
    ('1s', 34.561, 54.0)
    """
    element(symbol)
    if isinstance(source, str) and not source.endswith(".csv"):
        if source not in EDGE_SOURCES:
            raise unknown("source of subshells", source, EDGE_SOURCES)
        found = EDGE_SOURCES[source](symbol, charge)
        name = source
    elif isinstance(source, str | PathLike):
        found, name = read_subshells(source), str(source)
    else:
        found, name = tuple(source), "given"
    return _checked(symbol, charge, found, name)


def subshell_citations(symbol: str, source: Any = "measured") -> tuple[str, ...]:
    """Return the keys of the bibliography behind a named source; none behind a user's own.

    >>> subshell_citations("Xe", "hartree-fock")
    ('chen2017',)
    """
    if not isinstance(source, str) or source not in EDGE_SOURCES:
        return ()
    return tuple(_table(_AB_INITIO if source == "ab-initio" else _PRINTED)[source]["citation"])


def recalled_subshells(symbol: str, source: str = "measured") -> tuple[str, ...]:
    """Return the names of the subshells whose energy was written from memory.

    >>> recalled_subshells("Ge")
    ('4s', '4p')
    """
    atoms = _table(_PRINTED).get(source, {}).get("atoms", {})
    return tuple(atoms[symbol]["recalled"]) if symbol in atoms else ()


def measured_atoms() -> tuple[str, ...]:
    """Return the elements of the source "measured"."""
    return tuple(_table(_PRINTED)["measured"]["atoms"])


def read_subshells(path: Any) -> tuple[Subshell, ...]:
    """Read subshells from a CSV table, ``n (1),l (1),two_j (1),energy (eV),electrons (1)``; two_j = 0 stands for both partners.

    The energy may have any unit of energy.
    """
    dimensions = {"n": "", "l": "", "two_j": "", "energy": "MeV", "electrons": ""}
    table = read_csv(path, dimensions)
    found = []
    for n, l, two_j, energy, electrons in zip(*(table[name] for name in dimensions), strict=True):
        if (
            l not in range(len(_LETTERS))
            or n not in range(1, 10)
            or two_j not in (0, abs(2 * l - 1), 2 * l + 1)
        ):
            raise InputError(
                f"{str(path)!r}: n = {n:g}, l = {l:g}, two_j = {two_j:g} is no subshell; n from 1 to 9, l from 0 to 5, "
                "two_j = 2l - 1 or 2l + 1, or 0 for both partners."
            )
        j = f"{int(two_j)}/2" if l and two_j else ""
        found.append(Subshell(f"{int(n)}{_LETTERS[int(l)]}{j}", float(energy), float(electrons)))
    return tuple(found)


def measured(symbol: str, charge: int) -> tuple[Subshell, ...]:
    """Measured X-ray edges; outer electrons of solids with free-atom ionisation energies; neutral atoms."""
    if charge:
        raise InputError(
            f"measured edges are those of neutral atoms; {symbol} with charge {charge:+d} was asked for. Use the source "
            "'ab-initio', or give a table."
        )
    return _atom("measured", _PRINTED, symbol)


def hartree_fock(symbol: str, charge: int) -> tuple[Subshell, ...]:
    """Hartree-Fock energies of xenon as printed by Chen et al. (2017)."""
    return _atom("hartree-fock", _PRINTED, symbol + _sign(charge))


def ab_initio(symbol: str, charge: int) -> tuple[Subshell, ...]:
    """Dirac-Fock (np2: MCDF) orbital energies of this library with the opposite sign: frozen-core thresholds.

    They lie above measured edges by 0.5 % (K) to 20 % (outer d shells), since the ion does not relax.
    """
    return _atom("ab-initio", _AB_INITIO, symbol + _sign(charge))


#: Where binding energies come from, by the word that cards use.
EDGE_SOURCES: dict[str, Callable[[str, int], tuple[Subshell, ...]]] = {
    "measured": measured,
    "ab-initio": ab_initio,
    "hartree-fock": hartree_fock,
}

_PRINTED = "subshells.toml"
_AB_INITIO = "subshells_ab_initio.toml"  # written by tools/subshells_ab_initio.py


def _sign(charge: int) -> str:
    return "" if charge == 0 else f"{abs(charge) if abs(charge) > 1 else ''}{'+' if charge > 0 else '-'}"


@lru_cache(maxsize=2)
def _table(name: str) -> dict[str, Any]:
    return read_toml(files("weakscatter.matter").joinpath(name))


def _atom(source: str, file: str, ion: str) -> tuple[Subshell, ...]:
    atoms = _table(file)[source]["atoms"]
    if ion not in atoms:
        raise InputError(
            f"the source {source!r} has no subshells of {ion}; it has {', '.join(atoms)}. Take another source "
            f"({', '.join(EDGE_SOURCES)}), give a table, or calculate them: weakscatter.atomic.dirac_fock({ion.rstrip('+-0123456789')!r})"
            ".subshells."
        )
    return tuple(Subshell(name, energy * units.eV, float(n)) for name, energy, n in atoms[ion]["shells"])


def _checked(symbol: str, charge: int, found: tuple[Subshell, ...], source: str) -> tuple[Subshell, ...]:
    """Sort by energy; refuse a shell that stands twice and electrons that do not add up."""
    names = [shell.name for shell in found]
    for name in names:
        # "4p" beside "4p1/2" counts the same electrons twice.
        if names.count(name) > 1 or ("/" in name and name.split("/")[0][:-1] in names):
            raise InputError(f"the subshells of {symbol} ({source}) hold {name} twice; give each once.")
    wanted = int(element(symbol).number) - charge
    total = sum(shell.occupation for shell in found)
    if abs(total - wanted) > _TOLERANCE:
        raise InputError(
            f"the subshells of {symbol} ({source}) hold {total:g} electrons; with charge {charge:+d} they must hold "
            f"{wanted}. Correct the occupations or the charge."
        )
    return tuple(sorted(found, key=lambda shell: -shell.energy))

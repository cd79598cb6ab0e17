"""Orbit lists that go with `.int` files: `.sps` of BIGSTICK, `.sp` of NuShellX, or names such as "0d5/2".

`.sps`: ``iso``, the number of orbits, then lines ``n l j weight``; or ``pn`` or ``wpn``, the numbers of orbits of protons and
neutrons, then both lists. `.sp`: ``t`` or ``pn``, mass and charge number of the core, the number of orbits, the number of
species with the orbits of each, then lines ``index n l 2j``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weakscatter.nuclear.interaction import ModelSpace, Orbit
from weakscatter.nuclear.lines import Line, Text, read_text
from weakscatter.nuclear.quantum_numbers import checked_orbit
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.files import write_atomic

_NAME = re.compile(r"(\d+)([spdfghijklm])(\d+)/2")
_LETTERS = "spdfghijklm"


@dataclass(frozen=True, eq=False)
class OrbitList:
    """Orbits as a list states them.

    ``isospin`` says that one list stands for both species, so an interaction in isospin form goes with it; ``core`` is
    (Z, N) where the list states it. n is as written: see `weakscatter.nuclear.orbit_numbers`.
    """

    protons: tuple[Orbit, ...]
    neutrons: tuple[Orbit, ...]
    isospin: bool
    core: tuple[int, int] | None = None
    source: str = ""


def read_orbits(given: Any) -> OrbitList:
    """Read an orbit list.

    Parameters
    ----------
    given : path of a `.sps` or `.sp` file; a list of names, ["0d3/2", "0d5/2", "1s1/2"]; or {"protons": names,
        "neutrons": names}.

    Raises
    ------
    InputError : names the line that cannot be read.
    """
    if isinstance(given, OrbitList):
        return given
    if isinstance(given, Mapping):
        if set(given) != {"protons", "neutrons"}:
            raise InputError('orbits is a table with "protons" and "neutrons", a list of names, or a path.')
        protons, neutrons = (_named(given[name], name[:-1]) for name in ("protons", "neutrons"))
        return OrbitList(protons, neutrons, False)
    if isinstance(given, Sequence) and not isinstance(given, str):
        protons = _named(given, "proton")
        return OrbitList(protons, _as_neutrons(protons), True)
    text = read_text(given)
    lines = list(text.lines)
    if not lines:
        raise text.end("there is no line with content.")
    kind = lines[0].words[0].lower()
    if kind not in ("iso", "pn", "wpn", "t") or len(lines[0].words) != 1:
        raise lines[0].bad("the first line of an orbit list is iso, pn, wpn or t.")
    if len(lines) < 3:
        raise text.end("the number of orbits and the orbits are missing.")
    if kind == "t" or (kind == "pn" and len(lines[2].words) == 1):
        return _nushell(text, lines, kind == "t")
    return _bigstick(text, lines, kind == "iso")


def write_sps(path: str | Path, space: ModelSpace) -> Path:
    """Write the orbits of a space as a `.sps` file, n counted from 0, with their weights."""
    isospin = space.isospin_symmetric and [o.weight for o in space.protons] == [
        o.weight for o in space.neutrons
    ]
    head = (
        ["iso", str(len(space.protons))]
        if isospin
        else ["wpn", f"{len(space.protons)} {len(space.neutrons)}"]
    )
    orbits = space.protons if isospin else space.orbits
    rows = [f"{o.n}.0 {o.l}.0 {o.two_j / 2} {o.weight}" for o in orbits]
    return write_atomic(path, "\n".join((*head, *rows)) + "\n")


def _bigstick(text: Text, lines: list[Line], isospin: bool) -> OrbitList:
    counts = [lines[1].whole(word, "the number of orbits") for word in lines[1].words]
    if len(counts) != (1 if isospin else 2) or min(counts) < 0 or sum(counts) == 0:
        raise lines[1].bad(
            "one number of orbits is due after iso, those of protons and neutrons after pn or wpn."
        )
    rows = lines[2:]
    if len(rows) < sum(counts):
        raise text.end(f"{sum(counts)} orbits are declared, {len(rows)} are there.")
    # What follows the declared orbits is not read; lists in circulation keep an older list there.
    orbits = []
    for i, line in enumerate(rows[: sum(counts)]):
        if len(line.words) != 4:
            raise line.bad("an orbit has four words, `n l j weight`.")
        n, l = line.whole(line.words[0], "n"), line.whole(line.words[1], "l")
        two_j = line.whole(str(2.0 * line.real(line.words[2], "j")), "2j")
        weight = line.whole(line.words[3], "the weight")
        orbits.append(checked_orbit(line, n, l, two_j, "proton" if i < counts[0] else "neutron", weight))
    _distinct(rows, orbits)
    if isospin:
        return OrbitList(tuple(orbits), _as_neutrons(tuple(orbits)), True, None, text.path)
    return OrbitList(tuple(orbits[: counts[0]]), tuple(orbits[counts[0] :]), False, None, text.path)


def _nushell(text: Text, lines: list[Line], isospin: bool) -> OrbitList:
    if len(lines) < 4 or len(lines[1].words) != 2:
        raise lines[1].bad("the mass and the charge number of the core are due here.")
    A, Z = (lines[1].whole(word, "a number of the core") for word in lines[1].words)
    if not 0 <= Z <= A:
        raise lines[1].bad(f"a core with A = {A} and Z = {Z} does not exist.")
    total = lines[2].whole(lines[2].words[0], "the number of orbits")
    species = [lines[3].whole(word, "a number of orbits") for word in lines[3].words]
    due = 2 if isospin else 3
    if len(species) != due or species[0] != due - 1 or sum(species[1:]) != total:
        raise lines[3].bad(
            f"the number of species ({due - 1}) and their orbits, {total} in all, are due here."
        )
    rows = lines[4 : 4 + total]
    if len(rows) < total or len(lines) > 4 + total:
        raise text.end(f"{total} orbits are declared, {len(lines) - 4} are there.")
    orbits = []
    for i, line in enumerate(rows, 1):
        if len(line.words) != 4:
            raise line.bad("an orbit has four words, `index n l 2j`.")
        index, n, l, two_j = (
            line.whole(w, name) for w, name in zip(line.words, ("index", "n", "l", "2j"), strict=True)
        )
        if index != i:
            raise line.bad(f"orbit {i} is due here; orbits are numbered 1, 2, ... without gaps.")
        orbits.append(checked_orbit(line, n, l, two_j, "proton" if isospin or i <= species[1] else "neutron"))
    _distinct(rows, orbits)
    split = total if isospin else species[1]
    neutrons = _as_neutrons(tuple(orbits)) if isospin else tuple(orbits[split:])
    return OrbitList(tuple(orbits[:split]), neutrons, isospin, (Z, A - Z), text.path)


def _distinct(rows: list[Line], orbits: list[Orbit]) -> None:
    keys = [(o.n, o.l, o.two_j, o.species) for o in orbits]
    for i, key in enumerate(keys):
        if key in keys[:i]:
            raise rows[i].bad(f"this orbit stands already in line {rows[keys.index(key)].number}.")


def _named(names: Any, species: str) -> tuple[Orbit, ...]:
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise InputError(f'orbits = {names!r} is no list of names like ["0d3/2", "0d5/2", "1s1/2"].')
    found = []
    for name in names:
        match = _NAME.fullmatch(str(name).strip())
        l = _LETTERS.index(match[2]) if match else 0
        if not match or int(match[3]) not in (2 * l - 1, 2 * l + 1) or int(match[3]) < 1:
            raise InputError(
                f'orbit {name!r} is unknown. Write n (from 0), l and j, like "0d5/2" or "1s1/2".'
            )
        found.append(Orbit(int(match[1]), l, int(match[3]), "proton" if species == "proton" else "neutron"))
    if len(set(found)) < len(found):
        raise InputError(f"orbits = {list(names)} names an orbit twice.")
    return tuple(found)


def _as_neutrons(orbits: tuple[Orbit, ...]) -> tuple[Orbit, ...]:
    return tuple(Orbit(o.n, o.l, o.two_j, "neutron", o.weight) for o in orbits)

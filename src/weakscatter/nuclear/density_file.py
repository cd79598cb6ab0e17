"""One-body density matrices in the `.dres` layout of BIGSTICK (Johnson et al., arXiv:1801.08432).

A title; valence Z and N, of which a negative number counts holes; 2M and parity; the table ``State E Ex J T``; the table
``ORBIT N L 2xJ`` (one list for both species); then for every pair of states ``Initial state # i E = ... 2xJ, 2xT = ...`` (without 2xT where isospin is
broken), the same for the final state, and for every rank a
line ``Jt = K, proton neutron`` (or ``Jt = K, Tt = 0 1``) with rows ``a b rho rho``. Rows that are not there are zero.
rho_K(ab) = (2K + 1)^(-1/2) <f || [a+_a a~_b]_K || i>, Edmonds reduced, the closed core left out; with isospin doubly reduced and
divided by (2T + 1)^(1/2) too. Energies are those of the interaction, without Coulomb energy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from weakscatter.nuclear.interaction import Orbit
from weakscatter.nuclear.lines import Line
from weakscatter.nuclear.quantum_numbers import checked_orbit
from weakscatter.nuclear.states import Density, Floats, State
from weakscatter.provenance.errors import InputError

_STATE = re.compile(
    r"\s*(Initial|Final) state\s*#\s*(\d+)\s*E\s*=\s*(\S+)\s*2xJ(?:, 2xT)?\s*=\s*(-?\d+)(?:\s+(-?\d+))?\s*"
)
_RANK = re.compile(r"\s*Jt\s*=\s*(\d+),\s*(proton\s+neutron|Tt\s*=\s*0\s+1)\s*")
#: What may stand between title and states besides the numbers.
_HEADER = ("bigstick", "# of excitations", "single-particle file", "single particle state")


@dataclass(frozen=True, eq=False)
class DensityFile:
    """Densities of one nucleus, always as those of protons and neutrons.

    Parameters
    ----------
    title : first line of the file.
    Z, N : valence protons and neutrons.
    two_m, parity : of the calculation.
    orbits : protons' orbits; those of the neutrons are the same.
    states : in the order of the file; ``residual`` is nan, the file has none.
    excitations : as the file states them (MeV).
    densities : {(initial, final): `Density`}, states counted from 0.
    isospin : whether the file held isospin densities.
    decimals : printed digits after the point, the limit of every check.
    edits : signs that the file was changed by hand after it was written; empty for an untouched file.
    remarks : what the densities say about the states, such as states that are mixed.
    lines : {(initial, final): number of the line where the block starts}.
    """

    title: str
    Z: int
    N: int
    two_m: int
    parity: int
    orbits: tuple[Orbit, ...]
    states: tuple[State, ...]
    excitations: tuple[float, ...]
    densities: Mapping[tuple[int, int], Density]
    isospin: bool = False
    decimals: int = 5
    edits: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    lines: Mapping[tuple[int, int], int] = field(default_factory=dict)
    source: str = ""


@dataclass(eq=False)
class Block:
    """One pair of states while it is read: number (from 1), energy, 2J and 2T of both, where it starts, {K: rows}."""

    initial: tuple[int, float, int, int | None]
    final: tuple[int, float, int, int | None]
    line: int
    ranks: dict[int, list[tuple[int, int, float, float]]] = field(default_factory=dict)


@dataclass(eq=False)
class Content:
    """A density file taken apart, before its meaning is looked at."""

    name: str
    title: str = ""
    numbers: tuple[int, int] | None = None
    two_m: int = 0
    parity: int = 0
    states: list[tuple[Line, int, float, float, float, float]] = field(default_factory=list)
    orbits: list[Orbit] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    isospin: bool | None = None
    decimals: set[int] = field(default_factory=set)
    closed: bool = False


def take_apart(path: str | Path) -> Content:
    """Read the lines of a `.dres` file."""
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no density file {str(path)!r}. Give the path of a .dres file.")
    # Only the closing section, which is not read, may hold bytes that are no text.
    content = Content(path.name)
    part = "header"
    for number, raw in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
        if raw.lstrip().startswith("+++"):
            content.closed = True
            break
        if not raw.strip():
            continue
        line = Line(path.name, number, tuple(raw.split()))
        if not content.title:
            content.title = raw.strip()
            continue
        first = line.words[0]
        if first == "State":
            part = "states"
        elif first == "ORBIT":
            if len(line.words) > 1 and line.words[1] == ":":
                raise line.bad(
                    "orbits in columns, as versions before 7.9 wrote them, are not read. Write the file anew."
                )
            part = "orbits"
        elif first in ("Initial", "Final"):
            _add_state_line(content, line, raw)
            part = "densities"
        elif first == "Jt":
            _add_rank(content, line, raw)
        elif part == "states" and not raw.lower().strip().startswith("single particle"):
            _add_state(content, line)
        elif part == "orbits":
            _add_orbit(content, line)
        elif part == "densities":
            _add_row(content, line)
        else:
            _add_header(content, line, raw)
    if not content.blocks:
        raise InputError(
            f"{path.name} holds no densities: no line `Initial state # ...`. Is it a .dres file?"
        )
    return content


def _add_header(content: Content, line: Line, raw: str) -> None:
    if any(raw.lower().strip().startswith(known) for known in _HEADER):
        return
    if len(line.words) != 2:
        raise line.bad("valence Z and N, then 2M and parity, are due here.")
    if content.numbers is None:
        content.numbers = line.whole(line.words[0], "Z"), line.whole(line.words[1], "N")
    elif content.parity == 0 and line.words[1] in "+-":
        content.two_m, content.parity = line.whole(line.words[0], "2M"), 1 if line.words[1] == "+" else -1
    else:
        raise line.bad("2M and the parity, + or -, are due here.")


def _add_state(content: Content, line: Line) -> None:
    if len(line.words) != 5:
        raise line.bad("a state has five words, `State E Ex J T`.")
    number = line.whole(line.words[0], "the number of the state")
    if number != len(content.states) + 1:
        raise line.bad(f"state {len(content.states) + 1} is due here.")
    E, Ex, J, T = (line.real(w, name) for w, name in zip(line.words[1:], ("E", "Ex", "J", "T"), strict=True))
    content.states.append((line, number, E, Ex, abs(J), abs(T)))


def _add_orbit(content: Content, line: Line) -> None:
    if len(line.words) != 4:
        raise line.bad("an orbit has four words, `number n l 2j`.")
    number, n, l, two_j = (
        line.whole(w, name) for w, name in zip(line.words, ("number", "n", "l", "2j"), strict=True)
    )
    if number != len(content.orbits) + 1:
        raise line.bad(f"orbit {len(content.orbits) + 1} is due here.")
    content.orbits.append(checked_orbit(line, n, l, two_j, "proton", most_l=40))


def _add_state_line(content: Content, line: Line, raw: str) -> None:
    match = _STATE.fullmatch(raw)
    if not match:
        raise line.bad("`Initial state # 1 E = -1.0 2xJ, 2xT = 0 0` is the form of this line.")
    found = (
        int(match[2]),
        line.real(match[3], "E"),
        int(match[4]),
        None if match[5] is None else int(match[5]),
    )
    if match[1] == "Initial":
        content.blocks.append(Block(found, (0, 0.0, 0, 0), line.number))
    elif not content.blocks or content.blocks[-1].final[0]:
        raise line.bad("a final state without an initial one.")
    else:
        content.blocks[-1].final = found


def _add_rank(content: Content, line: Line, raw: str) -> None:
    match = _RANK.fullmatch(raw)
    if not match:
        raise line.bad("`Jt = 0, proton neutron` or `Jt = 0, Tt = 0 1` is the form of this line.")
    isospin = match[2].startswith("Tt")
    if content.isospin not in (None, isospin):
        raise line.bad("isospin densities and those of protons and neutrons in one file.")
    content.isospin = isospin
    if not content.blocks or not content.blocks[-1].final[0]:
        raise line.bad("a rank without its initial and final state.")
    block, K = content.blocks[-1], int(match[1])
    low, high = abs(block.initial[2] - block.final[2]), block.initial[2] + block.final[2]
    if not low <= 2 * K <= high:
        raise line.bad(f"Jt = {K} does not couple the spins 2J = {block.initial[2]} and {block.final[2]}.")
    if K in block.ranks:
        raise line.bad(f"Jt = {K} stands twice in this block.")
    block.ranks[K] = []


def _add_row(content: Content, line: Line) -> None:
    if len(line.words) != 4:
        raise line.bad("a density has four words, `a b rho rho`.")
    block = content.blocks[-1]
    if not block.ranks:
        raise line.bad("a density without its rank, `Jt = ...`.")
    K, rows = list(block.ranks.items())[-1]
    a, b = (line.whole(word, "an orbit") - 1 for word in line.words[:2])
    if not (0 <= a < len(content.orbits) and 0 <= b < len(content.orbits)):
        raise line.bad(f"there are {len(content.orbits)} orbits.")
    two_a, two_b = content.orbits[a].two_j, content.orbits[b].two_j
    if not abs(two_a - two_b) <= 2 * K <= two_a + two_b:
        raise line.bad(f"orbits with 2j = {two_a} and {two_b} do not couple to Jt = {K}.")
    if any(row[:2] == (a, b) for row in rows):
        raise line.bad(f"the pair {a + 1} {b + 1} stands twice under Jt = {K}.")
    content.decimals |= {len(word.partition(".")[2]) for word in line.words[2:]}
    rows.append((a, b, line.real(line.words[2], "rho"), line.real(line.words[3], "rho")))


def matrices(rows: list[tuple[int, int, float, float]], size: int) -> tuple[Floats, Floats]:
    """Return the two matrices [a, b] of a rank."""
    first, second = np.zeros((size, size)), np.zeros((size, size))
    for a, b, x, y in rows:
        first[a, b], second[a, b] = x, y
    return first, second

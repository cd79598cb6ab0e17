"""Reading density files with their invariants checked, and writing them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

import weakscatter
from weakscatter.angular import three_j
from weakscatter.nuclear.density_checks import check_densities
from weakscatter.nuclear.density_file import Block, Content, DensityFile, matrices, take_apart
from weakscatter.nuclear.states import Density, Floats, Levels, State
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.files import write_atomic

#: Energies of one state in two places of a file differ by less than this (MeV): both are rounded single-precision numbers.
_ROUNDING = 3e-5


def read_densities(path: str | Path) -> DensityFile:
    """Read a `.dres` file and check that its densities can be those of the states it names.

    The valence numbers of protons and neutrons follow from rho_0, the angular momentum from rho_1; see
    `weakscatter.nuclear.density_checks`. A file changed by hand is read and says so in ``edits``.

    Raises
    ------
    InputError : a line that cannot be read, a block without its states, or densities that violate an invariant by more than
        the printed digits allow. The line is named.
    """
    content = take_apart(path)
    if content.numbers is None or not content.states or not content.orbits:
        what = "valence numbers" if content.numbers is None else "states" if not content.states else "orbits"
        raise InputError(f"{content.name} has no table of {what}; densities mean nothing without it.")
    states = tuple(State(E, J, T, content.parity, math.nan) for _, _, E, _, J, T in content.states)
    blocks: dict[tuple[int, int], Block] = {}
    lines: dict[tuple[int, int], int] = {}
    for block in content.blocks:
        pair = _pair(content, block)
        if pair in blocks:
            raise InputError(
                f"{content.name}, line {block.line}: the pair of states {pair[0] + 1}, {pair[1] + 1} stands already in line "
                f"{lines[pair]}."
            )
        blocks[pair], lines[pair] = block, block.line
    capacity = sum(orbit.two_j + 1 for orbit in content.orbits)
    Z, N = (count if count >= 0 else capacity + count for count in content.numbers)
    if not (0 <= Z <= capacity and 0 <= N <= capacity):
        raise InputError(
            f"{content.name}: {content.numbers} nucleons (or holes, if negative) do not fit into {capacity} states."
        )
    densities = {pair: _density(content, block, pair, states, Z - N) for pair, block in blocks.items()}
    found = DensityFile(
        title=content.title,
        Z=Z,
        N=N,
        two_m=content.two_m,
        parity=content.parity,
        orbits=tuple(content.orbits),
        states=states,
        excitations=tuple(row[3] for row in content.states),
        densities=densities,
        isospin=bool(content.isospin),
        decimals=min(content.decimals, default=5),
        edits=_edits(content),
        lines=lines,
        source=str(path),
    )
    edits, remarks = check_densities(found)
    return replace(found, edits=(*found.edits, *edits), remarks=remarks)


def write_densities(path: str | Path, found: DensityFile) -> Path:
    """Write densities of protons and neutrons as a `.dres` file, with the decimals that ``found`` states.

    Raises
    ------
    InputError : ``found`` was edited by hand: written again, it would look untouched.
    """
    if found.edits:
        raise InputError(
            f"{found.source or 'the densities'} show signs of an edit by hand ({'; '.join(found.edits)}); written again they would "
            "look untouched. Replace edits by () in the object if you answer for them."
        )
    digits = found.decimals
    out = [f"  {found.title.splitlines()[0] or 'density matrices'}", ""]
    out += [f"{found.Z:12d}{found.N:12d}", f"{found.two_m:12d} {'+' if found.parity > 0 else '-'}"]
    out.append("  State      E        Ex         J       T ")
    for i, (s, Ex) in enumerate(zip(found.states, found.excitations, strict=True), 1):
        out.append(f"{i:5d}  {s.energy:16.10f} {Ex:16.10f} {s.J:9.5f} {0.0 if s.T is None else s.T:9.5f}")
    out += ["", "  Single particle state quantum numbers", "ORBIT      N     L   2 x J  "]
    out += [f"{i:6d}{o.n:6d}{o.l:6d}{o.two_j:6d}" for i, o in enumerate(found.orbits, 1)]
    for (i, f), density in sorted(found.densities.items()):
        out.append("")
        for word, number in (("Initial state #", i), ("Final state   #", f)):
            s = found.states[number]
            # The nearest spin that this M allows; <J^2> of mixed states may lie between.
            two_j = found.two_m + 2 * round(s.J - 0.5 * found.two_m)
            spins = f"2xJ   = {two_j:4d}" if s.T is None else f"2xJ, 2xT = {two_j:4d} {round(2 * s.T):4d}"
            out.append(f" {word}{number + 1:5d} E = {s.energy:.10f} {spins}")
        for K in sorted(density.proton):
            out.append(f" Jt = {K:3d}, proton      neutron ")
            p, n = density.proton[K], density.neutron[K]
            for a, b in zip(*np.nonzero(np.abs(p) + np.abs(n) > 0.5 * 10.0**-digits), strict=True):
                out.append(
                    f"{a + 1:5d}{b + 1:5d} {p[a, b]:{digits + 5}.{digits}f} {n[a, b]:{digits + 5}.{digits}f}"
                )
    out += [
        "",
        " " + "+" * 45,
        " rho_K(a+b) = (Jf || (a+ b)_K || Ji) / sqrt(2K+1), reduced as by Edmonds, valence orbits only",
        " " + "+" * 45,
    ]
    return write_atomic(path, "\n".join(out) + "\n")


def _pair(content: Content, block: Block) -> tuple[int, int]:
    where = f"{content.name}, line {block.line}"
    if not block.final[0]:
        raise InputError(f"{where}: this block has no line `Final state # ...`; the file is damaged.")
    for number, _, two_j, two_t in (block.initial, block.final):
        if not 1 <= number <= len(content.states):
            raise InputError(f"{where}: state {number} is not in the table of {len(content.states)} states.")
        line, _, _, _, J, T = content.states[number - 1]
        if abs(2 * J - two_j) > 1.0 or (two_t is not None and abs(2 * T - two_t) > 1.0):
            raise InputError(
                f"{where}: state {number} has 2J, 2T = {two_j}, {two_t} here, and J, T = {J:g}, {T:g} in line {line.number}."
            )
    return block.initial[0] - 1, block.final[0] - 1


def _density(
    content: Content, block: Block, pair: tuple[int, int], states: tuple[State, ...], two_tz: int
) -> Density:
    proton: dict[int, Floats] = {}
    neutron: dict[int, Floats] = {}
    for K, rows in block.ranks.items():
        first, second = matrices(rows, len(content.orbits))
        if content.isospin:
            two_ti, two_tf = (round(2.0 * (states[k].T or 0.0)) for k in pair)
            first, second = from_isospin(first, second, two_ti, two_tf, two_tz)
        proton[K], neutron[K] = first, second
    return Density(pair[0], pair[1], states[pair[0]], states[pair[1]], proton, neutron)


def from_isospin(
    scalar: Floats, vector: Floats, two_ti: int, two_tf: int, two_tz: int
) -> tuple[Floats, Floats]:
    """Return the densities of protons and neutrons from doubly reduced ones with isospin 0 and 1.

    rho_{p,n} = 2^(-1/2) sum_T (+-1)^T (-1)^(Tf - Tz) (Tf T Ti; -Tz 0 Tz) (2T + 1)^(1/2) rho_T, with Tz = (Z - N)/2.
    """
    parts = []
    for T, rho in ((0, scalar), (1, vector)):
        sign = -1.0 if ((two_tf - two_tz) // 2) % 2 else 1.0
        symbol = three_j(two_tf, 2 * T, two_ti, -two_tz, 0, two_tz)
        parts.append(sign * symbol * math.sqrt((2 * T + 1) / 2.0) * rho)
    return parts[0] + parts[1], parts[0] - parts[1]


def _edits(content: Content) -> tuple[str, ...]:
    """Return signs of an edit by hand: what the writing program never does."""
    found = []
    energies = [row[2] for row in content.states]
    lowest = min(energies)
    for line, number, E, Ex, _, _ in content.states:
        if abs(E - energies[0] - Ex) > _ROUNDING:
            found.append(
                f"line {line.number}: state {number} has the excitation energy {Ex:g} MeV, but lies {E - lowest:.5f} MeV above the "
                "lowest state listed: states were deleted or put in another order"
            )
            break
    if any(later < earlier - _ROUNDING for earlier, later in pairwise(energies)):
        found.append("the states do not ascend in energy: they were put in another order")
    if not content.closed:
        found.append("the closing section is missing: blocks were deleted or the file was cut")
    if len(content.decimals) > 1:
        found.append(
            f"densities are printed with {' and '.join(map(str, sorted(content.decimals)))} decimals: some were put in from elsewhere"
        )
    for block in content.blocks:
        for number, E, _, _ in (block.initial, block.final):
            if 1 <= number <= len(energies) and abs(energies[number - 1] - E) > _ROUNDING:
                found.append(
                    f"line {block.line}: state {number} has another energy here than in the table of states"
                )
                return tuple(found)
    return tuple(found)


def as_density_file(levels: Levels, made: Mapping[tuple[int, int], Density]) -> DensityFile:
    """Return computed densities as what `write_densities` writes.

    Raises
    ------
    InputError : protons and neutrons have different orbits, for which the layout has no room.
    """
    space = levels.interaction.space
    if [(o.n, o.l, o.two_j) for o in space.protons] != [(o.n, o.l, o.two_j) for o in space.neutrons]:
        raise InputError(
            "a .dres file has one list of orbits for both species, and this space has two different ones."
        )
    return DensityFile(
        title=f"weakscatter {weakscatter.__version__}, shell model, Z = {levels.Z}, N = {levels.N}",
        Z=levels.Z - space.core_Z,
        N=levels.N - space.core_N,
        two_m=levels.two_m,
        parity=levels.parity,
        orbits=space.protons,
        states=levels.states,
        excitations=tuple(levels.excitations.tolist()),
        densities=dict(made),
        decimals=8,
    )

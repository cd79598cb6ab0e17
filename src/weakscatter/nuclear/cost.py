"""What a shell-model run will take: memory before it starts, and the number of matrix elements of a basis."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.basis import Basis, Size
from weakscatter.nuclear.determinants import Determinants, Sector
from weakscatter.nuclear.hamiltonian import Hamiltonian
from weakscatter.nuclear.layout import CHUNK, PAD
from weakscatter.provenance import InputError

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Memory:
    """Estimated bytes of a run: Lanczos vectors, tables of the operator, work space of the threads."""

    vectors: int
    tables: int
    work: int

    @property
    def total(self) -> int:
        """Sum of all parts."""
        return self.vectors + self.tables + self.work


def estimate_memory(
    size: Size, particles: tuple[int, int], states: tuple[int, int], vectors: int, threads: int
) -> Memory:
    """Estimate the memory of a run with ``vectors`` vectors from the sizes of its sectors alone; good to 30 %.

    ``particles`` and ``states`` are valence nucleons and single-particle states of protons and neutrons.
    """
    tables = 0
    words = []
    for sectors, n, most in zip(size.species, particles, states, strict=True):
        groups: dict[tuple[int, int], int] = {}
        for (m, p, _), count in sectors.items():
            groups[m, p] = groups.get((m, p), 0) + count
        # Moves of two nucleons that keep M: a pair goes to about one in (states) pairs.
        moves = max(1, n * (n - 1) * (most - n) * (most - n - 1) // (4 * max(most, 1)) + n * (most - n) // 4)
        tables += sum(min(8 * d * d, 12 * d * moves + 8 * d) for d in groups.values())
        words.append(sum(sectors.values()))
        tables += words[-1] * (16 + 4 * most)
    columns = int(np.argmax(words))
    rows = 1 - columns
    # Rows are padded; a strip of a chunk belongs to each row and each state with a fitting m.
    length = size.dimension + PAD // 2 * words[rows]
    fitting = max(1, min(particles[columns], states[columns] - particles[columns]) // 2)
    largest = max(size.species[columns].values())
    chunk = min(CHUNK, largest) + PAD
    return Memory(8 * length * (vectors + 1 + threads), tables, 16 * threads * words[rows] * fitting * chunk)


def free_memory() -> int:
    """Return the physical memory of this machine that no process uses (bytes)."""
    pages = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return 1024 * int(line.split()[1])
    except OSError:
        pass
    return int(pages)


def refuse_unless_it_fits(size: Size, memory: Memory, limit: int | None) -> None:
    """Raise `InputError` with the estimate where a run needs more than ``limit`` bytes, by default 0.9 of what is free."""
    allowed = int(0.9 * free_memory()) if limit is None else limit
    if memory.total > allowed:
        raise InputError(
            f"the basis has {size.dimension:,} states and the run would need {memory.total / 1e9:.1f} GB "
            f"({memory.vectors / 1e9:.1f} vectors, {memory.tables / 1e9:.1f} tables, {memory.work / 1e9:.1f} work space); "
            f"{allowed / 1e9:.1f} GB are allowed: truncate the space, ask for fewer states, or raise the limit."
        )


def _jumps(determinants: Determinants) -> Ints:
    """Count pairs of determinants that differ in one nucleon, as array [sector, sector]."""
    found = determinants.spectators
    numbers: dict[Sector, int] = {s: i for i, s in enumerate(determinants.sectors)}
    shell = determinants.shell
    count = np.zeros((len(numbers), len(numbers)), dtype=np.int64)
    starts = found.sets.starts
    for t, (m, p, w) in enumerate(found.sets.sectors):
        there = (found.place[starts[t] : starts[t + 1]] >= 0).astype(np.float64)
        both = (there.T @ there).astype(np.int64)
        target = [
            numbers.get(
                (
                    m + found.side * int(shell.two_m[k]),
                    p * int(shell.parity[k]),
                    w + found.side * int(shell.weight[k]),
                ),
                -1,
            )
            for k in range(shell.states)
        ]
        own = np.flatnonzero(np.array(target) >= 0)
        own = own[both[own, own] > 0]
        a, b = (g.ravel() for g in np.meshgrid(own, own, indexing="ij"))
        different = a != b
        to = np.array(target)
        np.add.at(count, (to[a[different]], to[b[different]]), both[a[different], b[different]])
    return count


def count_nonzeros(basis: Basis, operator: Hamiltonian) -> int:
    """Count the non-zero elements of the full matrix, both triangles and the diagonal.

    Elements between determinants that differ in one proton and one neutron are counted whether or not they vanish.
    """
    rows, columns = basis.rows, basis.columns
    total = basis.dimension
    for own, other, matrix in ((rows, columns, operator.rows), (columns, rows, operator.columns)):
        partner = _partners(own, other, basis)
        for g in range(len(own.group_keys)):
            sectors = np.flatnonzero(own.group == g)
            widths = np.array([sum(other.sizes[s] for s in partner[i]) for i in sectors])
            edges = np.append(own.starts[sectors], own.group_starts[g + 1])
            total += int((matrix.pairs(g, edges) * np.minimum.outer(widths, widths)).sum())
    allowed = np.zeros((rows.sizes.size, columns.sizes.size), dtype=np.int64)
    for i, inside in enumerate(_partners(rows, columns, basis)):
        allowed[i, inside] = 1
    return total + int((_jumps(rows) * (allowed @ _jumps(columns) @ allowed.T)).sum())


def _partners(own: Determinants, other: Determinants, basis: Basis) -> list[list[int]]:
    """Return, for each sector of one species, the sectors of the other that make states of the basis with it."""
    return [
        [
            k
            for k, (n, q, v) in enumerate(other.sectors)
            if m + n == basis.two_m and p * q == basis.parity and w + v <= basis.most_weight
        ]
        for m, p, w in own.sectors
    ]

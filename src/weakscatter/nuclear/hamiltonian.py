"""A scalar operator of at most two bodies in one basis, ready to multiply vectors without being stored."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.basis import Basis
from weakscatter.nuclear.coupling import Elements
from weakscatter.nuclear.layout import BATCH, CHUNK, COLUMNS, MIXED, PAD, ROWS
from weakscatter.nuclear.like import LikeMatrix, like_matrix
from weakscatter.nuclear.mixed import MixedTables, mixed_tables
from weakscatter.nuclear.native import Kernel, Packed, pack
from weakscatter.nuclear.threads import in_threads, shares

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

RUN_PIECES = Kernel("product", "run_pieces")


class Workspace(NamedTuple):
    """What one thread of a product writes to besides its result; see `weakscatter.nuclear.kernels.product`.

    Strips of x and of the result ``xs``, ``ys``; ``work`` of sparse products from the right; ``base`` [row sector, state] of
    the strips; lists of one chunk ``columns``, ``places``, ``signs`` and of one spectator ``row``, ``col``, ``off``;
    ``numbers`` holds 0, 1, 2, ...
    """

    xs: Floats
    ys: Floats
    work: Floats
    base: Ints
    columns: Ints
    places: Ints
    signs: Floats
    row: NDArray[np.int32]
    col: NDArray[np.int32]
    off: NDArray[np.int32]
    numbers: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Hamiltonian:
    """Tables of one operator in one basis; made by `hamiltonian`. ``memory`` counts their bytes."""

    basis: Basis
    constant: float
    rows: LikeMatrix
    columns: LikeMatrix
    mixed: MixedTables
    pieces: Ints
    strip_room: int
    work_room: int
    threads: int

    @cached_property
    def _tables(self) -> list[Packed]:
        """The tables in the form in which the kernel takes them; packing them takes as long as a tenth of a small product."""
        basis = self.basis
        return [
            pack(t)
            for t in (
                self.rows,
                np.ascontiguousarray(basis.rows.group),
                self.columns,
                basis.partner,
                basis.widths,
                self.mixed,
            )
        ]

    def _workspace(self) -> Workspace:
        t = self.mixed
        length, pairs = CHUNK + PAD, int(np.diff(t.pair_start).max(initial=1))
        widest = int(max(self.rows.dense_stride.max(), self.columns.dense_stride.max()))
        return Workspace(
            xs=np.empty(self.strip_room),
            ys=np.empty(self.strip_room),
            work=np.empty(self.work_room),
            base=np.full((t.sizes.size, t.column_target.shape[1]), -1, dtype=np.int64),
            columns=np.empty(length, dtype=np.int64),
            places=np.empty(length, dtype=np.int64),
            signs=np.empty(length),
            row=np.empty(pairs, dtype=np.int32),
            col=np.empty(pairs, dtype=np.int32),
            off=np.empty(pairs, dtype=np.int32),
            numbers=np.arange(widest + 1, dtype=np.int32),
        )

    @property
    def memory(self) -> int:
        """Bytes of all tables, and of the work space of each thread."""
        arrays = [a for t in (self.rows, self.columns, self.mixed) for a in t if isinstance(a, np.ndarray)]
        return sum(a.nbytes for a in arrays) + 8 * self.threads * (2 * self.strip_room + self.work_room)

    def apply(self, x: Floats) -> Floats:
        """Return H x for a vector [length] in the order of the basis."""
        counter, pieces, tables = np.zeros(1, dtype=np.int64), pack(self.pieces), self._tables
        results = [np.empty_like(x) for _ in range(self.threads)]
        parts = shares(x.size, self.threads)

        def multiply(thread: int) -> None:
            y = results[thread]
            if thread == 0:
                np.multiply(x, self.constant, out=y)
            else:
                y.fill(0.0)
            RUN_PIECES(x, y, pieces, counter, *tables, self._workspace())

        def collect(thread: int) -> None:
            own = slice(*parts[thread])
            for other in results[1:]:
                results[0][own] += other[own]

        in_threads(multiply, self.threads)
        if self.threads > 1:
            in_threads(collect, self.threads)
        return results[0]

    def expectation(self, x: Floats) -> float:
        """Return <x|H|x> for a normalised vector."""
        return float(x @ self.apply(x))


def hamiltonian(basis: Basis, elements: Elements, threads: int = 1) -> Hamiltonian:
    """Prepare the product of a scalar operator with vectors of a basis."""
    mixed, extra_p, extra_n, constant = mixed_tables(basis, elements)
    proton = (basis.rows, basis.columns)[basis.rows_are]
    neutron = (basis.columns, basis.rows)[basis.rows_are]
    like = (
        like_matrix(proton, elements.one_body[0] + extra_p, elements.like[0]),
        like_matrix(neutron, elements.one_body[1] + extra_n, elements.like[1]),
    )
    rows, columns = like[basis.rows_are], like[1 - basis.rows_are]
    pieces, room = _pieces(basis, mixed)
    widest = int(basis.widths.max())
    return Hamiltonian(
        basis,
        elements.constant + constant,
        rows,
        columns,
        mixed,
        pieces,
        room,
        2 * widest * BATCH,
        threads,
    )


def _pieces(basis: Basis, t: MixedTables) -> tuple[Ints, int]:
    """Cut the product into pieces, the largest first, and return the room that strips need."""
    pieces, costs = [], []
    sizes = basis.rows.sizes
    for sector in range(sizes.size):
        for kind in (ROWS, COLUMNS):
            pieces.append((kind, sector, 0, 0))
            costs.append(int(sizes[sector] * basis.widths[sector]))
    room = 8
    group_rows = [
        [int(s) for s in t.group_sectors[a:b]]
        for a, b in zip(t.group_sectors_start[:-1], t.group_sectors_start[1:], strict=True)
    ]
    for R in range(t.column_weight.size):
        strips = 0
        for d in range(t.column_target.shape[1]):
            if t.column_target[R, d] >= 0:
                left = t.most_weight - t.column_weight[R] - t.state_weight[d]
                strips += sum(
                    int(sizes[s]) for s in group_rows[t.column_target[R, d]] if t.sector_weight[s] <= left
                )
        begin, end = int(t.column_starts[R]), int(t.column_starts[R + 1])
        if not strips or not np.any(t.row_channel[:, R] >= 0):
            continue
        parts = -(-(end - begin) // CHUNK)
        edges = np.linspace(begin, end, parts + 1).astype(int)
        for a, b in pairwise(edges):
            length = (b - a + PAD - 1) // PAD * PAD
            room = max(room, strips * length)
            pieces.append((MIXED, R, int(a), int(b)))
            costs.append(8 * strips * length)
    order = np.argsort(-np.array(costs), kind="stable")
    return np.array(pieces, dtype=np.int64)[order], room

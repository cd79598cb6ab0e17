"""The many-body basis: products of proton and neutron determinants with given M, parity and truncation.

One species counts the rows, the other the columns. Each sector of row determinants has one block: its rows, times the
beginning of the one group of column determinants that has the right 2M and parity, up to the weight that is left.
A vector is the blocks one after the other, columns contiguous and padded with zeros to whole vector registers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.determinants import (
    Determinants,
    Sector,
    count_sectors,
    enumerate_words,
    least_weight,
    sort_determinants,
)
from weakscatter.nuclear.interaction import Interaction, ModelSpace
from weakscatter.nuclear.layout import PAD
from weakscatter.nuclear.shell import Shell, Truncation, shells
from weakscatter.provenance import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Basis:
    """M-scheme basis of one nucleus, 2M and parity.

    Parameters
    ----------
    rows_are : 0 if the protons count the rows, 1 if the neutrons do; `rows`, `columns` are their determinants.
    most_weight : largest sum of weights.
    partner : array [row sector], group of column determinants.
    widths : array [row sector], columns of the block; ``strides`` the same, padded; ``offsets`` [sectors + 1] in a vector.
    dimension : number of basis states; ``length`` of a vector, padding included.
    """

    space: ModelSpace
    shells: tuple[Shell, Shell]
    truncation: Truncation
    two_m: int
    parity: int
    rows_are: int
    rows: Determinants
    columns: Determinants
    most_weight: int
    partner: Ints
    widths: Ints
    strides: Ints
    offsets: Ints
    dimension: int
    length: int

    def block(self, vector: Floats, sector: int) -> Floats:
        """Return the view [row, column] of one block of a vector, padding left out."""
        begin, end = self.offsets[sector], self.offsets[sector + 1]
        return vector[begin:end].reshape(-1, self.strides[sector])[:, : self.widths[sector]]

    def turned(self) -> Basis:
        """Return the same basis with rows and columns exchanged; vectors of the two differ in order."""
        return _lay_out(
            self.space,
            self.shells,
            self.truncation,
            self.two_m,
            self.parity,
            self.most_weight,
            1 - self.rows_are,
            [self.rows, self.columns] if self.rows_are == 0 else [self.columns, self.rows],
        )

    def mask(self) -> NDArray[np.bool_]:
        """Return where a vector holds basis states, and no padding, as array [length]."""
        mask = np.zeros(self.length, dtype=bool)
        for begin, end, stride, width in zip(
            self.offsets[:-1], self.offsets[1:], self.strides, self.widths, strict=True
        ):
            mask[begin:end].reshape(-1, stride)[:, :width] = True
        return mask


def valence(interaction: Interaction, Z: int, N: int) -> tuple[int, int]:
    """Return the valence protons and neutrons of a nucleus. Raises `InputError` where the space cannot hold them."""
    space = interaction.space
    counts = (Z - space.core_Z, N - space.core_N)
    for name, count, orbits, total, core in (
        ("protons", counts[0], space.protons, Z, space.core_Z),
        ("neutrons", counts[1], space.neutrons, N, space.core_N),
    ):
        most = sum(o.two_j + 1 for o in orbits)
        if not 0 <= count <= most:
            raise InputError(
                f"{total} {name} were given; the space of this interaction holds {core} to {core + most}: "
                "choose another nucleus or interaction."
            )
    return counts


@dataclass(frozen=True, eq=False)
class Size:
    """Dimension of a basis and its sectors, counted without listing determinants.

    ``species`` holds, for protons and neutrons, {sector: determinants} of the sectors that occur in the basis.
    """

    dimension: int
    species: tuple[dict[Sector, int], dict[Sector, int]]
    most_weight: int
    two_m: int
    parity: int


def count_states(
    interaction: Interaction,
    Z: int,
    N: int,
    *,
    two_m: int | None = None,
    parity: int | None = None,
    truncation: Truncation = Truncation(),  # noqa: B008  frozen
) -> Size:
    """Count the states of an m-scheme basis: number of pairs of determinants with M_p + M_n = M.

    Parameters
    ----------
    Z, N : protons and neutrons, core included.
    two_m : 2 M, by default 0 or 1.
    parity : +1 or -1; by default that of the configurations with the smallest weight, +1 where both occur.
    truncation : what is kept.

    Raises
    ------
    InputError
        for particle numbers that the space cannot hold, 2M of the wrong kind, a basis without states.
    """
    particles = valence(interaction, Z, N)
    both = shells(interaction.space, truncation)
    full = []
    for species, shell, n in zip(("protons", "neutrons"), both, particles, strict=True):
        counts = count_sectors(shell, n, int(shell.weight.sum()))
        if not counts:
            stated = "; ".join(
                f"{limit.lowest} to {limit.highest} in {int(np.isin(shell.orbit, limit.orbits).sum())} states"
                for limit in shell.limits
            )
            raise InputError(
                f"no configuration of {n} valence {species} in {shell.states} states obeys the occupation limits "
                f"({stated}): widen them."
            )
        full.append(counts)
    lowest = [least_weight(c) for c in full]
    most = sum(lowest) + (truncation.excitation or 0)
    if two_m is None:
        two_m = sum(particles) % 2
    if (two_m - sum(particles)) % 2:
        raise InputError(
            f"two_m = {two_m} for {sum(particles)} valence nucleons: 2M is {'odd' if sum(particles) % 2 else 'even'}."
        )
    if parity is None:
        lightest = {p * q for m, p, w in full[0] for n, q, v in full[1] if w + v == sum(lowest)}
        parity = 1 if 1 in lightest else -1
    if parity not in (1, -1):
        raise InputError(f"parity {parity}: allowed are +1 and -1.")
    kept: tuple[dict[Sector, int], dict[Sector, int]] = ({}, {})
    dimension = 0
    for (m, p, w), count in full[0].items():
        for v in range(most - w + 1):
            sector = (two_m - m, parity * p, v)
            other = full[1].get(sector, 0)
            if other:
                dimension += count * other
                kept[0][m, p, w] = count
                kept[1][sector] = other
    if not dimension:
        raise InputError(
            f"no state has 2M = {two_m} and parity {parity:+d} in this space"
            f"{'' if truncation.excitation is None else f' with an excitation of at most {truncation.excitation}'}; "
            f"it has {_reach(full, most)}: choose other values or widen it."
        )
    return Size(dimension, kept, most, two_m, parity)


def _reach(full: list[dict[Sector, int]], most: int) -> str:
    """Say which 2M a truncation holds with either parity."""
    largest: dict[int, int] = {}
    for m, p, w in full[0]:
        for n, q, v in full[1]:
            if w + v <= most:
                largest[p * q] = max(largest.get(p * q, 0), m + n)
    return " and ".join(f"|2M| <= {largest[p]} with parity {p:+d}" for p in sorted(largest, reverse=True))


def make_basis(interaction: Interaction, size: Size, Z: int, N: int, truncation: Truncation) -> Basis:
    """List the determinants that `count_states` has counted and lay out the blocks."""
    particles = valence(interaction, Z, N)
    both = shells(interaction.space, truncation)
    species = []
    for shell, n, sectors in zip(both, particles, size.species, strict=True):
        words = enumerate_words(shell, n, max(w for _, _, w in sectors))
        made = sort_determinants(shell, n, words)
        keep = np.repeat([s in sectors for s in made.sectors], made.sizes)
        species.append(sort_determinants(shell, n, made.words[keep]))
    # The columns are contiguous in memory: the species with more determinants gives longer runs.
    rows_are = 0 if species[0].words.size <= species[1].words.size else 1
    return _lay_out(
        interaction.space, both, truncation, size.two_m, size.parity, size.most_weight, rows_are, species
    )


def _lay_out(
    space: ModelSpace,
    both: tuple[Shell, Shell],
    truncation: Truncation,
    two_m: int,
    parity: int,
    most_weight: int,
    rows_are: int,
    species: list[Determinants],
) -> Basis:
    rows, columns = species[rows_are], species[1 - rows_are]
    groups = {key: g for g, key in enumerate(columns.group_keys)}
    weights = np.array([w for _, _, w in columns.sectors])
    partner, widths = [], []
    for m, p, w in rows.sectors:
        g = groups[two_m - m, parity * p]
        inside = (columns.group == g) & (weights <= most_weight - w)
        partner.append(g)
        widths.append(int(columns.sizes[inside].sum()))
    width = np.array(widths, dtype=np.int64)
    stride = (width + PAD - 1) // PAD * PAD
    return Basis(
        space,
        both,
        truncation,
        two_m,
        parity,
        rows_are,
        rows,
        columns,
        most_weight,
        np.array(partner, dtype=np.int64),
        width,
        stride,
        np.concatenate([[0], np.cumsum(rows.sizes * stride)]).astype(np.int64),
        int((rows.sizes * width).sum()),
        int((rows.sizes * stride).sum()),
    )

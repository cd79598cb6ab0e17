"""Slater determinants of one species as 64-bit words, sorted into sectors, and their spectators.

A sector holds the determinants with one (2M, parity, weight); a group holds the sectors of one (2M, parity), lightest
first, so that the determinants up to some weight are the beginning of their group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.native import Kernel
from weakscatter.nuclear.shell import Shell

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

NEIGHBOURS, PLACES = Kernel("words", "neighbours"), Kernel("words", "places")

Sector = tuple[int, int, int]
"""(2M, parity, weight)"""


@dataclass(frozen=True, eq=False)
class Determinants:
    """Sorted determinants of one species.

    Parameters
    ----------
    shell : the single-particle states; bit k of a word is state k.
    particles : nucleons in each determinant.
    words : array [determinant].
    sectors : (2M, parity, weight) of each sector, in order.
    starts : array [sectors + 1], first determinant of each sector.
    group : array [sector], number of its group; ``group_starts`` [groups + 1] likewise counts determinants.
    """

    shell: Shell
    particles: int
    words: Words
    sectors: tuple[Sector, ...]
    starts: Ints
    group: Ints
    group_keys: tuple[tuple[int, int], ...]
    group_starts: Ints

    @property
    def sizes(self) -> Ints:
        """Determinants of each sector."""
        return np.diff(self.starts)

    @cached_property
    def spectators(self) -> Spectators:
        """What is left when one nucleon, or one hole, is taken away; every operator of a basis reads the same."""
        return spectators(self)

    def position(self, words: Words) -> Ints:
        """Return the number of each word, -1 where it is no determinant of this set."""
        if self.words.size == 0:
            return np.full(words.shape, -1, dtype=np.int64)
        order = np.argsort(self.words)
        found = np.searchsorted(self.words[order], words)
        place = order[np.minimum(found, order.size - 1)]
        return np.where(self.words[place] == words, place, -1)


def enumerate_words(shell: Shell, particles: int, most_weight: int) -> Words:
    """Return every determinant of ``particles`` nucleons up to a weight that respects the limits of the shell."""
    members = [np.isin(shell.orbit, limit.orbits) for limit in shell.limits]
    words = np.zeros(1, dtype=np.uint64)
    count, weight = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    for k in range(shell.states):
        words = np.concatenate([words, words | np.uint64(1 << k)])
        count = np.concatenate([count, count + 1])
        weight = np.concatenate([weight, weight + shell.weight[k]])
        left = shell.states - k - 1
        keep = (count <= particles) & (count + left >= particles)
        # The nucleons still to come weigh at least this much, by how many they are.
        coming = np.concatenate([[0], np.cumsum(np.sort(shell.weight[k + 1 :]))])
        keep &= weight + coming[np.clip(particles - count, 0, left)] <= most_weight
        # What no further nucleon can bring within a limit goes now: whole shells of it would fill the memory.
        for limit, member in zip(shell.limits, members, strict=True):
            inside = np.bitwise_count(words & np.uint64(sum(1 << int(s) for s in np.flatnonzero(member))))
            keep &= (inside <= limit.highest) & (inside + np.sum(member[k + 1 :]) >= limit.lowest)
        words, count, weight = words[keep], count[keep], weight[keep]
    return words


def totals(shell: Shell, words: Words) -> tuple[Ints, Ints, Ints]:
    """Return 2M, parity and weight of each word."""
    two_m = np.zeros(words.size, dtype=np.int64)
    odd = np.zeros(words.size, dtype=np.int64)
    weight = np.zeros(words.size, dtype=np.int64)
    for k in range(shell.states):
        bit = ((words >> np.uint64(k)) & np.uint64(1)).astype(np.int64)
        two_m += bit * shell.two_m[k]
        odd += bit * (shell.parity[k] < 0)
        weight += bit * shell.weight[k]
    return two_m, 1 - 2 * (odd % 2), weight


def sort_determinants(shell: Shell, particles: int, words: Words) -> Determinants:
    """Sort words into sectors and groups."""
    two_m, parity, weight = totals(shell, words)
    order = np.lexsort((words, weight, parity, two_m))
    words, two_m, parity, weight = words[order], two_m[order], parity[order], weight[order]
    keys = np.stack([two_m, parity, weight], axis=1)
    begins = (
        np.flatnonzero(np.r_[True, np.any(keys[1:] != keys[:-1], axis=1)]) if words.size else np.zeros(0, int)
    )
    sectors = tuple((int(a), int(b), int(c)) for a, b, c in keys[begins])
    group_keys: list[tuple[int, int]] = []
    group, group_starts = [], []
    for key, begin in zip(sectors, begins, strict=True):
        if not group_keys or group_keys[-1] != key[:2]:
            group_keys.append(key[:2])
            group_starts.append(int(begin))
        group.append(len(group_keys) - 1)
    return Determinants(
        shell,
        particles,
        words,
        sectors,
        np.append(begins, words.size).astype(np.int64),
        np.array(group, dtype=np.int64),
        tuple(group_keys),
        np.array([*group_starts, words.size], dtype=np.int64),
    )


def count_sectors(shell: Shell, particles: int, most_weight: int) -> dict[Sector, int]:
    """Count the determinants of each sector without listing them."""
    Poly = dict[tuple[int, int, int, int], int]

    def grow(poly: Poly, states: list[int]) -> Poly:
        for k in states:
            new = dict(poly)
            for (n, m, p, w), c in poly.items():
                key = (n + 1, m + int(shell.two_m[k]), p * int(shell.parity[k]), w + int(shell.weight[k]))
                if key[0] <= particles and key[3] <= most_weight:
                    new[key] = new.get(key, 0) + c
            poly = new
        return poly

    def members(orbits: tuple[int, ...]) -> list[int]:
        return [int(s) for s in np.flatnonzero(np.isin(shell.orbit, orbits))]

    limited = {o for limit in shell.limits for o in limit.orbits}
    total = grow({(0, 0, 1, 0): 1}, members(tuple(o for o in range(shell.orbits) if o not in limited)))
    for limit in shell.limits:
        part = grow({(0, 0, 1, 0): 1}, members(limit.orbits))
        product: Poly = {}
        for (n, m, p, w), c in part.items():
            if limit.lowest <= n <= limit.highest:
                for (n2, m2, p2, w2), c2 in total.items():
                    if n + n2 <= particles and w + w2 <= most_weight:
                        key = (n + n2, m + m2, p * p2, w + w2)
                        product[key] = product.get(key, 0) + c * c2
        total = product
    counts: dict[Sector, int] = {}
    for (n, m, p, w), c in total.items():
        if n == particles:
            counts[m, p, w] = counts.get((m, p, w), 0) + c
    return counts


def least_weight(counts: Mapping[Sector, int]) -> int:
    """Return the smallest weight of any sector."""
    return min(w for _, _, w in counts)


@dataclass(frozen=True, eq=False)
class Spectators:
    """What is left when one nucleon, or one hole, of a determinant is taken away.

    For particles a spectator has one nucleon less and |det> = sign a+_k |t>; for holes one more, |det> = sign a_k |t>.

    Parameters
    ----------
    side : +1 for particles, -1 for holes: what state k adds to 2M and weight is ``side`` times its own.
    sets : the spectators, sorted like determinants.
    place : int32 array [spectator, state]: 2 (position of the determinant in its group) + (1 if the sign is negative), or -1.
    target : int32 array [sector of spectators, state]: the group of the determinants, -1 where there is none.
    """

    side: int
    sets: Determinants
    place: NDArray[np.int32]
    target: NDArray[np.int32]


def spectators(determinants: Determinants) -> Spectators:
    """Take one nucleon away from every determinant, or one hole where the shell is more than half full."""
    shell = determinants.shell
    side = 1 if 2 * determinants.particles <= shell.states else -1
    less = determinants.particles if side > 0 else shell.states - determinants.particles
    found = np.empty(determinants.words.size * less, dtype=np.uint64)
    NEIGHBOURS(determinants.words, shell.states, side, found)
    words = np.unique(found)
    sets = sort_determinants(shell, determinants.particles - side, words)
    sizes = np.diff(determinants.group_starts)
    within = np.arange(determinants.words.size) - np.repeat(determinants.group_starts[:-1], sizes)
    order = np.argsort(determinants.words)
    place = np.empty((sets.words.size, shell.states), dtype=np.int32)
    PLACES(sets.words, determinants.words[order], order, within, shell.states, side, place)
    numbers = {key: g for g, key in enumerate(determinants.group_keys)}
    target = np.full((len(sets.sectors), shell.states), -1, dtype=np.int32)
    for t, (m, p, _) in enumerate(sets.sectors):
        for k in range(shell.states):
            target[t, k] = numbers.get((m + side * int(shell.two_m[k]), p * int(shell.parity[k])), -1)
    return Spectators(side, sets, place, target)

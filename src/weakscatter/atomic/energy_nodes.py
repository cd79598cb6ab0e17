"""Where a table of atomic responses has its nodes: energies of each subshell, energies and momenta of the whole atom.

The responses of one subshell are smooth above its threshold I in u = ln(T - I + d): shape resonances lie some ten electronvolts
above it, a ridge changes with the logarithm of the energy. A dozen nodes per decade, cubic in u, hold them to some parts in
1e3; the sum over subshells, which has an edge at each threshold, is laid out on finer nodes for an interpolation that is linear.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from weakscatter.atomic.hartree import C
from weakscatter.atomic.shell_response import momentum_of

#: Largest energy d (hartree) above a threshold in which nothing changes much; a quarter of the threshold if that is less. An electron
#: that leaves a negative ion finds no charge: its responses rise as powers of T - I, straight lines in the logarithm.
NEAR, NEAR_NEUTRAL = 0.2, 1e-3
#: Steps of u below and above the end of shape resonances, an energy above threshold (hartree).
_FINE, _COARSE, _RESONANCES = 0.22, 0.36, 3.0
#: Largest ratio of neighbouring energies of the whole atom, below and above an energy (hartree), and first steps above an edge.
_SLOW, _FAST, _KEV = 1.07, 1.12, 10.0
_STEPS = (1.01, 1.03)
#: Steps of momenta: ratios below the ridge of the slowest electrons, about it and beyond all ridges; step across narrow ridges.
_BELOW, _ABOUT, _BEYOND, _ACROSS = 1.25, 1.065, 1.09, 0.5


def coordinate(T: np.ndarray, threshold: float, near: float = NEAR) -> np.ndarray:
    """Return u = ln(T - I + d) of energies (hartree) of a subshell."""
    return np.log(np.maximum(T - threshold, 0.0) + min(near, 0.25 * threshold))


def shell_energies(threshold: float, top: float, near: float = NEAR) -> np.ndarray:
    """Return energies (hartree) of one subshell from its threshold to a largest one; at least five."""
    first, last = coordinate(np.array([threshold, top]), threshold, near)
    turn = float(np.clip(coordinate(np.array([threshold + _RESONANCES]), threshold, near)[0], first, last))
    pieces = [
        np.linspace(a, b, max(int(np.ceil((b - a) / step)), 3) + 1)
        for a, b, step in ((first, turn, _FINE), (turn, last, _COARSE))
        if b > a
    ]
    u = np.unique(np.concatenate(pieces))
    T = threshold + np.exp(u) - np.exp(first)
    T[0], T[-1] = threshold, top
    return np.asarray(T)


def off_nodes(nodes: np.ndarray, threshold: float, count: int, seed: int, near: float = NEAR) -> np.ndarray:
    """Return a few energies (hartree) in the middle between nodes of a subshell, spread over all of them, the same every time."""
    u = coordinate(nodes, threshold, near)
    share = (np.arange(count) + (0.618034 * (seed + 1)) % 1.0) / count
    at = np.unique(np.clip((share * (len(u) - 1)).astype(int), 0, len(u) - 2))
    middle = 0.5 * (u[at] + u[at + 1])
    return np.asarray(threshold + np.exp(middle) - np.exp(u[0]))


def atom_energies(thresholds: np.ndarray, top: float) -> np.ndarray:
    """Return energies (hartree) of a whole atom from its lowest threshold to a largest one; every other threshold stands twice."""
    edges = np.unique(thresholds[thresholds < top])
    ends = [*edges, top]
    pieces = []
    for low, high in pairwise(ends):
        inside = [low * s for s in _STEPS if low * s * _STEPS[0] < high]
        begin = inside[-1] if inside else low
        ratio = _SLOW if begin < _KEV else _FAST
        count = max(int(np.ceil(np.log(high / begin) / np.log(ratio))), 1)
        pieces.append(np.concatenate([[low], inside[:-1], np.geomspace(begin, high, count + 1)]) if inside
                      else np.geomspace(low, high, count + 1))  # fmt: skip
        pieces[-1][0], pieces[-1][-1] = low, high
    return np.concatenate(pieces)


def momenta(threshold: float, top: float, largest: float) -> np.ndarray:
    """Return momenta (1/Bohr) for an atom with this lowest threshold, energies up to ``top`` (hartree), up to a largest one.

    They begin a little below the photon line of the lowest energy.
    """
    slow, fast = 0.4 * momentum_of(threshold), 1.15 * momentum_of(top)
    q = [0.98 * threshold / C]
    while q[-1] < largest:
        now = q[-1]
        if now < slow:
            step = (_BELOW - 1.0) * now
        elif now < fast:
            step = min((_ABOUT - 1.0) * now, _ACROSS)
        else:
            step = (_BEYOND - 1.0) * now
        q.append(now + step)
    q[-1] = largest
    return np.array(q)

"""Density matrices of neutrinos as they are produced."""

from __future__ import annotations

import numpy as np

from weakscatter.interactions import FLAVOURS
from weakscatter.provenance.errors import InputError, nearest


def flavour_state(flavour: str) -> np.ndarray:
    """Density matrix [3, 3] of a pure flavour, |l><l| in the flavour basis.

    >>> flavour_state("mu").diagonal().real.tolist()
    [0.0, 1.0, 0.0]
    """
    if flavour not in FLAVOURS:
        raise InputError(
            f"Flavour {flavour!r} is unknown; allowed are {', '.join(FLAVOURS)} (antineutrinos by antineutrino = true)."
            f"{nearest(str(flavour), FLAVOURS)}"
        )
    state = np.zeros((3, 3), dtype=complex)
    index = FLAVOURS.index(flavour)
    state[index, index] = 1.0
    return state

"""Density matrices of neutrinos as they are produced."""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp

from weakscatter.interactions import FLAVOURS
from weakscatter.provenance.errors import InputError, nearest


@functools.cache
def flavour_state(flavour: str) -> Any:
    """Density matrix [3, 3] of a pure flavour, |l><l| in the flavour basis.

    >>> flavour_state("mu").diagonal().real.tolist()
    [0.0, 1.0, 0.0]
    """
    if flavour not in FLAVOURS:
        raise InputError(
            f"Flavour {flavour!r} is unknown; allowed are {', '.join(FLAVOURS)} (antineutrinos by antineutrino = true)."
            f"{nearest(str(flavour), FLAVOURS)}"
        )
    index = FLAVOURS.index(flavour)
    with jax.ensure_compile_time_eval():  # kept for every later call, so no tracer of the first one
        return jnp.zeros((3, 3), dtype=complex).at[index, index].set(1.0)

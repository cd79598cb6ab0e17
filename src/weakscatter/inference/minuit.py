"""The same likelihood handed to iminuit, with exact gradients: for published fits and for stubborn points."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from iminuit import Minuit  # type: ignore[import-untyped]

from weakscatter.inference.newton import Floats, Minimiser


def make_minuit(
    machine: Minimiser,
    floating: tuple[str, ...],
    values: Mapping[str, float],
    sizes: Mapping[str, float],
    *,
    strategy: int = 1,
) -> Minuit:
    """Return a `Minuit` over ``floating``, starting from ``values`` (all names) with steps ``sizes``.

    ``floating`` are coordinates of the machine; its other coordinates and parameters stay at ``values``.
    """
    base = np.array([values[name] for name in machine.names], dtype=np.float64)
    index = np.array([machine.names.index(name) for name in floating], dtype=np.int64)
    last: dict[bytes, tuple[float, Floats]] = {}

    def both(x: Any) -> tuple[float, Floats]:
        # Minuit asks for value and gradient separately at the same point.
        key = np.asarray(x, dtype=np.float64).tobytes()
        if key not in last:
            theta = base.copy()
            theta[index] = x
            q, g = machine.evaluate(theta[None], values)
            last.clear()
            last[key] = (float(q[0]), g[0, index])
        return last[key]

    m = Minuit(lambda x: both(x)[0], base[index], grad=lambda x: both(x)[1], name=floating)
    m.errordef = Minuit.LEAST_SQUARES
    m.strategy = strategy
    m.print_level = 0
    m.tol = 0.01
    for name in floating:
        p = machine.likelihood.parameter(name)
        m.limits[name] = (
            p.lower if math.isfinite(p.lower) else None,
            p.upper if math.isfinite(p.upper) else None,
        )
        m.errors[name] = sizes[name]
    return m

"""Weights of a morph between a nominal curve and its published +1 and -1 sigma variations."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete


def morph_weights(pull: Any) -> Any:
    """Return the weights of (nominal, +1 sigma, -1 sigma) at a pull p, in units of sigma.

    The morphed curve f = w_0 f_0 + w_+ f_+ + w_- f_- is

        f = f_0 + p (f_+ - f_-)/2 + s(p) (f_+ + f_- - 2 f_0),
        s = p^2 (15 - 10 p^2 + 3 p^4)/16 for |p| < 1,   s = |p|/2 beyond:

    exactly f_+ at p = 1 and f_- at p = -1, straight outside, and twice continuously differentiable, which a fit
    wants (a piecewise linear morph has a kink at p = 0, a parabola runs away beyond +-1). Linear in the curves:
    whatever is a linear functional of a curve can be tabulated once for each. Variations that mirror each other
    give a straight line in p.

    Parameters
    ----------
    pull : float or tracer
        Dimensionless; standard normal when the variations are one standard deviation.

    Returns
    -------
    array [3]
        Sum 1. Beyond |p| = 1 weights become negative, and so may the curve where f_0 is small.

    Notes
    -----
    The interpolation is the "piecewise polynomial and linear" one of HistFactory (Cranmer et al.,
    CERN-OPEN-2012-016; known as code 4p in pyhf), there used for binned templates.

    Examples
    --------
    >>> [float(w) for w in morph_weights(-1.0)]
    [0.0, 0.0, 1.0]
    """
    # Known pulls give plain numbers, so that a prepared model sees that nothing here is free.
    xp: Any = np if is_concrete(pull) else jnp
    p = xp.asarray(pull, dtype=float)
    square = p * p
    inside = square * (15.0 - 10.0 * square + 3.0 * square * square) / 16.0
    bend = xp.where(square < 1.0, inside, 0.5 * xp.abs(p))
    return xp.stack([1.0 - 2.0 * bend, bend + 0.5 * p, bend - 0.5 * p])

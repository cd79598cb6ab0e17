"""Gauss-Legendre quadrature on panels, with error falling exponentially inside each smooth panel."""

from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter.grids.concrete import is_concrete
from weakscatter.provenance.errors import InputError

Array = np.ndarray[Any, np.dtype[np.float64]]


@lru_cache(maxsize=64)
def gauss_legendre(points: int) -> tuple[Array, Array]:
    """Return nodes [points] and weights [points] of Gauss-Legendre quadrature on [-1, 1].

    Exact for polynomials up to degree 2 points - 1.

    >>> x, w = gauss_legendre(3)
    >>> round(float(w @ x**4), 12)  # 2/5
    0.4
    """
    if isinstance(points, bool) or not isinstance(points, int | np.integer) or not 1 <= points <= 1024:
        raise InputError(
            f"{points!r} points were asked of a quadrature rule; a whole number 1-1024 is allowed."
        )
    x, w = np.polynomial.legendre.leggauss(int(points))
    x.flags.writeable = False
    w.flags.writeable = False
    return x, w


def panels(edges: Any, points: int) -> tuple[Any, Any]:
    """Return nodes and weights of Gauss-Legendre quadrature on every panel between given edges.

    Parameters
    ----------
    edges : array [..., n + 1]
        Panel edges, non-decreasing; any unit. May be traced by JAX (limits that depend on a free mass). A panel of
        zero width has zero weight.
    points : int
        Nodes per panel.

    Returns
    -------
    nodes, weights : array [..., n points]
        Unit of ``edges``; NumPy arrays for NumPy edges (grids are constants), JAX arrays otherwise.

    Examples
    --------
    >>> x, w = panels([0.0, 1.0, 3.0], 4)
    >>> round(float(w @ x**2), 12)
    9.0
    """
    x, w = gauss_legendre(points)
    on_jax = isinstance(edges, jax.Array) or not is_concrete(edges)
    xp: Any = jnp if on_jax else np
    ends = xp.asarray(edges, dtype=float)
    if ends.ndim == 0 or ends.shape[-1] < 2:
        raise InputError(f"quadrature panels need at least two edges; the shape {ends.shape} was given.")
    low, width = ends[..., :-1, None], xp.diff(ends, axis=-1)[..., None]
    if is_concrete(ends) and not bool(np.all(np.asarray(width) >= 0.0) and np.all(np.isfinite(ends))):
        raise InputError("quadrature edges must be finite and in increasing order.")
    nodes = low + 0.5 * width * (1.0 + x)
    weights = 0.5 * width * w
    shape = (*ends.shape[:-1], (ends.shape[-1] - 1) * len(x))
    return nodes.reshape(shape), weights.reshape(shape)

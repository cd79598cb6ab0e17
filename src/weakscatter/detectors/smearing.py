"""Smearing: from the electron-equivalent energy of an event to its probability in each bin of the observable.

    S[curve, b](E_ee) = integral over bin b of efficiency_curve(x) p(x|E_ee) dx

The efficiency is a function of the *reconstructed* x and stands under the integral; nothing is renormalised in the
window; E_ee <= 0 means no light and gives zero. `DirectSmearing` integrates on every call and can be differentiated
in the resolution and in the curves; `SmearingTable` does it once on nodes, and is what a fit wants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter.detectors.binning import as_edges
from weakscatter.detectors.efficiency import curves_of, kinks_of
from weakscatter.grids import compiled, is_concrete, panels
from weakscatter.provenance.errors import InputError

# Where a distribution changes its scale: standard deviations around the mean, and decades below the mean for
# distributions that end at zero with a fractional power of x.
_DEVIATIONS = np.array([-9.0, -6.0, -4.0, -2.5, -1.0, 0.0, 1.0, 2.5, 4.0, 6.0, 9.0, 14.0, 22.0, 36.0])
_DECADES = 10.0 ** -np.arange(0.5, 5.0, 0.75)


def smear(
    resolution: Any, curves: tuple[Callable[[Any], Any], ...], edges: Any, E_ee: Any, points: int = 12
) -> Any:
    """Integrate efficiency times density over every bin, at each energy.

    Parameters
    ----------
    resolution : see `weakscatter.detectors.resolution`
    curves : tuple of efficiency curves [c] of the reconstructed x
    edges : array [b + 1]
        Bin edges of x, finite; `Edges` where a function is compiled around this one.
    E_ee : array [n] (MeV)
        Zero and below: no light, probability zero.
    points : int
        Gauss-Legendre nodes per panel; panels end at bin edges, at the kinks of the curves and where the density
        changes its scale. Without meaning for a discrete x, which is summed.

    Returns
    -------
    array [n, c, b]
        Probabilities. Differentiable in E_ee and in the numbers of resolution and curves.
    """
    E = jnp.asarray(E_ee, dtype=float)
    light = E > 0.0
    E = jnp.where(light, E, 1.0)
    if resolution.discrete:
        result = _sum(resolution, curves, edges, E)
    else:
        result = _integral(resolution, curves, edges, E, points)
    return jnp.where(light[:, None, None], result, 0.0)


def _sum(resolution: Any, curves: tuple[Callable[[Any], Any], ...], edges: Any, E: Any) -> Any:
    edges, offset = np.asarray(edges, dtype=float), resolution.offset
    first = max(np.ceil(edges[0] - offset), 0.0)
    last = np.ceil(edges[-1] - offset)  # the upper edge is outside
    x = np.arange(first, max(last, first)) + offset
    owner = np.searchsorted(edges, x, side="right") - 1
    belongs = np.asarray(owner[:, None] == np.arange(len(edges) - 1), dtype=float)
    kept = jnp.stack([curve(x) for curve in curves])
    return jnp.einsum("nx,cx,xb->ncb", resolution.density(x, E[:, None]), kept, belongs)


def _integral(
    resolution: Any, curves: tuple[Callable[[Any], Any], ...], edges: Any, E: Any, points: int
) -> Any:
    edges = jnp.asarray(edges, dtype=float)
    mean, deviation = resolution.mean(E)[:, None], resolution.deviation(E)[:, None]
    scales = [mean + deviation * _DEVIATIONS]
    if resolution.positive:
        scales.append(mean * _DECADES)
    fixed = jnp.concatenate([edges, *(jnp.asarray(kinks_of(curve), dtype=float) for curve in curves)])
    breaks = jnp.concatenate([jnp.broadcast_to(fixed, (len(E), len(fixed))), *scales], axis=1)
    # The integral does not depend on where the panels end, and its derivative should not seem to.
    breaks = jax.lax.stop_gradient(jnp.sort(jnp.clip(breaks, edges[0], edges[-1]), axis=1))
    x, weight = panels(breaks, points)
    mass = weight * resolution.density(x, E[:, None])
    shape = (len(E), breaks.shape[1] - 1, points)
    parts = jnp.stack([(mass * curve(x)).reshape(shape).sum(axis=2) for curve in curves])
    middle = 0.5 * (breaks[:, 1:] + breaks[:, :-1])
    owner = jnp.clip(jnp.searchsorted(edges, middle, side="right") - 1, 0, len(edges) - 2)
    belongs = jax.nn.one_hot(owner, len(edges) - 1, dtype=float)
    return jnp.einsum("cnp,npb->ncb", parts, belongs)


def has_numbers(part: Any) -> bool:
    """Return whether the fields of a resolution or a curve are known now, and not traced."""
    return is_concrete(tuple(getattr(part, "__dict__", {}).values()))


def check_curves(curves: tuple[Callable[[Any], Any], ...], edges: Any) -> None:
    """Refuse curves that leave [0, 1] or are undefined somewhere between the first and the last edge."""
    edges = np.asarray(edges, dtype=float)
    x = np.union1d(np.linspace(edges[0], edges[-1], 401), edges)
    for curve in curves:
        with (
            jax.ensure_compile_time_eval()
        ):  # numbers, even where a detector is built inside a traced function
            value = np.asarray(curve(x))
        bad = ~((value >= 0.0) & (value <= 1.0))
        if np.any(bad):
            raise InputError(
                f"the efficiency {type(curve).__name__} is {value[bad][0]:.6g} at x = {x[bad][0]:.6g}, inside the "
                f"window {edges[0]:.6g} to {edges[-1]:.6g}; values between 0 and 1 are needed in all of it."
            )


@dataclass(frozen=True, eq=False)
class DirectSmearing:
    """Smearing integrated on every call, for a traced resolution or traced curves.

    Parameters
    ----------
    resolution, efficiency : see `weakscatter.detectors.resolution` and `weakscatter.detectors.efficiency`
    edges : array [b + 1]
        Bin edges of the observable; never traced.
    points : int
        Nodes per panel; 12 gives about 1e-10 for smooth curves on panels of a few standard deviations.
    """

    resolution: Any
    efficiency: Callable[[Any], Any]
    edges: Any
    points: int = 12

    def __post_init__(self) -> None:
        object.__setattr__(self, "edges", as_edges("energy edges", self.edges))
        curves = curves_of(self.efficiency)
        if all(has_numbers(curve) for curve in curves):
            check_curves(curves, self.edges)

    @property
    def curves(self) -> int:
        """Number of curves, the length of the weights that `response` wants."""
        return len(curves_of(self.efficiency))

    def response(self, E_ee: Any, weights: Any) -> Any:
        """Return the probabilities [b, ...] for E_ee [...] (MeV); weights [c] of the efficiency curves."""
        E = jnp.asarray(E_ee, dtype=float)
        parts = (self.resolution, curves_of(self.efficiency), self.edges)
        if is_concrete(E_ee) and all(has_numbers(part) for part in (self.resolution, *parts[1])):
            S = compiled(smear, *parts, E.ravel(), self.points)  # a hundred small operations at once
        else:
            S = smear(*parts, E.ravel(), self.points)
        return jnp.einsum("c,ncb->bn", jnp.asarray(weights, dtype=float), S).reshape(-1, *E.shape)

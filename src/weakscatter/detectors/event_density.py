"""From energies to the density at observed events: the smearing map of unbinned likelihoods.

    S[c](E) = integral over cell c of efficiency(x) p(x|E) dx,     s[i](E) = efficiency(x_i) p(x_i|E)

The first rows are the cells of `weakscatter.inference.UnbinnedPoisson`, whose sum is the total, the others the density at
each event. As in `weakscatter.detectors.smearing` the efficiency here is one of the *reconstructed* observable; one of the
true energy belongs into `Detector.true_efficiency`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.detectors.binning import as_edges
from weakscatter.detectors.efficiency import curves_of
from weakscatter.detectors.smearing import check_curves, has_numbers
from weakscatter.grids import is_concrete, panels
from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class EventDensity:
    """A smearing table whose rows are cells of the window, then the density at events.

    Parameters
    ----------
    resolution : see `weakscatter.detectors.resolution`; continuous.
    efficiency : callable of the reconstructed observable.
    edges : array [m + 1]
        Edges of the cells (unit of the observable), of a resolution's width at most.
    events : array [n]
        Observed events (unit of the observable), within the window.
    points : int
        Nodes per cell. Four err by less than 1e-8 where a cell is a third of a standard deviation wide; kinks of the efficiency
        inside of a cell add their square times its width.
    """

    resolution: Any
    efficiency: Callable[[Any], Any]
    edges: Any
    events: Any
    points: int = 4

    def __post_init__(self) -> None:
        edges = as_edges("cells of the window", self.edges)
        object.__setattr__(self, "edges", edges)
        if self.resolution.discrete:
            raise InputError(
                "a density at events was asked for with a resolution that counts quanta. Counts have no density: bin them."
            )
        if not is_concrete(self.events):
            return
        events = np.asarray(self.events, dtype=float)
        outside = (events < edges[0]) | (events > edges[-1]) | ~np.isfinite(events)
        if events.ndim != 1 or np.any(outside):
            raise InputError(
                f"{int(np.sum(outside))} of {events.size} events lie outside the window {edges[0]:.6g} to {edges[-1]:.6g}. Cut "
                "them, or widen the window."
            )
        object.__setattr__(self, "events", events)
        curves = curves_of(self.efficiency)
        if all(has_numbers(curve) for curve in curves):
            check_curves(curves, edges)

    @property
    def curves(self) -> int:
        """Number of efficiency curves, the length of the weights that `response` wants."""
        return len(curves_of(self.efficiency))

    def response(self, E_ee: Any, weights: Any) -> Any:
        """Return probabilities of the cells, then densities at the events [m + n, ...] for E_ee [...] (MeV).

        ``weights`` [c] are those of the efficiency curves. No light (E_ee of zero or less): zero.
        """
        E = jnp.asarray(E_ee, dtype=float)
        light = E > 0.0
        flat = jnp.where(light, E, 1.0).ravel()
        edges, curves = np.asarray(self.edges), curves_of(self.efficiency)
        x, w = panels(edges, self.points)
        owner = np.repeat(np.arange(len(edges) - 1), self.points)
        places = jnp.concatenate([jnp.asarray(x), jnp.asarray(self.events)])
        kept = jnp.tensordot(
            jnp.asarray(weights, dtype=float), jnp.stack([curve(places) for curve in curves]), 1
        )
        density = kept[:, None] * self.resolution.density(places[:, None], flat)
        cells = jnp.zeros((len(edges) - 1, flat.size)).at[owner].add(w[:, None] * density[: len(x)])
        rows = jnp.concatenate([cells, density[len(x) :]])
        return jnp.where(light, rows.reshape(-1, *E.shape), 0.0)

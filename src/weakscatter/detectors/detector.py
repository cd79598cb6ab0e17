"""A detector: quenching, smearing with efficiency, and time bins, as two linear maps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.detectors.binning import Edges, as_edges
from weakscatter.detectors.efficiency import kinks_of
from weakscatter.grids import is_concrete, panels
from weakscatter.provenance.errors import InputError, nearest

#: What an event can hold, by name.
KINDS = ("nuclear-recoil", "electronic-recoil", "photon", "neutron")

_POINTS = 16  # Gauss-Legendre nodes of a time cell, for efficiencies without a closed integral


@dataclass(frozen=True, eq=False)
class Detector:
    """What an instrument makes of the energies and arrival times of events.

    Parameters
    ----------
    table : SmearingTable or DirectSmearing
        Smearing and efficiency in energy; its edges are the energy bins.
    quenching : mapping {kind: callable T -> E_ee}
        Kinds of deposits that give light ("nuclear-recoil", "electronic-recoil", "photon", "neutron"), each with
        its quenching model.
    efficiency_weights : array [c]
        Weights of the efficiency curves of the table, `efficiency.weights()`; may be traced. May be left out for a
        single curve.
    time_edges : array [t + 1], optional
        Arrival cells, finer than the bins; natural units. None: the detector has no time axis, that is one cell
        and one bin that hold everything.
    time_bins : array [s + 1], optional
        Edges of the time bins, each of them an edge of a cell. What arrives outside is lost.
    time_efficiency : callable, optional
        Efficiency against reconstructed time; required with a time axis (`PerfectEfficiency()` by name).
    blind_to : tuple of kinds that give no light at all.
    true_efficiency : callable, optional
        Efficiency against the *true* electron-equivalent energy E_ee (MeV), before smearing, beside the one of the table,
        which is one of the reconstructed observable. A paper's curve is one of the two: counting it as the other moves
        events across the threshold.

    Notes
    -----
    Light adds within an event: E_ee is the sum over everything the event holds, each quantum quenched by itself.
    """

    table: Any
    quenching: Mapping[str, Callable[[Any], Any]]
    efficiency_weights: Any = None
    time_edges: Any = None
    time_bins: Any = None
    time_efficiency: Callable[[Any], Any] | None = None
    blind_to: tuple[str, ...] = field(default=())
    true_efficiency: Callable[[Any], Any] | None = None

    def __post_init__(self) -> None:
        self._check_kinds()
        count = self.table.curves
        weights = self.efficiency_weights
        if weights is None and count == 1:
            weights = np.ones(1)
            object.__setattr__(self, "efficiency_weights", weights)
        if np.shape(weights) != (count,):
            raise InputError(
                f"a detector got efficiency weights of shape {np.shape(weights)} for a table of {count} efficiency "
                "curves; give the weights() of the efficiency that was tabulated."
            )
        if self.time_edges is None:
            if self.time_bins is not None or self.time_efficiency is not None:
                raise InputError(
                    "a detector got time bins or a time efficiency without time_edges; give both or none."
                )
            return
        if self.time_bins is None or self.time_efficiency is None:
            raise InputError(
                "a detector with time_edges needs time_bins and a time_efficiency; "
                "one without losses is PerfectEfficiency()."
            )
        cells, bins = as_edges("time edges", self.time_edges), as_edges("time bins", self.time_bins)
        object.__setattr__(self, "time_edges", cells)
        object.__setattr__(self, "time_bins", bins)
        distance = np.min(np.abs(np.subtract.outer(bins, cells)), axis=1)
        stray = distance > 1e-9 * (cells[-1] - cells[0])
        if np.any(stray):
            raise InputError(
                f"the time bin edge {np.asarray(bins)[stray][0]:.6g} is no edge of an arrival cell (cells run from "
                f"{cells[0]:.6g} to {cells[-1]:.6g}); refine every bin into cells, and cover all bins."
            )

    def _check_kinds(self) -> None:
        both = set(self.quenching) & set(self.blind_to)
        if both:
            raise InputError(f"a detector quenches {sorted(both)} and is blind to them; choose one.")
        for kind in (*self.quenching, *self.blind_to):
            if kind not in KINDS:
                raise InputError(
                    f"unknown kind of deposit {kind!r}.{nearest(kind, KINDS)} Allowed: {', '.join(KINDS)}."
                )

    @property
    def energy_edges(self) -> Edges:
        """Edges [b + 1] of the energy bins, in units of the observable (MeV or photoelectrons)."""
        edges: Edges = self.table.edges
        return edges

    def light(self, contains: Mapping[str, Any]) -> Any:
        """Return the electron-equivalent energy E_ee (MeV) of events.

        Parameters
        ----------
        contains : mapping {kind: energies}
            Energies (MeV) [T] of what one event holds, a number if it is the same in all; a tuple or list of them
            for several quanta of a kind, such as the photon lines of a cascade.

        Returns
        -------
        array [T]
        """
        total: Any = 0.0
        for kind, energies in contains.items():
            quanta = tuple(energies) if isinstance(energies, tuple | list) else (energies,)
            if kind in self.blind_to:
                total = total + sum(jnp.zeros(np.shape(energy)) for energy in quanta)
                continue
            if kind not in self.quenching:
                known = (*self.quenching, *self.blind_to)
                raise InputError(
                    f"an event holds the kind {kind!r}, which the detector does not know.{nearest(kind, known)} It "
                    f"knows: {', '.join(known) or 'none'}. Give it a quenching, or name it in blind_to."
                )
            for energy in quanta:
                total = total + self.quenching[kind](energy)
        return jnp.asarray(total, dtype=float)

    def energy_map(self, contains: Mapping[str, Any]) -> Any:
        """Return the probability [b, T] that an event is seen in each energy bin.

        Parameters
        ----------
        contains : mapping {kind: energies}, see `light`
        """
        E_ee = self.light(contains)
        seen = self.table.response(E_ee, self.efficiency_weights)
        return seen if self.true_efficiency is None else seen * self._kept(E_ee)

    def _kept(self, E_ee: Any) -> Any:
        """Efficiency [T] at the true energies; what gives no light is lost anyway and is not looked up."""
        assert self.true_efficiency is not None
        light = jnp.asarray(E_ee) > 0.0
        kept = jnp.where(light, self.true_efficiency(jnp.where(light, E_ee, jnp.max(E_ee))), 0.0)
        if is_concrete(kept):
            values = np.asarray(kept)
            bad = ~((values >= 0.0) & (values <= 1.0))
            if np.any(bad):
                raise InputError(
                    f"the efficiency of the true energy {type(self.true_efficiency).__name__} is {values[bad].flat[0]:.6g} at "
                    f"{float(np.asarray(E_ee)[bad].flat[0]):.6g} MeV; values between 0 and 1 are allowed. Per cent have to be "
                    "divided by 100."
                )
        return kept

    def time_map(self) -> Any:
        """Return the probability [s, t] that an event of an arrival cell is kept in each time bin.

        The efficiency is averaged over the cell, as if arrivals were uniform inside: exact in the limit of fine
        cells, error quadratic in their width. [[1]] without a time axis.
        """
        if self.time_edges is None:
            return jnp.ones((1, 1))
        cells, bins = np.asarray(self.time_edges), np.asarray(self.time_bins)
        middle = 0.5 * (cells[1:] + cells[:-1])
        owner = np.searchsorted(bins, middle, side="right") - 1
        belongs = np.asarray(owner == np.arange(len(bins) - 1)[:, None], dtype=float)
        return belongs * cell_average(self.time_efficiency, self.time_edges)


def cell_average(efficiency: Any, edges: Any) -> Any:
    """Return the mean [t] of a time efficiency in each cell between edges [t + 1].

    In closed form if the efficiency has an ``integral(lower, upper)``, by Gauss-Legendre quadrature otherwise.
    """
    edges = np.asarray(edges, dtype=float)
    width = np.diff(edges)
    if hasattr(efficiency, "integral"):
        return efficiency.integral(edges[:-1], edges[1:]) / width
    kinks = kinks_of(efficiency)
    if not is_concrete(kinks):
        raise InputError("a time efficiency with free kinks needs an integral(lower, upper) in closed form.")
    inside = [k for k in np.asarray(kinks) if edges[0] < k < edges[-1]]
    breaks = np.union1d(edges, inside)
    t, weight = panels(breaks, _POINTS)
    owner = np.clip(np.searchsorted(edges, t, side="right") - 1, 0, len(width) - 1)
    return jnp.zeros(len(width)).at[owner].add(weight * efficiency(t)) / width

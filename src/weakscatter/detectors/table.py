"""Smearing tabulated once on nodes of quenched energy, then read by a smooth cubic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from scipy.interpolate import CubicSpline

from weakscatter.detectors.binning import Edges, as_edges
from weakscatter.detectors.efficiency import curves_of
from weakscatter.detectors.smearing import check_curves, has_numbers, smear
from weakscatter.grids import barrier, compiled, is_concrete
from weakscatter.provenance.errors import InputError
from weakscatter.units import keV

_CHUNK = 128  # energies of one compiled call: one program whatever the number of nodes
_POINTS = (8, 16, 32, 64)  # nodes per panel, until the doubled rule agrees
_EMPTY = 1e-9  # probability below which a window counts as empty
_FIRST, _LAST = 32, 16384  # intervals of the energy grid


@dataclass(frozen=True, eq=False)
class SmearingTable:
    """Bin probabilities S[c, b](E_ee) on nodes uniform in sqrt(E_ee), made by `SmearingTable.build`.

    sqrt(E) is the coordinate in which counting statistics has a constant width. Between nodes the table is a cubic
    spline: twice continuously differentiable, error O(step^4), measured when the table is made.

    Attributes
    ----------
    edges : Edges [b + 1]
        Bin edges of the observable.
    curves : int
        Number of efficiency curves c, the length of the weights that `response` wants.
    energy_max : float (MeV)
        Last node.
    error : float
        Largest error of a probability, quadrature and interpolation together, measured by doubling both.
    empty_above : bool
        Whether less than 1e-9 of any event above `energy_max` falls into the window: zero is returned there.
        Otherwise an energy above is an error (NaN for a traced one, which no fit accepts silently).
    nodes : array [c, g, 2, b]
        Values and (derivatives by sqrt(E) times the step) at the nodes.
    """

    # A constant of the instrument: no number in it is ever an input of a compiled program.
    STATIC: ClassVar[bool] = True

    edges: Edges
    curves: int
    energy_max: float
    error: float
    empty_above: bool
    nodes: np.ndarray

    @classmethod
    def build(
        cls,
        resolution: Any,
        efficiency: Callable[[Any], Any],
        edges: Any,
        *,
        energy_max: float | None = None,
        tolerance: float = 1e-7,
    ) -> SmearingTable:
        """Tabulate a resolution and an efficiency.

        Parameters
        ----------
        resolution : see `weakscatter.detectors.resolution`; no field may be traced
        efficiency : callable
            Concrete curve, or a morph of concrete curves, each of which is tabulated.
        edges : array [b + 1]
            Bin edges of the observable.
        energy_max : float (MeV), optional
            Largest E_ee that will be asked for. By default the energy above which the window is empty to 1e-9.
        tolerance : float
            Absolute error wanted for every probability.

        Raises
        ------
        InputError : a traced field, a window that high energies never leave (then give `energy_max`), or a
            tolerance that was not reached.
        """
        curves, edges = curves_of(efficiency), as_edges("energy edges", edges)
        if not all(has_numbers(part) for part in (resolution, *curves)):
            raise InputError(
                "a smearing table was asked for with a free resolution or efficiency curve; tabulate fixed ones "
                "(a pull belongs into MorphedEfficiency), or use DirectSmearing."
            )
        # The table is a constant even where somebody builds it inside a traced function.
        with jax.ensure_compile_time_eval():
            check_curves(curves, edges)
            integrate = _Integrator(resolution, curves, edges, tolerance)
            top, empty = _highest(integrate, energy_max)
            nodes, error = _refine(integrate, top, tolerance)
        nodes.flags.writeable = False
        return cls(edges, len(curves), top, max(error, integrate.error), empty, nodes)

    def response(self, E_ee: Any, weights: Any) -> Any:
        """Return the probability of each bin.

        Parameters
        ----------
        E_ee : array [...] (MeV)
            Zero and below: no light, probability zero. May be traced.
        weights : array [c]
            Weights of the efficiency curves. May be traced.

        Returns
        -------
        array [b, ...]
        """
        E = jnp.asarray(E_ee, dtype=float)
        if not self.empty_above and is_concrete(E_ee) and np.any(np.asarray(E_ee) > self.energy_max):
            raise InputError(
                f"a smearing table was asked at {float(np.max(np.asarray(E_ee))) / keV:.6g} keV of "
                f"electron-equivalent energy; it ends at {self.energy_max / keV:.6g} keV. Build it with a larger "
                "energy_max."
            )
        if is_concrete((E_ee, weights)):
            return compiled(_read, self, E, jnp.asarray(weights, dtype=float))
        return _read(self, E, weights)


def _read(table: SmearingTable, E: Any, weights: Any) -> Any:
    """Return the probabilities [b, ...] at energies E [...] (MeV) for weights [c] of the curves."""
    light, above = E > 0.0, table.energy_max < E
    intervals = table.nodes.shape[1] - 1
    inside = light & ~above
    at = jnp.sqrt(jnp.where(inside, E / table.energy_max, 1.0)).ravel() * intervals
    k = jnp.clip(jnp.floor(at).astype(int), 0, intervals - 1)
    f = at - k
    # Cubic Hermite basis. Rows are read before the curves are combined: there are fewer of them than of nodes.
    rows, w = barrier(table.nodes), jnp.asarray(weights, dtype=float)
    low, high = jnp.tensordot(w, rows[:, k], axes=1), jnp.tensordot(w, rows[:, k + 1], axes=1)
    value, slope = (1 + 2 * f) * (1 - f) ** 2, f * (1 - f) ** 2
    result = value[:, None] * low[:, 0] + slope[:, None] * low[:, 1]
    value, slope = f * f * (3 - 2 * f), f * f * (f - 1)
    result = result + value[:, None] * high[:, 0] + slope[:, None] * high[:, 1]
    result = result.T.reshape(-1, *E.shape)
    beyond = 0.0 if table.empty_above else jnp.nan
    return jnp.where(inside, result, jnp.where(above | jnp.isnan(E), beyond, 0.0) + 0.0 * E)


class _Integrator:
    """Exact S at given energies, with the quadrature doubled until it stands still; remembers its largest error."""

    def __init__(self, resolution: Any, curves: tuple[Any, ...], edges: Edges, tolerance: float) -> None:
        self.parts, self.edges, self.tolerance = (resolution, curves, edges), edges, tolerance
        self.error = 0.0

    def once(self, energies: np.ndarray, points: int) -> np.ndarray:
        padded = np.zeros(-(-len(energies) // _CHUNK) * _CHUNK)
        padded[: len(energies)] = energies
        parts = [
            np.asarray(compiled(smear, *self.parts, chunk, points)) for chunk in padded.reshape(-1, _CHUNK)
        ]
        return np.concatenate(parts)[: len(energies)]

    def __call__(self, energies: np.ndarray) -> np.ndarray:
        """Return S [n, c, b] at energies [n] (MeV)."""
        last = self.once(energies, _POINTS[0])
        if self.parts[0].discrete:
            return last
        pending, error = np.arange(len(energies)), np.inf
        for points in _POINTS[1:]:
            finer = self.once(energies[pending], points)
            errors = np.max(np.abs(finer - last[pending]), axis=(1, 2))
            last[pending] = finer
            # What is left after a doubling is far smaller than the change; a tenth is asked for all the same.
            good = errors <= 0.1 * self.tolerance
            self.error = max(self.error, float(np.max(errors[good], initial=0.0)))
            pending, error = pending[~good], float(np.max(errors))
            if len(pending) == 0:
                return last
        raise InputError(
            f"the smearing integral did not converge: the last doubling changed it by {error:.2g}, "
            f"{0.1 * self.tolerance:.2g} is wanted. Give efficiency curves their kinks(), or a larger tolerance."
        )


def _highest(integrate: _Integrator, energy_max: float | None) -> tuple[float, bool]:
    """Return the last energy of the table and whether the window is empty above it."""
    if energy_max is not None:
        if not (np.isfinite(energy_max) and energy_max > 0.0):
            raise InputError(
                f"a smearing table was given energy_max = {energy_max} MeV; it must be positive."
            )
        energies = float(energy_max) * 1.25 ** np.arange(1, 61)
        start = float(energy_max)
    else:
        energies = 1e-7 * 1.06 ** np.arange(4 * _CHUNK)  # 0.1 eV to 1e6 MeV
        start = 0.0
    # A coarse rule is enough to see whether anything is left.
    filled = np.max(integrate.once(energies, 16).sum(axis=2), axis=1) > _EMPTY
    if energy_max is not None:
        return start, not bool(np.any(filled))
    if not np.any(filled):
        raise InputError(
            f"no energy up to {energies[-1]:.3g} MeV leaves an event in the window {integrate.edges[0]:.6g} to "
            f"{integrate.edges[-1]:.6g}. Check units of window, resolution and efficiency."
        )
    if filled[-1]:
        raise InputError(
            "the resolution is so wide that events of any energy reach the window; say how far the smearing table "
            "has to go by energy_max."
        )
    return float(energies[np.flatnonzero(filled)[-1] + 1]), True


def _refine(integrate: _Integrator, top: float, tolerance: float) -> tuple[np.ndarray, float]:
    """Halve the step until the spline meets the exact values between its nodes; return nodes and error."""
    intervals = _FIRST
    # At zero the limit of small energies is meant: the light of an event, however little, is not "no light".
    nodes = np.linspace(0.0, np.sqrt(top), intervals + 1)
    nodes[0] = 1e-4 * nodes[1]
    values = integrate(nodes**2)
    while True:
        grid = np.linspace(0.0, np.sqrt(top), intervals + 1)
        middle = 0.5 * (grid[1:] + grid[:-1])
        exact = integrate(middle**2)
        error = float(np.max(np.abs(CubicSpline(grid, values)(middle) - exact)))
        intervals *= 2
        merged = np.empty((intervals + 1, *values.shape[1:]))
        merged[::2], merged[1::2], values = values, exact, merged
        if error <= 8.0 * tolerance:  # the merged grid has half the step: a sixteenth of this error
            break
        if intervals > _LAST:
            raise InputError(
                f"a smearing table of {intervals} nodes still errs by {error:.2g}; {tolerance:.2g} is wanted. "
                f"The resolution is too sharp for an energy grid up to {top:.3g} MeV: use wider bins, a lower "
                "energy_max, or a larger tolerance."
            )
    grid = np.linspace(0.0, np.sqrt(top), intervals + 1)
    slopes = CubicSpline(grid, values)(grid, 1) * (grid[1] - grid[0])
    # From [g, c, b] to [c, g, value or slope, b].
    return np.ascontiguousarray(np.stack([values, slopes], axis=1).transpose(2, 0, 1, 3)), error / 16.0

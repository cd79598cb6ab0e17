"""Responses from a table: values on a grid of energy transfer and momentum, contracted with everything.

Which numbers a table holds is up to its maker: any of `PARTS`, per unit energy and per atom, with axes z along q,

    R_ab(T, q) = average over initial, sum over final states of <f|a|i><f|b|i>^* delta(T + E_i - E_f).

The interpolation is cubic in ln q and runs, from one energy to the next, along q/sqrt(T (T + 2 m)) = const, on which the ridge
of nearly free electrons lies: a narrow one (outer shells) keeps its place and its width between two energies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.grids import barrier, is_concrete, panels
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.response.free_electrons import ELECTRONIC_RECOIL
from weakscatter.response.infrared import InfraredCut, InfraredMass
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.window import Window, window_nodes

#: What a table may hold: (structure, structure, component). "03+30" is 2 Re R_03, "12+21" is i(R_12 - R_21).
PARTS = (
    ("vector", "vector", "00"), ("vector", "vector", "03+30"), ("vector", "vector", "33"),
    ("vector", "vector", "11+22"), ("axial", "axial", "00"), ("axial", "axial", "03+30"), ("axial", "axial", "33"),
    ("axial", "axial", "11+22"), ("vector", "axial", "12+21"), ("scalar", "scalar", "density"),
    ("pseudoscalar", "pseudoscalar", "density"), ("tensor", "tensor", "11+22"),
)  # fmt: skip

OUTSIDE = ("error", "zero")


@dataclass(frozen=True, eq=False)
class ResponseTable:
    """Bound electrons from a table of response components.

    Parameters
    ----------
    energy_transfer : array [T] (MeV), increasing; an edge stands twice, with the values below and above it.
    momentum : array [q] (MeV), increasing, beginning at or below the lowest energy transfer: the photon line |q| = T is
        part of every contraction, and values are needed below it too.
    parts : {(structure, structure, component): array [T, q] (1/MeV) per atom}, keys of `PARTS`. The vector current needs
        "00" and "11+22"; without "03+30" and "33" it is conserved, R_33 = (T/q)^2 R_00, R_03+30 = 2 (T/q) R_00.
    infrared : `InfraredMass` or `InfraredCut`; None where nothing diverges.
    below : "error" or "zero", what an energy transfer below the first one means. Above the last one: an error.
    beyond : "error" or "zero", what a momentum above the last one means: zero for tables that reach to where nothing is left.
    citations : bibliography keys.

    Notes
    -----
    What is asked outside in compiled code becomes NaN; `require_reach` raises. How many nodes are enough is a question of the
    ridge, whose width in ln q is sqrt(I/T) for a shell bound with I: hydrogen from 14 eV to 1 keV with 120 momenta between 13 eV
    and 0.4 MeV errs by 1e-2 at the upper end, with 300 by 2e-4, with 600 by 4e-5. `interpolation_error` estimates it.

    Raises
    ------
    InputError : grids that do not increase, shapes that do not fit, unknown or missing parts.
    """

    energy_transfer: Any
    momentum: Any
    parts: Mapping[tuple[str, str, str], Any]
    infrared: InfraredMass | InfraredCut | None = None
    below: str = "error"
    beyond: str = "error"
    citations: tuple[str, ...] = ()
    #: Logarithms where a part is positive everywhere, and derivatives by ln q: made from `parts`.
    splines: Any = field(init=False, repr=False)
    deposit = ELECTRONIC_RECOIL
    mass = constants.m_e

    def __post_init__(self) -> None:
        for policy in (self.below, self.beyond):
            if policy not in OUTSIDE:
                raise unknown("policy outside a response table", policy, OUTSIDE)
        T, q = _grid("energy_transfer", self.energy_transfer, 2), _grid("momentum", self.momentum, 4)
        steps = np.diff(T)
        if (
            np.any(steps < 0)
            or np.any((steps[1:] == 0) & (steps[:-1] == 0))
            or steps[0] == 0
            or steps[-1] == 0
        ):
            raise InputError(
                "The energy transfers of a response table must increase; an edge inside may stand twice, no energy thrice."
            )
        if np.any(np.diff(q) <= 0) or q[0] > T[0]:
            raise InputError(
                f"The momenta of a response table must increase and begin at or below the lowest energy transfer; they begin "
                f"at {q[0]:.6g}, the energies at {T[0]:.6g} MeV. Extend the table to the photon line |q| = T."
            )
        parts = {key: np.array(value, dtype=float) for key, value in self.parts.items()}
        _check_parts(parts, (len(T), len(q)))
        object.__setattr__(self, "energy_transfer", T)
        object.__setattr__(self, "momentum", q)
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "splines", {key: _spline(q, value) for key, value in parts.items()})

    @property
    def levels(self) -> tuple[Level, ...]:
        return (Level("ionised"),)

    @property
    def threshold(self) -> float:
        """Energy transfer (MeV) below which nothing happens, 0 where the table does not say so."""
        return float(self.energy_transfer[0]) if self.below == "zero" else 0.0

    @property
    def kinks(self) -> tuple[float, ...]:
        """Energies (MeV) where the spectrum is not smooth: first, last and double nodes."""
        T = np.asarray(self.energy_transfer)
        return (float(T[0]), *map(float, T[1:][np.diff(T) == 0]), float(T[-1]))

    def recoil_energy_max(self, E: Any) -> Any:
        """Largest energy transfer (MeV): all of E, or the end of the table."""
        return jnp.minimum(E, self.energy_transfer[-1])

    def require_reach(self, T: Any, window: Window) -> None:
        """Raise `InputError` unless the table holds all that a window (`scattering.open_window`) asks at energies T [T]."""
        T, low, high = np.broadcast_arrays(np.asarray(T, float), window.low, window.high)
        T, high = T[high > low], high[high > low]
        nodes, q = np.asarray(self.energy_transfer), np.asarray(self.momentum)
        bad = (nodes[-1] < T) | ((nodes[0] > T) & (self.below == "error"))
        if np.any(bad):
            raise InputError(
                f"The response table covers energy transfers from {nodes[0]:.6g} to {nodes[-1]:.6g} MeV and was asked at "
                f"{T[bad][0]:.6g} MeV. Stay inside, extend it, or give below='zero' if nothing happens below its first one."
            )
        top, reach = np.sqrt(high + T**2), np.asarray(self._reach(T)[1])
        if self.beyond == "error" and np.any(top > reach):
            i = int(np.argmax(top / reach))
            raise InputError(
                f"The response table ends at q = {q[-1]:.6g} MeV; at an energy transfer of {T[i]:.6g} MeV it is asked up to "
                f"{top[i]:.6g} MeV (2 E - T), and the interpolation needs a little more. Extend it, or give beyond='zero' if "
                "nothing is left there."
            )

    def _reach(self, T: Any) -> tuple[Any, Any]:
        """Segment [T] of the energies, and the largest momentum [T] that the table knows there."""
        nodes = jnp.asarray(self.energy_transfer)
        k = jnp.clip(jnp.searchsorted(nodes, T, side="right") - 1, 0, len(nodes) - 2)
        return k, self.momentum[-1] * ridge(T) / ridge(nodes[k + 1])

    @property
    def components(self) -> frozenset[Any]:
        """Keys of the weighted responses that the parts of the table make."""
        return frozenset(_components(dict.fromkeys(self.parts, 1.0), 1.0, 1.0, 1.0, 1.0))

    @property
    def energy_panels(self) -> Any:
        """Energies [q] (MeV) between which integrals over momenta q = 2 E - T are split at any T: (q + T)/2 at the last T and q."""
        return self.momentum * (1 + self.energy_transfer[-1] / self.momentum[-1]) / 2

    def reach(self, T: Any) -> Any:
        """Largest momentum [T] (MeV) that the table knows at energy transfers T [T] (MeV)."""
        return self._reach(T)[1]

    def lost(self, T: Any, window: Window) -> Any:
        """Whether a window asks at T [T] for what the table does not know and was not told to take for zero."""
        lost = (self.energy_transfer[0] > T) & (self.below == "error") | (self.energy_transfer[-1] < T)
        if self.beyond == "error":
            lost = lost | (window.high > self._reach(T)[1] ** 2 - T**2)
        return lost & (window.high > window.low)

    def nodes_on(self, T: Any, level: Level, Q2: Any, weight: Any) -> Nodes:
        """Nodes for energy transfers T [T] (MeV) at given Q^2 [T, n] (MeV^2) with weights q dq (MeV^2); nothing outside the table."""
        T = jnp.asarray(T, float)
        k, reach = self._reach(T)
        q = jnp.sqrt(Q2 + T[:, None] ** 2)
        known = (
            (q <= reach[:, None])
            & (self.energy_transfer[0] <= T)[:, None]
            & (self.energy_transfer[-1] >= T)[:, None]
        )
        loss = T[:, None]
        # A product: a weight that is no number says that the answer is not known, and stays.
        weight = weight * known
        # Nothing is looked up where nothing has a weight. The branch is kept as a whole besides: merged into what is made of it, the
        # interpolation would be repeated for every power of the energy and every pair of charges.
        values = jax.lax.cond(
            jnp.any(weight != 0),
            lambda: self._values(T, q, k),
            lambda: {key: jnp.zeros_like(q) for key in self.parts},
        )
        return Nodes(q, loss, loss, _components(values, Q2, q, loss, weight), Q2)

    def nodes_within(self, T: Any, level: Level, window: Window) -> Nodes:
        """Nodes for energy transfers T [T] (MeV) on a given interval of Q^2."""
        if is_concrete((T, window.low, window.high)):
            self.require_reach(T, window)
        T = jnp.asarray(T, float)
        k, reach = self._reach(T)
        # A hair below the end, which is what a square root gives back.
        inside = Window(window.low, jnp.minimum(window.high, (reach**2 - T**2) * (1 - 1e-12)), window.pole)
        moved = jnp.asarray(self.momentum) * (ridge(T) / ridge(jnp.asarray(self.energy_transfer)[k]))[:, None]
        Q2, weight = window_nodes(inside, T, jnp.maximum(moved**2 - T[:, None] ** 2, 0.0))
        return self.nodes_on(T, level, Q2, jnp.where(self.lost(T, window)[:, None], jnp.nan, weight))

    def nodes(self, T: Any, level: Level) -> Nodes:
        """Nodes over all momenta of the table."""
        T = jnp.asarray(T, float)
        low = 0.0 if self.infrared is None else self.infrared.q2_min
        # A hair below the end, which is what a square root gives back.
        return self.nodes_within(T, level, Window(low, (self._reach(T)[1] ** 2 - T**2) * (1 - 1e-12)))

    def _values(self, T: Any, q: Any, k: Any) -> dict[Any, Any]:
        """R [T, q] of every part, along q/ridge(T) = const between the energies k and k + 1."""
        nodes = jnp.asarray(self.energy_transfer)
        grid = jnp.log(jnp.asarray(self.momentum))
        share = (jnp.log(T / nodes[k]) / jnp.log(nodes[k + 1] / nodes[k]))[:, None]
        places = [
            _place(grid, row, jnp.log(q) + jnp.log(ridge(nodes[row]) / ridge(T))[:, None])
            for row in (k, k + 1)
        ]
        found = {}
        for key, (logarithmic, values, slopes) in self.splines.items():
            values, slopes = barrier(values), barrier(slopes)
            ends = [_hermite(values, slopes, place) for place in places]
            between = ends[0] * (1 - share) + ends[1] * share
            found[key] = jnp.exp(between) if logarithmic else between
        return found


def ridge(T: Any) -> Any:
    """Momentum (MeV) that a free electron at rest has when it is given an energy T (MeV): sqrt(T (T + 2 m))."""
    return (T * (T + 2 * constants.m_e)) ** 0.5


def _place(grid: Any, row: Any, x: Any) -> tuple[Any, Any, tuple[Any, Any, Any, Any]]:
    """Where x [T, q] = ln q lies in one row of the table per energy: row, node below, weights of both values and slopes."""
    j = jnp.clip(jnp.searchsorted(grid, x, side="right") - 1, 0, len(grid) - 2)
    h = grid[j + 1] - grid[j]
    t = jnp.clip((x - grid[j]) / h, 0.0, 1.0)
    second = t * t * (3 - 2 * t)
    return row[:, None], j, (1 - second, second, h * t * (1 - t) ** 2, h * t * t * (t - 1))


def _hermite(values: Any, slopes: Any, place: tuple[Any, Any, tuple[Any, Any, Any, Any]]) -> Any:
    """Cubic between nodes of ln q: [T, q]."""
    row, j, (a, b, da, db) = place
    return a * values[row, j] + b * values[row, j + 1] + da * slopes[row, j] + db * slopes[row, j + 1]


def _components(values: Mapping[Any, Any], Q2: Any, q: Any, T: Any, weight: Any) -> dict[Any, Any]:
    """Contractions that the kernels ask for, from the parts of a table."""
    response: dict[Any, Any] = {}
    for structure, currents in (("vector", ("vector", "dipole")), ("axial", ("axial",))):
        part = {key[2]: value for key, value in values.items() if key[:2] == (structure, structure)}
        if not part:
            continue
        if "33" in part:
            longitudinal = part["00"] - T / q * part["03+30"] + (T / q) ** 2 * part["33"]
        else:
            longitudinal = (Q2 / q**2) ** 2 * part["00"]
        for current in currents:
            key = ((current, "e"), (current, "e"))
            response[*key, "longitudinal"] = weight * longitudinal
            response[*key, "transverse"] = weight * part["11+22"]
    for (a, b, name), kernel in (
        (("vector", "axial", "12+21"), "transverse-interference"),
        (("scalar", "scalar", "density"), "density"),
        (("pseudoscalar", "pseudoscalar", "density"), "density"),
        (("tensor", "tensor", "11+22"), "transverse"),
    ):
        if (a, b, name) in values:
            response[(a, "e"), (b, "e"), kernel] = weight * values[a, b, name]
    return response


def _spline(q: Any, values: Any) -> tuple[bool, Any, Any]:
    from scipy.interpolate import CubicSpline  # a table is made once; the room is light without it

    logarithmic = bool(np.all(values > 0))
    shown = np.log(values) if logarithmic else values
    slopes = CubicSpline(np.log(q), shown, axis=1)(np.log(q), 1)
    return logarithmic, shown, slopes


def _grid(name: str, values: Any, fewest: int) -> Any:
    grid = np.array(values, dtype=float)
    if grid.ndim != 1 or len(grid) < fewest or not np.all(np.isfinite(grid)) or grid.min() <= 0:
        raise InputError(
            f"{name} of a response table needs at least {('two', 'four')[fewest > 2]} finite, positive values (MeV)."
        )
    return grid


def _check_parts(parts: Mapping[Any, Any], shape: tuple[int, int]) -> None:
    for key, value in parts.items():
        if key not in PARTS:
            raise unknown("part of a response table", "/".join(key), ["/".join(part) for part in PARTS])
        if value.shape != shape or not np.all(np.isfinite(value)):
            raise InputError(
                f"The part {'/'.join(key)} of a response table has shape {value.shape}; finite numbers of shape {shape} are "
                "needed, energy transfers first."
            )
    for structure, needed in (("vector", ("00", "11+22")), ("axial", ("00", "03+30", "33", "11+22"))):
        have = {key[2] for key in parts if key[:2] == (structure, structure)}
        lacking = [name for name in needed if name not in have] if have else []
        if structure == "vector" and ("33" in have) != ("03+30" in have):
            lacking.append("33" if "03+30" in have else "03+30")
        if lacking:
            raise InputError(
                f"The {structure} current of a response table lacks {' and '.join(lacking)}: what is missing is not zero. Give "
                f"{', '.join(needed)}"
                + (", the other two or none of them." if structure == "vector" else ".")
            )
    if not parts:
        raise InputError("A response table needs at least one part, such as ('vector', 'vector', '00').")
    if any(key[2] == "12+21" for key in parts) and not {
        ("axial", "axial", "00"),
        ("vector", "vector", "00"),
    } <= set(parts):
        raise InputError("The interference 12+21 of a response table needs both currents that interfere.")


def interpolation_error(table: ResponseTable) -> Any:
    """Return how much int R_00 q dq changes at each energy [T] when every other momentum is left out.

    Relative, an estimate from above of the error of the whole table: a cubic with half the nodes errs some sixteen times more.
    """
    q, density = np.asarray(table.momentum), np.asarray(table.parts["vector", "vector", "00"])
    keep = np.union1d(np.arange(0, len(q), 2), len(q) - 1)
    whole, half = (_moment(q[chosen], density[:, chosen], q) for chosen in (slice(None), keep))
    return np.abs(half / whole - 1)


def _moment(q: Any, values: Any, edges: Any) -> Any:
    from scipy.interpolate import CubicSpline

    x, weights = panels(np.log(edges), 4)
    logarithmic = bool(np.all(values > 0))
    between = CubicSpline(np.log(q), np.log(values) if logarithmic else values, axis=1)(x)
    return (np.exp(between) if logarithmic else between) @ (weights * np.exp(2 * x))


def conservation(table: ResponseTable) -> float:
    """Return the largest relative violation of R_33 = (T/q)^2 R_00 over the table, 0 where it is imposed."""
    density = np.asarray(table.parts["vector", "vector", "00"])
    if ("vector", "vector", "33") not in table.parts:
        return 0.0
    ratio = (np.asarray(table.energy_transfer)[:, None] / np.asarray(table.momentum)) ** 2 * density
    return float(np.max(np.abs(np.asarray(table.parts["vector", "vector", "33"]) / ratio - 1)))

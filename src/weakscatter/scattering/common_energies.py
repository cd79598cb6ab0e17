"""Momenta of a table laid out by the energies that reach them: one set of energies for every energy transfer and beam component.

A neutrino of energy E reaches momenta up to q = 2 E - T. Turned round, a node in E is a node in q at each T,

    integral q dq f(T, q) tail(E_min) = sum_g w_g 2 (2 E_g - T) f(T, 2 E_g - T) tail(E_g) + both ends,

so that the integrals over the spectrum above E_g are those of the beam alone, and the fold is a product of a matrix [T, g] with
their columns, one per component and state: moments of the response stand once, the dependence on the beam is closed form. Panels
lie as the momenta of the table do, with an edge wherever a spectrum ends: what a line reaches ends there exactly.

Below the first panel, where the photon pole and light mediators are, each energy transfer has nodes of its own in ln Q^2; so it has in
the rest of a panel in which its table ends.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import barrier, is_concrete, panels
from weakscatter.response import Level, Nodes, Window, window_nodes
from weakscatter.scattering.kinematics import lowest_energy, open_window

#: Points per panel: with eight, solar rates of xenon move by 1e-6 at most and 1e-7 as a rule, less than the table is good for.
_POINTS = 4
#: Panels below the first common one, in q where nothing has a pole, in ln Q^2 otherwise; and in q above the last one.
_PLAIN, _LOGARITHMIC = 2, 40
#: Share of T^2 that Q^2 keeps where the table has ended: a photon's propagator stays finite.
_NOTHING = 1e-10
#: Where there is a pole, common panels begin at this multiple of the energy transfer: Q^2 = 3 T^2, away from the pole.
_AWAY = 1.5


def beam_ends(components: tuple[Any, ...]) -> list[Any]:
    """Energies (MeV) at which the spectra of some components end abruptly."""
    return [end for component in components for end in getattr(component, "steps", component.energies[1:])]


def common_nodes(
    response: Any, T: Any, level: Level, ends: list[Any], *, mass: Any = 0, q2_min: Any = 0.0, pole: Any = None
) -> list[tuple[Nodes, Any]]:  # fmt: skip
    """Nodes of a response with the lowest energy that reaches each of them.

    Parameters
    ----------
    response : offers ``energy_panels`` [e] (MeV), ``reach(T)`` [T] (MeV) and ``nodes_on(T, level, Q2, weight)``.
    T : array [T], energy transfer (MeV).
    ends : where spectra of the beam end (MeV).
    mass, q2_min : regulator of the photon pole, see `weakscatter.response.infrared`.
    pole : squared mass of the lightest exchanged particle, None without.

    Returns
    -------
    list of (nodes, E_min): [T, g] with E_min [g], then those of each energy transfer with E_min [T, n].
    """
    regulated = not (isinstance(mass, int) and mass == 0 and isinstance(q2_min, float) and q2_min == 0)
    has_pole = regulated or pole is not None
    T = np.asarray(T, float) if is_concrete(T) else T
    first = _AWAY * T + 3 * mass if has_pole else 1.0 * T
    edges = _edges(response.energy_panels, ends, first)
    # Energy transfers that are known now would have the compiler work out all nodes, slowly.
    T, first = barrier(T), barrier(first)
    reach = response.reach(T)
    # Far above the table nothing is common.
    start = jnp.maximum(edges[_below(edges, first) + 1], first)
    stop = jnp.maximum(edges[_below(edges, (reach + T) / 2)], start)
    E, width = panels(edges, _POINTS)
    is_common = (start[:, None] < E) & (stop[:, None] > E)
    # What is not used keeps numbers that are finite.
    Q2, slope = _reached(jnp.where(is_common, E, start[:, None]), T[:, None], mass)
    common = response.nodes_on(T, level, Q2, jnp.where(is_common, width * slope / 2, 0.0))
    last = jnp.maximum(reach**2, (1 + _NOTHING) * T**2) - T**2
    low = jnp.minimum(_reached(start, T, mass)[0], last)
    inner = _towards_the_pole(T, low, ends, mass, q2_min, pole) if has_pole else _between(T, 0.0 * T, low)
    outer = _between(T, jnp.minimum(_reached(stop, T, mass)[0], last), last)
    own = response.nodes_on(
        T, level, *(jnp.concatenate(pair, axis=-1) for pair in zip(inner, outer, strict=True))
    )
    # No tail is asked for at an energy that no transfer uses: a spectrum may not be known there.
    return [(common, jnp.maximum(E, jnp.min(start))), (own, lowest_energy(own, mass, 0))]


def _edges(ladder: Any, ends: list[Any], first: Any) -> Any:
    """Edges [e] (MeV) of the common panels."""
    if is_concrete((ladder, first)):  # the panels below all of them would stay empty
        begin = np.searchsorted(np.asarray(ladder), np.min(np.asarray(first)), side="right")
        ladder = np.asarray(ladder)[min(max(int(begin) - 1, 0), len(ladder) - 2) :]
    ladder = jnp.asarray(ladder)
    inside = [jnp.clip(jnp.asarray(end, float), ladder[0], ladder[-1]) for end in ends]
    return jnp.sort(jnp.concatenate([ladder, jnp.stack(inside)]))


def _reached(E: Any, T: Any, mass: Any) -> tuple[Any, Any]:
    """Largest Q^2 (MeV^2) that an energy E reaches, (k + k')^2 - T^2, and its derivative by E (MeV)."""
    if isinstance(mass, int) and mass == 0:
        return 4 * E * (E - T), 4 * (2 * E - T)
    left = E - T
    before, after = jnp.sqrt(E**2 - mass**2), jnp.sqrt(left**2 - mass**2)
    total = before + after
    return total**2 - T**2, 2 * total * (E / before + left / after)


def _below(edges: Any, E: Any) -> Any:
    """Position of the panel that holds each energy: of its lower edge."""
    return jnp.clip(jnp.searchsorted(edges, E, side="right") - 1, 0, len(edges) - 2)


def _between(T: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """Q^2 and weights q dq [T, n] between two ends in Q^2 [T], smooth in q."""
    # q - T, which keeps its digits where Q^2 vanishes.
    ends = [Q2 / (jnp.sqrt(Q2 + T**2) + T) for Q2 in (low, high)]
    share = np.linspace(0.0, 1.0, _PLAIN + 1)
    above, width = panels(ends[0][:, None] + (ends[1] - ends[0])[:, None] * share, _POINTS)
    return above * (above + 2 * T[:, None]), width * (above + T[:, None])


def _towards_the_pole(
    T: Any, high: Any, ends: list[Any], mass: Any, q2_min: Any, pole: Any
) -> tuple[Any, Any]:
    """Q^2 and weights q dq [T, n] up to `high` [T] (MeV^2), with an edge where a spectrum ends."""
    E = jnp.stack([jnp.asarray(end, float) for end in ends])
    each = open_window(E, T[:, None], mass, 0, q2_min=q2_min)
    low = jnp.min(jnp.broadcast_to(each.low, (*T.shape, len(ends))), axis=-1)
    turns = jnp.concatenate(jnp.broadcast_arrays(each.low, each.high), axis=-1)
    return window_nodes(Window(low, jnp.maximum(high, low), pole), T, turns, panels_in_window=_LOGARITHMIC)

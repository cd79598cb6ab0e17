"""Fold beam, kernel and response: everything in the rate that does not depend on the charges' values.

The rate per target is a quadratic form in the charges,

    dR/dT = sum_ab Tr[c_a W_ab(T) c_b^dagger],   W_ab [T, 3, 3] per pair of charges and level,

and the only limit is E >= E_min = (omega + q)/2. Two orders of the two integrals agree:

- energy first: the beam's tail moments above E_min at each node; closed form for lines and Michel spectra;
- momentum first: moments of the response cumulated in q, read at the largest q that an energy reaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Any

import jax.numpy as jnp

from weakscatter.interactions import Charge
from weakscatter.mixing import require_one_basis
from weakscatter.provenance.errors import InputError
from weakscatter.response import Level
from weakscatter.scattering.conjugation import helicity
from weakscatter.scattering.kernels import KERNELS


@dataclass(frozen=True, eq=False)
class Folded:
    """W of one ordered pair (first <= second) of charges, by their positions in the list; [T, 3, 3] (MeV^-3 c^-2).

    For first < second it stands for both orders: the rate is 2 Re Tr[c_first W c_second^dagger].
    With a `state` [3, 3], the same at every energy, W = weight [T] x state: a ninth of the numbers.
    """

    first: int
    second: int
    weight: Any
    state: Any = None


def fold(
    charges: tuple[Charge, ...], response: Any, component: Any, T: Any, *, level: Level | None = None,
    order: str = "energy-first",
) -> tuple[Folded, ...]:  # fmt: skip
    """Fold one beam component with one level of a response.

    Parameters
    ----------
    charges : what couples; only the structure, constituent and mass are read here, not the matrices.
    response : see `weakscatter.response`.
    component : see `weakscatter.flux`; its fluence multiplies the result.
    T : array [T], recoil energy (MeV).
    level : level of the response, the first one if None.
    order : "energy-first" or "momentum-first".

    Returns
    -------
    tuple of `Folded`, one per interfering pair of charges that the response knows.

    Raises
    ------
    InputError : bases are mixed, the projectile has a mass, or an unknown order.
    """
    require_one_basis([component.basis, *(charge.basis for charge in charges)])
    if not (isinstance(component.mass, int) and component.mass == 0):
        raise InputError("These kernels are those of massless projectiles; the component has a mass.")
    nodes = response.nodes(T, response.levels[0] if level is None else level)
    Q2, loss = nodes.Q2, nodes.lepton_energy_loss
    E_min = (nodes.energy_transfer + nodes.q) / 2
    sign = helicity(component.antineutrino)
    state = getattr(component, "state", None) if order == "energy-first" else None
    moments = _moments(component, E_min, order) if state is None else _scalar_moments(component, E_min)
    propagators = [_propagator(charge, Q2) for charge in charges]
    groups: dict[tuple[Any, Any], list[tuple[int, int]]] = {}
    for i, first in enumerate(charges):
        for j in range(i, len(charges)):
            groups.setdefault((first.current, charges[j].current), []).append((i, j))
    folded = []
    for (a, b), pairs in groups.items():
        parts = [
            (KERNELS[x[0], y[0], part](loss, Q2, sign), weighted)
            for (x, y, part), weighted in nodes.weighted_response.items()
            if {x, y} == {a, b} and (x[0], y[0], part) in KERNELS
        ]
        if not parts:
            continue
        for i, j in pairs:
            exchange = propagators[i] * propagators[j]
            weights = [sum(k[n] * weighted for k, weighted in parts) * exchange for n in (2, 1, 0)]
            folded.append(Folded(i, j, component.fluence / (2 * pi) * moments(weights), state))
    return tuple(folded)


def _propagator(charge: Charge, Q2: Any) -> Any:
    return jnp.ones_like(Q2) if charge.mass is None else 1 / (Q2 + charge.mass**2)


def _scalar_moments(component: Any, E_min: Any) -> Any:
    """As `_moments`, energy first, for a density matrix that does not depend on the energy: [T], without it."""
    moments = component.moments(E_min)
    return lambda weights: sum(jnp.sum(w * moments[k], axis=-1) for k, w in enumerate(weights))


def _moments(component: Any, E_min: Any, order: str) -> Any:
    """Function of node weights (k0, k1, k2), each [T, q], that returns the folded [T, 3, 3]."""
    if order == "energy-first":
        tail = component.tail(E_min)
        return lambda weights: sum(
            jnp.einsum("tq,tqij->tij", jnp.broadcast_to(w, E_min.shape), tail[k])
            for k, w in enumerate(weights)
        )
    if order != "momentum-first":
        raise InputError(f"Order {order!r} is unknown; allowed are 'energy-first' and 'momentum-first'.")
    E, share = component.nodes()
    rho = component.rho(E)

    def cumulated(weights: list[Any]) -> Any:
        # E_min grows with q at fixed T, so the nodes open to an energy are the first ones.
        reach = jnp.sum(E_min[:, None, :] <= E[None, :, None], axis=-1)
        total = 0.0
        for k, w in enumerate(weights):
            running = jnp.cumsum(jnp.broadcast_to(w, E_min.shape), axis=-1)
            running = jnp.concatenate([jnp.zeros_like(running[:, :1]), running], axis=-1)
            total = total + jnp.take_along_axis(running, reach, axis=-1) * E**k / E**2
        return jnp.einsum("te,e,eij->tij", total, share, rho)

    return cumulated


def contract(folded: tuple[Folded, ...], left: list[Any], right: list[Any]) -> Any:
    """sum_ab Re Tr[l_a W_ab r_b^dagger] [T], a real bilinear form; equal lists give the rate.

    `left` and `right` are matrices [3, 3] as the projectile sees them (`slot_matrices`), one per folded charge.
    """
    total: Any = 0.0
    for term in folded:
        a, b, W = term.first, term.second, term.weight
        if term.state is None:
            total = total + _trace(left[a], W, right[b])
            if a != b:
                total = total + _trace(right[a], W, left[b])
        else:
            share = _trace(left[a], term.state, right[b])
            total = total + W * (share + _trace(right[a], term.state, left[b]) if a != b else share)
    return total


def _trace(left: Any, weight: Any, right: Any) -> Any:
    # Tr[l W r^dagger] = sum_ij W_ij (r^dagger l)_ji: one small product, then a contraction over the grid.
    return jnp.real(jnp.einsum("...ij,ji->...", weight, jnp.conj(right).T @ left))

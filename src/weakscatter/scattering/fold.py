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
    kernels = {
        (a[0], b[0], part): KERNELS[a[0], b[0], part](loss, Q2, sign)
        for a, b, part in nodes.weighted_response
        if (a[0], b[0], part) in KERNELS
    }
    # The same density matrix at every energy is taken out of the integral.
    state = getattr(component, "state", None) if order == "energy-first" else None
    integrate = _integral(component, E_min, kernels, order, states=state is None)
    propagators = [_propagator(charge, Q2) for charge in charges]
    folded = []
    for i, first in enumerate(charges):
        for j in range(i, len(charges)):
            currents, exchange = {first.current, charges[j].current}, propagators[i] * propagators[j]
            parts = [
                integrate((a[0], b[0], part), weighted * exchange)
                for (a, b, part), weighted in nodes.weighted_response.items()
                if {a, b} == currents and (a[0], b[0], part) in kernels
            ]
            if parts:
                folded.append(Folded(i, j, component.fluence / (2 * pi) * sum(parts), state))
    return tuple(folded)


def _propagator(charge: Charge, Q2: Any) -> Any:
    exchange = jnp.ones_like(Q2) if charge.mass is None else 1 / (Q2 + charge.mass**2)
    return exchange if charge.form is None else exchange * charge.form(Q2)


def _integral(
    component: Any, E_min: Any, kernels: dict[Any, tuple[Any, Any, Any]], order: str, *, states: bool
) -> Any:
    """Function (key of a kernel, weight [T, q]) -> integral over energies and momenta, [T, 3, 3].

    Without `states` the density matrix is left out, [T].
    """
    if order == "energy-first":
        moments = component.tail(E_min) if states else component.moments(E_min)
        lepton = {key: _lepton_tensor(kernel, moments, E_min.ndim) for key, kernel in kernels.items()}
        if states:
            return lambda key, weight: jnp.einsum("tq,tqij->tij", weight, lepton[key])
        return lambda key, weight: jnp.sum(weight * lepton[key], axis=-1)
    if order != "momentum-first":
        raise InputError(f"Order {order!r} is unknown; allowed are 'energy-first' and 'momentum-first'.")
    E, share = component.nodes()
    rho = component.rho(E)

    def cumulated(key: Any, weight: Any) -> Any:
        # E_min grows with q at fixed T, so the nodes open to an energy are the first ones.
        reach = jnp.sum(E_min[:, None, :] <= E[None, :, None], axis=-1)
        total = 0.0
        for power, k in zip((2, 1, 0), kernels[key], strict=True):
            running = jnp.cumsum(jnp.broadcast_to(k * weight, E_min.shape), axis=-1)
            running = jnp.concatenate([jnp.zeros_like(running[:, :1]), running], axis=-1)
            total = total + jnp.take_along_axis(running, reach, axis=-1) * E**power / E**2
        return jnp.einsum("te,e,eij->tij", total, share, rho)

    return cumulated


def _lepton_tensor(kernel: tuple[Any, Any, Any], moments: Any, dimensions: int) -> Any:
    """(k2 E^2 + k1 E + k0)/E^2 averaged over the spectrum above E_min: [T, q], or [T, q, 3, 3] with states."""
    tail = jnp.ndim(moments[0]) - dimensions
    return sum(
        jnp.reshape(k, (*jnp.shape(k), *(1,) * tail)) * moments[power]
        for power, k in zip((2, 1, 0), kernel, strict=True)
    )


def contract(folded: tuple[Folded, ...], left: list[Any], right: list[Any]) -> Any:
    """sum_ab Re Tr[l_a W_ab r_b^dagger] [T], a real bilinear form; equal lists give the rate.

    `left` and `right` are matrices [3, 3] as the projectile sees them (`slot_matrices`), one per folded charge.
    """
    total: Any = 0.0
    for state, terms in _by_state(folded):
        if state is None:
            for term in terms:
                a, b, W = term.first, term.second, term.weight
                total = total + _trace(left[a], W, right[b])
                if a != b:
                    total = total + _trace(right[a], W, left[b])
        else:
            used = sorted({i for term in terms for i in (term.first, term.second)})
            shares = _shares([left[i] for i in used], state, [right[i] for i in used])
            for term in terms:
                a, b = used.index(term.first), used.index(term.second)
                total = total + term.weight * (shares[a, b] + shares[b, a] if a != b else shares[a, a])
    return total


def _by_state(folded: tuple[Folded, ...]) -> list[tuple[Any, list[Folded]]]:
    groups: dict[int, tuple[Any, list[Folded]]] = {}
    for term in folded:
        groups.setdefault(id(term.state), (term.state, []))[1].append(term)
    return list(groups.values())


def _shares(left: list[Any], state: Any, right: list[Any]) -> Any:
    """Re Tr[l_a rho r_b^dagger] [a, b] for all pairs of charges.

    As one sum over [a, b, f, i, i'], not as matrix products: on matrices this small a call costs more than the sum.
    """
    final_initial = jnp.stack(left)[:, None, :, :, None]
    conjugate = jnp.conj(jnp.stack(right))[None, :, :, None, :]
    return jnp.real(jnp.sum(final_initial * state * conjugate, axis=(2, 3, 4)))


def _trace(left: Any, weight: Any, right: Any) -> Any:
    # Tr[l W r^dagger] = sum_ij W_ij (r^dagger l)_ji: one small product, then a contraction over the grid.
    return jnp.real(jnp.einsum("...ij,ji->...", weight, jnp.conj(right).T @ left))

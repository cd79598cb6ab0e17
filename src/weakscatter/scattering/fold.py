"""Fold beam, kernel and response: everything in the rate that does not depend on the charges' values.

The rate per target is a quadratic form in the charges,

    dR/dT = sum_ab Tr[c_a W_ab(T) c_b^dagger],   W_ab [T, 3, 3] per pair of charges and level,

and the only limit is E >= E_min(omega, q), see `weakscatter.scattering.kinematics`. Two orders of the two integrals agree:

- energy first: the beam's tail moments above E_min at each node; closed form for lines and Michel spectra;
- momentum first: moments of the response cumulated in q, read at the largest q that an energy reaches.

A response that answers at every q (an atom) offers ``nodes_within(T, level, window)`` beside ``nodes``: it is asked for the
momenta that the fastest particle of the component reaches, so that for a line the ends of the integral are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import pi
from typing import Any

import jax
import jax.numpy as jnp

from weakscatter.grids import is_concrete
from weakscatter.interactions import Charge
from weakscatter.mixing import require_one_basis
from weakscatter.provenance.errors import InputError
from weakscatter.response import Level, Nodes
from weakscatter.scattering.conjugation import helicity
from weakscatter.scattering.kernels import DARK_KERNELS, KERNELS, MASSIVE_KERNELS
from weakscatter.scattering.kinematics import lowest_energy, open_window
from weakscatter.scattering.slots import one_final_state


@partial(jax.tree_util.register_dataclass, data_fields=["weight", "state"], meta_fields=["first", "second"])
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
    InputError : bases are mixed, a neutrino has a mass, an unknown order, or a photon pole without a regulator.

    Notes
    -----
    A component of dark matter (``projectile = "dark-matter"``) has a ``mass`` and a ``spin``, a word of `DARK_KERNELS`; it is
    scattered by the charges of dark matter, as neutrinos are by theirs.
    """
    projectile = getattr(component, "projectile", "neutrino")
    own = [charge for charge in charges if charge.projectile == projectile]
    require_one_basis([component.basis, *(charge.basis for charge in own)])
    dark = projectile == "dark-matter"
    if not dark and not (isinstance(component.mass, int) and component.mass == 0):
        raise InputError("These kernels are those of massless neutrinos; the component has a mass.")
    known_kernels = DARK_KERNELS[component.spin] if dark else KERNELS
    level = response.levels[0] if level is None else level
    regulator = getattr(response, "infrared", None)
    regulated = 0 if regulator is None else regulator.mass
    sign = helicity(component.antineutrino)
    # The same density matrix at every energy is taken out of the integral.
    state = getattr(component, "state", None) if order == "energy-first" else None

    def nodes_for(mass: Any) -> Nodes:
        if not hasattr(response, "nodes_within"):
            laid: Nodes = response.nodes(T, level)
            return laid
        cut = 0.0 if regulator is None else regulator.q2_min
        incoming = component.mass if dark else regulated
        window = open_window(component.energies[1], T, incoming, mass, q2_min=cut, pole=_lightest(own))
        laid = response.nodes_within(T, level, window)
        if regulator is None and isinstance(mass, int) and mass == 0 and not dark:
            _require_regulator(own, laid)
        return laid

    def towards(mass: Any) -> tuple[Any, Any, Any, Any]:
        """Nodes, propagators and kernels, and their integral over the beam, for a final particle of this mass."""
        nodes = nodes_for(mass)
        single = order == "energy-first" and nodes.q.shape[-1] == 1
        nodes = _without_axis(nodes) if single else nodes
        loss, Q2 = nodes.lepton_energy_loss, nodes.Q2
        kernels = {
            key: known_kernels[key](loss, Q2, sign, component.mass**2 if dark else mass**2)
            for key in ((a[0], b[0], part) for a, b, part in nodes.weighted_response)
            if key in known_kernels
        }
        if not dark and regulator is not None and isinstance(mass, int) and mass == 0:
            kernels |= {
                key: MASSIVE_KERNELS[key](loss, Q2, sign, regulated**2)
                for key in kernels.keys() & MASSIVE_KERNELS
            }
        lowest = lowest_energy(nodes, component.mass if dark else regulated, mass)
        exchange = [_propagator(charge, nodes.Q2) for charge in charges]
        integrate = _integral(component, lowest, kernels, order, states=state is None, single=single)
        return nodes, exchange, kernels, integrate

    folded = []
    ends: list[tuple[Charge, tuple[Any, Any, Any, Any]]] = []
    for i, first in enumerate(charges):
        if first.projectile != projectile:
            continue
        known = next((end for charge, end in ends if one_final_state(charge, first)), None)
        if known is None:
            known = towards(first.final_mass)
            ends.append((first, known))
        nodes, propagators, kernels, integrate = known
        for j in range(i, len(charges)):
            if not one_final_state(first, charges[j]):
                continue
            currents, exchange = {first.current, charges[j].current}, propagators[i] * propagators[j]
            parts = [
                integrate((a[0], b[0], part), weighted * exchange)
                for (a, b, part), weighted in nodes.weighted_response.items()
                if {a, b} == currents and (a[0], b[0], part) in kernels
            ]
            if parts:
                folded.append(Folded(i, j, component.fluence / (2 * pi) * sum(parts), state))
    return tuple(folded)


def _without_axis(nodes: Nodes) -> Nodes:
    """Nodes [T] of a response that has one momentum at each energy: XLA makes slow loops over a last axis of length one."""
    return Nodes(
        nodes.q[..., 0],
        nodes.energy_transfer[..., 0],
        nodes.lepton_energy_loss[..., 0],
        {key: jnp.asarray(value)[..., 0] for key, value in nodes.weighted_response.items()},
        None if nodes.squared_transfer is None else nodes.squared_transfer[..., 0],
    )


def _is_photon(charge: Charge) -> bool:
    return isinstance(charge.mass, int) and charge.mass == 0


def _lightest(charges: Sequence[Charge]) -> Any:
    """Squared mass of the lightest exchanged particle, contact terms and photons apart; None without one."""
    masses = [charge.mass for charge in charges if charge.mass is not None and not _is_photon(charge)]
    return jnp.min(jnp.stack([jnp.asarray(mass, float) ** 2 for mass in masses])) if masses else None


def _require_regulator(charges: Sequence[Charge], nodes: Nodes) -> None:
    """Refuse the logarithm of photon exchange where the nodes go down to Q^2 = 0."""
    for charge in charges:
        current = charge.current
        transverse = (current, current, "transverse") in nodes.weighted_response
        vanishes = charge.form is not None and is_concrete(charge.form(0.0)) and float(charge.form(0.0)) == 0
        if charge.structure == "vector" and _is_photon(charge) and transverse and not vanishes:
            raise InputError(
                "A neutrino charge that exchanges photons with a bound electron diverges logarithmically at Q^2 = 0, and "
                "the response has no regulator. Give infrared_neutrino_mass (in the literature 1 eV) or infrared_q2_min."
            )


def _propagator(charge: Charge, Q2: Any) -> Any:
    exchange = jnp.ones_like(Q2) if charge.mass is None else 1 / (Q2 + charge.mass**2)
    return exchange if charge.form is None else exchange * charge.form(Q2)


def _integral(
    component: Any,
    E_min: Any,
    kernels: dict[Any, tuple[Any, Any, Any]],
    order: str,
    *,
    states: bool,
    single: bool,
) -> Any:
    """Function (key of a kernel, weight [T, q]) -> integral over energies and momenta, [T, 3, 3].

    Without `states` the density matrix is left out, [T]. A `single` node has no axis q.
    """
    if order == "energy-first":
        moments = component.tail(E_min) if states else component.moments(E_min)
        lepton = {key: _lepton_tensor(kernel, moments, E_min.ndim) for key, kernel in kernels.items()}
        if single:
            return lambda key, weight: (weight[..., None, None] if states else weight) * lepton[key]
        if states:
            return lambda key, weight: jnp.einsum("tq,tqij->tij", weight, lepton[key])
        return lambda key, weight: jnp.sum(weight * lepton[key], axis=-1)
    if order != "momentum-first":
        raise InputError(f"Order {order!r} is unknown; allowed are 'energy-first' and 'momentum-first'.")
    E, share = component.nodes()
    rho = component.rho(E)

    def cumulated(key: Any, weight: Any) -> Any:
        # The nodes open to an energy are neighbours: for a massless final particle the first ones, for a heavy one an
        # interval, since E_min falls before it grows with q at fixed T.
        is_open = E_min[:, None, :] <= E[None, :, None]
        begin = jnp.argmax(is_open, axis=-1)
        end = begin + jnp.sum(is_open, axis=-1)
        total = 0.0
        for power, k in zip((2, 1, 0), kernels[key], strict=True):
            running = jnp.cumsum(jnp.broadcast_to(k * weight, E_min.shape), axis=-1)
            running = jnp.concatenate([jnp.zeros_like(running[:, :1]), running], axis=-1)
            inside = jnp.take_along_axis(running, end, axis=-1) - jnp.take_along_axis(running, begin, axis=-1)
            total = total + inside * E**power / (E**2 - component.mass**2)
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

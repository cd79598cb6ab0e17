"""Fold beam, kernel and response: everything in the rate that does not depend on the charges' values.

The rate per target is a quadratic form in the charges,

    dR/dT = sum_ab Tr[c_a W_ab(T) c_b^dagger],   W_ab [T, 3, 3] per pair of charges and level,

and the only limit is E >= E_min(omega, q), see `weakscatter.scattering.kinematics`. Two orders of the two integrals agree:

- energy first: the beam's tail moments above E_min at each node; closed form for lines and Michel spectra;
- momentum first: moments of the response cumulated in q, read at the largest q that an energy reaches.

A response that answers at every q (an atom) offers ``nodes_within(T, level, window)`` beside ``nodes``: it is asked for the
momenta that the fastest particle of the component reaches, so that for a line the ends of the integral are exact. A table, which
offers ``nodes_on(T, level, Q2, weight)`` as well, is asked once for all components (`weakscatter.scattering.common_energies`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import pi
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.interactions import Charge
from weakscatter.mixing import require_one_basis
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.response import Level, Nodes, Window
from weakscatter.scattering.common_energies import beam_ends, common_nodes
from weakscatter.scattering.conjugation import helicity
from weakscatter.scattering.kernels import DARK_KERNELS, KERNELS, MASSIVE_KERNELS
from weakscatter.scattering.kinematics import lowest_energy, open_window
from weakscatter.scattering.slots import one_final_state
from weakscatter.scattering.tails import tail_terms

#: Which integral is done first.
ORDERS = ("energy-first", "momentum-first")


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
    return fold_beam(charges, response, (component,), T, level=level, order=order)[0]


def fold_beam(
    charges: tuple[Charge, ...], response: Any, components: tuple[Any, ...], T: Any, *, level: Level | None = None,
    order: str = "energy-first",
) -> tuple[tuple[Folded, ...], ...]:  # fmt: skip
    """Fold the components of a beam with one level of a response, as `fold` does one; what they share is computed once."""
    level = response.levels[0] if level is None else level
    shared: dict[Any, tuple[_Laid, ...]] = {}
    return tuple(
        _folded(charges, response, component, T, level, order, components, shared) for component in components
    )


def _folded(
    charges: tuple[Charge, ...], response: Any, component: Any, T: Any, level: Level, order: str,
    components: tuple[Any, ...], shared: dict[Any, tuple[_Laid, ...]],
) -> tuple[Folded, ...]:  # fmt: skip
    projectile = getattr(component, "projectile", "neutrino")
    own = [charge for charge in charges if charge.projectile == projectile]
    require_one_basis([component.basis, *(charge.basis for charge in own)])
    dark = projectile == "dark-matter"
    if not dark and not _massless(component.mass):
        raise InputError("These kernels are those of massless neutrinos; the component has a mass.")
    if order not in ORDERS:
        raise unknown("order", order, ORDERS)
    known_kernels = DARK_KERNELS[component.spin] if dark else KERNELS
    regulator = getattr(response, "infrared", None)
    regulated, cut = (0, 0.0) if regulator is None else (regulator.mass, regulator.q2_min)
    incoming = component.mass if dark else regulated
    sign = helicity(component.antineutrino)
    # Of the same kinematics, that of a massless final particle, all components are at the same nodes.
    are_common = not dark and order == ORDERS[0] and hasattr(response, "nodes_on")

    def window_of(mass: Any) -> Window:
        return open_window(component.energies[1], T, incoming, mass, q2_min=cut, pole=_lightest(own))

    def nodes_for(mass: Any) -> list[tuple[Nodes, Any]]:
        """Nodes, and the lowest energy that reaches them, for a final particle of this mass."""
        if are_common and _massless(mass):
            ends = beam_ends(components)
            laid = common_nodes(response, T, level, ends, mass=regulated, q2_min=cut, pole=_lightest(own))
            if hasattr(response, "nodes_apart"):
                apart = response.nodes_apart(T, level)
                laid.append((apart, lowest_energy(apart, regulated, mass)))
        else:
            asked = hasattr(response, "nodes_within")
            nodes = response.nodes_within(T, level, window_of(mass)) if asked else response.nodes(T, level)
            if order == ORDERS[0] and nodes.q.shape[-1] == 1:
                nodes = _without_axis(nodes)
            laid = [(nodes, lowest_energy(nodes, incoming, mass))]
        if hasattr(response, "nodes_within") and regulator is None and _massless(mass) and not dark:
            _require_regulator(own, laid[0][0])
        return laid

    def towards(mass: Any, among: list[int]) -> tuple[_Laid, ...]:
        """Forms of the charges, by their positions, that lead to a final particle of this mass."""
        found = []
        for nodes, lowest in nodes_for(mass):
            loss, Q2 = nodes.lepton_energy_loss, nodes.Q2
            kernels = {
                key: known_kernels[key](loss, Q2, sign, component.mass**2 if dark else mass**2)
                for key in ((a[0], b[0], part) for a, b, part in nodes.weighted_response)
                if key in known_kernels
            }
            if not dark and regulator is not None and _massless(mass):
                kernels |= {
                    key: MASSIVE_KERNELS[key](loss, Q2, sign, regulated**2)
                    for key in kernels.keys() & MASSIVE_KERNELS
                }
            found.append(_Laid(lowest, _forms(charges, among, nodes, kernels)))
        return tuple(found)

    state = getattr(component, "state", None) if order == ORDERS[0] else None
    folded = []
    left = [i for i, charge in enumerate(charges) if charge.projectile == projectile]
    while left:
        first = charges[left[0]]
        among = [i for i in left if one_final_state(first, charges[i])]
        left = [i for i in left if i not in among]
        is_common = are_common and _massless(first.final_mass)
        if not is_common:
            laid = towards(first.final_mass, among)
        else:
            laid = shared[sign] = shared.get(sign) or towards(first.final_mass, among)
        integrals = _integrals(component, [one.lowest for one in laid], order)
        for pair in sorted({pair for one in laid for pair in one.forms}):
            parts = [
                integrate(one.forms[pair])
                for one, integrate in zip(laid, integrals, strict=True)
                if pair in one.forms
            ]
            weight = component.fluence / (2 * pi) * sum(parts)
            if is_common:
                weight = _where_known(response, T, window_of(first.final_mass), weight)
            folded.append(Folded(*pair, weight, state))
    return tuple(folded)


def _where_known(response: Any, T: Any, window: Window, weight: Any) -> Any:
    if is_concrete((T, window.low, window.high)):
        response.require_reach(T, window)
    lost = response.lost(jnp.asarray(T, float), window)
    return jnp.where(jnp.reshape(lost, (-1,) + (1,) * (weight.ndim - 1)), jnp.nan, weight)


def _massless(mass: Any) -> bool:
    return isinstance(mass, int) and mass == 0


@dataclass(frozen=True, eq=False)
class _Laid:
    """What the beam is folded with at some nodes.

    `lowest` is the lowest energy that reaches each node, [T, q], or [q] where all transfers share it; `forms` has per pair of charges
    that the response knows, by their positions, the coefficients [T, q] of E^0, E^1, E^2, None where a power does not occur. Of a
    response that has one momentum at each energy both are [T].
    """

    lowest: Any
    forms: dict[tuple[int, int], list[Any]]


def _forms(
    charges: tuple[Charge, ...], among: list[int], nodes: Nodes, kernels: dict[Any, Any]
) -> dict[Any, Any]:
    exchange = {i: _propagator(charges[i], nodes.Q2) for i in among}
    found = {}
    for i in among:
        for j in among:
            currents = {charges[i].current, charges[j].current}
            parts = [
                (kernels[a[0], b[0], part], weighted)
                for (a, b, part), weighted in nodes.weighted_response.items()
                if {a, b} == currents and (a[0], b[0], part) in kernels
            ]
            if j >= i and parts:
                found[i, j] = [_power(power, parts, exchange[i] * exchange[j]) for power in range(3)]
    return found


def _power(power: int, parts: list[Any], exchange: Any) -> Any:
    # The highest power of a kernel stands first; what is the number zero does not occur.
    factors = [(kernel[2 - power], weighted) for kernel, weighted in parts]
    terms = [k * weighted for k, weighted in factors if not (isinstance(k, float) and k == 0)]
    return sum(terms) * exchange if terms else None


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
    return _massless(charge.mass)


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


def _integrals(component: Any, lowest: list[Any], order: str) -> list[Any]:
    """Functions (coefficients of E^0, E^1, E^2 [T, q]) -> integral over energies and momenta [T, 3, 3], per array of lowest energies.

    Without the density matrix, [T], where the component arrives in one state.
    """
    if order == "momentum-first":
        return [_momentum_first(component, E_min) for E_min in lowest]
    # One call for all energies: to evaluate a spectrum costs less than to compile it once more.
    sizes = np.cumsum([E_min.size for E_min in lowest])[:-1]
    energies = jnp.concatenate([jnp.ravel(E_min) for E_min in lowest])
    if getattr(component, "state", None) is None:
        functions, matrices = tail_terms(component, energies)
    else:
        functions, matrices = component.moments(energies), None
    return [
        partial(_energy_first, jnp.reshape(tails, (3, *E_min.shape, *functions.shape[2:])), matrices)
        for tails, E_min in zip(jnp.split(functions, sizes, axis=1), lowest, strict=True)
    ]


def _energy_first(tails: Any, matrices: Any, form: list[Any]) -> Any:
    """Sum over nodes of coefficients times tails [3, T, q, m], or [3, q, m] where all transfers share their energies.

    A node at each transfer, coefficients [T] and tails [3, T, m], leaves nothing to sum. In one state, no matrices, there is no axis m.
    """
    one = matrices is None
    total = sum(_over_nodes(k, tail, one) for k, tail in zip(form, tails, strict=True) if k is not None)
    return total if one else jnp.einsum("tm,mij->tij", total, matrices)


def _over_nodes(k: Any, tail: Any, one: bool) -> Any:
    own = k if one else k[..., None]
    if k.ndim == 1:
        return own * tail
    if tail.ndim == (1 if one else 2):
        # Where a spectrum is not known the nodes of a transfer's own, the lowest ones, say so; others must not hear of it.
        return k @ jnp.where(jnp.isnan(tail), 0.0, tail)
    return jnp.sum(own * tail, axis=1)


def _momentum_first(component: Any, E_min: Any) -> Any:
    E, share = component.nodes()
    rho = component.rho(E)

    def cumulated(form: list[Any]) -> Any:
        # The nodes open to an energy are neighbours: for a massless final particle the first ones, for a heavy one an
        # interval, since E_min falls before it grows with q at fixed T.
        is_open = E_min[:, None, :] <= E[None, :, None]
        begin = jnp.argmax(is_open, axis=-1)
        end = begin + jnp.sum(is_open, axis=-1)
        total = 0.0
        for power, k in enumerate(form):
            if k is None:
                continue
            running = jnp.cumsum(jnp.broadcast_to(k, E_min.shape), axis=-1)
            running = jnp.concatenate([jnp.zeros_like(running[:, :1]), running], axis=-1)
            inside = jnp.take_along_axis(running, end, axis=-1) - jnp.take_along_axis(running, begin, axis=-1)
            total = total + inside * E**power / (E**2 - component.mass**2)
        return jnp.einsum("te,e,eij->tij", total, share, rho)

    return cumulated


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

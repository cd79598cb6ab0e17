"""Which energies reach a momentum transfer, and which momentum transfers an energy reaches.

At energy loss omega and momentum q, Q^2 = q^2 - omega^2, a projectile needs at least

    massless in, mass m out:     E_min = (omega + q)/2 (1 + m^2/Q^2),
    mass m in and out:           E_min = (omega + q sqrt(1 + 4 m^2/Q^2))/2,

which turned round are the ends of Q^2 at given E. All differences are written so that no digits are lost at the photon pole.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from weakscatter.response import Nodes, Window


def lowest_energy(nodes: Nodes, mass: Any, final_mass: Any) -> Any:
    """E_min [T, q] (MeV) for an equal `mass` on both sides or a `final_mass` alone; the whole number 0 for none."""
    if _none(final_mass) and not _none(mass):
        return (nodes.energy_transfer + nodes.q * jnp.sqrt(1 + 4 * mass**2 / nodes.Q2)) / 2
    E_min = (nodes.energy_transfer + nodes.q) / 2
    return E_min if _none(final_mass) else E_min * (1 + final_mass**2 / nodes.Q2)


def open_window(E: Any, T: Any, mass: Any, final_mass: Any, *, q2_min: Any = 0.0, pole: Any = None) -> Window:
    """Q^2 (MeV^2) that a projectile of energy E reaches while it loses T [T]; empty where E - T is too small.

    From (k - k')^2 - T^2 to (k + k')^2 - T^2 with momenta k, k'. The lower end is, exactly,

        massless: 0,   mass m out: m^2 (2 E - E' - k')/(E' + k'),   m in and out: 2 m^2 T^2/(E E' + k k' - m^2).
    """
    T = jnp.asarray(T, dtype=float)
    outgoing = mass if _none(final_mass) else final_mass
    left = E - T
    is_open = left > outgoing
    # Where nothing is open the numbers below stay finite and are not used.
    left = jnp.where(is_open, left, E + 2 * outgoing)
    if not _none(final_mass):
        after = jnp.sqrt(left**2 - final_mass**2)
        low = final_mass**2 * (2 * E - left - after) / (left + after)
        high = (E + after) ** 2 - T**2
    elif not _none(mass):
        before, after = jnp.sqrt(jnp.abs(E**2 - mass**2)), jnp.sqrt(left**2 - mass**2)
        low = 2 * mass**2 * T**2 / (E * left + before * after - mass**2)
        high = (before + after) ** 2 - T**2
    else:
        low, high = jnp.zeros_like(T), 4 * E * left
    low = jnp.maximum(low, q2_min)
    return Window(low, jnp.where(is_open, high, low), pole)


def _none(mass: Any) -> bool:
    return isinstance(mass, int) and mass == 0

"""Charges that share current, propagator and form factor share one slot: their matrices add, and the fold is done once."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from weakscatter.interactions import Charge
from weakscatter.scattering.conjugation import seen_by


def _key(charge: Charge) -> tuple[Any, ...]:
    form = None if charge.form is None else id(charge.form)
    where = (charge.projectile, charge.structure, charge.on, charge.basis)
    return (*where, _same(charge.mass), _same(charge.final_mass), form)


def _same(mass: Any) -> Any:
    # A mass that is a plain float or a traced value has no equality to rely on: it keeps a slot of its own.
    return mass if mass is None or isinstance(mass, int) else ("mass", id(mass))


def one_final_state(first: Charge, second: Charge) -> bool:
    """Whether two charges lead to the same particle, so that their amplitudes add."""
    return first.projectile == second.projectile and _same(first.final_mass) == _same(second.final_mass)


def slots(charges: tuple[Charge, ...]) -> tuple[Charge, ...]:
    """One representative charge per slot, in order of appearance."""
    return tuple({_key(charge): charge for charge in reversed(charges)}.values())[::-1]


def slot_matrices(charges: tuple[Charge, ...], layout: tuple[Charge, ...], antineutrino: bool) -> list[Any]:
    """Summed matrices [3, 3] per slot of `layout`, as a neutrino or antineutrino sees them; zero where none couples."""
    totals: dict[Any, Any] = {_key(slot): jnp.zeros((3, 3), dtype=complex) for slot in layout}
    for charge in charges:
        key = _key(charge)
        totals[key] = totals[key] + seen_by(charge, antineutrino)
    return list(totals.values())

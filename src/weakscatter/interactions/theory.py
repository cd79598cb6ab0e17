"""Theories add before squaring: a sum of theories is a theory.

A theory is any frozen object that offers

- ``kind``: its name in cards and in listings of contributions,
- ``parameters``: tuple of `weakscatter.inference.Parameter`, the names that a fit may vary,
- ``from_values(values)``: the same theory with the named values replaced (in the parameter's unit),
- ``charges()``: tuple of `Charge`,
- ``citations``: tuple of bibliography keys.

There is no base class; `together` is what a built-in theory uses as its ``__add__``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weakscatter.interactions.charge import Charge
from weakscatter.interactions.mediator import MASS
from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class Theories:
    """Sum of theories: amplitudes add, so the charges are simply listed together.

    Raises
    ------
    InputError : two members claim the same parameter, or the Standard-Model charge radius
        would be counted twice (a weak part that holds it beside a *total* charge radius).

    Notes
    -----
    Light mediators share the parameter `mediator_mass`: naming it moves the mass of all of them. Where theirs differ
    it is not offered, since one number cannot hold them.
    """

    parts: tuple[Any, ...]
    kind = "sum"

    def __post_init__(self) -> None:
        _refuse_double_counting(self.parts)

    @property
    def parameters(self) -> tuple[Any, ...]:
        every = [parameter for part in self.parts for parameter in part.parameters]
        masses = {parameter.value for parameter in every if parameter.name == MASS}
        kept = {p.name: p for p in every if p.name != MASS or len(masses) == 1}
        return tuple(kept.values())

    def from_values(self, values: Mapping[str, Any]) -> Theories:
        return Theories(tuple(part.from_values(values) for part in self.parts))

    def charges(self) -> tuple[Charge, ...]:
        return tuple(charge for part in self.parts for charge in part.charges())

    @property
    def citations(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for part in self.parts for key in part.citations))

    def __add__(self, other: Any) -> Theories:
        return together(self, other)

    def __radd__(self, other: Any) -> Theories:
        return together(other, self)


def parts_of(theory: Any) -> tuple[Any, ...]:
    """The members of a sum; a single theory is a sum of one."""
    return theory.parts if isinstance(theory, Theories) else (theory,)


def together(first: Any, second: Any) -> Theories:
    """Add two theories; the amplitudes interfere wherever they lead to the same final state."""
    return Theories(parts_of(first) + parts_of(second))


def _refuse_double_counting(parts: tuple[Any, ...]) -> None:
    names = [parameter.name for part in parts for parameter in part.parameters if parameter.name != MASS]
    if len(set(names)) < len(names):
        twice = next(name for i, name in enumerate(names) if name in names[:i])
        kinds = [part.kind for part in parts for parameter in part.parameters if parameter.name == twice]
        raise InputError(
            f"Both the {kinds[0]!r} and the {kinds[1]!r} interaction set {twice!r}; a parameter may be set once. "
            "Keep one of them, or merge their values."
        )
    holders = [part for part in parts if getattr(part, "holds_sm_charge_radius", False)]
    totals = [part for part in parts if getattr(part, "is_total_charge_radius", False)]
    if totals and holders:
        raise InputError(
            "The Standard-Model charge radius would be counted twice: the weak couplings "
            f"{holders[0].couplings.name!r} hold it and a *total* charge radius replaces it. Use "
            "Weak(include_sm_charge_radius=False) with a total radius, or give the radius beyond the Standard Model."
        )

"""The names a card can use: the built-in dictionaries with a user's own beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class Names:
    """Interaction classes, form factors (classes or objects) and experiments (classes or objects) by name."""

    interactions: Mapping[str, Any]
    form_factors: Mapping[str, Any]
    experiments: Mapping[str, Any]
    own_interactions: Mapping[str, Any]


def join(
    interactions: Mapping[str, Any] | None = None,
    form_factors: Mapping[str, Any] | None = None,
    experiments: Mapping[str, Any] | None = None,
) -> Names:
    """Return the built-in names and the given ones; a name that is taken is refused."""
    from weakscatter.experiments import EXPERIMENTS
    from weakscatter.interactions import INTERACTIONS
    from weakscatter.response import FORM_FACTORS

    return Names(
        _merged("interaction", INTERACTIONS, interactions),
        _merged("form factor", FORM_FACTORS, form_factors),
        _merged("experiment", EXPERIMENTS, experiments),
        dict(interactions or {}),
    )


def _merged(what: str, built_in: Mapping[str, Any], own: Mapping[str, Any] | None) -> dict[str, Any]:
    for name, item in (own or {}).items():
        if name in built_in and built_in[name] is not item:
            raise InputError(f"the {what} {name!r} is built in; give yours another name.")
        if not (callable(item) or hasattr(item, "build")):
            raise InputError(f"the {what} {name!r} is a {type(item).__name__}; give a class or an object.")
    return {**built_in, **(own or {})}

"""What every term of a likelihood checks: its parameters, and the shape of what it predicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
from jax import Array

from weakscatter.inference.likelihood import Term
from weakscatter.provenance.errors import InputError


def refuse_twice(term: Term) -> None:
    """Refuse a measurement that lists a parameter twice."""
    names = [p.name for p in term.parameters]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise InputError(f"measurement {term.name!r} lists the parameter {twice[0]!r} twice. List it once.")


def predicted(term: Term, values: Mapping[str, Any], what: str = "Both must list the same bins.") -> Array:
    """Return the prediction of a measurement, one number for each of its data; ``what`` says what is wanted."""
    mu = jnp.asarray(term.expected({p.name: values[p.name] for p in term.parameters}), dtype=jnp.float64)
    if mu.shape != term.data.shape:
        raise InputError(
            f"measurement {term.name!r}: expected(...) returned shape {mu.shape}, the data have "
            f"{term.data.shape}. {what}"
        )
    return mu

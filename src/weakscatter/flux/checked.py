"""What every source of neutrinos refuses: numbers of it that are not positive."""

from __future__ import annotations

from math import inf
from typing import Any

from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError


def require_positive(source: str, **numbers: Any) -> None:
    """Raise `InputError` for a number of a source that is not positive and finite; traced ones pass."""
    for name, value in numbers.items():
        if is_concrete(value) and not 0 < value < inf:
            raise InputError(f"{source}: {name} must be positive and finite; got {value}.")

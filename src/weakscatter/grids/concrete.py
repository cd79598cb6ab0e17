"""Tell numbers that are known from numbers that JAX is tracing."""

import sys
from typing import Any


def is_concrete(value: Any) -> bool:
    """Return whether ``value`` (number, array, or nested tuple, list, dict of them) is known now.

    Values under a JAX trace have no number yet: they cannot be validated and nothing may raise on them.

    >>> is_concrete(1.0), is_concrete([1.0, {"a": 2.0}])
    (True, True)
    """
    jax = sys.modules.get("jax")  # nothing can be traced before JAX is imported
    if jax is None:
        return True
    if isinstance(value, jax.core.Tracer):
        return False
    if isinstance(value, list | tuple):
        return all(is_concrete(v) for v in value)
    if isinstance(value, dict):
        return all(is_concrete(v) for v in value.values())
    return True

"""Interpolation of a table in one variable, with an explicit policy outside its range."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter.grids.compilation import barrier
from weakscatter.grids.concrete import is_concrete
from weakscatter.provenance.errors import InputError, unknown

Kind = Literal["linear", "log-log"]
Outside = Literal["error", "zero", "extrapolate"]


@dataclass(frozen=True, eq=False)
class Interpolant:
    """A tabulated function y(x), linear between nodes in (x, y) or in (log x, log y).

    Parameters
    ----------
    x : array [n]
        Nodes, strictly increasing, n >= 2, natural units; positive for "log-log".
    y : array [n, ...]
        Values at the nodes, natural units; positive for "log-log".
    kind : "linear" or "log-log"
    outside : "error", "zero" or "extrapolate"
        Policy outside [x[0], x[-1]]. "error" raises `InputError` for concrete values; a traced value cannot raise
        and becomes NaN instead, which no fit accepts silently. "extrapolate" continues the last segment.
    name : str
        What the table is, for messages.

    Notes
    -----
    Calling with an array of shape [s] returns shape [s, ...]. Differentiable in x and y, piecewise.

    Examples
    --------
    >>> square = Interpolant([1.0, 2.0, 4.0], [1.0, 4.0, 16.0], kind="log-log")
    >>> round(float(square(3.0)), 12)  # exact for a power law
    9.0
    """

    x: Any
    y: Any
    kind: Kind = "linear"
    outside: Outside = "error"
    name: str = "table"

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise unknown("interpolation", self.kind, get_args(Kind))
        if self.outside not in get_args(Outside):
            raise unknown("policy outside a table", self.outside, get_args(Outside))
        for field in ("x", "y"):
            if is_concrete(getattr(self, field)):
                # A private copy: nobody can change the table afterwards.
                value = getattr(self, field)
                value = value if isinstance(value, jax.Array) else np.array(value, dtype=float)
                object.__setattr__(self, field, value)
        shape = np.shape(self.x)
        if len(shape) != 1 or shape[0] < 2 or np.shape(self.y)[:1] != shape:
            raise InputError(
                f"the table {self.name!r} has nodes of shape {shape} and values of shape {np.shape(self.y)}; "
                "a column of at least two nodes and as many values are needed."
            )
        if is_concrete(self.x) and not (np.all(np.isfinite(self.x)) and np.all(np.diff(self.x) > 0.0)):
            raise InputError(f"the nodes of the table {self.name!r} must be finite and strictly increasing.")
        if is_concrete(self.y) and not np.all(np.isfinite(self.y)):
            raise InputError(f"the table {self.name!r} has a value that is not finite.")
        if self.kind == "log-log":
            for what, values in (("nodes", self.x), ("values", self.y)):
                if is_concrete(values) and not np.all(np.asarray(values) > 0.0):
                    raise InputError(
                        f"the {what} of {self.name!r} must be positive for 'log-log'; use 'linear'."
                    )

    def __call__(self, x: Any) -> Any:
        """Return y at ``x`` (array [s], any shape): array [s, ...]."""
        self._check(x)
        nodes, values = barrier(self.x), barrier(self.y)
        x = jnp.asarray(x, dtype=float)
        inside = (x >= nodes[0]) & (x <= nodes[-1])
        trailing = (None,) * (values.ndim - 1)
        if self.kind == "log-log":
            nodes, values = jnp.log(nodes), jnp.log(values)
            valid = inside if self.outside != "extrapolate" else x > 0.0
        else:
            valid = inside if self.outside != "extrapolate" else jnp.isfinite(x)
        # Replaced before any logarithm or exponential, so that gradients stay finite outside as well.
        at = jnp.where(valid, x, jnp.asarray(self.x)[0])
        at = jnp.log(at) if self.kind == "log-log" else at
        k = jnp.clip(jnp.searchsorted(nodes, at, side="right") - 1, 0, len(self.x) - 2)
        fraction = ((at - nodes[k]) / (nodes[k + 1] - nodes[k]))[(..., *trailing)]
        # Two products instead of one difference: the values at the nodes come back exactly.
        y = values[k] * (1.0 - fraction) + values[k + 1] * fraction
        if self.kind == "log-log":
            y = jnp.exp(y)
        nothing = (
            jnp.where(jnp.isnan(x), jnp.nan, 0.0) if self.outside == "zero" else jnp.full_like(x, jnp.nan)
        )
        return jnp.where(valid[(..., *trailing)], y, nothing[(..., *trailing)])

    def _check(self, x: Any) -> None:
        if self.outside == "zero" or not is_concrete((x, self.x)):
            return
        given, low, high = np.asarray(x, dtype=float), float(self.x[0]), float(self.x[-1])
        if self.outside == "error":
            bad = ~((given >= low) & (given <= high))
        else:
            bad = ~np.isfinite(given) | ((given <= 0.0) if self.kind == "log-log" else False)
        if np.any(bad):
            raise InputError(
                f"the table {self.name!r} was asked at {given[bad].flat[0]:.6g}; it covers {low:.6g} to {high:.6g} "
                "(natural units). Stay inside, or choose outside='zero' or 'extrapolate'."
            )

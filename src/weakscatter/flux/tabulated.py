"""A component given by a table: a spectrum linear between its nodes, with closed-form tail integrals.

Between two nodes f(E) = a + b E, so that above any energy of the segment

    int f E^-2 dE = [b ln E - a/E],   int f E^-1 dE = [a ln E + b E],   int f dE = [a E + b E^2/2]

are exact, and the tail is the rest of one segment plus whole segments above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete, panels
from weakscatter.provenance.errors import InputError, unknown

#: What lies below the first node: "error" refuses to be asked, "zero" means that nothing comes in there.
BELOW = ("error", "zero")

#: E^-2 has no integral down to zero energy: a tail from below this energy (MeV) starts here.
_LOWEST = 1e-12


class Nodes(tuple[float, ...]):
    """Energies of a table (MeV): structure of a compiled program, compared by value, never traced."""

    __slots__ = ()


@dataclass(frozen=True, eq=False)
class Tabulated:
    """A continuum given by values at nodes, linear between them.

    Parameters
    ----------
    label : name of the component.
    energy : nodes [n] (MeV), not negative, strictly increasing.
    values : spectrum at the nodes [n], not negative, in any unit per energy: only its shape is read. May be traced.
    fluence : particles per area (MeV^2), exposure included; the integral of the spectrum over the table.
    state : density matrix [3, 3], trace one.
    below : "error" (default) or "zero": what an energy below the first node means. Above the last node there is
        nothing, which is what a table that falls to its end says.
    antineutrino, basis, mass : see `weakscatter.flux`.

    Raises
    ------
    InputError : nodes that do not increase, a negative or missing value, an unknown policy; and with
        below="error" a tail asked from an energy the table does not reach (NaN where it is traced).
    """

    label: str
    energy: Any
    values: Any
    fluence: Any
    state: Any
    below: str = "error"
    antineutrino: bool = False
    basis: str = "flavour"
    mass: int = 0

    def __post_init__(self) -> None:
        if self.below not in BELOW:
            raise unknown("policy below a table", self.below, BELOW)
        if isinstance(self.energy, Nodes):
            return
        E = np.asarray(self.energy, dtype=float)
        if E.ndim != 1 or len(E) < 2 or not np.all(np.isfinite(E)) or E[0] < 0 or np.any(np.diff(E) <= 0):
            raise InputError(
                f"The spectrum {self.label!r} needs at least two finite energies, not negative and increasing."
            )
        if np.shape(self.values) != E.shape:
            raise InputError(
                f"The spectrum {self.label!r} has {len(E)} energies and values of shape {np.shape(self.values)}."
            )
        if is_concrete(self.values):
            phi = np.array(self.values, dtype=float)
            if not (np.all(np.isfinite(phi)) and np.all(phi >= 0) and np.any(phi > 0)):
                raise InputError(
                    f"The values of the spectrum {self.label!r} must be finite and not negative, and not all zero."
                )
            object.__setattr__(self, "values", phi)
        object.__setattr__(self, "energy", Nodes(E.tolist()))

    @property
    def energies(self) -> tuple[float, float]:
        return (self.energy[0], self.energy[-1])

    @property
    def corners(self) -> tuple[float, ...]:
        """Energies where the spectrum is not smooth."""
        return self.energy

    def _segments(self) -> tuple[Any, Any, Any]:
        """Nodes [n] and the lines a + b E between them [n - 1] of the normalised spectrum."""
        E, phi = np.asarray(self.energy), jnp.asarray(self.values)
        phi = phi / jnp.sum(0.5 * (phi[1:] + phi[:-1]) * np.diff(E))
        slope = jnp.diff(phi) / np.diff(E)
        return E, phi[:-1] - slope * E[:-1], slope

    def density(self, E: Any) -> Any:
        """Unit-normalised spectrum (1/MeV); zero above the last node, below the first as `below` says."""
        self._check(E)
        nodes, a, b = self._segments()
        E = jnp.asarray(E, dtype=float)
        k = jnp.clip(jnp.searchsorted(nodes, E, side="right") - 1, 0, len(nodes) - 2)
        inside = (nodes[0] <= E) & (nodes[-1] >= E)
        return self._unknown(E, jnp.where(inside, a[k] + b[k] * E, 0.0))

    def nodes(self) -> tuple[Any, Any]:
        """Two Gauss-Legendre points per segment: exact for spectrum times a quadratic in E."""
        _, a, b = self._segments()
        E, w = panels(np.asarray(self.energy), 2)
        return E, w * (a[:, None] + b[:, None] * E.reshape(-1, 2)).ravel()

    def rho(self, E: Any) -> Any:
        return jnp.broadcast_to(jnp.asarray(self.state), (*jnp.shape(E), 3, 3))

    def moments(self, E_min: Any) -> Any:
        """Integral of f E^(k-2) above E_min for k = 0, 1, 2, in closed form: [3, ...]."""
        self._check(E_min)
        nodes, a, b = self._segments()
        E_min = jnp.asarray(E_min, dtype=float)
        low = jnp.clip(E_min, max(self.energy[0], _LOWEST), self.energy[-1])
        k = jnp.clip(jnp.searchsorted(nodes, low, side="right") - 1, 0, len(nodes) - 2)
        ends = np.maximum(nodes, _LOWEST)
        whole = _primitives(a, b, ends[1:]) - _primitives(a, b, ends[:-1])
        above = jnp.cumsum(whole[:, ::-1], axis=1)[:, ::-1] - whole
        rest = _primitives(a[k], b[k], jnp.asarray(ends)[k + 1]) - _primitives(a[k], b[k], low)
        tail = jnp.where(low < self.energy[-1], above[:, k] + rest, 0.0)
        return self._unknown(E_min, tail)

    def tail(self, E_min: Any) -> Any:
        """`moments` times the density matrix."""
        return self.moments(E_min)[..., None, None] * jnp.asarray(self.state)

    def arrival(self, edges: Any) -> Any:
        """None: a table has no clock."""
        return None

    def _check(self, E: Any) -> None:
        if self.below == "error" and is_concrete(E) and np.any(np.asarray(E) < self.energy[0]):
            raise InputError(
                f"The spectrum {self.label!r} is known from {self.energy[0]:.6g} to {self.energy[-1]:.6g} MeV and was "
                f"asked from {np.min(E):.6g} MeV. Raise the lowest energy, or give below='zero' if nothing comes in there."
            )

    def _unknown(self, E: Any, result: Any) -> Any:
        # A traced energy cannot raise; NaN is accepted by no fit.
        return result if self.below == "zero" else jnp.where(self.energy[0] > E, jnp.nan, result)


def _primitives(a: Any, b: Any, E: Any) -> Any:
    """Primitives [3, ...] of (a + b E) E^(k-2) at E > 0."""
    log = jnp.log(E)
    return jnp.stack([b * log - a / E, a * log + b * E, (a + 0.5 * b * E) * E])

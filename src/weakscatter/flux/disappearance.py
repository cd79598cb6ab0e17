"""A component of which a part turns into sterile neutrinos on the way: its density matrix depends on the energy.

    rho(E) = S rho S^dagger,  S = 1 - z u u^dagger,  z = 1 - exp(-i phi),  phi = Delta m^2 L/(2 E),

is rho - z P rho - z^* rho P + |z|^2 P rho P with P = u u^dagger, so that three functions of the energy, 1, 1 - cos phi and
sin phi, are integrated over the spectrum once and every matrix follows. The trace is the share that stays active.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.flux.beam import Beam
from weakscatter.grids import is_concrete, panels
from weakscatter.provenance.errors import InputError

#: Panels between the lowest and the highest energy, equal and in constant ratio, and Gauss-Legendre points of each.
_LINEAR, _LOGARITHMIC, _POINTS = 256, 64, 8

#: Largest phase between two nodes at the mean energy that these panels resolve.
_MOST = 1.0

#: Added to |U_l4|^2 before its root, so that rates keep their slope at zero.
_FLOOR = 1e-30


@dataclass(frozen=True, eq=False)
class Disappearing:
    """A component after a baseline, one of `weakscatter.flux`.

    Parameters
    ----------
    component : what was produced, in one state at every energy.
    delta_m2 : mass splitting (MeV^2).
    squares : |U_l4|^2 of e, mu, tau.
    baseline : (MeV^-1).
    """

    component: Any
    delta_m2: Any
    squares: Any
    baseline: Any

    def __getattr__(self, name: str) -> Any:
        # What the way does not change; private names and a missing component are no attributes of it.
        if name.startswith("_") or name in ("component", "state", "moments", "density"):
            raise AttributeError(name)
        return getattr(self.component, name)

    def phase(self, E: Any) -> Any:
        """Delta m^2 L/(2 E)."""
        return self.delta_m2 * self.baseline / (2 * E)

    def rho(self, E: Any) -> Any:
        """Density matrix [..., 3, 3] of what is still active; its trace is at most one."""
        phase = self.phase(jnp.asarray(E, float))
        return self._matrix(jnp.ones_like(phase), 1 - jnp.cos(phase), jnp.sin(phase))

    def _matrix(self, one: Any, lost: Any, turned: Any) -> Any:
        """rho for integrals [...] of 1, 1 - cos phi and sin phi."""
        root = jnp.sqrt(jnp.asarray(self.squares) + _FLOOR)
        P, state = root[:, None] * root[None, :], jnp.asarray(self.component.state)
        left, right = P @ state, state @ P
        # Antineutrinos have U^*, and S^* with it: here U is real, so S is the same.
        return (
            one[..., None, None] * state
            - lost[..., None, None] * (left + right - 2 * P @ state @ P)
            - 1j * turned[..., None, None] * (left - right)
        )

    def tail(self, E_min: Any) -> Any:
        """Integral of spectrum * rho * E^(k-2) above E_min, k = 0, 1, 2: [3, *E_min, 3, 3]."""
        if hasattr(self.component, "density"):
            one, lost, turned = self._continuum(jnp.asarray(E_min, float))
        else:
            phase = self.phase(self.component.energy)
            one = self.component.moments(E_min)
            lost, turned = (1 - jnp.cos(phase)) * one, jnp.sin(phase) * one
        return self._matrix(one, lost, turned)

    def _continuum(self, E_min: Any) -> tuple[Any, Any, Any]:
        """Integrals [3, *E_min] of f E^(k-2) times 1, 1 - cos phi and sin phi above E_min.

        Whole panels above, and the rest of the one that holds E_min by points of its own.
        """
        edges = self._edges()
        E, w = panels(edges, _POINTS)
        each = jnp.sum((self._integrand(jnp.asarray(E)) * w).reshape(3, 3, -1, _POINTS), axis=-1)
        above = jnp.concatenate(
            [jnp.cumsum(each[..., ::-1], axis=-1)[..., ::-1], jnp.zeros((3, 3, 1))], axis=-1
        )
        low = jnp.clip(E_min, edges[0], edges[-1])
        k = jnp.clip(jnp.searchsorted(edges, low, side="right") - 1, 0, len(edges) - 2)
        x, v = np.polynomial.legendre.leggauss(_POINTS)
        half = (jnp.asarray(edges)[k + 1] - low) / 2
        inside = low[..., None] + half[..., None] * (1 + x)
        rest = jnp.sum(self._integrand(inside) * half[..., None] * v, axis=-1)
        one, lost, turned = jnp.where(low < edges[-1], above[..., k + 1] + rest, 0.0)
        return one, lost, turned

    def _edges(self) -> np.ndarray:
        lowest, highest = self.component.energies
        whole = np.linspace(lowest, highest, _LINEAR + 1)
        low = lowest + (highest - lowest) * np.geomspace(1e-5, 1.0, _LOGARITHMIC)
        given = np.asarray(getattr(self.component, "energy", ()), float)
        edges = np.unique(np.concatenate([whole, low, given]))
        return edges[np.concatenate([[True], np.diff(edges) > 1e-9 * highest])]

    def _integrand(self, E: Any) -> Any:
        """f E^(k-2) times 1, 1 - cos phi and sin phi: [3, 3, *E], the functions first."""
        phase = self.phase(E)
        functions = jnp.stack([jnp.ones_like(E), 1 - jnp.cos(phase), jnp.sin(phase)])
        powers = jnp.stack([self.component.density(E) * E ** (k - 2) for k in range(3)])
        return functions[:, None] * powers[None]


def after_baseline(beam: Beam, delta_m2: Any, squares: Any, baseline: Any = None) -> Beam:
    """The beam at a detector, with a light sterile neutrino mixed in.

    Parameters
    ----------
    beam : components in one state each.
    delta_m2, squares : as in `Disappearing`.
    baseline : (MeV^-1); None for the beam's own distance.

    Raises
    ------
    InputError : no distance is known, or oscillations too fast for the panels of a continuum.
    """
    distance = beam.distance if baseline is None else baseline
    if distance is None:
        raise InputError(
            "A light sterile neutrino needs a baseline, and this beam knows no distance. Give baseline = '20 m'."
        )
    parts = tuple(Disappearing(part, delta_m2, squares, distance) for part in beam.components)
    for part in parts:
        lowest, highest = part.component.energies
        if hasattr(part.component, "density") and is_concrete((delta_m2, distance)):
            middle = (lowest + highest) / 2
            step = float(part.phase(middle)) * (highest - lowest) / _LINEAR / middle
            if step > _MOST * _POINTS:
                raise InputError(
                    f"Oscillations of {part.label!r} are too fast to be followed over its spectrum: the phase at "
                    f"{middle:.3g} MeV is {float(part.phase(middle)):.3g}. Lower delta_m2 or the baseline."
                )
    return replace(beam, components=parts, distance=distance)

"""A thermal component: a pinched spectrum with closed-form tails.

    f(E) = E^a exp(-(a + 1) E/m) ((a + 1)/m)^(a + 1)/Gamma(a + 1),   mean m, pinching a (Keil, Raffelt and Janka 2003),

so that, with Q the regularised upper incomplete gamma function and x = (a + 1) E_min/m,

    int_E_min f E^(k-2) dE = ((a + 1)/m)^(2-k) Gamma(a + k - 1)/Gamma(a + 1) Q(a + k - 1, x).

a = 2 is Maxwell-Boltzmann, a = 2.30 close to Fermi-Dirac without chemical potential (of the same width; 3 % in shape).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaincc, gammaln

from weakscatter.grids import is_concrete, panels
from weakscatter.provenance.errors import InputError

#: Range of x of the quadrature and of `energies`, beyond the mean in units of the temperature m/(a + 1): e^-40 is left out.
_TAIL = 40.0


@dataclass(frozen=True, eq=False)
class Pinched:
    """A pinched thermal continuum, one of the components of `weakscatter.flux`.

    Parameters
    ----------
    label : name of the component.
    mean_energy : m (MeV); may be traced, as `pinching` may.
    pinching : a, above 1 so that all moments exist.
    fluence : particles per area (MeV^2).
    state : density matrix [3, 3], trace one.
    antineutrino, basis, mass : see `weakscatter.flux`.

    Raises
    ------
    InputError : a mean energy that is not positive, a pinching of one or less.
    """

    label: str
    mean_energy: Any
    pinching: Any
    fluence: Any
    state: Any
    antineutrino: bool = False
    basis: str = "flavour"
    mass: int = 0

    def __post_init__(self) -> None:
        if is_concrete(self.mean_energy) and not 0 < self.mean_energy < np.inf:
            raise InputError(
                f"The mean energy of {self.label!r} must be positive and finite; got {self.mean_energy}."
            )
        if is_concrete(self.pinching) and not 1 < self.pinching < 100:
            raise InputError(
                f"The pinching of {self.label!r} must lie between 1 and 100; got {self.pinching}. 2.3 is thermal, 3 pinched."
            )

    @property
    def _temperature(self) -> Any:
        return self.mean_energy / (self.pinching + 1)

    @property
    def energies(self) -> tuple[Any, Any]:
        return (0.0, self._temperature * (2 * self.pinching + 2 + _TAIL))

    @property
    def corners(self) -> tuple[Any, ...]:
        """The spectrum is smooth; its scale and its end."""
        return (self.mean_energy, self.energies[1])

    def density(self, E: Any) -> Any:
        """Unit-normalised spectrum (1/MeV)."""
        T, a = self._temperature, self.pinching
        x = jnp.asarray(E, float) / T
        positive = jnp.where(x > 0, x, 1.0)
        return jnp.where(x > 0, jnp.exp(a * jnp.log(positive) - positive - gammaln(a + 1.0)) / T, 0.0)

    def nodes(self) -> tuple[Any, Any]:
        unit, weight = panels(np.concatenate([[0.0], np.geomspace(1e-4, 1.0, 25)]), 12)
        end = self.energies[1]
        E = end * jnp.asarray(unit)
        w = end * jnp.asarray(weight) * self.density(E)
        return E, w / jnp.sum(w)

    def rho(self, E: Any) -> Any:
        return jnp.broadcast_to(jnp.asarray(self.state), (*jnp.shape(E), 3, 3))

    def moments(self, E_min: Any) -> Any:
        """Integral of f E^(k-2) above E_min for k = 0, 1, 2: [3, ...]."""
        T, a = self._temperature, self.pinching
        x = jnp.maximum(jnp.asarray(E_min, float), 0.0) / T

        def moment(k: int) -> Any:
            n = a + k - 1.0
            return T ** (k - 2) * jnp.exp(gammaln(n) - gammaln(a + 1.0)) * gammaincc(n, x)

        return jnp.stack([moment(k) for k in range(3)])

    def tail(self, E_min: Any) -> Any:
        """`moments` times the density matrix."""
        return self.moments(E_min)[..., None, None] * jnp.asarray(self.state)

    def arrival(self, edges: Any) -> Any:
        """None: the burst has no clock here."""
        return None

"""Components of solar neutrinos: continua and lines whose density matrix depends on the energy.

Between two nodes of its table a spectrum is a line in E, and each function f_m of the density matrix (`SolarPropagation`) is
taken as the parabola through its values at the nodes and half way. Their product is a polynomial, so that

    int_E_min f(E) f_m(E) E^(k-2) dE,   k = 0, 1, 2,

is a sum of powers and one logarithm: exact for this representation, which is off by less than 1e-8 of the whole (a test against quadrature).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from weakscatter.flux.solar_models import Shape
from weakscatter.grids import panels
from weakscatter.mixing.solar import Production, SolarPropagation

#: Lowest energy (MeV) from which integrals start; E^-2 has none down to zero, and nothing of a parabola lies below.
_LOWEST = 1e-9


@dataclass(frozen=True, eq=False)
class SolarContinuum:
    """A continuum of solar neutrinos.

    Parameters
    ----------
    label : name of the component.
    shape : `Shape`, the spectrum.
    fluence : particles per area (MeV^2), exposure included.
    production : `Production`, where they are made.
    propagation : `SolarPropagation`.
    """

    label: str
    shape: Shape
    fluence: Any
    production: Production
    propagation: SolarPropagation
    antineutrino: ClassVar[bool] = False
    basis: ClassVar[str] = "flavour"
    mass: ClassVar[int] = 0

    @property
    def energies(self) -> tuple[float, float]:
        return (0.0, float(self.shape.energy[-1]))

    @property
    def corners(self) -> tuple[float, ...]:
        """Energies where the spectrum is not smooth."""
        return tuple(map(float, self.shape.energy))

    @property
    def state(self) -> Any:
        """Density matrix [3, 3] where it is the same at every energy, else None."""
        return self.rho(self.energies[1]) if self.propagation.is_constant else None

    def density(self, E: Any) -> Any:
        """Unit-normalised spectrum (1/MeV), zero above its end."""
        nodes, values = self.shape.energy, self.shape.values
        E = jnp.asarray(E, float)
        line = jnp.interp(E, nodes, values, left=0.0, right=0.0)
        return jnp.where(nodes[1] > E, values[1] * (E / nodes[1]) ** 2, line)

    def rho(self, E: Any) -> Any:
        """Density matrix [..., 3, 3] at each energy, trace one."""
        return self.propagation.state(E, self.production)

    def mass_probabilities(self, E: Any) -> Any:
        """P_k [..., 3], shares of the mass states at each energy, for effective moments."""
        return self.propagation.mass_probabilities(E, self.production)

    def nodes(self) -> tuple[Any, Any]:
        """Four Gauss-Legendre points between neighbouring nodes."""
        E, w = panels(self.shape.energy, 4)
        return E, w * self.density(E)

    def moments(self, E_min: Any) -> Any:
        """Integral of f E^(k-2) above E_min for k = 0, 1, 2, in closed form: [3, ...]."""
        return self._tails(E_min, jnp.ones((2 * len(self.shape.energy) - 1, 1)))[..., 0]

    def tail_terms(self, E_min: Any) -> tuple[Any, Any]:
        """Integrals of f f_m E^(k-2) above E_min, k = 0, 1, 2: [3, *E_min, m], and the matrices [m, 3, 3] that go with f_m."""
        nodes = self.shape.energy
        between = np.sort(np.concatenate([nodes, 0.5 * (nodes[1:] + nodes[:-1])]))
        functions, matrices = self.propagation.terms(between, self.production)
        return self._tails(E_min, functions), matrices

    def tail(self, E_min: Any) -> Any:
        """Integral of f rho E^(k-2) above E_min, k = 0, 1, 2: [3, *E_min, 3, 3]."""
        functions, matrices = self.tail_terms(E_min)
        return jnp.tensordot(jnp.asarray(functions, complex), matrices, axes=1)

    def _tails(self, E_min: Any, functions: Any) -> Any:
        """Tails [3, *E_min, m] of functions given at the nodes and half way, [2 n - 1, m]."""
        nodes = self.shape.energy
        coefficients = _products(self.shape, functions)
        ends = jnp.asarray(_primitives(np.maximum(nodes, _LOWEST)))
        whole = jnp.einsum("kjs,jsm->ksm", ends[..., 1:] - ends[..., :-1], coefficients)
        above = jnp.cumsum(whole[:, ::-1], axis=1)[:, ::-1] - whole
        low = jnp.clip(jnp.asarray(E_min, float), _LOWEST, nodes[-1])
        at = jnp.clip(jnp.searchsorted(nodes, low, side="right") - 1, 0, len(nodes) - 2)
        rest = jnp.einsum("kj...,j...m->k...m", ends[..., at + 1] - _primitives(low), coefficients[:, at])
        return jnp.where((low < nodes[-1])[..., None], above[:, at] + rest, 0.0)

    def arrival(self, edges: Any) -> Any:
        """None: the Sun has no clock."""
        return None


def _products(shape: Shape, functions: Any) -> Any:
    """Coefficients [5, n - 1, m] in powers of E of the spectrum times each function, between neighbouring nodes."""
    E, phi = shape.energy, shape.values
    middle, half = 0.5 * (E[1:] + E[:-1]), 0.5 * np.diff(E)
    slope = np.diff(phi) / np.diff(E)
    first = phi[:-1] - slope * E[:-1]
    square = np.zeros_like(slope)
    first[0], slope[0], square[0] = 0.0, 0.0, phi[1] / E[1] ** 2
    low, centre, high = functions[:-1:2], functions[1::2], functions[2::2]
    c, h = middle[:, None], half[:, None]
    bend = (low - 2 * centre + high) / (2 * h**2)
    rise = (high - low) / (2 * h)
    parabola = (centre - rise * c + bend * c**2, rise - 2 * bend * c, bend)
    spectrum = (first[:, None], slope[:, None], square[:, None])
    product: list[Any] = [0.0] * 5
    for i, a in enumerate(spectrum):
        for j, b in enumerate(parabola):
            product[i + j] = product[i + j] + a * b
    return jnp.stack(product)


def _primitives(E: Any) -> Any:
    """Primitives [3, 5, ...] of E^(j + k - 2), k = 0, 1, 2 and j = 0 ... 4, at E > 0."""
    xp: Any = np if isinstance(E, np.ndarray) else jnp
    of = {power: xp.log(E) if power == -1 else E ** (power + 1) / (power + 1) for power in range(-2, 5)}
    return xp.stack([xp.stack([of[j + k - 2] for j in range(5)]) for k in range(3)])


@dataclass(frozen=True, eq=False)
class SolarLines:
    """One or more lines of solar neutrinos that share a source and its flux.

    Parameters
    ----------
    label : name of the component.
    lines : energies (MeV), increasing.
    shares : of the flux, sum one.
    fluence, production, propagation : as in `SolarContinuum`; the fluence is that of all lines.
    """

    label: str
    lines: tuple[float, ...]
    shares: tuple[float, ...]
    fluence: Any
    production: Production
    propagation: SolarPropagation = field(default_factory=SolarPropagation)
    antineutrino: ClassVar[bool] = False
    basis: ClassVar[str] = "flavour"
    mass: ClassVar[int] = 0

    @property
    def energies(self) -> tuple[Any, Any]:
        return (self.lines[0], self.lines[-1])

    @property
    def steps(self) -> tuple[Any, ...]:
        """Energies at which the spectrum ends abruptly: a recoil spectrum has a step at the end point of each."""
        return self.lines

    @property
    def state(self) -> Any:
        """Density matrix [3, 3] where all lines arrive in the same one, else None."""
        single = len(self.lines) == 1 or self.propagation.is_constant
        return self.rho(self.lines[-1]) if single else None

    def rho(self, E: Any) -> Any:
        """Density matrix [..., 3, 3] at each energy, trace one."""
        return self.propagation.state(E, self.production)

    def mass_probabilities(self, E: Any) -> Any:
        """P_k [..., 3], shares of the mass states at each energy, for effective moments."""
        return self.propagation.mass_probabilities(E, self.production)

    def nodes(self) -> tuple[Any, Any]:
        return jnp.asarray(self.lines, float), jnp.asarray(self.shares, float)

    def _opened(self, E_min: Any) -> Any:
        """Share E^(k-2) of each line above E_min: [3, *E_min, line]."""
        E, share = self.nodes()
        is_open = jnp.asarray(E_min, float)[..., None] <= E
        return jnp.stack([jnp.where(is_open, share * E ** (k - 2), 0.0) for k in range(3)])

    def moments(self, E_min: Any) -> Any:
        """Sum of share E^(k-2) of the lines above E_min: [3, ...]."""
        return jnp.sum(self._opened(E_min), axis=-1)

    def tail(self, E_min: Any) -> Any:
        """Sum of share rho E^(k-2) of the lines above E_min: [3, *E_min, 3, 3]."""
        E, _ = self.nodes()
        return jnp.tensordot(jnp.asarray(self._opened(E_min), complex), self.rho(E), axes=1)

    def arrival(self, edges: Any) -> Any:
        """None: the Sun has no clock."""
        return None

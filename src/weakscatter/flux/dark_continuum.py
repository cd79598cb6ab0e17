"""A component of massive particles: a spectrum linear between its nodes, with closed-form tail integrals.

Between two nodes f(E) = a + b E, and with p^2 = E^2 - m^2 the integrals of f E^k/p^2 are exact:

    A = int dE/p^2 = -artanh(m/E)/m,   L = int E dE/p^2 = ln(p^2)/2,
    k = 0: a A + b L,   k = 1: a L + b (E + m^2 A),   k = 2: a (E + m^2 A) + b (E^2/2 + m^2 L).

Two nodes without values are the box of an isotropic decay, with b = 0. Slower particles come later, (L/c)(1/beta - 1) behind light.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from weakscatter.flux.arrival_table import TabulatedArrival
from weakscatter.grids import is_concrete
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError

#: Where p = 0 the integrals have a logarithm: nodes lie above the mass by this part of it.
_ABOVE = 1e-9

#: Gauss-Legendre points per segment at which arrival times are taken.
_ARRIVAL_POINTS = 4


@dataclass(frozen=True, eq=False)
class DarkContinuum:
    """Dark matter chi and antichi of one channel of production.

    Parameters
    ----------
    label : name of the component.
    energy : nodes [n] of the total energy (MeV), not decreasing, not below the mass. May be traced.
    values : spectrum at the nodes [n], not negative, in any unit per energy: only its shape is read. May be traced. None: the same everywhere,
        between two nodes.
    fluence : particles per area (MeV^2), exposure included, chi and antichi counted both.
    mass : m (MeV).
    spin : "dirac" or "scalar", a word of `weakscatter.scattering.kernels.DARK_KERNELS`.
    pulse : arrival of light from the protons on the detector's clock, or None.
    distance : from source to detector (MeV^-1): delays need it. None: no delays.
    lifetime : mean delay (MeV^-1) of the decay of the mediator in the laboratory, gamma tau; None where it is prompt.

    Raises
    ------
    InputError : nodes that decrease or lie below the mass, a negative or missing value.
    """

    label: str
    energy: Any
    values: Any
    fluence: Any
    mass: Any
    spin: str = "dirac"
    pulse: Any = None
    distance: Any = None
    lifetime: Any = None
    antineutrino: ClassVar[bool] = False
    basis: ClassVar[str] = "flavour"
    projectile: ClassVar[str] = "dark-matter"

    def __post_init__(self) -> None:
        if not is_concrete((self.energy, self.values, self.mass)):
            return
        E, f, m = np.asarray(self.energy, float), np.asarray(self.heights, float), float(self.mass)
        if E.ndim != 1 or len(E) < 2 or f.shape != E.shape:
            raise InputError(f"the spectrum {self.label!r} needs two or more energies with a value each.")
        if not (np.all(np.isfinite(E)) and np.all(np.diff(E) >= 0) and E[0] >= m * (1 - 1e-9)):
            raise InputError(
                f"the energies of {self.label!r} run from {E[0]:.6g} to {E[-1]:.6g} MeV; they must be finite, not decrease and not "
                f"lie below the mass of {m:.6g} MeV."
            )
        if not (np.all(np.isfinite(f)) and np.all(f >= 0)):
            raise InputError(f"the values of {self.label!r} must be finite and not negative.")

    @property
    def heights(self) -> Any:
        """`values`, ones for a box."""
        return np.ones(np.shape(self.energy)) if self.values is None else self.values

    @property
    def state(self) -> Any:
        """One species: [3, 3] with the first entry alone."""
        return flavour_state("e")

    @property
    def energies(self) -> tuple[Any, Any]:
        return (self.energy[0], self.energy[-1])

    @property
    def steps(self) -> tuple[Any, ...]:
        """Energies where the spectrum begins and ends abruptly."""
        return self.energies

    def _segments(self) -> tuple[Any, Any, Any]:
        """Nodes [n] and the lines a + b E between them [n - 1] of the normalised spectrum."""
        E, f = jnp.asarray(self.energy, float), jnp.asarray(self.heights, float)
        width = jnp.diff(E)
        whole = jnp.sum(0.5 * (f[1:] + f[:-1]) * width)
        # A channel that is closed has no spectrum, and no fluence.
        f = f / jnp.where(whole > 0, whole, 1.0)
        slope = jnp.where(width > 0, jnp.diff(f) / jnp.where(width > 0, width, 1.0), 0.0)
        return E, f[:-1] - slope * E[:-1], slope

    def density(self, E: Any) -> Any:
        """Unit-normalised spectrum [...] (1/MeV), zero outside the nodes."""
        nodes, a, b = self._segments()
        E = jnp.asarray(E, float)
        k = jnp.clip(jnp.searchsorted(nodes, E, side="right") - 1, 0, len(nodes) - 2)
        return jnp.where((nodes[0] <= E) & (nodes[-1] >= E), a[k] + b[k] * E, 0.0)

    def nodes(self) -> tuple[Any, Any]:
        """Two Gauss-Legendre points per segment: E [2 (n - 1)], w with sum one."""
        E, a, b = self._segments()
        x = np.array([-1.0, 1.0]) / 3**0.5
        half = 0.5 * jnp.diff(E)[:, None]
        at = E[:-1, None] + half * (1 + x)
        return at.ravel(), (half * (a[:, None] + b[:, None] * at)).ravel()

    def rho(self, E: Any) -> Any:
        return jnp.broadcast_to(self.state, (*jnp.shape(E), 3, 3))

    def moments(self, E_min: Any) -> Any:
        """Integral of f E^k/p^2 above E_min for k = 0, 1, 2, in closed form: [3, ...] (MeV^(k-2))."""
        if self.values is None:
            return jnp.stack(self._box_moments(jnp.asarray(E_min, float)))
        nodes, a, b = self._segments()
        ends = jnp.maximum(nodes, self.mass * (1 + _ABOVE))
        low = jnp.clip(jnp.asarray(E_min, float), ends[0], ends[-1])
        k = jnp.clip(jnp.searchsorted(ends, low, side="right") - 1, 0, len(nodes) - 2)
        whole = _primitives(a, b, ends[1:], self.mass) - _primitives(a, b, ends[:-1], self.mass)
        above = jnp.cumsum(whole[:, ::-1], axis=1)[:, ::-1] - whole
        rest = _primitives(a[k], b[k], ends[k + 1], self.mass) - _primitives(a[k], b[k], low, self.mass)
        return jnp.where(low < ends[-1], above[:, k] + rest, 0.0)

    def _box_moments(self, E_min: Any) -> list[Any]:
        """`moments` of a box, logarithms of quotients that are one at its end: exact zeros above, and no digits lost for fast particles.

        Number by number: arrays of two, and a slope, cost six times as much in loops over masses and recoils.
        """
        m, first, last = self.mass, self.energy[0], self.energy[1]
        begin, end = (jnp.maximum(E, m * (1 + _ABOVE)) for E in (first, last))
        low = jnp.clip(E_min, begin, end)
        height, gap = 1 / jnp.where(last > first, last - first, 1.0), end - low
        zeroth = height / (2 * m) * jnp.log1p(2 * m * gap / ((end + m) * (low - m)))
        first_moment = height / 2 * jnp.log1p(gap * (end + low) / ((low - m) * (low + m)))
        return [zeroth, first_moment, height * gap + m**2 * zeroth]

    def tail(self, E_min: Any) -> Any:
        """`moments` times the density matrix."""
        return self.moments(E_min)[..., None, None] * self.state

    def delays(self, E: Any) -> Any:
        """How long after light particles of energy E [...] arrive: L (1/beta - 1) (MeV^-1)."""
        if self.distance is None:
            return jnp.zeros_like(jnp.asarray(E, float))
        E = jnp.asarray(E, float)
        p = jnp.sqrt(jnp.maximum(E**2 - self.mass**2, 0.0))
        # 1/beta - 1 = m^2/(p (E + p)), without loss of digits for fast ones.
        return self.distance * self.mass**2 / (jnp.where(p > 0, p, 1e-30) * (E + p))

    def arrival(self, edges: Any) -> Any:
        """Fraction [t] arriving in each cell, averaged over the spectrum; None without a pulse.

        Raises
        ------
        InputError : a tabulated pulse, of which a delay makes no other table.
        """
        if self.pulse is None or edges is None:
            return None
        if isinstance(self.pulse, TabulatedArrival):
            raise InputError(
                f"the component {self.label!r} arrives later than light, and a table of arrival times cannot be shifted. Give a "
                "GaussianPulse or a TriangularPulse."
            )
        E, a, b = self._segments()
        x, w = np.polynomial.legendre.leggauss(_ARRIVAL_POINTS)
        half = 0.5 * jnp.diff(E)[:, None]
        at = E[:-1, None] + half * (1 + x)
        share = (half * w * (a[:, None] + b[:, None] * at)).ravel()
        shifted = jnp.asarray(edges, float)[None, :] - self.delays(at.ravel())[:, None]
        lifetimes = () if self.lifetime is None else (self.lifetime,)
        return share @ self.pulse.fractions(shifted, lifetimes)


def sliced(component: DarkContinuum, parts: int) -> tuple[DarkContinuum, ...]:
    """Split a component into `parts` intervals of energy, each with an arrival time of its own.

    Energy and time of an event are independent within a component: slow particles recoil less and come later, and only slices know it.

    Raises
    ------
    InputError : fewer than one slice.
    """
    if isinstance(parts, bool) or not isinstance(parts, int) or parts < 1:
        raise InputError(f"a spectrum is split into one or more slices; got {parts!r}.")
    if parts == 1:
        return (component,)
    nodes = jnp.asarray(component.energy, float)
    if len(nodes) == 2:
        shares = np.linspace(0.0, 1.0, parts + 1)
        f = jnp.asarray(component.heights, float)
        nodes = nodes[0] + (nodes[1] - nodes[0]) * shares
        values = f[0] + (f[1] - f[0]) * shares
    else:
        values = jnp.asarray(component.values, float)
    areas = 0.5 * (values[1:] + values[:-1]) * jnp.diff(nodes)
    whole = jnp.sum(areas)
    groups = np.array_split(np.arange(len(nodes) - 1), min(parts, len(nodes) - 1))
    return tuple(
        replace(
            component,
            label=f"{component.label} {i + 1}/{len(groups)}",
            energy=nodes[group[0] : group[-1] + 2],
            values=None if component.values is None else values[group[0] : group[-1] + 2],
            fluence=component.fluence * jnp.sum(areas[group]) / jnp.where(whole > 0, whole, 1.0),
        )
        for i, group in enumerate(groups)
    )


def arriving(component: DarkContinuum, window: tuple[Any, Any], points: int = 64) -> DarkContinuum:
    """Return what of a component arrives between two times: its spectrum times the probability at each energy.

    A box is given `points` nodes; between nodes the probability is linear. For counts in one window it replaces slices.

    Raises
    ------
    InputError : a component without a pulse.
    """
    if component.pulse is None:
        raise InputError(
            f"the component {component.label!r} has no pulse, so that nothing is known of its arrival."
        )
    E, values = jnp.asarray(component.energy, float), jnp.asarray(component.heights, float)
    if len(E) == 2:
        share = np.linspace(0.0, 1.0, points)
        E, values = E[0] + (E[1] - E[0]) * share, values[0] + (values[1] - values[0]) * share
    edges = jnp.stack([jnp.asarray(t, float) for t in window])
    lifetimes = () if component.lifetime is None else (component.lifetime,)
    kept = component.pulse.fractions(edges[None, :] - component.delays(E)[:, None], lifetimes)[:, 0]

    def area(f: Any) -> Any:
        return jnp.sum(0.5 * (f[1:] + f[:-1]) * jnp.diff(E))

    whole = area(values)
    fluence = component.fluence * area(values * kept) / jnp.where(whole > 0, whole, 1.0)
    return replace(component, energy=E, values=values * kept, fluence=fluence)


def _primitives(a: Any, b: Any, E: Any, m: Any) -> Any:
    """Primitives [3, ...] of (a + b E) E^k/(E^2 - m^2) at E > m."""
    # artanh(m/E) without loss of digits for fast particles.
    A = -0.5 * jnp.log1p(2 * m / (E - m)) / m
    L = 0.5 * jnp.log((E - m) * (E + m))
    one, two = E + m**2 * A, E**2 / 2 + m**2 * L
    return jnp.stack([a * A + b * L, a * L + b * one, a * one + b * two])

"""Pions and muons decaying at rest: one line and two Michel spectra, with closed-form tail integrals.

pi+ -> mu+ nu_mu at E_pi = (m_pi^2 - m_mu^2)/(2 m_pi); mu+ -> e+ nu_e numubar with x = 2E/m_mu (m_e neglected)

    f_nue(E) = (24/m_mu) x^2 (1 - x),   f_numubar(E) = (4/m_mu) x^2 (3 - 2x),   0 < E < m_mu/2.

Both are a E^2 - b E^3, so the integrals of f E^k/E^2 above a minimum energy are polynomials in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.flux.arrival_table import Arrival
from weakscatter.flux.beam import Beam
from weakscatter.flux.line import Line
from weakscatter.grids import is_concrete, panels
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError

#: Energy of the prompt line, 29.79 MeV.
LINE_ENERGY = (constants.m_pi**2 - constants.m_mu**2) / (2 * constants.m_pi)
#: End point of the Michel spectra, 52.83 MeV.
END_POINT = constants.m_mu / 2


@dataclass(frozen=True, eq=False)
class Michel:
    """A continuum f(E) = quadratic E^2 - cubic E^3 up to the muon end point, normalised to one.

    `quadratic` (MeV^-3) and `cubic` (MeV^-4); the other fields as in `Line`.
    """

    label: str
    quadratic: float
    cubic: float
    fluence: Any
    state: Any
    antineutrino: bool = False
    basis: str = "flavour"
    mass: int = 0
    pulse: Arrival | None = None
    lifetimes: tuple[float, ...] = ()

    @property
    def energies(self) -> tuple[float, float]:
        return (0.0, END_POINT)

    def density(self, E: Any) -> Any:
        """Unit-normalised spectrum (MeV^-1), zero outside (0, m_mu/2)."""
        E = jnp.asarray(E)
        return jnp.where((E > 0) & (E < END_POINT), self.quadratic * E**2 - self.cubic * E**3, 0.0)

    def nodes(self) -> tuple[Any, Any]:
        E, w = panels(np.linspace(0.0, END_POINT, 9), 16)
        return E, w * self.density(E)

    def rho(self, E: Any) -> Any:
        return jnp.broadcast_to(jnp.asarray(self.state), (*jnp.shape(E), 3, 3))

    def moments(self, E_min: Any) -> Any:
        """Integral of f E^(k-2) above E_min for k = 0, 1, 2, in closed form: [3, ...]."""
        low = jnp.asarray(E_min)

        def moment(k: int) -> Any:
            upper = self.quadratic * END_POINT ** (k + 1) / (k + 1) - self.cubic * END_POINT ** (k + 2) / (
                k + 2
            )
            lower = self.quadratic * low ** (k + 1) / (k + 1) - self.cubic * low ** (k + 2) / (k + 2)
            # The difference alone leaves a rounding error beyond the end point, where exactly nothing is wanted.
            return jnp.where(low < END_POINT, upper - lower, 0.0)

        return jnp.stack([moment(k) for k in range(3)])

    def tail(self, E_min: Any) -> Any:
        """`moments` times the density matrix."""
        return self.moments(E_min)[..., None, None] * jnp.asarray(self.state)

    def arrival(self, edges: Any) -> Any:
        return None if self.pulse is None else self.pulse.fractions(edges, self.lifetimes)


def electron_neutrino_spectrum(fluence: Any, pulse: Arrival | None = None) -> Michel:
    """nu_e of mu+ decay at rest, f = (24/m_mu) x^2 (1 - x); mean 31.70 MeV."""
    m = constants.m_mu
    lifetimes = (constants.tau_pi, constants.tau_mu)
    return Michel(
        "nu_e", 96 / m**3, 192 / m**4, fluence, flavour_state("e"), pulse=pulse, lifetimes=lifetimes
    )


def muon_antineutrino_spectrum(fluence: Any, pulse: Arrival | None = None) -> Michel:
    """numubar of mu+ decay at rest, f = (4/m_mu) x^2 (3 - 2x); mean 36.98 MeV."""
    m = constants.m_mu
    lifetimes = (constants.tau_pi, constants.tau_mu)
    return Michel(
        "nu_mu_bar",
        48 / m**3,
        64 / m**4,
        fluence,
        flavour_state("mu"),
        True,
        pulse=pulse,
        lifetimes=lifetimes,
    )


def prompt_line(fluence: Any, pulse: Arrival | None = None) -> Line:
    """nu_mu of pi+ decay at rest, 29.79 MeV."""
    return Line(
        "nu_mu", LINE_ENERGY, fluence, flavour_state("mu"), pulse=pulse, lifetimes=(constants.tau_pi,)
    )


def pion_decay_at_rest(
    protons: Any, yield_per_flavour: Any, distance: Any, pulse: Arrival | None = None
) -> Beam:
    """Neutrinos of a stopped-pion source, isotropic.

    fluence per flavour = yield_per_flavour * protons / (4 pi distance^2)

    Parameters
    ----------
    protons : protons on target in the exposure.
    yield_per_flavour : neutrinos of *each* of nu_mu, nu_e, numubar per proton (0.0848 +- 10 % for COHERENT CsI 2021).
    distance : from source to detector (natural units).
    pulse : proton pulse or table of arrival times, or None.

    Returns
    -------
    Beam with components nu_mu (prompt line), nu_e and nu_mu_bar (delayed).

    Raises
    ------
    InputError : a negative or non-finite number.
    """
    given = {"protons": protons, "yield_per_flavour": yield_per_flavour, "distance": distance}
    for name, value in given.items():
        if is_concrete(value) and not (0 <= value < inf and (value or name != "distance")):
            raise InputError(f"Pion-decay-at-rest source: {name} must be positive and finite; got {value}.")
    fluence = yield_per_flavour * protons / (4 * pi * distance**2)
    components = (
        prompt_line(fluence, pulse),
        electron_neutrino_spectrum(fluence, pulse),
        muon_antineutrino_spectrum(fluence, pulse),
    )
    return Beam(components, ("coherent2021",), distance)

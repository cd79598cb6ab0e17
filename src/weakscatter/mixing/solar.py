"""Which state of a solar neutrino arrives: oscillation schemes, at day and at night.

Whatever happens on the way, the state is a short sum of functions of the energy times fixed matrices,

    rho(E) = sum_m f_m(E) M_m,

so that integrals over a spectrum are integrals of the f_m. By day M_k = U |k><k| U^dagger and f_k = P_k, the share of mass
state k. At night the Earth turns the mass states, M_k(E), and all nine entries of rho are functions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import compiled
from weakscatter.mixing.adiabatic import adiabatic_probabilities, two_flavour_probabilities
from weakscatter.mixing.earth import Exposure, earth_states
from weakscatter.mixing.matter import MatterPotential, standard_potential
from weakscatter.mixing.pmns import Mixing
from weakscatter.mixing.state import flavour_state
from weakscatter.provenance.errors import InputError, unknown

#: What happens between production and detector, by the words of cards.
OSCILLATIONS = ("msw-adiabatic", "msw-two-flavour", "vacuum-averaged", "none")
#: When the detector looks: the Sun above the horizon, below it, or around the year.
TIMES = ("day", "night", "day-and-night")
#: Energies [n] (MeV) at which the effect of the Earth is calculated; cubic in between, and proportional to E below the first.
EARTH_ENERGIES = np.concatenate([np.geomspace(0.1, 3.0, 16)[:-1], np.linspace(3.0, 19.0, 33)])


@dataclass(frozen=True, eq=False)
class Production:
    """Where neutrinos of one source are made: nodes of a quadrature in the density of electrons.

    `density` [n] (MeV^3), `neutrons` [n] per electron, `weights` [n], sum one.
    """

    # Numbers of a solar model: never an input of a compiled program.
    STATIC: ClassVar[bool] = True

    density: Any
    neutrons: Any
    weights: Any


@dataclass(frozen=True, eq=False)
class SolarPropagation:
    """How nu_e from the Sun arrive, as functions of the energy.

    Parameters
    ----------
    scheme : one of `OSCILLATIONS`.

        - "msw-adiabatic": three flavours in matter, exact adiabatic levels (`adiabatic_probabilities`);
        - "msw-two-flavour": the textbook reduction (`two_flavour_probabilities`), standard matter only;
        - "vacuum-averaged": P_k = |U_ek|^2, no matter;
        - "none": nu_e.
    mixing : `Mixing`.
    potential : `MatterPotential` of the Sun and the Earth, the standard one by default.
    time : one of `TIMES`.
    regenerated : array [n, 3, 3, 3], what the Earth adds at night (`earth_regeneration`); needed where time is not "day".

    Raises
    ------
    InputError : an unknown word; night without what the Earth adds, without matter, or in the two-flavour reduction.
    """

    scheme: str = "msw-adiabatic"
    mixing: Mixing = field(default_factory=Mixing)
    potential: MatterPotential = field(default_factory=standard_potential)
    time: str = "day"
    regenerated: Any = None

    def __post_init__(self) -> None:
        if self.scheme not in OSCILLATIONS:
            raise unknown("oscillation scheme", self.scheme, OSCILLATIONS)
        if self.time not in TIMES:
            raise unknown("time of day", self.time, TIMES)
        if self.time != "day" and self.scheme != "msw-adiabatic":
            raise InputError(
                f"At night the Earth's matter acts, which oscillation = {self.scheme!r} does not know. Give "
                "oscillation = 'msw-adiabatic', or time_of_day = 'day'."
            )
        if (self.regenerated is None) != (self.time == "day"):
            raise InputError(
                "The paths through the Earth depend on the detector's latitude: give it with time_of_day = 'night' or "
                f"'day-and-night', and only then; the time here is {self.time!r}."
            )

    @property
    def is_constant(self) -> bool:
        """Whether every energy arrives in one state."""
        return self.scheme in ("vacuum-averaged", "none")

    def mass_probabilities(self, energy: Any, production: Production) -> Any:
        """P_k [..., 3]: shares of the mass states that arrive at the Earth, before its matter.

        Raises
        ------
        InputError : the scheme "none", in which mass states stay coherent.
        """
        E = jnp.asarray(energy, float)
        if self.scheme == "msw-adiabatic":
            return adiabatic_probabilities(
                E, production.density, production.neutrons, production.weights, self.mixing, self.potential
            )
        if self.scheme == "msw-two-flavour":
            return two_flavour_probabilities(E, production.density, production.weights, self.mixing)
        if self.scheme == "none":
            raise InputError("Without oscillations a solar neutrino is a nu_e, no mixture of mass states.")
        return jnp.broadcast_to(jnp.abs(self.mixing.unitary[0]) ** 2, (*E.shape, 3))

    def state(self, energy: Any, production: Production) -> Any:
        """Density matrix [..., 3, 3] at the detector, flavour basis."""
        functions, matrices = self.terms(energy, production)
        return jnp.tensordot(jnp.asarray(functions, complex), matrices, axes=1)

    def terms(self, energy: Any, production: Production) -> tuple[Any, Any]:
        """Functions f_m [..., m] and matrices M_m [m, 3, 3] whose products sum to the density matrix."""
        if self.scheme == "none":
            return jnp.ones((*jnp.shape(energy), 1)), flavour_state("e")[None]
        U = self.mixing.unitary
        by_day = jnp.einsum("ik,jk->kij", U, jnp.conj(U))
        P = self.mass_probabilities(energy, production)
        if self.is_constant:
            return jnp.ones((*jnp.shape(energy), 1)), jnp.tensordot(P.reshape(-1, 3)[0], by_day, axes=1)[None]
        if self.time == "day":
            return P, by_day
        share = 1.0 if self.time == "night" else 0.5
        # The effect over E is smooth down to zero energy, where it vanishes like E.
        E = jnp.asarray(energy, float)
        M = by_day + share * E[..., None, None, None] * _cubic(EARTH_ENERGIES, self.regenerated, E)
        rho = jnp.einsum("...k,...kij->...ij", P, M)
        return rho.reshape(*jnp.shape(energy), 9), jnp.eye(9, dtype=complex).reshape(9, 3, 3)


def earth_regeneration(exposure: Exposure, mixing: Mixing, potential: MatterPotential) -> Any:
    """What the Earth adds at night to U |k><k| U^dagger, divided by the energy, at `EARTH_ENERGIES`: [n, 3, 3, 3] (1/MeV).

    Parameters
    ----------
    exposure : `Exposure`, as of `night_exposure`.
    mixing, potential : `Mixing` and `MatterPotential`.
    """
    return compiled(_regeneration, exposure, mixing, potential)


def _regeneration(exposure: Exposure, mixing: Mixing, potential: MatterPotential) -> Any:
    U = mixing.unitary
    by_day = jnp.einsum("ik,jk->kij", U, jnp.conj(U))
    behind = earth_states(EARTH_ENERGIES, exposure, mixing, potential)
    return (behind - by_day) / EARTH_ENERGIES[:, None, None, None]


def _cubic(nodes: np.ndarray, values: Any, at: Any) -> Any:
    """Lagrange interpolation through the four nodes around each point; the end values outside."""
    x = jnp.clip(at, nodes[0], nodes[-1])
    first = jnp.clip(jnp.searchsorted(nodes, x, side="right") - 2, 0, len(nodes) - 4)
    near = [jnp.asarray(nodes)[first + i] for i in range(4)]
    total: Any = 0.0
    for i in range(4):
        weight: Any = 1.0
        for j in range(4):
            if i != j:
                weight = weight * (x - near[j]) / (near[i] - near[j])
        total = total + weight[..., None, None, None] * values[first + i]
    return total

"""Dark matter behind a vector mediator: a dark photon, or a boson of baryon number.

    L = g_D A'_mu J_chi^mu + epsilon e A'_mu sum_f Q_f fbar gamma^mu f,    alpha_D = g_D^2/(4 pi),  e^2 = 4 pi alpha,

with chi a Dirac fermion, J = chibar gamma chi, or a complex scalar, J = i(chi^* d chi - chi d chi^*): results differ by factors, and no
default of the literature holds for all. Q_f is the electric charge (kinetic mixing) or the baryon number (then epsilon e = g_B).
One theory feeds all three: production reads the mixing and the masses, the width tells where the mediator goes, and scattering asks
for `charges()`, c = epsilon e g_D on a proton.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf, pi
from typing import Any

import jax.numpy as jnp

from weakscatter import constants
from weakscatter.grids import gauss_legendre, is_concrete
from weakscatter.inference.parameter import Parameter
from weakscatter.interactions.charge import Charge
from weakscatter.interactions.photon import photon_charges
from weakscatter.interactions.theory import together
from weakscatter.provenance.errors import InputError, unknown

#: What dark matter is. There is a particle and an antiparticle of each.
DARK_SPINS = ("dirac", "scalar")

#: What is counted: printed with every result, since papers differ by factors.
SPECIES_COUNTED = {
    "dirac": "Dirac fermion, chi and antichi counted both",
    "scalar": "complex scalar, chi and its antiparticle counted both",
}

#: What the mediator couples to.
COUPLES_TO = ("charge", "baryon-number")

_EPSILON_UNIT, _EPSILON_SCALE = "1e-4", 1e-4

_OFF_SHELL_POINTS = 64  # doubled, the yield of pi0 for m_A = 3 m, alpha_D = 0.5 moves by less than 1e-6


@dataclass(frozen=True, eq=False, kw_only=True)
class VectorPortal:
    """Dark matter chi of mass m behind a vector mediator of mass m_A.

    Parameters
    ----------
    mass : m (MeV), positive.
    mediator_mass : m_A (MeV), positive.
    epsilon : kinetic mixing; for baryon number g_B/e.
    alpha_dark : alpha_D = g_D^2/(4 pi).
    spin : "dirac" or "scalar".
    couples_to : "charge" (dark photon: protons and electrons) or "baryon-number" (protons and neutrons alike, no leptons).

    Raises
    ------
    InputError : a mass that is not positive and finite, a negative alpha_D, a word that is not known.

    Notes
    -----
    Only even powers of epsilon enter. Parameters of a fit: `epsilon` in 1e-4 or `epsilon_squared` in 1e-8, `alpha_dark`, `m_chi` and `m_mediator` in MeV.

    Examples
    --------
    >>> portal = VectorPortal(mass=10.0, mediator_mass=30.0, epsilon=1e-4)
    >>> f"{float(portal.width_invisible()):.4f}"  # MeV
    '4.5550'
    """

    mass: Any = field(metadata={"unit": "MeV", "least": 0.0})
    mediator_mass: Any = field(metadata={"unit": "MeV", "least": 0.0})
    epsilon: Any = field(default=0.0, metadata={"unit": ""})
    alpha_dark: Any = field(default=0.5, metadata={"unit": "", "least": 0.0})
    spin: str = field(default="dirac", metadata={"words": DARK_SPINS})
    couples_to: str = field(default="charge", metadata={"words": COUPLES_TO})
    kind = "dark-photon"
    citations = ("deniverville2011", "dutta2020")

    def __post_init__(self) -> None:
        for name, mass in (("dark matter", self.mass), ("mediator", self.mediator_mass)):
            if is_concrete(mass) and not 0 < mass < inf:
                raise InputError(f"the mass of the {name} must be positive and finite; got {mass} MeV.")
        if is_concrete(self.alpha_dark) and not 0 <= self.alpha_dark < inf:
            raise InputError(
                f"alpha_dark = {self.alpha_dark}: it is g_D^2/(4 pi), finite and not negative. Only the square of g_D enters."
            )
        if is_concrete(self.epsilon) and not abs(self.epsilon) < inf:
            raise InputError(f"epsilon must be finite; got {self.epsilon}.")
        if self.spin not in DARK_SPINS:
            raise unknown("spin of dark matter", self.spin, DARK_SPINS)
        if self.couples_to not in COUPLES_TO:
            raise unknown("coupling of the mediator", self.couples_to, COUPLES_TO)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        def start(value: Any, otherwise: float) -> float:
            return float(value) if is_concrete(value) else otherwise

        return (
            Parameter("epsilon", abs(start(self.epsilon, 0.0)) / _EPSILON_SCALE, unit=_EPSILON_UNIT, lower=0.0, squared=True,
                      description="kinetic mixing of the dark photon, or g_B/e"),
            Parameter("epsilon_squared", start(self.epsilon, 0.0) ** 2 / _EPSILON_SCALE**2, unit="1e-8", lower=0.0, squared=True,
                      description="its square, of which counts at a beam are the square: what a fit should vary"),
            Parameter("alpha_dark", start(self.alpha_dark, 0.5), lower=0.0, description="g_D^2/(4 pi)"),
            Parameter("m_chi", start(self.mass, 10.0), unit="MeV", lower=0.0, description="mass of dark matter"),
            Parameter("m_mediator", start(self.mediator_mass, 30.0), unit="MeV", lower=0.0,
                      description="mass of the vector mediator"),
        )  # fmt: skip

    def from_values(self, values: Mapping[str, Any]) -> VectorPortal:
        if "epsilon" in values and "epsilon_squared" in values:
            raise InputError("'epsilon' and 'epsilon_squared' are one parameter; name one of them.")
        epsilon = values["epsilon"] * _EPSILON_SCALE if "epsilon" in values else self.epsilon
        if "epsilon_squared" in values:
            epsilon = jnp.sqrt(values["epsilon_squared"]) * _EPSILON_SCALE
        return replace(
            self,
            epsilon=epsilon,
            alpha_dark=values.get("alpha_dark", self.alpha_dark),
            mass=values.get("m_chi", self.mass),
            mediator_mass=values.get("m_mediator", self.mediator_mass),
        )

    @property
    def species(self) -> str:
        """What is counted, in words."""
        return SPECIES_COUNTED[self.spin]

    @property
    def coupling(self) -> Any:
        """epsilon e g_D, what multiplies current times current."""
        return 4 * pi * self.epsilon * (constants.alpha * self.alpha_dark) ** 0.5

    def charges(self) -> tuple[Charge, ...]:
        # One species: the first entry of the matrix, as the state of the beam has it.
        matrix = jnp.zeros((3, 3), dtype=complex).at[0, 0].set(self.coupling)
        if self.couples_to == "charge":
            proton, electron = photon_charges("vector", matrix, mass=self.mediator_mass)
            return tuple(replace(charge, projectile="dark-matter") for charge in (proton, electron))
        return tuple(
            Charge("vector", on, matrix, self.mediator_mass, projectile="dark-matter") for on in ("p", "n")
        )

    def width_invisible(self, mass: Any = None) -> Any:
        """Width (MeV) to chi chibar of a mediator of `mass` (MeV; m_A if None), exactly zero below 2 m.

        Dirac: (alpha_D M/3)(1 + 2 m^2/M^2) beta, complex scalar: (alpha_D M/12) beta^3, beta = sqrt(1 - 4 m^2/M^2).
        """
        M = self.mediator_mass if mass is None else mass
        ratio = self.mass**2 / M**2
        beta2 = jnp.maximum(1 - 4 * ratio, 0.0)
        # sqrt has no derivative at zero: away from it where nothing is open.
        beta = jnp.where(beta2 > 0, jnp.sqrt(jnp.where(beta2 > 0, beta2, 1.0)), 0.0)
        if self.spin == "dirac":
            return self.alpha_dark * M / 3 * (1 + 2 * ratio) * beta
        return self.alpha_dark * M / 12 * beta2 * beta

    def width_leptons(self, mass: Any = None) -> Any:
        """Width (MeV) to e+ e- and mu+ mu-, (epsilon^2 alpha M/3)(1 + 2 m_l^2/M^2) sqrt(1 - 4 m_l^2/M^2) each.

        Hadrons, open above 2 m_pi, are left out: epsilon^2 alpha/alpha_D of the invisible width like leptons. A boson of baryon number
        has no leptons at tree level.
        """
        M = self.mediator_mass if mass is None else mass
        if self.couples_to == "baryon-number":
            return 0.0 * M
        total = 0.0
        for lepton in (constants.m_e, constants.m_mu):
            ratio = lepton**2 / M**2
            beta2 = jnp.maximum(1 - 4 * ratio, 0.0)
            beta = jnp.where(beta2 > 0, jnp.sqrt(jnp.where(beta2 > 0, beta2, 1.0)), 0.0)
            total = total + self.epsilon**2 * constants.alpha * M / 3 * (1 + 2 * ratio) * beta
        return total

    def invisible_branching(self) -> Any:
        """Gamma(A' -> chi chibar) over the sum of the widths; exactly zero for m_A < 2 m."""
        invisible = self.width_invisible()
        total = invisible + self.width_leptons()
        return jnp.where(invisible > 0, invisible / jnp.where(total > 0, total, 1.0), 0.0)

    def pair_nodes(self, highest: Any) -> tuple[Any, Any]:
        """Nodes s [..., n] (MeV^2) of the virtual mediator up to `highest` [...] and the number of pairs in each, in place of one photon.

        epsilon^2 (sqrt s Gamma_chi(s)/pi)/[(s - m_A^2)^2 + s Gamma(s)^2] ds, nodes spread like the resonance, s = m_A^2 + w tan x; its width
        is that of the mediator. Zero where `highest` is below 4 m^2.
        """
        m2, low = self.mediator_mass**2, 4 * self.mass**2
        high = jnp.maximum(jnp.asarray(highest, float)[..., None], low)
        width = self.width_invisible() + self.width_leptons()
        spread = jnp.where(width > 0, self.mediator_mass * width, 0.1 * m2)
        x, w = gauss_legendre(_OFF_SHELL_POINTS)
        first, last = jnp.arctan((low - m2) / spread), jnp.arctan((high - m2) / spread)
        angle = first + (last - first) * (x + 1) / 2
        s = jnp.clip(m2 + spread * jnp.tan(angle), low, high)
        weight = (last - first) * w / 2 * spread / jnp.cos(angle) ** 2
        M = jnp.sqrt(s)
        invisible = M * self.width_invisible(M)
        whole = invisible + M * self.width_leptons(M)
        return s, self.epsilon**2 * invisible / pi / ((s - m2) ** 2 + whole**2) * weight

    __add__ = together

"""Slow dark matter on electrons, protons and neutrons: contact and exchange terms with and without spin.

    L = sum_f [c1 (chi^+ chi)(f^+ f) + c4 (chi^+ S chi).(f^+ S f)] + the same with d1/(q^2 + m^2), d4/(q^2 + m^2),   f = e, p, n

On a free target: sigma = c1^2 mu^2/pi, and c4^2 s(s + 1) s_f(s_f + 1)/3 in place of c1^2 with spins; momenta are far above energies,
so that a propagator is 1/(q^2 + m^2). Terms of one operator and constituent add before they are squared; c1 and c4 do not interfere on
targets without polarisation. The sign of the Lagrangian is that of no potential: only relative signs count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.grids import is_concrete
from weakscatter.interactions.conventions.dark_matter import REFERENCE_MOMENTUM, c1_of_sigma
from weakscatter.provenance.errors import InputError, unknown

OPERATORS = ("density", "spin")
CONSTITUENTS = ("e", "p", "n")


@dataclass(frozen=True)
class SlowTerm:
    """One term: ``strength`` in MeV^-2 for a contact term (``mediator`` None), a number for exchange, g_chi g_f.

    ``mediator`` is the mass (MeV) of the exchanged particle, 0 for long range.
    """

    operator: str
    on: str
    strength: Any
    mediator: Any = None

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            raise unknown("operator of slow dark matter", self.operator, OPERATORS)
        if self.on not in CONSTITUENTS:
            raise unknown("constituent that dark matter scatters on", self.on, CONSTITUENTS)
        if is_concrete(self.strength) and not np.isfinite(self.strength):
            raise InputError(f"the strength of a term must be finite; got {self.strength!r}.")
        if (
            self.mediator is not None
            and is_concrete(self.mediator)
            and not (np.isfinite(self.mediator) and self.mediator >= 0)
        ):
            raise InputError(
                f"the mass of a mediator must be finite and not negative (MeV); got {self.mediator!r}. Leave it out for a contact term."
            )

    def amplitude(self, q: Any) -> Any:
        """c(q) (MeV^-2) at a momentum transfer q (MeV)."""
        if self.mediator is None:
            return self.strength * jnp.ones_like(q)
        return self.strength / (q**2 + self.mediator**2)


@dataclass(frozen=True)
class SlowDarkMatter:
    """A slow particle chi and what it couples to.

    Parameters
    ----------
    mass : m_chi (MeV), positive.
    terms : `SlowTerm` objects; they add.
    spin : s_chi, 1/2 by default; it matters for spin terms alone.

    Examples
    --------
    >>> from weakscatter.units import cm
    >>> chi = electron_scatterer(100.0, 1e-37 * cm**2, "light")
    >>> float(chi.amplitude("density", "e", 2 * REFERENCE_MOMENTUM) / chi.amplitude("density", "e", REFERENCE_MOMENTUM))
    0.25
    """

    mass: Any
    terms: tuple[SlowTerm, ...]
    spin: float = 0.5
    citations: ClassVar[tuple[str, ...]] = ("essig2012", "chen2015h")

    def __post_init__(self) -> None:
        if is_concrete(self.mass) and not (np.isfinite(self.mass) and self.mass > 0):
            raise InputError(f"the mass of dark matter must be positive and finite (MeV); got {self.mass!r}.")
        if not self.terms:
            raise InputError("dark matter without a term scatters on nothing. Give at least one coupling.")
        if self.spin < 0 or 2 * self.spin != int(2 * self.spin):
            raise InputError(f"a spin is 0, 1/2, 1, ...; got {self.spin!r}.")
        if self.spin == 0 and any(term.operator == "spin" for term in self.terms):
            raise InputError("a particle without spin has no spin term: give spin = 1/2, or density terms.")

    def couples_to(self, operator: str, *on: str) -> bool:
        """Whether there is a term of an operator on any of these constituents."""
        return any(term.operator == operator and term.on in on for term in self.terms)

    def amplitude(self, operator: str, on: str, q: Any) -> Any:
        """c(q) (MeV^-2), all terms of an operator on one constituent."""
        parts = [term.amplitude(q) for term in self.terms if (term.operator, term.on) == (operator, on)]
        return sum(parts, jnp.zeros_like(q))

    @property
    def spin_factor(self) -> float:
        """s(s + 1)/3: average of one component of S_chi squared."""
        return self.spin * (self.spin + 1) / 3


def electron_scatterer(
    mass: Any, sigma_e: Any, mediator: Any = "heavy", *, spin_dependent: bool = False
) -> SlowDarkMatter:
    """Return dark matter that scatters on electrons with a reference cross section.

    Parameters
    ----------
    mass : m_chi (MeV).
    sigma_e : cross section on a free electron at q_0 = alpha m_e (MeV^-2), positive.
    mediator : "heavy" (F_DM = 1), "light" (F_DM = (alpha m_e/q)^2), or its mass (MeV), F_DM = (m^2 + q_0^2)/(m^2 + q^2).
    spin_dependent : c4 in place of c1, for spins 1/2: c4^2 3/16 = c1^2.
    """
    if is_concrete(sigma_e) and not (np.isfinite(sigma_e) and sigma_e > 0):
        raise InputError(
            f"sigma_e must be positive and finite (MeV^-2); got {sigma_e!r}. In cm^2: 1e-37 * cm**2."
        )
    if isinstance(mediator, str) and mediator not in ("heavy", "light"):
        raise InputError(f"mediator = {mediator!r}; allowed are 'heavy', 'light' and a mass (MeV).")
    c = c1_of_sigma(sigma_e, mass, constants.m_e)
    if spin_dependent:
        c = c * (16 / 3) ** 0.5
    operator = "spin" if spin_dependent else "density"
    if isinstance(mediator, str) and mediator == "heavy":
        return SlowDarkMatter(mass, (SlowTerm(operator, "e", c),))
    m = 0.0 if isinstance(mediator, str) else mediator
    return SlowDarkMatter(mass, (SlowTerm(operator, "e", c * (m**2 + REFERENCE_MOMENTUM**2), m),))


def effective_dark_matter(
    mass: Any, *, c1: Mapping[str, Any] | None = None, c4: Mapping[str, Any] | None = None,
    d1: Mapping[str, Any] | None = None, d4: Mapping[str, Any] | None = None, spin: float = 0.5,
) -> SlowDarkMatter:  # fmt: skip
    """Return dark matter from the coefficients of the effective Lagrangian, {"e": ..., "p": ..., "n": ...} each.

    c1, c4 in MeV^-2 (contact), d1, d4 pure numbers (long range, divided by q^2).
    """
    terms = [
        SlowTerm(operator, on, strength, mediator)
        for given, operator, mediator in ((c1, "density", None), (c4, "spin", None), (d1, "density", 0.0), (d4, "spin", 0.0))
        for on, strength in (given or {}).items()
    ]  # fmt: skip
    return SlowDarkMatter(mass, tuple(terms), spin)


def dark_photon_matter(mass: Any, mixing: Any, mediator_mass: Any, alpha_D: Any) -> SlowDarkMatter:
    """Return dark matter charged under a dark photon: eps e g_D Q_f/(q^2 + m_A^2) on electrons (Q = -1) and protons (+1).

    A millicharge delta e is m_A = 0, alpha_D = alpha and mixing = delta: `millicharged_matter`.
    """
    strength = mixing * 4 * pi * (constants.alpha * alpha_D) ** 0.5
    return SlowDarkMatter(
        mass,
        (
            SlowTerm("density", "e", -strength, mediator_mass),
            SlowTerm("density", "p", strength, mediator_mass),
        ),
    )


def millicharged_matter(mass: Any, charge: Any) -> SlowDarkMatter:
    """Return dark matter of mass m (MeV) and charge delta e: +-4 pi alpha delta/q^2 on protons and electrons.

    On electrons sigma_e = 16 pi mu_e^2 delta^2/(alpha^2 m_e^4) with F_DM = (alpha m_e/q)^2. The screening of a medium is left out.
    """
    if is_concrete(charge) and not np.isfinite(charge):
        raise InputError(f"the charge of a particle must be finite; got {charge!r} e.")
    return dark_photon_matter(mass, charge, 0.0, constants.alpha)

"""The mixing matrix of three neutrinos, with its CP and Majorana phases."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.interactions import NATURES
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.units import eV

_ANGLES = ("sin2_theta_12", "sin2_theta_13", "sin2_theta_23")
_PHASES = ("delta_cp", "majorana_21", "majorana_31")


def _about(text: str, unit: str = "") -> dict[str, str]:
    return {"text": text, "unit": unit}


@dataclass(frozen=True, eq=False)
class Mixing:
    """Mixing angles, phases and squared-mass differences; nu_l = sum_k U[l, k] nu_k for the fields.

        U = R_23 diag(1, 1, e^{i delta}) R_13 diag(1, 1, e^{-i delta}) R_12 diag(1, e^{i alpha_21/2}, e^{i alpha_31/2})

    (Particle Data Group). Defaults are the normal ordering of NuFIT 6.0 with the atmospheric data of Super-Kamiokande.

    Parameters
    ----------
    sin2_theta_12, sin2_theta_13, sin2_theta_23 : sin^2 of the angles.
    delta_cp, majorana_21, majorana_31 : phases (rad); the last two are seen only in matrices of Majorana neutrinos, in which
        U also turns the final state.
    delta_m2_21, delta_m2_31 : m_k^2 - m_1^2 (MeV^2); the second is negative for the inverted ordering.
    nature : "dirac" or "majorana".

    Raises
    ------
    InputError : a sin^2 outside [0, 1], which makes no unitary matrix; a phase that is not finite; a negative
        delta_m2_21, which is what tells state 1 from state 2; Majorana phases of Dirac neutrinos.
    """

    sin2_theta_12: Any = field(default=0.308, metadata=_about("sin^2 of theta_12"))
    sin2_theta_13: Any = field(default=0.02215, metadata=_about("sin^2 of theta_13"))
    sin2_theta_23: Any = field(default=0.470, metadata=_about("sin^2 of theta_23"))
    delta_cp: Any = field(default=212 * pi / 180, metadata=_about("CP phase", "deg"))
    delta_m2_21: Any = field(default=7.49e-5 * eV**2, metadata=_about("m_2^2 - m_1^2", "eV^2"))
    delta_m2_31: Any = field(
        default=2.513e-3 * eV**2, metadata=_about("m_3^2 - m_1^2, negative for the inverted ordering", "eV^2")
    )
    majorana_21: Any = field(default=0.0, metadata=_about("Majorana phase alpha_21", "deg"))
    majorana_31: Any = field(default=0.0, metadata=_about("Majorana phase alpha_31", "deg"))
    nature: str = "dirac"
    citations = ("esteban2024",)

    def __post_init__(self) -> None:
        if self.nature not in NATURES:
            raise unknown("nature of the neutrino", self.nature, NATURES)
        for name in _ANGLES:
            value = getattr(self, name)
            if is_concrete(value) and not 0 <= value <= 1:
                raise InputError(
                    f"{name} = {value} makes no unitary mixing matrix; give a number from 0 to 1."
                )
        for name in (*_PHASES, "delta_m2_21", "delta_m2_31"):
            value = getattr(self, name)
            if is_concrete(value) and not np.isfinite(value):
                raise InputError(f"{name} must be finite; got {value}.")
        if is_concrete(self.delta_m2_21) and self.delta_m2_21 < 0:
            raise InputError(
                f"delta_m2_21 = {self.delta_m2_21 / eV**2:g} eV^2 is negative: state 2 is the heavier of the two by "
                "definition. The ordering is the sign of delta_m2_31."
            )
        given = [n for n in _PHASES[1:] if is_concrete(getattr(self, n)) and getattr(self, n) != 0]
        if self.nature == "dirac" and given:
            raise InputError(
                f"{given[0]} is a phase of Majorana neutrinos; give nature = 'majorana' or leave it out."
            )

    @property
    def unitary(self) -> Any:
        """U[l, k] [3, 3], flavour l from mass state k."""
        (s12, c12), (s13, c13), (s23, c23) = (
            (jnp.sqrt(x), jnp.sqrt(1 - x)) for x in (jnp.asarray(getattr(self, n), float) for n in _ANGLES)
        )
        e = jnp.exp(1j * jnp.asarray(self.delta_cp, float))
        rows = (
            (c12 * c13, s12 * c13, s13 / e),
            (-s12 * c23 - c12 * s23 * s13 * e, c12 * c23 - s12 * s23 * s13 * e, s23 * c13),
            (s12 * s23 - c12 * c23 * s13 * e, -c12 * s23 - s12 * c23 * s13 * e, c23 * c13),
        )
        matrix = jnp.stack([jnp.stack([jnp.asarray(x, complex) for x in row]) for row in rows])
        halves = jnp.stack([jnp.asarray(x, float) / 2 for x in (0.0, self.majorana_21, self.majorana_31)])
        return matrix * jnp.exp(1j * halves)

    @property
    def squared_masses(self) -> Any:
        """m_k^2 - m_1^2 [3] (MeV^2); nothing here depends on m_1."""
        return jnp.stack([jnp.asarray(x, float) for x in (0.0, self.delta_m2_21, self.delta_m2_31)])

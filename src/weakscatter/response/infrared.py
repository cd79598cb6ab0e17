"""What cuts the photon pole off: a mass of the neutrino or a smallest Q^2, always given, never assumed.

A charge that exchanges photons with a bound electron has the transverse rate

    dsigma/dT ~ R_11+22(T, T) integral dQ^2/Q^2,      Q^2 from 0 for a massless neutrino,

a logarithm that no property of the target ends. A neutrino of mass m cannot come closer than Q^2 = m^2 T^2/(E E'), up to
(m/E)^2. The equivalent-photon approximation and the full contraction have the same logarithm and take the same regulator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class InfraredMass:
    """A mass of the neutrino (MeV), the same before and after, in the kinematics and in the vector current."""

    mass: Any
    q2_min = 0.0

    def __post_init__(self) -> None:
        _positive("infrared_neutrino_mass", self.mass, "MeV")


@dataclass(frozen=True, eq=False)
class InfraredCut:
    """A smallest Q^2 (MeV^2); everything below is left out, the neutrino stays massless."""

    q2_min: Any
    mass = 0

    def __post_init__(self) -> None:
        _positive("infrared_q2_min", self.q2_min, "MeV^2")


def _positive(name: str, value: Any, unit: str) -> None:
    if is_concrete(value) and not (np.ndim(value) == 0 and np.isfinite(value) and value > 0):
        raise InputError(f"{name} must be one positive, finite number in {unit}; got {value}.")


def infrared_regulator(
    *, infrared_neutrino_mass: Any = None, infrared_q2_min: Any = None
) -> InfraredMass | InfraredCut | None:
    """Return the regulator that one of two numbers describes, or None where none is given.

    Parameters
    ----------
    infrared_neutrino_mass : mass (MeV), or None.
    infrared_q2_min : smallest Q^2 (MeV^2), or None.

    Raises
    ------
    InputError : both are given, or one is not positive.
    """
    if infrared_neutrino_mass is not None and infrared_q2_min is not None:
        raise InputError(
            "Both infrared_neutrino_mass and infrared_q2_min are given; each of them ends the photon logarithm. Keep one."
        )
    if infrared_neutrino_mass is not None:
        return InfraredMass(infrared_neutrino_mass)
    return None if infrared_q2_min is None else InfraredCut(infrared_q2_min)

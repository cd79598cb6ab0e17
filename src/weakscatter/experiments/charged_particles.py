"""Limits on the charge of new particles from a background level at threshold, as germanium beside a reactor gives them.

Nothing is subtracted: the charge is excluded at which the signal's density at threshold is the background's. Production and scattering go
with delta^2 each, so that delta = delta_0 (level/density_0)^(1/4), and an error of a factor of two in a flux is one of 19 % in delta.
The photons that make the pairs are an input of the user's: no spectrum is published in our sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from weakscatter.flux import dark_matter_beam
from weakscatter.interactions import Millicharged
from weakscatter.matter import material
from weakscatter.model import electron_targets, recoil_spectrum
from weakscatter.provenance.errors import InputError
from weakscatter.response import ab_initio
from weakscatter.units import kg

#: The charge at which spectra are calculated.
_REFERENCE = 1e-6


@dataclass(frozen=True, eq=False)
class ChargeLimit:
    """The charge (e) at which a signal at threshold is as high as the background; None where nothing is made.

    `density` is the signal (events per mass, time and energy) at `charge`; `species` says what is counted, `rule` how.
    """

    mass: float
    charge: float | None
    density: float
    threshold: float
    species: str
    rule: str = "density of the signal at threshold equals the background's; no confidence level"


def charged_particle_limits(
    channels: Iterable[Any], masses: Iterable[float], *, exposure: Any, duration: Any, distance: Any, threshold: Any, level: Any,
    element: str = "Ge", response: Any = ab_initio, spin: str = "dirac",
) -> tuple[ChargeLimit, ...]:  # fmt: skip
    """Limits on the charge of a particle against its mass, from a background level at threshold.

    Parameters
    ----------
    channels : `PhotonConversion` of a photon spectrum, `MesonDecay`, or a channel of the user's.
    masses : m (MeV).
    exposure : what the channels count per in `duration`: fissions, protons.
    duration : time in which `exposure` happens (MeV^-1).
    distance : from source to detector (MeV^-1).
    threshold : energy (MeV) of electronic recoils at which the level is stated.
    level : background (natural units: divide a number of 1/(kg keV day) by kg keV day).
    element : of the detector.
    response : function of an element's symbol that returns the response of its atom, `ab_initio` by default; `EquivalentPhoton`,
        `LongitudinalPhoton` or `FreeElectrons` give the approximations.
    spin : as in `Millicharged`.

    Raises
    ------
    InputError : numbers that are not positive, and what theory, channels and tables refuse.
    """
    for name, value in (("duration", duration), ("threshold", threshold), ("level", level)):
        if not 0 < value < np.inf:
            raise InputError(f"{name} of a charge limit must be positive and finite; got {value!r}.")
    channels = tuple(channels)
    targets = electron_targets(material(element), 1 * kg, response)
    found = []
    for m in masses:
        theory = Millicharged(mass=float(m), charge=_REFERENCE, spin=spin)
        beam = dark_matter_beam(theory, channels, protons=exposure, distance=distance)
        spectra = recoil_spectrum(beam, targets, theory, np.array([float(threshold)]))
        density = float(sum(np.asarray(one)[0] for one in spectra.values())) / (1 * kg) / float(duration)
        charge = _REFERENCE * (float(level) / density) ** 0.25 if density > 0 else None
        size = density if charge is None else float(level)
        found.append(ChargeLimit(float(m), charge, size, float(threshold), theory.species))
    return tuple(found)

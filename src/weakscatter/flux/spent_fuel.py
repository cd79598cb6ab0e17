"""Antineutrinos of fission products that are still there when fission has stopped.

A parent with cumulative yield Y per fission, irradiated for t_i at a rate of F fissions per time, cooled for t_c and then
watched for t, decays

    F Y (1 - exp(-lambda t_i)) exp(-lambda t_c) (1 - exp(-lambda t))/lambda

times; its daughters are in equilibrium with it (`beta_emitters`). So the beam of a reactor that is switched off, of a pond
beside it, or of the nuclides that converted spectra measured after hours do not contain.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.flux import fission
from weakscatter.flux.beam import Beam
from weakscatter.flux.beta_decay import summed
from weakscatter.flux.beta_emitters import BETA_EMITTERS
from weakscatter.flux.checked import require_positive
from weakscatter.flux.radioactive import decays
from weakscatter.flux.reactor import checked_fractions, energy_per_fission
from weakscatter.flux.tabulated import Tabulated
from weakscatter.grids import is_concrete
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError


def spent_fuel(
    *, power: Any, distance: Any, duration: Any, irradiation: Any, cooling: Any = 0.0,
    fractions: Mapping[str, float] | None = None,
) -> Beam:  # fmt: skip
    """Antineutrinos of long-lived fission products after shutdown.

    Parameters
    ----------
    power : thermal power while the fuel was irradiated, constant.
    distance : from the fuel to the detector.
    duration : of the run, in which the nuclides go on decaying.
    irradiation : how long the fuel was irradiated before.
    cooling : from the end of irradiation to the start of the run.
    fractions : fissions by isotope, sum one; `fission.FRACTIONS` by default.

    Returns
    -------
    Beam with one component "nu_e_bar NUCLIDE" for each parent of `beta_emitters.BETA_EMITTERS`. Above 1.8 MeV what is missing are
    nuclides that live for hours to days (93Y, 97Zr, 132Te, 140Ba), gone a month after shutdown.

    Raises
    ------
    InputError : numbers out of range, bad fractions.

    Examples
    --------
    >>> from weakscatter.units import GW, day, m
    >>> core = spent_fuel(power=3 * GW, distance=30 * m, duration=30 * day, irradiation=450 * day)
    >>> core.labels[0]
    'nu_e_bar Ce144'
    """
    fractions = checked_fractions(fission.FRACTIONS if fractions is None else fractions)
    require_positive("Spent fuel", power=power, distance=distance, duration=duration, irradiation=irradiation)
    if is_concrete(cooling) and not 0 <= cooling < inf:
        raise InputError(f"Spent fuel: cooling must not be negative; got {cooling}.")
    rate = power / energy_per_fission(fractions)
    parts = []
    for name, emitter in BETA_EMITTERS.items():
        per_fission = sum(share * emitter.yields[isotope] for isotope, share in fractions.items())
        built_up = -jnp.expm1(-jnp.log(2.0) * irradiation / emitter.half_life)
        number = decays(emitter.half_life, rate * per_fission * built_up, duration, cooling)
        E, phi = summed(emitter.branches)
        fluence = number * float(np.trapezoid(phi, E)) / (4 * pi * distance**2)
        parts.append(Tabulated(f"nu_e_bar {name}", E, phi, fluence, flavour_state("e"), antineutrino=True))
    return Beam(tuple(parts), ("ensdf", "kopeikin2004"), distance)

"""Neutrinos of a radioactive source: lines of electron capture, or the antineutrinos of a beta emitter.

    decays = A/lambda exp(-lambda t_0) (1 - exp(-lambda t)),   fluence = decays x neutrinos per decay / (4 pi distance^2)

with the activity A stated t_0 before the run of length t begins. A source decays while one looks at it: 28 d of 51Cr give 0.72
of what the first day promises.
"""

from __future__ import annotations

from math import inf, pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.flux.beam import Beam
from weakscatter.flux.beta_decay import summed
from weakscatter.flux.beta_emitters import BETA_EMITTERS
from weakscatter.flux.checked import require_positive
from weakscatter.flux.line import Line
from weakscatter.flux.tabulated import Tabulated
from weakscatter.grids import is_concrete
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.units import day, keV

#: Electron captures: half-life, and (energy, neutrinos per decay) of each line. 51Cr as in the sheet of its sources, where the lines
#: to the level at 320 keV are 10 % of all; 37Ar by capture from the K shell and from the others (recalled).
CAPTURES = {
    "Cr51": (27.70 * day, ((747 * keV, 0.816), (752 * keV, 0.085), (427 * keV, 0.090), (432 * keV, 0.009))),
    "Ar37": (35.01 * day, ((811 * keV, 0.902), (813.5 * keV, 0.098))),
}
#: Names of sources.
NUCLIDES = (*CAPTURES, "Ce144", "Ru106", "Sr90")


def decays(half_life: Any, activity: Any, duration: Any, delay: Any = 0.0) -> Any:
    """Number of decays in ``duration`` beginning ``delay`` after the time for which ``activity`` is stated.

    >>> from weakscatter.units import s
    >>> print(f"{decays(1 * s, 1 / s, 1e9 * s):.6f}")  # all atoms there are: A T_1/2/ln 2
    1.442695
    """
    rate = jnp.log(2.0) / half_life
    return activity / rate * jnp.exp(-rate * delay) * -jnp.expm1(-rate * duration)


def radioactive_source(
    nuclide: str, *, activity: Any, distance: Any, duration: Any, delay: Any = 0.0
) -> Beam:
    """Neutrinos of a point source.

    Parameters
    ----------
    nuclide : "Cr51", "Ar37" (neutrinos, lines), "Ce144", "Ru106" or "Sr90" (antineutrinos, with the daughter in
        equilibrium: two per decay of the parent).
    activity : decays of the nuclide per time (natural units, `1e6 * Ci` is `3.7e16 / s`).
    distance : from the source to the detector.
    duration : of the run; the decay during it is counted.
    delay : from the time for which the activity is stated to the start of the run.

    Returns
    -------
    Beam of one `Line` per energy, labelled "nu_e 747 keV", or of the continuum "nu_e_bar".

    Raises
    ------
    InputError : an unknown nuclide, or a number that is not positive and finite.

    Examples
    --------
    >>> from weakscatter.units import m, s
    >>> source = radioactive_source("Cr51", activity=1e16 / s, distance=1 * m, duration=28 * day)
    >>> source.labels
    ('nu_e 747 keV', 'nu_e 752 keV', 'nu_e 427 keV', 'nu_e 432 keV')
    """
    if nuclide not in NUCLIDES:
        raise unknown("radioactive source", nuclide, NUCLIDES)
    require_positive("Radioactive source", activity=activity, distance=distance, duration=duration)
    if is_concrete(delay) and not 0 <= delay < inf:
        raise InputError(f"Radioactive source: delay must not be negative; got {delay}.")
    state = flavour_state("e")
    if nuclide in CAPTURES:
        half_life, lines = CAPTURES[nuclide]
        fluence = decays(half_life, activity, duration, delay) / (4 * pi * distance**2)
        parts = tuple(Line(f"nu_e {E / keV:.4g} keV", E, fluence * share, state) for E, share in lines)
        return Beam(parts, ("ensdf",), distance)
    emitter = BETA_EMITTERS[nuclide]
    E, phi = summed(emitter.branches)
    fluence = decays(emitter.half_life, activity, duration, delay) / (4 * pi * distance**2)
    fluence = fluence * float(np.trapezoid(phi, E))
    return Beam((Tabulated("nu_e_bar", E, phi, fluence, state, antineutrino=True),), ("ensdf",), distance)

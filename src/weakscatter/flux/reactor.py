"""Reactor electron antineutrinos, from fission fractions and thermal power, or from a stated flux.

The spectrum per fission is the sum over isotopes of fraction x spectrum (`weakscatter.flux.fission_spectra`) and the captures
on 238U. How many antineutrinos a fission makes is the largest disagreement between published numbers, all of it below
2 MeV, so what normalises the beam is an explicit rule (`NORMALISATIONS`).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import pi
from typing import Any

import numpy as np

from weakscatter.flux import fission
from weakscatter.flux.beam import Beam
from weakscatter.flux.checked import require_positive
from weakscatter.flux.fission_spectra import parts_of, spectrum_per_fission
from weakscatter.flux.tabulated import Tabulated
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError, nearest, unknown
from weakscatter.units import MeV

#: "fissions": the spectrum per fission is taken as it is summed, and a stated flux counts fissions. "total": it is scaled to
#: the quoted yields, and a stated flux is the flux.
NORMALISATIONS = ("fissions", "total")


def reactor_antineutrinos(
    *, power: Any = None, distance: Any = None, flux: Any = None, duration: Any,
    fractions: Mapping[str, float] | None = None, spectrum: str = "huber-mueller+vogel-engel", captures: bool = True,
    above: str | None = None, equilibrium: str = "none", normalisation: str = "fissions",
    fission_energies: str = "kopeikin-2004",
) -> Beam:  # fmt: skip
    """Antineutrinos of a reactor core, a point in the distance.

        fluence = duration x power / (4 pi distance^2 <energy per fission>) x antineutrinos per fission

    Parameters
    ----------
    power, distance : thermal power and distance of the core (natural units).
    flux : stated total flux (natural units, `1/(cm^2 s)`) instead of them. Stated fluxes count the quoted yields,
        about 7.2 per fission with captures (0.64e13/(cm^2 s) at 28 m from 2.9 GW, recalled); the summed spectra hold 6 % less,
        all of it below 2 MeV. So by default the flux fixes the number of *fissions*, and what can recoil keeps its size.
    duration : live time.
    fractions : fissions by isotope, sum one; `fission.FRACTIONS` by default.
    spectrum : one of `fission_spectra.SPECTRA`.
    captures : whether the antineutrinos behind 238U(n, gamma) are added; all below 1.3 MeV.
    above : "vogel-engel", "estienne-2019" or "zero" above 8 MeV, where no polynomial is valid; None for the spectrum's own
        rule, with the default spectrum "vogel-engel": 1.4e-4 of the antineutrinos, but a fifth of the recoils that CONUS+ sees.
    equilibrium : "none", or "mueller-2011" or "estienne-2019": growth of spectra that were measured after 12 h to
        1.5 d of irradiation up to 450 d. At 2 MeV and for 235U the first adds 5.7 %, the second 2.4 %.
    normalisation : "fissions" (default) or "total". Per fission of the typical mix the default spectrum holds
        6.81 antineutrinos with captures (5.61 without); the quoted yields are 7.24 (6.04). "total" scales the whole
        spectrum to the quoted yields, 6.3 % (7.7 %) up, and takes a stated flux as the number of antineutrinos.
    fission_energies : evaluation of the energies per fission, "kopeikin-2004" (default) or "ma-2013".

    Returns
    -------
    Beam with the component nu_e_bar.

    Raises
    ------
    InputError : both or neither normalisation, a number that is not positive, unknown isotopes or words, fractions that do
        not sum to one, and whatever `fission_spectra.spectrum_per_fission` refuses.

    Examples
    --------
    >>> from weakscatter.units import GW, m, s
    >>> beam = reactor_antineutrinos(power=3.6 * GW, distance=20.7 * m, duration=1 * s)
    >>> beam.labels
    ('nu_e_bar',)
    """
    fractions = checked_fractions(fission.FRACTIONS if fractions is None else fractions)
    if normalisation not in NORMALISATIONS:
        raise unknown("normalisation of a reactor", normalisation, NORMALISATIONS)
    by_power = power is not None and distance is not None and flux is None
    if not by_power and not (flux is not None and power is None and distance is None):
        raise InputError("A reactor is normalised by power and distance, or by a flux; give one of the two.")
    given = {"power": power, "distance": distance, "flux": flux, "duration": duration}
    require_positive("Reactor source", **{name: value for name, value in given.items() if value is not None})
    parts = parts_of(spectrum)
    quoted = quoted_yield(fractions, captures=captures)
    released = energy_per_fission(fractions, fission_energies)
    fissions = power / released / (4 * pi * distance**2) if by_power else flux / quoted
    E, phi = spectrum_per_fission(tuple(sorted(fractions.items())), captures, above, spectrum, equilibrium)
    summed = float(np.trapezoid(phi, E))
    fluence = fissions * duration * (summed if normalisation == "fissions" else quoted)
    component = Tabulated("nu_e_bar", E, phi, fluence, flavour_state("e"), antineutrino=True)
    energies = ("kopeikin2004",) if fission_energies == "kopeikin-2004" else ("ma2013",)
    return Beam((component,), (*parts.citations, *energies, "wong2007"), distance)


def energy_per_fission(fractions: Mapping[str, float], evaluation: str = "kopeikin-2004") -> float:
    """Mean energy released per fission (MeV): 205.46 for the default fractions."""
    if evaluation not in fission.ENERGY_PER_FISSION:
        raise unknown("evaluation of energies per fission", evaluation, fission.ENERGY_PER_FISSION)
    energies = fission.ENERGY_PER_FISSION[evaluation]
    return sum(share * energies[isotope][0] for isotope, share in fractions.items()) * MeV


def quoted_yield(fractions: Mapping[str, float], *, captures: bool = True) -> float:
    """Quoted antineutrinos per fission: 6.04 for the default fractions, 7.24 with captures."""
    direct = sum(share * fission.QUOTED_YIELD[isotope] for isotope, share in fractions.items())
    return direct + (fission.CAPTURE_YIELD if captures else 0.0)


def checked_fractions(fractions: Mapping[str, float]) -> dict[str, float]:
    """Return fission fractions that are known isotopes, not negative and sum to one; anything else is an error."""
    fractions = dict(fractions)
    for isotope, share in fractions.items():
        if isotope not in fission.FRACTIONS:
            raise InputError(
                f"There is no fission spectrum of {isotope!r}.{nearest(isotope, list(fission.FRACTIONS))} "
                f"Available are {', '.join(fission.FRACTIONS)}."
            )
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise InputError(f"The fission fraction of {isotope} is {share!r}; give a number from 0 to 1.")
    total = sum(fractions.values())
    if abs(total - 1.0) > 1e-6:
        raise InputError(f"The fission fractions sum to {total:.6g}; they must sum to one.")
    return fractions

"""Reactor electron antineutrinos, from fission fractions and thermal power, or from a stated flux.

The spectrum per fission is the sum over isotopes of fraction x spectrum (`weakscatter.flux.fission`): a table below
2 MeV, Huber and Mueller from 2 to 8 MeV, Vogel and Engel above, and the captures on 238U. The joins are explicit:
the node at 2 MeV is the polynomials' (5 % above the table's), the node at 8 MeV too (the exponentials start a third
higher for 235U), and between nodes everything is linear, on a grid so fine that the polynomials are met to 3e-4.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import inf, pi
from typing import Any

import numpy as np

from weakscatter.flux import fission
from weakscatter.flux.beam import Beam
from weakscatter.flux.tabulated import Tabulated
from weakscatter.grids import is_concrete
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError, nearest, unknown
from weakscatter.units import MeV

#: What comes above 8 MeV: the exponentials of Vogel and Engel, or nothing.
ABOVE = ("vogel-engel", "zero")
#: Step of the table above 2 MeV and its end with a tail; above it lies less than 1e-6 of the antineutrinos.
_STEP, _END = 0.0125 * MeV, 12.0 * MeV


def reactor_antineutrinos(
    *, power: Any = None, distance: Any = None, flux: Any = None, duration: Any,
    fractions: Mapping[str, float] | None = None, captures: bool = True, above: str = "vogel-engel",
) -> Beam:  # fmt: skip
    """Antineutrinos of a reactor core, a point in the distance.

        fluence = duration x power / (4 pi distance^2 <energy per fission>) x antineutrinos per fission

    Parameters
    ----------
    power, distance : thermal power and distance of the core (natural units).
    flux : stated total flux (natural units, `1/(cm^2 s)`) instead of them. Stated fluxes count the quoted yields,
        about 7.2 per fission with captures (0.64e13/(cm^2 s) at 28 m from 2.9 GW, recalled); the summed spectra hold 6 % less,
        all of it below 2 MeV. So the flux fixes the number of *fissions*, and what can recoil keeps its size.
    duration : live time.
    fractions : fissions by isotope, sum one; `fission.FRACTIONS` by default.
    captures : whether the antineutrinos behind 238U(n, gamma) are added; all below 1.3 MeV.
    above : "vogel-engel" (default) or "zero" above 8 MeV, where the polynomials are not valid. 1.4e-4 of the
        antineutrinos, but a fifth of the recoils that CONUS+ sees.

    Returns
    -------
    Beam with the component nu_e_bar.

    Raises
    ------
    InputError : both or neither normalisation, a number that is not positive, unknown isotopes or fractions that do
        not sum to one.

    Examples
    --------
    >>> from weakscatter.units import GW, m, s
    >>> beam = reactor_antineutrinos(power=3.6 * GW, distance=20.7 * m, duration=1 * s)
    >>> beam.labels
    ('nu_e_bar',)
    """
    fractions = _checked(dict(fission.FRACTIONS if fractions is None else fractions))
    if above not in ABOVE:
        raise unknown("spectrum above 8 MeV", above, ABOVE)
    by_power = power is not None and distance is not None and flux is None
    if not by_power and not (flux is not None and power is None and distance is None):
        raise InputError("A reactor is normalised by power and distance, or by a flux; give one of the two.")
    for name, value in (("power", power), ("distance", distance), ("flux", flux), ("duration", duration)):
        if value is not None and is_concrete(value) and not 0 < value < inf:
            raise InputError(f"Reactor source: {name} must be positive and finite; got {value}.")
    fissions = power / energy_per_fission(fractions) / (4 * pi * distance**2) if by_power else (
        flux / quoted_yield(fractions, captures=captures)
    )  # fmt: skip
    E, phi = spectrum_per_fission(tuple(sorted(fractions.items())), captures, above)
    fluence = fissions * duration * float(np.trapezoid(phi, E))
    component = Tabulated("nu_e_bar", E, phi, fluence, flavour_state("e"), antineutrino=True)
    return Beam((component,), ("huber2011", "mueller2011", "vogel1989", "kopeikin2004", "wong2007"), distance)


def energy_per_fission(fractions: Mapping[str, float]) -> float:
    """Mean energy released per fission (MeV): 205.46 for the default fractions."""
    return sum(share * fission.ENERGY_PER_FISSION[isotope][0] for isotope, share in fractions.items()) * MeV


def quoted_yield(fractions: Mapping[str, float], *, captures: bool = True) -> float:
    """Quoted antineutrinos per fission: 6.04 for the default fractions, 7.24 with captures."""
    direct = sum(share * fission.QUOTED_YIELD[isotope] for isotope, share in fractions.items())
    return direct + (fission.CAPTURE_YIELD if captures else 0.0)


@lru_cache(maxsize=32)
def spectrum_per_fission(
    fractions: tuple[tuple[str, float], ...], captures: bool = True, above: str = "vogel-engel"
) -> tuple[np.ndarray, np.ndarray]:
    """Nodes [n] (MeV) and spectrum [n] (antineutrinos per MeV and fission) for pairs (isotope, fraction)."""
    first, last = fission.POLYNOMIAL_RANGE
    middle = np.linspace(first, last, round((last - first) / _STEP) + 1)
    end = _END if above == "vogel-engel" else last
    tail = np.linspace(last, end, round((end - last) / _STEP) + 1)[1:]
    low = np.array(fission.LOW_ENERGIES)
    inner = np.array(fission.CAPTURE_ENERGIES) if captures else low
    E_low = np.union1d(low, inner)
    E = np.concatenate([E_low, middle, tail])

    def isotope_spectrum(isotope: str) -> np.ndarray:
        table = np.append(fission.LOW_VALUES[isotope], _exponential(fission.POLYNOMIALS[isotope], first))
        return np.concatenate([
            np.interp(E_low, np.append(low, first), table),
            _exponential(fission.POLYNOMIALS[isotope], middle),
            _exponential(fission.EXPONENTIALS[isotope], tail),
        ])  # fmt: skip

    phi = np.sum([share * isotope_spectrum(isotope) for isotope, share in fractions], axis=0)
    if captures:
        shape = np.array(fission.CAPTURE_VALUES)
        shape = shape * (fission.CAPTURE_YIELD / np.trapezoid(shape, fission.CAPTURE_ENERGIES))
        phi = phi + np.interp(E, fission.CAPTURE_ENERGIES, shape, right=0.0)
    E.flags.writeable = phi.flags.writeable = False
    return E, phi


def _exponential(coefficients: tuple[float, ...], E: Any) -> Any:
    return np.exp(sum(a * E**k for k, a in enumerate(coefficients)))


def _checked(fractions: dict[str, float]) -> dict[str, float]:
    for isotope, share in fractions.items():
        if isotope not in fission.FRACTIONS:
            raise InputError(
                f"There is no fission spectrum of {isotope!r}.{nearest(isotope, list(fission.FRACTIONS))} "
                f"Available are {', '.join(fission.FRACTIONS)}."
            )
        if not 0 <= share <= 1:
            raise InputError(f"The fission fraction of {isotope} is {share}; give a number from 0 to 1.")
    total = sum(fractions.values())
    if abs(total - 1.0) > 1e-6:
        raise InputError(f"The fission fractions sum to {total:.6g}; they must sum to one.")
    return fractions

"""The nucleus as a source of potential: a point, or a Fermi distribution with a measured rms radius.

Fermi: rho = rho_0/(1 + exp((r - c)/a)) with a = 2.3 fm/(4 ln 3) and c^2 = (5/3) r_rms^2 - (7/3) pi^2 a^2. That has no
solution below 1.95 fm: hydrogen and helium (below `SMALLEST_FERMI`) are uniform balls of the same rms radius.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi, sqrt

import numpy as np

from weakscatter import units
from weakscatter.atomic.hartree import FM
from weakscatter.matter.nuclide import element, nuclide
from weakscatter.provenance.errors import InputError
from weakscatter.response.radii import charge_radius

#: Skin parameter a of the Fermi distribution (Bohr radii).
SKIN = 2.3 / (4.0 * log(3.0)) * FM

#: Smallest rms radius (Bohr radii) of a Fermi distribution with that skin.
SMALLEST_FERMI = 2.2 * FM


@dataclass(frozen=True)
class Nucleus:
    """A nuclear charge Z; ``rms_radius`` in Bohr radii, 0 for a point.

    Examples
    --------
    >>> round(fermi_nucleus("Ge").rms_radius / FM, 4)
    4.0742
    """

    Z: int
    rms_radius: float = 0.0
    citations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.Z <= 118:
            raise InputError(f"a nucleus needs 1 <= Z <= 118; got {self.Z}.")
        if not 0.0 <= self.rms_radius < 100 * FM:
            raise InputError(
                f"an rms radius of {self.rms_radius / FM:.4g} fm is no nuclear radius: give 0 for a point, or a few fm "
                "(as a length, for example 4.07 * units.fm, where MeV^-1 are asked for)."
            )

    def potential(self, r: np.ndarray) -> np.ndarray:
        """Return the energy of an electron (hartree) at the (complex) radii r."""
        if self.rms_radius == 0.0:
            return -self.Z / r
        return -self.Z / r * _enclosed(r, self.rms_radius)


def _alternating_weights(terms: int = 26) -> np.ndarray:
    """Return w_n with sum_(n >= 1) (-1)^(n-1) a_n = sum_n w_n a_n to 5.8^-terms for monotone moment sequences.

    Cohen, Rodriguez Villegas, Zagier, Experimental Mathematics 9, 3 (2000), algorithm 1.
    """
    d = (3.0 + sqrt(8.0)) ** terms
    d = 0.5 * (d + 1.0 / d)
    b, c = -1.0, -d
    weights = np.empty(terms)
    for k in range(terms):
        c = b - c
        weights[k] = c / d
        b *= (k + terms) * (k - terms) / ((k + 0.5) * (k + 1.0))
    return weights


def _enclosed(r: np.ndarray, rms: float) -> np.ndarray:
    """Return r V/(-Z) of a Fermi distribution in closed form.

    From (r V)'' proportional to r rho, with y = exp(-|r - c|/a) and S_k(y) = sum_n (-1)^(n-1) y^n/n^k:
    outside N - a^2 r S_2 - 2 a^3 S_3, inside (c^2/2 + pi^2 a^2/6) r - r^3/6 + a^2 r S_2 - 2 a^3 (S_3 - T_3), both over
    N = c^3/3 + pi^2 a^2 c/3 + 2 a^3 T_3, T_3 = S_3(exp(-c/a)).
    """
    if rms < SMALLEST_FERMI:
        ball = sqrt(5.0 / 3.0) * rms
        return np.where(np.real(r) < ball, 1.5 * r / ball - 0.5 * (r / ball) ** 3, 1.0)
    a = SKIN
    c = sqrt(5.0 / 3.0 * rms**2 - 7.0 / 3.0 * pi**2 * a**2)
    weights = _alternating_weights()
    n = np.arange(1, len(weights) + 1)
    y = np.exp(-np.minimum(abs(np.real(r) - c) / a, 200.0))
    powers = y[..., None] ** n
    s2, s3 = powers @ (weights / n**2), powers @ (weights / n**3)
    t3 = np.exp(-c / a) ** n @ (weights / n**3)
    norm = c**3 / 3 + pi**2 * a**2 * c / 3 + 2 * a**3 * t3
    inner = (c**2 / 2 + pi**2 * a**2 / 6) * r - r**3 / 6 + a**2 * r * s2 - 2 * a**3 * (s3 - t3)
    outer = norm - a**2 * r * s2 - 2 * a**3 * s3
    return np.where(np.real(r) < c, inner, outer) / norm


def fermi_nucleus(symbol: str, *, rms_radius: float | None = None) -> Nucleus:
    """Return the Fermi nucleus of an element (its most abundant isotope) or of a nuclide such as "Ge74".

    Parameters
    ----------
    symbol : element or nuclide.
    rms_radius : rms charge radius (MeV^-1); by default the measured one.

    Raises
    ------
    InputError : no radius is tabulated; give one, or use a point nucleus.
    """
    if any(ch.isdigit() for ch in symbol):
        target = nuclide(symbol)
    else:
        target = nuclide(f"{symbol}{most_abundant(symbol)}")
    radius, keys = rms_radius, ()  # type: float | None, tuple[str, ...]
    if radius is None:
        try:
            radius, keys = charge_radius(target), ("angeli2013", "fricke1995")
        except InputError as error:
            raise InputError(
                f"no nuclear charge radius of {target.name} is tabulated. Give nucleus = "
                '{ model = "fermi", rms_radius = "4.07 fm" } with your value, or nucleus = "point".'
            ) from error
    return Nucleus(target.Z, radius * FM / units.fm, keys)


def most_abundant(symbol: str) -> int:
    """Return the mass number of the most abundant isotope; of radon, which has none in nature, 222.

    >>> most_abundant("Ge"), most_abundant("Xe")
    (74, 132)
    """
    found = element(symbol)
    if symbol == "Rn":
        return 222
    abundance = {a: found[a].abundance for a in found.isotopes}
    best = max(abundance, key=lambda a: abundance[a])
    if not abundance[best] > 0:
        raise InputError(
            f"{symbol} has no isotope in nature whose radius could be used: name a nuclide, give an rms radius, or use "
            "a point nucleus."
        )
    return int(best)

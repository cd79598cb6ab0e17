"""Neutrinos of a supernova burst, and the diffuse ones of all past supernovae.

Species are nu_e, nu_e_bar and x, each of nu_mu, nu_tau and their antineutrinos; a component "nu_x" holds the two neutrinos of
the kind x as an equal mixture, "nu_x_bar" the two antineutrinos.

Diffuse background, with R the rate of core collapses per comoving volume and F the number spectrum of one of them,

    phi(E) = int_0^5 dz R(z) F(E (1 + z)) / (H_0 sqrt(Omega_m (1 + z)^3 + Omega_L))

(the factor 1 + z of the stretched energy interval cancels that of |dt/dz|), with R(z) = rho(z)/(143 M_sun),
rho = rho_0 [(1 + z)^34 + ((1 + z)/5000)^3 + ((1 + z)/9)^35]^(-1/10) with exponents a eta = -34, b eta = 3,
c eta = 35 (Horiuchi, Beacom and Dwek 2009, recalled): a low-redshift rate of 1.25e-4 per year and cubic megaparsec.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import pi
from typing import Any

import numpy as np

from weakscatter.flux.beam import Beam
from weakscatter.flux.checked import require_positive
from weakscatter.flux.pinched import Pinched
from weakscatter.flux.tabulated import Tabulated
from weakscatter.grids import gauss_legendre
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.units import MeV, erg, km, kpc, s, yr

#: Species: label, antineutrino, how many flavours it stands for.
SPECIES = {"nu_e": (False, 1), "nu_e_bar": (True, 1), "nu_x": (False, 2), "nu_x_bar": (True, 2)}
#: Temperatures of the diffuse background, the shorthand of floors of neutrinos.
TEMPERATURES = {"nu_e": 3.0 * MeV, "nu_e_bar": 5.0 * MeV, "nu_x": 8.0 * MeV}
#: Energy of a core collapse in neutrinos, all six species, 3e53 erg.
BURST_ENERGY = 3e53 * erg
#: Mean energy of a Fermi-Dirac spectrum over its temperature, 7 pi^4/(180 zeta(3)).
FERMI_DIRAC_MEAN = 3.151374
_NORM = 1.803085
_MEGAPARSEC = 1e3 * kpc
_RATE = 0.0178 / 143 / (yr * _MEGAPARSEC**3)
_HUBBLE = 70 * km / s / _MEGAPARSEC
_OMEGA = 0.3


def _mixture(species: str) -> Any:
    if species in ("nu_e", "nu_e_bar"):
        return flavour_state("e")
    return 0.5 * (flavour_state("mu") + flavour_state("tau"))


def _by_species(given: Any, what: str) -> dict[str, Any]:
    """One number for all, or a table by species; "nu_x" holds for antineutrinos too unless they have their own."""
    if not isinstance(given, Mapping):
        return dict.fromkeys(SPECIES, given)
    for name in given:
        if name not in SPECIES:
            raise unknown(f"species of {what}", name, SPECIES)
    filled = {"nu_x_bar": given["nu_x"], **given} if "nu_x" in given else dict(given)
    missing = [name for name in SPECIES if name not in filled]
    if missing:
        raise InputError(f"{what} lacks {' and '.join(missing)}. Give nu_e, nu_e_bar and nu_x.")
    return {name: filled[name] for name in SPECIES}


def supernova_burst(
    *, distance: Any, mean_energies: Any, energy: Any = None, luminosity: Any = None, duration: Any = None,
    pinching: Any = 2.3,
) -> Beam:  # fmt: skip
    """Fluence of a burst whose species have pinched thermal spectra (`Pinched`), as they leave the star.

        fluence of a species = energy of the species / (mean energy 4 pi distance^2)

    Parameters
    ----------
    distance : to the star (natural units).
    mean_energies : {"nu_e": , "nu_e_bar": , "nu_x": } (MeV), or one for all; "nu_x_bar" may differ from "nu_x".
    energy : energy that *all six* species carry away together, in equal parts (3e53 erg is `supernova.BURST_ENERGY`), or
        a table of the energy of *one flavour* of each species.
    luminosity, duration : their product in place of `energy`, all six species together.
    pinching : one number or a table; 2.3 (default) is thermal, 3 typical of late times.

    Returns
    -------
    Beam with components nu_e, nu_e_bar, nu_x (nu_mu and nu_tau together), nu_x_bar. Flavour conversion in the star is not
    included: exchange the spectra, or read the output of a program that follows it (`snewpy_fluence`).

    Raises
    ------
    InputError : missing or doubled numbers, unknown species, numbers out of range.

    Examples
    --------
    >>> from weakscatter.units import kpc
    >>> burst = supernova_burst(distance=10 * kpc, energy=BURST_ENERGY, mean_energies={"nu_e": 11, "nu_e_bar": 14, "nu_x": 15})
    >>> burst.labels
    ('nu_e', 'nu_e_bar', 'nu_x', 'nu_x_bar')
    """
    if (energy is None) == (luminosity is None) or (luminosity is None) != (duration is None):
        raise InputError(
            "A supernova burst is normalised by its energy, or by luminosity and duration; give one of the two."
        )
    whole = luminosity * duration if energy is None else energy
    each = _by_species(whole, "energy") if isinstance(whole, Mapping) else _by_species(whole / 6, "energy")
    require_positive("Supernova burst", distance=distance, **{f"energy of {n}": e for n, e in each.items()})
    means, shapes = _by_species(mean_energies, "mean_energies"), _by_species(pinching, "pinching")
    parts = []
    for name, (anti, flavours) in SPECIES.items():
        fluence = flavours * each[name] / means[name] / (4 * pi * distance**2)
        parts.append(Pinched(name, means[name], shapes[name], fluence, _mixture(name), anti))
    return Beam(tuple(parts), ("keil2003",), distance)


def diffuse_supernova_neutrinos(
    *, duration: Any, temperatures: Any = TEMPERATURES, energy: Any = BURST_ENERGY, flux: Any = None
) -> Beam:
    """Diffuse supernova neutrinos with thermal (Fermi-Dirac) spectra of given temperatures.

    Parameters
    ----------
    duration : live time (natural units).
    temperatures : {"nu_e": , "nu_e_bar": , "nu_x": } (MeV), 3, 5 and 8 by default, or one for all.
    energy : energy per collapse of all six species together, in equal parts.
    flux : stated total flux, all flavours, in place of the one that follows from energy and rate of collapses: that is
        90.5 per cm^2 and s by default; compilations of neutrino floors state 85.7 (50 %; O'Hare 2021), with a shape that
        counts nu_x once instead of four times.

    Returns
    -------
    Beam with components nu_e, nu_e_bar, nu_x (nu_mu and nu_tau together), nu_x_bar, with 50 % error each, the same for all.

    Raises
    ------
    InputError : unknown species, numbers that are not positive.
    """
    warm = _by_species(temperatures, "temperatures")
    numbers = {"duration": duration, "energy": energy, "flux": 1.0 if flux is None else flux}
    require_positive("Diffuse supernova neutrinos", **numbers, **warm)
    tables, fluxes = {}, {}
    for name, (_, flavours) in SPECIES.items():
        E, phi = diffuse_spectrum(float(warm[name]))
        tables[name] = (E, phi)
        number = flavours * energy / 6 / (FERMI_DIRAC_MEAN * warm[name])
        fluxes[name] = number * float(np.trapezoid(phi, E))
    factor = 1.0 if flux is None else flux / sum(fluxes.values())
    parts = tuple(
        Tabulated(name, *tables[name], factor * duration * fluxes[name], _mixture(name), antineutrino=anti)
        for name, (anti, _) in SPECIES.items()
    )
    return Beam(parts, ("horiuchi2009",), relative_errors=(0.5,) * len(parts))


@lru_cache(maxsize=16)
def diffuse_spectrum(temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes [n] (MeV) and flux per energy [n] (MeV^2) for *one* neutrino per collapse.

    Linear between nodes to 2e-4 of the largest value; the integral is that of the rate, 2e-4 apart.
    """
    E = temperature * np.concatenate([np.linspace(0.0, 12.0, 241), np.linspace(12.2, 40.0, 140)])
    z, w = _redshifts()
    stretched = E[:, None] * (1 + z)
    with np.errstate(under="ignore"):
        one = stretched**2 / (np.exp(stretched / temperature) + 1) / (temperature**3 * _NORM)
    return E, one @ w


def collapse_rate(z: Any) -> Any:
    """Core collapses per time and comoving volume (MeV^4) at redshift z; 1.245e-4 per yr and Mpc^3 at z = 0."""
    x = 1 + np.asarray(z, dtype=float)
    return _RATE * (x**-34 + (x / 5000) ** 3 + (x / 9) ** 35) ** -0.1


@lru_cache(maxsize=1)
def _redshifts() -> tuple[np.ndarray, np.ndarray]:
    """Redshifts and weights of the integral over them: R(z) dz/(H_0 sqrt(...)) (MeV^3)."""
    x, w = gauss_legendre(40)
    edges = np.array([0.0, 1.0, 2.0, 4.0, 5.0])
    low, width = edges[:-1, None], np.diff(edges)[:, None]
    z, dz = (low + 0.5 * width * (1 + x)).ravel(), (0.5 * width * w).ravel()
    return z, dz * collapse_rate(z) / (_HUBBLE * np.sqrt(_OMEGA * (1 + z) ** 3 + 1 - _OMEGA))

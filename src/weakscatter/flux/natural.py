"""Neutrinos that nature sends to every laboratory: from cosmic rays in the air, from the Earth, and from its reactors.

Fluxes are stated at the place where they are detected and hold the neutrinos as they were produced; oscillate the beam with
``baseline = "averaged"`` where flavours matter (they do not for coherent scattering in the Standard Model).
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from weakscatter.flux.beam import Beam
from weakscatter.flux.checked import require_positive
from weakscatter.flux.reactor import reactor_antineutrinos
from weakscatter.flux.tabulated import Tabulated
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.provenance.tables import Columns, read_csv
from weakscatter.units import cm, s

#: Sites of atmospheric tables.
ATMOSPHERIC_SITES = {"gran-sasso": "atmospheric_gran_sasso.csv", "kamioka": "atmospheric_kamioka.csv"}
#: Relative error of the atmospheric flux, one for all components.
ATMOSPHERIC_ERROR = 0.25
#: Antineutrinos of the Earth at Gran Sasso before oscillations: mass number of the parent, flux per (cm^2 s), relative error.
GEONEUTRINOS = {"U": (238, 4.34e6, 0.20), "Th": (232, 4.23e6, 0.257), "K": (40, 20.54e6, 0.168)}
#: Antineutrinos of the world's reactors before oscillations: flux per (cm^2 s), relative error, fissions by isotope.
LABORATORIES = {"gran-sasso": (3.06e6, 0.08, {"U235": 0.58, "U238": 0.07, "Pu239": 0.30, "Pu241": 0.05})}

_FLAVOURS = (("nu_e", "e"), ("nu_e_bar", "e"), ("nu_mu", "mu"), ("nu_mu_bar", "mu"))


def atmospheric_neutrinos(*, duration: Any, site: str = "gran-sasso", below: str = "error") -> Beam:
    """Atmospheric neutrinos from 13 to 944 MeV, summed over all directions, without oscillations.

    Parameters
    ----------
    duration : live time (natural units).
    site : "gran-sasso" (10.5 per cm^2 and s, all flavours) or "kamioka" (7.3); between minimum and maximum of the Sun.
    below : "error" (default) or "zero": what an energy below 13 MeV means, where the table does not say. The flux goes on
        there. Above 944 MeV lie 1.5 % of the neutrinos, which are left out.

    Returns
    -------
    Beam with components nu_e, nu_e_bar, nu_mu, nu_mu_bar, 25 % error each, the same for all.

    Raises
    ------
    InputError : an unknown site or policy, a duration that is not positive.
    """
    if site not in ATMOSPHERIC_SITES:
        raise unknown("site of atmospheric neutrinos", site, ATMOSPHERIC_SITES)
    require_positive("Atmospheric neutrinos", duration=duration)
    table = _table(ATMOSPHERIC_SITES[site])
    E = table["energy"]
    parts = tuple(
        Tabulated(
            label, E, table[label], duration * float(np.trapezoid(table[label], E)), flavour_state(flavour),
            below=below, antineutrino=label.endswith("_bar"),
        )
        for label, flavour in _FLAVOURS
    )  # fmt: skip
    return Beam(parts, ("battistoni2005",), relative_errors=(ATMOSPHERIC_ERROR,) * len(parts))


def geoneutrinos(*, duration: Any, elements: tuple[str, ...] = tuple(GEONEUTRINOS)) -> Beam:
    """Electron antineutrinos of uranium, thorium and potassium in the Earth, at Gran Sasso, before oscillations.

    Fluxes are those of Huang et al. (2013) over all energies. Shapes are Enomoto's, from zero energy; compilations that
    cut them at 0.1 MeV and keep the flux hold 30 % (U) and 36 % (Th) more antineutrinos above that energy.

    Parameters
    ----------
    duration : live time (natural units).
    elements : some of "U", "Th", "K".

    Returns
    -------
    Beam with components "nu_e_bar U" and so on, with relative errors 20, 26 and 17 %. Not here: 235U (1 % of the flux), the
    line of 40K (44 keV), and other laboratories, for which fluxes differ by some 10 %.

    Raises
    ------
    InputError : unknown elements or none, a duration that is not positive.
    """
    require_positive("Geoneutrinos", duration=duration)
    if not elements:
        raise InputError(f"Geoneutrinos of no element are no beam. Give some of {', '.join(GEONEUTRINOS)}.")
    table = _table("geoneutrinos.csv")
    parts = []
    for element in elements:
        if element not in GEONEUTRINOS:
            raise unknown("element of geoneutrinos", element, GEONEUTRINOS)
        parent, flux, _ = GEONEUTRINOS[element]
        rows = table["parent"] == parent
        parts.append(
            Tabulated(
                f"nu_e_bar {element}", table["energy"][rows], table["spectrum"][rows],
                duration * flux / (cm**2 * s), flavour_state("e"), antineutrino=True,
            )
        )  # fmt: skip
    errors = tuple(GEONEUTRINOS[element][2] for element in elements)
    return Beam(tuple(parts), ("huang2013", "enomoto2005"), relative_errors=errors)


def reactor_background(
    *, duration: Any, laboratory: str = "gran-sasso", spectrum: str = "huber-mueller+vogel-engel"
) -> Beam:
    """Antineutrinos of all distant reactors at a laboratory, before oscillations: a stated flux with its error.

    Parameters
    ----------
    duration : live time (natural units).
    laboratory : "gran-sasso", 3.06e6 per cm^2 and s +- 8 % (O'Hare 2021).
    spectrum : one of `fission_spectra.SPECTRA` that is known at all energies. The flux counts antineutrinos (normalisation "total").

    Raises
    ------
    InputError : unknown words, a duration that is not positive.
    """
    if laboratory not in LABORATORIES:
        raise unknown("laboratory", laboratory, LABORATORIES)
    flux, error, fractions = LABORATORIES[laboratory]
    beam = reactor_antineutrinos(
        flux=flux / (cm**2 * s),
        duration=duration,
        fractions=fractions,
        spectrum=spectrum,
        normalisation="total",
    )
    return Beam(beam.components, (*beam.citations, "ohare2021"), relative_errors=(error,))


@lru_cache(maxsize=8)
def _table(name: str) -> Columns:
    return read_csv(files("weakscatter.flux") / name)

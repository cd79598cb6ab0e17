"""Our numbers of dark matter on electrons and of recoils that ionise: form factors, limits of XENON10 and XENON1T, probabilities.

All from the package's own tables of xenon, one electron at a time. Counts of XENON10 by the rule of Essig et al. 2012: the electron that
leaves, one quantum for each 13.8 eV of its energy, quanta from the filling of inner holes, each of them an electron with 83 %.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from importlib.resources import files
from math import comb, exp, log
from typing import Any

import numpy as np

from weakscatter.flux import StandardHalo, conventional_halo
from weakscatter.grids import panels
from weakscatter.interactions import SlowDarkMatter, electron_scatterer, millicharged_matter
from weakscatter.matter import material
from weakscatter.provenance.tables import Columns, read_csv
from weakscatter.response import IonisedShells, ab_initio_shells, form_factor_squared
from weakscatter.scattering import ionisation_spectra, recoil_ionisation
from weakscatter.units import GeV, cm, eV, hartree, keV, kg, km, s, yr
from weakscatter.units import d as day

#: Momentum and energy units of the published grids: alpha m_e, and Rydberg.
_RYDBERG = hartree / 2
#: XENON10: 90 % limits on rates of one, two, three electrons (recalled, arXiv:1206.2644), energy of a quantum, share that are electrons.
XENON10 = (34.5 / (kg * day), 4.5 / (kg * day), 0.83 / (kg * day))
QUANTUM, SHARE = 13.8 * eV, 0.83
#: Quanta from filling a hole (Essig et al. 2017).
FILLING = {"5p": 0, "5s": 0, "4d": 4, "4p": 6, "4s": 3}
#: Largest energy that is counted: beyond it there are more electrons than in any rate or region of interest here.
MOST = 1.2 * keV
#: XENON1T S2-only: exposure of the search, and its halo.
EXPOSURE = 0.97678e3 * kg * yr
HALO = StandardHalo(0.3 * GeV / cm**3, 220 * km / s, 232 * km / s, 544 * km / s)


@lru_cache(maxsize=1)
def _xenon() -> IonisedShells:
    return ab_initio_shells("Xe").only(*FILLING)


def form_factor(shell: str, electron_energy: float, momentum: float) -> float:
    """|f(k, q)|^2 of a shell of xenon, both partners."""
    E = np.array([electron_energy])
    density = recoil_ionisation(ab_initio_shells("Xe").only(shell), E, momentum).sum()
    return float(form_factor_squared(density, electron_energy))


def recoil_probability(shells: tuple[str, ...], electron_energy: float) -> float:
    """dp/dE (1/eV) of shells of xenon at q_e = 511 eV."""
    found = recoil_ionisation(ab_initio_shells("Xe").only(*shells), np.array([electron_energy]), 511 * eV)
    return float(found.sum()) * eV


def _spectrum(shells: IonisedShells, particle: SlowDarkMatter, halo: StandardHalo) -> tuple[Any, Any]:
    """Energies [E] for counting, one panel a quantum, and rates [shell, E] per mass of target and time in each."""
    left = particle.mass * float(halo.fastest) ** 2 / 2 - shells.binding.min()
    known = min(MOST, *(float(shell.electron_energy[-1]) for shell in shells.shells))
    edges = np.append(np.arange(0.0, min(left, known), QUANTUM), min(left, known))
    E, weight = panels(edges, 6)
    rate = ionisation_spectra([particle], shells, halo, E)[0]
    return E, rate * weight / material("Xe").formula_mass


def electron_counts(shells: IonisedShells, particle: SlowDarkMatter, most: int = 3) -> np.ndarray:
    """Rates [1 ... most] (per mass and time) of events with so many electrons, XENON10's halo and yields."""
    rates = np.zeros(most + 1)
    E, spectra = _spectrum(shells, particle, conventional_halo())
    quantum = (E // QUANTUM).astype(int)
    for shell, spectrum in zip(shells.shells, spectra, strict=True):
        inside = np.bincount(quantum, spectrum)
        for quanta, rate in enumerate(inside):
            trials = quanta + FILLING[shell.name[:2]]
            for more in range(min(trials, most - 1) + 1):
                rates[1 + more] += rate * comb(trials, more) * SHARE**more * (1 - SHARE) ** (trials - more)
    return rates[1:]


def xenon10_limit(mass: float) -> float:
    """Limit on sigma_e (cm^2) at a mass (MeV): the strongest of the three rates."""
    sigma = 1e-37 * cm**2
    found = electron_counts(_xenon(), electron_scatterer(mass, sigma))
    return float(_least(found) * sigma / cm**2)


def xenon10_charge_limit(mass: float) -> float:
    """Limit on the charge (e) of dark matter of a mass (MeV) from the same rates, which go with its square."""
    charge = 1e-9
    found = electron_counts(_xenon(), millicharged_matter(mass, charge))
    return float(charge * _least(found) ** 0.5)


def _least(rates: np.ndarray) -> float:
    """By how much the rates of XENON10 may grow; infinite where there are none."""
    return min(limit / rate if rate > 0 else np.inf for limit, rate in zip(XENON10, rates, strict=True))


@lru_cache(maxsize=1)
def s2_only() -> Columns:
    """Return the acceptance of XENON1T S2-only: deposit, and one column for each region of interest."""
    return read_csv(files("weakscatter.published") / "xenon1t_s2only.csv")


def s2_only_events(mass: float, sigma: float, region: str) -> float:
    """Expected events of XENON1T S2-only; an electron and its hole deposit E + I. Nothing is known below 50 eV, nothing counted."""
    table = s2_only()
    known, acceptance = table["deposit"], np.log(np.maximum(table[region], 1e-30))
    E, spectra = _spectrum(_xenon(), electron_scatterer(mass, sigma), HALO)
    deposit = E + _xenon().binding[:, None]
    seen = np.exp(np.interp(np.log(deposit), np.log(known), acceptance)) * (deposit >= known[0])
    return float(np.sum(spectra * seen)) * EXPOSURE


def s2_only_limit(mass: float, region: str, events: float) -> float:
    """Limit on sigma_e (cm^2) from the published limit on the number of signal events in a region."""
    return 1e-40 * events / s2_only_events(mass, 1e-40 * cm**2, region)


def dark_matter_atom_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything} of these papers."""
    unit = 3.7289473e-3  # alpha m_e (MeV), as the published grid has it
    rows: dict[str, Callable[[], float]] = {
        f"essig2017.{shell}_{k}_{q}": partial(form_factor, shell, _RYDBERG * exp(2 * lnk), unit * exp(lnq))
        for shell, k, lnk, q, lnq in (
            ("5p", "13.6eV", 0.0, "10keV", 1.0), ("5p", "13.6eV", 0.0, "28keV", 2.0),
            ("4d", "100eV", 1.0, "10keV", 1.0), ("4d", "100eV", 1.0, "28keV", 2.0),
        )
    }  # fmt: skip
    step_k, step_q = log(5000) / 199, log(1000) / 199
    rows |= {
        f"catena2020.{shell}_{k}_{q}": partial(
            form_factor, shell, (1e-4 * exp(i * step_k)) ** 2 / (2 * 0.51099895), 1e-3 * exp(j * step_q)
        )
        for shell, k, i, q, j in (
            ("5p", "14eV", 85, "10keV", 66), ("5p", "14eV", 85, "28keV", 96), ("4d", "101eV", 108, "10keV", 66), ("4d", "101eV", 108, "28keV", 96),
        )
    }  # fmt: skip
    rows |= {
        "essig2012.limit_100MeV": partial(xenon10_limit, 100.0),
        "essig2012.limit_range": lambda: max(xenon10_limit(mass) for mass in (20.0, 1000.0)),
        "xenon1t2019.limit_30MeV": partial(s2_only_limit, 30.0, "mass_30_MeV", 18.394438),
        "xenon1t2019.limit_100MeV": partial(s2_only_limit, 100.0, "mass_100_MeV", 23.387507),
        "xenon1t2019.limit_1GeV": partial(s2_only_limit, 1000.0, "mass_1_GeV", 24.740873),
        "ibe2018.n3_1keV": partial(recoil_probability, ("3s", "3p", "3d"), 1000 * eV),
        "ibe2018.4d_100eV": partial(recoil_probability, ("4d",), 100 * eV),
        "ibe2018.5p_10eV": partial(recoil_probability, ("5p",), 10 * eV),
    }
    return {id: partial(_alone, ours) for id, ours in rows.items()}


def _alone(ours: Callable[[], float], results: Any) -> float:
    return ours()

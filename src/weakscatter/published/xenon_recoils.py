"""Our numbers for electronic recoils in liquid xenon: rates, backgrounds, limits, each computed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from weakscatter.constants import m_e
from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.experiments import xenon_backgrounds as spectra
from weakscatter.experiments.xenon_recoils import sun
from weakscatter.grids import panels
from weakscatter.inference import limit
from weakscatter.interactions import Weak
from weakscatter.matter import material
from weakscatter.model import electron_targets, recoil_spectrum
from weakscatter.published.pp_rate import pp_events
from weakscatter.response import FreeElectrons, InfraredMass, ab_initio
from weakscatter.units import eV, keV, t, yr

MOMENT, CHARGE = "magnetic_moment_effective", "millicharge_ee"


#: Treatments of electrons that stand side by side.
ELECTRONS = ("free", "stepping", "ab-initio")


@lru_cache(maxsize=16)
def interval(
    name: str, electrons: str, parameter: str, statistic: str = "shape", sides: str = "two"
) -> tuple[float, float]:
    """Ends of the 90 % interval, in the parameter's unit; a charge that bound electrons see has an infrared mass of 1 eV."""
    bound = (
        ab_initio("Xe", infrared=InfraredMass(1 * eV))
        if electrons == "ab-initio" and parameter == CHARGE
        else electrons
    )
    found = limit(
        joint_likelihood([analyse(experiment(name, electrons=bound, statistic=statistic), free=[parameter])]),
        parameter,
        sides=sides,
    )
    (ends,) = found.intervals
    return float(ends[0] or 0.0), float(ends[1] or np.inf)


def moment(name: str, electrons: str, statistic: str = "shape", sides: str = "two") -> float:
    """Upper limit on the effective moment (mu_B)."""
    return interval(name, electrons, MOMENT, statistic, sides)[1] * 1e-10


def _rates(T: np.ndarray) -> dict[str, np.ndarray]:
    """Solar neutrinos on the free electrons of 1 t in one year, dN/dT (1/MeV) by component."""
    targets = electron_targets(material("Xe"), 1.0 * t, lambda _: FreeElectrons(54))
    return {name: np.asarray(rate) for name, rate in recoil_spectrum(sun(), targets, Weak(), T).items()}


def events(components: tuple[str, ...], lowest: float = 0.0, highest: float = 1.7) -> float:
    """Events per t yr of some components with recoils between two energies (MeV); 1.7 is above all but 8B and hep."""
    ends = [one.energies[1] for one in sun().components if one.label in components]
    kinks = [E for one in sun().components for E in getattr(one, "lines", ())]
    tops = [2 * E**2 / (2 * E + m_e) for E in (*ends, *kinks)]
    inner = [end for end in tops if lowest < end < highest]
    edges = np.unique([*np.linspace(lowest, highest, 400), *inner])
    T, w = panels(edges, 4)
    found = _rates(T)
    return float(sum(w @ found[label] for label in components))


def background_rate() -> float:
    """Mean rate of XENONnT's background model before the efficiency, 1 to 30 keV (per t yr keV)."""
    setup = experiment("xenonnt_er_2022")
    model = setup.folder.table("background.csv")
    inside = (model["energy"] > keV) & (model["energy"] < 30 * keV)
    before = model["rate"][inside] / np.asarray(setup.efficiency(model["energy"][inside]))
    return float(np.mean(before) * t * yr * keV)


def xenon_136_counts() -> float:
    """Events of 136Xe in XENONnT, 1 to 140 keV."""
    setup = experiment("xenonnt_er_2022")
    return float(setup.numbers["exposure"] * setup.in_window(spectra.xenon_136_rate))


def solar_counts() -> float:
    """Events of solar neutrinos in XENONnT on free electrons, 1 to 140 keV."""
    setup = experiment("xenonnt_er_2022")

    def rate(T: np.ndarray) -> np.ndarray:
        return np.asarray(sum(_rates(T).values()))

    return float(setup.numbers["exposure"] / (t * yr) * setup.in_window(rate))


def _largest(name: str, electrons: str = "stepping") -> float:
    return max(abs(end) for end in interval(name, electrons, CHARGE)) * 1e-8


def moment_methods(name: str, statistic: str, unit: float, results: Any) -> dict[str, float]:
    """The limit on the moment with free electrons, by stepping and from the ab initio tables, in a unit (mu_B)."""
    return {word: moment(name, word, statistic) / unit for word in ELECTRONS}


def charge_methods(name: str, results: Any) -> dict[str, float]:
    """The limit on the charge (1e-13 e) with free electrons, by stepping and from the ab initio tables.

    The last has the nearly real photon, with an infrared mass of 1 eV.
    """
    return {word: _largest(name, word) * 1e13 for word in ELECTRONS}


def xenon_recoil_methods() -> dict[str, Callable[[Any], dict[str, float]]]:
    """{row id: function of anything that gives {treatment of electrons: number}}; a fit with the tables takes a minute."""
    first, second = "xenonnt_er_2022", "lz_er_2022"
    return {
        "xenonnt2022.magnetic_moment": partial(moment_methods, first, "unbinned", 1e-12),
        "lz2023.magnetic_moment": partial(moment_methods, second, "shape", 1e-11),
        "lz2023.millicharge": partial(charge_methods, second),
        "atzori2022lz.millicharge": partial(charge_methods, second),
    }


def xenon_recoil_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything} of these papers."""
    first = "xenonnt_er_2022"
    rows: dict[str, Callable[[], float]] = {
        "xenonnt2022.events": lambda: float(experiment(first).data.sum()),
        "xenonnt2022.background_rate": background_rate,
        "xenonnt2022.xe136": xenon_136_counts,
        "xenonnt2022.solar": solar_counts,
        "xenonnt2022.magnetic_moment": lambda: moment(first, "free", "unbinned") * 1e12,
        "xenonnt2022.magnetic_moment_stepping": lambda: moment(first, "stepping", "unbinned") * 1e12,
        "xenonnt2022.magnetic_moment_one_sided": lambda: (
            moment(first, "stepping", "unbinned", "upper") * 1e12
        ),
        "xenonnt2022.magnetic_moment_binned": lambda: moment(first, "free") * 1e12,
        "lz2023.magnetic_moment": lambda: moment("lz_er_2022", "free") * 1e11,
        "lz2023.magnetic_moment_stepping": lambda: moment("lz_er_2022", "stepping") * 1e11,
        "lz2023.millicharge": lambda: _largest("lz_er_2022") * 1e13,
        "atzori2022lz.magnetic_moment": lambda: moment("lz_er_2022", "free") * 1e11,
        "atzori2022lz.millicharge": lambda: _largest("lz_er_2022") * 1e13,
        "baudis2014.pp_events": pp_events,
        "baudis2014.pp_be7_events": lambda: pp_events(components=("pp", "be7")),
    }
    rows |= {f"darwin2020.{name}": partial(events, (name,)) for name in ("pp", "be7", "pep", "n13", "o15")}
    return {id: partial(_alone, ours) for id, ours in rows.items()}


def _alone(ours: Callable[[], float], results: Any) -> float:
    return ours()

"""Fluxes of solar neutrinos at one astronomical unit, and where standard solar models produce them.

Fluxes and their relative errors: B16 (Vinyoles et al. 2017), with the composition GS98 (high metallicity) or AGSS09met (low);
17F of GS98 as printed, 5.29 (the model's file says 5.28). `direct-detection-2021` is the convention of Baxter et al. 2021 for
direct searches: B16-GS98 with the 8B flux that SNO measured. Errors are independent here: no matrix of correlations is
published with the tables. What is known to move together moves together by construction: the two lines of 7Be are one source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any, ClassVar

import numpy as np

from weakscatter.inference.parameter import Parameter
from weakscatter.mixing.solar import Production
from weakscatter.provenance.errors import unknown
from weakscatter.provenance.tables import DataFolder, data_folder
from weakscatter.units import cm, s

#: Sources in the order in which they are listed, and the reaction of each.
SOLAR_SOURCES = {
    "pp": "p + p -> d + e+ + nu",
    "pep": "p + e- + p -> d + nu",
    "hep": "3He + p -> 4He + e+ + nu",
    "be7": "7Be + e- -> 7Li + nu",
    "b8": "8B -> 8Be* + e+ + nu",
    "n13": "13N -> 13C + e+ + nu",
    "o15": "15O -> 15N + e+ + nu",
    "f17": "17F -> 17O + e+ + nu",
}

_FLUX = 1 / (cm**2 * s)


@dataclass(frozen=True, eq=False)
class SolarModel:
    """A standard solar model.

    Parameters
    ----------
    name : as in cards.
    fluxes : {source: (flux (MeV^3), relative error)} at one astronomical unit.
    profile : name of the packaged profile of densities and production.
    citations : bibliography keys.
    """

    name: str
    fluxes: Mapping[str, tuple[float, float]]
    profile: str
    citations: tuple[str, ...]


_GS98 = SolarModel(
    "b16-gs98",
    {
        "pp": (5.98e10 * _FLUX, 0.006),
        "pep": (1.44e8 * _FLUX, 0.010),
        "hep": (7.98e3 * _FLUX, 0.30),
        "be7": (4.93e9 * _FLUX, 0.06),
        "b8": (5.46e6 * _FLUX, 0.12),
        "n13": (2.78e8 * _FLUX, 0.15),
        "o15": (2.05e8 * _FLUX, 0.17),
        "f17": (5.29e6 * _FLUX, 0.20),
    },
    "b16_gs98",
    ("vinyoles2017",),
)

_AGSS09MET = SolarModel(
    "b16-agss09met",
    {
        "pp": (6.03e10 * _FLUX, 0.005),
        "pep": (1.46e8 * _FLUX, 0.009),
        "hep": (8.25e3 * _FLUX, 0.30),
        "be7": (4.50e9 * _FLUX, 0.06),
        "b8": (4.50e6 * _FLUX, 0.12),
        "n13": (2.04e8 * _FLUX, 0.14),
        "o15": (1.44e8 * _FLUX, 0.16),
        "f17": (3.26e6 * _FLUX, 0.18),
    },
    "b16_agss09met",
    ("vinyoles2017",),
)

# The measured flux is recalled.
_CONVENTION = replace(
    _GS98,
    name="direct-detection-2021",
    fluxes={**_GS98.fluxes, "b8": (5.25e6 * _FLUX, 0.04)},
    citations=("baxter2021", "vinyoles2017"),
)

#: Solar models by the names of cards.
SOLAR_MODELS = {
    "b16-gs98": _GS98,
    "b16-agss09met": _AGSS09MET,
    "direct-detection-2021": _CONVENTION,
}


def solar_model(name: str | SolarModel) -> SolarModel:
    """Return a solar model by its name; one of your own passes through.

    >>> solar_model("b16-gs98").fluxes["b8"][1]
    0.12
    """
    if isinstance(name, SolarModel):
        return name
    if name not in SOLAR_MODELS:
        raise unknown("solar model", name, SOLAR_MODELS)
    return SOLAR_MODELS[name]


def solar_flux_parameters(model: str | SolarModel = "b16-gs98") -> tuple[Parameter, ...]:
    """Relative pulls of the fluxes, one for each source, constrained by the model's errors.

    The flux is multiplied by 1 + pull. One name in two experiments is one parameter, so they share the Sun.

    >>> [p.name for p in solar_flux_parameters()][:4]
    ['solar_pp_flux', 'solar_pep_flux', 'solar_hep_flux', 'solar_be7_flux']
    """
    chosen = solar_model(model)
    return tuple(
        Parameter(
            f"solar_{source}_flux", 0.0, sigma=error, lower=-1.0,
            description=f"flux of the solar {source} neutrinos, relative to {chosen.name}", source=chosen.citations[0],
        )
        for source, (_, error) in chosen.fluxes.items()
    )  # fmt: skip


def _tables() -> DataFolder:
    return data_folder(files("weakscatter.flux") / "solar_tables")


@dataclass(frozen=True, eq=False)
class SolarProfile:
    """The inner half of the Sun in cells of radius.

    `radius` [n] (outer edges, solar radii), `density` [n] of electrons (MeV^3), `neutrons` [n] per electron, and `shares`
    {source: [n]} of the neutrinos that each cell makes, sum one.
    """

    radius: Any
    density: Any
    neutrons: Any
    shares: Mapping[str, Any]


@lru_cache(maxsize=8)
def solar_profile(name: str) -> SolarProfile:
    """Return a packaged profile: "b16_gs98" or "b16_agss09met"."""
    table = _tables().table(f"profile_{name}.csv", {"electron_density": "1/cm^3", "radius": ""})
    return SolarProfile(
        table["radius"], table["electron_density"], table["neutrons_per_electron"],
        {source: table[source] for source in SOLAR_SOURCES},
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Shape:
    """The spectrum of a continuum: nodes [n] (MeV) and values [n] (1/MeV), linear between them, normalised to one.

    Below the first node above zero it falls like E^2, as beta decays do.
    """

    # Numbers of a paper: never an input of a compiled program.
    STATIC: ClassVar[bool] = True

    energy: Any
    values: Any


@lru_cache(maxsize=16)
def solar_shape(source: str) -> Shape:
    """Return the spectrum of "pp", "hep", "b8" (Winter et al.), "n13", "o15" or "f17"."""
    table = _tables().table(f"spectrum_{source}.csv", {"energy": "MeV", "density": "1/MeV"})
    E, phi = np.array(table["energy"]), np.array(table["density"])
    # A triangle holds phi_1 E_1/2, a parabola a third.
    area = np.trapezoid(phi, E) - phi[1] * E[1] / 6
    return Shape(E, phi / area)


@lru_cache(maxsize=64)
def solar_production(profile: str, source: str, nodes: int = 10) -> Production:
    """Return the Gauss quadrature of the measure "share of production at a density of electrons".

    A function of the density that is a polynomial of degree 2 nodes - 1 is averaged exactly; mass probabilities, which are
    analytic in it, to 1e-8 up to 15 MeV. The share of neutrons, a function of the density too, is read at the nodes.
    """
    made = solar_profile(profile)
    density, share = np.asarray(made.density), np.asarray(made.shares[source])
    share = share / share.sum()  # one, but for the digits of the table
    x, w = _gauss(density / density.max(), share, nodes)
    order = np.argsort(density)
    neutrons = np.interp(x * density.max(), density[order], np.asarray(made.neutrons)[order])
    return Production(x * density.max(), neutrons, w)


def _gauss(x: np.ndarray, share: np.ndarray, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of the Gauss quadrature of a discrete measure: its Jacobi matrix by Stieltjes' recurrence."""
    before, now = np.zeros_like(x), np.full_like(x, 1 / np.sqrt(share.sum()))
    diagonal, beside = np.zeros(nodes), np.zeros(nodes)
    for k in range(nodes):
        diagonal[k] = share @ (x * now**2)
        following = (x - diagonal[k]) * now - beside[k - 1] * before
        beside[k] = np.sqrt(share @ following**2)
        before, now = now, following / beside[k]
    found, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside[:-1], 1) + np.diag(beside[:-1], -1))
    return found, share.sum() * vectors[0] ** 2

"""Dresden-II 2022: 2.924 kg of germanium at 10.39 m from a core of 2.96 GW, 96.4 d on, 25 d off (arXiv:2202.09672).

The data are rates per bin of 10 eV, detector and day, corrected for the acceptance, with their errors: a Gaussian
term. Tables beside this file, made by `tools/restate_dresden_ii.py`. Readings that matter, with the CEvNS counts per day between 0.2
and 0.4 keV, 96.7 by default:

- *normalisation*: power and distance give 4.80e13/(cm^2 s) with the quoted 7.24 antineutrinos per fission, which is the
  flux that the paper states. An analysis that normalises spectra *without* the captures on 238U to this flux has a
  quarter more fissions, and a quarter more of everything seen here (bin by bin within 1 % of a public analysis code
  then);
- *resolution*: a Gaussian cut at zero and normalised to one above ("truncated"), as analyses of these data have it;
  with the plain one ("gaussian") 90.7;
- *quenching*: "fef" (iron-filtered neutrons) or "ybe" (photo-neutrons of 88Y/Be), both of the paper, 52.4 with the
  second; "lindhard" with the k of other germanium, 23.3. There is no error on either table: they are alternatives;
- *electrons*: recoils of electrons are seen unquenched in the same bins (`electrons`); the component "cevns" holds them;
- *moments*: the limit on a moment of nu_e comes out stronger with stepping (2.98e-10 Bohr magnetons at 90 %) than with free
  electrons (3.53e-10), though stepping has fewer electrons. The data do that: free electrons are more sensitive
  (mu^2 known to 5.4 against 6.1, in 1e-20), but their best mu^2 is 3.8, that of stepping -1.1, which the bound moves to zero.
  It is the L edges at 1.2 to 1.4 keV, below the L1 line: without them (22 free electrons above 1 keV) stepping has 3.2;
- below 2.96 eV of ionisation energy, one electron-hole pair, nothing is seen: what a recoil spectrum that diverges at
  zero energy leaves in the window depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from scipy.optimize import brentq

from weakscatter.detectors import (
    ConstantQuenching,
    Detector,
    GaussianResolution,
    Lindhard,
    PerfectEfficiency,
    SmearingTable,
    TabulatedQuenching,
    TruncatedGaussianResolution,
)
from weakscatter.experiments.counting import COMMON, QUENCHING, relative_pull
from weakscatter.experiments.dresden_ii.background import background_parameters, backgrounds, nominal
from weakscatter.experiments.electronic_recoils import check_electrons, electronic_grid, electronic_recoils
from weakscatter.experiments.neutron_radii import common_radius, common_skin, named_radius
from weakscatter.experiments.release import release_numbers
from weakscatter.experiments.scaling import Pull, Strength
from weakscatter.flux import Beam, reactor_antineutrinos
from weakscatter.grids import edges_of
from weakscatter.inference import MeasuredCounts, Parameter
from weakscatter.matter import material, nuclide
from weakscatter.model import Model, nuclear_targets, recoil_grid
from weakscatter.provenance.errors import unknown
from weakscatter.provenance.tables import DataFolder, data_folder
from weakscatter.response import ELECTRONIC_RECOIL, NUCLEAR_RECOIL, Helm, NuclearResponse, default_radii
from weakscatter.units import day, eV, fm, keV

#: Quenching models, resolutions and periods by the word of an option.
QUENCHINGS = ("fef", "ybe", "lindhard")
RESOLUTIONS = {"truncated": TruncatedGaussianResolution, "gaussian": GaussianResolution}
PERIODS = ("on", "off")


@lru_cache(maxsize=1)
def _folder() -> DataFolder:
    return data_folder(files("weakscatter.experiments") / "dresden_ii")


@lru_cache(maxsize=1)
def _numbers() -> dict[str, Any]:
    """The scalars of release.toml in natural units."""
    return release_numbers(_folder())


@lru_cache(maxsize=1)
def _rates() -> Any:
    return _folder().table("rates.csv", {"energy": "keV"})


@lru_cache(maxsize=4)
def _smearing(resolution: str) -> SmearingTable:
    numbers = _numbers()
    shape = RESOLUTIONS[resolution](numbers["noise"], (numbers["fano"] * numbers["pair"]) ** 0.5)
    return SmearingTable.build(shape, PerfectEfficiency(), _edges())


@lru_cache(maxsize=1)
def _edges() -> tuple[float, ...]:
    """Edges of the energy bins (MeV)."""
    return tuple(np.round(edges_of(_rates()["energy"]) / keV, 9) * keV)


@lru_cache(maxsize=4)
def _quenching(name: str) -> Callable[[Any], Any]:
    """A quenching of the release, or Lindhard's with its nominal strength."""
    if name == "lindhard":
        return Lindhard(QUENCHING.value, 32.0)
    table = _folder().table("quenching.csv", {"recoil": "keV"})
    return TabulatedQuenching(table["recoil"], table[name])


@lru_cache(maxsize=4)
def _lowest(name: str) -> float:
    """Recoil energy (MeV) that leaves one electron-hole pair."""
    pair, light = _numbers()["pair"], _quenching(name)
    return float(brentq(lambda T: float(light(T)) - pair, 1e-9, keV, xtol=1e-12))


@dataclass(frozen=True, eq=False)
class DresdenII:
    """The experiment.

    Parameters
    ----------
    quenching : "fef" (default), "ybe" or "lindhard", then with the parameter `lindhard_k_ge`.
    resolution : "truncated" (default) or "gaussian".
    period : "on" (default) or "off": rates of the 25 days of outages, for a check that no signal is seen in them. The
        prediction is that of the running reactor all the same.
    electrons : "stepping" (default), "free" or "none": electronic recoils, seen in the same bins, unquenched.
    above : what comes above 8 MeV, as in `reactor_antineutrinos`.
    form_factor : of the nuclei.
    """

    quenching: str = "fef"
    resolution: str = "truncated"
    period: str = "on"
    electrons: str = "stepping"
    above: str = "vogel-engel"
    form_factor: Any = field(default_factory=Helm)
    name = "dresden_ii"
    title = "Dresden-II 2022"
    citations = ("colaresi2022", "coloma2022", "huber2011", "mueller2011", "vogel1989", "kopeikin2004")
    statistic = "shape"
    energy_label, time_label = "ionisation energy (keV)", "exposure"

    def __post_init__(self) -> None:
        for what, given, allowed in (
            ("quenching", self.quenching, QUENCHINGS),
            ("resolution", self.resolution, tuple(RESOLUTIONS)),
            ("period", self.period, PERIODS),
        ):
            if given not in allowed:
                raise unknown(f"{what} of Dresden-II", given, allowed)
        check_electrons(self.electrons)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        numbers = _numbers()
        flux = relative_pull(
            "reactor_flux_dresden", numbers["prior_flux"], "antineutrino flux at 10.39 m", "arXiv:2205.09484"
        )
        strength = Parameter(
            "signal_strength", 1.0, lower=0.0, upper=20.0, description="CEvNS counts over prediction"
        )
        radius = common_radius(
            COMMON, default_radii(nuclide("Ge74")).neutron / fm, "common rms neutron radius of the germanium isotopes"
        )  # fmt: skip
        quenching = (QUENCHING,) if self.quenching == "lindhard" else ()
        return (flux, *self._background_parameters, *quenching, strength, radius, common_skin())

    @cached_property
    def _background_parameters(self) -> tuple[Parameter, ...]:
        numbers = _numbers()
        return background_parameters(numbers["m_share"], numbers["m_share_error"])

    @property
    def scalings(self) -> tuple[Any, ...]:
        return (Strength("signal_strength", ("cevns",)), Pull("reactor_flux_dresden", ("cevns",)))

    @property
    def replaces(self) -> dict[str, tuple[str, ...]]:
        return {}

    @property
    def energy_edges(self) -> np.ndarray:
        return np.array(_edges())

    @property
    def time_edges(self) -> np.ndarray:
        """One bin: the whole exposure."""
        return np.array([0.0, 1.0])

    @property
    def data(self) -> np.ndarray:
        """Rates [b, 1] per bin, detector and day."""
        return np.asarray(_rates()[self.period])[:, None]

    @property
    def errors(self) -> np.ndarray:
        """One standard deviation of `data` [b, 1]."""
        return np.asarray(_rates()[f"{self.period}_error"])[:, None]

    @property
    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends [b, 1] of the errors."""
        return self.data - self.errors, self.data + self.errors

    def beam(self) -> Beam:
        """The antineutrinos of a day."""
        numbers = _numbers()
        fractions = dict(zip(("U235", "U238", "Pu239", "Pu241"), numbers["fractions"], strict=True))
        return reactor_antineutrinos(
            power=numbers["power"], distance=numbers["distance"], duration=1 * day, fractions=fractions, above=self.above
        )  # fmt: skip

    def build(self, theory: Any, values: Mapping[str, Any]) -> Model:
        """The prediction of the signal."""

        def response(isotope: Any) -> NuclearResponse:
            return NuclearResponse(
                isotope, self.form_factor, neutron_radius=named_radius(isotope, values, COMMON)
            )

        beam, quenching = self.beam(), _quenching(self.quenching)
        if QUENCHING.name in values:
            quenching = Lindhard(values[QUENCHING.name], 32.0)
        targets = nuclear_targets(material("Ge"), _numbers()["mass"], response)
        atoms = electronic_recoils("Ge", _numbers()["mass"], self.electrons)
        lowest = _lowest(self.quenching)
        # Below 2 keV the recoil spectrum falls by orders of magnitude between bins.
        grid = recoil_grid(
            beam, targets, lowest=lowest, kinks=tuple(np.geomspace(1.2 * lowest, 4 * keV, 40)),
            panels_per_interval=1, points=8,
        )  # fmt: skip
        grids = {NUCLEAR_RECOIL: grid}
        if atoms:
            # From one electron-hole pair to nine widths above the window.
            grids[ELECTRONIC_RECOIL] = electronic_grid(atoms, _numbers()["pair"], 2.2 * keV, 40 * eV)
        seen: dict[str, Any] = {NUCLEAR_RECOIL: quenching, ELECTRONIC_RECOIL: ConstantQuenching(1.0)}
        return Model(beam, theory, (*targets, *atoms), Detector(_smearing(self.resolution), seen), grids)

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        numbers = _numbers()
        given = {**nominal(self._background_parameters), **values}
        found = backgrounds(
            self.energy_edges / keV, given, l2_energy=numbers["l2_energy"] / keV, l2_share=numbers["l2_share"],
            m_energy=numbers["m_energy"] / keV, m_width=numbers["noise"] / keV,
        )  # fmt: skip
        return {"cevns": signal, **{name: rates[:, None] for name, rates in found.items()}}

    def term(
        self, expected: Callable[[Mapping[str, Any]], Any], parameters: tuple[Parameter, ...]
    ) -> MeasuredCounts:
        """The rates with their errors as a term of a likelihood."""
        errors = self.errors.ravel()
        return MeasuredCounts(self.name, self.data.ravel(), errors, errors, expected, parameters)

"""An experiment that published one number: counts above background with errors, on germanium.

Flux, target, quenching and resolution give the counts in a window of ionisation energy; the published value and
errors give the likelihood (`weakscatter.inference.MeasuredCounts`). Electronic recoils are seen in the same window,
unquenched (`electrons`), and are part of the component "cevns".

Quenching is Lindhard's with `lindhard_k_ge`, one parameter of germanium for every experiment: 0.162 +- 0.004.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import numpy as np

from weakscatter.detectors import (
    ConstantQuenching,
    Detector,
    GaussianResolution,
    Lindhard,
    PerfectEfficiency,
    SmearingTable,
)
from weakscatter.experiments.electronic_recoils import check_electrons, electronic_grid, electronic_recoils
from weakscatter.experiments.neutron_radii import common_radius, common_skin, named_radius
from weakscatter.experiments.scaling import Pull, Strength
from weakscatter.flux import Beam
from weakscatter.inference import MeasuredCounts, Parameter
from weakscatter.interactions import Weak
from weakscatter.matter import material, nuclide
from weakscatter.model import Model, nuclear_targets, recoil_grid
from weakscatter.response import ELECTRONIC_RECOIL, NUCLEAR_RECOIL, Helm, NuclearResponse, default_radii
from weakscatter.units import eV, fm

#: Name of the neutron radius common to the isotopes.
COMMON = "neutron_radius_Ge"

#: Full width at half maximum over standard deviation of a Gaussian.
FWHM = float(np.sqrt(8 * np.log(2)))

#: Energy per electron-hole pair in germanium at 77 K times Fano's factor, 2.96 eV x 0.11 (recalled).
FANO = 0.11 * 2.96 * eV

QUENCHING = Parameter("lindhard_k_ge", 0.162, lower=0.05, upper=0.30, sigma=0.004,
                      description="strength k of Lindhard's quenching in germanium", source="arXiv:2202.03754")  # fmt: skip


def relative_pull(name: str, sigma: float, words: str, cited: str) -> Parameter:
    """A relative pull: nominal zero, not below -1."""
    return Parameter(name, 0.0, lower=-1.0, sigma=sigma, description=words, source=cited)


@lru_cache(maxsize=8)
def _smearing(noise: float, edges: tuple[float, ...]) -> SmearingTable:
    return SmearingTable.build(GaussianResolution(noise, FANO**0.5), PerfectEfficiency(), edges)


@dataclass(frozen=True, eq=False)
class CountingExperiment(ABC):
    """What such experiments share; a final class gives the numbers as class variables and its beam.

    Class variables
    ---------------
    name, title, citations : as of every experiment.
    measured : published counts with errors (value, minus, plus).
    in_standard_counts : whether `measured` is in units of the Standard-Model counts (of this library).
    mass : germanium seen by the beam of `beam` (natural units).
    noise : width of the pulser line, one standard deviation (MeV).
    window : edges of ionisation energy (MeV); more than two where part of the detectors starts later.
    shares : fraction of the exposure that counts in each part of the window.
    recoil_edges : panel edges of the recoil energy (MeV), dense where the window starts.
    pulls : the experiment's relative pulls on the signal.
    """

    form_factor: Any = field(default_factory=Helm)
    electrons: str = "stepping"
    name: ClassVar[str]
    title: ClassVar[str]
    citations: ClassVar[tuple[str, ...]]
    measured: ClassVar[tuple[float, float, float]]
    in_standard_counts: ClassVar[bool] = False
    mass: ClassVar[float]
    noise: ClassVar[float]
    window: ClassVar[tuple[float, ...]]
    shares: ClassVar[tuple[float, ...]] = (1.0,)
    recoil_edges: ClassVar[tuple[float, ...]]
    pulls: ClassVar[tuple[Parameter, ...]]
    statistic: ClassVar[str] = "counting"
    energy_label: ClassVar[str] = "ionisation energy (keV)"
    time_label: ClassVar[str] = "exposure"
    replaces: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def __post_init__(self) -> None:
        check_electrons(self.electrons)

    @abstractmethod
    def beam(self) -> Beam:
        """The neutrinos of the whole exposure."""

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        radius = common_radius(
            COMMON,
            default_radii(nuclide("Ge74")).neutron / fm,
            "common rms neutron radius of the germanium isotopes",
        )
        return (
            *self.pulls,
            QUENCHING,
            Parameter("signal_strength", 1.0, lower=0.0, upper=20.0, description="CEvNS counts over prediction"),
            radius,
            common_skin(),
        )  # fmt: skip

    @property
    def scalings(self) -> tuple[Any, ...]:
        return (
            Strength("signal_strength", ("cevns",)),
            *(Pull(pull.name, ("cevns",)) for pull in self.pulls),
        )

    @property
    def energy_edges(self) -> np.ndarray:
        return np.array([self.window[0], self.window[-1]])

    @property
    def time_edges(self) -> np.ndarray:
        """One bin: the whole exposure."""
        return np.array([0.0, 1.0])

    @cached_property
    def published(self) -> tuple[float, float, float]:
        """Counts with errors (value, minus, plus)."""
        unit = self._standard_counts if self.in_standard_counts else 1.0
        value, minus, plus = (number * unit for number in self.measured)
        return value, minus, plus

    @property
    def data(self) -> np.ndarray:
        """Counts above background [1, 1]."""
        return np.array([[self.published[0]]])

    @property
    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends [1, 1] of the published interval of one standard deviation (counts)."""
        value, minus, plus = self.published
        return np.array([[value - minus]]), np.array([[value + plus]])

    @cached_property
    def _standard_counts(self) -> float:
        return float(np.sum(self.components(np.asarray(self.build(Weak(), {}).counts()), {})["cevns"]))

    def build(self, theory: Any, values: Mapping[str, Any]) -> Model:
        """The prediction of the signal in the parts of the window."""

        def response(isotope: Any) -> NuclearResponse:
            return NuclearResponse(
                isotope, self.form_factor, neutron_radius=named_radius(isotope, values, COMMON)
            )

        beam, germanium = self.beam(), material("Ge")
        targets = nuclear_targets(germanium, self.mass, response)
        grid = recoil_grid(beam, targets, kinks=self.recoil_edges, panels_per_interval=1, points=12)
        quenching = Lindhard(values.get(QUENCHING.name, QUENCHING.value), 32.0)
        grids = {NUCLEAR_RECOIL: grid}
        atoms = electronic_recoils("Ge", self.mass, self.electrons)
        if atoms:
            # Six widths beyond the window nothing is seen that came in it.
            low, high = self.window[0], self.window[-1]
            reach = [6 * float(np.hypot(self.noise, (FANO * edge) ** 0.5)) for edge in (low, high)]
            step = max(self.noise, (high - low) / 60)
            grids[ELECTRONIC_RECOIL] = electronic_grid(
                atoms, max(low - reach[0], 0.1 * low), high + reach[1], step
            )
        seen: dict[str, Any] = {NUCLEAR_RECOIL: quenching, ELECTRONIC_RECOIL: ConstantQuenching(1.0)}
        return Model(
            beam, theory, (*targets, *atoms), Detector(_smearing(self.noise, self.window), seen), grids
        )

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """Signal [1, 1]: the parts of the window [b, 1] with the exposure that counts in each."""
        return {"cevns": (np.asarray(self.shares) @ signal)[None, :]}

    def term(
        self, expected: Callable[[Mapping[str, Any]], Any], parameters: tuple[Parameter, ...]
    ) -> MeasuredCounts:
        """The published counts as a term of a likelihood."""
        value, minus, plus = (np.array([number]) for number in self.published)
        return MeasuredCounts(self.name, value, minus, plus, expected, parameters)

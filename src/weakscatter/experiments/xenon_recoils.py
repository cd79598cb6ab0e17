"""Electronic recoils of solar neutrinos in liquid xenon: what XENONnT, LZ and PandaX-4T share.

The signal is all that solar neutrinos do to electrons, the weak interaction included. Backgrounds are named components, each with
its relative pull. What the published background model holds beyond the named ones is the last component, so that their sum is the
published one: the beta decays that are flat at low energy, which no experiment tells apart there. The published model contains solar
neutrinos; they are taken out as on free electrons, whatever the signal is predicted with.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import jax
import numpy as np

from weakscatter.detectors import Detector
from weakscatter.experiments.release import release_numbers
from weakscatter.experiments.scaling import Pull, Strength
from weakscatter.flux import Beam, solar_neutrinos
from weakscatter.grids import panels
from weakscatter.inference import Parameter
from weakscatter.interactions import Weak
from weakscatter.matter import material, subshells
from weakscatter.model import Model, RecoilGrid, electron_targets
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.provenance.tables import DataFolder
from weakscatter.response import FreeElectrons, Stepping, ab_initio
from weakscatter.units import keV, yr

#: Electrons of xenon by the word a card uses; `Stepping` with measured edges, the `ab_initio` table continued by it.
ELECTRONS = ("stepping", "free", "ab-initio")

#: Kind of the deposits.
RECOIL = "electronic-recoil"

#: Energies of no recoil that any of these detectors would see, below, and of no recoil that reaches their windows, above.
LOWEST, HIGHEST = 0.05 * keV, 60.0 * keV


def xenon_electrons(electrons: Any) -> Any:
    """The response of the electrons of one atom of xenon: by its word, or an object of yours as it is.

    Raises
    ------
    InputError : a word that is none of `ELECTRONS`.
    """
    if not isinstance(electrons, str):
        return electrons
    if electrons not in ELECTRONS:
        raise unknown("response of electrons", electrons, ELECTRONS)
    if electrons == "ab-initio":
        return ab_initio("Xe")
    return FreeElectrons(54) if electrons == "free" else Stepping(subshells("Xe", source="measured"))


@lru_cache(maxsize=1)
def sun() -> Beam:
    """Solar neutrinos of one year, by day."""
    return solar_neutrinos(duration=1.0 * yr)


def energies(kinks: tuple[float, ...] = ()) -> RecoilGrid:
    """Recoil energies (MeV): panels of half a keV, finer below 1 keV, with an edge at every kink."""
    fine = np.geomspace(LOWEST, 1.0 * keV, 12)
    coarse = np.linspace(1.0 * keV, HIGHEST, 119)
    inside = [kink for kink in kinks if LOWEST < kink < HIGHEST]
    return RecoilGrid(*panels(np.unique(np.concatenate([fine, coarse, inside])), 6))


@dataclass(frozen=True, eq=False)
class XenonRecoils(ABC):
    """What such experiments share; a final class gives its data, its detector and its backgrounds.

    Parameters
    ----------
    electrons : "stepping", "free", "ab-initio", or a response of your own (per atom of xenon).
    """

    electrons: Any = "stepping"
    name: ClassVar[str]
    title: ClassVar[str]
    citations: ClassVar[tuple[str, ...]]
    #: Ending of the names of its nuisances.
    short: ClassVar[str]
    #: Component that is what the published model holds beyond the others, and its words.
    remainder: ClassVar[tuple[str, ...]]
    energy_label: ClassVar[str] = "reconstructed energy (keV)"
    time_label: ClassVar[str] = "exposure"
    replaces: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def __post_init__(self) -> None:
        xenon_electrons(self.electrons)

    @property
    @abstractmethod
    def folder(self) -> DataFolder:
        """Its tables."""

    @property
    @abstractmethod
    def detector(self) -> Detector:
        """Resolution, efficiency and rows: bins, or cells and events."""

    @property
    @abstractmethod
    def published(self) -> np.ndarray:
        """Counts [rows] of the published background model, solar neutrinos included."""

    @property
    @abstractmethod
    def backgrounds(self) -> Mapping[str, np.ndarray]:
        """Counts [rows] of the named components."""

    @property
    @abstractmethod
    def pulls(self) -> Mapping[str, tuple[float, str]]:
        """{component: (relative uncertainty, words)}, "solar" among them."""

    @property
    def shares(self) -> Mapping[str, float]:
        """Shares of the components that make up what the published model holds beyond the named ones."""
        return {self.remainder[0]: 1.0}

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """The scalars of release.toml in natural units."""
        return release_numbers(self.folder)

    @property
    def time_edges(self) -> np.ndarray:
        """One bin: the whole exposure."""
        return np.array([0.0, 1.0])

    @property
    def energy_edges(self) -> np.ndarray:
        return np.asarray(self.detector.energy_edges)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        (source,) = self.folder.citations[:1]
        pulls = (
            Parameter(f"{component}_{self.short}", 0.0, lower=-1.0, sigma=sigma, description=words, source=source)
            for component, (sigma, words) in self.pulls.items()
        )  # fmt: skip
        strength = Parameter(
            "solar_strength", 1.0, lower=0.0, upper=100.0, description="solar neutrinos over prediction"
        )
        return (*pulls, strength)

    @property
    def scalings(self) -> tuple[Any, ...]:
        pulls = (Pull(f"{component}_{self.short}", (component,)) for component in self.pulls)
        return (Strength("solar_strength", ("solar",)), *pulls)

    def build(self, theory: Any, values: Mapping[str, Any]) -> Model:
        """The prediction of what solar neutrinos do to electrons."""
        # Backgrounds are constants with a prediction inside: they are made before a caller traces anything.
        _ = self._components
        return self._model(theory, self.electrons)

    def _model(self, theory: Any, electrons: Any) -> Model:
        response = xenon_electrons(electrons)
        # The exposure is mass times time; the beam is that of one year.
        targets = electron_targets(material("Xe"), self.numbers["exposure"] / yr, lambda _: response)
        grids = {RECOIL: energies(tuple(response.kinks))}
        return Model(sun(), theory, targets, self.detector, grids)

    def observed(self, spectrum: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Counts [rows] of a spectrum dN/dT (1/MeV) of true energies T (MeV)."""
        grid = energies()
        with jax.ensure_compile_time_eval():
            seen = np.asarray(self.detector.energy_map({RECOIL: grid.nodes}))
        return np.asarray(seen @ (grid.weights * spectrum(np.asarray(grid.nodes))))

    def observed_line(self, energy: float) -> np.ndarray:
        """Counts [rows] per decay with a sharp energy (MeV)."""
        with jax.ensure_compile_time_eval():
            return np.asarray(self.detector.energy_map({RECOIL: np.array([energy])}))[:, 0]

    @cached_property
    def solar_published(self) -> np.ndarray:
        """Counts [rows] of solar neutrinos on free electrons, weak interaction alone: what the published model contains."""
        return np.asarray(self._model(Weak(), "free").counts())[:, 0]

    @cached_property
    def _components(self) -> dict[str, np.ndarray]:
        named = dict(self.backgrounds)
        rest = self.published - self.solar_published - sum(named.values())
        if np.any(rest < 0.0):
            row = int(np.argmin(rest))
            raise InputError(
                f"{self.name}: the named backgrounds exceed the published sum in row {row} by {-rest[row]:.4g} counts. Their numbers "
                "contradict each other."
            )
        return {**{name: share * rest for name, share in self.shares.items()}, **named}

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """Solar neutrinos and the backgrounds [rows, 1]."""
        return {"solar": signal, **{name: counts[:, None] for name, counts in self._components.items()}}

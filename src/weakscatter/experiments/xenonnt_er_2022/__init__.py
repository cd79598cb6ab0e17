"""XENONnT SR0, electronic recoils: 1.16 t yr, 433 events between 1 and 30 keV (arXiv:2207.11330).

Events, background model and efficiency are the collaboration's own release; the efficiency is one of the *reconstructed* energy.
Bins of 1 keV, or the events themselves (`statistic = "unbinned"`). Counts of backgrounds were published for 1-140 keV and are
carried to this window with their shapes; the remainder is called 214Pb and holds 0.7 accidental coincidences. A fit of 1-30 keV
with pulls from the fit of 1-140 keV uses these events twice: 214Pb was left free there between 570 and 1200 events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, ClassVar

import numpy as np

from weakscatter.detectors import (
    ConstantQuenching,
    Detector,
    DirectSmearing,
    EventDensity,
    SquareRootResolution,
    TabulatedEfficiency,
)
from weakscatter.experiments import xenon_backgrounds as spectra
from weakscatter.experiments.xenon_recoils import RECOIL, XenonRecoils
from weakscatter.grids import panels
from weakscatter.provenance.tables import DataFolder, data_folder
from weakscatter.units import keV

#: Bins of reconstructed energy (MeV).
EDGES = np.arange(1.0, 30.5, 1.0) * keV

#: Cells of the unbinned likelihood (MeV): a third of the resolution at 1 keV. Only toys and Asimov data see their width.
CELLS = np.linspace(1.0, 30.0, 291) * keV


@lru_cache(maxsize=1)
def _folder() -> DataFolder:
    return data_folder(files("weakscatter.experiments") / "xenonnt_er_2022")


@dataclass(frozen=True, eq=False)
class XenonntEr2022(XenonRecoils):
    """The experiment.

    Parameters
    ----------
    electrons : see `XenonRecoils`.
    table : smearing table in place of its bins, such as that of `unbinned_table`.
    """

    table: Any = None
    name = "xenonnt_er_2022"
    title = "XENONnT electronic recoils"
    citations = ("xenonnt2022",)
    short: ClassVar[str] = "xenonnt"
    remainder: ClassVar[tuple[str, ...]] = ("pb214",)

    @property
    def folder(self) -> DataFolder:
        return _folder()

    @cached_property
    def resolution(self) -> SquareRootResolution:
        """Width of the reconstructed energy."""
        return SquareRootResolution(self.numbers["resolution_a"], self.numbers["resolution_b"])

    @cached_property
    def efficiency(self) -> TabulatedEfficiency:
        """Total efficiency against reconstructed energy; the table ends 0.12 keV below the window, where it is flat to 1e-4."""
        curve = _folder().table("efficiency.csv", {"energy": "keV", "efficiency": ""})
        return TabulatedEfficiency(curve["energy"], curve["efficiency"], outside="extrapolate")

    @cached_property
    def events(self) -> np.ndarray:
        """Reconstructed energies (MeV) of the events."""
        return np.asarray(_folder().table("events.csv", {"energy": "keV"})["energy"])

    @property
    def unbinned_table(self) -> EventDensity:
        """The table of the unbinned likelihood."""
        return EventDensity(self.resolution, self.efficiency, CELLS, self.events)

    @cached_property
    def detector(self) -> Detector:
        table = DirectSmearing(self.resolution, self.efficiency, EDGES) if self.table is None else self.table
        return Detector(table, {RECOIL: ConstantQuenching(1.0)})

    @cached_property
    def data(self) -> np.ndarray:
        """Events [b, 1]."""
        return np.histogram(self.events, EDGES)[0][:, None].astype(float)

    @cached_property
    def published(self) -> np.ndarray:
        model = _folder().table("background.csv", {"energy": "keV"})
        exposure, edges = self.numbers["exposure"], np.asarray(self.detector.energy_edges)
        # Linear between the cells of 0.1 keV, integrated exactly; the last half of the last one keeps its value.
        x = np.union1d(edges, model["energy"])
        rate = np.interp(x, model["energy"], model["rate"])
        below = np.concatenate([[0.0], np.cumsum(np.diff(x) * 0.5 * (rate[1:] + rate[:-1]))])
        cells = np.diff(below[np.searchsorted(x, edges)])
        events = np.interp(
            getattr(self.detector.table, "events", np.zeros(0)), model["energy"], model["rate"]
        )
        return np.asarray(exposure * np.concatenate([cells, events]))

    def in_window(self, shape: Any) -> float:
        """Integral of a shape times the efficiency over the window of the published counts."""
        x, w = panels(
            np.linspace(self.numbers["counts_energy_min"], self.numbers["counts_energy_max"], 140), 8
        )
        kept = np.interp(x, np.asarray(self.efficiency.x), np.asarray(self.efficiency.value))
        return float(w @ (kept * shape(x)))

    @cached_property
    def backgrounds(self) -> Mapping[str, np.ndarray]:
        n = {name: self.numbers[name][0] for name in ("kr85", "materials", "xe136", "xe124")}
        flat = self.observed(np.ones_like) / self.in_window(np.ones_like)
        pairs = self.observed(spectra.two_neutrino_shape) / self.in_window(spectra.two_neutrino_shape)
        # The published model shows the line of two L shells alone.
        line = spectra.XENON_124_LL_SHARE * self.observed_line(spectra.XENON_124_LL)
        return {
            "kr85": n["kr85"] * flat,
            "materials": n["materials"] * flat,
            "xe136": n["xe136"] * pairs,
            "xe124": n["xe124"] * line,
        }

    @property
    def pulls(self) -> Mapping[str, tuple[float, str]]:
        words = {
            "pb214": "214Pb in the chain of 222Rn, with all that is not named",
            "kr85": "85Kr",
            "materials": "gammas of the detector's materials",
            "xe136": "two-neutrino decay of 136Xe",
            "xe124": "double electron capture of 124Xe",
            "solar": "solar neutrinos",
        }
        ratio = {name: self.numbers[name][1] / self.numbers[name][0] for name in words}
        return {name: (ratio[name], text) for name, text in words.items()}

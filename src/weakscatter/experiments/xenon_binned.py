"""Electronic recoils published in bins of 1 keV with an efficiency of the *true* energy: LZ and PandaX-4T."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from weakscatter.detectors import (
    ConstantQuenching,
    Detector,
    DirectSmearing,
    PerfectEfficiency,
    TabulatedEfficiency,
)
from weakscatter.experiments import xenon_backgrounds as spectra
from weakscatter.experiments.xenon_recoils import RECOIL, XenonRecoils
from weakscatter.grids import edges_of


@dataclass(frozen=True, eq=False)
class BinnedXenonRecoils(XenonRecoils):
    """What they share; a final class gives its resolution and its backgrounds."""

    @property
    @abstractmethod
    def resolution(self) -> Any:
        """Width of the reconstructed energy."""

    @cached_property
    def _counts(self) -> Any:
        return self.folder.table("counts.csv", {"energy": "keV", "events": "", "background": ""})

    @cached_property
    def detector(self) -> Detector:
        curve = self.folder.table("efficiency.csv", {"energy": "keV", "efficiency": ""})
        return Detector(
            DirectSmearing(self.resolution, PerfectEfficiency(), edges_of(self._counts["energy"])),
            {RECOIL: ConstantQuenching(1.0)},
            true_efficiency=TabulatedEfficiency(curve["energy"], curve["efficiency"]),
        )

    @property
    def data(self) -> np.ndarray:
        """Events [b, 1]."""
        return np.asarray(self._counts["events"])[:, None]

    @property
    def published(self) -> np.ndarray:
        return np.asarray(self._counts["background"])

    def lines(self, parts: dict[float, float], counts: float) -> np.ndarray:
        """Counts [rows] of lines with {energy (MeV): share}, together `counts` in the window."""
        seen = sum(share * self.observed_line(energy) for energy, share in parts.items())
        return np.asarray(counts * seen / np.sum(seen))

    def xenon_124(self, counts: float) -> np.ndarray:
        """Counts [rows] of double captures in L and M shells, `counts` of them in the window."""
        return self.lines(
            {
                spectra.XENON_124_LL: spectra.XENON_124_LL_SHARE,
                spectra.XENON_124_LM: spectra.XENON_124_LM_SHARE,
            },
            counts,
        )

    def xenon_136(self) -> np.ndarray:
        """Counts [rows] of the two-neutrino decay of 136Xe, from its half-life."""
        return self.observed(lambda K: self.numbers["exposure"] * spectra.xenon_136_rate(K))

    def tritium(self, counts: float) -> np.ndarray:
        """Counts [rows] of the decay of tritium, `counts` of them in the window."""
        seen = self.observed(spectra.tritium_shape)
        return np.asarray(counts * seen / np.sum(seen))

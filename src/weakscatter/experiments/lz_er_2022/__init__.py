"""LZ WS2022, electronic recoils: 0.90 t yr, 471 events between 1 and 20 keV (arXiv:2511.17350), numbers read off figures.

The efficiency is one of the *true* energy. Counts of the lines are those of the search for nuclear recoils (arXiv:2207.03764), whose
window holds all of them; 136Xe follows from its half-life. The remainder is what is flat: 214Pb, 212Pb, 85Kr and gammas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import ClassVar

import numpy as np

from weakscatter.detectors import SquareRootResolution
from weakscatter.experiments import xenon_backgrounds as spectra
from weakscatter.experiments.xenon_binned import BinnedXenonRecoils
from weakscatter.provenance.tables import DataFolder, data_folder


@lru_cache(maxsize=1)
def _folder() -> DataFolder:
    return data_folder(files("weakscatter.experiments") / "lz_er_2022")


@dataclass(frozen=True, eq=False)
class LzEr2022(BinnedXenonRecoils):
    """The experiment; see `XenonRecoils` for `electrons`."""

    name = "lz_er_2022"
    title = "LZ WS2022 electronic recoils"
    citations = ("lz2025", "lz2022")
    short: ClassVar[str] = "lz2022"
    remainder: ClassVar[tuple[str, ...]] = ("beta_gamma",)

    @property
    def folder(self) -> DataFolder:
        return _folder()

    @cached_property
    def resolution(self) -> SquareRootResolution:
        return SquareRootResolution(self.numbers["resolution_a"], self.numbers["resolution_b"])

    @cached_property
    def backgrounds(self) -> Mapping[str, np.ndarray]:
        return {
            "xe136": self.xenon_136(),
            "xe124": self.xenon_124(self.numbers["xe124"][0]),
            "xe127": self.lines({spectra.XENON_127_L: 1.0}, self.numbers["xe127"][0]),
            "ar37": self.lines({spectra.ARGON_37_K: 1.0}, self.numbers["ar37"]),
        }

    @property
    def pulls(self) -> Mapping[str, tuple[float, str]]:
        n = self.numbers
        # The collaboration allowed 0 to 288 events, without a preference: a Gaussian of the same standard deviation.
        argon = n["ar37_range"] / np.sqrt(12.0) / n["ar37"]
        return {
            "beta_gamma": (
                n["beta_gamma"],
                "beta decays of 214Pb, 212Pb and 85Kr, and gammas of the detector",
            ),
            "xe136": (n["xe136"], "two-neutrino decay of 136Xe"),
            "xe124": (n["xe124"][1] / n["xe124"][0], "double electron capture of 124Xe"),
            "xe127": (n["xe127"][1] / n["xe127"][0], "electron capture of 127Xe"),
            "ar37": (float(argon), "electron capture of 37Ar"),
            "solar": (n["solar"], "solar neutrinos"),
        }

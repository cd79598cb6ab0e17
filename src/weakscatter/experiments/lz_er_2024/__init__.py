"""LZ WS2024, electronic recoils: 3.3 t yr, 1787 events between 1 and 20 keV (arXiv:2511.17350), numbers read off figures.

The efficiency is one of the *true* energy. Counts of lines and tritium are those of the search for nuclear recoils
(arXiv:2410.17036), whose window holds most of them; 136Xe follows from its half-life. The remainder is what is flat, shared as there.
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
    return data_folder(files("weakscatter.experiments") / "lz_er_2024")


@dataclass(frozen=True, eq=False)
class LzEr2024(BinnedXenonRecoils):
    """The experiment; see `XenonRecoils` for `electrons`."""

    name = "lz_er_2024"
    title = "LZ WS2024 electronic recoils"
    citations = ("lz2025", "lz2024")
    short: ClassVar[str] = "lz2024"
    remainder: ClassVar[tuple[str, ...]] = ("pb214", "kr85_materials", "pb212")

    @property
    def folder(self) -> DataFolder:
        return _folder()

    @cached_property
    def resolution(self) -> SquareRootResolution:
        return SquareRootResolution(self.numbers["resolution_a"], self.numbers["resolution_b"])

    @property
    def shares(self) -> Mapping[str, float]:
        fitted = {name: self.numbers[name][0] for name in self.remainder}
        return {name: counts / sum(fitted.values()) for name, counts in fitted.items()}

    @cached_property
    def backgrounds(self) -> Mapping[str, np.ndarray]:
        return {
            "tritium": self.tritium(self.numbers["tritium"][0]),
            "xe136": self.xenon_136(),
            "xe124": self.xenon_124(self.numbers["xe124"][0]),
            "xe127": self.lines({spectra.XENON_127_L: 1.0}, self.numbers["xe127"][0]),
        }

    @property
    def pulls(self) -> Mapping[str, tuple[float, str]]:
        n = self.numbers
        return {
            "pb214": (n["pb214"][1], "214Pb in the chain of 222Rn, with all that is not named"),
            "kr85_materials": (n["kr85_materials"][1], "85Kr, 39Ar and gammas of the detector"),
            "pb212": (n["pb212"][1], "212Pb and 218Po"),
            "tritium": (n["tritium"][1] / n["tritium"][0], "tritium and 14C"),
            "xe136": (n["xe136"], "two-neutrino decay of 136Xe"),
            "xe124": (n["xe124"][1] / n["xe124"][0], "double electron capture of 124Xe"),
            "xe127": (n["xe127"][1] / n["xe127"][0], "electron capture of 127Xe and 125Xe"),
            "solar": (n["solar"], "solar neutrinos"),
        }

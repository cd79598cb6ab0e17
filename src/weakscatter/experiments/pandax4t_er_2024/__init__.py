"""PandaX-4T Run1, electronic recoils: 1.00 t yr, bins of 1 keV up to 30 keV (arXiv:2408.07641), numbers read off figures.

The efficiency is taken as one of the *true* energy, and the resolution is a polynomial whose source could not be read: a curve, not
a number, is what to compare. Counts of lines and tritium are those of the search for nuclear recoils (arXiv:2408.00664); 136Xe
follows from its half-life. The remainder is what is flat: 222Rn, 220Rn, 85Kr and materials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import ClassVar

import numpy as np

from weakscatter.detectors import PolynomialResolution
from weakscatter.experiments.xenon_binned import BinnedXenonRecoils
from weakscatter.provenance.tables import DataFolder, data_folder


@lru_cache(maxsize=1)
def _folder() -> DataFolder:
    return data_folder(files("weakscatter.experiments") / "pandax4t_er_2024")


@dataclass(frozen=True, eq=False)
class Pandax4tEr2024(BinnedXenonRecoils):
    """The experiment; see `XenonRecoils` for `electrons`."""

    name = "pandax4t_er_2024"
    title = "PandaX-4T Run1 electronic recoils"
    citations = ("pandax2024", "pandax2024wimps")
    short: ClassVar[str] = "pandax"
    remainder: ClassVar[tuple[str, ...]] = ("beta_gamma",)

    @property
    def folder(self) -> DataFolder:
        return _folder()

    @cached_property
    def resolution(self) -> PolynomialResolution:
        return PolynomialResolution(self.numbers["resolution"], self.numbers["resolution_end"])

    @cached_property
    def backgrounds(self) -> Mapping[str, np.ndarray]:
        return {
            "tritium": self.tritium(self.numbers["tritium"][0]),
            "xe136": self.xenon_136(),
            "xe124": self.xenon_124(self.numbers["xe124"][0]),
        }

    @property
    def pulls(self) -> Mapping[str, tuple[float, str]]:
        n = self.numbers
        return {
            "beta_gamma": (n["beta_gamma"], "beta decays of radon and 85Kr, gammas of the detector"),
            "tritium": (n["tritium"][1] / n["tritium"][0], "tritium"),
            "xe136": (n["xe136"], "two-neutrino decay of 136Xe"),
            "xe124": (n["xe124"][1] / n["xe124"][0], "double electron capture of 124Xe"),
            "solar": (n["solar"], "solar neutrinos"),
        }

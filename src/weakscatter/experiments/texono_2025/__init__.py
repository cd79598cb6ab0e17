"""TEXONO 2025: germanium at 28 m from the core of Kuo-Sheng, 242 kg d on, 357 kg d off (arXiv:2411.18812).

Published: the rate is below 4.7 times the Standard Model at 90 %, threshold 200 eV, Lindhard k = 0.162. Neither
counts nor a best fit are at hand. The likelihood is therefore a Gaussian around *no* signal, as wide as makes the
upper end of the 90 % interval of a strength that is not negative 4.7 (rise of -2 ln L by 2.706): an assumption,
stated. Everything is in units of our own Standard-Model counts, so flux and exposure cancel in the Standard Model,
and the spectrum matters only for other theories. Not at hand either: width of the pulser line, 70 eV (recalled).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weakscatter.experiments.counting import FWHM, CountingExperiment
from weakscatter.flux import Beam, reactor_antineutrinos
from weakscatter.inference import critical_value
from weakscatter.units import cm, day, eV, keV, kg, s

#: Width of a Gaussian around zero that has the published limit.
_WIDTH = 4.7 / float(critical_value(0.90, "two")) ** 0.5


@dataclass(frozen=True, eq=False)
class Texono2025(CountingExperiment):
    """TEXONO; `above` as in `reactor_antineutrinos`. Its errors contain every systematic uncertainty."""

    above: str = "vogel-engel"
    name = "texono_2025"
    title = "TEXONO 2025"
    citations = ("texono2025", "bonhomme2022", "huber2011", "mueller2011", "vogel1989", "wong2007")
    measured = (0.0, _WIDTH, _WIDTH)
    in_standard_counts = True
    mass = 1.0 * kg
    noise = 70 * eV / FWHM
    window = (200 * eV, 800 * eV)
    recoil_edges = tuple(np.geomspace(0.2 * keV, 4 * keV, 20))
    pulls = ()

    def beam(self) -> Beam:
        return reactor_antineutrinos(flux=0.64e13 / (cm**2 * s), duration=242 * day, above=self.above)

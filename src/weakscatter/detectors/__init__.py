"""The instrument: from the energies and arrival times of events to observed bins.

Quenching, then resolution, then efficiency as a function of the *reconstructed* observable, then bins; see
`smearing` for the formula. Nothing is renormalised in the window. Knows nothing of fluxes and cross sections.
"""

from __future__ import annotations

from weakscatter.detectors.binning import Edges
from weakscatter.detectors.detector import KINDS, Detector
from weakscatter.detectors.efficiency import (
    ExponentialTimeEfficiency,
    LogisticEfficiency,
    MorphedEfficiency,
    PerfectEfficiency,
    SteppedLogistic,
    TabulatedEfficiency,
)
from weakscatter.detectors.energy_resolution import PolynomialResolution, SquareRootResolution
from weakscatter.detectors.event_density import EventDensity
from weakscatter.detectors.morphing import morph_weights
from weakscatter.detectors.nest import NestYields, nest_quenching, nest_yields
from weakscatter.detectors.quenching import (
    ConstantQuenching,
    Lindhard,
    MorphedQuenching,
    PolynomialQuenching,
    ScaledQuenching,
    TabulatedQuenching,
)
from weakscatter.detectors.rational_quenching import RationalQuenching
from weakscatter.detectors.resolution import (
    GammaResolution,
    GaussianResolution,
    PoissonResolution,
    TruncatedGaussianResolution,
)
from weakscatter.detectors.sharp import SharpDetector
from weakscatter.detectors.smearing import DirectSmearing, smear
from weakscatter.detectors.table import SmearingTable

#: Kinds by the word a card uses.
QUENCHINGS: dict[str, type] = {
    "constant": ConstantQuenching,
    "polynomial": PolynomialQuenching,
    "morphed": MorphedQuenching,
    "lindhard": Lindhard,
    "rational": RationalQuenching,
    "table": TabulatedQuenching,
}
RESOLUTIONS: dict[str, type] = {
    "gaussian": GaussianResolution,
    "truncated-gaussian": TruncatedGaussianResolution,
    "poisson": PoissonResolution,
    "gamma": GammaResolution,
    "square-root": SquareRootResolution,
}
EFFICIENCIES: dict[str, type] = {
    "perfect": PerfectEfficiency,
    "logistic": LogisticEfficiency,
    "stepped-logistic": SteppedLogistic,
    "table": TabulatedEfficiency,
    "morphed": MorphedEfficiency,
}
TIME_EFFICIENCIES: dict[str, type] = {
    "perfect": PerfectEfficiency,
    "exponential": ExponentialTimeEfficiency,
}

__all__ = [
    "EFFICIENCIES", "KINDS", "QUENCHINGS", "RESOLUTIONS", "TIME_EFFICIENCIES", "ConstantQuenching", "Detector",
    "DirectSmearing",
    "Edges",
    "EventDensity",
    "ExponentialTimeEfficiency",
    "GammaResolution",
    "GaussianResolution",
    "Lindhard",
    "LogisticEfficiency",
    "MorphedEfficiency",
    "MorphedQuenching",
    "NestYields",
    "PerfectEfficiency",
    "PoissonResolution",
    "PolynomialQuenching",
    "PolynomialResolution",
    "RationalQuenching",
    "ScaledQuenching",
    "SharpDetector",
    "SmearingTable",
    "SquareRootResolution",
    "SteppedLogistic",
    "TabulatedEfficiency",
    "TabulatedQuenching",
    "TruncatedGaussianResolution",
    "morph_weights",
    "nest_quenching",
    "nest_yields",
    "smear",
]  # fmt: skip

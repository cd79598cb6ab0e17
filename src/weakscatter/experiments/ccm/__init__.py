"""Coherent CAPTAIN-Mills as a projection: 7 t of liquid argon, 20 m from tungsten hit by protons of 800 MeV, 1e22 a year.

No background model is published with the numbers that are stated, so there are no data: counts of dark matter above a threshold, and
contours without a background. Recalled: the triangular pulse of 290 ns, 0.1 pi0 per proton. The neutrinos of the source are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from weakscatter.detectors import SharpDetector
from weakscatter.experiments.dark_matter import DarkSource, dark_components
from weakscatter.experiments.scaling import Pull
from weakscatter.flux import MesonDecay, TriangularPulse
from weakscatter.inference import Parameter
from weakscatter.interactions import VectorPortal
from weakscatter.matter import material
from weakscatter.model import DarkSetup, Model, nuclear_targets, recoil_grid
from weakscatter.response import NUCLEAR_RECOIL, HelmLewinSmith, NuclearResponse
from weakscatter.units import keV, kg, m, ns

PROTONS, DISTANCE, MASS, PI0 = 1e22, 20 * m, 7000 * kg, 0.1
#: The pulse on the clock of light arriving.
PULSE = TriangularPulse(0.0, 290 * ns)


@dataclass(frozen=True, eq=False)
class Ccm:
    """The experiment: `years` of 1e22 protons, recoils above `threshold`."""

    years: float = 1.0
    threshold: float = 50 * keV
    pi0_per_proton: float = PI0
    name = "ccm"
    makes_dark_matter = True
    title = "Coherent CAPTAIN-Mills, projected"
    citations = ("ccm2022", "dutta2020")
    projected = True
    energy_label, time_label = "recoil energy (MeV)", "arrival time (us)"
    scalings = (Pull("pi0_yield_ccm", ("dark_matter",)),)
    parameters = (
        Parameter(
            "pi0_yield_ccm", 0.0, lower=-1.0, sigma=0.2, description="pi0 per proton of 800 MeV on tungsten"
        ),
    )

    @property
    def replaces(self) -> dict[str, tuple[str, ...]]:
        return {}

    @property
    def energy_edges(self) -> np.ndarray:
        return np.concatenate([[self.threshold], np.array([75.0, 100.0, 150.0, 200.0, 300.0, 500.0]) * keV])

    @property
    def time_edges(self) -> np.ndarray:
        return np.array([0.0, 100.0, 190.0, 300.0, 450.0, 1600.0]) * ns

    @property
    def data(self) -> np.ndarray:
        """Nothing is seen [b, s]: a projection without a background."""
        return np.zeros((len(self.energy_edges) - 1, len(self.time_edges) - 1))

    @cached_property
    def source(self) -> DarkSource:
        return DarkSource(self.years * PROTONS, DISTANCE, PULSE, (MesonDecay(self.pi0_per_proton),), slices=6)

    def targets(self) -> tuple[Any, ...]:
        """7 t of argon with the form factor of Lewin and Smith."""
        return nuclear_targets(
            material("Ar"), MASS, lambda isotope: NuclearResponse(isotope, HelmLewinSmith())
        )

    def setup(self) -> DarkSetup:
        """Source, target and threshold for `weakscatter.model.dark_counts`."""
        return DarkSetup(self.source.channels, self.source.protons, DISTANCE, self.targets(), self.threshold)

    def build(self, theory: Any, values: Mapping[str, Any]) -> Model:
        """The prediction; without a portal in the theory, exactly nothing."""
        beam, scattering = dark_components(theory, values, self.source)
        if beam is None:
            # A mixing of zero: the same bins, with nothing in them.
            beam, scattering = dark_components(
                theory + VectorPortal(mass=10.0, mediator_mass=30.0), values, self.source
            )
        assert beam is not None
        targets = self.targets()
        grid = recoil_grid(
            beam, targets, lowest=self.threshold, highest=float(self.energy_edges[-1]), kinks=self.energy_edges.tolist(),
            panels_per_interval=1, points=8,
        )  # fmt: skip
        detector = SharpDetector(self.energy_edges, self.time_edges)
        return Model(beam, scattering, targets, detector, {NUCLEAR_RECOIL: grid})

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"dark_matter": signal}

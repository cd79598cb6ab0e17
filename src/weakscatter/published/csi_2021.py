"""Our numbers for COHERENT CsI 2021: prediction, fits and limits, each computed once and kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from math import sqrt
from typing import Any, ClassVar

from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.inference import FitResult, LimitResult, fit, limit
from weakscatter.interactions import Weak
from weakscatter.model import recoil_counts
from weakscatter.published.signal import SignalResults
from weakscatter.response import NUCLEAR_RECOIL, Point

#: Electromagnetic properties with a published interest, by family.
FAMILIES = {
    "charge radii": ("charge_radius_ee", "charge_radius_mumu", "charge_radius_emu", "charge_radius_etau",
                     "charge_radius_mutau"),
    "millicharges": ("millicharge_ee", "millicharge_mumu", "millicharge_emu", "millicharge_etau",
                     "millicharge_mutau"),
    "magnetic moments": ("magnetic_moment_e", "magnetic_moment_mu"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class CsI2021(SignalResults):
    """Everything computed from the data set with its default settings."""

    experiment: Any = field(default_factory=lambda: experiment("coherent_csi_2021"))

    normalisations: ClassVar[tuple[str, ...]] = ("sns_flux", "form_factor_csi")
    backgrounds: ClassVar[tuple[str, ...]] = ("brn_csi", "nin_csi", "steady_state_csi")

    @cached_property
    def radius_fit(self) -> FitResult:
        """Common neutron radius of Cs and I, with all systematics but the form factor's."""
        return fit(joint_likelihood([analyse(self.experiment, free=["neutron_radius_CsI"])]))

    @cached_property
    def coherence_loss(self) -> float:
        """Preference of the fitted radius over point-like nuclei, in standard deviations."""
        point = experiment("coherent_csi_2021", form_factor=Point())
        coherent = fit(joint_likelihood([analyse(point, fixed={"form_factor_csi": 0.0})]), errors="hesse")
        assert coherent.minimum is not None
        assert self.radius_fit.minimum is not None
        return sqrt(coherent.minimum - self.radius_fit.minimum)

    @cached_property
    def angle_fit(self) -> FitResult:
        """Weak mixing angle; it moves the tree part of the couplings."""
        return fit(joint_likelihood([analyse(self.experiment, free=["sin2_theta_w"])]))

    @property
    def measured_cross_section(self) -> float:
        """Fitted over predicted counts times the predicted cross section (MeV^-2)."""
        return self.fitted_counts[0] / self.predicted_counts * self.mean_cross_section

    @cached_property
    def mean_cross_section(self) -> float:
        """Standard-Model cross section (MeV^-2) averaged over the three fluxes and over Cs and I."""
        model = self.experiment.build(Weak(), {})
        nuclei = model.targets_of(NUCLEAR_RECOIL)
        counts = recoil_counts(model.beam, nuclei, Weak())
        fluence = sum(float(component.fluence) for component in model.beam.components)
        number = sum(float(target.number) for target in nuclei)
        return float(sum(float(n) for n in counts.values()) / (fluence * number))

    def limits(self, names: Iterable[str], *, profiled: bool) -> dict[str, LimitResult]:
        """90 % intervals of parameters of one family, each alone or with the others of the family profiled."""
        names = tuple(names)
        likelihood = joint_likelihood([analyse(self.experiment, free=names)])
        result = {}
        for name in names:
            others = [other for other in names if other != name]
            standard = {other: likelihood.parameter(other).value for other in others}
            result[name] = limit(likelihood, name, 0.90, profile=others if profiled else (),
                                 fixed=None if profiled else standard)  # fmt: skip
        return result

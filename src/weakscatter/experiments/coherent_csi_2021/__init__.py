"""COHERENT CsI 2021: 14.6 kg of CsI[Na], 13.99 GWh, energy x time (arXiv:2110.07730).

Prediction from flux to photoelectrons; steady-state background from anti-coincident data, projected on energy and
times the exponential of the time efficiency; neutron backgrounds as published. The numbers are in the tables beside
this file, which `tools/restate_coherent_csi_2021.py` makes again from the official release.

Readings of the release that matter, each with its size on the signal in `published/itemise.py`:
the two efficiency variations, both labelled +1 sigma, are +1 and -1; the second quenching variation lowers the rate
where it is "+"; the proton pulse stands at 0.473 us on the time axis of the data (from the neutrino-induced
neutrons), 0.16 us before the slow beam neutrons. The pulse of the release's own flux file could not be obtained.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import jax
import numpy as np

from weakscatter.detectors import (
    ConstantQuenching,
    Detector,
    ExponentialTimeEfficiency,
    GammaResolution,
    LogisticEfficiency,
    MorphedEfficiency,
    MorphedQuenching,
    PolynomialQuenching,
    SmearingTable,
    morph_weights,
)
from weakscatter.experiments.caesium_iodide import RADII, crystal, relative_pull, signal_parameters
from weakscatter.experiments.dark_matter import DarkSource, with_dark_matter
from weakscatter.experiments.electronic_recoils import check_electrons, electronic_grid, electronic_recoils
from weakscatter.experiments.least_squares import Subtraction
from weakscatter.experiments.release import release_numbers
from weakscatter.experiments.scaling import Pull, Strength
from weakscatter.flux import GaussianPulse, pion_decay_at_rest
from weakscatter.grids import edges_of, rebinned, subdivided
from weakscatter.inference import Parameter
from weakscatter.model import Model, recoil_grid
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.tables import DataFolder, data_folder
from weakscatter.response import ELECTRONIC_RECOIL, NUCLEAR_RECOIL, Helm
from weakscatter.units import keV, us

#: Systematics by name: pulls named for their causes, or one normalisation of the signal as in arXiv:2205.09484.
SYSTEMATICS = ("causes", "lump")

_CITED = "arXiv:2110.07730"


@lru_cache(maxsize=1)
def _folder() -> DataFolder:
    return data_folder(files("weakscatter.experiments") / "coherent_csi_2021")


@lru_cache(maxsize=1)
def _numbers() -> dict[str, Any]:
    """The scalars of release.toml in natural units."""
    return release_numbers(_folder())


@lru_cache(maxsize=1)
def _efficiency_curves() -> tuple[LogisticEfficiency, ...]:
    numbers = _numbers()
    return tuple(
        LogisticEfficiency(*numbers[name]) for name in ("efficiency", "efficiency_plus", "efficiency_minus")
    )


@lru_cache(maxsize=1)
def _smearing() -> SmearingTable:
    numbers = _numbers()
    resolution = GammaResolution(numbers["smearing_a"], numbers["smearing_b"])
    nominal, plus, minus = _efficiency_curves()
    return SmearingTable.build(resolution, MorphedEfficiency(nominal, plus, minus), numbers["energy_edges"])


def release_quenching(values: Mapping[str, Any]) -> MorphedQuenching:
    """The quenching of the release, moved along its two eigen-variations by the pulls in `values`."""
    numbers = _numbers()
    variations = tuple(
        (
            PolynomialQuenching(numbers[f"quenching_{i}_plus"]),
            PolynomialQuenching(numbers[f"quenching_{i}_minus"]),
        )
        for i in (0, 1)
    )
    pulls = tuple(values.get(f"quenching_csi_{i}", 0.0) for i in (0, 1))
    return MorphedQuenching(PolynomialQuenching(numbers["quenching"]), variations, pulls)


def quenching_parameters() -> tuple[Parameter, ...]:
    """Pulls of the two eigen-variations of the quenching."""
    return (
        _standard("quenching_csi_0", "first eigen-variation of the quenching"),
        _standard("quenching_csi_1", "second eigen-variation of the quenching"),
    )


def _standard(name: str, words: str) -> Parameter:
    return Parameter(
        name, 0.0, unit="sigma", lower=-5.0, upper=5.0, sigma=1.0, description=words, source=_CITED
    )


@dataclass(frozen=True, eq=False)
class CoherentCsI2021:
    """The experiment.

    Parameters
    ----------
    systematics : "causes" (default) or "lump": 12 % on the signal, 11.5 % with free radii.
    form_factor : of the nuclei.
    electrons : "stepping" (default), "free" or "none": electronic recoils, which pass the cuts. They are seen with the light
        yield of the calibration, unquenched, and are part of the component "cevns": 1e-4 events in the Standard Model.
    """

    systematics: str = "causes"
    form_factor: Any = field(default_factory=Helm)
    electrons: str = "stepping"
    name = "coherent_csi_2021"
    makes_dark_matter = True
    title = "COHERENT CsI 2021"
    citations = ("coherent2021",)
    subtraction = Subtraction(("steady_state_csi",))
    energy_label, time_label = "reconstructed energy (PE)", "arrival time (us)"

    def __post_init__(self) -> None:
        if self.systematics not in SYSTEMATICS:
            raise InputError(
                f"systematics = {self.systematics!r} is unknown; allowed are {', '.join(SYSTEMATICS)}."
                f"{nearest(str(self.systematics), SYSTEMATICS)}"
            )
        check_electrons(self.electrons)

    @property
    def replaces(self) -> dict[str, tuple[str, ...]]:
        return {"form_factor_csi": RADII}

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        prior = _numbers()

        def relative(name: str, sigma: float, words: str) -> Parameter:
            return relative_pull(name, sigma, words, _CITED)

        causes = (
            relative("sns_flux", prior["prior_flux"], "neutrinos per proton of the SNS"),
            relative(
                "form_factor_csi", prior["prior_form_factor"], "form factor of Cs and I, effect on the counts"
            ),
            *quenching_parameters(),
            _standard("efficiency_csi", "published variation of the energy efficiency"),
        )
        # 11.5 % and the form factor's 3.4 % make the 12 % of analyses with fixed radii.
        lump = (
            relative(
                "signal_csi", prior["prior_signal_free_radius"], "flux, quenching and efficiency together"
            ),
            causes[1],
        )
        backgrounds = (
            relative("brn_csi", prior["prior_brn"], "beam-related neutrons"),
            relative("nin_csi", prior["prior_nin"], "neutrino-induced neutrons"),
            relative("steady_state_csi", prior["prior_steady_state"], "steady-state background"),
            Parameter("sns_pulse_csi", prior["pulse_mean"] / us, unit="us", lower=0.2, upper=0.8, sigma=0.025,
                      description="mean of the proton pulse on the time axis of the data", source=_CITED),
        )  # fmt: skip
        chosen = causes if self.systematics == "causes" else lump
        return (*chosen, *backgrounds, *signal_parameters())

    @property
    def scalings(self) -> tuple[Any, ...]:
        return (
            Strength("signal_strength", ("cevns",)),
            Pull("sns_flux", ("cevns",)),
            Pull("form_factor_csi", ("cevns",)),
            Pull("signal_csi", ("cevns",)),
            Pull("brn_csi", ("brn",)),
            Pull("nin_csi", ("nin",)),
            Pull("steady_state_csi", ("steady_state",)),
        )

    @property
    def energy_edges(self) -> np.ndarray:
        return np.array(_numbers()["energy_edges"])

    @property
    def time_edges(self) -> np.ndarray:
        return np.array(_numbers()["time_edges"])

    @cached_property
    def data(self) -> np.ndarray:
        """Beam-coincident events [b, s]."""
        return self._histogram(1)

    @cached_property
    def anticoincident(self) -> np.ndarray:
        """Anti-coincident events [b, s], which measure the steady-state background."""
        return self._histogram(0)

    def _histogram(self, coincidence: int) -> np.ndarray:
        events = _folder().table("events.csv", {"time": "us"})
        chosen = events["coincidence"] == coincidence
        counts, *_ = np.histogram2d(
            events["energy"][chosen], events["time"][chosen], (self.energy_edges, self.time_edges)
        )
        return counts

    def build(self, theory: Any, values: Mapping[str, Any]) -> Model:
        """The prediction of the signal at given values of nuisances and radii (those not named keep their start)."""
        numbers = _numbers()
        pulse = GaussianPulse(
            values.get("sns_pulse_csi", numbers["pulse_mean"] / us) * us, numbers["pulse_width"]
        )
        beam = pion_decay_at_rest(numbers["protons"], numbers["neutrino_yield"], numbers["distance"], pulse)
        beam, theory = with_dark_matter(
            beam, theory, values, DarkSource(numbers["protons"], numbers["distance"], pulse)
        )
        targets = crystal(numbers["mass"], self.form_factor, values)
        # One panel of 16 points between end points is converged to 4e-7 for this smooth response.
        grid = recoil_grid(beam, targets, panels_per_interval=1, points=16)
        grids, atoms = {NUCLEAR_RECOIL: grid}, electronic_recoils("CsI", numbers["mass"], self.electrons)
        if atoms:
            # 8 to 60 PE are 0.6 to 4.5 keV; what is asked for reaches twelve widths beyond.
            grids[ELECTRONIC_RECOIL] = electronic_grid(atoms, 0.1 * keV, 9 * keV, 0.5 * keV)
        return Model(beam, theory, (*targets, *atoms), self._detector(values), grids)

    def _detector(self, values: Mapping[str, Any]) -> Detector:
        numbers = _numbers()
        return Detector(
            _smearing(),
            {NUCLEAR_RECOIL: release_quenching(values), ELECTRONIC_RECOIL: ConstantQuenching(1.0)},
            morph_weights(values.get("efficiency_csi", 0.0)),
            # At most an eighth of a microsecond: the time efficiency is averaged to 3e-5.
            subdivided(numbers["time_edges"], parts=4, widest=us / 8),
            numbers["time_edges"],
            ExponentialTimeEfficiency(numbers["time_efficiency_start"], numbers["time_efficiency_rate"]),
        )

    @cached_property
    def _backgrounds(self) -> dict[str, np.ndarray]:
        numbers = _numbers()
        energies, times = (
            _folder().table("backgrounds.csv"),
            _folder().table("background_times.csv", {"time": "us"}),
        )
        efficiency = ExponentialTimeEfficiency(
            numbers["time_efficiency_start"], numbers["time_efficiency_rate"]
        )
        result = {}
        for name in ("brn", "nin"):
            energy = rebinned(edges_of(energies["energy"]), energies[name], self.energy_edges)
            # The published arrival times do not contain the time efficiency, the energy densities contain theirs.
            # A constant of the experiment, also when it is first asked for inside a traced function.
            with jax.ensure_compile_time_eval():
                kept = times[name] * np.asarray(efficiency(times["time"]))
            time = rebinned(edges_of(times["time"]), kept, self.time_edges)
            result[name] = np.outer(energy / energies[name].sum(), time)
        fall = np.exp(-numbers["time_efficiency_rate"] * self.time_edges)
        share = -np.diff(fall) / (fall[0] - fall[-1])
        result["steady_state"] = np.outer(self.anticoincident.sum(axis=1), share)
        return result

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"cevns": signal, **self._backgrounds}

"""COHERENT CsI 2017, the first observation: 14.6 kg of CsI[Na], 7.48 GWh, energy x time (arXiv:1708.01294).

Prediction from flux to photoelectrons, Poisson smearing, acceptance read at the centres of 1-PE bins; steady-state
background from the anti-coincident data of the window, projected on energy and times an exponential fitted to all
12 us of them; prompt neutrons of the release times acceptance and arrival times. Neutrino-induced neutrons are left
out (4 events, recalled; neglected by the paper, too). How fast the exponential falls is a parameter with the error of
that fit; the events of 0-6 us alone prefer twice the rate, and with it the fitted counts fall by 13. The numbers are in
the tables beside this file, which `tools/restate_coherent_csi_2017.py` makes again from the official release.

Readings of the release that matter, each with its size on the signal in `published/itemise.py`:
the window 6-30 PE holds 6 to 29 PE; the arrival times are normalised within 12 us, although 0.6 % of the neutrinos
of the muon come later; the number of protons is that of the literature. The energy-dependent quenching of
arXiv:1907.04828 is not offered, its numbers not being at hand; that of CsI 2021 is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter.detectors import (
    ConstantQuenching,
    Detector,
    PerfectEfficiency,
    PoissonResolution,
    SmearingTable,
    SteppedLogistic,
)
from weakscatter.experiments import coherent_csi_2021
from weakscatter.experiments.caesium_iodide import RADII, crystal, relative_pull, signal_parameters
from weakscatter.experiments.least_squares import Subtraction
from weakscatter.experiments.release import release_numbers
from weakscatter.experiments.scaling import Pull, Strength
from weakscatter.flux import GaussianPulse, TabulatedArrival, pion_decay_at_rest
from weakscatter.grids import edges_of, rebinned
from weakscatter.inference import Parameter
from weakscatter.model import Model, recoil_grid
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.tables import DataFolder, data_folder
from weakscatter.response import NUCLEAR_RECOIL, Helm
from weakscatter.units import us

#: Options by name. Systematics: pulls named for their causes, or one normalisation of the signal. Quenching: the
#: constant of the paper, or the polynomial of CsI 2021 with the pulls of that experiment. Arrival times: the tables
#: of the release, or a Gaussian proton pulse fitted to them.
OPTIONS = {
    "systematics": ("causes", "lump"),
    "quenching": ("constant", "csi-2021"),
    "arrival": ("release", "pulse"),
}

_CITED = "arXiv:1708.01294"


@lru_cache(maxsize=1)
def _folder() -> DataFolder:
    return data_folder(files("weakscatter.experiments") / "coherent_csi_2017")


@lru_cache(maxsize=1)
def _numbers() -> dict[str, Any]:
    """The scalars of release.toml in natural units."""
    return release_numbers(_folder())


@lru_cache(maxsize=1)
def acceptance() -> SteppedLogistic:
    """Probability that a signal of x photoelectrons is kept."""
    n = _numbers()
    a, k, x0 = n["acceptance"]
    return SteppedLogistic(a, k, x0, n["acceptance_step_edges"], n["acceptance_step_values"])


@lru_cache(maxsize=2)
def smearing(read_at: str = "centre") -> SmearingTable:
    """Poisson smearing and acceptance, read at the "centre" of 1-PE bins as the release asks, or at the "count"."""
    resolution = PoissonResolution(_numbers()["light_yield"], read_at)
    return SmearingTable.build(resolution, acceptance(), _numbers()["energy_edges"])


@lru_cache(maxsize=1)
def _arrival() -> TabulatedArrival:
    """Neutrinos of the pion are one decay old, those of the muon two."""
    table = _folder().table("arrival_times.csv", {"time": "us"})
    return TabulatedArrival(edges_of(table["time"]), {1: table["prompt"], 2: table["delayed"]})


@dataclass(frozen=True, eq=False)
class CoherentCsI2017:
    """The experiment; `systematics`, `quenching` and `arrival` as in `OPTIONS`, the first of each by default."""

    systematics: str = "causes"
    quenching: str = "constant"
    arrival: str = "release"
    form_factor: Any = field(default_factory=Helm)
    name = "coherent_csi_2017"
    title = "COHERENT CsI 2017"
    citations = ("coherent2017", "coherent2017data")
    subtraction = Subtraction(("steady_state_csi_2017", "steady_state_rate_csi_2017"))
    energy_label, time_label = "reconstructed energy (PE)", "arrival time (us)"

    def __post_init__(self) -> None:
        for option, words in OPTIONS.items():
            given = getattr(self, option)
            if given not in words:
                raise InputError(
                    f"{option} = {given!r} is unknown; allowed are {', '.join(words)}.{nearest(str(given), words)}"
                )
        if self.systematics == "lump" and self.quenching != "constant":
            raise InputError(
                "systematics = 'lump' holds the error of the constant quenching; take 'causes' with another quenching."
            )

    @property
    def replaces(self) -> dict[str, tuple[str, ...]]:
        return {"form_factor_csi": RADII}

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        prior = _numbers()

        def relative(name: str, cause: str, words: str) -> Parameter:
            return relative_pull(name, prior[f"prior_{cause}"], words, _CITED)

        quenching = {
            "constant": (relative("quenching_csi_2017", "quenching", "constant quenching factor"),),
            "csi-2021": coherent_csi_2021.quenching_parameters(),
        }[self.quenching]
        causes = (
            relative("sns_flux", "flux", "neutrinos per proton of the SNS"),
            *quenching,
            relative("acceptance_csi_2017", "acceptance", "signal acceptance, effect on the counts"),
        )
        lump = (relative("signal_csi_2017", "signal_free_radius", "flux, quenching and acceptance together"),)
        return (
            *(causes if self.systematics == "causes" else lump),
            relative("form_factor_csi", "form_factor", "form factor of Cs and I, effect on the counts"),
            relative("brn_csi_2017", "brn", "prompt neutrons"),
            relative("steady_state_csi_2017", "steady_state", "steady-state background"),
            Parameter(
                "steady_state_rate_csi_2017",
                prior["steady_state_rate"] * us,
                unit="1/us",
                lower=-0.2,
                upper=1.0,
                sigma=prior["steady_state_rate_error"] * us,
                description="fall of the steady-state background in time, from 0-12 us of anti-coincident events",
                source="arXiv:1804.09459",
            ),
            *signal_parameters(),
        )

    @property
    def scalings(self) -> tuple[Any, ...]:
        return (
            Strength("signal_strength", ("cevns",)),
            Pull("sns_flux", ("cevns",)),
            Pull("form_factor_csi", ("cevns",)),
            Pull("acceptance_csi_2017", ("cevns",)),
            Pull("signal_csi_2017", ("cevns",)),
            Pull("brn_csi_2017", ("brn",)),
            Pull("steady_state_csi_2017", ("steady_state",)),
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
        return self._counts("coincident")

    @cached_property
    def anticoincident(self) -> np.ndarray:
        """Anti-coincident events [b, s], which measure the steady-state background."""
        return self._counts("anticoincident")

    def _counts(self, column: str) -> np.ndarray:
        table = _folder().table("counts.csv", {"time": "us"})
        bins = (self.energy_edges, self.time_edges)
        counts, *_ = np.histogram2d(table["energy"], table["time"], bins, weights=table[column])
        return counts

    def build(self, theory: Any, values: Mapping[str, Any]) -> Model:
        """The prediction of the signal at given values of nuisances and radii (those not named keep their start)."""
        n = _numbers()
        pulse = _arrival() if self.arrival == "release" else GaussianPulse(n["pulse_mean"], n["pulse_width"])
        beam = pion_decay_at_rest(n["protons"], n["neutrino_yield"], n["distance"], pulse)
        targets = crystal(n["mass"], self.form_factor, values)
        # One panel of 16 points between end points, as for CsI 2021.
        grid = recoil_grid(beam, targets, panels_per_interval=1, points=16)
        return Model(beam, theory, targets, self._detector(values), {NUCLEAR_RECOIL: grid})

    def _detector(self, values: Mapping[str, Any]) -> Detector:
        n = _numbers()
        quenching: Any = (
            ConstantQuenching(n["quenching"] * (1.0 + values.get("quenching_csi_2017", 0.0)))
            if self.quenching == "constant"
            else coherent_csi_2021.release_quenching(values)
        )
        return Detector(
            smearing(),
            {"nuclear-recoil": quenching},
            time_edges=n["time_edges"],
            time_bins=n["time_edges"],
            time_efficiency=PerfectEfficiency(),
        )

    @cached_property
    def _prompt_neutrons(self) -> np.ndarray:
        n, times = _numbers(), _folder().table("arrival_times.csv", {"time": "us"})
        neutrons = _folder().table("prompt_neutrons.csv")
        # A constant of the experiment, also when it is first asked for inside a traced function.
        with jax.ensure_compile_time_eval():
            accepted = neutrons["brn"] * np.asarray(acceptance()(neutrons["energy"]))
        energy = rebinned(edges_of(neutrons["energy"]), accepted * n["exposure"], self.energy_edges)
        time = rebinned(edges_of(times["time"]), times["brn"], self.time_edges)
        return np.outer(energy, time)

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        rate = values.get("steady_state_rate_csi_2017", _numbers()["steady_state_rate"] * us) / us
        steady = self.anticoincident.sum(axis=1)[:, None] * exponential_shares(rate, self.time_edges)
        return {"cevns": signal, "brn": self._prompt_neutrons, "steady_state": steady}


def exponential_shares(rate: Any, edges: Any) -> Any:
    """Shares [s] of exp(-rate t) in the bins of t, adding up to 1; equal densities at rate 0.

    Parameters
    ----------
    rate : float (MeV), may be negative or zero.
    edges : array [s + 1] (1/MeV).
    """
    # The integral of a bin is its width times the mean of the exponential, (1 - e^-x)/x about the bin's beginning.
    x = rate * np.diff(edges)
    small = jnp.abs(x) < 1e-6
    mean = jnp.where(small, 1.0 - x / 2, -jnp.expm1(-x) / jnp.where(small, 1.0, x))
    counts = np.diff(edges) * jnp.exp(-rate * edges[:-1]) * mean
    return counts / counts.sum()

"""COHERENT liquid argon, CENNS-10: 24.4 kg, 6.12 GWh, analysis A, energy x F90 x time (arXiv:2006.12659).

Prediction from flux to electron-equivalent energy; the release shares it over F90, the fraction of prompt light, which
tells nuclear recoils from electrons. Backgrounds as released. The numbers are in the tables beside this file, which
`tools/restate_coherent_lar_2020.py` makes again from the official release.

Readings of the release that matter:
the efficiency holds every cut and belongs to the *reconstructed* energy; it ends at 40 keV and is held constant above,
where the official template seems to be cut (0.08 events between 40 and 50 keV against 0.4 of ours);
the pulse, 440 +- 200 ns, is on the time axis of the data, and what decays after 4.9 us is lost;
the variations of the neutrons' shape are brought to the nominal sum, of which the prior on their number speaks.
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
    Detector,
    GaussianResolution,
    PerfectEfficiency,
    PolynomialQuenching,
    SmearingTable,
    TabulatedEfficiency,
    morph_weights,
)
from weakscatter.experiments.dark_matter import DarkSource, with_dark_matter
from weakscatter.experiments.least_squares import Subtraction
from weakscatter.experiments.neutron_radii import COMMON_SKIN, common_skin, named_radius, radius_parameter
from weakscatter.experiments.release import release_numbers
from weakscatter.experiments.scaling import Pull, Strength
from weakscatter.flux import GaussianPulse, pion_decay_at_rest
from weakscatter.inference import Parameter
from weakscatter.interactions import Weak
from weakscatter.matter import material, nuclide
from weakscatter.model import Model, nuclear_targets, recoil_grid
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.tables import DataFolder, data_folder
from weakscatter.response import NUCLEAR_RECOIL, Helm, NuclearResponse
from weakscatter.units import us

#: Where the signal's shape comes from: our prediction, or the official template reweighted by it.
SIGNALS = ("predicted", "official")
#: Pulls named for their causes, or one normalisation of the signal as in arXiv:2008.05022.
SYSTEMATICS = ("causes", "lump")

#: The isotope whose radius a fit may name.
ARGON = nuclide("Ar40")

_TEMPLATES = ("brn", "brn_delayed", "steady_state")


@lru_cache(maxsize=1)
def _folder() -> DataFolder:
    return data_folder(files("weakscatter.experiments") / "coherent_lar_2020")


@lru_cache(maxsize=1)
def _numbers() -> dict[str, Any]:
    return release_numbers(_folder())


@lru_cache(maxsize=1)
def _templates() -> dict[str, np.ndarray]:
    """Every column of the release [b, f, s] (counts)."""
    numbers = _numbers()
    shape = tuple(len(numbers[f"{axis}_edges"]) - 1 for axis in ("energy", "f90", "time"))
    table = _folder().table("counts.csv", {"energy": "keV", "time": "us"})
    return {
        name: table[name].reshape(shape) for name in table.columns if name not in ("energy", "f90", "time")
    }


@lru_cache(maxsize=1)
def _smearing() -> SmearingTable:
    numbers, table = _numbers(), _folder().table("efficiency.csv", {"energy": "keV", "recoil": "keV"})
    edges = np.array(numbers["energy_edges"])
    x = np.concatenate([[0.0], table["energy"], [edges[-1]]])
    efficiency = np.concatenate([[0.0], table["efficiency"], table["efficiency"][-1:]])
    resolution = GaussianResolution(stochastic=numbers["resolution"])
    return SmearingTable.build(resolution, TabulatedEfficiency(x, efficiency), edges)


@lru_cache(maxsize=1)
def _f90_shares() -> np.ndarray:
    """P(F90 bin | reconstructed energy bin) of nuclear recoils, [3, b, f]: nominal, +1 and -1 standard deviation.

    The official template, which is a product of (energy, F90) and time to 1e-8.
    """
    shares = []
    for name in ("cevns", "cevns_f90_plus", "cevns_f90_minus"):
        counts = _templates()[name].sum(axis=2)
        # Above 50 keV the template is empty: the last bin that is filled stands for the ones above.
        last = int(np.nonzero(counts.sum(axis=1))[0][-1])
        counts = counts[np.minimum(np.arange(len(counts)), last)]
        shares.append(counts / counts.sum(axis=1, keepdims=True))
    return np.stack(shares)


@dataclass(frozen=True, eq=False)
class CoherentLAr2020:
    """The experiment; `signal` is "predicted" or "official", `systematics` "causes" or "lump" (13.4 % on the signal)."""

    signal: str = "predicted"
    systematics: str = "causes"
    form_factor: Any = field(default_factory=Helm)
    name = "coherent_lar_2020"
    makes_dark_matter = True
    title = "COHERENT LAr 2020"
    citations = ("coherent2020", "coherent2020data")
    energy_label, time_label = "reconstructed energy (keV)", "arrival time (us)"

    def __post_init__(self) -> None:
        for option, given, allowed in (
            ("signal", self.signal, SIGNALS),
            ("systematics", self.systematics, SYSTEMATICS),
        ):
            if given not in allowed:
                raise InputError(
                    f"{option} = {given!r} is unknown; allowed are {', '.join(allowed)}.{nearest(str(given), allowed)}"
                )

    @property
    def replaces(self) -> dict[str, tuple[str, ...]]:
        return {"form_factor_lar": ("neutron_radius_Ar40", COMMON_SKIN)}

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        n, cited = _numbers(), "arXiv:2006.12659"

        def relative(name: str, sigma: float, words: str) -> Parameter:
            return Parameter(name, 0.0, lower=-1.0, sigma=sigma, description=words, source=cited)

        def standard(name: str, words: str) -> Parameter:
            return Parameter(
                name, 0.0, unit="sigma", lower=-5.0, upper=5.0, sigma=1.0, description=words, source=cited
            )

        form_factor = relative(
            "form_factor_lar", n["prior_form_factor"], "form factor of Ar, effect on the counts"
        )
        causes = (
            relative("sns_flux", n["neutrino_yield_relative_error"], "neutrinos per proton of the SNS"),
            form_factor,
            relative("mass_lar", n["mass_error"] / n["mass"], "fiducial mass"),
            relative("psd_lar", n["prior_psd"], "F90 acceptance of nuclear recoils"),
            standard("quenching_lar_0", "constant a of the quenching"),
            standard("quenching_lar_1", "slope b of the quenching"),
        )  # fmt: skip
        lump = (
            relative("signal_lar", n["prior_signal"], "everything that scales the signal, form factor included"),
        )  # fmt: skip
        backgrounds = (
            relative("brn_lar", n["predicted_brn_error"] / n["predicted_brn"], "prompt beam-related neutrons"),
            relative("brn_delayed_lar", n["predicted_brn_delayed_error"] / n["predicted_brn_delayed"],
                     "delayed beam-related neutrons"),
            relative("steady_state_lar", n["predicted_steady_state_error"] / n["predicted_steady_state"],
                     "steady-state background"),
        )  # fmt: skip
        shapes = (
            standard("f90_lar", "F90 of nuclear recoils"),
            standard("brn_energy_lar", "energy shape of the prompt neutrons"),
            standard("brn_time_lar", "mean arrival time of the prompt neutrons"),
            standard("brn_width_lar", "spread of the prompt neutrons' arrival; one variation, taken as symmetric"),
            Parameter("sns_pulse_lar", n["pulse_mean"] / us, unit="us", lower=-0.6, upper=1.5,
                      sigma=n["pulse_mean_error"] / us, description="mean of the proton pulse on the time axis of the data",
                      source=cited),
        )  # fmt: skip
        radii = (radius_parameter(ARGON), common_skin())
        strength = Parameter(
            "signal_strength", 1.0, lower=0.0, upper=20.0, description="CEvNS counts over prediction"
        )
        return (*(causes if self.systematics == "causes" else lump), *backgrounds, *shapes, strength, *radii)

    @property
    def scalings(self) -> tuple[Any, ...]:
        return (
            Strength("signal_strength", ("cevns",)),
            *(Pull(name, ("cevns",)) for name in ("sns_flux", "form_factor_lar", "mass_lar", "psd_lar", "signal_lar")),
            *(Pull(f"{name}_lar", (name,)) for name in _TEMPLATES),
        )  # fmt: skip

    @property
    def subtraction(self) -> Subtraction:
        """Of the released energy spectrum: the fitted steady state; the neutrons' shape as in arXiv:2008.05022."""
        n = _numbers()
        shape = dict.fromkeys(("brn", "brn_delayed"), n["brn_shape_error"])
        return Subtraction(
            ("steady_state_lar",), n["steady_state_ratio"], n["subtracted_steady_state"], shape
        )

    @property
    def energy_edges(self) -> np.ndarray:
        return np.array(_numbers()["energy_edges"])

    @property
    def f90_edges(self) -> np.ndarray:
        return np.array(_numbers()["f90_edges"])

    @property
    def time_edges(self) -> np.ndarray:
        return np.array(_numbers()["time_edges"])

    @property
    def data(self) -> np.ndarray:
        """Beam-coincident events [b, f, s]."""
        return _templates()["data"]

    def build(self, theory: Any, values: Mapping[str, Any]) -> Model:
        """The prediction of the signal at given values of nuisances and radii (those not named keep their start)."""
        n = _numbers()
        pulse = GaussianPulse(values.get("sns_pulse_lar", n["pulse_mean"] / us) * us, n["pulse_width"])
        beam = pion_decay_at_rest(n["protons"], n["neutrino_yield"], n["distance"], pulse)
        beam, theory = with_dark_matter(beam, theory, values, DarkSource(n["protons"], n["distance"], pulse))

        def response(nuclide: Any) -> NuclearResponse:
            # The 0.4 % of lighter isotopes keep their own radii unless a common skin is named.
            return NuclearResponse(nuclide, self.form_factor, neutron_radius=named_radius(nuclide, values))

        targets = nuclear_targets(material("Ar"), n["mass"], response)
        coefficients = tuple(
            value + values.get(f"quenching_lar_{i}", 0.0) * error
            for i, (value, error) in enumerate(zip(n["quenching"], n["quenching_error"], strict=True))
        )
        detector = Detector(
            _smearing(),
            {"nuclear-recoil": PolynomialQuenching(coefficients)},
            time_edges=self.time_edges,
            time_bins=self.time_edges,
            time_efficiency=PerfectEfficiency(),
        )
        grid = recoil_grid(beam, targets, panels_per_interval=1, points=16)
        return Model(beam, theory, targets, detector, {NUCLEAR_RECOIL: grid})

    @cached_property
    def _standard_model(self) -> np.ndarray:
        """Our signal [b, s] at the nominal values, the denominator of the official signal's weights."""
        with jax.ensure_compile_time_eval():
            return np.asarray(self.build(Weak(), {}).counts())

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """Counts [b, f, s] of each component before scalings; `signal` [b, s]."""
        templates = _templates()
        shares = jnp.tensordot(morph_weights(values.get("f90_lar", 0.0)), _f90_shares(), axes=1)
        if self.signal == "official":
            # What theory and nuisances change, bin by bin; in the Standard Model exactly the released template.
            nominal = self._standard_model
            ratio = jnp.where(nominal > 0, signal / np.where(nominal > 0, nominal, 1.0), 1.0)
            signal = templates["cevns"].sum(axis=1) * ratio
        result = {"cevns": shares[:, :, None] * signal[:, None, :]}
        result |= {name: templates[name] for name in _TEMPLATES}
        result["brn"] = _morphed_neutrons(values)
        n = _numbers()
        result["steady_state"] = templates["steady_state"] * (
            n["predicted_steady_state"] / templates["steady_state"].sum()
        )
        return result


def _morphed_neutrons(values: Mapping[str, Any]) -> Any:
    """Prompt neutrons [b, f, s] with their shape moved; the sum stays the prediction's."""
    templates = _templates()
    nominal = templates["brn"]

    def change(plus: str, minus: str | None, pull: Any) -> Any:
        up = templates[plus] * (nominal.sum() / templates[plus].sum())
        down = (
            2 * nominal - up if minus is None else templates[minus] * (nominal.sum() / templates[minus].sum())
        )
        return jnp.tensordot(morph_weights(pull), np.stack([nominal, up, down]), axes=1) - nominal

    moved = nominal + sum(
        change(plus, minus, values.get(name, 0.0))
        for name, plus, minus in (
            ("brn_energy_lar", "brn_energy_plus", "brn_energy_minus"),
            ("brn_time_lar", "brn_time_plus", "brn_time_minus"),
            ("brn_width_lar", "brn_width", None),
        )
    )
    # Straight extrapolation may turn a bin negative; no bin holds less than nothing.
    return jnp.maximum(moved, 0.0)

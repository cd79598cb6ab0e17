"""XENONnT 2024: solar 8B neutrinos by nuclear recoils in 3.51 t yr of liquid xenon, runs SR0 and SR1 (arXiv:2408.02877).

The official release: events in 3 x 3 x 3 x 3 bins of cS2, S2_pre/dt_pre, S1 and S2 classifiers of each run, background templates, and
the probability of every bin for a recoil of given energy, which is our detector. Readings that matter:

- light and charge yields are nominal (the release at hand has no others); their error is one relative pull of the signal, 36 %
  (recalled: 11.9 +4.5 -4.2 expected); pulled flux and yields cannot be told apart here;
- recoils below 0.5 keV are not seen, as in the paper;
- neutrons have no template: 0.5 events (recalled) of a flat recoil spectrum, seen as the signal's recoils are;
- how the exposure is shared by the runs is recalled; accidental coincidences come out within 2 % of the printed ones;
- the 0.15 % of hep neutrinos are left out, as in the paper. SR2 (2026) is left out: its exposure is not at hand.

``energy`` bins are the three of cS2, which differ from run to run; ``time`` bins are the runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from weakscatter.experiments.counting import relative_pull
from weakscatter.experiments.release import release_numbers
from weakscatter.experiments.scaling import Pull, Strength
from weakscatter.flux import Beam, solar_flux_parameters, solar_neutrinos
from weakscatter.grids import Interpolant, is_concrete
from weakscatter.inference import Parameter
from weakscatter.matter import material
from weakscatter.model import Model, nuclear_targets, recoil_grid
from weakscatter.provenance.tables import DataFolder, data_folder
from weakscatter.response import NUCLEAR_RECOIL, Helm, NuclearResponse
from weakscatter.units import keV, yr

RUNS = ("sr0", "sr1")

#: Bins of cS2, and of the other three observables together.
_CS2, _OTHERS = 3, 27

#: Recoils below are not simulated and not seen (MeV).
LOWEST = 0.5 * keV

#: Model of the Sun behind the prediction; its 8B error is the pull `solar_b8_flux`.
_SUN = "b16-gs98"
_CITED = "arXiv:2408.02877"


@lru_cache(maxsize=1)
def _folder() -> DataFolder:
    return data_folder(files("weakscatter.experiments") / "xenonnt_b8_2024")


@lru_cache(maxsize=1)
def _numbers() -> dict[str, Any]:
    """The scalars of release.toml in natural units."""
    return release_numbers(_folder())


def exposures() -> np.ndarray:
    """Exposure [run] (natural units, mass times time)."""
    days = np.array(_numbers()["live_days"])
    return _numbers()["exposure"] * days / days.sum()


def _by_run(name: str) -> np.ndarray:
    """Columns ``name_run`` of the backgrounds times exposure: events [cS2, others, run]."""
    table = _folder().table("backgrounds.csv", {f"{name}_sr0": "1/(t yr)"})
    events = np.stack([table[f"{name}_{run}"] for run in RUNS], axis=-1) * exposures()
    return events.reshape(_CS2, _OTHERS, len(RUNS))


@dataclass(frozen=True, eq=False)
class RecoilTemplates:
    """A detector: the probability of each of 162 bins (run, cS2, others) for a recoil, times the run's share of the exposure.

    Linear between the templates, 0.1 keV apart; zero below 0.5 keV; recoils above 5 keV, which 8B neutrinos do not cause, are not
    described and an error (NaN where traced).
    """

    time_edges: ClassVar[Any] = None

    @cached_property
    def table(self) -> Interpolant:
        """From recoil energy (MeV) to the probabilities of the bins."""
        table = _folder().table("templates.csv", {"recoil_energy": "keV"})
        share = exposures() / _numbers()["exposure"]
        columns = [
            table[f"{run}_{i:02d}"] * share[r] for r, run in enumerate(RUNS) for i in range(_CS2 * _OTHERS)
        ]
        return Interpolant(table["recoil_energy"], np.stack(columns, axis=1), name="XENONnT recoil templates")

    @property
    def kinks(self) -> np.ndarray:
        """Recoil energies (MeV) of the templates."""
        return np.asarray(self.table.x)

    def energy_map(self, contains: Mapping[str, Any]) -> Any:
        """Return the probability [162, T] of each bin."""
        T = contains[NUCLEAR_RECOIL]
        seen = T >= LOWEST
        where = np.where if is_concrete(T) else jnp.where
        return jnp.where(seen, self.table(where(seen, T, LOWEST)).T, 0.0)

    def time_map(self) -> Any:
        """Return [[1]]."""
        return jnp.ones((1, 1))

    def efficiency(self, T: Any) -> Any:
        """Return the probability that a recoil of T (MeV) is seen anywhere, mean over the exposure [T]."""
        return jnp.sum(self.energy_map({NUCLEAR_RECOIL: T}), axis=0)


@dataclass(frozen=True, eq=False)
class XenonNTB8:
    """XENONnT 8B, four observables and two runs."""

    form_factor: Any = field(default_factory=Helm)

    name: ClassVar[str] = "xenonnt_b8_2024"
    title: ClassVar[str] = "XENONnT solar 8B neutrinos 2024"
    citations: ClassVar[tuple[str, ...]] = ("xenonnt2024b8", "xenonnt2026b8data")
    energy_label: ClassVar[str] = "bin of cS2"
    time_label: ClassVar[str] = "science run"
    #: A free strength is a measurement of the flux: the prior on the flux would be counted twice.
    replaces: ClassVar[Mapping[str, tuple[str, ...]]] = {"solar_b8_flux": ("signal_strength",)}

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        n = _numbers()
        (flux,) = (p for p in solar_flux_parameters(_SUN) if p.name == "solar_b8_flux")
        words = "accidental coincidences in"
        return (
            flux,
            relative_pull("xenonnt_nr_yields", n["signal_error"], "nuclear-recoil signal seen: light and charge yields", _CITED),
            relative_pull("ac_xenonnt_sr0", n["ac_error"][0], f"{words} SR0", _CITED),
            relative_pull("ac_xenonnt_sr1", n["ac_error"][1], f"{words} SR1", _CITED),
            relative_pull("er_xenonnt_b8", n["er_error"], "electronic recoils", _CITED),
            relative_pull("neutrons_xenonnt_b8", n["neutron_error"], "neutrons", _CITED),
            Parameter("signal_strength", 1.0, lower=0.0, upper=20.0, description="CEvNS counts over prediction"),
        )  # fmt: skip

    @property
    def scalings(self) -> tuple[Any, ...]:
        return (
            Strength("signal_strength", ("cevns",)),
            Pull("solar_b8_flux", ("cevns",)),
            Pull("xenonnt_nr_yields", ("cevns",)),
            Pull("ac_xenonnt_sr0", ("accidental_sr0",)),
            Pull("ac_xenonnt_sr1", ("accidental_sr1",)),
            Pull("er_xenonnt_b8", ("electronic_recoils",)),
            Pull("neutrons_xenonnt_b8", ("neutrons",)),
        )

    @property
    def energy_edges(self) -> np.ndarray:
        return np.arange(_CS2 + 1.0)

    @property
    def time_edges(self) -> np.ndarray:
        return np.arange(len(RUNS) + 1.0)

    @cached_property
    def data(self) -> np.ndarray:
        """Events [cS2, others, run]."""
        table = _folder().table("counts.csv")
        return np.stack([table[run] for run in RUNS], axis=-1).reshape(_CS2, _OTHERS, len(RUNS))

    def beam(self) -> Beam:
        """8B neutrinos of a year."""
        return solar_neutrinos(model=_SUN, components=["b8"], duration=1 * yr)

    def build(self, theory: Any, values: Mapping[str, Any]) -> Model:
        """The prediction of the signal: counts [162, 1], runs outermost."""
        beam, detector = self.beam(), RecoilTemplates()
        # The templates hold the share of each run: one mass, one year.
        targets = nuclear_targets(
            material("Xe"), _numbers()["exposure"] / yr, lambda isotope: NuclearResponse(isotope, self.form_factor)
        )  # fmt: skip
        grid = recoil_grid(
            beam, targets, lowest=LOWEST, kinks=detector.kinks[1:].tolist(), panels_per_interval=1, points=4
        )
        return Model(beam, theory, targets, detector, {NUCLEAR_RECOIL: grid})

    @cached_property
    def _backgrounds(self) -> dict[str, np.ndarray]:
        accidental, electronic = _by_run("ac"), _by_run("er")
        flat = np.asarray(RecoilTemplates().table.y).mean(axis=0)
        neutrons = self._arranged(_numbers()["neutrons"] * flat / flat.sum(), np)
        one_run = np.eye(len(RUNS))
        return {
            "accidental_sr0": accidental * one_run[0],
            "accidental_sr1": accidental * one_run[1],
            "electronic_recoils": electronic,
            "neutrons": neutrons,
        }

    @staticmethod
    def _arranged(counts: Any, xp: Any = jnp) -> Any:
        """Counts [162] of run, cS2, others as [cS2, others, run]."""
        return xp.moveaxis(xp.reshape(counts, (len(RUNS), _CS2, _OTHERS)), 0, -1)

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"cevns": self._arranged(signal), **self._backgrounds}


def b8_flux_of(strength: Any) -> Any:
    """Return the 8B flux (natural units) that a strength of the signal stands for."""
    from weakscatter.flux import solar_model

    return strength * solar_model(_SUN).fluxes["b8"][0]


__all__ = ["RecoilTemplates", "XenonNTB8", "b8_flux_of", "exposures"]

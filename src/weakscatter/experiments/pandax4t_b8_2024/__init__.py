"""PandaX-4T 2024: solar 8B neutrinos by nuclear recoils in liquid xenon, two counts (arXiv:2407.10892).

Published, all in the abstract: 3 and 332 events of the paired and the ionisation-only sample (1.20 and 1.04 t yr, thresholds of about 1.1
and 0.33 keV of nuclear recoil), 2.8 +- 0.5 and 251 +- 32 expected from backgrounds, and a best fit of 3.5 and 75 events of 8B at a flux
of 8.4e6/(cm^2 s), rejected at 2.64 sigma. Efficiencies and spectra are not at hand. Therefore

- the Standard-Model counts are the published ones, in proportion to the flux; other theories change them as they change the
  number of recoils above the thresholds, with an efficiency of one: an assumption, stated;
- the counts alone say less than the spectra that the paper fits: a lower flux, and less of a significance.

``energy`` bins are the samples: 0 paired, 1 ionisation only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter.experiments.counting import relative_pull
from weakscatter.experiments.scaling import Pull, Strength
from weakscatter.flux import Beam, solar_flux_parameters, solar_model, solar_neutrinos
from weakscatter.inference import Parameter
from weakscatter.interactions import Weak
from weakscatter.matter import material
from weakscatter.model import Model, nuclear_targets, recoil_grid
from weakscatter.response import NUCLEAR_RECOIL, Helm, NuclearResponse
from weakscatter.units import cm, keV, s, t, yr

_CITED = "arXiv:2407.10892, abstract"
_SUN = "b16-gs98"

EVENTS = (3.0, 332.0)
BACKGROUND = (2.8, 251.0)
BACKGROUND_ERROR = (0.5, 32.0)
EXPOSURES = (1.20 * t * yr, 1.04 * t * yr)
THRESHOLDS = (1.1 * keV, 0.33 * keV)

#: Counts of the best fit, and the flux it stands for.
FITTED = (3.5, 75.0)
FITTED_FLUX = 8.4e6 / (cm**2 * s)


@dataclass(frozen=True, eq=False)
class Thresholds:
    """A detector of two samples: every recoil above its threshold (MeV) counts, times the sample's exposure over one t yr."""

    time_edges: ClassVar[Any] = None

    def energy_map(self, contains: Mapping[str, Any]) -> Any:
        """Return [2, T]."""
        share = np.array(EXPOSURES) / (t * yr)
        return share[:, None] * (
            jnp.asarray(contains[NUCLEAR_RECOIL])[None, :] >= np.array(THRESHOLDS)[:, None]
        )

    def time_map(self) -> Any:
        """Return [[1]]."""
        return jnp.ones((1, 1))


@dataclass(frozen=True, eq=False)
class PandaX4TB8:
    """PandaX-4T 8B, counts of two samples."""

    form_factor: Any = field(default_factory=Helm)

    name: ClassVar[str] = "pandax4t_b8_2024"
    title: ClassVar[str] = "PandaX-4T solar 8B neutrinos 2024"
    citations: ClassVar[tuple[str, ...]] = ("pandax2024b8",)
    energy_label: ClassVar[str] = "sample"
    time_label: ClassVar[str] = "exposure"
    #: A free strength is a measurement of the flux: the prior on the flux would be counted twice.
    replaces: ClassVar[Mapping[str, tuple[str, ...]]] = {"solar_b8_flux": ("signal_strength",)}

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        (flux,) = (p for p in solar_flux_parameters(_SUN) if p.name == "solar_b8_flux")
        paired, alone = (error / mean for error, mean in zip(BACKGROUND_ERROR, BACKGROUND, strict=True))
        return (
            flux,
            relative_pull("background_pandax4t_paired", paired, "background of the paired sample", _CITED),
            relative_pull("background_pandax4t_us2", alone, "background of the ionisation-only sample", _CITED),
            Parameter("signal_strength", 1.0, lower=0.0, upper=20.0, description="CEvNS counts over prediction"),
        )  # fmt: skip

    @property
    def scalings(self) -> tuple[Any, ...]:
        return (
            Strength("signal_strength", ("cevns",)),
            Pull("solar_b8_flux", ("cevns",)),
            Pull("background_pandax4t_paired", ("background_paired",)),
            Pull("background_pandax4t_us2", ("background_us2",)),
        )

    @property
    def energy_edges(self) -> np.ndarray:
        return np.arange(3.0)

    @property
    def time_edges(self) -> np.ndarray:
        return np.array([0.0, 1.0])

    @property
    def data(self) -> np.ndarray:
        """Events [2, 1]."""
        return np.array(EVENTS)[:, None]

    def beam(self) -> Beam:
        """8B neutrinos of a year."""
        return solar_neutrinos(model=_SUN, components=["b8"], duration=1 * yr)

    def build(self, theory: Any, values: Mapping[str, Any]) -> Model:
        """Recoils above the thresholds [2, 1], efficiency one."""
        beam = self.beam()
        targets = nuclear_targets(
            material("Xe"), 1 * t, lambda isotope: NuclearResponse(isotope, self.form_factor)
        )
        grid = recoil_grid(beam, targets, kinks=THRESHOLDS, panels_per_interval=1, points=8)
        return Model(beam, theory, targets, Thresholds(), {NUCLEAR_RECOIL: grid})

    @cached_property
    def _efficiency(self) -> np.ndarray:
        """Published Standard-Model counts over those of perfect samples [2, 1]."""
        with jax.ensure_compile_time_eval():
            perfect = np.asarray(self.build(Weak(), {}).counts())
        published = np.array(FITTED) * solar_model(_SUN).fluxes["b8"][0] / FITTED_FLUX
        return published[:, None] / perfect

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        paired, alone = np.diag(BACKGROUND)
        return {
            "cevns": self._efficiency * signal,
            "background_paired": paired[:, None],
            "background_us2": alone[:, None],
        }


@lru_cache(maxsize=1)
def efficiencies() -> tuple[float, float]:
    """Return published over perfect counts of the paired and the ionisation-only sample: what the efficiencies must be like."""
    paired, alone = PandaX4TB8()._efficiency[:, 0].tolist()
    return paired, alone


__all__ = ["PandaX4TB8", "Thresholds", "efficiencies"]

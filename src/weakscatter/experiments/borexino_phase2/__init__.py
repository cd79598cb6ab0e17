"""Borexino phase II: rates of pp, 7Be and pep neutrinos on the electrons of a liquid scintillator (arXiv:1707.09279).

Three numbers with their errors, per day and 100 t, extrapolated by the collaboration to all recoil energies:
134 +- 10 +6 -10, 48.3 +- 1.1 +0.4 -0.7 and 2.43 +- 0.36 +0.15 -0.22 (metal-rich Sun for CNO); all of them, and the
3.307e31 electrons per 100 t, recalled. Statistical and systematic errors are added in quadrature, correlations are not stated.

The rates were fitted with spectra of the Standard Model. They serve for interactions whose recoil spectra have nearly this
shape (non-standard interactions, charge radii, the mixing angle); not for magnetic moments or millicharges, whose rates grow
without bound at low energy: for those see the published limits (`weakscatter list limits`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.experiments.scaling import Strength
from weakscatter.flux import Beam, solar_flux_parameters, solar_neutrinos
from weakscatter.grids import compiled, is_concrete, panels
from weakscatter.inference import MeasuredCounts, Parameter
from weakscatter.mixing import Mixing
from weakscatter.model import Model, RecoilGrid, Target
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.response import ELECTRONIC_RECOIL, FreeElectrons
from weakscatter.units import day, keV

#: Sources in the order of the bins: rate, statistical error, lower and upper systematic error (per day and 100 t).
RATES = {
    "pp": (134.0, 10.0, 10.0, 6.0),
    "be7": (48.3, 1.1, 0.7, 0.4),
    "pep": (2.43, 0.36, 0.22, 0.15),
}
#: Electrons in 100 t.
ELECTRONS = 3.307e31

#: What neutrinos feel in the Sun.
PROPAGATIONS = ("theory", "standard")


@dataclass(frozen=True, eq=False)
class TotalRates:
    """Number of recoils of each beam component at all energies, [component, 1]."""

    model: Model

    def counts(self) -> Any:
        """Recoils by component."""
        grids = tuple(self._grid(component) for component in self.model.beam.components)
        return compiled(_totals, self.model, grids)

    def _grid(self, component: Any) -> RecoilGrid:
        """Nodes from zero to the largest recoil; a line's spectrum is a step there, so each is the end of a panel."""
        response = self.model.targets[0].response
        ends = sorted(float(response.recoil_energy_max(E)) for E in _ends(component))
        edges = np.unique([0.0, 1e-3 * keV, *np.geomspace(0.1 * keV, ends[-1], 16), *ends])
        return RecoilGrid(*panels(edges, 8))


def _totals(model: Model, grids: tuple[RecoilGrid, ...]) -> Any:
    totals = []
    for component, grid in zip(model.beam.components, grids, strict=True):
        alone = Model(Beam((component,), model.beam.citations), model.theory, model.targets)
        spectrum = alone.spectra(grid.nodes, ELECTRONIC_RECOIL)[component.label]
        totals.append(jnp.sum(grid.weights * spectrum))
    return jnp.stack(totals)[:, None]


def _is_massless(charge: Any) -> bool:
    """Whether a photon, or another massless mediator with a coupling that is not zero, is exchanged."""
    if not is_concrete(charge.mass) or charge.mass is None or charge.mass != 0:
        return False
    return not is_concrete(charge.matrix) or bool(np.any(charge.matrix))


def _ends(component: Any) -> tuple[float, ...]:
    """Energies (MeV) whose largest recoils end a part of the spectrum: the lines, or the end of a continuum."""
    lines = getattr(component, "lines", None)
    return tuple(map(float, lines)) if lines is not None else (float(component.energies[1]),)


@dataclass(frozen=True, eq=False)
class BorexinoPhase2:
    """The experiment.

    Parameters
    ----------
    model : standard solar model, a name of `weakscatter.flux.SOLAR_MODELS`.
    propagation : "theory" (default): non-standard interactions act in the Sun as well; "standard": in the detector alone.
    mixing : `weakscatter.Mixing`; None for the default one.
    """

    model: str = "b16-gs98"
    propagation: str = "theory"
    mixing: Mixing | None = None
    name = "borexino_phase2"
    title = "Borexino, phase II"
    citations = ("borexino2018",)
    statistic = "counting"
    energy_label, time_label = "pp, 7Be, pep", "exposure"

    def __post_init__(self) -> None:
        if self.propagation not in PROPAGATIONS:
            raise unknown("propagation in the Sun", self.propagation, PROPAGATIONS)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        wanted = [f"solar_{source}_flux" for source in RATES]
        fluxes = tuple(p for p in solar_flux_parameters(self.model) if p.name in wanted)
        strength = Parameter(
            "signal_strength", 1.0, lower=0.0, upper=20.0, description="recoils over prediction"
        )
        return (*fluxes, strength)

    @property
    def scalings(self) -> tuple[Any, ...]:
        return (Strength("signal_strength", ("recoils",)),)

    @property
    def replaces(self) -> dict[str, tuple[str, ...]]:
        return {}

    @property
    def energy_edges(self) -> np.ndarray:
        """A bin per source."""
        return np.arange(len(RATES) + 1.0)

    @property
    def time_edges(self) -> np.ndarray:
        return np.array([0.0, 1.0])

    @property
    def data(self) -> np.ndarray:
        """Rates [source, 1] per day and 100 t."""
        return np.array([[rate[0]] for rate in RATES.values()])

    @property
    def errors(self) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper error [source, 1]."""
        lower, upper = zip(
            *((np.hypot(e, low), np.hypot(e, high)) for _, e, low, high in RATES.values()), strict=True
        )
        return np.array(lower)[:, None], np.array(upper)[:, None]

    @property
    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the errors [source, 1]."""
        lower, upper = self.errors
        return self.data - lower, self.data + upper

    def build(self, theory: Any, values: Mapping[str, Any]) -> TotalRates:
        """The prediction of a day.

        Raises
        ------
        InputError : a theory whose rate at zero recoil energy is infinite.
        """
        if any(_is_massless(charge) for charge in theory.charges()):
            raise InputError(
                "Borexino's rates are extrapolated to zero recoil energy, where photon exchange diverges. Leave magnetic "
                "moments and millicharges out, or use an experiment with a threshold."
            )
        names = [p.name for p in self.parameters if p.constrained]
        pulls = {name: values[name] for name in names if name in values}
        beam = solar_neutrinos(
            model=self.model, components=tuple(RATES), duration=1 * day, pulls=pulls, mixing=self.mixing,
            theory=theory if self.propagation == "theory" else None,
        )  # fmt: skip
        return TotalRates(Model(beam, theory, (Target(FreeElectrons(), ELECTRONS),)))

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"recoils": signal}

    def term(
        self, expected: Callable[[Mapping[str, Any]], Any], parameters: tuple[Parameter, ...]
    ) -> MeasuredCounts:
        """The published rates as a term of a likelihood."""
        lower, upper = self.errors
        return MeasuredCounts(
            self.name, self.data.ravel(), lower.ravel(), upper.ravel(), expected, parameters
        )

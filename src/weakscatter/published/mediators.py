"""Light mediators excluded by COHERENT CsI 2021: profile likelihood on a band of couplings that follows the mass.

A light mediator is excluded at a coupling that does not depend on its mass, a heavy one at a coupling proportional to it.
The band is centred on the coupling at which the new amplitude has the size of the weak one, so that a few dozen couplings
a mass are enough from 0.1 MeV to 10 GeV. Figures only are published for these models (arXiv:2008.05022, 2202.11002).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import pi, sqrt
from typing import Any

import numpy as np

from weakscatter import constants
from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.inference import profile_batch
from weakscatter.provenance.errors import unknown
from weakscatter.published.crossings import allowed_intervals

#: Typical momentum transfer of the events (MeV): T = 12 keV on caesium.
MOMENTUM = 54.5

#: {coupling: amplitude over g^2 relative to that of a universal vector, roughly}; the scalar's with its kinematic factor.
STRENGTHS = {
    "g_universal": 1.0,
    "g_b_minus_l": 1 / 3,
    "g_l_mu_minus_l_tau": 2 * constants.alpha / pi * 0.9408 * 0.41 / 3,
    "g_scalar": 17.3 / 3 * 0.64,
}


@dataclass(frozen=True, eq=False)
class MediatorMap:
    """Profile likelihood of one mediator's coupling at each of its masses.

    Parameters
    ----------
    coupling : name of the coupling, a key of `STRENGTHS`.
    masses : MeV [m].
    experiments : names.
    points : couplings a mass.
    """

    coupling: str
    masses: np.ndarray
    experiments: tuple[str, ...] = ("coherent_csi_2021",)
    points: int = 48

    def __post_init__(self) -> None:
        if self.coupling not in STRENGTHS:
            raise unknown("coupling of a mediator map", self.coupling, STRENGTHS)

    @cached_property
    def couplings(self) -> np.ndarray:
        """g [m, points], from a sixth to five times the one of a weak-sized amplitude, dense where a strip can be."""
        scale = sqrt(2) * constants.G_F * 0.45 / (3 * STRENGTHS[self.coupling])
        middle = np.sqrt(scale * (self.masses**2 + MOMENTUM**2))
        return middle[:, None] * np.geomspace(1 / 6, 5.0, self.points)[None, :]

    @cached_property
    def delta(self) -> np.ndarray:
        """Rise of -2 ln L [m, points] over its lowest value at the same mass, zero coupling included; nuisances profiled."""
        names = ("mediator_mass", self.coupling)
        likelihood = joint_likelihood([analyse(experiment(one), free=names) for one in self.experiments])
        grid = np.stack(
            [np.broadcast_to(self.masses[:, None], self.couplings.shape), self.couplings], axis=-1
        )
        rows = np.concatenate([grid.reshape(-1, 2), [[self.masses[0], 0.0]]])
        q = profile_batch(likelihood, names, rows).q
        each = q[:-1].reshape(self.couplings.shape)
        return each - np.fmin(np.nanmin(each, axis=1), q[-1])[:, None]

    def allowed(self, rise: float = 2.706) -> list[list[tuple[float, float]]]:
        """Intervals of couplings allowed at each mass: [(lower, upper), ...], zero where none is below."""
        return [
            [(float(np.exp(low)), float(np.exp(high))) for low, high in allowed_intervals(np.log(g), d, rise)]
            for g, d in zip(self.couplings, self.delta, strict=True)
        ]

    def limit(self, rise: float = 2.706) -> np.ndarray:
        """Smallest excluded coupling [m]: the upper end of the lowest interval."""
        return np.array([intervals[0][1] if intervals else np.nan for intervals in self.allowed(rise)])


def cancellation(mass: Any, quark: float = 1.0) -> np.ndarray:
    """Coupling g at which a universal vector turns the amplitude of Cs and I into minus the Standard Model's.

    3 g^2 A/(sqrt2 G_F (Q^2 + M^2)) = -2 Q_l/F at the typical momentum transfer, with Q_l/(A F) = -0.28 (nu_mu on Cs and I).
    """
    mass = np.asarray(mass, dtype=float)
    size = 2 * 0.5 * (0.5094 * 76 - 0.034 * 54) / 130 * 2
    return np.sqrt(sqrt(2) * constants.G_F * (mass**2 + MOMENTUM**2) * size / (3 * quark))

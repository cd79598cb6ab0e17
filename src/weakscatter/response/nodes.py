"""What a response hands to `scattering`: weighted nodes in momentum transfer, per level of the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: (structure, constituent) of a target current, as in `weakscatter.interactions.Charge.current`.
Current = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Level:
    """A state that the target is left in.

    `excitation` is its energy (MeV) and `photons` its de-excitation lines ((energy, intensity), ...).
    """

    name: str
    excitation: float = 0.0
    photons: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Nodes:
    """Nodes of one level at given recoil energies T.

    Parameters
    ----------
    q : array [T, q], three-momentum transfer (MeV).
    energy_transfer : array [T, 1] or [T, q], energy given to the target, recoil and excitation (MeV).
    lepton_energy_loss : as `energy_transfer`, what enters the lepton tensor; zero in the leading order of T/E.
    weighted_response : {(current, current, component): w R [T, q]} with w = q dq the measure (MeV^2) and R (MeV^-1)
        the response function of the pair of currents. Pairs are listed once; the other order is the same number.

    Components of the pair (nu, mu) of target currents, z along q:

    - "longitudinal": R_00 - (omega/q) R_03+30 + (omega/q)^2 R_33, for a conserved current (Q^2/q^2)^2 R_00,
    - "transverse": R_11+22,
    - "transverse-interference": R_12+21, vector with axial,
    - "density": the scalar density squared.
    """

    q: Any
    energy_transfer: Any
    lepton_energy_loss: Any
    weighted_response: dict[tuple[Current, Current, str], Any]
    squared_transfer: Any = None

    @property
    def Q2(self) -> Any:
        """Squared four-momentum transfer Q^2 = q^2 - omega^2 (MeV^2), positive.

        Near the photon pole the difference has no digits left: nodes that go there bring Q^2 along.
        """
        return self.q**2 - self.energy_transfer**2 if self.squared_transfer is None else self.squared_transfer

"""Antineutrino spectra of beta decays from end point, charge and forbiddenness.

With W and p energy and momentum of the electron (total, MeV), W = Q + m_e - E,

    dN/dE = p W E^2 F(Z, W) C(E),   0 < E < Q,

C = 1 for allowed decays and E^2 + (F_1/F_0) p^2 for unique first-forbidden ones. F = F_0 and F_1 are the Fermi functions of the
partial waves k = 1 and 2 of a point charge at the nuclear radius R (Behrens and Buehring 1982),

    F_(k-1) = 4^(k-1) 2k (k + g) ((2k-1)!!)^2 (2 p R)^(2g - 2k) exp(pi y) |Gamma(g + i y)|^2/Gamma(2g + 1)^2,

g = sqrt(k^2 - (alpha Z)^2), y = alpha Z W/p. Since F p is finite where the electron stands still, the spectrum of
antineutrinos ends with a step. Left out are screening, finite size, weak magnetism and radiation: mean energies of electrons
agree with evaluated ones to 1 %. Non-unique forbidden decays are treated as allowed, 5 to 10 % in shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, pi

import numpy as np
from scipy.special import gammaln, loggamma

from weakscatter import constants
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.units import fm

#: Kinds of transitions.
TRANSITIONS = ("allowed", "unique-first-forbidden")
#: Nodes of a spectrum: linear between them to 1e-4 of its largest value.
_NODES = 201


@dataclass(frozen=True)
class BetaBranch:
    """One beta branch.

    Parameters
    ----------
    end_point : largest energy of the antineutrino, Q less the excitation of the daughter (MeV).
    share : branches of this kind per decay.
    Z, A : charge and mass number of the daughter.
    transition : one of `TRANSITIONS`.
    """

    end_point: float
    share: float
    Z: int
    A: int
    transition: str = "allowed"

    def __post_init__(self) -> None:
        if self.transition not in TRANSITIONS:
            raise unknown("beta transition", self.transition, TRANSITIONS)
        if not (0 < self.end_point < inf and 0 < self.share <= 1 and 0 < self.Z <= self.A):
            raise InputError(
                f"A beta branch needs a positive end point, a share up to one and 0 < Z <= A; got {self}."
            )


def fermi_function(Z: int, A: int, W: np.ndarray, k: int = 1) -> np.ndarray:
    """F_(k-1)(Z, W), k = 1 or 2, for an electron of total energy W (MeV) beside a nucleus of charge Z; R = 1.2 A^(1/3) fm.

    One for Z = 0.
    """
    p = np.sqrt(W**2 - constants.m_e**2)
    g = np.sqrt(k**2 - (constants.alpha * Z) ** 2)
    y = constants.alpha * Z * W / p
    radius = 1.2 * fm * A ** (1 / 3)
    log = 2 * (g - k) * np.log(2 * p * radius) + pi * y + 2 * np.real(loggamma(g + 1j * y))
    front = 4 ** (k - 1) * 2 * k * (k + g) * {1: 1, 2: 9}[k]
    return np.asarray(front * np.exp(log - 2 * gammaln(2 * g + 1)))


def antineutrino_spectrum(branch: BetaBranch) -> tuple[np.ndarray, np.ndarray]:
    """Nodes [n] (MeV) and spectrum [n] (1/MeV) of one branch, normalised to its share."""
    E = branch.end_point * np.linspace(0.0, 1.0, _NODES)
    # The last node is the limit at rest, where the Fermi function diverges and its product with p does not.
    kinetic = np.maximum(branch.end_point - E, 1e-9 * branch.end_point)
    W = kinetic + constants.m_e
    p = np.sqrt(kinetic * (kinetic + 2 * constants.m_e))
    first = fermi_function(branch.Z, branch.A, W)
    factor = first
    if branch.transition == "unique-first-forbidden":
        factor = first * E**2 + fermi_function(branch.Z, branch.A, W, k=2) * p**2
    shape = p * W * E**2 * factor
    return E, branch.share * shape / np.trapezoid(shape, E)


def summed(branches: tuple[BetaBranch, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and spectrum per decay of several branches.

    Each end point is there twice, 1e-9 of the largest one apart, so that its step stays one.
    """
    spectra = [antineutrino_spectrum(branch) for branch in branches]
    ends = np.array([branch.end_point for branch in branches])
    last = float(ends.max())
    steps = ends[ends < last] + 1e-9 * last
    E = np.unique(np.concatenate([*(nodes for nodes, _ in spectra), steps]))
    E = E[np.concatenate([[True], np.diff(E) > 1e-10 * last])]
    return E, np.sum([np.interp(E, nodes, values, right=0.0) for nodes, values in spectra], axis=0)

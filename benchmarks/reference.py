"""The rival: a CsI recoil spectrum in vectorised NumPy, written from the field's formulas and not from the library.

It shares no code and no constants with `weakscatter`. Form factors are evaluated once per recoil energy and nuclide;
neutrino energies are integrated by one of two rules, each with the fewest nodes that give 1e-5:

- "fixed": Gauss-Legendre nodes between zero and the muon end point, the same for every recoil energy, those below
  the smallest energy that can give it left out. What most codes do, for any flux. The cut falls between two nodes;
  the error goes as the inverse square of their number, since the cross section vanishes at the cut. Above 1 % of
  the peak of a spectrum `FIXED_NODES` give 1e-5.
- "interval": nodes mapped onto the allowed interval of every recoil energy. The integrand is a cubic in the energy
  for Michel spectra, so two nodes are exact: the best that NumPy can do, in effect the closed form.

Formulas: Freedman (1974) with T/E kept (spin 0); Giunti and Studenikin
(2015) for charge radii, millicharges and magnetic moments, with the sign in which a positive millicharge on a
nucleus interferes destructively; Helm (1956).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np

# MeV, fm and their powers; PDG 2020 and CODATA 2018.
G_F = 1.1663787e-11
ALPHA = 1 / 137.035999084
HBAR_C = 197.3269804
M_E, M_MU, M_PI = 0.51099895, 105.6583755, 139.57039
N_A = 6.02214076e23
CSI_GRAMS_PER_MOLE = 259.80992

END_POINT = M_MU / 2
LINE = (M_PI**2 - M_MU**2) / (2 * M_PI)

#: Fewest nodes that give 1e-5, in steps of 100 for the fixed rule; `test_recoil_spectrum.py` shows it by doubling.
FIXED_NODES = 1100
INTERVAL_NODES = 2

#: (Z, N, mass in MeV, rms radii of protons and neutrons in fm): 133Cs and 127I.
NUCLIDES = ((55, 78, 123772.54, 4.821, 5.01), (53, 74, 118183.68, 4.766, 4.94))

SKIN = 0.9  # fm

#: Energies [n, T] or [n, 1], and the integral over them of (density, kernel) [T].
Rule = tuple[np.ndarray, Callable[[np.ndarray, np.ndarray], np.ndarray]]


@dataclass(frozen=True, eq=False)
class Couplings:
    """Couplings of (nu_e, nu_mu, nu_tau); matrices [3, 3] are Hermitian.

    `radius` (1e-32 cm^2) is what comes on top of g_V^p, `charge` is in units of e, `moment` in units of mu_B.
    """

    proton: np.ndarray = field(default_factory=lambda: np.array([0.0401, 0.0318, 0.0274]))
    neutron: float = -0.5094
    radius: np.ndarray = field(default_factory=lambda: np.zeros((3, 3)))
    charge: np.ndarray = field(default_factory=lambda: np.zeros((3, 3)))
    moment: np.ndarray = field(default_factory=lambda: np.zeros((3, 3)))


@dataclass(frozen=True, eq=False)
class Source:
    """A stopped-pion source and a CsI crystal (COHERENT CsI 2021); distance in m, mass in kg."""

    protons: float = 3.198e23
    yield_per_flavour: float = 0.0848
    distance: float = 19.3
    mass: float = 14.6

    @property
    def fluence(self) -> float:
        """Neutrinos of each flavour (MeV^2)."""
        return self.yield_per_flavour * self.protons / (4 * np.pi * (self.distance * 1e15 / HBAR_C) ** 2)

    @property
    def nuclei(self) -> float:
        """Number of Cs, and of I."""
        return self.mass * 1e3 * N_A / CSI_GRAMS_PER_MOLE


def helm(q: np.ndarray, radius: float) -> np.ndarray:
    """3 j_1(x)/x exp(-q^2 s^2/2) with q in 1/fm, x = q R_0, R_rms^2 = (3/5) R_0^2 + 3 s^2."""
    x = q * np.sqrt(5 / 3 * (radius**2 - 3 * SKIN**2))
    return 3 * (np.sin(x) - x * np.cos(x)) / x**3 * np.exp(-((q * SKIN) ** 2) / 2)


@cache
def unit_nodes(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on (0, 1)."""
    x, w = np.polynomial.legendre.leggauss(count)
    return (1 + x) / 2, w / 2


def nu_e_density(E: np.ndarray) -> np.ndarray:
    """nu_e of muon decay at rest (1/MeV), unit normalised."""
    return 192 * E**2 / M_MU**3 * (0.5 - E / M_MU)


def nu_mu_bar_density(E: np.ndarray) -> np.ndarray:
    """numubar of muon decay at rest (1/MeV), unit normalised."""
    return 64 * E**2 / M_MU**3 * (0.75 - E / M_MU)


def squared_charge(
    couplings: Couplings, flavour: int, T: np.ndarray, M: float, protons: np.ndarray, neutrons: np.ndarray
) -> np.ndarray:
    """Sum over final flavours of |Q_l'l|^2 [T]: the diagonal amplitude interferes, flavour changes do not.

    `protons` = Z F_p and `neutrons` = N F_n [T]. Modulus squared: neutrinos and antineutrinos are equal.
    """
    per_radius = np.sqrt(2) * np.pi * ALPHA / (3 * G_F) * 1e-32 * (1e13 / HBAR_C) ** 2
    per_charge = 2 * np.sqrt(2) * np.pi * ALPHA / G_F / (2 * M * T)
    total = 0.0
    for final in range(3):
        shift = -per_radius * couplings.radius[final, flavour] + per_charge * couplings.charge[final, flavour]
        amplitude = shift * protons
        if final == flavour:
            amplitude = amplitude + couplings.proton[flavour] * protons + couplings.neutron * neutrons
        total = total + np.abs(amplitude) ** 2
    return total


def interval_rule(lowest: np.ndarray, nodes: int) -> Rule:
    """Nodes between `lowest` [T] and the end point, mapped for every T."""
    unit, weight = unit_nodes(nodes)
    width = np.maximum(END_POINT - lowest, 0.0)
    return lowest + width * unit[:, None], lambda density, kernel: width * (weight @ (density * kernel))


def fixed_rule(lowest: np.ndarray, nodes: int) -> Rule:
    """The same nodes for every T; the kernel is set to zero below `lowest` [T]."""
    unit, weight = unit_nodes(nodes)
    E = END_POINT * unit[:, None]
    closed = lowest > E

    def integrate(density: np.ndarray, kernel: np.ndarray) -> np.ndarray:
        kernel[closed] = 0.0
        return END_POINT * ((weight * density[:, 0]) @ kernel)

    return E, integrate


def recoil_spectrum(
    T: np.ndarray,
    couplings: Couplings,
    source: Source,
    *,
    rule: Callable[[np.ndarray, int], Rule] = interval_rule,
    nodes: int = INTERVAL_NODES,
    neutron_radii: tuple[float, float] | None = None,
) -> dict[str, np.ndarray]:
    """dN/dT [T] (1/MeV) in CsI for nu_mu (line), nu_e and nu_mu_bar (continua); T in MeV."""
    result = {"nu_mu": np.zeros_like(T), "nu_e": np.zeros_like(T), "nu_mu_bar": np.zeros_like(T)}
    moment2 = np.sum(np.abs(couplings.moment) ** 2, axis=0)
    with_moment = bool(np.any(moment2))
    exposure = source.fluence * source.nuclei
    for i, (Z, N, M, proton_radius, neutron_radius) in enumerate(NUCLIDES):
        q = np.sqrt(2 * M * T) / HBAR_C
        protons = Z * helm(q, proton_radius)
        neutrons = N * helm(q, neutron_radius if neutron_radii is None else neutron_radii[i])
        lowest = (T + np.sqrt(T**2 + 2 * M * T)) / 2
        weak = [
            exposure * G_F**2 * M / np.pi * squared_charge(couplings, flavour, T, M, protons, neutrons)
            for flavour in (0, 1)
        ]
        flip = [exposure * np.pi * ALPHA**2 / M_E**2 * protons**2 * moment2[flavour] for flavour in (0, 1)]

        line = weak[1] * (1 - T / LINE - M * T / (2 * LINE**2))
        if with_moment:
            line += flip[1] * (1 / T - 1 / LINE + T / (4 * LINE**2))
        result["nu_mu"] += np.where(lowest <= LINE, line, 0.0)

        E, integrate = rule(lowest, nodes)
        loss = T / E
        kernel = 1 - loss * (1 + (M / 2) / E)
        kernel_flip = 1 / T - 1 / E + loss / (4 * E) if with_moment else None
        for label, flavour, density in (("nu_e", 0, nu_e_density), ("nu_mu_bar", 1, nu_mu_bar_density)):
            spectrum = density(E)
            result[label] += weak[flavour] * integrate(spectrum, kernel)
            if kernel_flip is not None:
                result[label] += flip[flavour] * integrate(spectrum, kernel_flip)
    return result

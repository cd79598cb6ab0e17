"""One formula per Lorentz structure: the lepton tensor of a massless projectile, as a polynomial in its energy.

Every tree cross section is, per pair of target currents and response component,

    dsigma/dT = 1/(2 pi p^2) sum_nodes (k2 E^2 + k1 E + k0) c_a c_b^* w R_ab / [(Q^2 + m_a^2)(Q^2 + m_b^2)],

with E E' = E^2 - omega E for an energy loss omega, so a kernel is three functions (k2, k1, k0) of (omega, Q^2).
q^2 = Q^2 + omega^2 throughout, so that omega = 0 is the leading order in T/E everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: (k2, k1, k0) at energy loss omega, squared momentum transfers Q^2 and helicity sign of the projectile.
Kernel = Callable[[Any, Any, int], tuple[Any, Any, Any]]


def current_longitudinal(omega: Any, Q2: Any, helicity: int) -> tuple[Any, Any, Any]:
    """E E' cos^2(theta/2) = E E' - Q^2/4, on R_00 - (omega/q) R_03+30 + (omega/q)^2 R_33 (Walecka 2004)."""
    return 1.0, -omega, -Q2 / 4


def current_transverse(omega: Any, Q2: Any, helicity: int) -> tuple[Any, Any, Any]:
    """E E' [cos^2(theta/2) Q^2/(2 q^2) + sin^2(theta/2)], on R_11+22 (Walecka 2004)."""
    share = Q2 / (2 * (Q2 + omega**2))
    return share, -share * omega, Q2 / 4 * (1 - share)


def vector_axial_interference(omega: Any, Q2: Any, helicity: int) -> tuple[Any, Any, Any]:
    """E E' sin(theta/2) sqrt(sin^2(theta/2) + cos^2(theta/2) Q^2/q^2) = Q^2 (E + E')/(4 |q|), on R_12+21.

    The only term that changes sign between neutrino (helicity -1) and antineutrino (+1).
    """
    size = -helicity * Q2 / (4 * (Q2 + omega**2) ** 0.5)
    return 0.0, 2 * size, -size * omega


def scalar_density(omega: Any, Q2: Any, helicity: int) -> tuple[Any, Any, Any]:
    """Q^2/4: the helicity flips, forward scattering is forbidden."""
    return 0.0, 0.0, Q2 / 4


def tensor_transverse(omega: Any, Q2: Any, helicity: int) -> tuple[Any, Any, Any]:
    """4 E E' - Q^2/2, for (nubar sigma^{mu nu} P_L nu)(Nbar sigma_{mu nu} N) on nucleon spins, heavy target."""
    return 4.0, -4.0 * omega, -Q2 / 2


def dipole_longitudinal(omega: Any, Q2: Any, helicity: int) -> tuple[Any, Any, Any]:
    """Q^2 (E + E')^2/4 on the conserved current's longitudinal response: (pi alpha^2/m_e^2)(1/T - 1/E + T/4E^2)."""
    return Q2, -Q2 * omega, Q2 * omega**2 / 4


def dipole_transverse(omega: Any, Q2: Any, helicity: int) -> tuple[Any, Any, Any]:
    """Q^4 (4 E E' - Q^2)/(8 q^2) on R_11+22; with the longitudinal part of a Dirac particle this is Q^2 E E'."""
    share = Q2**2 / (2 * (Q2 + omega**2))
    return share, -share * omega, -share * Q2 / 4


#: (structure, structure, component) -> kernel. Helicity-conserving and flipping structures do not interfere.
KERNELS: dict[tuple[str, str, str], Kernel] = {
    ("vector", "vector", "longitudinal"): current_longitudinal,
    ("vector", "vector", "transverse"): current_transverse,
    ("axial", "axial", "longitudinal"): current_longitudinal,
    ("axial", "axial", "transverse"): current_transverse,
    ("vector", "axial", "transverse-interference"): vector_axial_interference,
    ("scalar", "scalar", "density"): scalar_density,
    ("tensor", "tensor", "transverse"): tensor_transverse,
    ("dipole", "dipole", "longitudinal"): dipole_longitudinal,
    ("dipole", "dipole", "transverse"): dipole_transverse,
}

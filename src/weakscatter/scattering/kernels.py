"""One formula per Lorentz structure: the lepton tensor of a massless projectile, as a polynomial in its energy.

The dipole kernels also hold for a heavy particle of mass m that leaves (m = 0: a neutrino).

Every tree cross section is, per pair of target currents and response component,

    dsigma/dT = 1/(2 pi p^2) sum_nodes (k2 E^2 + k1 E + k0) c_a c_b^* w R_ab / [(Q^2 + m_a^2)(Q^2 + m_b^2)],

with E E' = E^2 - omega E for an energy loss omega, so a kernel is three functions (k2, k1, k0) of (omega, Q^2).
q^2 = Q^2 + omega^2 throughout, so that omega = 0 is the leading order in T/E everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: (k2, k1, k0) at energy loss omega, squared momentum transfers Q^2, helicity sign of the projectile, final mass squared.
Kernel = Callable[[Any, Any, int, Any], tuple[Any, Any, Any]]


def current_longitudinal(omega: Any, Q2: Any, helicity: int, m2: Any = 0.0) -> tuple[Any, Any, Any]:
    """E E' cos^2(theta/2) = E E' - Q^2/4, on R_00 - (omega/q) R_03+30 + (omega/q)^2 R_33 (Walecka 2004)."""
    return 1.0, -omega, -Q2 / 4


def current_transverse(omega: Any, Q2: Any, helicity: int, m2: Any = 0.0) -> tuple[Any, Any, Any]:
    """E E' [cos^2(theta/2) Q^2/(2 q^2) + sin^2(theta/2)], on R_11+22 (Walecka 2004)."""
    share = Q2 / (2 * (Q2 + omega**2))
    return share, -share * omega, Q2 / 4 * (1 - share)


def vector_axial_interference(omega: Any, Q2: Any, helicity: int, m2: Any = 0.0) -> tuple[Any, Any, Any]:
    """E E' sin(theta/2) sqrt(sin^2(theta/2) + cos^2(theta/2) Q^2/q^2) = Q^2 (E + E')/(4 |q|), on R_12+21.

    The only term that changes sign between neutrino (helicity -1) and antineutrino (+1).
    """
    size = -helicity * Q2 / (4 * (Q2 + omega**2) ** 0.5)
    return 0.0, 2 * size, -size * omega


def scalar_density(omega: Any, Q2: Any, helicity: int, m2: Any = 0.0) -> tuple[Any, Any, Any]:
    """Q^2/4 for nubar nu and nubar i gamma_5 nu alike: the helicity flips, forward scattering is forbidden."""
    return 0.0, 0.0, Q2 / 4


def tensor_transverse(omega: Any, Q2: Any, helicity: int, m2: Any = 0.0) -> tuple[Any, Any, Any]:
    """(E + E')^2 - Q^2/2, for (nubar sigma^{mu nu} P_L nu)(fbar sigma_{mu nu} f), on twice the spin.

    Exact for a free Dirac particle with w R = 2 M, which gives 4 (1 - T/2E)^2 - M T/E^2; on spins of nucleons in a nucleus
    the response is that of a heavy target, and omega^2 beyond it.
    """
    return 4.0, -4.0 * omega, omega**2 - Q2 / 2


def dipole_longitudinal(omega: Any, Q2: Any, helicity: int, m2: Any = 0.0) -> tuple[Any, Any, Any]:
    """Longitudinal response of the conserved current, with a final particle of mass m.

    Q^2 E^2 - (Q^2 + m^2) omega E + (Q^2 + m^2)(omega^2 - m^2)/4; massless: Q^2 (E + E')^2/4, which is
    (pi alpha^2/m_e^2)(1/T - 1/E + T/4E^2). On a spin-0 nucleus, m = m_4 (dipole portal):
    1/T - 1/E + T/4E^2 - m_4^2/(2 E T M) (1 - T/4E + M/2E) - m_4^4/(8 E^2 T^2 M).
    """
    total = Q2 + m2
    return Q2, -total * omega, total * (omega**2 - m2) / 4


def dipole_transverse(omega: Any, Q2: Any, helicity: int, m2: Any = 0.0) -> tuple[Any, Any, Any]:
    """R_11+22, with a final particle of mass m; massless: Q^4 (4 E E' - Q^2)/(8 q^2).

    With the longitudinal part of a Dirac particle this is Q^2 E E' for m = 0, and the spin-1/2 formula of the dipole
    portal, 1/T - 1/E - m_4^2/(2 E T M) (1 - T/2E + M/2E) + m_4^4 (T - M)/(8 E^2 T^2 M^2).
    """
    q2 = Q2 + omega**2
    share = Q2 / (2 * q2)
    constant = (2 * m2 * Q2 * omega**2 + m2**2 * (q2 + omega**2) - Q2**3) / (8 * q2)
    return share * Q2, -share * (Q2 + m2) * omega, constant


def massive_vector_transverse(omega: Any, Q2: Any, helicity: int, m2: Any) -> tuple[Any, Any, Any]:
    """R_11+22 of a vector current between equal masses m, (2 k_T^2 + Q^2)/4: `current_transverse` less m^2/2.

    With k_T^2 = k^2 - (k.q)^2/q^2 and k.q = omega E + Q^2/2. The longitudinal part of a conserved current has no mass.
    """
    k2, k1, k0 = current_transverse(omega, Q2, helicity)
    return k2, k1, k0 - m2 / 2


def scalar_current_longitudinal(omega: Any, Q2: Any, helicity: int, m2: Any) -> tuple[Any, Any, Any]:
    """(E + E')^2/4 of a complex scalar of any mass, L^{mu nu} = (k + k')^mu (k + k')^nu: `current_longitudinal` plus q^2/4."""
    return 1.0, -omega, omega**2 / 4


def scalar_current_transverse(omega: Any, Q2: Any, helicity: int, m2: Any) -> tuple[Any, Any, Any]:
    """k_T^2/2 of a complex scalar of mass m, on R_11+22: `massive_vector_transverse` less Q^2/4."""
    k2, k1, k0 = massive_vector_transverse(omega, Q2, helicity, m2)
    return k2, k1, k0 - Q2 / 4


def slide_longitudinal(omega: Any, Q2: Any, helicity: int, m2: Any) -> tuple[Any, Any, Any]:
    """E^2/2 [l00 - 2 (omega/q) l30 + (omega/q)^2 l33] (q^2/Q^2)^2 with sums that do not conserve the current.

    l00 = 2 - x + y/4, l33 = 2 - 3x - y/4, l30 = 2 - x with x = Q^2/(2 E^2), y = m^2/E^2, as printed on a slide behind
    arXiv:2206.08590; kept to draw its figure again. What is exact: `current_longitudinal`, for every mass.
    """
    q2 = Q2 + omega**2
    ratio = omega / q2**0.5
    weight = (q2 / Q2) ** 2 / 2
    x, y = Q2 / 2, m2
    constant = (-x + y / 4) + 2 * ratio * x + ratio**2 * (-3 * x - y / 4)
    return weight * 2 * (1 - ratio) ** 2, 0.0, weight * constant


def slide_transverse(omega: Any, Q2: Any, helicity: int, m2: Any) -> tuple[Any, Any, Any]:
    """E^2/4 (l.l - l33) = Q^2/2 - m^2/8 on R_11+22, with l.l = 2 + x - 3y/4 of the same slide: negative at small Q^2."""
    return 0.0, 0.0, Q2 / 2 - m2 / 8


#: (structure, structure, component) -> kernel. Helicity-conserving and flipping structures do not interfere.
KERNELS: dict[tuple[str, str, str], Kernel] = {
    ("vector", "vector", "longitudinal"): current_longitudinal,
    ("vector", "vector", "transverse"): current_transverse,
    ("axial", "axial", "longitudinal"): current_longitudinal,
    ("axial", "axial", "transverse"): current_transverse,
    ("vector", "axial", "transverse-interference"): vector_axial_interference,
    ("scalar", "scalar", "density"): scalar_density,
    ("pseudoscalar", "pseudoscalar", "density"): scalar_density,
    ("tensor", "tensor", "transverse"): tensor_transverse,
    ("dipole", "dipole", "longitudinal"): dipole_longitudinal,
    ("dipole", "dipole", "transverse"): dipole_transverse,
}

#: The same for equal masses before and after. Only the photon pole sees them: everywhere else, and in 1/p^2 = 1/E^2, they
#: are terms of (m/E)^2 or (m/T)^2 log(E/m) and are left out.
MASSIVE_KERNELS: dict[tuple[str, str, str], Kernel] = {
    ("vector", "vector", "transverse"): massive_vector_transverse,
}

#: Kernels of dark matter that scatters elastically in its own right, unpolarised, with mass m before and after: exact.
#: "dirac-slide" is not a particle but the sums of a slide, which do not conserve the current.
DARK_KERNELS: dict[str, dict[tuple[str, str, str], Kernel]] = {
    "dirac": {
        ("vector", "vector", "longitudinal"): current_longitudinal,
        ("vector", "vector", "transverse"): massive_vector_transverse,
    },
    "scalar": {
        ("vector", "vector", "longitudinal"): scalar_current_longitudinal,
        ("vector", "vector", "transverse"): scalar_current_transverse,
    },
    "dirac-slide": {
        ("vector", "vector", "longitudinal"): slide_longitudinal,
        ("vector", "vector", "transverse"): slide_transverse,
    },
}

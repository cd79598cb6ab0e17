"""Radial functions of a Woods-Saxon well, as expansions in oscillator functions, so that amplitudes stay polynomials times e^{-y}.

    V(r) = -V_0 f(r) + V_so (l . s) r_0^2 (1/r) df/dr + V_C(r),     f = 1/(1 + exp[(r - R)/a]),     R = r_0 A^(1/3),
    V_0 = 51 -+ 33 (N - Z)/A MeV (- for neutrons),  V_so = 0.44 V_0,  V_C that of a uniform sphere of radius R and charge Z - 1

(Bohr and Mottelson, Nuclear Structure I, 1969, eq. 2-180 to 2-182), reduced mass (A - 1)/A m. States of given l and j are those of the
Hamiltonian in the first oscillator functions; functions are positive near the origin, or where the interaction says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, sqrt

import numpy as np

from weakscatter.constants import alpha, m_n, m_p
from weakscatter.matter import Nuclide
from weakscatter.nuclear.interaction import Orbit
from weakscatter.nuclear.multipole_operators import multipole_polynomial
from weakscatter.nuclear.oscillator_integrals import Floats, plus
from weakscatter.provenance.errors import InputError
from weakscatter.units import MeV, fm

#: Farthest point (in oscillator lengths) and number of points of the radial integrals.
_END, _POINTS = 12.0, 240


@dataclass(frozen=True)
class WoodsSaxon:
    """A Woods-Saxon well.

    Parameters
    ----------
    depth, asymmetry : V_0 = depth -+ asymmetry (N - Z)/A (MeV).
    radius, diffuseness : r_0 and a (MeV^-1).
    spin_orbit : V_so/V_0.
    functions : oscillator functions of each expansion. With eight a bound state's radius is good to 1 %, with twelve to 2 per mille.

    Raises
    ------
    InputError : lengths that are not positive, fewer than two functions.
    """

    depth: float = 51.0 * MeV
    asymmetry: float = 33.0 * MeV
    radius: float = 1.27 * fm
    diffuseness: float = 0.67 * fm
    spin_orbit: float = 0.44
    functions: int = 8

    def __post_init__(self) -> None:
        if not (self.radius > 0 and self.diffuseness > 0):
            raise InputError("radius and diffuseness of a Woods-Saxon well are positive lengths.")
        if not 2 <= self.functions <= 20:
            raise InputError(f"functions = {self.functions}; between 2 and 20 oscillator functions are used.")

    def state(self, orbit: Orbit, nuclide: Nuclide, hbar_omega: float) -> tuple[float, Floats]:
        """Return energy (MeV) and coefficients [k] over oscillator functions |k l>, positive near the origin.

        Raises
        ------
        InputError : the orbit is not bound in this well, or has more nodes than functions.
        """
        return _solved(self, orbit, nuclide, hbar_omega)

    def polynomial(
        self,
        operator: str,
        J: int,
        bra: Orbit,
        ket: Orbit,
        nuclide: Nuclide,
        hbar_omega: float,
        radial_sign: str = "origin",
    ) -> Floats:
        """Return p of <bra || O_J || ket> = y^((J + s)/2) e^{-y} p(y), as `multipole_polynomial` does for the oscillator."""
        total = np.zeros(0)
        left, right = (self.state(one, nuclide, hbar_omega)[1] for one in (bra, ket))
        for k, a in enumerate(left):
            for m, b in enumerate(right):
                one, other = (
                    Orbit(k, bra.l, bra.two_j, bra.species),
                    Orbit(m, ket.l, ket.two_j, ket.species),
                )
                total = plus(total, a * b * multipole_polynomial(operator, J, one, other))
        return -total if radial_sign == "infinity" and (bra.n + ket.n) % 2 else total


@lru_cache(maxsize=256)
def _solved(well: WoodsSaxon, orbit: Orbit, nuclide: Nuclide, hbar_omega: float) -> tuple[float, Floats]:
    if orbit.n >= well.functions:
        raise InputError(f"{orbit.name} has {orbit.n} nodes; {well.functions} functions are too few for it.")
    mass = 0.5 * (m_p + m_n)
    b = 1.0 / sqrt(mass * hbar_omega)
    x, w = np.polynomial.legendre.leggauss(_POINTS)
    rho, w = _END * (x + 1) / 2, _END * w / 2
    u = _functions(well.functions, orbit.l, rho)
    potential = (u * (w * _potential(well, orbit, nuclide, rho * b))) @ u.T
    n = np.arange(well.functions)
    off = np.sqrt((n[:-1] + 1.0) * (n[:-1] + orbit.l + 1.5))
    kinetic = 0.5 * hbar_omega * (np.diag(2 * n + orbit.l + 1.5) + np.diag(off, 1) + np.diag(off, -1))
    energies, vectors = np.linalg.eigh(kinetic * nuclide.A / (nuclide.A - 1.0) + potential)
    energy, c = float(energies[orbit.n]), vectors[:, orbit.n]
    if energy >= 0:
        raise InputError(
            f"{orbit.name} is not bound in this well of {nuclide.name} (E = {energy:.2f} MeV). Make the well deeper, or use the oscillator."
        )
    # Near the origin functions go as r^l with these weights.
    inner = c @ np.array([sqrt(exp(lgamma(k + orbit.l + 1.5) - lgamma(k + 1.0))) for k in n])
    c = c if inner > 0 else -c
    c.flags.writeable = False
    return energy, c


def _functions(many: int, l: int, rho: Floats) -> Floats:
    """Return r R_kl [k, point] of the oscillator, b = 1, positive near the origin."""
    t = rho**2
    before, now = np.zeros_like(t), np.ones_like(t)
    made = []
    for k in range(many):
        norm = sqrt(2.0) * exp(0.5 * (lgamma(k + 1.0) - lgamma(k + l + 1.5)))
        made.append(norm * now * rho ** (l + 1) * np.exp(-t / 2))
        before, now = now, ((2 * k + l + 1.5 - t) * now - (k + l + 0.5) * before) / (k + 1.0)
    return np.array(made)


def _potential(well: WoodsSaxon, orbit: Orbit, nuclide: Nuclide, r: Floats) -> Floats:
    R = well.radius * nuclide.A ** (1 / 3)
    excess = (nuclide.N - nuclide.Z) / nuclide.A
    proton = orbit.species == "proton"
    depth = well.depth + (well.asymmetry if proton else -well.asymmetry) * excess
    f = 1.0 / (1.0 + np.exp((r - R) / well.diffuseness))
    slope = -f * (1.0 - f) / well.diffuseness
    j = 0.5 * orbit.two_j
    l_s = 0.5 * (j * (j + 1.0) - orbit.l * (orbit.l + 1.0) - 0.75)
    total = -depth * f + well.spin_orbit * depth * l_s * well.radius**2 * slope / r
    if proton:
        inside = (3.0 - (r / R) ** 2) / (2.0 * R)
        total = total + alpha * (nuclide.Z - 1) * np.where(r < R, inside, 1.0 / r)
    return np.asarray(total)

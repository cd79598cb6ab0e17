"""Continuum orbitals by outward integration of the Dirac equations in a fixed central potential (Numba).

    P' = -kappa P/r + (2c + (E - V)/c) Q,    Q' = kappa Q/r - (E - V) P/c

by Runge-Kutta of fourth order from the nucleus, together with the integrals of P and Q with given source functions. At the end
the amplitude is found with u = P/sqrt(eta), eta = 2c + (E - V)/c, which obeys u'' + w u = 0 and oscillates as
A N sin(phi), N = w^(-1/4) plus its first correction (Milne): A sqrt(c pi) = 1 is one orbital per unit of energy.

W. E. Milne, Phys. Rev. 35, 863 (1930); Grant, "Relativistic Quantum Theory of Atoms and Molecules" (2007), chapter 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt

import numba
import numpy as np

from weakscatter.atomic.hartree import C

#: Steps of the integration for each wavelength of the fastest electron, and largest relative step near the nucleus.
_PER_WAVE = 100
_GROWTH = 0.012
_FIRST = 1e-7


@dataclass(frozen=True, eq=False)
class Steps:
    """Radii of the integration: ``r`` [2 n + 1] with a midpoint in every step (Bohr radii)."""

    r: np.ndarray

    def cumulative(self, values: np.ndarray) -> np.ndarray:
        """Return int_0^r of values on all radii [2 n + 1], by parabolas; below the first radius values fall like r."""
        left, middle, right = values[:-1:2], values[1::2], values[2::2]
        half = np.diff(self.r)[::2]
        out = np.empty_like(values)
        out[0] = 0.5 * values[0] * self.r[0]
        out[2::2] = out[0] + np.cumsum(half / 3.0 * (left + 4.0 * middle + right))
        out[1::2] = out[:-1:2] + half / 12.0 * (5.0 * left + 8.0 * middle - right)
        return out

    def integral(self, values: np.ndarray) -> float:
        """Return the integral of values over all radii."""
        return float(self.cumulative(values)[-1])


def steps(largest_energy: float, box: float, *, refine: float = 1.0) -> Steps:
    """Return radii for electrons up to an energy (hartree), out to a box; ``refine`` divides the steps."""
    momentum = sqrt(largest_energy * (largest_energy + 2.0 * C**2)) / C
    longest = min(2.0 * pi / momentum / _PER_WAVE, 0.02) / refine
    growth = _GROWTH / refine
    inner = int(np.ceil(np.log(longest / growth / _FIRST) / growth))
    near = _FIRST * np.exp(growth * np.arange(max(inner, 1)))
    near = near[near < box]
    far = near[-1] + longest * np.arange(1, int(np.ceil((box - near[-1]) / longest)) + 1)
    whole = np.concatenate([near, far])
    r = np.empty(2 * len(whole) - 1)
    r[::2] = whole
    r[1::2] = 0.5 * (whole[1:] + whole[:-1])
    return Steps(r)


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def _integrate(
    energy: float, kappa: int, c: float, r: np.ndarray, v: np.ndarray, large: np.ndarray, small: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return (P, Q) at the end and the integrals [source] of large P + small Q, for unnormalised P, Q."""
    count = large.shape[0]
    total = np.zeros(count)
    p, q = start[0], start[1]
    for i in range(0, len(r) - 2, 2):
        h = r[i + 2] - r[i]
        k0, k1, k2 = kappa / r[i], kappa / r[i + 1], kappa / r[i + 2]
        e0, e1, e2 = (energy - v[i]) / c, (energy - v[i + 1]) / c, (energy - v[i + 2]) / c
        p1, q1 = -k0 * p + (2 * c + e0) * q, k0 * q - e0 * p
        pa, qa = p + 0.5 * h * p1, q + 0.5 * h * q1
        p2, q2 = -k1 * pa + (2 * c + e1) * qa, k1 * qa - e1 * pa
        pb, qb = p + 0.5 * h * p2, q + 0.5 * h * q2
        p3, q3 = -k1 * pb + (2 * c + e1) * qb, k1 * qb - e1 * pb
        pc, qc = p + h * p3, q + h * q3
        p4, q4 = -k2 * pc + (2 * c + e2) * qc, k2 * qc - e2 * pc
        for s in range(count):
            total[s] += h / 6.0 * (
                large[s, i] * p + small[s, i] * q
                + 2.0 * (large[s, i + 1] * (pa + pb) + small[s, i + 1] * (qa + qb))
                + large[s, i + 2] * pc + small[s, i + 2] * qc
            )  # fmt: skip
        p += h / 6.0 * (p1 + 2.0 * p2 + 2.0 * p3 + p4)
        q += h / 6.0 * (q1 + 2.0 * q2 + 2.0 * q3 + q4)
    return np.array([p, q]), total


def _start(kappa: int, energy: float, r: float, v: float, charge: float) -> np.ndarray:
    """Return regular P, Q at the first radius; ``charge`` is -r V(r) for r -> 0 (0 for a nucleus with a size)."""
    if charge > 0.0:
        gamma = sqrt(kappa**2 - (charge / C) ** 2)
        ratio = (gamma + kappa) * C / charge if kappa > 0 else charge / (C * (kappa - gamma))
        return np.array([1.0, ratio]) * r**gamma
    l = kappa if kappa > 0 else -kappa - 1
    if kappa < 0:
        return np.array([r ** (l + 1), -(energy - v) / C * r ** (l + 2) / (2 * l + 3)])
    return np.array([(2.0 * C + (energy - v) / C) * r ** (l + 1) / (2 * l + 1), r**l])


def _amplitude(kappa: int, energy: float, r: float, v: float, p: float, q: float) -> float:
    """Return A of u = A N sin(phi) at a radius beyond which the potential is v r/r' (Coulombic)."""
    strength = -v * r

    def w(x: np.ndarray) -> np.ndarray:
        # eta, eta' and eta'' of a Coulomb field; w = (E - V) eta/c - kappa (kappa + 1)/x^2 - kappa eta'/(x eta) + ...
        eta = 2.0 * C + (energy + strength / x) / C
        first, second = -strength / C / x**2, 2.0 * strength / C / x**3
        bend = 0.5 * second / eta - 0.75 * (first / eta) ** 2
        return (
            (energy + strength / x) * eta / C - kappa * (kappa + 1) / x**2 - kappa * first / (x * eta) + bend
        )

    h = 1e-2 * r
    x = r + h * np.arange(-3, 4)
    n = w(x) ** -0.25
    # N'' + w N = 1/N^3, solved for N with N'' of the lowest order.
    second = (n[2:] - 2.0 * n[1:-1] + n[:-2]) / h**2
    n = (w(x[1:-1]) + second / n[1:-1]) ** -0.25
    slope = (n[3] - n[1]) / (2.0 * h)
    eta = 2.0 * C + (energy - v) / C
    falling = -strength / C / r**2 / eta
    u = p / sqrt(eta)
    turn = (-kappa / r * p + eta * q) / sqrt(eta) - 0.5 * falling * u
    return float(np.hypot(u / n[2], n[2] * turn - slope * u))


def matrix_elements(
    kappa: int, energy: float, grid: Steps, v: np.ndarray, charge: float, large: np.ndarray, small: np.ndarray
) -> np.ndarray:
    """Return int (large P + small Q) dr [source] with the continuum orbital of an energy, normalised per hartree.

    Parameters
    ----------
    kappa, energy : of the orbital (hartree, without rest energy), energy > 0.
    grid, v : radii and the potential on them; Coulombic at the last radius.
    charge : Z of a point nucleus, 0 for one with a size.
    large, small : sources [source, radius].

    Notes
    -----
    Closed form for a test: the hydrogen-like photoeffect. Valid where the last radius lies many reduced wavelengths
    outside, k r >> l; the value there of N is good to (k r)^-4.
    """
    start = _start(kappa, energy, grid.r[0], v[0], charge)
    # The size at the start is arbitrary; scaled to keep r^(l + 1) above the smallest number.
    (p, q), total = _integrate(energy, kappa, C, grid.r, v, large, small, start / abs(start).max())
    return total / (_amplitude(kappa, energy, grid.r[-1], v[-1], p, q) * sqrt(pi * C))

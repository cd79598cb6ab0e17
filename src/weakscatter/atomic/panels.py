"""Radial panels of Gauss points, on which the Dirac equations of a local potential are solved by collocation (Numba).

    P' = -kappa P/r + (2 + (E - V)/c^2) R,    R' = kappa R/r - (E - V) P,    R = c Q

On a panel of width h both functions are polynomials that obey the equations at its ten Gauss points: the implicit method of
Runge and Kutta of order 20 at the ends of panels and of order 11 on the points, which are those of every integral as well. A
continuum orbital is normalised per hartree from its amplitude far outside, a bound one by matching at its turning point.

Hairer, Norsett, Wanner, "Solving Ordinary Differential Equations I" (1993), section II.7; Grant, "Relativistic Quantum Theory of
Atoms and Molecules" (2007), chapter 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import pi, sqrt

import numba
import numpy as np

from weakscatter.atomic.hartree import C
from weakscatter.provenance.errors import InputError

POINTS = 10

#: First radius, growth of panels near the nucleus, largest phase of an electron wave and of a product of waves in a panel.
_FIRST, _GROWTH, _WAVE, PRODUCT = 1e-7, 0.35, 3.0, 9.0
#: A wave begins where it is smaller than at its turning point by exp(-_DEPTH); a bound one ends likewise.
_DEPTH = 40.0
#: Phases outside in which the amplitude is read off: at least this, and 4 l.
_FAR = 60.0


@dataclass(frozen=True, eq=False)
class Panels:
    """Panels between ``edges`` [n + 1] (Bohr radii) with ten Gauss points in each."""

    edges: np.ndarray

    @cached_property
    def r(self) -> np.ndarray:
        """Points [panel, 10]."""
        return self.edges[:-1, None] + np.diff(self.edges)[:, None] * _NODES

    @cached_property
    def weight(self) -> np.ndarray:
        """Weights dr [panel, 10]."""
        return np.diff(self.edges)[:, None] * _WEIGHTS

    def cumulative(self, values: np.ndarray) -> np.ndarray:
        """Return int_0^r of values at all points [panel, 10]; below the first edge values fall like r."""
        width = np.diff(self.edges)[:, None]
        whole = (values * self.weight).sum(axis=1)
        before = 0.5 * values[0, 0] * self.edges[0] + np.concatenate([[0.0], np.cumsum(whole)[:-1]])
        return before[:, None] + width * (values @ _MATRIX.T)

    def until(self, count: int) -> Panels:
        """Return the first panels alone."""
        return Panels(self.edges[: count + 1])

    def divided(self, width: float) -> tuple[Panels, list[tuple[slice, np.ndarray]]]:
        """Return these panels cut into equal parts no wider than ``width``, and how functions get onto their points.

        Each (points, matrix) takes the ten values of every panel of a run to those of its parts: what is smooth on a panel is a
        polynomial there, and needs its own points only for products with something that is not.
        """
        parts = np.maximum(np.ceil(np.diff(self.edges) / width).astype(int), 1)
        ends = [0, *(np.flatnonzero(np.diff(parts)) + 1), len(parts)]
        edges, runs = [self.edges[:1]], []
        for begin, end in pairwise(ends):
            m = int(parts[begin])
            share = np.arange(1, m + 1) / m
            left, right = self.edges[begin:end, None], self.edges[begin + 1 : end + 1, None]
            edges.append((left + (right - left) * share).ravel())
            runs.append((slice(begin * POINTS, end * POINTS), _onto_parts(m)))
        return Panels(np.concatenate(edges)), runs


def panels(
    momentum: float, largest_transfer: float, *, fine: float, box: float, refine: float = 1.0
) -> Panels:
    """Return panels for electrons up to a momentum, out to a box (Bohr radii); products with a momentum transfer up to ``fine``."""
    waves = _WAVE / max(momentum, 1e-3)
    near = min(waves, PRODUCT / (momentum + largest_transfer)) / refine
    edges, growth = [_FIRST], 1.0 + _GROWTH / refine
    while edges[-1] < box:
        r = edges[-1]
        edges.append(r + min(r * (growth - 1.0), near if r < fine else waves / refine))
    return Panels(np.array(edges))


def spread(values: np.ndarray, runs: list[tuple[slice, np.ndarray]]) -> np.ndarray:
    """Return functions [..., point] of panels on the points of their parts, from `Panels.divided`."""
    lead = values.shape[:-1]
    pieces = [(values[..., at].reshape(*lead, -1, POINTS) @ matrix).reshape(*lead, -1) for at, matrix in runs]
    return np.concatenate(pieces, axis=-1)


@lru_cache(maxsize=256)
def _onto_parts(m: int) -> np.ndarray:
    """Return the matrix [10, 10 m] from the points of a panel to those of its m parts (barycentric interpolation)."""
    if m == 1:
        return np.eye(POINTS)
    x = ((np.arange(m)[:, None] + _NODES) / m).ravel()
    away = x - _NODES[:, None]
    weight = 1.0 / np.prod(_NODES[:, None] - _NODES + np.eye(POINTS), axis=1)[:, None]
    # A point of the middle part may be one of the panel.
    share = weight / np.where(away == 0.0, 1e-300, away)
    return np.asarray(share / share.sum(axis=0))


def _collocation() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return Gauss points and weights of (0, 1), and the integrals [i, j] of the polynomial through point j up to point i."""
    x, w = np.polynomial.legendre.leggauss(POINTS)
    lagrange = [np.poly1d(np.delete(x, j), r=True) / np.prod(x[j] - np.delete(x, j)) for j in range(POINTS)]
    matrix = np.array([[p.integ()(xi) - p.integ()(-1.0) for p in lagrange] for xi in x])
    return 0.5 * (x + 1.0), 0.5 * w, 0.5 * matrix


_NODES, _WEIGHTS, _MATRIX = _collocation()
_INVERSE = np.linalg.inv(_MATRIX)


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def _step(
    h: float, kappa: int, c: float, r: np.ndarray, e: np.ndarray, y: np.ndarray, out: np.ndarray, m: np.ndarray,
    inverse: np.ndarray, weights: np.ndarray,
) -> None:  # fmt: skip
    """Solve on one panel from ``y`` = (P, R) at one end; points to ``out`` [2, n], the other end to ``y``. h < 0: inward.

    With W the inverse of the integration matrix, D = kappa/r, H = 2 + (E - V)/c^2 and s = W 1, R is eliminated:
    [(W/h - D) H^-1 (W/h + D) + (E - V)] P = s R_0/h + (W/h - D) H^-1 s P_0/h. ``m`` [n, 2 n + 2] is work space.
    """
    n = len(r)
    for i in range(n):
        s = 0.0
        for j in range(n):
            s += inverse[i, j]
            m[i, n + 1 + j] = inverse[i, j] / h
        m[i, 2 * n + 1] = s / h
    for i in range(n):
        for j in range(n + 1):
            m[i, j] = 0.0
        m[i, n] = m[i, 2 * n + 1] * y[1]
        for k in range(n):
            g = m[i, n + 1 + k]
            if k == i:
                g -= kappa / r[i]
            g /= 2.0 + e[k] / c**2
            for j in range(n):
                m[i, j] += g * m[k, n + 1 + j]
            m[i, k] += g * kappa / r[k]
            m[i, n] += g * m[k, 2 * n + 1] * y[0]
        m[i, i] += e[i]
    for k in range(n):
        best = k
        for i in range(k + 1, n):
            if abs(m[i, k]) > abs(m[best, k]):
                best = i
        if best != k:
            for j in range(k, n + 1):
                m[k, j], m[best, j] = m[best, j], m[k, j]
        pivot = 1.0 / m[k, k]
        for i in range(k + 1, n):
            f = m[i, k] * pivot
            for j in range(k + 1, n + 1):
                m[i, j] -= f * m[k, j]
    for k in range(n - 1, -1, -1):
        s = m[k, n]
        for j in range(k + 1, n):
            s -= m[k, j] * out[0, j]
        out[0, k] = s / m[k, k]
    p, q = y[0], y[1]
    for i in range(n):
        s = kappa / r[i] * out[0, i] - m[i, 2 * n + 1] * y[0]
        for j in range(n):
            s += m[i, n + 1 + j] * out[0, j]
        out[1, i] = s / (2.0 + e[i] / c**2)
    for i in range(n):
        p += h * weights[i] * (-kappa / r[i] * out[0, i] + (2.0 + e[i] / c**2) * out[1, i])
        q += h * weights[i] * (kappa / r[i] * out[1, i] - e[i] * out[0, i])
    y[0], y[1] = p, q


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def _begin(
    kappa: int, energy: float, c: float, r: np.ndarray, v: np.ndarray, edges: np.ndarray, charge: float,
    y: np.ndarray,
) -> int:  # fmt: skip
    """Put regular (P, R) into ``y`` and return the panel at whose lower edge they hold.

    ``charge`` is -r V(r) for r -> 0 (0 for a nucleus with a size).
    """
    l = kappa if kappa > 0 else -kappa - 1
    turn = 0
    while turn < len(r) - 1 and 2.0 * (energy - v[turn, 0]) * r[turn, 0] ** 2 < l * (l + 1):
        turn += 1
    start = 0
    while start < turn and (l + 1) * np.log(r[turn, 0] / edges[start + 1]) > _DEPTH:
        start += 1
    x, e = edges[start], energy - v[start, 0]
    if charge > 0.0:
        gamma = np.sqrt(kappa**2 - (charge / c) ** 2)
        y[0] = 1.0
        y[1] = (gamma + kappa) * c**2 / charge if kappa > 0 else charge / (kappa - gamma)
    elif kappa < 0:
        y[0], y[1] = 1.0, -e * x / (2 * l + 3)
    else:
        y[0], y[1] = (2.0 + e / c**2) * x / (2 * l + 1), 1.0
    size = max(abs(y[0]), abs(y[1]))
    y[0] /= size
    y[1] /= size
    return start


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def _frequency(x: float, energy: float, kappa: int, strength: float, c: float) -> float:
    """Return w(x) of u'' + w u = 0, u = P/sqrt(2 + (E - V)/c^2), in V = -strength/x."""
    eta = 2.0 + (energy + strength / x) / c**2
    first, second = -strength / c**2 / x**2, 2.0 * strength / c**2 / x**3
    bend = 0.5 * second / eta - 0.75 * (first / eta) ** 2
    return (energy + strength / x) * eta - kappa * (kappa + 1) / x**2 - kappa * first / (x * eta) + bend


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def _amplitude(kappa: int, energy: float, x: float, strength: float, c: float, p: float, q: float) -> float:
    """Return A of u = A N sin(phi), N = w^(-1/4) and its next correction (Milne), for (P, R) at a radius."""
    h = 1e-2 * x
    n = np.empty(7)
    for i in range(7):
        n[i] = _frequency(x + h * (i - 3), energy, kappa, strength, c) ** -0.25
    better = np.empty(5)
    for i in range(5):
        second = (n[i + 2] - 2.0 * n[i + 1] + n[i]) / h**2
        better[i] = (n[i + 1] ** -4 + second / n[i + 1]) ** -0.25
    slope = (better[3] - better[1]) / (2.0 * h)
    eta = 2.0 + (energy + strength / x) / c**2
    u = p / np.sqrt(eta)
    turn = (-kappa / x * p + eta * q) / np.sqrt(eta) + 0.5 * strength / c**2 / x**2 / eta * u
    return np.hypot(u / better[2], better[2] * turn - slope * u)


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def _waves(
    kappa: int, energies: np.ndarray, c: float, edges: np.ndarray, r: np.ndarray, v: np.ndarray, charge: float, kept: int,
    nodes: np.ndarray, inverse: np.ndarray, weights: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Return P and Q [2, energy, kept * n] of continuum orbitals, normalised per hartree."""
    n = len(nodes)
    out = np.zeros((2, len(energies), kept * n))
    m, at, y = np.empty((n, 2 * n + 2)), np.empty((2, n)), np.empty(2)
    l = kappa if kappa > 0 else -kappa - 1
    strength = -v[-1, -1] * r[-1, -1]
    for j in range(len(energies)):
        energy = energies[j]
        start = _begin(kappa, energy, c, r, v, edges, charge, y)
        for i in range(start, len(r)):
            h = edges[i + 1] - edges[i]
            _step(h, kappa, c, r[i], energy - v[i], y, at, m, inverse, weights)
            if i < kept:
                out[0, j, i * n : (i + 1) * n] = at[0]
                out[1, j, i * n : (i + 1) * n] = at[1] / c
        x, far = edges[-1], max(_FAR, 4.0 * l)
        # Outside the box the potential is Coulombic; go on until the wave is smooth enough to be read off.
        while (2.0 * energy + energy**2 / c**2) * x**2 + 2.0 * strength * x < far**2:
            local = np.sqrt(2.0 * energy + 2.0 * strength / x + (l + 0.5) ** 2 / x**2)
            h = min(_GROWTH * x, _WAVE / local)
            inside = x + h * nodes
            _step(h, kappa, c, inside, energy + strength / inside, y, at, m, inverse, weights)
            x += h
        size = _amplitude(kappa, energy, x, strength, c, y[0], y[1]) * np.sqrt(pi)
        out[0, j] /= size
        out[1, j] /= size
    return out


def waves(
    kappa: int, energies: np.ndarray, grid: Panels, v: np.ndarray, *, charge: float, kept: int
) -> np.ndarray:
    """Return P and Q [2, energy, point] of continuum orbitals on the first ``kept`` panels, one orbital per hartree.

    Parameters
    ----------
    kappa, energies : of the orbitals (hartree, without rest energy), positive.
    grid, v : panels and the potential on their points [panel, 10]; Coulombic, or zero, at the last one and beyond.
    charge : Z of a point nucleus, 0 for one with a size.
    """
    return np.asarray(
        _waves(kappa, energies, C, grid.edges, grid.r, v, charge, kept, _NODES, _INVERSE, _WEIGHTS)
    )


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def _shoot(
    kappa: int, energy: float, c: float, edges: np.ndarray, r: np.ndarray, v: np.ndarray, charge: float, match: int, last: int,
    inverse: np.ndarray, weights: np.ndarray,
) -> tuple[np.ndarray, float]:  # fmt: skip
    """Return (P, Q) [2, panel, n] matched in P at the lower edge of a panel, and the jump P (R_out - R_in) there."""
    n = r.shape[1]
    out = np.zeros((2, len(r), n))
    m, at, y = np.empty((n, 2 * n + 2)), np.empty((2, n)), np.empty(2)
    for i in range(_begin(kappa, energy, c, r, v, edges, charge, y), match):
        _step(edges[i + 1] - edges[i], kappa, c, r[i], energy - v[i], y, at, m, inverse, weights)
        out[0, i], out[1, i] = at[0], at[1] / c
    p, inner = y[0], y[1]
    e = energy - v[last - 1, n - 1]
    y[0] = 1e-30
    y[1] = (kappa / edges[last] - np.sqrt(-e * (2.0 + e / c**2))) / (2.0 + e / c**2) * y[0]
    for i in range(last - 1, match - 1, -1):
        h = edges[i] - edges[i + 1]
        _step(h, kappa, c, r[i, ::-1].copy(), energy - v[i, ::-1], y, at, m, inverse, weights)
        out[0, i], out[1, i] = at[0, ::-1], at[1, ::-1] / c
    scale = p / y[0]
    out[:, match:] *= scale
    return out, p * (inner - scale * y[1])


def bound(
    kappa: int, guess: float, grid: Panels, v: np.ndarray, *, charge: float
) -> tuple[float, np.ndarray]:
    """Return energy (hartree) and normalised P, Q [2, panel, 10] of the bound orbital next to a guess of its energy.

    Raises
    ------
    InputError : no bound orbital is found from that guess.
    """
    energy = guess
    for _ in range(30):
        # The turning point, and where the wave has fallen by exp(-depth) beyond it.
        barrier = v[:, 0] + 0.5 * kappa * (kappa + 1) / grid.r[:, 0] ** 2 - energy
        match = int(np.flatnonzero(barrier < 0)[-1]) + 1 if np.any(barrier < 0) else 0
        fallen = np.cumsum(np.sqrt(2.0 * np.maximum(barrier[match:], 0.0)) * np.diff(grid.edges)[match:])
        last = min(match + int(np.searchsorted(fallen, _DEPTH)) + 1, len(grid.r))
        if not 0 < match < last:
            break
        found, jump = _shoot(kappa, energy, C, grid.edges, grid.r, v, charge, match, last, _INVERSE, _WEIGHTS)
        norm = float(np.sum(grid.weight * (found[0] ** 2 + found[1] ** 2)))
        step = jump / norm
        energy += step
        if abs(step) < 1e-13 * max(abs(energy), 1.0):
            # Sign of the basis's orbitals: P rises from the origin.
            return energy, found / sqrt(norm)
        if not (np.isfinite(energy) and energy < 0):
            break
    raise InputError(
        f"no bound orbital of kappa = {kappa} is found near {guess:.6g} hartree. Give a state whose orbitals are bound."
    )

"""The coupled response of one rank and parity as a sum over poles: any energies, and their averages, from one diagonalisation.

With M = A - B, K = A + B (complex symmetric), M K x_k = W_k^2 x_k and x_k.K x_k = 1, (M K - w^2)^-1 = sum_k x_k (K x_k)^T/(W_k^2 - w^2);
for normalised sources t, t'

    + with +: -2 sum (t'.x)(x.t) W^2/(W^2 - w^2)     - with -: -2 sum (t'.K x)(x.K t)/(W^2 - w^2)
    + with -: -2 sum (t.x)(x.K t') w/(W^2 - w^2)

as in `coupled_response`, which factorises once per energy instead. On a turned contour no pole lies above the real axis: bound
excitations are on it, resonances half their width below, the rest is the turned continuum. The average over a cell (a, b) of energies
replaces 1/(W - w) by ln[(W - a)/(W - b)]/(b - a): a resonance however narrow counts with its whole strength.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi

import numpy as np

from weakscatter.atomic.coupled_response import PRODUCTS
from weakscatter.atomic.multipoles import COMPUTED
from weakscatter.atomic.operators import multipole_operators, source
from weakscatter.atomic.response_matrix import ResponseMatrix

#: Rounding leaves poles of bound excitations on either side of the axis; they belong below it (hartree).
_ON_AXIS = 1e-12


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Poles W [k] (hartree) of one rank and parity class, and {operator: (tau, amplitudes [k, q])}."""

    rank: int
    natural: bool
    poles: np.ndarray
    amplitudes: Mapping[str, tuple[int, np.ndarray]]

    def narrow(self, low: float, high: float, share: float) -> np.ndarray:
        """Return energy and width [resonance, 2] (hartree) of resonances between two energies that are narrower than a share of their energy."""
        energy, width = self.poles.real, -2.0 * self.poles.imag
        chosen = (energy > low) & (energy < high) & (width < share * energy)
        return np.asarray(sorted(zip(energy[chosen], width[chosen], strict=True))).reshape(-1, 2)


def spectrum(matrix: ResponseMatrix, momentum: np.ndarray, *, natural: bool) -> Spectrum:
    """Diagonalise; momenta [q] in 1/Bohr."""
    plus, minus = matrix.A + matrix.B, matrix.A - matrix.B
    square, x = np.linalg.eig(minus @ plus)
    dual = plus @ x
    norm = np.sqrt(np.sum(x * dual, axis=0))
    x, dual = x / norm, dual / norm
    found = [multipole_operators(matrix.reference, matrix.rank, float(k), natural=natural) for k in momentum]
    amplitudes = {}
    for name, one in found[0].items():
        t = np.array([source(matrix, operators[name]) for operators in found])
        amplitudes[name] = one.tau, (t @ (x if one.tau > 0 else dual)).T
    poles = np.sqrt(square)
    poles = np.where(poles.real < 0.0, -poles, poles)
    return Spectrum(matrix.rank, natural, poles.real + 1j * np.minimum(poles.imag, -_ON_AXIS), amplitudes)


def averages(found: Spectrum, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return responses [part, cell, q] (per hartree and atom), averages over cells of energies (hartree), or values where low = high.

    Parts are those of `multipoles.COMPUTED`.
    """
    W = found.poles
    one, other = _mean(W, low, high), -_mean(-W, low, high)
    scalar, mixed = (one + other) / (2.0 * W), 0.5 * (one - other)
    (shape,) = {a.shape[1] for _, a in found.amplitudes.values()}
    out = np.zeros((len(COMPUTED), len(low), shape))
    for part, factor, a, b in PRODUCTS[found.natural]:
        if a not in found.amplitudes:
            continue
        (tau, first), (sigma, second) = found.amplitudes[a], found.amplitudes[b]
        weight = mixed if tau != sigma else scalar * W**2 if tau > 0 else scalar
        value = -2.0 * weight @ (first * second)
        out[part] -= (2 * found.rank + 1) / pi * factor * value.imag
    return out


def _mean(W: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the average [cell, k] of 1/(W - w) over w from low to high."""
    a, b = W - low[:, None], W - high[:, None]
    width = (high - low)[:, None]
    point = width == 0.0
    return np.asarray(np.where(point, 1.0 / a, np.log(a / b) / np.where(point, 1.0, width)))

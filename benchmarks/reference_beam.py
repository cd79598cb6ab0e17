"""Recoils of dark matter from pi0 at rest in plain NumPy, vectorised over energies, recoils and isotopes: what the fold is compared with.

Nested Gauss-Legendre quadrature of the closed form: energies on both sides of the one at which the threshold opens, recoils in ln T up to
the exact end point of each energy.
"""

import numpy as np

ALPHA, M_PI0, PHOTONS = 1 / 137.035999084, 134.9768, 0.98823
HBARC_FM = 197.3269804


def helm(q, A):
    """Form factor of Lewin and Smith."""
    c, a, s = 1.23 * A ** (1 / 3) - 0.60, 0.52, 0.9
    R = np.sqrt(c**2 + 7 * np.pi**2 * a**2 / 3 - 5 * s**2) / HBARC_FM
    x = q * R
    return 3 * (np.sin(x) - x * np.cos(x)) / x**3 * np.exp(-((q * s / HBARC_FM) ** 2) / 2)


def counts(
    m, M_A, targets, *, protons, per_proton, distance, lowest, epsilon, alpha_dark, energies=7, recoils=7
):
    """Number of recoils above `lowest` (MeV) for masses [n]; `targets` are (number, mass, Z, A). Dirac, spin-0 nuclei."""
    m, M_A = np.atleast_1d(m)[:, None, None], np.atleast_1d(M_A)[:, None, None]
    opened = (2 * m < M_A) & (M_A < M_PI0)
    M_A = np.where(opened, M_A, np.maximum(3 * m, 1.0))
    x, w = np.polynomial.legendre.leggauss(energies)
    y, v = np.polynomial.legendre.leggauss(recoils)
    E_A = (M_PI0**2 + M_A**2) / (2 * M_PI0)
    half = np.sqrt(np.maximum(E_A**2 - M_A**2, 0.0)) * np.sqrt(np.maximum(M_A**2 / 4 - m**2, 0.0)) / M_A
    low, high = E_A / 2 - half, E_A / 2 + half
    branching = 2 * epsilon**2 * np.maximum(1 - M_A**2 / M_PI0**2, 0.0) ** 3 * PHOTONS
    fluence = protons * per_proton * branching * 2 / (4 * np.pi * distance**2)
    coupling = (4 * np.pi * epsilon) ** 2 * ALPHA * alpha_dark
    total = 0.0
    for number, M, Z, A in targets:
        # Only energies that reach the threshold.
        reach = lowest / 2 + 0.5 * np.sqrt(lowest**2 + 2 * M * lowest + 2 * m**2 * lowest / M + 4 * m**2)
        begin = np.clip(reach, low, high)
        E = begin + (high - begin) * (x[:, None] + 1) / 2
        p2 = E**2 - m**2
        end = 2 * M * p2 / (M**2 + 2 * M * E + m**2)
        length = np.log(np.maximum(end / lowest, 1.0))
        T = lowest * np.exp(length * (y + 1) / 2)
        bracket = 2 * M * E**2 - 2 * M * E * T - M**2 * T
        q = np.sqrt(2 * M * T)
        sigma = coupling * Z**2 * bracket * helm(q, A) ** 2 / (4 * np.pi * p2 * (2 * M * T + M_A**2) ** 2)
        inner = np.sum(sigma * T * v, axis=-1, keepdims=True) * length / 2
        share = (high - begin) / np.maximum(high - low, 1e-300)
        total = total + number * np.sum(inner[..., 0] * w, axis=-1) / 2 * share[:, 0, 0]
    return np.where(opened[:, 0, 0], total * fluence[:, 0, 0], 0.0)

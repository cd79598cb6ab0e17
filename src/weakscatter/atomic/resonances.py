"""Autoionising resonances of an atom: positions, widths and Fano profiles from the poles of its response.

On a contour that turns into the complex plane the coupled equations have discrete eigenvalues (A - B)(A + B) x = w_n^2 x at
w_n = E - i Gamma/2: an excitation below one threshold that decays over another. With x.(A + B) x = w_n^2 (no conjugation) the
polarisability has the poles

    alpha(w) = (2/3) sum_n (t.x_n)^2/(w_n^2 - w^2),

and next to one of them, with e = (w - E)/(Gamma/2),

    sigma(w) = sigma_a (q + e)^2/(1 + e^2) + sigma_b.

The residue alone gives q and sigma_a; nothing is fitted. Eigenvalues of the turned continua move with the contour, those of
resonances do not: that tells them apart.

Fano, Phys. Rev. 124, 1866 (1961); Simon, Phys. Lett. A 71, 211 (1979); Johnson and Lin, Phys. Rev. A 20, 964 (1979).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import pi

import numpy as np
from scipy.linalg import lu_factor, lu_solve
from scipy.sparse.linalg import LinearOperator, eigs

from weakscatter import units
from weakscatter.atomic.hartree import MB, C
from weakscatter.atomic.linear_response import solve_directly
from weakscatter.atomic.operators import dipole_length, source
from weakscatter.atomic.photoabsorption import (
    check_closed,
    coarser_mesh,
    default_cut,
    dipole_matrix,
    response_mesh,
)
from weakscatter.atomic.response_matrix import ResponseMatrix
from weakscatter.atomic.shells import Shell
from weakscatter.atomic.splines import Mesh
from weakscatter.atomic.state import AtomicState
from weakscatter.provenance.errors import InputError

#: An eigenvalue is a resonance where the coarser basis moves it by less than this part of its width.
_SETTLED = 0.05

#: By how much the box is longer than for a cross section (Bohr radii): excited orbitals reach far, that of principal number 5 to 60.
_BEYOND = 40.0

#: Eigenvalues looked for about the middle of the window at first.
_COUNT = 24


@dataclass(frozen=True, eq=False)
class Resonances:
    """What `resonances` found, by energy; energies in MeV, cross sections per atom in MeV^-2 (divide by ``units.Mb``).

    Parameters
    ----------
    status : "converged", or why there is nothing.
    energy, width : arrays [resonance] (MeV), E and Gamma of w_n = E - i Gamma/2.
    error : array [resonance] (MeV), |change of w_n| in the coarser basis of `photoabsorption`: an upper estimate for both.
    q : array [resonance], Fano's profile parameter: the minimum lies at E - q Gamma/2, the maximum at E + Gamma/(2 q).
    correlation : array [resonance], rho^2 = sigma_a/(sigma_a + sigma_b), the share of the smooth cross section that interferes.
    sigma_interfering : array [resonance] (MeV^-2), sigma_a.
    excitation : the channel that holds most of each, "3s -> p3/2".
    advice : what to try where nothing was found.
    """

    status: str
    energy: np.ndarray
    width: np.ndarray
    error: np.ndarray
    q: np.ndarray
    correlation: np.ndarray
    sigma_interfering: np.ndarray
    excitation: tuple[str, ...]
    advice: str
    citations: tuple[str, ...]


def resonance_mesh(state: AtomicState, largest_energy: float) -> Mesh:
    """Return the contour mesh of `response_mesh` with a box that holds the first members of a Rydberg series."""
    usual = response_mesh(state, largest_energy)
    return replace(usual, box=usual.box + _BEYOND)


def resonances(
    state: AtomicState, lowest: float, highest: float, *, active: tuple[Shell, ...] | None = None,
    thresholds: Mapping[str, float] | None = None, mesh: Mesh | None = None, cut: float | None = None,
) -> Resonances:  # fmt: skip
    """Return the dipole resonances of an atom between two photon energies, with widths and Fano profiles.

    Only those that a coarser basis moves by less than a twentieth of their width are returned: members high in a Rydberg series
    reach beyond the box and are left out (a larger one finds more of them), and a width below the convergence of the energy is not told from zero.
    Widths are those of autoionisation in the (multiconfiguration) random phase approximation: no radiation, no Auger decay of
    the hole, no double excitation. With measured edges 2s -> 3p of neon lies at 45.55 eV (measured 45.546), 27 meV wide (13), 3s -> 4p of
    argon at 26.81 eV (26.614), 24 meV wide (80): places are good to a few per cent of the binding, widths to a factor of two to three.
    Codling, Madden, Ederer, Phys. Rev. 155, 26 (1967); Madden, Ederer, Codling, Phys. Rev. 177, 136 (1969).

    Parameters
    ----------
    state : as for `photoabsorption`.
    lowest, highest : photon energies (MeV), above the first threshold.
    active, thresholds, mesh, cut : as for `photoabsorption`; ``mesh`` must be a contour, by default `resonance_mesh`.

    Raises
    ------
    InputError : a window that is none or begins below the first threshold; a real mesh; what `photoabsorption` refuses.

    >>> from weakscatter.atomic import dirac_fock
    >>> from weakscatter.units import eV
    >>> found = resonances(dirac_fock("Ne"), 49 * eV, 50.4 * eV)  # doctest: +SKIP
    >>> found.excitation[0].split()[0]  # doctest: +SKIP
    '2s'
    """
    low, high = lowest / units.hartree, highest / units.hartree
    check_closed(state, np.array([low, high]))
    chosen = mesh or resonance_mesh(state, high)
    if not low < high:
        raise InputError(
            f"resonances between {lowest / units.eV:.6g} and {highest / units.eV:.6g} eV: give the lower energy first."
        )
    if chosen.scaling_angle == 0.0:
        raise InputError(
            "resonances need a mesh that turns into the complex plane: take Mesh.on_contour(), or none for the usual one."
        )
    largest = default_cut(high) if cut is None else cut
    holes = None if active is None else tuple(state.index(s.name) for s in active)
    shift = {state.index(name): -edge / units.hartree for name, edge in (thresholds or {}).items()}
    matrix, rough = (
        dipole_matrix(state, m, cut=c, holes=holes, hole_energy=shift)
        for m, c in ((chosen, largest), (coarser_mesh(chosen), largest / 1.5))
    )
    first = min(
        -shift.get(c.hole, float(np.real(matrix.reference.shell_energy(c.hole)))) for c in matrix.channels
    )
    if low < first:
        raise InputError(
            f"the first threshold of the active shells is {first * units.hartree / units.eV:.6g} eV: below it excitations are "
            f"discrete and have no width here. Begin above it, not at {lowest / units.eV:.6g} eV."
        )
    poles, vectors = _poles(matrix, low, high)
    others, _ = _poles(rough, 0.98 * low, 1.02 * high)
    change = np.min(abs(poles[:, None] - others), axis=1) if others.size else np.full(len(poles), np.inf)
    width = -2.0 * poles.imag
    # A pole deeper in the plane than it lies above threshold makes no peak: helium has one at 31 eV, 20 eV wide.
    kept = np.flatnonzero((change < _SETTLED * width) & (width < poles.real - first))
    kept = kept[np.argsort(poles[kept].real)]
    poles, vectors, change, width = poles[kept], vectors[:, kept], change[kept], width[kept]
    q, share, interfering = _profiles(matrix, poles, vectors)
    scale = units.hartree
    return Resonances(
        "converged" if kept.size else "no pole in the window is converged to a twentieth of its width",
        poles.real * scale, width * scale, change * scale, q, share, interfering / MB * units.Mb,
        tuple(_leading(matrix, vectors[:, i]) for i in range(len(kept))),
        "" if kept.size else "Look in another window, or give a mesh with a larger box and a smaller step.",
        (*state.citations, "johnsonlin1979", "huang1982", "simon1979", "fano1961"),
    )  # fmt: skip


def _poles(matrix: ResponseMatrix, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the eigenvalues w_n [n] whose real part lies in a window (hartree) and their vectors [pair, n], c-normalised."""
    plus, minus = matrix.A + matrix.B, matrix.A - matrix.B
    centre = 0.5 * (low**2 + high**2)
    shifted = minus @ plus
    size = len(shifted)
    shifted[np.diag_indices(size)] -= centre
    factors = lu_factor(shifted, overwrite_a=True, check_finite=False)
    inverse = LinearOperator(
        (size, size), matvec=lambda x: lu_solve(factors, x, check_finite=False), dtype=shifted.dtype
    )
    start = source(matrix, dipole_length(matrix.reference)).astype(shifted.dtype)
    count = min(_COUNT, size // 2)
    while True:
        value, vector = eigs(inverse, k=count, v0=start, tol=1e-12)
        square = centre + 1.0 / value
        # All within a disc about the middle are found; it must hold the window.
        if abs(square - centre).max() > centre - low**2 or 2 * count > size // 2:
            break
        count *= 2
    w = np.sqrt(square)
    inside = (low < w.real) & (w.real < high) & (w.imag < 0.0)
    w, x = w[inside], vector[:, inside]
    return w, x * w / np.sqrt(np.sum(x * (plus @ x), axis=0))


def _profiles(
    matrix: ResponseMatrix, poles: np.ndarray, vectors: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return q, rho^2 and sigma_a (a0^2) from the residues c/(e + i) of sigma: sigma_a (q^2 - 1) = -Re c, 2 q sigma_a = Im c."""
    t = source(matrix, dipole_length(matrix.reference))
    c = -8.0 * pi / (3.0 * C) * poles.real / (-2.0 * poles.imag) * (t @ vectors) ** 2 / poles
    ratio = -c.real / c.imag
    q = ratio + np.sign(c.imag) * np.sqrt(ratio**2 + 1.0)
    interfering = c.imag / (2.0 * q)
    if not poles.size:
        return q, interfering, interfering
    (x,) = solve_directly(matrix, [(t, 1)], poles.real)
    at = -4.0 * pi / (3.0 * C) * poles.real * (x @ t).imag
    return q, interfering / (at + c.real), interfering


def _leading(matrix: ResponseMatrix, vector: np.ndarray) -> str:
    """Return the label of the channel with the largest part of a vector."""
    parts = [abs(np.sum(vector[matrix.rows(i)] ** 2)) for i in range(len(matrix.channels))]
    return matrix.channels[int(np.argmax(parts))].label

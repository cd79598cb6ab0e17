"""Responses of closed shells and of np^2 to all multipoles with their correlation: (MC)RRPA at any momentum.

With N = (A - B)(A + B) - w^2 one factorisation for each rank, parity and energy serves all momenta and operators. For normalised
sources t of type tau (`operators`), and t' that probes,

    + with +: -2 t'.N^-1 (A - B) t     - with -: -2 ((A + B) t').N^-1 t     + with -: -2 w t(+).N^-1 t(-)

and R(t', t) = -(2 J + 1)/pi Im of it, with the phases and products of `multipoles`. On a turned contour the imaginary part holds
all final states of one excited electron: open channels, closed ones, resonances with their widths.

Johnson and Lin, Phys. Rev. A 20, 964 (1979); Huang and Johnson, Phys. Rev. A 25, 634 (1982).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np
from scipy.linalg import lu_factor, lu_solve

from weakscatter.atomic.channels import allowed_kappas, channels
from weakscatter.atomic.multipoles import COMPUTED
from weakscatter.atomic.operators import multipole_operators, source
from weakscatter.atomic.photoabsorption import check_closed, default_cut, response_mesh
from weakscatter.atomic.reference import reference_state
from weakscatter.atomic.response_matrix import ResponseMatrix, response_matrix
from weakscatter.atomic.shells import Shell
from weakscatter.atomic.splines import Mesh
from weakscatter.atomic.state import AtomicState

#: (part, factor, first, second operator) of each parity class, as `multipoles.add_responses` has them.
PRODUCTS = {
    True: (
        (0, 1.0, "C", "C"), (1, -2.0, "C", "L"), (2, 1.0, "L", "L"), (3, 1.0, "E", "E"), (7, 1.0, "M5", "M5"), (8, 1.0, "E", "M5"),
        (9, 1.0, "scalar", "scalar"),
    ),
    False: (
        (4, 1.0, "C5", "C5"), (5, -2.0, "C5", "L5"), (6, 1.0, "L5", "L5"), (7, 1.0, "E5", "E5"), (3, 1.0, "M", "M"),
        (8, -1.0, "E5", "M"), (10, 1.0, "pseudoscalar", "pseudoscalar"),
    ),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class RankResponse:
    """Responses [part, T, q] (per hartree and atom) of one rank and parity class, parts in the order of `multipoles.COMPUTED`."""

    rank: int
    natural: bool
    responses: np.ndarray


def coupled_response(
    state: AtomicState, energy_transfer: np.ndarray, momentum: np.ndarray, ranks: tuple[tuple[int, bool], ...], *,
    active: tuple[Shell, ...] | None = None, mesh: Mesh | None = None, cut: float | None = None,
) -> tuple[RankResponse, ...]:  # fmt: skip
    """Return the responses of several ranks.

    Parameters
    ----------
    state : a converged `dirac_fock` state of closed shells, or an `mcdf` state.
    energy_transfer, momentum : arrays [T] (hartree), [q] (1/Bohr).
    ranks : (J, whether the parity is natural, l + l' + J even).
    active : holes that respond; all by default. A shell left out does not polarise either.
    mesh, cut : contour mesh and largest energy of virtual orbitals (hartree); by default what photoelectrons of the largest energy need.

    Raises
    ------
    InputError : open shells other than np^2; a state that did not converge.
    """
    T, q = np.atleast_1d(energy_transfer).astype(float), np.atleast_1d(momentum).astype(float)
    check_closed(state, T)
    holes = None if active is None else tuple(state.index(s.name) for s in active)
    chosen = mesh or response_mesh(state, float(T.max()))
    largest = cut if cut is not None else default_cut(float(T.max()))
    kappas = {
        k
        for s in state.shells
        for rank, natural in ranks
        for k in allowed_kappas(s.kappa, rank, natural=natural)
    }
    reference = reference_state(state.solution, state.nucleus, chosen, kappas, cut=largest)
    return tuple(
        RankResponse(
            rank, natural,
            _responses(
                response_matrix(reference, rank, channels(reference, rank, natural=natural, active=holes)), natural, T, q
            ),
        )
        for rank, natural in ranks
    )  # fmt: skip


def _responses(matrix: ResponseMatrix, natural: bool, T: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Return the responses [part, T, q] of one rank and parity class."""
    out = np.zeros((len(COMPUTED), len(T), len(q)))
    # {operator: (tau, t [pair, q])}
    found = [multipole_operators(matrix.reference, matrix.rank, float(k), natural=natural) for k in q]
    sources = {
        name: (found[0][name].tau, np.array([source(matrix, one[name]) for one in found]).T)
        for name in found[0]
    }
    plus, minus = matrix.A + matrix.B, matrix.A - matrix.B
    right = np.concatenate([minus @ t if tau > 0 else t for tau, t in sources.values()], axis=1)
    probe = {name: t if tau > 0 else plus @ t for name, (tau, t) in sources.items()}
    product = minus @ plus
    for i, w in enumerate(T):
        shifted = product.copy()
        shifted[np.diag_indices_from(shifted)] -= w**2
        x = lu_solve(lu_factor(shifted, overwrite_a=True, check_finite=False), right, check_finite=False)
        solved = dict(zip(sources, np.split(x, len(sources), axis=1), strict=True))
        for part, factor, a, b in PRODUCTS[natural]:
            if a not in sources:
                continue
            tau_a, tau_b = sources[a][0], sources[b][0]
            if tau_a == tau_b:
                value = -2.0 * np.sum(probe[a] * solved[b], axis=0)
            else:
                up, down = (a, b) if tau_a > 0 else (b, a)
                value = -2.0 * w * np.sum(sources[up][1] * solved[down], axis=0)
            out[part, i] += -(2 * matrix.rank + 1) / pi * factor * value.imag
    return out

"""All eigenstates of a small basis: the matrix is written out and diagonalised, which Lanczos would do more slowly."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.lanczos import Eigenpairs

Floats = NDArray[np.float64]

#: Largest basis that is diagonalised whole: 100 MB of matrix, half a minute.
LARGEST = 3500


def prefers_dense(dimension: int, states: int) -> bool:
    """Whether so many states of a basis are had faster from the whole matrix."""
    return 40 < dimension <= LARGEST and 10 * states > dimension


def all_states(
    apply: Callable[[Floats], Floats],
    places: NDArray[np.int64],
    length: int,
    states: int,
    tolerance: float,
) -> Eigenpairs:
    """Diagonalise a symmetric operator that only multiplies vectors.

    Parameters
    ----------
    apply : x -> H x on vectors [length].
    places : array [dimension], where a vector holds basis states; the rest is padding.
    states : how many of the lowest are returned.
    tolerance : largest residual (MeV) of a converged state.
    """
    matrix = np.empty((places.size, places.size))
    for row, place in enumerate(places):
        unit = np.zeros(length)
        unit[place] = 1.0
        matrix[row] = apply(unit)[places]
    energies, columns = np.linalg.eigh(0.5 * (matrix + matrix.T))
    vectors = np.zeros((states, length))
    vectors[:, places] = columns[:, :states].T
    residuals = np.linalg.norm(
        columns[:, :states].T @ matrix - energies[:states, None] * columns[:, :states].T, axis=1
    )
    return Eigenpairs(energies[:states], vectors, residuals, bool(np.all(residuals < tolerance)), places.size)

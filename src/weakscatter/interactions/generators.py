"""Matrices of parameters: names and a linear map from their values to a 3 x 3 matrix.

A Hermitian matrix in a basis with labels (e, mu, tau) is the real combination

    M = sum_a x_a G_a,   names  base_ee, base_emu, base_emu_im, ...

with G_aa diagonal, G_emu symmetric (the real part of M[e, mu]) and G_emu_im antisymmetric times i.
Entries are written final label first; giving M[e, mu] fixes M[mu, e] = M[e, mu]^*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.inference.parameter import Parameter
from weakscatter.interactions.charge import FLAVOURS
from weakscatter.provenance.errors import InputError, nearest


@dataclass(frozen=True, eq=False)
class Generators:
    """Names and generators of a matrix of parameters (see the module's first lines)."""

    names: tuple[str, ...]
    matrices: np.ndarray
    parameters: tuple[Parameter, ...]

    def replace(self, matrix: Any, values: Mapping[str, Any], scale: float) -> Any:
        """`matrix` with the entries named in `values` (in units of `scale`) replaced.

        Entries that are not named keep the value they have.
        """
        matrix = jnp.asarray(matrix, dtype=complex)
        for name, generator in zip(self.names, self.matrices, strict=True):
            if name in values:
                norm = np.sum(np.abs(generator) ** 2)
                present = jnp.real(jnp.sum(jnp.conj(generator) * matrix)) / norm
                matrix = matrix + (values[name] * scale - present) * generator
        return matrix


def hermitian(
    base: str,
    unit: str,
    *,
    labels: tuple[str, ...] = FLAVOURS,
    nonnegative: bool = False,
    description: str = "",
    suffix: str = "",
    signed: bool = False,
) -> Generators:
    """Generators of a Hermitian 3 x 3 matrix named ``base_<final><initial>``.

    Parameters
    ----------
    base : first part of every name, for example "charge_radius".
    unit : unit in which values are given, for example "1e-32 cm^2".
    labels : the basis states.
    nonnegative : diagonal entries are moduli (magnetic moments) and get the lower bound zero.
        Off-diagonal real entries are moduli when no ``_im`` partner is varied, and are bounded by zero.
    suffix : closes every name (before ``_im``), for example "_uV".
    signed : off-diagonal real entries have a sign after all: they add to those of another matrix.

    Returns
    -------
    Generators with nine names.
    """
    names, matrices, parameters = [], [], []

    def add(name: str, generator: np.ndarray, modulus: bool, words: str) -> None:
        names.append(name)
        matrices.append(generator)
        lower = 0.0 if modulus else -np.inf
        parameters.append(Parameter(name, 0.0, unit=unit, lower=lower, squared=modulus, description=words))

    for i, a in enumerate(labels):
        diagonal = np.zeros((3, 3), dtype=complex)
        diagonal[i, i] = 1.0
        add(f"{base}_{a}{a}{suffix}", diagonal, nonnegative, f"{description} ({a}{a})")
    for i, a in enumerate(labels):
        for j in range(i + 1, 3):
            b = labels[j]
            real = np.zeros((3, 3), dtype=complex)
            real[i, j] = real[j, i] = 1.0
            imaginary = np.zeros((3, 3), dtype=complex)
            imaginary[i, j], imaginary[j, i] = 1j, -1j
            words = "real part" if signed else "modulus"
            add(f"{base}_{a}{b}{suffix}", real, not signed, f"{description} ({a}{b}), {words}")
            add(f"{base}_{a}{b}{suffix}_im", imaginary, False, f"{description} ({a}{b}), imaginary part")
    return Generators(tuple(names), np.array(matrices), tuple(parameters))


def hermitian_matrix(entries: Mapping[str, complex], *, labels: tuple[str, ...] = FLAVOURS) -> np.ndarray:
    """Matrix from entries named by two labels, final first; an entry implies its Hermitian partner.

    >>> hermitian_matrix({"ee": 1.0, "emu": 2j})[1, 0]
    np.complex128(-2j)

    Raises
    ------
    InputError : an unknown entry name, a complex diagonal entry, or two entries that are not
        each other's conjugate.
    """
    allowed = {a + b: (i, j) for i, a in enumerate(labels) for j, b in enumerate(labels)}
    matrix = np.zeros((3, 3), dtype=complex)
    given: dict[tuple[int, int], complex] = {}
    for name, value in entries.items():
        if name not in allowed:
            raise InputError(
                f"Matrix entry {name!r} is unknown; allowed are {', '.join(allowed)} (final state first)."
                f"{nearest(name, list(allowed))}"
            )
        i, j = allowed[name]
        value = complex(value)
        if i == j and value.imag != 0:
            raise InputError(f"Diagonal entry {name!r} = {value} must be real: the matrix is Hermitian.")
        if (j, i) in given and given[j, i] != value.conjugate():
            raise InputError(
                f"Entries {labels[i]}{labels[j]} = {value} and {labels[j]}{labels[i]} = {given[j, i]} are not "
                "complex conjugates; give one of them, the other follows (the matrix is Hermitian)."
            )
        given[i, j] = value
        matrix[i, j] = value
        matrix[j, i] = value.conjugate()
    return matrix

"""Matrices of parameters: names and a linear map from their values to a 3 x 3 matrix.

A Hermitian matrix in a basis with labels (e, mu, tau) is the real combination

    M = sum_a x_a G_a,   names  base_ee, base_emu, base_emu_im, ...

with G_aa diagonal, G_emu symmetric (the real part of M[e, mu]) and G_emu_im antisymmetric times i.
Entries are written final label first; giving M[e, mu] fixes M[mu, e] = M[e, mu]^*. A complex entry can be written in two
ways, of which a fit uses one: base_emu and base_emu_im, or modulus and phase,

    M[e, mu] = base_emu exp(i base_emu_phase).

`polar` knows the second only, for matrices whose entries interfere with something: there the half plane of a real part
that is not negative would not be all of it. Majorana neutrinos have fewer entries (`imaginary_antisymmetric`,
`real_symmetric`), and each of them has a sign in place of a phase.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.inference.parameter import Parameter
from weakscatter.interactions.charge import FLAVOURS
from weakscatter.provenance.errors import InputError, nearest


@dataclass(frozen=True, eq=False)
class Generators:
    """Names and generators of a matrix of parameters (see the module's first lines).

    `polar` lists (name of the modulus, name of the phase, i, j) of the entries that can be written so.
    """

    names: tuple[str, ...]
    matrices: np.ndarray
    parameters: tuple[Parameter, ...]
    polar: tuple[tuple[str, str, int, int], ...] = ()

    def replace(self, matrix: Any, values: Mapping[str, Any], scale: float) -> Any:
        """`matrix` with the entries named in `values` (in units of `scale`, phases in rad) replaced.

        Entries that are not named keep the value they have; a modulus named alone keeps the phase.

        Raises
        ------
        InputError : an imaginary part and a phase of one entry.
        """
        given = matrix
        matrix = jnp.asarray(matrix, dtype=complex)
        for name, generator in zip(self.names, self.matrices, strict=True):
            if name in values:
                norm = np.sum(np.abs(generator) ** 2)
                present = jnp.real(jnp.sum(jnp.conj(generator) * matrix)) / norm
                matrix = matrix + (values[name] * scale - present) * generator
        for modulus, phase, i, j in self.polar:
            if phase not in values and (modulus not in values or modulus in self.names):
                continue
            if phase in values and f"{modulus}_im" in values:
                raise InputError(
                    f"{modulus!r} is given an imaginary part and a phase. Name {modulus}_im or {phase}, not both."
                )
            before = np.asarray(given)[i, j] if is_concrete(given) else jnp.asarray(given)[i, j]
            size = values[modulus] * scale if modulus in values else abs(before)
            angle = values[phase] if phase in values else _angle(before)
            entry = size * jnp.exp(1j * jnp.asarray(angle, float))
            matrix = matrix.at[i, j].set(entry).at[j, i].set(jnp.conj(entry))
        return matrix


def _angle(entry: Any) -> Any:
    return np.angle(entry) if is_concrete(entry) else jnp.angle(entry)


def _phase(name: str, words: str) -> Parameter:
    # Two turns: every valley of a periodic likelihood lies inside, away from the bounds.
    return Parameter(name, 0.0, unit="rad", lower=-2 * pi, upper=2 * pi, description=words)


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
    Generators with nine names, and three phases beside them.
    """
    names, matrices, parameters, phases = [], [], [], []

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
            if not signed:
                phases.append((f"{base}_{a}{b}{suffix}", f"{base}_{a}{b}{suffix}_phase", i, j))
    angles = tuple(_phase(p, f"{description}, phase of {m}") for m, p, _, _ in phases)
    return Generators(tuple(names), np.array(matrices), (*parameters, *angles), tuple(phases))


def polar(
    base: str, unit: str, *, labels: tuple[str, ...], nonnegative: bool = False, description: str = ""
) -> Generators:
    """Generators of a Hermitian 3 x 3 matrix with moduli and phases off the diagonal; arguments of `hermitian`."""
    full = hermitian(base, unit, labels=labels, nonnegative=nonnegative, description=description)
    moduli = {modulus for modulus, *_ in full.polar}
    parameters = tuple(
        # An entry that interferes is not known by its square only.
        replace(p, squared=False) if p.name in moduli else p
        for p in full.parameters
        if not p.name.endswith("_im")
    )
    return Generators(full.names[:3], full.matrices[:3], parameters, full.polar)


def imaginary_antisymmetric(base: str, unit: str, *, labels: tuple[str, ...], description: str) -> Generators:
    """Generators of M = i X with X real and antisymmetric: transition charges, radii and moments of Majorana neutrinos.

    The value of ``base_12`` is X[1, 2] = Im M[1, 2]; there is no diagonal.
    """
    return _signed(base, unit, labels, description, 1j, 1)


def real_symmetric(base: str, unit: str, *, labels: tuple[str, ...], description: str) -> Generators:
    """Generators of a real symmetric matrix: anapole moments of Majorana neutrinos."""
    return _signed(base, unit, labels, description, 1.0, 0)


def _signed(
    base: str, unit: str, labels: tuple[str, ...], description: str, factor: complex, first: int
) -> Generators:
    names, matrices = [], []
    for i, a in enumerate(labels):
        for j in range(i + first, 3):
            matrix = np.zeros((3, 3), dtype=complex)
            matrix[i, j], matrix[j, i] = factor, np.conj(factor)
            names.append(f"{base}_{a}{labels[j]}")
            matrices.append(matrix)
    parameters = tuple(Parameter(name, 0.0, unit=unit, description=description) for name in names)
    return Generators(tuple(names), np.array(matrices), parameters)


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

"""Change of basis of charges, density matrices and whole theories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.interactions import BASES, Charge, parts_of, together
from weakscatter.provenance.errors import InputError, unknown


def change_basis(matrix: Any, unitary: Any) -> Any:
    """M' = V M V^dagger for a charge or a density matrix [..., 3, 3].

    With V = U (U[l, k], flavour from mass states) a mass-basis matrix becomes the flavour-basis one,
    M_flavour = U M_mass U^dagger; with V = U^dagger the other way. For density matrices of antineutrinos use U^*.

    Raises
    ------
    InputError : V is not unitary.
    """
    if is_concrete(unitary):
        V = np.asarray(unitary)
        if V.shape != (3, 3) or not np.max(np.abs(V @ V.conj().T - np.eye(3))) < 1e-9:
            raise InputError(
                "A change of basis needs a unitary 3 x 3 matrix, V V^dagger = 1; the given one is not. Use the `unitary` of "
                "a Mixing, or more digits."
            )
    unitary = jnp.asarray(unitary)
    return unitary @ jnp.asarray(matrix) @ jnp.conj(unitary).T


def rotation(mixing: Any, antineutrino: bool) -> Any:
    """V of states, flavour from mass: U for neutrinos, U^* for antineutrinos."""
    U = mixing.unitary
    return jnp.conj(U) if antineutrino else U


def require_one_basis(bases: Iterable[str]) -> str:
    """The basis shared by charges and beam.

    Raises
    ------
    InputError : two bases are mixed.
    """
    found = sorted(set(bases))
    if len(found) != 1:
        raise InputError(
            f"Charges and beam are given in different bases ({', '.join(found)}); "
            "bring them into one with weakscatter.mixing.change_basis, or a theory with weakscatter.in_basis."
        )
    return found[0]


@dataclass(frozen=True, eq=False)
class InBasis:
    """A theory whose charges are turned into one basis by a mixing matrix; made by `in_basis`."""

    inner: Any
    mixing: Any
    basis: str

    @property
    def kind(self) -> str:
        return self.inner.kind

    @property
    def parameters(self) -> tuple[Any, ...]:
        return self.inner.parameters

    @property
    def holds_sm_charge_radius(self) -> bool:
        return getattr(self.inner, "holds_sm_charge_radius", False)

    @property
    def is_total_charge_radius(self) -> bool:
        return getattr(self.inner, "is_total_charge_radius", False)

    @property
    def couplings(self) -> Any:
        return self.inner.couplings

    @property
    def citations(self) -> tuple[str, ...]:
        return (*self.inner.citations, *self.mixing.citations)

    def from_values(self, values: Mapping[str, Any]) -> InBasis:
        return replace(self, inner=self.inner.from_values(values))

    def charges(self) -> tuple[Charge, ...]:
        U = self.mixing.unitary
        V = {"flavour": U, "mass": jnp.conj(U).T}[self.basis]
        return tuple(
            charge
            if charge.basis == self.basis
            else replace(charge, matrix=change_basis(charge.matrix, V), basis=self.basis)
            for charge in self.inner.charges()
        )

    __add__ = together


def in_basis(theory: Any, mixing: Any, basis: str = "flavour") -> Any:
    """A theory with all its charges in one basis; the members that are in it already stay as they are.

    Parameters
    ----------
    theory : interaction or sum of interactions, each in a basis of its own.
    mixing : `Mixing`; its nature must be that of the theory's matrices.
    basis : "flavour" or "mass".

    Raises
    ------
    InputError : an unknown basis, or Majorana matrices with the mixing of Dirac neutrinos.
    """
    if basis not in BASES:
        raise unknown("basis", basis, BASES)
    parts = parts_of(theory)
    if all(charge.basis == basis for part in parts for charge in part.charges()):
        return theory
    turned: Any = None
    for part in parts:
        nature = getattr(part, "nature", "dirac")
        if nature == "majorana" and mixing.nature != nature:
            raise InputError(
                f"The {part.kind} matrix is that of Majorana neutrinos and the mixing that of Dirac neutrinos. Give the Mixing "
                "nature = 'majorana', which says that it knows the Majorana phases."
            )
        same = all(charge.basis == basis for charge in part.charges())
        part = part if same else InBasis(part, mixing, basis)
        turned = part if turned is None else together(turned, part)
    return turned

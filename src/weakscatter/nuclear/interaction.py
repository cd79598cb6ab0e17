"""What an interaction file holds: orbits, the core, one-body energies, two-body matrix elements, mass scaling.

Always in proton-neutron form: a reader of an isospin file expands it. Orbits are numbered from 0, the protons first,
then the neutrons, in the order of the file; every matrix element below uses these numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Species = Literal["proton", "neutron"]


@dataclass(frozen=True)
class Orbit:
    """One shell-model orbit (n l j) of one species.

    ``n`` counts from 0; ``two_j`` is 2 j; ``weight`` is what truncation by weights adds up, 0 if the file has none.
    """

    n: int
    l: int
    two_j: int
    species: Species
    weight: int = 0

    @property
    def name(self) -> str:
        """Spectroscopic name, such as "p 0d5/2"."""
        return f"{self.species[0]} {self.n}{'spdfghijklmno'[self.l]}{self.two_j}/2"


@dataclass(frozen=True, eq=False)
class ModelSpace:
    """Valence orbits of both species, and the protons and neutrons of the closed core."""

    protons: tuple[Orbit, ...]
    neutrons: tuple[Orbit, ...]
    core_Z: int
    core_N: int

    @property
    def orbits(self) -> tuple[Orbit, ...]:
        """All orbits in the numbering of the matrix elements: protons, then neutrons."""
        return self.protons + self.neutrons

    @property
    def isospin_symmetric(self) -> bool:
        """Whether both species have the same orbits in the same order and the core has N = Z."""
        return self.core_Z == self.core_N and [(o.n, o.l, o.two_j) for o in self.protons] == [
            (o.n, o.l, o.two_j) for o in self.neutrons
        ]


@dataclass(frozen=True)
class MassScaling:
    """Two-body elements of the nucleus with mass number A are those listed times (A / reference)^power."""

    reference: float
    power: float

    def factor(self, A: int) -> float:
        """Return (A / reference)^power, such as (20/18)^-0.3."""
        return float((A / self.reference) ** self.power)


@dataclass(frozen=True, eq=False)
class Interaction:
    """A shell-model Hamiltonian.

    Parameters
    ----------
    space : its orbits and core.
    one_body : {(a, b): energy (MeV)} with a <= b, between orbits of one species with equal l and j; (a, a) is the
        single-particle energy and has to be there for every orbit.
    two_body : {(a, b, c, d, J): V_J(ab, cd) (MeV)}, normalised and antisymmetrised, as listed, before mass scaling.
        Within a pair a <= b and c <= d (so the proton comes first), and (a, b) <= (c, d): each element stands once.
        J is an integer, not doubled. A proton-neutron pair is normalised to one for p and n in equal orbits as well.
        Elements that are allowed and missing are an error of the reader, not a zero, unless the file says so.
    scaling : mass scaling, None where the elements hold for every nucleus as they are. Applied once, by the solver.
    source : path of the file, or citation key.
    """

    space: ModelSpace
    one_body: Mapping[tuple[int, int], float]
    two_body: Mapping[tuple[int, int, int, int, int], float]
    scaling: MassScaling | None = None
    source: str = ""
    notes: tuple[str, ...] = field(default=())

    def factor(self, A: int) -> float:
        """Factor of the two-body elements in the nucleus with mass number ``A``."""
        return 1.0 if self.scaling is None else self.scaling.factor(A)

"""Amplitudes of nuclear transitions, kept per level, rank, operator and species: any coupling comes later.

    <f || O_J || i> = y^((J + s)/2) e^{-y} p(y),   y = (q b/2)^2,

summed over the nucleons of one species, in an oscillator basis of length b. A table holds the coefficients of the polynomials
p; it knows no coupling constant and no nucleon form factor. `weakscatter.nuclear.amplitudes` makes such tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError, unknown

Floats = NDArray[np.float64]

SPECIES = ("p", "n")

#: Entry of `Amplitudes.settings`: neutral Gamow-Teller strength of the target to the levels of the truncation, to those of the whole
#: space, and outside of it, separated by commas.
GAMOW_TELLER = "Gamow-Teller strength in the truncation, in the space, outside"

#: What becomes of the motion of the centre of mass in the oscillator: divided out, or left in.
CENTRES = ("removed", "kept")


@dataclass(frozen=True)
class MultipoleOperator:
    """Powers and selection rules of one operator, see `weakscatter.nuclear.multipole_operators` for its definition.

    Parameters
    ----------
    shift : s in y^((J + s)/2).
    natural : whether it multiplies the parity by (-1)^J, else by -(-1)^J.
    lowest, highest : ranks that exist; None without an end.
    """

    shift: int
    natural: bool
    lowest: int = 0
    highest: int | None = None

    def parity(self, J: int) -> int:
        """What the operator of rank J multiplies the parity of a state with."""
        return 1 if (J % 2 == 0) == self.natural else -1


OPERATORS: dict[str, MultipoleOperator] = {
    "M": MultipoleOperator(0, True),
    "Delta": MultipoleOperator(-1, False, 1),
    "Delta'": MultipoleOperator(-2, True, 1),
    "Sigma": MultipoleOperator(0, True, 1),
    "Sigma'": MultipoleOperator(-1, False, 1),
    "Sigma''": MultipoleOperator(-1, False),
    "Omega": MultipoleOperator(-1, False),
    "Omega'": MultipoleOperator(-1, False),
    "Phi''": MultipoleOperator(0, True, 0, 0),
}


@dataclass(frozen=True)
class NuclearLevel:
    """A state of a nucleus.

    Parameters
    ----------
    name : such as "2+ 1": spin, parity and number, the name by which it is asked for.
    excitation : energy above the ground state (MeV).
    two_j : 2 J.
    parity : +1 or -1.
    isospin : T, None where it is not known.
    """

    name: str
    excitation: float
    two_j: int
    parity: int
    isospin: float | None = None


@dataclass(frozen=True, eq=False)
class Amplitudes:
    """Amplitudes from the ground state of one nuclide to itself and to other levels.

    Parameters
    ----------
    nuclide : its name, such as "C12".
    A : mass number, for the centre of mass.
    oscillator_length : b (1/MeV).
    initial : the state of the target.
    levels : final states; the initial one is among them for elastic scattering.
    coefficients : {(name of the level, J, operator, "p" or "n"): array [power], lowest power first}. Amplitudes that selection
        rules forbid are not there; one that is allowed and happens to vanish is there, as zeros.
    centre_of_mass : "removed" multiplies by e^{+y/A}, exact for M, Sigma, Sigma', Sigma'' and Phi'' between states whose centre of
        mass is in its lowest oscillator state; the derivatives in Delta, Delta' and Omega' would change by 1/A more.
    settings : what made the table: interaction, truncation, versions.
    citations : keys of the bibliography.
    decays : ((from, to, share), ...) of levels by photons; the shares of one level add up to one. Levels without an entry are not
        known to decay by photons.
    particle_threshold : lowest separation energy of a nucleon (MeV), above which photons are rare; None where it is not known.

    Raises
    ------
    InputError : levels named twice, shares that are no shares, an entry of an unknown level, operator or species, or one that selection rules forbid.
    """

    nuclide: str
    A: int
    oscillator_length: float
    initial: NuclearLevel
    levels: tuple[NuclearLevel, ...]
    coefficients: Mapping[tuple[str, int, str, str], Floats]
    centre_of_mass: str = "removed"
    settings: Mapping[str, str] = field(default_factory=dict)
    citations: tuple[str, ...] = ()
    decays: tuple[tuple[str, str, float], ...] = ()
    particle_threshold: float | None = None
    # A table is structure of a compiled program: thousands of short arrays would be its inputs otherwise.
    STATIC = True

    def __post_init__(self) -> None:
        names = [level.name for level in self.levels]
        if len(set(names)) != len(names):
            raise InputError(f"levels of {self.nuclide} have equal names: {', '.join(names)}. Number them.")
        if self.centre_of_mass not in CENTRES:
            raise unknown("centre_of_mass", self.centre_of_mass, CENTRES)
        if not (self.oscillator_length > 0 and self.A > 0):
            raise InputError(
                f"the oscillator length and A of {self.nuclide} must be positive; got {self.oscillator_length} and {self.A}."
            )
        _check_decays(self)
        for (name, J, operator, species), values in self.coefficients.items():
            if operator not in OPERATORS:
                raise unknown("operator", operator, OPERATORS)
            if species not in SPECIES:
                raise unknown("species", species, SPECIES)
            self._require(self.level(name), J, operator)
            if is_concrete(values) and not (np.ndim(values) == 1 and np.all(np.isfinite(values))):
                raise InputError(
                    f"the amplitude {operator}_{J} of {self.nuclide} to {name} is no list of finite numbers."
                )

    @property
    def gamow_teller_share(self) -> float | None:
        """Part of the target's Gamow-Teller strength that levels of the truncation can carry; None where the table does not say.

        What is outside of the space is estimated without correlations. A complete major shell, or two, has one.
        """
        if GAMOW_TELLER not in self.settings:
            return None
        inside, whole, outside = (float(part) for part in self.settings[GAMOW_TELLER].split(","))
        return inside / (whole + outside) if whole + outside > 0 else 1.0

    def level(self, name: str) -> NuclearLevel:
        """Return a level by its name.

        Raises
        ------
        InputError : the table has no such level.
        """
        for one in self.levels:
            if one.name == name:
                return one
        raise unknown(f"level of {self.nuclide} in this table", name, [one.name for one in self.levels])

    def ranks(self, level: NuclearLevel, operator: str) -> tuple[int, ...]:
        """Return the ranks J that connect the target with a level by an operator: triangle, parity and existence."""
        low, high = sorted((self.initial.two_j, level.two_j))
        kind = OPERATORS[operator]
        top = (low + high) // 2 if kind.highest is None else min((low + high) // 2, kind.highest)
        change = self.initial.parity * level.parity
        return tuple(
            J for J in range(max((high - low) // 2, kind.lowest), top + 1) if kind.parity(J) == change
        )

    def _require(self, level: NuclearLevel, J: int, operator: str) -> None:
        allowed = self.ranks(level, operator)
        if J not in allowed:
            ranks = f"J = {', '.join(map(str, allowed))}" if allowed else "no J at all"
            raise InputError(
                f"{operator}_{J} cannot connect {self.initial.name} and {level.name} of {self.nuclide}; {operator} does so for "
                f"{ranks}."
            )

    def require(self, level: str, J: int, operator: str, species: str) -> None:
        """Raise `InputError` unless the table holds an amplitude."""
        if (level, J, operator, species) not in self.coefficients:
            raise InputError(
                f"the table of {self.nuclide} holds no {operator}_{J} of {species!r} to {level}. Make it again with this operator, or "
                "with higher ranks."
            )

    def amplitude(self, level: str, J: int, operator: str, species: str, q: Any) -> Any:
        """Return <f || O_J || i> [...] of one species at momentum transfers q [...] (MeV), dimensionless, reduced as by Edmonds.

        Raises
        ------
        InputError : no such level, an operator that cannot connect the states or is not in the table, or q = 0 for Delta'_1 and
            Omega'_0, which hold 1/q.
        """
        self._require(self.level(level), J, operator)
        self.require(level, J, operator, species)
        key = (level, J, operator, species)
        power = J + OPERATORS[operator].shift
        if power < 0 and is_concrete(q) and np.any(np.asarray(q) == 0):
            raise InputError(f"{operator}_{J} holds 1/q; ask for it at q > 0.")
        y = (jnp.asarray(q, float) * self.oscillator_length / 2) ** 2
        total = jnp.zeros_like(y)
        coefficients = self.coefficients[key]
        for k in reversed(range(len(coefficients))):
            total = total * y + coefficients[k]
        centre = 1.0 / self.A if self.centre_of_mass == "removed" else 0.0
        return total * jnp.exp(-y * (1.0 - centre)) * (1.0 if power == 0 else y ** (power / 2))


def _check_decays(table: Amplitudes) -> None:
    energy = {level.name: level.excitation for level in table.levels}
    sums: dict[str, float] = {}
    for one, other, share in table.decays:
        for name in (one, other):
            table.level(name)
        if not (share > 0 and energy[other] < energy[one]):
            raise InputError(
                f"{table.nuclide}: {one} cannot decay to {other} with a share of {share}; decays lead down."
            )
        sums[one] = sums.get(one, 0.0) + share
    for name, total in sums.items():
        if abs(total - 1.0) > 1e-9:
            raise InputError(f"{table.nuclide}: the decays of {name} add up to {total}, not to one.")

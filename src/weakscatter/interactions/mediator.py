"""What light mediators share: a mass that a fit may vary, and tables of charges by particle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Any

import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.inference.parameter import Parameter
from weakscatter.interactions.charge import Charge
from weakscatter.provenance.errors import InputError, nearest

NEUTRINOS = ("nu_e", "nu_mu", "nu_tau")

#: Name of the mass in fits.
MASS = "mediator_mass"


def mass_parameter(mass: Any) -> Parameter:
    """`mediator_mass` (MeV), starting at a mediator's own mass."""
    start = float(mass) if is_concrete(mass) else 1.0
    return Parameter(MASS, start, unit="MeV", lower=0.0, description="mass of the light mediator")


def coupling_parameter(name: str, words: str) -> Parameter:
    """A coupling g of which only g^2 enters."""
    return Parameter(name, 0.0, lower=0.0, squared=True, description=words)


def checked_mass(where: str, mass: Any) -> None:
    """Refuse a mass that is negative, infinite or no number."""
    if is_concrete(mass) and not 0 <= mass < inf:
        raise InputError(f"The mass of the {where} must be finite and not negative; got {mass} MeV.")


class ChargeTable(tuple[tuple[str, float], ...]):
    """Pairs (particle, charge): structure of a compiled program, compared by value and never traced."""

    __slots__ = ()

    def get(self, name: str, default: float = 0.0) -> float:
        """Charge of a particle; `default` for one that is not in the table."""
        return dict(self).get(name, default)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self)


def charge_table(where: str, given: Mapping[str, float] | ChargeTable, allowed: Iterable[str]) -> ChargeTable:
    """Charges by particle, checked.

    Raises
    ------
    InputError : a particle that is not `allowed`, a charge that is no finite number, no neutrino, or nucleons beside
        quarks.
    """
    if isinstance(given, ChargeTable):
        return given
    allowed, names = tuple(allowed), tuple(given)
    for name, charge in given.items():
        if name not in allowed:
            raise InputError(
                f"The {where} has no charge of {name!r}; allowed are {', '.join(allowed)}.{nearest(name, allowed)}"
            )
        if isinstance(charge, bool) or not isinstance(charge, int | float) or not abs(charge) < inf:
            raise InputError(
                f"The charge of {name!r} of the {where} must be a finite number; got {charge!r}."
            )
    if not any(name in names for name in NEUTRINOS):
        raise InputError(
            f"The charges of the {where} name no neutrino, so nothing scatters. Add nu_e, nu_mu or nu_tau."
        )
    if {"p", "n"} & set(names) and {"u", "d", "s"} & set(names):
        raise InputError(
            f"The charges of the {where} name nucleons and quarks; the quarks' would count twice. Give one of them."
        )
    return ChargeTable((name, float(charge)) for name, charge in given.items())


def neutrino_matrix(table: ChargeTable) -> np.ndarray:
    """Diagonal matrix [3, 3] of the neutrinos' charges."""
    return np.diag([table.get(name) for name in NEUTRINOS])


def nucleon_charges(
    table: ChargeTable, matching: Callable[[Mapping[str, float]], tuple[Any, Any]]
) -> tuple[Any, Any]:
    """(proton, neutron): given as such, or matched from the quarks."""
    if {"p", "n"} & set(table.names):
        return table.get("p"), table.get("n")
    return matching({quark: table.get(quark) for quark in ("u", "d", "s")})


def exchange_charges(
    structure: str,
    coupling: Any,
    mass: Any,
    table: ChargeTable,
    matching: Callable[[Mapping[str, float]], tuple[Any, Any]],
) -> tuple[Charge, ...]:
    """Charges g^2 Q'_nu Q'_f of protons, neutrons and electrons under the exchange of one particle, propagator 1/(Q^2 + M^2)."""
    matrix = coupling**2 * neutrino_matrix(table)
    proton, neutron = nucleon_charges(table, matching)
    values = {"p": proton, "n": neutron, "e": table.get("e")}
    return tuple(Charge(structure, on, value * matrix, mass) for on, value in values.items())


def universal_table(*particles: str) -> ChargeTable:
    """Charge one of every particle named and of every neutrino."""
    return ChargeTable((name, 1.0) for name in (*particles, *NEUTRINOS))

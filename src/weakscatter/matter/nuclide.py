"""Nuclides: masses, spins, natural abundances."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from weakscatter.constants import m_e, u
from weakscatter.matter.spins import ground_state_spin
from weakscatter.provenance.errors import InputError, nearest


@dataclass(frozen=True)
class Nuclide:
    """A nuclide in its ground state. Compared by value and hashable: part of a program's structure.

    ``mass`` (MeV) is the nuclear mass, ``atomic_mass`` that of the neutral atom; ``mass_uncertainty`` (MeV) is one
    standard deviation of the mass evaluation. ``spin`` is None where unknown. ``abundance`` is the natural mole
    fraction in its element, 0 for nuclides not found in nature.
    """

    STATIC: ClassVar[bool] = True
    citations: ClassVar[tuple[str, ...]] = ("ame2020", "periodictable")

    symbol: str
    Z: int
    A: int
    mass: float
    atomic_mass: float
    mass_uncertainty: float
    spin: float | None
    abundance: float

    @property
    def N(self) -> int:
        """Number of neutrons."""
        return self.A - self.Z

    @property
    def name(self) -> str:
        """Name as written in cards, "Ar40"."""
        return f"{self.symbol}{self.A}"

    def __str__(self) -> str:
        return self.name


@lru_cache(maxsize=1)
def elements() -> dict[str, Any]:
    """Return periodictable's elements by symbol, Z = 1 and above."""
    import periodictable

    return {e.symbol: e for e in periodictable.elements if e.number > 0}


def element(symbol: str) -> Any:
    """Return periodictable's element, or raise `InputError` naming the nearest symbol."""
    table = elements()
    if symbol not in table:
        by_name = {str(e.name).lower(): s for s, e in table.items()}
        close = by_name.get(symbol.lower())
        hint = f" Did you mean {close!r}?" if close else nearest(symbol, table)
        raise InputError(f"unknown element {symbol!r}.{hint} Symbols are written like Ar, Cs, Xe.")
    return table[symbol]


_FORMS = re.compile(r"(?P<s1>[A-Za-z]{1,3})-?(?P<a1>\d{1,3})|(?P<a2>\d{1,3})-?(?P<s2>[A-Za-z]{1,3})")


@lru_cache(maxsize=512)
def nuclide(name: str) -> Nuclide:
    """Return the nuclide called "Ar40", "Ar-40" or "40Ar" ("D" is H2).

    Mass: m = m_atom - Z m_e; the binding of the electrons is ignored, which overestimates the binding-corrected
    mass by at most 0.8 MeV (uranium), 41 keV for Cs, and is the convention of the field.

    Examples
    --------
    >>> ar = nuclide("Ar40")
    >>> ar.N, round(ar.mass, 2), ar.spin
    (22, 37215.53, 0.0)
    """
    if name == "D":
        name = "H2"
    found = _FORMS.fullmatch(name.strip()) if isinstance(name, str) else None
    if found is None:
        raise InputError(f"{name!r} is no nuclide. Write an element symbol with a mass number, like 'Ar40'.")
    symbol, A = found["s1"] or found["s2"], int(found["a1"] or found["a2"])
    entry = element(symbol)
    if A not in entry.isotopes:
        known = ", ".join(i.name for i, _ in isotopes(symbol)) if _is_natural(entry) else ""
        natural = f" Natural isotopes: {known}." if known else ""
        raise InputError(
            f"no mass is known for the nuclide {symbol}{A}; mass numbers {min(entry.isotopes)} to "
            f"{max(entry.isotopes)} of {symbol} are.{natural}"
        )
    isotope = entry[A]
    Z = int(entry.number)
    atomic = float(isotope.mass) * u
    total = sum(entry[a].abundance for a in entry.isotopes)
    return Nuclide(
        symbol=symbol,
        Z=Z,
        A=A,
        mass=atomic - Z * m_e,
        atomic_mass=atomic,
        mass_uncertainty=float(isotope._mass_unc or 0.0) * u,
        spin=ground_state_spin(symbol, Z, A),
        abundance=float(isotope.abundance) / total if total else 0.0,
    )


def _is_natural(entry: Any) -> bool:
    return any(entry[a].abundance for a in entry.isotopes)


@lru_cache(maxsize=128)
def isotopes(symbol: str) -> tuple[tuple[Nuclide, float], ...]:
    """Return the natural isotopes of an element with their mole fractions, which sum to one.

    Atmospheric composition for Ar and N. An element without natural composition is an error.

    >>> [(str(i), round(x, 4)) for i, x in isotopes("Cu")]
    [('Cu63', 0.6915), ('Cu65', 0.3085)]
    """
    entry = element(symbol)
    present = [a for a in entry.isotopes if entry[a].abundance]
    if not present:
        likely = round(float(entry.mass))
        example = likely if likely in entry.isotopes else entry.isotopes[len(entry.isotopes) // 2]
        raise InputError(
            f"the element {symbol} has no natural isotopic composition here: name a nuclide instead, "
            f"like '{symbol}{example}'."
        )
    members = [nuclide(f"{symbol}{a}") for a in present]
    return tuple((member, member.abundance) for member in members)

"""Materials: what a detector's mass is made of, per formula unit.

A formula is a chemical one: "Xe", "CsI", "CaWO4", "Ca(OH)2". Every element stands for its natural isotopes.
One isotope is named alone, "Ar40", or in brackets inside a compound, "[Ca40]WO4"; "D" is deuterium.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from weakscatter.grids import is_concrete
from weakscatter.matter.nuclide import Nuclide, element, elements, isotopes, nuclide
from weakscatter.provenance.errors import InputError, nearest

COMMON = (
    "Ar Xe Ne He Kr Ge Si CsI NaI CaWO4 C3F8 CF3I LiF Al2O3 CaF2 BaF2 ZnWO4 PbWO4 Bi4Ge3O12 GaAs H2O D2O CF4 SF6 "
    "CH4 C2H6 CH C8H8 LaBr3 TeO2 Zn C Pb W Hg Fe"
).split()
"""Formulas offered when one is misspelt."""


@dataclass(frozen=True)
class Material:
    """Nuclides per formula unit. Compared by value and hashable: part of a program's structure.

    Parameters
    ----------
    name : str
    constituents : tuple of (Nuclide, float)
        Each nuclide once, with its mean number in one formula unit (stoichiometry times abundance).
    """

    STATIC: ClassVar[bool] = True
    citations: ClassVar[tuple[str, ...]] = ("ame2020", "ciaaw2021", "periodictable")

    name: str
    constituents: tuple[tuple[Nuclide, float], ...]

    def __post_init__(self) -> None:
        numbers = [number for _, number in self.constituents]
        if not numbers or not all(math.isfinite(number) and number > 0.0 for number in numbers):
            raise InputError(f"the material {self.name!r} needs constituents with positive, finite numbers.")
        if len({isotope for isotope, _ in self.constituents}) < len(numbers):
            raise InputError(
                f"the material {self.name!r} names a nuclide twice; give each once with its number."
            )

    @property
    def formula_mass(self) -> float:
        """Mass of one formula unit with its electrons (MeV)."""
        return sum(number * isotope.atomic_mass for isotope, number in self.constituents)

    @property
    def electrons(self) -> float:
        """Electrons per formula unit."""
        return sum(number * isotope.Z for isotope, number in self.constituents)

    def number_of_units(self, mass: Any) -> Any:
        """Return how many formula units a ``mass`` (MeV, number or array) holds.

        >>> from weakscatter.units import kg
        >>> f"{material('CsI').number_of_units(14.6 * kg):.4g}"  # 14.6 kg N_A / (259.81 g/mol)
        '3.384e+25'
        """
        if is_concrete(mass) and isinstance(mass, int | float) and not 0.0 <= mass < math.inf:
            raise InputError(f"a target mass of {mass!r} MeV was given; it must be finite and not negative.")
        return mass / self.formula_mass

    def __str__(self) -> str:
        return self.name


_TOKEN = re.compile(r"\[([^\[\]]*)\]|([A-Z][a-z]?)|(\()|(\))|(\d+(?:\.\d+)?)")
_MOST = 1000.0  # atoms of one kind in a formula unit; more is a slip


@lru_cache(maxsize=256)
def material(formula: str) -> Material:
    """Return the material of a chemical formula or of one nuclide.

    Examples
    --------
    >>> m = material("C3F8")
    >>> [(str(n), round(x, 4)) for n, x in m.constituents]
    [('C12', 2.9682), ('C13', 0.0318), ('F19', 8.0)]
    >>> round(sum(x for n, x in material("Xe").constituents), 12)
    1.0
    """
    if not isinstance(formula, str) or not 0 < len(formula.strip()) <= 60:
        raise InputError(
            f"{formula!r} is no material. Write a formula like 'CsI', 'Xe' or a nuclide like 'Ar40'."
        )
    text = formula.strip()
    if re.fullmatch(r"D|[A-Z][a-z]?-?\d+|\d+-?[A-Z][a-z]?", text):
        single = _single(text)
        if single is not None:
            return Material(single.name, ((single, 1.0),))
    counts: dict[Nuclide, float] = {}
    for isotope, number in _read(text):
        counts[isotope] = counts.get(isotope, 0.0) + number
    return Material(text, tuple(counts.items()))


def _single(text: str) -> Nuclide | None:
    """Return the nuclide a text names; None for a molecule of one element, like O2."""
    found = re.fullmatch(r"([A-Z][a-z]?)(\d+)", text)
    if found and found[1] in elements() and int(found[2]) < min(element(found[1]).isotopes):
        return None
    return nuclide(text)


def _read(text: str) -> list[tuple[Nuclide, float]]:
    """Return (nuclide, number) for every element of a formula, in the order written."""
    stack: list[list[tuple[Nuclide, float]]] = [[]]
    last: list[tuple[Nuclide, float]] | None = None
    symbol, at = "", 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _unreadable(text)
        isotope_name, element_name, opening, closing, number = found.groups()
        at = found.end()
        if number is not None:
            if last is None or not 0.0 < float(number) <= _MOST:
                raise _unreadable(text)
            _refuse_mass_number(symbol, number, text)
            stack[-1].extend((isotope, x * float(number)) for isotope, x in last)
            last = None
            continue
        stack[-1].extend(last or [])
        symbol, last = "", None
        if isotope_name is not None:
            last = [(nuclide(isotope_name), 1.0)]
        elif element_name == "D":
            last = [(nuclide("H2"), 1.0)]
        elif element_name:
            if element_name not in elements():
                raise _unreadable(text)
            symbol, last = element_name, list(isotopes(element_name))
        elif opening:
            stack.append([])
        elif closing:
            if len(stack) < 2 or not stack[-1]:
                raise _unreadable(text)
            last = stack.pop()
    stack[-1].extend(last or [])
    if len(stack) != 1 or not stack[0]:
        raise _unreadable(text)
    return stack[0]


def _refuse_mass_number(symbol: str, number: str, text: str) -> None:
    """Raise where a count is the mass number of a heavy isotope: Ca40WO4 is never forty calcium atoms."""
    if not symbol or "." in number:
        return
    natural = {isotope.A: isotope for isotope, _ in isotopes(symbol)}
    if int(number) in natural and natural[int(number)].Z >= 10:
        raise InputError(
            f"the formula {text!r} has {number} atoms of {symbol}, and {symbol}{number} is an isotope. "
            f"Write '[{symbol}{number}]' for the isotope."
        )


def _unreadable(text: str) -> InputError:
    capital = re.fullmatch(r"([A-Za-z]{1,2})-?(\d{1,3})", text)
    symbol = capital[1].capitalize() if capital else ""
    if capital and symbol in elements() and int(capital[2]) in element(symbol).isotopes:
        hint = f" Did you mean '{symbol}{capital[2]}'?"
    else:
        hint = nearest(text, COMMON)
    return InputError(
        f"cannot read the material {text!r}.{hint} Write a chemical formula with upper-case symbols like 'CsI', "
        "'Xe', 'CaWO4', or a nuclide like 'Ar40'; one isotope in a compound as '[Ca40]WO4'."
    )


def mixture(name: str, fractions: Mapping[str, float]) -> Material:
    """Return a material mixed by number of formula units, for instance an enriched crystal.

    Parameters
    ----------
    name : str
    fractions : mapping from formula or nuclide to its mole fraction
        Positive, sum 1 within 1e-6.

    Examples
    --------
    >>> ge = mixture("Ge enriched", {"Ge76": 0.87, "Ge74": 0.13})
    >>> round(ge.formula_mass / 931.49410242, 3)
    75.661
    """
    total = sum(fractions.values())
    if not abs(total - 1.0) < 1e-6:
        raise InputError(
            f"the fractions of the mixture {name!r} sum to {total!r}; mole fractions must sum to 1."
        )
    counts: dict[Nuclide, float] = {}
    for formula, fraction in fractions.items():
        for isotope, number in material(formula).constituents:
            counts[isotope] = counts.get(isotope, 0.0) + number * fraction
    return Material(name, tuple(counts.items()))

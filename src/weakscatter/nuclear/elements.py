"""Two-body matrix elements as a file lists them, checked one by one and brought to one order.

A pair of orbits (a, b) with a > b is turned round with its phase: (-1)^(ja + jb - J - T) in isospin form, which is
-(-1)^(ja + jb - J) for two nucleons of one species. In proton-neutron pairs the proton has to stand first: files disagree
about the sign of the other order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from weakscatter.nuclear.interaction import Orbit
from weakscatter.nuclear.lines import Line
from weakscatter.provenance.errors import InputError

#: Two listings of one element agree when they differ by less than this (MeV): half a unit of the last printed digit.
AGREE = 1e-5

Key = tuple[int, int, int, int, int, int]


@dataclass(eq=False)
class ElementList:
    """Collects elements of one file.

    Parameters
    ----------
    orbits : those that the labels count, from 0.
    isospin : True where T is a quantum number of the element and the orbits stand for both species.
    """

    orbits: tuple[Orbit, ...]
    isospin: bool
    values: dict[Key, float] = field(default_factory=dict)
    lines: dict[Key, Line] = field(default_factory=dict)
    conjugates: int = 0

    def add(self, line: Line, labels: Sequence[int], J: int, value: float, T: int = 0) -> None:
        """Add V_JT(ab, cd), the labels counted from 1 as in the file; ``T`` only in isospin form.

        Raises
        ------
        InputError : impossible labels, J, T or parity; an element listed twice; two listings that are not hermitian.
        """
        a, b, c, d = (self._orbit(line, label) for label in labels)
        for first, second in ((a, b), (c, d)):
            self._check_pair(line, first, second, J, T)
        if not self.isospin and _charge(self.orbits, a, b) != _charge(self.orbits, c, d):
            raise line.bad(
                "the two pairs do not have the same number of protons. Orbits of protons come first in the numbering: "
                f"{self._order()}."
            )
        if sum(self.orbits[i].l for i in (a, b, c, d)) % 2:
            raise line.bad(
                "the two pairs have different parity. Is the order of the orbits that of this file? It is taken as "
                f"{self._order()}."
            )
        (a, b, first_sign), (c, d, second_sign) = self._ordered(a, b, J, T), self._ordered(c, d, J, T)
        value *= first_sign * second_sign
        key, mirror = (a, b, c, d, J, T), (c, d, a, b, J, T)
        if key in self.values:
            raise line.bad(
                f"this element stands already in line {self.lines[key].number}, with the value {self.values[key]:g}. "
                "Delete one of the two."
            )
        if mirror in self.values:
            if abs(self.values[mirror] - value) > AGREE:
                raise line.bad(
                    f"not hermitian: line {self.lines[mirror].number} lists the same element, bra and ket exchanged, as "
                    f"{self.values[mirror]:g} (in this order of the orbits), here it is {value:g}."
                )
            self.conjugates += 1
            return
        self.values[key], self.lines[key] = value, line

    def get(self, a: int, b: int, c: int, d: int, J: int, T: int = 0) -> float | None:
        """Return an element in any order of its labels (from 0), None where the file does not list it."""
        (a, b, first_sign), (c, d, second_sign) = self._ordered(a, b, J, T), self._ordered(c, d, J, T)
        value = self.values.get((a, b, c, d, J, T), self.values.get((c, d, a, b, J, T)))
        return None if value is None else first_sign * second_sign * value

    def missing(self) -> Iterator[Key]:
        """Yield every element that angular momentum, parity, isospin and charge allow and the file does not list."""
        for key in allowed(self.orbits, self.isospin):
            a, b, c, d, J, T = key
            if self.get(a, b, c, d, J, T) is None:
                yield key

    def ascending(self) -> dict[Key, float]:
        """Return the elements with (a, b) <= (c, d), in ascending order."""
        turned = {
            (a, b, c, d, J, T) if (a, b) <= (c, d) else (c, d, a, b, J, T): value
            for (a, b, c, d, J, T), value in self.values.items()
        }
        return dict(sorted(turned.items()))

    def name(self, key: Key) -> str:
        """Return an element in words, with labels as in the file."""
        a, b, c, d, J, T = key
        return f"({a + 1} {b + 1} | {c + 1} {d + 1}) J = {J}" + (f" T = {T}" if self.isospin else "")

    def _orbit(self, line: Line, label: int) -> int:
        if not 1 <= label <= len(self.orbits):
            raise line.bad(f"orbit {label} does not exist; there are {len(self.orbits)}: {self._order()}.")
        return label - 1

    def _check_pair(self, line: Line, a: int, b: int, J: int, T: int) -> None:
        two_a, two_b = self.orbits[a].two_j, self.orbits[b].two_j
        if not self.isospin and self.orbits[a].species == "neutron" and self.orbits[b].species == "proton":
            raise line.bad(
                "a proton-neutron pair lists the proton first; turned round, its sign depends on a convention that the file "
                "does not state. Exchange the labels (and the sign, if the convention asks for it)."
            )
        pair = f"orbits {a + 1} and {b + 1} (j = {two_a}/2, {two_b}/2)"
        if not abs(two_a - two_b) <= 2 * J <= two_a + two_b:
            raise line.bad(
                f"{pair} do not couple to J = {J}. Is the order of the orbits that of this file? It is taken as "
                f"{self._order()}."
            )
        if self.isospin and T not in (0, 1):
            raise line.bad(f"T = {T} is no isospin of two nucleons; 0 and 1 are allowed.")
        if a == b and (J + T) % 2 == 0 and self.isospin:
            raise line.bad(f"two nucleons in one orbit have J + T odd; J = {J}, T = {T} does not exist.")
        if a == b and J % 2 and not self.isospin:
            raise line.bad(f"two nucleons of one species in one orbit have even J; J = {J} does not exist.")

    def _ordered(self, a: int, b: int, J: int, T: int) -> tuple[int, int, int]:
        if a <= b:
            return a, b, 1
        exponent = (self.orbits[a].two_j + self.orbits[b].two_j) // 2 - J - (T if self.isospin else 1)
        return b, a, -1 if exponent % 2 else 1

    def _order(self) -> str:
        return ", ".join(f"{i} = {orbit.name}" for i, orbit in enumerate(self.orbits, 1))


def allowed(orbits: tuple[Orbit, ...], isospin: bool) -> Iterator[Key]:
    """Yield (a, b, c, d, J, T), a <= b, c <= d, (a, b) <= (c, d), of every element that can differ from zero.

    T is 0 in proton-neutron form, where it is no label.
    """
    pairs = [(a, b) for a in range(len(orbits)) for b in range(a, len(orbits))]
    for i, (a, b) in enumerate(pairs):
        for c, d in pairs[i:]:
            if sum(orbits[k].l for k in (a, b, c, d)) % 2:
                continue
            if not isospin and _charge(orbits, a, b) != _charge(orbits, c, d):
                continue
            for T in (0, 1) if isospin else (0,):
                first = _spins(orbits, a, b, T if isospin else 1)
                second = _spins(orbits, c, d, T if isospin else 1)
                for J in first:
                    if J in second:
                        yield a, b, c, d, J, T


def _spins(orbits: tuple[Orbit, ...], a: int, b: int, T: int) -> range:
    two_a, two_b = orbits[a].two_j, orbits[b].two_j
    if a == b:
        return range(1 - T, two_a + 1, 2)
    return range(abs(two_a - two_b) // 2, (two_a + two_b) // 2 + 1)


def _charge(orbits: tuple[Orbit, ...], a: int, b: int) -> int:
    return (orbits[a].species == "proton") + (orbits[b].species == "proton")


def complete(found: ElementList, declared: int | None, listed: int, where: str) -> tuple[str, ...]:
    """Return remarks on missing elements of a list that is as long as its header says.

    A file lists what is not zero: with the declared length the missing elements are zero, and are named in a remark.

    Raises
    ------
    InputError : the list has another length than declared.
    """
    if declared is not None and listed != declared:
        raise InputError(
            f"{where} declares {declared} two-body elements and lists {listed}. Either an element is missing or the "
            "number is wrong: put it right, the file is not read half."
        )
    absent = list(found.missing())
    notes = []
    if absent:
        some = ", ".join(found.name(key) for key in absent[:3]) + (", ..." if len(absent) > 3 else "")
        notes.append(f"{where}: {len(absent)} allowed elements are not listed and count as zero: {some}.")
    if found.conjugates:
        notes.append(
            f"{where}: {found.conjugates} elements are listed twice, bra and ket exchanged, with equal values."
        )
    return tuple(notes)

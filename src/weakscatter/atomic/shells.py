"""Relativistic shells: names, kappa, configurations of atoms and ions.

kappa = -(l + 1) for j = l + 1/2 and l for j = l - 1/2. A shell is called "4s", "4p1/2", "4p3/2"; a nonrelativistic
one ("4p") stands for both partners.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from weakscatter.matter.nuclide import element
from weakscatter.provenance.errors import InputError

_LETTERS = "spdfghiklmnoqrtuv"

#: Filling order of the subshells of neutral atoms, and the ground configurations that depart from it (outer part):
#: NIST Atomic Spectra Database, ground states.
_FILLING = "1s 2s 2p 3s 3p 4s 3d 4p 5s 4d 5p 6s 4f 5d 6p".split()
_EXCEPTIONS = {
    "Cr": "[Ar] 3d5 4s1", "Cu": "[Ar] 3d10 4s1", "Nb": "[Kr] 4d4 5s1", "Mo": "[Kr] 4d5 5s1", "Ru": "[Kr] 4d7 5s1",
    "Rh": "[Kr] 4d8 5s1", "Pd": "[Kr] 4d10", "Ag": "[Kr] 4d10 5s1", "La": "[Xe] 5d1 6s2", "Ce": "[Xe] 4f1 5d1 6s2",
    "Gd": "[Xe] 4f7 5d1 6s2", "Pt": "[Xe] 4f14 5d9 6s1", "Au": "[Xe] 4f14 5d10 6s1",
}  # fmt: skip
_NOBLE = {"He": 2, "Ne": 10, "Ar": 18, "Kr": 36, "Xe": 54, "Rn": 86}


@dataclass(frozen=True)
class Shell:
    """A subshell n, kappa.

    >>> Shell(4, 1).name, Shell(4, -2).j2, Shell(3, -1).name
    ('4p1/2', 3, '3s')
    """

    n: int
    kappa: int

    def __post_init__(self) -> None:
        if self.kappa == 0 or self.l >= self.n:
            raise InputError(f"no subshell has n = {self.n} and kappa = {self.kappa}: 0 <= l < n.")

    @property
    def l(self) -> int:  # noqa: E743
        """Orbital angular momentum of the large component."""
        return orbital_l(self.kappa)

    @property
    def j2(self) -> int:
        """Twice the total angular momentum."""
        return 2 * abs(self.kappa) - 1

    @property
    def capacity(self) -> int:
        """Number of electrons that fill it, 2j + 1."""
        return 2 * abs(self.kappa)

    @property
    def name(self) -> str:
        """Name as written in cards; s shells carry no j."""
        return f"{self.n}{kappa_name(self.kappa)}"

    def __str__(self) -> str:
        return self.name


def orbital_l(kappa: int) -> int:
    """Return l of the large component."""
    return kappa if kappa > 0 else -kappa - 1


def kappa_name(kappa: int) -> str:
    """Return "s", "p1/2", "p3/2", ..."""
    l = orbital_l(kappa)
    return "s" if l == 0 else f"{_LETTERS[l]}{2 * abs(kappa) - 1}/2"


def partners(n: int, l: int) -> tuple[Shell, ...]:
    """Return the shells of one nl, lower j first."""
    return (Shell(n, l), Shell(n, -l - 1)) if l else (Shell(n, -1),)


_SHELL = re.compile(r"(\d)([a-z])(?:(\d+)/2)?$")


def parse_shells(names: Iterable[str]) -> tuple[Shell, ...]:
    """Return the shells of names like "4d" (both partners), "4d5/2", "5s".

    Raises
    ------
    InputError : a name that is no shell.
    """
    found: list[Shell] = []
    for name in names:
        match = _SHELL.match(str(name).strip())
        if not match or match[2] not in _LETTERS or _LETTERS.index(match[2]) >= int(match[1]):
            raise InputError(f"{name!r} is no shell. Write 5s, 4d for both partners, or 4d5/2.")
        both = partners(int(match[1]), _LETTERS.index(match[2]))
        chosen = [s for s in both if match[3] in (None, str(s.j2))]
        if not chosen:
            raise InputError(f"{name!r}: j can only be {' or '.join(f'{s.j2}/2' for s in both)}.")
        found += chosen
    return tuple(found)


@dataclass(frozen=True)
class Configuration:
    """Electrons by nonrelativistic subshell (n, l, number), and the ion they belong to.

    Examples
    --------
    >>> ground_configuration("Ge").text
    '1s2 2s2 2p6 3s2 3p6 4s2 3d10 4p2'
    >>> ground_configuration("Cs", charge=1).electrons
    54
    """

    symbol: str
    charge: int
    subshells: tuple[tuple[int, int, int], ...]

    @property
    def Z(self) -> int:
        """Nuclear charge."""
        return int(element(self.symbol).number)

    @property
    def electrons(self) -> int:
        """Number of electrons."""
        return sum(number for _, _, number in self.subshells)

    @property
    def text(self) -> str:
        """The configuration as written in cards."""
        return " ".join(f"{n}{_LETTERS[l]}{number}" for n, l, number in self.subshells)

    @property
    def open(self) -> tuple[tuple[int, int, int], ...]:
        """The subshells that are not full."""
        return tuple(s for s in self.subshells if s[2] < 4 * s[1] + 2)


_TERM = re.compile(r"(\d)([a-z])(\d+)$")


def parse_configuration(symbol: str, text: str, *, charge: int = 0) -> Configuration:
    """Read "[Ar] 3d10 4s2 4p2" or "1s2 2s1".

    Raises
    ------
    InputError : a subshell that does not exist, twice, overfull, or a sum that is not Z - charge.
    """
    Z = int(element(symbol).number)
    subshells: dict[tuple[int, int], int] = {}
    for word in text.split():
        if word.startswith("["):
            core = word.strip("[]")
            if core not in _NOBLE:
                raise InputError(f"{word!r} is no noble-gas core: use {', '.join(f'[{c}]' for c in _NOBLE)}.")
            subshells.update({(n, l): k for n, l, k in ground_configuration(core).subshells})
            continue
        match = _TERM.match(word)
        if not match or match[2] not in _LETTERS:
            raise InputError(f"{word!r} is no subshell with electrons: write 3d10, 4p2.")
        n, l, number = int(match[1]), _LETTERS.index(match[2]), int(match[3])
        if l >= n or not 1 <= number <= 4 * l + 2:
            raise InputError(
                f"{word!r} is impossible: l < n, and {match[2]} holds 1 to {4 * l + 2} electrons."
            )
        if (n, l) in subshells:
            raise InputError(f"{n}{match[2]} stands twice in {text!r}.")
        subshells[(n, l)] = number
    total = sum(subshells.values())
    if total != Z - charge:
        raise InputError(
            f"{text!r} has {total} electrons, {symbol} with charge {charge:+d} has {Z - charge}: correct the "
            "configuration or the charge."
        )
    return Configuration(symbol, charge, tuple((n, l, k) for (n, l), k in subshells.items()))


def ground_configuration(symbol: str, *, charge: int = 0) -> Configuration:
    """Return the ground configuration of an atom up to radon, or of an ion with a noble-gas shell.

    Raises
    ------
    InputError : heavier atoms and other ions: give the configuration.
    """
    Z = int(element(symbol).number)
    electrons = Z - charge
    if electrons < 1:
        raise InputError(f"{symbol} with charge {charge:+d} has no electron.")
    if charge == 0 and symbol in _EXCEPTIONS:
        return parse_configuration(symbol, _EXCEPTIONS[symbol])
    if Z > 86 or (charge != 0 and electrons not in _NOBLE.values()):
        raise InputError(
            f"no ground configuration of {symbol} with charge {charge:+d} is known here (atoms to Rn, ions with a "
            'noble-gas shell): give one, configuration = "[Xe] 4f14 5d10 6s1".'
        )
    subshells, left = [], electrons
    for name in _FILLING:
        n, l = int(name[0]), _LETTERS.index(name[1])
        number = min(left, 4 * l + 2)
        if number > 0:
            subshells.append((n, l, number))
        left -= number
    return Configuration(symbol, charge, tuple(subshells))

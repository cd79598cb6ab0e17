"""One system of natural units: hbar = c = 1, energies in MeV, everything a plain float.

Multiply by a unit on entry (``5 * keV``) and divide on exit (``sigma / cm**2``). ``parse`` reads the
quantity strings of cards and tables ("30 MeV", "1e-32 cm^2", "1/(t yr keV)") and checks their dimension.

Energy, length, time and angle are kept apart, and a mass is an energy times (time/length)^2 as in the SI:
so "GeV/c^2", "kg" and "u" are masses, "GeV" is an energy, and one is never taken for the other.

The conversion rests on the exact SI values of c, h and e (SI brochure, 9th edition, 2019); the hartree, the
Bohr radius and the mass unit are the CODATA 2018 values.
"""

import math
import re
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

_C = 299792458.0  # m/s, exact
_H = 6.62607015e-34  # J s, exact
_E = 1.602176634e-19  # J per eV, exact


class UnitError(ValueError):
    """Bad input: a text that is no quantity, an unknown unit or a wrong dimension."""


MeV = 1.0
eV, keV, GeV, TeV = 1e-6, 1e-3, 1e3, 1e6
J = eV / _E
erg = 1e-7 * J
s = 2.0 * math.pi / (_H * J)  # hbar = h / 2 pi = 1
m = s / _C
kg = J * _C**2  # c = 1: a mass is worth m c^2

fm, nm, um, mm, cm, km = (m * f for f in (1e-15, 1e-9, 1e-6, 1e-3, 1e-2, 1e3))
pc = 648000 / math.pi * 149597870700.0 * m
kpc = 1e3 * pc
ps, ns, us, ms = (s * f for f in (1e-12, 1e-9, 1e-6, 1e-3))
minute, hour, day = 60 * s, 3600 * s, 86400 * s
d = day
yr = 365.25 * day
mg, g, t = kg * 1e-6, kg * 1e-3, kg * 1e3
barn = 1e-28 * m**2
mb, Mb, pb, fb = (barn * f for f in (1e-3, 1e6, 1e-12, 1e-15))
W = J / s
GW = 1e9 * W
Ci = 3.7e10 / s
rad, deg = 1.0, math.pi / 180.0
hartree = 27.211386245988 * eV
a0 = 0.529177210903e-10 * m
u = 931.49410242 * MeV
hbar_c = 1.0 / fm
"""197.3269804... MeV fm, from the exact SI values."""


class Dimension(NamedTuple):
    """Powers of energy, length, time and angle."""

    energy: Fraction
    length: Fraction
    time: Fraction
    angle: Fraction

    def times(self, other: "Dimension", power: Fraction = Fraction(1)) -> "Dimension":
        """Multiply by ``other`` raised to ``power``."""
        return Dimension(*(a + power * b for a, b in zip(self, other, strict=True)))

    def __str__(self) -> str:
        for name, (expression, _) in _NAMED.items():
            if self == dimension_of(expression):
                return name
        parts = [f"{n}^{p}" if p != 1 else n for n, p in zip(self._fields, self, strict=True) if p]
        return " ".join(parts)


def _dimension(energy: int = 0, length: int = 0, time: int = 0, angle: int = 0) -> Dimension:
    return Dimension(Fraction(energy), Fraction(length), Fraction(time), Fraction(angle))


_NONE = _dimension()
_ENERGY, _LENGTH, _TIME, _ANGLE = _dimension(1), _dimension(0, 1), _dimension(0, 0, 1), _dimension(0, 0, 0, 1)
_MASS, _AREA = _dimension(1, -2, 2), _dimension(0, 2)
_POWER, _FREQUENCY, _VELOCITY = _dimension(1, 0, -1), _dimension(0, 0, -1), _dimension(0, 1, -1)

# name of the dimension: (unit that shows it, example offered in messages)
_NAMED: dict[str, tuple[str, str]] = {
    "number": ("", "0.5"),
    "energy": ("MeV", "30 MeV"),
    "length": ("m", "19.3 m"),
    "time": ("s", "2.2 us"),
    "mass": ("kg", "14.6 kg"),
    "angle": ("rad", "30 deg"),
    "area": ("cm^2", "1e-40 cm^2"),
    "volume": ("cm^3", "1 cm^3"),
    "velocity": ("km/s", "220 km/s"),
    "power": ("GW", "3.6 GW"),
    "energy squared": ("eV^2", "7.5e-5 eV^2"),
    "rate": ("1/s", "60 Hz"),
    "flux": ("1/(cm^2 s)", "1e13 1/(cm^2 s)"),
    "density": ("g/cm^3", "3 g/cm^3"),
    "energy density": ("GeV/cm^3", "0.4 GeV/cm^3"),
    "rate per mass": ("1/(kg d)", "10 1/(kg d)"),
    "rate per mass and energy": ("1/(kg d keV)", "1 1/(t yr keV)"),
    "cross section per energy": ("cm^2/MeV", "1e-40 cm^2/MeV"),
    "exposure": ("kg d", "10 t yr"),
}

_UNITS: dict[str, tuple[float, Dimension]] = {
    **{n: (v, _ENERGY) for n, v in (("eV", eV), ("keV", keV), ("MeV", MeV), ("GeV", GeV), ("meV", 1e-9))},
    **{
        n: (v, _ENERGY)
        for n, v in (("TeV", TeV), ("J", J), ("kJ", 1e3 * J), ("MJ", 1e6 * J), ("GJ", 1e9 * J))
    },
    **{
        n: (v, _ENERGY) for n, v in (("hartree", hartree), ("Eh", hartree), ("Ry", hartree / 2), ("erg", erg))
    },
    **{n: (v * 3600.0 * J, _ENERGY) for n, v in (("kWh", 1e3), ("MWh", 1e6), ("GWh", 1e9))},
    **{n: (v, _LENGTH) for n, v in (("fm", fm), ("nm", nm), ("um", um), ("mm", mm), ("cm", cm), ("m", m))},
    **{n: (v, _LENGTH) for n, v in (("km", km), ("pm", 1e-12 * m), ("angstrom", 1e-10 * m), ("a0", a0))},
    "AU": (149597870700.0 * m, _LENGTH),
    **{n: (v, _LENGTH) for n, v in (("pc", pc), ("kpc", kpc), ("Mpc", 1e3 * kpc))},
    **{n: (v, _TIME) for n, v in (("ps", ps), ("ns", ns), ("us", us), ("ms", ms), ("s", s), ("min", minute))},
    **{n: (v, _TIME) for n, v in (("h", hour), ("hour", hour), ("d", day), ("day", day), ("yr", yr))},
    **{n: (v, _MASS) for n, v in (("mg", mg), ("g", g), ("kg", kg), ("t", t), ("kt", 1e3 * t), ("u", u))},
    **{n: (v, _ANGLE) for n, v in (("rad", rad), ("mrad", 1e-3), ("deg", deg))},
    **{n: (v, _AREA) for n, v in (("b", barn), ("barn", barn), ("mb", mb), ("Mb", Mb), ("kb", 1e3 * barn))},
    **{n: (v, _AREA) for n, v in (("ub", 1e-6 * barn), ("nb", 1e-9 * barn), ("pb", pb), ("fb", fb))},
    **{n: (v, _POWER) for n, v in (("W", W), ("kW", 1e3 * W), ("MW", 1e6 * W), ("GW", GW))},
    **{n: (v / s, _FREQUENCY) for n, v in (("Hz", 1.0), ("kHz", 1e3), ("Bq", 1.0), ("mBq", 1e-3))},
    **{
        n: (v / s, _FREQUENCY)
        for n, v in (
            ("MBq", 1e6),
            ("GBq", 1e9),
            ("TBq", 1e12),
            ("PBq", 1e15),
            ("Ci", 3.7e10),
            ("MCi", 3.7e16),
        )
    },
    "c": (1.0, _VELOCITY),
    "%": (0.01, _NONE),
    **dict.fromkeys(("PE", "count", "counts", "event", "events"), (1.0, _NONE)),
}

_SPELLINGS = {
    "µ": "u",
    "μ": "u",
    "**": "^",
    "·": " ",
    "\u212b": "angstrom",
    "Å": "angstrom",
    "²": "^2",
    "³": "^3",
}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?inf(?![A-Za-z])")
_TOKEN = re.compile(r"\s*([A-Za-z_%][A-Za-z_0-9]*|\d+\.?\d*|\.\d+|[()^*/+-])")
_LONGEST, _DEEPEST, _STEEPEST = 120, 12, 12  # beyond these a text is an accident, not a unit


class _Reader:
    """Recursive descent over: product := power (("*" | " " | "/") power)*; power := atom ["^" exponent]."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._split(text)
        self.at = 0
        self.depth = 0

    def fail(self, what: str) -> UnitError:
        return UnitError(f"cannot read the unit {self.text!r}: {what}")

    def _split(self, text: str) -> list[str]:
        tokens, at = [], 0
        text = text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise self.fail(
                    f"unexpected character {text[at:].strip()[0]!r}. Write units like 'cm^2/MeV'."
                )
            tokens.append(found.group(1))
            at = found.end()
        return tokens

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def product(self) -> tuple[float, Dimension]:
        value, dimension = self.power()
        divided = False
        while self.peek() not in ("", ")"):
            sign = Fraction(1)
            if self.peek() == "/":
                self.take()
                sign, divided = Fraction(-1), True
            else:
                if self.peek() == "*":
                    self.take()
                if divided:
                    # "1/t yr" means either 1/(t yr) or yr/t: two readers, two answers.
                    raise self.fail("a product after '/' is ambiguous. Use parentheses, like '1/(t yr keV)'.")
            factor, other = self.power()
            value *= factor ** int(sign)
            dimension = dimension.times(other, sign)
        return value, dimension

    def power(self) -> tuple[float, Dimension]:
        value, dimension = self.atom()
        if self.peek() == "^":
            self.take()
            exponent = self.exponent()
            if abs(exponent) > _STEEPEST:
                raise self.fail(f"the power {exponent} is out of range; |power| <= {_STEEPEST} is allowed.")
            value = float(value ** float(exponent))
            dimension = _NONE.times(dimension, exponent)
        return value, dimension

    def atom(self) -> tuple[float, Dimension]:
        token = self.take()
        if token == "(":
            self.depth += 1
            if self.depth > _DEEPEST:
                raise self.fail("too many parentheses.")
            inner = self.product()
            if self.take() != ")":
                raise self.fail("a parenthesis is not closed.")
            self.depth -= 1
            return inner
        if token == "1":
            return 1.0, _NONE
        if token in _UNITS:
            return _UNITS[token]
        if token[:1].isalpha():
            power = re.fullmatch(r"([A-Za-z]+)(\d)", token)
            hint = f" Did you mean '{power[1]}^{power[2]}'?" if power else _nearest(token, _UNITS)
            raise self.fail(
                f"unknown unit {token!r}.{hint} Powers are written 'cm^2', inverses '1/s' or 's^-1'."
            )
        if not token:
            raise self.fail("it ends too early.")
        raise self.fail(f"a unit was expected where {token!r} stands.")

    def exponent(self) -> Fraction:
        token = self.take()
        closing = token == "("
        if closing:
            token = self.take()
        sign = -1 if token == "-" else 1
        if token in ("-", "+"):
            token = self.take()
        if not re.fullmatch(r"\d+\.?\d*|\.\d+", token):
            raise self.fail(f"a power must be a number such as 2, -1 or (1/2), not {token!r}.")
        power = Fraction(token)
        if closing and self.peek() == "/":
            self.take()
            below = self.take()
            if not below.isdigit() or int(below) == 0:
                raise self.fail(f"a power cannot be divided by {below!r}.")
            power /= int(below)
        if closing and self.take() != ")":
            raise self.fail("a parenthesis is not closed.")
        return sign * power


def _nearest(name: str, allowed: Sequence[str] | dict[str, Any]) -> str:
    lowered = {a.lower(): a for a in reversed(list(allowed))}
    import difflib  # only for a message: loading it costs more than everything else here

    close = difflib.get_close_matches(name, list(allowed), n=1, cutoff=0.5)
    found = lowered.get(name.lower()) or (close[0] if close else "")
    return f" Did you mean {found!r}?" if found else ""


@lru_cache(maxsize=1024)
def _read(expression: str) -> tuple[float, Dimension]:
    """Return value in natural units and dimension of a unit expression; "" is the number 1."""
    text = expression
    for spelling, plain in _SPELLINGS.items():
        text = text.replace(spelling, plain)
    if len(text) > _LONGEST:
        raise UnitError(f"cannot read a unit of {len(text)} characters; {_LONGEST} are allowed.")
    if not text.strip():
        return 1.0, _NONE
    reader = _Reader(text)
    try:
        value, dimension = reader.product()
    except OverflowError:
        raise reader.fail("its value is too large for a number.") from None
    if reader.peek():
        raise reader.fail(f"unexpected {reader.peek()!r}.")
    if not 0.0 < value < math.inf:
        raise reader.fail("its value is too large or too small for a number.")
    return value, dimension


def factor(expression: str) -> float:
    """Return the value of a unit in natural units (powers of MeV).

    >>> factor("keV")
    0.001
    """
    return _read(expression)[0]


def dimension_of(expression: str) -> Dimension:
    """Return the dimension of a unit expression.

    >>> dimension_of("GeV/c^2") == dimension_of("kg"), str(dimension_of("barn"))
    (True, 'area')
    """
    return _read(expression)[1]


def to(value: Any, expression: str) -> Any:
    """Return ``value`` (natural units, number or array) as a number of the unit ``expression``.

    >>> round(to(1.0, "1/fm"), 7)  # 1 MeV / (hbar c)
    0.0050677
    """
    return value / factor(expression)


def parse(quantity: str | float, dimension: str = "") -> float:
    """Read a quantity "NUMBER UNIT" and return it in natural units.

    Parameters
    ----------
    quantity : str or float
        For example "30 MeV", "1e13 1/(cm^2 s)"; "inf" may stand without a unit. A plain number is accepted
        only where a pure number is wanted.
    dimension : str
        What is wanted: a name ("energy", "length", "time", "mass", "angle", "area", "number", ...) or any unit of
        that dimension ("cm^2/MeV"). Empty: a pure number.

    Returns
    -------
    float
        Value in natural units (MeV to the power of the dimension, hbar = c = 1).

    Examples
    --------
    >>> parse("30 keV", "energy")
    0.03
    >>> round(parse("1 u", "mass"), 5)
    931.4941
    """
    wanted_unit, example = _NAMED.get(dimension, (dimension, f"1 {dimension}"))
    wanted = dimension_of(wanted_unit)
    allowed = f"A quantity of dimension {wanted} is wanted, like {example!r}."
    if wanted == _NONE:
        allowed = "A pure number is wanted, like 0.5."
    if isinstance(quantity, bool) or not isinstance(quantity, str | int | float):
        raise UnitError(f"{quantity!r} is not a quantity. {allowed}")
    if not isinstance(quantity, str):
        if wanted != _NONE and not math.isinf(quantity):
            raise UnitError(f"the number {quantity!r} has no unit. {allowed}")
        quantity = repr(float(quantity))
    text = quantity.strip()
    found = _NUMBER.match(text)
    if found is None:
        raise UnitError(f"{quantity!r} does not start with a number. {allowed}")
    number, rest = float(found.group()), text[found.end() :].strip()
    if math.isinf(number):
        if "inf" not in found.group():
            raise UnitError(f"the number in {quantity!r} is too large. {allowed}")
        if not rest:
            return number
    try:
        value, given = _read("1" + rest if rest.startswith("/") else rest)
    except UnitError as error:
        raise UnitError(f"{quantity!r}: {error} {allowed}") from None
    if given != wanted:
        what = "has no unit" if given == _NONE else f"has the dimension {given}"
        raise UnitError(f"{quantity!r} {what}. {allowed}")
    return number * value

"""Names and units as they are printed on axes: mathtext only, no LaTeX installation."""

from __future__ import annotations

import re

_NEUTRINO = {"e": "e", "mu": r"\mu", "tau": r"\tau"}
_PAIR = re.compile(r"(e|mu|tau)(e|mu|tau)(_im)?")

#: Names that results use, as a reader of a figure expects them.
_NAMES = {
    "cevns": r"CE$\nu$NS",
    "brn": "beam-related neutrons",
    "brn_delayed": "delayed beam-related neutrons",
    "nin": r"$\nu$-induced neutrons",
    "steady_state": "steady-state background",
    "charge-radius": "charge radius",
    "magnetic-moment": "magnetic moment",
    "signal_strength": "signal strength",
    "sin2_theta_w": r"$\sin^2\theta_W$",
    **{
        f"nu_{f}": rf"$\nu_{symbol}$" if len(symbol) == 1 else rf"$\nu_{{{symbol}}}$"
        for f, symbol in _NEUTRINO.items()
    },
    **{f"nu_{f}_bar": rf"$\bar{{\nu}}_{{{symbol}}}$" for f, symbol in _NEUTRINO.items()},
}

#: Families of parameters: start of the name, symbol with the flavour indices to be filled in.
_FAMILIES = (
    ("charge_radius_bsm_", r"$\langle r^2_{{\nu_{{{0}}}}}\rangle_\mathrm{{BSM}}$"),
    ("charge_radius_", r"$\langle r^2_{{\nu_{{{0}}}}}\rangle$"),
    ("millicharge_", r"$q_{{\nu_{{{0}}}}}$"),
    ("magnetic_moment_", r"$\mu_{{\nu_{{{0}}}}}$"),
)


def name_text(name: str) -> str:
    """A name of a component, flavour, kind of interaction or parameter, readable; unknown ones lose underscores.

    >>> name_text("interference:weak,charge-radius")
    'weak × charge radius'
    >>> name_text("my_background")
    'my background'
    """
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith("interference:"):
        return " × ".join(name_text(part) for part in name.removeprefix("interference:").split(","))
    if name.startswith("neutron_radius_"):
        return rf"$R_n$({name.removeprefix('neutron_radius_')})"
    if name.startswith("neutron_skin_"):
        return rf"$\Delta R_{{np}}$({name.removeprefix('neutron_skin_')})"
    for start, symbol in _FAMILIES:
        if name.startswith(start):
            return _with_flavours(name.removeprefix(start), symbol) or name.replace("_", " ")
    # A dollar sign or a backslash in somebody's name is not meant as mathematics.
    return name if "$" in name else name.replace("_", " ")


def _with_flavours(indices: str, symbol: str) -> str:
    if indices in _NEUTRINO:
        return symbol.format(_NEUTRINO[indices])
    if indices == "effective":
        return symbol.format(r"\mathrm{eff}")
    found = _PAIR.fullmatch(indices)
    if found is None:
        return ""
    first, second, imaginary = found.groups()
    # The diagonal entries of a matrix in flavour carry one index in the literature.
    both = _NEUTRINO[first] if first == second else f"{_NEUTRINO[first]}{_NEUTRINO[second]}"
    return ("Im " if imaginary else "") + symbol.format(both)


def unit_text(unit: str) -> str:
    """A unit expression with raised powers.

    >>> unit_text("1e-32 cm^2"), unit_text("us")
    ('$10^{-32}$ cm$^{2}$', 'µs')
    """
    text = re.sub(r"\^\(?(-?\d+)\)?", r"$^{\1}$", unit)
    text = re.sub(r"(?<![\w.])1(?:\.0*)?e([+-]?\d+)", lambda m: f"$10^{{{int(m[1])}}}$", text)
    text = re.sub(r"\bus\b", "µs", text)
    return re.sub(r"\bmu_B\b", r"$\\mu_B$", text)


def axis_text(words: str, unit: str, per: str | None = None) -> str:
    """The label of an axis: words, then the unit in parentheses, with what it is per.

    >>> axis_text("recoil energy", "keV"), axis_text("signal strength", "")
    ('recoil energy  (keV)', 'signal strength')
    """
    inside = ", ".join(part for part in (unit_text(unit), f"per {per}" if per else "") if part)
    return f"{words}  ({inside})" if inside else words


def split_label(label: str) -> tuple[str, str]:
    """The words and the unit of an experiment's axis label "words (unit)".

    >>> split_label("arrival time (us)")
    ('arrival time', 'us')
    """
    found = re.fullmatch(r"\s*(.*?)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*", label)
    return (found[1], found[2].strip()) if found else (label.strip(), "")

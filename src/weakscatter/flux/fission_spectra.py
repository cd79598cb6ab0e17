"""Spectra of fission antineutrinos by name: a low part, a middle from 2 to 8 MeV and what comes above, joined explicitly.

| name | below 2 MeV | 2 to 8 MeV | above 8 MeV |
|---|---|---|---|
| huber-mueller+vogel-engel | table of Vogel and Engel | Huber, 238U Mueller et al. | Vogel and Engel |
| mueller+vogel-engel | table of Vogel and Engel | Mueller et al. | Vogel and Engel |
| kopeikin-2021+vogel-engel | table of Vogel and Engel | Kopeikin et al. for uranium, Huber for plutonium | Vogel and Engel |
| huber-mueller+estienne-2019 | Estienne et al. | Huber, 238U Mueller et al. | Estienne et al. |
| vogel-engel | table of Vogel and Engel | their exponentials | their exponentials |
| estienne-2019 | Estienne et al. | Estienne et al. | Estienne et al. |
| huber-mueller | unknown | Huber, 238U Mueller et al. | nothing |

The first is the default. The node at 2 MeV belongs to the middle (for the default 5 % above the low table), the node at 8
MeV too, and between nodes everything is linear, on a grid so fine that formulas are met to 3e-4. Tables of the middle (steps of 0.25
or 0.1 MeV) are linear in the logarithm between their points. Antineutrinos per fission of a typical mix, captures apart: 5.61
for the first, 5.53 to 5.61 for all that know the low part (5.55 in the bins of Estienne et al., after 450 d); the yields quoted by
experiments are 6.04 (`fission.QUOTED_YIELD`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from weakscatter.flux import fission
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.provenance.tables import read_csv
from weakscatter.units import MeV

#: What comes above 8 MeV, where no polynomial is valid.
ABOVE = ("vogel-engel", "estienne-2019", "zero")
#: Correction of converted spectra to long irradiation.
EQUILIBRIUM = ("none", "mueller-2011", "estienne-2019")
#: Step of the grid above 2 MeV, and its end with the exponentials; above it lies less than 1e-6 of the antineutrinos.
_STEP, _END = 0.0125 * MeV, 12.0 * MeV


@dataclass(frozen=True)
class Parts:
    """Names of the parts of a spectrum; `low` None: unknown below 2 MeV. `early`: measured after hours of irradiation."""

    low: str | None
    middle: str
    above: str
    early: bool
    citations: tuple[str, ...]


_HUBER = ("huber2011", "mueller2011")

#: Spectra by name.
SPECTRA = {
    "huber-mueller+vogel-engel": Parts("vogel-engel", "huber-mueller", "vogel-engel", True, (*_HUBER, "vogel1989")),
    "mueller+vogel-engel": Parts("vogel-engel", "mueller", "vogel-engel", True, ("mueller2011", "vogel1989")),
    "kopeikin-2021+vogel-engel": Parts(
        "vogel-engel", "kopeikin-2021", "vogel-engel", True, ("kopeikin2021", "huber2011", "vogel1989")
    ),
    "huber-mueller+estienne-2019": Parts(
        "estienne-2019", "huber-mueller", "estienne-2019", True, (*_HUBER, "estienne2019")
    ),
    "vogel-engel": Parts("vogel-engel", "vogel-engel", "vogel-engel", False, ("vogel1989",)),
    "estienne-2019": Parts("estienne-2019", "estienne-2019", "estienne-2019", False, ("estienne2019",)),
    "huber-mueller": Parts(None, "huber-mueller", "zero", True, _HUBER),
}  # fmt: skip


def parts_of(spectrum: str) -> Parts:
    """Return the parts of a named spectrum; an unknown name is an error."""
    if spectrum not in SPECTRA:
        raise unknown("reactor spectrum", spectrum, SPECTRA)
    return SPECTRA[spectrum]


@lru_cache(maxsize=64)
def spectrum_per_fission(
    fractions: tuple[tuple[str, float], ...], captures: bool = True, above: str | None = None,
    spectrum: str = "huber-mueller+vogel-engel", equilibrium: str = "none",
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Nodes [n] (MeV) and spectrum [n] (antineutrinos per MeV and fission) for pairs (isotope, fraction).

    Parameters
    ----------
    fractions : pairs (isotope, share of the fissions).
    captures : whether the antineutrinos behind 238U(n, gamma) are added (`fission.CAPTURE_YIELD` per fission).
    above : what comes above 8 MeV, one of `ABOVE`; None for the spectrum's own rule.
    spectrum : one of `SPECTRA`.
    equilibrium : "none", or whose growth of converted spectra up to 450 d of irradiation is added (from 2 to 8 MeV).

    Raises
    ------
    InputError : unknown words; captures on a spectrum that is unknown below 2 MeV; a correction to equilibrium of a
        spectrum that is in equilibrium already.
    """
    parts = parts_of(spectrum)
    above = parts.above if above is None else above
    if above not in ABOVE:
        raise unknown("spectrum above 8 MeV", above, ABOVE)
    if equilibrium not in EQUILIBRIUM:
        raise unknown("correction to equilibrium", equilibrium, EQUILIBRIUM)
    if equilibrium != "none" and not parts.early:
        raise InputError(
            f"The spectrum {spectrum!r} holds for long irradiation; equilibrium = {equilibrium!r} would count the slow "
            "decays twice. Give equilibrium = 'none'."
        )
    if captures and parts.low is None:
        raise InputError(
            f"The spectrum {spectrum!r} is unknown below 2 MeV, where all antineutrinos of neutron capture lie. Give "
            "neutron_capture = false, or a spectrum with a low part such as 'huber-mueller+vogel-engel'."
        )
    first, last = fission.POLYNOMIAL_RANGE
    middle = np.linspace(first, last, round((last - first) / _STEP) + 1)
    end = {"vogel-engel": _END, "estienne-2019": _estienne()["energy"][-1], "zero": last}[above]
    tail = np.linspace(last, end, round((end - last) / _STEP) + 1)[1:]
    low = _low_energies(parts.low)
    E_low = np.union1d(low, fission.CAPTURE_ENERGIES) if captures else low
    E = np.concatenate([E_low, middle, tail])

    def of_isotope(isotope: str) -> np.ndarray:
        inner = _middle(parts.middle, isotope, middle)
        inner = inner + _growth(equilibrium, isotope, middle, inner)
        table = np.append(_low_values(parts.low, isotope), inner[0])
        outer = np.empty(0) if above == "zero" else _middle(above, isotope, tail)
        return np.concatenate([np.interp(E_low, np.append(low, first), table), inner, outer])

    phi = np.sum([share * of_isotope(isotope) for isotope, share in fractions], axis=0)
    if captures:
        shape = np.array(fission.CAPTURE_VALUES)
        shape = shape * (fission.CAPTURE_YIELD / np.trapezoid(shape, fission.CAPTURE_ENERGIES))
        phi = phi + np.interp(E, fission.CAPTURE_ENERGIES, shape, right=0.0)
    E.flags.writeable = phi.flags.writeable = False
    return E, phi


def _low_energies(low: str | None) -> np.ndarray:
    if low is None:
        return np.empty(0)
    if low == "vogel-engel":
        return np.array(fission.LOW_ENERGIES)
    E = _estienne()["energy"]
    return np.append(0.0, E[fission.POLYNOMIAL_RANGE[0] > E])


def _low_values(low: str | None, isotope: str) -> np.ndarray:
    if low is None:
        return np.empty(0)
    if low == "vogel-engel":
        return np.array(fission.LOW_VALUES[isotope])
    return np.append(0.0, _estienne()[isotope][: len(_low_energies(low)) - 1])


def _middle(name: str, isotope: str, E: np.ndarray) -> np.ndarray:
    """Spectrum of an isotope at energies from 2 MeV on, where the named source knows it."""
    if name == "kopeikin-2021" and isotope in _kopeikin():
        return _between(E, _kopeikin()["energy"], _kopeikin()[isotope])
    if name == "estienne-2019":
        return _between(E, _estienne()["energy"], _estienne()[isotope])
    sets: dict[str, Mapping[str, tuple[float, ...]]] = {
        "huber-mueller": fission.POLYNOMIALS, "kopeikin-2021": fission.POLYNOMIALS,
        "mueller": fission.POLYNOMIALS_MUELLER, "vogel-engel": fission.EXPONENTIALS,
    }  # fmt: skip
    return np.asarray(np.exp(np.polyval(sets[name][isotope][::-1], E)))


def _growth(equilibrium: str, isotope: str, E: np.ndarray, values: np.ndarray) -> np.ndarray:
    """What long irradiation adds to a spectrum measured after hours."""
    if equilibrium == "mueller-2011":
        return values * np.interp(E, fission.EQUILIBRIUM_ENERGIES, fission.EQUILIBRIUM[isotope])
    if equilibrium == "estienne-2019" and f"{isotope}_early" in _estienne():
        table = _estienne()
        return _between(E, table["energy"], table[isotope]) - _between(
            E, table["energy"], table[f"{isotope}_early"]
        )
    return np.zeros_like(E)


def _between(E: np.ndarray, energies: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(np.interp(E, energies, np.log(values))))


@lru_cache(maxsize=1)
def _estienne() -> Mapping[str, Any]:
    return read_csv(files("weakscatter.flux") / "estienne2019.csv").columns


@lru_cache(maxsize=1)
def _kopeikin() -> Mapping[str, Any]:
    return read_csv(files("weakscatter.flux") / "kopeikin2021.csv").columns

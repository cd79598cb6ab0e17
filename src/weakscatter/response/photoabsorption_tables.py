"""Photoabsorption tables of the elements by name: Henke, Elam, Chantler, and this library's own one-electron curves.

They differ: above 2 keV by 1-8 %; Ge 150-800 eV Elam and Chantler lie 15-25 % below Henke; below 150 eV the tables without the collective
4d resonance are wrong for xenon by factors of 2-7. A statement of agreement names its table.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from os import PathLike
from typing import Any

import numpy as np

from weakscatter.constants import N_A, alpha, m_e
from weakscatter.matter.nuclide import element
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.provenance.tables import read_csv
from weakscatter.response.photoabsorption import Photoabsorption, read_photoabsorption
from weakscatter.units import cm, eV, g, keV

#: Henke's tables hold an edge as two nodes some tenths of an eV apart: so close, and with so large a jump.
_CLOSEST = 0.3 * eV
_JUMP = 1.5
_SMALL_JUMP = 1.1

#: Range (eV) in which Elam's tables may be used (their authors), nodes per decade, and how near to an edge they are read.
_ELAM = (100.0, 800e3)
_PER_DECADE = 100
_NEAR = 1e-7

_INDEPENDENT = "photoabsorption_independent.csv"  # written by tools/photoabsorption_tables.py


def photoabsorption(symbol: str, source: str | PathLike[str] = "henke") -> Photoabsorption:
    """Return the photoabsorption cross section of an element, per atom.

    Parameters
    ----------
    symbol : element, "Xe".
    source : a word of `PHOTOABSORPTION_SOURCES`, or the path of a CSV table (`read_photoabsorption`).

    Raises
    ------
    InputError : an unknown element or source, an element that the source does not have.

    Examples
    --------
    >>> from weakscatter.units import Mb, eV
    >>> round(float(photoabsorption("Xe")(96 * eV)) / Mb, 1)  # the giant resonance
    27.0
    """
    element(symbol)
    if isinstance(source, str) and not source.endswith(".csv"):
        if source not in PHOTOABSORPTION_SOURCES:
            raise unknown("photoabsorption table", source, PHOTOABSORPTION_SOURCES)
        return PHOTOABSORPTION_SOURCES[source](symbol)
    return read_photoabsorption(source)


@lru_cache(maxsize=64)
def henke(symbol: str) -> Photoabsorption:
    """Henke, Gullikson, Davis (1993), 10 eV to 30 keV: sigma = 2 r_e lambda f_2 from measured and evaluated data."""
    table = element(symbol).xray.sftable
    if table is None:
        raise InputError(f"Henke's tables have no element {symbol}.")
    order = np.argsort(table[0], kind="stable")
    E, f2 = table[0][order] * keV, table[2][order]
    known = np.isfinite(f2) & (f2 > 0.0)
    E, f2 = E[known], f2[known]
    # r_e = alpha/m_e and lambda = 2 pi/E.
    sigma = 4.0 * np.pi * (alpha / m_e) * f2 / E
    jump, gap = sigma[1:] / sigma[:-1], np.diff(E)
    wide = np.concatenate([[np.inf], gap, [np.inf]])
    alone = (wide[:-2] > 2.0 * gap) & (wide[2:] > 2.0 * gap)
    edge = (gap < _CLOSEST) & ((jump > _JUMP) | ((jump > _SMALL_JUMP) & alone))
    for k in np.flatnonzero(edge):
        E[k] = E[k + 1] = 0.5 * (E[k] + E[k + 1])
    single = np.concatenate([[True], (np.diff(E) > 0.0) | edge])
    return Photoabsorption(
        E[single], sigma[single], ("henke1993", "periodictable"), f"Henke {symbol}",
        ("within a few eV of an edge the table is interpolated",),
    )  # fmt: skip


@lru_cache(maxsize=64)
def elam(symbol: str) -> Photoabsorption:
    """Elam, Ravel, Sieber (2002), 100 eV to 800 keV, photoelectric part; independent particles at low energies."""
    import xraydb

    low, high = _ELAM
    edges = [edge.energy for edge in xraydb.xray_edges(element(symbol).symbol).values()]
    edges = sorted({edge for edge in edges if low < edge < high})
    count = int(_PER_DECADE * np.log10(high / low)) + 1
    smooth = np.geomspace(low, high, count)
    nodes = np.concatenate([smooth, edges, edges])
    side = np.concatenate(
        [np.ones(count), np.full(len(edges), 1.0 - _NEAR), np.full(len(edges), 1.0 + _NEAR)]
    )
    order = np.lexsort((side, nodes))
    nodes, side = nodes[order], side[order]
    mass = xraydb.atomic_mass(symbol) * g / N_A
    sigma = np.asarray(xraydb.mu_elam(symbol, nodes * side, kind="photo")) * cm**2 / g * mass
    return Photoabsorption(
        nodes * eV, sigma, ("elam2002",), f"Elam {symbol}",
        ("independent particles: outer shells of xenon are wrong by factors below 150 eV",),
    )  # fmt: skip


@lru_cache(maxsize=64)
def chantler(symbol: str) -> Photoabsorption:
    """Chantler (2000), photoelectric part, on its own nodes from 11 eV on; edges are steep there, not sharp."""
    import xraydb

    E = np.asarray(xraydb.chantler_energies(symbol), dtype=float)
    sigma = np.asarray(xraydb.mu_chantler(symbol, E, photo=True), dtype=float)
    # The first nodes copy one value; nothing is known there.
    kept = (E > 11.0) & np.isfinite(sigma) & (sigma > 0.0)
    mass = xraydb.atomic_mass(symbol) * g / N_A
    return Photoabsorption(
        E[kept] * eV, sigma[kept] * cm**2 / g * mass, ("chantler2000",), f"Chantler {symbol}",
        ("independent particles: outer shells of xenon are wrong by factors below 150 eV", "edges have a width"),
    )  # fmt: skip


def independent_particle(symbol: str) -> Photoabsorption:
    """One electron in the field of the ion, of this library, at measured edges, 150 eV to 30 keV; no correlation."""
    table = _independent()
    Z = int(element(symbol).number)
    own = table["Z"] == Z
    if not np.any(own):
        known = ", ".join(sorted(_symbol(z) for z in set(table["Z"].astype(int).tolist())))
        raise InputError(
            f"no photoabsorption curve of {symbol} was calculated; there are those of {known}. Calculate it "
            "(weakscatter.atomic.independent_particle), or take a table."
        )
    return Photoabsorption(
        table["photon_energy"][own], table["cross_section"][own], ("grant2007", "kohnsham1965"), f"one-electron {symbol}",
        (
            "no correlation, dipoles only: 5-14 per cent below Henke's tables above 2 keV",
        ),
    )  # fmt: skip


#: Where photoabsorption cross sections come from, by the word that cards use.
PHOTOABSORPTION_SOURCES: dict[str, Callable[[str], Photoabsorption]] = {
    "henke": henke,
    "elam": elam,
    "chantler": chantler,
    "independent-particle": independent_particle,
}


@lru_cache(maxsize=1)
def _independent() -> Any:
    return read_csv(
        files("weakscatter.response").joinpath(_INDEPENDENT),
        {"Z": "", "photon_energy": "MeV", "cross_section": "cm^2"},
    )


def _symbol(Z: int) -> str:
    import periodictable

    return str(periodictable.elements[Z].symbol)

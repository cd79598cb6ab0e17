"""Our numbers of atoms: amplitudes, polarisabilities, and photoabsorption over the table of Henke, Gullikson and Davis.

Curves of coupled channels take minutes each and come from a file that `tools/photoabsorption_curves.py` writes; a test
computes some of it again. All else is calculated here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from importlib.resources import files
from typing import Any

import numpy as np

from weakscatter.matter import nuclide, subshells
from weakscatter.provenance.tables import Columns, read_csv
from weakscatter.response import photoabsorption
from weakscatter.units import eV, keV

#: An edge is this far away (in the logarithm of the energy): nearer, tables jump and frozen-core thresholds lie elsewhere.
AWAY = 0.12

#: Photon energies between the edges from 2 to 20 keV.
XRAYS = np.array([2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 13.0, 16.0, 20.0]) * keV


@lru_cache(maxsize=1)
def coupled_curves() -> Columns:
    """Return the coupled curves: Z, variant (0: own thresholds, 1: measured edges, 2 to 4: germanium without its open shell),
    photon_energy, sigma_length, sigma_velocity, basis_error."""
    return read_csv(files("weakscatter.published") / "photoabsorption_coupled.csv")


def between_edges(symbol: str, photon_energy: np.ndarray) -> np.ndarray:
    """Say which energies (MeV) lie further than 12 % from every measured edge above 10 eV."""
    edges = np.array([s.energy for s in subshells(symbol) if s.energy > 10 * eV])
    return np.all(abs(np.log(photon_energy[:, None] / edges)) > AWAY, axis=1)


def worst(ratios: np.ndarray) -> float:
    """Return the ratio farthest from one.

    >>> worst(np.array([1.02, 0.95, 1.01]))
    0.95
    """
    return float(ratios[np.argmax(abs(ratios - 1.0))])


def coupled_ratio(
    symbol: str, low: float, high: float, *, variant: int = 0, everywhere: bool = False
) -> float:
    """Return the worst ratio of the coupled curve to Henke's table between two energies (MeV), edges excepted."""
    curves = coupled_curves()
    Z = nuclide(_ISOTOPES[symbol]).Z
    T = curves["photon_energy"]
    # Ends of a range belong to it, whatever the last bit says.
    kept = (curves["Z"] == Z) & (curves["variant"] == variant)
    kept &= (low * (1 - 1e-9) <= T) & (high * (1 + 1e-9) >= T)
    if not everywhere:
        kept &= between_edges(symbol, T)
    return worst(curves["sigma_length"][kept] / np.asarray(photoabsorption(symbol)(T[kept])))


_ISOTOPES = {"Ge": "Ge74", "Xe": "Xe132"}


def xray_ratio(symbol: str) -> float:
    """Return the worst ratio from 2 to 20 keV, one electron in the field of the ion."""
    from weakscatter.atomic import independent_particle

    found = independent_particle(_state(symbol), XRAYS)
    assert found.sigma_length is not None
    return worst(found.sigma_length / np.asarray(photoabsorption(symbol)(XRAYS)))


@lru_cache(maxsize=2)
def _state(symbol: str) -> Any:
    # Not at the top: the scoreboard is read without calculating an atom.
    from weakscatter.atomic import dirac_fock, mcdf

    return mcdf(symbol) if symbol == "Ge" else dirac_fock(symbol)


def polarisability(symbol: str) -> float:
    """Return the static dipole polarisability (a0^3)."""
    from weakscatter.atomic import dirac_fock, static_polarisability

    return static_polarisability(dirac_fock(symbol)).value


def atomic_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything} of these papers."""
    rows: dict[str, Callable[[], float]] = {
        "chen2015.germanium_p12": lambda: float(_state("Ge").amplitudes[0]),
        "chen2015.germanium_p32": lambda: float(_state("Ge").amplitudes[1]),
        "henke1993.xenon_outer": partial(coupled_ratio, "Xe", 16.7 * eV, 40 * eV, everywhere=True),
        "henke1993.xenon_middle": partial(coupled_ratio, "Xe", 200 * eV, 650 * eV),
        "henke1993.xenon_3d": partial(coupled_ratio, "Xe", 690 * eV, 1000 * eV),
        "henke1993.germanium": partial(coupled_ratio, "Ge", 100 * eV, 400 * eV, everywhere=True),
        "henke1993.xenon_xrays": partial(xray_ratio, "Xe"),
        "henke1993.germanium_xrays": partial(xray_ratio, "Ge"),
    }
    rows |= {f"johnson1983.{symbol}": partial(polarisability, symbol) for symbol in "He Ne Ar Kr Xe".split()}
    return {id: partial(_alone, ours) for id, ours in rows.items()}


def _alone(ours: Callable[[], float], results: Any) -> float:
    return ours()

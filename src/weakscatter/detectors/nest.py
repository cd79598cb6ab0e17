"""Photons and electrons that a recoil sets free in liquid xenon or argon, from NEST.

NEST (arXiv:2211.10726) is asked through the package ``nestpy``, which is installed with ``pip install weakscatter[nest]`` and is
imported only here. Its yields are means; the fluctuations belong to a resolution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from weakscatter.detectors.quenching import TabulatedQuenching
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.units import keV

#: Liquids that NEST knows.
LIQUIDS = ("Xe", "Ar")
_KINDS = ("electronic-recoil", "nuclear-recoil")


@dataclass(frozen=True, eq=False)
class NestYields:
    """What NEST says.

    Parameters
    ----------
    energy : array [n] (MeV), of the recoil.
    photons, electrons : arrays [n], mean numbers set free.
    work : float (MeV), energy of an electronic recoil per quantum.
    """

    energy: np.ndarray
    photons: np.ndarray
    electrons: np.ndarray
    work: float

    @property
    def electron_equivalent(self) -> np.ndarray:
        """Energy [n] (MeV) of the combined scale, work times quanta: what a nuclear recoil is quenched to."""
        return self.work * (self.photons + self.electrons)


def nest_yields(
    energy: Any, kind: str, *, field: float, liquid: str = "Xe", density: float | None = None
) -> NestYields:
    """Ask NEST for the mean yields.

    Parameters
    ----------
    energy : array [n] (MeV)
        Positive.
    kind : "electronic-recoil" (of beta particles, not of photons) or "nuclear-recoil".
    field : float (V/cm)
        Drift field, not negative.
    liquid : "Xe" or "Ar"
    density : float (g/cm^3), of the liquid; by default 2.9 and 1.393.

    Raises
    ------
    InputError : nestpy is not installed, an unknown word, an energy that is not positive, a negative field.
    """
    if kind not in _KINDS:
        raise unknown("kind of recoil", kind, _KINDS)
    if liquid not in LIQUIDS:
        raise unknown("liquid of NEST", liquid, LIQUIDS)
    energies = np.atleast_1d(np.asarray(energy, dtype=float))
    if not np.all(np.isfinite(energies) & (energies > 0.0)):
        raise InputError(
            f"NEST was asked for a recoil of {energies.min():.6g} MeV; energies are positive and finite."
        )
    if not (np.isfinite(field) and field >= 0.0):
        raise InputError(f"NEST was asked for a drift field of {field} V/cm; it is finite and not negative.")
    try:
        import nestpy
    except ImportError:
        raise InputError(
            "NEST needs the package nestpy, which is not installed: pip install 'weakscatter[nest]'. Without it, give the yields as a "
            "table (TabulatedQuenching)."
        ) from None
    ask, work = (_xenon if liquid == "Xe" else _argon)(nestpy, kind, float(field), density)
    photons, electrons = np.array([ask(E / keV) for E in energies.tolist()]).T
    return NestYields(energies, photons, electrons, work)


def _xenon(
    nestpy: Any, kind: str, field: float, density: float | None
) -> tuple[Callable[[float], Any], float]:
    calculator = nestpy.NESTcalc(nestpy.detectors.VDetector())
    interaction = nestpy.interactions.beta if kind == "electronic-recoil" else nestpy.interactions.NR
    density = 2.9 if density is None else float(density)

    def ask(E: float) -> tuple[float, float]:
        found = calculator.GetYields(interaction, E, density, field)
        return found.PhotonYield, found.ElectronYield

    return ask, calculator.WorkFunction(density).Wq_eV * 1e-3 * keV


def _argon(
    nestpy: Any, kind: str, field: float, density: float | None
) -> tuple[Callable[[float], Any], float]:
    calculator = nestpy.LArNEST(nestpy.detectors.VDetector())
    yields = calculator.get_er_yields if kind == "electronic-recoil" else calculator.get_nr_yields
    density = 1.393 if density is None else float(density)

    def ask(E: float) -> tuple[float, float]:
        found = yields(E, field, density)
        return found.Nph, found.Ne

    return ask, calculator.get_work_quanta_function() * 1e-3 * keV


def nest_quenching(
    *, field: float, lowest: float, highest: float, liquid: str = "Xe", density: float | None = None
) -> TabulatedQuenching:
    """Return the quenching of nuclear recoils on NEST's combined scale, E_ee = work (photons + electrons).

    Parameters
    ----------
    field, liquid, density : see `nest_yields`.
    lowest, highest : float (MeV)
        Range of recoil energies; an error outside of it.
    """
    if not 0.0 < lowest < highest:
        raise InputError(
            f"NEST's quenching was asked for between {lowest} and {highest} MeV; give 0 < lowest < highest."
        )
    energies = np.geomspace(lowest, highest, 200)
    found = nest_yields(energies, "nuclear-recoil", field=field, liquid=liquid, density=density)
    return TabulatedQuenching(energies, found.electron_equivalent / energies, "error")

"""What the cross-section and the rate task share: spectra on a grid, numbers of recoils, the split by kind."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from weakscatter.cards.results import Result
from weakscatter.cards.schema import RESULTS
from weakscatter.flux import Beam
from weakscatter.grids import panels
from weakscatter.interactions import parts_of
from weakscatter.model import RecoilGrid, Target, contributions, is_divergent, recoil_counts, recoil_spectrum
from weakscatter.provenance.errors import InputError
from weakscatter.units import to

_BLOCK = 16  # grids are filled up to a multiple of this: a new length is compiled again
_LINEAR, _LOGARITHMIC, _POINTS = 120, 60, 8  # panels of each kind, Gauss-Legendre points per panel
#: MeV; recoils of smaller momentum transfer are counted apart, where form factors vary little.
_MOMENTUM = 50.0


def spectra(beam: Beam, targets: tuple[Target, ...], theory: Any, T: np.ndarray) -> dict[str, np.ndarray]:
    """Return dN/dT [component][T] (1/MeV)."""
    return _on(T, lambda filled: recoil_spectrum(beam, targets, theory, filled))


def by_kind(beam: Beam, targets: tuple[Target, ...], theory: Any, T: np.ndarray) -> dict[str, np.ndarray]:
    """Return the spectrum [kind][T] (1/MeV) split by kind of interaction, interferences apart."""
    return _on(T, lambda filled: contributions(beam, targets, theory, filled))


def _on(T: np.ndarray, calculate: Any) -> dict[str, np.ndarray]:
    padded = np.concatenate([T, np.full(-len(T) % _BLOCK, T[-1])])
    return {
        name: finite(f"the spectrum ({name})", np.asarray(values)[: len(T)])
        for name, values in calculate(padded).items()
    }


def counts(
    beam: Beam, targets: tuple[Target, ...], theory: Any, lowest: float = 0.0, highest: float = math.inf
) -> dict[str, float]:
    """Return the number of recoils per component between two energies, summed over decades of recoil energy.

    Decades, because one grid from zero to the end point misses what happens in its first per cent: photon exchange
    at a low threshold, and coherent scattering at energies far above the nucleus' inverse radius.
    """
    end = max(float(t.response.recoil_energy_max(c.energies[1])) for t in targets for c in beam.components)
    highest = min(highest, end)
    totals = dict.fromkeys(beam.labels, 0.0)
    if lowest >= highest:
        return totals
    edges = decades(lowest, highest, _MOMENTUM**2 / (2 * max(t.response.nuclide.mass for t in targets)))
    for low, high in itertools.pairwise(edges):
        for label, number in recoil_counts(beam, targets, theory, lowest=low, highest=high).items():
            totals[label] += float(number)
    finite("the number of recoils", np.array(list(totals.values())))
    return totals


def decades(lowest: float, highest: float, start: float) -> list[float]:
    """Return edges from ``lowest`` to ``highest`` that are at most a factor of three apart, above ``start`` if lowest = 0.

    >>> decades(0.0, 10.0, 2.0)
    [0.0, 2.0, 6.0, 10.0]
    """
    edges = [lowest]
    step = lowest * 3.0 if lowest > 0.0 else start
    while step < highest and len(edges) < 200:
        edges.append(step)
        step *= 3.0
    return [*edges, highest]


def fine_grid(beam: Beam, targets: tuple[Target, ...], kinks: Any = ()) -> RecoilGrid:
    """Return recoil energies that resolve any detector: sharp bins, low thresholds, the kinks of a response matrix.

    Panels end at the end points of the spectrum and at the kinks; between them they are linear and logarithmic at once, so
    that neither bins near the end point nor a threshold at a thousandth of it falls between two nodes. Doubling the points
    moves counts in bins that are sharp within a tenth of their width by less than 1e-4.
    """
    ends = [float(t.response.recoil_energy_max(c.energies[1])) for t in targets for c in beam.components]
    top = max(ends)
    inner = [*np.linspace(0.0, top, _LINEAR + 1), *(top * np.geomspace(1e-5, 1.0, _LOGARITHMIC)), *ends]
    edges = np.unique([*inner, *(kink for kink in np.asarray(kinks, dtype=float) if 0.0 < kink < top)])
    return RecoilGrid(*panels(edges, _POINTS))


def finite(what: str, values: np.ndarray) -> np.ndarray:
    """Return the values; a number that is not finite comes from inputs too extreme to mean anything."""
    if not np.all(np.isfinite(values)):
        raise InputError(
            f"{what} is not finite: the inputs are too large or too small to be multiplied. Check their units."
        )
    return values


def divergence(theory: Any, name: str) -> str:
    """Return the warning for a total that photon exchange makes infinite, "" where it is finite."""
    if not is_divergent(theory):
        return ""
    return (
        f"{name} is infinite: photon exchange diverges at zero recoil energy. Give output.window with a lower edge "
        "above zero for the number above it."
    )


def silent_structures(theory: Any, targets: tuple[Target, ...]) -> list[str]:
    """Return warnings for charges that the targets do not respond to, so that they add nothing."""
    notes = []
    for part in parts_of(theory):
        found = {
            (charge.structure, charge.on)
            for charge in part.charges()
            if np.any(np.asarray(charge.matrix) != 0)
        }
        electrons = sorted({on for _, on in found if on == "e"})
        spins = "tensor" in {structure for structure, _ in found} and all(
            t.response.axial is None for t in targets
        )
        if electrons:
            notes.append(f"charges of {part.kind!r} on electrons add nothing to the scattering on nuclei.")
        if spins:
            notes.append(
                f"tensor charges of {part.kind!r} couple to nuclear spin and add nothing here: give response.axial = "
                "'one-body' and a target with spin."
            )
    return notes


class Units:
    """Units of the results: the task's defaults with those of output.units in their place."""

    def __init__(self, task: str, given: Mapping[str, str]) -> None:
        self.units = {**RESULTS[task], **given}

    def result(
        self, name: str, value: Any, per: str | None = None, axes: tuple[str, ...] = (), error: Any = None
    ) -> Result:
        """Return a result converted to its unit."""
        unit = self.units[name]
        return Result(_to(value, unit), unit, per, axes, _to(error, unit))


def _to(value: Any, unit: str) -> Any:
    if value is None:
        return None
    converted = np.asarray(to(np.asarray(value, dtype=float), unit))
    return converted.item() if converted.ndim == 0 else converted

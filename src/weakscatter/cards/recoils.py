"""What the cross-section and the rate task share: spectra on a grid, numbers of recoils, the split by kind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from weakscatter.cards.results import Result
from weakscatter.cards.schema import RESULTS
from weakscatter.flux import Beam
from weakscatter.interactions import parts_of
from weakscatter.model import Target, contributions, is_divergent, recoil_counts, recoil_spectrum
from weakscatter.provenance.errors import InputError
from weakscatter.response import NUCLEAR_RECOIL
from weakscatter.units import to

_BLOCK = 16  # grids are filled up to a multiple of this: a new length is compiled again


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
    """Return the number of recoils per component between two energies."""
    if lowest >= highest:
        return dict.fromkeys(beam.labels, 0.0)
    numbers = recoil_counts(beam, targets, theory, lowest=lowest, highest=highest)
    totals = {label: float(number) for label, number in numbers.items()}
    finite("the number of recoils", np.array(list(totals.values())))
    return totals


def finite(what: str, values: np.ndarray) -> np.ndarray:
    """Return the values; a number that is not finite comes from inputs too extreme to mean anything."""
    if not np.all(np.isfinite(values)):
        raise InputError(
            f"{what} is not finite: the inputs are too large or too small to be multiplied. Check their units."
        )
    return values


def divergence(theory: Any, name: str, targets: tuple[Target, ...]) -> str:
    """Return the warning for a total that photon exchange makes infinite, "" where it is finite."""
    if not is_divergent(theory, targets):
        return ""
    return (
        f"{name} is infinite: photon exchange diverges at zero recoil energy. Give output.window with a lower edge "
        "above zero for the number above it."
    )


def silent_structures(theory: Any, targets: tuple[Target, ...]) -> list[str]:
    """Return warnings for charges that the targets do not respond to, so that they add nothing."""
    notes = []
    for part in parts_of(theory):
        if any(charge.projectile == "dark-matter" for charge in part.charges()):
            notes.append(
                f"{part.kind!r} scatters dark matter, of which this beam has none: it adds nothing here. A source of kind "
                "'dark-matter-beam' makes some."
            )
            continue
        found = {
            (charge.structure, charge.on)
            for charge in part.charges()
            if np.any(np.asarray(charge.matrix) != 0)
        }
        on_electrons = all(target.response.deposit != NUCLEAR_RECOIL for target in targets)
        seen, what = (("e",), "electrons") if on_electrons else (("p", "n"), "nuclei")
        if found and not any(on in seen for _, on in found):
            notes.append(f"{part.kind!r} has no charge of the {what}: it adds nothing here.")
        spins = (
            not on_electrons
            and "tensor" in {structure for structure, _ in found}
            and all(getattr(t.response, "axial", None) is None for t in targets)
        )
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

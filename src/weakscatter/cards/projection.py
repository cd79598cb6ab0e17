"""What a card can say in place of files: bins without data, backgrounds by their rate.

An experiment without [data] is *projected*: its data are the counts that the theory of the fit expects (Asimov data), so
that fits, limits, scans and joint likelihoods treat it like any other; see `weakscatter.inference.asimov`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from weakscatter.cards.key import Key
from weakscatter.cards.schema import SECTIONS
from weakscatter.cards.schema_projection import BACKGROUND
from weakscatter.cards.source import duration_of
from weakscatter.cards.values import quantity, read
from weakscatter.flux import Beam
from weakscatter.interactions import Weak
from weakscatter.model import Model, RecoilGrid, Target, fine_recoil_grid, recoil_grid
from weakscatter.provenance.errors import InputError
from weakscatter.units import factor

#: (linear, logarithmic) panels of recoil grids to be tried, eight points each, and the accuracy wanted.
GRIDS, ACCURACY = ((6, 6), (8, 12), (12, 24), (24, 40)), 1e-5
#: Probability below which a recoil is not seen in any bin.
UNSEEN = 1e-12


def rate_key(unit: str) -> Key:
    """Return the key of a background rate for an observable in ``unit``: per mass, time and observable."""
    dimension = "1/(kg d)" if unit == "PE" else "1/(kg d keV)"
    return Key("quantity", BACKGROUND["rate"].text, dimension, least=0.0)


def check_background(one: Mapping[str, Any]) -> None:
    """Raise unless a background says its counts in exactly one way."""
    where = f"background {one['name']!r}"
    if ("file" in one) == ("rate" in one):
        raise InputError(
            f'{where} needs a file of counts or a rate, one of the two. Write file = "counts.csv", or rate = '
            '"100 1/(kg d keV)".'
        )
    if "file" in one and "live_time" in one:
        raise InputError(f"{where} has a file of counts, which need no live_time. Leave it out.")


def counts_from_rate(
    one: Mapping[str, Any], full: Mapping[str, Any], edges: np.ndarray, unit: str
) -> np.ndarray:
    """Return the counts [b, 1] of a background given as a rate: rate x target mass x live time x width of the bin.

    Parameters
    ----------
    one, full : completed [[background]] and card.
    edges : bins [b + 1] of the observable (natural units).
    """
    where = f"background {one['name']!r}"
    rate = quantity(rate_key(unit), f"{where}: rate", one["rate"])
    mass = read(SECTIONS["target"]["mass"], "target.mass", full["target"]["mass"])
    if "live_time" in one:
        time = read(BACKGROUND["live_time"], f"{where}: live_time", one["live_time"])
    else:
        time = duration_of(full["source"], where)
    width = np.diff(edges) / (factor("PE") if unit == "PE" else 1.0)
    return (rate * mass * time * width)[:, None]


def converged_grid(beam: Beam, targets: tuple[Target, ...], detectors: tuple[Any, ...]) -> RecoilGrid:
    """Return the smallest recoil grid that gives the counts of the fine one to `ACCURACY` of each bin and of 1 % of all.

    Parameters
    ----------
    detectors : the detector as it is, and with its response moved as far as fits go.
    """

    kind = targets[0].response.deposit
    edges = [kink for target in targets for kink in target.response.kinks]

    def counts(grid: RecoilGrid) -> np.ndarray:
        models = (Model(beam, Weak(), targets, detector, {kind: grid}) for detector in detectors)
        return np.stack([np.asarray(model.counts()) for model in models])

    fine = fine_recoil_grid(beam, targets)
    reference = counts(fine)
    allowed = ACCURACY * (np.abs(reference) + 0.01 * np.abs(reference).sum(axis=1, keepdims=True))
    T = np.asarray(fine.nodes)
    maps = [np.asarray(detector.energy_map({kind: T})).max(axis=0) for detector in detectors]
    seen = np.flatnonzero(np.max(maps, axis=0) > UNSEEN)
    if not seen.size:
        return fine
    # A node more on either side, since nothing is known between two of them.
    low = 0.0 if seen[0] == 0 else float(T[seen[0] - 1])
    high = float(T[min(seen[-1] + 1, len(T) - 1)])
    for linear, logarithmic in GRIDS:
        inner = [*np.linspace(low, high, linear + 1), *np.geomspace(max(low, 1e-5 * high), high, logarithmic)]
        grid = recoil_grid(
            beam, targets, lowest=low, highest=high, kinks=[*inner, *edges], panels_per_interval=1, points=8
        )
        if np.all(np.abs(counts(grid) - reference) <= allowed):
            return grid
    return fine

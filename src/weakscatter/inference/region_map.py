"""Critical values by toys on a grid: regions of two parameters, or a band along one.

Toys are spent on a coarse subgrid of the points that could be allowed, and between them critical values are interpolated.
Where the border of a region passes and the interpolation does not decide, points get toys of their own, doubled until the
decision is clear or the critical value known to the wanted precision.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator
from scipy.ndimage import distance_transform_edt, maximum_filter, minimum_filter

from weakscatter.inference.construction import Construction, Point, construction
from weakscatter.inference.critical_map import CriticalMap
from weakscatter.inference.feldman_cousins import ROUNDS, check_confidence
from weakscatter.inference.newton import Floats
from weakscatter.inference.profile import Profiler
from weakscatter.inference.toys import Toys
from weakscatter.inference.wilks import critical_value, critical_value_2d
from weakscatter.inference.work import Work

Index = NDArray[np.int64]


def map_on_grid(
    profiler: Profiler,
    axes: Mapping[str, Floats],
    x: Floats,
    delta: Floats,
    confidences: tuple[float, ...],
    toys: Toys,
    work: Work,
) -> tuple[CriticalMap, str]:
    """Return the map of critical values on a grid and what went wrong ("" if nothing).

    Parameters
    ----------
    x : array [points, d], coordinates with the profiled values at every point of the grid.
    delta : array [*shape], -2 ln L above the minimum, NaN where not converged.
    """
    first = max(int(check_confidence(c, toys)) for c in confidences)
    shape = delta.shape
    wilks = critical_value if len(shape) == 1 else lambda c, _: critical_value_2d(c)
    highest = max(wilks(c, "two") for c in confidences)
    with construction(profiler, toys, work) as built:
        tested: dict[int, Point] = {}

        def add(rows: Index) -> None:
            new = np.array([r for r in rows.tolist() if r not in tested], dtype=np.int64)
            if new.size:
                tested.update(zip(new.tolist(), built.add(x[new], delta.ravel()[new], first), strict=True))

        level = max(1.8 * highest, highest + 2.0)
        while True:
            window = np.isfinite(delta) & (delta <= level)
            nodes = _coarse(window, toys.points)
            add(np.flatnonzero(window & _mask(shape, nodes)))
            critical, error = _interpolated(shape, nodes, tested, confidences)
            # The window is wide enough when no critical value comes near its level.
            if not tested or np.nanmax(critical) <= 0.9 * level or window.all() or level > 20 * highest:
                break
            level *= 1.5
        for _ in range(ROUNDS):
            undecided = _undecided(critical, error, delta, window)
            new = np.array([r for r in np.flatnonzero(undecided).tolist() if r not in tested], dtype=np.int64)
            grow = _growing(built, tested, undecided, confidences)
            if not new.size and not grow:
                break
            add(new)
            if grow:
                built.double(grow)
            critical, error = _interpolated(shape, nodes, tested, confidences)
        return _assembled(built, tested, critical, error, confidences), built.refuse_lost()


def _coarse(window: NDArray[np.bool_], number: int) -> list[Index]:
    """Indices of the coarse subgrid along each axis: ``number`` at most, over the window and one step beyond."""
    chosen = []
    for axis, n in enumerate(window.shape):
        used = np.flatnonzero(window.any(axis=tuple(a for a in range(window.ndim) if a != axis)))
        low, high = (max(used[0] - 1, 0), min(used[-1] + 1, n - 1)) if used.size else (0, n - 1)
        chosen.append(np.unique(np.round(np.linspace(low, high, number)).astype(np.int64)))
    return chosen


def _mask(shape: tuple[int, ...], nodes: list[Index]) -> NDArray[np.bool_]:
    mask = np.zeros(shape, dtype=bool)
    mask[np.ix_(*nodes)] = True
    return mask


def _interpolated(
    shape: tuple[int, ...], nodes: list[Index], tested: Mapping[int, Point], confidences: tuple[float, ...]
) -> tuple[Floats, Floats]:
    """Critical values and errors [confidences, *shape]: those of tested points, linear between the coarse ones."""
    flat = np.full((2, len(confidences), int(np.prod(shape))), np.nan)
    for row, point in tested.items():
        assert point.sample is not None
        for k, c in enumerate(confidences):
            if point.sample.number:
                flat[:, k, row] = point.sample.critical(c)
    own = flat.reshape(2, len(confidences), *shape)
    between = np.empty_like(own)
    mesh = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), axis=-1)
    inside = np.stack([np.clip(mesh[..., a], c[0], c[-1]) for a, c in enumerate(nodes)], axis=-1)
    for i in itertools.product(range(2), range(len(confidences))):
        coarse = own[i][np.ix_(*nodes)]
        missing = ~np.isfinite(coarse)
        if missing.all():
            between[i] = np.nan
            continue
        # Inaccurate far outside the window, where nothing is decided.
        nearest = distance_transform_edt(missing, return_distances=False, return_indices=True)
        filled = coarse[tuple(nearest)]
        long = np.array([len(c) > 1 for c in nodes])
        axes = [c for c, more in zip(nodes, long, strict=True) if more]
        filled = filled.reshape([len(c) for c in axes])
        between[i] = RegularGridInterpolator(axes, filled)(inside[..., long]) if axes else filled
    known = np.where(np.isfinite(own), own, between)
    return known[0], known[1]


def _undecided(
    critical: Floats, error: Floats, delta: Floats, window: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Points at the border of a region whose side is not certain within two errors and the slope of the critical value."""
    found = np.zeros(delta.shape, dtype=bool)
    for level, sigma in zip(critical, error, strict=True):
        margin = np.where(window, level - delta, -np.inf)
        inside = margin >= 0
        border = maximum_filter(inside, 3) != minimum_filter(inside, 3)
        step = maximum_filter(level, 3) - minimum_filter(level, 3)
        found |= border & (np.abs(margin) < 2 * np.minimum(sigma, 10.0) + step)
    return found & window


def _growing(
    built: Construction,
    tested: Mapping[int, Point],
    undecided: NDArray[np.bool_],
    confidences: tuple[float, ...],
) -> list[Point]:
    """Tested points at the border that more toys could decide."""
    grow = []
    for row in np.flatnonzero(undecided).tolist():
        point = tested.get(row)
        if point is None or not built.can_grow(point):
            continue
        margins = [point.margin(c) for c in confidences]
        if any(abs(m) < 2 * e and e > built.toys.precision for m, e in margins):
            grow.append(point)
    return grow


def _assembled(
    built: Construction,
    tested: Mapping[int, Point],
    critical: Floats,
    error: Floats,
    confidences: tuple[float, ...],
) -> CriticalMap:
    shape = critical.shape[1:]
    rows = sorted(tested)
    own = built.map_of([tested[r] for r in rows], confidences)

    def spread(values: NDArray[Any], empty: float) -> Floats:
        whole = np.full(int(np.prod(shape)), empty)
        whole[rows] = values
        return whole.reshape(shape)

    return CriticalMap(
        confidences,
        critical,
        error,
        spread(own.p_value, np.nan),
        spread(own.p_error, np.nan),
        spread(own.toys, 0).astype(np.int64),
        spread(own.lost, 0).astype(np.int64),
        own.exact,
        own.seed,
        own.workers,
    )

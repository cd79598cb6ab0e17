"""Lines over recoil energy on one pair of axes: scales, limits and labels at the lines' ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from weakscatter.plot.checks import array, curves
from weakscatter.plot.style import MARKERS, STYLE, legend
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.units import factor

SCALES = ("log", "linear")

#: Up to this many points a line also carries a marker at each.
FEW_POINTS = 15

_ENERGY_UNITS = ("meV", "eV", "keV", "MeV", "GeV")


def energies(what: str, given: Any) -> np.ndarray:
    """Recoil energies (MeV): positive, finite, increasing."""
    T = array(what, given)
    if not np.all(np.isfinite(T) & (T > 0)) or np.any(np.diff(T) <= 0):
        raise InputError(f"{what} must be positive, finite and increase without repetition. Sort it.")
    return T


def energy_unit(T: np.ndarray) -> str:
    """The unit in which the largest energy lies between 1 and 1000.

    >>> energy_unit(np.array([0.001, 0.05]))
    'keV'
    """
    reached = [unit for unit in _ENERGY_UNITS if T[-1] >= factor(unit)]
    return reached[-1] if reached else _ENERGY_UNITS[0]


def set_scales(ax: Axes, x: np.ndarray, scale: str) -> None:
    """Energy axis logarithmic where the points are spaced so; the other one as asked for."""
    if scale not in SCALES:
        raise InputError(
            f"scale = {scale!r} is unknown; allowed are log, linear.{nearest(str(scale), SCALES)}"
        )
    if x.size > 2 and np.std(np.diff(np.log(x))) / np.mean(np.diff(np.log(x))) < np.std(np.diff(x)) / np.mean(
        np.diff(x)
    ):
        ax.set_xscale("log")
    ax.set_yscale(scale)


def set_limits(ax: Axes, x: np.ndarray, curves: Mapping[str, np.ndarray], decades: float = 4.0) -> None:
    """Limits that show every curve: all of it on a linear scale, `decades` below the top on a logarithmic one.

    The energy axis ends soon after the last end point, which is where the last curve becomes zero.
    """
    ends = [np.flatnonzero(np.isfinite(y) & (y != 0)) for y in curves.values()]
    last = max((int(end[-1]) for end in ends if end.size), default=x.size - 1)
    if x.size <= FEW_POINTS:
        ax.margins(x=0.04)
    elif last > 0:
        ax.set_xlim(x[0], x[-1] if last == x.size - 1 else min(x[-1], 1.08 * x[last]))
    values = np.concatenate([y[np.isfinite(y)] for y in curves.values()])
    if ax.get_yscale() == "linear":
        low, high = min(values.min(initial=0.0), 0.0), max(values.max(initial=0.0), 0.0)
        room = 0.06 * (high - low) or 1.0
        ax.set_ylim(low - room if low < 0 else 0.0, high + room)
        return
    values = np.abs(values[values != 0])
    if values.size:
        top = values.max()
        # At least one decade, so that an axis has a power of ten to name.
        ax.set_ylim(min(max(values.min() / 1.6, top * 10.0**-decades), top / 6.0), 2.0 * top)


def markers(x: np.ndarray, index: int) -> dict[str, Any]:
    """Markers at the points when there are few."""
    return {"marker": MARKERS[index % len(MARKERS)], "markersize": 5} if x.size <= FEW_POINTS else {}


def drawable(ax: Axes, y: np.ndarray) -> np.ndarray:
    """`y` as a logarithmic axis can show it: zeros beside a positive value lie far below it, others are left out.

    So a curve that ends at its end point is seen to fall to zero instead of stopping in mid-air.
    """
    if ax.get_yscale() == "linear":
        return y
    positive = y > 0
    beside = np.zeros_like(positive)
    beside[1:] |= positive[:-1]
    beside[:-1] |= positive[1:]
    beside &= y.size > FEW_POINTS  # between few points the end point is not where the line would fall
    return np.where(positive, y, np.where((y == 0) & beside, 1e-6 * ax.get_ylim()[0], np.nan))


def checked_errors(
    errors: Mapping[str, Any] | None, lines: Mapping[str, Any], T: np.ndarray
) -> dict[str, np.ndarray]:
    """Errors of some of the lines: finite, not negative, one for each energy."""
    if not errors:
        return {}
    for label in errors:
        if label not in lines:
            raise InputError(
                f"errors: there is no line {label!r}.{nearest(str(label), lines)} Lines: {', '.join(lines)}."
            )
    bands = curves("errors", errors, T.shape, "T")
    for label, band in bands.items():
        if not np.all(np.isfinite(band) & (band >= 0)):
            raise InputError(f"the errors of {label!r} must be finite and not negative.")
    return bands


def band_on(ax: Axes, x: np.ndarray, y: np.ndarray, error: np.ndarray, colour: Any) -> None:
    """Shade from y - error to y + error behind a curve, after limits and scales were set.

    On a logarithmic axis a band that reaches zero goes down to the bottom of the figure.
    """
    bottom = 1e-6 * ax.get_ylim()[0] if ax.get_yscale() == "log" else -np.inf
    low, high = np.maximum(y - error, bottom), np.maximum(y + error, bottom)
    ax.fill_between(
        x, low, high, where=np.isfinite(y) & (error > 0), color=colour, alpha=0.25, linewidth=0, zorder=1.5
    )


def label_curves(ax: Axes, labels: Mapping[str, tuple[Any, np.ndarray]]) -> None:
    """Write each label at the right end of its line; a legend where some line ends earlier.

    Parameters
    ----------
    labels : {text: (line, drawn values)}, after limits and scales were set.
    """
    bottom, top = ax.get_ylim()
    ends = {text: float(y[-1]) for text, (_, y) in labels.items()}
    if len(ends) < 2:
        text, (line, _) = next(iter(labels.items()))
        legend(ax, [line], [text])
        return
    if not all(np.isfinite(end) and bottom <= end <= top for end in ends.values()):
        legend(ax, [line for line, _ in labels.values()], list(labels))
        return
    heights = {text: float(ax.transAxes.inverted().transform(ax.transData.transform((ax.get_xlim()[1], end)))[1])
               for text, end in ends.items()}  # fmt: skip
    for text, height in spread(heights, 0.062).items():
        line = labels[text][0]
        ax.annotate(
            text, xy=(1.0, heights[text]), xytext=(1.035, height), xycoords="axes fraction",
            textcoords="axes fraction", color=line.get_color(), fontsize=STYLE["text"], va="center",
            arrowprops={"arrowstyle": "-", "color": line.get_color(), "linewidth": 0.7, "shrinkA": 1, "shrinkB": 0},
        )  # fmt: skip


def spread(heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Heights moved apart to at least `gap`, in the same order, their middle kept.

    >>> spread({"a": 0.5, "b": 0.5}, 0.1)
    {'a': 0.45, 'b': 0.55}
    """
    order = sorted(heights, key=lambda text: heights[text])
    groups: list[list[str]] = []
    centres: list[float] = []
    for text in order:
        groups.append([text])
        centres.append(heights[text])
        # A group that touches the one below joins it; the union is centred on the mean of its members.
        while (
            len(groups) > 1
            and centres[-1] - centres[-2] < gap * (len(groups[-1]) + len(groups[-2])) / 2 - 1e-12
        ):
            groups[-2:] = [groups[-2] + groups[-1]]
            centres[-2:] = [sum(heights[member] for member in groups[-1]) / len(groups[-1])]
    return {
        text: round(centre + gap * (i - (len(group) - 1) / 2), 9)
        for group, centre in zip(groups, centres, strict=True)
        for i, text in enumerate(group)
    }

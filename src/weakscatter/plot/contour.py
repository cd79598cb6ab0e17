"""Regions of two parameters from a scan of the profile likelihood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from weakscatter.inference import ScanResult, critical_value_2d
from weakscatter.plot.checks import increasing, shaped
from weakscatter.plot.parameters import unit_of
from weakscatter.plot.style import BLUE, DASHES, STYLE, VERMILION, dress, legend, new_figure
from weakscatter.plot.words import axis_text, name_text
from weakscatter.provenance.errors import InputError

#: Confidence levels of the regions.
LEVELS = (0.6827, 0.90, 0.95)

#: Width of the key and height of one of its lines (inches), to find room for it.
KEY_WIDTH, KEY_LINE = 2.3, 0.185

#: From the innermost region outwards: dark to pale, so that grey print keeps the order.
SHADES = ("#5B9BC8", "#A3C9E3", "#DCEBF5", "#EEF5FA", "#F6FAFD")


def contour(
    scan: ScanResult,
    *,
    levels: Iterable[float] = LEVELS,
    units: Mapping[str, str] | None = None,
    standard_model: Mapping[str, float] | None = None,
    title: str = "",
) -> Figure:
    """Draw the allowed regions of a two-dimensional scan, its best fit and the Standard Model point.

    Parameters
    ----------
    scan : `weakscatter.inference.scan` over two parameters; points that did not converge stay white.
    levels : confidences; their critical values for two parameters are stated in the figure.
    units : {parameter: unit}, for the axes; where not given, the unit of the built-in parameter of that name.
    standard_model : {parameter: value}, drawn as a star; None for none.
    title : of the figure.

    Raises
    ------
    InputError : another number of parameters, a level outside (0, 1), no converged point.
    """
    if not isinstance(scan, ScanResult) or len(scan.grid) != 2:
        raise InputError("a contour needs a ScanResult of two parameters; draw one with profile_curve.")
    return regions(
        scan_axes(scan, units),
        scan.delta, levels=levels, best_fit=scan.best_fit, standard_model=standard_model, title=title,
    )  # fmt: skip


def scan_axes(scan: ScanResult, units: Mapping[str, str] | None) -> dict[str, tuple[Any, str]]:
    """{parameter: (values, unit)} of a scan, which does not know its units itself."""
    return {name: (values, (units or {}).get(name, unit_of(name))) for name, values in scan.grid.items()}


def regions(
    axes: Mapping[str, tuple[Any, str]],
    delta: Any,
    *,
    levels: Iterable[float] = LEVELS,
    best_fit: Mapping[str, float | None] | None = None,
    standard_model: Mapping[str, float] | None = None,
    title: str = "",
) -> Figure:
    """Draw regions given as numbers.

    Parameters
    ----------
    axes : {parameter: (values [n], unit)}, two of them.
    delta : array [n_first, n_second], rise of -2 ln L.
    levels, best_fit, standard_model, title : see `contour`.
    """
    figure = new_figure(1.0, 1.1)
    regions_on(
        figure.add_subplot(),
        axes,
        delta,
        levels=levels,
        best_fit=best_fit,
        standard_model=standard_model,
        title=title,
    )
    return figure


def regions_on(
    ax: Axes, axes: Mapping[str, tuple[Any, str]], delta: Any, *, levels: Iterable[float],
    best_fit: Mapping[str, float | None] | None, standard_model: Mapping[str, float] | None, title: str,
) -> bool:  # fmt: skip
    """`regions` on given axes; return whether the key found room inside them."""
    if len(axes) != 2:
        raise InputError(f"regions need two parameters; got {', '.join(axes) or 'none'}.")
    (first, (x, x_unit)), (second, (y, y_unit)) = axes.items()
    x, y = increasing(first, x, 2), increasing(second, y, 2)
    z = np.ma.masked_invalid(shaped("delta", delta, (x.size, y.size), "the two axes").T)
    if z.count() == 0:
        raise InputError("delta holds no finite value: nothing converged that could be drawn.")
    chosen = sorted(set(levels))
    values = [critical_value_2d(level) for level in chosen]
    lowest, highest = float(z.min()), float(z.max())
    handles: list[Any] = []
    for i in reversed(range(len(values))):
        if lowest < values[i]:
            ax.contourf(
                x, y, z, [min(lowest, 0.0) - 1.0, values[i]], colors=[SHADES[i % len(SHADES)]], zorder=1
            )
    for i, (level, value) in enumerate(zip(chosen, values, strict=True)):
        look = {"linestyle": DASHES[i % len(DASHES)], "color": BLUE, "linewidth": STYLE["line"] - 0.3}
        if lowest < value < highest:
            ax.contour(x, y, z, [value], colors=[BLUE], linestyles=[look["linestyle"]],
                       linewidths=[look["linewidth"]], zorder=2)  # fmt: skip
        handles.append(Patch(facecolor=SHADES[i % len(SHADES)], edgecolor=BLUE, linestyle=look["linestyle"],
                             linewidth=1.3, label=f"{100 * level:.3g} %  (Δ < {value:.2f})"))  # fmt: skip
    handles += points(ax, first, second, best_fit, standard_model)
    if in_constant_ratio(x):
        ax.set_xscale("log")
    if in_constant_ratio(y):
        ax.set_yscale("log")
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(y[0], y[-1])
    dress(ax, axis_text(name_text(first), x_unit), axis_text(name_text(second), y_unit), title)
    extent, dpi = ax.get_window_extent(), STYLE["dpi"]
    size = (KEY_WIDTH * dpi / extent.width, KEY_LINE * (len(handles) + 0.6) * dpi / extent.height)
    inside = room_for_key(x, y, z.filled(np.inf) < max(values, default=0.0), size)
    above: dict[str, Any] = {
        "loc": "lower left",
        "bbox_to_anchor": (0.0, 1.0),
        "ncols": 2,
        "borderaxespad": 0.2,
    }
    legend(ax, handles=handles, **({"loc": inside} if inside else above))
    return bool(inside)


def in_constant_ratio(values: np.ndarray) -> bool:
    """Whether a grid was made in constant ratio over a decade or more, and so belongs on a logarithmic axis."""
    if values.size < 3 or values[0] <= 0 or values[-1] < 10 * values[0]:
        return False
    steps = np.diff(np.log(values))
    return bool(np.ptp(steps) < 1e-6 * steps.mean())


def room_for_key(x: np.ndarray, y: np.ndarray, allowed: np.ndarray, size: tuple[float, float]) -> str:
    """The place of a legend that hides no allowed point [n_y, n_x]; "" where there is none inside the axes.

    `size` is its width and height as fractions of the axes.
    """
    wide, high = size
    if wide > 1 or high > 1:
        return ""
    x, y = (np.log(v) if in_constant_ratio(v) else v for v in (x, y))
    across, up = (x - x[0]) / (x[-1] - x[0]), (y - y[0]) / (y[-1] - y[0])
    for vertical, bottom in (("upper", 1 - high), ("lower", 0.0), ("center", (1 - high) / 2)):
        for horizontal, left in (("right", 1 - wide), ("left", 0.0), ("center", (1 - wide) / 2)):
            rows, columns = (up >= bottom) & (up <= bottom + high), (across >= left) & (across <= left + wide)
            if not allowed[np.ix_(rows, columns)].any():
                return "center" if vertical == horizontal else f"{vertical} {horizontal}"
    return ""


def points(
    ax: Axes, first: str, second: str, best_fit: Mapping[str, float | None] | None,
    standard_model: Mapping[str, float] | None,
) -> list[Any]:  # fmt: skip
    """Best fit and Standard Model, where both coordinates are known; return their handles."""
    handles = []
    for what, point, look in (
        ("best fit", best_fit, {"marker": "P", "color": STYLE["frame"], "markersize": 9}),
        ("Standard Model", standard_model, {"marker": "*", "color": VERMILION, "markersize": 13}),
    ):
        if point is None:
            continue
        a, b = point.get(first), point.get(second)
        if a is None or b is None:
            if what == "best fit":
                continue
            raise InputError(
                f"standard_model must give both {first} and {second}; got {', '.join(point) or 'nothing'}."
            )
        ax.plot([a], [b], linestyle="none", markeredgecolor="white", zorder=4, **look)
        handles.append(Line2D([], [], linestyle="none", markeredgecolor="white", label=what, **look))
    return handles

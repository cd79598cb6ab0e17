"""Regions of several measurements in one plane of two parameters: where each is blind, and what they say together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from weakscatter.inference import ScanResult, critical_value_2d
from weakscatter.plot.contour import scan_axes
from weakscatter.plot.style import LINE_COLOURS, VERMILION, dress, legend, line_style, new_figure
from weakscatter.plot.words import axis_text, name_text
from weakscatter.provenance.errors import InputError

#: Opacity of the filled region of each level, the innermost first.
FILL = (0.30, 0.13, 0.08)


def planes(
    scans: Mapping[str, ScanResult],
    *,
    levels: Iterable[float] = (0.6827, 0.90),
    filled: str | None = None,
    units: Mapping[str, str] | None = None,
    standard_model: Mapping[str, float] | None = None,
    title: str = "",
) -> Figure:
    """Draw the regions of several scans over one plane.

    Parameters
    ----------
    scans : {label: scan of the same two parameters}; grids may differ, the axes cover them all.
    levels : confidences of the regions of two parameters (Wilks); the first is drawn thick.
    filled : label of the scan that is filled, the last one by default.
    units : {parameter: unit}; where not given, that of the built-in parameter.
    standard_model : {parameter: value}, drawn as a star.
    title : of the figure.

    Raises
    ------
    InputError : no scan, a scan of other parameters, or an unknown label to be filled.
    """
    if not scans:
        raise InputError('planes needs at least one scan: give {"label": scan}.')
    names = list(next(iter(scans.values())).grid)
    for label, scan in scans.items():
        if list(scan.grid) != names or len(names) != 2:
            raise InputError(
                f"the scan {label!r} is over {', '.join(scan.grid)}; all must be over the same two parameters in one order, "
                f"here {', '.join(names)}."
            )
    filled = list(scans)[-1] if filled is None else filled
    if filled not in scans:
        raise InputError(f"filled = {filled!r} is no label of a scan; there are {', '.join(scans)}.")
    chosen = sorted(set(levels))
    values = [critical_value_2d(level) for level in chosen]
    figure = new_figure(1.05, 1.15)
    ax = figure.add_subplot()
    handles: list[Any] = []
    for index, (label, scan) in enumerate(scans.items()):
        look, colour = line_style(index), LINE_COLOURS[index % len(LINE_COLOURS)]
        (x, _), (y, _) = scan_axes(scan, units).values()
        z = np.ma.masked_invalid(np.asarray(scan.delta, float).T)
        for i, value in enumerate(values):
            if label == filled and float(z.min()) < value:
                lowest = min(float(z.min()), 0.0) - 1.0
                ax.contourf(
                    x, y, z, [lowest, value], colors=[colour], alpha=FILL[min(i, len(FILL) - 1)], zorder=1
                )
            if float(z.min()) < value < float(z.max()):
                width = look["linewidth"] if i == 0 else 0.55 * look["linewidth"]
                ax.contour(
                    x,
                    y,
                    z,
                    [value],
                    colors=[colour],
                    linestyles=[look["linestyle"]],
                    linewidths=[width],
                    zorder=2,
                )
        if label == filled:
            handles.append(Patch(facecolor=colour, alpha=2 * FILL[0], edgecolor=colour, label=label))
        else:
            handles.append(Line2D([], [], label=label, **look))
        best = [scan.best_fit[name] for name in names]
        if scan.flags["best_fit_inside"]:
            ax.plot(
                *best,
                marker="P",
                color=colour,
                markersize=8,
                markeredgecolor="white",
                linestyle="none",
                zorder=4,
            )
    if standard_model is not None:
        look = {
            "marker": "*",
            "color": VERMILION,
            "markersize": 14,
            "markeredgecolor": "white",
            "linestyle": "none",
        }
        ax.plot([standard_model[names[0]]], [standard_model[names[1]]], zorder=5, **look)
        handles.append(Line2D([], [], label="Standard Model, theory radius", **look))
    axes = [scan_axes(scan, units) for scan in scans.values()]
    ax.set_xlim(min(a[names[0]][0][0] for a in axes), max(a[names[0]][0][-1] for a in axes))
    ax.set_ylim(min(a[names[1]][0][0] for a in axes), max(a[names[1]][0][-1] for a in axes))
    dress(
        ax,
        axis_text(name_text(names[0]), axes[0][names[0]][1]),
        axis_text(name_text(names[1]), axes[0][names[1]][1]),
        title,
    )
    words = ", ".join(f"{100 * level:.3g} %" for level in chosen)
    legend(ax, handles=handles, title=f"regions of {words}", loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2,
           borderaxespad=0.2)  # fmt: skip
    return figure

"""Regions of several data sets in one plane: where their degeneracies cross."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from weakscatter.inference import critical_value_2d
from weakscatter.plot.checks import increasing, shaped
from weakscatter.plot.contour import points
from weakscatter.plot.style import DASHES, LINE_COLOURS, STYLE, dress, legend, new_figure
from weakscatter.plot.words import axis_text, name_text
from weakscatter.provenance.errors import InputError


def overlaid_regions(
    axes: Mapping[str, tuple[Any, str]], deltas: Mapping[str, Any], *, level: float = 0.90,
    standard_model: Mapping[str, float] | None = None, lines: Mapping[str, tuple[Any, Any]] | None = None,
    title: str = "",
) -> Figure:  # fmt: skip
    """Draw one region per data set on common axes.

    Parameters
    ----------
    axes : {parameter: (values [n], unit)}, two of them.
    deltas : {data set: rise of -2 ln L [n_first, n_second]}; the last one is filled darkest.
    level : confidence, of two parameters.
    standard_model : {parameter: value}, drawn as a star.
    lines : {label: (x, y)} drawn thin and dotted.

    Raises
    ------
    InputError : no data set, or another number of parameters than two.
    """
    if len(axes) != 2 or not deltas:
        raise InputError("overlaid regions need two parameters and at least one data set.")
    (first, (x, x_unit)), (second, (y, y_unit)) = axes.items()
    x, y = increasing(first, x, 2), increasing(second, y, 2)
    figure = new_figure(1.05, 1.2)
    ax, rise = figure.add_subplot(), critical_value_2d(level)
    handles: list[Any] = []
    for i, (label, delta) in enumerate(deltas.items()):
        z = np.ma.masked_invalid(shaped(label, delta, (x.size, y.size), "the two axes").T)
        colour, dash = LINE_COLOURS[i % len(LINE_COLOURS)], DASHES[i % len(DASHES)]
        alpha = 0.6 if i == len(deltas) - 1 and len(deltas) > 1 else 0.18
        if float(z.min()) < rise:
            ax.contourf(
                x, y, z, [min(float(z.min()), 0.0) - 1.0, rise], colors=[colour], alpha=alpha, zorder=1
            )
            ax.contour(
                x, y, z, [rise], colors=[colour], linestyles=[dash], linewidths=[STYLE["line"]], zorder=2
            )
        handles.append(Patch(facecolor=colour, alpha=0.5, edgecolor=colour, linestyle=dash, label=label))
    for label, (across, up) in (lines or {}).items():
        ax.plot(across, up, color=STYLE["frame"], linestyle=":", linewidth=STYLE["thin"], zorder=3)
        handles.append(Line2D([], [], color=STYLE["frame"], linestyle=":", label=label))
    handles += points(ax, first, second, None, standard_model)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(y[0], y[-1])
    dress(ax, axis_text(name_text(first), x_unit), axis_text(name_text(second), y_unit), title)
    legend(ax, handles=handles, title=f"{100 * level:.3g} %, Δ < {rise:.2f}")
    return figure

"""The running weak mixing angle with measured points, each where its momentum transfer lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from weakscatter.interactions import running_mixing_angle
from weakscatter.plot.style import BLUE, GREY, LINE_COLOURS, MARKERS, STYLE, dress, legend, new_figure
from weakscatter.provenance.errors import InputError
from weakscatter.units import GeV, MeV

#: Momenta of the curve, and the vertical range.
_CURVE = np.geomspace(0.3 * MeV, 170 * GeV, 800)
_RANGE = (0.185, 0.265)


def running_angle(points: Iterable[Any] = (), *, title: str = "") -> Figure:
    """Draw sin^2(theta_W) in the MS-bar scheme against the momentum transfer Q, with points.

    Parameters
    ----------
    points : objects with `label`, `scale` (Q in MeV), `value`, `minus`, `plus` and `knowledge`, such as those of
        `weakscatter.published.mixing_angles.mixing_angles`. A recalled one has an open marker.
    title : of the figure.

    Raises
    ------
    InputError : a point whose momentum is not positive.
    """
    figure = new_figure(1.25, 1.1)
    ax = figure.add_subplot()
    ax.set_xscale("log")
    ax.plot(
        _CURVE / GeV,
        running_mixing_angle(_CURVE),
        color=BLUE,
        linewidth=STYLE["line"],
        label=r"$\overline{\mathrm{MS}}$, one loop with QCD",
        zorder=2,
    )
    for index, point in enumerate(points):
        if not point.scale > 0:
            raise InputError(f"the point {point.label!r} has Q = {point.scale}; it must be positive.")
        colour = LINE_COLOURS[1 + index % (len(LINE_COLOURS) - 1)]
        face = "white" if point.knowledge == "recalled" else colour
        ax.errorbar([point.scale / GeV], [point.value], yerr=[[point.minus], [point.plus]], color=colour, linewidth=1.3,
                    marker=MARKERS[index % len(MARKERS)], markersize=6.5, markerfacecolor=face, linestyle="none",
                    label=point.label + (" (recalled)" if point.knowledge == "recalled" else ""), zorder=3)  # fmt: skip
    ax.set_xlim(_CURVE[0] / GeV, 300)
    ax.set_ylim(*_RANGE)
    dress(ax, "momentum transfer Q  (GeV)", r"$\sin^2\theta_W$  ($\overline{\mathrm{MS}}$)", title)
    ax.axvspan(0.02, 0.1, color=GREY, alpha=0.25, linewidth=0, zorder=0)
    ax.text(
        0.0447,
        0.98,
        r"CE$\nu$NS",
        transform=ax.get_xaxis_transform(),
        ha="center",
        va="top",
        fontsize=STYLE["text"],
    )
    legend(ax, loc="lower right", ncols=2, fontsize=0.85 * STYLE["text"])
    return figure

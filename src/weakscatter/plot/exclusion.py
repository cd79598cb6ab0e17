"""What a data set excludes in the plane of a mediator's mass and coupling, with bands and lines to compare with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from weakscatter.plot.style import BLUE, GREEN, ORANGE, PURPLE, STYLE, VERMILION, dress, legend, new_figure
from weakscatter.provenance.errors import InputError

_BAND_LOOKS = ((GREEN, "////"), (ORANGE, "...."), (PURPLE, "\\\\\\\\"))
_LINE_LOOKS = ((VERMILION, (0, (6, 2))), (PURPLE, (0, (1.2, 1.4))))


@dataclass(frozen=True, eq=False)
class ExclusionPanel:
    """One mediator.

    Parameters
    ----------
    title : of the panel.
    masses : MeV [m].
    couplings : g [m, n], increasing in n, of each mass.
    delta : rise of -2 ln L [m, n].
    rise : what is above is excluded.
    label : of the excluded region.
    bands : {label: (lower, upper)}, couplings [m]; a lower end of zero has no line.
    lines : {label: couplings [m]}.
    """

    title: str
    masses: Any
    couplings: Any
    delta: Any
    rise: float
    label: str = "excluded"
    bands: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    lines: Mapping[str, Any] = field(default_factory=dict)


def exclusions(panels: Sequence[ExclusionPanel], *, columns: int = 2) -> Figure:
    """Draw a panel per mediator: the excluded region is filled, an allowed strip inside it stays white.

    Raises
    ------
    InputError : no panel, or arrays that do not fit together.
    """
    if not panels:
        raise InputError("exclusions were asked for no mediator. Give at least one panel.")
    columns = min(columns, len(panels))
    rows = ceil(len(panels) / columns)
    figure = new_figure(0.95 * columns, 1.0 * rows)
    for i, panel in enumerate(panels):
        _draw(figure.add_subplot(rows, columns, i + 1), panel)
    return figure


def _draw(ax: Axes, panel: ExclusionPanel) -> None:
    masses, couplings, delta = (np.asarray(x, float) for x in (panel.masses, panel.couplings, panel.delta))
    if couplings.shape != delta.shape or couplings.shape != (masses.size, couplings.shape[-1]):
        raise InputError(
            f"the panel {panel.title!r} has {masses.size} masses, couplings {couplings.shape} and delta {delta.shape}; "
            "the last two are [masses, couplings]."
        )
    top = 30 * couplings[:, -1].max()
    x = np.broadcast_to(masses[:, None], couplings.shape)
    # Above the band of couplings that was computed everything is excluded all the more.
    ax.fill_between(
        masses, couplings[:, -1], top, color=BLUE, alpha=0.25, linewidth=0, antialiased=False, zorder=1
    )
    z = np.ma.masked_invalid(delta)
    ax.contourf(
        x,
        couplings,
        z,
        [panel.rise, max(float(z.max()), panel.rise + 1.0)],
        colors=[BLUE],
        alpha=0.25,
        zorder=1,
    )
    ax.contour(x, couplings, z, [panel.rise], colors=[BLUE], linewidths=[STYLE["line"]], zorder=3)
    handles: list[Any] = [Patch(facecolor=BLUE, alpha=0.35, edgecolor=BLUE, label=panel.label)]
    for (label, (lower, upper)), (colour, hatch) in zip(panel.bands.items(), _BAND_LOOKS, strict=False):
        low, high = np.asarray(lower, float), np.asarray(upper, float)
        if np.any(low > 0):
            ax.fill_between(
                masses, low, high, facecolor="none", edgecolor=colour, hatch=hatch, linewidth=0, zorder=2
            )
            handles.append(Patch(facecolor="none", edgecolor=colour, hatch=hatch, label=label))
        else:
            handles.append(Line2D([], [], color=colour, linewidth=STYLE["thin"] + 0.4, label=label))
        for edge in (low, high):
            if np.all(edge > 0):
                ax.plot(masses, edge, color=colour, linewidth=STYLE["thin"] + 0.4, zorder=2)
    for (label, line), (colour, dash) in zip(panel.lines.items(), _LINE_LOOKS, strict=False):
        ax.plot(masses, line, color=colour, linestyle=dash, linewidth=STYLE["line"] - 0.4, zorder=4)
        handles.append(Line2D([], [], color=colour, linestyle=dash, label=label))
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(masses[0], masses[-1])
    ax.set_ylim(couplings[:, 0].min() / 3, top / 10)
    dress(ax, "mediator mass (MeV)", "coupling g", panel.title)
    legend(ax, handles=handles, loc="upper left")

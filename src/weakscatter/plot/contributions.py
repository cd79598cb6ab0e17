"""A cross section or spectrum split by kind of interaction, interferences apart and with their sign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from weakscatter.plot.checks import curves, shaped
from weakscatter.plot.curves import drawable, energies, energy_unit, label_curves, set_limits, set_scales
from weakscatter.plot.style import BLACK, DASHES, LINE_COLOURS, MARKERS, STYLE, dress, legend, new_figure
from weakscatter.plot.words import axis_text, name_text
from weakscatter.units import to

#: Markers along a line, to tell kinds apart without colour while dashes tell the sign.
MARKS = 7


def contributions(
    T: Any,
    parts: Mapping[str, Any],
    total: Any = None,
    *,
    unit: str = "cm^2/MeV",
    recoil_unit: str | None = None,
    symbol: str = r"\sigma",
    per: str | None = "nucleus",
    title: str = "",
) -> Figure:
    """Draw every part on a logarithmic axis: |value|, solid where it is positive, dashed where it is negative.

    Parameters
    ----------
    T : array [T] (MeV), increasing.
    parts : {kind: array [T]}, natural units, as from `weakscatter.model.contributions`. A part that is zero
        everywhere has no line; the key says so.
    total : array [T], drawn thick and black; None for none.
    unit, recoil_unit : units of the axes.
    symbol : what is differentiated, mathtext: cross section (default) or "N" for a spectrum.
    per : what it is per.

    Raises
    ------
    InputError : shapes that do not match, energies that do not increase, an unknown unit.
    """
    T = energies("T", T)
    lines = curves("parts", parts, T.shape, "T")
    recoil_unit = recoil_unit or energy_unit(T)
    x = to(T, recoil_unit)
    figure = new_figure(1.2)
    ax = figure.add_subplot()
    set_scales(ax, x, "log")
    values = {name_text(kind): to(y, unit) for kind, y in lines.items()}
    everything = dict(values)
    if total is not None:
        everything["total"] = to(shaped("total", total, T.shape, "T"), unit)
    set_limits(ax, x, everything)
    drawn = {}
    if total is not None:
        shown = drawable(ax, everything["total"])
        (line,) = ax.plot(x, shown, color=BLACK, linewidth=1.5 * STYLE["line"], zorder=1.9, label="total")
        drawn["total"] = (line, shown)
    for i, (label, y) in enumerate(values.items()):
        colour, marker = LINE_COLOURS[i % len(LINE_COLOURS)], MARKERS[i % len(MARKERS)]
        every = max(1, len(x) // MARKS)
        look = {"color": colour, "linewidth": STYLE["line"], "marker": marker, "markersize": 5,
                "markevery": (i * every // max(1, len(values)), every)}  # fmt: skip
        for sign, dashes in ((1.0, DASHES[0]), (-1.0, DASHES[1])):
            there = np.where(sign * y > 0, np.abs(y), np.nan)
            if np.any(np.isfinite(there)):
                (line,) = ax.plot(x, there, linestyle=dashes, **look, label=f"{label} ({'+' if sign > 0 else '−'})")
        nonzero = y[np.isfinite(y) & (y != 0)]
        if nonzero.size:
            drawn[f"{label}{_sign_text(nonzero)}"] = (line, np.where(y != 0, np.abs(y), np.nan))
        else:
            drawn[f"{label} (zero)"] = (Line2D([], [], color=colour, marker=marker), np.full(x.shape, np.nan))
    label_curves(ax, drawn, title="|value|")
    _key_of_signs(ax, any(np.any(y < 0) for y in values.values()))
    words = rf"|$\mathrm{{d}}{symbol}/\mathrm{{d}}T$|"
    dress(ax, axis_text("recoil energy $T$", recoil_unit), axis_text(words, unit, per), title)
    return figure


def _sign_text(nonzero: np.ndarray) -> str:
    if np.all(nonzero > 0):
        return " (+)"
    return " (−)" if np.all(nonzero < 0) else " (±)"


def _key_of_signs(ax: Any, negative: bool) -> None:
    """A second key that says what the dashes mean; the one of the labels stays."""
    first = ax.get_legend()
    handles = [Line2D([], [], color=STYLE["frame"], linestyle=DASHES[0], label="positive")]
    if negative:
        handles.append(Line2D([], [], color=STYLE["frame"], linestyle=DASHES[1], label="negative, |value| drawn"))
    legend(ax, handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, borderaxespad=0.1)
    if first is not None:
        ax.add_artist(first)

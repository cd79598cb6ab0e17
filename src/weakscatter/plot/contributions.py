"""A cross section or spectrum split by kind of interaction, interferences apart and with their sign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from weakscatter.plot.checks import curves, shaped
from weakscatter.plot.curves import (
    band_on,
    checked_errors,
    drawable,
    energies,
    energy_unit,
    set_limits,
    set_scales,
)
from weakscatter.plot.style import BLACK, DASHES, LINE_COLOURS, MARKERS, STYLE, dress, legend, new_figure
from weakscatter.plot.words import axis_text, name_text
from weakscatter.units import to

#: Markers along a line, to tell kinds apart without colour while dashes tell the sign.
MARKS = 7

#: Dashes by sign of the value.
SIGNS = {1.0: DASHES[0], -1.0: DASHES[1]}

#: Black is the total's.
COLOURS = LINE_COLOURS[:-1]

#: Decades shown: an interference is often small.
DECADES = 6.0


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
    total_error: Any = None,
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
    total_error : array [T], one standard deviation of the total, drawn as a band behind it.

    Raises
    ------
    InputError : shapes that do not match, energies that do not increase, an unknown unit.
    """
    T = energies("T", T)
    lines = curves("parts", parts, T.shape, "T")
    recoil_unit = recoil_unit or energy_unit(T)
    x = to(T, recoil_unit)
    figure = new_figure(1.35)
    ax = figure.add_subplot()
    set_scales(ax, x, "log")
    values = {name_text(kind): to(y, unit) for kind, y in lines.items()}
    everything = dict(values)
    handles = []
    if total is not None:
        everything["total"] = to(shaped("total", total, T.shape, "T"), unit)
    set_limits(ax, x, everything, DECADES)
    if total is not None:
        look = {"color": BLACK, "linewidth": 1.5 * STYLE["line"], "zorder": 1.9, "label": "total"}
        ax.plot(x, drawable(ax, everything["total"]), **look)
        handles.append(Line2D([], [], **look))
        if total_error is not None:
            error = checked_errors({"total": total_error}, {"total": total}, T)["total"]
            band_on(ax, x, everything["total"], to(error, unit), BLACK)
    seen = [(label, y) for label, y in values.items() if np.any(y[np.isfinite(y)] != 0)]
    for i, (label, y) in enumerate(seen):
        every = max(1, len(x) // MARKS)
        look = {"color": COLOURS[i % len(COLOURS)], "linewidth": STYLE["line"], "marker": MARKERS[i % len(MARKERS)],
                "markersize": 5}  # fmt: skip
        for sign, dashes in SIGNS.items():
            if np.any(sign * y > 0):
                # Zeros keep the end point visible; values of the other sign have their own line.
                ax.plot(x, drawable(ax, np.where(sign * y >= 0, np.abs(y), np.nan)), linestyle=dashes, **look,
                        markevery=(i * every // len(seen), every), label=label)  # fmt: skip
        handles.append(Line2D([], [], linestyle=SIGNS[-1.0 if np.all(y <= 0) else 1.0], **look,
                              label=label + _sign_text(y)))  # fmt: skip
    nothing = [label for label in values if label not in dict(seen)]
    handles += [Line2D([], [], linestyle="none", label=f"{label} (zero)") for label in nothing]
    handles += [Line2D([], [], linestyle="none", label=""),
                Line2D([], [], color=STYLE["frame"], linestyle=SIGNS[1.0], label="solid: positive"),
                Line2D([], [], color=STYLE["frame"], linestyle=SIGNS[-1.0], label="dashed: negative")]  # fmt: skip
    legend(ax, handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
    words = rf"|$\mathrm{{d}}{symbol}/\mathrm{{d}}T$|"
    dress(ax, axis_text("recoil energy $T$", recoil_unit), axis_text(words, unit, per), title)
    return figure


def _sign_text(y: np.ndarray) -> str:
    if np.all(y >= 0):
        return " (+)"
    return " (−)" if np.all(y <= 0) else " (±)"

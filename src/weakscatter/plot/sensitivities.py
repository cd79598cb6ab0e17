"""Expected limits side by side: the median of each experiment with its bands of one and two standard deviations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from weakscatter.inference import SensitivityResult
from weakscatter.plot.style import BLACK, GREEN, STYLE, dress, legend, new_figure
from weakscatter.plot.words import axis_text, name_text
from weakscatter.provenance.errors import InputError

#: Fill of the bands of one and two standard deviations; the second is pale and hatched, for black and white.
INNER, OUTER = GREEN, "#F0E442"


def sensitivities(
    results: Mapping[str, SensitivityResult],
    *,
    observed: Mapping[str, float] | None = None,
    title: str = "",
) -> Figure:
    """Draw the expected upper limits of several experiments on one parameter.

    Parameters
    ----------
    results : {label: SensitivityResult}, converged, of one parameter and unit.
    observed : {label: limit} in the same unit, marked by a point.
    title : of the figure.

    Raises
    ------
    InputError : no result, one without a number, or results of different parameters.
    """
    if not results:
        raise InputError("there is no sensitivity to draw. Pass {label: result}.")
    limits = [one.limit for one in results.values()]
    if len({(one.parameter, one.unit) for one in limits}) > 1:
        raise InputError(
            f"sensitivities of {' and '.join(sorted({one.parameter for one in limits}))} do not share an axis; draw them apart."
        )
    rows = {label: [pair[1] for pair in one.bands.values()] for label, one in results.items()}
    what = f"{100 * limits[0].confidence:g} % {'CLs ' if limits[0].method == 'cls' else ''}upper limit"
    return band_rows(
        rows, axis_text(f"{what} on {name_text(limits[0].parameter)}", limits[0].unit), observed or {}, title
    )


def band_rows(
    rows: Mapping[str, list[float | None]], axis: str, observed: Mapping[str, float], title: str
) -> Figure:
    """Draw rows of five upper ends: -2, -1, median, +1, +2 standard deviations; an end that is None stops at zero."""
    figure = new_figure(height=0.35 + 0.16 * len(rows))
    ax = figure.add_subplot()
    for i, (label, ends) in enumerate(rows.items()):
        middle = ends[2]
        if middle is None or ends[3] is None or ends[4] is None:
            raise InputError(f"the sensitivity {label!r} has no number to draw.")
        low2, low1 = (0.0 if end is None else end for end in ends[:2])
        y = len(rows) - 1 - i
        said: dict[str, Any] = {"label": "95 % of experiments"} if i == 0 else {}
        ax.barh(
            y,
            ends[4] - low2,
            left=low2,
            height=0.55,
            color=OUTER,
            hatch="....",
            edgecolor=STYLE["frame"],
            linewidth=0.4,
            **said,
        )
        said = {"label": "68 % of experiments"} if i == 0 else {}
        ax.barh(
            y,
            ends[3] - low1,
            left=low1,
            height=0.55,
            color=INNER,
            edgecolor=STYLE["frame"],
            linewidth=0.4,
            **said,
        )
        said = {"label": "median"} if i == 0 else {}
        ax.plot([middle, middle], [y - 0.32, y + 0.32], color=BLACK, linewidth=STYLE["line"], **said)
        if label in observed:
            ax.plot([observed[label]], [y], marker="o", color=BLACK, markersize=7, linestyle="none")
    ax.set_ylim(-0.7, len(rows) - 0.3)
    largest = [ends[4] for ends in rows.values()]
    smallest = [end for ends in rows.values() for end in ends if end]
    if max(e for e in largest if e) > 20 * min(smallest):
        ax.set_xscale("log")
        ax.set_xlim(0.6 * min(smallest), 1.6 * max(e for e in largest if e))
    else:
        ax.set_xlim(0.0, 1.08 * max(e for e in largest if e))
    legend(ax, loc="best")
    dress(ax, axis, "", title)
    ax.set_yticks(range(len(rows)), list(rows)[::-1])
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    return figure


def ends_of(values: Any) -> list[float | None]:
    """Upper ends as numbers or None, from an array in which NaN stands for none."""
    return [None if not np.isfinite(v) else float(v) for v in np.asarray(values, dtype=float)]

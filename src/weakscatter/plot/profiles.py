"""Profiles of several measurements of one parameter in one figure, with values of others as bands."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from weakscatter.inference import ScanResult
from weakscatter.plot.parameters import unit_of
from weakscatter.plot.style import GREY, STYLE, dress, fill_style, legend, line_style, new_figure
from weakscatter.plot.words import axis_text, name_text
from weakscatter.provenance.errors import InputError

#: The vertical axis ends here: three standard deviations and a little more.
_TOP = 10.5


def profiles(
    scans: Mapping[str, ScanResult],
    *,
    bands: Mapping[str, tuple[float, float]] | None = None,
    title: str = "",
) -> Figure:
    """Draw the rise of -2 ln L of several scans of one parameter, and the values of others as vertical bands.

    Parameters
    ----------
    scans : {label: scan of one parameter}, the same in all.
    bands : {label: (lower, upper)} in the parameter's unit, for values that are no scans, such as theory.
    title : of the figure.

    Raises
    ------
    InputError : no scan, or scans of more than one parameter or of different ones.
    """
    if not scans:
        raise InputError('profiles needs at least one scan: give {"label": scan}.')
    names = {name for scan in scans.values() for name in scan.grid}
    if len(names) != 1:
        raise InputError(f"profiles are drawn over one parameter; the scans have {', '.join(sorted(names))}.")
    (name,) = names
    figure = new_figure(1.05, 1.0)
    ax = figure.add_subplot()
    for index, (label, (lower, upper)) in enumerate((bands or {}).items()):
        look = fill_style(index + 1, len(scans) + len(bands or {}))
        ax.axvspan(lower, upper, facecolor=look["facecolor"], alpha=0.25, linewidth=0, label=label, zorder=0)
    for index, (label, scan) in enumerate(scans.items()):
        ax.plot(scan.grid[name], scan.delta, label=label, zorder=2, **line_style(index))
    for sigma in (1, 2, 3):
        ax.axhline(sigma**2, color=GREY, linewidth=STYLE["thin"], zorder=1)
        ax.annotate(
            rf"{sigma}$\sigma$", (0.995, sigma**2), (0, 1.5), xycoords=("axes fraction", "data"),
            textcoords="offset points", ha="right", va="bottom", fontsize=STYLE["text"], color=STYLE["frame"],
        )  # fmt: skip
    ends = [scan.grid[name] for scan in scans.values()]
    ax.set_xlim(min(x[0] for x in ends), max(x[-1] for x in ends))
    ax.set_ylim(0.0, _TOP)
    dress(ax, axis_text(name_text(name), unit_of(name)), r"$\Delta(-2\ln L)$", title)
    legend(ax, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, borderaxespad=0.2)
    return figure

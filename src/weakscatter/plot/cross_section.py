"""Differential cross sections over recoil energy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from weakscatter.plot.checks import curves
from weakscatter.plot.curves import (
    band_on,
    checked_errors,
    drawable,
    energies,
    energy_unit,
    label_curves,
    markers,
    set_limits,
    set_scales,
)
from weakscatter.plot.style import dress, line_style, new_figure
from weakscatter.plot.words import axis_text, name_text
from weakscatter.units import to


def cross_section(
    T: Any,
    dsigma_dT: Mapping[str, Any],
    *,
    unit: str = "cm^2/MeV",
    recoil_unit: str | None = None,
    per: str | None = "nucleus",
    scale: str = "log",
    title: str = "",
    errors: Mapping[str, Any] | None = None,
) -> Figure:
    """Draw dsigma/dT over the recoil energy T, one line per label.

    Parameters
    ----------
    T : array [T] (MeV), increasing.
    dsigma_dT : {label: array [T]} (MeV^-3), as from `weakscatter.model.differential_cross_section`.
    unit, recoil_unit : units of the axes; None chooses one for the energies.
    per : what the cross section is per.
    scale : "log" or "linear" for the cross section. A logarithmic axis leaves out zeros.
    errors : {label: array [T]} (MeV^-3), one standard deviation, drawn as a band behind that line.

    Raises
    ------
    InputError : shapes that do not match, energies that do not increase, an unknown scale or unit.
    """
    T = energies("T", T)
    bands = checked_errors(errors, dsigma_dT, T)
    lines = curves("dsigma_dT", dsigma_dT, T.shape, "T")
    recoil_unit = recoil_unit or energy_unit(T)
    figure = new_figure()
    ax = figure.add_subplot()
    x = to(T, recoil_unit)
    set_scales(ax, x, scale)
    values = {label: to(y, unit) for label, y in lines.items()}
    set_limits(ax, x, values)
    drawn = {}
    for i, (label, y) in enumerate(values.items()):
        shown = drawable(ax, y)
        (line,) = ax.plot(x, shown, **line_style(i), **markers(x, i), label=name_text(label))
        drawn[name_text(label)] = (line, shown)
        if label in bands:
            band_on(ax, x, y, to(bands[label], unit), line.get_color())
    label_curves(ax, drawn)
    dress(
        ax,
        axis_text("recoil energy $T$", recoil_unit),
        axis_text(r"$\mathrm{d}\sigma/\mathrm{d}T$", unit, per),
        title,
    )
    return figure

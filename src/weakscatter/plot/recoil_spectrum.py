"""Recoil spectra by flavour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from weakscatter.plot.checks import curves, shaped
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
from weakscatter.plot.style import BLACK, STYLE, dress, line_style, new_figure
from weakscatter.plot.words import axis_text, name_text
from weakscatter.units import to


def recoil_spectrum(
    T: Any,
    dN_dT: Mapping[str, Any],
    total: Any = None,
    *,
    unit: str | None = None,
    recoil_unit: str | None = None,
    per: str | None = None,
    scale: str = "log",
    title: str = "",
    errors: Mapping[str, Any] | None = None,
) -> Figure:
    """Draw dN/dT over the recoil energy T, one line per flavour or beam component.

    Parameters
    ----------
    T : array [T] (MeV), increasing.
    dN_dT : {label: array [T]} (1/MeV), as from `weakscatter.model.recoil_spectrum`.
    total : array [T] (1/MeV), drawn as a thick black line; None for none.
    unit, recoil_unit : units of the axes; None chooses one for the energies, and its inverse.
    per : what the number is per; None when the exposure is included.
    scale : "log" or "linear" for the spectrum. A logarithmic axis leaves out zeros.
    errors : {label or "total": array [T]} (1/MeV), one standard deviation, drawn as a band behind that line.

    Raises
    ------
    InputError : shapes that do not match, energies that do not increase, an unknown scale or unit.
    """
    figure = new_figure()
    spectrum_on(
        figure.add_subplot(),
        T,
        dN_dT,
        total,
        unit=unit,
        recoil_unit=recoil_unit,
        per=per,
        scale=scale,
        title=title,
        errors=errors,
    )
    return figure


def spectrum_on(
    ax: Axes, T: Any, dN_dT: Mapping[str, Any], total: Any, *, unit: str | None, recoil_unit: str | None,
    per: str | None, scale: str, title: str, errors: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """`recoil_spectrum` on given axes."""
    T = energies("T", T)
    known = dN_dT if total is None else {**dN_dT, "total": total}
    bands = {name_text(label): band for label, band in checked_errors(errors, known, T).items()}
    lines = curves("dN_dT", dN_dT, T.shape, "T")
    recoil_unit = recoil_unit or energy_unit(T)
    unit = unit or f"1/{recoil_unit}"
    x = to(T, recoil_unit)
    set_scales(ax, x, scale)
    values = {name_text(label): to(y, unit) for label, y in lines.items()}
    if total is not None:
        values["total"] = to(shaped("total", total, T.shape, "T"), unit)
    set_limits(ax, x, values)
    drawn = {}
    for i, (label, y) in enumerate(values.items()):
        look = line_style(i)
        if total is not None and label == "total":
            look = {"color": BLACK, "linestyle": "-", "linewidth": 1.3 * STYLE["line"], "zorder": 1.9}
        shown = drawable(ax, y)
        (line,) = ax.plot(x, shown, **look, **markers(x, i), label=label)
        drawn[label] = (line, shown)
        if label in bands:
            band_on(ax, x, y, to(bands[label], unit), line.get_color())
    label_curves(ax, drawn)
    dress(
        ax,
        axis_text("recoil energy $T$", recoil_unit),
        axis_text(r"$\mathrm{d}N/\mathrm{d}T$", unit, per),
        title,
    )

"""From flux to limit in one picture: spectrum, data with fit, region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from weakscatter.experiments import Analysis, energy_and_time
from weakscatter.inference import FitResult, ScanResult
from weakscatter.plot.contour import LEVELS, regions_on, scan_axes
from weakscatter.plot.data_and_fit import projected, ratio_on, stack_key, stack_on, values_of
from weakscatter.plot.recoil_spectrum import spectrum_on
from weakscatter.plot.style import STYLE, legend, new_figure
from weakscatter.provenance.errors import InputError


def overview(
    T: Any,
    dN_dT: Mapping[str, Any],
    analysis: Analysis,
    values: Mapping[str, float] | FitResult | None = None,
    scan: ScanResult | None = None,
    *,
    units: Mapping[str, str] | None = None,
    standard_model: Mapping[str, float] | None = None,
) -> Figure:
    """Draw side by side the recoil spectrum by flavour, the data with the stacked fit in energy, and a scan's regions.

    Parameters
    ----------
    T, dN_dT : as for `recoil_spectrum` (MeV, {label: array [T]} in 1/MeV).
    analysis, values : as for `data_and_fit`.
    scan : of two parameters; None leaves the third panel out.
    units, standard_model : as for `contour`.

    Raises
    ------
    InputError : what the single figures refuse.
    """
    analysis = analysis.binned
    experiment = analysis.experiment
    if scan is not None and len(scan.grid) != 2:
        raise InputError("the overview draws a scan of two parameters; draw one with profile_curve.")
    columns = 2 if scan is None else 3
    figure = new_figure(0.7 * columns, 1.1)
    grid = figure.add_gridspec(2, columns, height_ratios=(3.4, 1.0), hspace=0.03, wspace=0.06)
    left = figure.add_subplot(grid[:, 0])
    spectrum_on(left, T, dN_dT, None, unit=None, recoil_unit=None, per=None, scale="log", title="")
    top = figure.add_subplot(grid[0, 1])
    strip = figure.add_subplot(grid[1, 1], sharex=top)
    projection = projected(
        energy_and_time(experiment.data),
        {name: energy_and_time(c) for name, c in analysis.predict(values_of(analysis, values)).items()},
        experiment.energy_edges, experiment.time_edges, experiment.energy_label, experiment.time_label,
        getattr(experiment, "interval", None),
    )[0]  # fmt: skip
    stack_on(top, projection, headroom=1.75)
    ratio_on(strip, projection)
    top.tick_params(labelbottom=False)
    top.set_xlabel("")
    legend(top, handles=stack_key(projection), loc="upper right")
    captions = [(left, "recoils by flavour"), (top, f"{experiment.title} and fit")]
    if scan is not None:
        right = figure.add_subplot(grid[:, 2])
        key_inside = regions_on(
            right, scan_axes(scan, units), scan.delta, levels=LEVELS, best_fit=scan.best_fit,
            standard_model=standard_model, title="",
        )  # fmt: skip
        if key_inside:
            captions.append((right, "allowed regions"))
    for ax, caption in captions:
        ax.set_title(caption, fontsize=STYLE["title"], loc="left")
    return figure

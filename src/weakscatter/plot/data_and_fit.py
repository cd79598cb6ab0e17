"""Data with the stacked best fit, projected on energy and on time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from weakscatter.experiments import Analysis, energy_and_time
from weakscatter.inference import FitResult
from weakscatter.plot.checks import curves, increasing, shaped
from weakscatter.plot.counts import Projection
from weakscatter.plot.style import BLACK, STYLE, dress, fill_style, legend, new_figure
from weakscatter.plot.words import axis_text, name_text, split_label, unit_text
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.units import UnitError, factor

#: Bins that differ by more than this in width are drawn over a square-root axis, where the narrow ones stay visible.
UNEQUAL = 8.0


def data_and_fit(
    analysis: Analysis,
    values: Mapping[str, float] | FitResult | None = None,
    *,
    subtract: Iterable[str] = (),
    title: str | None = None,
) -> Figure:
    """Draw the data of an analysis with the prediction at `values`, stacked by component.

    Parameters
    ----------
    analysis : `weakscatter.experiments.analyse(...)`.
    values : parameter values, or a converged fit; None for the nominal ones.
    subtract : components (such as "steady_state") that are taken away from data and stack.
    title : None for the experiment's own.

    Raises
    ------
    InputError : a fit without numbers, an unknown parameter or component.
    """
    analysis = analysis.binned
    experiment = analysis.experiment
    return data_and_components(
        energy_and_time(experiment.data),
        {name: energy_and_time(c) for name, c in analysis.predict(values_of(analysis, values)).items()},
        experiment.energy_edges,
        experiment.time_edges,
        energy_label=experiment.energy_label,
        time_label=experiment.time_label,
        subtract=subtract,
        title=experiment.title if title is None else title,
        interval=getattr(experiment, "interval", None),
    )


def data_and_components(
    data: Any,
    components: Mapping[str, Any],
    energy_edges: Any,
    time_edges: Any = None,
    *,
    energy_label: str = "energy (MeV)",
    time_label: str = "time (us)",
    subtract: Iterable[str] = (),
    title: str = "",
    interval: tuple[Any, Any] | None = None,
) -> Figure:
    """Draw binned data with a stack of expected counts, projected on energy and on time.

    Both are shown as densities, counts over the width of the bin, so that the area is the number of events whatever
    the bins; vertical bars are central 68.3 % Poisson intervals (Garwood) of the observed counts. The strips below
    hold data over fit.

    Parameters
    ----------
    data : array [b, s] (counts).
    components : {name: array [b, s]} (counts), the signal first; it is stacked on top.
    energy_edges, time_edges : arrays [b + 1], [s + 1] in natural units; None for data without times.
    energy_label, time_label : "words (unit)"; the axes are in this unit.
    subtract : components that are taken away from data and stack; the strips keep them.
    title : of the figure.
    interval : (lower, upper) ends [b, s] of published errors, instead of those of counted events; one bin of time.

    Raises
    ------
    InputError : shapes that do not match, edges that do not increase, an unknown component.
    """
    projections = projected(data, components, energy_edges, time_edges, energy_label, time_label, interval)
    gone = tuple(dict.fromkeys(subtract))
    names = list(projections[0].components)
    for name in gone:
        if name not in names:
            raise InputError(
                f"component {name!r} cannot be subtracted; there are {', '.join(names)}.{nearest(name, names)}"
            )
    if len(gone) == len(names):
        raise InputError(f"all components ({', '.join(names)}) are subtracted; leave at least one to draw.")
    figure = new_figure(2.0 if len(projections) == 2 else 1.1, 1.2)
    grid = figure.add_gridspec(2, len(projections), height_ratios=(3.4, 1.0), hspace=0.03, wspace=0.05)
    for column, projection in enumerate(projections):
        top = figure.add_subplot(grid[0, column])
        strip = figure.add_subplot(grid[1, column], sharex=top)
        stack_on(top, projection, gone)
        ratio_on(strip, projection)
        top.tick_params(labelbottom=False)
        top.set_xlabel("")
        if column == 0:
            legend(top, handles=stack_key(projection, gone))
        else:
            strip.set_ylabel("")
    if title:
        figure.suptitle(title, fontsize=STYLE["title"] + 1)
    return figure


def values_of(analysis: Analysis, values: Mapping[str, float] | FitResult | None) -> dict[str, float]:
    """The values that `analysis` reads, out of a mapping or a converged fit (which may hold other experiments' too)."""
    known = {parameter.name for parameter in analysis.parameters}
    if isinstance(values, FitResult):
        if not values.converged:
            raise InputError(f"the fit holds no numbers to draw ({values.status}). {values.advice}")
        terms = () if values.likelihood is None else values.likelihood.terms
        read = {p.name for term in terms if term.name == analysis.experiment.name for p in term.parameters}
        if read - known:
            # The figure would otherwise show another prediction than the one that was fitted.
            raise InputError(
                f"the fit moved {', '.join(sorted(read - known))}, which this analysis of {analysis.experiment.name} "
                "holds. Draw it with the analysis that was fitted."
            )
        return {
            name: float(value) for name, value in values.values.items() if name in known and value is not None
        }
    for name in values or {}:
        if name not in known:
            raise InputError(
                f"parameter {name!r} is not free in this analysis of {analysis.experiment.name}; "
                f"there are {', '.join(sorted(known))}.{nearest(name, known)}"
            )
    return dict(values or {})


def projected(
    data: Any,
    components: Mapping[str, Any],
    energy_edges: Any,
    time_edges: Any,
    energy_label: str,
    time_label: str,
    interval: tuple[Any, Any] | None = None,
) -> tuple[Projection, ...]:
    """One `Projection` per axis that has more than one bin (energy always), edges in the units of the labels."""
    energy_edges = increasing("energy_edges", energy_edges, 2)
    time_edges = np.array([0.0, 1.0]) if time_edges is None else increasing("time_edges", time_edges, 2)
    shape = (energy_edges.size - 1, time_edges.size - 1)
    if np.ndim(data) == 1:
        # Data without times come as a list of bins.
        data, components = (
            np.reshape(data, (-1, 1)),
            {name: np.reshape(c, (-1, 1)) for name, c in components.items()},
        )
    data = shaped("data", data, shape, "the edges")
    parts = curves("components", components, shape, "the edges")
    if not np.all(np.isfinite(data) & ((data >= 0) | (interval is not None))):
        raise InputError(
            "data hold a count that is negative or not finite. Give the observed numbers of events."
        )
    if interval is not None and time_edges.size != 2:
        raise InputError(
            "published errors are drawn for one bin of time only; errors of a sum are not known."
        )
    result = []
    for edges, label, summed in ((energy_edges, energy_label, 1), (time_edges, time_label, 0)):
        if summed == 0 and edges.size == 2:
            continue
        words, unit = split_label(label)
        result.append(
            Projection(
                words, unit, edges / _factor(unit), data.sum(axis=summed),
                {name: part.sum(axis=summed) for name, part in parts.items()},
                None if interval is None else (np.ravel(interval[0]), np.ravel(interval[1])),
            )
        )  # fmt: skip
    return tuple(result)


def _factor(unit: str) -> float:
    try:
        return factor(unit)
    except UnitError as error:
        raise InputError(f"an axis label must end in its unit, like 'arrival time (us)': {error}") from None


def stack_on(ax: Axes, projection: Projection, gone: tuple[str, ...] = (), headroom: float = 1.12) -> None:
    """The stack, last component at the bottom, and the data, as densities; `headroom` leaves space for a key."""
    width, away = projection.width, projection.without(gone)
    names = list(projection.components)
    _unequal_axis(ax, projection)
    below = np.zeros_like(width)
    for i, name in reversed(list(enumerate(names))):
        if name in gone:
            continue
        above = below + projection.components[name] / width
        ax.stairs(above, projection.edges, baseline=below, fill=True, linewidth=0.6, label=name,
                  **fill_style(i, len(names) - 1))  # fmt: skip
        below = above
    ax.stairs(below, projection.edges, color=STYLE["frame"], linewidth=STYLE["thin"])
    low, high = projection.interval
    x, reach = _places(projection)
    y = (projection.data - away) / width
    ax.errorbar(
        x, y, xerr=reach, yerr=((projection.data - low) / width, (high - projection.data) / width),
        fmt="o", color=BLACK, markersize=4.5, linewidth=1.1, capsize=0, zorder=4, label="data",
    )  # fmt: skip
    top = float(max(np.max((high - away) / width), np.max(below), 0.0)) or 1.0
    bottom = float(min(np.min((low - away) / width), np.min(below), 0.0))
    ax.set_ylim(1.1 * bottom, headroom * top)
    if bottom < 0:
        ax.axhline(0.0, color=STYLE["frame"], linewidth=STYLE["thin"])
    ax.set_xlim(projection.edges[0], projection.edges[-1])
    words = "events" + (f" − {', '.join(name_text(name) for name in gone)}" if gone else "")
    dress(ax, axis_text(projection.label, projection.unit),
          f"{words}  (1/{unit_text(projection.unit)})" if projection.unit else f"{words} per unit")  # fmt: skip
    _unequal_ticks(ax, projection)


def ratio_on(ax: Axes, projection: Projection) -> None:
    """Data over fit; a bin in which nothing is expected has no ratio."""
    expected = np.where(projection.expected > 0, projection.expected, np.nan)
    low, high = projection.interval
    ratio = projection.data / expected
    x, across = _places(projection)
    _unequal_axis(ax, projection)
    ax.axhline(1.0, color=STYLE["frame"], linewidth=STYLE["thin"])
    ax.errorbar(
        x, ratio, xerr=across, yerr=(ratio - low / expected, high / expected - ratio),
        fmt="o", color=BLACK, markersize=4, linewidth=1.1, capsize=0,
    )  # fmt: skip
    # A bin with next to nothing expected must not flatten the others.
    usual = np.where(expected > 1.0, np.maximum(high / expected - 1.0, 1.0 - low / expected), np.nan)
    reach = 1.15 * float(np.nanmax(usual)) if np.any(np.isfinite(usual)) else 1.0
    ax.set_ylim(max(1.0 - reach, 0.0), 1.0 + reach)
    ax.set_xlim(projection.edges[0], projection.edges[-1])
    dress(ax, axis_text(projection.label, projection.unit) + _scale_note(projection), "data / fit")
    _unequal_ticks(ax, projection)


def stack_key(projection: Projection, gone: tuple[str, ...] = ()) -> list[Any]:
    """Handles of a legend, data first, then from the top of the stack down, with their numbers of events."""
    names = list(projection.components)
    words = " − ".join(["data", *(name_text(name) for name in gone)])
    left = projection.data.sum() - projection.without(gone).sum()
    data = Line2D(
        [], [], color=BLACK, marker="o", markersize=4.5, linewidth=1.1, label=f"{words}: {_number(left)}"
    )
    return [data] + [
        Patch(
            linewidth=0.6,
            label=f"{name_text(name)}: {_number(projection.components[name].sum())}",
            **fill_style(i, len(names) - 1),
        )
        for i, name in enumerate(names)
        if name not in gone
    ]


def _number(counts: float) -> str:
    return f"{counts:.0f}" if abs(counts) >= 9.5 else f"{counts:.1f}"


def _is_unequal(projection: Projection) -> bool:
    return bool(projection.edges[0] >= 0 and projection.width.max() > UNEQUAL * projection.width.min())


def _places(projection: Projection) -> tuple[np.ndarray, np.ndarray]:
    """Where a bin's point stands, the middle of the bin as it is drawn, and the distances to its edges [2, n]."""
    middle = projection.centre
    if _is_unequal(projection):
        middle = np.square((np.sqrt(projection.edges[1:]) + np.sqrt(projection.edges[:-1])) / 2)
    return middle, np.array([middle - projection.edges[:-1], projection.edges[1:] - middle])


def _scale_note(projection: Projection) -> str:
    return ", square-root scale" if _is_unequal(projection) else ""


def _unequal_axis(ax: Axes, projection: Projection) -> None:
    if _is_unequal(projection):
        ax.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0.0)), np.square))


def _unequal_ticks(ax: Axes, projection: Projection) -> None:
    """On a square-root axis, ticks at edges of bins that stand well apart."""
    if not _is_unequal(projection):
        return
    apart = 0.08 * np.ptp(np.sqrt(projection.edges))
    chosen: list[float] = []
    # Round numbers first: their text is the shortest.
    for edge in sorted(
        (float(edge) for edge in projection.edges), key=lambda edge: (len(f"{edge:.3g}"), -edge)
    ):
        if all(abs(np.sqrt(edge) - np.sqrt(other)) >= apart for other in chosen):
            chosen.append(edge)
    ax.set_xticks(sorted(chosen), [f"{edge:.3g}" for edge in sorted(chosen)])
    ax.set_xticks([float(edge) for edge in projection.edges], minor=True)

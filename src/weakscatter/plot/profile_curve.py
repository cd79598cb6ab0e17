"""The profile of -2 ln L along one parameter, with critical values and the allowed interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.interpolate import Akima1DInterpolator

from weakscatter.inference import LimitResult, ScanResult, critical_value
from weakscatter.plot.checks import increasing, shaped
from weakscatter.plot.external import draw_external
from weakscatter.plot.parameters import unit_of
from weakscatter.plot.style import BLUE, SKY, STYLE, VERMILION, dress, new_figure
from weakscatter.plot.words import axis_text, name_text
from weakscatter.provenance.errors import InputError

#: The vertical axis ends at this many critical values.
HEADROOM = 3.0

#: Up to this many points each is marked, so that what was computed and what lies between can be told apart.
FEW_POINTS = 60


def profile_curve(
    result: LimitResult | ScanResult,
    *,
    confidence: float = 0.90,
    unit: str | None = None,
    standard_model: float | None = None,
    external: Iterable[Any] = (),
    title: str = "",
) -> Figure:
    """Draw Delta = -2 ln L - minimum over one parameter; shade where it stays below the critical value.

    Parameters
    ----------
    result : a converged limit, which brings confidence, sides and unit along, or a scan of one parameter. The outer ends
        of a limit with a budget (`weakscatter.limit_budget`) get a band of their error.
    confidence, unit : for a scan: two-sided confidence, and the unit of the parameter (None: that of the built-in
        parameter of its name).
    standard_model : value marked by a line.
    external : limits of others, as `weakscatter.external_limits` returns them, drawn above the curve with citations.
    title : of the figure.

    Raises
    ------
    InputError : a result without numbers, or a scan of two parameters.
    """
    if isinstance(result, LimitResult):
        if not result.converged:
            raise InputError(f"the limit holds no numbers to draw ({result.status}). {result.advice}")
        return curve_and_interval(
            result.parameter, result.unit, result.points, result.delta, critical_value=result.critical_value,
            confidence=result.confidence, sides=result.sides, intervals=result.intervals,
            best_fit=result.best_fit.get(result.parameter), standard_model=standard_model, external=external, title=title,
            end_errors={end: budget.total for end, budget in result.budget.items()},
        )  # fmt: skip
    if not isinstance(result, ScanResult) or len(result.grid) != 1:
        raise InputError(
            "a profile curve needs a LimitResult or a ScanResult of one parameter; draw two with contour."
        )
    ((name, points),) = result.grid.items()
    return curve_and_interval(
        name, unit_of(name) if unit is None else unit, points, result.delta,
        critical_value=critical_value(confidence, "two"), confidence=confidence, sides="two", intervals=None,
        best_fit=result.best_fit.get(name), standard_model=standard_model, external=external, title=title,
    )  # fmt: skip


def curve_and_interval(
    parameter: str,
    unit: str,
    points: Any,
    delta: Any,
    *,
    critical_value: float,
    confidence: float,
    sides: str = "two",
    intervals: Iterable[tuple[float | None, float | None]] | None = None,
    best_fit: float | None = None,
    standard_model: float | None = None,
    end_errors: Mapping[str, float] | None = None,
    external: Iterable[Any] = (),
    title: str = "",
) -> Figure:
    """Draw a profile given as numbers.

    Parameters
    ----------
    points, delta : arrays [n], parameter (in `unit`) and rise of -2 ln L.
    critical_value, confidence, sides : what ends the interval.
    intervals : (lower, upper) pairs to shade, None for an open end; None instead of pairs: read off the curve.
    best_fit, standard_model : values to mark.
    end_errors : {"lower" or "upper": error} of the outermost ends, drawn as bands.
    external : limits of others on this parameter (objects with `parameter`, `also`, `label`, `cited`, `confidence`,
        `knowledge` and `ends_in(unit)`).

    Raises
    ------
    InputError : shapes that do not match, points that do not increase, no finite value, a limit on another parameter.
    """
    x = increasing("points", points, 2)
    y = shaped("delta", delta, x.shape, "the points")
    if not np.any(np.isfinite(y)):
        raise InputError("delta holds no finite value: nothing converged that could be drawn.")
    figure = new_figure()
    ax = figure.add_subplot()
    top = HEADROOM * critical_value
    pairs = (
        crossings(x, y, critical_value)
        if intervals is None
        else tuple((low, high) for low, high in intervals)
    )
    ax.set_ylim(0.0, top)
    bands = _end_bands(pairs, end_errors or {})
    ax.set_xlim(*_window(x, y, top, (*pairs, *bands)))
    left, right = ax.get_xlim()
    for begin, stop in bands:
        ax.axvspan(begin, stop, ymax=critical_value / top, facecolor=BLUE, alpha=0.25, linewidth=0, zorder=0.6,
                   label="error of the limit")  # fmt: skip
    for low, high in pairs:
        a, b = left if low is None else low, right if high is None else high
        ax.axvspan(a, b, facecolor=SKY, alpha=0.28, linewidth=0, zorder=0.5)
        for end in (low, high):
            if end is not None:
                ax.axvline(
                    end, ymax=critical_value / top, color=BLUE, linewidth=STYLE["thin"], linestyle=(0, (3, 2))
                )
    shown = int(np.sum((x >= left) & (x <= right) & (y <= top)))
    for line_x, line_y in smooth_pieces(*_with_known(x, y, pairs, critical_value, best_fit)):
        ax.plot(line_x, line_y, color=BLUE, linewidth=STYLE["line"])
    ax.plot(
        x,
        y,
        linestyle="none",
        marker="o",
        markersize=2.6 if shown <= FEW_POINTS else 0,
        color=BLUE,
        label="computed",
    )
    ax.axhline(critical_value, color=VERMILION, linewidth=1.2, linestyle=(0, (6, 2)))
    kind = {"two": "two-sided", "upper": "upper limit", "lower": "lower limit"}.get(sides, sides)
    _note(ax, critical_value / top, f"{100 * confidence:g} %, {kind}\nΔ = {critical_value:.2f}", VERMILION)
    if abs(critical_value - 1.0) > 0.12 * top and top > 1.0:
        ax.axhline(1.0, color=STYLE["frame"], linewidth=0.8, linestyle=(0, (1, 2)))
        _note(ax, 1.0 / top, "1σ\nΔ = 1", STYLE["frame"])
    if best_fit is not None and left <= best_fit <= right:
        ax.plot([best_fit], [0.0], marker="o", color=BLUE, markersize=8, clip_on=False, zorder=5)
    if standard_model is not None:
        ax.axvline(standard_model, color=STYLE["frame"], linewidth=1.2, linestyle=(0, (6, 1.6, 1.2, 1.6)))
        ax.annotate("SM", (standard_model, 0.96), (4, 0), xycoords=("data", "axes fraction"), va="top",
                    textcoords="offset points", color=STYLE["frame"], fontsize=STYLE["text"])  # fmt: skip
    draw_external(ax, parameter, unit, external)
    dress(ax, axis_text(name_text(parameter), unit), r"$\Delta = -2\,\ln L - \min$", "")
    ax.set_title(title or summary_text(best_fit, pairs), fontsize=STYLE["label"], loc="left")
    return figure


def _end_bands(
    pairs: Iterable[tuple[float | None, float | None]], errors: Mapping[str, float]
) -> tuple[tuple[float, float], ...]:
    """(end - error, end + error) of the outermost ends that have an error."""
    ends = [end for pair in pairs for end in pair]
    outer = {"lower": ends[0], "upper": ends[-1]} if ends else {}
    bands = ((end, errors[side]) for side, end in outer.items() if end is not None and side in errors)
    return tuple((end - error, end + error) for end, error in bands)


def crossings(x: np.ndarray, y: np.ndarray, level: float) -> tuple[tuple[float | None, float | None], ...]:
    """Where a curve lies below `level`, by straight lines between its points; None where it does so at an end."""
    good = np.isfinite(y)
    x, h = x[good], y[good] - level
    turns = np.flatnonzero((h[:-1] <= 0) != (h[1:] <= 0))
    ends: list[float | None] = [float(x[i] - h[i] * (x[i + 1] - x[i]) / (h[i + 1] - h[i])) for i in turns]
    if h[0] <= 0:
        ends.insert(0, None)
    if h[-1] <= 0:
        ends.append(None)
    return tuple((ends[i], ends[i + 1]) for i in range(0, len(ends) - 1, 2))


def smooth_pieces(x: np.ndarray, y: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Curves through the computed points (modified Akima, which does not overshoot), one for each unbroken run."""
    good = np.isfinite(y)
    starts = np.flatnonzero(np.diff(np.concatenate([[False], good])) & good)
    ends = np.flatnonzero(np.diff(np.concatenate([good, [False]])) & good) + 1
    pieces = []
    for a, b in zip(starts, ends, strict=True):
        if b - a < 3:
            pieces.append((x[a:b], y[a:b]))
            continue
        fine = np.unique(
            np.concatenate([np.linspace(i, j, 9) for i, j in zip(x[a : b - 1], x[a + 1 : b], strict=True)])
        )
        pieces.append((fine, np.maximum(Akima1DInterpolator(x[a:b], y[a:b], method="makima")(fine), 0.0)))
    return pieces


def _with_known(
    x: np.ndarray,
    y: np.ndarray,
    pairs: Iterable[tuple[float | None, float | None]],
    level: float,
    best: float | None,
) -> tuple[np.ndarray, np.ndarray]:
    """The curve with the points that the result knows besides: the ends of the intervals and the best fit."""
    known = {float(end): level for pair in pairs for end in pair if end is not None and x[0] < end < x[-1]}
    # An end that is a bound of the parameter, not a crossing, does not lie on the critical value.
    known = {
        end: rise
        for end, rise in known.items()
        if abs(np.interp(end, x, np.nan_to_num(y, nan=np.inf)) - level) < level
    }
    if best is not None and x[0] < best < x[-1]:
        known[float(best)] = 0.0
    span = 1e-9 * (x[-1] - x[0])
    known = {end: rise for end, rise in known.items() if np.min(np.abs(x - end)) > span}
    both_x, both_y = np.append(x, list(known)), np.append(y, list(known.values()))
    order = np.argsort(both_x)
    return both_x[order], both_y[order]


def summary_text(best_fit: float | None, pairs: Iterable[tuple[float | None, float | None]]) -> str:
    """Best fit and intervals in words for a title, unit left to the axis."""
    pieces = [
        f"[{'…' if low is None else format(low, '.3g')}, {'…' if high is None else format(high, '.3g')}]".replace(
            "-", "−"
        )
        for low, high in pairs
    ]
    best = [] if best_fit is None else [f"best fit {best_fit:.3g}".replace("-", "−")]
    return ",  ".join(best + (["allowed " + " or ".join(pieces)] if pieces else []))


def _window(
    x: np.ndarray, y: np.ndarray, top: float, pairs: Iterable[tuple[float | None, float | None]]
) -> tuple[float, float]:
    """The part of the axis in which the curve stays below the top, and the interval's ends, with a margin."""
    inside = crossings(x, y, top)
    ends = [end for pair in (*inside, *pairs) for end in pair if end is not None]
    if not inside or inside[0][0] is None:
        ends.append(float(x[0]))
    if not inside or inside[-1][1] is None:
        ends.append(float(x[-1]))
    low, high = min(ends), max(ends)
    room = 0.03 * (high - low)
    return max(low - room, x[0]), min(high + room, x[-1])


def _note(ax: Axes, y: float, text: str, colour: str) -> None:
    """A label right of the axes, at the height of its line."""
    ax.annotate(
        text,
        (1.015, y),
        xycoords="axes fraction",
        ha="left",
        va="center",
        color=colour,
        fontsize=STYLE["text"],
    )

"""The profile likelihood and the marginal posterior of one parameter in one figure, with both intervals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from weakscatter.inference import ProfileAndMarginal
from weakscatter.plot.checks import increasing, shaped
from weakscatter.plot.style import BLUE, STYLE, VERMILION, dress, legend, new_figure
from weakscatter.plot.words import axis_text, name_text
from weakscatter.provenance.errors import InputError

Interval = tuple[float | None, float | None]


def profile_and_marginal(result: ProfileAndMarginal, *, title: str = "") -> Figure:
    """Draw exp(-Delta/2) and the marginal density over the parameter, each with its maximum at one, and both intervals.

    Raises
    ------
    InputError : a result without numbers.
    """
    if not result.converged:
        raise InputError(
            f"nothing to draw: the profile is {result.profile.status}, the posterior {result.marginal.status}."
        )
    profile, marginal = result.profile, result.marginal
    return both_curves(
        profile.parameter, profile.unit, (profile.points, profile.delta), marginal.marginal(), profile.intervals,
        marginal.interval(), profile.confidence, marginal.prior.get(marginal.parameter, ""), title,
    )  # fmt: skip


def both_curves(
    parameter: str, unit: str, profile: tuple[Any, Any], marginal: tuple[Any, Any], intervals: Iterable[Interval],
    credible: Interval, confidence: float, prior: str = "", title: str = "",
) -> Figure:  # fmt: skip
    """Draw curves given as numbers.

    Parameters
    ----------
    profile : points and rise of -2 ln L; marginal : points and density.
    intervals : of the profile; credible : of the posterior.
    """
    x = increasing("points", profile[0], 3)
    likelihood = np.exp(-0.5 * shaped("delta", profile[1], x.shape, "the points"))
    y = increasing("points of the marginal", marginal[0], 3)
    density = shaped("density", marginal[1], y.shape, "its points")
    density = density / np.max(density)
    figure = new_figure()
    bars, ax = figure.subplots(2, 1, sharex=True, height_ratios=[1, 5])
    fine = np.linspace(max(x[0], y[0] - (y[-1] - y[0])), min(x[-1], y[-1] + (y[-1] - y[0])), 801)
    ax.plot(fine, np.exp(-0.5 * np.interp(fine, x, profile[1])) if len(x) > 200 else _smooth(x, likelihood, fine),
            color=BLUE, linewidth=STYLE["line"], label="profile likelihood")  # fmt: skip
    words = f"marginal posterior, {prior} prior" if prior else "marginal posterior"
    ax.plot(y, density, color=VERMILION, linewidth=STYLE["line"], linestyle=(0, (6, 2)), label=words)
    seen = np.concatenate([fine[np.interp(fine, x, likelihood) > 1e-3], y[density > 1e-3]])
    ax.set_xlim(float(seen.min()), float(seen.max()))
    ax.set_ylim(0.0, 1.08)
    left, right = ax.get_xlim()
    for row, pairs, colour in ((1, list(intervals), BLUE), (0, [credible], VERMILION)):
        for low, high in pairs:
            ends = [left if low is None else low, right if high is None else high]
            bars.plot(ends, [row, row], color=colour, linewidth=5, solid_capstyle="butt")
            for end in (low, high):
                if end is not None:
                    ax.axvline(end, color=colour, linewidth=STYLE["thin"], linestyle=(0, (1, 2)))
    bars.set_ylim(-0.7, 1.7)
    legend(ax, loc="upper right")
    dress(ax, axis_text(name_text(parameter), unit), "relative to its maximum", "")
    dress(bars, "", "", "")
    bars.set_yticks([1, 0], ["profile", "marginal"])
    bars.grid(False)
    bars.set_title(title or f"{100 * confidence:g} % intervals", fontsize=STYLE["label"], loc="left")
    return figure


def _smooth(x: np.ndarray, likelihood: np.ndarray, fine: np.ndarray) -> np.ndarray:
    """The curve between few points: -2 ln L is close to a parabola, whose root is close to a straight line."""
    best = int(np.argmax(likelihood))
    with np.errstate(divide="ignore"):
        root = np.sqrt(np.minimum(-2.0 * np.log(np.maximum(likelihood, 1e-300)), 1e3))
    signed = np.where(np.arange(len(x)) < best, -root, root)
    return np.exp(-0.5 * np.interp(fine, x, signed) ** 2)

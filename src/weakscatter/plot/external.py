"""Limits of others, drawn over a profile: a bar over what they allow, each with its citation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes

from weakscatter.plot.style import GREEN, PURPLE, STYLE
from weakscatter.provenance.errors import InputError

#: Share of the height of the axes at which the first bar lies, and between two.
TOP, STEP = 0.86, 0.085
#: Laboratory limits, and those that rest on a star or on the universe.
COLOURS = {"laboratory": PURPLE}
#: Behind a text that the curve may cross.
_PAPER = {"facecolor": "white", "alpha": 0.6, "linewidth": 0, "pad": 0.6}


def draw_external(ax: Axes, parameter: str, unit: str, limits: Iterable[Any]) -> None:
    """Draw the allowed interval of each limit as a bar, in the axis' `unit`, with label, level and citation beside it.

    What reaches beyond the axis ends in an arrow there. "(recalled)" marks a number nobody has compared with its paper.

    Raises
    ------
    InputError : a limit on another parameter, or more of them than there is room for.
    """
    chosen = tuple(limits)
    room = int(TOP / STEP)
    if len(chosen) > room:
        raise InputError(f"{len(chosen)} external limits do not fit into one figure; choose at most {room}.")
    left, right = ax.get_xlim()
    for row, limit in enumerate(chosen):
        if parameter not in (limit.parameter, *limit.also):
            raise InputError(
                f"the external limit {limit.id!r} is one on {limit.parameter!r}, not on {parameter!r}; choose with "
                f"external_limits({parameter!r})."
            )
        height = TOP - row * STEP
        colour = COLOURS.get(limit.kind, GREEN)
        lower, upper = limit.ends_in(unit)
        inside = [
            left if lower is None else min(max(lower, left), right),
            right if upper is None else min(max(upper, left), right),
        ]
        placed: dict[str, Any] = {"color": colour, "zorder": 3, "transform": ax.get_xaxis_transform()}
        (line,) = ax.plot(inside, [height, height], linewidth=STYLE["line"], **placed)
        line.set_gid(f"external:{limit.id}")
        for end, shown, beyond in ((lower, inside[0], "<"), (upper, inside[1], ">")):
            if end is not None:
                ax.plot(
                    [shown],
                    [height],
                    marker="|" if end == shown else beyond,
                    markersize=7,
                    clip_on=False,
                    **placed,
                )
        level = "" if limit.confidence is None else f", {100 * limit.confidence:g} %"
        basis = "" if limit.kind == "laboratory" else f", {limit.kind}"
        recalled = " (recalled)" if limit.knowledge == "recalled" else ""
        ax.annotate(f"{limit.label}{basis}{level}: {limit.cited}{recalled}", (0.02, height), (0, 2.5), xycoords="axes fraction",
                    textcoords="offset points", va="bottom", color=STYLE["frame"], fontsize=0.75 * STYLE["text"], bbox=_PAPER,
                    zorder=4)  # fmt: skip

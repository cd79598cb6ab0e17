"""How every figure looks: one style, set on each figure's own objects, never in matplotlib's global settings.

Colours are those of Okabe and Ito (2008), which readers with any common colour blindness tell apart. Colour never
stands alone: lines differ in dash pattern, filled areas in hatching, so that a black-and-white print reads as well.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, ScalarFormatter

#: Sizes in points (inches for `panel`), shades of the frame and the grid, and the resolution of bitmaps.
STYLE: dict[str, Any] = {
    "label": 12.0, "tick": 10.5, "text": 10.0, "title": 12.0, "line": 1.9, "thin": 1.0, "grid": 0.5,
    "frame": "#404040", "grid_colour": "#DADADA", "panel": (6.4, 4.5), "dpi": 200,
}  # fmt: skip

BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK, GREY = "#E69F00", "#56B4E9", "#000000", "#C9C9C9"

#: Yellow of the palette is left out: on white paper it cannot be seen as a line.
LINE_COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
DASHES: tuple[Any, ...] = (
    "-", (0, (6, 2)), (0, (1.2, 1.4)), (0, (6, 1.6, 1.2, 1.6)), (0, (10, 2)), (0, (4, 1.4, 1.2, 1.4, 1.2, 1.4)),
)  # fmt: skip
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")

#: The signal, then backgrounds from small to large: dark and hatched to pale and plain.
FILL_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION)
HATCHES = ("", "////", "....", "\\\\\\\\", "xxx", "---")


def line_style(index: int) -> dict[str, Any]:
    """Colour and dash pattern of the line number `index`; all pairs differ among the first 42."""
    return {
        "color": LINE_COLOURS[index % len(LINE_COLOURS)],
        "linestyle": DASHES[index % len(DASHES)],
        "linewidth": STYLE["line"],
    }


def fill_style(index: int, last: int) -> dict[str, Any]:
    """Colour and hatching of the component number `index` of 0...`last`; the last one is plain grey."""
    if index == last and last > 0:
        return {"facecolor": GREY, "edgecolor": STYLE["frame"], "hatch": ""}
    repeat = index // len(FILL_COLOURS)
    return {
        "facecolor": FILL_COLOURS[index % len(FILL_COLOURS)],
        "edgecolor": STYLE["frame"],
        "hatch": HATCHES[(index + repeat) % len(HATCHES)],
    }


class Picture(Figure):
    """A figure that a notebook shows when it is the value of a cell, whatever its backend."""

    def _repr_png_(self) -> bytes:
        picture = BytesIO()
        self.savefig(picture, format="png")
        return picture.getvalue()


def new_figure(width: float = 1.0, height: float = 1.0) -> Figure:
    """An empty figure, `width` x `height` panels large, without pyplot."""
    panel = STYLE["panel"]
    figure = Picture(figsize=(width * panel[0], height * panel[1]), dpi=STYLE["dpi"], layout="constrained")
    figure.set_facecolor("white")
    return figure


def dress(ax: Axes, x: str = "", y: str = "", title: str = "") -> None:
    """Frame, ticks, thin grid and labels in the house style."""
    ax.set_facecolor("white")
    ax.set_axisbelow(True)
    ax.grid(True, color=STYLE["grid_colour"], linewidth=STYLE["grid"])
    for spine in ax.spines.values():
        spine.set(color=STYLE["frame"], linewidth=STYLE["thin"])
    both = {
        "direction": "in",
        "top": True,
        "right": True,
        "color": STYLE["frame"],
        "labelsize": STYLE["tick"],
    }
    ax.tick_params(which="major", length=5, **both)
    ax.tick_params(which="minor", length=2.5, **both)
    for axis in (ax.xaxis, ax.yaxis):
        axis.get_offset_text().set_fontsize(STYLE["tick"])
        if axis.get_scale() == "linear":
            axis.set_major_formatter(_plain_numbers())
        elif axis.get_scale() == "log" and _near_one(axis.get_view_interval()):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    if x:
        ax.set_xlabel(x, fontsize=STYLE["label"])
    if y:
        ax.set_ylabel(y, fontsize=STYLE["label"])
    if title:
        ax.set_title(title, fontsize=STYLE["title"], loc="left")


def legend(ax: Axes, *args: Any, **options: Any) -> None:
    """A legend in the house style, where it hides least."""
    box = ax.legend(*args, **{
        "fontsize": STYLE["text"], "title_fontsize": STYLE["text"], "frameon": True, "framealpha": 0.9,
        "edgecolor": "none", "handlelength": 2.6, "borderaxespad": 0.6, "labelspacing": 0.4, **options,
    })  # fmt: skip
    box.set_zorder(5)


def _near_one(interval: Any) -> bool:
    """Whether numbers of an axis read better as 0.1, 1, 10 than as powers of ten."""
    return bool(min(interval) >= 0.9e-3 and max(interval) <= 1.1e4)


def _plain_numbers() -> ScalarFormatter:
    formatter = ScalarFormatter(useOffset=False, useMathText=True)
    formatter.set_powerlimits((-3, 5))
    return formatter

"""Level schemes: calculated levels of nuclei beside measured ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from weakscatter.plot.checks import array
from weakscatter.plot.curves import spread
from weakscatter.plot.style import BLUE, STYLE, VERMILION, dress, new_figure
from weakscatter.provenance.errors import InputError

#: Share of the height that a label of a level needs.
LABEL = 0.042


@dataclass(frozen=True, eq=False)
class Column:
    """Levels of one nucleus from one source: excitation energies (MeV), spins, parities, all [level]."""

    energies: Any
    spins: Any
    parities: Any


def level_scheme(
    nuclei: Mapping[str, Mapping[str, Column]], *, most_energy: float | None = None, title: str = ""
) -> Figure:
    """Draw levels as bars, one pair of axes for each nucleus, one column for each source.

    Parameters
    ----------
    nuclei : {nucleus: {source: `Column`}}, such as {"Ne20": {"calculated": ..., "measured": ...}}.
    most_energy : top of every axis (MeV); None: just above the highest level of the first source.
    title : of the figure.

    Raises
    ------
    InputError : nothing to draw, or arrays of different lengths.
    """
    if not nuclei or not all(nuclei.values()):
        raise InputError("a level scheme needs at least one nucleus with one column of levels.")
    columns = min(len(nuclei), 4)
    rows = -(-len(nuclei) // columns)
    figure = new_figure(max(0.6, 0.42 * columns), 0.95 * rows)
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax, (name, sources) in zip(axes, nuclei.items(), strict=False):
        _draw(ax, name, sources, most_energy)
    for ax in axes[len(nuclei) :]:
        ax.set_axis_off()
    for ax in axes[::columns]:
        ax.set_ylabel("excitation energy (MeV)", fontsize=STYLE["label"])
    if title:
        figure.suptitle(title, fontsize=STYLE["title"])
    return figure


def spin_text(spin: float, parity: float) -> str:
    """Return J and parity as people write them.

    >>> spin_text(2.0, 1), spin_text(2.5, -1)
    ('$2^{+}$', '$5/2^{-}$')
    """
    two_j = round(2.0 * float(spin))
    number = str(two_j // 2) if two_j % 2 == 0 else f"{two_j}/2"
    return f"${number}^{{{'+' if parity > 0 else '-'}}}$"


def _draw(ax: Axes, name: str, sources: Mapping[str, Column], most_energy: float | None) -> None:
    first = array("energies", next(iter(sources.values())).energies)
    top = float(most_energy if most_energy is not None else 1.08 * np.nanmax(first)) or 1.0
    for place, (source, column) in enumerate(sources.items()):
        energies, spins, parities = (
            array(what, getattr(column, what)) for what in ("energies", "spins", "parities")
        )
        if not energies.shape == spins.shape == parities.shape:
            raise InputError(f"{name}, {source}: energies, spins and parities must have one length.")
        inside = np.flatnonzero(energies <= top)
        colour = (BLUE, VERMILION)[place % 2]
        ax.hlines(energies[inside], place - 0.40, place + 0.06, color=colour, linewidth=STYLE["line"])
        heights = spread({str(i): float(energies[i]) / top for i in inside}, LABEL)
        for i in inside:
            height = heights[str(i)] * top
            ax.plot(
                [place + 0.06, place + 0.14], [energies[i], height], color=colour, linewidth=STYLE["grid"]
            )
            text = spin_text(spins[i], parities[i])
            ax.text(place + 0.16, height, text, fontsize=STYLE["text"], va="center", color=colour)
    dress(ax, title=_nucleus(name))
    ax.grid(False, axis="x")
    ax.set_xlim(-0.55, len(sources) - 0.45)
    ax.set_ylim(-0.05 * top, 1.02 * top)
    ax.set_xticks([place - 0.1 for place in range(len(sources))], list(sources), fontsize=STYLE["tick"])
    ax.tick_params(axis="x", length=0)


def _nucleus(name: str) -> str:
    symbol, A = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")) :]
    return f"$^{{{A}}}${symbol}" if A else name

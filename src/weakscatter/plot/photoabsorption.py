"""Photoabsorption cross sections over photon energy, and energies of the orbitals of an atom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from weakscatter.plot.checks import curves
from weakscatter.plot.curves import energies, energy_unit
from weakscatter.plot.style import dress, legend, line_style, new_figure
from weakscatter.provenance.errors import InputError
from weakscatter.units import to


def photoabsorption(
    photon_energy: Any, sigma: Mapping[str, Any], *, unit: str = "Mb", photon_unit: str | None = None, title: str = ""
) -> Figure:  # fmt: skip
    """Draw cross sections per atom over the photon energy on logarithmic axes, one line per label.

    Parameters
    ----------
    photon_energy : array [photon] (MeV), increasing.
    sigma : {label: array [photon]} (MeV^-2); what is not positive is left out.
    unit, photon_unit : units of the axes.

    Raises
    ------
    InputError : shapes that do not match, energies that do not increase, nothing positive to draw.
    """
    w = energies("photon_energy", photon_energy)
    lines = curves("sigma", sigma, w.shape, "photon_energy")
    if not any(np.any(y > 0) for y in lines.values()):
        raise InputError("no cross section is positive, so there is nothing to draw on a logarithmic axis.")
    photon_unit = photon_unit or energy_unit(w)
    figure = new_figure()
    ax = figure.add_subplot()
    ax.set_xscale("log")
    ax.set_yscale("log")
    for i, (label, y) in enumerate(lines.items()):
        shown = np.where(y > 0, y, np.nan)
        marker: dict[str, Any] = {"marker": "o", "markersize": 3} if len(w) < 12 else {}
        ax.plot(to(w, photon_unit), to(shown, unit), label=label, **{**line_style(i), **marker})
    legend(ax)
    dress(ax, f"photon energy ({photon_unit})", f"cross section ({unit} per atom)", title)
    return figure


def orbital_energies(names: Sequence[str], energy: Any, *, unit: str = "eV", title: str = "") -> Figure:
    """Draw binding energies of orbitals on a logarithmic axis.

    Parameters
    ----------
    names : of the orbitals.
    energy : array [orbital] (MeV), negative.
    """
    binding = -np.asarray(energy, dtype=float)
    if binding.shape != (len(names),) or not np.all(binding > 0):
        raise InputError("orbital energies to draw are one negative number for each name.")
    figure = new_figure()
    ax = figure.add_subplot()
    ax.set_yscale("log")
    ax.plot(range(len(names)), to(binding, unit), "_", markersize=14, color=line_style(0)["color"])
    dress(ax, "", f"binding energy ({unit})", title)
    ax.set_xticks(range(len(names)), names, rotation=90)
    return figure

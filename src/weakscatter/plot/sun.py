"""The Sun: fluxes of its neutrinos over energy, and how many arrive as nu_e."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from weakscatter.plot.style import dress, legend, line_style, new_figure
from weakscatter.provenance.errors import InputError
from weakscatter.units import cm, s

#: Range of energies (MeV) and of fluxes that are drawn.
_ENERGIES, _FLUXES = (0.05, 20.0), (1e1, 1e13)


def solar_fluxes(beam: Any, duration: float, *, title: str = "") -> Figure:
    """Draw the flux at one astronomical unit over the neutrino energy: continua per MeV, lines as bars of their flux.

    Parameters
    ----------
    beam : `weakscatter.flux.solar_neutrinos`.
    duration : live time for which the beam was made (natural units).
    title : of the figure.

    Raises
    ------
    InputError : a duration that is not positive.
    """
    if not duration > 0:
        raise InputError(
            f"the flux is the fluence over the live time, which must be positive; got {duration}."
        )
    figure = new_figure()
    ax = figure.add_subplot()
    ax.set_xscale("log")
    ax.set_yscale("log")
    for i, component in enumerate(beam.components):
        flux = float(component.fluence) / duration * cm**2 * s
        if hasattr(component, "density"):
            E = np.geomspace(_ENERGIES[0], component.energies[1], 500)[:-1]
            ax.plot(E, flux * np.asarray(component.density(E)), label=component.label, **line_style(i))
        else:
            E, share = (np.asarray(x) for x in component.nodes())
            ax.vlines(E, _FLUXES[0], flux * share, label=component.label, **line_style(i))
    ax.set_xlim(*_ENERGIES)
    ax.set_ylim(*_FLUXES)
    dress(
        ax, "neutrino energy (MeV)", r"flux (cm$^{-2}$ s$^{-1}$ MeV$^{-1}$; lines: cm$^{-2}$ s$^{-1}$)", title
    )
    legend(ax, ncols=3, loc="upper right")
    return figure


def survival_probability(beams: Mapping[str, Any], source: str, *, title: str = "") -> Figure:
    """Draw the share of one source's neutrinos that arrive as nu_e over their energy, one line per beam.

    Parameters
    ----------
    beams : {label: `weakscatter.flux.solar_neutrinos`}.
    source : component of each of the beams, such as "b8". Its propagation is drawn at all energies, not only at those that it has.
    title : of the figure.

    Raises
    ------
    InputError : a beam without that component.
    """
    figure = new_figure()
    ax = figure.add_subplot()
    ax.set_xscale("log")
    E = np.geomspace(*_ENERGIES, 400)
    for i, (label, beam) in enumerate(beams.items()):
        if source not in beam.labels:
            raise InputError(
                f"the beam {label!r} has no component {source!r}; it has {', '.join(beam.labels)}."
            )
        component = beam.components[beam.labels.index(source)]
        ax.plot(E, np.real(np.asarray(component.rho(E))[:, 0, 0]), label=label, **line_style(i))
    ax.set_xlim(*_ENERGIES)
    ax.set_ylim(0.2, 0.65)
    dress(ax, "neutrino energy (MeV)", r"P($\nu_e \to \nu_e$)", title)
    legend(ax)
    return figure

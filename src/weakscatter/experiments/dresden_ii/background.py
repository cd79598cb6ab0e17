"""Backgrounds of Dresden-II between 0.2 and 1.5 keV: epithermal neutrons and electron capture of 71Ge.

    dB/dE = level + amplitude exp(-E/scale) + sum over shells of A_i Gauss(E; E_i, sigma_i)

(arXiv:2202.10829, recalled): L1 with free area, energy and width, L2 at 0.8 % of it and as wide, the M shells at
(16 +- 3) % of it, as wide as the noise. Each is integrated over the bins in closed form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr

from weakscatter.inference import Parameter

_CITED = "arXiv:2202.10829"

#: Names of the parameters, with rough nominal values (rates per 10 eV, detector and day, energies in keV), bounds and
#: widths of their constraints. Only the share of the M shells was measured elsewhere; the other widths are 20 to 100
#: times what the data say, so that they hold nothing: twice as wide, the rise of -2 ln L moves by less than 0.3 %.
_TABLE = (
    ("epithermal_level_dresden", 15.0, "", 0.0, 200.0, 30.0, "flat part of the epithermal neutrons per bin of 10 eV"),
    ("epithermal_rise_dresden", 150.0, "", 0.0, 3000.0, 1000.0, "epithermal neutrons per bin at zero energy, above the flat part"),
    ("epithermal_scale_dresden", 0.25, "keV", 0.05, 3.0, 1.0, "energy over which they fall by e"),
    ("l1_rate_dresden", 1500.0, "", 0.0, 20000.0, 3000.0, "electron captures from L1 of 71Ge per detector and day"),
    ("l1_energy_dresden", 1.297, "keV", 1.25, 1.35, 0.05, "their energy"),
    ("l1_width_dresden", 0.07, "keV", 0.03, 0.15, 0.05, "their width, one standard deviation"),
)  # fmt: skip


def background_parameters(share: float, error: float) -> tuple[Parameter, ...]:
    """The parameters of the backgrounds; `share` and `error` are those of the M shells."""
    free = (
        Parameter(name, value, unit=unit, lower=low, upper=high, sigma=sigma,
                  description=f"{words}; free: the width of its constraint holds nothing", source=_CITED)
        for name, value, unit, low, high, sigma, words in _TABLE
    )  # fmt: skip
    captures = Parameter("m_share_dresden", share, lower=0.0, upper=1.0, sigma=error,
                         description="captures from the M shells of 71Ge over those from L1", source=_CITED)  # fmt: skip
    return (*free, captures)


def backgrounds(
    edges: Any,
    values: Mapping[str, Any],
    *,
    l2_energy: float,
    l2_share: float,
    m_energy: float,
    m_width: float,
) -> dict[str, Any]:
    """Rates [b] per bin, detector and day of the two kinds of background; edges [b + 1] and energies in keV."""
    edges = jnp.asarray(edges)
    width = 0.01  # keV: what the level and the rise are given per
    scale = values["epithermal_scale_dresden"]
    fall = scale * jnp.exp(-edges / scale)
    epithermal = (
        values["epithermal_level_dresden"] * jnp.diff(edges)
        - values["epithermal_rise_dresden"] * jnp.diff(fall)
    ) / width
    spread = values["l1_width_dresden"]
    peaks = (
        (1.0, values["l1_energy_dresden"], spread),
        (l2_share, l2_energy, spread),
        (values["m_share_dresden"], m_energy, m_width),
    )
    captures = sum(share * jnp.diff(ndtr((edges - energy) / sigma)) for share, energy, sigma in peaks)
    return {"epithermal": epithermal, "electron_capture": values["l1_rate_dresden"] * captures}


def nominal(parameters: tuple[Parameter, ...]) -> dict[str, float]:
    """Value of each parameter."""
    return {parameter.name: float(np.asarray(parameter.value)) for parameter in parameters}

"""Our inelastic cross sections at pion-decay sources, from the amplitude tables of the package, without quenching."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import pi
from typing import Any

from weakscatter.flux import pion_decay_at_rest
from weakscatter.interactions import Weak
from weakscatter.matter import nuclide
from weakscatter.model import Target, level_counts, recoil_counts
from weakscatter.response import NuclearResponse, NuclearTransition, shell_model_amplitudes
from weakscatter.units import MeV, cm

#: The T = 1 state by its name in the table, and its measured energy.
_LEVEL, _ENERGY = "1+ 2", 15.110 * MeV


@lru_cache(maxsize=1)
def averages() -> dict[str, float]:
    """Return flux-averaged cross sections (cm^2) by component of a pion-decay source."""
    response = NuclearTransition(
        nuclide("C12"), shell_model_amplitudes("C12"), _LEVEL, energies={_LEVEL: _ENERGY}
    )
    found = level_counts(pion_decay_at_rest(1.0, 1.0, 1.0), response, Weak())
    return {label: float(values[0]) * 4 * pi / cm**2 for label, values in found.items()}


@lru_cache(maxsize=8)
def inelastic_share(name: str, interaction: str | None = None) -> float:
    """Return inelastic over coherent elastic scattering on a nuclide, the three flavours of a pion-decay source together."""
    beam, isotope = pion_decay_at_rest(1.0, 1.0, 1.0), nuclide(name)
    table = shell_model_amplitudes(name, interaction)
    excited = level_counts(beam, NuclearTransition(isotope, table), Weak())
    elastic = recoil_counts(beam, (Target(NuclearResponse(isotope)),), Weak())
    return sum(float(each.sum()) for each in excited.values()) / sum(float(each) for each in elastic.values())


def inelastic_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything}."""
    return {
        "karmen1998.c12_15MeV": lambda results: averages()["nu_mu"],
        "karmen1994.c12_15MeV": lambda results: averages()["nu_e"] + averages()["nu_mu_bar"],
        "dutta2022.ratio_Ar40": lambda results: inelastic_share("Ar40"),
        "dutta2022.ratio_Cs133": lambda results: inelastic_share("Cs133"),
    }

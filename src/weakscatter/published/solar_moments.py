"""Transition moments of Majorana neutrinos from an effective moment of solar 7Be neutrinos, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from weakscatter.flux import solar_neutrinos
from weakscatter.mixing import Mixing, change_basis
from weakscatter.published.limits import external_limit
from weakscatter.units import s

ENERGY = 0.862  # MeV: the line that the window of the data holds
_UNIT = 1e-11  # of the rows, Bohr magnetons


@lru_cache(maxsize=1)
def mass_shares() -> np.ndarray:
    """P_k [3] of 7Be neutrinos."""
    (component,) = solar_neutrinos(components=["be7_862"], duration=1 * s).components
    state = change_basis(component.rho(ENERGY), np.conj(Mixing().unitary).T)
    return np.real(np.diag(np.asarray(state)))


def transition_limit(k: int, results: Any = None) -> float:
    """|Lambda_k| in the unit of the rows, from mu_eff^2 = (1 - P_k) |Lambda_k|^2."""
    effective = external_limit("canas2016.magnetic_moment_effective").upper
    assert effective is not None
    return float(effective / _UNIT / np.sqrt(1 - mass_shares()[k - 1]))


def solar_moment_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything}."""
    return {f"canas2016.transition_{k}": partial(transition_limit, k) for k in (1, 2, 3)}

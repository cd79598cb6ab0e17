"""Quenching measured as a function of the ionisation energy, as a ratio of polynomials."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError
from weakscatter.units import keV


@dataclass(frozen=True, eq=False)
class RationalQuenching:
    r"""E_ee of a recoil T whose quenching factor is a ratio of polynomials in E = E_ee/keV,

        E_ee/T = (p_3 E + p_4 E^2 + E^3)/(p_0 + p_1 E + p_2 E^2).

    Since T = (p_0 + p_1 E + p_2 E^2)/(p_3 + p_4 E + E^2), E is the root of a quadratic equation. Below T = p_0/p_3 there is
    no ionisation at all: the model has a threshold of its own.

    Parameters
    ----------
    coefficients : tuple of five numbers, not negative, p_0, p_3 and p_1 p_3 - p_0 p_4 positive
        In powers of keV. Silicon: 56, 1096, 382, 168, 155 (the parametrisation by CONNIE, arXiv:1906.02200, of the
        measurement of Chavarria et al., arXiv:1608.00957, from 0.7 to 2.3 keV; recalled).

    Notes
    -----
    Beyond T = p_2 keV the formula has no solution; there, far above what it was made for, an error is raised.

    Examples
    --------
    >>> silicon = RationalQuenching((56.0, 1096.0, 382.0, 168.0, 155.0))
    >>> [round(float(silicon(T * 1e-3)) * 1e6, 1) for T in (0.3, 0.7, 2.0)]  # eV from 0.3, 0.7 and 2 keV
    [0.0, 60.9, 309.8]
    """

    coefficients: Any = field(metadata={"unit": "powers of keV"})
    citations = ("chavarria2016", "connie2019")

    def __post_init__(self) -> None:
        given = self.coefficients
        if not hasattr(given, "__len__") or len(given) != 5:
            raise InputError(f"a rational quenching needs the five coefficients p_0 ... p_4; got {given}.")
        if is_concrete(given):
            p = np.asarray(given, dtype=float)
            rising = p[0] > 0 and p[3] > 0 and p[1] * p[3] - p[0] * p[4] > 0
            if not (np.all(np.isfinite(p)) and np.all(p >= 0) and rising):
                raise InputError(
                    f"the coefficients {tuple(given)} of a rational quenching must be finite and not negative, p_0 and p_3 "
                    "positive, and p_1 p_3 > p_0 p_4, or the ionisation would not rise with the recoil."
                )

    def __call__(self, T: Any) -> Any:
        """Return E_ee (MeV) for nuclear recoil energies T (MeV), any shape."""
        p = self.coefficients
        if is_concrete((T, p)):
            given = np.asarray(T, dtype=float)
            bad = ~((given >= 0.0) & (given < float(p[2]) * keV))
            if np.any(bad):
                raise InputError(
                    f"a quenching model was asked at {given[bad].flat[0] / keV:.6g} keV; energies from 0 to "
                    f"{float(p[2]):.6g} keV are allowed."
                )
        x = jnp.asarray(T, dtype=float) / keV
        above = x > p[0] / p[3]
        # Below the threshold the root has an infinite slope nowhere, but is negative: no light.
        safe = jnp.where(above, x, p[0] / p[3] + 1.0)
        a, b, c = p[2] - safe, p[1] - p[4] * safe, p[0] - p[3] * safe
        root = -2.0 * c / (b + jnp.sqrt(b * b - 4.0 * a * c))
        return jnp.where(above, root * keV, 0.0)

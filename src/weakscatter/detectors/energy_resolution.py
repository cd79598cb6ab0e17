"""Gaussian resolutions of liquid xenon: the width is written as a sum, where `GaussianResolution` adds squares.

    SquareRootResolution    sigma = a sqrt(E) + b E
    PolynomialResolution    sigma = c_0 + c_1 E + c_2 E^2 + ...

The observable is the reconstructed energy (MeV), normal around the true one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError
from weakscatter.units import keV


def normal_density(x: Any, mean: Any, sigma: Any) -> Any:
    """Return the density (1/MeV) of a normal distribution at x (MeV); the arguments broadcast."""
    z = (jnp.asarray(x, dtype=float) - mean) / sigma
    return jnp.exp(-0.5 * z**2) / (np.sqrt(2.0 * np.pi) * sigma)


@dataclass(frozen=True, eq=False)
class SquareRootResolution:
    """x is the reconstructed energy (MeV), normal around E_ee with sigma = a sqrt(E) + b E.

    Parameters
    ----------
    a : float (MeV^(1/2))
        Counting of quanta, positive.
    b : float
        Relative width at high energy, not negative. The two parts add linearly, not in squares.

    Notes
    -----
    XENON1T, also used for XENONnT: a = 0.310 sqrt(keV), b = 0.0037 (arXiv:2003.03825); LZ: a = 0.33 sqrt(keV), b = 0
    (LUX, arXiv:1610.02076).

    Examples
    --------
    >>> xenon = SquareRootResolution(0.310 * 0.001**0.5, 0.0037)
    >>> round(float(xenon.deviation(0.010)) / 0.001, 4)  # keV at 10 keV
    1.0173
    """

    a: Any = field(metadata={"unit": "keV^(1/2)"})
    b: Any = field(default=0.0, metadata={"unit": ""})
    discrete: ClassVar[bool] = False
    positive: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not is_concrete((self.a, self.b)):
            return
        a, b = float(self.a), float(self.b)
        if not (np.isfinite(a) and np.isfinite(b) and a > 0.0 and b >= 0.0):
            raise InputError(
                f"a square-root resolution was given a = {a:.6g} MeV^(1/2) and b = {b:.6g}; a width is positive: a > 0 and "
                "b >= 0 are allowed."
            )

    def mean(self, E_ee: Any) -> Any:
        """Return E_ee (MeV)."""
        return jnp.asarray(E_ee, dtype=float)

    def deviation(self, E_ee: Any) -> Any:
        """Return sigma (MeV)."""
        E = jnp.asarray(E_ee, dtype=float)
        return self.a * jnp.sqrt(E) + self.b * E

    def density(self, x: Any, E_ee: Any) -> Any:
        """Return the density (1/MeV) at x (MeV); the arguments broadcast."""
        return normal_density(x, E_ee, self.deviation(E_ee))


@dataclass(frozen=True, eq=False)
class PolynomialResolution:
    """x is the reconstructed energy (MeV), normal around E_ee with sigma = c_0 + c_1 E + c_2 E^2 + ...

    Parameters
    ----------
    coefficients : tuple of float (MeV^(1 - k))
        c_k, from the constant on; a paper's numbers with E in keV are multiplied by keV^(1 - k).
    energy_max : float (MeV)
        End of the range in which the polynomial is the resolution; above it sigma keeps its last value, since a
        polynomial fitted below runs away (or below zero) there.

    Raises
    ------
    InputError : a width that is not positive between 1 eV and `energy_max`.

    Examples
    --------
    >>> linear = PolynomialResolution((0.0001, 0.02), energy_max=0.030)
    >>> round(float(linear.deviation(0.010)), 6), round(float(linear.deviation(0.050)), 6)
    (0.0003, 0.0007)
    """

    coefficients: tuple[float, ...] = field(metadata={"unit": "MeV"})
    energy_max: float = field(metadata={"unit": "MeV"})
    discrete: ClassVar[bool] = False
    positive: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not is_concrete((self.coefficients, self.energy_max)):
            return
        if not (np.isfinite(self.energy_max) and self.energy_max > 0.0 and len(self.coefficients)):
            raise InputError(
                f"a polynomial resolution was given {len(self.coefficients)} coefficients up to {self.energy_max} MeV; one or "
                "more coefficients and a positive end are needed."
            )
        E = np.linspace(0.0, float(self.energy_max), 4001)
        E[0] = min(1e-3 * keV, E[1])
        sigma = np.polynomial.polynomial.polyval(E, np.asarray(self.coefficients, dtype=float))
        bad = ~(np.isfinite(sigma) & (sigma > 0.0))
        if np.any(bad):
            raise InputError(
                f"a polynomial resolution has the width {sigma[bad][0] / keV:.6g} keV at {E[bad][0] / keV:.6g} keV; a width is "
                f"positive up to energy_max = {float(self.energy_max) / keV:.6g} keV. Check the unit of the coefficients, or lower "
                "energy_max."
            )

    def mean(self, E_ee: Any) -> Any:
        """Return E_ee (MeV)."""
        return jnp.asarray(E_ee, dtype=float)

    def deviation(self, E_ee: Any) -> Any:
        """Return sigma (MeV)."""
        E = jnp.minimum(jnp.asarray(E_ee, dtype=float), self.energy_max)
        sigma = jnp.zeros_like(E)
        for coefficient in reversed(tuple(self.coefficients)):
            sigma = sigma * E + coefficient
        return sigma

    def density(self, x: Any, E_ee: Any) -> Any:
        """Return the density (1/MeV) at x (MeV); the arguments broadcast."""
        return normal_density(x, E_ee, self.deviation(E_ee))

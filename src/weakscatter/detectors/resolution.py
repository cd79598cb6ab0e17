"""Resolution: how the observable x of events with mean energy E_ee > 0 is distributed.

The observable is an energy (MeV) or a number of photoelectrons (PE), as the class says. A resolution is any object
with

    density(x, E_ee)   probability per unit of x; for `discrete` ones the probability of the value x
    mean(E_ee)         mean of x
    deviation(E_ee)    standard deviation of x, which places the quadrature panels
    discrete           whether x takes only the values n + offset, n = 0, 1, ...
    positive           whether x >= 0 always

and numeric fields, which a fit may trace. Densities are normalised over *all* x: what fluctuates out of the window
of an analysis is lost, never renormalised into it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln, ndtr, xlogy

from weakscatter.detectors.energy_resolution import normal_density
from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError, unknown

_READINGS = ("count", "centre")


def _check(name: str, values: dict[str, Any], *, strict: bool) -> None:
    for key, value in values.items():
        if not is_concrete(value):
            continue
        number = float(value)
        if not np.isfinite(number) or number < 0.0 or (strict and number == 0.0):
            allowed = "positive" if strict else "zero or positive"
            raise InputError(
                f"a {name} resolution was given {key} = {number}; a finite, {allowed} number is allowed."
            )


@dataclass(frozen=True, eq=False)
class GaussianResolution:
    """x is the reconstructed energy (MeV), normal around E_ee with

        (sigma/E)^2 = noise^2/E^2 + stochastic^2/E + constant^2.

    Parameters
    ----------
    noise : float (MeV)
        Electronic noise, the width at zero energy.
    stochastic : float (MeV^(1/2))
        Counting of quanta. Argon (CENNS-10): 0.58 sqrt(keV); germanium: sqrt(F eta), Fano factor times energy per
        pair.
    constant : float
        Relative width at high energy.

    Examples
    --------
    >>> argon = GaussianResolution(stochastic=0.58 * 0.001**0.5)
    >>> round(float(argon.deviation(0.004)), 6)  # 4 keV
    0.00116
    """

    noise: Any = field(default=0.0, metadata={"unit": "keV"})
    stochastic: Any = field(default=0.0, metadata={"unit": "keV^(1/2)"})
    constant: Any = field(default=0.0, metadata={"unit": ""})
    discrete: ClassVar[bool] = False
    positive: ClassVar[bool] = False

    def __post_init__(self) -> None:
        values = {"noise": self.noise, "stochastic": self.stochastic, "constant": self.constant}
        _check("Gaussian", values, strict=False)
        if is_concrete(tuple(values.values())) and not any(float(v) > 0.0 for v in values.values()):
            raise InputError(
                "a Gaussian resolution needs a width: give noise, stochastic or constant above zero."
            )

    def mean(self, E_ee: Any) -> Any:
        """Return E_ee (MeV)."""
        return jnp.asarray(E_ee, dtype=float)

    def deviation(self, E_ee: Any) -> Any:
        """Return sigma (MeV)."""
        E = jnp.asarray(E_ee, dtype=float)
        return jnp.sqrt(self.noise**2 + self.stochastic**2 * E + (self.constant * E) ** 2)

    def density(self, x: Any, E_ee: Any) -> Any:
        """Return the density (1/MeV) at x (MeV); the arguments broadcast."""
        return normal_density(x, E_ee, self.deviation(E_ee))


@dataclass(frozen=True, eq=False)
class TruncatedGaussianResolution:
    """`GaussianResolution` cut at x = 0 and normalised to one above, at any E_ee.

        p(x|E) = 2/(1 + erf(E/(sqrt2 sigma))) Gauss(x; E, sigma),   x > 0

    How analyses of the Dresden-II data read its resolution (recalled from arXiv:2205.09484): no event is lost below
    zero, where `GaussianResolution` loses half of those with little energy. It doubles what a spectrum that rises
    steeply towards zero energy leaves far above it, so say which one is meant.

    Parameters
    ----------
    noise, stochastic, constant : as in `GaussianResolution`.

    Examples
    --------
    >>> sharp, cut = GaussianResolution(noise=1.0), TruncatedGaussianResolution(noise=1.0)
    >>> round(float(cut.density(2.0, 1e-6) / sharp.density(2.0, 1e-6)), 4)
    2.0
    """

    noise: Any = field(default=0.0, metadata={"unit": "keV"})
    stochastic: Any = field(default=0.0, metadata={"unit": "keV^(1/2)"})
    constant: Any = field(default=0.0, metadata={"unit": ""})
    discrete: ClassVar[bool] = False
    positive: ClassVar[bool] = False

    def __post_init__(self) -> None:
        self._whole()

    def _whole(self) -> GaussianResolution:
        return GaussianResolution(self.noise, self.stochastic, self.constant)

    def mean(self, E_ee: Any) -> Any:
        """Return E_ee (MeV), the maximum of the density; the mean lies above it."""
        return self._whole().mean(E_ee)

    def deviation(self, E_ee: Any) -> Any:
        """Return sigma (MeV) of the whole Gaussian."""
        return self._whole().deviation(E_ee)

    def density(self, x: Any, E_ee: Any) -> Any:
        """Return the density (1/MeV) at x (MeV); the arguments broadcast."""
        kept = ndtr(jnp.asarray(E_ee, dtype=float) / self.deviation(E_ee))
        return jnp.where(jnp.asarray(x) > 0.0, self._whole().density(x, E_ee) / kept, 0.0)


@dataclass(frozen=True, eq=False)
class PoissonResolution:
    """x = n + offset with n photoelectrons, Poisson around the mean light_yield E_ee.

    Parameters
    ----------
    light_yield : float (1/MeV)
        Photoelectrons per electron-equivalent energy. CsI[Na] 2017: 13.348/keV (arXiv:1708.01294).
    read_at : "count" or "centre"
        Where the efficiency curve is read: at the whole number n (offset 0, default), or at the centre of the 1-PE
        bin [n, n + 1) (offset 1/2), as the data release of CsI 2017 asks for.

    Notes
    -----
    A bin holds its lower edge and not its upper one: [6, 30) holds 6 to 29 PE.

    Examples
    --------
    >>> round(float(PoissonResolution(13348.0).density(6, 0.0005)), 6)  # mean 6.674
    0.155061
    """

    light_yield: Any = field(metadata={"unit": "1/keV"})
    read_at: str = field(default="count", metadata={"words": _READINGS})
    discrete: ClassVar[bool] = True
    positive: ClassVar[bool] = True

    def __post_init__(self) -> None:
        _check("Poisson", {"light yield": self.light_yield}, strict=True)
        if self.read_at not in _READINGS:
            raise unknown("reading of a photoelectron count", self.read_at, _READINGS)

    @property
    def offset(self) -> float:
        """Distance of x from the whole number n (PE)."""
        return 0.5 if self.read_at == "centre" else 0.0

    def mean(self, E_ee: Any) -> Any:
        """Return the mean of x (PE)."""
        return self.light_yield * jnp.asarray(E_ee, dtype=float) + self.offset

    def deviation(self, E_ee: Any) -> Any:
        """Return the standard deviation of x (PE)."""
        return jnp.sqrt(self.light_yield * jnp.asarray(E_ee, dtype=float))

    def density(self, x: Any, E_ee: Any) -> Any:
        """Return the probability of the value x = n + offset (PE); the arguments broadcast."""
        n, mu = jnp.asarray(x, dtype=float) - self.offset, self.light_yield * jnp.asarray(E_ee, dtype=float)
        return jnp.exp(xlogy(n, mu) - mu - gammaln(n + 1.0))


@dataclass(frozen=True, eq=False)
class GammaResolution:
    """x is the number of photoelectrons (PE, continuous), with the gamma density of CsI 2021,

        p(x|E) = [a'(1+b')]^(1+b')/Gamma(1+b') x^b' exp(-a'(1+b') x),   a' = a/E_ee, b' = b E_ee:

    mean 1/a' = E_ee/a and variance 1/(a'^2 (1 + b')).

    Parameters
    ----------
    a : float (MeV)
        Electron-equivalent energy per photoelectron. arXiv:2110.07730: 0.0749 keV (13.35 PE/keV).
    b : float (1/MeV)
        Sharpness. arXiv:2110.07730: 9.56/keV.

    Examples
    --------
    >>> csi = GammaResolution(0.0749e-3, 9.56e3)
    >>> round(float(csi.mean(0.001)), 4), round(float(csi.deviation(0.001)), 4)  # 1 keV; Poisson would have 3.65
    (13.3511, 4.1085)
    """

    a: Any = field(metadata={"unit": "keV"})
    b: Any = field(metadata={"unit": "1/keV"})
    discrete: ClassVar[bool] = False
    positive: ClassVar[bool] = True

    def __post_init__(self) -> None:
        _check("gamma", {"a": self.a, "b": self.b}, strict=True)

    def mean(self, E_ee: Any) -> Any:
        """Return the mean of x (PE)."""
        return jnp.asarray(E_ee, dtype=float) / self.a

    def deviation(self, E_ee: Any) -> Any:
        """Return the standard deviation of x (PE)."""
        E = jnp.asarray(E_ee, dtype=float)
        return E / self.a / jnp.sqrt(1.0 + self.b * E)

    def density(self, x: Any, E_ee: Any) -> Any:
        """Return the density (1/PE) at x (PE), zero for negative x; the arguments broadcast."""
        x, E = jnp.asarray(x, dtype=float), jnp.asarray(E_ee, dtype=float)
        shape = 1.0 + self.b * E
        rate = self.a / E * shape
        safe = jnp.where(x > 0.0, x, 1.0)
        log = shape * jnp.log(rate) - gammaln(shape) + (shape - 1.0) * jnp.log(safe) - rate * safe
        return jnp.where(x > 0.0, jnp.exp(log), 0.0)

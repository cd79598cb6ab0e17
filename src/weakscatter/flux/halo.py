"""Dark matter of the Galaxy at the Earth: the standard halo model, and halos given by a table.

Slow particles (speeds in units of c, a thousandth of it) that meet an isotropic target enter every cross section proportional to
1/v^2 through one function,

    integral of (dPhi/dv)/v^2 above v_min = (rho/m) eta(v_min),   eta(v_min) = <1/v theta(v > v_min)>,

which each object of this file offers as ``inverse_square(v_min, mass)``, beside

- ``fastest``: the largest speed, above which there is nothing,
- ``breaks``: speeds at which eta is not smooth.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf, pi, sqrt
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import erf

from weakscatter.flux.earth_motion import PECULIAR, earth_speed
from weakscatter.flux.speed_table import SpeedTable
from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError
from weakscatter.units import GeV, cm, km, s

#: How far from one the integral of a halo's table may be.
NORMALISED = 1e-3


@dataclass(frozen=True, eq=False)
class StandardHalo:
    """An isotropic Maxwellian in the Galaxy, cut off at the escape speed, seen from the moving Earth.

        f(v) = v/(sqrt(pi) v0 v_E N) [e^(-(v - v_E)^2/v0^2) - e^(-min(v + v_E, v_esc)^2/v0^2)],   v < v_esc + v_E
        N = erf z - 2 z e^(-z^2)/sqrt(pi),   z = v_esc/v0

    Parameters
    ----------
    density : mass density rho (MeV^4), 0.3 GeV/cm^3 recommended (0.4 in older work).
    v0 : sqrt(2/3) of the rms speed in the Galaxy (c); 238 km/s recommended, 220 km/s in older work.
    v_earth : speed of the Earth against the halo (c): `earth_speed` for a day, `on_day`; on average 252 (older: 232) km/s.
    v_escape : escape speed in the Galaxy (c), 544 km/s.

    Notes
    -----
    The distribution is *divided* by N, so that it integrates to one; a public package multiplies, and its rates are too low by N^2 =
    0.97. Nothing is faster than v_esc + v_E: exact zeros.

    Raises
    ------
    InputError : a number that is not positive and finite, a speed above c, an Earth faster than the escape speed.

    References
    ----------
    Lewin and Smith 1996 (also the closed form of eta); recommended values: Baxter et al. 2021.

    Examples
    --------
    >>> halo = StandardHalo()
    >>> round(float(halo.mean_inverse_speed(0.0)) * km / s, 7)
    0.0034622
    """

    density: Any = field(default=0.3 * GeV / cm**3, metadata={"unit": "GeV/cm^3"})
    v0: Any = field(default=238 * km / s, metadata={"unit": "km/s"})
    v_earth: Any = field(default=252 * km / s, metadata={"unit": "km/s"})
    v_escape: Any = field(default=544 * km / s, metadata={"unit": "km/s"})
    citations: ClassVar[tuple[str, ...]] = ("lewin1996", "baxter2021")

    def __post_init__(self) -> None:
        for name in ("density", "v0", "v_earth", "v_escape"):
            value = getattr(self, name)
            top, unit = (inf, "MeV^4") if name == "density" else (1.0, "c, below one")
            if is_concrete(value) and not 0 < value < top:
                raise InputError(
                    f"{name} of a halo must be positive and finite ({unit}); got {value!r}. Speeds are in units of c: 220 * km / s."
                )
        if is_concrete((self.v_earth, self.v_escape)) and not self.v_earth < self.v_escape:
            raise InputError(
                f"the Earth moves with {float(self.v_earth) * s / km:.4g} km/s against an escape speed of "
                f"{float(self.v_escape) * s / km:.4g} km/s; it must be slower. Exchange them?"
            )

    @property
    def fastest(self) -> Any:
        """Largest speed at the Earth (c): v_esc + v_E."""
        return self.v_escape + self.v_earth

    @property
    def breaks(self) -> tuple[Any, ...]:
        """Speeds (c) where the distribution is not smooth: v_esc - v_E."""
        return (self.v_escape - self.v_earth,)

    @property
    def normalisation(self) -> Any:
        """N: the share of a Maxwellian below the escape speed."""
        z = self.v_escape / self.v0
        return erf(z) - 2 * z * jnp.exp(-(z**2)) / sqrt(pi)

    def speed_density(self, v: Any) -> Any:
        """Distribution f(v) of speeds at the Earth (1/c); its integral is one."""
        v = jnp.asarray(v, float)
        cut = jnp.minimum(v + self.v_earth, self.v_escape)
        shape = jnp.exp(-(((v - self.v_earth) / self.v0) ** 2)) - jnp.exp(-((cut / self.v0) ** 2))
        size = v / (sqrt(pi) * self.v0 * self.v_earth * self.normalisation)
        return jnp.where((v > 0) & (v < self.fastest), size * shape, 0.0)

    def mean_inverse_speed(self, v_min: Any) -> Any:
        """eta(v_min) = integral of f(v)/v above v_min (1/c), in closed form; zero above `fastest`."""
        v = jnp.maximum(jnp.asarray(v_min, float), 0.0)
        z = self.v_escape / self.v0
        cut = 2 / sqrt(pi) * jnp.exp(-(z**2)) / self.v0
        lower = erf((v + self.v_earth) / self.v0) - erf((v - self.v_earth) / self.v0) - 2 * cut * self.v_earth
        upper = erf(z) - erf((v - self.v_earth) / self.v0) - cut * (self.fastest - v)
        eta = jnp.where(v < self.v_escape - self.v_earth, lower, upper)
        # Near the end the difference of error functions is rounding.
        eta = jnp.maximum(eta, 0.0) / (2 * self.normalisation * self.v_earth)
        return jnp.where(v < self.fastest, eta, 0.0)

    def inverse_square(self, v_min: Any, mass: Any) -> Any:
        """(rho/m) eta(v_min) (MeV^3), of particles of a mass (MeV)."""
        return self.density / mass * self.mean_inverse_speed(v_min)

    def on_day(self, day: Any, peculiar: tuple[float, float, float] = PECULIAR) -> StandardHalo:
        """Return the halo as seen on a day (days since noon of 1 January 2000), the disc rotating with v0: annual modulation."""
        return replace(self, v_earth=earth_speed(day, self.v0, peculiar))


def conventional_halo() -> StandardHalo:
    """Return the halo of older work on electrons: 220, 232 and 544 km/s, 0.4 GeV/cm^3."""
    return StandardHalo(0.4 * GeV / cm**3, 220 * km / s, 232 * km / s, 544 * km / s)


class _Tabulated:
    """What a halo and a flux given by a table share: where it ends."""

    table: SpeedTable

    @property
    def fastest(self) -> Any:
        """Largest speed of the table (c)."""
        return self.table.speed[-1]

    @property
    def breaks(self) -> tuple[Any, ...]:
        """None: between its nodes a table is a straight line, and its nodes are many."""
        return ()


@dataclass(frozen=True, eq=False)
class TabulatedHalo(_Tabulated):
    """A halo whose distribution of speeds at the Earth is a table.

    Parameters
    ----------
    speed : nodes [n] (c), from 0 or above, increasing.
    values : f(v) at the nodes [n] (1/c), not negative, linear between; zero outside. Its integral must be one to 1e-3.
    density : mass density (MeV^4).
    citations : bibliography keys.

    Raises
    ------
    InputError : a table that is none, or that does not integrate to one: its integral is said.
    """

    speed: Any
    values: Any
    density: Any
    citations: tuple[str, ...] = ()
    table: SpeedTable = field(init=False, repr=False)

    def __post_init__(self) -> None:
        table = SpeedTable("the halo", self.speed, self.values)
        whole = float(table.integral)
        if abs(whole - 1) > NORMALISED:
            raise InputError(
                f"the distribution of speeds of the halo integrates to {whole:.6g}; it must be one, to {NORMALISED:g}. Divide its "
                "values by this number if that is what they mean, and check its unit: per speed."
            )
        if not 0 < self.density < inf:
            raise InputError(
                f"the density of a halo must be positive and finite (MeV^4); got {self.density!r}."
            )
        object.__setattr__(self, "table", table)

    def speed_density(self, v: Any) -> Any:
        """f(v) (1/c)."""
        return self.table.density(v)

    def mean_inverse_speed(self, v_min: Any) -> Any:
        """eta(v_min) (1/c), in closed form between the nodes."""
        return self.table.over_speed(v_min)

    def inverse_square(self, v_min: Any, mass: Any) -> Any:
        """(rho/m) eta(v_min) (MeV^3)."""
        return self.density / mass * self.mean_inverse_speed(v_min)


@dataclass(frozen=True, eq=False)
class SlowFlux(_Tabulated):
    """Any other spectrum of slow particles that arrives: dark matter reflected by the Sun, for instance.

    Parameters
    ----------
    speed : nodes [n] (c), positive, increasing; up to 0.1, kinematics being those of slow particles (relative error v^2).
    flux : dPhi/dv at the nodes [n] (MeV^3): particles per area, time and speed; dPhi/dv divided by v is linear between.
    citations : bibliography keys.
    """

    speed: Any
    flux: Any
    citations: tuple[str, ...] = ()
    table: SpeedTable = field(init=False, repr=False)

    def __post_init__(self) -> None:
        given = np.asarray(self.speed, dtype=float)
        if given.ndim != 1 or not np.all(given > 0):
            raise InputError("the speeds of a flux must be positive: slow particles at rest do not arrive.")
        if np.shape(self.flux) != given.shape:
            raise InputError(f"{len(given)} speeds and fluxes of shape {np.shape(self.flux)} were given.")
        table = SpeedTable("the incoming flux", given, np.asarray(self.flux, float) / given)
        object.__setattr__(self, "table", table)

    def inverse_square(self, v_min: Any, mass: Any) -> Any:
        """Integral of (dPhi/dv)/v^2 above v_min (MeV^3); the flux knows how many there are, whatever their mass."""
        return self.table.over_speed(v_min)


def slow_flux_of_energy(
    kinetic_energy: Any, flux: Any, mass: float, citations: tuple[str, ...] = ()
) -> SlowFlux:
    """Return the `SlowFlux` of particles of a mass (MeV) from dPhi/dE [n] (MeV^2) at kinetic energies [n] (MeV): E = m v^2/2."""
    E = np.asarray(kinetic_energy, dtype=float)
    if E.ndim != 1 or not np.all(E > 0):
        raise InputError("the kinetic energies of a flux must be positive (MeV).")
    if not 0 < mass < inf:
        raise InputError(
            f"the mass of the incoming particles must be positive and finite (MeV); got {mass!r}."
        )
    v = np.sqrt(2 * E / mass)
    return SlowFlux(v, np.asarray(flux, float) * mass * v, citations)

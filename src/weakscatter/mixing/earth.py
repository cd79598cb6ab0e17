"""Through the Earth at night: shells of constant density.

Densities are those of the preliminary reference Earth model (Dziewonski and Anderson 1981), averaged over the radius in ten
shells; electrons per nucleon 0.4957 in the mantle and 0.4656 in the core (as used with that model; recalled). A mass state |k>
that enters the Earth leaves it as S|k>, S the product of exp(-i H L) of the shells that the straight path meets.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from math import pi
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.mixing.levels import eigenvalues, evolution
from weakscatter.mixing.matter import MatterPotential
from weakscatter.mixing.pmns import Mixing
from weakscatter.provenance.errors import InputError
from weakscatter.units import cm, g, km

RADIUS = 6371.0 * km
_OBLIQUITY = 23.4393  # of the ecliptic, degrees

#: Outer radius (km) and coefficients of the density (g/cm^3) in powers of r/R.
_PREM = (
    (1221.5, (13.0885, 0.0, -8.8381)),
    (3480.0, (12.5815, -1.2638, -3.6426, -5.5281)),
    (5701.0, (7.9565, -6.4761, 5.5283, -3.0807)),
    (5771.0, (5.3197, -1.4836)),
    (5971.0, (11.2494, -8.0298)),
    (6151.0, (7.1089, -3.8045)),
    (6346.6, (2.6910, 0.6924)),
    (6356.0, (2.900,)),
    (6368.0, (2.600,)),
    (6371.0, (1.020,)),
)
#: Outer radii of our shells (km).
_SHELLS = (1221.5, 2350.0, 3480.0, 4220.0, 4960.0, 5701.0, 5971.0, 6151.0, 6346.6, 6371.0)
_CORE, _CORE_ELECTRONS, _MANTLE_ELECTRONS = 3480.0, 0.4656, 0.4957


def earth_density(radius: Any) -> np.ndarray:
    """Density [...] (natural units) at radii [...] (natural units) of the reference Earth, zero outside.

    >>> from weakscatter.units import cm, g
    >>> print(f"{float(earth_density(0.0)) / (g / cm**3):.4f}")
    13.0885
    """
    r = np.asarray(radius, float) / km
    x = r * km / RADIUS
    edges = [outer for outer, _ in _PREM]
    values = [sum(c * x**k for k, c in enumerate(row)) for _, row in _PREM]
    return np.select([r <= edge for edge in edges], values, 0.0) * g / cm**3


def _shells() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outer radii, electron densities and neutrons per electron of the shells, innermost first."""
    outer = np.array(_SHELLS)
    electrons = np.where(outer <= _CORE, _CORE_ELECTRONS, _MANTLE_ELECTRONS)
    mean = [
        np.mean(earth_density(np.linspace(low, high, 400) * km))
        for low, high in itertools.pairwise([0.0, *_SHELLS])
    ]
    density = electrons * np.array(mean) / constants.u
    return outer * km, density, 1 / electrons - 1


@dataclass(frozen=True, eq=False)
class Exposure:
    """How long the Sun stands at each angle below the horizon of a detector.

    `cos_nadir` [n], from 0 (horizon) to 1 (the Sun behind the centre of the Earth), and `weights` [n], shares of the nights of
    a year, sum one.
    """

    # Structure of a calculation: never an input of a compiled program.
    STATIC: ClassVar[bool] = True

    cos_nadir: Any
    weights: Any


def earth_states(energy: Any, exposure: Exposure, mixing: Mixing, potential: MatterPotential) -> Any:
    """Density matrices [*E, 3, 3, 3] (flavour basis) of mass state k = 1, 2, 3 behind the Earth, averaged over nadir angles.

    Parameters
    ----------
    energy : [*E] (MeV).
    exposure : `Exposure`, as of `night_exposure`.
    mixing, potential : `Mixing` and `MatterPotential`.

    Notes
    -----
    Ten shells. Forty move the night-day difference of 8B by at most 3 % of itself from 6 to 14 MeV, by 17 % at 3 MeV, and halve
    that of pp and 7Be, which is 1e-4 of the flux or less; five shells are off by 8 to 30 %.
    """
    outer, density, neutrons = _shells()
    E = jnp.asarray(energy, float)
    U = mixing.unitary
    vacuum = (U * mixing.squared_masses) @ jnp.conj(U).T / (2 * E[..., None, None, None])
    sine = np.sqrt(1 - np.asarray(exposure.cos_nadir) ** 2)
    chords = 2 * np.sqrt(np.clip(outer[:, None] ** 2 - (RADIUS * sine) ** 2, 0.0, None))
    # The innermost shell is crossed once, each one further out before and behind what it holds.
    lengths = np.concatenate([chords[:1], np.diff(chords, axis=0) / 2])
    matter = density[:, None, None] * potential.per_electron(neutrons)
    H = vacuum + jnp.reshape(matter, (len(outer), *(1,) * (E.ndim + 1), 3, 3))
    steps = evolution(H, eigenvalues(H), jnp.reshape(lengths, (len(outer), *(1,) * E.ndim, -1)))
    S, _ = jax.lax.scan(lambda inner, step: (step @ inner @ step, None), steps[0], steps[1:])
    V = S @ U
    return jnp.einsum("n,...nik,...njk->...kij", jnp.asarray(exposure.weights), V, jnp.conj(V))


@lru_cache(maxsize=32)
def night_exposure(latitude: float, nodes: int = 60) -> Exposure:
    """Nights of a year at a latitude (rad), in equal cells of the cosine of the nadir angle.

    Notes
    -----
    The declination follows sin(delta) = sin(obliquity) sin(longitude of the Sun), the Sun moving evenly; the orbit's
    eccentricity, which makes nights of one season count 7 % more, is left out. Over a year night lasts half the time anywhere.

    Raises
    ------
    InputError : a latitude beyond 90 degrees.
    """
    if not abs(latitude) <= pi / 2:
        raise InputError(
            f"A latitude lies within 90 degrees of the equator; got {latitude / pi * 180:g} degrees."
        )
    longitude = (np.arange(180) + 0.5) * pi / 180 - pi / 2
    hour = (np.arange(720) + 0.5) * pi / 720
    sine = np.sin(np.deg2rad(_OBLIQUITY)) * np.sin(longitude)[:, None]
    height = np.sin(latitude) * sine + np.cos(latitude) * np.sqrt(1 - sine**2) * np.cos(hour)
    # Each direction is shared between the two cells around it.
    at = np.clip(-height[height < 0] * nodes - 0.5, 0.0, nodes - 1.0)
    low = np.minimum(at.astype(int), nodes - 2)
    weights = np.bincount(low, 1 - (at - low), nodes) + np.bincount(low + 1, at - low, nodes)
    return Exposure((np.arange(nodes) + 0.5) / nodes, weights / weights.sum())

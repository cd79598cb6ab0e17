"""How fast the Earth moves through the Galaxy on a day: rotation of the disc, the Sun's own motion, the orbit.

    v(t) = (0, v_rot, 0) + v_peculiar + v_orbit(t)     (towards the centre, along the rotation, to the north)

The orbit is an ellipse, on which Kepler's velocity is exact: (mu/h)(theta + e y), theta along the circle at the true longitude, y
the same at perihelion. Directions: obliquity and pole of the Galaxy of the year 2000. The rotation of the Earth (0.5 km/s) is left out.
"""

from __future__ import annotations

from math import cos, radians, sin
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.units import km, s

#: The Sun against the local standard of rest (c): Baxter et al. 2021.
PECULIAR = (11.1 * km / s, 12.2 * km / s, 7.3 * km / s)
#: mu/h of the Earth's orbit (c): 2 pi a/(T sqrt(1 - e^2)).
ORBITAL = 29.789 * km / s
ECCENTRICITY = 0.016709
_PERIHELION = radians(102.94)
_OBLIQUITY = radians(23.4393)
#: North pole of the Galaxy (right ascension, declination) and galactic longitude of the celestial one.
_POLE, _NORTH = (radians(192.85948), radians(27.12825)), radians(122.93192)


def _galactic() -> Any:
    """Return the matrix [galactic, ecliptic]."""
    (a, d), l = _POLE, _NORTH
    pole = np.array([cos(d) * cos(a), cos(d) * sin(a), sin(d)])
    celestial = np.array([0.0, 0.0, 1.0])
    # In the galactic plane: the direction of longitude l, on the side of the celestial pole, and the one 90 degrees ahead.
    towards = celestial - pole * sin(d)
    towards /= np.linalg.norm(towards)
    ahead = np.cross(pole, towards)
    centre = cos(l) * towards - sin(l) * ahead
    equatorial = np.array([centre, np.cross(pole, centre), pole])
    c, n = cos(_OBLIQUITY), sin(_OBLIQUITY)
    return equatorial @ np.array([[1, 0, 0], [0, c, -n], [0, n, c]])


#: Rows: towards the centre of the Galaxy, along its rotation, to its north.
GALACTIC = _galactic()


def orbital_velocity(day: Any) -> Any:
    """Velocity of the Earth about the Sun [..., 3] (c), galactic axes, at days [...] since noon of 1 January 2000 (J2000.0)."""
    day = jnp.asarray(day, float)
    anomaly = jnp.deg2rad(357.528 + 0.9856003 * day)
    # Mean longitude of the Earth, and the equation of the centre.
    longitude = jnp.deg2rad(100.460 + 0.9856474 * day)
    longitude += 2 * ECCENTRICITY * jnp.sin(anomaly) + 1.25 * ECCENTRICITY**2 * jnp.sin(2 * anomaly)
    x = -jnp.sin(longitude) - ECCENTRICITY * sin(_PERIHELION)
    y = jnp.cos(longitude) + ECCENTRICITY * cos(_PERIHELION)
    return ORBITAL * jnp.stack([x, y, jnp.zeros_like(x)], axis=-1) @ GALACTIC.T


def earth_speed(day: Any, rotation: Any, peculiar: tuple[float, float, float] = PECULIAR) -> Any:
    """Speed of the Earth against the halo [...] (c).

    Parameters
    ----------
    day : days [...] since noon of 1 January 2000.
    rotation : speed of the disc at the Sun (c); in the standard halo model it is v0.
    peculiar : velocity of the Sun against the disc, galactic axes (c).

    Examples
    --------
    >>> speeds = earth_speed(np.arange(365.25), 238 * km / s) * s / km
    >>> [round(float(v), 1) for v in (speeds.mean(), speeds.max(), speeds.min())]
    [252.1, 266.2, 237.2]
    """
    sun = jnp.array([0.0, 1.0, 0.0]) * rotation + jnp.asarray(peculiar)
    return jnp.linalg.norm(sun + orbital_velocity(day), axis=-1)

"""Slow dark matter ionises an atom: one integral over the momentum transfer for each shell and energy.

    dR/dE = (1/2 pi) int q dq [c1(q)^2 R_00(T, q) + s(s + 1)/3 (1/4) c4(q)^2 R_Sigma(T, q)] Phi(v_min),
    v_min = T/q + q/(2 m),   T = E + I,   Phi(v_min) = integral of (dPhi/dv)/v^2 above v_min = (rho/m) eta(v_min) of a halo,

per atom. With sigma_e = c1(q_0)^2 mu^2/pi this is the form of the literature, dR/dlnE = (rho/m) sigma_e/(8 mu^2) int q dq |f|^2 |F|^2 eta,
|f|^2 = 4 E R_00. R_Sigma = R_33 + R_11+22 of sigma, S = sigma/2; without spin-orbit force it is 3 R_00.

Nodes are laid on the window in which v_min is below the largest speed, m v (1 -+ sqrt(1 - 2T/(m v^2))), with panels that end where
eta is not smooth and about the ridge of free electrons: a closed shell is an exact zero, and no grid in q has to be guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.grids import barrier, compiled, is_concrete, panels
from weakscatter.interactions import SlowDarkMatter
from weakscatter.provenance.errors import InputError
from weakscatter.response import IonisedShells

#: Panels over a window in ln q and points in each, and edges about the ridge in units of sqrt(2 m_e I): doubling them moves spectra
#: of xenon by 1e-4 of their peak (5s, whose response has narrow minima, by 1e-3 of itself).
_PANELS, _POINTS = 20, 4
_RIDGE = np.array([-2.0, -0.7, 0.0, 0.7, 2.0])


@dataclass(frozen=True, eq=False)
class ShellRows:
    """Shells of an atom at given electron energies: what every spectrum of them shares.

    Parameters
    ----------
    binding : [shell] (MeV).
    electron_energy : [E] (MeV).
    x : ln q [shell, q], padded beyond `last` [shell], the number of nodes that count.
    values, slopes : {part: ln R and its derivative by ln q [shell, E, q]}.
    end : largest momentum [shell] (MeV).
    """

    binding: Any
    electron_energy: Any
    x: Any
    values: Any
    slopes: Any
    end: Any

    @property
    def energy_transfer(self) -> Any:
        """T [shell, E] (MeV)."""
        return self.binding[:, None] + self.electron_energy

    def response(self, part: str, q: Any) -> Any:
        """R [shell, E, n] (1/MeV) at momenta of that shape; below the first node the density goes as q^2."""
        x, values, slopes = barrier(self.x), barrier(self.values[part]), barrier(self.slopes[part])
        return jax.vmap(lambda *row: _between(*row, dipole=part == "density"))(x, values, slopes, jnp.log(q))


def _between(x: Any, values: Any, slopes: Any, wanted: Any, *, dipole: bool) -> Any:
    """Exponential of the cubic in ln q of one shell, [E, n]."""
    inside = jnp.clip(wanted, x[0], x[-1])
    j = jnp.clip(jnp.searchsorted(x, inside, side="right") - 1, 0, len(x) - 2)
    h = x[j + 1] - x[j]
    t = (inside - x[j]) / h
    a, b = jnp.take_along_axis(values, j, 1), jnp.take_along_axis(values, j + 1, 1)
    da, db = h * jnp.take_along_axis(slopes, j, 1), h * jnp.take_along_axis(slopes, j + 1, 1)
    value = a + t * (da + t * (3 * (b - a) - 2 * da - db + t * (2 * (a - b) + da + db)))
    first = 2.0 if dipole else slopes[:, :1]
    return jnp.exp(value + first * (wanted - x[0]) * (wanted < x[0]))


def shell_rows(shells: IonisedShells, electron_energy: Any, parts: Sequence[str] = ("density",)) -> ShellRows:
    """Return the shells of an atom at electron energies [E] (MeV), inside or outside of their tables: `require_reach` says so."""
    E = np.atleast_1d(np.asarray(electron_energy, float))
    longest = max(len(shell.momentum) for shell in shells.shells)
    pads = [longest - len(shell.momentum) for shell in shells.shells]
    x = [
        np.concatenate([np.log(shell.momentum), np.log(shell.momentum[-1]) + 1.0 + np.arange(pad)])
        for shell, pad in zip(shells.shells, pads, strict=True)
    ]
    values, slopes = {}, {}
    for part in parts:
        rows = [shell.row_of(part, E) for shell in shells.shells]
        values[part], slopes[part] = (
            np.array(
                [
                    np.pad(row[i], ((0, 0), (0, pad)), mode="edge") if pad else row[i]
                    for row, pad in zip(rows, pads, strict=True)
                ]
            )
            for i in (0, 1)
        )
    return ShellRows(
        shells.binding,
        E,
        np.array(x),
        values,
        slopes,
        np.array([shell.momentum[-1] for shell in shells.shells]),
    )


def momentum_window(T: Any, mass: Any, speed: Any) -> tuple[Any, Any]:
    """Return the ends of q (MeV) at an energy transfer T (MeV) for a mass (MeV) and a speed: m v (1 -+ sqrt(1 - 2T/(m v^2))).

    Both are sqrt(2 m T) where the transfer is more than the particle has.
    """
    share = 2 * T / (mass * speed**2)
    open_ = share < 1
    root = jnp.sqrt(jnp.where(open_, 1 - share, 0.0))
    middle = jnp.sqrt(2 * mass * T)
    # The small root as the quotient of two numbers without cancellation.
    return jnp.where(open_, 2 * T / (speed * (1 + root)), middle), jnp.where(
        open_, mass * speed * (1 + root), middle
    )


def window_panels(
    T: Any, binding: Any, mass: Any, arriving: Any, end: Any, *, finer: int = 1
) -> tuple[Any, Any]:
    """Return momenta [..., n] (MeV) and weights q dq [..., n] for transfers T [...] (MeV); zero weights where nothing is open."""
    low, high = momentum_window(T, mass, arriving.fastest)
    high = jnp.minimum(high, end)
    low = jnp.minimum(low, high)
    corners = [end for speed in arriving.breaks for end in momentum_window(T, mass, speed)]
    E = jnp.maximum(T - binding, 0.0)
    k, width = jnp.sqrt(E * (E + 2 * constants.m_e)), jnp.sqrt(2 * constants.m_e * binding)
    features = jnp.concatenate(
        [jnp.stack(corners, -1) if corners else jnp.zeros((*jnp.shape(T), 0)), k[..., None] + _RIDGE * width[..., None]], -1
    )  # fmt: skip
    a, b = jnp.log(low)[..., None], jnp.log(high)[..., None]
    even = a + (b - a) * jnp.linspace(0.0, 1.0, finer * _PANELS + 1)
    inside = jnp.log(jnp.clip(jnp.maximum(features, 1e-300), low[..., None], high[..., None]))
    u, width_u = panels(jnp.sort(jnp.concatenate([even, inside], -1), -1), _POINTS)
    q = jnp.exp(u)
    return q, width_u * q**2


def _spectra(rows: ShellRows, groups: Any, arriving: Any, finer: int) -> Any:
    """dR/dE [particle] [shell, E] for groups of particles of one mass."""
    T = rows.energy_transfer
    found = []
    for group in groups:
        mass = group[0].mass
        binding, end = (jnp.broadcast_to(one[:, None], T.shape) for one in (rows.binding, rows.end))
        q, weight = window_panels(T, binding, mass, arriving, end, finer=finer)
        weight = weight * arriving.inverse_square(T[..., None] / q + q / (2 * mass), mass) / (2 * pi)
        used = {term.operator for one in group for term in one.terms if term.on == "e"}
        weighted = {part: weight * rows.response(part, q) for part in sorted(used)}
        for one in group:
            rate = jnp.zeros_like(T)
            for part, integrand in weighted.items():
                if not one.couples_to(part, "e"):
                    continue
                size = one.spin_factor / 4 if part == "spin" else 1.0
                rate = rate + size * jnp.sum(integrand * one.amplitude(part, "e", q) ** 2, -1)
            found.append(rate)
    return found


def ionisation_spectra(
    particles: Sequence[SlowDarkMatter],
    shells: IonisedShells,
    arriving: Any,
    electron_energy: Any,
    *,
    finer: int = 1,
) -> np.ndarray:
    """Return dR/dE [particle, shell, E] per atom, time and energy of the electron (dimensionless: 1/s per s^-1), by electron couplings.

    Parameters
    ----------
    particles : `SlowDarkMatter` objects; those of one mass share the nodes, so that a mediator costs one sum.
    shells : `ab_initio_shells("Xe")`, `shells_of_form_factors`, or some of their shells (`only`).
    arriving : a halo or a flux of slow particles (`weakscatter.flux.StandardHalo`, ...).
    electron_energy : energies E [E] (MeV) of the electron that leaves; E dR/dE is dR/dlnE.
    finer : multiplies the panels, to see that the integral has converged.

    Returns
    -------
    array [particle, shell, E]; exactly zero where no particle is fast enough for E + I. Per mass of a target: divide by the mass of an atom.

    Raises
    ------
    InputError : energies that are not positive; a table that does not hold an energy or momentum that the particles reach.
    """
    particles = tuple(particles)
    E = np.atleast_1d(np.asarray(electron_energy, float))
    if E.ndim != 1 or not np.all(np.isfinite(E)) or np.any(E <= 0):
        raise InputError("electron energies must be positive, finite numbers (MeV) in one dimension.")
    for one in particles:
        check_reach(one, shells, arriving, E)
    order = sorted({float(one.mass) for one in particles})
    groups = tuple(tuple(one for one in particles if float(one.mass) == mass) for mass in order)
    parts = sorted({term.operator for one in particles for term in one.terms if term.on == "e"})
    if not parts:
        return np.zeros((len(particles), len(shells.shells), len(E)))
    found = compiled(_spectra, shell_rows(shells, E, parts), groups, arriving, finer)
    flat = [one for group in groups for one in group]
    place = {id(one): np.asarray(rate) for one, rate in zip(flat, found, strict=True)}
    return np.array([place[id(one)] for one in particles])


def check_reach(
    particle: SlowDarkMatter, shells: IonisedShells, arriving: Any, electron_energy: np.ndarray
) -> None:
    """Raise `InputError` unless the tables of shells hold what particles of this speed reach at these energies."""
    if not is_concrete((particle.mass, arriving.fastest)):
        return
    mass, speed = float(particle.mass), float(arriving.fastest)
    for shell in shells.shells:
        left = 1 - 2 * (shell.binding + electron_energy) / (mass * speed**2)
        if np.any(left > 0):
            shell.require_reach(electron_energy[left > 0], mass * speed * (1 + np.sqrt(left[left > 0])))


def smallest_mass(energy_transfer: Any, speed: Any) -> Any:
    """Mass (MeV) below which a particle of a speed cannot transfer an energy (MeV): 2 T/v^2.

    >>> from weakscatter.units import eV
    >>> round(smallest_mass(12.1 * eV, 2.65e-3), 2)
    3.45
    """
    return 2 * energy_transfer / speed**2

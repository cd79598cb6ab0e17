"""Quadrature nodes in recoil energy, with a panel edge at every end point of the spectrum.

Each beam component ends at its own T_max(E_max) on each nuclide; the spectrum is smooth in between. Panels are
split until none is wider than a given fraction of the whole, so that thresholds and resolutions are resolved.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.flux import Beam
from weakscatter.grids import is_concrete, panels
from weakscatter.model.target import Target
from weakscatter.response import NUCLEAR_RECOIL, FreeElectrons
from weakscatter.units import eV

#: Panels of each kind of a fine grid, and Gauss-Legendre points per panel.
_LINEAR, _LOGARITHMIC, _POINTS = 120, 60, 8

#: Lowest electronic recoil of a default grid (MeV), below every binding energy, and its panels up to the highest.
_LOWEST, _LADDER = 1.0 * eV, 81


@dataclass(frozen=True, eq=False)
class RecoilGrid:
    """Nodes [T] and weights [T] (MeV)."""

    nodes: Any
    weights: Any


def recoil_grid(
    beam: Beam, targets: tuple[Target, ...], *, lowest: float = 0.0, highest: float = np.inf,
    kinks: Sequence[float] = (), panels_per_interval: int = 3, points: int = 10,
) -> RecoilGrid:  # fmt: skip
    """Grid up to the largest recoil energy that the beam can give to any target.

    Parameters
    ----------
    lowest, highest : ends (MeV); recoils outside are left out.
    kinks : further panel edges (MeV), where something changes its scale.
    panels_per_interval : equal panels between neighbouring edges.
    points : Gauss-Legendre points per panel. Doubling either moves CsI 2021 counts by less than 1e-6; a detector
        with bins much sharper than a panel needs `fine_recoil_grid`.
    """
    ends = _end_points(beam, targets)
    if is_concrete(ends):
        inner = np.array([lowest, *(float(end) for end in ends), *kinks])
        edges: Any = np.unique(np.clip(inner, lowest, min(highest, max(map(float, ends), default=lowest))))
        if len(edges) < 2:  # nothing recoils this far: one panel of no width
            edges = np.array([lowest, lowest])
        split: Any = np.concatenate(
            [np.linspace(a, b, panels_per_interval, endpoint=False) for a, b in itertools.pairwise(edges)]
            + [edges[-1:]]
        )
    else:
        edges = jnp.sort(
            jnp.clip(jnp.stack([jnp.asarray(lowest, float), *map(jnp.asarray, ends)]), lowest, highest)
        )
        share = jnp.arange(panels_per_interval) / panels_per_interval
        split = jnp.concatenate([(edges[:-1, None] + jnp.diff(edges)[:, None] * share).ravel(), edges[-1:]])
    return RecoilGrid(*panels(split, points))


def default_recoil_grid(beam: Beam, targets: tuple[Target, ...], kind: str) -> RecoilGrid:
    """Grid for targets that leave one kind of deposit.

    Nuclear recoils end at keV and are seen from there; electronic ones end at MeV, are seen at keV and step at every edge of
    the atom, so their panels are in constant ratio. Doubling the panels moves counts of solar neutrinos in bins of 1 keV by
    less than 1e-6.
    """
    if kind == NUCLEAR_RECOIL:
        return recoil_grid(
            beam, targets, kinks=[kink for target in targets for kink in target.response.kinks]
        )
    ends = jnp.stack([jnp.asarray(end, float) for end in _end_points(beam, targets)])
    top = jnp.max(ends)
    lowest = jnp.minimum(_LOWEST, 1e-3 * top)
    ladder = lowest * (top / lowest) ** np.linspace(0.0, 1.0, _LADDER)
    kinks = np.array([kink for target in targets for kink in target.response.kinks])
    # Edges beyond the end make panels of no width there.
    edges = jnp.sort(jnp.clip(jnp.concatenate([ladder, ends, kinks]), lowest, top))
    return RecoilGrid(*panels(edges, _POINTS))


def _kinks(beam: Beam, targets: tuple[Target, ...]) -> list[float]:
    """Panels of electronic recoils: in constant ratio, and the edges of the atoms."""
    top = max(float(end) for end in _end_points(beam, targets))
    ladder = np.geomspace(min(_LOWEST, 1e-3 * top), top, _LADDER)
    return [*ladder, *(kink for target in targets for kink in target.response.kinks)]


def fine_recoil_grid(beam: Beam, targets: tuple[Target, ...], kinks: Sequence[float] = ()) -> RecoilGrid:
    """Grid that resolves any detector: sharp bins, low thresholds, the kinks of a response matrix (MeV).

    Linear and logarithmic panels at once, so that neither bins near the end point nor a threshold at a thousandth
    of it falls between two nodes. Doubling the points moves counts in bins that are sharp within a tenth of their
    width by less than 1e-4.
    """
    top = max(float(end) for end in _end_points(beam, targets))
    inner = [*np.linspace(0.0, top, _LINEAR + 1), *(top * np.geomspace(1e-5, 1.0, _LOGARITHMIC))]
    if any(target.response.deposit != NUCLEAR_RECOIL for target in targets):
        inner = [*inner, *_kinks(beam, targets)]
    else:
        inner += [kink for target in targets for kink in target.response.kinks]
    return recoil_grid(beam, targets, kinks=[*inner, *kinks], panels_per_interval=1, points=_POINTS)


def heavy_recoil_grid(beam: Beam, targets: tuple[Target, ...], masses: Sequence[Any]) -> RecoilGrid:
    """Grid for final particles of given masses (MeV), which may be traced.

    They leave recoils between two energies that depend on the mass; a line's spectrum begins and ends there abruptly, so
    both are panel edges. Halving all panels moves CsI 2021 counts of the dipole portal by less than 1e-4.
    """
    ends = jnp.stack([jnp.asarray(end, float) for end in _end_points(beam, targets)])
    top = jnp.max(ends)
    shares = np.concatenate([np.linspace(0.0, 1.0, 41)[1:], np.geomspace(1e-5, 1.0, 30)])
    moving = [
        T
        for mass in masses
        for component in beam.components
        for target in targets
        for T in _heavy_end_points(component.energies[1], target.response.mass, mass)
    ]
    # Not from zero: a panel of no width there would divide by it.
    edges = jnp.sort(jnp.clip(jnp.concatenate([top * shares, ends, jnp.stack(moving)]), 1e-7 * top, top))
    return RecoilGrid(*panels(edges, 6))


def _heavy_end_points(E: Any, M: Any, mass: Any) -> tuple[Any, Any]:
    """Smallest and largest recoil energy (MeV) when a massless particle of energy E turns into one of `mass`.

    2 M T = 2 E* (E_4* -+ p_4*) - m^2 in the centre of mass; both zero below the threshold.
    """
    root = jnp.sqrt(M**2 + 2 * M * E)
    incoming, outgoing = M * E / root, (2 * M * E + mass**2) / (2 * root)
    p2 = outgoing**2 - mass**2
    # The scattering needs s > (M + m)^2; E_4* > m holds on the other side of it too.
    opened = (p2 > 0) & (root > M + mass)
    p = jnp.sqrt(jnp.where(opened, p2, 1.0))
    return tuple(
        jnp.where(opened, (2 * incoming * (outgoing + sign * p) - mass**2) / (2 * M), 0.0) for sign in (-1, 1)
    )  # type: ignore[return-value]


def decades(lowest: float, highest: float, start: float) -> list[float]:
    """Edges from `lowest` to `highest` at most a factor of three apart, above `start` if lowest = 0.

    A spectrum that falls like 1/T^2, or coherent scattering far above the nucleus' inverse radius, happens in the
    first per cent of its range.

    >>> decades(0.0, 10.0, 2.0)
    [0.0, 2.0, 6.0, 10.0]
    """
    edges = [lowest]
    step = lowest * 3.0 if lowest > 0.0 else start
    while step < highest and len(edges) < 200:
        edges.append(step)
        step *= 3.0
    return [*edges, highest]


def _end_points(beam: Beam, targets: tuple[Target, ...]) -> list[Any]:
    return [
        point
        for component in beam.components
        for energy in getattr(component, "steps", component.energies[1:])
        for target in targets
        for point in _ends_of(target.response, energy, component.mass)
    ]


def _ends_of(response: Any, energy: Any, mass: Any) -> tuple[Any, ...]:
    """Where the spectra of several levels end, if the response says where they begin."""
    # Neutrinos have the whole number 0; a response that knows of no other projectile is asked as ever.
    massive = () if isinstance(mass, int) and mass == 0 else (mass,)
    if hasattr(response, "end_points") and response.kinks:
        return tuple(response.end_points(energy, *massive))
    return (largest_recoil(response, energy, mass),)


def largest_recoil(response: Any, energy: Any, mass: Any = 0) -> Any:
    """Largest energy (MeV) that a projectile of energy E and mass m gives to a target.

    Of a target that only knows massless projectiles, E - m at most: that of a light electron, all of the kinetic energy.
    """
    if isinstance(mass, int) and mass == 0:
        return response.recoil_energy_max(energy)
    if response.deposit == NUCLEAR_RECOIL or isinstance(response, FreeElectrons):
        return response.recoil_energy_max(energy, mass)
    return jnp.minimum(response.recoil_energy_max(energy), energy - mass)

"""Numbers of recoils that a beam of dark matter makes, for many masses at once.

The fold of `weakscatter.scattering` on panels in ln T between threshold and the exact end points, compiled once: masses are inputs of the
program, so that a map of them costs one call. Counts go like epsilon^4 alpha_D where the mediator is on its mass shell and decays to
dark matter alone, which turns them into a contour without a background.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter.flux import arriving, dark_component
from weakscatter.grids import compiled, panels
from weakscatter.interactions import VectorPortal
from weakscatter.model.recoil_grid import largest_recoil
from weakscatter.model.target import Target
from weakscatter.provenance.errors import InputError
from weakscatter.scattering import contract, fold, slot_matrices, slots

#: Points per panel in ln T: some, and more for each e-fold between threshold and the end that `_SCALE` (MeV) gives. Doubled, counts of
#: CCM, of CsI from 0.1 keV and of free electrons from 1 keV move by less than 1e-6.
_FEWEST, _PER_E_FOLD, _SCALE = 3, 0.8, 150.0

#: Pairs of masses at once: their numbers stay in the cache, and a map of any size in memory.
_BATCH = 400


@dataclass(frozen=True, eq=False)
class DarkSetup:
    """A source, a target and a window, for any masses.

    Parameters
    ----------
    channels : channels of production, see `weakscatter.flux.dark_production`.
    protons, distance : of the exposure; to the detector (MeV^-1).
    targets : tuple of `Target` of nuclei or free electrons.
    lowest, highest : recoil energies that are counted (MeV), lowest positive.
    pulse : arrival of light from the protons, with `time_window` (t0, t1) what is kept; None: everything.
    """

    channels: tuple[Any, ...]
    protons: Any
    distance: Any
    targets: tuple[Target, ...]
    lowest: Any
    highest: Any = np.inf
    pulse: Any = None
    time_window: Any = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.lowest) and 0 < self.lowest < self.highest):
            raise InputError(
                f"recoils of a beam are counted between 0 < lower < upper; got {self.lowest} to {self.highest} MeV."
            )
        if (self.pulse is None) != (self.time_window is None):
            raise InputError("a time window needs a pulse, and a pulse a time window: give both, or none.")
        if self.time_window is not None:
            object.__setattr__(self, "time_window", tuple(float(t) for t in self.time_window))


@dataclass(frozen=True, eq=False)
class DarkCounts:
    """Numbers of recoils, array of the shape of the masses, and in words what they count."""

    counts: np.ndarray
    species: str


def dark_counts(
    setup: DarkSetup, mass: Any, mediator_mass: Any, *, epsilon: Any, alpha_dark: Any = 0.5, spin: str = "dirac",
    couples_to: str = "charge",
) -> DarkCounts:  # fmt: skip
    """Number of recoils of dark matter and its antiparticle in a window, for every pair of masses.

    Parameters
    ----------
    setup : `DarkSetup`.
    mass, mediator_mass : m and m_A (MeV), any shapes that broadcast, positive.
    epsilon, alpha_dark, spin, couples_to : as in `VectorPortal`.

    Returns
    -------
    `DarkCounts` of the common shape; exactly zero where every channel is closed.

    Raises
    ------
    InputError : a mass that is not positive and finite, and what `VectorPortal` refuses.
    """
    m, M = np.broadcast_arrays(np.asarray(mass, float), np.asarray(mediator_mass, float))
    for name, value in (("dark matter", m), ("mediator", M)):
        if not np.all((value > 0) & np.isfinite(value)):
            raise InputError(
                f"the masses of the {name} must be positive and finite; the smallest is {value.min()} MeV."
            )
    portal = VectorPortal(
        mass=1.0, mediator_mass=3.0, epsilon=epsilon, alpha_dark=alpha_dark, spin=spin, couples_to=couples_to
    )
    points = tuple(_points(setup, target) for target in setup.targets)
    counted = compiled(
        _counts, setup, points, m.ravel(), M.ravel(), float(epsilon), float(alpha_dark), spin, couples_to
    )
    return DarkCounts(np.asarray(counted).reshape(m.shape), portal.species)


def _counts(
    setup: DarkSetup, points: tuple[int, ...], mass: Any, mediator_mass: Any, epsilon: Any, alpha: Any, spin: str, couples_to: str
) -> Any:  # fmt: skip
    def one(m: Any, M: Any) -> Any:
        portal = VectorPortal(
            mass=m, mediator_mass=M, epsilon=epsilon, alpha_dark=alpha, spin=spin, couples_to=couples_to
        )
        return _count(setup, points, portal)

    if len(mass) <= _BATCH:
        return jax.vmap(one)(mass, mediator_mass)
    return jax.lax.map(lambda pair: one(*pair), (mass, mediator_mass), batch_size=_BATCH)


def _count(setup: DarkSetup, points: tuple[int, ...], portal: VectorPortal) -> Any:
    charges = portal.charges()
    layout = slots(charges)
    matrices = slot_matrices(charges, layout, False)
    total: Any = 0.0
    for channel in setup.channels:
        component = dark_component(
            portal, channel, protons=setup.protons, distance=setup.distance, pulse=setup.pulse
        )
        ends_of_spectrum = component.energies
        if setup.pulse is not None:
            component = arriving(component, setup.time_window)
        for target, order in zip(setup.targets, points, strict=True):
            ends = [largest_recoil(target.response, E, portal.mass) for E in ends_of_spectrum]
            # In order whatever the masses: a panel that is closed has no width.
            top = jnp.maximum(jnp.minimum(setup.highest, ends[1]), setup.lowest)
            inner = jnp.clip(ends[0], setup.lowest, top)
            x, w = panels(jnp.log(jnp.stack([jnp.asarray(setup.lowest, float), inner, top])), order)
            T = jnp.exp(x)
            spectrum = contract(fold(layout, target.response, component, T), matrices, matrices)
            total = total + target.number * jnp.sum(w * T * spectrum)
    return total


def _points(setup: DarkSetup, target: Target) -> int:
    end = min(float(setup.highest), float(target.response.recoil_energy_max(_SCALE)))
    return _FEWEST + ceil(_PER_E_FOLD * max(log(end / float(setup.lowest)), 0.0))


def background_free_epsilon_squared(
    counts: Any, epsilon: Any, events: float = 2.302585092994046
) -> np.ndarray:
    """epsilon^2 at which a number of events is reached, from counts at a reference epsilon; infinite where there are none.

    N ~ epsilon^4, so epsilon^2 = epsilon_0^2 (events/N_0)^(1/2). The default is the 90 % upper limit of a Poisson mean with nothing seen.
    """
    N = np.asarray(counts, float)
    if not (np.all(N >= 0) and events > 0):
        raise InputError("numbers of events are not negative, and the number that excludes is positive.")
    with np.errstate(divide="ignore"):
        return np.asarray(epsilon**2 * np.sqrt(events / N))

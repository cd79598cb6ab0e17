"""Events of inelastic scattering: the recoil of a level and its photons happen at once, and are one event class."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from weakscatter.flux import Beam
from weakscatter.grids import compiled
from weakscatter.model.deposit import Deposit
from weakscatter.model.level_totals import spectra_by_level
from weakscatter.response import NUCLEAR_RECOIL, NuclearTransition, levels_with_photons

#: The kind of deposit of a photon that is absorbed.
PHOTON = "photon"


def level_events(
    beam: Beam, response: NuclearTransition, theory: Any, *, number: Any = 1.0, time_edges: Any = None
) -> tuple[Deposit, ...]:
    """Return one event class per level that decays by photons, for a detector that absorbs all of them.

    Parameters
    ----------
    beam, theory : as for `Model`.
    response : `NuclearTransition` of a table with decays.
    number : nuclei in the target.
    time_edges : arrival cells of the detector, None without a clock.

    Returns
    -------
    Deposits that hold a recoil T [node] and photons of together the excitation energy, whatever the cascade; their counts per beam
    component are in ``terms``. `weakscatter.model.observe` weighs them. Levels that emit particles are left out: what a neutron
    leaves is another class.

    Raises
    ------
    InputError : a table without decays.
    """
    with_photons = levels_with_photons(response.table)
    found = compiled(_spectra, beam, response, theory)
    energies = dict(zip(response.names, response.excitations, strict=True))
    events = []
    for place, name in enumerate(response.names):
        if name not in with_photons:
            continue
        for component in beam.components:
            T, counts = (values[place] for values in found[component.label])
            events.append(
                Deposit(
                    f"{name}, {component.label}",
                    {NUCLEAR_RECOIL: T, PHOTON: energies[name] * jnp.ones_like(T)},
                    ((number * counts, component.arrival(time_edges)),),
                )
            )
    return tuple(events)


def _spectra(beam: Beam, response: NuclearTransition, theory: Any) -> dict[str, Any]:
    charges = theory.charges()
    return {one.label: spectra_by_level(one, response, charges) for one in beam.components}

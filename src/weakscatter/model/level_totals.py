"""Cross sections and numbers of transitions to each level of a nucleus, integrated over the recoil between its exact ends.

The same fold of beam, kernel and response as everywhere; only the recoil energies differ: each level has nodes of its own, in
x = [(T - T_low)/(T_high - T_low)]^(1/2), which is the momentum transfer where the excitation energy does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter.flux import Beam, Line
from weakscatter.grids import compiled, gauss_legendre, is_concrete
from weakscatter.interactions import Charge
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError
from weakscatter.response import Level, Nodes, NuclearTransition
from weakscatter.scattering import contract, fold, slot_matrices, slots

#: Points per level: doubled, totals move by less than 1e-12 at one energy and 1e-10 averaged over decays at rest, up to 100 MeV.
_POINTS = 14


@dataclass(frozen=True, eq=False)
class _OneByOne:
    """The response with recoil energies [level * point], each for one level."""

    whole: NuclearTransition

    @property
    def levels(self) -> tuple[Level, ...]:
        return self.whole.levels

    def nodes(self, T: Any, level: Level) -> Nodes:
        found = self.whole.nodes_at(jnp.reshape(T, (len(self.whole.names), -1)).T)

        def flat(x: Any) -> Any:
            return x.T.reshape(-1, 1)

        q, omega, Q2 = flat(found.q), flat(found.energy_transfer), flat(found.Q2)
        return Nodes(q, omega, omega, {key: flat(w) for key, w in found.weighted_response.items()}, Q2)


def level_cross_sections(
    response: NuclearTransition, theory: Any, E: Any, *, flavour: str = "mu", antineutrino: bool = False
) -> Any:
    """Cross section to each level at neutrino energies.

    Parameters
    ----------
    response : `weakscatter.response.NuclearTransition`.
    theory : anything with ``charges()``, such as `weakscatter.interactions.Weak`.
    E : array [E] (MeV).
    flavour, antineutrino : of the projectile.

    Returns
    -------
    Array [E, level] (MeV^-2; divide by ``cm**2``) per nucleus, in the order of ``response.names``; exactly zero below a threshold.

    Raises
    ------
    InputError : an energy that is not positive and finite.
    """
    E = jnp.atleast_1d(jnp.asarray(E, float))
    if is_concrete(E) and not bool(np.all((np.asarray(E) > 0) & (np.asarray(E) < inf))):
        raise InputError(f"neutrino energies must be positive and finite; got {np.asarray(E)} MeV.")
    return compiled(_at_energies, response, theory, E, flavour, antineutrino)


def dark_level_cross_sections(response: NuclearTransition, portal: Any, E: Any) -> Any:
    """Cross section of dark matter to each level, [E, level] (MeV^-2) per nucleus; exactly zero below a threshold.

    Parameters
    ----------
    response : `weakscatter.response.NuclearTransition`. A vector mediator sees no axial operators: Coulomb multipoles (E2, ...) and
        magnetisation (M1) excite, Gamow-Teller strength does not.
    portal : `weakscatter.interactions.VectorPortal`.
    E : total energies [E] (MeV), above the mass.

    Raises
    ------
    InputError : an energy that is not above the mass.
    """
    E = jnp.atleast_1d(jnp.asarray(E, float))
    if is_concrete((E, portal.mass)) and not bool(
        np.all((np.asarray(E) > portal.mass) & (np.asarray(E) < inf))
    ):
        raise InputError(
            f"energies of dark matter lie above its mass of {portal.mass} MeV; got {np.asarray(E)} MeV."
        )
    return compiled(_dark_at_energies, response, portal, E)


def _dark_at_energies(response: NuclearTransition, portal: Any, E: Any) -> Any:
    state, charges = flavour_state("e"), portal.charges()

    def one(energy: Any) -> Any:
        line = Line("chi", energy, 1.0, state, mass=portal.mass, projectile="dark-matter", spin=portal.spin)
        return _per_level(line, response, charges)

    return jax.vmap(one)(E)


def level_counts(beam: Beam, response: NuclearTransition, theory: Any) -> dict[str, Any]:
    """Number of transitions to each level, {component: array [level]}, per nucleus; with unit fluences averaged cross sections."""
    return compiled(_of_beam, beam, response, theory)


def _at_energies(response: NuclearTransition, theory: Any, E: Any, flavour: str, antineutrino: bool) -> Any:
    state = flavour_state(flavour)
    charges = theory.charges()

    def one(energy: Any) -> Any:
        return _per_level(Line(flavour, energy, 1.0, state, antineutrino), response, charges)

    return jax.vmap(one)(E)


def _of_beam(beam: Beam, response: NuclearTransition, theory: Any) -> dict[str, Any]:
    charges = theory.charges()
    return {one.label: _per_level(one, response, charges) for one in beam.components}


def _per_level(component: Any, response: NuclearTransition, charges: tuple[Charge, ...]) -> Any:
    return jnp.sum(spectra_by_level(component, response, charges)[1], axis=-1)


def spectra_by_level(
    component: Any, response: NuclearTransition, charges: tuple[Charge, ...]
) -> tuple[Any, Any]:
    """Return recoil energies T [level, node] (MeV) and numbers of transitions [level, node], weights included, per nucleus."""
    # A neutrino spectrum falls to its end; that of dark matter stops there, and has a kink where it begins.
    x, w = gauss_legendre(
        _POINTS if getattr(component, "projectile", "neutrino") == "neutrino" else 4 * _POINTS
    )
    x, w = (x + 1) / 2, w / 2
    top, mass = component.energies[1], component.mass
    low, high = response.recoil_energies(top, mass)
    width = jnp.where(response.opening(mass) < top, high - low, 0.0)
    T = low[:, None] + width[:, None] * x**2
    layout = slots(charges)
    matrices = slot_matrices(charges, layout, component.antineutrino)
    folded = fold(layout, _OneByOne(response), component, T.ravel())
    spectrum = jnp.broadcast_to(contract(folded, matrices, matrices), (T.size,)).reshape(T.shape)
    return T, spectrum * (2 * x * w) * width[:, None]

"""What matter does to neutrinos that pass through it: the potential of a theory's vector charges.

Coherent forward scattering on unpolarised matter at rest sees the vector charges at Q^2 = 0 alone. With the normalisation
L = -c[f, i] (nubar_f gamma P_L nu_i)(Nbar gamma N) (`Charge`),

    V[f, i] = n_e c_e[f, i] + n_p c_p[f, i] + n_n c_n[f, i],

c/m^2 in place of c for a mediator of mass m. Neutral matter has n_p = n_e, so photon exchange, which couples to both with
opposite signs, cancels: charge radii and millicharges feel no matter. Of the weak interaction only the charged current is
left, V_ee = sqrt2 G_F n_e (Wolfenstein 1978). Antineutrinos feel -V^*.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.grids import is_concrete
from weakscatter.interactions import Charge, parts_of
from weakscatter.mixing.basis import in_basis
from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class MatterPotential:
    """Potential per density of neutral matter, in the flavour basis.

    Parameters
    ----------
    charged : array [3, 3] (MeV^-2), per electron *and its proton*.
    neutron : array [3, 3] (MeV^-2), per neutron.
    citations : bibliography keys.
    """

    charged: Any
    neutron: Any
    citations: tuple[str, ...] = ("wolfenstein1978",)

    def per_electron(self, neutrons: Any) -> Any:
        """V/n_e [..., 3, 3] (MeV^-2) where there are `neutrons` [...] per electron."""
        ratio = jnp.asarray(neutrons, float)[..., None, None]
        return jnp.asarray(self.charged, complex) + ratio * jnp.asarray(self.neutron, complex)


def standard_potential() -> MatterPotential:
    """The charged current of electrons, sqrt2 G_F n_e on nu_e; the neutral current is common to all flavours.

    >>> potential = standard_potential()
    >>> float(potential.charged[0, 0]) == sqrt(2) * constants.G_F
    True
    """
    charged = np.zeros((3, 3))
    charged[0, 0] = sqrt(2) * constants.G_F
    return MatterPotential(charged, np.zeros((3, 3)))


def matter_potential(theory: Any, mixing: Any) -> MatterPotential:
    """Potential of the charged current and of everything beyond the weak interaction that a theory couples neutrinos to.

    Parameters
    ----------
    theory : interaction or sum of interactions; parts in the mass basis are turned with `mixing`.
    mixing : `Mixing`.

    Notes
    -----
    Parts of the kind "weak" enter as `standard_potential`, with or without them: their radiative corrections, which couplings of
    electrons and nucleons from different sets do not cancel as neutral matter does, shift it by less than 1e-3.

    Raises
    ------
    InputError : a massless mediator that neutral matter does not screen, whose force on a neutrino comes from the whole Sun.
    """
    parts = [part for part in parts_of(in_basis(theory, mixing)) if part.kind != "weak"]
    charges = [
        c for part in parts for c in part.charges() if c.structure == "vector" and c.projectile == "neutrino"
    ]
    _refuse_long_range(charges)
    total = {on: jnp.zeros((3, 3), complex) for on in ("e", "p", "n")}
    for charge in charges:
        total[charge.on] = total[charge.on] + _strength(charge) * jnp.asarray(charge.matrix)
    standard = standard_potential()
    return MatterPotential(
        standard.charged + total["e"] + total["p"],
        total["n"],
        (*standard.citations, *(key for part in parts for key in part.citations)),
    )


def _is_massless(charge: Charge) -> bool:
    return charge.mass is not None and is_concrete(charge.mass) and charge.mass == 0


def _strength(charge: Charge) -> Any:
    """Propagator at Q^2 = 0; a massless one stands for a photon, which matter screens."""
    if _is_massless(charge):
        return 0.0
    exchange = 1.0 if charge.mass is None else 1 / charge.mass**2
    return exchange if charge.form is None else exchange * charge.form(0.0)


def _refuse_long_range(charges: list[Charge]) -> None:
    """Massless exchange must cancel between protons and electrons, form by form, and leave neutrons alone."""
    forces: dict[int, Any] = {}
    for charge in charges:
        if _is_massless(charge) and is_concrete(charge.matrix):
            sums = forces.setdefault(
                id(charge.form), [np.zeros((3, 3), complex), np.zeros((3, 3), complex), 0.0]
            )
            matrix = np.asarray(charge.matrix)
            sums[1 if charge.on == "n" else 0] = sums[1 if charge.on == "n" else 0] + matrix
            sums[2] = max(sums[2], float(np.max(np.abs(matrix))))
    for screened, neutrons, scale in forces.values():
        if max(np.max(np.abs(screened)), np.max(np.abs(neutrons))) > 1e-9 * scale:
            raise InputError(
                "A massless mediator that is not the photon acts over the whole Sun, which a local potential does not describe. "
                "Give it a mass, or leave the theory out of the propagation."
            )

"""What one theory term asks of a target: a charge per Lorentz structure, constituent and propagator.

One normalisation serves every projectile. A charge c multiplies current times current in the Lagrangian,

    L = - c[f, i] (nubar_f Gamma P_L nu_i) (Nbar Gamma N) / (Q^2 + m^2),

with Gamma = gamma^mu (vector), gamma^mu gamma_5 on the target side written -gamma_5 (axial),
1 (scalar), i gamma_5 on the target side (pseudoscalar), sigma^{mu nu} (tensor), and the target's vector current times
sigma^{mu nu} q_nu (dipole). The weak interaction has c = sqrt(2) G_F g; photon exchange has m = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from weakscatter.provenance.errors import InputError, nearest

STRUCTURES = ("vector", "axial", "scalar", "pseudoscalar", "tensor", "dipole")
CONSTITUENTS = ("p", "n", "e")
BASES = ("flavour", "mass")
PROJECTILES = ("neutrino", "dark-matter")
FLAVOURS = ("e", "mu", "tau")


@dataclass(frozen=True, eq=False)
class Charge:
    """One matrix of charges, final state first.

    Parameters
    ----------
    structure : one of `STRUCTURES`.
    on : "p", "n" or "e", the constituent of the target that carries the other current.
    matrix : array [3, 3], complex: c[final, initial]. Contact MeV^-2, mediated 1, dipole MeV^-1.
    mass : mass of the exchanged particle (MeV); None for a contact interaction, 0 for the photon.
    basis : "flavour" or "mass".
    final_mass : mass of the particle that leaves (MeV); the number 0 for a neutrino. Different ones are different final
        states, which do not interfere.
    form : callable Q^2 [...] -> factor [...] of the charge, or None for 1. The same object each time one theory's
        `charges()` is called: charges of one form share a slot.
    projectile : whose current it is, "neutrino" or "dark-matter"; a beam's component is scattered by the charges of its own.

    Raises
    ------
    InputError : an unknown structure, constituent, basis or projectile.
    """

    structure: str
    on: str
    matrix: Any
    mass: Any = None
    basis: str = "flavour"
    final_mass: Any = 0
    form: Any = None
    projectile: str = "neutrino"

    def __post_init__(self) -> None:
        for value, allowed, what in (
            (self.structure, STRUCTURES, "structure"),
            (self.on, CONSTITUENTS, "constituent"),
            (self.basis, BASES, "basis"),
            (self.projectile, PROJECTILES, "projectile"),
        ):
            if value not in allowed:
                raise InputError(
                    f"Charge {what} {value!r} is unknown; allowed are {', '.join(allowed)}."
                    f"{nearest(value, allowed)}"
                )

    @property
    def current(self) -> tuple[str, str]:
        """(structure, constituent): the target current that this charge couples to."""
        return (self.structure, self.on)

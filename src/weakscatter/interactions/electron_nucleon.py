"""Parity-violating couplings of atomic electrons to nucleons: axial current of the electron, vector current of the nucleon.

    L = (G_F/sqrt2) sum_N g_AV^eN (ebar gamma gamma_5 e) (Nbar gamma N),   g_AV^ep = -1/2 + 2 s^2, g_AV^en = 1/2 at tree level

(cadeddu2018, eq. of Q_W; PDG). The numbers with radiative corrections belong to s^2 = 0.23857 in the MS-bar scheme at
zero momentum, and the mixing angle moves their tree part alone, as it does for neutrinos: one `sin2_theta_w` in both.
Only the weak part of a theory is seen: neutrinos' own properties and interactions do nothing to an atom at this order,
and no built-in new mediator has an axial coupling to electrons.
"""

from __future__ import annotations

from typing import Any

from weakscatter.interactions.theory import parts_of
from weakscatter.provenance.errors import InputError

#: g_AV^ep and g_AV^en of the Standard Model with radiative corrections, at the mixing angle of `constants`.
G_AV_P, G_AV_N = -0.0357, 0.495

#: Bibliography keys of these numbers.
CITATIONS = ("cadeddu2018",)


def electron_nucleon_couplings(theory: Any) -> tuple[Any, Any]:
    """(g_AV^ep, g_AV^en) of a theory: the Standard Model's with the tree part moved by its mixing angle.

    Raises
    ------
    InputError : the theory has no weak part, so nothing says what the mixing angle is.
    """
    for part in parts_of(theory):
        if hasattr(part, "mixing_angle_shift"):
            return G_AV_P + 2 * part.mixing_angle_shift, G_AV_N
    kinds = ", ".join(repr(part.kind) for part in parts_of(theory))
    raise InputError(
        f"Atomic parity violation needs the weak interaction; the theory holds {kinds} alone. Add Weak() to it."
    )

"""Weak couplings of the electron seen by nu_e, nu_mu and nu_tau, as named sets.

Tree level: g_V = -1/2 + 2 s^2 + delta_le, g_A = -1/2 + delta_le, the delta being the exchange of a W. With loops at low Q^2
g_V depends on the flavour through the Standard-Model charge radius, with the sign opposite to that of the proton,

    g_V(l) = g_V(no radius) + delta_le + (sqrt2 pi alpha / 3 G_F) <r^2_l>,

so a set states which radii its numbers hold. The choice matters: s^2 at the Z mass in place of zero momentum moves the rate
of pp neutrinos by -1.9 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from weakscatter import constants
from weakscatter.interactions.couplings import SM_CHARGE_RADIUS
from weakscatter.provenance.errors import unknown

#: s^2 at the Z mass (MS-bar), the set "tree-mz".
_SIN2_AT_Z = 0.23122


@dataclass(frozen=True, eq=False)
class ElectronCouplings:
    """Couplings of the electron's current ebar gamma (g_V - g_A gamma_5) e, per neutrino flavour.

    Parameters
    ----------
    name : name in cards.
    g_v, g_a : (e, mu, tau) values.
    held_radius : (e, mu, tau) charge radii (MeV^-2) contained in `g_v`; zeros when none is.
    sin2_theta_w : the mixing angle at which the tree part of these numbers was evaluated.
    citations : bibliography keys.
    """

    name: str
    g_v: tuple[Any, Any, Any]
    g_a: tuple[Any, Any, Any]
    held_radius: tuple[Any, Any, Any]
    sin2_theta_w: Any
    citations: tuple[str, ...] = ()


def _tree(name: str, sin2_theta_w: float) -> ElectronCouplings:
    neutral = -0.5 + 2 * sin2_theta_w
    return ElectronCouplings(
        name,
        (neutral + 1, neutral, neutral),
        (0.5, -0.5, -0.5),
        (0.0, 0.0, 0.0),
        sin2_theta_w,
        ("vogel1989",),
    )


#: Sets by name. "loop" are the low-energy values of arXiv:2207.05036 (recalled, +-3e-4): without the radii -0.028 for every
#: flavour, before the W.
ELECTRON_COUPLINGS: dict[str, ElectronCouplings] = {
    "tree": _tree("tree", constants.sin2_theta_w_0),
    "tree-mz": _tree("tree-mz", _SIN2_AT_Z),
    "loop": ElectronCouplings(
        "loop", (0.9524, -0.0394, -0.0350), (0.4938, -0.5062, -0.5062), SM_CHARGE_RADIUS, constants.sin2_theta_w_0,
        ("atzori2022lz", "bernabeu2004"),
    ),
}  # fmt: skip


def electron_couplings(name: str) -> ElectronCouplings:
    """A named set; an unknown name is an error that lists them."""
    if name not in ELECTRON_COUPLINGS:
        raise unknown("set of electron couplings", name, ELECTRON_COUPLINGS)
    return ELECTRON_COUPLINGS[name]

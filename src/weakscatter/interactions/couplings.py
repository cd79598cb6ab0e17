"""Weak neutral-current couplings of nucleons, as named sets.

Tree level: g_V^p = 1/2 - 2 s^2, g_V^n = -1/2. Radiative corrections make g_V^p depend on the neutrino's
flavour, and at this order all of the dependence is the Standard-Model charge radius,

    g_V^p(l) = g_V^p(no radius) - (sqrt2 pi alpha / 3 G_F) <r^2_l>,

so a set states which radii its numbers hold: they can be taken out again exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import Any

from weakscatter import constants
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.units import cm

#: Standard-Model charge radii of nu_e, nu_mu, nu_tau (MeV^-2), Bernabeu et al. 2004, in the convention in which
#: a negative radius raises g_V^p.
SM_CHARGE_RADIUS = (-0.83e-32 * cm**2, -0.48e-32 * cm**2, -0.30e-32 * cm**2)

#: Shift of g_V^p per unit of charge radius, with its sign: -0.02380 per 1e-32 cm^2.
RADIUS_SHIFT = -sqrt(2) * pi * constants.alpha / (3 * constants.G_F)

#: Shift of g_V^p per unit of millicharge, to be divided by Q^2 = 2 M T (MeV^2).
MILLICHARGE_SHIFT = 2 * sqrt(2) * pi * constants.alpha / constants.G_F


@dataclass(frozen=True, eq=False)
class NucleonCouplings:
    """Vector couplings of proton (per neutrino flavour) and neutron, with what they hold.

    Parameters
    ----------
    name : name in cards.
    g_v_p : (e, mu, tau) values of g_V^p.
    g_v_n : g_V^n.
    held_radius : (e, mu, tau) charge radii (MeV^-2) contained in `g_v_p`; zeros when none is.
    sin2_theta_w : the mixing angle at which the tree part of these numbers was evaluated.
    citations : bibliography keys.
    """

    name: str
    g_v_p: tuple[Any, Any, Any]
    g_v_n: Any
    held_radius: tuple[Any, Any, Any]
    sin2_theta_w: Any
    citations: tuple[str, ...] = ()


def _radiative(name: str, e: float, mu: float, neutron: float, citation: str) -> NucleonCouplings:
    # nu_tau is not quoted by these papers: the radius-free value with the tau radius put in.
    without_radius = mu - RADIUS_SHIFT * SM_CHARGE_RADIUS[1]
    tau = without_radius + RADIUS_SHIFT * SM_CHARGE_RADIUS[2]
    return NucleonCouplings(
        name, (e, mu, tau), neutron, SM_CHARGE_RADIUS, constants.sin2_theta_w_0, (citation, "bernabeu2004")
    )


def tree_couplings(sin2_theta_w: float = constants.sin2_theta_w_0) -> NucleonCouplings:
    """g_V^p = 1/2 - 2 sin^2(theta_W), g_V^n = -1/2; no charge radius held."""
    proton = 0.5 - 2 * sin2_theta_w
    return NucleonCouplings(
        "tree", (proton, proton, proton), -0.5, (0.0, 0.0, 0.0), sin2_theta_w, ("erler2018",)
    )


#: The flavour-blind set evaluated with nu_mu N radiative corrections holds the nu_mu radius for every flavour.
_MUON_RADIUS = (SM_CHARGE_RADIUS[1],) * 3

COUPLING_SETS: dict[str, NucleonCouplings] = {
    "tree": tree_couplings(),
    "radiative-2020": _radiative("radiative-2020", 0.0401, 0.0318, -0.5094, "cadeddu2020"),
    "radiative-2023": _radiative("radiative-2023", 0.0382, 0.0300, -0.5117, "atzori2023"),
    "pdg-2005": NucleonCouplings(
        "pdg-2005", (0.0304, 0.0304, 0.0304), -0.5122, _MUON_RADIUS, 0.23120, ("barranco2005",)
    ),
}


def coupling_set(name: str) -> NucleonCouplings:
    """A named set of couplings.

    Raises
    ------
    InputError : unknown name; the message lists the sets.
    """
    if name not in COUPLING_SETS:
        raise InputError(
            f"Coupling set {name!r} is unknown; allowed are {', '.join(COUPLING_SETS)} (or 'explicit' in a card, "
            f"with g_v_p and g_v_n).{nearest(name, list(COUPLING_SETS))}"
        )
    return COUPLING_SETS[name]


def explicit_couplings(g_v_p: Any, g_v_n: float) -> NucleonCouplings:
    """Couplings given as numbers.

    Parameters
    ----------
    g_v_p : three values (e, mu, tau), taken to hold the Standard-Model charge radii, which is what makes them
        depend on flavour; or one number, taken to hold none.
    g_v_n : g_V^n.
    """
    values = tuple(g_v_p) if hasattr(g_v_p, "__len__") else (g_v_p,) * 3
    if len(values) != 3:
        raise InputError(f"g_v_p needs one number or three (e, mu, tau); got {len(values)}.")
    blind = values[0] == values[1] == values[2]
    held = (0.0, 0.0, 0.0) if blind else SM_CHARGE_RADIUS
    return NucleonCouplings("explicit", values, g_v_n, held, constants.sin2_theta_w_0)

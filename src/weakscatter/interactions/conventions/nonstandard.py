"""Non-standard interactions: chirality, quarks and nucleons, mediators.

    L = -2 sqrt2 G_F eps^{f,C}_{l'l} (nubar_l' gamma P_L nu_l) (fbar gamma P_C f),   C = L, R,

(barranco2005). In the library's normalisation of charges a vector term is c = sqrt2 G_F eps^{f,V}: eps adds to g_V.
All functions take numbers, arrays or matrices [final, initial].
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from weakscatter import constants


def vector_axial(eps_l: Any, eps_r: Any) -> tuple[Any, Any]:
    """(eps^V, eps^A) = (eps^L + eps^R, eps^L - eps^R).

    eps^L P_L + eps^R P_R = (eps^V - eps^A gamma_5)/2, so eps^V adds to g_V and eps^A to g_A of (g_V - g_A gamma_5).
    Papers that write +eps^A gamma_5 have the opposite sign of eps^A. Down quark of the Standard Model at tree level,
    eps^L = -1/2 + s^2/3 and eps^R = s^2/3:

    >>> [round(x, 5) for x in vector_axial(-0.5 + 0.23857 / 3, 0.23857 / 3)]
    [-0.34095, -0.5]
    """
    return eps_l + eps_r, eps_l - eps_r


def left_right(eps_v: Any, eps_a: Any) -> tuple[Any, Any]:
    """(eps^L, eps^R) = ((eps^V + eps^A)/2, (eps^V - eps^A)/2): the inverse of `vector_axial`."""
    return (eps_v + eps_a) / 2, (eps_v - eps_a) / 2


def nucleons_of_quarks(eps_u: Any, eps_d: Any) -> tuple[Any, Any]:
    """Vector couplings of (proton, neutron) from those of the quarks: (2 eps^u + eps^d, eps^u + 2 eps^d).

    Exact for vector currents at Q^2 = 0, which count valence quarks; not valid for axial or scalar ones. The
    Standard-Model couplings of the quarks give those of the nucleons, g_V^p = 1/2 - 2 s^2 and g_V^n = -1/2:

    >>> s2 = 0.23857
    >>> [round(g, 5) for g in nucleons_of_quarks(0.5 - 4 / 3 * s2, -0.5 + 2 / 3 * s2)]
    [0.02286, -0.5]
    """
    return 2 * eps_u + eps_d, eps_u + 2 * eps_d


def quarks_of_nucleons(eps_p: Any, eps_n: Any) -> tuple[Any, Any]:
    """Vector couplings of the (u, d) quarks from those of the nucleons: the inverse of `nucleons_of_quarks`.

    ((2 eps^p - eps^n)/3, (2 eps^n - eps^p)/3).
    """
    return (2 * eps_p - eps_n) / 3, (2 * eps_n - eps_p) / 3


def epsilon_of_mediator(product: Any, mass: Any, Q2: Any = 0.0) -> Any:
    """eps^{f,V} of a vector mediator: g_nu g_f/(sqrt2 G_F (M^2 + Q^2)) (cadeddu2020b).

    Parameters
    ----------
    product : g_nu g_f, coupling of nubar_L gamma nu_L times that of fbar gamma f (charges included).
    mass : M (MeV).
    Q2 : Q^2 = 2 M_target T (MeV^2); 0 for a heavy mediator.

    Notes
    -----
    A positive product is a positive eps, which on a nucleus with Q_l < 0 interferes destructively: the universal
    mediator does, B-L with product g^2 (1/3)(-1) < 0 does not.
    """
    return product / (sqrt(2) * constants.G_F * (mass**2 + Q2))


def coupling_product_of_epsilon(eps: Any, mass: Any, Q2: Any = 0.0) -> Any:
    """g_nu g_f of an eps^{f,V} at a mediator mass (MeV) and Q2 (MeV^2): the inverse of `epsilon_of_mediator`."""
    return eps * sqrt(2) * constants.G_F * (mass**2 + Q2)

"""Photons of a reactor or a beam dump that scatter on electrons and leave a pair of dark particles, gamma e -> e chi chibar.

A virtual vector of mass M = sqrt s leaves in place of the photon of Compton scattering. With s' = 2 m_e E, u' = M^2 - 2 m_e E_V (a sum
over spins and polarisations that tests repeat with Dirac matrices) and A = 1/s' + 1/u',

    dsigma/dE_V = (pi alpha^2/(m_e E^2)) X,
    X = -(u'/s' + s'/u') + 4 m_e^2 A + 4 m_e^4 A^2 + 2 M^2 A + 2 m_e^2 M^2 (1/s'^2 + 1/u'^2) - 2 M^4/(s' u'),

Klein and Nishina's at M = 0, per photon coupling; the theory says how many pairs stand for one vector of this mass (`pair_nodes`).

No spectrum of photons in a reactor or a dump is published in our sources: it is an input, without a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.flux.dark_production import DarkTheory, Mediators
from weakscatter.grids import gauss_legendre
from weakscatter.provenance.errors import InputError

#: Photon energies in a bin and directions of the vector: doubled, numbers of pairs move by 1e-4, by 6e-4 where a bin holds the threshold.
_ENERGIES, _DIRECTIONS = 3, 8


def vector_compton(photon_energy: Any, vector_energy: Any, vector_mass: Any) -> Any:
    """dsigma/dE_V (MeV^-3) of gamma e -> e V, a vector that couples to e like the photon; energies between the kinematic ends.

    At vector_mass = 0 the formula of Klein and Nishina. Arguments (MeV) broadcast.
    """
    m, M2 = constants.m_e, jnp.asarray(vector_mass, float) ** 2
    s, u = 2 * m * photon_energy, M2 - 2 * m * vector_energy
    A = 1 / s + 1 / u
    X = -(u / s + s / u) + 4 * m**2 * A + 4 * m**4 * A**2 + 2 * M2 * A
    X = X + 2 * m**2 * M2 * (1 / s**2 + 1 / u**2) - 2 * M2**2 / (s * u)
    return pi * constants.alpha**2 / (m * photon_energy**2) * X


def compton_total(photon_energy: Any) -> Any:
    """Cross section of Klein and Nishina (MeV^-2) per electron.

    >>> from weakscatter.units import cm
    >>> f"{float(compton_total(1.0) / cm**2):.4e}"
    '2.1121e-25'
    """
    x = jnp.asarray(photon_energy, float) / constants.m_e
    log = jnp.log1p(2 * x)
    first = (1 + x) / x**3 * (2 * x * (1 + x) / (1 + 2 * x) - log)
    area = 2 * pi * (constants.alpha / constants.m_e) ** 2
    return area * (first + log / (2 * x) - (1 + 3 * x) / (1 + 2 * x) ** 2)


def vector_energies(photon_energy: Any, vector_mass: Any, cosine: Any) -> tuple[Any, Any]:
    """Energy (MeV) of the vector at a cosine in the frame of no momentum, and half the width of its range; closed: the mass and zero."""
    m, E = constants.m_e, photon_energy
    square = m**2 + 2 * m * E
    root = jnp.sqrt(square)
    inner = (square + vector_mass**2 - m**2) / (2 * root)
    momentum2 = inner**2 - vector_mass**2
    open_ = (momentum2 > 0) & (root > m + vector_mass)
    momentum = jnp.where(open_, jnp.sqrt(jnp.where(open_, momentum2, 1.0)), 0.0)
    half = E / root * momentum
    return jnp.where(open_, (E + m) / root * inner + half * cosine, vector_mass), half


@dataclass(frozen=True, eq=False)
class PhotonConversion:
    """Photons of a spectrum of the user's that meet electrons.

    Parameters
    ----------
    edges : of the bins of photon energy [n + 1] (MeV), positive, increasing.
    photons : [n], photons in each bin, spread evenly, per whatever the exposure counts: protons, fissions.
    compton_share : share of the photons whose next interaction is Compton scattering, one number or [n]: Z sigma_KN over the total
        cross section of the material. Later interactions are left out, so that the number of pairs is a lower estimate.
    name : label of the component.

    Raises
    ------
    InputError : no spectrum, or numbers that are none.

    Notes
    -----
    Pairs per photon: share x sigma(gamma e -> e chi chibar)/sigma(gamma e -> gamma e). Virtual photons decay evenly in their rest frame, and
    the source is isotropic. Electrons are free and at rest.
    """

    edges: Any = None
    photons: Any = None
    compton_share: Any = None
    name: str = "photon-conversion"
    citations = ("singh2019", "gninenko2006")

    def __post_init__(self) -> None:
        if self.edges is None or self.photons is None or self.compton_share is None:
            raise InputError(
                "no spectrum of photons in a reactor or a beam dump is published in the sources of this library. Give edges (MeV), photons "
                "per bin and per fission (proton, ...), and compton_share, the share of them whose next interaction is Compton scattering."
            )
        edges, photons = np.asarray(self.edges, float), np.asarray(self.photons, float)
        if (
            edges.ndim != 1
            or len(edges) < 2
            or not np.all(np.isfinite(edges))
            or edges[0] <= 0
            or np.any(np.diff(edges) <= 0)
        ):
            raise InputError(
                "the photon spectrum needs two or more edges (MeV), positive, finite and increasing."
            )
        if photons.shape != (len(edges) - 1,) or not (np.all(np.isfinite(photons)) and np.all(photons >= 0)):
            raise InputError(
                f"the photon spectrum has {len(edges) - 1} bins; give each a finite number of photons, not negative."
            )
        share = np.asarray(self.compton_share, float)
        if share.shape not in ((), photons.shape) or not np.all((share >= 0) & (share <= 1)):
            raise InputError(
                f"compton_share is one number or {len(photons)} numbers between 0 and 1; got {self.compton_share!r}."
            )

    @property
    def label(self) -> str:
        return self.name

    def mediators(self, portal: DarkTheory) -> Mediators:
        if portal.couples_to != "charge":
            raise InputError(
                "photons that scatter on electrons make what couples to charge; a boson of baryon number does not."
            )
        edges, photons = np.asarray(self.edges, float), np.asarray(self.photons, float)
        share = np.broadcast_to(np.asarray(self.compton_share, float), photons.shape)
        x, w = gauss_legendre(_ENERGIES)
        E = (edges[:-1, None] + np.diff(edges)[:, None] * (x + 1) / 2).ravel()
        number = ((photons * share)[:, None] * w / 2).ravel()
        heaviest = np.sqrt(constants.m_e**2 + 2 * constants.m_e * E) - constants.m_e
        s, pairs = portal.pair_nodes(heaviest**2)
        M = jnp.sqrt(s)
        cosine, v = gauss_legendre(_DIRECTIONS)
        E, M = E[:, None, None], M[..., None]
        energy, half = vector_energies(E, M, cosine)
        made = (
            jnp.where(half > 0, vector_compton(E, jnp.maximum(energy, M), M), 0.0)
            * half
            * v
            / compton_total(E)
        )
        per_proton = number[:, None, None] * pairs[..., None] * made
        energy, M = energy.ravel(), jnp.broadcast_to(M, per_proton.shape).ravel()
        return Mediators(energy, energy, M, per_proton.ravel())

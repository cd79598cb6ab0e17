"""Dark matter from mediators that decay in flight: spectra in closed form, angles, and the beam at a detector.

A mediator of energy E_A, unpolarised, gives a flat spectrum of chi,

    |E - E_A/2| < p_A p^*/m_A,      p^* = sqrt(m_A^2/4 - m^2),

and energies E_A spread evenly over a window give, with E_-+ = (m_A/m^2)(E E^* -+ p p^*), E^* = m_A/2 the energies that reach E,

    g(E) = m_A/(2 p^* (hi - lo)) [arccosh(min(hi, E_+)/m_A) - arccosh(max(lo, E_-)/m_A)].

Sources are isotropic unless an angle is asked for; then (1/p) d^2N/dE dOmega is what every frame agrees on.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.flux.beam import Beam
from weakscatter.flux.dark_continuum import DarkContinuum, sliced
from weakscatter.flux.dark_production import DarkTheory, Mediators, require_source
from weakscatter.interactions import Millicharged, VectorPortal
from weakscatter.provenance.errors import InputError, unknown

#: How a mediator decays in its rest frame. A vector of pi0 -> gamma A' has helicity +-1, which "transverse" keeps.
DECAYS = ("isotropic", "transverse")

#: Nodes of a spectrum that is no box: between kinks of one window, and over many windows.
_PER_INTERVAL, _OVERALL = 120, 400


def rest_frame_momentum(mediator_mass: Any, mass: Any) -> Any:
    """p^* = sqrt(m_A^2/4 - m^2) (MeV); zero where the decay is closed."""
    square = mediator_mass**2 / 4 - mass**2
    return jnp.where(square > 0, jnp.sqrt(jnp.where(square > 0, square, 1.0)), 0.0)


def angular_weight(cosine: Any, portal: DarkTheory, mediator_mass: Any, decay: str) -> Any:
    """Distribution of cos theta^* to the mediator's flight, relative to an even one; its mean over [-1, 1] is one.

    "transverse": 3/2 sin^2 for scalars; (3/4)[1 + cos^2 + (4 m^2/m_A^2) sin^2]/(1 + 2 m^2/m_A^2) for Dirac fermions.
    """
    if decay == "isotropic":
        return jnp.ones_like(cosine)
    sin2 = jnp.maximum(1 - cosine**2, 0.0)
    if portal.spin == "scalar":
        return 1.5 * sin2
    ratio = portal.mass**2 / mediator_mass**2
    return 0.75 * (1 + cosine**2 + 4 * ratio * sin2) / (1 + 2 * ratio)


def chi_spectrum(portal: DarkTheory, mediators: Mediators, E: Any, *, decay: str = "isotropic") -> Any:
    """Particles chi and antichi per proton and energy [E] (1/MeV) of the decays of mediators.

    Parameters
    ----------
    E : total energies [E] (MeV).
    decay : a word of `DECAYS`.

    Raises
    ------
    InputError : an unknown word.
    """
    if decay not in DECAYS:
        raise unknown("decay of the mediator", decay, DECAYS)
    E = jnp.asarray(E, float)[..., None]
    M, m = mediators.mass, portal.mass
    star = rest_frame_momentum(M, m)
    safe = jnp.where(star > 0, star, 1.0)
    if mediators.lines:
        half = jnp.sqrt(jnp.maximum(mediators.low**2 - M**2, 0.0)) * safe / M
        half = jnp.where(half > 0, half, 1e-12 * M)
        cosine = (E - mediators.low / 2) / half
        # The ends themselves belong to the box, whatever way they are rounded.
        inside, cosine = jnp.abs(cosine) <= 1 + 1e-9, jnp.clip(cosine, -1.0, 1.0)
        shape = jnp.where(inside, 0.5 / half * angular_weight(cosine, portal, M, decay), 0.0)
    else:
        shape = _window(portal, mediators, E, safe, decay)
    return 2 * jnp.sum(jnp.where(star > 0, mediators.per_proton, 0.0) * shape, axis=-1)


def _window(portal: DarkTheory, mediators: Mediators, E: Any, star: Any, decay: str) -> Any:
    M, m = mediators.mass, portal.mass
    p = jnp.sqrt(jnp.maximum(E**2 - m**2, 0.0))
    product = E * M / 2 + p * star
    # E_- written without the difference of two large numbers.
    least, most = M * (E**2 + M**2 / 4 - m**2) / product, M * product / m**2
    low, high = jnp.maximum(mediators.low, least), jnp.minimum(mediators.high, most)
    eta_low, eta_high = _rapidity(low / M), _rapidity(high / M)
    width = jnp.where(mediators.high > mediators.low, mediators.high - mediators.low, 1.0)
    front = M / (2 * star * width)
    inside = (high > low) & (mediators.high > mediators.low) & (m <= E)
    if decay == "isotropic":
        return jnp.where(inside, front * (eta_high - eta_low), 0.0)
    x, w = np.polynomial.legendre.leggauss(24)
    eta = eta_low[..., None] + (eta_high - eta_low)[..., None] * (x + 1) / 2
    half = jnp.maximum(jnp.sinh(eta) * star[..., None], 1e-12)
    cosine = jnp.clip((E[..., None] - M[..., None] * jnp.cosh(eta) / 2) / half, -1.0, 1.0)
    mean = jnp.sum(w / 2 * angular_weight(cosine, portal, M[..., None], decay), axis=-1)
    return jnp.where(inside, front * (eta_high - eta_low) * mean, 0.0)


def _rapidity(ratio: Any) -> Any:
    above = jnp.maximum(ratio, 1.0)
    # arccosh has no derivative at one.
    at_rest = above <= 1.0
    root = jnp.where(at_rest, 0.0, jnp.sqrt(jnp.where(at_rest, 1.0, (above - 1) * (above + 1))))
    return jnp.log(above + root)


def _nodes(portal: DarkTheory, mediators: Mediators, decay: str) -> Any:
    """Energies [n] at which a spectrum is tabulated: two for a box, more around the kinks of a window, many for many windows."""
    star = rest_frame_momentum(mediators.mass, portal.mass)

    def ends(E_A: Any) -> tuple[Any, Any]:
        half = jnp.sqrt(jnp.maximum(E_A**2 - mediators.mass**2, 0.0)) * star / mediators.mass
        return E_A / 2 - half, E_A / 2 + half

    first, second = ends(mediators.low), ends(mediators.high)
    if mediators.lines and len(mediators.low) == 1 and decay == "isotropic":
        return jnp.concatenate(first)
    if len(mediators.low) == 1:
        kinks = jnp.sort(jnp.concatenate([*first, *second]))
        # Where E_A may be m_A^2/(2 m), a chi can be at rest.
        at_rest = mediators.mass**2 / (2 * portal.mass)
        slow = (mediators.low <= at_rest) & (at_rest <= mediators.high)
        kinks = jnp.sort(jnp.concatenate([jnp.where(slow, portal.mass, kinks[0]), kinks]))
        # Dense towards the kinks, where the spectrum may rise like a root.
        shares = (1 - np.cos(np.linspace(0.0, pi, _PER_INTERVAL, endpoint=False))) / 2
        inner = (kinks[:-1, None] + jnp.diff(kinks)[:, None] * shares).ravel()
        return jnp.concatenate([inner, kinks[-1:]])
    weight = mediators.per_proton > 0
    low = jnp.min(jnp.where(weight, jnp.minimum(first[0], second[0]), jnp.inf))
    at_rest = mediators.mass**2 / (2 * portal.mass)
    slow = jnp.any(weight & (mediators.low <= at_rest) & (at_rest <= mediators.high))
    high = jnp.max(jnp.where(weight, jnp.maximum(first[1], second[1]), -jnp.inf))
    low, high = (jnp.where(jnp.any(weight), end, portal.mass * k) for end, k in ((low, 1.1), (high, 1.2)))
    low = jnp.where(slow, portal.mass, low)
    # Virtual photons are light and fast at once: their pairs spread over decades of energy.
    power = 4 if isinstance(portal, Millicharged) else 1
    return low + (high - low) * np.linspace(0.0, 1.0, _OVERALL) ** power


def dark_component(
    portal: DarkTheory, channel: Any, *, protons: Any, distance: Any, pulse: Any = None, decay: str = "isotropic",
    lifetime: Any = None,
) -> DarkContinuum:  # fmt: skip
    """Dark matter of one channel at a detector: fluence = protons x (2 chi per mediator)/(4 pi L^2).

    Closed (m_A < 2 m, or above the parent) the fluence is exactly zero.
    """
    mediators = channel.mediators(portal)
    E = _nodes(portal, mediators, decay)
    per_proton = 2 * jnp.sum(
        jnp.where(rest_frame_momentum(mediators.mass, portal.mass) > 0, mediators.per_proton, 0.0)
    )
    values = None if len(E) == 2 else chi_spectrum(portal, mediators, E, decay=decay)
    closed = per_proton <= 0
    values = values if values is None else jnp.where(closed, 1.0, values)
    E = jnp.where(closed, portal.mass * np.linspace(1.1, 1.2, len(E)), jnp.maximum(E, portal.mass))
    return DarkContinuum(
        channel.label, E, values, protons * per_proton / (4 * pi * distance**2), portal.mass,
        portal.spin, pulse, distance, lifetime,
    )  # fmt: skip


def dark_matter_beam(
    portal: DarkTheory, channels: Iterable[Any], *, protons: Any, distance: Any, pulse: Any = None, decay: str = "isotropic",
    slices: int = 1, lifetime: Any = None,
) -> Beam:  # fmt: skip
    """Dark matter and anti-dark matter of a stopped-pion source at a detector.

    Parameters
    ----------
    portal : `weakscatter.interactions.VectorPortal`, or `Millicharged` behind the photon itself.
    channels : `MesonDecay`, `PionCapture`, `Cascade`, `PhotonConversion`, or objects like them, with distinct labels. What none of them
        holds: `weakscatter.flux.dark_production.LEFT_OUT`.
    protons : protons on target in the exposure; at a reactor fissions, or whatever else the channels count per.
    distance : from source to detector (MeV^-1).
    pulse : `GaussianPulse` or `TriangularPulse`, arrival of light on the detector's clock; None without timing.
    decay : a word of `DECAYS`: "isotropic", or "transverse", the angular distribution behind pi0 -> gamma A'.
    slices : of each spectrum, with arrival times of their own.
    lifetime : mean delay (MeV^-1) in the laboratory of a mediator that is not prompt, or None; its displacement is left out.

    Returns
    -------
    Beam with a component a channel and slice. Chi and antichi are counted both.

    Raises
    ------
    InputError : no channel, numbers that are not positive, an unknown word.

    Examples
    --------
    >>> from weakscatter.units import cm, m
    >>> portal = VectorPortal(mass=10.0, mediator_mass=30.0, epsilon=1e-4)
    >>> from weakscatter.flux.dark_production import MesonDecay
    >>> beam = dark_matter_beam(portal, [MesonDecay(0.1)], protons=1e22, distance=20 * m)
    >>> [round(float(E), 2) for E in beam.components[0].energies]  # MeV
    [11.5, 59.32]
    """
    channels = tuple(channels)
    if not channels:
        raise InputError("a beam of dark matter needs a channel of production, such as MesonDecay(0.1).")
    require_source(protons, distance)
    components = tuple(
        part
        for channel in channels
        for part in sliced(
            dark_component(
                portal,
                channel,
                protons=protons,
                distance=distance,
                pulse=pulse,
                decay=decay,
                lifetime=lifetime,
            ),
            slices,
        )
    )
    cited = dict.fromkeys(key for channel in channels for key in channel.citations)
    return Beam(components, tuple(cited), distance)


def spectrum_at_angle(
    portal: VectorPortal, kinetic_energy: Any, parent_mass: Any, mediator_energy: Any, E: Any, cosine: Any
) -> Any:
    """d^2N/(dE dOmega) per chi (1/MeV per steradian) at an angle to the flight of the parent, on-shell and unpolarised.

    In the parent's rest frame chi is isotropic with the flat spectrum g^* of a mediator of `mediator_energy`; in the laboratory
    (p/p^*) g^*(E^*)/(4 pi) with E^* = gamma (E - beta p cos theta).

    Parameters
    ----------
    kinetic_energy, parent_mass : of the parent (MeV).
    mediator_energy : of the mediator in the parent's rest frame (MeV).
    E, cosine : energies of chi (MeV) and cosines of its angle, broadcast against each other.
    """
    E, cosine, m = jnp.asarray(E, float), jnp.asarray(cosine, float), portal.mass
    gamma = 1 + kinetic_energy / parent_mass
    p = jnp.sqrt(jnp.maximum(E**2 - m**2, 0.0))
    inner = gamma * E - jnp.sqrt(gamma**2 - 1) * p * cosine
    inner_p = jnp.sqrt(jnp.maximum(inner**2 - m**2, 0.0))
    half = jnp.sqrt(mediator_energy**2 - portal.mediator_mass**2) * rest_frame_momentum(
        portal.mediator_mass, m
    )
    half = half / portal.mediator_mass
    flat = jnp.where(jnp.abs(inner - mediator_energy / 2) <= half, 0.5 / half, 0.0)
    return jnp.where(inner_p > 0, p / jnp.where(inner_p > 0, inner_p, 1.0), 0.0) * flat / (4 * pi)

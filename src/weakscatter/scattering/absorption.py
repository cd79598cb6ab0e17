"""Absorption of photons, dark photons and axion-like particles by atoms, from photoabsorption.

A boson of energy E deposits all of it: an electronic recoil of energy E. Its rate of absorption per atom is that of a photon of the
same energy times a ratio that knows the boson alone,

    sigma(E) v = ratio(E) sigma_gamma(E),    v = sqrt(1 - m^2/E^2),

so that a halo, where v is small and E = m, needs no velocity distribution: rate per atom = (rho/m) ratio(m) sigma_gamma(m).

Pospelov, Ritz, Voloshin, Phys. Rev. D 78, 115012 (2008); An, Pospelov, Pradler, Phys. Lett. B 725, 190 (2013).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from weakscatter.constants import alpha, m_e
from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.scattering.medium import Medium
from weakscatter.units import keV

POLARISATIONS = ("transverse", "longitudinal")


def _checked_mass(mass: Any, what: str, least: float = 0.0) -> None:
    if is_concrete(mass) and not (np.isfinite(mass) and mass >= least):
        raise InputError(f"the mass of {what} is {mass!r} MeV; it must be finite and not negative.")


def _speed(energy: Any, mass: Any, what: str) -> Any:
    """Return v; an energy below the mass is an error (NaN where it is traced)."""
    if is_concrete((energy, mass)):
        given = np.asarray(energy, dtype=float)
        bad = ~(given >= float(mass) * (1.0 - 1e-12))
        if np.any(bad):
            raise InputError(
                f"{what} of mass {float(mass) / keV:.6g} keV was asked for at {given[bad].flat[0] / keV:.6g} keV; its energy is at "
                "least its mass."
            )
        given = np.maximum(given, float(mass))
        return jnp.asarray(np.sqrt((given - float(mass)) * (given + float(mass))) / given)
    E = jnp.asarray(energy, dtype=float)
    return jnp.sqrt((E - mass) * (E + mass)) / E


@dataclass(frozen=True, eq=False)
class Photon:
    """A real photon: ratio 1."""

    mass: ClassVar[float] = 0.0
    citations: ClassVar[tuple[str, ...]] = ()

    def ratio(self, energy: Any, cross_section: Any) -> Any:
        """Return 1 [E]."""
        return jnp.ones_like(jnp.asarray(energy, dtype=float))


@dataclass(frozen=True, eq=False)
class AxionLikeParticle:
    """A pseudoscalar coupled to electrons, L = -i g_ae a (ebar gamma5 e): the axio-electric effect.

        ratio = g_ae^2 3 E^2/(16 pi alpha m_e^2) (1 - v^(2/3)/3)

    The bracket joins the exact limits v -> 0 (1) and v -> 1 (2/3); between them it is an interpolation, good to some per cent.

    Parameters
    ----------
    coupling : g_ae, dimensionless.
    mass : m_a (MeV).

    References
    ----------
    Pospelov et al. (2008), equation 19, for v -> 0; the interpolation: EDELWEISS, JCAP 11 (2013) 067. Nonrelativistic electrons:
    E much below m_e. No relativistic or many-body correction beyond those of sigma_gamma (Derevianko et al. 2010: within tens of
    per cent near edges).

    Examples
    --------
    >>> half = AxionLikeParticle(1e-12, 1 * keV)
    >>> f"{float(half.ratio(1 * keV, None)):.4g}"
    '3.132e-29'
    """

    coupling: Any = field(metadata={"unit": ""})
    mass: Any = field(metadata={"unit": "keV"})
    citations: ClassVar[tuple[str, ...]] = ("pospelov2008", "edelweiss2013")

    def __post_init__(self) -> None:
        _checked_mass(self.mass, "an axion-like particle")

    def at_rest(self, cross_section: Any) -> Any:
        """Return the ratio at E = m."""
        return self.coupling**2 * 3.0 * self.mass**2 / (16.0 * jnp.pi * alpha * m_e**2)

    def ratio(self, energy: Any, cross_section: Any) -> Any:
        """Return sigma v/sigma_gamma [E]; the photoabsorption cross section does not enter."""
        E = jnp.asarray(energy, dtype=float)
        v = _speed(energy, self.mass, "an axion-like particle")
        bracket = 1.0 - jnp.cbrt(v) ** 2 / 3.0
        return self.coupling**2 * 3.0 * E**2 / (16.0 * jnp.pi * alpha * m_e**2) * bracket


@dataclass(frozen=True, eq=False)
class DarkPhoton:
    """A massive vector with kinetic mixing, L = -(epsilon/2) F F'.

        transverse    ratio = epsilon^2 m^4/|m^2 - Pi_T|^2            (free atom: epsilon^2)
        longitudinal  ratio = epsilon^2 (m^2/E^2) m^4/|m^2 - Pi_L|^2  (free atom: epsilon^2 m^2/E^2)

    with Pi_T = E^2 (1 - n^2), Pi_L = m^2 (1 - n^2) and n the refractive index of the medium. At rest, E = m, both are equal.

    Parameters
    ----------
    mixing : epsilon, dimensionless.
    mass : m (MeV), positive.
    polarisation : "transverse" or "longitudinal".
    medium : `Medium`, or None for free atoms. In liquid xenon it changes a halo rate by 0.1 % at 1 keV, 5 % at 150 eV, 50 % at
        30 eV.

    References
    ----------
    An, Pospelov, Pradler, Phys. Lett. B 725, 190 (2013).
    """

    mixing: Any = field(metadata={"unit": ""})
    mass: Any = field(metadata={"unit": "keV"})
    polarisation: str = "transverse"
    medium: Medium | None = None
    citations: ClassVar[tuple[str, ...]] = ("an2013", "pospelov2008")

    def __post_init__(self) -> None:
        _checked_mass(self.mass, "a dark photon", np.nextafter(0.0, 1.0))
        if self.polarisation not in POLARISATIONS:
            raise unknown("polarisation", self.polarisation, POLARISATIONS)

    def at_rest(self, cross_section: Any) -> Any:
        """Return the ratio at E = m, where the two polarisations are equal."""
        return self.ratio(self.mass, cross_section)

    def ratio(self, energy: Any, cross_section: Any) -> Any:
        """Return sigma v/sigma_gamma [E]; the photoabsorption cross section [E] (MeV^-2) damps the medium's resonance."""
        _speed(energy, self.mass, "a dark photon")
        E, m2 = jnp.asarray(energy, dtype=float), self.mass**2
        longitudinal = self.polarisation == "longitudinal"
        share = m2 / E**2 if longitudinal else 1.0
        if self.medium is None:
            return self.mixing**2 * share * jnp.ones_like(E)
        real, imaginary = self.medium.polarisation(energy, cross_section)
        scale = m2 / E**2 if longitudinal else 1.0
        screened = m2**2 / ((m2 - scale * real) ** 2 + (scale * imaginary) ** 2)
        return self.mixing**2 * share * screened


def absorption_cross_section(particle: Any, table: Any, energy: Any) -> Any:
    """Return sigma(E) = ratio sigma_gamma/v (MeV^-2 per atom) of a moving particle.

    Parameters
    ----------
    particle : `Photon`, `AxionLikeParticle`, `DarkPhoton`, or any object with ``mass``, ``ratio(E, sigma_gamma)`` and
        ``at_rest(sigma_gamma)``.
    table : photoabsorption cross section of an atom, `weakscatter.response.Photoabsorption`.
    energy : total energy (MeV), any shape, above the mass.

    Examples
    --------
    >>> from weakscatter.response import photoabsorption
    >>> from weakscatter.units import Mb
    >>> xenon = photoabsorption("Xe")
    >>> round(float(absorption_cross_section(Photon(), xenon, 10 * keV)) / Mb, 4)
    0.0375
    """
    sigma = table(energy)
    v = _speed(energy, particle.mass, "a particle")
    if is_concrete(v) and np.any(np.asarray(v) == 0.0):
        raise InputError("a particle at rest has no cross section: use halo_absorption_rate.")
    return particle.ratio(energy, sigma) * sigma / v


def halo_absorption_rate(particle: Any, table: Any, *, density: Any) -> Any:
    """Return the rate per atom (MeV) at which a halo of such particles is absorbed, at the energy m.

        rate = (rho/m) ratio(m) sigma_gamma(m)

    Parameters
    ----------
    particle : with a positive ``mass``.
    table : photoabsorption cross section per atom.
    density : local mass density rho (MeV^4), 0.3 GeV/cm^3 for instance.

    Notes
    -----
    The width of the line, m v^2/2 = 5e-7 m, lies below any resolution. In practical units, per mass of a target of mass number A:
    dark photon 4.7e23/A epsilon^2 (keV/m)(sigma/b), axion-like particle 1.5e19/A g_ae^2 (m/keV)(sigma/b) /(kg d) at
    0.3 GeV/cm^3 (XENON1T, Phys. Rev. D 102, 072004), which these formulas give.
    """
    m = particle.mass
    if is_concrete((m, density)) and not (m > 0.0 and 0.0 <= density < np.inf):
        raise InputError(
            f"a halo needs particles of positive mass and a density that is not negative; the mass is {m!r} MeV, the density "
            f"{density!r} MeV^4."
        )
    sigma = table(m)
    return density / m * particle.at_rest(sigma) * sigma


def absorption_spectrum(particle: Any, table: Any, energy: Any, flux: Any) -> Any:
    """Return the rate per atom and energy (dimensionless, s^-1 per s^-1) of a flux of particles, at each energy [n].

        dR/dE = dPhi/dE ratio sigma_gamma/v

    Parameters
    ----------
    energy : array [n] (MeV).
    flux : differential flux dPhi/dE [n] (MeV^2), per area, time and energy: of the Sun, for instance, from a table.
    """
    if np.shape(energy) != np.shape(flux):
        raise InputError(
            f"energies of shape {np.shape(energy)} and a flux of shape {np.shape(flux)} were given; one flux an energy."
        )
    if is_concrete(flux) and not (np.all(np.isfinite(np.asarray(flux))) and np.all(np.asarray(flux) >= 0.0)):
        raise InputError("a flux must be finite and not negative.")
    return jnp.asarray(flux) * absorption_cross_section(particle, table, energy)

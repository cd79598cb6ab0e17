"""Slow dark matter on hydrogen, in closed form: the whole atom, its bound states, its continuum; electron against proton.

With p = mu_T v in the frame of particle and atom, an internal energy W, and p' = sqrt(p^2 - 2 mu_T W),

    sigma(W) = (1/(2 pi v^2)) int_{p-p'}^{p+p'} q dq |c_e(q) <f|e^(i q_e r)|1s> + c_p(q) <f|e^(-i q_p r)|1s>|^2,
    q_e = (mu/m_e) q,   q_p = (mu/m_p) q,   mu = m_e m_p/(m_e + m_p):

a kick of the electron moves it by q_e against the proton, a kick of the proton the other way by q_p. Elastic scattering adds the charges'
form factors, ionisation by the proton is a dipole. Spins (c4) are those of one unpolarised electron and one unpolarised proton: they do
not interfere. The detector gets W + q^2/2M. States are those of an infinitely heavy proton (5e-4).

Chen, Chi, Liu, Wu and Wu 2015; amplitudes of the continuum: Nordsieck 1954.
"""

from __future__ import annotations

from math import pi
from typing import Any

import jax.numpy as jnp

from weakscatter import constants
from weakscatter.grids import gauss_legendre, panels
from weakscatter.interactions import SlowDarkMatter
from weakscatter.provenance.errors import InputError
from weakscatter.response import (
    elastic_form_factor,
    excitation_amplitude,
    excitation_energy,
    excitation_responses,
    ionisation_energy,
    ionisation_response,
)
from weakscatter.response.hydrogenic_states import check_level

_ELECTRON, _PROTON = constants.m_e, constants.m_p
#: Mass of the atom, the binding energy left out, and reduced mass of its parts (MeV).
ATOM = _ELECTRON + _PROTON
REDUCED = _ELECTRON * _PROTON / ATOM
#: Panels in ln q and points in each; directions of the electron.
_PANELS, _POINTS, _ANGLES = 16, 6, 64
#: Levels summed one by one; beyond, strengths fall as 1/n^3.
_LEVELS = 12


def relative_momenta(q: Any) -> tuple[Any, Any]:
    """(q_e, q_p) (MeV): what the relative coordinate gets when the electron or the proton takes q."""
    return REDUCED / _ELECTRON * q, REDUCED / _PROTON * q


def ionisation_amplitude(T: Any, q: Any, cosine: Any) -> Any:
    """Complex amplitude <k|e^(iqr)|1s> of hydrogen (MeV^-1/2), its square integrated over directions being R_00.

    Parameters
    ----------
    T : energy transfer (MeV), above the ionisation energy; q : momentum (MeV), of either sign; cosine : between k and q.

    Notes
    -----
    Atomic units, D = |q - k|^2 + 1, U = q^2 + (1 - ik)^2: -(d/d lambda) of Nordsieck's integral 4 pi D^(i/k - 1) U^(-i/k).
    """
    scale = constants.alpha * _ELECTRON
    k = jnp.sqrt(2 * T * _ELECTRON / scale**2 - 1)
    x = q / scale
    D = x**2 + k**2 - 2 * x * k * cosine + 1
    U = x**2 + (1 - 1j * k) ** 2
    nu = 1 / k
    J = 4 * pi * jnp.exp(1j * nu * (jnp.log(D) - jnp.log(U))) / D
    slope = J * ((1j * nu - 1) * 2 / D - 1j * nu * 2 * (1 - 1j * k) / U)
    # |Gamma(1 + i nu)|^2 e^(pi nu)/(2 pi)^3, the ground state's 1/pi, and k^2 dk = k dW.
    size = nu / (1 - jnp.exp(-2 * pi * nu)) / (4 * pi**3) * k
    return -slope * jnp.sqrt(size / (scale**2 / _ELECTRON))


def ionisation_interference(T: Any, q: Any, other: Any) -> Any:
    """Sum over directions of <k|e^(iqr)|1s><k|e^(-i other r)|1s>^* (1/MeV); T, q and other broadcast."""
    x, w = gauss_legendre(_ANGLES)
    T, q, other = (jnp.asarray(one)[..., None] for one in jnp.broadcast_arrays(T, q, other))
    product = ionisation_amplitude(T, q, x) * jnp.conj(ionisation_amplitude(T, -other, x))
    return 2 * pi * jnp.sum(w * jnp.real(product), -1)


def hydrogen_elastic(particle: SlowDarkMatter, speed: float, recoil_energy: Any) -> Any:
    """Return dsigma/dT [T] (MeV^-3) of elastic scattering on the atom at recoil energies T [T] (MeV); zero above the largest one.

    dsigma/dT = (M/(2 pi v^2)) |c_e F(q_e) + c_p F(q_p)|^2, q^2 = 2 M T, T up to 2 mu_T^2 v^2/M.
    """
    _check(particle, speed)
    T = jnp.asarray(recoil_energy, float)
    q = jnp.sqrt(2 * ATOM * T)
    inside = q < 2 * _chi(particle) * speed
    return jnp.where(inside, ATOM / (2 * pi * speed**2) * _elastic(particle, q), 0.0)


def hydrogen_elastic_total(particle: SlowDarkMatter, speed: float) -> Any:
    """Return the elastic cross section (MeV^-2).

    Raises
    ------
    InputError : long-range terms that do not cancel: the cross section of an atom that is not neutral to them is infinite.
    """
    _check(particle, speed)
    if any(term.mediator is not None and float(term.mediator) == 0 for term in particle.terms):
        raise InputError(
            "the elastic cross section of a long-range force is infinite: forward scattering. Ask hydrogen_elastic at recoil energies."
        )
    top = 2 * _chi(particle) * speed
    edges = jnp.linspace(0.0, 1.0, 33) * top
    q, w = panels(edges, _POINTS)
    return jnp.sum(w * q * _elastic(particle, q)) / (2 * pi * speed**2)


def hydrogen_excitation(particle: SlowDarkMatter, speed: float, n: int) -> Any:
    """Return the cross section (MeV^-2) for excitation to all states of principal quantum number n >= 2; zero below threshold."""
    _check(particle, speed)
    check_level(n)
    q, weight = _window(particle, speed, jnp.asarray(excitation_energy(n)))
    first, second = relative_momenta(q)
    strength = _squares(particle, q, excitation_responses(n, first)[0], excitation_responses(n, second)[0])
    if particle.couples_to("density", "e") and particle.couples_to("density", "p"):
        both = sum(
            (-1) ** l * excitation_amplitude(n, l, first) * excitation_amplitude(n, l, second)
            for l in range(n)
        )
        strength = strength + _twice(particle, q) * both
    return jnp.sum(weight * strength, -1) / (2 * pi * speed**2)


def hydrogen_excitation_total(particle: SlowDarkMatter, speed: float) -> Any:
    """Return the cross section (MeV^-2) of all bound levels: one by one up to n = 12, beyond them as 1/n^3 (error 1e-3 of the rest)."""
    each = [hydrogen_excitation(particle, speed, n) for n in range(2, _LEVELS + 1)]
    rest = float(_LEVELS) ** 3 * (1.2020569031595942 - sum(n**-3.0 for n in range(1, _LEVELS + 1)))
    return sum(each) + each[-1] * rest


def hydrogen_ionisation(particle: SlowDarkMatter, speed: float, energy_transfer: Any) -> Any:
    """Return dsigma/dW [W] (MeV^-3) for ionisation at internal energies W [W] (MeV), ionisation energy included; exactly zero where closed."""
    _check(particle, speed)
    W = jnp.atleast_1d(jnp.asarray(energy_transfer, float))
    open_ = ionisation_energy() < W
    inside = jnp.where(open_, W, 1.5 * ionisation_energy())
    q, weight = _window(particle, speed, inside)
    at = inside[..., None]
    first, second = relative_momenta(q)
    strength = _squares(particle, q, ionisation_response(at, first)[0], ionisation_response(at, second)[0])
    if particle.couples_to("density", "e") and particle.couples_to("density", "p"):
        strength = strength + _twice(particle, q) * ionisation_interference(at, first, second)
    return jnp.where(open_, jnp.sum(weight * strength, -1) / (2 * pi * speed**2), 0.0)


def hydrogen_ionisation_total(particle: SlowDarkMatter, speed: float) -> Any:
    """Return the cross section (MeV^-2) for ionisation, integrated over W up to mu_T v^2/2; zero below threshold."""
    low, high = float(ionisation_energy()), float(_chi(particle)) * speed**2 / 2
    if high <= low:
        return jnp.zeros(())
    # Energies above some ten binding energies carry little, however fast the particle.
    u, w = panels(jnp.linspace(0.0, 1.0, 13), _POINTS)
    W = low + (high - low) * u**3
    return jnp.sum(w * 3 * u**2 * (high - low) * hydrogen_ionisation(particle, speed, W))


def _check(particle: SlowDarkMatter, speed: float) -> None:
    if not 0 < speed < 0.1:
        raise InputError(
            f"the speed of slow dark matter is between 0 and 0.1 c; got {speed!r}. In natural units: 220 * km / s."
        )
    if any(term.on == "n" for term in particle.terms):
        raise InputError("hydrogen has no neutron: leave couplings to n out.")


def _chi(particle: SlowDarkMatter) -> Any:
    """mu_T: reduced mass of particle and atom."""
    return particle.mass * ATOM / (particle.mass + ATOM)


def _window(particle: SlowDarkMatter, speed: float, W: Any) -> tuple[Any, Any]:
    """Momenta [..., n] and weights q dq between p - p' and p + p'; zero weights where W is more than there is."""
    mu = _chi(particle)
    share = 2 * W / (mu * speed**2)
    root = jnp.sqrt(jnp.maximum(1 - share, 0.0))
    low, high = 2 * W / (speed * (1 + root)), mu * speed * (1 + root)
    high = jnp.where(share < 1, high, low)
    u, w = panels(
        jnp.log(low)[..., None]
        + (jnp.log(high) - jnp.log(low))[..., None] * jnp.linspace(0.0, 1.0, _PANELS + 1),
        _POINTS,
    )
    q = jnp.exp(u)
    return q, w * q**2


def _squares(particle: SlowDarkMatter, q: Any, electron: Any, proton: Any) -> Any:
    """Both couplings squared, densities and spins, on |<f|e^(iqr)|i>|^2 of each; s_f(s_f + 1) = 3/4."""
    spins = 0.75 * particle.spin_factor
    total = jnp.zeros_like(q)
    for on, strength in (("e", electron), ("p", proton)):
        size = particle.amplitude("density", on, q) ** 2 + spins * particle.amplitude("spin", on, q) ** 2
        total = total + size * strength
    return total


def _twice(particle: SlowDarkMatter, q: Any) -> Any:
    return 2 * particle.amplitude("density", "e", q) * particle.amplitude("density", "p", q)


def _elastic(particle: SlowDarkMatter, q: Any) -> Any:
    first, second = (elastic_form_factor(one) for one in relative_momenta(q))
    return _squares(particle, q, first**2, second**2) + _twice(particle, q) * first * second

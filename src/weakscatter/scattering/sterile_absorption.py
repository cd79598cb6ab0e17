"""A sterile neutrino of the halo that turns into an active one on an atom, through a transition moment.

With k = m v << m the momentum transfer is q = m - T, Q^2 = m (m - 2T), and the tensor of `lepton_tensors.sterile_tensor` leaves

    d(sigma v)/dT = 2 mu^2 alpha { R_00(T, m - T) + [(m - T)/(m - 2T)]^2 (R_11 + R_22) },    R_11 + R_22 = T sigma_gamma/(2 pi^2 alpha),

without v. At T = m/2 the photon is real and the square diverges. In a medium it lives for 1/(n sigma_gamma): 1/Q^4 becomes
1/[Q^4 + (T n sigma_gamma)^2], and then, whatever n and sigma_gamma, n <sigma v> of the pole is the width of nu_s -> nu gamma: the line is
the radiative decay inside the detector, absorbed there. Both halve for a vertex with P_L and unpolarised sterile neutrinos.
"""

from __future__ import annotations

from math import pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.grids import gauss_legendre, is_concrete
from weakscatter.interactions.conventions import decay_width_of_moment
from weakscatter.provenance.errors import InputError
from weakscatter.scattering.lepton_tensors import sterile_tensor

_POINTS = 120


def _checked(mass: Any, moment: Any) -> None:
    if is_concrete((mass, moment)) and not (0 < mass < np.inf and abs(moment) < np.inf):
        raise InputError(
            f"a sterile neutrino has a positive finite mass and a finite moment; got {mass} MeV and {moment} mu_B."
        )


def _squared(moment: Any) -> Any:
    """mu^2 (MeV^-2) of a moment in mu_B = e/(2 m_e)."""
    return moment**2 * pi * constants.alpha / constants.m_e**2


def sterile_absorption_spectrum(
    mass: Any, moment: Any, T: Any, cross_section: Any, density_response: Any = None
) -> Any:
    """d(sigma v)/dT [T] (MeV^-3) per atom off the photon pole, at rest.

    Parameters
    ----------
    mass, moment : m (MeV) and x in mu_B.
    T : energies given to the atom [T] (MeV), between zero and m.
    cross_section : photoabsorption cross section sigma_gamma(T) [T] (MeV^-2) of the atom.
    density_response : R_00(T, q = m - T) [T] (MeV^-1) of the atom; None: dipole, q^2 sigma_gamma/(4 pi^2 alpha T).

    Raises
    ------
    InputError : a mass that is not positive, an energy outside (0, m), or the pole itself.
    """
    _checked(mass, moment)
    T = jnp.asarray(T, float)
    if is_concrete((T, mass)) and not bool(np.all((np.asarray(T) > 0) & (np.asarray(T) < mass))):
        raise InputError(
            f"a sterile neutrino at rest gives energies between 0 and its mass {mass} MeV; got {np.asarray(T)}."
        )
    if is_concrete((T, mass)) and bool(np.any(np.asarray(T) == mass / 2)):
        raise InputError(
            "half the mass is the pole of a real photon: its rate is `sterile_line_rate`, not a density."
        )
    sigma = jnp.asarray(cross_section, float)
    left = mass - T
    density = (
        left**2 * sigma / (4 * pi**2 * constants.alpha * T) if density_response is None else density_response
    )
    transverse = T * sigma / (2 * pi**2 * constants.alpha)
    return 2 * _squared(moment) * constants.alpha * (density + (left / (mass - 2 * T)) ** 2 * transverse)


def sterile_line_rate(mass: Any, moment: Any, density: Any) -> Any:
    """Decays nu_s -> nu gamma per volume and time (MeV^4): n_s Gamma, each a line at m/2, for a mass density rho (MeV^4).

    All photons of a detector larger than their range, 0.05 mm at 3.55 keV in germanium, are absorbed in it.
    """
    _checked(mass, moment)
    return density / mass * decay_width_of_moment(moment, mass)


def line_by_scattering(mass: Any, moment: Any, velocity: Any, number_density: Any, cross_section: Any) -> Any:
    """n <sigma v> (MeV) of the pole as scattering, by quadrature of the tensor with the photon's attenuation.

    It tends to the decay width as the line gets thin beside the window that the velocity opens; in solid germanium at v = 1e-3 it is 1 % less.

    n v (mu^2 alpha/2 k^2) int dT q dq (L_11 + L_22)/2 (R_11 + R_22)/[Q^4 + (T n sigma_gamma)^2] over the energies that reach Q^2 = 0.

    Parameters
    ----------
    velocity : v << 1 of the sterile neutrino.
    number_density, cross_section : n (MeV^3) of the atoms and sigma_gamma (MeV^-2) at m/2.
    """
    k = mass * velocity
    E = jnp.sqrt(mass**2 + k**2)
    x, w = gauss_legendre(_POINTS)
    # Q^2 = 0 lies between the ends of q where (E - T - k)^2 < T^2 < (E - T + k)^2.
    T = (E + k * x) / 2
    left = E - T
    low, high = (left - k) ** 2 - T**2, (left + k) ** 2 - T**2
    width = T * number_density * cross_section
    first, last = jnp.arctan(low / width), jnp.arctan(high / width)
    angle = first[:, None] + (last - first)[:, None] * (x + 1) / 2
    Q2 = width[:, None] * jnp.tan(angle)
    # q dq/[Q^4 + width^2] = d(angle)/(2 width)
    tensor = sterile_tensor(E, T[:, None], Q2, mass).transverse / 2
    inner = jnp.sum(w / 2 * tensor, axis=1) * (last - first) / (2 * width)
    response = T * cross_section / (2 * pi**2 * constants.alpha)
    whole = jnp.sum(w * k / 2 * inner * response)
    return number_density * velocity * _squared(moment) * constants.alpha / (2 * k**2) * whole

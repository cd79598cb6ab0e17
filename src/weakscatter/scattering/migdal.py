"""Ionisation by the recoil of the nucleus (Migdal 1939): the electrons are left behind by the nucleus that was hit.

In the frame of the recoiling atom every electron is kicked by q_e = (m_e/M) q, M the mass of the atom, against the nucleus, so that
the probability that a shell loses an electron of energy E is its response at that small momentum,

    dp/dE = R_00(E + I, q_e) = q_e^2 D,   D = sum |<f|z|i>|^2 delta(T - E_f + E_i) = sigma_gamma(T)/(4 pi^2 alpha T),

with the cross section of photoabsorption at the photon energy T in the dipole limit, which q_e of slow particles never leaves. A
coupling to nucleons ionises with

    dR/dE = (1/2 pi) int q dq [C1(q)^2 + C4^2] R_00(T, q_e) Phi(T/q + q/2mu),   C1 = c1_p Z F_p(q) + c1_n N F_n(q),

C4^2 = s(s + 1)/3 (J + 1)/J (c4_p <S_p> + c4_n <S_n>)^2, mu the reduced mass of particle and atom: T + q^2/2M is lost. Electron and
nucleus recoil apart: amplitudes of electron couplings add with e^(iqr), those of the nucleus with e^(-i q_e r).

Ibe, Nakano, Shoji and Suzuki 2018. The electrons are one at a time; a molecule or crystal recoils differently below the energy of its bonds.
"""

from __future__ import annotations

from math import pi
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.grids import compiled
from weakscatter.interactions import SlowDarkMatter
from weakscatter.provenance.errors import InputError
from weakscatter.response import IonisedShells, NuclearResponse
from weakscatter.scattering.ionisation import ShellRows, shell_rows, window_panels


def recoil_momentum(q: Any, atom_mass: Any) -> Any:
    """q_e = (m_e/M) q (MeV): what each electron gets against a nucleus that took q (MeV) in an atom of mass M (MeV)."""
    return constants.m_e / atom_mass * q


def recoil_ionisation(shells: IonisedShells, electron_energy: Any, q_e: Any) -> np.ndarray:
    """Return dp/dE [shell, E] (1/MeV): probability per energy of the electron that a shell is ionised.

    Parameters
    ----------
    shells : of the atom (`ab_initio_shells`).
    electron_energy : [E] (MeV).
    q_e : kick of each electron (MeV), m_e v for a nucleus that recoils with the speed v (`recoil_momentum`).

    Notes
    -----
    Of all electrons of the shell. Published tables give (1/2 pi) dp/dE at q_e = 511 eV.
    """
    E = np.atleast_1d(np.asarray(electron_energy, float))
    if not 0 < q_e < np.inf:
        raise InputError(f"q_e must be positive and finite (MeV); got {q_e!r}.")
    for shell in shells.shells:
        shell.require_reach(E, np.full(E.shape, min(q_e, shell.momentum[-1])))
    q = np.full((len(shells.shells), len(E), 1), float(q_e))
    return np.asarray(compiled(_density, shell_rows(shells, E), q))[..., 0]


def _density(rows: ShellRows, q: Any) -> Any:
    return rows.response("density", q)


def recoil_ionisation_of_photons(photoabsorption: Any, energy_transfer: Any, q_e: Any) -> Any:
    """Return dp/dT [T] (1/MeV) of the whole atom from its photoabsorption: q_e^2 sigma_gamma(T)/(4 pi^2 alpha T).

    Parameters
    ----------
    photoabsorption : function of the photon energy (MeV) that returns the cross section per atom (MeV^-2), such as
        `weakscatter.response.photoabsorption`("Xe"): a measured one holds all correlations.
    energy_transfer : T [T] (MeV), electron and binding energy together.
    """
    T = jnp.asarray(energy_transfer, float)
    return q_e**2 * photoabsorption(energy_transfer) / (4 * pi**2 * constants.alpha * T)


def recoil_ionisation_spectrum(
    particle: SlowDarkMatter, shells: IonisedShells, nucleus: NuclearResponse, arriving: Any, electron_energy: Any, *, finer: int = 1
) -> np.ndarray:  # fmt: skip
    """Return dR/dE [shell, E] per atom, time and energy of the electron, by couplings to protons and neutrons.

    Parameters
    ----------
    particle : `SlowDarkMatter`; its couplings to electrons are left to `ionisation_spectra`.
    shells, arriving, electron_energy, finer : as in `ionisation_spectra`.
    nucleus : `NuclearResponse` of the isotope; spin terms need its `axial` spins.

    Raises
    ------
    InputError : no coupling to nucleons; spin terms without spins of the nucleus; what `IonisedShell.require_reach` raises.
    """
    if not (particle.couples_to("density", "p", "n") or particle.couples_to("spin", "p", "n")):
        raise InputError(
            "this particle couples to no nucleon: ionisation_spectra gives what its electron couplings do."
        )
    if particle.couples_to("spin", "p", "n") and nucleus.axial is None and nucleus.nuclide.spin != 0:
        raise InputError(
            f"spin terms need the spins of {nucleus.nuclide.name}: give axial=SpinExpectation(...) to its NuclearResponse."
        )
    E = np.atleast_1d(np.asarray(electron_energy, float))
    mass = float(particle.mass) * float(nucleus.nuclide.atomic_mass)
    mass /= float(particle.mass) + float(nucleus.nuclide.atomic_mass)
    for shell in shells.shells:
        open_ = 2 * (shell.binding + E) < mass * float(arriving.fastest) ** 2
        if np.any(open_):
            shell.require_reach(E[open_], np.zeros(int(np.sum(open_))))
    return np.asarray(compiled(_recoils, shell_rows(shells, E), particle, nucleus, arriving, finer))


def _recoils(
    rows: ShellRows, particle: SlowDarkMatter, nucleus: NuclearResponse, arriving: Any, finer: int
) -> Any:
    T, M = rows.energy_transfer, nucleus.nuclide.atomic_mass
    mu = particle.mass * M / (particle.mass + M)
    binding = jnp.broadcast_to(rows.binding[:, None], T.shape)
    q, weight = window_panels(T, binding, mu, arriving, jnp.inf, finer=finer)
    weight = weight * arriving.inverse_square(T[..., None] / q + q / (2 * mu), particle.mass) / (2 * pi)
    size = nucleus_strength(particle, nucleus, q)
    return jnp.sum(weight * size * rows.response("density", recoil_momentum(q, M)), -1)


def nucleus_strength(particle: SlowDarkMatter, nucleus: NuclearResponse, q: Any) -> Any:
    """C1(q)^2 + C4(q)^2 (MeV^-4) of a nucleus; its spin is seen from every direction alike."""
    total = nucleus_amplitude(particle, nucleus, q) ** 2
    if nucleus.axial is not None and particle.couples_to("spin", "p", "n"):
        spin = {one: particle.amplitude("spin", one, q) for one in ("p", "n")}
        across, along = nucleus.axial.products(q, nucleus.nuclide)
        for (a, b), each in across.items():
            # (J + 1)/J <S_a> <S_b> at q = 0; the pair of two species stands for both orders.
            pair = (1 if a == b else 2) * (2 * each + along[a, b]) / 4
            total = total + particle.spin_factor * pair * spin[a] * spin[b]
    return total


def nucleus_amplitude(particle: SlowDarkMatter, nucleus: NuclearResponse, q: Any) -> Any:
    """C1(q) (MeV^-2): c1_p Z F_p + c1_n N F_n."""
    proton = particle.amplitude("density", "p", q) * nucleus.proton_amplitude(q)
    return proton + particle.amplitude("density", "n", q) * nucleus.neutron_amplitude(q)


def interference_bound(
    particle: SlowDarkMatter, shells: IonisedShells, nucleus: NuclearResponse, arriving: Any, electron_energy: Any, *, finer: int = 1
) -> np.ndarray:  # fmt: skip
    """Return a bound on |dR/dE| [shell, E] of the interference of electron and nucleon couplings, per atom.

    The amplitudes c_e <f|e^(iqr)|i> and C1 <f|e^(-i q_e r)|i> interfere in their dipole parts; by Cauchy and Schwarz

        |2 c_e C1 sum <f|e^(iqr)|i><f|e^(-i q_e r)|i>*| <= 2 |c_e C1| sqrt(R_00(T, q) R_00(T, q_e)),

    an equality, with the sign of -c_e C1, in the dipole limit. Tables hold sums over multipoles, not their signs; the bound is small because
    q_e is (4e-6 q in xenon). In hydrogen the interference is exact: `weakscatter.scattering.hydrogen`. Arguments as in
    `recoil_ionisation_spectrum`.
    """
    E = np.atleast_1d(np.asarray(electron_energy, float))
    return np.asarray(compiled(_bound, shell_rows(shells, E), particle, nucleus, arriving, finer))


def _bound(
    rows: ShellRows, particle: SlowDarkMatter, nucleus: NuclearResponse, arriving: Any, finer: int
) -> Any:
    T, M = rows.energy_transfer, nucleus.nuclide.atomic_mass
    binding, end = (jnp.broadcast_to(one[:, None], T.shape) for one in (rows.binding, rows.end))
    q, weight = window_panels(T, binding, particle.mass, arriving, end, finer=finer)
    weight = (
        weight * arriving.inverse_square(T[..., None] / q + q / (2 * particle.mass), particle.mass) / (2 * pi)
    )
    size = jnp.abs(particle.amplitude("density", "e", q) * nucleus_amplitude(particle, nucleus, q))
    both = rows.response("density", q) * rows.response("density", recoil_momentum(q, M))
    return jnp.sum(weight * 2 * size * jnp.sqrt(both), -1)

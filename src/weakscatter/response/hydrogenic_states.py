"""Bound final states of a hydrogen-like atom: the elastic form factor and excitation to every n, l.

From the ground state to all states of principal quantum number n (q in Z alpha m),

    sum |<n l m|e^(iqr)|1s>|^2           = 2^8 n^7 q^2 [(n^2 - 1)/3 + n^2 q^2] A^(n-3)/B^(n+3),
    sum over both transverse of |<p/m>|^2 = (128/3) n^3 (n^2 - 1) A^(n-2)/B^(n+2) (Z alpha)^2,

    A = (n - 1)^2 + n^2 q^2,   B = (n + 1)^2 + n^2 q^2,

which are the ionisation responses at k = i/n; to the ground state itself F = (1 + q^2/4)^(-2). A single l follows from the
generating function of the Laguerre polynomials, as three Gegenbauer polynomials.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError
from weakscatter.response.free_electrons import ELECTRONIC_RECOIL
from weakscatter.response.hydrogenic import check_charge, electron_components, ionisation_energy
from weakscatter.response.infrared import InfraredCut, InfraredMass
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.nucleus import NUCLEAR_RECOIL, NuclearResponse
from weakscatter.response.window import Window, window_nodes


def elastic_form_factor(q: Any, Z: Any = 1) -> Any:
    """F(q) = (1 + q^2/(2 Z alpha m)^2)^(-2) of the electron in the ground state; q in MeV."""
    return (1 + (jnp.asarray(q, float) / (2 * Z * constants.alpha * constants.m_e)) ** 2) ** -2


def excitation_energy(n: int, Z: Any = 1) -> Any:
    """Energy (MeV) from the ground state to level n: I (1 - 1/n^2)."""
    return ionisation_energy(Z) * (1 - 1 / n**2)


def excitation_responses(n: int, q: Any, Z: Any = 1) -> tuple[Any, Any]:
    """Return the density and convection strengths (1) per electron from the ground state to level n >= 2.

    Summed over l, m and the spin; the responses R_00 and R_conv are these times delta(T - `excitation_energy`). q in MeV.
    """
    check_level(n)
    x2 = (jnp.asarray(q, float) / (Z * constants.alpha * constants.m_e)) ** 2
    low, high = (n - 1) ** 2 + n**2 * x2, (n + 1) ** 2 + n**2 * x2
    # In logarithms: the powers of a highly excited state overflow, their ratio does not.
    density = n**7 * jnp.exp((n - 3) * jnp.log(low) - (n + 3) * jnp.log(high) + 8 * log(2.0))
    convection = n**3 * (n**2 - 1) * jnp.exp((n - 2) * jnp.log(low) - (n + 2) * jnp.log(high))
    return (
        density * x2 * ((n**2 - 1) / 3 + n**2 * x2),
        128 / 3 * convection * (Z * constants.alpha) ** 2,
    )


def excitation_density(n: int, l: int, q: Any, Z: Any = 1) -> Any:
    """Sum over m of |<n l m|e^(iqr)|1s>|^2 (1), n = 1 included; q in MeV.

    Summed over l it is `excitation_responses`. The work grows with n, and rounding with it: to 1e-9 up to n = 40.
    """
    return excitation_amplitude(n, l, q, Z) ** 2


def excitation_amplitude(n: int, l: int, q: Any, Z: Any = 1) -> Any:
    """sqrt(2l + 1) int R_nl j_l(qr) R_1s r^2 dr: i^(-l) times <n l 0|e^(iqr)|1s>, z along q; real, q in MeV.

    Products at two momenta, which interference needs, keep its sign; a kick the other way adds (-1)^l.
    """
    check_level(n, lowest=1)
    if isinstance(l, bool) or not isinstance(l, int | np.integer) or not 0 <= l < n:
        raise InputError(
            f"The angular momentum of level n = {n} is a whole number from 0 to {n - 1}; got {l!r}."
        )
    x = jnp.asarray(q, float) / (Z * constants.alpha * constants.m_e)
    up, down = (1 + 1 / n) ** 2 + x**2, (1 - 1 / n) ** 2 + x**2
    ratio = jnp.sqrt(down / up)
    cosine = (1 - 1 / n**2 + x**2) / jnp.sqrt(up * jnp.maximum(down, 1e-300))
    order = n - l - 1
    # Coefficients of (up - 2 t (...) + down t^2)^-(l+2) in t, up to its leading power.
    terms = _gegenbauer(order, l + 2, cosine)
    series = sum(
        factor * terms[order - power] * ratio ** (order - power)
        for power, factor in ((0, 1 + 1 / n), (1, -2.0), (2, 1 - 1 / n))
        if power <= order
    )
    norm = exp(
        (l + 1.5) * log(2 / n) + 0.5 * (lgamma(n - l) - log(2 * n) - lgamma(n + l + 1)) + lgamma(l + 2)
    )
    overlap = 4 * norm * (2 * x) ** l * series / up ** (l + 2)
    return (2 * l + 1) ** 0.5 * overlap


def _gegenbauer(highest: int, weight: int, x: Any) -> list[Any]:
    """C_0 ... C_highest of the given weight at x."""
    terms = [jnp.ones_like(x), 2 * weight * x]
    for i in range(2, highest + 1):
        terms.append((2 * (i + weight - 1) * x * terms[-1] - (i + 2 * weight - 2) * terms[-2]) / i)
    return terms


@dataclass(frozen=True, eq=False)
class HydrogenicExcitation:
    """Excitation of a hydrogen-like atom to level n: a line at one energy transfer.

    The "spectrum" that a fold gives at T = `energy` is its integral over the line, the cross section (MeV^-2); other energies
    are refused.

    Parameters
    ----------
    n : principal quantum number, 2 or more.
    Z, infrared : as in `Hydrogenic`.
    """

    n: int
    Z: int = 1
    infrared: InfraredMass | InfraredCut | None = None
    citations = ("bethe1930",)
    deposit = ELECTRONIC_RECOIL
    mass = constants.m_e
    kinks = ()

    def __post_init__(self) -> None:
        check_charge(self.Z)
        check_level(self.n)

    @property
    def energy(self) -> Any:
        """Energy of the line (MeV)."""
        return excitation_energy(self.n, self.Z)

    @property
    def levels(self) -> tuple[Level, ...]:
        return (Level(f"n = {self.n}", float(self.energy)),)

    def nodes_within(self, T: Any, level: Level, window: Window) -> Nodes:
        """Nodes at T = [energy]."""
        if is_concrete(T) and not np.allclose(T, self.energy, rtol=1e-9, atol=0.0):
            raise InputError(
                f"The level n = {self.n} of Z = {self.Z} is a line at T = {float(self.energy):.9g} MeV; it was asked at "
                f"{np.asarray(T).ravel().tolist()}. Fold it at its `energy`."
            )
        T = jnp.asarray(T, float)
        scale = self.Z * constants.alpha * constants.m_e
        features = (scale * jnp.array([[0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0]])) ** 2 - T[:, None] ** 2
        Q2, weight = window_nodes(window, T, jnp.maximum(features, 0.0))
        q = jnp.sqrt(Q2 + T[:, None] ** 2)
        density, convection = excitation_responses(self.n, q, self.Z)
        loss = T[:, None]
        return Nodes(q, loss, loss, electron_components(Q2, q, density, convection, weight), Q2)

    def nodes(self, T: Any, level: Level) -> Nodes:
        """Nodes up to the momentum above which the response is a part in 1e6."""
        highest = 32.0 * self.Z * constants.alpha * constants.m_e
        low = 0.0 if self.infrared is None else self.infrared.q2_min
        return self.nodes_within(T, level, Window(low, highest**2 * jnp.ones_like(jnp.asarray(T, float))))


@dataclass(frozen=True, eq=False)
class HydrogenicElastic:
    """Elastic scattering on a whole hydrogen-like atom: nucleus and electron recoil as one.

    One node, q^2 = 2MT + T^2, with the nucleus' amplitudes and the electron's form factor side by side, so that a photon sees
    the neutral atom: Z = 1 and q -> 0 leave nothing. The electron's spin adds its axial and magnetic parts, the
    small momentum that the nucleus carries inside the atom (m_e/M) is left out.

    Parameters
    ----------
    nucleus : `NuclearResponse`; its charge binds the electron.
    """

    nucleus: NuclearResponse
    deposit = NUCLEAR_RECOIL
    kinks = ()
    citations = ("bethe1930",)

    @property
    def levels(self) -> tuple[Level, ...]:
        return (Level("ground"),)

    @property
    def nuclide(self) -> Any:
        return self.nucleus.nuclide

    @property
    def mass(self) -> Any:
        return self.nucleus.mass

    def recoil_energy_max(self, E: Any) -> Any:
        """Largest recoil energy (MeV), that of the nucleus."""
        return self.nucleus.recoil_energy_max(E)

    def nodes(self, T: Any, level: Level) -> Nodes:
        """The single node at recoil energies T [T] (MeV) of the atom."""
        inner = self.nucleus.nodes(T, level)
        M, argument = self.nuclide.mass, jnp.sqrt(inner.Q2)
        form = elastic_form_factor(argument, self.nuclide.Z)
        # An s state carries no convection current.
        response = inner.weighted_response | electron_components(
            inner.Q2, inner.q, form**2, jnp.zeros_like(form), M
        )
        for structure in ("vector", "dipole", "scalar"):
            part = "density" if structure == "scalar" else "longitudinal"
            for on, amplitude in (
                ("p", self.nucleus.proton_amplitude(argument)),
                ("n", self.nucleus.neutron_amplitude(argument)),
            ):
                response[(structure, on), (structure, "e"), part] = M * amplitude * form
            # Beside the nucleus' own amplitude, in its kinematics: spin 0 in this order.
            if structure != "scalar":
                response[(structure, "e"), (structure, "e"), part] = M * form**2
        return Nodes(inner.q, inner.energy_transfer, inner.lepton_energy_loss, response)


def check_level(n: Any, lowest: int = 2) -> None:
    """Raise `InputError` unless n is a principal quantum number from the lowest one up."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < lowest:
        raise InputError(f"The principal quantum number must be a whole number from {lowest} up; got {n!r}.")

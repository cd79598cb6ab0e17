"""Electromagnetic and axial form factors of free nucleons, the one place where currents of nuclei take them from.

With Q^2 = -t > 0 and m the mean nucleon mass (Hoferichter, Menendez and Schwenk 2020, for the expansions):

    F1 = charge - <r1^2> Q^2/6,  <r1^2> = <rE^2> - 3 kappa/(2 m^2),      F2 = kappa,
    G_A = g_A/(1 + Q^2/M_A^2)^2,
    G_P = 4 m g_piNN F_pi/(Q^2 + m_pi^2) - (2/3) g_A m^2 <rA^2>.

kappa_p = 1.793 and kappa_n = -1.913 are the magnetic moments less the charges. In Walecka's letters F_A = -G_A and
F_P = -G_P/(2m), near the pole 2 m F_A/(Q^2 + m_pi^2): the pion mass is squared. Strange quarks are neglected.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError
from weakscatter.units import MeV, fm

#: Mean mass of proton and neutron (MeV).
NUCLEON_MASS = 0.5 * (constants.m_p + constants.m_n)

#: Largest Q (MeV) of the expansions: there F1 of the proton has fallen by a quarter and the next term is about 4 %.
LARGEST_TRANSFER = 300.0


@dataclass(frozen=True, eq=False)
class NucleonFormFactors:
    """Form factors of protons and neutrons, functions of Q^2 (MeV^2), valid for Q < `LARGEST_TRANSFER`.

    Parameters
    ----------
    proton_radius_squared, neutron_radius_squared : <rE^2> (MeV^-2).
    axial_coupling : g_A = G_A(0).
    axial_mass : M_A (MeV) of the dipole.
    axial_radius_squared : <rA^2> (MeV^-2), in G_P alone.
    pion_decay_constant : F_pi (MeV).
    pion_coupling : g_piNN^2/(4 pi).

    Examples
    --------
    >>> f1, f2 = NucleonFormFactors().dirac(0.0), NucleonFormFactors().pauli(0.0)
    >>> [round(float(x), 3) for x in (*f1, *f2)]
    [1.0, 0.0, 1.793, -1.913]
    """

    proton_radius_squared: Any = constants.proton_radius_squared
    neutron_radius_squared: Any = constants.neutron_radius_squared
    axial_coupling: Any = constants.g_A
    axial_mass: Any = 1000.0 * MeV
    axial_radius_squared: Any = 0.46 * fm**2
    pion_decay_constant: Any = 92.28 * MeV
    pion_coupling: Any = 13.7
    citations = ("hoferichter2020",)

    def dirac(self, Q2: Any) -> tuple[Any, Any]:
        """F1 of (proton, neutron), F1(0) = (1, 0)."""
        Q2 = _checked(Q2)
        kappa = (constants.mu_p - 1.0, constants.mu_n)
        radii = (self.proton_radius_squared, self.neutron_radius_squared)
        return tuple(
            charge - (radius - 1.5 * anomalous / NUCLEON_MASS**2) * Q2 / 6
            for charge, radius, anomalous in zip((1.0, 0.0), radii, kappa, strict=True)
        )  # type: ignore[return-value]

    def pauli(self, Q2: Any) -> tuple[Any, Any]:
        """F2 of (proton, neutron) in units of the nuclear magneton, constant."""
        ones = jnp.ones_like(_checked(Q2))
        return (constants.mu_p - 1.0) * ones, constants.mu_n * ones

    def axial(self, Q2: Any) -> Any:
        """G_A, positive; the isovector current is (G_A/2) tau_3 gamma gamma_5."""
        return self.axial_coupling / (1 + _checked(Q2) / self.axial_mass**2) ** 2

    def pseudoscalar(self, Q2: Any) -> Any:
        """G_P, dimensionless. For massless leptons it drops out of every cross section."""
        Q2 = _checked(Q2)
        pole = 4 * NUCLEON_MASS * sqrt(4 * pi * self.pion_coupling) * self.pion_decay_constant
        background = self.axial_coupling * NUCLEON_MASS**2 * self.axial_radius_squared / 1.5
        return pole / (Q2 + constants.m_pi**2) - background


def _checked(Q2: Any) -> Any:
    if is_concrete(Q2):
        top = float(np.max(np.asarray(Q2), initial=0.0))
        if not 0 <= float(np.min(np.asarray(Q2), initial=top)) <= top <= LARGEST_TRANSFER**2:
            raise InputError(
                f"form factors of nucleons are expanded in Q^2 and hold for 0 <= Q <= {LARGEST_TRANSFER:g} MeV; got Q^2 up to "
                f"{top:.4g} MeV^2. Larger momenta need form factors of your own."
            )
    return jnp.asarray(Q2, float)

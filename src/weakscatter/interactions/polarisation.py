"""Vacuum polarisation by charged leptons: the coupling to the photon that a leptophilic vector has without quarks.

A vector that couples to leptons with charges Q'_l mixes with the photon through their loops. If the charges add up to
zero the mixing is finite,

    eps(Q^2) = -sum_l Q'_l int_0^1 x (1 - x) ln[m_l^2 + x (1 - x) Q^2] dx,

and the charge of a proton is (2 alpha g^2/pi) Q'_nu eps(Q^2) beside the propagator, that of an electron the opposite
(cadeddu2020b, without kinetic mixing at tree level). For L_mu - L_tau it is ln(m_tau^2/m_mu^2)/6 = 0.941 at Q^2 = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import Any

import jax.numpy as jnp

from weakscatter import constants

#: Masses of e, mu, tau (MeV).
LEPTON_MASSES = (constants.m_e, constants.m_mu, constants.m_tau)

#: Below this Q^2/m^2 the closed form cancels and the first terms of its series are used.
_SERIES = 1e-2


def running(ratio: Any) -> Any:
    """int_0^1 x (1 - x) ln[1 + x (1 - x) t] dx for t = Q^2/m^2 >= 0, in closed form.

    -5/18 + 2/(3t) + (1/6) (1 - 2/t) b ln[(b + 1)/(b - 1)], b = sqrt(1 + 4/t); t/30 - t^2/280 + ... for small t.

    >>> round(float(running(1e6)), 6), round(float(running(1e-3)) * 30e3, 4)
    (2.024808, 0.9999)
    """
    t = jnp.asarray(ratio, float)
    small = t < _SERIES
    safe = jnp.where(small, 1.0, t)
    b = jnp.sqrt(1 + 4 / safe)
    # b - 1 = (4/t)/(b + 1) keeps its digits at large t.
    closed = -5 / 18 + 2 / (3 * safe) + (1 - 2 / safe) * b * jnp.log((b + 1) ** 2 * safe / 4) / 6
    series = t / 30 - t**2 / 280 + t**3 / 1890 - t**4 / 11088
    return jnp.where(small, series, closed)


@dataclass(frozen=True, eq=False)
class LeptonLoop:
    """eps(Q^2) for charges (e, mu, tau) that add up to zero."""

    charges: tuple[float, float, float]

    def __call__(self, Q2: Any) -> Any:
        return -sum(
            charge * (log(mass**2) / 6 + running(Q2 / mass**2))
            for charge, mass in zip(self.charges, LEPTON_MASSES, strict=True)
            if charge != 0
        )


#: Charge of the proton per g^2, Q'_nu and eps(Q^2).
LOOP_COUPLING = 2 * constants.alpha / pi

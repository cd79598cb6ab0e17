"""From quarks to nucleons: the one place where couplings of u, d, s become couplings of proton and neutron.

Vector currents count valence quarks and need no number. All others do, with an error: scalar ones the sigma terms,
pseudoscalar and axial ones the quarks' share of the spin, tensor ones the tensor charges, vector currents beyond
Q^2 = 0 the magnetic moments. All are taken at Q^2 = 0. A coupling without a quark in it (`s` left out) is zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weakscatter import constants
from weakscatter.grids import is_concrete
from weakscatter.interactions.conventions.nonstandard import nucleons_of_quarks
from weakscatter.provenance.errors import InputError, unknown

QUARKS = ("u", "d", "s")

#: Quark masses at 2 GeV in the MS-bar scheme (MeV), Particle Data Group 2020.
QUARK_MASSES = {"u": 2.16, "d": 4.67, "s": 93.0}

#: Tensor charges of the quarks in the proton, g_T^u = 0.784(30), g_T^d = -0.204(15) (lattice, MS-bar at 2 GeV).
TENSOR_CHARGES = {"u": 0.784, "d": -0.204, "s": -0.0027}

#: Shares Delta_q of the quarks in the proton's spin.
SPIN_SHARES = {"u": 0.842, "d": -0.427, "s": -0.085}


def _isospin(values: Mapping[str, Any], couplings: Mapping[str, Any]) -> tuple[Any, Any]:
    """(proton, neutron) sums of coupling times the quark's value in the proton; u and d change places in the neutron."""
    u, d, s = (couplings.get(quark, 0.0) for quark in QUARKS)
    strange = values["s"] * s
    return values["u"] * u + values["d"] * d + strange, values["d"] * u + values["u"] * d + strange


def vector_couplings(couplings: Mapping[str, Any]) -> tuple[Any, Any]:
    """(proton, neutron): 2 u + d and u + 2 d, exact at Q^2 = 0; strange quarks have no net number.

    >>> vector_couplings({"u": 1.0, "d": 1.0})
    (3.0, 3.0)
    """
    return nucleons_of_quarks(couplings.get("u", 0.0), couplings.get("d", 0.0))


def magnetic_couplings(couplings: Mapping[str, Any], *, mu_s: float = 0.0) -> tuple[Any, Any]:
    """Magnetic moments (nuclear magnetons) of (proton, neutron) seen by a vector that couples to the quarks.

    mu_p^V = u (2 mu_p + mu_n + mu_s) + d (mu_p + 2 mu_n + mu_s) + s mu_s, and u, d exchanged for the neutron, by charge
    symmetry. The photon gives mu_p and mu_n; `mu_s` is the strange moment, zero within its error.

    >>> [round(float(mu), 4) for mu in magnetic_couplings({"u": 2 / 3, "d": -1 / 3, "s": -1 / 3})]
    [2.7928, -1.913]
    """
    p, n = constants.mu_p, constants.mu_n
    values = {"u": 2 * p + n + mu_s, "d": p + 2 * n + mu_s, "s": mu_s}
    return _isospin(values, couplings)


def axial_couplings(couplings: Mapping[str, Any]) -> tuple[Any, Any]:
    """(proton, neutron) from the shares Delta_q of the spin (cirelli2013); u = 1/2, d = s = -1/2 is the weak current.

    Delta_u - Delta_d is g_A of neutron decay to half a per cent.
    """
    return _isospin(SPIN_SHARES, couplings)


def tensor_couplings(couplings: Mapping[str, Any]) -> tuple[Any, Any]:
    """(proton, neutron) from the tensor charges of the quarks (pndme2018), 4 and 7 % uncertain."""
    return _isospin(TENSOR_CHARGES, couplings)


def pseudoscalar_couplings(couplings: Mapping[str, Any]) -> tuple[Any, Any]:
    """(proton, neutron) couplings of Nbar i gamma_5 N from those of qbar i gamma_5 q at Q^2 = 0 (cirelli2013).

    c_N = sum_q (m_N/m_q) [g_q - mbar sum_q' g_q'/m_q'] Delta_q^N, 1/mbar = 1/m_u + 1/m_d + 1/m_s. By the
    axial anomaly couplings equal for all three quarks cancel. The pion pole, a factor
    m_pi^2/(m_pi^2 + Q^2) of the isovector part, is left out: 11 % at 50 MeV.
    """
    shared = 1.0 / sum(1.0 / mass for mass in QUARK_MASSES.values())
    drift = shared * sum(couplings.get(quark, 0.0) / QUARK_MASSES[quark] for quark in QUARKS)
    found = []
    for mass, exchanged in ((constants.m_p, "uds"), (constants.m_n, "dus")):
        found.append(
            sum(
                mass / QUARK_MASSES[quark] * (couplings.get(quark, 0.0) - drift) * SPIN_SHARES[as_proton]
                for quark, as_proton in zip(QUARKS, exchanged, strict=True)
            )
        )
    return found[0], found[1]


@dataclass(frozen=True, eq=False)
class ScalarMatching:
    """Nucleon matrix elements of qbar q: C_N = sum_q g_q <N|qbar q|N> (normalised to Nbar N).

    Parameters
    ----------
    name : name in cards.
    proton, neutron : {quark: <N|qbar q|N>}, or {"ud": sum of u and d} where only the sum is published.
    relative_error : of the sum of u and d.
    citations : bibliography keys.
    """

    name: str
    proton: Mapping[str, float]
    neutron: Mapping[str, float]
    relative_error: float
    citations: tuple[str, ...]

    def couplings(self, couplings: Mapping[str, Any]) -> tuple[Any, Any]:
        """(proton, neutron) scalar couplings of quark couplings.

        Raises
        ------
        InputError : the set knows the sum of u and d only, and they couple differently (or s does).
        """
        if "ud" in self.proton:
            u, d, s = (couplings.get(quark, 0.0) for quark in QUARKS)
            if is_concrete((u, d, s)) and not (u == d and s == 0):
                raise InputError(
                    f"The scalar matching {self.name!r} is published for equal couplings of u and d, without s; got "
                    f"u = {u}, d = {d}, s = {s}. Use 'hoferichter-2015'."
                )
            return self.proton["ud"] * u, self.neutron["ud"] * u
        return tuple(
            sum(values[quark] * couplings.get(quark, 0.0) for quark in QUARKS)
            for values in (self.proton, self.neutron)
        )  # type: ignore[return-value]


def _from_sigma_term(name: str, sigma: float, error: float, strange: float, citation: str) -> ScalarMatching:
    """Matrix elements from sigma_piN (MeV), with the isospin breaking of crivellin2014.

    m_N f_u = sigma (1 - xi)/2 + m_N Delta f_u, m_N f_d = sigma (1 + xi)/2 + m_N Delta f_d, xi = (m_d - m_u)/(m_d + m_u)
    and <N|qbar q|N> = m_N f_q/m_q, f_s = `strange`.
    """
    m_u, m_d, m_s = QUARK_MASSES.values()
    xi = (m_d - m_u) / (m_d + m_u)
    breaking = {"p": (1.0e-3, -2.1e-3), "n": (-1.0e-3, 2.0e-3)}
    elements = []
    for nucleon, mass in (("p", constants.m_p), ("n", constants.m_n)):
        f_u = sigma * (1 - xi) / (2 * mass) + breaking[nucleon][0]
        f_d = sigma * (1 + xi) / (2 * mass) + breaking[nucleon][1]
        elements.append({"u": mass * f_u / m_u, "d": mass * f_d / m_d, "s": mass * strange / m_s})
    proton, neutron = elements
    return ScalarMatching(name, proton, neutron, error / sigma, (citation, "crivellin2014"))


#: Scalar charges of the nucleons by name: what a universal coupling to u and d gives differs by 50 %.
SCALAR_MATCHINGS: dict[str, ScalarMatching] = {
    # sigma_piN = 59.1(3.5) MeV from pion-nucleon scattering: 17.3 per nucleon.
    "hoferichter-2015": _from_sigma_term("hoferichter-2015", 59.1, 3.5, 0.043, "hoferichter2015"),
    # Average of lattice results with 2 + 1 flavours, sigma_piN = 39.7(3.6) MeV: 11.6 per nucleon.
    "flag-2019": _from_sigma_term("flag-2019", 39.7, 3.6, 0.056, "flag2019"),
    # 14 A + 1.1 Z for a nucleus.
    "cerdeno-2016": ScalarMatching("cerdeno-2016", {"ud": 15.1}, {"ud": 14.0}, 0.1, ("cerdeno2016",)),
}


def scalar_matching(name: str) -> ScalarMatching:
    """A named set of scalar charges; an unknown name is an error that lists them."""
    if name not in SCALAR_MATCHINGS:
        raise unknown("scalar matching", name, SCALAR_MATCHINGS)
    return SCALAR_MATCHINGS[name]

"""Multipoles of the weak and electromagnetic currents of a nucleus, from amplitudes and nucleon form factors.

For unit charges on "p" and "n" (`weakscatter.interactions.Charge`: current V - A, the axial part for G_A/g_A) and q0 = -omega, m the
nucleon mass, mu = F1 + F2 (Donnelly and Peccei 1979; Walecka 2004):

    M_J - (q0/q) L_J        = F1 M_J Q^2/q^2                       (L_J = (q0/q) M_J, the conserved vector current)
    T^el_J                  = (q/m) [F1 Delta'_J + (mu/2) Sigma_J]
    i T^mag_J               = (q/m) [F1 Delta_J - (mu/2) Sigma'_J]
    i (M5_J - (q0/q) L5_J)  = F_A [(q/m) Omega'_J - (omega/q) Sigma''_J]
    -i T^el5_J              = F_A Sigma'_J,      T^mag5_J = F_A Sigma_J,      F_A = -G_A.

F_P stands in M5 and L5, as i M5 = (q/m)[F_A Omega' + (q0/2) F_P Sigma''] and -i L5 = [F_A - q^2/(2m) F_P] Sigma'', and drops out of
their combination. Isospin symmetry: a vector charge on "p" sees protons with F^p and neutrons with F^n, one on "n" the reverse, so
that the neutral current is F^{Z,p} = g_V^p F^p + g_V^n F^n. An axial charge sees its own species alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from weakscatter.provenance.errors import unknown
from weakscatter.response.amplitudes import SPECIES, Amplitudes
from weakscatter.response.nucleon import NUCLEON_MASS, NucleonFormFactors

Weights = tuple[Any, Any]
Total = Callable[[str, Weights], Any]

#: Operators of the three kinds of multipoles, in the order of the fields of `Multipoles`.
_OPERATORS = {
    "vector": (("M",), ("Delta'", "Sigma"), ("Delta", "Sigma'")),
    "axial": (("Omega'", "Sigma''"), ("Sigma'",), ("Sigma",)),
}

#: Currents that have multipoles.
CURRENTS = tuple((structure, on) for structure in ("vector", "axial") for on in SPECIES)


@dataclass(frozen=True, eq=False)
class Multipoles:
    """Multipoles of one current, {J: array [...]}, dimensionless, real.

    Parameters
    ----------
    longitudinal : M_J - (q0/q) L_J for a vector current, i (M5_J - (q0/q) L5_J) for an axial one.
    electric : T^el_J, or -i T^el5_J.
    magnetic : i T^mag_J, or T^mag5_J.
    """

    longitudinal: dict[int, Any]
    electric: dict[int, Any]
    magnetic: dict[int, Any]


def multipoles(
    table: Amplitudes,
    level: str,
    current: tuple[str, str],
    q: Any,
    omega: Any,
    nucleons: NucleonFormFactors | None = None,
) -> Multipoles:
    """Return the multipoles of a current between the target and a level.

    Parameters
    ----------
    table : amplitudes.
    level : name of the final state.
    current : ("vector" or "axial", "p" or "n").
    q : array [...], three-momentum transfer (MeV), positive.
    omega : array [...], energy given to the nucleus (MeV), recoil and excitation.
    nucleons : form factors of the nucleons, the default ones if None.

    Raises
    ------
    InputError : an unknown current or level, operators that the table lacks, Q beyond the nucleons' form factors.
    """
    if current not in CURRENTS:
        raise unknown("current", current, [str(one) for one in CURRENTS])
    nucleons = NucleonFormFactors() if nucleons is None else nucleons
    state = table.level(level)
    q, omega = jnp.asarray(q, float), jnp.asarray(omega, float)

    def total(J: int) -> Total:
        def of(operator: str, weights: Weights) -> Any:
            if J not in table.ranks(state, operator):
                return 0.0
            return sum(
                weight * table.amplitude(level, J, operator, species, q)
                for species, weight in zip(SPECIES, weights, strict=True)
                if not isinstance(weight, int)
            )

        return of

    def ranks(*operators: str) -> list[int]:
        return sorted({J for operator in operators for J in table.ranks(state, operator)})

    longitudinal, electric, magnetic = _OPERATORS[current[0]]
    every = {
        J: combined(current, total(J), q, omega, q**2 - omega**2, nucleons)
        for J in ranks(*longitudinal, *electric, *magnetic)
    }
    return Multipoles(
        *({J: every[J][i] for J in ranks(*names)} for i, names in enumerate(_OPERATORS[current[0]]))
    )


def combined(
    current: tuple[str, str], total: Total, q: Any, omega: Any, Q2: Any, nucleons: NucleonFormFactors
) -> tuple[Any, Any, Any]:
    """Return (longitudinal, electric, magnetic) of `Multipoles` from sums of amplitudes over the species.

    Parameters
    ----------
    total : function (operator, weights of protons and neutrons) -> array [...]; a weight 0 (whole number) leaves the species out.
    q, omega, Q2 : arrays that broadcast with what `total` returns (MeV, MeV, MeV^2).
    """
    structure, on = current
    if structure == "vector":
        own = slice(None) if on == "p" else slice(None, None, -1)
        f1, f2 = nucleons.dirac(Q2)[own], nucleons.pauli(Q2)[own]
        half_mu = ((f1[0] + f2[0]) / 2, (f1[1] + f2[1]) / 2)
        minus = (-half_mu[0], -half_mu[1])
        slow = q / NUCLEON_MASS
        return (
            total("M", f1) * Q2 / q**2,
            slow * (total("Delta'", f1) + total("Sigma", half_mu)),
            slow * (total("Delta", f1) + total("Sigma'", minus)),
        )
    f_a = -nucleons.axial(Q2) / nucleons.axial(0.0)
    weights = (f_a, 0) if on == "p" else (0, f_a)
    return (
        q / NUCLEON_MASS * total("Omega'", weights) - omega / q * total("Sigma''", weights),
        total("Sigma'", weights),
        total("Sigma", weights),
    )

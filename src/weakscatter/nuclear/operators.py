"""One-body operators between shell-model orbits: reduced elements <a || O_K || b>, Edmonds' convention.

Radial functions are those of the harmonic oscillator with length b = hbar / sqrt(m hbar omega). Their sign is a convention that
an interaction file fixes silently: R_nl positive near the origin, or positive at infinity; the two differ by (-1)^n and turn
round the interference between orbits of different n. It does not matter for spin and orbital operators, which do not change n.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weakscatter.constants import m_n, m_p, mu_n, mu_p
from weakscatter.nuclear.interaction import ModelSpace, Orbit
from weakscatter.nuclear.states import Floats
from weakscatter.provenance.errors import InputError
from weakscatter.units import fm

RADIAL_SIGNS = ("origin", "infinity")


@dataclass(frozen=True, eq=False)
class OneBodyOperator:
    """A one-body operator of rank K.

    Parameters
    ----------
    name, unit : in words.
    rank : K.
    parity : +1 or -1, what it multiplies the parity of a state with.
    proton, neutron : <a || O_K || b> as arrays [a, b] over the orbits of the species.
    """

    name: str
    unit: str
    rank: int
    parity: int
    proton: Floats
    neutron: Floats

    def scaled(self, factor: float, name: str | None = None) -> OneBodyOperator:
        """Return the operator times a number, such as a quenching factor."""
        return OneBodyOperator(
            name or self.name, self.unit, self.rank, self.parity, factor * self.proton, factor * self.neutron
        )


def number(space: ModelSpace) -> OneBodyOperator:
    """Return the number of valence nucleons, <a || 1 || a> = sqrt(2 j_a + 1)."""
    proton, neutron = (np.diag([math.sqrt(o.two_j + 1.0) for o in orbits]) for orbits in _species(space))
    return OneBodyOperator("number", "", 0, 1, proton, neutron)


def angular_momentum(space: ModelSpace) -> OneBodyOperator:
    """Return J, <a || j || a> = sqrt(j (j + 1)(2j + 1))."""
    proton, neutron = (_spin(orbits, "total") for orbits in _species(space))
    return OneBodyOperator("J", "", 1, 1, proton, neutron)


def magnetic_dipole(
    space: ModelSpace,
    *,
    g_l: tuple[float, float] = (1.0, 0.0),
    g_s: tuple[float, float] = (2.0 * mu_p, 2.0 * mu_n),
) -> OneBodyOperator:
    """Return M1 = sqrt(3 / 4 pi) sum (g_l l + g_s s), in nuclear magnetons.

    Parameters
    ----------
    g_l, g_s : (proton, neutron); the free values of CODATA 2018 by default. Effective ones are yours to state.
    """
    root = math.sqrt(3.0 / (4.0 * math.pi))
    parts = [
        root * (g_l[i] * _spin(orbits, "orbital") + g_s[i] * _spin(orbits, "spin"))
        for i, orbits in enumerate(_species(space))
    ]
    return OneBodyOperator("M1", "mu_N", 1, 1, parts[0], parts[1])


def gamow_teller_neutral(space: ModelSpace, *, quenching: float = 1.0) -> OneBodyOperator:
    """Return q sum (1/2) sigma tau_3 (+ for protons): what weak neutral currents excite at low energy.

    ``quenching`` q multiplies the operator, so strengths get its square. From a T = 0 ground state to T = 1, B(GT) of either
    charge-changing mode is twice the strength of this operator.
    """
    proton, neutron = (quenching * _spin(orbits, "spin") for orbits in _species(space))
    return OneBodyOperator("GT0", "", 1, 1, proton, -neutron)


def electric_quadrupole(
    space: ModelSpace, *, charges: tuple[float, float], oscillator_energy: float, radial_sign: str = "origin"
) -> OneBodyOperator:
    """Return E2 = sum e r^2 Y_2, in e fm^2.

    Parameters
    ----------
    charges : effective charges of (proton, neutron), like (1.5, 0.5). There is no default: they belong to the model space.
    oscillator_energy : hbar omega (MeV); see `oscillator_energy`.
    radial_sign : "origin" or "infinity", where radial functions are positive: that of the interaction.

    Raises
    ------
    InputError : an unknown convention, or an oscillator energy outside 1 to 100 MeV.
    """
    b2 = oscillator_length(oscillator_energy) ** 2 / fm**2
    parts = [
        charge * b2 * _quadrupole(orbits, radial_sign)
        for charge, orbits in zip(charges, _species(space), strict=True)
    ]
    return OneBodyOperator("E2", "e fm^2", 2, 1, parts[0], parts[1])


def oscillator_energy(A: int, formula: str = "45-25") -> float:
    """Return hbar omega (MeV) of a nucleus: "45-25" is 45 A^(-1/3) - 25 A^(-2/3), "41" is 41 A^(-1/3)."""
    if formula == "45-25":
        return 45.0 * A ** (-1.0 / 3.0) - 25.0 * A ** (-2.0 / 3.0)
    if formula == "41":
        return 41.0 * A ** (-1.0 / 3.0)
    raise InputError(f'formula = {formula!r} is unknown. Allowed: "45-25", "41".')


def oscillator_length(energy: float) -> float:
    """Return b = hbar / sqrt(m hbar omega) (1/MeV) with the mean nucleon mass."""
    if not 1.0 <= energy <= 100.0:
        raise InputError(
            f"oscillator_energy = {energy:g} MeV; hbar omega of a nucleus is between 1 and 100 MeV."
        )
    return 1.0 / math.sqrt(0.5 * (m_p + m_n) * energy)


def radial_power(bra: Orbit, ket: Orbit, power: int, radial_sign: str = "origin") -> float:
    """Return <n' l' | (r / b)^power | n l> of the harmonic oscillator, a finite sum of Gamma functions.

    >>> d, s = Orbit(0, 2, 5, "proton"), Orbit(1, 0, 1, "proton")
    >>> round(radial_power(d, d, 2), 12), round(radial_power(d, s, 2), 12)
    (3.5, -3.162277660168)
    """
    if radial_sign not in RADIAL_SIGNS:
        raise InputError(f"radial_sign = {radial_sign!r} is unknown. Allowed: {', '.join(RADIAL_SIGNS)}.")
    front = 0.5 * sum(math.lgamma(o.n + o.l + 1.5) + math.lgamma(o.n + 1.0) for o in (bra, ket))
    terms = []
    for m in range(ket.n + 1):
        for k in range(bra.n + 1):
            log = math.lgamma(0.5 * (power + ket.l + bra.l + 2 * m + 2 * k + 3))
            log -= math.lgamma(m + 1.0) + math.lgamma(ket.n - m + 1.0) + math.lgamma(ket.l + m + 1.5)
            log -= math.lgamma(k + 1.0) + math.lgamma(bra.n - k + 1.0) + math.lgamma(bra.l + k + 1.5)
            terms.append((-1.0) ** (m + k) * math.exp(front + log))
    sign = (-1.0) ** (bra.n + ket.n) if radial_sign == "infinity" else 1.0
    return sign * math.fsum(terms)


def spin_element(bra: Orbit, ket: Orbit) -> float:
    """Return <bra || s || ket>, their species not read; 2 s = sigma. Zero unless n and l agree.

    >>> d5, d3 = Orbit(0, 2, 5, "proton"), Orbit(0, 2, 3, "neutron")
    >>> round(2 * spin_element(d5, d5), 6), round(2 * spin_element(d5, d3), 6)
    (2.898275, -3.098387)
    """
    pair = (bra, ket) if bra.two_j != ket.two_j else (bra,)
    if (bra.n, bra.l) != (ket.n, ket.l):
        return 0.0
    return float(_spin(pair, "spin")[0, -1])


def _species(space: ModelSpace) -> tuple[tuple[Orbit, ...], tuple[Orbit, ...]]:
    return space.protons, space.neutrons


def _spin(orbits: Sequence[Orbit], which: str) -> Floats:
    """Return <a || s || b>, <a || l || b> or <a || j || b>: s from its closed forms, l = j - s."""
    size = len(orbits)
    total, spin = np.zeros((size, size)), np.zeros((size, size))
    for a, bra in enumerate(orbits):
        for b, ket in enumerate(orbits):
            if (bra.n, bra.l) != (ket.n, ket.l):
                continue
            j, l = 0.5 * ket.two_j, ket.l
            if a == b:
                total[a, a] = math.sqrt(j * (j + 1.0) * (2.0 * j + 1.0))
                # Lande: <s> / <j> = [j (j + 1) + 3/4 - l (l + 1)] / (2 j (j + 1))
                spin[a, a] = total[a, a] * (j * (j + 1.0) + 0.75 - l * (l + 1.0)) / (2.0 * j * (j + 1.0))
            elif bra.two_j != ket.two_j:
                size_off = math.sqrt(2.0 * l * (l + 1.0) / (2.0 * l + 1.0))
                spin[a, b] = size_off if bra.two_j < ket.two_j else -size_off
    return {"total": total, "spin": spin, "orbital": total - spin}[which]


def _quadrupole(orbits: Sequence[Orbit], radial_sign: str) -> Floats:
    """Return <a || (r/b)^2 Y_2 || b> = <r^2> (-1)^(j_a + 1/2) sqrt(5 (2 j_a + 1)(2 j_b + 1) / 4 pi) (j_a 2 j_b; 1/2 0 -1/2)."""
    from weakscatter.angular import three_j

    size = len(orbits)
    found = np.zeros((size, size))
    for a, bra in enumerate(orbits):
        for b, ket in enumerate(orbits):
            if (bra.l + ket.l) % 2:
                continue
            sign = -1.0 if ((bra.two_j + 1) // 2) % 2 else 1.0
            root = math.sqrt(5.0 * (bra.two_j + 1) * (ket.two_j + 1) / (4.0 * math.pi))
            symbol = three_j(bra.two_j, 4, ket.two_j, 1, 0, -1)
            found[a, b] = sign * root * symbol * radial_power(bra, ket, 2, radial_sign)
    return found

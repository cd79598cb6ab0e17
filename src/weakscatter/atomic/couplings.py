"""Energy functionals of an atom: which Coulomb integrals enter, and with which weight.

Every reference state used here has an energy of one form,

    E = sum_a w_a I_a + 1/2 sum_ab [ D_ab F^0(ab) - sum_k X^k_ab G^k(ab) ],

so that the orbital a feels F_a = h + (1/w_a) sum_b [ D_ab y^0_bb - sum_k X^k_ab (u -> y^k_{.b} u_b) ]. With
Lambda^k_ab = (j_a k j_b; 1/2 0 -1/2)^2 (zero unless l_a + k + l_b is even):

- closed shells and between different shells: D = w_a w_b, X^k = w_a w_b Lambda^k;
- average of configuration, within an open subshell of N electrons in M places: the number of pairs is reduced by
  N (N - 1)/(M (M - 1)), and the pair of equal orbitals has no monopole exchange, X^0_aa = 0, X^k_aa carrying
  (2j + 1)/(2j): an electron does not meet itself;
- a J = 0 pair over open shells with signed amplitudes eta_x: D = 0, X^k_xy = -(2j_x+1)(2j_y+1) eta_x eta_y (-1)^k Lambda^k.

An interaction of currents (`breit`) has no direct part between full shells; its exchange is 1/2 sum_ab W_ab b_ab with b_ab the sum
over all substates. W_ab = n_a n_b per substate, N (N - 1)/(M (M - 1)) within an open subshell, and +eta_x eta_y within a
J = 0 pair: the second electron is the time reverse of the first, and its current runs the other way.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from weakscatter.angular import three_j_half
from weakscatter.atomic.shells import Configuration, Shell, partners
from weakscatter.provenance.errors import InputError


def exchange_weight(a: Shell, k: int, b: Shell) -> float:
    """Return Lambda^k_ab = (j_a k j_b; 1/2 0 -1/2)^2, 0 unless l_a + k + l_b is even."""
    return three_j_half(a.j2, k, b.j2) ** 2 if (a.l + k + b.l) % 2 == 0 else 0.0


@dataclass(frozen=True, eq=False)
class Couplings:
    """Weights of the energy functional.

    Parameters
    ----------
    shells : the occupied subshells.
    occupation [a] : number of electrons w_a.
    direct [a, b], exchange [k, a, b] : D and X^k.
    currents [a, b] : W of an interaction of currents.
    eta [a] : signed pair amplitudes of the open shells of a J = 0 pair, 0 for core shells; None without a pair.
    method : "dirac-fock" or "mcdf".
    """

    shells: tuple[Shell, ...]
    occupation: np.ndarray
    direct: np.ndarray
    exchange: np.ndarray
    currents: np.ndarray
    eta: np.ndarray | None = None
    method: str = "dirac-fock"
    citations: tuple[str, ...] = field(default=("grant2007",))

    @property
    def closed(self) -> np.ndarray:
        """Which shells feel the mean field of full shells [a]."""
        return np.isclose(self.occupation, [s.capacity for s in self.shells], rtol=0, atol=1e-12)

    @property
    def per_state(self) -> np.ndarray:
        """Occupation per magnetic substate, n_a = w_a/(2j + 1)."""
        return self.occupation / np.array([s.capacity for s in self.shells])


def _between(shells: tuple[Shell, ...], w: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return D, X and W of independent shells with occupations w."""
    top = max(s.j2 for s in shells) + 1
    weights = np.array([[[exchange_weight(a, k, b) for b in shells] for a in shells] for k in range(top)])
    pairs = np.outer(w, w)
    filled = w / np.array([s.capacity for s in shells])
    return pairs, pairs * weights, np.outer(filled, filled)


def average_of_configuration(configuration: Configuration) -> Couplings:
    """Return the average over all states of a nonrelativistic configuration; closed shells are exact.

    An open nl^N is spread statistically over its two j.
    """
    shells: list[Shell] = []
    filling: list[float] = []
    groups: list[tuple[list[int], int, int]] = []
    for n, l, number in configuration.subshells:
        both = partners(n, l)
        places = 4 * l + 2
        if number < places:
            groups.append((list(range(len(shells), len(shells) + len(both))), number, places))
        for shell in both:
            shells.append(shell)
            filling.append(number * shell.capacity / places)
    w = np.array(filling)
    direct, exchange, currents = _between(tuple(shells), w)
    for members, number, places in groups:
        pairs = number * (number - 1) / (places * (places - 1))
        for a in members:
            for b in members:
                ja, jb = shells[a].capacity, shells[b].capacity
                own = a == b
                direct[a, b] = pairs * ja * (jb - own)
                currents[a, b] = pairs
                for k in range(len(exchange)):
                    weight = exchange_weight(shells[a], k, shells[b])
                    exchange[k, a, b] = pairs * ja * jb * weight * (0.0 if own and k == 0 else 1.0)
    return Couplings(tuple(shells), w, direct, exchange, currents)


def pair_state(configuration: Configuration, eta: np.ndarray) -> Couplings:
    """Return the couplings of a core with one J = 0 pair of signed amplitudes eta over the two j of an open np^2.

    sum_x (2 j_x + 1) eta_x^2 = 2 (two electrons).
    """
    (n, l), others = pair_shell(configuration)
    core = [s for m, k, _ in others for s in partners(m, k)]
    return pair_couplings(tuple(core) + partners(n, l), len(core), eta)


def pair_couplings(shells: tuple[Shell, ...], first: int, eta: np.ndarray) -> Couplings:
    """Return the couplings of full shells up to index ``first`` and a J = 0 pair over the others."""
    core, opened = shells[:first], shells[first:]
    full = [float(s.capacity) for s in core]
    w = np.array(full + [s.capacity * e**2 for s, e in zip(opened, eta, strict=True)])
    direct, exchange, currents = _between(shells, w)
    for x, sx in enumerate(opened):
        for y, sy in enumerate(opened):
            direct[first + x, first + y] = 0.0
            currents[first + x, first + y] = eta[x] * eta[y]
            for k in range(len(exchange)):
                strength = sx.capacity * sy.capacity * eta[x] * eta[y] * (-1) ** k
                exchange[k, first + x, first + y] = -strength * exchange_weight(sx, k, sy)
    signed = np.concatenate([np.zeros(first), eta])
    return Couplings(shells, w, direct, exchange, currents, signed, "mcdf", ("grant2007", "huang1982"))


def pair_shell(configuration: Configuration) -> tuple[tuple[int, int], tuple[tuple[int, int, int], ...]]:
    """Return (n, l) of the open p^2 subshell and the full subshells.

    Raises
    ------
    InputError : the configuration is not full shells and one np^2.
    """
    opened = configuration.open
    if len(opened) != 1 or opened[0][1] != 1 or opened[0][2] != 2:
        raise InputError(
            f"the multiconfiguration ground state is that of np^2 with J = 0 (C, Si, Ge, Sn, Pb); {configuration.symbol} "
            f'is {configuration.text}. Use method = "dirac-fock".'
        )
    (n, l, _), others = opened[0], tuple(s for s in configuration.subshells if s not in opened)
    return (n, l), others

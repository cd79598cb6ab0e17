"""One electron leaves a subshell in the field of the ion: all multipoles, to any momentum, with the multipoles that are left out.

Bound and continuum orbitals are eigenstates of one local potential (`ion_field`), so that the vector current is conserved and the
axial one obeys its identity. No correlation, no discrete lines. Partial waves are added until what is left of the sum over all
momenta, which completeness of Bessel functions gives without any of them,

    int q^2 dq R_00(T, q) = (pi/2) sum over kappa of (2 j + 1)(w_a/2) int S^2 dr/r^2,   S^2 <= (P^2 + Q^2)(P_a^2 + Q_a^2),

is a share smaller than asked for; higher waves are farther outside and concern the ridge, where q is the electron's momentum.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from weakscatter.atomic.bessel import bessel_table
from weakscatter.atomic.hartree import C
from weakscatter.atomic.ion_field import exchange, ion_orbital, remaining
from weakscatter.atomic.multipoles import COMPUTED, add_responses, elements, orders
from weakscatter.atomic.panels import PRODUCT, Panels, bound, panels, spread, waves
from weakscatter.atomic.reference import Reference
from weakscatter.atomic.scf import functions_at
from weakscatter.atomic.state import AtomicState

#: Photoelectrons at a threshold (hartree): slow enough to be at it, as far as the response is concerned.
SLOWEST = 1e-6
#: Bytes of one block of Bessel functions.
_BLOCK = 3e8
#: Momentum transfers (1/Bohr) at which another quadrature begins: low ones need far fewer points.
_DECADES = (4.0, 20.0, 60.0, 150.0)
#: A wave is followed to where the potential is Coulombic to this share of the electron's energy.
_COULOMBIC = 1e-7
#: Momentum (1/Bohr) of the slowest wave for which panels are made.
_SMOOTH = 1.5


@dataclass(frozen=True, eq=False)
class Hole:
    """A subshell that an electron leaves: what its response is computed from (hartree units).

    ``energy`` is eps_a in the field of the ion, ``share`` is w_a/(2 j_a + 1), ``functions`` are P_a and Q_a [2, point] on the first
    ``kept`` panels, beyond which they are smaller than a tolerance, and ``charge`` is Z of a point nucleus, else 0.
    """

    kappa: int
    share: float
    energy: float
    grid: Panels
    potential: np.ndarray
    functions: np.ndarray
    kept: int
    charge: float


def hole_of(
    state: AtomicState, name: str, *, momentum: float, tail: float, transfer: float = 0.0, refine: float = 1.0,
    known: float | None = None,
) -> Hole:  # fmt: skip
    """Return a subshell of a state on panels for photoelectrons up to a momentum, and for products with a ``transfer``.

    ``tail`` is the share of its maximum at which the bound orbital is cut off. Panels are divided where a response asks for
    larger momentum transfers. ``known`` is the energy (hartree) where a hole of the same shell has been found before.
    """
    a = state.index(name)
    found = state.solution
    box = 0.98 * state.radial.mesh.box
    guess, reach = _near(state, a, tail) if known is None else (known, 0.0)
    # Bound orbitals need panels too, however slow the electron.
    grid = panels(max(momentum, _SMOOTH), transfer, fine=reach, box=box, refine=refine)
    shape = grid.r.shape
    densities = np.array([
        np.sum(np.square(functions_at(o, grid.r.ravel())), axis=0).reshape(shape) for o in found.orbitals
    ])  # fmt: skip
    density = np.tensordot(remaining(found.couplings, a), densities, 1)
    inner, outer = grid.cumulative(density), grid.cumulative(density / grid.r)
    direct = inner / grid.r + (outer[-1, -1] - outer)
    potential = state.nucleus.potential(grid.r) + direct + exchange(np.maximum(density, 0.0), grid.r)
    charge = float(state.nucleus.Z) if state.nucleus.rms_radius == 0.0 else 0.0
    shell = state.shells[a]
    energy, functions = bound(shell.kappa, guess, grid, potential, charge=charge)
    size = abs(functions[0]).max(axis=1)
    kept = int(np.flatnonzero(size > tail * size.max())[-1]) + 1
    far = potential * grid.r
    bent = np.flatnonzero(abs(far - far[-1, -1]).max(axis=1) > _COULOMBIC * momentum**2 * grid.edges[1:])
    last = min(max(kept, int(bent[-1]) + 1 if bent.size else 0) + 1, len(far))
    return Hole(
        shell.kappa, float(state.occupation[a]) / shell.capacity, energy, grid.until(last), potential[:last],
        functions[:, :kept].reshape(2, -1), kept, charge,
    )  # fmt: skip


def _near(state: AtomicState, a: int, tail: float) -> tuple[float, float]:
    """Return the energy of a shell in the field of its ion, from the basis, and how far it reaches."""
    found = state.solution
    reference = Reference(found.system, found.couplings, found.orbitals, 0.0)
    energy, near = ion_orbital(reference, a, state.nucleus.potential(state.radial.r))
    size = abs(near.P.ravel())
    return energy, float(state.radial.x.ravel()[np.flatnonzero(size > 0.3 * tail * size.max())[-1]])


def shell_response(
    hole: Hole, energy_transfer: np.ndarray, momentum: np.ndarray, *, left_out: float = 1e-6
) -> tuple[np.ndarray, np.ndarray]:
    """Return the responses of a subshell (per hartree and atom), and the share of multipoles that is left out.

    Parameters
    ----------
    hole : from `hole_of`, for the largest of these energies.
    energy_transfer : array [T] (hartree), increasing; below the threshold nothing happens, and at it the photoelectron has 27 micro-eV.
    momentum : array [q] (1/Bohr).
    left_out : largest share of the sum over all momenta that may be left out.

    Returns
    -------
    responses [part, T, q], parts in the order of `COMPUTED`; share left out [T], the size of the last two partial waves.
    """
    T, q = np.atleast_1d(energy_transfer), np.atleast_1d(momentum)
    total, remainder = np.zeros((len(COMPUTED), len(T), len(q))), np.zeros(len(T))
    above = hole.energy * (1.0 - 1e-9) + T >= 0.0
    if np.any(above):
        energies = np.maximum(T[above] + hole.energy, SLOWEST)
        found, remainder[above] = _above(hole, energies, q, left_out)
        total[:, above] = found[0, 0]
    return total, remainder


def rank_responses(
    hole: Hole, energy_transfer: np.ndarray, momentum: np.ndarray, *, left_out: float = 1e-6
) -> np.ndarray:
    """Return the responses [rank, 2, part, T, q] apart by rank and parity class, unnatural first; arguments of `shell_response`."""
    T, q = np.atleast_1d(energy_transfer), np.atleast_1d(momentum)
    above = hole.energy * (1.0 - 1e-9) + T >= 0.0
    if not np.any(above):
        return np.zeros((1, 2, len(COMPUTED), len(T), len(q)))
    found, _ = _above(hole, np.maximum(T[above] + hole.energy, SLOWEST), q, left_out, apart=True)
    out = np.zeros((*found.shape[:3], len(T), len(q)))
    out[:, :, :, above] = found
    return out


def _above(
    hole: Hole, energies: np.ndarray, q: np.ndarray, left_out: float, *, apart: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return the responses [rank, parity class, part, T, q] at energies of the photoelectron, summed (1, 1) or apart; the share left out."""
    particles, remainder = _particles(hole, energies, left_out)
    coarse = hole.grid.until(hole.kept)
    top = max(orders(kappa, hole.kappa)[-1] for kappa in particles)
    total = np.zeros((top if apart else 1, 2 if apart else 1, len(COMPUTED), len(energies), len(q)))
    fastest = momentum_of(float(energies[-1]))
    for begin, end in pairwise([0, *np.searchsorted(q, _DECADES, side="right"), len(q)]):
        if begin == end:
            continue
        grid, runs = coarse.divided(PRODUCT / (fastest + q[end - 1]))
        r, weight = grid.r.ravel(), grid.weight.ravel()
        functions = spread(hole.functions, runs) * weight
        step = max(int(_BLOCK / (8.0 * (top + 1) * r.size)), 1)
        for first in range(begin, end, step):
            columns = slice(first, min(first + step, end))
            table = bessel_table(top, np.outer(r, q[columns]))
            for kappa, wave in particles.items():
                at = slice(len(energies) - wave.shape[1], None)
                _add(total[..., at, columns], hole, kappa, spread(wave, runs), functions, table)
    return total, remainder


def _particles(hole: Hole, energies: np.ndarray, left_out: float) -> tuple[dict[int, np.ndarray], np.ndarray]:
    """Return {kappa: P, Q [2, T, point]}, as many as are needed, and the share of the last ones [T].

    Slow electrons need fewer: a kappa holds the energies from some one on.
    """
    grid = hole.grid.until(hole.kept)
    measure = (hole.functions**2).sum(axis=0) * grid.weight.ravel() / grid.r.ravel() ** 2
    found: dict[int, np.ndarray] = {}
    total, last = np.zeros(len(energies)), np.ones(len(energies))
    remainder = np.ones(len(energies))
    begin = l = 0
    while True:
        share = np.zeros(len(energies))
        for kappa in (-l - 1, l) if l else (-1,):
            wave = waves(
                kappa, energies[begin:], hole.grid, hole.potential, charge=hole.charge, kept=hole.kept
            )
            share[begin:] += 2 * abs(kappa) * ((wave**2).sum(axis=0) @ measure)
            found[kappa] = wave
        total += share
        remainder[begin:] = (share / total)[begin:]
        # Waves are added past the smallest share asked for until they also fall off: a first one may vanish by chance.
        if l > 1:
            wanting = np.flatnonzero(share + last * total >= left_out * total)
            if not wanting.size:
                return found, remainder
            begin = max(begin, int(wanting[0]))
        last = share / total
        l += 1


def _add(
    total: np.ndarray, hole: Hole, kappa: int, wave: np.ndarray, functions: np.ndarray, table: np.ndarray
) -> None:
    """Add the responses of all particles of one kappa; functions [2, point], table [L, point, q]."""
    p, q = functions
    number = wave.shape[1]
    even = np.concatenate([wave[0] * p, wave[1] * q])
    odd = np.concatenate([wave[0] * q, wave[1] * p])
    parity = (kappa if kappa > 0 else -kappa - 1) + (hole.kappa if hole.kappa > 0 else -hole.kappa - 1)
    pairs = {}
    for order in orders(kappa, hole.kappa):
        both = (odd if (parity + order) % 2 else even) @ table[order]
        pairs[order] = both[:number], both[number:]
    n2, a2 = 2 * abs(kappa) - 1, 2 * abs(hole.kappa) - 1
    for rank in range(abs(n2 - a2) // 2, (n2 + a2) // 2 + 1):
        place = min(rank, len(total) - 1), min(int((parity + rank) % 2 == 0), total.shape[1] - 1)
        add_responses(total[place], (2 * rank + 1) * hole.share, elements(kappa, hole.kappa, rank, pairs))


def momentum_of(energy: float) -> float:
    """Return the momentum (1/Bohr) of a free electron of an energy (hartree)."""
    return float(np.sqrt(energy * (energy + 2.0 * C**2)) / C)

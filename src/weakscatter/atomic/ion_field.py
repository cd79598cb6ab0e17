"""The local potential that an electron of one shell feels, before and after it has left: the field of the ion.

    U_a(r) = V_nucleus + sum_b w'_b y^0_bb - (3 rho/pi)^(1/3),   4 pi r^2 rho = sum_b w'_b (P_b^2 + Q_b^2),  w' without that electron

Outside U_a = -(charge + 1)/r. Exchange is the local one of Kohn and Sham, Phys. Rev. 140, A1133 (1965). The bound orbital of the
shell is an eigenstate of the same field as the continuum: length and velocity are then equal, and no orbital has to be
projected out. Self-consistent orbitals of the atom enter through the densities alone.
"""

from __future__ import annotations

import numpy as np

from weakscatter.atomic.basis import Orbital, orbital
from weakscatter.atomic.couplings import Couplings
from weakscatter.atomic.outward import Steps
from weakscatter.atomic.reference import Reference
from weakscatter.atomic.scf import eigenstates
from weakscatter.atomic.state import AtomicState


def remaining(couplings: Couplings, a: int) -> np.ndarray:
    """Return the electrons left in each subshell when one of a has gone; of an open nl^N, N - 1 in the same proportion."""
    left = couplings.occupation.copy()
    same = np.array([(s.n, s.l) == (couplings.shells[a].n, couplings.shells[a].l) for s in couplings.shells])
    number, places = (
        left[same].sum(),
        sum(s.capacity for s, own in zip(couplings.shells, same, strict=True) if own),
    )
    if number < places - 1e-9:
        left[same] *= (number - 1.0) / number
    else:
        left[a] -= 1.0
    return left


def exchange(radial_density: np.ndarray, r: np.ndarray) -> np.ndarray:
    """Return -(3 rho/pi)^(1/3) of 4 pi r^2 rho (hartree)."""
    rho = radial_density / (4.0 * np.pi * r**2)
    return -((3.0 / np.pi * rho) ** (1.0 / 3.0))


def on_steps(state: AtomicState, a: int, grid: Steps, densities: np.ndarray) -> np.ndarray:
    """Return U_a on the radii of an integration by summing charges; densities [shell, radius] are P^2 + Q^2."""
    density = remaining(state.solution.couplings, a) @ densities
    inner = grid.cumulative(density)
    tail = grid.cumulative(density / grid.r)
    direct = inner / grid.r + (tail[-1] - tail)
    return state.nucleus.potential(grid.r) + direct + exchange(density, grid.r)


def on_mesh(reference: Reference, a: int, nuclear: np.ndarray) -> np.ndarray:
    """Return U_a on the points of a mesh, real or a contour, from its Poisson solver."""
    weight = remaining(reference.couplings, a)
    density = sum(w * o.density for w, o in zip(weight, reference.orbitals, strict=True))
    rad = reference.system.coulomb.radial
    real = rad.x < rad.mesh.scaling_start if rad.mesh.scaling_angle else np.ones(rad.x.shape, dtype=bool)
    # On the turned part the density is rounding noise, whose cube root would be none.
    local = np.where(real, exchange(np.maximum(density.real, 0.0), rad.r), 0.0)
    return nuclear + reference.system.coulomb.potential(density, 0) + local


def ion_orbital(reference: Reference, a: int, nuclear: np.ndarray) -> tuple[float, Orbital]:
    """Return energy (hartree) and orbital of shell a in U_a, on a real mesh."""
    shell = reference.shells[a]
    basis = reference.system.bases[shell.kappa]
    energy, vector = eigenstates(basis, basis.free + basis.potential(on_mesh(reference, a, nuclear)))
    k = shell.n - shell.l - 1
    return float(energy[k]), orbital(basis, vector[:, k])

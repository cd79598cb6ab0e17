"""Photoabsorption of one electron at a time, in the field of the ion, to 30 keV and beyond.

    sigma(w) = (4 pi^2 w/(3 c)) sum_a n_a sum_kappa |<E kappa||r C_1||a>|^2,   E = w + eps_a,  n_a = w_a/(2 j_a + 1)

with bound and continuum orbitals of one local field U_a for each shell a (`ion_field`): length and velocity are equal. No
correlation, no discrete lines; only dipoles: all multipoles add 3 % for germanium and 5 % for xenon at 20 keV, 7 and 9 % at 30 keV
(`benchmarks/photoabsorption_causes.py`).

Grant, "Relativistic Quantum Theory of Atoms and Molecules" (2007), chapter 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import pi

import numpy as np

from weakscatter import units
from weakscatter.angular import reduced_c
from weakscatter.atomic.basis import Orbital, orbital
from weakscatter.atomic.channels import allowed_kappas
from weakscatter.atomic.hartree import MB, C
from weakscatter.atomic.ion_field import ion_orbital, on_mesh, on_steps
from weakscatter.atomic.outward import Steps, matrix_elements, steps
from weakscatter.atomic.photoabsorption import Photoabsorption, check_energies, flags_of, response_mesh
from weakscatter.atomic.reference import Reference, reference_state
from weakscatter.atomic.scf import functions_at
from weakscatter.atomic.shells import Shell
from weakscatter.atomic.splines import Mesh, moments
from weakscatter.atomic.state import AtomicState

#: Photoelectrons below this energy (hartree) are too slow to be matched at the end of the box; no cross section there.
_SLOWEST = 0.01


def independent_particle(
    state: AtomicState, photon_energy: np.ndarray, *, active: tuple[Shell, ...] | None = None,
    thresholds: Mapping[str, float] | None = None,
) -> Photoabsorption:  # fmt: skip
    """Return the photoabsorption cross section per atom without correlation.

    Parameters
    ----------
    state : a converged state; open shells count with their occupation.
    photon_energy : array [photon] (MeV).
    active : holes that respond (`parse_shells`), all by default.
    thresholds : {subshell: edge (MeV)} to use in place of -eps_a; length and velocity then differ.

    Returns
    -------
    Photoabsorption
        ``basis_error`` is the change with steps twice as long; there is no polarisability, and no error of thresholds. Photoelectrons slower than 0.27 eV
        are left out. ``threshold`` is -eps_a in the field of the ion, some per cent above the measured edge.

    Raises
    ------
    InputError : a state that did not converge; energies that are not positive.
    """
    energies = np.atleast_1d(np.asarray(photon_energy, dtype=float)) / units.hartree
    check_energies(state, energies)
    holes = tuple(range(len(state.names))) if active is None else tuple(state.index(s.name) for s in active)
    found = state.solution
    reference = Reference(found.system, found.couplings, found.orbitals, 0.0)
    nuclear = state.nucleus.potential(state.radial.r)
    bound = {a: ion_orbital(reference, a, nuclear) for a in holes}
    shifted = {state.index(name): value / units.hartree for name, value in (thresholds or {}).items()}
    edge = np.array([shifted.get(a, -bound[a][0]) for a in holes])
    orbitals = [bound[a][1] for a in holes]
    largest = max(float(energies.max() - edge.min()), 1.0)
    box = 0.98 * state.radial.mesh.box
    length, velocity = _outward(state, energies, holes, edge, orbitals, steps(largest, box))
    rough, _ = _outward(state, energies, holes, edge, orbitals, steps(largest, box, refine=0.5))
    total = length.sum(axis=0)
    change = abs(rough.sum(axis=0) - total)
    nothing = (None, None, None, None)  # of a polarisability
    error = np.divide(change, total, out=np.zeros_like(total), where=total > 0)
    return Photoabsorption(
        "converged", energies * units.hartree, total * units.Mb, velocity.sum(axis=0) * units.Mb, length * units.Mb,
        abs(rough - length) * units.Mb, tuple(state.names[q] for q in holes), edge * units.hartree, None, *nothing,
        np.zeros_like(energies), error,
        flags_of(state, energies), "", (*state.citations, "kohnsham1965"),
    )  # fmt: skip


def _outward(
    state: AtomicState, energies: np.ndarray, holes: tuple[int, ...], edge: np.ndarray, orbitals: list[Orbital],
    grid: Steps,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return the cross section (Mb) [hole, photon] in length and velocity form by outward integration."""
    radial = np.array([functions_at(o, grid.r) for o in state.solution.orbitals])
    densities = np.sum(radial**2, axis=1)
    charge = float(state.nucleus.Z) if state.nucleus.rms_radius == 0.0 else 0.0
    length, velocity = np.zeros((2, len(holes), len(energies)))
    for i, a in enumerate(holes):
        shell = state.shells[a]
        above = np.flatnonzero(energies - edge[i] > _SLOWEST)
        if not above.size:
            continue
        v = on_steps(state, a, grid, densities)
        p, q = functions_at(orbitals[i], grid.r)
        for kappa in allowed_kappas(shell.kappa, 1, natural=True):
            turn = shell.kappa - kappa
            large = np.array([grid.r * p, (1.0 + turn) * q])
            small = np.array([grid.r * q, (turn - 1.0) * p])
            strength = state.occupation[a] / shell.capacity * reduced_c(kappa, 1, shell.kappa) ** 2
            for j in above:
                w = energies[j]
                m = matrix_elements(kappa, w - edge[i], grid, v, charge, large, small)
                length[i, j] += strength * 4.0 * pi**2 * w / (3.0 * C) * m[0] ** 2 / MB
                velocity[i, j] += strength * 4.0 * pi**2 * C / (3.0 * w) * m[1] ** 2 / MB
    return length, velocity


def in_basis(
    state: AtomicState, photon_energy: np.ndarray, *, active: tuple[Shell, ...], mesh: Mesh | None = None
) -> np.ndarray:
    """Return the same cross section (MeV^-2) [hole, photon], length form, by a resolvent on a contour: the second solver.

    sigma = -(4 pi w/(3 c)) Im t.(w + eps_a - h - U_a)^-1 t. No wave is integrated or matched; discrete lines are poles.
    """
    energies = np.atleast_1d(np.asarray(photon_energy, dtype=float)) / units.hartree
    check_energies(state, energies)
    chosen = mesh or response_mesh(state, float(energies.max()))
    holes = tuple(state.index(s.name) for s in active)
    kappas = {k for a in holes for k in allowed_kappas(state.shells[a].kappa, 1, natural=True)}
    straight = replace(chosen, scaling_angle=0.0)
    real = reference_state(state.solution, state.nucleus, straight, kappas, cut=0.0)
    turned = reference_state(state.solution, state.nucleus, chosen, kappas, cut=0.0, orbitals=real.orbitals)
    rad = turned.system.coulomb.radial
    nuclear = state.nucleus.potential(rad.r)
    out = np.zeros((len(holes), len(energies)))
    for i, a in enumerate(holes):
        shell = state.shells[a]
        eps, found = ion_orbital(real, a, state.nucleus.potential(real.system.coulomb.radial.r))
        hole = orbital(turned.system.bases[shell.kappa], found.vector.astype(rad.dtype))
        local = on_mesh(turned, a, nuclear)
        for kappa in allowed_kappas(shell.kappa, 1, natural=True):
            basis = turned.system.bases[kappa]
            upper = moments(rad.value, rad.weight * rad.r * hole.P, rad.size)[basis.large]
            lower = moments(basis.small_value, rad.weight * rad.r * hole.Q, rad.size)[basis.small]
            scale = 1.0 / np.sqrt(np.diag(basis.metric))
            t = np.concatenate([upper, lower]) * scale
            matrix = (basis.free + basis.potential(local)) * np.outer(scale, scale)
            metric = basis.metric * np.outer(scale, scale)
            strength = state.occupation[a] / shell.capacity * reduced_c(kappa, 1, shell.kappa) ** 2
            for j, w in enumerate(energies):
                x = np.linalg.solve((w + eps) * metric - matrix, t)
                out[i, j] -= 4.0 * pi * w / (3.0 * C) * strength * float(np.imag(t @ x))
    return out / MB * units.Mb

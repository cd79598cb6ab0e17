"""Photoabsorption and polarisability of an atom from the (multiconfiguration) relativistic random phase approximation.

    alpha(w) = -(1/3) t.(X + Y),      sigma(w) = 4 pi (w/c) Im alpha(w)                        (length form)
    sigma(w) = -(4 pi c/(3 w)) Im [ v.(X - Y) ]                                                (velocity form)

Open and closed channels are coupled; autoionising resonances come with their widths. One electron leaves: no
relaxation of the ion, no double excitation. The pure RRPA maximum of Xe 4d is some 15 % high for that reason.

Johnson and Lin, Phys. Rev. A 20, 964 (1979); Huang and Johnson, Phys. Rev. A 25, 634 (1982).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import pi

import numpy as np

from weakscatter import units
from weakscatter.atomic.channels import allowed_kappas, channels
from weakscatter.atomic.hartree import EV, MB, C
from weakscatter.atomic.linear_response import respond
from weakscatter.atomic.operators import dipole_length, dipole_velocity, source
from weakscatter.atomic.polarisability import ORBITALS, Polarisability, static_response
from weakscatter.atomic.reference import reference_state
from weakscatter.atomic.response_matrix import ResponseMatrix, response_matrix
from weakscatter.atomic.shells import Shell
from weakscatter.atomic.splines import Mesh
from weakscatter.atomic.state import AtomicState
from weakscatter.provenance.errors import InputError

#: Atoms that detectors hold as crystals.
_CRYSTALS = ("C", "Si", "Ge", "Sn", "Pb")

#: Energies below which a free atom is no picture of a crystal (germanium and silicon detectors), hartree.
_SOLID_BELOW = 100.0 * EV

#: Basis error from which on a result carries a remark, and the share of |alpha| below which a change of Im alpha is that of no absorption.
_LARGE_ERROR = 0.05
_NO_ABSORPTION = 1e-6


@dataclass(frozen=True, eq=False)
class Photoabsorption:
    """What `photoabsorption` found; energies in MeV and cross sections per atom in MeV^-2 (divide by ``units.Mb``).

    Parameters
    ----------
    status : "converged", or what went wrong; then the cross sections are None.
    photon_energy : array [photon]
    sigma_length, sigma_velocity : array [photon] or None
        Their difference measures what the calculation leaves out of the coupled equations.
    sigma_by_subshell : array [subshell, photon] or None
        Share of each hole in ``sigma_length``, which it adds up to. A projection: under strong coupling a share can be
        negative and is no partial cross section.
    subshell_error : array [subshell, photon] (MeV^-2), its change in the coarser basis of ``basis_error``.
    subshell : names of the holes.
    threshold : array [subshell] (MeV), -eps or the measured edge used.
    threshold_error : array [subshell] (MeV), its change in the coarser basis; 0 for an edge that was given.
    static_polarisability : float (hartree units, a0^3), complex part dropped; None without correlation.
    static_error : its relative change in the coarser basis of ``basis_error``; None without correlation.
    polarisability : complex array [photon] or None
        alpha(w) (a0^3), length form; Im alpha = sigma c/(4 pi w). Relative error of its modulus: ``polarisability_error`` [photon].
    residual : array [photon], relative residual of the response equations.
    basis_error : array [photon], relative change of ``sigma_length`` or ``sigma_velocity``, the larger, in a basis with both knot
        steps larger by 1.2, virtual orbitals up to two thirds of the cut, the outer part of the box shorter and the angle of the
        contour smaller by a tenth: an upper estimate of their error.
    flags : validity remarks: a free atom standing for a crystal, shells left out that would polarise, energies at which
        ``basis_error`` exceeds 5 %.
    advice : what to try where it did not converge.
    """

    status: str
    photon_energy: np.ndarray
    sigma_length: np.ndarray | None
    sigma_velocity: np.ndarray | None
    sigma_by_subshell: np.ndarray | None
    subshell_error: np.ndarray | None
    subshell: tuple[str, ...]
    threshold: np.ndarray
    threshold_error: np.ndarray | None
    static_polarisability: float | None
    static_error: float | None
    polarisability: np.ndarray | None
    polarisability_error: np.ndarray | None
    residual: np.ndarray
    basis_error: np.ndarray
    flags: tuple[str, ...]
    advice: str
    citations: tuple[str, ...]


def response_mesh(state: AtomicState, largest_energy: float) -> Mesh:
    """Return a contour mesh for photoelectrons up to an energy (hartree).

    The contour turns where every occupied orbital has fallen to 1e-7 of its maximum; there are 3.5 knots a wavelength.
    """
    rad = state.radial
    start = 8.0
    for o in state.solution.orbitals:
        size = abs(o.P.ravel())
        reach = rad.x.ravel()[np.flatnonzero(size > 1e-7 * size.max())[-1]]
        start = max(start, float(reach))
    momentum = np.sqrt(2.0 * max(largest_energy, 1.0))
    step = float(min(0.6, 1.8 / momentum))
    return Mesh(box=start + 19.0, step=step, growth=0.35, scaling_start=start, scaling_angle=0.6)


def photoabsorption(
    state: AtomicState, photon_energy: np.ndarray, *, active: tuple[Shell, ...] | None = None,
    thresholds: Mapping[str, float] | None = None, mesh: Mesh | None = None, cut: float | None = None,
) -> Photoabsorption:  # fmt: skip
    """Return the photoabsorption cross section per atom.

    Parameters
    ----------
    state : a converged `dirac_fock` state of closed shells (RRPA) or an `mcdf` state (MCRRPA).
    photon_energy : array [photon] (MeV).
    active : holes that respond (`parse_shells`), all by default. A shell left out does not polarise either, below its threshold:
        length and velocity then differ, and a flag names those within five times the largest energy. Xenon at 300 eV is
        8 % lower without its M shells.
    thresholds : {subshell: edge (MeV)} to use in place of -eps; length and velocity then differ.
    mesh : contour mesh, by default `response_mesh`.
    cut : largest energy of the virtual orbitals (hartree), by default at least 1.5 of the photoelectron's and 100.

    Raises
    ------
    InputError : an open shell other than np^2; a state that did not converge; energies that the basis cannot hold.
    """
    energies = np.atleast_1d(np.asarray(photon_energy, dtype=float)) / units.hartree
    check_closed(state, energies)
    holes = None if active is None else tuple(state.index(s.name) for s in active)
    shift = {state.index(name): -edge / units.hartree for name, edge in (thresholds or {}).items()}
    chosen = mesh or response_mesh(state, float(energies.max()))
    largest = 0.5 * chosen.largest_momentum() ** 2
    if energies.max() > largest:
        raise InputError(
            f"photoelectrons of {energies.max() / EV:.4g} eV are shorter waves than a knot step of {chosen.step} Bohr "
            f"radii holds (up to {largest / EV:.4g} eV): take a smaller step."
        )
    if cut is None:
        cut = max(100.0, 1.5 * float(energies.max()))
    if energies.max() > cut:
        raise InputError(
            f"photoelectrons of {energies.max() / EV:.4g} eV lie beyond the virtual orbitals of the basis, which end at cut = "
            f"{cut:.4g} hartree ({cut / EV:.4g} eV): take a larger cut; by default it is 1.5 times the photon energy."
        )
    matrix = dipole_matrix(state, chosen, cut=cut, holes=holes, hole_energy=shift)
    rough = dipole_matrix(state, coarser(chosen), cut=cut / 1.5, holes=holes, hole_energy=shift)
    found, other = _solved(matrix, energies), _solved(rough, energies)
    static, alpha = static_response(matrix), found.polarisability
    changes = [other.length / found.length - 1.0, other.velocity / found.velocity - 1.0]
    basis_error = np.max(np.abs(changes), axis=0)
    good = bool(np.all(found.residual < 1e-2))
    names = sorted({c.hole for c in matrix.channels})
    change = other.polarisability - alpha
    bright = abs(change.imag) > _NO_ABSORPTION * abs(alpha)
    edges, others = (
        np.array([-shift.get(q, np.real(m.reference.shell_energy(q))) for q in names])
        for m in (matrix, rough)
    )
    flags = (
        *flags_of(state, energies), *_left_out(state, holes, float(energies.max())),
        *_coarse(energies, basis_error * bright),
    )  # fmt: skip
    return Photoabsorption(
        "converged" if good else f"the response equations are not solved: residual {found.residual.max():.1e}",
        energies * units.hartree,
        found.length if good else None, found.velocity if good else None, found.shares if good else None,
        abs(other.shares - found.shares) if good else None, tuple(state.names[q] for q in names),
        edges * units.hartree, abs(others - edges) * units.hartree, static if good else None,
        abs(static_response(rough) / static - 1.0) if good else None, alpha if good else None,
        abs(change / alpha) if good else None, found.residual, basis_error, flags,
        "" if good else "Ask for fewer energies at a time.",
        (*state.citations, "johnsonlin1979", "huang1982", "simon1979"),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Solved:
    """alpha [photon] (a0^3), sigma [photon] by length and velocity and its shares [hole, photon] (MeV^-2), residual [photon]."""

    polarisability: np.ndarray
    length: np.ndarray
    velocity: np.ndarray
    shares: np.ndarray
    residual: np.ndarray


def _solved(matrix: ResponseMatrix, energies: np.ndarray) -> _Solved:
    """Solve the equations of a matrix for both forms at energies (hartree)."""
    ref = matrix.reference
    length, velocity = source(matrix, dipole_length(ref)), source(matrix, dipole_velocity(ref))
    plus, minus = respond(matrix, [(length, 1), (velocity, -1)], energies)
    parts = -(length * plus.values).T / 3.0
    by_channel = [(c.hole, parts[matrix.rows(i)].sum(axis=0)) for i, c in enumerate(matrix.channels)]
    holes = sorted({c.hole for c in matrix.channels})
    scale = 4.0 * pi / MB * units.Mb
    shares = np.array([sum(p.imag for q, p in by_channel if q == hole) for hole in holes])
    shares = shares * scale * energies / C
    current = -scale * C / (3.0 * energies) * (minus.values @ velocity).imag
    residual = np.maximum(plus.residual, minus.residual)
    return _Solved(parts.sum(axis=0), shares.sum(axis=0), current, shares, residual)


def coarser(mesh: Mesh) -> Mesh:
    """Return the mesh that tells the error of another."""
    rest = mesh.box - mesh.scaling_start - mesh.scaling_width if mesh.scaling_angle else mesh.box
    return replace(
        mesh, step=1.2 * mesh.step, growth=1.2 * mesh.growth, box=mesh.box - 0.1 * rest,
        scaling_angle=0.9 * mesh.scaling_angle,
    )  # fmt: skip


def dipole_matrix(
    state: AtomicState, mesh: Mesh, *, cut: float, holes: tuple[int, ...] | None = None,
    hole_energy: dict[int, float] | None = None,
) -> ResponseMatrix:  # fmt: skip
    """Return the electric-dipole response matrix of a state on a mesh (real, or a contour)."""
    kappas = {k for s in state.shells for k in allowed_kappas(s.kappa, 1, natural=True)}
    ref = reference_state(state.solution, state.nucleus, mesh, kappas, cut=cut)
    return response_matrix(ref, 1, channels(ref, 1, active=holes), hole_energy=hole_energy)


def static_polarisability(
    state: AtomicState, *, mesh: Mesh | None = None, cut: float = 200.0
) -> Polarisability:
    """Return the static dipole polarisability (a0^3), (2/3) t.(A + B)^-1 t, of all shells, with its errors.

    Published RRPA values (Johnson, Kolb, Huang 1983): He 1.322, Ne 2.38, Ar 10.77, Kr 16.47, Xe 26.97.

    Parameters
    ----------
    state : as for `photoabsorption`.
    mesh : radial mesh, by default that of `response_mesh` for 1 hartree, not turned into the complex plane.
    cut : largest energy of the virtual orbitals (hartree).

    >>> from weakscatter.atomic import dirac_fock
    >>> round(static_polarisability(dirac_fock("He")).value, 3)
    1.322
    """
    check_closed(state, np.array([1.0]))
    chosen = mesh or replace(response_mesh(state, 1.0), scaling_angle=0.0)
    value, coarse, short = (
        static_response(dipole_matrix(state, m, cut=c))
        for m, c in (
            (chosen, cut),
            (replace(chosen, step=1.2 * chosen.step, growth=1.2 * chosen.growth), cut / 1.5),
            (replace(chosen, box=0.75 * chosen.box), cut),
        )
    )
    return Polarisability(value, abs(coarse / value - 1.0) + ORBITALS, abs(short / value - 1.0))


def check_energies(state: AtomicState, energies: np.ndarray) -> None:
    """Raise for a state that did not converge, and for energies (hartree) that are no positive numbers."""
    if not state.converged:
        raise InputError(
            f"the state of {state.configuration.symbol} did not converge: {state.status}. {state.advice}"
        )
    if not (energies.size and np.all(np.isfinite(energies)) and np.all(energies > 0)):
        raise InputError("photon energies must be positive numbers, at least one.")


def check_closed(state: AtomicState, energies: np.ndarray) -> None:
    """Raise for what `check_energies` refuses, and for open shells other than np^2."""
    check_energies(state, energies)
    if state.method == "dirac-fock" and state.configuration.open:
        raise InputError(
            f"{state.configuration.symbol} has an open shell ({state.configuration.text}): the random phase approximation "
            "here needs closed shells (an ion) or np^2 from mcdf."
        )


def flags_of(state: AtomicState, energies: np.ndarray) -> tuple[str, ...]:
    """Return validity remarks: a free atom that stands for a crystal."""
    if state.configuration.symbol in _CRYSTALS and energies.min() < _SOLID_BELOW:
        return (
            f"free atom: below about 100 eV the {state.configuration.symbol} of a detector is a crystal, and these "
            "cross sections do not describe it",
        )
    return ()


def _left_out(state: AtomicState, holes: tuple[int, ...] | None, largest: float) -> tuple[str, ...]:
    """Return a remark naming the inactive shells near enough to an energy (hartree) to polarise."""
    if holes is None:
        return ()
    near = [
        name for a, name in enumerate(state.names) if a not in holes and -state.energy(name) < 5.0 * largest
    ]
    if not near:
        return ()
    return (
        f"{', '.join(near)} not active: they neither absorb nor polarise here, which can cost ten per cent; length against "
        "velocity shows part of it",
    )


def _coarse(energies: np.ndarray, basis_error: np.ndarray) -> tuple[str, ...]:
    """Return a remark naming the photon energies (hartree) at which a coarser basis gives something else."""
    bad = energies[basis_error > _LARGE_ERROR] / EV
    if not bad.size:
        return ()
    return (
        f"a coarser basis moves the cross section by more than {_LARGE_ERROR:.0%} at {', '.join(f'{w:.5g}' for w in bad)} eV (a narrow "
        "resonance, or photoelectrons at the end of the mesh): take a smaller step, or ask for these energies apart",
    )

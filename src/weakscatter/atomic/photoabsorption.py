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

#: Basis error from which on a result carries a remark.
_LARGE_ERROR = 0.05


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
    subshell : names of the holes.
    threshold : array [subshell] (MeV), -eps or the measured edge used.
    static_polarisability : float (hartree units, a0^3), complex part dropped; None without correlation.
    residual : array [photon], relative residual of the response equations.
    basis_error : array [photon], relative change of ``sigma_length`` in a basis with both knot steps larger by 1.2, virtual
        orbitals up to two thirds of the cut, the outer part of the box shorter and the angle of the contour smaller by a tenth:
        an upper estimate of its error.
    flags : validity remarks: a free atom standing for a crystal, shells left out that would polarise, energies at which
        ``basis_error`` exceeds 5 %.
    advice : what to try where it did not converge.
    """

    status: str
    photon_energy: np.ndarray
    sigma_length: np.ndarray | None
    sigma_velocity: np.ndarray | None
    sigma_by_subshell: np.ndarray | None
    subshell: tuple[str, ...]
    threshold: np.ndarray
    static_polarisability: float | None
    residual: np.ndarray
    basis_error: np.ndarray
    flags: tuple[str, ...]
    advice: str
    citations: tuple[str, ...]


def response_mesh(state: AtomicState, largest_energy: float) -> Mesh:
    """Return a contour mesh for photoelectrons up to an energy (hartree).

    The contour turns where every occupied orbital has fallen to 1e-7 of its maximum; the knots hold two a wavelength.
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
    matrix = dipole_matrix(state, chosen, cut=cut, holes=holes, hole_energy=shift)
    ref = matrix.reference
    length, velocity = source(matrix, dipole_length(ref)), source(matrix, dipole_velocity(ref))
    static = complex(2.0 / 3.0 * (length @ np.linalg.solve(matrix.A + matrix.B, length)))
    plus, minus = respond(matrix, [(length, 1), (velocity, -1)], energies)
    parts = -(4.0 * pi / (3.0 * C)) * energies * (length * plus.values).imag.T / MB * units.Mb
    current = -(4.0 * pi * C / 3.0) / energies * (minus.values @ velocity).imag / MB * units.Mb
    names = sorted({c.hole for c in matrix.channels})
    shares = np.array([
        sum(parts[matrix.rows(i)].sum(axis=0) for i, c in enumerate(matrix.channels) if c.hole == q) for q in names
    ])  # fmt: skip
    residual = np.maximum(plus.residual, minus.residual)
    rest = chosen.box - chosen.scaling_start - chosen.scaling_width if chosen.scaling_angle else chosen.box
    coarse = replace(
        chosen, step=1.2 * chosen.step, growth=1.2 * chosen.growth, box=chosen.box - 0.1 * rest,
        scaling_angle=0.9 * chosen.scaling_angle,
    )  # fmt: skip
    rough = dipole_matrix(state, coarse, cut=cut / 1.5, holes=holes, hole_energy=shift)
    t = source(rough, dipole_length(rough.reference))
    (other,) = respond(rough, [(t, 1)], energies)
    basis_error = abs((other.values @ t).imag / (plus.values @ length).imag - 1.0)
    good = bool(np.all(residual < 1e-2))
    edges = np.array([-shift.get(q, np.real(ref.shell_energy(q))) for q in names]) * units.hartree
    flags = (
        *flags_of(state, energies), *_left_out(state, holes, float(energies.max())), *_coarse(energies, basis_error),
    )  # fmt: skip
    return Photoabsorption(
        "converged" if good else f"the response equations are not solved: residual {residual.max():.1e}",
        energies * units.hartree,
        shares.sum(axis=0) if good else None, current if good else None, shares if good else None,
        tuple(state.names[q] for q in names), edges, static.real if good else None, residual, basis_error, flags,
        "" if good else "Ask for fewer energies at a time.",
        (*state.citations, "johnsonlin1979", "huang1982", "simon1979"),
    )  # fmt: skip


def dipole_matrix(
    state: AtomicState, mesh: Mesh, *, cut: float, holes: tuple[int, ...] | None = None,
    hole_energy: dict[int, float] | None = None,
) -> ResponseMatrix:  # fmt: skip
    """Return the electric-dipole response matrix of a state on a mesh (real, or a contour)."""
    kappas = {k for s in state.shells for k in allowed_kappas(s.kappa, 1, natural=True)}
    ref = reference_state(state.solution, state.nucleus, mesh, kappas, cut=cut)
    return response_matrix(ref, 1, channels(ref, 1, active=holes), hole_energy=hole_energy)


def static_polarisability(state: AtomicState, *, mesh: Mesh | None = None, cut: float = 200.0) -> float:
    """Return the static dipole polarisability (a0^3), (2/3) t.(A + B)^-1 t.

    Published RRPA values (Johnson, Kolb, Huang 1983): He 1.322, Ne 2.38, Ar 10.77, Kr 16.47, Xe 26.97.

    >>> from weakscatter.atomic import dirac_fock
    >>> round(static_polarisability(dirac_fock("He")), 3)
    1.322
    """
    check_closed(state, np.array([1.0]))
    chosen = mesh or replace(response_mesh(state, 1.0), scaling_angle=0.0)
    matrix = dipole_matrix(state, chosen, cut=cut)
    t = source(matrix, dipole_length(matrix.reference))
    return float(np.real(2.0 / 3.0 * (t @ np.linalg.solve(matrix.A + matrix.B, t))))


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

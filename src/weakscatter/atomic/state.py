"""Dirac-Hartree-Fock and multiconfiguration Dirac-Fock states: the solvers to call, and what they return.

>>> helium = dirac_fock("He")
>>> round(helium.total_energy, 5), helium.status
(-2.86181, 'converged')
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weakscatter.atomic.basis import Orbital
from weakscatter.atomic.breit import Breit, first_order
from weakscatter.atomic.couplings import average_of_configuration, pair_shell, pair_state
from weakscatter.atomic.nucleus import Nucleus, fermi_nucleus
from weakscatter.atomic.scf import Solution, functions_at, solve, with_mesh
from weakscatter.atomic.shells import Configuration, Shell, ground_configuration, parse_configuration
from weakscatter.atomic.splines import Mesh, Radial
from weakscatter.matter.subshells import Subshell
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.units import hartree

#: The mesh of bound states: total energies of all atoms to radon converge to 1e-8.
BOUND_MESH = Mesh(box=40.0, step=0.6, growth=0.25)

#: Largest relative change of the total energy, from basis or box, with which a number is still returned.
_ACCEPTED = 1e-6


@dataclass(frozen=True, eq=False)
class AtomicState:
    """A self-consistent atom or ion (hartree units; energies without the rest energy of the electrons).

    Parameters
    ----------
    configuration, nucleus, method : what was asked for; method is "dirac-fock" or "mcdf".
    status : "converged", or a phrase saying what went wrong.
    converged : whether the numbers may be used; when False they are None.
    total_energy : float or None
    energies : array [shell] or None
        Orbital energies eps_a = <a|F_a|a>, F_a the field that the orbital feels; -eps is the frozen-core threshold.
    amplitudes : array
        C_1, C_2 > 0 of (np1/2)^2 and (np3/2)^2 for "mcdf", else empty; None when not converged.
    residual : float
        Largest orbital gradient (hartree, over the root of the orbital energy).
    basis_error, box_error : float
        Relative change of the total energy in a basis coarser by 1.2 (in both knot steps), and in 0.75 of the box:
        upper estimates of the error.
    energy_error : array [shell]
        The larger of the two absolute changes of each orbital energy, plus the residual (hartree).
    advice : what to try when it did not converge.
    breit : Breit or None
        First-order Breit energy, where asked for; ``total_energy`` and ``energies`` do not contain it.
    solution : the orbitals with basis, Coulomb solver and couplings, for the solvers that go on from here.
    checks : solutions in the coarser basis and in the shorter box, whose differences are the errors; none when not converged.
    """

    configuration: Configuration
    nucleus: Nucleus
    method: str
    status: str
    converged: bool
    total_energy: float | None
    energies: np.ndarray | None
    amplitudes: np.ndarray | None
    residual: float
    basis_error: float
    box_error: float
    energy_error: np.ndarray
    advice: str
    breit: Breit | None
    solution: Solution
    checks: tuple[Solution, ...]

    @property
    def shells(self) -> tuple[Shell, ...]:
        """Occupied subshells, in the order of all arrays."""
        return self.solution.couplings.shells

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the subshells."""
        return tuple(s.name for s in self.shells)

    @property
    def occupation(self) -> np.ndarray:
        """Electrons in each subshell; 2 C_1^2 and 2 C_2^2 in the open shells of "mcdf"."""
        return self.solution.couplings.occupation

    @property
    def radial(self) -> Radial:
        """Mesh and splines on which the orbitals are given."""
        return self.solution.system.coulomb.radial

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography."""
        photon = ("mann1971", "johnson2007") if self.breit else ()
        return (
            *self.solution.couplings.citations,
            *self.radial.citations,
            *self.nucleus.citations,
            *photon,
        )

    def index(self, name: str) -> int:
        """Return the position of a subshell."""
        if name not in self.names:
            raise InputError(
                f"{self.configuration.symbol} has no subshell {name!r}.{nearest(name, self.names)} It has "
                f"{', '.join(self.names)}."
            )
        return self.names.index(name)

    def orbital(self, name: str) -> Orbital:
        """Return the orbital of a subshell: ``P`` and ``Q`` on the points of `radial`, its basis and vector."""
        return self.solution.orbitals[self.index(name)]

    def functions(self, name: str, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return P and Q [r] of a subshell at radii r (Bohr radii); int (P^2 + Q^2) dr = 1."""
        return functions_at(self.orbital(name), np.asarray(r, dtype=float))

    def expectation(self, name: str, power: float) -> float:
        """Return <r^power> of a subshell (Bohr radii)."""
        return _moment(self.solution, self.index(name), power)

    def expectation_error(self, name: str, power: float) -> float:
        """Return the larger change of <r^power> in the coarser basis and the shorter box (Bohr radii).

        Raises
        ------
        InputError : the state did not converge.
        """
        self.energy(name)
        own, a = self.expectation(name, power), self.index(name)
        return max(abs(_moment(other, a, power) - own) for other in self.checks)

    @property
    def amplitude_error(self) -> np.ndarray:
        """The larger change of each of ``amplitudes`` in the coarser basis and the shorter box; empty without amplitudes."""
        changes = [abs(other.amplitudes - self.solution.amplitudes) for other in self.checks]
        return np.max(changes, axis=0) if changes else np.zeros(0)

    def energy(self, name: str) -> float:
        """Return the orbital energy of a subshell (hartree).

        Raises
        ------
        InputError : the state did not converge.
        """
        if self.energies is None:
            raise InputError(f"{self.configuration.symbol}: {self.status}. {self.advice}")
        return float(self.energies[self.index(name)])

    @property
    def subshells(self) -> tuple[Subshell, ...]:
        """Binding energies -eps (MeV) and electrons of the subshells, as stepping and edges take them.

        Raises
        ------
        InputError : the state did not converge, or an orbital is not bound.
        """
        return tuple(
            Subshell(name, -self.energy(name) * hartree, float(electrons))
            for name, electrons in zip(self.names, self.occupation, strict=True)
        )


def dirac_fock(
    symbol: str, *, charge: int = 0, configuration: str | None = None, nucleus: Nucleus | None = None,
    mesh: Mesh = BOUND_MESH, breit: bool = False,
) -> AtomicState:  # fmt: skip
    """Solve the Dirac-Hartree-Fock equations of an atom or ion.

    Closed shells are exact; open subshells are the average of their configuration.

    Parameters
    ----------
    symbol : element, "Xe".
    charge : of the ion; with a noble-gas shell (Cs+, I-) its configuration is known.
    configuration : "[Ar] 3d10 4s2 4p2"; by default the ground configuration.
    nucleus : by default a Fermi distribution with the measured radius of the most abundant isotope.
    mesh : radial mesh of the basis.
    breit : also the Breit interaction in first order, `AtomicState.breit`; nothing else changes.

    Raises
    ------
    InputError : impossible configurations, an element without nuclear radius, an impossible mesh.

    References
    ----------
    Grant, "Relativistic Quantum Theory of Atoms and Molecules" (2007), chapters 6 and 7.
    """
    chosen = _configuration(symbol, configuration, charge)
    couplings = average_of_configuration(chosen)
    core = nucleus or fermi_nucleus(symbol)
    return _state(chosen, core, solve(mesh, core, couplings), breit)


def mcdf(
    symbol: str, *, charge: int = 0, configuration: str | None = None, nucleus: Nucleus | None = None,
    mesh: Mesh = BOUND_MESH, breit: bool = False,
) -> AtomicState:  # fmt: skip
    """Solve for C_1 (np1/2)^2 + C_2 (np3/2)^2, J = 0, with orbitals and amplitudes self-consistent together.

    For C, Si, Ge, Sn, Pb and ions of np^2. Arguments and errors as in `dirac_fock`. Germanium: Chen et al. (2014) print
    C_1 = 0.84939, C_2 = 0.52776.
    """
    chosen = _configuration(symbol, configuration, charge)
    pair_shell(chosen)
    # Start from the nonrelativistic limit of one common radial function: weights 2/3 and 1/3.
    couplings = pair_state(chosen, np.array([np.sqrt(2.0 / 3.0), -np.sqrt(1.0 / 6.0)]))
    core = nucleus or fermi_nucleus(symbol)
    return _state(chosen, core, solve(mesh, core, couplings), breit)


def _configuration(symbol: str, text: str | None, charge: int) -> Configuration:
    if text is None:
        return ground_configuration(symbol, charge=charge)
    return parse_configuration(symbol, text, charge=charge)


def _state(configuration: Configuration, nucleus: Nucleus, found: Solution, breit: bool) -> AtomicState:
    """Attach convergence errors to a solution, or withhold its numbers."""
    method = found.couplings.method
    if not found.converged:
        return AtomicState(
            configuration, nucleus, method, f"not self-consistent after {found.iterations} iterations", False,
            None, None, None, found.residual, np.nan, np.nan, np.full(len(found.orbitals), np.nan),
            "Start from a neighbouring ion or a simpler configuration, or use a finer mesh (smaller growth).", None, found, (),
        )  # fmt: skip
    coarse = solve(with_mesh(found, growth=1.2, step=1.2), nucleus, found.couplings, start=found)
    short = solve(with_mesh(found, box=0.75), nucleus, found.couplings, start=found)
    basis_error, box_error = (abs(o.total_energy / found.total_energy - 1.0) for o in (coarse, short))
    changes = [abs(o.orbital_energy - found.orbital_energy) for o in (coarse, short)]
    errors = np.maximum(*changes) + found.residual
    status, advice = "converged", ""
    if not basis_error < _ACCEPTED:
        status = f"the basis does not hold the orbitals: the energy moves by {basis_error:.1e} when it is coarsened"
        advice = "Take a mesh with smaller growth and step."
    elif not box_error < _ACCEPTED:
        status = f"the box cuts the orbitals: the energy moves by {box_error:.1e} when it is shortened"
        advice = "Take a mesh with a larger box."
    good = status == "converged"
    return AtomicState(
        configuration, nucleus, method, status, good, float(found.total_energy) if good else None,
        found.orbital_energy if good else None, found.amplitudes if good else None, found.residual, float(basis_error),
        float(box_error), errors, advice, first_order(found, (coarse, short)) if good and breit else None, found,
        (coarse, short) if good else (),
    )  # fmt: skip


def _moment(found: Solution, a: int, power: float) -> float:
    """Return <r^power> of orbital a of a solution (Bohr radii)."""
    rad = found.system.coulomb.radial
    return float(rad.integrate(rad.r**power * found.orbitals[a].density))

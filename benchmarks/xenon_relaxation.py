"""What relaxation of the ion does to xenon: coupled equations with the orbitals of Xe+ 4d^9 at the 4d maximum, 3d^9 above 3d.

    python benchmarks/xenon_relaxation.py [4d | 3d]

Prints the cross section (Mb, length and velocity) for the orbitals of the atom with its own thresholds, with the measured
edges, and for the relaxed orbitals with the threshold from the difference of two self-consistent energies, beside Henke's table.
"""

import sys
import time
from dataclasses import dataclass, replace

import numpy as np

from weakscatter.atomic import dirac_fock, measured_edges, parse_shells, photoabsorption, response_mesh
from weakscatter.atomic.channels import allowed_kappas, channels
from weakscatter.atomic.hartree import EV, MB, C
from weakscatter.atomic.linear_response import respond
from weakscatter.atomic.operators import dipole_length, dipole_velocity, source
from weakscatter.atomic.reference import reference_state
from weakscatter.atomic.response_matrix import response_matrix
from weakscatter.atomic.scf import solve
from weakscatter.response import photoabsorption as table
from weakscatter.units import Mb, eV


@dataclass(frozen=True)
class Case:
    """A hole, the ion with it (subshells in the order of the atom), the shells that respond, photon energies (eV), and the cut."""

    hole: str
    ion: str
    active: tuple[str, ...]
    energies: tuple[float, ...]
    cut: float


CASES = {
    "4d": Case(
        "4d", "[Kr] 5s2 4d9 5p6", ("3s", "3p", "3d", "4s", "4p", "4d", "5s", "5p"),
        (75, 80, 85, 90, 93, 96, 98, 100, 103, 106, 110, 120, 140), 100.0,
    ),
    "3d": Case(
        "3d", "1s2 2s2 2p6 3s2 3p6 4s2 3d9 4p6 5s2 4d10 5p6", ("3d", "4s", "4p", "4d", "5s", "5p"),
        (720, 740, 760, 780, 800, 830), 120.0,
    ),
}  # fmt: skip


def relaxed(atom, ion, case):
    """Return the threshold (hartree, mean of j) and the matrices of the closed-shell equations over the orbitals of the ion."""
    mesh = response_mesh(atom, case.energies[-1] * EV)
    real = replace(mesh, scaling_angle=0.0)
    orbitals = solve(real, ion.nucleus, ion.solution.couplings, start=ion.solution)
    frozen = replace(orbitals, couplings=atom.solution.couplings)
    kappas = {k for s in atom.shells for k in allowed_kappas(s.kappa, 1, natural=True)}
    ref = reference_state(frozen, atom.nucleus, mesh, kappas, cut=case.cut, orbitals=frozen.orbitals)
    threshold = ion.total_energy - atom.total_energy
    holes = tuple(atom.index(s.name) for s in parse_shells(case.active))
    energy = {a: -e for a, e in split_threshold(atom, case.hole, threshold).items()}
    return threshold, response_matrix(ref, 1, channels(ref, 1, active=holes), hole_energy=energy)


def split_threshold(atom, hole, threshold):
    """Return {shell: threshold} of both j from their mean (the ion is an average: 4 and 6 holes of ten) and the atom's splitting."""
    low, high = (atom.index(s.name) for s in parse_shells([hole]))
    split = atom.energies[high] - atom.energies[low]
    return {low: threshold + 0.6 * split, high: threshold - 0.4 * split}


def cross_sections(m, w):
    """Return the cross section (Mb) by length [energy] and the share of each hole {shell: [energy]}, w in hartree, complex for averages."""
    t = source(m, dipole_length(m.reference))
    (found,) = respond(m, [(t, 1)], w)
    assert found.residual.max() < 1e-2
    parts = -4 * np.pi / (3 * C) * np.real(w) * (found.values * t).imag.T / MB
    shares = {}
    for i, c in enumerate(m.channels):
        shares[c.hole] = shares.get(c.hole, 0.0) + parts[m.rows(i)].sum(axis=0)
    return parts.sum(axis=0), shares


def by_velocity(m, w):
    """Return the cross section (Mb) in the velocity form [energy], w in hartree."""
    v = source(m, dipole_velocity(m.reference))
    (found,) = respond(m, [(v, -1)], w)
    return -4 * np.pi * C / 3 / w * (found.values @ v).imag / MB


def main():
    """Print one case."""
    begin = time.process_time()
    case = CASES[sys.argv[1] if len(sys.argv) > 1 else "4d"]
    atom = dirac_fock("Xe")
    ion = dirac_fock("Xe", charge=1, configuration=case.ion)
    assert ion.names == atom.names
    active, photon = parse_shells(case.active), np.array(case.energies) * eV
    edges = {s.name: measured_edges("Xe")[s.name] for s in parse_shells([case.hole])}
    own = photoabsorption(atom, photon, active=active, cut=case.cut)
    shifted = photoabsorption(atom, photon, active=active, cut=case.cut, thresholds=edges)
    threshold, matrix = relaxed(atom, ion, case)
    w = photon / eV * EV
    length, velocity = cross_sections(matrix, w)[0], by_velocity(matrix, w)
    high = parse_shells([case.hole])[-1].name
    print(
        f"{case.hole}: -eps {-atom.energy(high) / EV:.2f}, difference of energies {threshold / EV:.2f} eV (mean of j)"
    )
    print("eV      ab initio        edges            relaxed          Henke   (length velocity, Mb)")
    for i, energy in enumerate(case.energies):
        pairs = [(own.sigma_length[i] / Mb, own.sigma_velocity[i] / Mb)]
        pairs += [(shifted.sigma_length[i] / Mb, shifted.sigma_velocity[i] / Mb), (length[i], velocity[i])]
        print(
            f"{energy:6.1f}  " + "  ".join(f"{a:7.3f} {b:7.3f}" for a, b in pairs)
            + f"  {float(table('Xe')(photon[i])) / Mb:7.3f}"
        )  # fmt: skip
    print(f"{time.process_time() - begin:.0f} s")


if __name__ == "__main__":
    main()

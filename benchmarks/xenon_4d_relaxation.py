"""What relaxation of the ion does to the 4d maximum of xenon: coupled equations with the orbitals of Xe+ 4d^9.

Prints the cross section (Mb, length and velocity) for the orbitals of the atom with its own thresholds, with the measured
edges, and for the relaxed orbitals with the threshold from the difference of two self-consistent energies. Run as a script.
"""

import time
from dataclasses import replace

import numpy as np

from weakscatter.atomic import dirac_fock, parse_shells, photoabsorption, response_mesh
from weakscatter.atomic.channels import allowed_kappas, channels
from weakscatter.atomic.hartree import EV, MB, C
from weakscatter.atomic.linear_response import respond
from weakscatter.atomic.operators import dipole_length, dipole_velocity, source
from weakscatter.atomic.reference import reference_state
from weakscatter.atomic.response_matrix import response_matrix
from weakscatter.atomic.scf import solve
from weakscatter.units import Mb, eV

ENERGIES = np.array([75.0, 80.0, 85.0, 90.0, 93.0, 96.0, 98.0, 100.0, 103.0, 106.0, 110.0, 120.0, 140.0])
ACTIVE = ("4s", "4p", "4d", "5s", "5p")
EDGES = {"4d3/2": 69.5 * eV, "4d5/2": 67.5 * eV}


def relaxed(atom, ion):
    """Return (length, velocity) in Mb with the closed-shell equations over the orbitals of the ion."""
    mesh = response_mesh(atom, 140.0 * EV)
    real = replace(mesh, scaling_angle=0.0)
    orbitals = solve(real, ion.nucleus, ion.solution.couplings, start=ion.solution)
    frozen = replace(orbitals, couplings=atom.solution.couplings)
    kappas = {k for s in atom.shells for k in allowed_kappas(s.kappa, 1, natural=True)}
    ref = reference_state(frozen, atom.nucleus, mesh, kappas, cut=100.0, orbitals=frozen.orbitals)
    threshold = ion.total_energy - atom.total_energy
    split = atom.energy("4d5/2") - atom.energy("4d3/2")
    holes = tuple(atom.index(s.name) for s in parse_shells(ACTIVE))
    energy = {
        atom.index("4d3/2"): -(threshold + 0.6 * split),
        atom.index("4d5/2"): -(threshold - 0.4 * split),
    }
    m = response_matrix(ref, 1, channels(ref, 1, active=holes), hole_energy=energy)
    t, v = source(m, dipole_length(ref)), source(m, dipole_velocity(ref))
    w = ENERGIES * EV
    plus, minus = respond(m, [(t, 1), (v, -1)], w)
    length = -4 * np.pi / (3 * C) * w * (plus.values @ t).imag / MB
    return threshold / EV, length, -4 * np.pi * C / 3 / w * (minus.values @ v).imag / MB


def main():
    begin = time.process_time()
    atom = dirac_fock("Xe")
    ion = dirac_fock("Xe", charge=1, configuration="[Kr] 5s2 4d9 5p6")  # the order of the atom
    active = parse_shells(ACTIVE)
    own = photoabsorption(atom, ENERGIES * eV, active=active)
    shifted = photoabsorption(atom, ENERGIES * eV, active=active, thresholds=EDGES)
    threshold, length, velocity = relaxed(atom, ion)
    print(
        f"4d threshold: -eps {-atom.energy('4d5/2') / EV:.2f}, difference of energies {threshold:.2f} eV (mean of j)"
    )
    print("eV      ab initio        edges            relaxed   (length velocity, Mb)")
    for i, energy in enumerate(ENERGIES):
        pairs = [(own.sigma_length[i] / Mb, own.sigma_velocity[i] / Mb)]
        pairs += [(shifted.sigma_length[i] / Mb, shifted.sigma_velocity[i] / Mb), (length[i], velocity[i])]
        print(f"{energy:6.1f}  " + "  ".join(f"{a:7.2f} {b:7.2f}" for a, b in pairs))
    print(f"{time.process_time() - begin:.0f} s")


if __name__ == "__main__":
    main()

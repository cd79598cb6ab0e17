"""What a second excited electron does to xenon above 3d, and at the 4d maximum: the sudden spectrum folded with the relaxed cross section.

    python benchmarks/xenon_shaking.py [3d | 4d]

sigma(w) = sum_E S(E) sigma_hole(w - E) + rest, with sigma_hole the share of the hole in the coupled equations over the orbitals of the
ion (`xenon_relaxation`), averaged over a Lorentzian that is narrower than anything but the last bound excitations, and S(E) the
spectrum of `sudden`. Its energies are taken in two fields, and stretched until their mean is the one that the two self-consistent
energies ask for; "slow" lets the second electron follow a slow photoelectron. Printed over the table of Henke, Gullikson and Davis.
"""

import sys
import time
from dataclasses import replace

import numpy as np
from sudden import main_line, onset, shaken, spectrum, substates
from xenon_relaxation import CASES, cross_sections, relaxed

from weakscatter.atomic import dirac_fock, parse_shells, response_mesh
from weakscatter.atomic.hartree import EV
from weakscatter.atomic.photoabsorption import dipole_matrix
from weakscatter.response import photoabsorption as table
from weakscatter.units import Mb, eV

#: Per hole: photon energies of the calculation and half width of the average (eV), those printed, and between which strength is summed.
GRIDS = {
    "3d": (np.arange(664.0, 901.0, 2.0), 1.5, (720, 740, 760, 780, 800, 830, 860, 900), (676.5, 893.0)),
    "4d": (np.arange(60.0, 161.0), 0.75, (75, 80, 90, 98, 106, 120, 140, 160), (70.0, 160.0)),
}
_STEP, _SIZE = 0.5 * EV, 8192


def report(atom, ion, hole, relaxation):
    """Print the sudden spectrum and return [(name, lines, probabilities, energies in hartree)]."""
    found = []
    for field in ("ion", "hole"):
        parts = substates(atom, ion, field=field)
        probability, energy = spectrum(parts, _STEP, _SIZE), np.arange(_SIZE) * _STEP
        mean = probability @ energy
        print(
            f"{hole}, field {field}: nobody leaves {main_line(parts):.4f}, all {probability.sum():.6f}, closure "
            f"{max(abs(s.closure) for s in parts):.0e}; mean energy {mean / EV:.1f} eV, wanted {relaxation / EV:.1f} eV"
        )
        for a, name in enumerate(atom.names):
            own = [(s.number * s.strength[s.shell == a], s.energy[s.shell == a]) for s in parts]
            strength, up = np.concatenate([x for x, _ in own]), np.concatenate([e for _, e in own])
            if strength.sum() > 1e-3:
                bound = strength[up < -ion.energies[a]].sum()
                print(
                    f"    {name:6} {strength.sum():.4f}, of it bound {bound:.4f}, mean {strength @ up / strength.sum() / EV:.1f} eV"
                )
        found.append((field, parts, probability, energy))
    field, parts, probability, energy = found[0]
    stretch = relaxation / (probability @ energy)
    parts = [replace(s, energy=stretch * s.energy) for s in parts]
    return [*found, (f"{field} x {stretch:.2f}", parts, probability, stretch * energy)]


def main():
    """Print one hole."""
    begin = time.process_time()
    hole = sys.argv[1] if len(sys.argv) > 1 else "3d"
    grid, width, shown, (low, high) = GRIDS[hole]
    atom, case = dirac_fock("Xe"), CASES[hole]
    ion = dirac_fock("Xe", charge=1, configuration=case.ion)
    assert ion.names == atom.names
    own = [atom.index(s.name) for s in parse_shells([hole])]
    frozen = -atom.energies[own] @ atom.occupation[own] / atom.occupation[own].sum()
    threshold, matrix = relaxed(atom, ion, replace(case, energies=(float(grid[-1]),)))
    length, shares = cross_sections(matrix, (grid + 1j * width) * EV)
    share = sum(shares[a] for a in own)
    rest = length - share

    def sigma(w):
        return np.interp(w / EV, grid, share, left=0.0)

    holes = tuple(atom.index(s.name) for s in parse_shells(case.active))
    usual = dipole_matrix(atom, response_mesh(atom, grid[-1] * EV), cut=case.cut, holes=holes)
    unrelaxed = cross_sections(usual, (grid + 1j * width) * EV)[0] - rest

    photon = np.array(shown, dtype=float)
    fine = np.arange(low, high, 1.0)
    radius = np.array([atom.expectation(name, 1.0) for name in atom.names])

    def row(name, values):
        every = [np.asarray(table("Xe")(w * eV)) / Mb for w in (photon, fine)]
        one, many = (f(w * EV) + np.interp(w, grid, rest) for f, w in ((values, photon), (values, fine)))
        area = np.trapezoid(many, fine) / np.trapezoid(every[1], fine)
        print(f"{name:24}" + "".join(f"{x:8.3f}" for x in one / every[0]) + f"{area:10.3f}")

    print(f"{'over Henke, at eV':24}" + "".join(f"{w:8.0f}" for w in photon) + f"   {low:.0f}-{high:.0f}")
    row("orbitals of the atom", lambda w: np.interp(w / EV, grid, unrelaxed))
    row("no second electron", sigma)
    for name, parts, probability, energy in report(atom, ion, hole, frozen - threshold):
        for form, power in (("", 0.0), (", length", 1.0), (", velocity", -1.0)):
            row(name + form, lambda w, p=power, s=probability, e=energy: shaken(s, e, sigma, w, power=p))
        row(name + ", slow", lambda w, s=parts: onset(s, radius, sigma, w, threshold))
    print(f"{time.process_time() - begin:.0f} s")


if __name__ == "__main__":
    main()

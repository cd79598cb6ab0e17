"""Compute the photoabsorption curves that the manual compares with tables: Ne, Ar, Ge, Kr, Xe.

    python tools/photoabsorption_curves.py coupled [ELEMENT ...]
    python tools/photoabsorption_curves.py independent

"coupled": RRPA, of germanium MCRRPA, from threshold to 1 keV with every shell that reaches it, ab initio and with measured
edges; writes their rows of src/weakscatter/published/photoabsorption_coupled.csv (minutes; run tools/checksums.py afterwards). "independent": one electron in the field of the ion, from 50 eV
to 30 keV; writes docs/photoabsorption_independent.csv. No number of any table enters, only edges where it says so.
"""

import sys
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.atomic import (
    dirac_fock,
    independent_particle,
    mcdf,
    measured_edges,
    parse_shells,
    photoabsorption,
)
from weakscatter.atomic.channels import channels
from weakscatter.atomic.couplings import Couplings
from weakscatter.atomic.hartree import EV, MB, C
from weakscatter.atomic.linear_response import respond
from weakscatter.atomic.operators import dipole_length, dipole_velocity, source
from weakscatter.atomic.photoabsorption import default_cut, dipole_matrix, response_mesh
from weakscatter.atomic.reference import Reference
from weakscatter.atomic.response_matrix import response_matrix
from weakscatter.atomic.shells import partners
from weakscatter.provenance.files import write_atomic
from weakscatter.units import Mb, eV

ROOT = Path(__file__).resolve().parents[1]
FILES = {
    "coupled": ROOT / "src" / "weakscatter" / "published" / "photoabsorption_coupled.csv",
    "independent": ROOT / "docs" / "photoabsorption_independent.csv",
}
ATOMS = {"Ne": 10, "Ar": 18, "Ge": 32, "Kr": 36, "Xe": 54}

#: Photon energies (eV) of one calculation each: the mesh must hold the fastest electron of its group.
GROUPS = {
    "Ne": ([24, 27, 30, 35, 40, 55, 70, 85, 100], [150, 200, 300, 400, 600, 800]),
    "Ar": ([20, 22, 25, 40, 55, 70, 85, 100], [120, 150, 200], [400, 600, 800, 1000]),
    "Ge": ([17, 20, 25, 28, 40, 50, 60, 80, 100], [150, 200, 250, 300, 400], [500, 600, 800, 1000]),
    "Kr": ([18, 20, 22, 25, 40, 60, 80], [130, 150, 200, 250, 300, 400], [500, 600, 800, 1000]),
    "Xe": ([16.7, 18, 20, 25, 30, 40, 50, 75, 80, 85, 90, 95, 98, 102, 106, 110, 120, 130, 140],
           [200, 250, 300, 400, 500, 600], [700, 780, 800, 830, 900, 1000]),
}  # fmt: skip

#: Up to which photon energy (eV) thresholds are also moved to the measured edges.
SHIFTED = {"Ge": 1000.0, "Xe": 1000.0}


def state_of(symbol):
    """Return the ground state that the coupled equations start from."""
    return mcdf(symbol) if symbol == "Ge" else dirac_fock(symbol)


def reached(state, largest):
    """Return the shells whose threshold lies below twice an energy (eV) and at least below 1.8 keV, with both partners.

    Inner shells that stay closed still polarise: they matter for the equality of length and velocity and for the cross section. Without
    n = 3 xenon at 140 eV is 12 % higher.
    """
    top = max(2.0 * largest, 1800.0)
    names = [n for n in state.names if -state.energy(n) * 27.2114 < top]
    shells = {(s.n, s.l) for s in parse_shells(names)}
    occupied = set(state.names)
    return tuple(s for n, l in sorted(shells) for s in partners(n, l) if s.name in occupied)


def basis_of(state, largest):
    """Return the active shells and the mesh for photon energies up to one (eV), as keywords of `photoabsorption`.

    The mesh is that of 5 hartree more: in the outer shells, where the knots stop growing, slow photoelectrons are faster than outside.
    It takes the basis error of argon at 200 eV from 1.3 % to 0.13 %.
    """
    return {"active": reached(state, largest), "mesh": response_mesh(state, largest * EV + 5.0)}


def coupled(symbols):
    """Yield, group by group, rows Z, variant, energy, length, velocity, basis error: variant 0 ab initio, 1 measured edges."""
    for symbol in symbols:
        state = state_of(symbol)
        edges = {name: edge for name, edge in measured_edges(symbol).items() if name in state.names}
        for group in GROUPS[symbol]:
            basis = basis_of(state, group[-1])
            shifted = {s.name: edges[s.name] for s in basis["active"] if s.name in edges}
            both = group[-1] <= SHIFTED.get(symbol, 0.0)
            for variant, thresholds in enumerate(({}, shifted) if both else ({},)):
                found = photoabsorption(state, np.array(group) * eV, thresholds=thresholds, **basis)
                sys.stdout.write(f"{symbol} up to {group[-1]} eV, variant {variant}\n")
                sys.stdout.flush()
                yield [
                    f"{ATOMS[symbol]},{variant},{energy},{length / Mb:.6g},{velocity / Mb:.6g},{error:.1e}"
                    for energy, length, velocity, error in zip(
                        group, found.sigma_length, found.sigma_velocity, found.basis_error, strict=True
                    )
                ]


def wrong():
    """Return rows of what goes wrong for germanium: variant 2 no core-to-open pairs, 3 frozen 4p, 4 fractional occupations."""
    state = mcdf("Ge")
    group = GROUPS["Ge"][0]
    w = np.array(group) * EV
    basis = basis_of(state, group[-1])
    holes = tuple(state.index(s.name) for s in basis["active"])
    full = dipole_matrix(state, basis["mesh"], cut=default_cut(w[-1]), holes=holes)
    ref = full.reference
    rows = []
    matrices = {
        2: response_matrix(ref, 1, [c for c in full.channels if c.kind != "xc"]),
        3: response_matrix(ref, 1, [c for c in full.channels if c.kind == "vc"]),
        4: fractional(ref, full.channels),
    }
    for variant, m in matrices.items():
        t, v = source(m, dipole_length(ref)), source(m, dipole_velocity(ref))
        plus, minus = respond(m, [(t, 1), (v, -1)], w)
        length = -4 * np.pi / (3 * C) * w * (plus.values @ t).imag / MB
        velocity = -4 * np.pi * C / 3 / w * (minus.values @ v).imag / MB
        rows += [
            f"32,{variant},{e},{a:.6g},{b:.6g},0" for e, a, b in zip(group, length, velocity, strict=True)
        ]
    return rows


def fractional(reference, wanted):
    """Return the closed-shell equations with rows and columns of an open shell times the root of its occupation.

    Every pair keeps its own energy: A = gap + root (A - gap) root, B = root B root.
    """
    c = reference.couplings
    closed = Reference(
        reference.system,
        Couplings(c.shells, c.occupation, c.direct, c.exchange, c.currents),
        reference.orbitals,
        reference.cut,
    )
    chosen = channels(closed, 1, active=tuple(sorted({k.hole for k in wanted if k.kind != "xc"})))
    m = response_matrix(closed, 1, chosen)
    root = np.sqrt(np.concatenate([np.full(k.size, c.per_state[k.hole]) for k in m.channels]))
    gap = np.concatenate([closed.virtuals[k.kappa].energy - closed.shell_energy(k.hole) for k in m.channels])
    A = np.diag(gap) + (m.A - np.diag(gap)) * np.outer(root, root)
    return replace(m, A=A, B=m.B * np.outer(root, root), root_metric=root)


def independent():
    """Return rows Z, variant, energy, length, velocity, step error, one electron at a time from 50 eV to 30 keV."""
    energies = np.geomspace(50.0, 29900.0, 90)
    rows = []
    for symbol, Z in ATOMS.items():
        state = state_of(symbol)
        edges = {name: edge for name, edge in measured_edges(symbol).items() if name in state.names}
        for variant, thresholds in enumerate(({}, edges)):
            found = independent_particle(state, energies * eV, thresholds=thresholds)
            for i, energy in enumerate(energies):
                length, velocity = found.sigma_length[i] / Mb, found.sigma_velocity[i] / Mb
                rows.append(
                    f"{Z},{variant},{energy:.6g},{length:.6g},{velocity:.6g},{found.basis_error[i]:.1e}"
                )
    return rows


def replaced(path, rows):
    """Return the data lines of a file with rows of the same atom, variant and energy put in their place, sorted."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    old = [line for line in lines if line and line[0].isdigit()]
    found = {tuple(float(x) for x in line.split(",")[:3]): line for line in (*old, *rows)}
    return [found[key] for key in sorted(found)]


def main():
    """Write one of the two files; the coupled curves after each group, so that an interrupted run loses little."""
    what, symbols = sys.argv[1], sys.argv[2:] or list(ATOMS)
    if what == "coupled":
        head = (
            "# RRPA (Ge: MCRRPA) by tools/photoabsorption_curves.py; variant 0: own thresholds, 1: measured edges; "
            "Ge 2: no core-to-open pairs, 3: frozen 4p, 4: fractional occupations."
        )
        columns = "Z (1),variant (1),photon_energy (eV),sigma_length (Mb),sigma_velocity (Mb),basis_error (1)"
        parts = chain(coupled(symbols), (wrong() for _ in range("Ge" in symbols)))
    else:
        head = "# One electron in the field of the ion, by tools/photoabsorption_curves.py; variants as for the coupled curves."
        columns = "Z (1),variant (1),photon_energy (eV),sigma_length (Mb),sigma_velocity (Mb),step_error (1)"
        parts = iter([independent()])
    for rows in parts:
        write_atomic(FILES[what], "\n".join([head, columns, *replaced(FILES[what], rows)]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Compute the one-electron photoabsorption curves that the package ships, with measured edges as double nodes.

    python tools/photoabsorption_tables.py

Writes src/weakscatter/response/photoabsorption_independent.csv (minutes); run tools/checksums.py afterwards.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.atomic import dirac_fock, independent_particle, mcdf
from weakscatter.matter import subshells
from weakscatter.matter.nuclide import element
from weakscatter.provenance.files import write_atomic
from weakscatter.units import Mb, eV

TABLE = (
    Path(__file__).resolve().parents[1]
    / "src"
    / "weakscatter"
    / "response"
    / "photoabsorption_independent.csv"
)
ATOMS = "He Ne Na Si Ar Ge Kr I Xe Cs".split()
PAIRS = ("Si", "Ge")
HIGHEST = 29900.0

#: Below this energy (eV) the thresholds of the field of the ion are tens of per cent deeper than measured, and the two forms part.
LOWEST = 150.0
PER_DECADE = 40

#: A photoelectron slower than 0.27 eV is not calculated: the value at a threshold is the one this far (eV) above it.
ABOVE = 0.3

#: Distances (eV) above a threshold where an outer shell's cross section still bends.
NEAR = (0.3, 2.0, 5.0, 10.0, 20.0)

HEAD = """\
# Photoabsorption per atom of one electron in the field of the ion, measured edges, by tools/photoabsorption_tables.py. An energy
# that stands twice is an edge.
Z (1),photon_energy (eV),cross_section (Mb)
"""


def thresholds_of(symbol, state):
    """Return {subshell: measured edge (eV)}; both partners take the edge of an unresolved one."""
    edges = {s.name: s.energy / eV for s in subshells(symbol)}
    return {name: edges.get(name, edges.get(name.split("/")[0][:-1])) for name in state.names}


def curve(symbol):
    """Return rows of one atom."""
    state = mcdf(symbol) if symbol in PAIRS else dirac_fock(symbol)
    edges = thresholds_of(symbol, state)
    jumps = sorted({e for e in edges.values() if LOWEST < e < HIGHEST})
    smooth = np.geomspace(LOWEST, HIGHEST, int(PER_DECADE * np.log10(HIGHEST / LOWEST)) + 1)
    near = [e + d for e in jumps for d in NEAR if e + d < HIGHEST]
    # Edges closer than the slowest photoelectron stand at their own energies; nodes within 0.3 eV above an edge are left out.
    energies = np.unique(np.concatenate([smooth, near]))
    found = independent_particle(
        state, energies * eV, thresholds={name: edge * eV for name, edge in edges.items()}
    )
    if found.basis_error.max() > 5e-3:
        raise SystemExit(f"{symbol}: the steps are too long, {found.basis_error.max():.1e}")
    shells = dict(zip(found.subshell, found.sigma_by_subshell / Mb, strict=True))
    slopes = {name: one_shell(energies, values, edges[name]) for name, values in shells.items()}
    # The two sides of an edge, then everything else.
    rows = []
    nodes = sorted({*energies.tolist(), *jumps})
    for energy in nodes:
        values = {name: slopes[name](energy) for name in shells}
        above = sum(values.values())
        below = sum(v for name, v in values.items() if edges[name] != energy)
        if energy in jumps:
            rows.append(f"{int(element(symbol).number)},{energy:.7g},{below:.6g}")
        rows.append(f"{int(element(symbol).number)},{energy:.7g},{above:.6g}")
    print(symbol, len(rows), f"{found.basis_error.max():.1e}", flush=True)
    return rows


def one_shell(energies, values, edge):
    """Return sigma(energy) of a shell: zero below its edge, the first calculated value from there on, then a power law."""
    kept = (energies >= edge + ABOVE - 1e-9) & (values > 0.0)
    E, sigma = np.log(energies[kept]), np.log(values[kept])

    def at(energy):
        return float(np.exp(np.interp(np.log(energy), E, sigma))) if energy >= edge else 0.0

    return at


def main():
    """Write the table."""
    write_atomic(TABLE, HEAD + "\n".join(row for symbol in ATOMS for row in curve(symbol)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

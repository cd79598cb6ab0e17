"""Compute the ab initio subshells that the package ships: binding energies of atoms and ions by Dirac-Fock and MCDF.

    python tools/subshells_ab_initio.py

Writes src/weakscatter/matter/subshells_ab_initio.toml (a minute); run tools/checksums.py afterwards. An atom that does not
converge stops the run.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.atomic import dirac_fock, mcdf
from weakscatter.provenance.files import write_atomic
from weakscatter.units import eV

TABLE = Path(__file__).resolve().parents[1] / "src" / "weakscatter" / "matter" / "subshells_ab_initio.toml"

#: Atoms and ions of targets; np2 with its two configurations.
DIRAC_FOCK = (
    "H He Li Be B N O F Ne Na Mg Al P S Cl Ar K Ca Zn Ga As Br Kr I Xe Cs Ba La W Bi Na+ Cl- Ca2+ F- Li+ I- Cs+ Ba2+"
).split()
MCDF = "C Si Ge Pb".split()

HEAD = """\
# Dirac-Fock orbital energies with the opposite sign (eV) and electrons; np2 by MCDF. Written by tools/subshells_ab_initio.py.
# Open shells are the average of their configuration. "error" is the largest numerical error of an energy (eV).
[ab-initio]
citation = {citation}
unit = "eV"
"""


def ion_of(name):
    """Return the symbol and charge of "Ca2+"."""
    symbol = name.rstrip("+-0123456789")
    rest = name[len(symbol) :]
    return symbol, (int(rest[:-1] or 1) * (1 if rest[-1] == "+" else -1) if rest else 0)


def entry(name, solver):
    """Return the lines of one atom or ion, and its citations."""
    symbol, charge = ion_of(name)
    state = solver(symbol, charge=charge)
    if not state.converged:
        raise SystemExit(f"{name}: {state.status}. {state.advice}")
    shells = sorted(state.subshells, key=lambda s: -s.energy)
    rows = ", ".join(f'["{s.name}", {s.energy / eV:.7g}, {s.occupation:.7g}]' for s in shells)
    error = max(state.energy_error) * 27.211386
    print(name, state.status, f"{error:.1e} eV", flush=True)
    header = f'[ab-initio.atoms."{name}"]'
    return f'\n{header}\nmethod = "{state.method}"\nerror = {error:.1e}\nshells = [{rows}]\n', state.citations


def main():
    """Write the table."""
    found = [
        entry(name, solver) for names, solver in ((DIRAC_FOCK, dirac_fock), (MCDF, mcdf)) for name in names
    ]
    citations = sorted({key for _, keys in found for key in keys})
    citation = "[" + ", ".join(f'"{key}"' for key in citations) + "]"
    write_atomic(TABLE, HEAD.format(citation=citation) + "".join(text for text, _ in found))
    return 0


if __name__ == "__main__":
    sys.exit(main())

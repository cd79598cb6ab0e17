"""Compute the tables of atomic responses that the package ships: `weakscatter tabulate atomic NAME` for each of them.

    python tools/atomic_tables.py [NAME ...]                  one electron at a time
    python tools/atomic_tables.py --correlated [NAME ...]     low multipoles coupled, at low energies

Writes src/weakscatter/response/atomic_tables/NAME.h5, or correlated/NAME.h5 there (minutes each, on one core); run tools/checksums.py
afterwards. An interrupted run goes on where it was.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.cli.tabulating import tabulate_atom
from weakscatter.cli.tabulating_correlated import tabulate_correlated

FOLDER = Path(__file__).resolve().parents[1] / "src" / "weakscatter" / "response" / "atomic_tables"

#: Atoms, and the ions of the crystals CsI and NaI.
TARGETS = "Xe Ge Ar Kr Ne Si I- Cs+ Na+".split()

#: Largest rank and energy of what is coupled: where the difference to one electron at a time has become small, or what time allows.
CORRELATED = {
    "Ne": (3, "700 eV"), "Ar": (3, "500 eV"), "Na+": (3, "750 eV"), "Si": (3, "300 eV"),
    "Xe": (2, "300 eV"), "Ge": (2, "300 eV"), "Kr": (2, "300 eV"),
}  # fmt: skip

if __name__ == "__main__":
    given = [name for name in sys.argv[1:] if name != "--correlated"]
    coupled = "--correlated" in sys.argv[1:]
    for name in given or (CORRELATED if coupled else TARGETS):
        if coupled:
            rank, top = CORRELATED[name]
            (FOLDER / "correlated").mkdir(exist_ok=True)
            status = tabulate_correlated(name, FOLDER / "correlated" / f"{name}.h5", ranks=rank, top=top)
        else:
            status = tabulate_atom(name, FOLDER / f"{name}.h5", workers=1)
        if status:
            raise SystemExit(status)

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

#: Largest ranks, energy and reach of what is coupled: where the difference to one electron at a time has become small, or what time
#: allows. Shells that open are coupled everywhere, inner ones too: all of Ne, Na+ and Ge, all but 1s of Si, Ar and Kr, all but the K and
#: L shells of xenon, I- and Cs+. What is left out neither polarises nor conserves the current.
CORRELATED = {
    "Ne": ("3", "700 eV", 7.0), "Na+": ("3", "750 eV", 8.5), "Si": ("3", "300 eV", 1.5), "Ar": ("3", "500 eV", 2.5),
    "Ge": ("4,1", "300 eV", 90.0), "Kr": ("3,2", "500 eV", 15.0), "Cs+": ("4,0", "400 eV", 9.0), "I-": ("4,0", "300 eV", 9.0),
    "Xe": ("4,1", "300 eV", 9.0),
}  # fmt: skip

if __name__ == "__main__":
    given = [name for name in sys.argv[1:] if name != "--correlated"]
    coupled = "--correlated" in sys.argv[1:]
    for name in given or (CORRELATED if coupled else TARGETS):
        if coupled:
            ranks, top, reach = CORRELATED[name]
            (FOLDER / "correlated").mkdir(exist_ok=True)
            status = tabulate_correlated(
                name, FOLDER / "correlated" / f"{name}.h5", ranks=ranks, top=top, reach=reach
            )
        else:
            status = tabulate_atom(name, FOLDER / f"{name}.h5", workers=1)
        if status:
            raise SystemExit(status)

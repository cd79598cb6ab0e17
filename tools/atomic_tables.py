"""Compute the tables of atomic responses that the package ships: `weakscatter tabulate atomic NAME` for each of them.

    python tools/atomic_tables.py [NAME ...]

Writes src/weakscatter/response/atomic_tables/NAME.h5 (minutes each); run tools/checksums.py afterwards. An interrupted run goes on
where it was.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.cli.tabulating import tabulate_atom

FOLDER = Path(__file__).resolve().parents[1] / "src" / "weakscatter" / "response" / "atomic_tables"

#: Atoms, and the ions of the crystals CsI and NaI.
TARGETS = "Xe Ge Ar Kr Ne Si I- Cs+ Na+".split()

if __name__ == "__main__":
    for name in sys.argv[1:] or TARGETS:
        status = tabulate_atom(name, FOLDER / f"{name}.h5", workers=1)
        if status:
            raise SystemExit(status)

"""Write src/weakscatter/response/shell_model_tables/: amplitudes of nuclei, by `weakscatter tabulate nuclear`.

    python tools/amplitude_tables.py FOLDER [NAME ...]; python tools/checksums.py

FOLDER holds kshell_snt/ and pybigstick_int/ as the public collections have them; no element of any interaction is written. All
multipoles of all states that the options say, hbar omega = 45 A^(-1/3) - 25 A^(-2/3) MeV.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.cli.app import app

TABLES = Path(__file__).resolve().parents[1] / "src" / "weakscatter" / "response" / "shell_model_tables"

SDPF = ["--orbits", "0d5/2 1s1/2 0d3/2 0f7/2 1p3/2 0f5/2 1p1/2", "--core", "O16"]

#: {file without .h5: (nuclide, interaction, options)}
CASES = {
    "C12": ("C12", "cohen-kurath", ["--no-decays"]),
    "Ar40": (
        "Ar40", "pybigstick_int/SDPF-NR.int", [*SDPF, "--mass-scaling", "none", "--cite", "nummela2001"],
    ),
    "Ar40.sdpf-mu": ("Ar40", "kshell_snt/sdpf-mu.snt", ["--cite", "utsuno2012"]),
    "F19": ("F19", "kshell_snt/usdb.snt", ["--no-decays", "--cite", "brown2006"]),
}  # fmt: skip


def main() -> int:
    """Write the tables that are named, or all."""
    folder, names = Path(sys.argv[1]), sys.argv[2:] or list(CASES)
    for name in names:
        nuclide, interaction, options = CASES[name]
        file = str(folder / interaction) if "/" in interaction else interaction
        command = ["tabulate", "nuclear", nuclide, "--interaction", file, "--out", str(TABLES / f"{name}.h5")]
        app([*command, *options], standalone_mode=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())

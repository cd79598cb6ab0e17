"""Write src/weakscatter/response/shell_model_tables/: amplitudes of nuclei, by `weakscatter tabulate nuclear`.

    python tools/amplitude_tables.py FOLDER [NAME ...]; python tools/checksums.py

FOLDER holds interactions/kshell_snt/, interactions/pybigstick_int/ and dmscatter/ as the public collections have them; no element of any
interaction and no density is written, only amplitudes. All multipoles, hbar omega = 45 A^(-1/3) - 25 A^(-2/3) MeV. Small bases: all
states. Larger ones, truncated or not: the ground state and groups of states with its multipole strength. Germanium, iodine and xenon:
elastic, from densities. With the files there it takes a quarter of an hour; 133Cs and 124Xe are most of it.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.cli.app import app

TABLES = Path(__file__).resolve().parents[1] / "src" / "weakscatter" / "response" / "shell_model_tables"

SDPF = ["--orbits", "0d5/2 1s1/2 0d3/2 0f7/2 1p3/2 0f5/2 1p1/2", "--core", "O16"]

USDB = ("kshell_snt/usdb.snt", ["--no-decays", "--cite", "brown2006"])
GXPF1A = ["--no-decays", "--lower", "0f7/2", "--cite", "honma2005"]
KB3G = ["--no-decays", "--lower", "0f7/2", "--cite", "poves2001"]
SN100PN = ["--no-decays", "--lower", "0g7/2 1d5/2", "--cite", "brown2005"]


def _groups(steps: int, states: int = 3, least: str = "1e-4") -> list[str]:
    return ["--states", str(states), "--lanczos", str(steps), "--left-out", least]


#: {file without .h5: (nuclide, interaction, options)}
CASES = {
    "C12": ("C12", "cohen-kurath", ["--no-decays"]),
    "C13": ("C13", "cohen-kurath", ["--no-decays"]),
    "F19": ("F19", USDB[0], USDB[1]),
    "Na23": ("Na23", USDB[0], [*USDB[1], *_groups(5)]),
    "Si28": ("Si28", USDB[0], [*USDB[1], *_groups(12)]),
    "Si29": ("Si29", USDB[0], [*USDB[1], *_groups(5)]),
    "Si30": ("Si30", USDB[0], [*USDB[1], *_groups(12)]),
    "Ar36": ("Ar36", USDB[0], [*USDB[1], *_groups(12)]),
    "Ar38": ("Ar38", USDB[0], USDB[1]),
    "Ar40": (
        "Ar40", "pybigstick_int/SDPF-NR.int", [*SDPF, "--mass-scaling", "none", "--cite", "nummela2001"],
    ),
    "Ar40.sdpf-mu": ("Ar40", "kshell_snt/sdpf-mu.snt", ["--cite", "utsuno2012"]),
    "Fe54": ("Fe54", "kshell_snt/gxpf1a.snt", [*GXPF1A, "--jumps", "3", *_groups(12)]),
    "Fe54.kb3g": ("Fe54", "kshell_snt/kb3g.snt", [*KB3G, "--jumps", "3", *_groups(12)]),
    "Fe56": ("Fe56", "kshell_snt/gxpf1a.snt", [*GXPF1A, "--jumps", "2", *_groups(6)]),
    "Fe57": ("Fe57", "kshell_snt/gxpf1a.snt", [*GXPF1A, "--jumps", "1", *_groups(0, 6), "--spin", "1"]),
    "Fe58": ("Fe58", "kshell_snt/gxpf1a.snt", [*GXPF1A, "--jumps", "1", *_groups(0)]),
    "Xe124": ("Xe124", "kshell_snt/sn100pn.snt", [*SN100PN, "--jumps", "0", *_groups(0, 2)]),
    "Xe126": ("Xe126", "kshell_snt/sn100pn.snt", [*SN100PN, "--jumps", "0", *_groups(0, 2)]),
    # E2 to the lowest levels of 133Cs is too weak to show the sign; it is that of xenon with the same interaction.
    "Cs133": ("Cs133", "kshell_snt/sn100pn.snt", [*SN100PN, "--jumps", "0", *_groups(3), "--highest-rank", "2", "--spin", "7", "--radial-sign", "origin"]),
}  # fmt: skip

GCN, JJ55, JUN45 = ("gcn", "caurier2008"), ("jj55", "brown2005"), ("jun45", "honma2009")

#: {file without .h5: (nuclide, file of densities, interaction and its citation, sign of the radial functions)}. Files of one state do not
#: show the sign; it is that of all other nuclei with the interaction.
DENSITIES = {
    **{f"Ge{A}": (f"Ge{A}", f"Ge/ge{A}jun45", *JUN45, "origin" if A == 73 else "detect") for A in (70, 72, 73, 74, 76)},
    "I127": ("I127", "I/i127gcn", *GCN, "detect"),
    "I127.jj55": ("I127", "I/i127jj55", *JJ55, "detect"),
    **{f"Xe{A}": (f"Xe{A}", f"Xe/xe{A}gcn", *GCN, "detect") for A in (128, 129, 130, 131, 132, 134, 136)},
    **{
        f"Xe{A}.jj55": (f"Xe{A}", f"Xe/xe{A}jj55", *JJ55, "origin" if A == 131 else "detect")
        for A in (128, 129, 130, 131, 132, 134, 136)
    },
}  # fmt: skip


def main() -> int:
    """Write the tables that are named, or all."""
    folder, names = Path(sys.argv[1]), sys.argv[2:] or [*CASES, *DENSITIES]
    for name in names:
        if name in DENSITIES:
            _from_densities(folder, name)
            continue
        nuclide, interaction, options = CASES[name]
        file = str(folder / "interactions" / interaction) if "/" in interaction else interaction
        command = ["tabulate", "nuclear", nuclide, "--interaction", file, "--out", str(TABLES / f"{name}.h5")]
        app([*command, *options], standalone_mode=False)
    return 0


def _from_densities(folder: Path, name: str) -> None:
    from weakscatter.matter import nuclide
    from weakscatter.nuclear import read_densities
    from weakscatter.nuclear.tabulate_densities import tabulate_densities
    from weakscatter.response import write_amplitudes

    isotope, file, interaction, citation, sign = DENSITIES[name]
    table = tabulate_densities(
        read_densities(folder / "dmscatter" / f"{file}.dres"),
        nuclide(isotope),
        radial_sign=sign,
        settings={"interaction": interaction, "densities": f"{Path(file).name}.dres of dmscatter (MIT)"},
        citations=("gorton2023", citation),
    )
    write_amplitudes(table, TABLES / f"{name}.h5")


if __name__ == "__main__":
    sys.exit(main())

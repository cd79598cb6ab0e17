"""Compute the levels that the manual draws, from interaction files that a user has.

    python tools/shell_model_levels.py FOLDER

FOLDER holds kshell_snt/ and pybigstick_int/ as the public collections have them. Writes docs/shell_model_levels.csv: our
excitation energies, spins and parities; no element of any interaction.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.cards import run
from weakscatter.provenance.files import write_atomic

SDPF = ["0d5/2", "1s1/2", "0d3/2", "0f7/2", "1p3/2", "0f5/2", "1p1/2"]
ARGON = {"file": "pybigstick_int/SDPF-NR.int", "orbits": SDPF, "core": "O16", "mass_scaling": "none"}
IN_PF = {name: int(name in SDPF[3:]) for name in SDPF}
CASES = {
    "C12": ({"name": "cohen-kurath"}, "none"),
    "Ne20": ({"file": "kshell_snt/usdb.snt"}, "none"),
    "Mg24": ({"file": "kshell_snt/usdb.snt"}, "none"),
    "Si28": ({"file": "kshell_snt/usdb.snt"}, "none"),
    "Ar40": (ARGON, {"excitation": 0, "weights": IN_PF}),
    "Ti44": ({"file": "kshell_snt/gxpf1a.snt"}, "none"),
    "Cr48": ({"file": "kshell_snt/gxpf1a.snt"}, "none"),
    "Fe54": ({"file": "kshell_snt/gxpf1a.snt"}, {"lower": ["0f7/2"], "jumps": 4}),
}


def main() -> int:
    folder = Path(sys.argv[1])
    rows = [
        "# Levels calculated by tools/shell_model_levels.py: index of the nuclide (C12, Ne20, ... in its order)."
    ]
    rows.append("Z (1),A (1),excitation_energy (MeV),J (1),parity (1),dimension (1)")
    for nuclide, (interaction, truncation) in CASES.items():
        given = dict(interaction)
        if "file" in given:
            given["file"] = str(folder / given["file"])
        card = {"task": "shell-model", "nuclide": nuclide, "interaction": given, "truncation": truncation}
        document = run(card | {"states": 10})
        from weakscatter.matter import nuclide as look_up

        found = look_up(nuclide)
        for energy, J, parity in zip(
            document["excitation_energy"].value, document["spin"].value, document["parity"].value, strict=True
        ):
            rows.append(f"{found.Z},{found.A},{energy:.5f},{J:.1f},{parity},{document['dimension'].value}")
        sys.stdout.write(f"{nuclide}: {document['dimension'].value} states\n")
    write_atomic(
        Path(__file__).resolve().parents[1] / "docs" / "shell_model_levels.csv", "\n".join(rows) + "\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

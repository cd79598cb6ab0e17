"""Compute how levels of heavy nuclei converge with the truncation, for the manual, from interaction files that a user has.

    python tools/shell_model_truncations.py FOLDER [most states of a basis, by default 1.1e7]

FOLDER holds kshell_snt/ as the public collection has it. Writes docs/shell_model_truncations.csv: for each nucleus and
number of nucleons lifted out of its lower orbits the dimension, the products, the lowest three levels with their residuals, and
what the run cost: CPU time of one thread, and the largest memory of the process so far, which is that of the
run because bases grow. Rows are written as they come.
"""

import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.cards import run
from weakscatter.matter import nuclide as look_up
from weakscatter.nuclear import particle_hole, read_interaction
from weakscatter.nuclear.basis import count_states
from weakscatter.provenance.files import write_atomic

CASES = {
    "Fe54": ("gxpf1a", ["0f7/2"]),
    "Fe56": ("gxpf1a", ["0f7/2"]),
    "I127": ("sn100pn", ["0g7/2", "1d5/2"]),
    "Xe132": ("sn100pn", ["0g7/2", "1d5/2"]),
    "Cs133": ("sn100pn", ["0g7/2", "1d5/2"]),
}
TITLE = (
    "# Levels by tools/shell_model_truncations.py with at most `jumps` nucleons above the lowest configuration of "
    "0f7/2 (54Fe, 56Fe; GXPF1A) or 0g7/2 and 1d5/2 (others; SN100PN)."
)
HEAD = (
    "Z (1),A (1),jumps (1),dimension (1),products (1),level (1),energy (MeV),excitation_energy (MeV),J (1),"
    "residual (MeV),cpu_seconds (1),memory_megabytes (1)"
)


def main() -> int:
    """Grow every nucleus until its next basis is too large."""
    folder = Path(sys.argv[1]) / "kshell_snt"
    most = float(sys.argv[2]) if len(sys.argv) > 2 else 1.1e7
    target = Path(__file__).resolve().parents[1] / "docs" / "shell_model_truncations.csv"
    rows = [TITLE, HEAD]
    steps = []
    for name, (file, lower) in CASES.items():
        interaction, nucleus = read_interaction(folder / f"{file}.snt"), look_up(name)
        for jumps in range(9):
            truncation = particle_hole(interaction.space, lower, jumps)
            size = count_states(interaction, nucleus.Z, nucleus.N, truncation=truncation)
            if size.dimension > most:
                break
            steps.append((size.dimension, name, jumps))
    done = {}
    for dimension, name, jumps in sorted(steps):
        file, lower = CASES[name]
        card = {
            "task": "shell-model",
            "nuclide": name,
            "interaction": {"file": str(folder / f"{file}.snt")},
            "truncation": {"lower": lower, "jumps": jumps},
            "states": 3,
        }
        begin = time.process_time()
        found, nucleus = run(card), look_up(name)
        cost = time.process_time() - begin
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
        products = found["products"].value
        done[name, jumps] = [
            f"{nucleus.Z},{nucleus.A},{jumps},{dimension},{products},{level},{energy:.5f},{excitation:.5f},{J:.1f},"
            f"{residual:.1e},{cost:.1f},{memory}"
            for level, energy, excitation, J, residual in zip(
                found["state"].value,
                found["energy"].value,
                found["excitation_energy"].value,
                found["spin"].value,
                found["residual"].value,
                strict=True,
            )
        ]
        ordered = [row for key in CASES for j in range(9) for row in done.get((key, j), [])]
        write_atomic(target, "\n".join(rows + ordered) + "\n")
        sys.stdout.write("\n".join(done[name, jumps]) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

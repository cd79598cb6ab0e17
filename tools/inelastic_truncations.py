"""Compute how inelastic over coherent elastic scattering converges with the truncation, for the manual, from interaction files.

    python tools/inelastic_truncations.py FOLDER [NUCLIDE ...]

FOLDER holds kshell_snt/ as the public collection has it. Writes docs/inelastic_truncations.csv: for each nucleus, interaction and number
of nucleons lifted out of its lower orbits the dimension and the share of inelastic scattering at a pion-decay source, the three
flavours together, no quenching. The largest truncation of each is that of the table in the package, which is read.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.flux import pion_decay_at_rest
from weakscatter.interactions import Weak
from weakscatter.matter import nuclide
from weakscatter.model import Target, level_counts, recoil_counts
from weakscatter.nuclear import particle_hole, read_interaction
from weakscatter.nuclear.tabulate import tabulate_nucleus
from weakscatter.provenance.files import write_atomic
from weakscatter.response import NuclearResponse, NuclearTransition, shell_model_amplitudes

#: (nuclide, interaction, lower orbits, jumps of runs made here, jumps of the table in the package)
CASES = (
    ("Fe54", "gxpf1a", ["0f7/2"], (1, 2), 3),
    ("Fe54", "kb3g", ["0f7/2"], (1, 2), 3),
)
TITLE = (
    "# Inelastic over coherent elastic scattering at a pion-decay source by tools/inelastic_truncations.py, with at most `jumps` nucleons above the "
    "lowest configuration of 0f7/2; free axial current."
)
HEAD = "nuclide (1),interaction (1),jumps (1),dimension (1),share (1)"


def share(isotope, table):
    """Return the share of a table."""
    beam, theory = pion_decay_at_rest(1.0, 1.0, 1.0), Weak()
    excited = level_counts(beam, NuclearTransition(isotope, table), theory)
    elastic = recoil_counts(beam, (Target(NuclearResponse(isotope)),), theory)
    return sum(float(x.sum()) for x in excited.values()) / sum(float(x) for x in elastic.values())


def main() -> int:
    """Write the rows of the nuclides that are named, or of all."""
    folder, named = Path(sys.argv[1]) / "kshell_snt", sys.argv[2:]
    rows = [TITLE, HEAD]
    for name, file, lower, jumps, shipped in CASES:
        if named and name not in named:
            continue
        isotope = nuclide(name)
        for jump in (*jumps, shipped):
            if jump == shipped:
                table = shell_model_amplitudes(name, file)
            else:
                interaction = read_interaction(folder / f"{file}.snt")
                truncation = particle_hole(interaction.space, lower, jump)
                table = tabulate_nucleus(
                    interaction, isotope, states=3, truncation=truncation, lanczos=6, photons=None
                )
            rows.append(f"{name},{file},{jump},{table.settings['dimension']},{share(isotope, table):.5f}")
            sys.stdout.write(rows[-1] + "\n")
            sys.stdout.flush()
    target = Path(__file__).resolve().parents[1] / "docs" / "inelastic_truncations.csv"
    write_atomic(target, "\n".join(rows) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Compute how inelastic over coherent elastic scattering converges with the truncation, for the manual, from interaction files.

    python tools/inelastic_truncations.py FOLDER [NUCLIDE ...]

FOLDER holds kshell_snt/ as the public collection has it. Writes docs/inelastic_truncations.csv: for each nucleus, interaction and number
of nucleons lifted out of its lower orbits

- the dimension, and the share of inelastic scattering at a pion-decay source, the three flavours together, no quenching;
- the Gamow-Teller strength of the ground state to all final states of the space, which takes one jump more, and the part of it that the
  final states of the truncation keep;
- the strength that uncorrelated nucleons have outside of the space, because their spin-orbit partner is not in it.

One truncation of 54Fe and of 133Cs is that of the table in the package, which is read.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.flux import pion_decay_at_rest
from weakscatter.interactions import Weak
from weakscatter.matter import nuclide
from weakscatter.model import Target, level_counts, recoil_counts
from weakscatter.nuclear import levels, particle_hole, read_interaction
from weakscatter.nuclear.densities import densities
from weakscatter.nuclear.missing_strength import strength_kept
from weakscatter.nuclear.tabulate import tabulate_nucleus
from weakscatter.provenance.files import write_atomic
from weakscatter.response import NuclearResponse, NuclearTransition, shell_model_amplitudes

JJ55 = ["0g7/2", "1d5/2"]

#: Residual (MeV) of states from which groups of states start.
_SHARP = 1e-10


@dataclass(frozen=True)
class Case:
    """A nucleus and an interaction: jumps out of the lower orbits of runs made here, and of the table in the package if there is one."""

    nuclide: str
    interaction: str
    lower: list[str]
    two_j: int
    jumps: tuple[int, ...]
    shipped: int | None = None
    steps: int = 6
    highest_rank: int = 4
    radial_sign: str = "detect"


CASES = (
    Case("Fe54", "gxpf1a", ["0f7/2"], 0, (1, 2, 4), 3),
    Case("Fe54", "kb3g", ["0f7/2"], 0, (1, 2, 4), 3),
    Case("Cs133", "sn100pn", JJ55, 7, (1,), 0, 3, 2, "origin"),
    Case("I127", "sn100pn", JJ55, 5, (0, 1), None, 3, 2, "origin"),
)
TITLE = (
    "# Inelastic over coherent elastic scattering at a pion-decay source by tools/inelastic_truncations.py, with at most `jumps` nucleons above the "
    "lowest configuration of 0f7/2 (54Fe) or 0g7/2 and 1d5/2 (others); free axial current."
)
HEAD = "nuclide (1),interaction (1),jumps (1),dimension (1),share (1),gamow_teller (1),kept (1),outside (1)"


def share(isotope, table):
    """Return the share of a table."""
    beam, theory = pion_decay_at_rest(1.0, 1.0, 1.0), Weak()
    excited = level_counts(beam, NuclearTransition(isotope, table), theory)
    elastic = recoil_counts(beam, (Target(NuclearResponse(isotope)),), theory)
    return sum(float(x.sum()) for x in excited.values()) / sum(float(x) for x in elastic.values())


def row(case, jumps, folder):
    """Return the row of a truncation."""
    isotope, interaction = nuclide(case.nuclide), read_interaction(folder / f"{case.interaction}.snt")
    truncation = particle_hole(interaction.space, case.lower, jumps)
    found = levels(interaction, isotope.Z, isotope.N, states=3, truncation=truncation, tolerance=_SHARP)
    target = next(i for i, state in enumerate(found.states) if state.two_j == case.two_j)
    inside, whole, outside = strength_kept(found, target, densities(found, pairs=[(target, target)])[0])
    if jumps == case.shipped:
        table = shell_model_amplitudes(case.nuclide, case.interaction)
    else:
        table = tabulate_nucleus(
            interaction, isotope, states=3, two_j=case.two_j, found=found, lanczos=case.steps,
            highest_rank=case.highest_rank, radial_sign=case.radial_sign, photons=None,
        )  # fmt: skip
    strengths = f"{whole:.4g},{inside / whole:.4f},{outside:.4g}"
    numbers = f"{found.dimension},{share(isotope, table):.4g},{strengths}"
    return f"{case.nuclide},{case.interaction},{jumps},{numbers}"


def main() -> int:
    """Write the rows of the nuclides that are named, or of all."""
    folder, named = Path(sys.argv[1]) / "kshell_snt", sys.argv[2:]
    rows = [TITLE, HEAD]
    for case in CASES:
        if named and case.nuclide not in named:
            continue
        every = case.jumps if case.shipped is None else (*case.jumps, case.shipped)
        for jumps in sorted(every):
            rows.append(row(case, jumps, folder))
            sys.stdout.write(rows[-1] + "\n")
            sys.stdout.flush()
    target = Path(__file__).resolve().parents[1] / "docs" / "inelastic_truncations.csv"
    write_atomic(target, "\n".join(rows) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

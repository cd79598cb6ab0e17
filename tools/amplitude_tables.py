"""Write src/weakscatter/response/shell_model_tables/: amplitudes of nuclei whose interaction comes with the package.

    python tools/amplitude_tables.py; python tools/checksums.py

12C in the 0p shell with the (8-16)POT interaction of Cohen and Kurath: the eight lowest states, hbar omega = 45 A^(-1/3) - 25 A^(-2/3) MeV.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.nuclear import levels, oscillator_energy, read_interaction, transition_amplitudes
from weakscatter.nuclear.densities import densities
from weakscatter.response import write_amplitudes

FOLDER = Path(__file__).resolve().parents[1] / "src" / "weakscatter" / "response" / "shell_model_tables"
STATES = 8


def carbon():
    interaction = read_interaction("cohen-kurath")
    found = levels(interaction, 6, 6, states=STATES)
    return transition_amplitudes(
        densities(found, pairs=[(0, f) for f in range(STATES)]),
        interaction.space,
        "C12",
        A=12,
        oscillator_energy=oscillator_energy(12),
        radial_sign="origin",
        settings={"interaction": "cohen-kurath", "space": "0p", "truncation": "none"},
        citations=(interaction.source,),
    )


if __name__ == "__main__":
    print(write_amplitudes(carbon(), FOLDER / "C12.h5"))

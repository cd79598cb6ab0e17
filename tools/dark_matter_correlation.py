"""Write the correlated response R_00 of xenon that published ionisation form factors are compared with.

    python tools/dark_matter_correlation.py

Relativistic RPA of the coupled shells 5p, 5s and 4d, natural multipoles up to J = 8 (6 % of R_00 at 12 keV and 120 eV are in the last one, less
than 2 % elsewhere but for 3 % there at 90 eV). About twenty minutes on one core.
"""

from pathlib import Path

import numpy as np

from weakscatter import constants, units
from weakscatter.atomic import dirac_fock, parse_shells
from weakscatter.atomic.coupled_response import coupled_response

OUT = Path(__file__).parents[1] / "docs" / "dark_matter_correlation.csv"
ENERGY = np.array([18.0, 22.0, 35.0, 50.0, 90.0, 120.0])  # eV, away from resonances below the 4d edge
MOMENTUM = np.array([0.1, 1.4, 4.0, 8.0, 12.0, 16.0, 24.0, 40.0])  # keV
HIGHEST = 8


def main():
    T, q = ENERGY * units.eV / units.hartree, MOMENTUM * units.keV / (constants.alpha * constants.m_e)
    ranks = tuple((J, True) for J in range(HIGHEST + 1))
    found = coupled_response(dirac_fock("Xe"), T, q, ranks, active=tuple(parse_shells(["5p", "5s", "4d"])))
    density = sum(one.responses[0] for one in found) / units.hartree
    lines = [f"# {__doc__.splitlines()[0]}", "energy_transfer (eV),momentum (keV),density (1/keV)"]
    for t, row in zip(ENERGY, density, strict=True):
        lines += [f"{t:g},{k:g},{value * units.keV:.6g}" for k, value in zip(MOMENTUM, row, strict=True)]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

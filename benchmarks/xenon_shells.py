"""Which shells matter for xenon above 3d: the ratio to Henke's table, and velocity over length, for sets of active shells.

    python benchmarks/xenon_shells.py 3d,4d [SET ...]

Seconds of one core for two shells, two minutes for eight.
"""

import sys

import numpy as np

from weakscatter.atomic import dirac_fock, parse_shells, photoabsorption
from weakscatter.response import photoabsorption as table
from weakscatter.units import eV


def main():
    """Print one row for each set."""
    energies = np.array([720.0, 740.0, 760.0, 780.0, 800.0, 830.0]) * eV
    henke = np.asarray(table("Xe")(energies))
    atom = dirac_fock("Xe")
    for names in sys.argv[1:]:
        found = photoabsorption(atom, energies, active=parse_shells(names.split(",")))
        print(
            names,
            np.round(found.sigma_length / henke, 4),
            np.round(found.sigma_velocity / found.sigma_length, 4),
        )


if __name__ == "__main__":
    main()

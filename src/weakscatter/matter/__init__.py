"""What targets are made of: nuclides, natural elements split in isotopes, compounds, ground-state spins, subshells.

Masses and natural abundances are those of periodictable: atomic mass evaluation AME 2020, isotopic compositions
of the IUPAC commission (CIAAW 2021).
"""

from weakscatter.matter.material import Material, material, mixture
from weakscatter.matter.nuclide import Nuclide, isotopes, nuclide
from weakscatter.matter.spins import SPIN_EXPECTATIONS, SpinExpectation
from weakscatter.matter.subshells import (
    EDGE_SOURCES,
    Subshell,
    read_subshells,
    subshell_citations,
    subshells,
)

__all__ = [
    "EDGE_SOURCES",
    "SPIN_EXPECTATIONS",
    "Material",
    "Nuclide",
    "SpinExpectation",
    "Subshell",
    "isotopes",
    "material",
    "mixture",
    "nuclide",
    "read_subshells",
    "subshell_citations",
    "subshells",
]

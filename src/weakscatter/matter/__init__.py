"""What targets are made of: nuclides, natural elements split in isotopes, compounds, ground-state spins.

Masses and natural abundances are those of periodictable: atomic mass evaluation AME 2020, isotopic compositions
of the IUPAC commission (CIAAW 2021).
"""

from weakscatter.matter.material import Material, material, mixture
from weakscatter.matter.nuclide import Nuclide, isotopes, nuclide
from weakscatter.matter.spins import SPIN_EXPECTATIONS, SpinExpectation

__all__ = [
    "SPIN_EXPECTATIONS",
    "Material",
    "Nuclide",
    "SpinExpectation",
    "isotopes",
    "material",
    "mixture",
    "nuclide",
]

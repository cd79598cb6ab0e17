"""Atoms from first principles: Dirac-Fock, multiconfiguration Dirac-Fock, relativistic random phase approximation.

Hartree units inside (m_e = e = hbar = 1, c = 137.036), converted at the door. Call `dirac_fock` or `mcdf` for a state.
The daily path never imports this room: it ends in tables.

Read Johnson, "Atomic Structure Theory" (2007), and Huang and Johnson, Phys. Rev. A 25, 634 (1982).
"""

from __future__ import annotations

from weakscatter.atomic.breit import Breit
from weakscatter.atomic.correlate import CorrelatedTable, correlate
from weakscatter.atomic.edges import measured_edges
from weakscatter.atomic.independent_particle import independent_particle
from weakscatter.atomic.nucleus import Nucleus, fermi_nucleus
from weakscatter.atomic.photoabsorption import (
    Photoabsorption,
    photoabsorption,
    response_mesh,
    static_polarisability,
)
from weakscatter.atomic.polarisability import Polarisability
from weakscatter.atomic.resonances import Resonances, resonances
from weakscatter.atomic.shells import (
    Configuration,
    Shell,
    ground_configuration,
    parse_configuration,
    parse_shells,
)
from weakscatter.atomic.splines import Mesh
from weakscatter.atomic.state import BOUND_MESH, AtomicState, dirac_fock, mcdf
from weakscatter.atomic.tabulate import AtomicTable, tabulate

__all__ = [
    "BOUND_MESH", "AtomicState", "AtomicTable", "Breit", "Configuration", "CorrelatedTable", "Mesh", "Nucleus", "Photoabsorption", "Polarisability", "Resonances", "Shell", "correlate", "dirac_fock", "fermi_nucleus",
    "ground_configuration", "independent_particle", "mcdf", "measured_edges", "parse_configuration", "parse_shells",
    "photoabsorption", "resonances", "response_mesh", "static_polarisability", "tabulate",
]  # fmt: skip

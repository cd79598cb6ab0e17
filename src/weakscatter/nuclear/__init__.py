"""Ab initio nuclear structure: shell-model spectra, densities and strengths from an interaction file.

The wing solves the m-scheme shell model in a space of proton and neutron orbits outside a closed core (Caurier et
al., Rev. Mod. Phys. 77 (2005) 427). It ends in tables that `weakscatter.response` keeps; nothing above imports it
except `cards` and `cli` for their own tasks. Energies in MeV.

`read_interaction` reads a file, `levels` solves, `densities` and `strength` connect states. Names are loaded on first use;
the solver needs Numba only to compile its kernels once (`weakscatter.nuclear.native`).
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weakscatter.nuclear.amplitudes import transition_amplitudes
    from weakscatter.nuclear.density_file import DensityFile
    from weakscatter.nuclear.density_reading import as_density_file, read_densities, write_densities
    from weakscatter.nuclear.interaction import Interaction, MassScaling, ModelSpace, Orbit
    from weakscatter.nuclear.multipole_operators import multipole_element, multipole_polynomial
    from weakscatter.nuclear.operators import (
        OneBodyOperator,
        electric_quadrupole,
        gamow_teller_neutral,
        magnetic_dipole,
        oscillator_energy,
    )
    from weakscatter.nuclear.orbit_list import read_orbits, write_sps
    from weakscatter.nuclear.oxbash_writer import write_int
    from weakscatter.nuclear.reading import read_interaction
    from weakscatter.nuclear.shell import Truncation, particle_hole
    from weakscatter.nuclear.snt import write_snt
    from weakscatter.nuclear.spectrum import levels
    from weakscatter.nuclear.states import Density, Levels, State
    from weakscatter.nuclear.strengths import (
        magnetic_moment,
        occupations,
        quadrupole_moment,
        reduced_element,
        spin_expectations,
        strength,
    )

_ROOM = {
    "transition_amplitudes": "amplitudes",
    "DensityFile": "density_file",
    "as_density_file": "density_reading",
    "read_densities": "density_reading",
    "write_densities": "density_reading",
    "Interaction": "interaction",
    "MassScaling": "interaction",
    "ModelSpace": "interaction",
    "Orbit": "interaction",
    "multipole_element": "multipole_operators",
    "multipole_polynomial": "multipole_operators",
    "OneBodyOperator": "operators",
    "electric_quadrupole": "operators",
    "gamow_teller_neutral": "operators",
    "magnetic_dipole": "operators",
    "oscillator_energy": "operators",
    "read_orbits": "orbit_list",
    "write_sps": "orbit_list",
    "write_int": "oxbash_writer",
    "read_interaction": "reading",
    "Truncation": "shell",
    "particle_hole": "shell",
    "write_snt": "snt",
    "levels": "spectrum",
    "Density": "states",
    "Levels": "states",
    "State": "states",
    "magnetic_moment": "strengths",
    "occupations": "strengths",
    "quadrupole_moment": "strengths",
    "reduced_element": "strengths",
    "spin_expectations": "strengths",
    "strength": "strengths",
}

__all__ = [
    "Density",
    "DensityFile",
    "Interaction",
    "Levels",
    "MassScaling",
    "ModelSpace",
    "OneBodyOperator",
    "Orbit",
    "State",
    "Truncation",
    "as_density_file",
    "electric_quadrupole",
    "gamow_teller_neutral",
    "levels",
    "magnetic_dipole",
    "magnetic_moment",
    "multipole_element",
    "multipole_polynomial",
    "occupations",
    "oscillator_energy",
    "particle_hole",
    "quadrupole_moment",
    "read_densities",
    "read_interaction",
    "read_orbits",
    "reduced_element",
    "spin_expectations",
    "strength",
    "transition_amplitudes",
    "write_densities",
    "write_int",
    "write_snt",
    "write_sps",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ROOM[name]}"), name)

"""Which neutrino state: mixing, change of basis, density matrices and their propagation, effective moments.

A beam carries a density matrix rho[i, i'] in a named basis; charges are matrices c[f, i] in a named basis; rates are
Tr[c rho c^dagger]. `change_basis` is the only place where a basis changes, and mixing two bases is an error.
"""

from __future__ import annotations

from weakscatter.mixing.adiabatic import adiabatic_probabilities, two_flavour_probabilities
from weakscatter.mixing.basis import InBasis, change_basis, in_basis, require_one_basis, rotation
from weakscatter.mixing.earth import Exposure, earth_density, earth_states, night_exposure
from weakscatter.mixing.effective import (
    dipole_matrix,
    effective_moment,
    majorana_moduli,
    moments_of_dipole_matrix,
    short_baseline_moments,
    solar_moment,
    solar_weights,
    transition_matrix,
    transition_moments,
)
from weakscatter.mixing.matter import MatterPotential, matter_potential, standard_potential
from weakscatter.mixing.pmns import Mixing
from weakscatter.mixing.propagation import AVERAGED, averaged, checked_baseline, phases, propagate
from weakscatter.mixing.solar import (
    EARTH_ENERGIES,
    OSCILLATIONS,
    TIMES,
    Production,
    SolarPropagation,
    earth_regeneration,
)
from weakscatter.mixing.state import flavour_state

__all__ = [
    "AVERAGED", "EARTH_ENERGIES", "OSCILLATIONS", "TIMES", "Exposure", "InBasis", "MatterPotential", "Mixing", "Production", "SolarPropagation",
    "adiabatic_probabilities", "averaged", "change_basis", "checked_baseline", "dipole_matrix", "earth_density", "earth_regeneration",
    "earth_states", "effective_moment", "flavour_state", "in_basis", "majorana_moduli", "matter_potential",
    "moments_of_dipole_matrix", "night_exposure", "phases", "propagate", "require_one_basis", "rotation",
    "short_baseline_moments", "solar_moment", "solar_weights", "standard_potential", "transition_matrix",
    "transition_moments", "two_flavour_probabilities",
]  # fmt: skip

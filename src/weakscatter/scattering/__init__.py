"""One formula per Lorentz structure, the fold of beam, kernel and response, and absorption by atoms."""

from __future__ import annotations

from weakscatter.scattering.absorption import (
    AxionLikeParticle,
    DarkPhoton,
    Photon,
    absorption_cross_section,
    absorption_spectrum,
    halo_absorption_rate,
)
from weakscatter.scattering.conjugation import helicity, seen_by
from weakscatter.scattering.elastic import (
    moment_crossing_on_electrons,
    moment_crossing_on_nucleus,
    projectile_energy_min,
    recoil_cosine,
    recoil_energy_max,
)
from weakscatter.scattering.fold import Folded, contract, fold, fold_beam
from weakscatter.scattering.hydrogen import (
    hydrogen_elastic,
    hydrogen_elastic_total,
    hydrogen_excitation,
    hydrogen_excitation_total,
    hydrogen_ionisation,
    hydrogen_ionisation_total,
    ionisation_amplitude,
    ionisation_interference,
)
from weakscatter.scattering.ionisation import (
    ShellRows,
    ionisation_spectra,
    momentum_window,
    shell_rows,
    smallest_mass,
)
from weakscatter.scattering.kernels import DARK_KERNELS, KERNELS, MASSIVE_KERNELS
from weakscatter.scattering.kinematics import lowest_energy, open_window
from weakscatter.scattering.lepton_tensors import LeptonTensor, dark_tensor, sterile_tensor
from weakscatter.scattering.medium import Medium
from weakscatter.scattering.migdal import (
    interference_bound,
    recoil_ionisation,
    recoil_ionisation_of_photons,
    recoil_ionisation_spectrum,
    recoil_momentum,
)
from weakscatter.scattering.slots import slot_matrices, slots
from weakscatter.scattering.sterile_absorption import (
    line_by_scattering,
    sterile_absorption_spectrum,
    sterile_line_rate,
)

__all__ = [
    "DARK_KERNELS",
    "KERNELS",
    "MASSIVE_KERNELS",
    "AxionLikeParticle",
    "DarkPhoton",
    "Folded",
    "LeptonTensor",
    "Medium",
    "Photon",
    "ShellRows",
    "absorption_cross_section",
    "absorption_spectrum",
    "contract",
    "dark_tensor",
    "fold",
    "fold_beam",
    "halo_absorption_rate",
    "helicity",
    "hydrogen_elastic",
    "hydrogen_elastic_total",
    "hydrogen_excitation",
    "hydrogen_excitation_total",
    "hydrogen_ionisation",
    "hydrogen_ionisation_total",
    "interference_bound",
    "ionisation_amplitude",
    "ionisation_interference",
    "ionisation_spectra",
    "line_by_scattering",
    "lowest_energy",
    "moment_crossing_on_electrons",
    "moment_crossing_on_nucleus",
    "momentum_window",
    "open_window",
    "projectile_energy_min",
    "recoil_cosine",
    "recoil_energy_max",
    "recoil_ionisation",
    "recoil_ionisation_of_photons",
    "recoil_ionisation_spectrum",
    "recoil_momentum",
    "seen_by",
    "shell_rows",
    "slot_matrices",
    "slots",
    "smallest_mass",
    "sterile_absorption_spectrum",
    "sterile_line_rate",
    "sterile_tensor",
]

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
from weakscatter.scattering.fold import Folded, contract, fold
from weakscatter.scattering.kernels import KERNELS, MASSIVE_KERNELS
from weakscatter.scattering.kinematics import lowest_energy, open_window
from weakscatter.scattering.medium import Medium
from weakscatter.scattering.slots import slot_matrices, slots

__all__ = [
    "KERNELS",
    "MASSIVE_KERNELS",
    "AxionLikeParticle",
    "DarkPhoton",
    "Folded",
    "Medium",
    "Photon",
    "absorption_cross_section",
    "absorption_spectrum",
    "contract",
    "fold",
    "halo_absorption_rate",
    "helicity",
    "lowest_energy",
    "moment_crossing_on_electrons",
    "moment_crossing_on_nucleus",
    "open_window",
    "projectile_energy_min",
    "recoil_cosine",
    "recoil_energy_max",
    "seen_by",
    "slot_matrices",
    "slots",
]

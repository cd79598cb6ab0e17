"""One formula per Lorentz structure, and the fold of beam, kernel and response."""

from __future__ import annotations

from weakscatter.scattering.conjugation import helicity, seen_by
from weakscatter.scattering.fold import Folded, contract, fold
from weakscatter.scattering.kernels import KERNELS, MASSIVE_KERNELS
from weakscatter.scattering.kinematics import lowest_energy, open_window
from weakscatter.scattering.slots import slot_matrices, slots

__all__ = [
    "KERNELS", "MASSIVE_KERNELS", "Folded", "contract", "fold", "helicity", "lowest_energy", "open_window", "seen_by",
    "slot_matrices", "slots",
]  # fmt: skip

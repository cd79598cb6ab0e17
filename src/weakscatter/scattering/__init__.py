"""One formula per Lorentz structure, and the fold of beam, kernel and response."""

from __future__ import annotations

from weakscatter.scattering.conjugation import helicity, seen_by
from weakscatter.scattering.fold import Folded, contract, fold
from weakscatter.scattering.kernels import KERNELS
from weakscatter.scattering.slots import slot_matrices, slots

__all__ = ["KERNELS", "Folded", "contract", "fold", "helicity", "seen_by", "slot_matrices", "slots"]

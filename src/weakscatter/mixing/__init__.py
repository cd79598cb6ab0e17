"""Which neutrino state: density matrices and the change of basis.

A beam carries a density matrix rho[i, i'] in a named basis; charges are matrices c[f, i] in a named basis; rates are
Tr[c rho c^dagger]. `change_basis` is the only place where a basis changes, and mixing two bases is an error.
"""

from __future__ import annotations

from weakscatter.mixing.basis import change_basis, require_one_basis
from weakscatter.mixing.state import flavour_state

__all__ = ["change_basis", "flavour_state", "require_one_basis"]

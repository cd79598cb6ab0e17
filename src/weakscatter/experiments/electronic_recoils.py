"""Electronic recoils in a detector of nuclear recoils that cannot tell them apart: the same bins, unquenched.

What neutrinos do to electrons is negligible here in the Standard Model, and decides the limits on millicharges, magnetic
moments and light mediators, whose electronic recoils lie at low energy.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from weakscatter.grids import panels
from weakscatter.matter import material, subshells
from weakscatter.model import RecoilGrid, Target, electron_targets
from weakscatter.provenance.errors import unknown
from weakscatter.response import FreeElectrons, Stepping

#: What an experiment's option `electrons` may say.
ELECTRONS = ("stepping", "free", "none")

_POINTS = 3  # Gauss-Legendre nodes of a panel


@lru_cache(maxsize=32)
def _response(symbol: str, electrons: str) -> Any:
    shells = subshells(symbol)
    if electrons == "free":
        return FreeElectrons(sum(shell.occupation for shell in shells))
    return Stepping(shells)


def electronic_recoils(substance: str, mass: Any, electrons: str) -> tuple[Target, ...]:
    """The atoms of a crystal as targets for scattering on electrons; none for "none".

    Parameters
    ----------
    substance : name of a material, "CsI".
    mass : of the detector (natural units).
    electrons : "stepping" (binding energies as measured), "free" (every electron at rest, none bound) or "none".

    Raises
    ------
    InputError : another word.
    """
    check_electrons(electrons)
    if electrons == "none":
        return ()
    return electron_targets(material(substance), mass, lambda symbol: _response(symbol, electrons))


def check_electrons(electrons: str) -> None:
    """Refuse what is no word of `ELECTRONS`."""
    if electrons not in ELECTRONS:
        raise unknown("treatment of electrons", electrons, ELECTRONS)


def electronic_grid(targets: tuple[Target, ...], low: float, high: float, step: float) -> RecoilGrid:
    """Nodes from `low` to `high` (MeV), where a detector sees electronic recoils.

    Panels end at the edges of the atoms, and are neither wider than `step` nor than half their energy: spectra fall
    like 1/T or 1/T^2. Give ends that the window's resolution does not reach; they are not those of the spectrum.
    """
    kinks = [kink for target in targets for kink in target.response.kinks if low < kink < high]
    ladder = np.geomspace(low, high, int(np.ceil(np.log(high / low) / np.log(3 / 2))) + 1)
    rungs = np.linspace(low, high, int(np.ceil((high - low) / step)) + 1)
    return RecoilGrid(*panels(np.unique([*ladder, *rungs, *kinks]), _POINTS))

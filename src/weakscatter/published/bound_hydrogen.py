"""Our numbers for hydrogen: what approximations give, divided by the exact contraction."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from weakscatter.flux import monoenergetic
from weakscatter.interactions import Millicharge, UniversalMagneticMoment, Weak, tree_couplings
from weakscatter.matter import Subshell
from weakscatter.model import differential_cross_section
from weakscatter.response import (
    EquivalentPhoton,
    FreeElectrons,
    Hydrogenic,
    InfraredMass,
    Stepping,
    hydrogenic_photoabsorption,
    ionisation_energy,
)
from weakscatter.units import MeV, eV, keV


def over_full(theory: Any, approximation: str, energy: float, T: float) -> float:
    """Cross section of nu_e by one approximation ("stepping" or "photons") over that of the full contraction."""
    mass = InfraredMass(1 * eV)
    full = Hydrogenic(1, mass)
    other: Any = (
        Stepping((Subshell("1s", float(ionisation_energy(1)), 1.0),))
        if approximation == "stepping"
        else EquivalentPhoton(partial(hydrogenic_photoabsorption, Z=1), mass)
    )
    beam = monoenergetic("e", energy)
    ours, exact = (
        np.asarray(differential_cross_section(beam, response, theory, np.array([T])))[0]
        for response in (other, full)
    )
    return float(ours / exact)


def bound_hydrogen_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything}."""
    weak, moment = Weak(tree_couplings()), UniversalMagneticMoment(1e-11)
    charge = Millicharge(1e-12 * np.eye(3, dtype=complex))
    rows: dict[str, Callable[[], float]] = {
        "free_end": lambda: float(FreeElectrons(1.0).recoil_energy_max(10 * keV)) / keV,
        "weak_away_from_edge": partial(over_full, weak, "stepping", 1 * MeV, 1 * keV),
        "moment_away_from_edge": partial(over_full, moment, "stepping", 1 * MeV, 1 * keV),
        "moment_photons_end": partial(over_full, moment, "photons", 10 * keV, 9.99 * keV),
        "charge_photons": partial(over_full, charge, "photons", 1 * MeV, 14 * eV),
    }
    return {f"bound_hydrogen.{id}": partial(_alone, ours) for id, ours in rows.items()}


def _alone(ours: Callable[[], float], results: Any) -> float:
    return ours()

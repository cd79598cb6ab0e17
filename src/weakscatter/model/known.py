"""Rates that are not known: compiled code answers a table asked outside itself with NaN, which no caller may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from weakscatter.flux import Beam
from weakscatter.grids import is_concrete
from weakscatter.model.target import Target
from weakscatter.provenance.errors import InputError
from weakscatter.scattering import open_window
from weakscatter.units import keV


def require_reach(beam: Beam, targets: tuple[Target, ...], T: Any) -> None:
    """Raise `InputError` where tables of a target's response lack what the beam's fastest particle asks at recoils T [T] (MeV).

    Traced numbers pass.
    """
    tops = [component.energies[1] for component in beam.components]
    asked = [target.response for target in targets if hasattr(target.response, "require_reach")]
    if asked and tops and is_concrete(T) and all(is_concrete(top) for top in tops):
        window = open_window(max(float(top) for top in tops), np.asarray(T, float), 0, 0)
        for response in asked:
            response.require_reach(np.asarray(T, float), window)


def require_known(rates: Mapping[str, Any], beam: Beam, lowest: float) -> Mapping[str, Any]:
    """Return rates {component: numbers} of recoils from `lowest` (MeV) on; traced ones pass.

    Raises
    ------
    InputError : a number that is none. The message names the component and the energy where its spectrum begins.
    """
    if not all(is_concrete(rate) for rate in rates.values()):
        return rates
    for component in beam.components:
        if component.label in rates and np.any(np.isnan(np.asarray(rates[component.label]))):
            begins = float(component.energies[0])
            why = (
                f"its spectrum is known from {begins:.6g} MeV on, and recoils of {lowest / keV:.6g} keV are made by neutrinos of "
                "less too. Ask for larger recoil energies, or give a spectrum that reaches lower"
                if begins > 0
                else "the inputs are too large or too small to be multiplied. Check their units"
            )
            raise InputError(f"The rate of {component.label!r} is not known: {why}.")
    return rates

"""Limits on complex entries: the modulus with its phase profiled, unless the card says otherwise.

An entry M = modulus exp(i phase) has two parameters, `charge_radius_emu` and `charge_radius_emu_phase`. A card that limits the
modulus profiles the phase by default. It holds the phase where it is fixed in the card, where the imaginary part is named
in its place, and where no expected count depends on it (entries that interfere with nothing).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from weakscatter.experiments import Analysis
from weakscatter.interactions import theory_parameters

#: Relative change of an expected count that is no rounding error.
_SEEN = 1e-9
_ANGLES = (0.0, 1.0, 2.5)


def phase_of(full: Mapping[str, Any], nature: str) -> str:
    """Return the name of the phase that is to be profiled with the limited parameter, "" where there is none."""
    phase = f"{full['parameter']}_phase"
    named = {*full["profile"], *full["fixed"]}
    known = theory_parameters(nature)
    return phase if phase in known and not {phase, f"{full['parameter']}_im"} & named else ""


def is_seen(analyses: tuple[Analysis, ...], modulus: str, phase: str) -> bool:
    """Whether any expected count depends on the phase at a modulus of one unit."""
    for analysis in analyses:
        names = {parameter.name for parameter in analysis.parameters}
        if not {modulus, phase} <= names:
            continue
        counts = np.array(
            [
                sum(analysis.predict({modulus: 1.0, phase: angle}).values(), start=np.zeros(()))
                for angle in _ANGLES
            ]
        )
        if np.max(np.abs(np.diff(counts, axis=0))) > _SEEN * np.max(np.abs(counts)):
            return True
    return False

"""Experiments: one folder each with data, SOURCE.toml and choice of parts; no formulas of their own.

`experiment("coherent_csi_2021")` makes one; a user's own is any object with the attributes listed in `analysis.py`.
"""

from __future__ import annotations

from typing import Any

from weakscatter.experiments.analysis import Analysis, analyse, available_parameters, joint_likelihood
from weakscatter.experiments.coherent_csi_2021 import CoherentCsI2021
from weakscatter.experiments.scaling import Pull, Strength
from weakscatter.provenance.errors import InputError, nearest

EXPERIMENTS: dict[str, Any] = {
    "coherent_csi_2021": CoherentCsI2021,
}


def experiment(name: str, **options: Any) -> Any:
    """A built-in experiment by name, with its options.

    Raises
    ------
    InputError : an unknown name or option.
    """
    if name not in EXPERIMENTS:
        raise InputError(
            f"Experiment {name!r} is unknown; available are {', '.join(EXPERIMENTS)}.{nearest(name, list(EXPERIMENTS))}"
        )
    try:
        return EXPERIMENTS[name](**options)
    except TypeError as error:
        raise InputError(f"Experiment {name!r} does not take these options: {error}.") from None


__all__ = [
    "EXPERIMENTS", "Analysis", "CoherentCsI2021", "Pull", "Strength", "analyse", "available_parameters", "experiment",
    "joint_likelihood",
]  # fmt: skip

"""The unit of a built-in parameter, for results that carry values and names only."""

from __future__ import annotations

from functools import lru_cache

from weakscatter.experiments import EXPERIMENTS, experiment
from weakscatter.interactions import theory_parameters


@lru_cache(maxsize=1)
def _units() -> dict[str, str]:
    theories = {owner: owner().parameters for owner in theory_parameters().values()}
    units = {parameter.name: parameter.unit for parameters in theories.values() for parameter in parameters}
    for name in EXPERIMENTS:
        units |= {parameter.name: parameter.unit for parameter in experiment(name).parameters}
    return units


def unit_of(name: str) -> str:
    """The unit in which a built-in theory or experiment counts this parameter; "" for one it does not know.

    >>> unit_of("charge_radius_ee")
    '1e-32 cm^2'
    """
    return _units().get(name, "")

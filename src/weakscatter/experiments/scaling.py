"""How parameters multiply whole components of an experiment's prediction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Pull:
    """A relative pull: components are multiplied by 1 + value. Shared between experiments by name."""

    parameter: str
    components: tuple[str, ...]

    def factor(self, value: Any) -> Any:
        return 1.0 + value


@dataclass(frozen=True, eq=False)
class Strength:
    """A strength: components are multiplied by the value itself (1 in the Standard Model)."""

    parameter: str
    components: tuple[str, ...]

    def factor(self, value: Any) -> Any:
        return value


def scaled(
    components: Mapping[str, Any], scalings: tuple[Any, ...], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Components [b, s] after every scaling whose parameter has a value."""
    result = dict(components)
    for scaling in scalings:
        if scaling.parameter in values:
            for name in scaling.components:
                result[name] = result[name] * scaling.factor(values[scaling.parameter])
    return result

"""Error budget of a prediction, obtained by moving each input by its error and predicting again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import hypot
from typing import Any

from weakscatter.inference.parameter import Parameter
from weakscatter.provenance.errors import InputError, nearest


@dataclass(frozen=True)
class Move:
    """Change of the prediction when one input goes down and up by one standard deviation."""

    cause: str
    down: float
    up: float
    description: str = ""

    @property
    def size(self) -> float:
        """Half the distance between the two predictions."""
        return abs(self.up - self.down) / 2


@dataclass(frozen=True, eq=False)
class Budget:
    """A central value and the moves of independent inputs; `total` adds their sizes in quadrature."""

    central: float
    moves: tuple[Move, ...]

    @property
    def total(self) -> float:
        return hypot(*(move.size for move in self.moves)) if self.moves else 0.0

    @property
    def dominant(self) -> str:
        """Cause of the largest move."""
        return max(self.moves, key=lambda move: move.size).cause if self.moves else "none"

    def without(self, *causes: str) -> Budget:
        """The budget with some causes switched off.

        Raises
        ------
        InputError : a cause that is not in the budget.
        """
        known = [move.cause for move in self.moves]
        for cause in causes:
            if cause not in known:
                raise InputError(
                    f"The error budget has no cause {cause!r}; it has {', '.join(known)}.{nearest(cause, known)}"
                )
        return replace(self, moves=tuple(move for move in self.moves if move.cause not in causes))

    def to_dict(self) -> dict[str, Any]:
        rows = {m.cause: {"down": m.down, "up": m.up, "description": m.description} for m in self.moves}
        return {"central": self.central, "total": self.total, "dominant": self.dominant, "moves": rows}


def error_budget(predict: Callable[[Mapping[str, float]], float], parameters: Iterable[Parameter]) -> Budget:
    """Move every constrained parameter by its error, the others at their start.

    Parameters
    ----------
    predict : {name: value} -> number; values not given are nominal.
    parameters : those without a constraint are left out.

    Notes
    -----
    A move that leaves the parameter's bounds stops at the bound.
    """
    central = float(predict({}))
    moves = []
    for parameter in parameters:
        if parameter.sigma is None:
            continue
        low = max(parameter.value - parameter.sigma, parameter.lower)
        high = min(parameter.value + parameter.sigma, parameter.upper)
        down, up = (float(predict({parameter.name: value})) - central for value in (low, high))
        moves.append(Move(parameter.name, down, up, parameter.description))
    return Budget(central, tuple(moves))

"""Error budgets: a number or a curve, and how far each independent input moves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from weakscatter.provenance.errors import InputError, nearest


@dataclass(frozen=True)
class Move:
    """Change of the prediction when one input goes down and up by one standard deviation: numbers, or arrays."""

    cause: str
    down: Any
    up: Any
    description: str = ""

    @property
    def half(self) -> Any:
        """Half the difference of the two predictions, with its sign: what adds up over points that move together."""
        return (self.up - self.down) / 2

    @property
    def size(self) -> Any:
        """Half the distance between the two predictions."""
        return abs(self.half)


@dataclass(frozen=True, eq=False)
class Budget:
    """A central value and the moves of independent inputs; `total` adds their sizes in quadrature.

    All may be arrays of one shape: the total is then the half-width of the (symmetric) error band of a curve.
    """

    central: Any
    moves: tuple[Move, ...]

    @property
    def total(self) -> Any:
        total = np.sqrt(sum((np.square(move.half) for move in self.moves), np.zeros(np.shape(self.central))))
        return total if np.ndim(total) else float(total)

    @property
    def dominant(self) -> str:
        """Cause of the largest move; along a curve that with the largest sum of squares."""
        if not self.moves:
            return "none"
        return max(self.moves, key=lambda move: float(np.sum(np.square(move.half)))).cause

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

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Budget:
        """Return the budget that `to_dict` wrote."""
        moves = content["moves"].items()
        return cls(
            _array(content["central"]),
            tuple(Move(c, _array(m["down"]), _array(m["up"]), m["description"]) for c, m in moves),
        )

    def to_dict(self) -> dict[str, Any]:
        rows = {
            m.cause: {"down": plain(m.down), "up": plain(m.up), "description": m.description}
            for m in self.moves
        }
        return {
            "central": plain(self.central),
            "total": plain(self.total),
            "dominant": self.dominant,
            "moves": rows,
        }


def plain(value: Any) -> Any:
    """Return a number or nested lists."""
    return np.asarray(value).tolist()


def _array(content: Any) -> Any:
    return np.array(content, dtype=np.float64) if isinstance(content, list) else content

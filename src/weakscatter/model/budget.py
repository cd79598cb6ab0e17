"""Error budget of a prediction, obtained by moving each input by its error and predicting again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from weakscatter.inference.budget import Budget, Move
from weakscatter.inference.parameter import Parameter


def error_budget(predict: Callable[[Mapping[str, float]], Any], parameters: Iterable[Parameter]) -> Budget:
    """Move every constrained parameter by its error, the others at their start.

    Parameters
    ----------
    predict : {name: value} -> number or array; values not given are nominal. An array gives an error band.
    parameters : those without a constraint are left out.

    Notes
    -----
    A move that leaves the parameter's bounds stops at the bound.

    Examples
    --------
    >>> curve = error_budget(lambda v: np.array([1.0, 2.0]) * v.get("x", 1.0), [Parameter("x", 1.0, sigma=0.1)])
    >>> curve.total.round(12).tolist()
    [0.1, 0.2]
    """
    central = _number(predict({}))
    moves = []
    for parameter in parameters:
        if parameter.sigma is None:
            continue
        low = max(parameter.value - parameter.sigma, parameter.lower)
        high = min(parameter.value + parameter.sigma, parameter.upper)
        down, up = (_number(predict({parameter.name: value})) - central for value in (low, high))
        moves.append(Move(parameter.name, down, up, parameter.description))
    return Budget(central, tuple(moves))


def _number(value: Any) -> Any:
    array = np.asarray(value, dtype=float)
    return array if array.ndim else float(array)

"""What a figure accepts: arrays that belong together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from weakscatter.provenance.errors import InputError


def array(what: str, given: Any, dimensions: int = 1) -> np.ndarray:
    """`given` as a float array of `dimensions` dimensions, not empty; None becomes NaN, which is not drawn."""
    try:
        result = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise InputError(
            f"{what} must be an array of numbers with {dimensions} dimension(s); it is not."
        ) from None
    if dimensions == 1:
        result = np.atleast_1d(result)
    if result.ndim != dimensions or result.size == 0:
        raise InputError(
            f"{what} has shape {result.shape}; an array with {dimensions} dimension(s) that is not empty is wanted."
        )
    return result


def increasing(what: str, given: Any, at_least: int = 1) -> np.ndarray:
    """A finite, strictly increasing array of `at_least` values."""
    result = array(what, given)
    if not np.all(np.isfinite(result)) or np.any(np.diff(result) <= 0):
        raise InputError(
            f"{what} must be finite and increase without repetition. Sort it and remove what repeats."
        )
    if result.size < at_least:
        raise InputError(f"{what} holds {result.size} value(s); at least {at_least} are needed to draw.")
    return result


def shaped(what: str, given: Any, shape: tuple[int, ...], like: str) -> np.ndarray:
    """An array of exactly this shape, which is that of `like`."""
    result = array(what, given, len(shape))
    if result.shape != shape:
        raise InputError(
            f"{what} has shape {result.shape}, but {like} calls for {shape}. Give one value for each."
        )
    return result


def curves(what: str, given: Any, shape: tuple[int, ...], like: str) -> dict[str, np.ndarray]:
    """A non-empty mapping from labels to arrays of one shape."""
    if not isinstance(given, Mapping) or not given:
        raise InputError(
            f"{what} must be a mapping {{label: array}} with at least one entry; got {type(given).__name__}."
        )
    return {str(label): shaped(f"{what}[{label!r}]", values, shape, like) for label, values in given.items()}

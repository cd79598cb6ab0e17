"""Critical values found by toys at many points: the map that an interval or a region is read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakscatter.inference import report
from weakscatter.inference.newton import Floats

_ARRAYS = ("critical", "critical_error", "p_value", "p_error", "toys", "lost")


@dataclass(frozen=True, eq=False)
class CriticalMap:
    """Critical values t_C of -2 ln L by confidence, with errors, and p-values of the data.

    Parameters
    ----------
    confidences : tuple of float
    critical : array [confidences, *shape]
        Interpolated between the points that have toys; NaN where nothing is known.
    critical_error : array [confidences, *shape]
        Standard error from the number of toys; 0 where every outcome was listed.
    p_value, p_error : arrays [*shape]
        Of the data at each point, with binomial error; NaN without toys.
    toys, lost : arrays [*shape]
        Toys that converged (outcomes, where these were listed) and toys that did not.
    exact : bool
        Every outcome was listed at every point: no random error.
    seed : int
    workers : who computed the toys
    """

    confidences: tuple[float, ...]
    critical: Floats
    critical_error: Floats
    p_value: Floats
    p_error: Floats
    toys: NDArray[np.int64]
    lost: NDArray[np.int64]
    exact: bool
    seed: int
    workers: tuple[str, ...] = ()

    @property
    def coverage_error(self) -> Floats:
        """How far the coverage at each point may be from the confidence because toys are finite [confidences, *shape].

        One standard deviation, sqrt(C (1 - C)/N); NaN where the critical value is interpolated, 0 where it is exact.
        """
        c = np.array(self.confidences).reshape(-1, *(1,) * self.toys.ndim)
        if self.exact:
            return np.where(self.toys > 0, 0.0, np.nan) + 0.0 * c
        return np.where(self.toys > 0, np.sqrt(c * (1 - c) / np.maximum(self.toys, 1)), np.nan)

    @property
    def total(self) -> int:
        """Toys of all points."""
        return int(self.toys.sum() + self.lost.sum())

    def summary(self) -> str:
        """Return one line."""
        if self.exact:
            return "every outcome listed, no toys"
        most = int(self.toys.max(initial=0))
        return (
            f"{self.total} toys at {int(np.sum(self.toys > 0))} points, up to {most} at one, seed {self.seed}; "
            f"{int(self.lost.sum())} lost"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; None where there is no number. Who computed the toys is not part of the result."""
        content: dict[str, Any] = {
            "confidences": list(self.confidences),
            "exact": self.exact,
            "seed": self.seed,
        }
        return content | {name: _plain(getattr(self, name)) for name in _ARRAYS}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> CriticalMap:
        """Return the map that `to_dict` wrote."""
        arrays: dict[str, Any] = {name: report.array_of(content[name]) for name in _ARRAYS}
        for name in ("toys", "lost"):
            arrays[name] = arrays[name].astype(np.int64)
        known = {f.name for f in fields(cls)} - {"confidences", "workers"} - set(_ARRAYS)
        return cls(
            confidences=tuple(content["confidences"]), **arrays, **{name: content[name] for name in known}
        )


def _plain(array: Any) -> Any:
    """Nested lists with None for what is not finite."""
    array = np.asarray(array)
    if array.dtype.kind in "iu":
        return array.tolist()
    whole = array.astype(object)
    whole[~np.isfinite(array)] = None
    return whole.tolist()

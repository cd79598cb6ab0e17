"""What a scan is: the profile likelihood on a grid, with critical values by toys where they were asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakscatter.inference import report
from weakscatter.inference.critical_map import CriticalMap
from weakscatter.inference.newton import Floats
from weakscatter.inference.profile import plain
from weakscatter.inference.toys import TIE
from weakscatter.inference.wilks import critical_value, critical_value_2d
from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class ScanResult:
    """Profile likelihood on a grid.

    Parameters
    ----------
    grid : {name: values}
        Axes; ``q`` has one dimension for each, in this order.
    q : array
        -2 ln L, NaN where no minimisation converged.
    delta : array
        ``q`` minus ``minimum``.
    minimum : float
        Lowest -2 ln L over the scanned and floating parameters together (not only on the grid).
    best_fit : {name: value}
        Where it lies.
    theta : {name: array}
        Floating parameters on the grid.
    converged : array of bool
    profiled : names; fixed : {name: value}
    status : str
    toys : CriticalMap or None
        Critical values and p-values on the grid, where toys found them.
    """

    grid: dict[str, Floats]
    q: Floats
    delta: Floats
    minimum: float
    best_fit: dict[str, float]
    theta: dict[str, Floats]
    converged: NDArray[np.bool_]
    profiled: tuple[str, ...]
    fixed: dict[str, float]
    status: str
    advice: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    citations: tuple[str, ...] = ()
    toys: CriticalMap | None = None

    @property
    def method(self) -> str:
        """How the numbers were found."""
        return "profile likelihood on a grid" + ("" if self.toys is None else ", critical values by toys")

    def allowed(self, confidence: float) -> NDArray[np.bool_]:
        """Return which points of the grid are allowed: by the critical values of toys where there are some, else by Wilks'.

        Raises
        ------
        InputError : a confidence for which no toys were asked.
        """
        if self.toys is not None:
            if confidence not in self.toys.confidences:
                raise InputError(
                    f"confidence = {confidence!r} has no critical values here; there are {self.toys.confidences}. Scan again with it."
                )
            level = self.toys.critical[self.toys.confidences.index(confidence)]
            return np.asarray(self.delta <= level + TIE)
        wilks = critical_value(confidence, "two") if len(self.grid) == 1 else critical_value_2d(confidence)
        return np.asarray(self.delta <= wilks)

    @property
    def flags(self) -> dict[str, bool]:
        """Whether every point converged, and whether the best fit lies inside the grid."""
        inside = all(v.min() <= self.best_fit[name] <= v.max() for name, v in self.grid.items())
        return {"converged": bool(self.converged.all()), "best_fit_inside": inside}

    def table(self) -> list[report.Row]:
        """Return one row for each point: the axes, -2 ln L above the minimum, and whether it converged."""
        points = np.meshgrid(*self.grid.values(), indexing="ij")
        columns: dict[str, Any] = {name: axis.ravel() for name, axis in zip(self.grid, points, strict=True)}
        columns |= {"delta": self.delta.ravel(), "converged": self.converged.ravel()}
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def latex(self) -> str:
        r"""Return one row: the scanned parameters and where the minimum lies; a scan of one axis has no error."""
        best = ", ".join(f"{self.best_fit[name]:.6g}" for name in self.grid)
        return report.latex_row(", ".join(self.grid), f"${best}$")

    def _repr_html_(self) -> str:
        rows = [
            {"axis": name, "from": v[0], "to": v[-1], "points": len(v), "best fit": self.best_fit[name]}
            for name, v in self.grid.items()
        ]
        return report.html_table(rows, f"{self.status}; minimum -2 ln L = {self.minimum:.4f}", (self.advice,))

    def save(self, path: str | Path) -> Path:
        """Write the result as JSON, whole or not at all; `load` reads it back."""
        return report.save("scan", self.to_dict(), path)

    @classmethod
    def load(cls, path: str | Path) -> ScanResult:
        """Read what `save` wrote; `InputError` for any other file."""
        c = report.read_result("scan", path)
        try:
            return cls(
                {name: report.array_of(v) for name, v in c["grid"].items()}, report.array_of(c["q"]),
                report.array_of(c["delta"]), float("nan") if c["minimum"] is None else c["minimum"], c["best_fit"],
                {name: report.array_of(v) for name, v in c["theta"].items()}, np.array(c["converged"], dtype=bool),
                tuple(c["profiled"]), c["fixed"], c["status"], c["advice"], c["settings"], tuple(c["citations"]),
                CriticalMap.from_dict(c["toys"]) if c.get("toys") else None,
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise report.missing_content("scan", path, error) from None

    def __repr__(self) -> str:
        return f"ScanResult({self.summary()})"

    def summary(self) -> str:
        """Return one paragraph."""
        size = " x ".join(f"{name} [{len(v)}]" for name, v in self.grid.items())
        best = ", ".join(f"{name} = {self.best_fit[name]:.6g}" for name in self.grid)
        return (
            f"{size}: {self.status}; minimum -2 ln L = {self.minimum:.4f} at {best}; "
            f"profiled: {', '.join(self.profiled) or 'none'}"
            + (f"; critical values: {self.toys.summary()}" if self.toys is not None else "")
            + (f". {self.advice}" if self.advice else "")
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; None where not converged."""

        def nested(a: Floats) -> Any:
            return plain(a) if a.ndim == 1 else [plain(row) for row in a]

        return {
            "grid": {name: v.tolist() for name, v in self.grid.items()},
            "q": nested(self.q),
            "delta": nested(self.delta),
            "minimum": self.minimum if np.isfinite(self.minimum) else None,
            "best_fit": dict(self.best_fit),
            "theta": {name: nested(v) for name, v in self.theta.items()},
            "converged": self.converged.tolist(),
            "profiled": list(self.profiled),
            "fixed": dict(self.fixed),
            "status": self.status,
            "advice": self.advice,
            "settings": dict(self.settings),
            "citations": list(self.citations),
            "flags": self.flags,
            "toys": self.toys.to_dict() if self.toys is not None else None,
        }

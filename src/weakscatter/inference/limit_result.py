"""What a limit is: allowed intervals of one parameter with every condition under which they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.inference import report
from weakscatter.inference.budget import Budget
from weakscatter.inference.critical_map import CriticalMap
from weakscatter.inference.interval_kind import kind_of
from weakscatter.inference.newton import Floats
from weakscatter.inference.profile import plain

Interval = tuple[float | None, float | None]


@dataclass(frozen=True, eq=False)
class LimitResult:
    """Allowed values of one parameter.

    Parameters
    ----------
    parameter, unit, confidence, sides, method : what was asked
    critical_value : float
        Rise of -2 ln L at the ends of the intervals; found by toys, that at the last end (``toys`` holds the others).
    intervals : tuple of (lower, upper)
        Disjoint and ordered; None for an end that does not exist (see ``notes``). Empty if nothing converged.
    best_fit : {name: value}
        Of the parameter and of everything profiled; None without convergence.
    minimum : float or None
    profiled, fixed : which other parameters floated, and the values of those that did not
    boundary : str
        What the physical bounds do to this result; "" if nothing.
    points, delta : arrays
        The profile curve that was computed.
    settings : what else was asked; citations : keys of the bibliography
    budget : {"lower" or "upper": Budget}
        How the outer ends move with each input, where `weakscatter.inference.limit_budget` computed it.
    expected : {"-2", "-1", "median", "+1", "+2": upper end}
        Upper limits that data without signal would give, so many standard deviations from their median; empty where the
        method has none, None for an end that does not exist.
    toys : CriticalMap or None
        Critical values and p-values at ``points``, where toys found them.
    end_errors : {end: error}
        Statistical error of each end from the number of toys; empty for Wilks' critical value.
    """

    parameter: str
    unit: str
    confidence: float
    sides: str
    method: str
    critical_value: float
    status: str
    converged: bool
    intervals: tuple[Interval, ...]
    best_fit: dict[str, float | None]
    minimum: float | None
    profiled: tuple[str, ...]
    fixed: dict[str, float]
    boundary: str
    notes: str
    points: Floats
    delta: Floats
    advice: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    citations: tuple[str, ...] = ()
    budget: dict[str, Budget] = field(default_factory=dict)
    expected: dict[str, float | None] = field(default_factory=dict)
    toys: CriticalMap | None = None
    end_errors: dict[float, float] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What the interval is: sides, statistic, critical value."""
        return kind_of(self.method, self.sides)

    @property
    def dominant(self) -> dict[str, str]:
        """The input that moves each outer end most; empty without a budget."""
        return {end: budget.dominant for end, budget in self.budget.items()}

    @property
    def flags(self) -> dict[str, bool]:
        """Whether it converged, is free of physical bounds (Wilks holds), and has one interval with every end asked for."""
        wanted = {"two": (0, 1), "upper": (1,), "lower": (0,)}[self.sides]
        closed = bool(self.intervals) and all(
            end[i] is not None
            for end, i in zip((self.intervals[0], self.intervals[-1]), (0, 1), strict=True)
            if i in wanted
        )
        return {
            "converged": self.converged,
            "far_from_bounds": self.converged and not self.boundary,
            "one_valley": len(self.intervals) == 1,
            "closed": closed,
        }

    @property
    def upper(self) -> float | None:
        """Upper end of the last interval."""
        return self.intervals[-1][1] if self.intervals else None

    @property
    def lower(self) -> float | None:
        """Lower end of the first interval."""
        return self.intervals[0][0] if self.intervals else None

    def __repr__(self) -> str:
        return f"LimitResult({self.summary()})"

    def summary(self) -> str:
        """Return what a paper would print, with all conditions."""
        unit = f" {self.unit}" if self.unit else ""
        if not self.converged:
            return f"{self.parameter}: no number; {self.status}. {self.advice}"
        pieces = " or ".join(
            f"[{'-inf' if a is None else format(a, '.6g')}, {'inf' if b is None else format(b, '.6g')}]"
            for a, b in self.intervals
        )
        others = f"profiled: {', '.join(self.profiled) or 'none'}"
        if self.fixed:
            others += "; fixed: " + ", ".join(f"{n} = {v:g}" for n, v in self.fixed.items())
        text = (
            f"{self.parameter} in {pieces}{unit} at {100 * self.confidence:g} % ({self.kind}, "
            f"{self._critical_text()}); {others}"
        )
        if self.expected.get("median") is not None:
            bands = ", ".join(f"{n} {v:.4g}" for n, v in self.expected.items() if v is not None)
            text += f". Expected without signal: {bands}"
        return ". ".join(t for t in (text, self.boundary, self.notes) if t)

    def _critical_text(self) -> str:
        if self.toys is None:
            return f"critical value {self.critical_value:.3f}"
        low, high = (f(self.toys.critical[0]) for f in (np.nanmin, np.nanmax))
        errors = (
            "" if self.toys.exact else f"; ends +- {', '.join(f'{e:.2g}' for e in self.end_errors.values())}"
        )
        return f"critical values {low:.2f} to {high:.2f}; {self.toys.summary()}{errors}"

    def table(self) -> list[report.Row]:
        """Return one row for each interval."""
        rows = self.intervals if self.converged else ((None, None),)
        return [
            {
                "parameter": self.parameter,
                "lower": low,
                "upper": high,
                "unit": self.unit,
                "confidence": self.confidence,
            }
            for low, high in rows
        ]

    def latex(self) -> str:
        r"""Return one row: ``name & $[lower, upper]$ & unit \\``, three digits of the outer width."""
        if not self.converged:
            return report.latex_row(self.parameter, "--", self.unit)
        return report.latex_row(self.parameter, report.latex_intervals(self.intervals), self.unit)

    def _repr_html_(self) -> str:
        caption = f"{self.parameter}, {self.kind}, critical value {self.critical_value:.3f}"
        moves = [
            {"end": end, "cause": move.cause, "down": move.down, "up": move.up}
            for end, budget in self.budget.items()
            for move in budget.moves
        ]
        told = (self.boundary, self.notes, "" if self.converged else f"{self.status}. {self.advice}")
        return report.html_table(self.table(), caption, told) + (
            report.html_table(moves, "moved by each input") if moves else ""
        )

    def save(self, path: str | Path) -> Path:
        """Write the result as JSON, whole or not at all; `load` reads it back."""
        return report.save("limit", self.to_dict(), path)

    @classmethod
    def load(cls, path: str | Path) -> LimitResult:
        """Read what `save` wrote; `InputError` for any other file."""
        c = report.read_result("limit", path)
        try:
            return cls.from_dict(c)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise report.missing_content("limit", path, error) from None

    @classmethod
    def from_dict(cls, c: dict[str, Any]) -> LimitResult:
        """Return the limit that `to_dict` wrote."""
        points, delta = (report.array_of(c["profile"][name]) for name in ("parameter", "delta"))
        intervals = tuple((low, high) for low, high in c["interval"])
        named = ("parameter", "unit", "confidence", "sides", "method", "critical_value", "status", "converged",
                 "best_fit", "minimum", "fixed", "boundary", "notes", "advice", "settings")  # fmt: skip
        given: dict[str, Any] = {name: c[name] for name in named}
        given |= {"intervals": intervals, "points": points, "delta": delta}
        given |= {name: tuple(c[name]) for name in ("profiled", "citations")}
        given["budget"] = {end: Budget.from_dict(content) for end, content in c["budget"].items()}
        given["expected"] = dict(c.get("expected", {}))
        if c.get("toys"):
            given["toys"] = CriticalMap.from_dict(c["toys"])
            given["end_errors"] = dict(c["end_errors"])
        return cls(**given)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "parameter": self.parameter,
            "unit": self.unit,
            "confidence": self.confidence,
            "sides": self.sides,
            "method": self.method,
            "kind": self.kind,
            "critical_value": self.critical_value,
            "status": self.status,
            "converged": self.converged,
            "interval": [list(i) for i in self.intervals],
            "best_fit": dict(self.best_fit),
            "minimum": self.minimum,
            "profiled": list(self.profiled),
            "fixed": dict(self.fixed),
            "boundary": self.boundary,
            "notes": self.notes,
            "advice": self.advice,
            "settings": dict(self.settings),
            "citations": list(self.citations),
            "flags": self.flags,
            "budget": {end: budget.to_dict() for end, budget in self.budget.items()},
            "expected": dict(self.expected),
            "profile": {"parameter": plain(self.points), "delta": plain(self.delta)},
            "toys": self.toys.to_dict() if self.toys is not None else None,
            "end_errors": [list(pair) for pair in self.end_errors.items()],
        }

"""What a sensitivity is: a limit on Asimov data with its bands, or a median significance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weakscatter.inference import report
from weakscatter.inference.limit_result import LimitResult

End = float | None


@dataclass(frozen=True, eq=False)
class SensitivityResult:
    """The limit of the median experiment, with bands.

    Parameters
    ----------
    limit : LimitResult
        On the Asimov data; brings parameter, unit, confidence, sides, method, what was profiled and fixed.
    truth : {name: value}
        Every parameter's value in the Asimov data.
    bands : {"-2", "-1", "median", "+1", "+2": (lower, upper)}
        Ends that data so many standard deviations from their median would give; None for an end that does not exist.
    notes : what has to be said about it.
    """

    limit: LimitResult
    truth: dict[str, float]
    bands: dict[str, tuple[End, End]]
    notes: tuple[str, ...]
    converged: bool

    @property
    def median(self) -> tuple[End, End]:
        """Lower and upper end of the median experiment."""
        return self.bands["median"]

    @property
    def kind(self) -> str:
        """What the interval is."""
        return f"median expected {self.limit.kind}"

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography."""
        return self.limit.citations

    def upper(self, band: str = "median") -> End:
        """Upper end of a band."""
        return self.bands[band][1]

    def __repr__(self) -> str:
        return f"SensitivityResult({self.summary()})"

    def summary(self) -> str:
        """Return one paragraph."""
        unit = f" {self.limit.unit}" if self.limit.unit else ""
        if not self.converged:
            return f"{self.limit.parameter}: no number; {self.limit.status}. {self.limit.advice}"

        def shown(pair: tuple[End, End]) -> str:
            return f"[{', '.join('none' if end is None else format(end, '.4g') for end in pair)}]"

        rows = "; ".join(f"{name}: {shown(pair)}" for name, pair in self.bands.items())
        text = (
            f"{self.limit.parameter} at {100 * self.limit.confidence:g} %{unit} ({self.kind}): {rows}; profiled: "
            f"{', '.join(self.limit.profiled) or 'none'}"
        )
        return ". ".join([text, *self.notes])

    def table(self) -> list[report.Row]:
        """Return one row for each band."""
        return [
            {"band": name, "lower": low, "upper": high, "unit": self.limit.unit}
            for name, (low, high) in self.bands.items()
        ]

    def _repr_html_(self) -> str:
        caption = f"{self.limit.parameter}, {self.kind}, {100 * self.limit.confidence:g} %"
        return report.html_table(self.table(), caption, self.notes)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "limit": self.limit.to_dict(),
            "truth": dict(self.truth),
            "bands": {name: list(pair) for name, pair in self.bands.items()},
            "notes": list(self.notes),
            "converged": self.converged,
            "kind": self.kind,
        }

    def save(self, path: str | Path) -> Path:
        """Write the result as JSON, whole or not at all; `load` reads it back."""
        return report.save("sensitivity", self.to_dict(), path)

    @classmethod
    def load(cls, path: str | Path) -> SensitivityResult:
        """Read what `save` wrote; `InputError` for any other file."""
        c = report.read_result("sensitivity", path)
        try:
            bands = {name: (pair[0], pair[1]) for name, pair in c["bands"].items()}
            inner = LimitResult.from_dict(c["limit"])
            return cls(inner, c["truth"], bands, tuple(c["notes"]), c["converged"])
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise report.missing_content("sensitivity", path, error) from None


@dataclass(frozen=True, eq=False)
class Significance:
    """In how many standard deviations the median experiment rejects a value.

    ``z`` and ``p_value`` (one-sided) are None where nothing converged; 68 % of experiments find z - 1 to z + 1.
    """

    parameter: str
    unit: str
    null: float
    truth: dict[str, float]
    z: float | None
    p_value: float | None
    citations: tuple[str, ...] = ()

    @property
    def converged(self) -> bool:
        """Whether there is a number."""
        return self.z is not None

    def __repr__(self) -> str:
        return f"Significance({self.summary()})"

    def summary(self) -> str:
        """Return one line."""
        if self.z is None:
            return f"{self.parameter} = {self.null:g}: no number; the profile did not converge"
        unit = f" {self.unit}" if self.unit else ""
        return (
            f"{self.parameter} = {self.null:g}{unit} is rejected with {self.z:.3f} sigma in the median, 68 % of experiments "
            f"{max(self.z - 1, 0):.2f} to {self.z + 1:.2f}, local, asymptotic"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "parameter": self.parameter,
            "unit": self.unit,
            "null": self.null,
            "truth": dict(self.truth),
            "z": self.z,
            "p_value": self.p_value,
            "citations": list(self.citations),
        }

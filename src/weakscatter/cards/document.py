"""The document that running a card returns: everything that was put in, everything that came out, and whom to cite."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import weakscatter
from weakscatter.cards.results import Result, along_axis, jsonable, restored, shown, single_rows
from weakscatter.inference import report
from weakscatter.inference.variance import dominant_cause
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.files import write_atomic
from weakscatter.provenance.sources import Source, source

#: How the numbers of a task are found, where the results do not say it themselves.
METHODS = {
    "cross-section": "tree-level cross section; totals by panels of Gauss-Legendre points",
    "rate": "direct fold of beam, kernel and response; totals by panels of Gauss-Legendre points",
    "limit": "crossing of the profile likelihood and its critical value",
    "sensitivity": "Asimov data; bands from the asymptotic distribution of the profile likelihood ratio",
    "posterior": "Hamiltonian Monte Carlo beside the profile likelihood",
    "scan": "profile likelihood on a grid",
    "toys": "profile construction by toys at one point",
    "shell-model": "thick-restart Lanczos in the m-scheme",
    "atomic-structure": "self-consistent field in kinetically balanced B-splines",
    "absorption": "photoabsorption cross section times the ratio of the particle",
    "atomic-response": "linear response of low ranks, one electron in the field of the ion for the others",
    "photoabsorption": "linear response of all open and closed channels, or one electron in the field of the ion",
}


@dataclass(frozen=True, eq=False)
class Document:
    """Results of a card.

    Parameters
    ----------
    task : str
    card : dict
        The card with every default filled in; running it gives the same document.
    results : {name: Result}
    citations : tuple of `weakscatter.provenance.sources.Source`
    warnings : tuple of str
    converged : bool
        False when the answer must not be used; its numbers are then None.
    """

    task: str
    card: dict[str, Any]
    results: Mapping[str, Result]
    citations: tuple[Source, ...] = ()
    warnings: tuple[str, ...] = ()
    converged: bool = True
    version: str = field(default_factory=lambda: weakscatter.__version__)

    def __getitem__(self, name: str) -> Result:
        if name not in self.results:
            hint = nearest(name, self.results)
            raise InputError(f"there is no result {name!r}.{hint} Results: {', '.join(self.results)}.")
        return self.results[name]

    def __contains__(self, name: object) -> bool:
        return name in self.results

    def __iter__(self) -> Iterator[str]:
        return iter(self.results)

    @property
    def method(self) -> str:
        """How the numbers were found."""
        own = self.results["method"].value if "method" in self.results else None
        return str(own or METHODS.get(self.task, ""))

    @property
    def flags(self) -> dict[str, bool]:
        """Whether the answer may be used, and whether nothing has to be said about it."""
        return {"converged": self.converged, "without_warning": not self.warnings}

    @property
    def budget(self) -> dict[str, dict[str, Any]]:
        """Error by cause of every result, parameter or end of a limit that has one: {name: {cause: size}}.

        Of a curve the sizes are arrays. Fits: parts of the standard deviation; predictions and limits: moves of inputs.
        """
        found: dict[str, dict[str, Any]] = {}
        if "budget" in self.results:
            return {name: dict(parts) for name, parts in (self.results["budget"].value or {}).items()}
        for name, result in self.results.items():
            if name.endswith("_error_by_cause"):
                causes = self.results["cause"].value
                sizes = [np.abs(part)[()] for part in np.asarray(result.value, dtype=float)]
                found[name.removesuffix("_error_by_cause")] = dict(zip(causes, sizes, strict=True))
        return found

    @property
    def dominant(self) -> dict[str, str]:
        """The cause that contributes most to the error of each entry of `budget`."""
        return {
            name: dominant_cause({cause: float(np.sum(np.square(size))) for cause, size in parts.items()})
            for name, parts in self.budget.items()
        }

    def table(self, axis: str | None = None) -> list[report.Row]:
        """Return rows of plain numbers.

        Parameters
        ----------
        axis : None for the single numbers, best-fit values and intervals; the name of an axis for everything along it.
        """
        return (
            along_axis(self.results, axis) if axis is not None else single_rows(self.results, self.dominant)
        )

    def latex(self, name: str | None = None) -> str:
        r"""Return one row, ``name & value with errors & unit \\``: a parameter or a single number; by default the first."""
        if name is None and self.task == "limit" and self.results["interval"].value:
            intervals = report.latex_intervals(self.results["interval"].value)
            return report.latex_row(str(self.card["parameter"]), intervals, self.results["interval"].unit)
        rows = {str(row["result"]): row for row in self.table()}
        if name is None:
            name = next(iter(rows), "")
        if name not in rows:
            raise InputError(
                f"there is no number {name!r} here.{nearest(name, rows)} Numbers: {', '.join(rows)}."
            )
        row = rows[name]
        return report.latex_row(
            name, report.latex_number(row["value"], row["minus"], row["plus"]), row["unit"]
        )

    @classmethod
    def load(cls, path: str | Path) -> Document:
        """Read what `save` or ``--json`` wrote; `InputError` for any other file."""
        content = report.read_json(path)
        if "task" not in content:
            kind = content.get("result", "nothing known")
            raise InputError(
                f"{str(path)!r} holds a result of another kind ({kind}); the document of a card is wanted. "
                "`weakscatter.load_result` reads every kind."
            )
        try:
            results = {name: restored(entry) for name, entry in content["results"].items()}
            sources = tuple(source(entry["key"]) for entry in content["citations"])
            converged = bool(results["converged"].value) if "converged" in results else True
            return cls(
                content["task"], content["card"], results, sources, tuple(content["warnings"]), converged,
                content["weakscatter"],
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise report.missing_content("document", path, error) from None

    def to_dict(self) -> dict[str, Any]:
        """Return the document as plain JSON types."""
        results = dict(self.results)
        if not self.converged:
            # What is read back must not look usable.
            results.setdefault("converged", Result(False))
        return {
            "weakscatter": self.version,
            "task": self.task,
            "card": jsonable(self.card),
            "results": {name: result.to_dict() for name, result in results.items()},
            "citations": [{"key": s.key, "text": s.text(), "url": s.url} for s in self.citations],
            "warnings": list(self.warnings),
        }

    def json(self) -> str:
        """Return the document as JSON; numbers in full double precision, null where there is none."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)

    def save(self, path: str | Path) -> Path:
        """Write the JSON document, whole or not at all."""
        return write_atomic(path, self.json() + "\n")

    def __repr__(self) -> str:
        lines = [f"Document({self.task}, weakscatter {self.version})"]
        lines += [f"  {name} = {result}" for name, result in self.results.items()]
        lines += [f"  warning: {text}" for text in self.warnings]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{html.escape(shown(r.value))}</td><td>{html.escape(r.unit)}</td>"
            f"<td>{html.escape(r.per or '')}</td><td>{html.escape(', '.join(r.axes))}</td>"
            f"<td>{'' if r.uncertainty is None else html.escape(shown(r.uncertainty))}</td></tr>"
            for name, r in self.results.items()
        )
        dominant = "".join(
            f"<p>dominant error of {html.escape(name)}: {html.escape(cause)}</p>"
            for name, cause in self.dominant.items()
        )
        notes = "".join(f"<p><b>warning:</b> {html.escape(text)}</p>" for text in self.warnings)
        sources = "".join(f"<li>{html.escape(s.text())}</li>" for s in self.citations)
        return (
            f"<p><b>{html.escape(self.task)}</b></p><table><tr><th>result</th><th>value</th><th>unit</th><th>per</th>"
            f"<th>axes</th><th>error</th></tr>{rows}</table>{dominant}{notes}<details><summary>citations</summary><ul>{sources}</ul></details>"
        )

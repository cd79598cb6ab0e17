"""The document that running a card returns: everything that was put in, everything that came out, and whom to cite."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import weakscatter
from weakscatter.cards.results import Result, jsonable, shown
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.files import write_atomic
from weakscatter.provenance.sources import Source


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

    def to_dict(self) -> dict[str, Any]:
        """Return the document as plain JSON types."""
        return {
            "weakscatter": self.version,
            "task": self.task,
            "card": jsonable(self.card),
            "results": {name: result.to_dict() for name, result in self.results.items()},
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
            f"<td>{html.escape(r.per or '')}</td><td>{html.escape(', '.join(r.axes))}</td></tr>"
            for name, r in self.results.items()
        )
        notes = "".join(f"<p><b>warning:</b> {html.escape(text)}</p>" for text in self.warnings)
        sources = "".join(f"<li>{html.escape(s.text())}</li>" for s in self.citations)
        return (
            f"<p><b>{html.escape(self.task)}</b></p><table><tr><th>result</th><th>value</th><th>unit</th><th>per</th>"
            f"<th>axes</th></tr>{rows}</table>{notes}<details><summary>citations</summary><ul>{sources}</ul></details>"
        )

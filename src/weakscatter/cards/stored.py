"""Reading any saved result, whatever its kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from weakscatter.cards.document import Document
from weakscatter.inference import (
    FitResult,
    LimitResult,
    PosteriorResult,
    ScanResult,
    SensitivityResult,
    ToyTest,
)
from weakscatter.inference.report import read_json
from weakscatter.provenance.errors import unknown

_KINDS: dict[str, Any] = {
    "fit": FitResult,
    "limit": LimitResult,
    "posterior": PosteriorResult,
    "scan": ScanResult,
    "sensitivity": SensitivityResult,
    "toy-test": ToyTest,
}


def load_result(path: str | Path) -> Any:
    """Read what ``save`` of a result or document, ``--out`` or ``--json`` wrote, whatever its kind.

    Nothing is executed: the file is plain JSON, and the numbers are those that were written, bit by bit.

    Raises
    ------
    InputError : a file that weakscatter did not write, or of a kind that this version does not know.
    """
    content = read_json(path)
    if "task" in content:
        return Document.load(path)
    kind = str(content.get("result"))
    if kind not in _KINDS:
        raise unknown("kind of result", kind, _KINDS)
    return _KINDS[kind].load(path)

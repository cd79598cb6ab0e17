"""Writing a figure to a file, whole or not at all."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from weakscatter.plot.style import STYLE
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.files import write_atomic

#: What is written for each suffix; dates are left out, so that the same figure gives the same file.
FORMATS: dict[str, dict[str, Any]] = {
    ".png": {"metadata": {}},
    ".pdf": {"metadata": {"CreationDate": None}},
    ".svg": {"metadata": {"Date": None}},
}


def save(figure: Figure, path: str | Path) -> Path:
    """Write `figure` as PNG, PDF or SVG, by the suffix of `path`; return the path.

    Raises
    ------
    InputError : another suffix, or a place that cannot be written; nothing is left half-written.
    """
    target = Path(path)
    suffix = check_suffix(target)
    buffer = BytesIO()
    # Text stays text in a PDF (journals ask for it); identifiers in an SVG do not change from run to run.
    with matplotlib.rc_context({"pdf.fonttype": 42, "svg.hashsalt": "weakscatter"}):
        figure.savefig(buffer, format=suffix[1:], dpi=STYLE["dpi"], **FORMATS[suffix])
    return write_atomic(target, buffer.getvalue())


def check_suffix(path: str | Path) -> str:
    """The suffix of `path`, if a figure can be written to it."""
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise InputError(
            f"cannot draw to {str(path)!r}: the suffix {suffix!r} is unknown.{nearest(suffix, FORMATS)} "
            f"Allowed are {', '.join(FORMATS)}."
        )
    return suffix

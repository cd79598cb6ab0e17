"""The curves of a result: along one axis of a document, or a profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from weakscatter.cards.curve_table import Column, Curves, finite_rows
from weakscatter.cards.document import Document
from weakscatter.cards.results import Result
from weakscatter.inference import LimitResult, ScanResult, SensitivityResult
from weakscatter.provenance.errors import InputError, nearest

DELTA = "delta"


def curves(result: Any, axis: str | None = None, *, units: Mapping[str, str] | None = None) -> Curves:
    """Return the curves that a result holds, with units, errors and citations.

    Parameters
    ----------
    result : Document, LimitResult, SensitivityResult or ScanResult
    axis : for documents with several: the axis along which columns are taken; the first by default.
    units : {parameter: unit}, needed for a ScanResult, which knows none.

    Returns
    -------
    Curves
        Of a document everything along the axis, with NAME_error as error and NAME_error_by_cause as its parts; of limits and
        scans the rise of -2 ln L, of a sensitivity the one on Asimov data.
    """
    if isinstance(result, SensitivityResult):
        result = result.limit
    if isinstance(result, LimitResult):
        return _profile(
            result.parameter, result.unit, result.points, result.delta, _said(result), result.citations
        )
    if isinstance(result, ScanResult):
        missing = [name for name in result.grid if name not in (units or {})]
        if missing:
            raise InputError(
                f"a scan knows no units: give units={{{missing[0]!r}: '...'}}, \"\" for a pure number."
            )
        return _grid(
            {n: (v, (units or {})[n]) for n, v in result.grid.items()}, result.delta, result.citations
        )
    if not isinstance(result, Document):
        raise InputError(
            f"curves are taken from documents, limits, sensitivities and scans; got a {type(result).__name__}."
        )
    cited = tuple(entry.key for entry in result.citations)
    if result.task == "scan":
        axes = {name: (np.asarray(result[name].value), result[name].unit) for name in result[DELTA].axes}
        return _grid(axes, np.asarray(result[DELTA].value, dtype=float), cited)
    if axis is None and isinstance(result.results.get("profile", Result(None)).value, dict):
        profile = result["profile"]
        name = str(result.card["parameter"])
        points, delta = (np.asarray(profile.value[key], dtype=float) for key in ("parameter", DELTA))
        return _profile(name, profile.unit, points, delta, str(result["kind"].value), cited)
    return _along(result, axis, cited)


def _said(result: LimitResult) -> str:
    return result.summary() if result.converged else result.status


def _profile(name: str, unit: str, points: Any, delta: Any, note: str, cited: tuple[str, ...]) -> Curves:
    columns, lost = finite_rows({name: Column(np.asarray(points), unit), DELTA: Column(np.asarray(delta))})
    return Curves(f"rise of -2 ln L over {name}", (name,), columns, cited, (note, *lost))


def _grid(axes: Mapping[str, tuple[Any, str]], delta: Any, cited: tuple[str, ...]) -> Curves:
    points = np.meshgrid(*(values for values, _ in axes.values()), indexing="ij")
    columns = {
        name: Column(p.ravel(), unit) for (name, (_, unit)), p in zip(axes.items(), points, strict=True)
    }
    columns, lost = finite_rows({**columns, DELTA: Column(np.asarray(delta).ravel())})
    return Curves(f"rise of -2 ln L over {', '.join(axes)}", tuple(axes), columns, cited, lost)


def _along(document: Document, axis: str | None, cited: tuple[str, ...]) -> Curves:
    results = document.results
    known = [name for name, r in results.items() if r.axes == (name,) and _numeric(r)]
    chosen = axis if axis is not None else next(iter(known), "")
    if chosen not in known:
        raise InputError(
            f"this document has no axis {chosen!r} of numbers.{nearest(chosen, known)} Axes: {', '.join(known) or 'none'}."
        )
    columns = {chosen: Column(_numbers(results[chosen]), results[chosen].unit)}
    for name, r in results.items():
        if (
            name == chosen
            or "_error" in name
            or r.value is None
            or not r.axes
            or r.axes[-1] != chosen
            or not _numeric(r)
        ):
            continue
        if r.axes == (chosen,):
            columns[name] = Column(_numbers(r), r.unit, _error(results, name, ()), _parts(results, name, ()))
        elif len(r.axes) == 2 and r.axes[0] in results:
            for i, label in enumerate(results[r.axes[0]].value):
                row = Column(_numbers(r)[i], r.unit, _error(results, name, (i,)), _parts(results, name, (i,)))
                columns[f"{name} {label}"] = row
    if len(columns) == 1:
        raise InputError(f"nothing stands along the axis {chosen!r} of this document.")
    kept, lost = finite_rows(columns)
    return Curves(f"{document.task}: along {chosen}", (chosen,), kept, cited, (*document.warnings, *lost))


def _numeric(result: Result) -> bool:
    try:
        _numbers(result)
    except (TypeError, ValueError):
        return False
    return True


def _numbers(result: Result) -> np.ndarray:
    return np.asarray(result.value, dtype=float)


def _error(results: Mapping[str, Result], name: str, row: tuple[int, ...]) -> np.ndarray | None:
    own = results[name].uncertainty
    if own is None and f"{name}_error" in results:
        own = results[f"{name}_error"].value
    return None if own is None else np.asarray(own, dtype=float)[row]


def _parts(results: Mapping[str, Result], name: str, row: tuple[int, ...]) -> dict[str, np.ndarray]:
    if f"{name}_error_by_cause" not in results:
        return {}
    parts = _numbers(results[f"{name}_error_by_cause"])
    return {str(cause): part[row] for cause, part in zip(results["cause"].value, parts, strict=True)}

"""task = "scan": the profile likelihood on a grid of one or two parameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter import inference
from weakscatter.cards import by_toys, statistics
from weakscatter.cards.document import Document
from weakscatter.cards.grid import read_grid, written_grid
from weakscatter.cards.names import Names
from weakscatter.cards.parse import as_table
from weakscatter.cards.prediction import sources_of
from weakscatter.cards.results import Result
from weakscatter.provenance.errors import InputError

MOST_POINTS = 250_000


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    full = statistics.complete(card, names, folder)
    by_toys.complete_toys(full, card, folder)
    if "toys" in full:
        full["confidence"] = sorted(full.get("confidence", [0.90]))
    grid = as_table("grid", card.get("grid", {}))
    if len(grid) not in (1, 2):
        raise InputError(
            f"[grid] names {len(grid)} parameters; one or two are allowed. Write charge_radius_ee = "
            "{ from = -50, to = 10, points = 61 }."
        )
    for name in grid:
        if name in full["profile"]:
            raise InputError(
                f"parameter {name!r} is scanned and also listed in profile. List it in one place."
            )
    return {**full, "grid": {name: written_grid(values) for name, values in grid.items()}}


def run(
    full: dict[str, Any],
    names: Names,
    progress: Callable[[str], None],
    work: inference.Work | None = None,
) -> Document:
    """Compute a completed card."""
    question = statistics.ask(full, names, (*full["grid"], *full["profile"]))
    grid = {}
    for name, values in full["grid"].items():
        parameter = question.likelihood.parameter(name)
        grid[name] = read_grid(f"grid.{name}", values, partial(statistics.in_unit_of, parameter))
    total = int(np.prod([len(values) for values in grid.values()]))
    if total > MOST_POINTS:
        raise InputError(f"[grid] has {total} points; at most {MOST_POINTS} are allowed. Use fewer.")
    toys: dict[str, Any] = {}
    if "toys" in full:
        toys = {"method": full["method"], "confidence": full["confidence"], "toys": by_toys.toys_of(full)}
        toys["work"] = by_toys.work_of(full, work, progress)
    found = inference.scan(
        question.likelihood,
        grid,
        full["profile"],
        progress=lambda done, all_: progress(f"scanning {done}/{all_}"),
        **toys,
    )
    converged = bool(np.all(found.converged))
    warnings = list(question.warnings)
    if not converged:
        warnings.insert(0, f"{found.status}. {found.advice}")
    units = {p.name: p.unit for p in question.likelihood.parameters}
    results = {name: Result(values, units[name], axes=(name,)) for name, values in found.grid.items()}
    results["delta"] = Result(found.delta, axes=tuple(found.grid))
    if found.toys is not None:
        results |= by_toys.map_results(found.toys, tuple(found.grid))
        if found.toys.lost.any():
            warnings.append(
                f"{int(found.toys.lost.sum())} toys did not converge and are left out. {found.status}."
            )
    results["minimum"] = Result(found.minimum if np.isfinite(found.minimum) else None)
    best = {name: {"value": value, "unit": units[name]} for name, value in found.best_fit.items()}
    results["best_fit"] = Result(best)
    results["converged"] = Result(converged)
    experiments = [analysis.experiment for analysis in question.analyses]
    cited = sources_of(experiments, question.theory, found)
    return Document("scan", full, results, cited, tuple(warnings), converged)

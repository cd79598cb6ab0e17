"""task = "limit": where the profile likelihood of one parameter crosses its critical value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from weakscatter import inference
from weakscatter.cards import by_toys, statistics
from weakscatter.cards.document import Document
from weakscatter.cards.names import Names
from weakscatter.cards.prediction import sources_of
from weakscatter.cards.results import Result
from weakscatter.inference.interval_kind import check_method
from weakscatter.provenance.errors import InputError


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    full = statistics.complete(card, names, folder)
    inference.critical_value(full["confidence"], full["sides"])
    check_method(full["method"], full["sides"])
    by_toys.complete_toys(full, card, folder)
    if full["output"]["errors"] and full["method"] != "wilks":
        raise InputError(
            f"output.errors = true moves inputs of limits by Wilks, and method = {full['method']!r} was asked for. Leave one out."
        )
    if full["parameter"] in full["profile"]:
        raise InputError(
            f"parameter {full['parameter']!r} is limited and also listed in profile. List it in one place."
        )
    return full


def run(
    full: dict[str, Any],
    names: Names,
    progress: Callable[[str], None],
    work: inference.Work | None = None,
) -> Document:
    """Compute a completed card."""
    errors = full["output"]["errors"]
    question = statistics.ask(full, names, (full["parameter"], *full["profile"]), keep_nuisances=errors)
    progress("profiling")
    if errors:
        found = inference.limit_budget(
            question.likelihood, full["parameter"], full["confidence"], full["profile"], question.held, full["sides"],
            progress=lambda done, all_: progress(f"moving inputs {done}/{all_}"),
        )  # fmt: skip
    else:
        toys: dict[str, Any] = {}
        if full["method"] == "feldman-cousins":
            toys = {"toys": by_toys.toys_of(full), "work": by_toys.work_of(full, work, progress)}
        found = inference.limit(
            question.likelihood, full["parameter"], full["confidence"], full["profile"], sides=full["sides"],
            method=full["method"], **toys,
        )  # fmt: skip
    warnings = [*question.warnings, *(text for text in (found.boundary, found.notes) if text)]
    if not found.converged:
        warnings.insert(0, f"no limit was found: {found.status}. {found.advice}")
    units = {p.name: p.unit for p in question.likelihood.parameters}
    best = {name: {"value": value, "unit": units[name]} for name, value in found.best_fit.items()}
    results = {
        "interval": Result([list(pair) for pair in found.intervals] if found.converged else None, found.unit),
        "kind": Result(found.kind),
        "critical_value": Result(
            found.critical_value if found.critical_value == found.critical_value else None
        ),
        "best_fit": Result(best),
        "minimum": Result(found.minimum),
        "converged": Result(found.converged),
        "profile": Result({"parameter": found.points, "delta": found.delta}, found.unit),
    }
    if found.expected:
        results["expected"] = Result(found.expected, found.unit)
    if found.toys is not None:
        results["point"] = Result(found.points, found.unit, axes=("point",))
        results |= by_toys.map_results(found.toys, ("point",))
        by_end = {end: found.end_errors.get(getattr(found, end)) for end in ("lower", "upper")}
        results["interval_error"] = Result(by_end, found.unit)
    if found.budget:
        error = {end: budget.total for end, budget in found.budget.items()}
        parts = {end: {m.cause: m.size for m in budget.moves} for end, budget in found.budget.items()}
        results["interval_error"] = Result(error, found.unit)
        results["budget"] = Result(parts, found.unit)
    elif errors and found.converged:
        warnings.append(
            "output.errors: an end of the limit vanished when an input was moved; it has no error."
        )
    experiments = [analysis.experiment for analysis in question.analyses]
    cited = sources_of(experiments, question.theory, found)
    return Document("limit", full, results, cited, tuple(warnings), found.converged)

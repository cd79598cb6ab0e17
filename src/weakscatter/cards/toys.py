"""task = "toys": one point tested by toys, against the best fit and for itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter import inference
from weakscatter.cards import by_toys, statistics
from weakscatter.cards.document import Document
from weakscatter.cards.names import Names
from weakscatter.cards.parse import as_table
from weakscatter.cards.prediction import sources_of
from weakscatter.cards.results import Result
from weakscatter.provenance.errors import InputError

LEVELS = (0.6827, 0.90, 0.95)
"""Confidences whose critical values at the tested point are given."""

BINS = 40
"""Bins of the distribution of t."""


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    full = statistics.complete(card, names, folder)
    by_toys.complete_toys(full, card, folder)
    point = as_table("point", card.get("point", {}))
    if not point:
        raise InputError(
            '[point] names no parameter. Write the tested values, such as signal_strength = 0, or use task = "fit" with '
            "output.p_value for the goodness of a best fit."
        )
    for name in point:
        if name in full["profile"]:
            raise InputError(
                f"parameter {name!r} is tested and also listed in profile. List it in one place."
            )
    return {**full, "point": point}


def run(
    full: dict[str, Any],
    names: Names,
    progress: Callable[[str], None],
    work: inference.Work | None = None,
) -> Document:
    """Compute a completed card."""
    question = statistics.ask(full, names, (*full["point"], *full["profile"]))
    point = {
        name: statistics.in_unit_of(question.likelihood.parameter(name), f"point.{name}", given)
        for name, given in full["point"].items()
    }
    found = inference.toy_test(
        question.likelihood,
        point,
        full["profile"],
        toys=by_toys.toys_of(full),
        work=by_toys.work_of(full, work, progress),
    )
    warnings = list(question.warnings)
    if not found.converged:
        warnings.insert(0, f"there is no p-value: {found.status}.")
    elif not found.flags["within_reach_of_toys"]:
        warnings.append("No toy was as extreme as the data: the p-value is an upper bound. Raise toys.most.")
    if found.converged and found.lost:
        warnings.append(f"{found.lost} toys did not converge and are left out.")
    units = {p.name: p.unit for p in question.likelihood.parameters}
    best = {name: {"value": value, "unit": units[name]} for name, value in found.best_fit.items()}
    results = {
        "p_value": Result(found.p_value, uncertainty=found.error),
        "significance": Result(found.significance),
        "p_value_asymptotic": Result(found.p_value_asymptotic if found.converged else None),
        "observed": Result(found.observed if found.converged else None),
        "goodness_of_fit": Result(found.goodness, uncertainty=found.goodness_error),
        "minus_2_ln_L": Result(found.statistic if found.converged else None),
        "number_of_toys": Result(found.toys),
        "best_fit": Result(best),
        "converged": Result(found.converged),
    }
    if found.converged:
        results |= _distribution(found)
    experiments = [analysis.experiment for analysis in question.analyses]
    cited = sources_of(experiments, question.theory, found)
    return Document("toys", full, results, cited, tuple(warnings), found.converged)


def _distribution(found: inference.ToyTest) -> dict[str, Result]:
    """Return critical values at the point, and how t is distributed there."""
    values, errors = zip(*(found.critical(level) for level in LEVELS), strict=True)
    edges = np.linspace(0.0, max(float(found.t[-1]), found.observed or 0.0, 1.0) * 1.001, BINS + 1)
    share, _ = np.histogram(found.t, edges, weights=found.weight)
    return {
        "confidence": Result(list(LEVELS), axes=("confidence",)),
        "critical_value": Result(np.array(values), axes=("confidence",), uncertainty=np.array(errors)),
        "t": Result(0.5 * (edges[1:] + edges[:-1]), axes=("t",)),
        "probability": Result(share, axes=("t",)),
    }

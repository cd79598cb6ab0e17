"""task = "sensitivity": the limit that the median experiment would set, its bands, and the median significance."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter import inference
from weakscatter.cards import statistics
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
    if full["parameter"] in full["profile"]:
        raise InputError(
            f"parameter {full['parameter']!r} is limited and also listed in profile. List it in one place."
        )
    both = sorted(set(full["truth"]) & set(full["fixed"]))
    if both:
        raise InputError(
            f"parameter {both[0]!r} is in truth and in fixed. What is fixed is true, too: keep it there."
        )
    return full


def run(full: dict[str, Any], names: Names, progress: Callable[[str], None]) -> Document:
    """Compute a completed card."""
    question = statistics.ask(full, names, (full["parameter"], *full["profile"], *full["truth"]))
    likelihood = question.likelihood
    read = partial(_value, likelihood)
    truth = {name: read(name, given) for name, given in full["truth"].items()}
    progress("expecting")
    found = inference.sensitivity(
        likelihood, full["parameter"], full["confidence"], full["profile"], sides=full["sides"], truth=truth,
        method=full["method"],
    )  # fmt: skip
    warnings = [*question.warnings, *found.notes]
    if not found.converged:
        warnings.insert(0, f"no limit was found: {found.limit.status}. {found.limit.advice}")
    ends = np.array([[np.nan if end is None else end for end in pair] for pair in found.bands.values()])
    unit = found.limit.unit
    results = {
        "interval": Result([list(found.median)] if found.converged else None, unit),
        "kind": Result(found.kind),
        "band": Result(list(found.bands), axes=("band",)),
        "lower": Result(ends[:, 0], unit, axes=("band",)),
        "upper": Result(ends[:, 1], unit, axes=("band",)),
        "truth": Result(found.truth),
        "converged": Result(found.converged),
        "profile": Result({"parameter": found.limit.points, "delta": found.limit.delta}, unit),
    }
    if full["output"]["significance"]:
        progress("rejecting no signal")
        seen = inference.median_significance(
            likelihood, full["parameter"], None, full["profile"], truth=truth
        )
        results["significance"] = Result(seen.z)
        results["p_value"] = Result(seen.p_value)
    experiments = [analysis.experiment for analysis in question.analyses]
    cited = sources_of(experiments, question.theory)
    return Document("sensitivity", full, results, cited, tuple(warnings), found.converged)


def _value(likelihood: inference.Likelihood, name: str, given: Any) -> float:
    return statistics.in_unit_of(likelihood.parameter(name), f"truth.{name}", given)

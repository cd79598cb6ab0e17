"""task = "posterior": the credible interval of one parameter, and that of its profile likelihood beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from weakscatter import inference
from weakscatter.cards import statistics
from weakscatter.cards.document import Document
from weakscatter.cards.names import Names
from weakscatter.cards.prediction import sources_of
from weakscatter.cards.results import Result
from weakscatter.inference.posterior import PRIORS
from weakscatter.provenance.errors import InputError, unknown


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    full = statistics.complete(card, names, folder)
    inference.critical_value(full["confidence"], full["sides"])
    if full["parameter"] in full["profile"]:
        raise InputError(
            f"parameter {full['parameter']!r} is asked for and also listed in profile. List it in one place."
        )
    for name, word in full["prior"].items():
        if not isinstance(word, str) or word not in PRIORS:
            raise unknown(f"prior of {name!r}", str(word), PRIORS)
        if name not in (full["parameter"], *full["profile"]):
            raise InputError(
                f"prior names {name!r}, which does not float here. List it in profile, or leave it out."
            )
    return full


def run(full: dict[str, Any], names: Names, progress: Callable[[str], None]) -> Document:
    """Compute a completed card."""
    question = statistics.ask(full, names, (full["parameter"], *full["profile"]))
    output = full["output"]
    progress("profiling and drawing")
    found = inference.profile_and_marginal(
        question.likelihood, full["parameter"], full["confidence"], full["profile"], sides=full["sides"],
        prior=full["prior"], **{name: output[name] for name in ("samples", "warmup", "chains", "seed")},
    )  # fmt: skip
    profile, marginal = found.profile, found.marginal
    warnings = [*question.warnings, *(text for text in (profile.boundary, profile.notes) if text)]
    if not found.converged:
        warnings.insert(0, f"profile: {profile.status}; posterior: {marginal.status}.")
    results: dict[str, Result] = {"kind": Result(marginal.kind), "converged": Result(found.converged)}
    if found.converged:
        points, density = marginal.marginal()
        results |= {
            "interval": Result([list(marginal.interval())], marginal.unit),
            "interval_profile": Result([list(pair) for pair in profile.intervals], profile.unit),
            "mean": Result(marginal.mean(), marginal.unit, uncertainty=marginal.deviation()),
            "best_fit": Result({n: {"value": v, "unit": question.likelihood.parameter(n).unit} for n, v in profile.best_fit.items()}),
            "critical_value": Result(profile.critical_value),
            "profile": Result({"parameter": profile.points, "delta": profile.delta}, profile.unit),
            "marginal": Result({"parameter": points, "density": density}, marginal.unit),
        }  # fmt: skip
    results |= {
        "r_hat": Result(max(marginal.r_hat.values())),
        "effective_samples": Result(min(marginal.effective.values())),
        "divergent": Result(marginal.divergent),
    }
    experiments = [analysis.experiment for analysis in question.analyses]
    cited = sources_of(experiments, question.theory)
    return Document("posterior", full, results, cited, tuple(warnings), found.converged)

"""task = "fit": best-fit values with errors, goodness of fit, counts, and spectra on request."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter import inference
from weakscatter.cards import statistics
from weakscatter.cards.document import Document
from weakscatter.cards.names import Names
from weakscatter.cards.prediction import sources_of
from weakscatter.cards.results import Result
from weakscatter.experiments import Analysis, energy_and_time
from weakscatter.units import to


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    return statistics.complete(card, names, folder)


def run(full: dict[str, Any], names: Names, progress: Callable[[str], None]) -> Document:
    """Compute a completed card."""
    output = full["output"]
    question = statistics.ask(full, names, full["free"])
    progress("fitting")
    found = inference.fit(question.likelihood, full["free"], errors=output["errors"])
    warnings = [*question.warnings, *([found.advice] if found.advice else [])]
    if not found.converged:
        warnings.insert(0, f"the fit did not converge, so there is no number: {found.status}.")
    probability: Any = None
    if found.converged and "p_value" in output:
        progress("drawing toys")
        goodness = inference.p_value(question.likelihood, found, output["p_value"], seed=output["seed"])
        probability = Result(goodness.p_value, uncertainty=goodness.error)
        if goodness.lost:
            warnings.append(f"goodness of fit: {goodness.status}.")
    best = {name: estimate.to_dict() for name, estimate in found.best_fit.items()}
    results = {
        "best_fit": Result(best),
        "minimum": Result(found.minimum),
        "ndof": Result(found.ndof),
        "p_value": probability or Result(None),
        "converged": Result(found.converged),
        "method": Result(found.method),
        "budget": Result(found.budget or None),
    }
    if found.correlation:
        results["parameter"] = Result(list(found.correlation), axes=("parameter",))
        matrix = np.array([list(row.values()) for row in found.correlation.values()])
        results["correlation"] = Result(matrix, axes=("parameter", "parameter"))
    if found.converged:
        for analysis in question.analyses:
            end = f"_{analysis.experiment.name}" if len(question.analyses) > 1 else ""
            results |= _prediction(analysis, found.values, end, spectra=output["spectra"])
    experiments = [analysis.experiment for analysis in question.analyses]
    cited = sources_of(experiments, question.theory)
    return Document("fit", full, results, cited, tuple(warnings), found.converged)


def _prediction(analysis: Analysis, values: Any, end: str, *, spectra: bool) -> dict[str, Result]:
    """Return counts per component at the best fit, and bin by bin if asked for."""
    analysis = analysis.binned
    read = {p.name: values[p.name] for p in analysis.parameters if p.name in values}
    components = analysis.predict(read)
    axis, data = f"component{end}", np.asarray(analysis.experiment.data, dtype=float)
    results = {
        axis: Result(list(components), axes=(axis,)),
        f"counts{end}": Result(np.array([np.sum(c) for c in components.values()]), axes=(axis,)),
        f"observed_total{end}": Result(float(data.sum())),
    }
    if not spectra:
        return results
    experiment = analysis.experiment
    bins = (f"energy_bin{end}", f"time_bin{end}")
    for name, edges, label in (
        (f"energy{end}", experiment.energy_edges, experiment.energy_label),
        (f"time{end}", experiment.time_edges, experiment.time_label),
    ):
        unit = _unit_in(label)
        edges = np.asarray(to(np.asarray(edges, dtype=float), unit))
        kind = name.removesuffix(end) if end else name
        results[f"{kind}_edges{end}"] = Result(edges, unit, axes=(f"{kind}_edges{end}",))
        results[f"{kind}_bin{end}"] = Result(0.5 * (edges[1:] + edges[:-1]), unit, axes=(f"{kind}_bin{end}",))
    expected = [energy_and_time(np.broadcast_to(c, data.shape)) for c in components.values()]
    results[f"expected{end}"] = Result(np.array(expected), axes=(axis, *bins))
    results[f"observed{end}"] = Result(energy_and_time(data), axes=bins)
    for side, ends in zip(("low", "high"), getattr(experiment, "interval", None) or (), strict=False):
        results[f"observed_{side}{end}"] = Result(np.asarray(ends, dtype=float), axes=bins)
    return results


def _unit_in(label: str) -> str:
    """Return the unit of an axis label like "arrival time (us)".

    >>> _unit_in("reconstructed energy (PE)")
    'PE'
    """
    return label.rpartition("(")[2].rstrip(")") if label.endswith(")") else ""

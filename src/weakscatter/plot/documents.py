"""Figures of the documents that cards return: the task says which one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from weakscatter.experiments import EXPERIMENTS
from weakscatter.inference import critical_value
from weakscatter.plot.contour import regions
from weakscatter.plot.contributions import contributions
from weakscatter.plot.cross_section import cross_section
from weakscatter.plot.data_and_fit import data_and_components
from weakscatter.plot.level_scheme import Column, level_scheme
from weakscatter.plot.photoabsorption import orbital_energies, photoabsorption
from weakscatter.plot.profile_and_marginal import both_curves
from weakscatter.plot.profile_curve import curve_and_interval
from weakscatter.plot.recoil_spectrum import recoil_spectrum
from weakscatter.plot.save import check_suffix, save
from weakscatter.plot.sensitivities import band_rows, ends_of
from weakscatter.plot.words import axis_text, name_text
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.units import factor

#: Of the interval that is shaded in a scan of one parameter, which asks for none itself.
CONFIDENCE = 0.90


def draw(document: Any, path: str | Path) -> Path:
    """Draw a document (see `figure_of`) into a PNG, PDF or SVG file; return its path.

    Raises
    ------
    InputError : a suffix, a task or results that cannot be drawn; then no file is written.
    """
    check_suffix(path)
    return save(figure_of(document), path)


def figure_of(document: Any) -> Figure:
    """The figure that shows a document's results.

    Parameters
    ----------
    document : mapping with "task" and "results" {name: {"value", "unit", "axes", ...}}, or an object whose
        ``to_dict()`` returns one. Read are

        - cross-section: recoil_energy or energy_transfer, dsigma_dT; dsigma_dT_by_kind with kind, where present;
        - rate: recoil_energy, flavour or component, dN_dT or dR_dT; NAME_by_kind with kind, where present;
        - both: NAME_error and NAME_error_by_cause, where present, as bands;
        - fit: observed, expected with component, energy_edges and, where the data have times, time_edges (names that
          end in an experiment's: the first experiment);
        - limit: profile {parameter, delta}, critical_value, interval, best_fit; interval_error, where present, as bands;
        - sensitivity: upper, one end a band; posterior: profile, marginal and both intervals;
        - scan: delta, the results that are its axes, best_fit;
        - shell-model: excitation_energy, spin, parity; measured_excitation_energy and the like, where present;
        - absorption: energy, cross_section; photoabsorption: photon_energy, sigma_length, sigma_velocity; atomic-structure: orbital, orbital_energy.

    Raises
    ------
    InputError : an unknown task, a result that is missing, or one without numbers.
    """
    plain = document.to_dict() if hasattr(document, "to_dict") else document
    if not isinstance(plain, Mapping) or not isinstance(plain.get("results"), Mapping):
        raise InputError(
            "a document to draw is a mapping with 'task' and 'results', as `weakscatter run --json` prints it."
        )
    task = plain.get("task")
    if task not in _FIGURES:
        raise unknown("task to draw", task, _FIGURES)
    return _FIGURES[str(task)](_Results(str(task), plain["results"], plain.get("card") or {}))


class _Results:
    """The results of a document, read by name."""

    def __init__(self, task: str, results: Mapping[str, Any], card: Mapping[str, Any]) -> None:
        self.task, self.results, self.card = task, results, card

    def __contains__(self, name: str) -> bool:
        return name in self.results and self.results[name].get("value") is not None

    def value(self, name: str) -> Any:
        return self.entry(name)["value"]

    def unit(self, name: str) -> str:
        return self.entry(name).get("unit") or ""

    def entry(self, name: str) -> Mapping[str, Any]:
        """A result that holds something."""
        if name in self:
            return self.results[name]
        if name in self.results:
            raise InputError(f"{name!r} of this {self.task} holds no number, so there is nothing to draw.")
        hint = " Put spectra = true into [output] of the card." if self.task == "fit" else ""
        raise InputError(f"this {self.task} holds no {name!r}, which its figure needs.{hint}")

    def natural(self, name: str) -> np.ndarray:
        """The value of a result in natural units."""
        return _numbers(name, self.value(name)) * factor(self.unit(name))


def _numbers(name: str, value: Any) -> np.ndarray:
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError):
        raise InputError(f"the result {name!r} is not a table of numbers of one length.") from None


def _rows(results: _Results, name: str, labels: str) -> dict[str, np.ndarray]:
    table, names = results.natural(name), [str(label) for label in results.value(labels)]
    if table.ndim == 0 or len(table) != len(names):
        raise InputError(f"{name!r} must have one row for each of {labels}: {', '.join(names)}.")
    return dict(zip(names, table, strict=True))


def _cross_section(results: _Results) -> Figure:
    axis = "energy_transfer" if "energy_transfer" in results else "recoil_energy"
    T, whole = results.natural(axis), results.natural("dsigma_dT")
    options: dict[str, Any] = {"unit": results.unit("dsigma_dT"), "recoil_unit": results.unit(axis),
               "per": results.entry("dsigma_dT").get("per")}  # fmt: skip
    error = results.natural("dsigma_dT_error") if "dsigma_dT_error" in results else None
    if "dsigma_dT_by_kind" in results:
        parts = _rows(results, "dsigma_dT_by_kind", "kind")
        return contributions(T, parts, whole, **options, total_error=error)
    label = _target(results.card) or "cross section"
    response = results.card.get("response")
    compared = response.get("compare", []) if isinstance(response, Mapping) else []
    beside = {str(word): results.natural(f"dsigma_dT_{word}") for word in compared}
    return cross_section(
        T, {label: whole, **beside}, **options, errors=None if error is None else {label: error}
    )


def _of(card: Mapping[str, Any], key: str) -> Any:
    target = card.get("target")
    return (target.get(key) if isinstance(target, Mapping) else None) or ""


def _target(card: Mapping[str, Any]) -> str:
    names = [str(_of(card, key)) for key in ("nuclide", "element", "compound")]
    return next((name for name in names if name), "")


def _rate(results: _Results) -> Figure:
    name, axis = _spectrum(results)
    T, rows = results.natural("recoil_energy"), _rows(results, name, axis)
    whole = np.sum(list(rows.values()), axis=0)
    # "Per target mass" is said by the title, which names the target; on the axis it would read as per kilogram.
    per = results.entry(name).get("per")
    options: dict[str, Any] = {
        "recoil_unit": results.unit("recoil_energy"),
        "per": None if per in ("target mass", "mass and time") else per,
        "title": " ".join(part for part in (str(_of(results.card, "mass")), _target(results.card)) if part),
    }
    if f"{name}_by_kind" in results:
        parts = _rows(results, f"{name}_by_kind", "kind")
        return contributions(
            T,
            parts,
            whole,
            unit=results.unit(f"{name}_by_kind"),
            symbol="N",
            **options,
            total_error=_total_error(results, name),
        )
    total = whole if len(rows) > 1 else None
    errors: dict[str, Any] = _rows(results, f"{name}_error", axis) if f"{name}_error" in results else {}
    if errors and total is not None:
        errors["total"] = _total_error(results, name)
    return recoil_spectrum(T, rows, total, unit=results.unit(name), **options, errors=errors)


def _spectrum(results: _Results) -> tuple[str, str]:
    """Name of the spectrum, per exposure or per mass and time, and of the axis of its components."""
    return "dN_dT" if "dN_dT" in results else "dR_dT", "component" if "component" in results else "flavour"


def _total_error(results: _Results, name: str) -> np.ndarray | None:
    """Error of the spectrum summed over flavours, which move together with each cause."""
    if f"{name}_error_by_cause" not in results:
        return None
    parts = results.natural(f"{name}_error_by_cause")  # [cause, flavour, T], signed
    return np.sqrt(np.sum(np.sum(parts, axis=1) ** 2, axis=0))


def _fit(results: _Results) -> Figure:
    # With several experiments every name ends in the experiment's; the first one is drawn.
    found = [name.removeprefix("expected") for name in results.results if name.split("_")[0] == "expected"]
    end = found[0] if found else ""
    expected = _rows(results, f"expected{end}", f"component{end}")
    energies, times = f"energy_edges{end}", f"time_edges{end}"
    timed = times in results
    labels: dict[str, Any] = {"energy_label": f"observed energy ({results.unit(energies)})"}
    if timed:
        labels["time_label"] = f"arrival time ({results.unit(times)})"
    if f"observed_low{end}" in results:
        labels["interval"] = tuple(results.natural(f"observed_{side}{end}") for side in ("low", "high"))
    names = [name for name in results.card.get("experiments") or [] if isinstance(name, str)]
    return data_and_components(
        results.natural(f"observed{end}"),
        expected,
        results.natural(energies),
        results.natural(times) if timed else None,
        **labels,
        title=_title(end.removeprefix("_") or (names[0] if names else "")),
    )


def _title(name: str) -> str:
    """What people call an experiment; a card's own is called by its name."""
    return str(getattr(EXPERIMENTS.get(name), "title", name_text(name)))


def _limit(results: _Results) -> Figure:
    profile = results.value("profile")
    if not isinstance(profile, Mapping) or not {"parameter", "delta"} <= set(profile):
        raise InputError("the 'profile' of a limit must hold 'parameter' and 'delta'.")
    parameter = str(results.card.get("parameter", "parameter"))
    pairs = results.value("interval")
    if len(pairs) == 2 and not any(isinstance(end, list | tuple) for end in pairs):
        pairs = [pairs]
    return curve_and_interval(
        parameter, results.unit("interval"), profile["parameter"], profile["delta"],
        critical_value=float(results.value("critical_value")), confidence=float(results.card.get("confidence", 0.90)),
        sides=str(results.card.get("sides", "two")), intervals=pairs, best_fit=_best(results).get(parameter),
        end_errors=results.value("interval_error") if "interval_error" in results else None,
    )  # fmt: skip


def _sensitivity(results: _Results) -> Figure:
    parameter, card = str(results.card.get("parameter", "parameter")), results.card
    names = [
        one if isinstance(one, str) else Path(str(one["card"])).stem for one in card.get("experiments") or []
    ]
    rows = {" + ".join(_title(name) for name in names) or "expected": ends_of(results.value("upper"))}
    what = f"{100 * float(card.get('confidence', 0.9)):g} % {'CLs ' if card.get('method') == 'cls' else ''}upper limit"
    return band_rows(rows, axis_text(f"{what} on {name_text(parameter)}", results.unit("upper")), {}, "")


def _posterior(results: _Results) -> Figure:
    profile, marginal = results.value("profile"), results.value("marginal")
    parameter = str(results.card.get("parameter", "parameter"))
    prior = (results.card.get("prior") or {}).get(parameter, "flat")
    low, high = results.value("interval")[0]
    return both_curves(
        parameter, results.unit("interval"), (profile["parameter"], profile["delta"]),
        (marginal["parameter"], marginal["density"]), [(a, b) for a, b in results.value("interval_profile")], (low, high),
        float(results.card.get("confidence", 0.90)), prior,
    )  # fmt: skip


def _scan(results: _Results) -> Figure:
    delta, best = _numbers("delta", results.value("delta")), _best(results)
    names = [str(name) for name in results.entry("delta").get("axes") or []]
    if not 1 <= len(names) <= 2:
        raise InputError(
            f"the 'delta' of a scan must name one or two axes; it names {', '.join(names) or 'none'}."
        )
    axes = {name: (_numbers(name, results.value(name)), results.unit(name)) for name in names}
    if len(axes) == 2:
        return regions(axes, delta, best_fit=best)
    ((name, (points, unit)),) = axes.items()
    return curve_and_interval(
        name, unit, points, delta, critical_value=critical_value(CONFIDENCE, "two"), confidence=CONFIDENCE,
        best_fit=best.get(name),
    )  # fmt: skip


def _best(results: _Results) -> dict[str, float | None]:
    """Best values by name; entries may be numbers or {value, minus, plus, unit}."""
    found = results.value("best_fit") if "best_fit" in results else {}
    return {str(key): v.get("value") if isinstance(v, Mapping) else v for key, v in found.items()}


def _shell_model(results: _Results) -> Figure:
    columns = {}
    for source, prefix in (("calculated", ""), ("measured", "measured_")):
        if f"{prefix}excitation_energy" in results:
            energies = results.natural(f"{prefix}excitation_energy")
            columns[source] = Column(
                energies, results.value(f"{prefix}spin"), results.value(f"{prefix}parity")
            )
    if "calculated" not in columns:
        raise InputError("this shell-model run holds no energies, so there is nothing to draw.")
    return level_scheme({str(results.card.get("nuclide", "nucleus")): columns})


def _photoabsorption(results: _Results) -> Figure:
    forms = {
        label: results.natural(name)
        for label, name in (("length", "sigma_length"), ("velocity", "sigma_velocity"))
        if name in results
    }
    if not forms:
        raise InputError("this photoabsorption run holds no cross section, so there is nothing to draw.")
    return photoabsorption(
        results.natural("photon_energy"), forms, unit=results.unit("sigma_length"),
        photon_unit=results.unit("photon_energy"), title=str(results.card.get("element", "")),
    )  # fmt: skip


def _absorption(results: _Results) -> Figure:
    if "cross_section" not in results:
        raise InputError(
            "this absorption run holds no cross section: give [output] energy to have one drawn."
        )
    return photoabsorption(
        results.natural("energy"), {str(results.card["particle"]): results.natural("cross_section")},
        unit=results.unit("cross_section"), photon_unit=results.unit("energy"), title=str(results.card["element"]),
    )  # fmt: skip


def _atomic_structure(results: _Results) -> Figure:
    return orbital_energies(
        [str(name) for name in results.value("orbital")], results.natural("orbital_energy"),
        unit=results.unit("orbital_energy"), title=str(results.card.get("element", "")),
    )  # fmt: skip


_FIGURES = {
    "cross-section": _cross_section,
    "rate": _rate,
    "fit": _fit,
    "limit": _limit,
    "sensitivity": _sensitivity,
    "posterior": _posterior,
    "scan": _scan,
    "shell-model": _shell_model,
    "atomic-structure": _atomic_structure,
    "photoabsorption": _photoabsorption,
    "absorption": _absorption,
}

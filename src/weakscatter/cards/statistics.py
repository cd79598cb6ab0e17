"""What fits, limits and scans share: experiments by name or card, the theory, the joint likelihood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

from weakscatter.cards.experiment import experiment_from_card
from weakscatter.cards.mixing import mixing_of
from weakscatter.cards.names import Names
from weakscatter.cards.parse import as_table, check_names, path_of, section
from weakscatter.cards.prediction import complete_output, complete_theory, sources_of, stated_theory
from weakscatter.cards.schema import TOP
from weakscatter.cards.schema_projection import BASELINE
from weakscatter.cards.values import read
from weakscatter.experiments import Analysis, analyse, joint_likelihood, with_statistic
from weakscatter.inference import Likelihood, Parameter, asimov
from weakscatter.interactions import parts_of, theory_from_parameters, theory_parameters, together
from weakscatter.mixing import in_basis
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.sources import Source
from weakscatter.units import UnitError, factor, parse


@dataclass(frozen=True, eq=False)
class Question:
    """Experiments joined with one theory, ready to be fitted."""

    analyses: tuple[Analysis, ...]
    likelihood: Likelihood
    theory: Any
    warnings: tuple[str, ...]
    held: Mapping[str, float] = field(default_factory=dict)


def complete(card: Mapping[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return a card about experiments with its defaults filled in."""
    task = card["task"]
    stated = {name: card[name] for name in TOP[task] if name in card}
    full: dict[str, Any] = {"task": task, **section(f"task {task}", stated, TOP[task], folder)}
    full["experiments"] = _listed(full["experiments"], names, folder)
    options = as_table("experiment_options", card.get("experiment_options", {}))
    chosen = [name for name in full["experiments"] if isinstance(name, str)]
    check_names("[experiment_options]", options, chosen, "experiment of this card")
    full["experiment_options"] = {
        name: _complete_options(name, options.get(name, {}), names) for name in chosen
    }
    named = (full.get("parameter"), *full.get("free", ()), *full.get("profile", ()), *full["fixed"])
    named = (*named, *as_table("grid", card.get("grid", {})))
    complete_theory(full, card, names, folder, [name for name in named if isinstance(name, str)])
    complete_output(full, card, task, folder)
    full["output"].pop("units")
    return full


def _listed(given: Any, names: Names, folder: Path) -> list[Any]:
    if not isinstance(given, list) or not given:
        raise InputError(
            f'experiments = {given!r} is no list of experiments. Write experiments = ["coherent_csi_2021"].'
        )
    listed: list[Any] = []
    for i, one in enumerate(given, 1):
        where = f"experiments[{i}]"
        if isinstance(one, Mapping):
            check_names(where, one, ["card"])
            if not isinstance(one.get("card"), str):
                raise InputError(
                    f'{where} = {one!r}: write {{ card = "FILE.toml" }}, a card that describes an experiment.'
                )
            one = {"card": str(path_of(one["card"], folder))}
        elif not isinstance(one, str) or one not in names.experiments:
            hint = nearest(str(one), names.experiments)
            raise InputError(
                f"{where} = {one!r} is an unknown experiment.{hint} Available: {', '.join(names.experiments)}; or "
                '{ card = "FILE.toml" }.'
            )
        if one in listed:
            raise InputError(f"{where} = {one!r} is listed twice. The same data count once.")
        listed.append(one)
    return listed


def _complete_options(name: str, given: Any, names: Names) -> dict[str, Any]:
    """Return an experiment's options; those with a plain default are written out."""
    where = f"experiment_options.{name}"
    given = as_table(where, given)
    kind = names.experiments[name]
    known = {f.name: f for f in fields(kind)} if isinstance(kind, type) and is_dataclass(kind) else {}
    check_names(f"[{where}]", given, [*known, "statistic", "baseline"], "option")
    defaults = {n: f.default for n, f in known.items() if isinstance(f.default, str | bool | int | float)}
    if "form_factor" in given and given["form_factor"] not in names.form_factors:
        check_names(f"{where}.form_factor", [str(given["form_factor"])], names.form_factors, "form factor")
    read(BASELINE, f"{where}.baseline", given.get("baseline", "0 m"))
    return {**defaults, "statistic": "shape", "baseline": "0 m", **given}


def _experiment(one: Any, options: Mapping[str, Any], names: Names) -> Any:
    if isinstance(one, Mapping):
        return experiment_from_card(one["card"], form_factors=names.form_factors)
    kind = names.experiments[one]
    if not isinstance(kind, type) and not (callable(kind) and not hasattr(kind, "build")):
        return kind
    chosen = dict(options)
    statistic = chosen.pop("statistic", "shape")
    chosen.pop("baseline", None)
    if isinstance(chosen.get("form_factor"), str):
        model = names.form_factors[chosen["form_factor"]]
        chosen["form_factor"] = model() if isinstance(model, type) else model
    try:
        return with_statistic(kind(**chosen), statistic)
    except TypeError as error:
        raise InputError(f"the experiment {one!r} does not take these options: {error}.") from None


def experiments_of(full: Mapping[str, Any], names: Names) -> list[Any]:
    """Return the experiments of a completed card with their options."""
    return [
        _experiment(one, full["experiment_options"].get(one, {}) if isinstance(one, str) else {}, names)
        for one in full["experiments"]
    ]


def cited(full: Mapping[str, Any], names: Names) -> tuple[Source, ...]:
    """Return the sources that a completed card rests on, without calculating."""
    named = [
        full.get("parameter"),
        *full.get("free", ()),
        *full.get("profile", ()),
        *full.get("grid", ()),
        *full.get("point", ()),
        *full["fixed"],
    ]
    theory, _ = theory_with(full, names, tuple(name for name in named if name))
    return sources_of(experiments_of(full, names), theory)


def ask(
    full: Mapping[str, Any], names: Names, named: Iterable[str], *, keep_nuisances: bool = False
) -> Question:
    """Return the joint likelihood in which the ``named`` parameters are free beside all nuisances.

    With ``keep_nuisances`` a nuisance that the card fixes stays in the likelihood, to be held (`Question.held`) and moved.
    """
    named = tuple(named)
    experiments = experiments_of(full, names)
    titles = [experiment.name for experiment in experiments]
    for title in titles:
        if titles.count(title) > 1:
            raise InputError(f"two experiments are called {title!r}; rename one in its card.")
    theory, warnings = theory_with(full, names, (*named, *full["fixed"]))
    known: dict[str, Parameter] = {p.name: p for p in theory.parameters}
    owned = [{p.name: p for p in experiment.parameters} for experiment in experiments]
    for own in owned:
        known |= own
    mixing = mixing_of(full)
    every = {**dict.fromkeys(theory_parameters(mixing.nature)), **known}
    for name in (*named, *full["fixed"]):
        if name not in known:
            raise InputError(
                f"unknown parameter {name!r}.{nearest(name, every)} `weakscatter show experiment {titles[0]}` lists those "
                f"of the experiment with units and priors."
            )
    values = {name: in_unit_of(known[name], f"fixed.{name}", given) for name, given in full["fixed"].items()}
    for name, value in values.items():
        p = known[name]
        if not p.lower <= value <= p.upper:
            raise InputError(
                f"fixed.{name} = {full['fixed'][name]!r} is outside [{p.lower:g}, {p.upper:g}] {p.unit}. Choose a value inside."
            )
    held = {name: value for name, value in values.items() if keep_nuisances and known[name].sigma is not None}
    values = {name: value for name, value in values.items() if name not in held}
    shared = {p.name for p in theory.parameters}
    analyses = tuple(
        analyse(
            experiment,
            theory,
            free=[name for name in named if name in shared or name in own],
            fixed={name: value for name, value in values.items() if name in shared or name in own},
            mixing=mixing,
            baseline=read(
                BASELINE,
                f"experiments[{i}]: baseline",
                _baseline(full, full["experiments"][i - 1], experiment),
            ),
        )
        for i, (experiment, own) in enumerate(zip(experiments, owned, strict=True), 1)
    )
    for experiment in experiments:
        if getattr(experiment, "projected", False):
            warnings.append(
                f"{experiment.name} is projected: its data are the counts that this card's theory expects."
            )
    joint = joint_likelihood(analyses)
    if full.get("data") == "asimov":
        joint = asimov(joint, held)
        warnings.append("data = asimov: the counts are those that nominal values lead to expect.")
    return Question(analyses, joint, theory, tuple(warnings), held)


def _baseline(full: Mapping[str, Any], listed: Any, experiment: Any) -> Any:
    """Return the baseline of an experiment of the card: an option of a named one, [source] of one that a card describes."""
    if isinstance(listed, str):
        return full["experiment_options"][listed]["baseline"]
    return experiment.card["source"].get("baseline", "0 m")


def theory_with(full: Mapping[str, Any], names: Names, named: tuple[str, ...]) -> tuple[Any, list[str]]:
    """Return the card's interactions, plus what the named parameters call for.

    A total charge radius among them takes the Standard-Model one out of the weak couplings, so that it counts once.
    """
    theory, warnings = stated_theory(full, names)
    parts = list(parts_of(theory))
    have = {p.name for part in parts for p in part.parameters}
    rest = [name for name in named if name not in have]
    totals = [
        name
        for name in rest
        if name.startswith("charge_radius_") and not name.startswith("charge_radius_bsm_")
    ]
    if totals and any(part.kind == "charge-radius" for part in parts):
        raise InputError(
            f"the charge radius is set twice: the parameter {totals[0]!r} is the total one and an [[interaction]] of kind "
            "'charge-radius' adds one beyond the Standard Model. Keep one of them."
        )
    weak = next((part for part in parts if part.kind == "weak"), None)
    nature = mixing_of(full).nature
    known = theory_parameters(nature)
    built = theory_from_parameters([name for name in rest if name in known], weak, nature)
    built_weak, *called = parts_of(built)
    parts = [built_weak if part is weak else part for part in parts] + called
    for kind in names.own_interactions.values():
        # A user's interaction that the card does not list joins with its defaults when one of its parameters is named.
        default = _by_default(kind)
        if default is None or any(isinstance(part, kind) for part in parts):
            continue
        if {p.name for p in default.parameters} & set(rest):
            parts.append(default)
    theory = parts[0]
    for part in parts[1:]:
        theory = together(theory, part)
    return in_basis(theory, mixing_of(full)), warnings


def _by_default(kind: Any) -> Any:
    """Return the interaction of a class whose fields all have defaults, else None."""
    if not (isinstance(kind, type) and is_dataclass(kind)):
        return None
    missing = [f for f in fields(kind) if f.init and f.default is MISSING and f.default_factory is MISSING]
    return None if missing else kind()


_SCALED = re.compile(r"\s*([+-]?\d[\d.]*(?:[eE][+-]?\d+)?)\s+(.*)")


def in_unit_of(parameter: Parameter, where: str, given: Any) -> float:
    """Return a number of the parameter's unit from a number or a quantity.

    >>> in_unit_of(Parameter("r", 0.0, unit="1e-32 cm^2"), "fixed.r", "-5e-32 cm^2")
    -5.0
    """
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise InputError(
            f"{where} = {given!r}: give a number in the unit {parameter.unit or '1'!r}, or a quantity."
        )
    found = _SCALED.fullmatch(parameter.unit)
    scale, unit = (float(found[1]), found[2]) if found else (1.0, parameter.unit)
    try:
        if not isinstance(given, str):
            value = float(given)
        elif _is_unit(unit):
            value = parse(given, unit) / factor(unit) / scale
        else:
            # Units of e, mu_B or standard deviations are no dimensions: the word itself must stand there.
            number, _, word = given.strip().partition(" ")
            if word.strip() not in ("", unit):
                raise UnitError(f"{given!r} is not given in {unit!r}.")
            value = parse(number) / (scale if word.strip() else 1.0)
    except UnitError as error:
        raise InputError(f"{where}: {error} The parameter's unit is {parameter.unit or '1'!r}.") from None
    except OverflowError:
        raise InputError(f"{where}: the number is too large.") from None
    if not abs(value) < float("inf"):
        raise InputError(f"{where} = {given!r}: it must be finite.")
    return value


def _is_unit(unit: str) -> bool:
    try:
        factor(unit)
    except UnitError:
        return False
    return True

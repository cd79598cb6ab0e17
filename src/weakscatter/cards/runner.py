"""`run`: the one public call behind cards and commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from weakscatter.cards import (
    absorption,
    atomic_response,
    atomic_structure,
    cross_section,
    fit,
    limit,
    photoabsorption,
    posterior,
    rate,
    scan,
    sensitivity,
    shell_model,
    toys,
)
from weakscatter.cards.document import Document
from weakscatter.cards.errors import with_errors
from weakscatter.cards.names import Names, join
from weakscatter.cards.parse import check_names, load
from weakscatter.cards.schema import TASKS, TOP
from weakscatter.cards.species import with_species
from weakscatter.inference import Work
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.units import UnitError

_TASKS: dict[str, Any] = {
    "cross-section": cross_section,
    "rate": rate,
    "fit": fit,
    "limit": limit,
    "sensitivity": sensitivity,
    "posterior": posterior,
    "scan": scan,
    "toys": toys,
    "shell-model": shell_model,
    "atomic-structure": atomic_structure,
    "photoabsorption": photoabsorption,
    "atomic-response": atomic_response,
    "absorption": absorption,
}

#: Tasks that may need toys, which are computed and kept where `work` says.
_WITH_TOYS = (limit, scan, toys)


def complete(
    card: Any,
    *,
    interactions: Mapping[str, Any] | None = None,
    form_factors: Mapping[str, Any] | None = None,
    experiments: Mapping[str, Any] | None = None,
    folder: str | Path | None = None,
) -> dict[str, Any]:
    """Return a card with every default filled in, without running it; arguments as for `run`.

    Completing is idempotent, and a completed card gives the same results as the one it came from.
    """
    return _complete(card, join(interactions, form_factors, experiments), folder)


def run(
    card: Any,
    *,
    interactions: Mapping[str, Any] | None = None,
    form_factors: Mapping[str, Any] | None = None,
    experiments: Mapping[str, Any] | None = None,
    folder: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
    work: Work | None = None,
) -> Document:
    """Run a card.

    Parameters
    ----------
    card : path of a TOML file, or a dictionary with the same content
    interactions : {kind: class}, optional
        A user's own theories beside the built-in ones: frozen dataclasses as described in `weakscatter.interactions.theory`,
        whose fields say in their metadata how a card writes them (`weakscatter.cards.interaction`).
    form_factors : {name: class or object}, optional
        Callables (q, radius, nuclide) -> F, see `weakscatter.response.form_factors`.
    experiments : {name: class or object}, optional
        See `weakscatter.experiments.analysis`; `experiment_from_card` makes one from a card and CSV files.
    folder : path, optional
        What the paths in a dictionary are relative to; those in a file are relative to the file.
    progress : callable, optional
        Called with a few words before every long step.
    work : `weakscatter.Work`, optional
        Where toys are computed and kept, for the methods and tasks that need some; it changes no number.

    Returns
    -------
    Document
        With ``converged = False`` when the answer must not be used.

    Raises
    ------
    InputError : anything wrong with the card, in one paragraph.

    Examples
    --------
    >>> document = run({
    ...     "task": "cross-section",
    ...     "projectile": {"flavour": "mu", "energy": "30 MeV"},
    ...     "target": {"nuclide": "Ar40"},
    ...     "output": {"recoil_energy": ["10 keV"], "units": {"dsigma_dT": "cm^2/MeV"}},
    ... })
    >>> print(document["dsigma_dT"].unit, document["dsigma_dT"].per)
    cm^2/MeV nucleus
    """
    names = join(interactions, form_factors, experiments)
    full = _complete(card, names, folder)
    task = _TASKS[full["task"]]
    say = progress or (lambda text: None)
    try:
        return with_species(_run(task, full, names, say, work))
    except UnitError as error:
        raise InputError(str(error)) from None
    except OverflowError:
        raise InputError(
            "a number of this card is too large or too small to be multiplied. Check the units."
        ) from None


def _run(
    task: Any, full: dict[str, Any], names: Names, say: Callable[[str], None], work: Work | None
) -> Document:
    if task not in (cross_section, rate):
        say("preparing")
        done: Document = (
            task.run(full, names, say, work) if task in _WITH_TOYS else task.run(full, names, say)
        )
    elif full["output"].get("errors"):
        done = with_errors(full, lambda moved: task.run(moved, names))
    else:
        done = task.run(full, names)
    return done


def _complete(card: Any, names: Names, folder: str | Path | None) -> dict[str, Any]:
    content, base = load(card, folder)
    if "experiment" in content and "task" not in content:
        raise InputError(
            'this card describes an experiment: name it in a fit or limit card, experiments = [{ card = "FILE.toml" }], or '
            "pass weakscatter.cards.experiment_from_card(...) to run(experiments=...)."
        )
    task = content.get("task")
    if task is None:
        raise InputError(f'the card has no task. Write task = "..." at its top; tasks: {", ".join(TASKS)}.')
    if not isinstance(task, str) or task not in TASKS:
        raise InputError(
            f"task = {task!r} is unknown.{nearest(str(task), TASKS)} Allowed: {', '.join(TASKS)}."
        )
    known = ("task", *TOP[task], *TASKS[task])
    check_names(f"card of task {task!r}", content, known, "section or key")
    try:
        full = _TASKS[task].complete(content, names, base)
        return {name: full[name] for name in known if name in full}
    except UnitError as error:
        raise InputError(str(error)) from None
    except OverflowError:
        raise InputError(
            "a number of this card is too large or too small to be multiplied. Check the units."
        ) from None

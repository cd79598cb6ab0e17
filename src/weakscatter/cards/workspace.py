"""The likelihood of a limit card as a workspace of pyhf."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from weakscatter.cards import statistics
from weakscatter.cards.names import join
from weakscatter.cards.runner import complete
from weakscatter.inference import Workspace, pyhf_workspace
from weakscatter.provenance.errors import InputError


def workspace_from_card(
    card: Any, *, at: Any = 1.0, folder: str | Path | None = None, **own: Any
) -> Workspace:
    """Return the joint likelihood of a limit or sensitivity card as a workspace with the limited parameter as strength.

    Parameters
    ----------
    card : path or dictionary, as for `run`.
    at : value of the parameter at strength one, a number in its unit or a quantity.
    own : interactions, form_factors, experiments, as for `run`.
    """
    full = complete(card, folder=folder, **own)
    if "parameter" not in full:
        raise InputError(
            f"task = {full['task']!r} limits no parameter; a workspace is made from a limit card."
        )
    if full["profile"]:
        raise InputError(
            f"profile = {full['profile']}: a workspace has no free parameter but the strength. Fix it, or leave it out."
        )
    question = statistics.ask(full, join(**own), (full["parameter"],))
    value = statistics.in_unit_of(question.likelihood.parameter(full["parameter"]), "at", at)
    return pyhf_workspace(question.likelihood, full["parameter"], at=value)

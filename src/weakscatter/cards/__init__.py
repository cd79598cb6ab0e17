"""Cards: a calculation written down in TOML, validated, completed with its defaults, run, and echoed.

`run` is the one public call. A card is read against the tables of `schema.py`; what it does not state is filled in as
text, and *that text* is computed, so the echoed card gives the same document again. Nothing is calculated here.

Names are loaded on first use: reading a card's schema or listing names imports no JAX.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weakscatter.cards.catalogue import available
    from weakscatter.cards.citing import cite
    from weakscatter.cards.curve_source import curves
    from weakscatter.cards.curve_table import Curves, hepdata_submission, read_curves
    from weakscatter.cards.document import Document
    from weakscatter.cards.experiment import CardExperiment, experiment_from_card
    from weakscatter.cards.results import Result
    from weakscatter.cards.runner import complete, run
    from weakscatter.cards.stored import load_result
    from weakscatter.cards.workspace import workspace_from_card

__all__ = [
    "CardExperiment",
    "Curves",
    "Document",
    "Result",
    "available",
    "cite",
    "complete",
    "curves",
    "experiment_from_card",
    "hepdata_submission",
    "load_result",
    "read_curves",
    "run",
    "workspace_from_card",
]

_ROOM = {
    "CardExperiment": "experiment",
    "Curves": "curve_table",
    "Document": "document",
    "Result": "results",
    "available": "catalogue",
    "cite": "citing",
    "complete": "runner",
    "curves": "curve_source",
    "experiment_from_card": "experiment",
    "hepdata_submission": "curve_table",
    "load_result": "stored",
    "read_curves": "curve_table",
    "run": "runner",
    "workspace_from_card": "workspace",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ROOM[name]}"), name)

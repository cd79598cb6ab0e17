"""What the tasks with toys share: the section [toys], where toys are computed, and what of the result goes into a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from weakscatter.cards.parse import section
from weakscatter.cards.results import Result
from weakscatter.cards.schema import SECTIONS
from weakscatter.inference import CriticalMap, Toys, Work
from weakscatter.provenance.errors import InputError


def complete_toys(full: dict[str, Any], card: Mapping[str, Any], folder: Path) -> None:
    """Fill in [toys] where the card's method needs toys; refuse it where it does not."""
    if full.get("method", "feldman-cousins") == "feldman-cousins":
        full["toys"] = section("toys", card.get("toys", {}), SECTIONS["toys"], folder)
        toys_of(full)
        return
    for name in ("toys", "confidence") if full["task"] == "scan" else ("toys",):
        if name in card:
            raise InputError(
                f'{name!r} is given, and method = {full["method"]!r} needs no toys. Write method = "feldman-cousins", or leave '
                "it out."
            )


def toys_of(full: Mapping[str, Any]) -> Toys:
    """Return the toys of a completed card."""
    return Toys(**full["toys"])


def work_of(full: Mapping[str, Any], work: Work | None, progress: Callable[[str], None]) -> Work:
    """Return where the toys of a completed card are computed: its result file must belong to the same card."""
    chosen = work or Work()
    origin = dict(chosen.origin)
    for name, value in full.items():
        inner = value.items() if isinstance(value, dict) else ()
        # One entry a key, so that a refusal can say which one differs.
        origin |= {f"{name}.{key}": entry for key, entry in inner} if inner else {name: value}

    def counted(done: int, total: int) -> None:
        progress(f"computing toys, {done} of {total} units of {full['toys']['first']}")

    return replace(chosen, origin=origin, progress=chosen.progress or counted)


def map_results(found: CriticalMap, axes: tuple[str, ...]) -> dict[str, Result]:
    """Return critical values, p-values and numbers of toys along ``axes``."""
    own = ("confidence", *axes)
    return {
        "confidence": Result(list(found.confidences), axes=("confidence",)),
        "critical_values": Result(found.critical, axes=own, uncertainty=found.critical_error),
        "p_value": Result(found.p_value, axes=axes, uncertainty=found.p_error),
        "toys": Result(found.toys, axes=axes),
        "coverage_error": Result(found.coverage_error, axes=own),
    }

"""[mixing] and baselines: which state arrives, and in which basis the interactions are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from weakscatter.cards.mixing_keys import MIXING
from weakscatter.cards.parse import section
from weakscatter.cards.schema_projection import BASELINE
from weakscatter.cards.values import read
from weakscatter.flux import Beam, oscillated
from weakscatter.mixing import Mixing

_MASS_PARAMETER = re.compile(r".*_[123][123](_phase)?")


def complete_mixing(
    full: dict[str, Any], card: Mapping[str, Any], folder: Path, named: Iterable[str] = ()
) -> None:
    """Fill in [mixing] where the card has it or something needs it: a mass basis, a baseline, the Sun, a parameter `named`."""
    needed = (
        any(one.get("basis") == "mass" for one in full["interaction"])
        or any(read(BASELINE, "baseline", given) != 0.0 for given in _baselines(full))
        or _from_the_sun(full)
        or any(_MASS_PARAMETER.fullmatch(name) for name in named)
    )
    if "mixing" in card or needed:
        full["mixing"] = section("mixing", card.get("mixing", {}), MIXING, folder)
        mixing_of(full)


def _from_the_sun(full: Mapping[str, Any]) -> bool:
    source = full.get("source", {})
    return source.get("kind") == "solar" and source["oscillation"] != "none"


def _baselines(full: Mapping[str, Any]) -> list[Any]:
    options = full.get("experiment_options", {}).values()
    sections = (full.get("projectile", {}), full.get("source", {}), *options)
    return [one["baseline"] for one in sections if "baseline" in one]


def mixing_of(full: Mapping[str, Any]) -> Mixing:
    """Return the mixing of a completed card, the default one where it has none."""
    given = full.get("mixing", {})
    return Mixing(**{name: read(MIXING[name], f"mixing.{name}", value) for name, value in given.items()})


def travelled(beam: Beam, full: Mapping[str, Any], given: Any, where: str) -> Beam:
    """Return the beam of a completed card after its baseline."""
    return oscillated(beam, mixing_of(full), read(BASELINE, where, given))


def unused(full: Mapping[str, Any]) -> list[str]:
    """Return the warning for a [mixing] that nothing reads."""
    if "mixing" not in full or any(one.get("basis") == "mass" for one in full["interaction"]):
        return []
    if _from_the_sun(full) or any(read(BASELINE, "baseline", given) != 0.0 for given in _baselines(full)):
        return []
    return ["[mixing] is given, and nothing of this card depends on it: no mass basis, no baseline, no Sun."]

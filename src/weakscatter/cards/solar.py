"""[source] of kind "solar": the beam of a card, with the mixing and, where asked for, the matter that it describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weakscatter.cards.mixing import mixing_of
from weakscatter.cards.schema_sources import SOLAR
from weakscatter.cards.values import read
from weakscatter.flux import Beam, solar_neutrinos
from weakscatter.provenance.errors import InputError


def solar_beam(full: Mapping[str, Any], theory: Any = None) -> Beam:
    """Return the solar neutrinos of a completed card.

    Parameters
    ----------
    full : completed card; its [mixing] turns the neutrinos, the default one where it has none.
    theory : interactions of the card, which act on the way where source.matter = "interactions".

    Raises
    ------
    InputError : no duration, or what `solar_neutrinos` refuses.
    """
    value = {
        name: read(SOLAR[name], f"source.{name}", given)
        for name, given in full["source"].items()
        if name != "kind"
    }
    if "duration" not in value:
        raise InputError("[source] of kind 'solar' lacks 'duration': the live time. Add duration = \"1 yr\".")
    felt = theory if value.pop("matter") == "interactions" else None
    return solar_neutrinos(**value, mixing=mixing_of(full), theory=felt)

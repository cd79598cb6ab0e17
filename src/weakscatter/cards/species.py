"""Dark matter in a document: which particles were counted."""

from __future__ import annotations

from dataclasses import replace

from weakscatter.cards.document import Document
from weakscatter.cards.results import Result
from weakscatter.interactions import SPECIES_COUNTED


def with_species(document: Document) -> Document:
    """Say what was counted, Dirac particles or scalars, antiparticles too, wherever dark matter takes part in a result."""
    given = document.card.get("interaction", ())
    spins = [
        part["spin"]
        for part in given
        if isinstance(part, dict) and part.get("kind") == "dark-photon" and "spin" in part
    ]
    if not spins or "species" in document:
        return document
    return replace(document, results={**document.results, "species": Result(SPECIES_COUNTED[spins[0]])})

"""Keys of a card that describes an experiment instead of a task."""

from __future__ import annotations

from weakscatter.cards.key import Key
from weakscatter.cards.schema_projection import BACKGROUND, SYSTEMATIC

#: Sections of a card that describes an experiment instead of a task.
EXPERIMENT: dict[str, dict[str, Key]] = {
    "experiment": {
        "name": Key("text", "name in cards and results", required=True),
        "title": Key("text", "name for people", otherwise="the name"),
        "citations": Key("names", "keys of the bibliography", default=[]),
    },
    "data": {
        "counts": Key(
            "file",
            "CSV with the columns lower, upper (keV or PE) and counts (1); without [data] the experiment is projected",
            required=True,
        )
    },
    "background": BACKGROUND,
    "systematic": SYSTEMATIC,
}
MATRIX: dict[str, Key] = {
    "response_matrix": Key(
        "file",
        "CSV: 'recoil_energy (keV)', then one column (1) per bin; in place of quenching and resolution",
    ),
    "outside": Key("word", "recoils outside the matrix", words=("error", "zero"), default="error"),
}

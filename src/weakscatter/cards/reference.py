"""The reference table of the manual, from the schema that validates cards."""

from __future__ import annotations

from collections.abc import Iterator

from weakscatter.cards import schema_halo as halo
from weakscatter.cards import schema_shell_model as shell_model
from weakscatter.cards.key import Key
from weakscatter.cards.mixing_keys import MIXING
from weakscatter.cards.schema import (
    DETECTOR,
    KINDS,
    OUTPUT,
    SECTIONS,
    TOP,
    WEAK,
    words_of,
)
from weakscatter.cards.schema_dark_beam import DARK_MATTER
from weakscatter.cards.schema_electrons import ELECTRONS
from weakscatter.cards.schema_experiment import EXPERIMENT, MATRIX
from weakscatter.cards.schema_inelastic import TABLE


def describe() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (section, key, what is allowed, default, meaning) for every key: the reference table of the manual."""
    for task, keys in TOP.items():
        for name, key in keys.items():
            yield (f"task = {task}", name, *_described(key))
    for section, keys in SECTIONS.items():
        for name, key in keys.items():
            yield (section, name, *_described(key))
    for name, key in ELECTRONS.items():
        yield ("response (scatters_on = electrons)", name, *_described(key))
    for name, key in {**halo.RESPONSE, **halo.FILES}.items():
        yield ("response (source = halo)", name, *_described(key))
    for name, key in halo.OUTPUT.items():
        yield ("output (rate of a halo)", name, *_described(key))
    for name, key in TABLE.items():
        yield ("response (final = inelastic or a level)", name, *_described(key))
    for name, key in MIXING.items():
        yield ("mixing", name, *_described(key))
    for name, key in DARK_MATTER.items():
        yield ("dark_matter (source.kind = dark-matter-beam)", name, *_described(key))
    for section, keys in shell_model.SECTIONS.items():
        for name, key in keys.items():
            yield (f"{section} (shell-model)", name, *_described(key))
    for section, kinds in KINDS.items():
        for kind, keys in kinds.items():
            for name, key in keys.items():
                yield (f"{section} (kind = {kind})", name, *_described(key))
    for name, key in WEAK.items():
        yield ("interaction (kind = weak)", name, *_described(key))
    for name, key in {**DETECTOR, **MATRIX}.items():
        yield ("detector", name, *_described(key))
    for task, keys in OUTPUT.items():
        for name, key in keys.items():
            yield (f"output ({task})", name, *_described(key))
    for section, keys in EXPERIMENT.items():
        for name, key in keys.items():
            yield (f"{section} (experiment card)", name, *_described(key))


def _described(key: Key) -> tuple[str, str, str]:
    allowed = (
        " | ".join(words_of(key))
        if key.words
        else f"{key.reads}{f' ({key.dimension})' if key.dimension else ''}"
    )
    default = (
        "required" if key.required else key.otherwise or ("" if key.default is None else str(key.default))
    )
    return allowed, default, key.text

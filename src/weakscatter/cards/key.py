"""One key of a card's section: what it takes, means and defaults to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Key:
    """One key of a section.

    Parameters
    ----------
    reads : which reader of `values.py` takes it.
    text : what it means.
    dimension : dimension or unit of a quantity; "" for a pure number.
    words : allowed words.
    default : as it would be written in a card; None: there is none.
    otherwise : a default that depends on the rest of the card, in words.
    required : an error when it is missing.
    above, least, most : open and closed bounds of every number in it, in units of `dimension` (natural units).
    """

    reads: str
    text: str
    dimension: str = ""
    words: tuple[str, ...] = ()
    default: Any = None
    otherwise: str = ""
    required: bool = False
    above: float | None = None
    least: float | None = None
    most: float | None = None


Keys = Mapping[str, Key]

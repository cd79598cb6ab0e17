"""Sources: the bibliography, and which of its entries a calculation rests on.

Every object that holds a published number or formula has an attribute ``citations``, a tuple of keys of
``bibliography.toml``; ``cite`` collects them from everything a calculation used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from weakscatter.provenance.errors import InputError, nearest


@dataclass(frozen=True)
class Source:
    """One entry of the bibliography. ``arxiv`` and ``doi`` are bare identifiers, empty where unknown."""

    key: str
    title: str
    authors: str
    year: int
    arxiv: str = ""
    doi: str = ""
    journal: str = ""

    def __post_init__(self) -> None:
        if not (self.title and self.authors and self.year):
            raise InputError(f"the source {self.key!r} needs a title, authors and a year.")

    @property
    def url(self) -> str:
        """Address of the paper, empty where the entry has neither DOI nor arXiv number."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else ""

    def text(self) -> str:
        """Return one line for people.

        >>> print(source("freedman1974").text())
        D. Z. Freedman, "Coherent effects of a weak neutral current", Phys. Rev. D 9, 1389 (1974)
        """
        journal = f", {self.journal}" if self.journal else ""
        arxiv = f", arXiv:{self.arxiv}" if self.arxiv else ""
        return f'{self.authors}, "{self.title}"{journal} ({self.year}){arxiv}'

    def bibtex(self) -> str:
        """Return a BibTeX entry."""
        kind = "article" if self.journal or self.arxiv else "misc"
        rows = {
            "title": f"{{{self.title}}}",
            "author": self.authors.replace(" et al.", " and others").replace(", ", " and "),
            "journal": self.journal,
            "year": str(self.year),
            "eprint": self.arxiv,
            "archiveprefix": "arXiv" if self.arxiv else "",
            "doi": self.doi,
        }
        body = "".join(f"  {name} = {{{value}}},\n" for name, value in rows.items() if value)
        return f"@{kind}{{{self.key},\n{body}}}"


@lru_cache(maxsize=1)
def bibliography() -> Mapping[str, Source]:
    """Return all sources by key."""
    # Imported here: listing names needs errors and sources, but not the NumPy that tables bring along.
    from weakscatter.provenance.tables import read_toml

    entries = read_toml(files("weakscatter.provenance") / "bibliography.toml")
    return {key: Source(key=key, **entry) for key, entry in entries.items()}


def source(key: str) -> Source:
    """Return the source with this key; an unknown key is an error."""
    entries = bibliography()
    if key not in entries:
        raise InputError(f"the source {key!r} is not in the bibliography.{nearest(key, entries)}")
    return entries[key]


def cite(*objects: Any) -> tuple[Source, ...]:
    """Return the sources that the given objects rest on, each once, in the order met.

    Walks through dataclasses, mappings and sequences and reads every ``citations``. An unknown key is an error.

    Examples
    --------
    >>> from weakscatter.constants import CATALOGUE
    >>> [s.key for s in cite(CATALOGUE["G_F"], CATALOGUE["m_pi"])]
    ['pdg2020']
    """
    keys: dict[str, None] = {}
    seen: set[int] = set()
    for item in objects:
        keys.update(dict.fromkeys(_keys(item, seen)))
    return tuple(source(key) for key in keys)


def _keys(item: Any, seen: set[int]) -> Iterator[str]:
    if isinstance(item, str | bytes | int | float | complex) or item is None:
        return
    if id(item) in seen:
        return
    seen.add(id(item))
    if isinstance(item, Source):
        yield item.key
        return
    # Classes are asked too: a factory in a dictionary of models cites what its instances cite.
    own = getattr(item, "citations", ())
    if isinstance(own, tuple | list):
        # Results of cards hold the sources themselves, all other objects their keys.
        yield from (entry.key if isinstance(entry, Source) else entry for entry in own)
    if isinstance(item, type):
        return
    if is_dataclass(item):
        for field in fields(item):
            if field.name != "citations":
                yield from _keys(getattr(item, field.name, None), seen)
    elif isinstance(item, Mapping):
        for value in item.values():
            yield from _keys(value, seen)
    elif isinstance(item, tuple | list):
        for value in item:
            yield from _keys(value, seen)

"""Lines of a text file with their numbers, so that every complaint about a file names the line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from weakscatter.provenance.errors import InputError

#: Characters that open a comment, at the start of a line or after its content.
COMMENTS = "!#"
#: The typographic minus that a copy from a web page leaves behind; unlike a hyphen it means nothing else.
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Line:
    """Content of one line, comments removed: where it stands and its words."""

    file: str
    number: int
    words: tuple[str, ...]

    def bad(self, what: str) -> InputError:
        """Return the error that names this line."""
        return InputError(f"{self.file}, line {self.number} ({' '.join(self.words)!r}): {what}")

    def whole(self, word: str, name: str) -> int:
        """Read a whole number; "3.0" is one, as orbit lists write it."""
        value = self.real(word, name)
        if value != int(value):
            raise self.bad(f"{name} is {word!r}, a whole number is wanted.")
        return int(value)

    def real(self, word: str, name: str) -> float:
        """Read a finite number, Fortran exponents included."""
        if "_" in word:  # Python reads 1_0 as ten
            raise self.bad(f"{name} is {word!r}, a number is wanted.")
        try:
            value = float(word.replace("D", "E").replace("d", "e"))
        except ValueError:
            raise self.bad(f"{name} is {word!r}, a number is wanted.") from None
        if not math.isfinite(value):
            raise self.bad(f"{name} is {word!r}, a finite number is wanted.")
        return value


@dataclass(frozen=True, eq=False)
class Text:
    """A file: its lines with content, its comments, and remarks about what was put right while reading."""

    path: str
    name: str
    lines: tuple[Line, ...]
    comments: tuple[str, ...]
    notes: tuple[str, ...]

    def end(self, what: str) -> InputError:
        """Return the error of a file that stops too early."""
        last = self.lines[-1].number if self.lines else 0
        return InputError(f"{self.name} ends after line {last}: {what}")

    def walk(self) -> Iterator[Line]:
        """Yield the lines with content."""
        return iter(self.lines)


def read_text(path: str | Path) -> Text:
    """Read a text file.

    Raises
    ------
    InputError : no such file, a folder, or a file that is no text.
    """
    path = Path(path)
    if not path.is_file():
        kind = "is a folder" if path.is_dir() else "does not exist"
        raise InputError(f"{str(path)!r} {kind}. Give the path of a file.")
    try:
        content = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError(
            f"{str(path)!r} is no text file. Give an interaction, orbit or density file."
        ) from None
    if "\x00" in content:
        raise InputError(f"{str(path)!r} is no text file. Give an interaction, orbit or density file.")
    lines, comments, minus = [], [], []
    for number, raw in enumerate(content.splitlines(), 1):
        start = min((at for mark in COMMENTS if (at := raw.find(mark)) >= 0), default=len(raw))
        comments.append(raw[start:]) if start < len(raw) else None
        kept = raw[:start]
        if _MINUS in kept:
            minus.append(number)
            kept = kept.replace(_MINUS, "-")
        if kept.strip():
            lines.append(Line(path.name, number, tuple(kept.split())))
    notes: tuple[str, ...] = ()
    if minus:
        notes = (
            f"{path.name} writes a typographic minus sign in {len(minus)} lines (first: {minus[0]}); read as '-'.",
        )
    return Text(str(path), path.name, tuple(lines), tuple(comments), notes)

"""Checksums of the data files that come with the package, compared whenever one of them is read.

What is *data* is every file of the package that is no Python: tables of experiments, published numbers and limits, the
bibliography. Each is listed with its sha256 either in the ``SOURCE.toml`` of its own folder or in ``checksums.toml``
beside this module; the ``SOURCE.toml`` files themselves are listed there too. What is *code* is every number written in
a Python file (`constants`, radii, couplings, nuclear spins): it is under version control and tests, not under a
checksum. Masses and abundances come from the package `periodictable`, which guards its own.

``python tools/checksums.py`` writes the list again after a change that is meant.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from weakscatter.provenance.errors import InputError

#: Folder of the package. Files outside it belong to the user and have no checksum.
PACKAGE = Path(__file__).resolve().parents[1]
LIST = PACKAGE / "provenance" / "checksums.toml"


def digest(content: bytes) -> str:
    """Return the sha256 of some bytes as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def refuse_changed(path: Any, content: bytes, expected: str, written_in: str) -> None:
    """Raise `InputError` unless ``content``, read from ``path``, has the sha256 that stands in ``written_in``."""
    found = digest(content)
    if found != expected.lower():
        raise InputError(
            f"the file {str(path)!r} has the sha256 {found}, not {expected}: it was changed or damaged. Fetch it again "
            "(reinstall weakscatter, if it came with it), or write the new checksum into "
            f"{written_in} together with the reason."
        )


def verify_packaged(path: Any, content: bytes) -> None:
    """Check ``content``, read from ``path``, if that is a data file of the package; other files pass.

    Raises
    ------
    InputError : the content is not the one listed, or the file is listed nowhere.
    """
    if not isinstance(path, Path):
        return
    place = path.resolve()
    if place == LIST or not place.is_relative_to(PACKAGE):
        return
    expected, written_in = listed(place)
    if not expected:
        raise InputError(
            f"the data file {str(path)!r} is listed neither in checksums.toml nor in a SOURCE.toml of its folder, so it "
            "cannot be told from a damaged one. Run `python tools/checksums.py` if it belongs to the package."
        )
    refuse_changed(path, content, expected, written_in)


def listed(place: Path) -> tuple[str, str]:
    """Return the sha256 expected of a data file of the package and where that stands; "" where it is not listed."""
    name = place.relative_to(PACKAGE).as_posix()
    if name in packaged():
        return packaged()[name], "provenance/checksums.toml (python tools/checksums.py)"
    return _in_folder(place.parent).get(place.name, ""), "SOURCE.toml"


@lru_cache(maxsize=1)
def packaged() -> Mapping[str, str]:
    """Return {path below the package: sha256} of checksums.toml.

    Raises
    ------
    InputError : the list itself is missing or cannot be read.
    """
    try:
        return tomllib.loads(LIST.read_text(encoding="utf-8"))["sha256"]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise InputError(
            f"cannot read the checksums of the package's data, {str(LIST)!r}: {error}. Reinstall weakscatter."
        ) from None


@lru_cache(maxsize=64)
def _in_folder(folder: Path) -> Mapping[str, str]:
    source = folder / "SOURCE.toml"
    try:
        content = source.read_bytes()
    except OSError:
        return {}
    # A SOURCE.toml that was changed would vouch for changed tables.
    verify_packaged(source, content)
    return tomllib.loads(content.decode()).get("sha256", {})


def data_files() -> tuple[Path, ...]:
    """Return every data file of the package but the list of checksums, sorted."""
    found = (path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return tuple(sorted(p for p in found if p.suffix not in (".py", ".typed", ".pyc") and p != LIST))

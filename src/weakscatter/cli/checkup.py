"""`doctor`: versions, cache folder, checksums of the data that came with the package."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any

import click

import weakscatter
from weakscatter.cli.errors import DONE, UNUSABLE
from weakscatter.provenance.checksums import PACKAGE, packaged, verify_packaged
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.tables import data_folder

_NEEDED = (
    "numpy",
    "scipy",
    "numba",
    "jax",
    "jaxlib",
    "iminuit",
    "h5py",
    "click",
    "rich",
    "matplotlib",
    "platformdirs",
    "periodictable",
    "xraydb",
)


def doctor() -> int:
    """Print one line a check; status 1 when something is missing or damaged."""
    click.echo(
        f"weakscatter {weakscatter.__version__}, Python {platform.python_version()}, {platform.machine()}"
    )
    problems = [_package(name) for name in _NEEDED].count(False)
    problems += [_folder(folder) for folder in _data_folders()].count(False)
    problems += [_listed()].count(False)
    from weakscatter.grids import enable_disk_cache

    cache = enable_disk_cache()
    click.echo(
        f"ok    compiled programs are kept in {cache}"
        if cache
        else "note  no cache folder can be written: every start compiles"
    )
    return UNUSABLE if problems else DONE


def _package(name: str) -> bool:
    try:
        click.echo(f"ok    {name} {version(name)}")
    except PackageNotFoundError:
        click.echo(f"FAIL  {name} is not installed")
        return False
    return True


def _data_folders() -> list[Any]:
    """Return every folder of the package that holds a SOURCE.toml."""
    found, pending = [], [files("weakscatter")]
    while pending:
        folder = pending.pop()
        inside = list(folder.iterdir())
        if any(item.name == "SOURCE.toml" for item in inside):
            found.append(folder)
        pending += [item for item in inside if item.is_dir() and item.name != "__pycache__"]
    return sorted(found, key=str)


def _folder(folder: Any) -> bool:
    try:
        data = data_folder(folder)
        for name in data.about["sha256"]:
            data.file(name)
    except InputError as error:
        click.echo(f"FAIL  {folder.name}: {error}")
        return False
    click.echo(f"ok    {folder.name}: {len(data.about['sha256'])} files as published in SOURCE.toml")
    return True


def _listed() -> bool:
    """Every file of checksums.toml: published numbers and limits, bibliography, the SOURCE.toml files."""
    good = True
    try:
        names = packaged()
    except InputError as error:
        click.echo(f"FAIL  {error}")
        return False
    for name in names:
        try:
            verify_packaged(PACKAGE / name, (PACKAGE / name).read_bytes())
        except (InputError, OSError) as error:
            click.echo(f"FAIL  {name}: {error}")
            good = False
    if good:
        click.echo(f"ok    {len(names)} files of published numbers and sources as listed in checksums.toml")
    return good

"""A Lanczos run on disk: saved so that a crash or a signal at any moment leaves a complete file, and resumed from it."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from weakscatter.nuclear.interaction import Interaction
from weakscatter.nuclear.lanczos import Progress
from weakscatter.provenance import InputError

FORMAT = "weakscatter Lanczos run 1"

INTERVAL = 300.0
"""Seconds between two saves of a run that nobody interrupts."""


class Interrupted(KeyboardInterrupt):
    """A run was stopped by a signal after its state had been saved; the same call goes on from there."""


def fingerprint(interaction: Interaction, *settings: Any) -> str:
    """Return a digest of everything that fixes the matrix and the order of its basis."""
    digest = hashlib.sha256()
    digest.update(repr((interaction.space, interaction.scaling)).encode())
    for table in (interaction.one_body, interaction.two_body):
        digest.update(repr(sorted(table.items())).encode())
    digest.update(repr(settings).encode())
    return digest.hexdigest()


def save(path: Path, progress: Progress, identity: str) -> None:
    """Write the state of a run; an older file is replaced only when the new one is complete on disk."""
    import h5py  # only runs that are saved need it

    scratch = path.with_name(path.name + ".part")
    with h5py.File(scratch, "w") as file:
        file.attrs["format"] = FORMAT
        file.attrs["identity"] = identity
        file.attrs["products"] = progress.products
        file["vectors"] = progress.vectors
        file["projected"] = progress.projected
        file["coupling"] = progress.coupling
    with scratch.open("rb+") as file:
        os.fsync(file.fileno())
    scratch.replace(path)


def load(path: Path, identity: str) -> Progress:
    """Read the state of a run. Raises `InputError` for a damaged file and for one of another calculation."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            if file.attrs["format"] != FORMAT:
                raise InputError(
                    f"{path} is not a saved run of this version: delete it or name another file."
                )
            if file.attrs["identity"] != identity:
                raise InputError(
                    f"{path} was saved by a run with another interaction, nucleus or truncation: name another file."
                )
            return Progress(
                file["vectors"][:],
                file["projected"][:],
                file["coupling"][:],
                int(file.attrs["products"]),
            )
    except (OSError, KeyError) as failure:
        raise InputError(
            f"{path} is no complete saved run ({failure}): delete it or name another file."
        ) from failure


@contextmanager
def signals() -> Iterator[list[int]]:
    """Collect SIGINT and SIGTERM in a list instead of dying of them; outside the main thread it stays empty."""
    caught: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield caught
        return

    def note(number: int, frame: FrameType | None) -> None:
        caught.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Saver:
    """Watches a run: saves it every `INTERVAL` seconds, and at once when a signal has arrived."""

    def __init__(self, path: Path, identity: str, caught: list[int], interval: float = INTERVAL) -> None:
        self.path, self.identity, self.caught, self.interval = path, identity, caught, interval
        self.last = time.monotonic()

    def __call__(self, progress: Progress, estimates: np.ndarray[Any, Any]) -> bool:
        """Save where it is time to, and tell the run to stop where a signal asks for it."""
        due = time.monotonic() - self.last > self.interval
        if self.caught or due:
            save(self.path, progress, self.identity)
            self.last = time.monotonic()
        return bool(self.caught)

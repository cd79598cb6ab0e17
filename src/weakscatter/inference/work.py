"""Where and how toys are computed: in this process, or on any `concurrent.futures.Executor`.

A unit of work is a function of (question, key) alone, with a random generator of its own, so its numbers are the same bit
by bit whoever computes it (on machines of one kind). Units that a result file holds already are not computed again.
"""

from __future__ import annotations

import copyreg
import hashlib
import importlib
import os
import pickle
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

import weakscatter
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.result_file import ResultFile, Unit
from weakscatter.inference.toy_fits import Problem
from weakscatter.provenance.errors import InputError

Key = tuple[float, ...]
Function = Callable[[Any, Key], Any]

IN_FLIGHT = 2000
"""Units given to an executor at one time."""


@dataclass(frozen=True, eq=False)
class Work:
    """Where toys are computed and kept; nothing here changes a number.

    Parameters
    ----------
    executor : any `concurrent.futures.Executor`, such as those of `weakscatter.inference.executors`; None: this process.
    file : path of an HDF5 file to which results are appended as they come; when it exists, the run goes on from there.
    origin : {name: plain value} that the file must agree in beside the question itself, such as the card.
    progress : ``progress(done, total)`` in units of work; the total grows when points turn out to need more.
    """

    executor: Executor | None = None
    file: str | Path | None = None
    origin: Mapping[str, Any] = field(default_factory=dict)
    progress: Callable[[int, int], None] | None = None


@dataclass(eq=False)
class Desk:
    """The units of one question: what is known, and what is still to be computed."""

    function: Function
    question: Any
    work: Work
    file: ResultFile | None
    known: dict[Key, Unit]
    done: int = 0
    total: int = 0

    def ask(self, keys: Iterable[Key]) -> list[Unit]:
        """Return the units of ``keys`` in their order, computing those that are not known."""
        wanted = list(keys)
        missing = [key for key in dict.fromkeys(wanted) if _name(key) not in self.known]
        self.total += len(missing)
        for key, unit in self._compute(missing):
            self.known[_name(key)] = unit
            if self.file is not None:
                self.file.add(key, unit)
            self.done += 1
            if self.work.progress:
                self.work.progress(self.done, self.total)
        return [self.known[_name(key)] for key in wanted]

    @property
    def workers(self) -> tuple[str, ...]:
        """Who computed the units."""
        return tuple(sorted({unit.worker for unit in self.known.values()}))

    def _compute(self, keys: list[Key]) -> Iterator[tuple[Key, Unit]]:
        if self.work.executor is None:
            for key in keys:
                yield key, _timed(self.function, self.question, key)
            return
        packed, waiting = pack(self.question), iter(keys)
        running: dict[Future[Unit], Key] = {}

        def fill() -> None:
            for key in waiting:
                running[self.work.executor.submit(on_worker, self.function, packed, key)] = key  # type: ignore[union-attr]
                if len(running) >= IN_FLIGHT:
                    return

        try:
            fill()
            while running:
                for finished in wait(running, return_when=FIRST_COMPLETED).done:
                    key = running.pop(finished)
                    yield key, _result(finished)
                fill()
        finally:
            for future in running:
                future.cancel()


def _result(finished: Future[Unit]) -> Unit:
    try:
        return finished.result()
    except BrokenExecutor as error:
        raise InputError(
            f"a worker process died ({error}). What was finished is in the result file, if one was given: run again to go on."
        ) from None


def _name(key: Key) -> Key:
    """A key without the sign of zero."""
    return tuple(k + 0.0 for k in key)


def _timed(function: Function, question: Any, key: Key) -> Unit:
    begin = time.perf_counter()
    values = np.asarray(function(question, key), dtype=np.float64)
    return Unit(values, f"{socket.gethostname()}:{os.getpid()}", time.perf_counter() - begin)


def on_worker(function: Function, packed: bytes, key: Key) -> Unit:
    """Compute a unit in a worker; the question is unpacked, and its programs compiled, once per process."""
    return _timed(function, _unpacked(packed), key)


@lru_cache(maxsize=4)
def _unpacked(packed: bytes) -> Any:
    return pickle.loads(packed)


def pack(question: Any) -> bytes:
    """Return a question as bytes for another process.

    Functions that a script or notebook defines itself need cloudpickle, which comes with Dask.

    Raises
    ------
    InputError : something that cannot be sent.
    """
    try:
        return pickle.dumps(question)
    except (pickle.PicklingError, AttributeError, TypeError) as plain:
        try:
            packed: bytes = importlib.import_module("cloudpickle").dumps(question)
            return packed
        except ImportError:
            raise InputError(
                f"this likelihood cannot be sent to other processes ({plain}). Define its functions at the top of a module, "
                "install weakscatter[cluster], or run in one process."
            ) from None


def fingerprint(problem: Problem) -> str:
    """Return a digest of what a likelihood says: parameters, data, and expected counts at a few points.

    Counts enter with nine digits, so that machines which round differently agree.
    """
    machine, likelihood = problem.machine, problem.likelihood
    text = [f"{p.describe()} {p.squared}" for p in likelihood.parameters]
    generator = np.random.default_rng(20)
    points = machine.centre + 0.3 * problem.size * generator.standard_normal((2, len(problem.size)))
    points = np.clip([machine.centre, *points], machine.lower, machine.upper)
    counts = [machine.counts(x, problem.held) for x in points]
    text += [f"{number:.9e}" for number in np.concatenate([likelihood.data, *counts])]
    return hashlib.sha256("\n".join(text).encode()).hexdigest()[:20]


def question_of(problem: Problem) -> dict[str, Any]:
    """Return what identifies a problem, as plain JSON types."""
    return {
        "likelihood": fingerprint(problem),
        "tested": list(problem.chosen),
        "profiled": list(problem.floating),
        "held": {name: float(value) for name, value in problem.held.items()},
        "toys.seed": problem.seed,
        "toys.first": problem.batch,
    }


def _reduce(likelihood: Likelihood) -> tuple[Any, ...]:
    """What is sent of a likelihood: its terms, not the programs compiled for it."""
    return Likelihood, (likelihood.terms,)


copyreg.pickle(Likelihood, _reduce)


@contextmanager
def desk(
    function: Function, question: Any, work: Work, identity: Mapping[str, Any], width: int
) -> Iterator[Desk]:
    """Open the result file, if there is one, and yield a `Desk` that knows its units.

    Parameters
    ----------
    identity : what makes the question, plain JSON types; a file must agree in it, in the origin and in the version.
    width : numbers in a key.
    """
    if work.file is None:
        yield Desk(function, question, work, None, {})
        return
    origin = {**work.origin, **identity, "weakscatter": weakscatter.__version__}
    with ResultFile(work.file, width, origin) as file:
        known = {_name(key): unit for key, unit in file.found}
        yield Desk(function, question, work, file, known, len(known), len(known))

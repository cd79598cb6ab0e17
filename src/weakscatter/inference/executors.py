"""Executors to hand to `Work`: processes on this machine, or a Dask cluster that runs already."""

from __future__ import annotations

import importlib
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from weakscatter.provenance.errors import InputError

PATIENCE = 10.0
"""Seconds that a cluster has to answer."""


@contextmanager
def processes(number: int) -> Iterator[Executor]:
    """Yield an executor of ``number`` processes on this machine.

    They are started afresh, not forked: a forked copy of compiled programs with threads can wait for ever.

    Raises
    ------
    InputError : a number that is no whole number of at least one.
    """
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise InputError(f"workers = {number!r} is not allowed. Give a whole number of at least 1.")
    with ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            yield pool
        except BaseException:
            # Whoever interrupts does not want to wait for what is queued.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def cluster(address: str, *, patience: float = PATIENCE) -> Iterator[Executor]:
    """Yield the executor of an existing Dask cluster.

    Work of a worker that dies is given to another one by the cluster itself. Every worker needs the same version of
    weakscatter.

    Parameters
    ----------
    address : "tcp://HOST:PORT" of the scheduler.
    patience : seconds to wait for its answer.

    Raises
    ------
    InputError : Dask is not installed, or nobody answers.
    """
    try:
        client_of: Any = importlib.import_module("distributed").Client
    except ImportError:
        raise InputError(
            "a cluster needs Dask, which is not installed. Install it with: pip install 'weakscatter[cluster]'."
        ) from None
    try:
        client = client_of(address, timeout=patience, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            f"no Dask scheduler answers at {address!r} within {patience:g} s ({error}). Give the address that "
            "`dask scheduler` prints, such as tcp://10.0.0.1:8786, and check that it can be reached from here."
        ) from None
    try:
        yield client.get_executor(pure=False)
    finally:
        client.close()

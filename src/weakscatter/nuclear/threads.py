"""Work divided among threads, which kernels and NumPy let run side by side."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise


def in_threads(work: Callable[[int], None], threads: int) -> None:
    """Call work(0), ..., work(threads - 1), each in a thread of its own; one thread is the caller's."""
    if threads == 1:
        work(0)
        return
    from concurrent.futures import ThreadPoolExecutor  # a short run with one thread need not load it

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))


def shares(length: int, threads: int) -> list[tuple[int, int]]:
    """Cut 0..length into one share (begin, end) per thread."""
    edges = [length * k // threads for k in range(threads + 1)]
    return list(pairwise(edges))

"""Loading without Python's cyclic collector.

Numba makes half a million objects when it is loaded to compile a kernel; all stay alive to the end. The collector walks
them again and again while they come.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Switch the cyclic collector off while something is loaded, and on again where it was on.

    What there is by then counts as old: freezing and thawing moves it there without the walk that would follow.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if gc.get_freeze_count() == 0:
            gc.freeze()
            gc.unfreeze()
        gc.enable()

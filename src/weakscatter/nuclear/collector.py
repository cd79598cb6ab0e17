"""Loading, and leaving, without Python's cyclic collector.

Numba makes half a million objects when it and its kernels are loaded; all stay alive to the end. The collector walks
them again and again while they come, and twice more when the interpreter ends: together 0.4 s, half the time of a small
shell-model run.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

# At the end of the process nothing is gained by looking for cycles: objects are still freed by their counts, and what only a
# cycle keeps alive has no promise of being finalised.
atexit.register(gc.freeze)


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

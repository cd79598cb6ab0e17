"""Options of the XLA compiler for a process that compiles more than it computes."""

from __future__ import annotations

import os
from importlib.metadata import version

_FLAGS = "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"

#: Releases of jaxlib that know the flags; another would end the process at a flag it does not know.
_KNOWN = ("0.10.",)


def compile_quickly() -> bool:
    """Let XLA compile in a third of the time to programs that take twice as long; return whether it will.

    For the demo, the scoreboard and the tests, where each of a hundred programs runs for a few milliseconds. Call it
    before the first import of JAX. A user's own ``XLA_FLAGS`` are left alone.
    """
    if "XLA_FLAGS" in os.environ or not version("jaxlib").startswith(_KNOWN):
        return False
    os.environ["XLA_FLAGS"] = _FLAGS
    return True

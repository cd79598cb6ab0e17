"""The command line: thin shorthands that write a card and run it. It parses and shows; it calculates nothing.

``weakscatter --help``, ``--version`` and ``list`` import neither JAX nor Numba nor matplotlib nor SciPy: everything heavy is
imported by the command that needs it.
"""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line; exit status 0 done, 1 the answer must not be used, 2 bad input."""
    from weakscatter.cli.app import app
    from weakscatter.cli.errors import guarded

    status = guarded(app)
    # What only a cycle keeps alive ends with the process; looking for it costs a quarter of a second once Numba is loaded.
    gc.freeze()
    sys.exit(status)

"""Commands from a cold start: a new process each, as a user meets them."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

XSEC = ("xsec", "--target", "Ar40", "--energy", "30 MeV")
SOURCE = Path(__file__).parents[1] / "src"


def run(arguments, **environment):
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from weakscatter.cli import main; sys.exit(main())", *arguments],
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(SOURCE)} | environment,
    )  # fmt: skip
    return time.perf_counter() - begin, done


@pytest.mark.parametrize("arguments", [("--help",), XSEC], ids=["help", "xsec"])
def test_cold_start(arguments, report):
    """Median of five; for a computation also the first time ever, when no program is in the disk cache."""
    more = {}
    if arguments is XSEC:
        with tempfile.TemporaryDirectory() as empty:
            first, _ = run(arguments, JAX_COMPILATION_CACHE_DIR=empty)
        more["first_ever_s"] = round(first, 2)
    times = []
    for _ in range(5):
        elapsed, done = run(arguments)
        assert done.returncode == 0, done.stderr
        times.append(elapsed)
    report(f"weakscatter {arguments[0]}, new process", float(np.median(times)), **more)

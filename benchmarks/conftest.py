"""How benchmarks measure and report: interleaved, medians, one line each and a row in out/bench/results.json.

Gates are ratios within one run; absolute times are information about the machine named beside them.
"""

import contextlib
import gc
import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
RESULTS = HERE.parent / "out" / "bench" / "results.json"

# Pytest in importlib mode does not add the folder of a test file to the path.
sys.path.insert(0, str(HERE))


def seconds(call, *arguments):
    """Wall time of one call, and what it returned."""
    begin = time.perf_counter()
    result = call(*arguments)
    return time.perf_counter() - begin, result


@pytest.fixture
def interleaved():
    """Median times [s] of several callables on the same fresh arguments, taking turns in rounds.

    A round is ten calls, new arguments each: alternating single calls would charge each callable for the cache that
    the other has just emptied. No garbage is collected meanwhile, as `timeit` does: what earlier benchmarks left in
    memory would be searched at the expense of whoever makes objects.
    """

    def measure(draw, *calls, rounds=12, calls_per_round=10):
        times = [[] for _ in calls]
        gc.collect()
        gc.disable()
        for turn in range(rounds + 1):
            arguments = [draw() for _ in range(calls_per_round)]
            for i, call in enumerate(calls):
                elapsed = [seconds(call, argument)[0] for argument in arguments]
                if turn:  # the first round warms up
                    times[i] += elapsed
        gc.enable()
        return [statistics.median(t) for t in times]

    return measure


@pytest.fixture
def one_core():
    """Both sides on one core: what is compared is work, not how soon a second core wakes up.

    Waking a thread costs a virtual machine up to 0.1 ms, which is what a whole spectrum costs.
    """
    threads = Path("/proc/self/task")
    if not hasattr(os, "sched_setaffinity") or not threads.is_dir():
        pytest.skip("no processor affinity on this platform: the ratio without it is the other row")
    before = os.sched_getaffinity(0)

    def settle(cores):
        for thread in threads.iterdir():
            with contextlib.suppress(OSError):  # a thread may end meanwhile
                os.sched_setaffinity(int(thread.name), cores)

    settle({max(before)})
    yield
    settle(before)


@pytest.fixture
def report(capsys):
    """Print one line, keep one row, and hold the ratio against its gate if there is one."""

    def row(name, ours, reference=None, gate=None, **more):
        ratio = None if reference is None else reference / ours
        text = f"{name}: ours {_time(ours)}"
        if reference is not None:
            text += f", reference {_time(reference)}, ratio {ratio:.2f} (gate {gate if gate else 'none'})"
        with capsys.disabled():
            print(f"\n{text}" + "".join(f", {key} {value}" for key, value in more.items()))
        _append(
            {"name": name, "ours_s": ours, "reference_s": reference, "ratio": ratio, "gate": gate, **more}
        )
        if gate is not None:
            assert ratio >= gate, f"{text}: too slow"

    return row


def _time(value):
    return f"{value:.3g} s" if value >= 0.1 else f"{1e3 * value:.3g} ms"


def _append(row):
    machine = {"platform": platform.platform(), "processor": platform.machine(), "cores": os.cpu_count()}
    machine |= {"load": round(os.getloadavg()[0], 2)} if hasattr(os, "getloadavg") else {}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    rows = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    rows.append(row | {"machine": machine, "python": platform.python_version(), "time": when})
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n")

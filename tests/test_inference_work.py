"""Toys on executors and in files: the same bits from whoever computes them, and nothing lost but what was in flight."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import jax.numpy as jnp
import numpy as np
import pytest

import weakscatter as ws
from weakscatter.inference import BinnedPoisson, Likelihood, Parameter, result_file
from weakscatter.inference.work import pack
from weakscatter.provenance.errors import InputError

TOYS = ws.Toys(first=100, most=400, points=4, precision=0.5)
GRID = {"s": np.linspace(0.0, 12.0, 4), "b": np.linspace(-0.4, 0.6, 3)}
CARD = {
    "task": "toys",
    "experiments": ["conus_plus_2025"],
    "point": {"signal_strength": 0.5},
    "toys": {"first": 50, "most": 100},
}


def low_counts(events=6.0):
    """Two bins with few events; its function is no name of a module, so that plain pickle cannot send it."""
    parameters = (
        Parameter("s", 1.0, lower=0.0),
        Parameter("e", 0.0, sigma=0.1, lower=-1.0),
        Parameter("b", 0.0, sigma=0.3, lower=-1.0),
    )

    def expected(v):
        return jnp.array([v["s"] * (1 + v["e"]) + 3.0 * (1 + v["b"]), 2.0 * v["s"] * (1 + v["e"]) + 0.1])

    return Likelihood((BinnedPoisson("low", [events, 9.0], expected, parameters),))


@pytest.fixture(scope="module")
def likelihood():
    return low_counts()


def map_of(likelihood, work=None, toys=TOYS, grid=GRID):
    return ws.scan(likelihood, grid, method="feldman-cousins", toys=toys, work=work)


@pytest.fixture(scope="module")
def serial(likelihood):
    return map_of(likelihood)


def same(first, second):
    for name in ("critical", "critical_error", "p_value", "toys", "lost"):
        np.testing.assert_array_equal(getattr(first.toys, name), getattr(second.toys, name))
    return True


def test_threads_give_the_serial_answer_bit_by_bit(likelihood, serial):
    with ThreadPoolExecutor(3) as executor:
        assert same(map_of(likelihood, ws.Work(executor)), serial)
    assert map_of(
        likelihood, toys=ws.Toys(first=100, most=400, points=4, precision=0.5, seed=2)
    ).toys.p_value[0, 1] != pytest.approx(serial.toys.p_value[0, 1], abs=1e-12)


@pytest.mark.slow
def test_processes_give_the_serial_answer_bit_by_bit():
    """A real experiment: it is folded again in each process."""
    likelihood = ws.likelihood("coherent_csi_2021", free=["charge_radius_ee"])
    toys = ws.Toys(first=100, most=400)
    alone = ws.toy_test(likelihood, {"charge_radius_ee": -13.0}, toys=toys)
    with ws.processes(2) as executor:
        together = ws.toy_test(likelihood, {"charge_radius_ee": -13.0}, toys=toys, work=ws.Work(executor))
    np.testing.assert_array_equal(alone.t, together.t)
    assert len(pack(likelihood)) < 20_000


def test_a_finished_file_answers_without_computing(likelihood, serial, tmp_path):
    path = tmp_path / "new" / "toys.h5"
    counts = []
    first = map_of(likelihood, ws.Work(file=path, progress=lambda done, total: counts.append((done, total))))
    assert same(first, serial)
    # Progress counts every unit, and ends complete.
    assert [done for done, _ in counts] == list(range(1, len(counts) + 1))
    assert counts[-1][0] == counts[-1][1]
    with h5py.File(path) as file:
        units = len(file["key"])
        assert units == len(counts)
        assert len(np.unique(file["key"][()], axis=0)) == units
        assert set(json.loads(file.attrs["origin"])) >= {"weakscatter", "likelihood", "toys.seed"}
    again = []
    assert same(map_of(likelihood, ws.Work(file=path, progress=lambda *c: again.append(c))), serial)
    assert again == []
    # A finer grid that holds the coarse one: its toys are used again, and only those of new points are computed.
    finer = {**GRID, "s": np.linspace(0.0, 12.0, 7)}
    map_of(likelihood, ws.Work(file=path, progress=lambda *c: again.append(c)), grid=finer)
    assert again[0][0] == units + 1


def test_a_damaged_unit_is_computed_again(likelihood, serial, tmp_path):
    path = tmp_path / "toys.h5"
    map_of(likelihood, ws.Work(file=path))
    with h5py.File(path, "r+") as file:
        file["values"][5] += 1.0  # of the first unit
        units = len(file["key"])
        file["key"].resize(units - 1, axis=0)  # the last one never came
    again = []
    assert same(map_of(likelihood, ws.Work(file=path, progress=lambda *c: again.append(c))), serial)
    assert len(again) == 2


def test_another_question_is_refused(likelihood, tmp_path, monkeypatch):
    path = tmp_path / "toys.h5"
    test = {"toys": ws.Toys(first=20, most=20)}
    ws.toy_test(likelihood, {"s": 1.0}, work=ws.Work(file=path), **test)
    before = path.read_bytes()
    with pytest.raises(InputError, match="likelihood = "):
        ws.toy_test(low_counts(7.0), {"s": 1.0}, work=ws.Work(file=path), **test)
    with pytest.raises(InputError, match="tested = "):
        ws.toy_test(likelihood, {"b": 0.1}, work=ws.Work(file=path), **test)
    with pytest.raises(InputError, match=r"toys.seed = 1 there, 2 now"):
        ws.toy_test(likelihood, {"s": 1.0}, work=ws.Work(file=path), toys=ws.Toys(first=20, most=20, seed=2))
    monkeypatch.setattr(ws, "__version__", "99.0")
    with pytest.raises(InputError, match=r'weakscatter = .* there, "99.0" now'):
        ws.toy_test(likelihood, {"s": 1.0}, work=ws.Work(file=path), **test)
    assert path.read_bytes() == before


def test_foreign_files_are_refused(likelihood, tmp_path):
    text, other = tmp_path / "text.h5", tmp_path / "other.h5"
    text.write_text("no HDF5 file")
    with h5py.File(other, "w") as file:
        file["x"] = np.arange(3)
    for path, words in ((text, "no result file"), (other, "another kind")):
        with pytest.raises(InputError, match=words):
            ws.toy_test(likelihood, {"s": 1.0}, toys=ws.Toys(first=20, most=20), work=ws.Work(file=path))
    assert text.read_text() == "no HDF5 file"
    blocked = text / "below" / "toys.h5"
    with pytest.raises(InputError, match="cannot write"):
        ws.toy_test(likelihood, {"s": 1.0}, toys=ws.Toys(first=20, most=20), work=ws.Work(file=blocked))


def test_a_worker_of_another_version_refuses(likelihood, monkeypatch):
    with ThreadPoolExecutor(1) as executor:
        work = ws.Work(executor, progress=lambda *c: monkeypatch.setattr(ws, "__version__", "99.0"))
        with pytest.raises(InputError, match="Install the same version"):
            map_of(likelihood, work)


@pytest.mark.slow
def test_a_changed_card_is_refused(tmp_path):
    work = ws.Work(file=tmp_path / "toys.h5")
    first = ws.run(CARD, work=work)
    assert first["number_of_toys"].value == 100
    assert ws.run(CARD, work=work)["p_value"].to_dict() == first["p_value"].to_dict()
    for change, words in (
        ({"point": {"signal_strength": 0.6}}, r"point.signal_strength = 0.5 there, 0.6 now"),
        ({"fixed": {"lindhard_k_ge": 0.16}}, r"fixed"),
    ):
        with pytest.raises(InputError, match=words):
            ws.run({**CARD, **change}, work=work)


COMMAND = ("toys", "conus_plus_2025", "--point", "signal_strength=0.5", "--number", "24000")
#: A shell's background jobs ignore interrupts, and so would what they start.
PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from weakscatter.cli import main
main()
"""


def command(out):
    environment = os.environ | {"PYTHONPATH": str(Path(ws.__file__).parents[1]), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *COMMAND, "--json", "--out", str(out)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip


def units_in(path):
    try:
        with h5py.File(path, "r", libver="latest", swmr=True) as file:
            return len(file["key"])
    except (OSError, KeyError):
        return 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "sent", [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.slow)], ids=["interrupt", "kill"]
)
def test_an_interrupted_command_goes_on(tmp_path, sent):
    """Stopped between units: what was finished is in the file, and the finished run has the bits of one never stopped."""
    process, path = command(tmp_path), tmp_path / "toys.h5"
    limit = time.monotonic() + 120
    while units_in(path) < 3 and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.005)
    process.send_signal(sent)
    _, told = process.communicate(timeout=60)
    kept = units_in(path)
    assert 3 <= kept < 48, told
    assert not (tmp_path / "results.json").exists()
    if sent == signal.SIGINT:
        assert process.returncode == 2
        assert "the same command goes on from there" in told
        assert "Traceback" not in told
    card = {**CARD, "toys": {"most": 24000, "first": 500}}
    counts = []
    resumed = ws.run(card, work=ws.Work(file=path, progress=lambda *c: counts.append(c)))
    assert counts[0] == (kept + 1, 48)
    assert counts[-1] == (48, 48)
    alone = ws.run(card)
    for name in ("p_value", "goodness_of_fit", "critical_value", "probability"):
        assert resumed[name].to_dict() == alone[name].to_dict()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.slow
def test_a_dask_cluster_survives_the_death_of_a_worker(likelihood, monkeypatch):
    """Two workers of a real local cluster; one is killed after the first and before the last unit."""
    distributed = pytest.importorskip(
        "distributed", reason="Dask is not installed: pip install weakscatter[cluster]"
    )
    from weakscatter.inference import work as work_module

    class Watch(distributed.diagnostics.plugin.SchedulerPlugin):
        """Who finished a unit, and to how many workers each unit was given."""

        def __init__(self):
            self.finished, self.given = set(), {}

        def transition(self, key, start, finish, *arguments, **known):
            if finish == "memory":
                self.finished.add(known.get("worker"))
            if finish == "processing":
                self.given[key] = self.given.get(key, 0) + 1

    toys, grid = (
        ws.Toys(first=1500, most=1500, points=8),
        {"s": np.linspace(0.0, 10.0, 9), "b": np.linspace(-0.4, 0.6, 7)},
    )
    # Few units at a time: whoever waits below keeps the others from finishing everything.
    monkeypatch.setattr(work_module, "IN_FLIGHT", 4)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # it reports the death that is asked for here
    begin, killed, counts = time.monotonic(), [], []
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    ) as local:
        watch = Watch()
        local.scheduler.add_plugin(watch)
        victim = next(iter(local.workers.values()))

        def progress(done, total):
            counts.append((done, total))
            while len(watch.finished) < 2 and time.monotonic() < begin + 20:
                time.sleep(0.01)
            if not killed and local.scheduler.workers[victim.worker_address].processing:
                killed.append(done)
                os.kill(victim.pid, signal.SIGKILL)

        with ws.cluster(local.scheduler_address) as executor:
            found = map_of(likelihood, ws.Work(executor, progress=progress), toys, grid)
    assert killed
    assert 1 <= killed[0] < counts[-1][1] == counts[-1][0]
    assert max(watch.given.values()) >= 2, "no unit was given to a second worker"
    assert len(found.toys.workers) >= 2
    assert same(found, map_of(likelihood, None, toys, grid))
    assert time.monotonic() < begin + 30


def test_a_cluster_that_does_not_answer():
    pytest.importorskip("distributed", reason="Dask is not installed: pip install weakscatter[cluster]")
    from weakscatter.inference.executors import cluster

    for address in ("tcp://127.0.0.1:9", "nowhere"):
        with pytest.raises(InputError, match="no Dask scheduler answers"), cluster(address, patience=0.3):
            pass


def test_without_dask(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"weakscatter\[cluster\]"), ws.cluster("tcp://127.0.0.1:9"):
        pass


def test_what_cannot_be_sent_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    with pytest.raises(InputError, match="cannot be sent to other processes"):
        pack(low_counts())
    with pytest.raises(InputError, match="at least 1"), ws.processes(0):
        pass


def test_nothing_runs_on_after_an_interruption(likelihood):
    """Units that had not begun are taken back from the executor."""

    class Noting(ThreadPoolExecutor):
        given = ()

        def submit(self, *arguments):
            future = super().submit(*arguments)
            self.given = (*self.given, future)
            return future

    def stop(done, total):
        raise KeyboardInterrupt

    with Noting(1) as executor, pytest.raises(KeyboardInterrupt):
        map_of(likelihood, ws.Work(executor, progress=stop))
    assert len(executor.given) >= 4
    # One gave the interruption, one may have been running.
    assert sum(future.cancelled() for future in executor.given) >= len(executor.given) - 2


def test_the_file_has_the_layout_that_its_module_says():
    for word in ("key", "begin", "columns", "values", "sum", "worker", "seconds", "origin"):
        assert f"``{word}``" in result_file.__doc__

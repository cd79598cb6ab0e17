"""Kernels of the shell model that are kept as machine code: right, refused where unfit, and made again when damaged."""

import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest

from weakscatter.nuclear import levels, native, read_interaction
from weakscatter.nuclear.lanczos import DOTS, SUBTRACT
from weakscatter.nuclear.native import Kernel, pack

SORT = Kernel("search", "sort")


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """Kernels in a folder of their own, forgotten before and after."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    native._linked.cache_clear()
    yield tmp_path
    native._linked.cache_clear()


def test_orthogonalisation_is_that_of_numpy():
    rng = np.random.default_rng(5)
    v, w = rng.standard_normal((9, 5003)), rng.standard_normal(5003)
    c, square = np.zeros(7), np.zeros(1)
    for share in ((0, 2500), (2500, 5003)):
        DOTS(v, 7, w, *share, c)
    np.testing.assert_allclose(c, v[:7] @ w, rtol=1e-12)
    left = w.copy()
    for share in ((0, 2500), (2500, 5003)):
        SUBTRACT(v, 7, c, left, *share, square)
    np.testing.assert_allclose(left, w - c @ v[:7], rtol=1e-10, atol=1e-12)
    assert square[0] == pytest.approx(left @ left, rel=1e-12, abs=0)


def test_a_kernel_is_kept_and_made_again_when_damaged(own_folder):
    values = np.random.default_rng(6).integers(0, 50, 2000)
    right = np.sort(values)
    for damage in (None, b"", b"nothing of a kernel", "cut"):
        files = list(own_folder.glob("search-sort-*.kernel"))
        assert len(files) == (damage is not None)
        for file in files:
            file.write_bytes(file.read_bytes()[:-5] if damage == "cut" else damage)
        native._linked.cache_clear()
        mine = values.copy()
        SORT(mine, 2000)
        np.testing.assert_array_equal(mine, right)


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "folder"))
    native._linked.cache_clear()
    mine = np.array([3, 1, 2])
    SORT(mine, 3)
    native._linked.cache_clear()
    assert mine.tolist() == [1, 2, 3]


def test_arguments_that_kernels_do_not_take():
    for wrong in (np.zeros((4, 4))[:, :2], np.zeros(3, dtype=np.float32), np.zeros(3, dtype=complex)):
        with pytest.raises(TypeError, match="kernels take contiguous arrays"):
            pack(wrong)


@pytest.fixture
def kernels_of_this_test(own_folder, monkeypatch):
    """Numba keeps what it runs itself beside the kernels of this test."""
    from numba.core import config

    monkeypatch.setattr(config, "CACHE_DIR", str(own_folder))
    return own_folder


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ARRAY", ("parent", "data", "shape"), "its arrays are not what is known here"),
        ("_kinds", lambda types: [], "it passes the arguments of the kernel dots in another way"),
    ],
)
def test_another_numba_runs_the_kernels_itself(kernels_of_this_test, monkeypatch, name, value, message):
    monkeypatch.setattr(native, name, value)
    v, w, c = np.arange(24.0).reshape(4, 6), np.arange(6.0), np.zeros(4)
    with pytest.warns(RuntimeWarning, match=f"Numba .*: {message}.*only makes each process start later"):
        DOTS(v, 4, w, 0, 6, c)
    np.testing.assert_array_equal(c, v @ w)
    assert list(kernels_of_this_test.glob("*.kernel")) == []


@pytest.mark.slow
def test_the_solver_without_kept_kernels(kernels_of_this_test, monkeypatch):
    right = levels(read_interaction("cohen-kurath"), 6, 6, states=3)
    for file in kernels_of_this_test.glob("*.kernel"):
        file.unlink()
    native._linked.cache_clear()
    monkeypatch.setattr(native, "_compiled", refuse)
    with pytest.warns(RuntimeWarning, match="start later"):
        found = levels(read_interaction("cohen-kurath"), 6, 6, states=3, threads=2)
    assert found.energies == pytest.approx(right.energies, abs=1e-9)


def refuse(*arguments):
    raise native.UnfamiliarNumba("its code is unknown")


class Pair(NamedTuple):
    values: np.ndarray
    factor: float


def test_files_of_kernels_are_told_apart_by_the_types_of_their_arguments():
    types = [pack(v).type for v in (np.zeros(2), np.zeros((2, 2)), np.zeros(2, dtype=np.int32), 1, 1.0)]
    types.append(pack(Pair(np.zeros(2), 1.0)).type)
    assert len({native._digest((t,)) for t in types}) == len(types)


def test_a_warm_process_loads_neither_numba_nor_scipy():
    program = (
        "import sys\n"
        "from weakscatter.nuclear import levels, read_interaction\n"
        "print(round(levels(read_interaction('cohen-kurath'), 6, 6, states=2).energies[0], 3))\n"
        "print([name for name in ('numba', 'scipy', 'jax', 'h5py') if name in sys.modules])"
    )
    lines = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        ).stdout.split("\n")
        for _ in range(2)
    ]
    assert lines[1][1] == "[]"
    assert lines[0][0] == lines[1][0]

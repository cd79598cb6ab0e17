"""Tables of atomic responses: command, interruption, file, subshells, thresholds, frozen values."""

import pickle

import h5py
import numpy as np
import pytest

from weakscatter.atomic import dirac_fock, tabulate
from weakscatter.atomic.tabulate import _Question, unit
from weakscatter.cli.app import app
from weakscatter.cli.errors import guarded
from weakscatter.cli.tabulating import ion
from weakscatter.inference import Work
from weakscatter.provenance.errors import InputError
from weakscatter.response import conservation, read_response_table
from weakscatter.units import eV, keV

GRID = ("--energies", "30 eV, 80 eV, 500 eV, 1000 eV, 2000 eV", "--momenta", "20 eV : 60 keV : 9 : log")
T = np.array([30.0, 80.0, 500.0, 1000.0, 2000.0]) * eV
Q = np.geomspace(20 * eV, 60 * keV, 9)
DENSITY = ("vector", "vector", "00")


def run(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["weakscatter", *map(str, arguments)])
    return guarded(app)


@pytest.fixture(scope="module")
def neon():
    return dirac_fock("Ne")


@pytest.fixture(scope="module")
def found(neon):
    return tabulate(neon, T, Q, left_out=1e-4)


def test_a_coarse_neon_table(found):
    table = found.table
    nodes = np.asarray(table.energy_transfer)
    assert nodes[0] == min(found.threshold.values())
    # The lowest threshold, what was asked for above it, and the three others (two of them of 2s and 2p1/2, one of 1s) twice.
    assert len(nodes) == 1 + np.sum(nodes[0] < T) + 2 * 3
    assert np.all(found.left_out < 1e-4)
    assert max(found.grid_error.values()) < 1e-3
    assert conservation(table) < 1e-5
    for part, values in table.parts.items():
        np.testing.assert_allclose(sum(s[part] for s in found.subshells.values()), values, rtol=1e-12)
    # At each threshold inside, the shell that opens jumps; the others go on.
    for edge in sorted(found.threshold.values())[1:]:
        below, above = np.flatnonzero(nodes == edge)
        opens = {name for name, value in found.threshold.items() if value == edge}
        for name, parts in found.subshells.items():
            if name in opens:
                assert np.all(parts[DENSITY][below] == 0)
                assert np.all(parts[DENSITY][above] > 0)
            else:
                # Two grids meet at the edge: continuous within ten times what is left out.
                np.testing.assert_allclose(parts[DENSITY][above], parts[DENSITY][below], rtol=1e-3)


def test_the_command_goes_on_where_it_was_interrupted(found, neon, tmp_path, monkeypatch, capsys):
    out = tmp_path / "Ne.h5"

    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tabulate(neon, T, Q, left_out=1e-4, work=Work(None, tmp_path / "Ne.h5.units", progress=stop))
    assert run(monkeypatch, "tabulate", "atomic", "Ne", "--out", out, *GRID, "--left-out", "1e-4") == 0
    assert "4 subshells" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["Ne.h5"]
    read = read_response_table(out, below="zero")
    assert set(read.parts) == set(found.table.parts)
    for part, values in found.table.parts.items():
        np.testing.assert_allclose(read.parts[part], values, rtol=1e-9, atol=1e-30)
    one = read_response_table(out, below="zero", subshell="2p3/2")
    np.testing.assert_allclose(one.parts[DENSITY], found.subshells["2p3/2"][DENSITY], rtol=1e-9)
    with pytest.raises(InputError, match="3d"):
        read_response_table(out, subshell="3d")
    with h5py.File(out) as file:
        assert list(file.attrs["subshell"]) == list(neon.names)
        assert file.attrs["left_out"].shape == read.energy_transfer.shape
        assert {"weakscatter", "numpy", "basis_error", "grid_error", "tail"} <= set(file.attrs)


def test_units_of_another_question_are_refused(neon, tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    work = Work(None, tmp_path / "units", progress=stop)
    with pytest.raises(KeyboardInterrupt):
        tabulate(neon, T, Q, work=work)
    with pytest.raises(InputError, match="another question"):
        tabulate(neon, T, Q[:-1], work=work)


def test_units_travel(neon):
    question = _Question(neon, T[-2:] / (27.211386 * eV), np.array([1.0, 5.0]), 1e-6, 1e-3)
    again = pickle.loads(pickle.dumps(question))
    np.testing.assert_array_equal(unit(again, (0.0, 0.0)), unit(question, (0.0, 0.0)))


def test_bad_input(neon, tmp_path, monkeypatch, capsys):
    with pytest.raises(InputError, match="at least three"):
        tabulate(neon, T[:1], Q)
    with pytest.raises(InputError, match="momenta of a table must be positive"):
        tabulate(neon, T, Q[::-1])
    with pytest.raises(InputError, match="no atom or ion"):
        ion("neon gas")
    assert run(monkeypatch, "tabulate", "atomic", "Ne", "--out", tmp_path / "Ne.txt", *GRID) == 2
    assert ".h5 or .hdf5" in capsys.readouterr().err

"""Tables of atomic responses: command, interruption, file, subshells, thresholds, frozen values."""

import pickle
from dataclasses import replace

import h5py
import numpy as np
import pytest

from weakscatter.atomic import dirac_fock, mcdf, response_mesh, tabulate
from weakscatter.atomic.along_ridge import between
from weakscatter.atomic.basis import orbital
from weakscatter.atomic.channels import Channel, allowed_kappas
from weakscatter.atomic.hartree import C
from weakscatter.atomic.ion_field import ion_orbital, on_mesh
from weakscatter.atomic.multipoles import COMPUTED
from weakscatter.atomic.operators import elements, multipole_operators
from weakscatter.atomic.reference import reference_state
from weakscatter.atomic.shell_response import hole_of, momentum_of, shell_response
from weakscatter.atomic.tabulate import KEPT, _question, unit
from weakscatter.cli.app import app
from weakscatter.cli.errors import guarded
from weakscatter.cli.tabulating import ion
from weakscatter.constants import alpha, m_e
from weakscatter.inference import Work
from weakscatter.provenance.errors import InputError
from weakscatter.response import atomic_table, atomic_targets, read_response_table, table_settings
from weakscatter.units import eV, hartree, keV

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
    assert max(found.left_out.values()) < 1e-4
    assert max(found.error.values()) < 1e-3
    assert np.all(found.conservation < 1e-5)
    # The last of equal energies is the side on which the shell of that threshold is open: all subshells add up to the atom.
    last = np.append(np.diff(nodes) > 0, True)
    for part, values in table.parts.items():
        total = np.zeros_like(values)
        for name, one in found.subshells.items():
            total[nodes >= found.threshold[name]] += one.parts[part][
                np.searchsorted(one.energy_transfer, nodes[nodes >= found.threshold[name]])
            ]
        np.testing.assert_allclose(values[last], total[last], rtol=1e-12)
    # At each threshold inside, what is missing on the lower side is the shell that opens.
    for edge in sorted(found.threshold.values())[1:]:
        below, above = np.flatnonzero(nodes == edge)
        (opens,) = (name for name, value in found.threshold.items() if value == edge)
        jump = table.parts[DENSITY][above] - table.parts[DENSITY][below]
        np.testing.assert_allclose(
            jump, found.subshells[opens].parts[DENSITY][0], rtol=1e-9, atol=1e-12 * jump.max()
        )


@pytest.mark.slow
def test_energies_of_each_subshell_hold_it(neon):
    """The atom between its nodes, by the table, against the subshells computed there: to what the issue asks of bins, 0.5 %."""
    table = tabulate(neon, top=3 * keV, largest=0.1)
    assert max(table.error.values()) < 5e-3
    at = np.array([37.5, 47.0, 333.0, 1500.0]) * eV  # the lowest threshold in this field is 36.65 eV
    q = np.asarray(table.table.momentum)[5:-5:10]
    answer = sum(
        shell_response(
            hole_of(neon, name, momentum=momentum_of(at[-1] / hartree), tail=1e-8),
            at / hartree,
            q / (alpha * m_e),
            left_out=1e-6,
        )[0][0]
        for name in neon.names
    )
    k, _ = table.table._reach(at)
    found = np.asarray(table.table._value(DENSITY, at, np.broadcast_to(q, (4, len(q))), k))
    np.testing.assert_allclose(found, answer / hartree, rtol=2e-2)
    close = np.trapezoid(found * q**2, np.log(q)) / np.trapezoid(answer / hartree * q**2, np.log(q))
    np.testing.assert_allclose(close, 1.0, rtol=5e-3)


@pytest.mark.slow
@pytest.mark.parametrize("target", atomic_targets())
def test_shipped_tables_are_what_the_wing_computes(target):
    """One energy off the nodes of a K, L or M shell, computed again with finer settings, against the file and its stored error."""
    symbol, charge = ion(target)
    state = (mcdf if symbol in ("Ge", "Si") else dirac_fock)(symbol, charge=charge)
    stored = table_settings(target)
    name = stored["subshell"][0]
    one = atomic_table(target, subshell=name)
    at = np.array([1.37 * float(one.energy_transfer[0])])
    q = np.asarray(one.momentum)[20:-10:12]
    hole = hole_of(state, name, momentum=momentum_of(at[0] / hartree), tail=1e-8)
    R, _ = shell_response(hole, at / hartree, q / (alpha * m_e), left_out=1e-5)
    k, _ = one._reach(at)
    found = np.asarray(one._value(DENSITY, at, q[None], k))[0]
    size = R[0, 0] / hartree
    change = np.trapezoid(abs(found - size) * q**2, np.log(q)) / np.trapezoid(size * q**2, np.log(q))
    # Twice: the error is that of a cubic between energies, a table read by itself is linear there.
    assert change < 2 * stored["error"][0] + 5e-3


def by_resolvent(state, name, T, q, highest):
    """R_00, R_11+22 of both currents [3, T, q] of a subshell (hartree units) by the other continuum solver: a resolvent on a contour.

    R(T, q) = -(n_a/pi) sum_J (2 J + 1) Im t_J.(T + eps_a - h - U_a)^-1 t_J over all kappa; no wave is integrated, no panel is used.
    """
    a = state.index(name)
    shell = state.shells[a]
    classes = [(J, natural) for natural in (True, False) for J in range(highest + 1)]
    kappas = {k for J, natural in classes for k in allowed_kappas(shell.kappa, J, natural=natural)}
    mesh = response_mesh(state, float(T.max()))
    real = reference_state(state.solution, state.nucleus, replace(mesh, scaling_angle=0.0), kappas, cut=0.0)
    turned = reference_state(state.solution, state.nucleus, mesh, kappas, cut=0.0, orbitals=real.orbitals)
    eps, found = ion_orbital(real, a, state.nucleus.potential(real.system.coulomb.radial.r))
    local = on_mesh(turned, a, state.nucleus.potential(turned.system.coulomb.radial.r))
    own = orbital(turned.system.bases[shell.kappa], found.vector.astype(turned.system.coulomb.radial.dtype))
    alone = replace(turned, orbitals=(own,))
    sources = {}
    for J, natural in classes:
        tables = [multipole_operators(alone, J, k, natural=natural) for k in q]
        for kappa in allowed_kappas(shell.kappa, J, natural=natural):
            basis = turned.system.bases[kappa]
            channel = Channel("vc", 0, None, kappa, basis, np.eye(len(basis.metric)), 1.0, "")
            for part, names in enumerate((("C",), ("E", "M"), ("M5", "E5"))):
                for one in names:
                    if one in tables[0]:
                        t = np.array([elements(alone, operators[one], channel) for operators in tables]).T
                        sources.setdefault(kappa, []).append((part, 2 * J + 1, t))
    out = np.zeros((3, len(T), len(q)))
    for kappa, terms in sources.items():
        basis = turned.system.bases[kappa]
        scale = 1.0 / np.sqrt(np.diag(basis.metric))
        matrix, metric = (
            (m * np.outer(scale, scale)) for m in (basis.free + basis.potential(local), basis.metric)
        )
        t = np.concatenate([one for *_, one in terms], axis=1) * scale[:, None]
        for i, w in enumerate(T):
            strength = np.sum(t * np.linalg.solve((w + eps) * metric - matrix, t), axis=0).imag
            for (part, weight, _), value in zip(terms, np.split(strength, len(terms)), strict=True):
                out[part, i] -= state.occupation[a] / shell.capacity * weight / np.pi * value
    return out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "name"), [("Ne", "2p3/2"), ("Ge", "3d5/2"), ("Xe", "4d5/2"), ("Cs+", "5p3/2")]
)
def test_shipped_tables_are_what_the_other_solver_computes(target, name):
    """Random energies off the nodes, the smaller momenta: the tables, made by outward integration on panels, and a resolvent in a basis."""
    symbol, charge = ion(target)
    state = (mcdf if symbol in ("Ge", "Si") else dirac_fock)(symbol, charge=charge)
    one, stored = atomic_table(target, subshell=name), table_settings(target)
    edge = float(one.energy_transfer[0])
    at = edge + np.sort(np.random.default_rng(8).uniform(0.3, 5.0, 3)) * hartree
    near = [int(np.argmin(abs(np.asarray(one.momentum) - k * alpha * m_e))) for k in (0.2, 0.7, 1.5)]
    q = np.asarray(one.momentum)[near]
    found = by_resolvent(state, name, at / hartree, q / (alpha * m_e), 8)
    # Cubic between energies, as the table of the whole atom was made of this one; twice the error as above, and the goal of half a per cent.
    nodes, momentum = np.asarray(one.energy_transfer) / hartree, np.asarray(one.momentum) / (alpha * m_e)
    values = np.empty((len(COMPUTED), len(nodes), len(momentum)))
    for i in KEPT:
        values[i] = np.asarray(one.parts[COMPUTED[i]]) * hartree
    values[2] = values[0] * (nodes[:, None] / (momentum * C)) ** 2
    values[1] = 2 * np.sqrt(values[0] * values[2])
    ours = between(values, nodes, momentum, edge / hartree, at / hartree)
    allowed = 2 * stored["error"][stored["subshell"].index(name)] + 5e-3
    for part, value in zip((0, 3, 7), found, strict=True):
        np.testing.assert_allclose(ours[part][:, near], value, rtol=allowed)


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
        np.testing.assert_allclose(read.parts[part], values, rtol=3e-5)
    one = read_response_table(out, below="zero", subshell="2p3/2")
    np.testing.assert_allclose(one.parts[DENSITY], found.subshells["2p3/2"].parts[DENSITY], rtol=3e-5)
    np.testing.assert_allclose(one.energy_transfer, found.subshells["2p3/2"].energy_transfer, rtol=1e-12)
    with pytest.raises(InputError, match="3d"):
        read_response_table(out, subshell="3d")
    with h5py.File(out) as file:
        assert list(file.attrs["subshell"]) == list(neon.names)
        assert file.attrs["conservation"].shape == read.energy_transfer.shape
        assert {"weakscatter", "numpy", "basis_error", "error", "left_out", "tail"} <= set(file.attrs)


def test_units_of_another_question_are_refused(neon, tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    work = Work(None, tmp_path / "units", progress=stop)
    with pytest.raises(KeyboardInterrupt):
        tabulate(neon, T, Q, work=work)
    with pytest.raises(InputError, match="another question"):
        tabulate(neon, T, Q[:-1], work=work)


def test_units_travel(neon):
    question = _question(neon, T[-3:], np.array([1.0, 5.0]) * keV, 30 * keV, 1.0, 1e-6, 1e-3)
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

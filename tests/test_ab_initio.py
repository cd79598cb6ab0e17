"""Ab initio tables of the package: what they hold, their limits, the join with stepping, and that no wing is loaded for them."""

import subprocess
import sys

import h5py
import numpy as np
import pytest

from weakscatter import constants as c
from weakscatter.cards import run
from weakscatter.flux import monoenergetic
from weakscatter.interactions import UniversalMagneticMoment, Weak
from weakscatter.matter import subshells
from weakscatter.model import differential_cross_section
from weakscatter.provenance.errors import InputError
from weakscatter.response import (
    Continued,
    Stepping,
    ab_initio,
    atomic_table,
    atomic_targets,
    read_response_table,
    table_settings,
)
from weakscatter.response.atomic_store import _path, atomic_target
from weakscatter.units import keV

DENSITY, TRANSVERSE = ("vector", "vector", "00"), ("vector", "vector", "11+22")


def at_nodes(table, part, q):
    """One part at every node of energy, at one momentum each [T]."""
    rows = zip(np.log(table.parts[part]), np.log(q), strict=True)
    return np.exp([np.interp(x, np.log(table.momentum), row) for row, x in rows])


def test_tables_say_what_made_them():
    assert set(atomic_targets()) == {"Xe", "Ge", "Ar", "Kr", "Ne", "Si", "I-", "Cs+", "Na+"}
    assert sum(_path(name).stat().st_size for name in atomic_targets()) < 20e6
    for name in atomic_targets():
        made = table_settings(name)
        assert {"weakscatter", "numpy", "tail", "left_out_allowed", "basis_error", "mesh_box"} <= set(made)
        assert max(made["left_out"]) < 1e-4
        assert max(made["left_out"]) < made["left_out_allowed"]
        # The goal, 0.5 %, is that of most shells; an outer one next to its threshold exceeds it, in its worst part, and its file says so
        # (a slow test computes it again). The electron that leaves a negative ion finds no charge: its responses rise as roots, which the
        # nodes of I- do not follow within some tenths of an electronvolt of a threshold.
        if not name.endswith("-"):
            assert np.median(made["error"]) < 5e-3
        assert max(made["conservation"]) < 1e-3


def test_by_name():
    assert atomic_target("Xe") == "Xe"
    with pytest.raises(InputError, match=r"ab initio table 'W'.*Allowed: .*Xe"):
        ab_initio("W")
    with pytest.raises(InputError, match="stepping"):
        ab_initio("Ne", above="free")
    with pytest.raises(InputError, match="9s"):
        atomic_table("Ne", subshell="9s")


def test_subshells_add_up():
    whole = atomic_table("Ne")
    for part, values in whole.parts.items():
        total = sum(
            atomic_table("Ne", subshell=name).parts[part][-1] for name in table_settings("Ne")["subshell"]
        )
        np.testing.assert_allclose(total, values[-1], rtol=1e-4)


@pytest.mark.slow
def test_photon_line_is_photoabsorption():
    """sigma = (2 pi^2 alpha/T) R_11+22(T, q = T) against the dipole of the same fields, by the other integrator; below 2 keV nothing else."""
    from weakscatter.atomic import dirac_fock, independent_particle

    table = atomic_table("Ne")
    T = np.asarray(table.energy_transfer)
    chosen = [int(np.argmin(abs(T - energy * keV))) for energy in (0.1, 0.2, 0.5, 1.5)]
    sigma = (2 * np.pi**2 * c.alpha / T * at_nodes(table, TRANSVERSE, T))[chosen]
    dipole = independent_particle(dirac_fock("Ne"), T[chosen]).sigma_length
    np.testing.assert_allclose(sigma, dipole, rtol=3e-3)


def test_free_electrons_at_large_energy():
    """int q dq R_00 = Z m (1 + T/2m) far above all binding: neon at 20 and 30 keV, K shell of 0.9 keV, to 1 %."""
    table = atomic_table("Ne")
    T, q = np.asarray(table.energy_transfer), np.asarray(table.momentum)
    x = np.linspace(np.log(q[0]), np.log(q[-1]), 4000)
    for i in (int(np.argmin(abs(T - 20 * keV))), len(T) - 1):
        density = np.exp(np.interp(x, np.log(q), np.log(table.parts[DENSITY][i])))
        total = np.trapezoid(np.exp(2 * x) * density, x)
        assert total == pytest.approx(10 * c.m_e * (1 + T[i] / (2 * c.m_e)), rel=0.01, abs=0)


def test_inner_electrons_move_strength_to_large_momenta():
    """Ten times the momentum of the ridge at 1 keV: there is something, all of it from 1s and 2s."""
    q = 10 * np.sqrt(2 * c.m_e * 1 * keV)
    parts = {}
    for name in table_settings("Ne")["subshell"]:
        table = atomic_table("Ne", subshell=name)
        i = int(np.argmin(abs(np.asarray(table.energy_transfer) - keV)))
        parts[name] = at_nodes(table, DENSITY, np.full(len(table.energy_transfer), q))[i]
    assert parts["1s"] > 10 * parts["2s"] > 100 * parts["2p3/2"] > 0


def test_a_later_layout_is_refused(tmp_path):
    copy = tmp_path / "Ne.h5"
    copy.write_bytes(_path("Ne").read_bytes())
    with h5py.File(copy, "a") as file:
        file.attrs["layout"] = 99
    with pytest.raises(InputError, match="layout 99"):
        read_response_table(copy)
    for damaged in (b"damaged", _path("Ne").read_bytes()[:-5000]):
        copy.write_bytes(damaged)
        with pytest.raises(InputError, match="HDF5"):
            read_response_table(copy)


@pytest.mark.parametrize(
    "call",
    [
        "ws.ab_initio('Ne')",
        pytest.param(
            "ws.differential_cross_section(ws.monoenergetic('e', 1.0), ws.ab_initio('Ne'), ws.Weak(), [1e-4, 3e-3])",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_no_wing_is_loaded(call):
    code = (
        f"import sys\nimport weakscatter as ws\n{call}\n"
        "assert not [m for m in sys.modules if m.startswith(('weakscatter.atomic', 'numba'))]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_a_table_goes_on_by_stepping():
    """Just above its end the number is that of stepping, just below that of the table, near to it; crystals and the join are flagged."""
    card = {
        "task": "cross-section", "projectile": {"flavour": "e", "energy": "400 keV"},
        "target": {"element": "Ne", "scatters_on": "electrons"},
        "response": {"electrons": "ab-initio", "compare": ["stepping"]},
        "interaction": [{"kind": "magnetic-moment", "effective": 1e-11}],
        "output": {"energy_transfer": ["10 eV", "1 keV", "29.99 keV", "30.01 keV", "50 keV"]},
    }  # fmt: skip
    document = run(card)
    ratio = document["dsigma_dT"].value[1:] / document["dsigma_dT_stepping"].value[1:]
    assert document["dsigma_dT"].value[0] == 0
    np.testing.assert_allclose(ratio[2:], 1.0, rtol=1e-9)
    np.testing.assert_allclose(ratio[:2], 1.0, rtol=0.02)
    assert "30 keV; above" in document.warnings[0]
    with pytest.raises(InputError, match=r"asked at 0\.03001 MeV"):
        run({**card, "response": {"electrons": "ab-initio", "above": "error"}})


def test_continued_begins_at_a_threshold():
    table = atomic_table("Ne")
    with pytest.raises(InputError, match="below='zero'"):
        Continued(type(table)(table.energy_transfer, table.momentum, table.parts), Stepping(subshells("Ne")))


@pytest.mark.slow
@pytest.mark.parametrize("symbol", atomic_targets())
@pytest.mark.parametrize("electrons", ["ab-initio", "stepping", "epa", "lpa", "free"])
def test_every_target_works_in_every_treatment(symbol, electrons):
    response = {"electrons": electrons}
    if electrons == "epa":
        response["photoabsorption"] = "henke"
    document = run({
        "task": "cross-section", "projectile": {"flavour": "e", "energy": "300 keV"},
        "target": {"element": symbol.rstrip("+-"), "scatters_on": "electrons"}, "response": response,
        "interaction": [{"kind": "magnetic-moment", "effective": 1e-11}],
        "output": {"energy_transfer": ["300 eV", "3 keV", "20 keV"]},
    })  # fmt: skip
    assert np.all(document["dsigma_dT"].value > 0)
    if symbol in ("Ge", "Si") and electrons == "ab-initio":
        assert not document.warnings  # 300 eV is above what a crystal changes


@pytest.mark.slow
@pytest.mark.parametrize("symbol", ["Ge", "Xe"])
@pytest.mark.parametrize("theory", [Weak(), UniversalMagneticMoment(1e-11)], ids=["weak", "moment"])
def test_away_from_edges_bound_electrons_are_stepping(symbol, theory):
    """Row 001-f: weak and magnetic scattering on germanium and xenon, 1 MeV, between the edges: nearly free electrons.

    A free electron at rest lacks the momentum and the potential of a bound one, which are of the size of its binding energy: each
    open shell may differ by I/T, the atom by the mean of that over its open electrons (9 to 19 % here; seen are 3 %).
    """
    T = {"Ge": np.array([0.5, 4.0, 8.0, 20.0]), "Xe": np.array([2.0, 3.5, 10.0, 25.0])}[symbol] * keV
    shells = tuple(s for s in subshells(symbol, "ab-initio") if abs(float(s.energy) - T).min() > 0)
    beam = monoenergetic("e", 1.0)
    ours, stepping = (
        np.asarray(differential_cross_section(beam, response, theory, T))
        for response in (ab_initio(symbol), Stepping(shells))
    )
    number, energy = (
        np.array([getattr(s, name) for s in shells], float) for name in ("occupation", "energy")
    )
    is_open = energy <= T[:, None]
    allowed = (
        np.sum(np.where(is_open, number * energy, 0.0), axis=1)
        / T
        / np.sum(np.where(is_open, number, 0.0), axis=1)
    )
    assert np.all(abs(ours / stepping - 1.0) < allowed)

"""Subshells of atoms: the printed sets, the calculated ones, electrons that add up, and messages for what does not."""

import json

import pytest

from weakscatter import units
from weakscatter.atomic import dirac_fock, measured_edges
from weakscatter.cli.app import app
from weakscatter.cli.errors import guarded
from weakscatter.matter import EDGE_SOURCES, Subshell, read_subshells, subshell_citations, subshells
from weakscatter.matter.nuclide import element
from weakscatter.matter.subshells import _table, measured_atoms, recalled_subshells
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.sources import source

SETS = [(atom, "measured") for atom in measured_atoms()] + [("Xe", "hartree-fock")]


@pytest.mark.parametrize(("atom", "name"), SETS)
def test_electrons_add_to_z_and_the_deepest_comes_first(atom, name):
    found = subshells(atom, name)
    assert sum(s.occupation for s in found) == element(atom).number
    energies = [s.energy for s in found]
    assert energies == sorted(energies, reverse=True)
    assert all(source(key) for key in subshell_citations(atom, name))


@pytest.mark.parametrize("ion", _table("subshells_ab_initio.toml")["ab-initio"]["atoms"])
def test_calculated_electrons_add_to_z_minus_the_charge(ion):
    symbol = ion.rstrip("+-0123456789")
    rest = ion[len(symbol) :]
    charge = int(rest[:-1] or 1) * (1 if rest[-1] == "+" else -1) if rest else 0
    found = subshells(symbol, "ab-initio", charge=charge)
    assert sum(s.occupation for s in found) == pytest.approx(element(symbol).number - charge, abs=1e-5)


@pytest.mark.parametrize("atom", measured_atoms())
def test_measured_edges_are_those_of_the_x_ray_tables(atom):
    """Two routes: our restatement against the tables that xraydb holds; recalled shells are place-holders there."""
    import xraydb

    kappas = ("s", "p1/2", "p3/2", "d3/2", "d5/2")
    theirs = {
        f"{'KLMNOP'.index(name[0]) + 1}{kappas[int(name[1:] or 1) - 1]}": edge.energy
        for name, edge in xraydb.xray_edges(atom).items()
    }
    ours = {s.name: s.energy / units.eV for s in subshells(atom) if s.name not in recalled_subshells(atom)}
    assert {name: theirs[name] for name in ours} == pytest.approx(ours, abs=0.11)
    assert measured_edges(atom) == pytest.approx(
        {name: e * units.eV for name, e in ours.items()}, rel=1e-12, abs=0
    )


def test_xenon_printed_against_calculated():
    """Chen et al. (2017) agree with the Dirac-Fock energies to 0.1 eV (1s: 3 eV), with one exchange of two digits in the print."""
    printed = {s.name: s.energy / units.eV for s in subshells("Xe", "hartree-fock")}
    ours = {s.name: s.energy / units.eV for s in subshells("Xe", "ab-initio")}
    assert printed.pop("3d5/2") == 649.9
    assert ours.pop("3d5/2") == pytest.approx(694.9, abs=0.05)
    assert printed.pop("1s") - ours.pop("1s") == pytest.approx(3.0, abs=0.5)
    assert ours == pytest.approx(printed, abs=0.5)


def test_the_two_sets_of_xenon_differ_as_stated():
    measured = {s.name: s.energy for s in subshells("Xe")}
    printed = {s.name: s.energy for s in subshells("Xe", "hartree-fock")}
    assert printed["1s"] / measured["1s"] - 1 == pytest.approx(0.006, abs=5e-4)
    assert printed["4p1/2"] / measured["4p1/2"] - 1 == pytest.approx(0.197, abs=1e-3)


def test_shipped_energies_are_those_of_the_solver():
    state = dirac_fock("Ne")
    ours = {s.name: s.energy for s in subshells("Ne", "ab-initio")}
    assert {s.name: s.energy for s in state.subshells} == pytest.approx(ours, rel=1e-6, abs=0)


def test_germanium_keeps_its_two_configurations():
    open_shell = {s.name: s.occupation for s in subshells("Ge", "ab-initio") if s.name.startswith("4p")}
    # 2 C_1^2 and 2 C_2^2 of Chen et al. (2014): 72.15 and 27.85 per cent.
    assert open_shell == pytest.approx({"4p1/2": 1.4430, "4p3/2": 0.5570}, abs=1e-3)


def test_a_table_of_ones_own(tmp_path):
    path = tmp_path / "neon.csv"
    path.write_text(
        "n (1),l (1),two_j (1),energy (keV),electrons (1)\n1,0,0,0.8702,2\n2,0,0,0.0485,2\n2,1,0,0.0217,6\n"
    )
    found = subshells("Ne", str(path))
    assert [s.name for s in found] == ["1s", "2s", "2p"]
    assert found == read_subshells(path) == subshells("Ne", found)
    assert found[0].energy == pytest.approx(870.2 * units.eV, rel=1e-12, abs=0)
    with pytest.raises(InputError, match=r"hold 10 electrons; with charge \+0 they must hold 18"):
        subshells("Ar", path)
    assert len(subshells("Na", path, charge=1)) == 3
    path.write_text("n (1),l (1),two_j (1),energy (eV),electrons (1)\n1,0,5,870,2\n")
    with pytest.raises(InputError, match="two_j = 5 is no subshell"):
        read_subshells(path)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("Xe", "measuredx"), "measured"),
        (("W", "measured"), "no subshells of W"),
        (("Ar", "hartree-fock"), "it has Xe"),
        (("Xx", "measured"), "unknown element"),
        (("Ne", [Subshell("1s", 1e-3, 2), Subshell("1s", 1e-4, 2)]), "twice"),
        (("Ne", [Subshell("2p", 1e-3, 2), Subshell("2p1/2", 1e-4, 2)]), "twice"),
        (("He", [Subshell("1s", 1e-5, 1)]), "must hold 2"),
    ],
)
def test_what_is_wrong_is_said(given, message):
    with pytest.raises(InputError, match=message):
        subshells(*given)


def test_measured_edges_of_an_ion_are_refused():
    with pytest.raises(InputError, match="neutral atoms"):
        subshells("Cs", charge=1)
    assert sum(s.occupation for s in subshells("I", "ab-initio", charge=-1)) == 54


@pytest.mark.parametrize(
    ("name", "energy", "electrons"),
    [("5x", 1e-5, 1), ("1p", 1e-5, 1), ("2p5/2", 1e-5, 1), ("1s", 0.0, 1), ("1s", 1e-5, 3), ("1s", 1e-5, 0)],
)
def test_impossible_subshells(name, energy, electrons):
    with pytest.raises(InputError):
        Subshell(name, energy, electrons)


def test_show_edges(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["weakscatter", "show", "edges", "Xe", "--json"])
    assert guarded(app) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[0] == {
        "subshell": "1s", "electrons": 2.0, "measured (eV)": pytest.approx(34561.0),
        "ab-initio (eV)": pytest.approx(34755.96), "hartree-fock (eV)": pytest.approx(34759.0),
    }  # fmt: skip
    assert len(rows) == 17
    monkeypatch.setattr("sys.argv", ["weakscatter", "list", "edges", "--json"])
    assert guarded(app) == 0
    assert list(json.loads(capsys.readouterr().out)) == list(EDGE_SOURCES)

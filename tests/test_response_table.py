"""Tables of response components: hydrogen from a table is hydrogen; edges, files, and what lies outside."""

import numpy as np
import pytest

from weakscatter import constants as c
from weakscatter.flux import monoenergetic
from weakscatter.grids import compiled
from weakscatter.interactions import Charge
from weakscatter.provenance.errors import InputError
from weakscatter.response import (
    Hydrogenic,
    InfraredMass,
    LongitudinalPhoton,
    ResponseTable,
    conservation,
    interpolation_error,
    ionisation_energy,
    ionisation_response,
    read_response_table,
    write_response_table,
)
from weakscatter.scattering import fold, open_window
from weakscatter.units import eV, keV

IDENTITY = np.eye(3)
CHARGES = (
    Charge("vector", "e", IDENTITY),
    Charge("axial", "e", IDENTITY),
    Charge("vector", "e", IDENTITY, mass=0),
    Charge("dipole", "e", IDENTITY, mass=0),
    Charge("scalar", "e", IDENTITY),
    Charge("pseudoscalar", "e", IDENTITY),
    Charge("tensor", "e", IDENTITY),
)
BINDING = float(ionisation_energy())
EV = InfraredMass(1 * eV)
VECTOR = (("vector", "vector", "00"), ("vector", "vector", "11+22"))


def hydrogen_parts(T, q):
    """The non-relativistic currents of one electron, part by part."""
    T, q, m = np.asarray(T)[:, None], np.asarray(q)[None, :], c.m_e
    density, convection = (np.asarray(R) for R in ionisation_response(T, q))
    spin = q**2 / (2 * m**2) * density
    return {
        ("vector", "vector", "00"): density,
        ("vector", "vector", "03+30"): 2 * T / q * density,
        ("vector", "vector", "33"): (T / q) ** 2 * density,
        ("vector", "vector", "11+22"): convection + spin,
        # gamma5 is sigma.p/m: its square has all three components, its product with Sigma_3 the longitudinal one.
        ("axial", "axial", "00"): convection + (T / q) ** 2 * density,
        ("axial", "axial", "03+30"): 2 * T / q * density,
        ("axial", "axial", "33"): density,
        ("axial", "axial", "11+22"): 2 * density,
        ("vector", "axial", "12+21"): q / m * density,
        ("scalar", "scalar", "density"): density,
        ("pseudoscalar", "pseudoscalar", "density"): q**2 / (4 * m**2) * density,
        ("tensor", "tensor", "11+22"): 2 * density,
    }


def hydrogen_table(energies=80, momenta=240, **options):
    T = np.geomspace(BINDING * (1 + 1e-9), 2 * keV, energies)
    q = np.geomspace(0.99 * BINDING, 0.3, momenta)
    options = {"beyond": "zero", "infrared": EV} | options
    return ResponseTable(T, q, hydrogen_parts(T, q), **options)


def weights(response, E, T):
    """{(first, second): d sigma/dT per product of charges} for every pair that interferes."""
    component = monoenergetic("e", E).components[0]
    folded = compiled(fold, CHARGES, response, component, np.resize(T, 4))
    return {(f.first, f.second): np.asarray(f.weight) for f in folded}


def agree(ours, theirs, rtol):
    assert ours.keys() == theirs.keys()
    for pair, value in theirs.items():
        np.testing.assert_allclose(ours[pair], value, rtol=rtol, err_msg=f"charges {pair}")


T = np.array([15.0, 40.0, 200.0, 900.0]) * eV


@pytest.mark.parametrize("E", [10 * keV, 0.5])
def test_hydrogen_from_a_table(E):
    """Every structure and pair of charges, the parts written out against the closed contraction."""
    ours, theirs = weights(hydrogen_table(), E, T), weights(Hydrogenic(1, EV), E, T)
    assert {(0, 1), (0, 2), (1, 2)} <= theirs.keys(), "vector, axial and photon interfere"
    # The pseudoscalar kernel takes all its strength from the largest momenta, where the ridge is narrowest.
    agree(ours, theirs, 2e-3)


def test_more_nodes_converge_and_the_error_is_estimated():
    # At energies of the table, where only the momenta are interpolated.
    at = np.asarray(hydrogen_table().energy_transfer)[[35, 40, 44, 48]]
    exact, errors = weights(Hydrogenic(1, EV), 0.5, at)[2, 2], []
    for momenta in (120, 240):
        table = hydrogen_table(80, momenta)
        errors.append(np.abs(weights(table, 0.5, at)[2, 2] / exact - 1).max())
        estimate = interpolation_error(table)[np.asarray(table.energy_transfer) < at[-1]].max()
        assert errors[-1] < estimate
    assert errors[1] < errors[0] / 8
    assert errors[1] < 5e-5


def test_conserved_unless_it_says_otherwise():
    """Without 03+30 and 33 they follow from R_00; a table that gives them is believed, and its violation measured."""
    table = hydrogen_table()
    whole = weights(table, 0.5, T)
    assert conservation(table) < 1e-12
    short = ResponseTable(
        table.energy_transfer, table.momentum, {key: table.parts[key] for key in VECTOR}, EV, beyond="zero"
    )
    assert conservation(short) == 0
    # Along the ridge of a relativistic electron (T/q)^2 = T/(T + 2 m) is no power of T: a straight line in the logarithms between two
    # energies of the table misses it by h^2/8 times the second derivative, 2 m T/(T + 2 m)^2. Near the photon line the three parts
    # nearly cancel; with the sign of one of them turned they add up to what errs.
    h, m = np.diff(np.log(table.energy_transfer)).max(), c.m_e
    missed = h**2 / 8 * 2 * m * T / (T + 2 * m) ** 2
    parts = {key: -value if key == (*VECTOR[0][:2], "03+30") else value for key, value in table.parts.items()}
    added = weights(ResponseTable(table.energy_transfer, table.momentum, parts, EV, beyond="zero"), 0.5, T)
    found = weights(short, 0.5, T)
    for pair in ((0, 0), (0, 2), (2, 2), (3, 3)):
        assert np.all(
            abs(found[pair] - whole[pair]) <= missed * abs(added[pair]) + 1e-12 * abs(whole[pair])
        ), pair
    broken = dict(table.parts)
    broken["vector", "vector", "33"] = 1.05 * broken["vector", "vector", "33"]
    changed = ResponseTable(table.energy_transfer, table.momentum, broken, EV, beyond="zero")
    assert conservation(changed) == pytest.approx(0.05, rel=1e-9, abs=0)
    other = weights(changed, 10 * keV, T)
    assert np.all(other[0, 0] > weights(table, 10 * keV, T)[0, 0])
    np.testing.assert_array_equal(other[1, 1], weights(table, 10 * keV, T)[1, 1])


def test_an_edge_is_a_double_node():
    """A second shell, three times as strong, opens at 100 eV: nothing of it below, all of it at the edge."""
    edge = 100 * eV
    low = np.geomspace(BINDING * (1 + 1e-9), edge, 30)
    high = np.geomspace(edge, 2 * keV, 50)
    grid, q = np.concatenate([low, high]), np.geomspace(0.99 * BINDING, 0.3, 240)
    opened = np.where(np.arange(80) < 30, 1.0, 4.0)[:, None]
    parts = {key: opened * values for key, values in hydrogen_parts(grid, q).items()}
    stepped = ResponseTable(grid, q, parts, EV, beyond="zero")
    assert stepped.kinks == pytest.approx((grid[0], edge, 2 * keV))
    at = np.array([edge * (1 - 1e-9), edge, edge * (1 + 1e-9), 2 * edge])
    one = weights(Hydrogenic(1, EV), 0.5, at)[0, 0]
    np.testing.assert_allclose(weights(stepped, 0.5, at)[0, 0] / one, [1.0, 4.0, 4.0, 4.0], rtol=1e-3)


def test_outside_the_table():
    table = hydrogen_table(beyond="error")
    level = table.levels[0]
    for energy, match in (
        (1 * keV, r"ends at q = 0.3 MeV.*beyond='zero'"),
        (3 * keV, r"asked at 0.003 MeV"),
        (10 * eV, r"asked at 1e-05 MeV.*below='zero'"),
    ):
        with pytest.raises(InputError, match=match):
            table.nodes_within([energy], level, open_window(0.5, [energy], 0, 0))
    # Compiled code cannot raise: no number instead of a wrong one, and zero only where it was said.
    at = np.array([10 * eV, 20 * eV, 1 * keV, 3 * keV])
    assert np.all(np.isnan(weights(table, 0.5, at)[0, 0]))
    zero = weights(hydrogen_table(below="zero"), 0.5, at)[0, 0]
    assert zero[0] == 0
    assert np.all(zero[1:3] > 0)
    assert np.isnan(zero[3])
    # Within reach nothing is wrong, and what no neutrino can give is nobody's loss.
    inside = weights(table, 1 * keV, at)[0, 0]
    assert inside[1] > 0
    assert np.all(inside[2:] == 0)


def test_the_pole_asks_for_a_regulator():
    table = hydrogen_table(infrared=None)
    with pytest.raises(InputError, match="infrared_neutrino_mass"):
        weights(table, 0.5, T)
    assert np.all(weights(LongitudinalPhoton(table), 0.5, T)[2, 2] > 0)


def small(**changes):
    grids = {"energy_transfer": [1.0, 2.0, 3.0, 4.0], "momentum": [1.0, 2.0, 3.0, 4.0, 5.0]} | {
        key: value for key, value in changes.items() if key != "parts"
    }
    shape = (len(grids["energy_transfer"]), len(grids["momentum"]))
    parts = changes.get("parts", dict.fromkeys(VECTOR, np.ones(shape)))
    return ResponseTable(grids["energy_transfer"], grids["momentum"], parts)


@pytest.mark.parametrize(("changes", "match"), [
    ({"energy_transfer": [1.0, 2.0, 2.0, 2.0, 3.0]}, "no energy thrice"),
    ({"energy_transfer": [1.0, 3.0, 2.0, 4.0]}, "must increase"),
    ({"energy_transfer": [1.0, 1.0, 2.0, 3.0]}, "edge inside"),
    ({"energy_transfer": [-1.0, 1.0, 2.0, 3.0]}, "positive"),
    ({"momentum": [2.0, 3.0, 4.0, 5.0]}, "photon line"),
    ({"momentum": [1.0, 2.0]}, "at least four"),
    ({"parts": {}}, "at least one part"),
    ({"parts": {("vector", "vector", "00"): np.ones((4, 5))}}, r"lacks 11\+22"),
    ({"parts": {("axial", "axial", "11+22"): np.ones((4, 5))}}, "what is missing is not zero"),
    ({"parts": {("vector", "vector", "22"): np.ones((4, 5))}}, "unknown part"),
    ({"parts": dict.fromkeys(VECTOR, np.ones((5, 4)))}, "energy transfers first"),
    ({"parts": dict.fromkeys(VECTOR, np.full((4, 5), np.nan))}, "finite"),
    ({"parts": dict.fromkeys((*VECTOR, ("vector", "vector", "33")), np.ones((4, 5)))}, r"lacks 03\+30"),
    ({"parts": dict.fromkeys((*VECTOR, ("vector", "axial", "12+21")), np.ones((4, 5)))}, "both currents"),
])  # fmt: skip
def test_bad_tables(changes, match):
    with pytest.raises(InputError, match=match):
        small(**changes)


def test_unknown_policy():
    with pytest.raises(InputError, match="policy outside a response table"):
        hydrogen_table(beyond="extrapolate")


def test_files(tmp_path):
    """What is written comes back; a CSV in other units is the same table, double nodes included."""
    grid = np.array([1.0, 2.0, 2.0, 4.0]) * keV
    q = np.array([0.5, 2.0, 5.0, 9.0]) * keV
    values = np.arange(16.0).reshape(4, 4) + 1
    table = ResponseTable(grid, q, {VECTOR[0]: values, VECTOR[1]: 2 * values}, citations=("bethe1930",))
    write_response_table(table, tmp_path / "table.h5", {"settings": "by hand"})
    rows = [
        f"{energy / eV},{x / keV},{v * keV},{2 * v * keV}"
        for energy, row in zip(grid, values, strict=True)
        for x, v in zip(q, row, strict=True)
    ]
    header = "energy_transfer (eV),momentum (keV),vector/vector/00 (1/keV),vector/vector/11+22 (1/keV)"
    (tmp_path / "table.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    for name in ("table.h5", "table.csv"):
        read = read_response_table(tmp_path / name, below="zero")
        assert read.below == "zero"
        np.testing.assert_allclose(read.energy_transfer, grid, rtol=1e-14)
        np.testing.assert_allclose(read.momentum, q, rtol=1e-14)
        for key in VECTOR:
            np.testing.assert_allclose(read.parts[key], table.parts[key], rtol=1e-14)
    assert read_response_table(tmp_path / "table.h5").citations == ("bethe1930",)
    (tmp_path / "ragged.csv").write_text("\n".join([header, *rows[:-1]]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="are no grid"):
        read_response_table(tmp_path / "ragged.csv")
    (tmp_path / "unit.csv").write_text(
        "\n".join([header.replace("(1/keV)", "(keV)"), *rows]), encoding="utf-8"
    )
    with pytest.raises(InputError, match="one like '1/MeV' is needed"):
        read_response_table(tmp_path / "unit.csv")
    (tmp_path / "name.csv").write_text("\n".join([header.replace("11+22", "11"), *rows]), encoding="utf-8")
    with pytest.raises(InputError, match="holds 'vector/vector/11'"):
        read_response_table(tmp_path / "name.csv")
    with pytest.raises(InputError, match="cannot read"):
        read_response_table(tmp_path / "none.h5")

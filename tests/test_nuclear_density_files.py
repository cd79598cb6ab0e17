"""Density files: they obey particle numbers and J, edits by hand are seen, damage is refused with its line."""

import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from weakscatter import InputError
from weakscatter.nuclear import (
    ModelSpace,
    Orbit,
    electric_quadrupole,
    magnetic_dipole,
    magnetic_moment,
    occupations,
    quadrupole_moment,
    read_densities,
    spin_expectations,
    strength,
    write_densities,
)
from weakscatter.nuclear.density_checks import invariants
from weakscatter.nuclear.operators import RADIAL_SIGNS, angular_momentum, gamow_teller_neutral, radial_power

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared"))
FILES = SHARED / "data" / "nuclear" / "dmscatter"
needs_files = pytest.mark.skipif(
    not FILES.is_dir(), reason="the density files are not beside this repository"
)
LARGE = ("c12daejeon", "c12n3lo", "he4")

#: One proton in 0d5/2: rho_K(aa) of a single nucleon is 1 for every K, since <f || [a+ a~]_K || i> = sqrt(2K + 1) here.
SINGLE = (
    """one proton in 0d5/2

 1 0
 1 +
  State      E        Ex         J       T
    1   -3.00000   0.00000     2.500   0.500
ORBIT      N     L   2 x J
     1     0     2     5
     2     1     0     1
 Initial state #    1 E =   -3.00000 2xJ, 2xT =    5   1
 Final state   #    1 E =   -3.00000 2xJ, 2xT =    5   1
"""
    + "".join(f" Jt = {K:3d}, proton      neutron \n    1    1   1.00000   0.00000\n" for K in range(6))
    + "\n +++++\n"
)


def space_of(found):
    return ModelSpace(found.orbits, tuple(Orbit(o.n, o.l, o.two_j, "neutron") for o in found.orbits), 0, 0)


@pytest.fixture
def single(tmp_path):
    def written(change=lambda text: text):
        path = tmp_path / "single.dres"
        path.write_text(change(SINGLE), encoding="utf-8")
        return path

    return written


def test_a_single_proton_has_the_schmidt_moment(single):
    found = read_densities(single())
    assert (found.edits, found.remarks) == ((), ())
    space, density = space_of(found), found.densities[0, 0]
    assert occupations(density, space).by_orbit["p 0d5/2"] == pytest.approx(1.0)
    # Schmidt: mu = g_l (j - 1/2) + g_s/2 for j = l + 1/2.
    assert magnetic_moment(density, magnetic_dipole(space)) == pytest.approx(2.0 + 2.79284734, abs=1e-6)
    assert spin_expectations(density, space) == pytest.approx((0.5, 0.0))
    # Q = -(2j - 1)/(2j + 2) <r^2> of a proton, with <r^2> = 7/2 b^2.
    omega = 10.0
    b2 = 197.3269804**2 / (0.5 * (938.27208816 + 939.56542052) * omega)
    E2 = electric_quadrupole(space, charges=(1.0, 0.0), oscillator_energy=omega)
    assert quadrupole_moment(density, E2) == pytest.approx(-4.0 / 7.0 * 3.5 * b2, rel=1e-6, abs=0)


def test_reduced_elements_of_spin_have_their_closed_forms():
    orbits = (Orbit(0, 2, 5, "proton"), Orbit(0, 2, 3, "proton"), Orbit(1, 0, 1, "proton"))
    space = ModelSpace(orbits, (), 8, 8)
    spin = 2.0 * gamow_teller_neutral(space).proton  # <a || sigma || b>
    assert spin[0, 0] == pytest.approx(2.898275, abs=1e-6)
    assert spin[1, 1] == pytest.approx(-1.549193, abs=1e-6)
    assert spin[0, 1] == pytest.approx(-3.098387, abs=1e-6)
    assert spin[1, 0] == -spin[0, 1]
    assert spin[2, 2] == pytest.approx(math.sqrt(6.0))
    assert angular_momentum(space).proton[0, 0] == pytest.approx(math.sqrt(2.5 * 3.5 * 6.0))


def test_reduced_elements_of_the_quadrupole_are_those_of_spherical_spinors():
    # Clebsch-Gordan sums over <l m| Y_2q |l' m'> in symbolic arithmetic, orbital before spin, divided by the 3j symbol.
    orbits = (Orbit(0, 2, 5, "proton"), Orbit(0, 2, 3, "proton"), Orbit(1, 0, 1, "proton"))
    space = ModelSpace(orbits, (), 8, 8)
    omega = 10.0
    b2 = 197.3269804**2 / (0.5 * (938.27208816 + 939.56542052) * omega)
    E2 = electric_quadrupole(space, charges=(1.0, 0.0), oscillator_energy=omega).proton / b2
    angular = [[-0.7387, -0.36935, 0.69099], [0.36935, -0.56419, -0.56419], [0.69099, 0.56419, 0.0]]
    radial = [[radial_power(a, b, 2) for b in orbits] for a in orbits]
    assert pytest.approx(np.array(angular) * np.array(radial), abs=3e-5) == E2


def test_radial_integrals_and_their_sign():
    d, s, s0 = Orbit(0, 2, 5, "proton"), Orbit(1, 0, 1, "proton"), Orbit(0, 0, 1, "proton")
    assert radial_power(d, d, 2) == pytest.approx(3.5)
    assert radial_power(s, s, 2) == pytest.approx(3.5)
    assert radial_power(d, s, 2) == pytest.approx(-math.sqrt(10.0))
    assert radial_power(d, s, 2, "infinity") == pytest.approx(math.sqrt(10.0))
    assert radial_power(s, s0, 0) == pytest.approx(0.0, abs=1e-14)
    with pytest.raises(InputError, match="radial_sign"):
        radial_power(d, s, 2, "outside")


def cut(text):
    return text[: text.index(" +++++")]


DAMAGES = {
    "number": (lambda t: t.replace("1    1   1.00000", "1    1   0.90000", 1), "line 10: .*proton number 2.20.*has to be 2.4"),
    "angular momentum": (
        lambda t: t.replace("Jt =   1, proton      neutron \n    1    1   1.0", "Jt =   1, proton neutron \n    1    1   0.9"),
        "line 10: .*angular momentum 6.5",
    ),
    "time reversal": (lambda t: t.replace("Jt =   2, proton      neutron \n", "Jt =   2, proton neutron\n 1 2 0.5 0.0\n"), "time reversal"),
    "rank twice": (lambda t: t.replace("Jt =   5", "Jt =   4"), "Jt = 4 stands twice"),
    "rank too high": (lambda t: t.replace("Jt =   5", "Jt =   6"), "Jt = 6 does not couple the spins"),
    "no triangle": (lambda t: t.replace("    1    1   1.00000   0.00000\n Jt =   5", "    2    2   1.00000   0.00000\n Jt =   5"), "do not couple to Jt = 4"),
    "pair twice": (lambda t: t.replace("\n Jt =   1", "\n    1    1   1.00000   0.00000\n Jt =   1"), "line 14 .*stands twice"),
    "no number": (lambda t: t.replace("1.00000", "1.0o000", 1), "line 13 .*a number is wanted"),
    "orbit": (lambda t: t.replace("    1    1   1.00000", "    1    3   1.00000", 1), "line 13 .*there are 2 orbits"),
    "words": (lambda t: t.replace("1.00000   0.00000", "1.00000", 1), "line 13 .*four words"),
    "final state": (lambda t: t.replace(" Final state   #    1 E =   -3.00000 2xJ, 2xT =    5   1\n", ""), "a rank without its"),
    "state": (lambda t: t.replace("Final state   #    1", "Final state   #    2"), "state 2 is not in the table"),
    "other spin": (lambda t: t.replace("     2.500   0.500", "     0.500   0.500"), "2J, 2T = 5, 1 here, and J, T = 0.5"),
    "valence": (lambda t: t.replace(" 1 0\n", " 30 0\n", 1), "do not fit into 8 states"),
    "nothing": (lambda t: t[: t.index(" Initial")], "holds no densities"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_files_are_refused(single, name):
    change, message = DAMAGES[name]
    with pytest.raises(InputError, match=message):
        read_densities(single(change))


def test_negative_numbers_count_holes(single):
    # Seven proton holes in eight states are the one proton.
    assert read_densities(single(lambda t: t.replace(" 1 0\n", " -7 0\n", 1))).Z == 1


EDITS = {
    "cut": (cut, "closing section is missing"),
    "energy": (lambda t: t.replace("0.00000     2.500", "0.05855     2.500"), "excitation energy 0.05855"),
    "decimals": (lambda t: t.replace("1.00000   0.00000", "1.0000000 0.0000000", 1), "5 and 7 decimals"),
    "block": (lambda t: t.replace("Initial state #    1 E =   -3.00000", "Initial state #    1 E =   -3.10000"), "another energy"),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_edits_by_hand_are_said_and_not_written_again(single, tmp_path, name):
    change, message = EDITS[name]
    found = read_densities(single(change))
    assert len(found.edits) == 1
    assert message in found.edits[0]
    with pytest.raises(InputError, match="signs of an edit"):
        write_densities(tmp_path / "again.dres", found)


def test_written_densities_read_back(single, tmp_path):
    found = read_densities(single())
    again = read_densities(write_densities(tmp_path / "again.dres", replace(found, decimals=8)))
    assert again.edits == ()
    for K in range(6):
        assert np.array_equal(again.densities[0, 0].proton[K], found.densities[0, 0].proton[K])


@needs_files
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(p, marks=pytest.mark.slow) if p.stem.startswith(LARGE) or "Xe" in p.parts else p
        for p in sorted(FILES.glob("*/*.dres"))
    ],
    ids=lambda p: p.stem,
)
def test_density_files_obey_the_invariants(path):
    found = read_densities(path)
    edited = path.stem in ("ge73jun45", "xe131jj55", "si29nb-iso")
    assert bool(found.edits) == edited
    assert bool(found.remarks) == (path.stem == "c12daejeon_nmax8hw22.5")
    checks = [check for check in invariants(found) if "time" not in check.what]
    assert checks
    assert max(check.size for check in checks) < (3.0 if path.stem == "si29nb-iso" else 0.2)


@needs_files
def test_the_ground_state_of_germanium_73_was_put_in_by_hand():
    found = read_densities(FILES / "Ge" / "ge73jun45.dres")
    assert [s.two_j for s in found.states] == [9]
    assert "states were deleted or put in another order" in found.edits[0]
    assert "closing section" in found.edits[1]


@needs_files
def test_isospin_densities_are_those_of_protons_and_neutrons():
    one = read_densities(FILES / "test" / "si29usd-iso.dres")
    two = read_densities(FILES / "Si" / "si29w18.dres")
    for pair in ((0, 0), (0, 1), (1, 2)):
        for K, rho in one.densities[pair].proton.items():
            for mine, theirs in (
                (rho, two.densities[pair].proton[K]),
                (one.densities[pair].neutron[K], two.densities[pair].neutron[K]),
            ):
                sign = 1.0 if pair[0] == pair[1] else np.sign(np.sum(rho * two.densities[pair].proton[K]))
                assert mine == pytest.approx(sign * theirs, abs=3e-5)


@needs_files
def test_the_radial_sign_decides_e2_of_argon():
    found = read_densities(FILES / "Ar" / "ar40mu8.dres")
    space = space_of(found)
    values = []
    for sign in RADIAL_SIGNS:
        E2 = electric_quadrupole(space, charges=(1.5, 0.5), oscillator_energy=11.02, radial_sign=sign)
        values.append(strength(found.densities[0, 1], E2))
    # Measured: 330 to 380 e^2 fm^4; the interaction is meant for functions positive at the origin.
    assert values[0] == pytest.approx(259, abs=1)
    assert values[1] == pytest.approx(32.5, abs=0.5)

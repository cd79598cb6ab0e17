"""Densities and strengths of every state of 12C in the p shell: invariants, sum rules, and strength functions by Lanczos."""

from dataclasses import replace

import numpy as np
import pytest

from weakscatter import InputError
from weakscatter.nuclear import (
    electric_quadrupole,
    gamow_teller_neutral,
    levels,
    magnetic_dipole,
    magnetic_moment,
    occupations,
    oscillator_energy,
    particle_hole,
    quadrupole_moment,
    read_interaction,
    reduced_element,
    strength,
)
from weakscatter.nuclear.densities import densities
from weakscatter.nuclear.operators import angular_momentum
from weakscatter.nuclear.strength_function import strength_functions, total_strength

SPACE = read_interaction("cohen-kurath").space
OPERATORS = {
    "E2": electric_quadrupole(SPACE, charges=(1.5, 0.5), oscillator_energy=oscillator_energy(12)),
    "M1": magnetic_dipole(SPACE),
    "GT0": gamow_teller_neutral(SPACE, quenching=0.8),
}


@pytest.fixture(scope="module")
def carbon():
    return levels(read_interaction("cohen-kurath"), 6, 6, states=51)


@pytest.fixture(scope="module")
def from_two(carbon):
    """Densities from the first 2+ to every state."""
    return densities(carbon, pairs=[(1, f) for f in range(51)])


def test_number_and_angular_momentum_of_every_state(carbon):
    J = angular_momentum(SPACE)
    for i in range(0, 51, 5):
        (density,) = densities(carbon, pairs=[(i, i)])
        found = occupations(density, SPACE)
        assert sum(found.by_orbit.values()) == pytest.approx(8.0, abs=1e-9)
        spin = carbon.states[i].two_j / 2
        assert reduced_element(density, J) == pytest.approx(
            np.sqrt(spin * (spin + 1) * (2 * spin + 1)), abs=1e-6
        )


def test_angular_momentum_leads_nowhere_else(from_two):
    J = angular_momentum(SPACE)
    assert max(abs(reduced_element(d, J)) for d in from_two if d.final != 1) < 1e-5


@pytest.mark.parametrize("name", OPERATORS)
def test_strength_functions_are_the_sums_over_all_states(carbon, from_two, name):
    operator = OPERATORS[name]
    functions = strength_functions(carbon, 1, operator)
    summed, weighted = {}, {}
    for density in from_two:
        two_j, B = density.final_state.two_j, strength(density, operator)
        summed[two_j] = summed.get(two_j, 0.0) + B
        weighted[two_j] = weighted.get(two_j, 0.0) + B * carbon.excitations[density.final]
    assert {f.two_j for f in functions} == {j for j, s in summed.items() if s > 1e-9}
    for f in functions:
        assert f.total == pytest.approx(summed[f.two_j], rel=1e-6, abs=0)
        assert f.strengths.sum() == pytest.approx(f.total)
        energy = f.mean_energy + carbon.excitations[1]
        assert energy * f.total == pytest.approx(weighted[f.two_j], rel=1e-5, abs=0)


def test_the_total_strength_is_an_expectation_value(carbon):
    """sum_f B(O; 0 -> f) = sum over M of |O_M |0>|^2: for the ground state of J = 0, 3 times that of M = 0."""
    (function,) = strength_functions(carbon, 0, OPERATORS["GT0"])
    to_one = densities(carbon, pairs=[(0, f) for f, s in enumerate(carbon.states) if s.two_j == 2])
    assert function.total == pytest.approx(
        sum(strength(d, OPERATORS["GT0"]) for d in to_one), rel=1e-8, abs=0
    )
    # Quenching multiplies the operator, so the strength by its square.
    (free,) = strength_functions(carbon, 0, gamow_teller_neutral(SPACE))
    assert function.total == pytest.approx(0.64 * free.total)


@pytest.mark.parametrize("name", OPERATORS)
def test_the_total_strength_needs_no_final_state(carbon, name):
    for number in (0, 1):
        functions = strength_functions(carbon, number, OPERATORS[name])
        expected = sum(f.total for f in functions)
        assert total_strength(carbon, number, OPERATORS[name]) == pytest.approx(expected, rel=1e-9, abs=0)


def test_what_a_truncation_cuts_off_the_strength():
    """Eight nucleons that fill 0p3/2 have B(GT0) = 8 |<p1/2||sigma||p3/2>|^2/(4 4) = 8/3, all of it one jump away."""
    interaction = read_interaction("cohen-kurath")
    none, one, two = (particle_hole(interaction.space, ["0p3/2"], jumps) for jumps in (0, 1, 2))
    filled = levels(interaction, 6, 6, states=1, truncation=none)
    operator = gamow_teller_neutral(interaction.space)
    assert total_strength(filled, 0, operator) == pytest.approx(0.0, abs=1e-20)
    for truncation in (one, two):
        assert total_strength(filled, 0, operator, truncation=truncation) == pytest.approx(
            8 / 3, rel=1e-12, abs=0
        )
    with pytest.raises(InputError, match="Allow for more"):
        total_strength(filled, 0, operator, truncation=replace(none, excitation=-1))


def test_strengths_of_both_directions_and_moments(carbon, from_two):
    for f, name in ((0, "E2"), (5, "M1"), (3, "E2")):
        (back,) = densities(carbon, pairs=[(f, 1)])
        up, down = (strength(d, OPERATORS[name]) for d in (from_two[f], back))
        assert 5.0 * up == pytest.approx(down * (carbon.states[f].two_j + 1), rel=1e-8, abs=0)
    two = from_two[1]
    assert quadrupole_moment(two, OPERATORS["E2"]) > 1.0
    # A T = 0 state has the isoscalar moment: J / 2 + (mu_p + mu_n - 1/2) <S>.
    assert magnetic_moment(two, OPERATORS["M1"]) == pytest.approx(1.0, abs=0.1)
    protons = electric_quadrupole(SPACE, charges=(1.0, 0.0), oscillator_energy=oscillator_energy(12))
    B, charged = strength(from_two[0], protons), strength(from_two[0], OPERATORS["E2"])
    # T = 0 to T = 0: protons and neutrons contribute alike, so (e_p + e_n)^2.
    assert charged == pytest.approx(4.0 * B, rel=1e-6, abs=0)


def test_no_strength_for_no_step(carbon):
    with pytest.raises(InputError, match="steps = 0"):
        strength_functions(carbon, 0, OPERATORS["M1"], steps=0)

"""Gamow-Teller strength that truncations and spaces lack: closed forms of filled orbits, and what cards say of it."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from weakscatter.cards import run
from weakscatter.matter import nuclide
from weakscatter.nuclear import ModelSpace, Orbit, Truncation, levels, particle_hole, read_interaction
from weakscatter.nuclear.densities import densities
from weakscatter.nuclear.missing_strength import for_spin_flips, strength_kept, strength_outside
from weakscatter.nuclear.states import Density, State
from weakscatter.nuclear.tabulate import tabulate_nucleus
from weakscatter.response import read_amplitudes, shell_model_amplitudes, write_amplitudes
from weakscatter.response.amplitudes import GAMOW_TELLER


@pytest.fixture(scope="module")
def p_shell():
    return read_interaction("cohen-kurath")


def of_orbit(orbit, protons, neutrons):
    """Density and space of one valence orbit of both species with J = 0 and these numbers of nucleons."""
    space = ModelSpace((replace(orbit, species="proton"),), (replace(orbit, species="neutron"),), 20, 20)
    rho = [{0: np.array([[n / sqrt(orbit.two_j + 1)]])} for n in (protons, neutrons)]
    zero = State(0.0, 0.0, 0.0, 1, 0.0)
    return Density(0, 0, zero, zero, *rho), space


def test_nucleons_whose_partner_lies_above_the_space():
    """In 0f7/2 without 0f5/2 each has |<0f5/2||s||0f7/2>|^2/8 = 3/7; in 0f5/2 over an empty 0f7/2, 4/7."""
    assert strength_outside(*of_orbit(Orbit(0, 3, 7, "neutron"), 0, 2)) == pytest.approx(
        6 / 7, rel=1e-12, abs=0
    )
    assert strength_outside(*of_orbit(Orbit(0, 3, 7, "neutron"), 6, 8)) == pytest.approx(
        6.0, rel=1e-12, abs=0
    )
    assert strength_outside(*of_orbit(Orbit(0, 3, 5, "neutron"), 0, 3)) == pytest.approx(
        12 / 7, rel=1e-12, abs=0
    )


def test_nucleons_of_the_core_whose_partner_is_in_the_space():
    """A core of 28 fills 0f7/2; four of its neutrons' eight ways to 0f5/2 are open where three are there, and these have no way back."""
    density, space = of_orbit(Orbit(0, 3, 5, "neutron"), 0, 3)
    cut = replace(space, core_N=28)
    assert strength_outside(density, cut) == pytest.approx(8 * (1 - 3 / 6) * 3 / 7, rel=1e-12, abs=0)


def test_a_truncation_keeps_what_it_has_room_for(p_shell):
    filled = levels(p_shell, 6, 6, states=1, truncation=particle_hole(p_shell.space, ["0p3/2"], 0))
    (own,) = densities(filled, pairs=[(0, 0)])
    inside, whole, outside = strength_kept(filled, 0, own)
    assert inside == pytest.approx(0.0, abs=1e-20)
    assert whole == pytest.approx(8 / 3, rel=1e-12, abs=0)
    assert outside == 0.0


def test_one_spin_flip_more(p_shell):
    assert for_spin_flips(Truncation(), p_shell.space) == Truncation()
    assert for_spin_flips(Truncation(2, (0, 1, 0, 1)), p_shell.space).excitation == 3
    assert for_spin_flips(Truncation(2, (1, 1, 1, 1)), p_shell.space).excitation == 2


def test_tables_say_what_they_carry(p_shell, tmp_path):
    few = tabulate_nucleus(
        p_shell, nuclide("C12"), states=2, lanczos=2, photons=None, radial_sign="origin",
        truncation=particle_hole(p_shell.space, ["0p3/2"], 2),
    )  # fmt: skip
    assert 0.5 < few.gamow_teller_share < 1.0
    assert tabulate_nucleus(p_shell, nuclide("C13"), states=200).gamow_teller_share == pytest.approx(1.0)
    # A ground state alone is for elastic scattering.
    alone = tabulate_nucleus(p_shell, nuclide("C13"), states=1, lanczos=0, photons=None, radial_sign="origin")
    assert alone.gamow_teller_share is None
    settings = dict(few.settings) | {GAMOW_TELLER: "0.4, 1.5, 6.5", "interaction": "some.snt"}
    path = write_amplitudes(replace(few, settings=settings), tmp_path / "few.h5")
    assert read_amplitudes(path).gamow_teller_share == pytest.approx(0.05)
    card = {
        "task": "cross-section",
        "projectile": {"kind": "neutrino", "flavour": "mu", "energy": "30 MeV"},
        "target": {"nuclide": "C12"},
        "response": {"final": "inelastic", "amplitudes": str(path)},
    }
    (warning,) = run(card).warnings
    assert "5% of its Gamow-Teller strength" in warning
    assert shell_model_amplitudes("C12").gamow_teller_share is None

"""40Ar and 54Fe in full, from interaction files or shipped tables: the shipped table made again, sums of strength, shares. All slow."""

import os
from math import pi
from pathlib import Path

import numpy as np
import pytest

from weakscatter.interactions import Weak
from weakscatter.matter import nuclide
from weakscatter.model import level_cross_sections
from weakscatter.nuclear import levels, read_interaction
from weakscatter.response import NuclearTransition, shell_model_amplitudes

ARGON = nuclide("Ar40")
CARDS = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared")) / "cards"
FILES = CARDS.parent / "data" / "nuclear" / "interactions"


@pytest.mark.slow
@pytest.mark.skipif(not FILES.is_dir(), reason="the interaction files are not beside this repository")
def test_the_command_makes_the_shipped_table_of_argon_again(tmp_path):
    """All 1566 states anew; signs of states are free, so amplitudes are compared in magnitude and cross sections level by level."""
    from weakscatter.cli.app import app
    from weakscatter.response import read_amplitudes

    out = tmp_path / "Ar40.h5"
    options = [
        "--orbits",
        "0d5/2 1s1/2 0d3/2 0f7/2 1p3/2 0f5/2 1p1/2",
        "--core",
        "O16",
        "--mass-scaling",
        "none",
    ]
    file = str(FILES / "pybigstick_int" / "SDPF-NR.int")
    app(
        ["tabulate", "nuclear", "Ar40", "--interaction", file, "--out", str(out), *options],
        standalone_mode=False,
    )
    made, shipped = read_amplitudes(out), shell_model_amplitudes("Ar40")
    assert [level.name for level in made.levels] == [level.name for level in shipped.levels]
    for one, other in zip(made.levels, shipped.levels, strict=True):
        assert one.excitation == pytest.approx(other.excitation, abs=1e-6)
    E = np.array([20.0, 50.0])
    ours, theirs = (
        np.asarray(level_cross_sections(NuclearTransition(ARGON, table), Weak(), E))
        for table in (made, shipped)
    )
    np.testing.assert_allclose(ours.sum(axis=1), theirs.sum(axis=1), rtol=1e-8)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-7 * theirs.max())
    assert len(made.decays) == len(shipped.decays)
    assert made.settings["radial_sign"] == shipped.settings["radial_sign"]


@pytest.mark.slow
@pytest.mark.skipif(not FILES.is_dir(), reason="the interaction files are not beside this repository")
def test_ikeda_sum_of_argon():
    """S(GT-) - S(GT+) = 3 (N - Z) = 12; S(GT+) = 0, since neutrons fill every orbit that protons are in, and its partner."""
    from weakscatter.nuclear.charge_changing import gamow_teller_totals
    from weakscatter.nuclear.tabulate import lightest

    interaction = read_interaction(FILES / "kshell_snt" / "sdpf-mu.snt")
    minus, plus = gamow_teller_totals(
        levels(interaction, 18, 22, states=1, truncation=lightest(interaction.space))
    )
    assert minus - plus == pytest.approx(12.0, abs=1e-8)
    assert plus == pytest.approx(0.0, abs=1e-12)


@pytest.mark.slow
def test_the_inelastic_share_of_iron_with_two_interactions():
    from weakscatter.published.inelastic import inelastic_share

    one, two = (inelastic_share("Fe54", name) for name in ("gxpf1a", "kb3g"))
    assert min(one, two) > 0.01
    assert max(one, two) < 0.03
    assert abs(one / two - 1) < 0.2


@pytest.mark.slow
@pytest.mark.skipif(not FILES.is_dir(), reason="the interaction files are not beside this repository")
def test_the_magnetic_strength_of_argon_near_ten_mev():
    """B(M1) to 1+ states by densities and, at small momentum, from Delta_1 and Sigma'_1 of the shipped table, with free g factors.

    Tagged photons found one level of 9.757 MeV with 0.148(59) mu_N^2; the calculation has far more, as unquenched ones do.
    """
    from weakscatter.constants import mu_n, mu_p
    from weakscatter.nuclear import magnetic_dipole, strength
    from weakscatter.nuclear.densities import densities
    from weakscatter.nuclear.tabulate import lightest

    interaction = read_interaction(FILES / "kshell_snt" / "sdpf-mu.snt")
    found = levels(interaction, 18, 22, states=150, truncation=lightest(interaction.space))
    ones = [
        i for i, state in enumerate(found.states) if state.two_j == 2 and 8.5 < found.excitations[i] < 11.0
    ]
    operator = magnetic_dipole(interaction.space)
    total = sum(strength(one, operator) for one in densities(found, pairs=[(0, f) for f in ones]))
    table, again, count = shell_model_amplitudes("Ar40", "sdpf-mu"), 0.0, 0
    for level in table.levels:
        if level.two_j == 2 and 8.5 < level.excitation < 11.0:
            orbital, p, n = (
                table.coefficients[level.name, 1, *one][0]
                for one in (("Delta", "p"), ("Sigma'", "p"), ("Sigma'", "n"))
            )
            again += (
                3 / (4 * pi) * (-((24 * pi) ** 0.5) * orbital + (6 * pi) ** 0.5 * (mu_p * p + mu_n * n)) ** 2
            )
            count += 1
    assert count == len(ones)
    assert total == pytest.approx(again, rel=1e-4, abs=0)
    assert total > 0.148

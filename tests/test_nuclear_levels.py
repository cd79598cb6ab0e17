"""The shell-model solver: spectra by counting, formats, threads and truncations; runs that are stopped, resumed, refused."""

import gc
import os
import signal
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from weakscatter import InputError
from weakscatter.cli.app import app
from weakscatter.cli.errors import guarded
from weakscatter.nuclear import levels, particle_hole, read_interaction, spectrum, write_int, write_snt
from weakscatter.nuclear.basis import count_states, make_basis
from weakscatter.nuclear.checkpoint import Interrupted
from weakscatter.nuclear.collector import collector_paused
from weakscatter.nuclear.coupling import hamiltonian_elements
from weakscatter.nuclear.determinants import enumerate_words
from weakscatter.nuclear.hamiltonian import hamiltonian
from weakscatter.nuclear.interaction import Interaction, ModelSpace, Orbit
from weakscatter.nuclear.shell import Occupation, Truncation, shells

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared"))
FILES = SHARED / "data" / "nuclear" / "interactions"
needs_files = pytest.mark.skipif(
    not FILES.is_dir(), reason="the interaction files are not beside this repository"
)
P, PF = ["0p1/2", "0p3/2"], ["0f7/2", "1p3/2", "0f5/2", "1p1/2"]


@pytest.fixture(scope="module")
def p_shell():
    return read_interaction("cohen-kurath")


@pytest.fixture(scope="module")
def carbon(p_shell):
    return levels(p_shell, 6, 6, states=51)


def by_counting(interaction, Z, N, most):
    """Number of states with each 2J: states with M = J that are not projections of a higher J."""
    dimension = {}
    for two_m in range((Z + N) % 2, most + 4, 2):
        try:
            dimension[two_m] = count_states(interaction, Z, N, two_m=two_m).dimension
        except InputError:
            dimension[two_m] = 0
    counts = {j: d - dimension.get(j + 2, 0) for j, d in dimension.items()}
    return {j: c for j, c in counts.items() if c}


@pytest.mark.parametrize(("Z", "N"), [(6, 6), (5, 6), (7, 6), (3, 3), (7, 7)])
def test_spins_of_all_states_are_those_of_counting(p_shell, Z, N):
    found = levels(p_shell, Z, N, states=10_000)
    assert len(found.states) == found.dimension
    assert dict(Counter(s.two_j for s in found.states)) == by_counting(p_shell, Z, N, 14)
    assert max(abs(s.J - 0.5 * s.two_j) for s in found.states) < 1e-3
    assert max(abs(2 * s.T - round(2 * s.T)) for s in found.states) < 1e-3


def space_of(names, core, neutrons=None):
    """An interaction of nothing between orbits with names like "0d5/2"; only its space counts."""

    def orbits(names, species):
        return tuple(Orbit(int(n[0]), "spdfgh".index(n[1]), int(n[2:-2]), species) for n in names.split())

    both = orbits(names, "proton"), orbits(neutrons or names, "neutron")
    return Interaction(ModelSpace(*both, *core), {}, {})


SD, PF_SHELL = "0d5/2 1s1/2 0d3/2", "0f7/2 1p3/2 0f5/2 1p1/2"
F5PG9, JJ55 = "1p3/2 0f5/2 1p1/2 0g9/2", "0g7/2 1d5/2 1d3/2 2s1/2 0h11/2"
#: Two programs of the field agree on these (reference sheet of nuclei, section 1).
DIMENSIONS = {
    "Ne20": (SD, (8, 8), 10, 10, 640), "Mg24": (SD, (8, 8), 12, 12, 28_503), "Si28": (SD, (8, 8), 14, 14, 93_710),
    "C12": ("0p3/2 0p1/2", (2, 2), 6, 6, 51), "Ti44": (PF_SHELL, (20, 20), 22, 22, 4_000),
    "Cr48": (PF_SHELL, (20, 20), 24, 24, 1_963_461), "Fe54": (PF_SHELL, (20, 20), 26, 28, 345_400_174),
    "Fe56": (PF_SHELL, (20, 20), 26, 30, 501_113_392), "Ge72": (F5PG9, (28, 28), 32, 40, 140_050_484),
    "Ge74": (F5PG9, (28, 28), 32, 42, 70_757_366), "Xe132": (JJ55, (50, 50), 54, 78, 37_197_186),
    "Cs133": (JJ55, (50, 50), 55, 78, 197_829_431), "I127": (JJ55, (50, 50), 53, 74, 1_339_657_247),
}  # fmt: skip


@pytest.mark.parametrize("name", DIMENSIONS)
def test_dimensions_are_those_of_two_other_programs(name):
    orbits, core, Z, N, dimension = DIMENSIONS[name]
    assert count_states(space_of(orbits, core), Z, N).dimension == dimension


def test_the_dimension_of_argon_with_filled_orbits():
    # Ten protons in the sd shell; twelve neutrons fill it, two are above.
    space = space_of(SD, (8, 8), f"{SD} {PF_SHELL}")
    weights = tuple(int(o.name[2:] in PF_SHELL) for o in space.space.orbits)
    assert count_states(space, 18, 22, truncation=Truncation(0, weights)).dimension == 1566


def matrix(interaction, Z, N, **keys):
    """The whole Hamiltonian, one product for each basis state."""
    size = count_states(interaction, Z, N, **{k: v for k, v in keys.items() if k != "threads"})
    truncation = keys.get("truncation", spectrum.Truncation())
    basis = make_basis(interaction, size, Z, N, truncation)
    operator = hamiltonian(
        basis, hamiltonian_elements(interaction, basis.shells, Z + N), keys.get("threads", 1)
    )
    inside = np.flatnonzero(basis.mask())
    unit = np.eye(basis.length)[inside]
    return np.array([operator.apply(row)[inside] for row in unit])


@pytest.mark.parametrize(("Z", "N"), [(6, 6), (4, 7), (7, 5), (7, 7)])
def test_the_matrix_is_symmetric_for_particles_and_holes(p_shell, Z, N):
    H = matrix(p_shell, Z, N)
    assert np.abs(H - H.T).max() < 1e-12
    truncated = matrix(p_shell, Z, N, truncation=particle_hole(p_shell.space, ["0p3/2"], 1))
    assert np.abs(truncated - truncated.T).max() < 1e-12
    assert len(truncated) < len(H) or (Z, N) == (7, 7)


def test_the_spectrum_is_that_of_the_matrix_and_of_two_threads(p_shell, carbon):
    exact = np.linalg.eigvalsh(matrix(p_shell, 6, 6))
    assert carbon.energies == pytest.approx(exact, abs=1e-9)
    assert levels(p_shell, 6, 6, states=4, threads=2).energies == pytest.approx(exact[:4], abs=1e-9)
    assert max(s.residual for s in carbon.states) < 1e-6


@pytest.mark.parametrize(
    ("Z", "N", "jumps"), [(6, 6, None), (5, 5, None), (4, 6, None), (7, 7, None), (6, 6, 2), (5, 7, 1)]
)
def test_even_and_odd_spins_together_are_all_spins(p_shell, Z, N, jumps):
    truncation = Truncation() if jumps is None else particle_hole(p_shell.space, ["0p3/2"], jumps)
    every, even, odd = (
        levels(p_shell, Z, N, states=99, truncation=truncation, spins=s) for s in ("all", "even", "odd")
    )
    np.testing.assert_allclose(np.sort(np.r_[even.energies, odd.energies]), every.energies, atol=1e-9)
    assert {round(s.J) % 2 for s in even.states} == {0}
    assert {round(s.J) % 2 for s in odd.states} == {1}
    assert max(s.residual for s in (*even.states, *odd.states)) < 1e-6
    # Whole vectors come back: they are eigenvectors of the whole matrix.
    elements = hamiltonian_elements(p_shell, even.basis.shells, Z + N)
    H = hamiltonian(even.basis, elements)
    for energy, x in zip(even.energies, even.vectors, strict=True):
        np.testing.assert_allclose(H.apply(x), energy * x, atol=1e-6)


@needs_files
def test_rounding_does_not_let_states_of_the_other_kind_in():
    # The lowest odd J of 24Mg lies above four even ones; a hundred products would find them in rounding errors.
    usdb = read_interaction(FILES / "kshell_snt" / "usdb.snt")
    odd = levels(usdb, 12, 12, states=2, spins="odd")
    assert [round(s.J) for s in odd.states] == [3, 5]
    every = levels(usdb, 12, 12, states=5)
    assert odd.energies[0] == pytest.approx(every.energies[4], abs=1e-6)
    assert odd.dimension == 28503


def test_spins_need_m_zero(p_shell):
    with pytest.raises(InputError, match=r"spins = 'even' needs M = 0 and 2M is 1: leave out"):
        levels(p_shell, 6, 7, spins="even")
    with pytest.raises(InputError, match="allowed are 'all', 'even', 'odd'"):
        levels(p_shell, 6, 6, spins="both")
    with pytest.raises(InputError, match="none of the 1 states of this basis has odd J"):
        levels(p_shell, 8, 8, spins="odd")


def test_a_truncated_spectrum_lies_higher_and_ends_at_the_whole(p_shell, carbon):
    ground = [
        levels(p_shell, 6, 6, states=1, truncation=particle_hole(p_shell.space, ["0p3/2"], n)).energies[0]
        for n in range(5)
    ]
    assert np.all(np.diff(ground) < 1e-9)
    # One jump from a closed 0p3/2 has J = 1 or 2 and cannot mix; two can.
    assert (ground[0] - ground[1] < 1e-9, ground[1] - ground[2] > 1.0) == (True, True)
    assert ground[-1] == pytest.approx(carbon.energies[0], abs=1e-9)
    one = particle_hole(p_shell.space, ["p 0p3/2", "n 0p3/2"], 1)
    assert levels(p_shell, 6, 6, states=1, truncation=one).energies[0] == pytest.approx(ground[1], abs=1e-9)
    with pytest.raises(InputError, match=r"no orbit '0p5/2'.*Did you mean '0p"):
        particle_hole(p_shell.space, ["0p5/2"], 1)


def test_three_formats_of_one_interaction_have_one_spectrum(tmp_path, p_shell, carbon):
    pn = {"protons": P, "neutrons": P}
    keys = {"core": "He4", "mass_scaling": "none"}
    files = {
        "isospin": {"orbits": P},
        "normalised": {"orbits": pn, "elements": "normalised"},
        "unnormalised": {"orbits": pn, "elements": "unnormalised"},
    }
    for form, reading in files.items():
        path = write_int(tmp_path / f"{form}.int", p_shell, form)
        found = levels(read_interaction(path, **reading, **keys), 6, 6, states=6)
        assert found.energies == pytest.approx(carbon.energies[:6], abs=1e-6, rel=0)
    found = levels(read_interaction(write_snt(tmp_path / "p.snt", p_shell)), 6, 6, states=6)
    assert found.energies == pytest.approx(carbon.energies[:6], abs=1e-6, rel=0)


@needs_files
@pytest.mark.slow
def test_isospin_and_proton_neutron_files_of_the_pf_shell_have_one_spectrum():
    scaling = {"reference": 42, "power": -0.3}
    folder = FILES / "bigstick_examples"
    isospin = read_interaction(folder / "gx1a.int", orbits=PF, core="Ca40", mass_scaling=scaling)
    keys = {"orbits": {"protons": PF, "neutrons": PF}, "core": "Ca40", "elements": "unnormalised"}
    pn = read_interaction(folder / "gx1apn.int", **keys)
    # The proton-neutron file rounds its single-particle energies to 1e-3 MeV; its two-body elements are the same.
    assert max(abs(pn.one_body[k] - isospin.one_body[k]) for k in pn.one_body) < 5.1e-4
    pn = replace(pn, one_body=isospin.one_body)
    one, two = levels(isospin, 22, 22), levels(pn, 22, 22)
    assert one.dimension == 4000
    assert two.energies == pytest.approx(one.energies, abs=1e-6, rel=0)


def stopped_after(monkeypatch, products, number):
    """Let levels() get a signal during a product; returns a list that grows with each product."""
    whole, made = spectrum.lowest_states, []

    def lowest(apply, *rest, **keys):
        def counted(x):
            made.append(1)
            if len(made) == products:
                os.kill(os.getpid(), number)
            return apply(x)

        return whole(counted, *rest, **keys)

    monkeypatch.setattr(spectrum, "lowest_states", lowest)
    return made


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("products", [3, 30, 37])
def test_a_run_stopped_by_a_signal_goes_on_from_its_file(monkeypatch, tmp_path, p_shell, number, products):
    path = tmp_path / "run.h5"
    call = {"states": 6, "saved": path}
    # A run without a file diagonalises so small a basis whole.
    undisturbed = levels(p_shell, 6, 6, states=6, saved=tmp_path / "whole.h5")
    # Thirty products fill the basis: that run is stopped just after its restart.
    assert undisturbed.products > 37 + 6
    made = stopped_after(monkeypatch, products, number)
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with pytest.raises(Interrupted, match=f"stopped after {products} products; the same call goes on"):
        levels(p_shell, 6, 6, **call)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == handlers
    assert [p.name for p in tmp_path.iterdir()] == ["run.h5"]
    resumed = levels(p_shell, 6, 6, **call)
    # The products before the signal are not made again, and nothing else changes.
    assert len(made) == resumed.products == undisturbed.products
    assert resumed.energies == pytest.approx(undisturbed.energies, abs=1e-10)
    with pytest.raises(InputError, match="another interaction, nucleus or truncation"):
        levels(p_shell, 6, 7, **call)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(InputError, match="no complete saved run"):
        levels(p_shell, 6, 6, **call)


def test_the_command_says_where_an_interrupted_run_was_saved(monkeypatch, tmp_path, capsys):
    path = tmp_path / "run.h5"
    stopped_after(monkeypatch, 5, signal.SIGTERM)
    card = tmp_path / "carbon.toml"
    card.write_text(
        f'task = "shell-model"\nnuclide = "C12"\nsaved = "{path}"\ninteraction = {{ name = "cohen-kurath" }}\n'
    )
    monkeypatch.setattr("sys.argv", ["weakscatter", "run", str(card)])
    assert guarded(app) == 2
    assert f"stopped after 5 products; the same call goes on from {path}" in capsys.readouterr().err
    assert path.exists()


def test_a_truncation_without_states_names_the_numbers(p_shell):
    space = p_shell.space
    cases = [
        (
            {"parity": -1},
            r"no state has 2M = 0 and parity -1 in this space; it has \|2M\| <= 8 with parity \+1",
        ),
        (
            # Nothing lifted: four nucleons of each species fill 0p3/2, and M = 0 is all there is.
            {"two_m": 2, "truncation": particle_hole(space, ["0p3/2"], 0)},
            r"no state has 2M = 2 and parity \+1 .* excitation of at most 0; it has \|2M\| <= 0 with parity",
        ),
        (
            {"truncation": Truncation(occupations=(Occupation((0,), 3, 4),))},
            r"no configuration of 4 valence protons in 6 states .* \(3 to 4 in 2 states\): widen",
        ),
        (
            {"truncation": Truncation(occupations=(Occupation((3,), 0, 1),))},
            r"no configuration of 4 valence neutrons in 6 states .* \(0 to 1 in 4 states\): widen",
        ),
        ({"truncation": particle_hole(space, ["0p3/2"], -1)}, r"an excitation of -1 keeps no state"),
    ]
    for change, message in cases:
        with pytest.raises(InputError, match=message):
            levels(p_shell, 6, 6, **change)


def test_a_run_that_does_not_fit_is_refused_with_an_estimate(p_shell):
    with pytest.raises(InputError, match=r"51 states and the run would need .* GB are allowed: truncate"):
        levels(p_shell, 6, 6, memory_limit=1000)


@needs_files
def test_caesium_without_truncation_is_refused_before_it_starts():
    interaction = read_interaction(FILES / "kshell_snt" / "sn100pn.snt")
    with pytest.raises(
        InputError, match=r"197,829,431 states and the run would need \d+.* truncate the space"
    ):
        levels(interaction, 55, 78, states=4, memory_limit=5 * 10**9)


def test_the_collector_is_left_as_it_was():
    gc.disable()
    with collector_paused():
        pass
    assert not gc.isenabled()
    gc.enable()
    with collector_paused():
        assert not gc.isenabled()
    assert (gc.isenabled(), gc.get_freeze_count()) == (True, 0)


def test_limits_hold_while_words_are_listed():
    """Twelve neutrons fill the sd shell and two are in the pf shell: 190 of the 471 million words of 14 in 32 states."""
    names = (
        ("0d5/2", 2, 5),
        ("1s1/2", 0, 1),
        ("0d3/2", 2, 3),
        ("0f7/2", 3, 7),
        ("1p3/2", 1, 3),
        ("0f5/2", 3, 5),
        ("1p1/2", 1, 1),
    )
    orbits = tuple(Orbit(int(name[0]), l, two_j, "neutron", 0) for name, l, two_j in names)
    space = ModelSpace((), orbits, 8, 8)
    _, neutrons = shells(space, Truncation(occupations=(Occupation((0, 1, 2), 12, 12),)))
    words = enumerate_words(neutrons, 14, 0)
    assert words.size == 20 * 19 // 2
    assert np.all(words & np.uint64(2**12 - 1) == 2**12 - 1)

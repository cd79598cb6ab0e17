"""Dirac-Fock and MCDF: closed forms, virial theorem, published amplitudes, two bases, clear errors."""

import numpy as np
import pytest
from scipy.integrate import quad

from weakscatter.atomic import (
    Mesh,
    Nucleus,
    Shell,
    dirac_fock,
    fermi_nucleus,
    ground_configuration,
    mcdf,
    parse_configuration,
    parse_shells,
)
from weakscatter.atomic.couplings import average_of_configuration, pair_couplings
from weakscatter.atomic.hartree import FM, C
from weakscatter.atomic.nucleus import SKIN
from weakscatter.atomic.pair import pair_hamiltonian
from weakscatter.atomic.scf import build_system, eigenstates, refined, solve
from weakscatter.provenance.errors import InputError
from weakscatter.units import a0, fm


def hydrogen_like(Z, n, kappa):
    gamma = np.sqrt(kappa**2 - (Z / C) ** 2)
    return C**2 * ((1 + (Z / C / (n - abs(kappa) + gamma)) ** 2) ** -0.5 - 1)


def virial(state):
    """Return sum <(beta - 1) c^2> over the total energy: 1 for any stationary state of point-Coulomb forces."""
    small = [state.radial.integrate(o.Q**2) for o in state.solution.orbitals]
    return -2 * C**2 * float(state.occupation @ small) / state.total_energy


@pytest.fixture(scope="module")
def neon():
    return dirac_fock("Ne")


@pytest.fixture(scope="module")
def germanium():
    return mcdf("Ge", nucleus=fermi_nucleus("Ge74"))


@pytest.mark.parametrize("Z", [1, 54, 92])
def test_hydrogen_like_levels(Z):
    mesh = Mesh(box=160.0 / Z, step=1.6 / Z, growth=0.3, first=(1e-6 if Z == 1 else 1e-9) / Z)
    system = build_system(mesh, Nucleus(Z), {-1, 1, -2, 2, -3})
    for kappa, basis in system.bases.items():
        energy, vector = eigenstates(basis, system.bare[kappa])
        first = kappa + 1 if kappa > 0 else -kappa
        for i in range(2):
            found, _ = refined(basis, system.bare[kappa], energy[i], vector[:, i])
            assert found == pytest.approx(hydrogen_like(Z, first + i, kappa), rel=1e-10, abs=0)
        # Kinetic balance: as many states of positive energy as large components, none spurious among them.
        assert np.sum(energy > -(C**2)) == len(basis.large)


def test_one_electron_meets_no_field_of_its_own():
    """The average of a configuration of one electron is hydrogen; a fractionally filled shell would not be."""
    mesh = Mesh(box=50.0, growth=0.25)
    state = dirac_fock("H", nucleus=Nucleus(1), configuration="2p1", mesh=mesh)
    levels = [hydrogen_like(1, 2, 1), hydrogen_like(1, 2, -2)]
    np.testing.assert_allclose(state.energies, levels, rtol=1e-9)
    assert state.total_energy == pytest.approx(levels[0] / 3 + 2 * levels[1] / 3, rel=1e-9, abs=0)


def test_average_energy_of_p2():
    """With one radial function the average over the 15 states of p^2 is F^0 - 2 F^2/25."""
    couplings = average_of_configuration(parse_configuration("C", "1s2 2s2 2p2"))
    opened = slice(2, 4)
    direct, exchange = couplings.direct[opened, opened], couplings.exchange[:, opened, opened]
    f0, f2 = direct.sum() / 2 - exchange[0].sum() / 2, -exchange[2].sum() / 2
    assert f0 == pytest.approx(1.0, abs=1e-14)
    assert f2 == pytest.approx(-2 / 25, abs=1e-14)
    assert exchange[1].sum() == exchange[3].sum() == 0.0


def test_full_shells_as_average_are_the_closed_formula():
    closed = average_of_configuration(ground_configuration("Ar"))
    w = closed.occupation
    np.testing.assert_array_equal(closed.direct, np.outer(w, w))
    # Own monopole: (w^2 - w^2 Lambda^0)/2 = w (w - 1)/2 pairs.
    own = (np.diag(closed.direct) - np.diag(closed.exchange[0])) / 2
    np.testing.assert_allclose(own, w * (w - 1) / 2, rtol=1e-14)


def test_pair_problem_in_the_nonrelativistic_limit():
    """Equal radial functions: roots F0 - F2/5 (3P0) and F0 + 2 F2/5 (1S0), weights 2/3 and 1/3."""
    shells = (Shell(2, 1), Shell(2, -2))
    f0, f2 = 0.6, 0.25
    g = np.zeros((4, 2, 2))
    g[0], g[2] = f0, f2
    roots, vectors = np.linalg.eigh(pair_hamiltonian(shells, np.zeros(2), g))
    np.testing.assert_allclose(roots, [f0 - f2 / 5, f0 + 2 * f2 / 5], rtol=1e-14)
    np.testing.assert_allclose(vectors[:, 0] ** 2, [2 / 3, 1 / 3], rtol=1e-14)
    assert vectors[0, 0] * vectors[1, 0] < 0


def test_pair_energy_is_the_configuration_energy():
    """C1^2 H11 + C2^2 H22 + 2 C1 C2 H12 from the couplings that the orbitals feel."""
    c1, c2 = 0.8, 0.6
    couplings = pair_couplings((Shell(2, 1), Shell(2, -2)), 0, np.array([c1, -c2 / np.sqrt(2)]))
    own = -couplings.exchange / 2
    assert own[0, 0, 0] == pytest.approx(c1**2)
    assert own[0, 1, 1] == pytest.approx(c2**2)
    assert own[2, 1, 1] == pytest.approx(c2**2 / 5)
    assert own[2, 0, 1] + own[2, 1, 0] == pytest.approx(-2 * c1 * c2 * np.sqrt(2) / 5)
    np.testing.assert_allclose(couplings.occupation, [2 * c1**2, 2 * c2**2])


def test_nuclear_potential_is_that_of_its_density():
    nucleus = fermi_nucleus("Pb")
    c = np.sqrt(5 / 3 * nucleus.rms_radius**2 - 7 / 3 * np.pi**2 * SKIN**2)
    top = c + 60 * SKIN

    def moment(power, low=0.0, high=top):
        cut = [p for p in (c - 8 * SKIN, c, c + 8 * SKIN) if low < p < high]
        density = lambda s: s**power / (1 + np.exp((s - c) / SKIN))  # noqa: E731
        return quad(density, low, high, points=cut, epsabs=0, epsrel=1e-12, limit=200)[0]

    assert np.sqrt(moment(4) / moment(2)) == pytest.approx(nucleus.rms_radius, rel=1e-6, abs=0)
    for r in (0.1 * c, 0.8 * c, c, 1.3 * c):
        expected = -82 * (moment(2, 0.0, r) / r + moment(1, r)) / moment(2)
        assert nucleus.potential(np.array([r]))[0] == pytest.approx(expected, rel=1e-9, abs=0)
    assert nucleus.potential(np.array([100 * c]))[0] == pytest.approx(-82 / (100 * c), rel=1e-14, abs=0)
    helium = fermi_nucleus("He")
    assert helium.potential(np.array([1e-9]))[0] == pytest.approx(
        -2 * 1.5 / (np.sqrt(5 / 3) * helium.rms_radius), rel=1e-6, abs=0
    )


@pytest.mark.slow
def test_virial_theorem():
    """E = sum <(beta - 1) c^2>, with exchange, own-shell terms and configuration mixing all stationary."""
    mesh = Mesh(box=40.0, growth=0.25, first=1e-7)
    assert virial(dirac_fock("Ne", nucleus=Nucleus(10), mesh=mesh)) == pytest.approx(1.0, abs=1e-8)
    assert virial(dirac_fock("O", nucleus=Nucleus(8), mesh=mesh)) == pytest.approx(1.0, abs=1e-8)
    assert virial(mcdf("Si", nucleus=Nucleus(14), mesh=mesh)) == pytest.approx(1.0, abs=1e-8)


def test_neon_is_stationary_and_converged(neon):
    assert neon.status == "converged"
    assert neon.residual < 1e-7
    assert neon.basis_error < 1e-8
    assert neon.box_error < 1e-10
    assert np.all(neon.energy_error < 1e-6)
    assert neon.names == ("1s", "2s", "2p1/2", "2p3/2")
    # Koopmans' threshold of 2p is known to lie above the measured 21.6 eV by relaxation only.
    assert 21.6 < -neon.energy("2p3/2") * 27.2114 < 23.5
    finer = solve(Mesh(growth=0.15, step=0.4), neon.nucleus, neon.solution.couplings, start=neon.solution)
    assert abs(finer.total_energy / neon.total_energy - 1) < max(neon.basis_error, 1e-12)
    assert neon.amplitude_error.size == 0
    assert np.all(abs(finer.orbital_energy - neon.energies) <= neon.energy_error)


def test_orbitals_off_the_points(neon):
    r = np.geomspace(1e-3, 20, 4000)
    p, q = neon.functions("2p1/2", r)
    assert np.trapezoid(p**2 + q**2, r) == pytest.approx(1.0, abs=1e-4)
    assert np.trapezoid((p**2 + q**2) * r, r) == pytest.approx(neon.expectation("2p1/2", 1), abs=1e-4)
    assert p[0] > 0


def test_germanium_amplitudes(germanium):
    """Published: C1 = 0.84939, C2 = 0.52776 (Chen et al. 2014); converged to 1e-6 by two bases."""
    np.testing.assert_allclose(germanium.amplitudes, [0.84939, 0.52776], rtol=0, atol=2e-5)
    np.testing.assert_allclose(germanium.occupation[-2:], 2 * germanium.amplitudes**2)
    assert sum(germanium.occupation) == pytest.approx(32.0, abs=1e-12)
    assert germanium.basis_error < 1e-8
    assert np.all(germanium.amplitude_error < 1e-6)
    finer = solve(
        Mesh(growth=0.35), germanium.nucleus, germanium.solution.couplings, start=germanium.solution
    )
    np.testing.assert_allclose(finer.amplitudes, germanium.amplitudes, rtol=0, atol=1e-6)
    assert 0 < germanium.expectation_error("4p1/2", 1) < 1e-5
    assert finer.total_energy == pytest.approx(germanium.total_energy, rel=1e-8, abs=0)


def test_energy_is_at_its_minimum_in_the_amplitudes(germanium):
    """Frozen orbitals, amplitudes turned by hand: the energy of the functional must rise, both ways, by the same."""
    from weakscatter.atomic.mean_field import MeanField, energy_parts

    system, found = germanium.solution.system, germanium.solution
    energies = []
    for turn in (-1e-3, 0.0, 1e-3):
        angle = np.arctan2(found.amplitudes[1], found.amplitudes[0]) + turn
        eta = np.array([np.cos(angle), -np.sin(angle) / np.sqrt(2)])
        field = MeanField(
            system, pair_couplings(germanium.shells, len(germanium.shells) - 2, eta), found.orbitals
        )
        own = {}
        for kappa in system.bases:
            own.update(field.fields(kappa)[1])
        energies.append(energy_parts(field, own)[0])
    assert energies[1] == pytest.approx(germanium.total_energy, rel=1e-12, abs=0)
    assert energies[0] > energies[1] < energies[2]
    assert (energies[2] - energies[0]) / (energies[2] - energies[1]) == pytest.approx(0.0, abs=1e-2)


@pytest.mark.slow
@pytest.mark.parametrize("symbol", ["C", "Si", "Sn", "Pb"])
def test_group_fourteen(symbol):
    state = mcdf(symbol)
    assert state.converged
    assert state.basis_error < 1e-8
    # The heavier, the closer to pure (np1/2)^2; the light limit is near sqrt(2/3).
    bounds = {"C": (0.81, 0.82), "Si": (0.82, 0.83), "Sn": (0.88, 0.90), "Pb": (0.96, 0.97)}
    assert bounds[symbol][0] < state.amplitudes[0] < bounds[symbol][1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("symbol", "charge"),
    [("He", 0), ("Ar", 0), ("Kr", 0), ("Xe", 0), ("Rn", 0), ("Cs", 1), ("I", -1), ("Na", 1), ("Cl", -1)],
)
def test_closed_shells(symbol, charge):
    """Total energies converged to 1e-8 by two bases and two boxes; point-nucleus virial to 1e-8."""
    state = dirac_fock(symbol, charge=charge)
    assert state.converged
    assert state.basis_error < 1e-8
    assert state.box_error < 1e-10
    finer = dirac_fock(symbol, charge=charge, mesh=Mesh(growth=0.2, step=0.5, box=45.0))
    assert finer.total_energy == pytest.approx(state.total_energy, rel=1e-8, abs=0)
    point = dirac_fock(
        symbol, charge=charge, nucleus=Nucleus(state.nucleus.Z), mesh=Mesh(growth=0.25, first=1e-8)
    )
    assert virial(point) == pytest.approx(1.0, abs=1e-8)


def test_configurations():
    assert ground_configuration("Xe").electrons == 54
    assert ground_configuration("I", charge=-1).subshells == ground_configuration("Xe").subshells
    assert ground_configuration("Pd").text.endswith("4d10")
    assert [s.name for s in parse_shells(["4d", "5s", "5p1/2"])] == ["4d3/2", "4d5/2", "5s", "5p1/2"]
    for Z, symbol in ((24, "Cr"), (64, "Gd"), (79, "Au"), (82, "Pb")):
        assert ground_configuration(symbol).electrons == Z


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dirac_fock("Xx"), "unknown element"),
        (lambda: dirac_fock("Ge", configuration="[Ar] 3d10 4s2 4p3"), "33 electrons"),
        (lambda: dirac_fock("Ge", configuration="[Ar] 3d12 4s2"), "impossible"),
        (lambda: dirac_fock("Ge", configuration="[Ar] 2d10 4s2 4p2"), "impossible"),
        (lambda: dirac_fock("Ge", configuration="[Ar] 4s2 4s2 4p2"), "twice"),
        (lambda: dirac_fock("Fe", charge=3), "give one"),
        (lambda: dirac_fock("U"), "give one"),
        (lambda: fermi_nucleus("Tc"), "no isotope in nature"),
        (lambda: fermi_nucleus("Ge68"), "no nuclear charge radius"),
        (lambda: mcdf("Ne"), "np\\^2"),
        (lambda: Mesh(box=-1.0), "box"),
        (lambda: Mesh(scaling_angle=0.5, box=10.0), "enlarge the box"),
        (lambda: Shell(2, -3), "0 <= l < n"),
        (lambda: parse_shells(["4d7/2"]), "j can only be"),
        (lambda: parse_shells(["d4"]), "no shell"),
        (lambda: fermi_nucleus("Ge", rms_radius=4.07), "no nuclear radius"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_radius_in_natural_units():
    assert fermi_nucleus("Ge", rms_radius=4.0742 * fm).rms_radius == pytest.approx(4.0742 * fm / a0)
    assert fermi_nucleus("Ge74").rms_radius == pytest.approx(4.0742 * FM)


def test_what_did_not_converge_returns_no_number():
    state = dirac_fock("Ne", mesh=Mesh(growth=0.9, step=2.0, order=5))
    assert not state.converged
    assert state.total_energy is None
    assert state.energies is None
    assert state.advice
    with pytest.raises(InputError, match=r"basis|iterations"):
        state.expectation_error("2s", 1)
    with pytest.raises(InputError, match=r"basis|iterations"):
        state.energy("2s")
    cut = dirac_fock("Ne", mesh=Mesh(box=4.0, step=0.3))
    assert cut.status.startswith("the box")
    assert cut.total_energy is None

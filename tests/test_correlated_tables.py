"""Tables with correlation: the sum over poles, cells, the join with the table of one electron at a time, what ships."""

import numpy as np
import pytest

from weakscatter import constants as c
from weakscatter import units
from weakscatter.atomic import correlate, dirac_fock, photoabsorption, response_mesh
from weakscatter.atomic.channels import allowed_kappas, channels
from weakscatter.atomic.correlate import FADE, cells, fade
from weakscatter.atomic.coupled_response import coupled_response
from weakscatter.atomic.reference import reference_state
from weakscatter.atomic.response_matrix import response_matrix
from weakscatter.atomic.spectrum import averages, spectrum
from weakscatter.provenance.errors import InputError
from weakscatter.response import ResponseTable, joined
from weakscatter.units import eV

DENSITY, TRANSVERSE = ("vector", "vector", "00"), ("vector", "vector", "11+22")
Q = np.array([0.05, 0.3, 1.0, 3.0])


@pytest.fixture(scope="module")
def helium():
    return dirac_fock("He")


def poles(state, rank, natural, end=3.0):
    mesh = response_mesh(state, end)
    kappas = {k for s in state.shells for k in allowed_kappas(s.kappa, rank, natural=natural)}
    reference = reference_state(state.solution, state.nucleus, mesh, kappas, cut=30.0)
    matrix = response_matrix(reference, rank, channels(reference, rank, natural=natural))
    return spectrum(matrix, Q, natural=natural), mesh


@pytest.mark.parametrize(("rank", "natural"), [(0, True), (1, True), (1, False)])
def test_poles_are_one_factorisation_per_energy(helium, rank, natural):
    T = np.array([1.2, 2.7])
    found, mesh = poles(helium, rank, natural)
    (direct,) = coupled_response(helium, T, Q, ((rank, natural),), mesh=mesh, cut=30.0)
    ours = averages(found, T, T)
    assert direct.responses.any(axis=(1, 2)).sum() >= 4
    for part, value in zip(ours, direct.responses, strict=True):
        np.testing.assert_allclose(part, value, rtol=1e-4, atol=1e-4 * abs(value).max())


def test_a_cell_is_the_mean_of_its_energies(helium):
    """Across the resonance 1s -> ... of no width as well: the imaginary part of the logarithm counts the pole with its whole strength."""
    found, _ = poles(helium, 1, True)
    edges = np.linspace(1.0, 1.3, 401)
    middle = 0.5 * (edges[1:] + edges[:-1])
    np.testing.assert_allclose(
        averages(found, edges[:1], edges[-1:])[:, 0], averages(found, middle, middle).mean(axis=1), rtol=1e-5, atol=1e-14
    )  # fmt: skip
    # A bound line has no width: its strength is that of any cell about it, and what the turned continuum adds is the basis.
    ends = np.array([[0.7, 0.75], [0.83, 0.81]])
    strength = averages(found, *ends)[0, :, 0] * (ends[1] - ends[0])
    assert strength[0] == pytest.approx(strength[1], rel=1e-3)
    assert strength[0] > 0


def test_cells_cover_every_energy_once():
    T, low, high = cells(np.array([1.0, 1.5, 6.0]), 9.0)
    assert (T[0], T[-1]) == (1.0, 9.0)
    np.testing.assert_allclose(high[:-1], low[1:], rtol=1e-15)
    assert np.sum(np.diff(T) == 0) == 2
    assert np.all((low <= T) & (high >= T))
    np.testing.assert_allclose(np.max(T[1:] / T[:-1]), 1.04, rtol=5e-3)


def test_the_fade():
    assert np.all(fade(np.array([0.1, FADE[0]])) == 1)
    assert np.all(fade(np.array([FADE[1], 100.0])) == 0)
    assert fade(np.array([np.sqrt(FADE[0] * FADE[1])]))[0] == pytest.approx(0.5)


@pytest.fixture(scope="module")
def found(helium):
    return correlate(helium, top=80 * eV, ranks=1, largest=0.1)


def test_a_table_of_helium(helium, found):
    T, q = np.asarray(found.table.energy_transfer), np.asarray(found.table.momentum)
    assert T[0] == pytest.approx(-helium.energy("1s") * units.hartree)
    assert all(np.all(found.table.parts[key] > 0) for key in (DENSITY, TRANSVERSE))
    # Exact coupling of all shells conserves the current; what is left is the basis and cells of 2 % (their T^2).
    assert found.settled[1] < max(1e-2, found.settled[0])
    # The photon line is photoabsorption; the cell is 2 % of an energy on which the cross section falls as T^-2.
    line = np.exp([np.interp(np.log(t), np.log(q), np.log(row)) for t, row in zip(T, found.table.parts[TRANSVERSE], strict=True)])  # fmt: skip
    at = [int(np.argmin(abs(T - w * eV))) for w in (35.0, 50.0, 70.0)]
    sigma = (2 * np.pi**2 * c.alpha / T * line)[at]
    np.testing.assert_allclose(sigma, photoabsorption(helium, T[at]).sigma_length, rtol=1e-2)


def test_correlation_is_what_it_changes(found):
    """RRPA of helium is not far from one electron in the field of the ion, and they agree better at higher energies."""
    assert np.all(abs(found.correlation) < 0.5)
    assert abs(found.correlation[-1]) < abs(found.correlation).max()


def table(T, scale, q=None):
    """R_00 = scale q^2/(T^2 (1 + q^2)), smooth."""
    q = np.geomspace(0.5e-5, 0.1, 30) if q is None else q
    parts = dict.fromkeys(
        (DENSITY, TRANSVERSE), scale * (q / 0.01) ** 2 / (T[:, None] / 0.001) ** 2 / (1 + (q / 0.01) ** 2)
    )
    return ResponseTable(T, q, parts, below="zero", beyond="zero")


def at(one, T, q=2e-3):
    k, _ = one._reach(T)
    return np.asarray(one._value(DENSITY, T, np.full((len(T), 1), q), k))[:, 0]


def test_the_join():
    low = table(np.geomspace(1e-5, 6e-4, 60), 2.0)
    q = np.geomspace(1e-5, 0.1, 25)
    edge = 4.6e-4
    T = np.sort([*np.geomspace(2e-5, 3e-2, 70), edge, edge])
    high = table(T, 1.0, np.concatenate([np.asarray(low.momentum)[3:-1], [0.1]]))
    one = joined(low, high, 4e-4, 6e-4)
    below, above, across = np.geomspace(1.1e-5, 3.7e-4, 40), np.geomspace(7e-4, 2e-2, 40), np.geomspace(3.9e-4, 6.1e-4, 40)  # fmt: skip
    np.testing.assert_allclose(at(one, below), at(low, below), rtol=1e-9)
    np.testing.assert_allclose(at(one, above), at(high, above), rtol=1e-9)
    # Between: a share of each; no step anywhere, and the middle half-way.
    share = at(one, across) / at(high, across) - 1
    # What two tables of different nodes interpolate differently is 1e-4.
    assert np.all(np.diff(share) < 5e-4)
    assert np.max(abs(np.diff(share))) < 1.6 * np.log(across[1] / across[0]) / np.log(
        1.5
    )  # slope of the weight, at most 3/2
    assert np.interp(np.log(4e-4 * 6e-4) / 2, np.log(across), share) == pytest.approx(0.5, abs=0.02)
    assert np.sum(np.diff(one.energy_transfer) == 0) == 1
    assert q[0] > 0


@pytest.mark.parametrize(("begins", "ends"), [(4e-4, 7e-4), (6e-4, 5e-4), (5e-6, 5e-4)])
def test_a_join_outside(begins, ends):
    low, high = table(np.geomspace(1e-5, 6e-4, 20), 2.0), table(np.geomspace(2e-5, 3e-2, 40), 1.0)
    with pytest.raises(InputError, match="must lie in both"):
        joined(low, high, begins, ends)


def test_a_join_of_other_momenta():
    low, high = table(np.geomspace(1e-5, 6e-4, 20), 2.0), table(np.geomspace(2e-5, 3e-2, 40), 1.0, np.geomspace(1e-6, 0.1, 30))  # fmt: skip
    with pytest.raises(InputError, match="begin at or below"):
        joined(low, high, 4e-4, 6e-4)


def test_what_cannot_be_correlated(helium):
    with pytest.raises(InputError, match="opens below 10 eV"):
        correlate(helium, top=10 * eV)
    with pytest.raises(InputError, match="open shell"):
        correlate(dirac_fock("B"))

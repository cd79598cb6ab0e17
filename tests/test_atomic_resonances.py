"""Autoionising resonances: poles against a fitted profile, stability of the contour, the measured place of Ne 2s -> 3p."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import curve_fit

from weakscatter.atomic import dirac_fock, measured_edges, parse_shells, resonances, response_mesh
from weakscatter.atomic.hartree import EV, MB, C
from weakscatter.atomic.linear_response import solve_directly
from weakscatter.atomic.operators import dipole_length, source
from weakscatter.atomic.photoabsorption import dipole_matrix
from weakscatter.atomic.resonances import resonance_mesh
from weakscatter.provenance.errors import InputError
from weakscatter.units import Mb, eV

OUTER = parse_shells(["2s", "2p"])
WINDOW = (49.0 * eV, 50.4 * eV)


@pytest.fixture(scope="module")
def neon():
    return dirac_fock("Ne")


@pytest.fixture(scope="module")
def mesh(neon):
    """The usual box: enough for 3p."""
    return response_mesh(neon, 51.0 * EV)


@pytest.fixture(scope="module")
def found(neon, mesh):
    return resonances(neon, *WINDOW, active=OUTER, mesh=mesh)


def profile(w, energy, width, q, interfering, rest, slope):
    e = 2.0 * (w - energy) / width
    return interfering * (q + e) ** 2 / (1.0 + e**2) + rest + slope * (w - energy)


@pytest.mark.slow
def test_pole_is_the_profile_of_the_cross_section(neon, mesh, found):
    """Second route: Fano's formula fitted to the cross section itself, which knows nothing of eigenvalues."""
    assert found.status == "converged"
    # Mostly triplet, absorbs nothing; then 2s -> 3p singlet.
    assert found.excitation == ("2s -> p1/2", "2s -> p3/2")
    assert found.sigma_interfering[0] < 1e-3 * found.sigma_interfering[1]
    energy, width = found.energy[1] / eV, found.width[1] / eV
    matrix = dipole_matrix(neon, mesh, cut=100.0, holes=tuple(neon.index(s.name) for s in OUTER))
    t = source(matrix, dipole_length(matrix.reference))
    w = energy + width * np.linspace(-6.0, 6.0, 25)
    (x,) = solve_directly(matrix, [(t, 1)], w * EV)
    sigma = -4 * np.pi / (3 * C) * w * EV * (x @ t).imag / MB
    start = (energy + 0.3 * width, 1.3 * width, -0.5, sigma.max(), 0.0, 0.0)
    fit, _ = curve_fit(profile, w, sigma, p0=start)
    assert fit[0] == pytest.approx(energy, abs=1e-3 * width)
    np.testing.assert_allclose(fit[1:4], [width, found.q[1], found.sigma_interfering[1] / Mb], rtol=5e-3)
    assert fit[3] / (fit[3] + fit[4]) == pytest.approx(found.correlation[1], rel=5e-3, abs=0)


@pytest.mark.slow
def test_pole_does_not_move_with_the_contour(neon, mesh, found):
    """Another angle, a longer box, finer knots: within the error stated, which is far below the width."""
    other = replace(
        mesh, scaling_angle=0.5, box=mesh.box + 12.0, step=mesh.step / 1.2, growth=mesh.growth / 1.2
    )
    again = resonances(neon, *WINDOW, active=OUTER, mesh=other)
    moved = np.hypot(again.energy - found.energy, 0.5 * (again.width - found.width))
    assert np.all(moved < found.error)
    assert np.all(found.error < 1e-3 * found.width)


@pytest.mark.slow
def test_series_of_neon_with_measured_edges(neon):
    """3p at 45.546 eV (Codling, Madden, Ederer 1967): its binding of 2.95 eV to 2 %. Members converge to the edge as n*^-2."""
    edges = {name: edge for name, edge in measured_edges("Ne").items() if name != "1s"}
    series = resonances(neon, 44 * eV, 48.1 * eV, active=OUTER, thresholds=edges)
    singlet = np.array([label.endswith("p3/2") for label in series.excitation])
    energy, width = series.energy[singlet] / eV, series.width[singlet] / eV
    assert len(energy) >= 2
    assert energy[0] == pytest.approx(45.546, abs=0.06)
    principal = np.sqrt(13.6057 / (edges["2s"] / eV - energy))
    np.testing.assert_allclose(np.diff(principal), 1.0, atol=0.03)
    np.testing.assert_allclose(width[1:] / width[:-1], (principal[:-1] / principal[1:]) ** 3, rtol=0.3)


def test_helium_has_none():
    """One shell with one continuum: nothing decays, whatever the turned continuum looks like."""
    helium = dirac_fock("He")
    nothing = resonances(helium, 30 * eV, 70 * eV)
    assert nothing.status.startswith("no pole")
    assert nothing.energy.size == nothing.q.size == 0
    assert nothing.advice


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ne: resonances(ne, 50 * eV, 45 * eV), "lower energy first"),
        (lambda ne: resonances(ne, 15 * eV, 50 * eV, active=OUTER), "first threshold"),
        (lambda ne: resonances(ne, 45 * eV, 50 * eV, mesh=replace(resonance_mesh(ne, 2.0), scaling_angle=0.0)), "turns into"),
        (lambda ne: resonances(ne, -1.0, 50 * eV), "positive"),
        (lambda ne: resonances(ne, 45 * eV, 50 * eV, thresholds={"3s": 1e-5}), "no subshell"),
    ],
)  # fmt: skip
def test_bad_input(call, message, neon):
    with pytest.raises(InputError, match=message):
        call(neon)

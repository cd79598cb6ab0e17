"""Responses of subshells to all multipoles: hydrogen in closed form, identities, sum rules, limits, a second solver."""

import numpy as np
import pytest
from scipy.special import spherical_jn

from weakscatter import constants, units
from weakscatter.atomic import Nucleus, dirac_fock, independent_particle
from weakscatter.atomic.bessel import bessel_table
from weakscatter.atomic.hartree import C
from weakscatter.atomic.multipoles import COMPUTED, elements, orders
from weakscatter.atomic.panels import bound, panels, waves
from weakscatter.atomic.shell_response import hole_of, momentum_of, shell_response
from weakscatter.provenance.errors import InputError
from weakscatter.response import excitation_responses, ionisation_response

VV, VV_03, VV_33, VV_T, AA, AA_03, AA_33, AA_T, VA, SCALAR, PSEUDO = range(11)


def ratio_to_closed_form(Z, T, q):
    """Responses of a hydrogen-like 1s over those of the module `hydrogenic`, T and q in units that scale with Z."""
    state = dirac_fock(("H", "He", "Li")[Z - 1], charge=Z - 1, configuration="1s1", nucleus=Nucleus(Z))
    T, q = T * Z**2, q * Z
    hole = hole_of(state, "1s", momentum=momentum_of(T.max()), transfer=q.max(), tail=1e-8)
    R, left_out = shell_response(hole, T, q, left_out=1e-7)
    assert np.all(left_out < 1e-7)
    scale = constants.alpha * constants.m_e
    density, convection = (
        np.asarray(part) * units.hartree
        for part in ionisation_response(T[:, None] * units.hartree, q * scale, Z)
    )
    x, k = T[:, None] / (q * C), q / C
    return np.array([
        R[VV] / density, R[VV_T] / (convection + k**2 / 2 * density),
        (R[AA] - x * R[AA_03] + x**2 * R[AA_33]) / convection, R[AA_T] / (2 * density), R[VA] / (k * density),
        R[SCALAR] / density, R[PSEUDO] / (k**2 / 4 * density),
    ])  # fmt: skip


def test_hydrogen_of_all_multipoles_is_the_closed_form():
    """Corrections go in (Z alpha)^2: from Z = 1, 2, 3 to Z -> 0 (Lagrange), each response is the non-relativistic one to 1e-6."""
    T, q = np.array([0.55, 1.0, 3.0]), np.array([1.0, 2.4, 5.0])
    one, two, three = (ratio_to_closed_form(Z, T, q) for Z in (1, 2, 3))
    np.testing.assert_allclose(1.5 * one - 0.6 * two + 0.1 * three, 1.0, rtol=0, atol=1e-6)
    assert np.all(abs(one[0] - 1) < 1e-3)


@pytest.fixture(scope="module")
def neon():
    return dirac_fock("Ne")


@pytest.fixture(scope="module")
def holes(neon):
    return {name: hole_of(neon, name, momentum=9.0, transfer=30.0, tail=1e-9) for name in neon.names}


def check_identities(name, hole, kappas):
    """T C = -q c L and T C5 = -q c L5 + 2 c^2 P element by element, for every kappa and rank, in the field of the ion."""
    q = np.array([0.05, 1.0, 12.0])
    grid = hole.grid.until(hole.kept)
    table = bessel_table(9, np.outer(grid.r.ravel(), q))
    p, s = hole.functions * grid.weight.ravel()
    energy = np.array([2.0])
    T = energy[0] - hole.energy
    for kappa in kappas:
        wave = waves(kappa, energy, hole.grid, hole.potential, charge=0.0, kept=hole.kept)[:, 0]
        l = (kappa if kappa > 0 else -kappa - 1) + (hole.kappa if hole.kappa > 0 else -hole.kappa - 1)
        pairs = {
            L: (wave[0] * (s if (l + L) % 2 else p) @ table[L], wave[1] * (p if (l + L) % 2 else s) @ table[L])
            for L in orders(kappa, hole.kappa)
        }  # fmt: skip
        for rank in range(orders(kappa, hole.kappa)[-1]):
            if rank < abs(abs(kappa) - abs(hole.kappa)):
                continue
            e = elements(kappa, hole.kappa, rank, pairs)
            if "C" in e:
                left, right = T * e["C"], -q * C * e["L"]
                size = 1e-7 * abs(left).max()
            else:
                left, right = T * e["C5"], -q * C * e["L5"] + 2 * C**2 * e["pseudoscalar"]
                size = 1e-8 * abs(q * C * e["L5"]).max()  # of terms that nearly cancel
            np.testing.assert_allclose(left, right, rtol=0, atol=size, err_msg=f"{name} {kappa} {rank}")


def test_vector_current_is_conserved_and_the_axial_one_obeys_its_identity(holes):
    for name in ("1s", "2p1/2", "2p3/2"):
        check_identities(name, holes[name], (-1, 1, -2, 2, -3, 3, -4))


@pytest.mark.slow
def test_both_currents_of_d_shells():
    """The same for the holes that neon does not have; what the cut of the orbital ends is c times the share at which it is made."""
    krypton = dirac_fock("Kr")
    for name in ("3d3/2", "3d5/2"):
        hole = hole_of(krypton, name, momentum=9.0, transfer=30.0, tail=1e-11)
        check_identities(name, hole, (-1, 1, -2, 2, -3, 3, -4, 4, -5))


def test_photoabsorption_at_the_photon_line(neon, holes):
    """sigma = (2 pi^2 alpha/w) R_11+22(w, |q| = w); below 100 eV the dipole alone is left, by the other integrator."""
    w = np.array([70.0, 100.0]) * units.eV
    T = w / units.hartree
    dipole = independent_particle(neon, w)
    for name in ("2s", "2p1/2", "2p3/2"):
        R, _ = shell_response(holes[name], T, T / C)
        assert np.all((-holes[name].energy < T) == (R[VV].sum(axis=1) > 0))
        sigma = 2 * np.pi**2 * constants.alpha / w * np.diagonal(R[VV_T]) / units.hartree
        np.testing.assert_allclose(sigma, dipole.sigma_by_subshell[dipole.subshell.index(name)], rtol=1e-3)


def test_long_wavelengths(holes):
    """E_1 = sqrt(2) L_1 and R_00 ~ q^2 where q r << 1; the axial current becomes the spin, with no transition left for S, P."""
    q = np.array([1e-3, 2e-3])
    for name in ("1s", "2p3/2"):
        R, _ = shell_response(holes[name], -holes[name].energy + np.array([1.0]), q)
        np.testing.assert_allclose(R[VV, 0, 1] / R[VV, 0, 0], 4.0, rtol=1e-5)
        np.testing.assert_allclose(R[VV_T, 0], 2 * R[VV_33, 0], rtol=1e-4)
        np.testing.assert_allclose(R[VV_03, 0] ** 2, 4 * R[VV, 0] * R[VV_33, 0], rtol=1e-6)


@pytest.mark.slow
def test_sum_rules_of_hydrogen_per_momentum():
    """int T R_00 dT + discrete lines = q^2/2 (Bethe), int R_00 dT + lines = 1 - |F_el|^2; corrections (Z alpha)^2."""
    state = dirac_fock("H", nucleus=Nucleus(1))
    q = np.array([0.5, 1.5])
    x, weight = np.polynomial.legendre.leggauss(24)
    # Energies of the photoelectron as s/(1 - s), s = ((x + 1)/2)^2: a threshold that starts flat, a tail that falls like T^-4.5.
    s = (0.5 * (x + 1)) ** 2
    energy, weight = 3 * s / (1 - s), 3 * weight * 0.5 * (x + 1) / (1 - s) ** 2
    few = energy < 150.0
    hole = hole_of(state, "1s", momentum=momentum_of(150.0), transfer=q[-1], tail=1e-6)
    T = energy - hole.energy
    R, _ = shell_response(hole, T[few], q, left_out=1e-5)
    sums = [(weight * T**n)[few] @ R[VV] for n in (0, 1)]
    momentum = q * constants.alpha * constants.m_e
    for n in range(2, 200):
        line = np.asarray(excitation_responses(n, momentum)[0])
        gap = 0.5 * (1 - n**-2)
        sums = [sums[0] + line, sums[1] + gap * line]
    np.testing.assert_allclose(sums[0], 1 - (1 + q**2 / 4) ** -4, rtol=5e-4)
    np.testing.assert_allclose(sums[1], q**2 / 2, rtol=5e-4)


def test_what_is_left_out_is_small_when_it_says_so(neon):
    """Neon 2p at 1 keV on the ridge q = p: 1e-3 asked for changes the response by less than 3e-3; twice the panels, by 1e-6."""
    T = np.array([1.0]) * units.keV / units.hartree
    q = momentum_of(T[0]) * np.array([0.5, 1.0, 1.5, 4.0])
    found = []
    for tail, left_out, refine in ((1e-3, 1e-3, 1.0), (1e-6, 1e-6, 1.0), (1e-6, 1e-6, 1.5)):
        hole = hole_of(neon, "2p3/2", momentum=momentum_of(T[0]), transfer=q[-1], tail=tail, refine=refine)
        R, share = shell_response(hole, T, q, left_out=left_out)
        assert share[0] < left_out
        found.append(R[:, 0])
    np.testing.assert_allclose(found[0], found[1], rtol=3e-3)
    np.testing.assert_allclose(found[1], found[2], rtol=1e-6)


def test_bessel_functions():
    x = np.array([1e-6, 0.3, 1.0, 7.0, 40.0, 300.0])
    ours = bessel_table(60, x)
    with np.errstate(under="ignore"):
        theirs = np.array([spherical_jn(L, x) for L in range(61)])
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-15)


def test_point_nucleus_levels():
    """Sommerfeld's energies, by matching alone, and the error where there is no such level."""
    grid = panels(3.0, 3.0, fine=8.0, box=39.0)
    for Z, n, kappa in ((1, 1, -1), (10, 2, 1), (54, 1, -1), (54, 3, -3)):
        root = np.sqrt(kappa**2 - (Z / C) ** 2)
        exact = C**2 * ((1 + (Z / C) ** 2 / (n - abs(kappa) + root) ** 2) ** -0.5 - 1)
        energy, functions = bound(kappa, 1.001 * exact, grid, -Z / grid.r, charge=float(Z))
        assert energy == pytest.approx(exact, rel=1e-11, abs=0)
        assert float(np.sum(grid.weight * (functions**2).sum(axis=0))) == pytest.approx(1.0, rel=1e-12, abs=0)
    with pytest.raises(InputError, match="no bound orbital"):
        bound(-1, 1.0, grid, -1 / grid.r, charge=1.0)


def test_parts_are_in_the_order_of_the_table():
    assert COMPUTED[VA] == ("vector", "axial", "12+21")
    assert COMPUTED[PSEUDO] == ("pseudoscalar", "pseudoscalar", "density")
    assert len(COMPUTED) == 11

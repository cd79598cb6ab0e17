"""Hydrogen-like atoms: sum rules at every momentum, gauge, photoionisation, and the states one by one."""

import numpy as np
import pytest

from weakscatter import constants as c
from weakscatter.flux import monoenergetic
from weakscatter.grids import compiled, panels
from weakscatter.interactions import Charge
from weakscatter.matter import nuclide
from weakscatter.provenance.errors import InputError
from weakscatter.response import (
    Hydrogenic,
    HydrogenicElastic,
    HydrogenicExcitation,
    NuclearResponse,
    elastic_form_factor,
    excitation_density,
    excitation_energy,
    excitation_responses,
    hydrogenic_photoabsorption,
    ionisation_energy,
    ionisation_response,
)
from weakscatter.scattering import contract, fold
from weakscatter.units import Mb, eV, keV

MOMENTUM = c.alpha * c.m_e
STATES = np.arange(2, 300)


def continuum(q, power, which, Z=1):
    """int dT T^power R, in panels about the ridge."""
    binding, x = float(ionisation_energy(Z)), q / (Z * MOMENTUM)
    k = np.maximum(x + np.array([-8, -4, -2, -1, -0.5, 0, 0.5, 1, 2, 4, 8]), 1e-6)
    u, w = panels(np.sort([*(np.log(binding) + np.linspace(-25, 30, 111)), *np.log(binding * k**2)]), 10)
    T = binding + np.exp(u)
    return float(np.sum(w * np.exp(u) * T**power * np.asarray(ionisation_response(T, q, Z)[which])))


def discrete(q, power, which, Z=1):
    """Sum over all n; beyond the last one the terms fall like n^-3."""
    terms = np.array(
        [float(excitation_energy(int(n), Z)) ** power * float(excitation_responses(int(n), q, Z)[which])
         for n in STATES]
    )  # fmt: skip
    return terms.sum() + terms[-1] * (STATES[-1] - 1) / 2


@pytest.mark.parametrize(("x", "Z"), [(0.1, 1), (1.0, 1), (3.0, 2)])
def test_sum_rules_at_every_momentum(x, Z):
    """Closure: sum R_00 = 1 - F^2. Bethe: sum T R_00 = q^2/2m. Transverse closure: sum R_conv = (2/3) <p^2>/m^2."""
    q = x * Z * MOMENTUM
    closure = continuum(q, 0, 0, Z) + discrete(q, 0, 0, Z) + float(elastic_form_factor(q, Z)) ** 2
    assert closure == pytest.approx(1.0, rel=1e-7, abs=0)
    bethe = continuum(q, 1, 0, Z) + discrete(q, 1, 0, Z)
    assert bethe == pytest.approx(q**2 / (2 * c.m_e), rel=2e-7, abs=0)
    transverse = continuum(q, 0, 1, Z) + discrete(q, 0, 1, Z)
    assert transverse == pytest.approx(2 / 3 * (Z * c.alpha) ** 2, rel=2e-7, abs=0)


def test_threshold_of_the_density():
    """R_00/q^2 -> (256/3) e^-4/Z^4 in atomic units at threshold and q -> 0: 1.5630."""
    hartree, T = c.m_e * c.alpha**2, float(ionisation_energy()) * (1 + 1e-8)
    R = float(ionisation_response(T, 1e-4 * MOMENTUM)[0]) * hartree
    assert pytest.approx(256 / 3 * np.exp(-4), rel=1e-6, abs=0) == R / 1e-8


@pytest.mark.parametrize("Z", [1, 3])
def test_photoionisation(Z):
    """sigma = (2 pi^2 alpha/w) R_11+22: 6.30 Mb/Z^2 at threshold, Stobbe's formula, length and velocity alike."""
    binding = float(ionisation_energy(Z))
    assert float(hydrogenic_photoabsorption(binding * (1 + 1e-9), Z)) / Mb == pytest.approx(
        6.3042 / Z**2, rel=1e-4, abs=0
    )
    w = binding * np.array([1.001, 2.0, 30.0])
    small = 1e-5 * Z * MOMENTUM
    density, convection = (np.asarray(R) for R in ionisation_response(w, small, Z))
    stobbe = np.asarray(hydrogenic_photoabsorption(w, Z))
    np.testing.assert_allclose(2 * np.pi**2 * c.alpha / w * convection, stobbe, rtol=1e-8)
    np.testing.assert_allclose(4 * np.pi**2 * c.alpha * w * density / small**2, stobbe, rtol=1e-8)
    assert float(hydrogenic_photoabsorption(binding * 0.99, Z)) == 0


def test_retardation_is_of_second_order():
    """At q = w instead of q = 0 the cross section of hydrogen moves by (alpha w/2I)^2 times a small number."""
    w = np.array([20.0, 100.0, 1000.0]) * eV
    dipole, full = (np.asarray(ionisation_response(w, q)[1]) for q in (1e-5 * MOMENTUM, w))
    assert np.all(np.abs(full / dipole - 1) < 3 * (w / MOMENTUM) ** 2)


def test_nothing_below_threshold_and_the_ridge_of_a_free_electron():
    below = ionisation_response(np.array([0.5, 0.9999]) * float(ionisation_energy()), MOMENTUM)
    assert not np.any(below)
    T = np.array([1.0, 3.0]) * keV
    q = np.sqrt(2 * c.m_e * T)[:, None] + np.linspace(-5, 5, 2001) * MOMENTUM
    R = np.asarray(ionisation_response(T[:, None], q)[0])
    peak = q[np.arange(2), R.argmax(axis=1)]
    np.testing.assert_allclose(peak, np.sqrt(2 * c.m_e * T), rtol=5e-3)


def test_charge_scales():
    """R_00(T, q; Z) = R_00(T/Z^2, q/Z; 1)/Z^2; the current squared keeps its size."""
    T, q = 5 * eV * np.array([3.0, 40.0]), 0.7 * MOMENTUM
    density, convection = ionisation_response(T, q)
    scaled = ionisation_response(9 * T, 3 * q, 3)
    np.testing.assert_allclose(scaled[0], np.asarray(density) / 9, rtol=1e-12)
    np.testing.assert_allclose(scaled[1], np.asarray(convection), rtol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 40])
def test_states_add_up_to_their_level(n):
    q = np.array([0.05, 0.6, 4.0]) * MOMENTUM
    total = sum(np.asarray(excitation_density(n, l, q)) for l in range(n))
    whole = np.asarray(elastic_form_factor(q)) ** 2 if n == 1 else np.asarray(excitation_responses(n, q)[0])
    np.testing.assert_allclose(total, whole, rtol=1e-9)


def test_second_level_by_hand():
    """|<2s|e|1s>|^2 = 2^17 x^4/(9 + 4x^2)^6, |<2p|e|1s>|^2 = 9 2^15 x^2/(9 + 4x^2)^6; f(1s-2p) = 0.41620 for the current."""
    x = np.array([0.3, 2.0])
    bottom = (9 + 4 * x**2) ** 6
    np.testing.assert_allclose(excitation_density(2, 0, x * MOMENTUM), 2**17 * x**4 / bottom, rtol=1e-12)
    np.testing.assert_allclose(excitation_density(2, 1, x * MOMENTUM), 9 * 2**15 * x**2 / bottom, rtol=1e-12)
    # Dipole: both transverse components of p/m together are T f.
    _, current = excitation_responses(2, 1e-6 * MOMENTUM)
    assert float(current) / c.alpha**2 == pytest.approx(0.375 * 0.41620, rel=1e-4, abs=0)


def rate(charges, response, component, T):
    matrices = [charge.matrix for charge in charges]
    return contract(fold(charges, response, component, T), matrices, matrices)


def cross_section(charges, response, E, T):
    component = monoenergetic("e", E).components[0]
    return np.asarray(compiled(rate, charges, response, component, np.atleast_1d(T)))


def test_excitation_is_a_line():
    """sigma = (c^2/2 pi E^2) int q dq (E E' - Q^2/4)(Q/q)^4 R_00 + ..., closed form against a plain sum."""
    E, line = 5 * keV, HydrogenicExcitation(2)
    T = float(line.energy)
    ours = cross_section((Charge("vector", "e", np.eye(3)),), line, E, T)[0]
    q, w = panels(np.geomspace(T, 2 * E - T, 400), 4)
    Q2 = q**2 - T**2
    density, convection = (np.asarray(R) for R in excitation_responses(2, q))
    transverse = convection + q**2 / (2 * c.m_e**2) * density
    share = Q2 / (2 * q**2)
    lepton = E * (E - T) - Q2 / 4
    integrand = lepton * (Q2 / q**2) ** 2 * density + (share * lepton + Q2 / 4) * transverse
    assert ours == pytest.approx(np.sum(w * q * integrand) / (2 * np.pi * E**2), rel=1e-6, abs=0)
    with pytest.raises(InputError, match="is a line"):
        line.nodes([1.01 * T], line.levels[0])


def test_a_photon_sees_a_neutral_atom():
    """Opposite charges: (1 - F)^2 of the nucleus' rate; the electron adds its magnetisation, half of q^2/2m^2."""
    nucleus = NuclearResponse(nuclide("H1"), lambda q, radius, nuclide: 1.0 + 0.0 * q, 1.0, 1.0)
    atom, E = HydrogenicElastic(nucleus), 10.0
    q = np.array([0.02, 1.0, 30.0]) * MOMENTUM
    T = q**2 / (2 * nucleus.nuclide.mass)
    proton, electron = Charge("vector", "p", np.eye(3)), Charge("vector", "e", -np.eye(3))
    F = np.asarray(elastic_form_factor(q))
    bare = cross_section((proton,), nucleus, E, T)
    whole = cross_section((proton, electron), atom, E, T)
    magnetic = q**2 / (4 * c.m_e**2) * F**2
    np.testing.assert_allclose(whole / bare, (1 - F) ** 2 + magnetic, rtol=1e-4)
    assert whole[0] < 1e-7 * bare[0]


@pytest.mark.parametrize("Z", [0, 1.5, True, 200])
def test_bad_charges(Z):
    with pytest.raises(InputError, match="whole number from 1 to 137"):
        Hydrogenic(Z)


@pytest.mark.parametrize(("call", "match"), [
    (lambda: HydrogenicExcitation(1), "from 2 up"),
    (lambda: excitation_responses(1.5, 1.0), "from 2 up"),
    (lambda: excitation_density(3, 3, 1.0), "from 0 to 2"),
])  # fmt: skip
def test_bad_states(call, match):
    with pytest.raises(InputError, match=match):
        call()

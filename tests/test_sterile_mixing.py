"""A light sterile neutrino over a short baseline: survival, appearance, and the fold with an energy-dependent state."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from weakscatter.flux import (
    Disappearing,
    after_baseline,
    monoenergetic,
    pion_decay_at_rest,
    reactor_antineutrinos,
)
from weakscatter.interactions import LightScalar, SterileMixing, Weak
from weakscatter.matter import nuclide
from weakscatter.model import Model, Target
from weakscatter.provenance.errors import InputError
from weakscatter.response import NuclearResponse
from weakscatter.scattering import contract, fold, slot_matrices, slots
from weakscatter.units import GW, eV, keV, m, s

RESPONSE = NuclearResponse(nuclide("Cs133"))
T = np.array([1.0, 6.0, 20.0]) * keV
BASELINE = 20 * m


def rate(theory, component, order="energy-first"):
    layout = slots(theory.charges())
    matrices = slot_matrices(theory.charges(), layout, component.antineutrino)
    return np.asarray(contract(fold(layout, RESPONSE, component, T, order=order), matrices, matrices))


def test_survival_and_appearance():
    """P = 1 - 4 |U|^2 (1 - |U|^2) sin^2(1.267 dm2 L/E), L in m, E in MeV; 4 |U_e4|^2 |U_mu4|^2 sin^2 in nu_e."""
    beam = monoenergetic("mu", 30.0)
    u_e, u_mu, dm2 = 0.1, 0.2, 1.3
    (component,) = after_baseline(beam, dm2 * eV**2, (u_e, u_mu, 0.0), BASELINE).components
    rho = np.asarray(component.rho(30.0))
    sine = np.sin(1.267 * dm2 * 20 / 30.0) ** 2
    np.testing.assert_allclose(rho[1, 1], 1 - 4 * u_mu * (1 - u_mu) * sine, rtol=2e-4)
    np.testing.assert_allclose(rho[0, 0], 4 * u_e * u_mu * sine, rtol=1e-3)
    np.testing.assert_allclose(rho, rho.conj().T, atol=1e-15)
    # What is lost is sterile: 4 |U_mu4|^2 |U_s4|^2 sin^2.
    np.testing.assert_allclose(1 - np.trace(rho).real, 4 * u_mu * (1 - u_e - u_mu) * sine, rtol=1e-3)


def test_against_the_full_four_by_four_evolution():
    """The active block of exp(-i H L) with U unitary, light masses zero: S = 1 - (1 - e^{-i phi}) u u^dagger."""
    u = np.sqrt([0.05, 0.15, 0.02, 0.78])
    basis, _ = np.linalg.qr(np.column_stack([u, np.eye(4)[:, :3]]))
    phase = 0.9
    evolution = basis @ np.diag([np.exp(-1j * phase), 1, 1, 1]) @ basis.conj().T
    start = np.zeros((4, 4), complex)
    start[:2, :2] = [[0.5, 0.3j], [-0.3j, 0.5]]
    expected = (evolution @ start @ evolution.conj().T)[:3, :3]
    line = monoenergetic("e", 25.0).components[0]
    component = Disappearing(replace(line, state=start[:3, :3]), 2 * 25.0 * phase, u[:3] ** 2, 1.0)
    np.testing.assert_allclose(np.asarray(component.rho(25.0)), expected, atol=1e-12)


@pytest.mark.parametrize(
    "index", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)]
)
def test_fold_with_a_state_that_depends_on_the_energy(index):
    """Energy first through tabulated integrals, against the survival under an integral by other means."""
    source = pion_decay_at_rest(1e20, 0.08, BASELINE)
    u, dm2 = 0.15, 3.0
    theory = Weak("tree")
    before, after = source.components[index], after_baseline(source, dm2 * eV**2, (u, u, u)).components[index]
    ours = rate(theory, after)

    def survival(E):
        # Of equal elements 3u(1 - 3u) turn sterile, whatever the flavour; flavour-blind charges see the trace alone.
        return 1 - 4 * u * (1 - 3 * u) * np.sin(dm2 * float(eV**2) * BASELINE / (4 * E)) ** 2

    M, plain = RESPONSE.nuclide.mass, rate(theory, before)
    lowest = (T + np.sqrt(T**2 + 2 * M * T)) / 2

    def weight(E, energy):
        return 1 - energy / E - M * energy / (2 * E**2)

    for i, energy in enumerate(T):
        if index == 0:
            expected = survival(before.energy) if lowest[i] < before.energy else 0.0
        else:
            shape = [
                quad(lambda E, f=f, energy=energy: float(before.density(E)) * weight(E, energy) * f(E),
                     lowest[i], before.energies[1], epsabs=0, epsrel=1e-9)[0]
                for f in (survival, lambda E: 1.0)
            ]  # fmt: skip
            expected = shape[0] / shape[1]
        assert ours[i] == pytest.approx(expected * plain[i], rel=1e-6, abs=0)


def test_no_mixing_no_baseline_no_change():
    source = pion_decay_at_rest(1e20, 0.08, BASELINE)
    for squares, distance in (((0.0, 0.0, 0.0), None), ((0.2, 0.1, 0.3), 0.0)):
        after = after_baseline(source, 5 * eV**2, squares, distance)
        for one, other in zip(source.components, after.components, strict=True):
            np.testing.assert_allclose(rate(Weak(), other), rate(Weak(), one), rtol=1e-9)
            assert other.label == one.label


def test_through_the_model_with_other_interactions():
    """Fast oscillations average to 1 - 2 |U|^2 (1 - |U|^2), for every interaction alike."""
    beam, targets = monoenergetic("mu", 30.0), (Target(RESPONSE),)
    scalar = LightScalar(mass=5.0, coupling=2e-5)
    lost = SterileMixing(delta_m2=2 * np.pi * 30.0 / BASELINE, u_mu4=0.3, baseline=BASELINE)  # phase pi
    before = np.asarray(Model(beam, Weak() + scalar, targets).spectra(T)["nu_mu"])
    after = np.asarray(Model(beam, Weak() + scalar + lost, targets).spectra(T)["nu_mu"])
    np.testing.assert_allclose(after, (1 - 4 * 0.3 * 0.7) * before, rtol=1e-9)


def test_beams_know_their_distance():
    assert pion_decay_at_rest(1.0, 0.1, BASELINE).distance == BASELINE
    assert reactor_antineutrinos(power=3.6 * GW, distance=21 * m, duration=1 * s).distance == 21 * m
    assert monoenergetic("e", 1.0).distance is None


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SterileMixing(delta_m2=-1.0), "not negative"),
        (lambda: SterileMixing(delta_m2=1.0, u_e4=0.7, u_mu4=0.6), "unitary"),
        (lambda: SterileMixing(delta_m2=1.0, u_e4=1.2), "between 0 and 1"),
        (lambda: Model(monoenergetic("mu", 30.0), SterileMixing(delta_m2=1.0), ()).components, "needs a baseline"),
        (lambda: after_baseline(pion_decay_at_rest(1.0, 0.1, BASELINE), 1e5 * eV**2, (0.1, 0, 0)), "too fast"),
    ],
)  # fmt: skip
def test_bad_input(make, words):
    with pytest.raises(InputError, match=words):
        make()

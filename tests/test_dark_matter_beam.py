"""Dark matter of stopped-pion sources: production, kinematics, tensors, kernels, counts."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.integrate import quad

from weakscatter import constants
from weakscatter.flux import (
    Beam,
    Cascade,
    DarkContinuum,
    GaussianPulse,
    Line,
    MesonDecay,
    PionCapture,
    TriangularPulse,
    charge_exchange_at_rest,
    chi_spectrum,
    dark_component,
    dark_matter_beam,
    monoenergetic,
    sliced,
    spectrum_at_angle,
)
from weakscatter.flux.dark_production import CAPTURE_MASS, CAPTURE_NORMALISATIONS, CAPTURE_PHOTON
from weakscatter.interactions import Charge, VectorPortal, Weak
from weakscatter.matter import material, nuclide
from weakscatter.mixing import flavour_state
from weakscatter.model import Model, Target, differential_cross_section, nuclear_targets, recoil_counts
from weakscatter.provenance.errors import InputError
from weakscatter.response import FreeElectrons, HelmLewinSmith, NuclearResponse, Point
from weakscatter.scattering.lepton_tensors import dark_tensor, sterile_tensor
from weakscatter.units import keV, kg, m, ns

M_CHI, M_A, EPSILON, ALPHA_D = 10.0, 30.0, 1e-4, 0.5
ARGON = nuclide("Ar40")
SPINS = ("dirac", "scalar")


def portal(spin="dirac", **changes):
    given = {"mass": M_CHI, "mediator_mass": M_A, "epsilon": EPSILON, "alpha_dark": ALPHA_D, "spin": spin}
    return VectorPortal(**{**given, **changes})


def line(E, spin, mass=M_CHI):
    """Dark matter of one energy."""
    return Beam((Line("chi", E, 1.0, flavour_state("e"), mass=mass, projectile="dark-matter", spin=spin),))


# Widths and production


@pytest.mark.parametrize(("spin", "power", "front"), [("dirac", 1, 3), ("scalar", 3, 12)])
def test_widths_are_the_closed_forms(spin, power, front):
    beta = math.sqrt(1 - 4 * (M_CHI / M_A) ** 2)
    rest = 1 + 2 * (M_CHI / M_A) ** 2 if spin == "dirac" else 1.0
    assert float(portal(spin).width_invisible()) == pytest.approx(
        ALPHA_D * M_A / front * rest * beta**power, rel=1e-14, abs=0
    )
    x = constants.m_e**2 / M_A**2
    leptons = EPSILON**2 * constants.alpha * M_A / 3 * (1 + 2 * x) * math.sqrt(1 - 4 * x)
    assert float(portal(spin).width_leptons()) == pytest.approx(leptons, rel=1e-14, abs=0)
    assert float(portal(spin, mediator_mass=19.9).width_invisible()) == 0.0
    assert float(portal(spin, couples_to="baryon-number").width_leptons()) == 0.0


def test_branching_and_energy_of_pi0_decay():
    mediators = MesonDecay(0.1).mediators(portal())
    m0 = 134.9768
    assert float(mediators.low[0]) == pytest.approx((m0**2 + 900) / (2 * m0), rel=1e-14, abs=0)
    assert float(mediators.per_proton[0]) == pytest.approx(
        0.1 * 2e-8 * (1 - 900 / m0**2) ** 3 * 0.98823, rel=1e-9, abs=0
    )


def test_the_box_of_pi0_decay_has_its_edges_and_height():
    m0 = 134.9768
    E_A = (m0**2 + M_A**2) / (2 * m0)
    half = math.sqrt(E_A**2 - M_A**2) * math.sqrt(M_A**2 / 4 - M_CHI**2) / M_A
    component = dark_component(portal(), MesonDecay(0.1), protons=1e22, distance=20 * m)
    np.testing.assert_allclose(component.energies, [E_A / 2 - half, E_A / 2 + half], rtol=1e-13)
    assert float(component.density(E_A / 2)) == pytest.approx(0.5 / half, rel=1e-12, abs=0)
    assert float(component.density(E_A / 2 + 1.001 * half)) == 0.0


def test_flux_counts_chi_and_antichi_over_the_whole_sphere():
    component = dark_component(portal(), MesonDecay(0.1), protons=1e22, distance=20 * m)
    per_proton = float(MesonDecay(0.1).mediators(portal()).per_proton[0])
    assert float(component.fluence) == pytest.approx(
        1e22 * per_proton * 2 / (4 * math.pi * (20 * m) ** 2), rel=1e-12, abs=0
    )


@pytest.mark.parametrize("changes", [{"mediator_mass": 19.9}, {"mediator_mass": 135.0, "mass": 30.0}])
def test_closed_channels_give_exactly_nothing(changes):
    component = dark_component(portal(**changes), MesonDecay(0.1), protons=1e22, distance=20 * m)
    assert float(component.fluence) == 0.0
    beam = Beam((component,))
    targets = (Target(NuclearResponse(ARGON, HelmLewinSmith())),)
    assert float(recoil_counts(beam, targets, portal(**changes), lowest=1 * keV)["pi0"]) == 0.0


def test_capture_is_a_line_with_three_normalisations():
    assert pytest.approx(129.41, abs=5e-3) == CAPTURE_PHOTON
    assert pytest.approx(138.28, abs=5e-3) == CAPTURE_MASS
    s = (constants.m_pi + constants.m_p) ** 2
    E_A = (s + M_A**2 - constants.m_n**2) / (2 * math.sqrt(s))
    expected = {
        "photon-branching": math.sqrt(E_A**2 - M_A**2) / CAPTURE_PHOTON / 2.546,
        "every-capture": 1.0,
        "like-pi0": 2 * (1 - M_A**2 / CAPTURE_PHOTON**2) ** 3 / 4,
    }
    assert set(expected) == set(CAPTURE_NORMALISATIONS)
    for word, number in expected.items():
        mediators = PionCapture(0.0366, word).mediators(portal())
        assert float(mediators.low[0]) == pytest.approx(E_A, rel=1e-13, abs=0)
        assert float(mediators.per_proton[0]) == pytest.approx(0.0366 * EPSILON**2 * number, rel=1e-8, abs=0)
    heavy = portal(mediator_mass=CAPTURE_MASS * 1.0001)
    assert float(PionCapture(0.0366).mediators(heavy).per_proton[0]) == 0.0


def test_charge_exchange_at_rest_makes_slow_pions():
    channel = charge_exchange_at_rest(0.03)
    assert float(channel.per_proton) == pytest.approx(0.03 * 1.546 / 2.546, rel=1e-12, abs=0)
    energy = channel.kinetic_energy[0] + constants.m_pi0
    momentum = math.sqrt(energy**2 - constants.m_pi0**2)
    # pi- p at rest: energies of pi0 and n add up to those of pi- and p.
    whole = constants.m_pi + constants.m_p
    assert energy + math.sqrt(momentum**2 + constants.m_n**2) == pytest.approx(whole, rel=1e-12, abs=0)
    assert channel.label == "charge-exchange"


def test_a_cascade_replaces_photons_above_the_mass():
    channel = Cascade([10.0, 20.0, 40.0, 80.0], [1.0, 0.5, 0.25], suppressed=False)
    mediators = channel.mediators(portal())
    # The bin from 20 to 40 MeV keeps what lies above 30 MeV.
    np.testing.assert_allclose(np.asarray(mediators.per_proton) / EPSILON**2, [0.0, 0.25, 0.25], rtol=1e-8)
    assert (
        float(Cascade([20.0, 40.0], [1.0]).mediators(portal(couples_to="baryon-number")).per_proton[0]) == 0.0
    )
    suppressed = Cascade([40.0, 80.0], [1.0]).mediators(portal()).per_proton[0]
    electron = 1.0773 * 60 + 13.716
    factor = 1154 * math.exp(-24.42 * (M_A / electron) ** 0.3174)
    assert float(suppressed) == pytest.approx(EPSILON**2 * factor, rel=1e-8, abs=0)
    number = float(dark_component(portal(), channel, protons=1.0, distance=1.0).fluence)
    assert number == pytest.approx(2 * 0.5 * EPSILON**2 / (4 * math.pi), rel=1e-8, abs=0)


@pytest.mark.parametrize("spin", SPINS)
def test_off_shell_is_the_integral_over_the_resonance_and_tends_to_on_shell(spin):
    def exact(theory):
        M2 = theory.mediator_mass**2

        def density(s):
            width = math.sqrt(s) * float(theory.width_invisible(math.sqrt(s)))
            return (1 - s / constants.m_pi0**2) ** 3 * width / math.pi / ((s - M2) ** 2 + width**2)

        whole = quad(
            density, 4 * theory.mass**2, constants.m_pi0**2, points=[0.9 * M2, M2, 1.1 * M2], limit=400
        )[0]
        return whole / (1 - M2 / constants.m_pi0**2) ** 3

    broad = portal(spin, epsilon=1e-7)
    ratio = {}
    for theory in (broad, portal(spin, epsilon=1e-7, alpha_dark=1e-4)):
        on, off = (MesonDecay(1.0, off_shell=x).mediators(theory).per_proton.sum() for x in (False, True))
        ratio[theory.alpha_dark] = float(off / on)
    assert ratio[ALPHA_D] == pytest.approx(exact(broad), rel=2e-4, abs=0)
    assert ratio[1e-4] == pytest.approx(1.0, abs=2e-4)
    # Off shell a mediator above the pion, or below threshold, still makes dark matter.
    for closed in (portal(spin, mediator_mass=150.0), portal(spin, mediator_mass=15.0)):
        assert float(MesonDecay(1.0, off_shell=True).mediators(closed).per_proton.sum()) > 0.0


def test_moving_pions_convolve_boxes():
    rest, moving = (
        dark_component(portal(), MesonDecay(0.1, T), protons=1.0, distance=1.0) for T in (0.0, 50.0)
    )
    means = []
    for component in (rest, moving):
        E, w = component.nodes()
        assert float(w.sum()) == pytest.approx(1.0, abs=1e-12)
        means.append(float((E * w).sum()))
    # Isotropic decays in flight: the mean energy grows with gamma.
    assert means[1] / means[0] == pytest.approx(1 + 50 / constants.m_pi0, rel=3e-5, abs=0)
    assert float(moving.fluence) == pytest.approx(float(rest.fluence), rel=1e-12, abs=0)


@pytest.mark.slow
def test_angles_average_to_the_spectrum_of_all_directions():
    theory, T, m0 = portal(), 50.0, constants.m_pi0
    E = np.array([12.0, 20.0, 40.0, 70.0, 100.0])
    x, w = np.polynomial.legendre.leggauss(6000)
    E_A = (m0**2 + M_A**2) / (2 * m0)
    averaged = 2 * math.pi * np.asarray(spectrum_at_angle(theory, T, m0, E_A, E[:, None], x[None, :])) @ w
    mediators = MesonDecay(1.0, T).mediators(theory)
    whole = np.asarray(chi_spectrum(theory, mediators, E)) / 2 / float(mediators.per_proton.sum())
    np.testing.assert_allclose(averaged, whole, rtol=1e-3)
    # At rest there is no direction.
    flat = spectrum_at_angle(theory, 0.0, m0, E_A, 30.0, np.array([-0.9, 0.1, 0.7]))
    np.testing.assert_allclose(4 * math.pi * np.asarray(flat), 0.0209126548, rtol=1e-8)


@pytest.mark.parametrize("spin", SPINS)
@pytest.mark.parametrize("kinetic", [0.0, 50.0])
def test_transverse_mediators_keep_their_number_and_mean(spin, kinetic):
    mediators = MesonDecay(1.0, kinetic).mediators(portal(spin))
    component = dark_component(portal(spin), MesonDecay(1.0, kinetic), protons=1.0, distance=1.0)
    E = np.linspace(*(float(x) for x in component.energies), 8001)
    flat, polarised = (
        np.asarray(chi_spectrum(portal(spin), mediators, E, decay=d)) for d in ("isotropic", "transverse")
    )
    number = 2 * float(mediators.per_proton.sum())
    for density in (flat, polarised):
        assert np.trapezoid(density, E) == pytest.approx(number, rel=1e-5, abs=0)
    # Even in cos theta^*, so that the mean stays; the shape does not.
    assert np.trapezoid(E * polarised, E) == pytest.approx(np.trapezoid(E * flat, E), rel=1e-5, abs=0)
    assert np.max(np.abs(polarised / flat.max() - flat / flat.max())) > 0.05


# Moments and arrival


@pytest.mark.parametrize("E_min", [11.0, 25.0, 59.0, 60.0])
def test_tail_moments_are_the_integrals(E_min):
    component = dark_component(portal(), MesonDecay(0.1), protons=1.0, distance=1.0)
    low, high = (float(x) for x in component.energies)
    found = np.asarray(component.moments(E_min))
    for k in range(3):
        start = max(low, E_min)
        expected = (
            quad(lambda E, k=k: E**k / (E**2 - M_CHI**2), start, high)[0] / (high - low)
            if start < high
            else 0.0
        )
        assert found[k] == pytest.approx(expected, rel=1e-10, abs=0)


def test_slow_particles_arrive_late():
    distance, pulse = 20 * m, GaussianPulse(0.0, 1 * ns)
    E = 20.0
    line = DarkContinuum(
        "x", E * np.array([1 - 1e-8, 1 + 1e-8]), np.ones(2), 1.0, M_CHI, pulse=pulse, distance=distance
    )
    beta = math.sqrt(1 - (M_CHI / E) ** 2)
    delay = 20 / 0.299792458 * (1 / beta - 1)  # ns
    assert float(line.delays(E)) == pytest.approx(delay * ns, rel=1e-6, abs=0)
    np.testing.assert_allclose(line.arrival(np.array([-20, delay, 100]) * ns), [0.5, 0.5], atol=1e-6)


@pytest.mark.slow
def test_slices_add_up_to_the_whole():
    whole = dark_component(
        portal(), MesonDecay(0.1, 50.0), protons=1.0, distance=20 * m, pulse=GaussianPulse(0.0, 100 * ns)
    )
    parts = sliced(whole, 6)
    edges = np.linspace(-500, 2000, 40) * ns
    np.testing.assert_allclose(sum(float(p.fluence) for p in parts), float(whole.fluence), rtol=1e-12)
    np.testing.assert_allclose(
        sum(float(p.fluence) * np.asarray(p.arrival(edges)) for p in parts),
        float(whole.fluence) * np.asarray(whole.arrival(edges)), rtol=1e-6, atol=1e-9 * float(whole.fluence),
    )  # fmt: skip
    low = np.linspace(M_CHI * 1.01, 100.0, 7)
    np.testing.assert_allclose(
        sum(float(p.fluence) * np.asarray(p.moments(low)) for p in parts),
        float(whole.fluence) * np.asarray(whole.moments(low)), rtol=1e-9, atol=1e-12 * float(whole.fluence),
    )  # fmt: skip


@pytest.mark.parametrize("lifetimes", [(), (26.033,), (26.033, 2196.98)])
def test_triangular_pulse_is_the_convolution(lifetimes):
    pulse = TriangularPulse(0.0, 290 * ns)
    t = np.array([50.0, 145.0, 290.0, 900.0])

    def triangle(x):
        return np.maximum(0.0, 1 - np.abs(x - 145) / 145) / 145

    def decayed(x):
        if not lifetimes:
            return (x >= 0) * 1.0
        if len(lifetimes) == 1:
            return 1 - math.exp(-x / lifetimes[0])
        a, b = lifetimes
        return 1 - (a * math.exp(-x / a) - b * math.exp(-x / b)) / (a - b)

    for when in t:
        expected = quad(
            lambda u, when=when: triangle(u) * decayed(when - u), 0, min(when, 290.0), points=[145.0]
        )[0]
        found = float(pulse.cumulative(when * ns, tuple(x * ns for x in lifetimes)))
        assert found == pytest.approx(expected, rel=1e-7, abs=0)


# Tensors and kernels


def kinematics(seed, mass):
    rng = np.random.default_rng(seed)
    E = mass + rng.uniform(5.0, 60.0, 50)
    omega = rng.uniform(0.0, 0.2, 50) * (E - mass)
    k, after = np.sqrt(E**2 - mass**2), np.sqrt((E - omega) ** 2 - mass**2)
    cosine = rng.uniform(-1.0, 1.0, 50)
    q2 = k**2 + after**2 - 2 * k * after * cosine
    return E, omega, q2 - omega**2, np.sqrt(q2)


def spin_sum(E, omega, Q2, mass):
    """Sum over spins of ubar gamma_mu u, by matrices, with z along q: l_{mu nu}/(4 E E')."""
    g0 = np.diag([1, 1, -1, -1]).astype(complex)
    sigma = [np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1.0, -1.0])]
    zero = np.zeros((2, 2))
    gammas = [g0] + [np.block([[zero, s], [-s, zero]]) for s in sigma]
    q = math.sqrt(Q2 + omega**2)
    kz = (omega * E + Q2 / 2) / q
    kx = math.sqrt(max(E**2 - mass**2 - kz**2, 0.0))

    def slash(e, x, z):
        return e * gammas[0] - x * gammas[1] - z * gammas[3]

    before, after = slash(E, kx, kz) + mass * np.eye(4), slash(E - omega, kx, kz - q) + mass * np.eye(4)
    found = np.array([[np.trace(after @ a @ before @ b).real for b in gammas] for a in gammas])
    return found / (4 * E * (E - omega))


@pytest.mark.parametrize("mass", [1e-6, 3.0, 10.0])
def test_dirac_tensor_is_the_trace(mass):
    for E, omega, Q2 in zip(*(x[:6] for x in kinematics(1, mass)[:3]), strict=True):
        exact, ours = spin_sum(E, omega, Q2, mass), dark_tensor("dirac", E, omega, Q2, mass)
        assert float(ours.l00) == pytest.approx(exact[0, 0], rel=1e-9, abs=0)
        assert float(ours.l30) == pytest.approx(exact[3, 0], rel=1e-9, abs=1e-12)
        assert float(ours.l33) == pytest.approx(exact[3, 3], rel=1e-9, abs=1e-12)
        assert float(ours.square) == pytest.approx(exact[1, 1] + exact[2, 2] + exact[3, 3], rel=1e-9, abs=0)


@pytest.mark.parametrize("spin", SPINS)
def test_currents_of_dark_matter_are_conserved(spin):
    E, omega, Q2, q = kinematics(2, M_CHI)
    for part in dark_tensor(spin, E, omega, Q2, M_CHI).violation(omega, q):
        assert np.max(np.abs(part)) < 1e-11


def test_the_slide_does_not_conserve_its_current_and_is_off_by_its_mass_terms():
    # At E = 20, m = 10 and M T = 186 MeV^2: 2.28 for l.l where the trace has 1.97.
    slide, exact = (dark_tensor(spin, 20.0, 0.0, 2 * 186.0, 10.0) for spin in ("dirac-slide", "dirac"))
    assert float(slide.square) == pytest.approx(2.28, abs=5e-3)
    assert float(exact.square) == pytest.approx(1.965, abs=5e-3)
    E, omega, Q2, q = kinematics(3, M_CHI)
    assert (
        max(np.max(np.abs(x)) for x in dark_tensor("dirac-slide", E, omega, Q2, M_CHI).violation(omega, q))
        > 1.0
    )


@pytest.mark.parametrize("mass", [0.0, 2.0])
def test_sterile_tensor_is_conserved_and_has_the_active_limit(mass):
    rng = np.random.default_rng(4)
    E = mass + rng.uniform(1.0, 5.0, 40)
    omega = rng.uniform(0.1, 0.6, 40) * E
    k, after = np.sqrt(E**2 - mass**2), E - omega
    q = np.sqrt(k**2 + after**2 - 2 * k * after * rng.uniform(-1, 1, 40))
    Q2 = q**2 - omega**2
    tensor = sterile_tensor(E, omega, Q2, mass)
    for part in tensor.violation(omega, q):
        assert np.max(np.abs(part)) < 1e-9
    k_T2 = k**2 - ((2 * E * omega - mass**2 + Q2) / (2 * q)) ** 2
    l00 = (mass**2 + Q2) * ((2 * E - omega) ** 2 - mass**2) - 4 * mass**2 * (E - omega) ** 2
    np.testing.assert_allclose(tensor.l00, l00, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        tensor.transverse, 2 * (mass**2 * (mass**2 + Q2) + 2 * Q2 * k_T2), rtol=1e-9, atol=1e-9
    )
    if mass == 0.0:
        np.testing.assert_allclose(tensor.l00, Q2 * (2 * E - omega) ** 2, rtol=1e-9)


def closed(T, E, M, Z, F, spin, target, mass=M_CHI):
    coupling = (4 * math.pi * EPSILON) ** 2 * constants.alpha * ALPHA_D
    bracket = {
        ("dirac", "0"): 2 * M * E**2 - 2 * M * E * T - M**2 * T,
        ("dirac", "1/2"): 2 * M * E**2 - 2 * M * E * T + M * T**2 - T * (M**2 + mass**2),
        ("scalar", "0"): M * (2 * E - T) ** 2 / 2,
        ("scalar", "1/2"): 2 * M * E**2 - (2 * M * E + mass**2) * T,
    }[spin, target]
    return coupling * Z**2 * bracket * F**2 / (4 * math.pi * (E**2 - mass**2) * (2 * M * T + M_A**2) ** 2)


@pytest.mark.parametrize("target", ["0", "1/2"])
@pytest.mark.parametrize("spin", SPINS)
def test_elastic_cross_sections_are_the_closed_forms(spin, target):
    response = NuclearResponse(ARGON, HelmLewinSmith(), spin=target)
    T = np.array([1e-3, 2e-2, 1e-1])
    F = np.asarray(response.proton_amplitude(np.sqrt(2 * response.mass * T))) / 18
    ours = differential_cross_section(line(60.0, spin), response, portal(spin), T)
    np.testing.assert_allclose(ours, closed(T, 60.0, response.mass, 18, F, spin, target), rtol=1e-7)


@pytest.mark.parametrize("spin", SPINS)
def test_electrons_know_the_sign_of_the_mass_term(spin):
    """With (M^2 - m^2) T the cross section at E = 60, T = 5 MeV is 35 % too high."""
    T = np.array([0.1, 5.0])
    ours = differential_cross_section(line(60.0, spin), FreeElectrons(1.0), portal(spin), T)
    np.testing.assert_allclose(ours, closed(T, 60.0, constants.m_e, 1, 1.0, spin, "1/2"), rtol=1e-7)


def test_end_point_is_exact():
    response = NuclearResponse(ARGON, Point())
    E, M = 60.0, ARGON.mass
    end = 2 * M * (E**2 - M_CHI**2) / ((E + M) ** 2 - (E**2 - M_CHI**2))
    assert float(response.recoil_energy_max(E, M_CHI)) == pytest.approx(end, rel=1e-12, abs=0)
    below, above = differential_cross_section(
        line(E, "dirac"), response, portal(), end * np.array([1 - 1e-6, 1 + 1e-6])
    )
    assert float(below) > 0.0
    assert float(above) == 0.0


@dataclass(frozen=True, eq=False)
class Contact:
    """A neutrino's vector current on protons."""

    strength: float
    kind = "contact"
    parameters = ()
    citations = ()

    def charges(self):
        return (Charge("vector", "p", self.strength * np.eye(3)),)


def test_massless_dark_matter_scatters_like_a_neutrino():
    """G_F^2 Q_W^2/2 becomes (epsilon e g_D Z)^2/m_A^4 where mass and momentum transfer vanish against m_A."""
    light = portal(mass=1e-4, mediator_mass=1e5)
    T = np.array([1e-3, 1e-2, 4e-2])
    response = NuclearResponse(ARGON, HelmLewinSmith())
    ours = np.asarray(differential_cross_section(line(30.0, "dirac", 1e-4), response, light, T))
    contact = Contact(float(light.coupling) / 1e5**2)
    neutrino = np.asarray(differential_cross_section(monoenergetic("mu", 30.0), response, contact, T))
    np.testing.assert_allclose(ours, neutrino, rtol=1e-6)


def test_baryon_number_counts_nucleons():
    response = NuclearResponse(ARGON, Point())
    T = np.array([1e-3])
    charge, baryon = (
        float(differential_cross_section(line(60.0, "dirac"), response, portal(couples_to=word), T)[0])
        for word in ("charge", "baryon-number")
    )
    assert baryon / charge == pytest.approx((40 / 18) ** 2, rel=1e-12, abs=0)


def test_counts_of_ccm_by_plain_quadrature():
    """7 t of argon, 20 m, 1e22 protons, 50 keV: the folded count against nested quadrature of the closed form."""
    beam = dark_matter_beam(portal(), [MesonDecay(0.1)], protons=1e22, distance=20 * m)
    targets = nuclear_targets(
        material("Ar"), 7000 * kg, lambda isotope: NuclearResponse(isotope, HelmLewinSmith())
    )
    ours = float(recoil_counts(beam, targets, portal(), lowest=50 * keV)["pi0"])
    (component,) = beam.components
    low, high = (float(x) for x in component.energies)
    E, w = np.polynomial.legendre.leggauss(80)
    E, w = low + (high - low) * (E + 1) / 2, w / 2
    total = 0.0
    for target in targets:
        M = target.response.mass
        for energy, weight in zip(E, w, strict=True):
            end = float(target.response.recoil_energy_max(energy, M_CHI))
            if end <= 50 * keV:
                continue
            T, v = np.polynomial.legendre.leggauss(40)
            T, v = 50 * keV + (end - 50 * keV) * (T + 1) / 2, v * (end - 50 * keV) / 2
            F = np.asarray(target.response.proton_amplitude(np.sqrt(2 * M * T))) / 18
            total += float(target.number) * weight * float(v @ closed(T, energy, M, 18, F, "dirac", "0"))
    assert ours == pytest.approx(total * float(component.fluence), rel=2e-4, abs=0)


def test_neutrinos_and_dark_matter_share_a_model():
    from weakscatter.flux import pion_decay_at_rest

    neutrinos = pion_decay_at_rest(1e22, 0.09, 20 * m)
    dark = dark_matter_beam(portal(), [MesonDecay(0.1)], protons=1e22, distance=20 * m)
    both = Beam((*neutrinos.components, *dark.components))
    targets = (Target(NuclearResponse(ARGON), 1e27),)
    T = np.array([5e-3, 5e-2])
    together = Model(both, Weak() + portal(), targets).spectra(T)
    alone = Model(neutrinos, Weak(), targets).spectra(T) | Model(dark, portal(), targets).spectra(T)
    assert set(together) == set(alone)
    for name, spectrum in alone.items():
        np.testing.assert_allclose(together[name], spectrum, rtol=1e-12)


# Bad input


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: portal(mass=-1.0), "positive and finite"),
        (lambda: portal(mediator_mass=math.inf), "positive and finite"),
        (lambda: portal(alpha_dark=-0.1), "Only the square"),
        (lambda: portal(spin="majorana"), "spin of dark matter"),
        (lambda: portal(couples_to="mass"), "coupling of the mediator"),
        (lambda: MesonDecay(-0.1), "not negative"),
        (lambda: MesonDecay(0.1, [10.0, 20.0], [0.5, 0.4]), "add up to one"),
        (lambda: MesonDecay(0.1, meson="kaon"), "meson"),
        (lambda: PionCapture(0.04, "guess"), "normalisation of pi- capture"),
        (lambda: PionCapture(0.04, photon_branching=1.5), "from 0 to 1"),
        (lambda: Cascade([1.0, 0.5], [1.0]), "increasing edges"),
        (lambda: Cascade([1.0, 2.0], [math.nan]), "finite number of photons"),
        (lambda: dark_matter_beam(portal(), [], protons=1.0, distance=1.0), "channel of production"),
        (lambda: dark_matter_beam(portal(), [MesonDecay(0.1)], protons=0.0, distance=1.0), "protons must be positive"),
        (lambda: MesonDecay(0.1, meson="eta").mediators(portal(couples_to="baryon-number")), "octet and singlet"),
        (lambda: PionCapture(0.1).mediators(portal(couples_to="baryon-number")), "does not couple to the pion"),
        (lambda: DarkContinuum("x", np.array([5.0, 20.0]), np.ones(2), 1.0, 10.0), "below the mass"),
        (lambda: TriangularPulse(0.0, 0.0), "positive width"),
        (lambda: dark_tensor("vector", 1.0, 0.0, 1.0, 0.1), "current of dark matter"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()

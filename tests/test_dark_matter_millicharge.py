"""Millicharged particles: pairs from virtual photons, free electrons and nuclei, atoms with their logarithm, the halo, limits."""

from functools import cache

import numpy as np
import pytest
from scipy.integrate import quad

from weakscatter import constants
from weakscatter.experiments import analyse, charged_particle_limits, experiment
from weakscatter.flux import (
    Beam,
    Cascade,
    Line,
    MesonDecay,
    PhotonConversion,
    PionCapture,
    compton_total,
    dark_matter_beam,
    vector_compton,
)
from weakscatter.flux.photon_conversion import vector_energies
from weakscatter.interactions import Millicharged, VectorPortal, Weak, conventions, millicharged_matter
from weakscatter.interactions.conventions.dark_matter import REFERENCE_MOMENTUM
from weakscatter.matter import nuclide
from weakscatter.mixing import flavour_state
from weakscatter.model import differential_cross_section
from weakscatter.provenance.errors import InputError
from weakscatter.response import (
    EquivalentPhoton,
    FreeElectrons,
    HelmLewinSmith,
    Hydrogenic,
    LongitudinalPhoton,
    NuclearResponse,
)
from weakscatter.response.hydrogenic import hydrogenic_photoabsorption, ionisation_response
from weakscatter.units import day, eV, keV, kg, m, s

ALPHA, M_E = constants.alpha, constants.m_e
E_IN, MASS, DELTA = 1.0, 1e-3, 1e-6


def line(E=E_IN, mass=MASS, spin="dirac"):
    return Beam((Line("chi", E, 1.0, flavour_state("e"), mass=mass, projectile="dark-matter", spin=spin),))


def sigma(response, T, *, E=E_IN, mass=MASS, spin="dirac", charge=DELTA):
    return np.asarray(
        differential_cross_section(
            line(E, mass, spin), response, Millicharged(mass=mass, charge=charge, spin=spin), np.asarray(T)
        )
    )


@pytest.mark.parametrize("spin", ["dirac", "scalar"])
@pytest.mark.parametrize("mass", [1e-3, 1.0, 60.0])
def test_pairs_are_the_integral_over_virtual_masses(spin, mass):
    top = constants.m_pi0**2

    def density(s):
        beta = np.sqrt(1 - 4 * mass**2 / s)
        shape = (1 + 2 * mass**2 / s) * beta if spin == "dirac" else beta**3 / 4
        return ALPHA / (3 * np.pi) * shape * (1 - s / top) ** 3

    exact = 2 * quad(lambda x: density(np.exp(x)), np.log(4 * mass**2), np.log(top), epsabs=0, limit=400)[0]
    nodes, pairs = Millicharged(mass=mass, charge=1.0, spin=spin).pair_nodes(top)
    assert float(np.sum(2 * (1 - nodes / top) ** 3 * pairs)) == pytest.approx(exact, rel=1e-7, abs=0)


def test_electrons_are_the_pairs_of_dalitz():
    """pi0 -> e+ e- gamma over gamma gamma is (alpha/pi)[(4/3) ln(m_pi/m_e) - 7/3] up to (m_e/m_pi)^2 (Kroll and Wada 1955): 1.185 %."""
    made = MesonDecay(1.0).mediators(Millicharged(mass=M_E, charge=1.0)).per_proton.sum()
    closed = ALPHA / np.pi * (4 / 3 * np.log(constants.m_pi0 / M_E) - 7 / 3)
    assert float(made) / constants.pi0_to_photons == pytest.approx(closed, rel=2e-4, abs=0)


def test_the_photon_is_a_dark_photon_without_mass():
    """Away from the resonance epsilon^2 alpha_D of a light mediator is delta^2 alpha."""
    light = VectorPortal(mass=10.0, mediator_mass=0.1, epsilon=1e-4, alpha_dark=ALPHA)
    charged = Millicharged(mass=10.0, charge=1e-4)
    one, two = (
        float(MesonDecay(1.0, off_shell=True).mediators(x).per_proton.sum()) for x in (light, charged)
    )
    # The mapping of a resonance far below its threshold is coarse.
    assert one == pytest.approx(two, rel=2e-2, abs=0)


# ---- photons that scatter on electrons


def traces(E, energy, mass):
    """X of the module by Dirac matrices: sum over spins and polarisations of gamma e -> e V, photon along z, electron at rest."""
    zero, one = np.zeros((2, 2)), np.eye(2)
    pauli = [np.array(x, complex) for x in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])]
    gamma = [np.block([[one, zero], [zero, -one]]).astype(complex)]
    gamma += [np.block([[zero, x], [-x, zero]]) for x in pauli]
    metric = np.diag([1.0, -1.0, -1.0, -1.0])

    def slash(p):
        return sum(metric[i, i] * p[i] * gamma[i] for i in range(4))

    momentum = np.sqrt(energy**2 - mass**2)
    left = (M_E + E - energy) ** 2 - M_E**2
    cosine = (E**2 + momentum**2 - left) / (2 * E * momentum)
    photon, electron = np.array([E, 0, 0, E]), np.array([M_E, 0, 0, 0])
    vector = np.array([energy, momentum * np.sqrt(1 - cosine**2), 0, momentum * cosine])
    after = electron + photon - vector
    s, u = 2 * M_E * E, mass**2 - 2 * M_E * energy
    total = 0.0
    for a in range(4):
        for b in range(4):
            A = gamma[a] @ (slash(electron + photon) + M_E * np.eye(4)) @ gamma[b] / s
            A = A + gamma[b] @ (slash(electron - vector) + M_E * np.eye(4)) @ gamma[a] / u
            barred = gamma[0] @ A.conj().T @ gamma[0]
            ends = (slash(after) + M_E * np.eye(4)) @ A @ (slash(electron) + M_E * np.eye(4)) @ barred
            total += metric[a, a] * metric[b, b] * np.trace(ends).real
    # Averaged over two spins and two polarisations it is 2 e^4 X.
    return total / 8


@pytest.mark.parametrize(("E", "mass"), [(3.0, 0.2), (8.0, 1.5), (1.0, 0.4)])
@pytest.mark.parametrize("cosine", [-0.7, 0.1, 0.9])
def test_compton_of_a_massive_vector_is_its_trace(E, mass, cosine):
    energy = float(vector_energies(E, mass, cosine)[0])
    X = traces(E, energy, mass)
    front = np.pi * ALPHA**2 / (M_E * E**2)
    assert float(vector_compton(E, energy, mass)) == pytest.approx(front * X, rel=1e-10, abs=0)


@pytest.mark.parametrize("E", [0.1, 1.0, 6.0])
def test_without_mass_it_is_klein_and_nishina(E):
    least = E / (1 + 2 * E / M_E)
    total = quad(lambda energy: float(vector_compton(E, energy, 0.0)), least, E, epsabs=0)[0]
    assert total == pytest.approx(float(compton_total(E)), rel=1e-9, abs=0)
    # The ends of the range are those of the vector.
    low, high = (float(vector_energies(E, 0.0, cosine)[0]) for cosine in (-1.0, 1.0))
    assert (low, high) == pytest.approx((least, E), rel=1e-9, abs=0)


def test_conversion_is_the_double_integral():
    mass, E = 0.05, 2.0
    theory = Millicharged(mass=mass, charge=1e-3)
    thin = PhotonConversion([E * (1 - 1e-6), E * (1 + 1e-6)], [7.0], 0.4).mediators(theory)
    top = np.sqrt(M_E**2 + 2 * M_E * E) - M_E

    x, w = np.polynomial.legendre.leggauss(40)
    length = np.log(top**2 / (4 * mass**2))
    t = (x + 1) / 2
    square = 4 * mass**2 * np.exp(length * t**2)
    beta = np.sqrt(1 - 4 * mass**2 / square)
    pairs = 1e-6 * ALPHA / (3 * np.pi) * (1 + 2 * mass**2 / square) * beta * length * t * w
    M = np.sqrt(square)
    low, high = (np.asarray(vector_energies(E, M, cosine)[0]) for cosine in (-1.0, 1.0))
    energy = low[:, None] + (high - low)[:, None] * (x + 1) / 2
    inner = np.asarray(vector_compton(E, energy, M[:, None])) @ w / 2 * (high - low)
    exact = 7.0 * 0.4 * np.sum(pairs * inner) / float(compton_total(E))
    assert float(thin.per_proton.sum()) == pytest.approx(exact, rel=1e-4, abs=0)


def test_pairs_end_where_two_body_kinematics_says():
    channel = PhotonConversion([1.9, 2.0], [1.0], 1.0)
    made = [float(channel.mediators(Millicharged(mass=x, charge=1.0)).per_proton.sum()) for x in (0.4, 0.6)]
    # sqrt(m_e^2 + 2 m_e 2 MeV) - m_e = 1.008 MeV for the pair.
    assert made[0] > 0.0
    assert made[1] == 0.0


@cache
def reactor(mass=MASS):
    channel = PhotonConversion([1.0, 2.0, 4.0], [1.0, 0.3], 0.5)
    return dark_matter_beam(Millicharged(mass=mass, charge=1.0), [channel], protons=1e20, distance=20 * m)


@pytest.mark.slow
def test_a_beam_of_pairs_keeps_their_number_and_energies():
    (component,) = reactor().components
    channel = PhotonConversion([1.0, 2.0, 4.0], [1.0, 0.3], 0.5)
    made = float(channel.mediators(Millicharged(mass=MASS, charge=1.0)).per_proton.sum())
    expected = 1e20 * 2 * made / (4 * np.pi * (20 * m) ** 2)
    assert float(component.fluence) == pytest.approx(expected, rel=1e-9, abs=0)
    low, high = (float(E) for E in component.energies)
    assert low == pytest.approx(MASS, rel=1e-3, abs=0)
    assert 3.5 < high < 4.0 + M_E


# ---- scattering


@pytest.mark.parametrize("spin", ["dirac", "scalar"])
def test_free_electrons_and_nuclei_are_the_closed_forms(spin):
    E, mass = 3.0, 0.7
    p2 = E**2 - mass**2
    T = np.array([1e-3, 0.1, 0.5])
    M = M_E
    bracket = 2 * M * E**2 - 2 * M * E * T + M * T**2 - T * (M**2 + mass**2)
    if spin == "scalar":
        bracket = 2 * M * E**2 - (2 * M * E + mass**2) * T
    closed = (4 * np.pi * ALPHA * DELTA) ** 2 * bracket / (4 * np.pi * p2 * (2 * M * T) ** 2)
    np.testing.assert_allclose(sigma(FreeElectrons(1.0), T, E=E, mass=mass, spin=spin), closed, rtol=1e-10)
    argon, T = nuclide("Ar40"), np.array([1e-4, 3e-4])
    M = argon.mass
    bracket = 2 * M * E**2 - 2 * M * E * T - M**2 * T if spin == "dirac" else M * (2 * E - T) ** 2 / 2
    closed = (4 * np.pi * ALPHA * DELTA * 18) ** 2 * bracket / (4 * np.pi * p2 * (2 * M * T) ** 2)
    found = sigma(NuclearResponse(argon, HelmLewinSmith()), T, E=E, mass=mass, spin=spin)
    # Momenta of 3 to 5 MeV: the form factor is one to a per mille.
    np.testing.assert_allclose(found, closed, rtol=3e-3)


def test_soft_recoils_are_rutherfords():
    T = np.array([1e-6, 1e-5])
    closed = 2 * np.pi * ALPHA**2 * DELTA**2 / (M_E * T**2)
    np.testing.assert_allclose(sigma(FreeElectrons(1.0), T), closed, rtol=1e-4)


def test_equivalent_photons_have_their_logarithm():
    """delta^2 (2 alpha/pi)(sigma_gamma/T)[ln(E/m) - 1/2]; the published form leaves the 1/2 out: 8 % high at E/m = 1000."""
    T = np.array([50.0, 200.0]) * eV
    photons = EquivalentPhoton(hydrogenic_photoabsorption)
    real = np.asarray(hydrogenic_photoabsorption(T))
    closed = DELTA**2 * 2 * ALPHA / np.pi * real / T * (np.log(E_IN / MASS) - 0.5)
    np.testing.assert_allclose(sigma(photons, T), closed, rtol=1e-3)
    published = closed * np.log(E_IN / MASS) / (np.log(E_IN / MASS) - 0.5)
    assert published[0] / closed[0] == pytest.approx(1.08, abs=5e-3)


def test_hydrogen_by_a_second_route():
    """[delta^2 e^2 alpha/(2 k^2)] int q dq {l00 R00/q^4 + (l11 + l22)/2 (R11 + R22)/Q^4}, by plain quadrature of the response."""
    T = 100 * eV
    hydrogen, k = Hydrogenic(), np.sqrt(E_IN**2 - MASS**2)
    after = np.sqrt((E_IN - T) ** 2 - MASS**2)
    # Over ln Q^2, q dq = dQ^2/2; the lower end written without a difference of large numbers.
    gap = 2 * MASS**2 * T**2 / (E_IN * (E_IN - T) + k * after - MASS**2)
    x, w = np.polynomial.legendre.leggauss(400)
    length = np.log(0.2**2 / gap)
    Q2 = gap * np.exp(length * (x + 1) / 2)
    q, weight = np.sqrt(Q2 + T**2), length * w / 2 * Q2 / 2
    along = (2 * E_IN * T + Q2) / (2 * q)
    across = np.maximum(k**2 - along**2, 0.0)
    l00 = 2 * (2 * E_IN * (E_IN - T) - Q2 / 2)
    both = 2 * (2 * across + Q2)
    R00, convection = (np.asarray(x) for x in ionisation_response(T, q))
    R11 = convection + q**2 / (2 * M_E**2) * R00
    front = DELTA**2 * 4 * np.pi * ALPHA * ALPHA / (2 * k**2)
    total = front * np.sum(weight * (l00 * R00 / q**4 + both / 2 * R11 / Q2**2))
    assert sigma(hydrogen, [T])[0] == pytest.approx(total, rel=1e-4, abs=0)


def test_where_longitudinal_photons_take_over():
    """Hydrogen at E/m = 1000: they equal equivalent photons at 20 eV, are 6 times them at 100 eV, 770 times at 1 keV."""
    T = np.array([20.0, 100.0, 1000.0]) * eV
    along, across = (
        sigma(LongitudinalPhoton(Hydrogenic()), T),
        sigma(EquivalentPhoton(hydrogenic_photoabsorption), T),
    )
    np.testing.assert_allclose(along / across, [1.0, 6.0, 770.0], rtol=0.1)
    # Far above threshold the electron is free.
    assert sigma(Hydrogenic(), [3 * keV])[0] == pytest.approx(
        sigma(FreeElectrons(1.0), [3 * keV])[0], rel=0.02, abs=0
    )


def test_a_heavy_mediator_needs_no_regulator_on_atoms():
    """chi of a beam on bound electrons: far above threshold the closed form of free ones, below it exactly nothing."""
    portal = VectorPortal(mass=10.0, mediator_mass=30.0, epsilon=1e-4)
    T = np.array([10 * eV, 3 * keV])
    bound, free = (
        np.asarray(differential_cross_section(line(60.0, 10.0), response, portal, T))
        for response in (Hydrogenic(), FreeElectrons(1.0))
    )
    assert bound[0] == 0.0
    assert bound[1] == pytest.approx(free[1], rel=0.02, abs=0)


def test_the_mass_is_the_regulator():
    """Doubling m takes the logarithm's ln 2 away, and no other cut is needed."""
    T = np.array([50.0]) * eV
    photons = EquivalentPhoton(hydrogenic_photoabsorption)
    one, two = (sigma(photons, T, mass=x)[0] for x in (MASS, 2 * MASS))
    lost = DELTA**2 * 2 * ALPHA / np.pi * float(hydrogenic_photoabsorption(T)[0]) / T[0] * np.log(2)
    assert one - two == pytest.approx(lost, rel=1e-3, abs=0)


def test_halo_millicharge_is_its_reference_cross_section():
    chi = millicharged_matter(100.0, DELTA)
    mu = 100 * M_E / (100 + M_E)
    c = float(chi.amplitude("density", "e", np.array(REFERENCE_MOMENTUM)))
    assert c**2 * mu**2 / np.pi == pytest.approx(
        16 * np.pi * mu**2 * DELTA**2 / (ALPHA**2 * M_E**4), rel=1e-12, abs=0
    )
    assert c**2 * mu**2 / np.pi == pytest.approx(
        conventions.sigma_e_of_mixing(DELTA, 0.0, 100.0, ALPHA), rel=1e-12, abs=0
    )
    # Opposite signs on electrons and protons.
    assert float(chi.amplitude("density", "p", np.array(REFERENCE_MOMENTUM))) == -c


def test_a_limit_is_where_the_signal_reaches_the_level():
    channel = PhotonConversion([1.0, 2.0], [1.0], 0.5)
    given = {
        "exposure": 1e20 * 86400, "duration": 1 * day, "distance": 28 * m, "threshold": 0.3 * keV,
        "level": 1 / (kg * keV * day), "response": lambda symbol: FreeElectrons(32.0),
    }  # fmt: skip
    (one,), (two,) = (
        charged_particle_limits([channel], [1e-3], **{**given, "level": given["level"] * x})
        for x in (1.0, 16.0)
    )
    assert two.charge == pytest.approx(2 * one.charge, rel=1e-12, abs=0)
    assert "counted both" in one.species
    beam = dark_matter_beam(
        Millicharged(mass=1e-3, charge=one.charge), [channel], protons=given["exposure"], distance=28 * m
    )
    spectrum = differential_cross_section(
        beam, FreeElectrons(32.0), Millicharged(mass=1e-3, charge=one.charge), np.array([0.3 * keV])
    )
    atoms = 1 * kg / (72.63 * 931.494)
    assert float(spectrum[0]) * atoms / day / kg == pytest.approx(given["level"], rel=1e-3, abs=0)


def test_nothing_is_made_of_photons_too_soft():
    channel = PhotonConversion([0.1, 0.2], [1.0], 1.0)
    (found,) = charged_particle_limits(
        [channel], [1.0], exposure=1e20, duration=1 * s, distance=28 * m, threshold=0.3 * keV, level=1 / (kg * keV * day),
        response=lambda symbol: FreeElectrons(32.0),
    )  # fmt: skip
    assert found.charge is None
    assert found.density == 0.0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: PhotonConversion(), "no spectrum of photons"),
        (lambda: PhotonConversion([1.0, 2.0], [1.0]), "compton_share"),
        (lambda: PhotonConversion([1.0, 2.0], [1.0], 1.5), "between 0 and 1"),
        (lambda: PhotonConversion([2.0, 1.0], [1.0], 0.5), "increasing"),
        (lambda: PhotonConversion([1.0, 2.0], [-1.0], 0.5), "not negative"),
        (lambda: Millicharged(mass=0.0, charge=1.0), "positive and finite"),
        (lambda: Millicharged(mass=1.0, charge=np.inf), "finite"),
        (lambda: Millicharged(mass=1.0, spin="vector"), "spin"),
        (lambda: millicharged_matter(1.0, np.nan), "finite"),
        (lambda: PionCapture(0.1).mediators(Millicharged(mass=1.0)), "mass shell"),
        (lambda: Cascade([1.0, 2.0], [1.0]).mediators(Millicharged(mass=1.0)), "PhotonConversion"),
        (
            lambda: PhotonConversion([1.0, 2.0], [1.0], 0.5).mediators(
                VectorPortal(mass=0.1, mediator_mass=0.3, couples_to="baryon-number")
            ),
            "baryon number",
        ),
        (lambda: analyse(experiment("dresden_ii"), Weak() + Millicharged(mass=1.0)), "charged_particle_limits"),
        (
            lambda: charged_particle_limits(
                [MesonDecay(0.1)], [1.0], exposure=1.0, duration=day, distance=m, threshold=-1.0, level=1.0
            ),
            "threshold",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()

"""Dark matter that excites nuclei, sterile neutrinos that turn active on atoms, portals."""

import importlib
import math

import numpy as np
import pytest

from weakscatter import constants
from weakscatter.flux import Line, MesonDecay, dark_matter_beam
from weakscatter.interactions import VectorPortal, portals
from weakscatter.interactions.conventions import decay_width_of_moment
from weakscatter.matter import nuclide
from weakscatter.mixing import flavour_state
from weakscatter.model import Target, dark_level_cross_sections, level_counts, recoil_counts
from weakscatter.provenance.errors import InputError
from weakscatter.response import NuclearResponse, NuclearTransition, photoabsorption, shell_model_amplitudes
from weakscatter.response.multipoles import multipoles
from weakscatter.response.photons import photon_lines
from weakscatter.scattering import contract, fold, slot_matrices, slots
from weakscatter.scattering.lepton_tensors import dark_tensor
from weakscatter.scattering.sterile_absorption import (
    line_by_scattering,
    sterile_absorption_spectrum,
    sterile_line_rate,
)
from weakscatter.units import GeV, cm, day, g, keV, kg, s

ARGON, TABLE = nuclide("Ar40"), shell_model_amplitudes("Ar40")
E, M_CHI, M_A = 60.0, 10.0, 30.0


def portal(spin="dirac"):
    return VectorPortal(mass=M_CHI, mediator_mass=M_A, epsilon=1e-4, alpha_dark=0.5, spin=spin)


@pytest.fixture(scope="module")
def quadrupole():
    """The first 2+ state of 40Ar."""
    name = min(
        (level for level in TABLE.levels if level.name.startswith("2+")), key=lambda one: one.excitation
    ).name
    return NuclearTransition(ARGON, TABLE, name)


@pytest.mark.parametrize("spin", ["dirac", "scalar"])
def test_excitation_is_the_contraction_of_tensor_and_multipoles(quadrupole, spin):
    """(E E' p'/p) c^2/[4 pi^2 (Q^2 + m_A^2)^2] (1/2) 4 pi {l00 (Q^2/q^2)^2 C^2 + (l.l - l33)(T_el^2 + T_mag^2)/2} x 2 pi M/(p p')."""
    low, high = (float(x[0]) for x in quadrupole.recoil_energies(E, M_CHI))
    T = np.linspace(low, high, 7)[1:-1]
    epsilon = float(quadrupole.excitations[0])
    omega, Q2 = T + epsilon, 2 * ARGON.mass * T - epsilon**2
    q = np.sqrt(Q2 + omega**2)
    parts = multipoles(TABLE, quadrupole.names[0], ("vector", "p"), q, omega)
    squares = [
        sum(np.asarray(x) ** 2 for x in group.values())
        for group in (parts.longitudinal, parts.electric, parts.magnetic)
    ]
    tensor = dark_tensor(spin, E, omega, Q2, M_CHI)
    before, after = math.sqrt(E**2 - M_CHI**2), np.sqrt((E - omega) ** 2 - M_CHI**2)
    front = (
        float(portal().coupling) ** 2
        * E
        * (E - omega)
        * after
        / before
        / (4 * math.pi**2 * (Q2 + M_A**2) ** 2)
    )
    inner = tensor.l00 * squares[0] + tensor.transverse / 2 * (squares[1] + squares[2])
    expected = front * 0.5 * 4 * math.pi * inner * 2 * math.pi * ARGON.mass / (before * after)
    line = Line("chi", E, 1.0, flavour_state("e"), mass=M_CHI, projectile="dark-matter", spin=spin)
    charges = portal(spin).charges()
    layout = slots(charges)
    matrices = slot_matrices(charges, layout, False)
    ours = contract(fold(layout, quadrupole, line, T), matrices, matrices)
    np.testing.assert_allclose(ours, expected, rtol=1e-9)


def test_recoils_end_where_two_body_kinematics_says(quadrupole):
    """T from the angle: four-momentum conservation at 0 and 180 degrees."""
    low, high = (float(x[0]) for x in quadrupole.recoil_energies(E, M_CHI))
    M, epsilon = ARGON.mass, float(quadrupole.excitations[0])
    for T, sign in ((low, 1), (high, -1)):
        left = E - T - epsilon
        momentum = math.sqrt(E**2 - M_CHI**2) - sign * math.sqrt(left**2 - M_CHI**2)
        assert momentum**2 == pytest.approx(T**2 + 2 * (M + epsilon) * T, rel=1e-9, abs=0)
    threshold = float(quadrupole.opening(M_CHI)[0])
    s = M**2 + 2 * M * threshold + M_CHI**2
    assert math.sqrt(s) == pytest.approx(M + epsilon + M_CHI, rel=1e-14, abs=0)
    below, above = np.asarray(
        dark_level_cross_sections(quadrupole, portal(), [threshold * (1 - 1e-6), threshold * 1.01])
    )[:, 0]
    assert below == 0.0
    assert above > 0.0


def test_a_massless_projectile_has_the_ends_of_a_neutrino(quadrupole):
    for ours, theirs in zip(quadrupole.recoil_energies(E, 1e-5), quadrupole.recoil_energies(E), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    np.testing.assert_allclose(quadrupole.opening(1e-9), quadrupole.thresholds, rtol=1e-9)


def test_coulomb_quadrupole_excites_argon_and_photons_follow():
    """No Gamow-Teller operator: a natural-parity 2+ leads, and the share of inelastic events is small."""
    beam = dark_matter_beam(portal(), [MesonDecay(0.1)], protons=1.0, distance=1.0)
    response = NuclearTransition(ARGON, TABLE)
    counts = np.asarray(level_counts(beam, response, portal())["pi0"])
    leading = response.names[int(np.argmax(counts))]
    assert leading.startswith("2+")
    elastic = float(recoil_counts(beam, (Target(NuclearResponse(ARGON)),), portal(), lowest=1e-6)["pi0"])
    assert 1e-5 < counts.sum() / elastic < 1e-2
    lines = photon_lines(TABLE, dict(zip(response.names, counts, strict=True)))
    energy = dict(zip(response.names, response.excitations, strict=True))
    with_photons = {one for one, _, _ in TABLE.decays}
    carried = sum(
        energy[name] * n for name, n in zip(response.names, counts, strict=True) if name in with_photons
    )
    assert sum(e * n for e, n in lines) == pytest.approx(carried, rel=1e-9, abs=0)


@pytest.mark.slow
def test_elastic_falls_faster_with_recoil_than_inelastic():
    beam = dark_matter_beam(portal(), [MesonDecay(0.1)], protons=1.0, distance=1.0)
    (component,) = beam.components
    charges = portal().charges()
    layout = slots(charges)
    matrices = slot_matrices(charges, layout, False)
    T = np.array([5.0, 20.0, 60.0]) * keV
    elastic, excited = (
        np.asarray(contract(fold(layout, response, component, T), matrices, matrices))
        for response in (NuclearResponse(ARGON), NuclearTransition(ARGON, TABLE))
    )
    ratio = excited / elastic
    assert np.all(np.diff(ratio) > 0)


# Sterile neutrinos

MASS, X, V = 7.1 * keV, 2.5e-14, 1e-3


def test_the_photon_pole_is_the_decay_width_as_its_line_gets_thin():
    """The rest is the width of the line beside the window that a velocity opens: linear in it, 1 % in solid germanium."""
    width = decay_width_of_moment(X, MASS)
    sigma = float(photoabsorption("Ge")(MASS / 2))
    solid = 5.32 * g / cm**3 / (72.63 * constants.u)
    rest = [1 - float(line_by_scattering(MASS, X, V, n * solid, sigma)) / width for n in (1.0, 1e-3, 1e-6)]
    assert rest[2] == pytest.approx(0.0, abs=1e-7)
    assert rest[1] == pytest.approx(1e3 * rest[2], rel=1e-3, abs=0)
    assert 0 < rest[1] < rest[0] < 0.02


def test_width_of_a_moment():
    """5.307 /s x^2 (m/eV)^3; 1.74e-28 /s at 7.1 keV is 9.6e-21 Bohr magnetons, 2.9e-21 if e is dropped from mu_B."""
    assert decay_width_of_moment(1.0, 1e-6) * s == pytest.approx(5.307, rel=1e-3, abs=0)
    x = math.sqrt(1.74e-28 / s / decay_width_of_moment(1.0, MASS))
    assert x == pytest.approx(9.6e-21, rel=5e-3, abs=0)
    assert x * math.sqrt(4 * math.pi * constants.alpha) == pytest.approx(2.9e-21, rel=5e-3, abs=0)


def test_the_line_in_germanium_is_a_thousandth_of_an_event():
    rate = sterile_line_rate(MASS, X, 0.4 * GeV / cm**3) / (5.32 * g / cm**3) * kg * day
    assert float(rate) == pytest.approx(1.1e-3, rel=0.02, abs=0)


def test_off_the_pole_the_tensor_is_exact():
    """Closed form at rest against the full integral over q at v = 1e-3."""
    from weakscatter.scattering.lepton_tensors import sterile_tensor

    T, sigma = np.array([1.0, 3.0, 4.5]) * keV, 1.0
    ours = np.asarray(sterile_absorption_spectrum(MASS, X, T, np.full(3, sigma)))
    k = MASS * V
    energy = math.sqrt(MASS**2 + k**2)
    mu2 = X**2 * math.pi * constants.alpha / constants.m_e**2
    for value, transfer in zip(ours, T, strict=True):
        x, w = np.polynomial.legendre.leggauss(30)
        left = energy - transfer
        q = left + k * x
        Q2 = q**2 - transfer**2
        tensor = sterile_tensor(energy, transfer, Q2, MASS)
        density = q**2 * sigma / (4 * math.pi**2 * constants.alpha * transfer)
        across = transfer * sigma / (2 * math.pi**2 * constants.alpha)
        inner = tensor.l00 * density / q**4 + tensor.transverse / 2 * across / Q2**2
        exact = mu2 * constants.alpha / (2 * k**2) * float(np.sum(w * k * q * inner)) * V
        assert float(value) == pytest.approx(exact, rel=2e-3, abs=0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: sterile_absorption_spectrum(-1.0, X, 0.1, 1.0), "positive finite mass"),
        (lambda: sterile_absorption_spectrum(MASS, X, 2 * MASS, 1.0), "between 0 and its mass"),
        (lambda: sterile_absorption_spectrum(MASS, X, MASS / 2, 1.0), "pole of a real photon"),
        (
            lambda: dark_level_cross_sections(NuclearTransition(ARGON, TABLE), portal(), [5.0]),
            "above its mass",
        ),
    ],
)
def test_bad_input_is_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_portals_name_what_exists():
    for portal_ in portals():
        assert portal_.operators
        assert portal_.missing
        for _, path in portal_.computed:
            module, name = path.rsplit(".", 1)
            assert hasattr(importlib.import_module(module), name), path

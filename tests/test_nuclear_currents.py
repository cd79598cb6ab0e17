"""Currents of nuclei: nucleon form factors, multipoles, tables of amplitudes, inelastic scattering against formulas written out."""

from dataclasses import replace
from math import pi, sqrt

import numpy as np
import pytest

from weakscatter import InputError, constants
from weakscatter.flux import monoenergetic
from weakscatter.interactions import Weak
from weakscatter.matter import nuclide
from weakscatter.model import differential_cross_section
from weakscatter.nuclear import ModelSpace, Orbit, oscillator_energy, transition_amplitudes
from weakscatter.nuclear.states import Density, State
from weakscatter.response import (
    OPERATORS,
    Amplitudes,
    NuclearLevel,
    NuclearTransition,
    NucleonFormFactors,
    multipoles,
    read_amplitudes,
    shell_model_amplitudes,
    write_amplitudes,
)
from weakscatter.units import fm

CARBON = nuclide("C12")
MASS = 0.5 * (constants.m_p + constants.m_n)
NUCLEONS = NucleonFormFactors()


def table_of(space, rho, **settings):
    state = State(0.0, 0.5, 0.5, 1, 0.0)
    density = Density(0, 0, state, state, *rho)
    given = {"A": 1, "oscillator_energy": 15.0, "radial_sign": "origin"} | settings
    return transition_amplitudes([density], space, "H1", **given)


@pytest.fixture(scope="module")
def proton():
    """One proton in 0s1/2."""
    orbits = tuple((Orbit(0, 0, 1, species),) for species in ("proton", "neutron"))
    one, none = ({K: value * np.ones((1, 1)) for K in (0, 1)} for value in (1.0, 0.0))
    return table_of(ModelSpace(*orbits, 0, 0), (one, none))


@pytest.fixture(scope="module")
def carbon():
    return shell_model_amplitudes("C12")


def test_the_slope_of_the_electric_form_factor_is_the_charge_radius():
    Q2 = 10.0
    for i, (charge, radius) in enumerate(((1.0, 0.7071), (0.0, -0.1161))):
        electric = NUCLEONS.dirac(Q2)[i] - Q2 / (4 * MASS**2) * NUCLEONS.pauli(Q2)[i]
        assert 6 * (charge - electric) / Q2 / fm**2 == pytest.approx(radius, rel=1e-9, abs=0)


def test_anomalous_moments_are_not_those_of_the_slides():
    assert [float(k) for k in NUCLEONS.pauli(0.0)] == pytest.approx([1.792847, -1.913043], abs=1e-6)


def test_goldberger_and_treiman():
    """The pole 4 m g F_pi/m_pi^2 is 4 m^2 g_A/m_pi^2 to 1 %: with m_pi squared, or nothing fits."""
    pole = NUCLEONS.pseudoscalar(0.0) + constants.g_A * MASS**2 * 0.46 * fm**2 / 1.5
    assert float(pole) == pytest.approx(4 * MASS**2 * constants.g_A / constants.m_pi**2, rel=0.015, abs=0)


def test_axial_dipole():
    assert float(NUCLEONS.axial(100.0**2)) == pytest.approx(constants.g_A / 1.01**2, rel=1e-14, abs=0)


def test_nucleon_form_factors_end():
    with pytest.raises(InputError, match="expanded in Q"):
        NUCLEONS.dirac(301.0**2)


def test_a_nucleon_has_the_response_of_a_dirac_particle(proton):
    """At small q: vector R_L = M, axial R_11+22 = 2 M, interference q mu: the signs and factors of a free electron's nodes."""
    response = NuclearTransition(nuclide("H1"), proton, "1/2+ 1")
    M = response.mass
    nodes = response.nodes(np.array([1e-6]), response.levels[0])
    q, weighted = float(nodes.q[0, 0]), nodes.weighted_response

    def found(a, b, part):
        return float(weighted[a, b, part][0, 0])

    close = {"rel": 3e-3}
    vp, vn, ap, an = ("vector", "p"), ("vector", "n"), ("axial", "p"), ("axial", "n")
    assert found(vp, vp, "longitudinal") == pytest.approx(M, **close)
    assert found(ap, ap, "transverse") == pytest.approx(2 * M, **close)
    assert found(vp, ap, "transverse-interference") == pytest.approx(constants.mu_p * q * M / MASS, **close)
    assert found(vn, ap, "transverse-interference") == pytest.approx(constants.mu_n * q * M / MASS, **close)
    assert found(vp, vp, "transverse") == pytest.approx(constants.mu_p**2 * q**2 / (2 * MASS**2) * M, **close)
    assert found(an, an, "transverse") == found(vp, an, "transverse-interference") == 0.0


def test_the_pseudoscalar_form_factor_drops_out(carbon):
    """M5 - (q0/q) L5 with the printed M5 and L5 does not depend on F_P, and is the longitudinal multipole."""
    q, omega = 70.0, 15.2
    q0 = -omega
    spin, charge = (
        float(carbon.amplitude("1+ 2", 1, operator, "p", q)) for operator in ("Sigma''", "Omega'")
    )
    f_a = -float(NUCLEONS.axial(q**2 - omega**2) / NUCLEONS.axial(0.0))
    for f_p in (0.0, 0.03, -17.0):
        m5 = -1j * q / MASS * (f_a * charge + q0 / 2 * f_p * spin)
        l5 = 1j * (f_a - q**2 / (2 * MASS) * f_p) * spin
        ours = -1j * float(multipoles(carbon, "1+ 2", ("axial", "p"), q, omega).longitudinal[1])
        assert m5 - q0 / q * l5 == pytest.approx(ours, rel=1e-10, abs=0)


def test_the_transverse_vector_current_at_long_wavelengths_is_the_charge(carbon):
    """Siegert: T^el_2 -> sqrt(3/2) (omega/q) M_2 for a level omega quanta higher; inside the 0p shell there are none: T^el is spin."""
    q = 0.5
    found = multipoles(carbon, "2+ 1", ("vector", "p"), q, 1e-9)
    spin = sum(
        float(f1 + f2) / 2 * float(carbon.amplitude("2+ 1", 2, "Sigma", species, q))
        for f1, f2, species in zip(NUCLEONS.dirac(0.0), NUCLEONS.pauli(0.0), "pn", strict=True)
    )
    assert float(found.electric[2]) == pytest.approx(q / MASS * spin, rel=1e-4, abs=0)


def walecka(table, level, theory, E, cosine, excitation, antineutrino):
    """dsigma/dOmega of Walecka's textbook, multipole by multipole, with the recoil of the nucleus; [angle] (MeV^-2)."""
    M = CARBON.mass
    after = (E - excitation - excitation**2 / (2 * M)) / (1 + E / M * (1 - cosine))
    q, omega = np.sqrt(E**2 + after**2 - 2 * E * after * cosine), E - after
    Q2 = q**2 - omega**2
    cos2, sin2 = (1 + cosine) / 2, (1 - cosine) / 2
    couplings = {
        ("vector", "p"): float(theory.g_v_p[1]), ("vector", "n"): float(theory.couplings.g_v_n),
        ("axial", "p"): constants.g_A / 2, ("axial", "n"): -constants.g_A / 2,
    }  # fmt: skip
    longitudinal, electric, magnetic = {}, {}, {}
    for (structure, on), g in couplings.items():
        found = multipoles(table, level, (structure, on), q, omega)
        axial = structure == "axial"
        for into, values, phase in (
            (longitudinal, found.longitudinal, -1j if axial else 1),
            (electric, found.electric, 1j if axial else 1),
            (magnetic, found.magnetic, 1 if axial else -1j),
        ):
            for J, value in values.items():
                into[J] = into.get(J, 0) + g * phase * np.asarray(value)
    cl = sum(abs(x) ** 2 for x in longitudinal.values())
    transverse = sum(abs(x) ** 2 for part in (electric, magnetic) for x in part.values())
    mixed = sum(np.real(magnetic[J] * np.conj(electric[J])) for J in electric.keys() & magnetic.keys())
    sign = 1 if antineutrino else -1
    inside = (
        cos2 * cl
        + (Q2 / (2 * q**2) * cos2 + sin2) * transverse
        + sign * 2 * np.sqrt(sin2) * np.sqrt(Q2 / q**2 * cos2 + sin2) * mixed
    )
    spins = table.initial.two_j + 1
    recoil = 1 + E / M * (1 - cosine)
    return 2 * constants.G_F**2 / pi * after**2 / spins * inside / recoil, after, recoil


@pytest.mark.parametrize("antineutrino", [False, True])
@pytest.mark.parametrize("level", ["1+ 2", "2+ 1"])
def test_the_fold_is_the_formula_of_the_textbook(carbon, level, antineutrino):
    response = NuclearTransition(CARBON, carbon, level, energies={level: 15.110})
    theory, cosine = Weak(), np.array([-0.9, 0.1, 0.8])
    for E in (20.0, 45.0):
        angular, after, recoil = walecka(carbon, level, theory, E, cosine, 15.110, antineutrino)
        T = E - after - 15.110
        ours = differential_cross_section(
            monoenergetic("mu", E, antineutrino=antineutrino), response, theory, T
        )
        # dT = -E E' dcos/(M recoil)
        by_angle = np.asarray(ours) * E * after / (CARBON.mass * recoil) / (2 * pi)
        assert by_angle == pytest.approx(angular, rel=1e-9, abs=0)


def total(response, E, antineutrino=False):
    x, w = np.polynomial.legendre.leggauss(24)
    low, high = (float(end[0]) for end in response.recoil_energies(E))
    T = low + (high - low) * (x + 1) / 2
    beam = monoenergetic("mu", E, antineutrino=antineutrino)
    return float(
        np.sum(w * np.asarray(differential_cross_section(beam, response, Weak(), T))) * (high - low) / 2
    )


def test_neutrinos_exceed_antineutrinos_by_the_interference_alone(carbon):
    """Isovector M1 and Gamow-Teller interfere constructively; the difference is linear in the axial current."""
    whole, half = (
        NuclearTransition(CARBON, carbon, "1+ 2", g, energies={"1+ 2": 15.110}) for g in (1.0, 0.5)
    )
    differences = [total(one, 40.0) - total(one, 40.0, True) for one in (whole, half)]
    assert differences[0] > 0
    assert differences[1] == pytest.approx(differences[0] / 2, rel=1e-10, abs=0)


def test_long_wavelengths(carbon):
    """sigma = (G_F^2/pi) g_A^2 (E - omega)^2 B(GT0) once q b, q/m and the recoil are nothing; B(GT0) from the amplitudes."""
    kept = {
        key: (np.asarray(value)[:1] if key[2] in ("Sigma'", "Sigma''") else np.zeros(1))
        for key, value in carbon.coefficients.items()
    }
    table = replace(carbon, coefficients=kept, oscillator_length=1e-6 * fm)
    heavy = replace(CARBON, mass=1e12)
    # No vector current: the magnetic part would stay.
    nucleons = NucleonFormFactors(axial_mass=1e12)
    response = NuclearTransition(heavy, table, "1+ 2", energies={"1+ 2": 15.110}, nucleons=nucleons)
    E, (x, w) = 30.0, np.polynomial.legendre.leggauss(24)
    low, high = (float(end[0]) for end in response.recoil_energies(E))
    T = low + (high - low) * (x + 1) / 2
    both = [
        np.asarray(differential_cross_section(monoenergetic("mu", E, antineutrino=anti), response, Weak(), T))
        for anti in (False, True)
    ]
    mean = np.sum(w * (both[0] + both[1])) / 2 * (high - low) / 2
    strength = 6 * pi * float(kept["1+ 2", 1, "Sigma'", "p"][0]) ** 2
    assert mean == pytest.approx(
        constants.G_F**2 / pi * constants.g_A**2 * (E - 15.110) ** 2 * strength, rel=2e-3, abs=0
    )
    assert strength == pytest.approx(0.4605, abs=2e-4)


def test_the_strength_is_that_of_another_program(carbon):
    """<p1/2, p3/2 || sigma || ...> on the four densities that BIGSTICK prints for the T = 1 state of 12C."""
    printed = {(1, 1): -0.04118, (1, 3): -0.48806, (3, 1): -0.23994, (3, 3): -0.05393}
    sigma = {(1, 1): -sqrt(2 / 3), (1, 3): 4 / sqrt(3), (3, 1): -4 / sqrt(3), (3, 3): 2 * sqrt(5 / 3)}
    spin = sum(printed[pair] * sigma[pair] for pair in printed)
    found = float(carbon.coefficients["1+ 2", 1, "Sigma'", "p"][0]) * sqrt(6 * pi)
    assert abs(found) == pytest.approx(abs(spin), rel=2e-4, abs=0)


def test_ground_state_numbers(carbon):
    for species in "pn":
        number = sqrt(4 * pi) * float(carbon.amplitude("0+ 1", 0, "M", species, 0.0))
        assert number == pytest.approx(6.0, abs=1e-12)


def test_thresholds_are_exact(carbon):
    response = NuclearTransition(CARBON, carbon, "1+ 2", energies={"1+ 2": 15.110})
    E = float(response.threshold)
    assert float(response.threshold) == pytest.approx(
        15.110 + 15.110**2 / (2 * CARBON.mass), rel=1e-15, abs=0
    )
    low, high = (float(end[0]) for end in response.recoil_energies(E))
    assert low == pytest.approx(high, rel=1e-9, abs=0)
    assert float(response.recoil_energy_max(E - 0.01)) == 0.0
    theory, T = Weak(), np.array([low * 0.99, low * 1.01])
    below = differential_cross_section(monoenergetic("mu", E - 1e-3), response, theory, T)
    above = differential_cross_section(monoenergetic("mu", E + 0.5), response, theory, T)
    assert np.all(np.asarray(below) == 0)
    assert above[0] == 0
    assert above[1] > 0


def test_a_table_comes_back_from_its_file(carbon, tmp_path):
    path = write_amplitudes(carbon, tmp_path / "a.h5")
    again = read_amplitudes(path)
    assert again.levels == carbon.levels
    assert again.initial == carbon.initial
    assert again.settings == carbon.settings
    assert again.citations == carbon.citations
    assert again.oscillator_length == pytest.approx(carbon.oscillator_length, rel=1e-15, abs=0)
    assert again.coefficients.keys() == carbon.coefficients.keys()
    for key, values in carbon.coefficients.items():
        assert np.array_equal(again.coefficients[key], values)


def test_the_centre_of_mass(carbon):
    kept = replace(carbon, centre_of_mass="kept")
    q, y = 80.0, (80.0 * carbon.oscillator_length / 2) ** 2
    ratio = carbon.amplitude("0+ 1", 0, "M", "p", q) / kept.amplitude("0+ 1", 0, "M", "p", q)
    assert float(ratio) == pytest.approx(np.exp(y / 12), rel=1e-13, abs=0)


def test_a_filled_core_is_added_to_the_ground_state(proton):
    orbits = tuple((Orbit(0, 1, 1, species),) for species in ("proton", "neutron"))
    one, none = ({K: value * np.ones((1, 1)) for K in (0, 1)} for value in (1.0, 0.0))
    table = table_of(ModelSpace(*orbits, 2, 2), (one, none))
    for species, number in (("p", 3.0), ("n", 2.0)):
        found = float(table.amplitude("1/2+ 1", 0, "M", species, 0.0)) * sqrt(4 * pi / 2)
        assert found == pytest.approx(number, rel=1e-13, abs=0)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda t: t.amplitude("3+ 9", 3, "M", "p", 10.0), "level of C12"),
        (lambda t: t.amplitude("1+ 2", 1, "M", "p", 10.0), "cannot connect"),
        (lambda t: t.amplitude("1+ 2", 2, "Sigma'", "p", 10.0), "J = 1"),
        (lambda t: replace(t, coefficients={}).amplitude("1+ 2", 1, "Sigma'", "p", 10.0), "Make it again"),
        (lambda t: replace(t, coefficients={("1+ 2", 2, "M", "p"): np.ones(1)}), "cannot connect"),
        (lambda t: multipoles(t, "1+ 2", ("scalar", "p"), 10.0, 1.0), "unknown current"),
        (lambda t: NuclearTransition(nuclide("Ar40"), t, "1+ 2"), "amplitudes of C12"),
        (lambda t: NuclearTransition(CARBON, t, "1+ 99"), "level of C12"),
        (lambda t: NuclearTransition(CARBON, t, "1+ 2", 1.2), "between 0 and 1"),
        (lambda t: NuclearTransition(CARBON, t, "1+ 2", energies={"1+ 2": -1.0}), "negative"),
        (lambda t: shell_model_amplitudes("Al27"), "C12"),
        (lambda t: oscillator_energy(12, "40"), "unknown"),
    ],
)
def test_what_is_refused(carbon, call, said):
    with pytest.raises(InputError, match=said):
        call(carbon)


def test_a_file_of_another_version_is_refused(carbon, tmp_path):
    import h5py

    path = write_amplitudes(carbon, tmp_path / "a.h5")
    with h5py.File(path, "a") as file:
        file.attrs["layout"] = 99
    with pytest.raises(InputError, match="layout 99"):
        read_amplitudes(path)
    (tmp_path / "b.h5").write_text("no", encoding="utf-8")
    with pytest.raises(InputError, match="as HDF5"):
        read_amplitudes(tmp_path / "b.h5")
    with pytest.raises(InputError, match="cannot read"):
        read_amplitudes(tmp_path / "c.h5")


def test_random_amplitudes_keep_their_current():
    """M - (q0/q) L of the conserved vector current, with L = (q0/q) M written out, for random elements of every rank."""
    random = np.random.default_rng(5)
    ground, final = NuclearLevel("5/2+ 1", 0.0, 5, 1), NuclearLevel("3/2+ 1", 2.0, 3, 1)
    frame = Amplitudes("X", 21, 1.8 * fm, ground, (ground, final), {})
    values = {
        (final.name, J, operator, species): random.normal(size=3)
        for operator in OPERATORS for J in frame.ranks(final, operator) for species in "pn"
    }  # fmt: skip
    table = replace(frame, coefficients=values)
    q, omega = np.array([20.0, 90.0]), 5.0
    f1 = NUCLEONS.dirac(q**2 - omega**2)
    for J, found in multipoles(table, final.name, ("vector", "n"), q, omega).longitudinal.items():
        M = f1[1] * table.amplitude(final.name, J, "M", "p", q) + f1[0] * table.amplitude(
            final.name, J, "M", "n", q
        )
        q0 = -omega
        assert np.asarray(found) == pytest.approx(np.asarray(M - q0 / q * (q0 / q) * M), rel=1e-12, abs=0)

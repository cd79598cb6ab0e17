"""Electric and anapole moments, form factors, effective moments and back, complex entries as modulus and phase."""

import math

import jax
import numpy as np
import pytest

from weakscatter import constants as c
from weakscatter.flux import Line, monoenergetic, oscillated
from weakscatter.interactions import (
    SM_CHARGE_RADIUS,
    Anapole,
    ChargeRadius,
    ElectricMoment,
    MagneticMoment,
    Millicharge,
    NeutrinoFormFactors,
    RadiusLoop,
    Weak,
    conventions,
    dirac_moment,
    hermitian_matrix,
    mass_of_dirac_moment,
    standard_model_form_factors,
    theory_from_parameters,
    theory_parameters,
)
from weakscatter.matter import nuclide
from weakscatter.mixing import (
    Mixing,
    dipole_matrix,
    effective_moment,
    flavour_state,
    in_basis,
    majorana_moduli,
    moments_of_dipole_matrix,
    propagate,
    short_baseline_moments,
    solar_moment,
    solar_weights,
    transition_matrix,
    transition_moments,
)
from weakscatter.model import is_divergent
from weakscatter.provenance.errors import InputError
from weakscatter.response import NuclearResponse
from weakscatter.scattering import contract, fold, slot_matrices, slots
from weakscatter.units import cm, eV, keV, m

T = np.array([0.3, 2.0, 9.0]) * keV
CS = NuclearResponse(nuclide("Cs133"))
MIXING = Mixing()


def hermitian(seed, scale):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    return scale * (matrix + matrix.conj().T) / 2


def state(seed):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    matrix = matrix @ matrix.conj().T
    return matrix / np.trace(matrix).real


def rate(theory, component):
    charges = theory.charges()
    layout = slots(charges)
    matrices = slot_matrices(charges, layout, component.antineutrino)
    return np.asarray(contract(fold(layout, CS, component, T), matrices, matrices))


# --- electric and anapole moments


def test_an_electric_moment_alone_is_a_magnetic_moment():
    matrix, line = hermitian(1, 1e-9), Line("a", 30.0, 1.0, state(2))
    np.testing.assert_allclose(
        rate(ElectricMoment(matrix), line), rate(MagneticMoment(matrix), line), rtol=1e-13
    )


def test_magnetic_and_electric_moments_interfere_as_one_matrix():
    """mu_eff^2 = Tr[lambda rho lambda^dagger] with lambda = mu - i epsilon, and Z^2 F^2 pi alpha^2/m_e^2 (1/T - 1/E + T/4E^2)."""
    mu, epsilon, rho = hermitian(3, 1e-9), hermitian(4, 1e-9), state(5)
    matrix = mu - 1j * epsilon
    square = np.trace(matrix @ rho @ matrix.conj().T).real
    F = np.asarray(CS.proton_amplitude(np.sqrt(2 * CS.nuclide.mass * T)))
    expected = math.pi * (c.alpha / c.m_e) ** 2 * (1 / T - 1 / 30 + T / 3600) * F**2 * square
    found = rate(MagneticMoment(mu) + ElectricMoment(epsilon), Line("a", 30.0, 1.0, rho))
    np.testing.assert_allclose(found / expected, 1.0, rtol=1e-9)
    # The interference is real: the sign of the electric moments matters.
    other = rate(MagneticMoment(mu) + ElectricMoment(-epsilon), Line("a", 30.0, 1.0, rho))
    assert np.all(np.abs(other / found - 1) > 0.05)
    assert float(effective_moment(dipole_matrix(mu, epsilon), rho)) == pytest.approx(
        math.sqrt(square), rel=1e-12, abs=0
    )


def test_antineutrinos_in_the_conjugate_state_have_the_rate_of_neutrinos():
    """One tree amplitude, so no CP violation without propagation, whatever the phases of mu and epsilon."""
    theory = (
        MagneticMoment(hermitian(3, 1e-9))
        + ElectricMoment(hermitian(4, 1e-9))
        + Anapole(hermitian(6, 1e-31 * cm**2))
    )
    theory = Weak() + theory
    rho = state(5)
    pair = [rate(theory, Line("a", 30.0, 1.0, s, bar)) for s, bar in ((rho, False), (rho.conj(), True))]
    np.testing.assert_allclose(pair[1], pair[0], rtol=1e-12)


def test_only_radius_minus_six_anapole_is_seen():
    radius, anapole = hermitian(7, 1e-31 * cm**2), hermitian(8, 1e-32 * cm**2)
    line = Line("a", 30.0, 1.0, state(5))
    both = rate(Weak() + ChargeRadius(radius) + Anapole(anapole), line)
    np.testing.assert_allclose(both, rate(Weak() + ChargeRadius(radius - 6 * anapole), line), rtol=1e-13)
    assert np.all(np.abs(both / rate(Weak() + ChargeRadius(radius), line) - 1) > 1e-3)
    as_radius = conventions.anapole_as_radius(anapole)
    np.testing.assert_allclose(rate(Anapole(anapole), line), rate(ChargeRadius(as_radius), line), rtol=1e-12)


def test_the_standard_radius_of_majorana_neutrinos_is_counted_once():
    """Weak couplings with the Standard-Model radius are, for Majorana neutrinos, those without and an anapole moment."""
    U = np.asarray(MIXING.unitary)
    line = monoenergetic("e", 30.0).components[0]
    diagonal = U.conj().T @ np.diag(SM_CHARGE_RADIUS) @ U
    majorana = Mixing(nature="majorana")
    split = ChargeRadius(1j * diagonal.imag, "mass", "majorana") + Anapole(
        -diagonal.real / 6, "mass", "majorana"
    )
    theory = in_basis(Weak(include_sm_charge_radius=False) + split, majorana)
    np.testing.assert_allclose(rate(theory, line), rate(Weak(), line), rtol=1e-12)


# --- form factors


def test_first_terms_of_form_factors_are_charges_radii_and_moments():
    charge, radius, moment, anapole = (
        hermitian(1, 1e-8),
        hermitian(2, 1e-31 * cm**2),
        hermitian(3, 1e-9),
        hermitian(4, 1e-32 * cm**2),
    )
    constant = np.ones_like
    functions = NeutrinoFormFactors(
        charge=((charge, lambda Q2: constant(Q2) * 1.0), (radius, lambda Q2: -Q2 / 6)),
        magnetic=((moment, lambda Q2: 1.0),),
        electric=((anapole / cm**2 * 1e22, lambda Q2: 1.0),),
        anapole=((anapole, lambda Q2: 1.0),),
    )
    constants = (
        Millicharge(charge) + ChargeRadius(radius) + MagneticMoment(moment)
        + ElectricMoment(anapole / cm**2 * 1e22) + Anapole(anapole)
    )  # fmt: skip
    for bar in (False, True):
        line = Line("a", 30.0, 1.0, state(5), bar)
        np.testing.assert_allclose(rate(Weak() + functions, line), rate(Weak() + constants, line), rtol=1e-12)


def test_a_form_factor_changes_the_shape():
    """A dipole form factor of the moment: F(Q^2)^2 multiplies the rate."""
    cut = 20.0**2
    line = monoenergetic("mu", 30.0).components[0]
    point = rate(MagneticMoment(np.eye(3) * 1e-9), line)
    spread = rate(NeutrinoFormFactors(magnetic=((np.eye(3) * 1e-9, lambda Q2: (1 + Q2 / cut) ** -2),)), line)
    np.testing.assert_allclose(spread / point, (1 + 2 * CS.nuclide.mass * T / cut) ** -4, rtol=1e-12)


def test_divergence_of_form_factors():
    assert is_divergent(NeutrinoFormFactors(charge=((np.eye(3), lambda Q2: 1.0),)))
    assert not is_divergent(NeutrinoFormFactors(charge=((np.eye(3), lambda Q2: -Q2 / 6),)))
    assert is_divergent(NeutrinoFormFactors(magnetic=((np.eye(3), lambda Q2: 1.0),)))
    assert not is_divergent(NeutrinoFormFactors(anapole=((np.eye(3), lambda Q2: 1.0),)))


@pytest.mark.parametrize("mass", [c.m_e, c.m_mu, c.m_tau])
def test_lepton_loop_has_its_closed_form(mass):
    """6 int x(1-x) ln(1 + x(1-x) Q^2/m^2) = -5/3 + 4r + (1 - 2r) b ln((b+1)/(b-1)), r = m^2/Q^2, b = sqrt(1 + 4r)."""
    for Q in (20.0, 100.0):
        r = mass**2 / Q**2
        b = math.sqrt(1 + 4 * r)
        bend = -5 / 3 + 4 * r + (1 - 2 * r) * b * math.log((b + 1) / (b - 1))
        expected = -c.G_F / (2 * math.sqrt(2) * math.pi**2) * (3 - 2 * (math.log(mass**2 / c.m_W**2) + bend))
        assert float(RadiusLoop(mass).radius(Q**2)) == pytest.approx(expected, rel=1e-8, abs=0)


def test_loops_at_rest_are_the_radii_of_the_couplings():
    for (matrix, loop), radius in zip(standard_model_form_factors().charge, SM_CHARGE_RADIUS, strict=True):
        # Quoted to two digits.
        assert float(loop.radius(0.0)) == pytest.approx(radius, rel=1.1e-2, abs=0)
        assert np.trace(matrix) == 1
    line = monoenergetic("tau", 30.0).components[0]
    loops = Weak(include_sm_charge_radius=False) + standard_model_form_factors()
    # A tau is never resolved: at these momenta only the rounding of its radius is left.
    np.testing.assert_allclose(rate(loops, line), rate(Weak(), line), rtol=3e-4)
    electron = monoenergetic("e", 30.0).components[0]
    ratio = rate(loops, electron) / rate(Weak(), electron) - 1
    assert np.all(np.diff(np.abs(ratio)) > 0)
    assert np.all((np.abs(ratio) > 1e-4) & (np.abs(ratio) < 2e-2))


# --- effective moments


def test_effective_moment_after_a_baseline_is_the_rate():
    """The library's rate over that of a unit moment is mu_eff^2 of the sheet, sum_j |sum_k U*_lk e^-i.. lambda_jk|^2."""
    mu, epsilon = hermitian(3, 1e-9), hermitian(4, 1e-9)
    theory = in_basis(MagneticMoment(mu, "mass") + ElectricMoment(epsilon, "mass"), MIXING)
    beam = oscillated(monoenergetic("mu", 30.0), MIXING, 1.0e4 * m)
    unit = rate(MagneticMoment(np.eye(3)), monoenergetic("mu", 30.0).components[0])
    U, m2 = np.asarray(MIXING.unitary), np.asarray(MIXING.squared_masses)
    amplitude = U[1].conj() * np.exp(-1j * m2 * float(1.0e4 * m) / 60.0)
    expected = np.sum(np.abs((mu - 1j * epsilon) @ amplitude) ** 2)
    np.testing.assert_allclose(rate(theory, beam.components[0]) / unit / expected, 1.0, rtol=1e-10)
    lam = U @ np.asarray(dipole_matrix(mu, epsilon)) @ U.conj().T
    arrived = propagate(flavour_state("mu"), 30.0, 1.0e4 * m, MIXING)
    assert float(effective_moment(lam, arrived)) == pytest.approx(math.sqrt(expected), rel=1e-10, abs=0)
    near = np.asarray(short_baseline_moments(dipole_matrix(mu, epsilon), MIXING))
    assert near[1] == pytest.approx(float(effective_moment(lam, flavour_state("mu"))), rel=1e-12, abs=0)


def test_solar_weights_and_moments():
    """P_k sum to one, sum_k P_k |U_ek|^2 is P_ee, and Majorana moments give |Lambda|^2 - sum_k P_k |Lambda_k|^2."""
    p = 1 - 0.308
    weights = np.asarray(solar_weights(MIXING, p))
    assert weights.sum() == pytest.approx(1, rel=1e-12, abs=0)
    survival = weights @ np.abs(np.asarray(MIXING.unitary)[0]) ** 2
    s13, c13 = 0.02215, 1 - 0.02215
    # Without matter P_ee = s13^4 + c13^4 (1 - sin^2(2 theta_12)/2).
    assert survival == pytest.approx(s13**2 + c13**2 * (1 - 2 * 0.308 * 0.692), rel=1e-12, abs=0)
    far = propagate(flavour_state("e"), 1.0, "averaged", MIXING, basis="flavour")
    assert survival == pytest.approx(float(np.asarray(far)[0, 0].real), rel=1e-12, abs=0)
    Lambda = np.array([3.0 - 1j, 2.0j, -1.0 + 0.5j]) * 1e-11
    square = float(solar_moment(transition_matrix(Lambda), weights)) ** 2
    assert square == pytest.approx(
        np.sum(np.abs(Lambda) ** 2) - weights @ np.abs(Lambda) ** 2, rel=1e-12, abs=0
    )
    mu, epsilon = moments_of_dipole_matrix(transition_matrix(Lambda))
    # Both have the Majorana form, and the library's classes take them.
    MagneticMoment(mu, "mass", "majorana")
    ElectricMoment(epsilon, "mass", "majorana")


def test_moments_and_their_inverses():
    lam = dipole_matrix(hermitian(3, 1e-9), hermitian(4, 1e-9))
    np.testing.assert_allclose(dipole_matrix(*moments_of_dipole_matrix(lam)), lam, atol=1e-22)
    Lambda = np.array([1.0, 2.0j, -0.5]) * 1e-11
    np.testing.assert_allclose(transition_moments(transition_matrix(Lambda)), Lambda, atol=1e-24)
    # Near the source mu_l^2 = |Lambda|^2 - |Lambda_l|^2 in the flavour basis, and back.
    flavour = np.asarray(transition_matrix(Lambda))
    effective = np.sqrt(np.sum(np.abs(flavour) ** 2, axis=0))
    np.testing.assert_allclose(majorana_moduli(effective), np.abs(Lambda), rtol=1e-7)
    with pytest.raises(InputError, match="No Majorana neutrino"):
        majorana_moduli([3e-11, 1e-11, 1e-11])
    with pytest.raises(InputError, match="antisymmetric"):
        transition_moments(np.eye(3))
    with pytest.raises(InputError, match="between 0 and 1"):
        solar_weights(MIXING, 1.2)


def test_final_flavour_of_majorana_moments_is_a_choice_of_words():
    """lambda_flavour = U^* lambda_mass U^dagger of the papers, and U lambda_mass U^dagger here: equal effective moments."""
    mixing = Mixing(majorana_21=1.0, majorana_31=0.4, nature="majorana")
    U, lam = np.asarray(mixing.unitary), np.asarray(transition_matrix([1.0, 2.0j, -0.5 + 1j]))
    papers = U.conj() @ lam @ U.conj().T
    np.testing.assert_allclose(papers, -papers.T, atol=1e-14)
    ours = np.asarray(short_baseline_moments(lam, mixing))
    np.testing.assert_allclose(ours, np.sqrt(np.sum(np.abs(papers) ** 2, axis=0)), rtol=1e-12)


def test_moment_of_the_minimally_extended_standard_model():
    """3.2e-19 mu_B per eV (equation 1 of the neutrino-atom proceedings); proportional to the mass, and back."""
    assert dirac_moment(1 * eV) == pytest.approx(3.2e-19, rel=1e-2, abs=0)
    by_hand = 3 * math.sqrt(4 * math.pi * c.alpha) * c.G_F * eV / (8 * math.sqrt(2) * math.pi**2) / c.mu_B
    assert dirac_moment(1 * eV) == pytest.approx(by_hand, rel=1e-10, abs=0)
    np.testing.assert_allclose(dirac_moment(np.array([0.0, 0.05, 1.0]) * eV) / dirac_moment(eV), [0, 0.05, 1])
    assert mass_of_dirac_moment(dirac_moment(0.05 * eV)) == pytest.approx(0.05 * eV, rel=1e-12, abs=0)
    with pytest.raises(InputError, match="not negative"):
        dirac_moment(-1.0)


# --- parameters


def test_modulus_and_phase_of_an_entry():
    theory = Millicharge().from_values({"millicharge_emu": 2.0, "millicharge_emu_phase": 0.5})
    entry = np.asarray(theory.matrix)[0, 1]
    assert entry == pytest.approx(2e-8 * np.exp(0.5j), rel=1e-12, abs=0)
    assert np.asarray(theory.matrix)[1, 0] == np.conj(entry)
    again = theory.from_values({"millicharge_emu_phase": -1.0})
    assert np.asarray(again.matrix)[0, 1] == pytest.approx(2e-8 * np.exp(-1j), rel=1e-12, abs=0)
    with pytest.raises(InputError, match="not both"):
        Millicharge().from_values({"millicharge_emu_im": 1.0, "millicharge_emu_phase": 1.0})


def test_mass_basis_has_moduli_and_phases():
    matrix = hermitian_matrix({"12": 1e-10j, "33": 1e-10}, labels=("1", "2", "3"))
    theory = MagneticMoment(matrix, basis="mass").from_values({"magnetic_moment_12": 3.0})
    # A modulus alone keeps the phase.
    assert np.asarray(theory.matrix)[0, 1] == pytest.approx(3e-10j, rel=1e-12, abs=0)
    assert np.asarray(theory.matrix)[2, 2] == pytest.approx(1e-10, rel=1e-12, abs=0)
    names = {p.name for p in theory.parameters}
    assert {"magnetic_moment_11", "magnetic_moment_12", "magnetic_moment_12_phase"} <= names
    assert not any(name.endswith("_im") for name in names)

    def entry(phase):
        values = {"magnetic_moment_12": 3.0, "magnetic_moment_12_phase": phase}
        return MagneticMoment(basis="mass").from_values(values).matrix[0, 1].real

    assert float(jax.grad(entry)(0.3)) == pytest.approx(-3e-10 * math.sin(0.3), rel=1e-9, abs=0)


def test_majorana_parameters_are_those_it_has():
    dirac, majorana = theory_parameters(), theory_parameters("majorana")
    assert {"millicharge_11", "millicharge_12_phase", "anapole_12_phase", "electric_moment_emu"} <= set(dirac)
    assert {"millicharge_12", "anapole_11", "anapole_12", "magnetic_moment_e", "charge_radius_ee"} <= set(
        majorana
    )
    assert not {"millicharge_11", "millicharge_12_phase", "millicharge_ee", "anapole_12_phase"} & set(
        majorana
    )
    theory = theory_from_parameters(["magnetic_moment_12", "anapole_13"], nature="majorana")
    moved = theory.from_values({"magnetic_moment_12": 2.0, "anapole_13": -1.0})
    moment, anapole = (np.asarray(part.matrix) for part in moved.parts[1:])
    np.testing.assert_allclose(moment[0, 1], 2e-10j)
    np.testing.assert_allclose(moment, -moment.T)
    np.testing.assert_allclose(anapole, anapole.T.conj())
    assert anapole[0, 2] == pytest.approx(-1e-32 * cm**2, rel=1e-12, abs=0)
    with pytest.raises(InputError, match="Allowed: dirac, majorana"):
        theory_parameters("weyl")
    with pytest.raises(InputError, match="set twice"):
        theory_from_parameters(["charge_radius_ee", "charge_radius_bsm_12"])
